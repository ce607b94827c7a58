#!/bin/sh
# Print the path of a Chromium for the journeys in tests/browser. Where there is none, and this is root on a machine with
# Debian's packages, install it, with a font that has Chinese characters; elsewhere say what to install.
set -eu

font=fonts-wqy-microhei

find_one() {
    if [ -n "${GONGZHI_BROWSER:-}" ]; then
        command -v "$GONGZHI_BROWSER"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    return 1
}

may_install() {
    [ -z "${GONGZHI_BROWSER:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

install_packages() {
    echo "Installing $* …" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

if ! find_one >/dev/null && may_install; then
    install_packages chromium "$font"
elif may_install && command -v fc-list >/dev/null 2>&1 && [ -z "$(fc-list :lang=zh family)" ]; then
    install_packages "$font"
fi

if ! find_one; then
    echo "The journeys need Chromium: install it (on Debian: apt install chromium $font) or name one in GONGZHI_BROWSER." >&2
    exit 1
fi
