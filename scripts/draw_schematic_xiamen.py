"""Draw the schematic divisions of Xiamen 示意 that the demo city stands on.

Names and codes of the city, its districts and its streets and towns are public facts. Every line is invented: the
districts are drawn by hand from a dozen corners each, streets are the cells around one seed each, communities cells
again, with invented names and with codes from 901 on, which the real numbering does not use. Neighbours share their
corners exactly, so that nothing overlaps and no land lies between them.

Run it from the repository's root: `python -m scripts.draw_schematic_xiamen`. The same seeds give the same drawing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import shapely

Corner = tuple[float, float]
Feature = dict[str, Any]

TARGET: Final = Path("gongzhi/scenarios/packs/xiamen/divisions.geojson")
NOTE: Final = "示意图：名称与代码为公开信息，界线均为虚构，不得用作行政区划依据。Schematic: every outline is invented."
IN_FORCE_FROM: Final = "2004-01-01"
DECIMALS: Final = 5
GRID_DEGREES: Final = 10**-DECIMALS
NUMERALS: Final = "一二三四五"
FIRST_COMMUNITY: Final = 901
ROUNDS_OF_EVENING_OUT: Final = 6

ISLAND_BORDER: Final[list[Corner]] = [
    (118.2000, 24.4930), (118.1800, 24.4900), (118.1600, 24.4905), (118.1430, 24.4870), (118.1250, 24.4905),
    (118.1060, 24.4925), (118.0900, 24.4900), (118.0735, 24.4880),
]  # fmt: skip
HAICANG_JIMEI: Final[list[Corner]] = [
    (118.0520, 24.5520), (118.0250, 24.5580), (118.0000, 24.5700), (117.9780, 24.5880), (117.9600, 24.6120),
    (117.9320, 24.6420),
]  # fmt: skip
JIMEI_TONGAN: Final[list[Corner]] = [
    (118.1180, 24.6080), (118.1060, 24.6350), (118.0900, 24.6600), (118.0700, 24.6900), (118.0450, 24.7150),
    (118.0100, 24.7350),
]  # fmt: skip
TONGAN_XIANGAN: Final[list[Corner]] = [
    (118.1850, 24.6350), (118.1900, 24.6600), (118.1980, 24.6900), (118.2050, 24.7200), (118.2150, 24.7550),
    (118.2200, 24.7900), (118.2250, 24.8250),
]  # fmt: skip
GULANGYU: Final[list[Corner]] = [
    (118.0560, 24.4440), (118.0600, 24.4405), (118.0660, 24.4420), (118.0690, 24.4465), (118.0670, 24.4520),
    (118.0615, 24.4535), (118.0565, 24.4500),
]  # fmt: skip
DADENG: Final[list[Corner]] = [
    (118.3050, 24.5480), (118.3250, 24.5420), (118.3480, 24.5500), (118.3550, 24.5650), (118.3350, 24.5720),
    (118.3120, 24.5650),
]  # fmt: skip

MAINLAND_PARTS: Final[dict[str, list[Corner]]] = {
    "350203": [
        *reversed(ISLAND_BORDER), (118.1990, 24.4780), (118.1900, 24.4620), (118.1820, 24.4450), (118.1620, 24.4330),
        (118.1380, 24.4250), (118.1190, 24.4270), (118.1040, 24.4330), (118.0900, 24.4370), (118.0780, 24.4450),
        (118.0720, 24.4560), (118.0725, 24.4720),
    ],
    "350205": [
        *HAICANG_JIMEI, (117.9050, 24.6300), (117.8850, 24.6000), (117.8930, 24.5650), (117.8790, 24.5300),
        (117.8880, 24.4950), (117.9080, 24.4650), (117.9350, 24.4500), (117.9750, 24.4420), (118.0150, 24.4400),
        (118.0450, 24.4450), (118.0540, 24.4620), (118.0500, 24.4850), (118.0480, 24.5100), (118.0560, 24.5350),
    ],
    "350206": [
        *ISLAND_BORDER, (118.0720, 24.4990), (118.0790, 24.5120), (118.0850, 24.5280), (118.0960, 24.5450),
        (118.1130, 24.5575), (118.1330, 24.5560), (118.1480, 24.5480), (118.1690, 24.5400), (118.1890, 24.5280),
        (118.1975, 24.5120),
    ],
    "350211": [
        *reversed(HAICANG_JIMEI), (118.0640, 24.5560), (118.0760, 24.5720), (118.0900, 24.5660), (118.1030, 24.5680),
        (118.1120, 24.5850), *JIMEI_TONGAN, (117.9750, 24.7200), (117.9480, 24.6900),
    ],
    "350212": [
        *JIMEI_TONGAN, (118.0000, 24.7700), (117.9900, 24.8100), (118.0150, 24.8550), (118.0600, 24.8850),
        (118.1100, 24.9000), (118.1550, 24.8900), (118.1950, 24.8600), *reversed(TONGAN_XIANGAN), (118.1680, 24.6480),
        (118.1500, 24.6420), (118.1380, 24.6250), (118.1290, 24.6120),
    ],
    "350213": [
        *TONGAN_XIANGAN, (118.2600, 24.8350), (118.3000, 24.8150), (118.3250, 24.7800), (118.3350, 24.7400),
        (118.3600, 24.7050), (118.3800, 24.6700), (118.3750, 24.6300), (118.3550, 24.6050), (118.3250, 24.5900),
        (118.2950, 24.5750), (118.2700, 24.5550), (118.2450, 24.5450), (118.2250, 24.5550), (118.2150, 24.5800),
        (118.2000, 24.6050),
    ],
}  # fmt: skip

CITY: Final = ("350200", "厦门市", "Xiamen")
DISTRICTS: Final = [
    ("350203", "思明区", "Siming District"),
    ("350205", "海沧区", "Haicang District"),
    ("350206", "湖里区", "Huli District"),
    ("350211", "集美区", "Jimei District"),
    ("350212", "同安区", "Tong'an District"),
    ("350213", "翔安区", "Xiang'an District"),
]
STREETS_ON_ISLANDS_OF_THEIR_OWN: Final = [
    ("350203012", "鼓浪屿街道", "Gulangyu Subdistrict", GULANGYU),
    ("350213001", "大嶝街道", "Dadeng Subdistrict", DADENG),
]
STREETS: Final[list[tuple[str, str, str, Corner]]] = [
    ("350203001", "厦港街道", "Xiagang Subdistrict", (118.0900, 24.4420)),
    ("350203003", "中华街道", "Zhonghua Subdistrict", (118.0780, 24.4540)),
    ("350203005", "滨海街道", "Binhai Subdistrict", (118.1250, 24.4330)),
    ("350203006", "鹭江街道", "Lujiang Subdistrict", (118.0790, 24.4640)),
    ("350203007", "开元街道", "Kaiyuan Subdistrict", (118.0910, 24.4670)),
    ("350203008", "梧村街道", "Wucun Subdistrict", (118.1090, 24.4720)),
    ("350203009", "筼筜街道", "Yundang Subdistrict", (118.0930, 24.4830)),
    ("350203010", "莲前街道", "Lianqian Subdistrict", (118.1620, 24.4660)),
    ("350203011", "嘉莲街道", "Jialian Subdistrict", (118.1280, 24.4800)),
    ("350205001", "海沧街道", "Haicang Subdistrict", (117.9850, 24.4650)),
    ("350205002", "新阳街道", "Xinyang Subdistrict", (118.0050, 24.5300)),
    ("350205003", "嵩屿街道", "Songyu Subdistrict", (118.0320, 24.4750)),
    ("350205004", "东孚街道", "Dongfu Subdistrict", (117.9300, 24.5700)),
    ("350206001", "湖里街道", "Huli Subdistrict", (118.0930, 24.5080)),
    ("350206002", "殿前街道", "Dianqian Subdistrict", (118.1120, 24.5330)),
    ("350206003", "禾山街道", "Heshan Subdistrict", (118.1480, 24.5230)),
    ("350206004", "江头街道", "Jiangtou Subdistrict", (118.1290, 24.5010)),
    ("350206005", "金山街道", "Jinshan Subdistrict", (118.1760, 24.5080)),
    ("350211001", "集美街道", "Jimei Subdistrict", (118.0980, 24.5790)),
    ("350211002", "侨英街道", "Qiaoying Subdistrict", (118.0950, 24.6120)),
    ("350211003", "杏林街道", "Xinglin Subdistrict", (118.0560, 24.5680)),
    ("350211004", "杏滨街道", "Xingbin Subdistrict", (118.0330, 24.5850)),
    ("350211102", "灌口镇", "Guankou Town", (117.9850, 24.6250)),
    ("350211103", "后溪镇", "Houxi Town", (118.0450, 24.6550)),
    ("350212001", "大同街道", "Datong Subdistrict", (118.1550, 24.7350)),
    ("350212002", "祥平街道", "Xiangping Subdistrict", (118.1450, 24.7050)),
    ("350212105", "莲花镇", "Lianhua Town", (118.0550, 24.7800)),
    ("350212106", "新民镇", "Xinmin Town", (118.1130, 24.7050)),
    ("350212107", "洪塘镇", "Hongtang Town", (118.1780, 24.6900)),
    ("350212108", "西柯镇", "Xike Town", (118.1300, 24.6550)),
    ("350212109", "汀溪镇", "Tingxi Town", (118.1300, 24.8250)),
    ("350212110", "五显镇", "Wuxian Town", (118.1880, 24.7750)),
    ("350213102", "马巷镇", "Maxiang Town", (118.2450, 24.6650)),
    ("350213103", "新圩镇", "Xinxu Town", (118.2480, 24.7400)),
    ("350213104", "新店镇", "Xindian Town", (118.2400, 24.6000)),
    ("350213111", "内厝镇", "Neicuo Town", (118.3100, 24.6700)),
    ("350213404", "大帽山农场", "Damaoshan Farm", (118.2850, 24.7900)),
]

AREA_CLASSES: Final[dict[str, str]] = {
    "350200": "B",
    **dict.fromkeys(("350203003", "350203012"), "A"),
    **dict.fromkeys(
        ("350211102", "350211103", "350212105", "350212109", "350212110", "350213103", "350213111", "350213404"), "C"
    ),
}
"""How strictly the demo city manages its parts: invented, like the outlines. The others are as what they lie in."""


def main() -> None:
    """Draw the divisions and write them down, one feature to a line."""
    features = list(drawn_features())
    head = {"type": "FeatureCollection", "name": "厦门市（示意）", "schematic": True, "note": NOTE}
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    TARGET.write_text(f'{opening}, "features": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{TARGET}: {len(features)} divisions, {TARGET.stat().st_size} bytes")


def drawn_features() -> Iterator[Feature]:
    """Yield the city, its districts, streets and communities, each before its parts."""
    names = {code: (zh, en) for code, zh, en, _ in [*STREETS, *STREETS_ON_ISLANDS_OF_THEIR_OWN]}
    communities = fitted_together(community_cells(street_cells()))
    streets = joined_by(communities, digits=9)
    districts = joined_by(streets, digits=6)
    code, zh, en = CITY
    yield feature(code, "city", None, zh, en, shapely.union_all(list(districts.values())))
    for code, zh, en in DISTRICTS:
        yield feature(code, "district", CITY[0], zh, en, districts[code])
    for code in sorted(streets):
        yield feature(code, "street", code[:6], *names[code], streets[code])
    for code in sorted(communities):
        number = int(code[9:]) - FIRST_COMMUNITY
        zh, en = f"示意社区{NUMERALS[number]}", f"Schematic Community {number + 1}"
        yield feature(code, "community", code[:9], zh, en, communities[code])


def street_cells() -> dict[str, shapely.Polygon]:
    """Divide each district's main part among its streets; an island may be a street of its own."""
    cells = {code: shapely.Polygon(corners) for code, _, _, corners in STREETS_ON_ISLANDS_OF_THEIR_OWN}
    for district, corners in MAINLAND_PARTS.items():
        seeds = {code: seed for code, _, _, seed in STREETS if code.startswith(district)}
        cells |= dict(zip(seeds, cells_around(list(seeds.values()), within=shapely.Polygon(corners)), strict=True))
    return cells


