"""Opening a packed file that came from outside: nothing climbs out, nothing swells up."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from gongzhi.kernel.refusals import Refusal

_CHUNK_BYTES: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class LayerTooLarge(Refusal):
    """A file holds more than may be read in one go."""

    code = "layer-too-large"


class LayerDamaged(Refusal):
    """A file breaks off, or its parts contradict each other."""

    code = "layer-damaged"


class ArchiveSwells(Refusal):
    """A packed file would unpack to far more than it is: a zip bomb."""

    code = "archive-swells"


class ArchiveClimbsOut(Refusal):
    """A packed file names a place outside itself."""

    code = "archive-climbs-out"


class ArchiveMethodUnknown(Refusal):
    """A packed file is compressed in another way than the usual one (Deflate)."""

    code = "archive-method-unknown"


class ArchiveLocked(Refusal):
    """A packed file is locked with a password."""

    code = "archive-locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much is read from one file at most.

    Attributes:
        packed: bytes of the file as it came.
        unpacked: bytes of all that is in it.
        workbook: bytes of all that is in a workbook, which takes several times as much memory to read.
        entries: files in a packed file.
        swelling: how many times its packed size an entry may have, once it is larger than `small`.
        features: features or rows.
        corners: pairs of coordinates.
        columns: columns of a table.
    """

    packed: int = 64 << 20
    unpacked: int = 192 << 20
    workbook: int = 48 << 20
    entries: int = 100
    swelling: int = 200
    small: int = 8 << 20
    features: int = 200_000
    corners: int = 5_000_000
    columns: int = 256


USUAL: Final = Allowance()


def require_at_most(found: int, *, most: int, what: str, file: str) -> None:
    """Refuse a file that holds more than may be read.

    Raises: LayerTooLarge.
    """
    if found > most:
        raise LayerTooLarge(file=file, what=what, found=found, most=most)


class Archive:
    """A packed file whose entries have been looked at and may be read."""

    def __init__(self, content: bytes, *, file: str, allowed: Allowance) -> None:
        """Look at the list of entries before anything is unpacked.

        Raises: LayerDamaged, LayerTooLarge, ArchiveClimbsOut, ArchiveLocked, ArchiveMethodUnknown, ArchiveSwells.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
            raise LayerDamaged(file=file, reason=str(fault)) from fault
        self._file = file
        self._allowed = allowed
        self._left = allowed.unpacked
        self._entries = {entry.filename: entry for entry in self._zip.infolist() if not entry.is_dir()}
        require_at_most(len(self._zip.infolist()), most=allowed.entries, what="entries", file=file)
        for name, times in Counter(entry.filename.lower() for entry in self._zip.infolist()).items():
            if times > 1:
                raise LayerDamaged(file=file, reason=f"{name} × {times}")
        for entry in self._zip.infolist():
            self._require_harmless(entry)
        if sum(entry.file_size for entry in self._entries.values()) > allowed.unpacked:
            raise ArchiveSwells(file=file, entry="*", most=allowed.unpacked)

    @property
    def names(self) -> tuple[str, ...]:
        """The entries, without folders and without what some systems add for themselves."""
        return tuple(name for name in self._entries if not name.startswith("__MACOSX/"))

    def read(self, name: str) -> bytes:
        """Unpack one entry, counting what really comes out: a list of entries may lie.

        Raises: ArchiveSwells, LayerDamaged.
        """
        unpacked = bytearray()
        try:
            with self._zip.open(self._entries[name]) as entry:
                while chunk := entry.read(_CHUNK_BYTES):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise ArchiveSwells(file=self._file, entry=name, most=self._allowed.unpacked)
                    unpacked += chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as fault:
            raise LayerDamaged(file=self._file, reason=f"{name}: {fault}") from fault
        return bytes(unpacked)

    def _require_harmless(self, entry: zipfile.ZipInfo) -> None:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
            raise ArchiveClimbsOut(file=self._file, entry=entry.filename)
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveLocked(file=self._file, entry=entry.filename)
        if entry.compress_type not in _METHODS:  # the others take what memory the file asks for
            raise ArchiveMethodUnknown(file=self._file, entry=entry.filename)
        if entry.file_size > self._allowed.small and entry.file_size > self._allowed.swelling * entry.compress_size:
            raise ArchiveSwells(file=self._file, entry=entry.filename, most=self._allowed.unpacked)
