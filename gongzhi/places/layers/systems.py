"""The coordinate system that a layer is declared to be in, and the way from it to CGCS2000."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gongzhi.kernel.geo import Crs, degrees_from
from gongzhi.kernel.refusals import Refusal

if TYPE_CHECKING:
    import pyproj

Corners = NDArray[np.float64]
"""Pairs of coordinates as rows: easting or longitude first."""

OWN: Final = "own"
_EPSG: Final = re.compile(r"(?:epsg:)?(\d{4,6})", re.IGNORECASE)
_EXACT_DATUMS: Final = frozenset(
    {
        "China 2000",
        "China_2000",
        "D_China_2000",
        "World Geodetic System 1984",
        "World Geodetic System 1984 ensemble",
        "WGS_1984",
        "D_WGS_1984",
    }
)


class UnknownSystem(Refusal):
    """Nobody knows a coordinate system of this name or number."""

    code = "system-unknown"


class SystemNotInFile(Refusal):
    """The file was to say its own coordinate system and does not."""

    code = "system-not-in-file"


class NoExactWay(Refusal):
    """No public way leads from this system to CGCS2000 to a metre; a surveyor must convert it."""

    code = "system-without-exact-way"


@dataclass(frozen=True, slots=True)
class System:
    """What a layer is declared to be in: degrees of a named system, a number of the register, or what it says itself.

    Attributes:
        crs: how its degrees are shifted. Plain CGCS2000 wherever an EPSG number or the file's own word is given.
        epsg: number of the register, such as 4527 or 4548 for Xiamen.
        is_own: the file's own statement counts.
    """

    crs: Crs = Crs.CGCS2000
    epsg: int | None = None
    is_own: bool = False

    @property
    def text(self) -> str:
        """The declaration as a person writes it."""
        if self.is_own:
            return OWN
        return self.crs.value if self.epsg is None else f"EPSG:{self.epsg}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file itself says about its coordinate system: a number of the EPSG register, or a definition in words."""

    text: str

    @classmethod
    def of_epsg(cls, number: int) -> Statement:
        """Return the statement that names a number of the register."""
        return cls(f"EPSG:{number}")


def declared(text: str) -> System:
    """Return the system that a person declares: `cgcs2000`, `wgs84`, `gcj02`, `bd09`, `epsg:4527`, `4548` or `own`.

    Raises: UnknownSystem.

    Example:
        >>> declared("gcj02").crs.value, declared("EPSG:4527").epsg, declared("own").is_own
        ('gcj02', 4527, True)
    """
    word = text.strip().lower()
    if word == OWN:
        return System(is_own=True)
    if word in {crs.value for crs in Crs}:
        return System(crs=Crs(word))
    number = _EPSG.fullmatch(word)
    if number is None:
        raise UnknownSystem(system=text)
    return System(epsg=int(number[1]))


class WayToCgcs2000:
    """The way from a declared system to degrees of CGCS2000, found once for a layer."""

    def __init__(self, system: System, *, stated: Statement | None, file: str) -> None:
        """Find the way.

        Args:
            system: as declared.
            stated: what the file says itself, where it says something.
            file: its name, for the refusals.

        Raises: UnknownSystem, SystemNotInFile, NoExactWay.
        """
        self._crs = system.crs
        self._register: _Register | None = None
        self.text = system.text
        if system.is_own:
            if stated is None:
                raise SystemNotInFile(file=file)
            self._register = _Register.found(stated.text)
            self.text = self._register.name
        elif system.epsg is not None:
            self._register = _Register.found(self.text)

    @property
    def is_projected(self) -> bool:
        """Whether the coordinates are eastings and northings."""
        return self._register is not None and self._register.to_degrees is not None

    def degrees(self, corners: Corners) -> Corners:
        """Return corners as degrees of their own datum, not yet unshifted; infinite where there is no way."""
        if self._register is None or self._register.to_degrees is None:
            return corners
        lons, lats = self._register.to_degrees.transform(corners[:, 0], corners[:, 1])
        return np.column_stack([lons, lats])

    def is_expected(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each pair of degrees lies on Earth and, for a registered system, near the area it is made for."""
        expected: NDArray[np.bool_] = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
        if self._register is not None and self._register.made_for is not None:
            west, south, east, north = self._register.made_for
            expected &= (west - _BESIDE_DEGREES <= lons) & (lons <= east + _BESIDE_DEGREES)
            expected &= (south - _BESIDE_DEGREES <= lats) & (lats <= north + _BESIDE_DEGREES)
        return expected

    def unshifted(self, degrees: Corners) -> Corners:
        """Return degrees in CGCS2000, rounded to the 1e-7 degree that is stored."""
        pairs: Corners = np.column_stack(degrees_from(degrees[:, 0], degrees[:, 1], crs=self._crs))
        return np.round(pairs, 7)


def says_the_same(stated: Statement, system: System) -> bool:
    """Whether a file's own statement agrees with what was declared. Plain degrees of CGCS2000 and WGS-84 count as one.

    Example:
        >>> says_the_same(Statement("EPSG:4326"), declared("cgcs2000")), says_the_same(Statement("?"), declared("4527"))
        (True, False)
    """
    try:
        own = _Register.found(stated.text)
    except (UnknownSystem, NoExactWay):
        return False
    if system.epsg is None:
        return own.to_degrees is None and system.crs in (Crs.CGCS2000, Crs.WGS84)
    return own.epsg == system.epsg


@dataclass(frozen=True, slots=True)
class _Register:
    """A registered system, with the way to degrees of its own datum; None where it is degrees already."""

    name: str
    epsg: int | None
    to_degrees: pyproj.Transformer | None
    made_for: tuple[float, float, float, float] | None

    @classmethod
    def found(cls, definition: str) -> _Register:
        import pyproj
        from pyproj.exceptions import CRSError

        try:
            found = pyproj.CRS.from_user_input(definition)
        except CRSError as fault:
            raise UnknownSystem(system=definition[:_LONGEST_NAME]) from fault
        base = found.geodetic_crs
        if base is None or base.datum is None or not (found.is_geographic or found.is_projected):
            raise UnknownSystem(system=definition[:_LONGEST_NAME])
        if base.datum.name not in _EXACT_DATUMS:
            raise NoExactWay(system=definition[:_LONGEST_NAME], datum=base.datum.name)
        epsg = found.to_epsg()
        return cls(
            name=found.name if epsg is None else f"EPSG:{epsg}",
            epsg=epsg,
            to_degrees=None if found.is_geographic else pyproj.Transformer.from_crs(found, base, always_xy=True),
            made_for=None if found.area_of_use is None else found.area_of_use.bounds,
        )


_LONGEST_NAME: Final = 40
_BESIDE_DEGREES: Final = 4.0