def community_cells(streets: Mapping[str, shapely.Polygon]) -> dict[str, shapely.Polygon]:
    """Divide each street among three to five communities of similar size."""
    cells: dict[str, shapely.Polygon] = {}
    for place, (street, area) in enumerate(sorted(streets.items())):
        seeds = ring_of_seeds(area, count=3 + place % 3)
        for _ in range(ROUNDS_OF_EVENING_OUT):
            seeds = [(cell.centroid.x, cell.centroid.y) for cell in cells_around(seeds, within=area)]
        for number, cell in enumerate(cells_around(seeds, within=area)):
            cells[f"{street}{FIRST_COMMUNITY + number}"] = cell
    return cells


def ring_of_seeds(area: shapely.Polygon, *, count: int) -> list[Corner]:
    """Place seeds evenly on a small circle in the middle of an area."""
    middle = area.representative_point()
    radius = math.sqrt(area.area) / 10
    turns = [2 * math.pi * number / count + 0.4 for number in range(count)]
    return [(middle.x + radius * math.cos(turn), middle.y + radius * math.sin(turn)) for turn in turns]


def cells_around(seeds: Sequence[Corner], *, within: shapely.Polygon) -> list[shapely.Polygon]:
    """Give every seed the part of an area that is nearest to it, in the order of the seeds."""
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=within, ordered=True)
    return [shapely.intersection(cell, within) for cell in cells.geoms]


