"""Start Granian with as little memory as it needs: this module imports no Django."""

from __future__ import annotations

import _thread
import sys
from typing import Any

from granian.constants import Interfaces
from granian.server import MPServer


class Server(MPServer):
    """Granian that ends also when it is told so twice at once, as by a terminal and by make."""

    def signal_handler_interrupt(self, *_args: Any, **_kwargs: Any) -> None:
        """Wake the main loop from another thread: this one may hold the lock of the event it waits for."""
        if not self.interrupt_signal:
            self.interrupt_signal = True
            _thread.start_new_thread(self.main_loop_interrupt.set, ())


def main(target: str, host: str, port: int, processes: int) -> None:
    """Serve a target until the process is told to stop."""
    interface = Interfaces.ASGI if target.startswith("gongzhi.config.asgi") else Interfaces.WSGI
    Server(
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
