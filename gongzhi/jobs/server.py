"""Start Granian with as little memory as it needs: this module imports no Django."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces


def main(target: str, host: str, port: int, processes: int) -> None:
    """Serve a target until the process is told to stop."""
    interface = Interfaces.ASGI if target.startswith("gongzhi.config.asgi") else Interfaces.WSGI
    Granian(
        target,
        address=host,
        port=port,
        interface=interface,
        workers=processes,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