def fitted_together(cells: Mapping[str, shapely.Polygon]) -> dict[str, Any]:
    """Bring all cells onto one grid so that neighbours, across districts too, share every corner of their border."""
    lines = shapely.union_all([cell.boundary for cell in cells.values()], grid_size=GRID_DEGREES)
    pieces = shapely.polygonize([lines]).geoms
    parts: dict[str, list[shapely.Polygon]] = {code: [] for code in cells}
    for piece in pieces:
        middle = piece.representative_point()
        code = min(cells, key=lambda candidate: cells[candidate].distance(middle))
        if cells[code].distance(middle) < GRID_DEGREES:
            parts[code].append(on_grid(piece))
    return {code: shapely.union_all(found) for code, found in parts.items()}


def on_grid(piece: shapely.Polygon) -> shapely.Polygon:
    """Round a piece's corners to the last decimal written."""
    return shapely.transform(piece, lambda corners: corners.round(DECIMALS))


def joined_by(areas: Mapping[str, Any], *, digits: int) -> dict[str, Any]:
    """Join areas whose codes begin alike."""
    beginnings = sorted({code[:digits] for code in areas})
    return {
        beginning: shapely.union_all([area for code, area in areas.items() if code.startswith(beginning)])
        for beginning in beginnings
    }


def feature(code: str, level: str, parent: str | None, zh: str, en: str, outline: Any) -> Feature:
    """Write a division down as GeoJSON."""
    properties = {
        "code": code,
        "level": level,
        "parent": parent,
        "name_zh": zh,
        "name_en": en,
        "from_on": IN_FORCE_FROM,
        "schematic": True,
    }
    if code in AREA_CLASSES:
        properties["area_class"] = AREA_CLASSES[code]
    polygons = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
    shape = {"type": "MultiPolygon", "coordinates": [rings_of(polygon) for polygon in sorted_polygons(polygons)]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def sorted_polygons(polygons: Iterable[shapely.Polygon]) -> list[shapely.Polygon]:
    """Put the largest part first, so that the file does not depend on the order of computing."""
    return sorted(polygons, key=lambda polygon: -polygon.area)


def rings_of(polygon: shapely.Polygon) -> list[list[list[float]]]:
    """Return the rings as RFC 7946 wants them: outer counter-clockwise, holes clockwise."""
    turned = shapely.orient_polygons(shapely.normalize(polygon))
    return [
        [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
        for ring in [turned.exterior, *turned.interiors]
    ]


if __name__ == "__main__":
    main()
