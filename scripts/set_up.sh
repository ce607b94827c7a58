#!/bin/sh
# Make .venv from a lock file, with uv where it is on the path and with pip where it is not; then put the project
# itself into it. Usage: scripts/set_up.sh LOCKFILE
set -eu

lock=$1
here=.venv/bin/python
uv=${UV-$(command -v uv || true)}
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

if ! "$here" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(sh scripts/find_python.sh)
    echo "Making .venv with $("$python" --version) …"
    rm -rf .venv
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --python "$python" .venv
    elif ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "This Python cannot make a virtual environment (on Debian: apt install python3-venv)." >&2
        exit 1
    fi
fi

if [ -n "$uv" ]; then
    echo "Installing from $lock with uv …"
    "$uv" pip install --quiet --python "$here" --require-hashes -r "$lock"
    "$uv" pip install --quiet --python "$here" --no-build-isolation --no-deps --editable .
else
    echo "Installing from $lock with pip …"
    "$here" -m pip --version >/dev/null 2>&1 || "$here" -m ensurepip >/dev/null
    "$here" -m pip install --quiet --require-hashes -r "$lock"
    "$here" -m pip install --quiet --no-build-isolation --no-deps --editable .
fi
