"""The rules and shaded areas of a page: what is drawn beside the text, to part or to set off.

A rule may be drawn as a line, as a rectangle so thin that it is one, or as the border of a rectangle. All three become
segments; those of one line are joined. White on white is not seen and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from rendicion_etl.reading.page import Box, Floats, Rulings

THIN = 2.6  # points: a rectangle no thicker is a rule
SAME_LINE = 1.2  # points: rules closer than this are one
LEAST_GAP = 3.0  # points: a shorter gap between two segments of one line is none
SHORTEST = 4.0  # points: shorter marks part nothing
LIGHT = 250  # of 255: a colour as light as the paper

Piece = tuple[float, float, float, float]


def rulings_of(drawn: Any, turn: Callable[[Floats], Floats]) -> Rulings:
    """Rules and shades of a page of tablers, from its rectangles and lines.

    `turn` brings an array of boxes in tablers' coordinates to the page as it is read.
    """
    drawn.extract_objects()
    shaded, edges = _drawn(drawn.objects)
    boxes = turn(np.array(edges + shaded, dtype=float).reshape(-1, 4))
    lines, areas = boxes[: len(edges)], boxes[len(edges) :]
    width, height = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    flat, upright = (height <= THIN) & (width >= SHORTEST), (width <= THIN) & (height >= SHORTEST)
    middle_y, middle_x = (lines[:, 1] + lines[:, 3]) / 2, (lines[:, 0] + lines[:, 2]) / 2
    horizontal, joints = _joined(np.column_stack((middle_y, lines[:, 0], lines[:, 2]))[flat])
    vertical, _ = _joined(np.column_stack((middle_x, lines[:, 1], lines[:, 3]))[upright])
    return Rulings(horizontal, vertical, [Box(*area) for area in areas.tolist()], joints)


def _drawn(objects: Any) -> tuple[list[Piece], list[Piece]]:
    """Shaded rectangles, and what is or may be a rule as a thin box, in the coordinates they came in."""
    shaded: list[Piece] = []
    edges: list[Piece] = []
    for rect in objects.rects:
        x0, y0, x1, y1 = rect.bbox
        filled = str(rect.fill_mode) != "FillMode.NONE" and _seen(rect.fill_color)
        if min(x1 - x0, y1 - y0) <= THIN:
            if filled or (rect.is_stroked and _seen(rect.stroke_color)):
                edges.append((x0, y0, x1, y1))
            continue
        if filled:
            shaded.append((x0, y0, x1, y1))
        if rect.is_stroked and _seen(rect.stroke_color):
            edges += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
    for line in objects.lines:
        if line.is_stroked and _seen(line.stroke_color):
            edges += _straight(list(line.points))
    return shaded, edges


def _straight(points: list[tuple[float, float]]) -> Iterator[Piece]:
    """The pieces of a path that run along the page's sides."""
    for (xa, ya), (xb, yb) in pairwise(points):
        if min(abs(xa - xb), abs(ya - yb)) <= SAME_LINE:
            yield min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def _seen(colour: tuple[int, int, int, int]) -> bool:
    return colour[3] > 0 and min(colour[:3]) < LIGHT


def _joined(segments: Floats) -> tuple[Floats, Floats]:
    """Segments of one line that touch or overlap become one, sorted by place, then by start; and where they touched."""
    segments = segments[np.lexsort((segments[:, 1], segments[:, 0]))]
    out: list[list[float]] = []
    joints: list[tuple[float, float]] = []
    for group in np.split(segments, np.flatnonzero(np.diff(segments[:, 0]) > SAME_LINE) + 1):
        place = float(group[:, 0].mean()) if len(group) else 0.0
        at: list[float] | None = None
        for _, start, end in group[np.argsort(group[:, 1], kind="stable")].tolist():
            if at and start <= at[2] + LEAST_GAP:
                if abs(start - at[2]) <= LEAST_GAP < end - at[2]:
                    joints.append(((start + at[2]) / 2, place))
                at[2] = max(at[2], end)
            else:
                at = [place, start, end]
                out.append(at)
    return np.array(out).reshape(-1, 3), np.array(joints).reshape(-1, 2)
