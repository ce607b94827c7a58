"""Secrets of the installation: made at the first run, kept beside the database, never in the repository."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from gongzhi.kernel.refusals import Misconfigured


class DemoSecretsInProduction(Misconfigured):
    """The home folder was made for a demo; its secrets may have been shown to anybody."""


class ProductionHomeInDemo(Misconfigured):
    """The home folder belongs to a city at work; a demo has no business there."""


class SecretsUnreadable(Misconfigured):
    """The home folder cannot be used, or its secrets are damaged."""


@dataclass(frozen=True)
class Secrets:
    """The installation's keys, each hexadecimal.

    `web_key` signs sessions; `value_key` encrypts personal values; `index_key` makes blind indexes and content digests;
    `seal_key` is the Ed25519 seed that signs seals. `demo` says for what the home was made.
    """

    web_key: str
    value_key: str
    index_key: str
    seal_key: str
    demo: bool


_process = {"makes": True}


def make_none() -> None:
    """Let this process leave a home folder without secrets as it is: it gets passing ones and must store nothing."""
    _process["makes"] = False


def are_kept(home: Path) -> bool:
    """Whether a home folder has its secrets."""
    return _path(home).exists()


def _path(home: Path) -> Path:
    return home / "secrets.json"


def load_or_make(home: Path, *, demo: bool) -> Secrets:
    """Return the secrets of a home folder, making them at the first run.

    Raises: DemoSecretsInProduction and ProductionHomeInDemo when the home was made for the other mode;
        SecretsUnreadable.
    """
    path = _path(home)
    try:
        if not path.exists():
            if not _process["makes"]:
                return _fresh(demo=demo)
            _make(path, demo=demo)
        found = Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except OSError as fault:
        raise SecretsUnreadable(f"{path}: {fault.strerror}; choose another home folder (GONGZHI_HOME)") from fault
    except (ValueError, TypeError) as fault:
        raise SecretsUnreadable(f"{path} is damaged: put it back from a backup; without it nothing opens") from fault
    if found.demo and not demo:
        message = f"{path} was made for a demo: production needs a home folder of its own (GONGZHI_HOME)"
        raise DemoSecretsInProduction(message)
    if demo and not found.demo:
        message = f"{path} belongs to production: set GONGZHI_MODE=production, or another home folder (GONGZHI_HOME)"
        raise ProductionHomeInDemo(message)
    return found


def _fresh(*, demo: bool) -> Secrets:
    web_key, value_key, index_key, seal_key = (secrets.token_hex(32) for _ in range(4))
    return Secrets(web_key, value_key, index_key, seal_key, demo=demo)


def _make(path: Path, *, demo: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = _fresh(demo=demo)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # readable by its owner only
    try:
        os.write(handle, json.dumps(asdict(made), indent=1).encode())
        os.fsync(handle)
        with contextlib.suppress(FileExistsError):  # another process was first: its secrets stand
            os.link(draft, path)
    finally:
        os.close(handle)
        os.unlink(draft)
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Make sure a new file is still found after the power went: without its keys the city's data cannot be read."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
