#!/bin/sh
# Print the path of a Python 3.11 or newer, the newest first. A candidate is run, not only looked up: a version
# manager puts commands on the path that stand for versions which are not active.
set -eu

if [ -n "${GONGZHI_PYTHON:-}" ]; then
    set -- "$GONGZHI_PYTHON"
else
    set -- python3.14 python3.13 python3.12 python3.11 python3 python
fi

for name in "$@"; do
    if found=$("$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null); then
        printf '%s\n' "$found"
        exit 0
    fi
done

echo "Gongzhi needs Python 3.11 or newer, and none was found among: $*" >&2
echo "Install one, or name it: make demo GONGZHI_PYTHON=/path/to/python3" >&2
exit 1
