"""The shapes of the departments: all 22 by the catalogue's codes, neighbours that touch, rings as Vega wants them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import rendicion_etl.site
from rendicion_etl.catalogs import by_code

FILE = Path(rendicion_etl.site.__file__).parent / "shapes" / "departments.json"
FEATURES = json.loads(FILE.read_text(encoding="utf-8"))["features"]
RINGS = {feature["id"]: feature["geometry"]["coordinates"][0] for feature in FEATURES}


def test_every_department_of_the_catalogue_has_a_shape() -> None:
    assert [feature["id"] for feature in FEATURES] == list(by_code("departments"))
    assert FILE.stat().st_size <= 60_000


@pytest.mark.parametrize("code", RINGS)
def test_a_ring_is_closed_and_runs_clockwise(code: str) -> None:
    ring = RINGS[code]
    assert ring[0] == ring[-1]
    assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) < 0


def test_neighbours_share_their_border_and_nobody_else_does() -> None:
    sides = Counter(frozenset((tuple(a), tuple(b))) for ring in RINGS.values() for a, b in pairwise(ring))
    assert set(sides.values()) == {1, 2}
    touching = {
        frozenset((one, other))
        for one in RINGS
        for other in RINGS
        if one < other and len({tuple(p) for p in RINGS[one]} & {tuple(p) for p in RINGS[other]}) > 2
    }
    assert {frozenset(("16", "17")), frozenset(("01", "03")), frozenset(("13", "14"))} <= touching
    assert frozenset(("05", "17")) not in touching


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [("17", -89.9, 16.93), ("09", -91.52, 14.84), ("03", -90.73, 14.56), ("18", -88.6, 15.6), ("16", -90.37, 15.47)],
    ids=["Flores", "Quetzaltenango", "Antigua", "Puerto Barrios", "Cobán"],
)
def test_a_capital_lies_in_its_department_alone(code: str, longitude: float, latitude: float) -> None:
    assert [c for c, ring in RINGS.items() if inside(ring, longitude, latitude)] == [code]


def test_the_place_of_a_label_lies_in_its_department() -> None:
    for feature in FEATURES:
        assert inside(RINGS[feature["id"]], *feature["properties"]["label"])
        assert 0 < feature["properties"]["room"] < 3


def inside(ring: list[list[float]], x: float, y: float) -> bool:
    west = [x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in pairwise(ring) if (y1 > y) != (y2 > y)]
    return sum(at < x for at in west) % 2 == 1
