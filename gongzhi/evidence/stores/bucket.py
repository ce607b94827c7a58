"""A bucket of an S3-compatible store, named by a URL: `s3://key:secret@host:port/bucket/prefix?region=…&tls=no`.

An object appears when it is whole: the store itself sees to that, also for a file that is sent in several pieces.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import obstore
from obstore import exceptions
from obstore.store import S3Store

from gongzhi.evidence.stores.finding import Found, found_in
from gongzhi.kernel.refusals import Outage

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

NEIGHBOUR = "file store"
_CHUNK_BYTES = 1024 * 1024
_CONNECT, _SILENCE, _RETRY = timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=10)
_FOR_GOOD = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, exceptions.NotSupportedError)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The part of a bucket in which all files lie."""

    store: S3Store = field(repr=False)  # it knows the secret

    @classmethod
    def at(cls, url: str) -> Bucket:
        """Return the bucket that a URL names. Nothing is asked of it yet."""
        parts = urlsplit(url)
        bucket, _, prefix = parts.path.strip("/").partition("/")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        tls = options.get("tls", "yes") != "no"
        limits: ClientConfig = {"connect_timeout": _CONNECT, "read_timeout": _SILENCE, "allow_http": not tls}
        again: RetryConfig = {"max_retries": 2, "retry_timeout": _RETRY}
        store = S3Store(
            unquote(bucket),
            prefix=unquote(prefix) or None,
            endpoint=f"{'https' if tls else 'http'}://{_host(parts)}",
            region=options.get("region", "us-east-1"),
            access_key_id=unquote(parts.username) if parts.username else None,
            secret_access_key=unquote(parts.password) if parts.password else None,
            virtual_hosted_style_request=False,
            client_options=limits,
            retry_config=again,
        )
        return cls(store)

    def keep(self, part: Path, path: str) -> None:
        """Send a part."""
        try:
            with _told_as_outage():
                obstore.put(self.store, path, part, chunk_size=8 * _CHUNK_BYTES, max_concurrency=2)
        except FileNotFoundError as fault:
            raise Outage(NEIGHBOUR, permanent=True, detail="there is no such bucket") from fault
        part.unlink(missing_ok=True)

    def open(self, path: str) -> BinaryIO:
        """Open an object; it is fetched a piece at a time while it is read."""
        return _buffered(self._reader(path))

    def found_at(self, path: str, *, longest_bytes: int) -> Found | None:
        """Hash an object while it is fetched."""
        try:
            reader = self._reader(path)
            with _buffered(reader) as stored:
                return found_in(stored, size_bytes=reader.size, longest_bytes=longest_bytes)
        except (FileNotFoundError, ValueError, TypeError, exceptions.InvalidPathError):
            return None

    def remove(self, path: str) -> None:
        """Remove an object."""
        with contextlib.suppress(FileNotFoundError), _told_as_outage():
            obstore.delete(self.store, path)

    def paths_older_than(self, limit_at: datetime) -> Iterator[str]:
        """Yield old paths, a page of the store's list at a time."""
        with _told_as_outage():
            for page in obstore.list(self.store):
                for found in page:
                    if found["last_modified"] <= limit_at:
                        yield str(found["path"])

    def _reader(self, path: str) -> obstore.ReadableFile:
        with _told_as_outage():
            return obstore.open_reader(self.store, path, buffer_size=_CHUNK_BYTES)


class _Remote(io.RawIOBase):
    """The object as Python's own readers want it."""

    def __init__(self, reader: obstore.ReadableFile) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # the base names no type that can be filled
        with _told_as_outage():
            read = memoryview(self._reader.read(len(buffer)))
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


def _buffered(reader: obstore.ReadableFile) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Remote(reader), buffer_size=_CHUNK_BYTES))


@contextlib.contextmanager
def _told_as_outage() -> Iterator[None]:
    """Name the store as the neighbour that failed. Raises: FileNotFoundError, Outage."""
    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError) as fault:
        raise FileNotFoundError from fault
    except exceptions.InvalidPathError:
        raise
    except exceptions.BaseError as fault:
        permanent = isinstance(fault, _FOR_GOOD)
        raise Outage(NEIGHBOUR, permanent=permanent, detail=type(fault).__name__) from fault


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]
