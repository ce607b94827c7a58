#!/bin/sh
# Make both lock files anew: for every platform, from Python 3.11 on, with hashes and without the address of an index.
set -eu

if ! uv=$(command -v "${UV:-uv}"); then
    echo "Locking needs uv: pip install uv" >&2
    exit 1
fi

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
        --no-header --extra build "$@" pyproject.toml
}

compile --output-file requirements.lock
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock
