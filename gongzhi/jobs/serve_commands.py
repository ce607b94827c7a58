"""`gongzhi serve` and `gongzhi worker`."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys

import click

_PORT_NOT_OURS = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EPERM})


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes (PostgreSQL)."
)
def serve(host: str, port: int, processes: int) -> None:
    """Serve the product.

    One process on SQLite: pages, API, live streams and the worker together. With more processes (PostgreSQL only) the
    web processes do nothing else; run `gongzhi worker` beside them, and one `gongzhi serve` for the live streams.
    """
    from django.db import connection

    from gongzhi.parameters.queries import NoCity, has_tables

    if processes > 1 and connection.vendor == "sqlite":
        raise click.UsageError("SQLite has one writer: serve it from one process, or set GONGZHI_DATABASE_URL")
    if not has_tables():
        raise NoCity
    _require_free(host, port)
    target = "gongzhi.config.asgi:application" if processes == 1 else "gongzhi.config.wsgi:application"
    connection.close()
    start = [sys.executable, "-m", "gongzhi.jobs.server", target, host, str(port), str(processes)]
    click.echo(f"http://{host}:{port}/")
    sys.stdout.flush()
    os.execv(start[0], start)  # noqa: S606 - the same Python, our own module: the server starts without this memory


def _require_free(host: str, port: int) -> None:
    """Refuse a port on which somebody listens: the server itself would share it without a word."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            other = "--port" if taken.errno in _PORT_NOT_OURS else "--host"
            raise click.UsageError(f"{host}:{port}: {taken.strerror}; choose another {other}") from taken


@click.command()
def worker() -> None:
    """Deliver facts, let timers pass, seal the record, sweep files, until SIGTERM or Ctrl-C."""
    from gongzhi.jobs.worker import Worker
    from gongzhi.parameters.queries import NoCity, has_tables

    if not has_tables():
        raise NoCity
    mine = Worker()
    for stop_signal in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop_signal, lambda *_: mine.stop())
    mine.run()


COMMANDS = (serve, worker)
