"""What of a page to show for a finding: rectangles in points, from the table, its header and the cells concerned.

A crop is as wide as the table. A table that is not taller than `_TALL` is shown whole; of a taller one the rows
around the figure, and above them its header, as a spreadsheet keeps frozen panes. A lens is a small crop around
the figure alone, for narrow screens and small print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rendicion_etl.reading.page import Box

_TALL = 330.0
_ABOVE, _BELOW = 110.0, 50.0
_MARGIN = 8.0
_CAPTION = 14.0
_LENS_WIDTH, _LENS_HEIGHT = 250.0, 130.0


@dataclass(frozen=True)
class Mark:
    """A box to draw: the `figure` that a finding is about, with its number, or a `related` cell.

    `beside` puts the number to the left of the box, where boxes stand one above the other, instead of above it.
    """

    box: Box
    kind: Literal["figure", "related"]
    label: str = ""
    beside: bool = False


@dataclass(frozen=True)
class View:
    """A rectangle of a page to show, with the marks that lie in it."""

    page: int
    box: Box
    marks: tuple[Mark, ...]


def panes(part: Box, header: list[Box], focus: list[Box], others: list[Box], page: Box) -> list[Box]:
    """One or two rectangles of `page`, equally wide: the table's part on it, or its header and the rows around.

    `focus` are the boxes of the figures, `others` the related cells on this page; `header` may be empty.
    """
    whole = Box(part.x0 - _MARGIN, part.top - _CAPTION, part.x1 + _MARGIN, part.bottom + _MARGIN)
    if whole.height <= _TALL:
        return [_within(whole, page)]
    middle = Box.around(focus)
    top, bottom = middle.top - _ABOVE, min(middle.bottom, middle.top + _TALL) + _BELOW
    wanted = Box.around([middle, *others])
    if wanted.height <= _TALL - 2 * _MARGIN:
        top, bottom = min(top, wanted.top - 2 * _MARGIN), max(bottom, wanted.bottom + 2 * _MARGIN)
    body = Box(whole.x0, max(top, whole.top), whole.x1, min(bottom, whole.bottom))
    # A header further down repeats the first one or starts another part: what counts is the last above the figure.
    above = [box for box in header if box.bottom <= middle.top]
    if above:
        last = max(box.bottom for box in above)
        near = [box for box in above if box.bottom >= last - 80]
        strip = Box(whole.x0, min(b.top for b in near) - 2, whole.x1, last + 2)
        if body.top <= strip.bottom + 30:
            return [_within(Box(body.x0, min(strip.top, body.top), body.x1, body.bottom), page)]
        return [_within(strip, page), _within(body, page)]
    return [_within(body, page)]


def around(box: Box, page: Box) -> Box:
    """The lines around something that is not in a table, as wide as the page."""
    return _within(Box(page.x0, box.top - 45, page.x1, box.bottom + 45), page)


def lenses(focus: list[Box], page: Box) -> list[Box]:
    """Small rectangles, side by side, that hold every box of `focus` at a size that can be read on a telephone."""
    groups: list[list[Box]] = []
    for box in sorted(focus):
        if groups:
            joined = Box.around([*groups[-1], box])
            if joined.width <= _LENS_WIDTH - 20 and joined.height <= _LENS_HEIGHT:
                groups[-1].append(box)
                continue
        groups.append([box])
    return [_lens(Box.around(group), page) for group in groups]


def marks_within(marks: list[Mark], box: Box) -> tuple[Mark, ...]:
    """The marks whose middle lies in `box`; those of figures last, so that they are drawn on top."""
    return tuple(sorted((m for m in marks if box.holds(m.box)), key=lambda m: m.kind == "figure"))


def _lens(box: Box, page: Box) -> Box:
    spare = max(_LENS_WIDTH - box.width, 40.0)
    # More to the left than to the right: numbers are read with what stands before them.
    return _within(Box(box.x0 - spare * 0.65, box.top - 26, box.x1 + spare * 0.35, box.bottom + 16), page)


def _within(box: Box, page: Box) -> Box:
    return Box(max(box.x0, page.x0), max(box.top, page.top), min(box.x1, page.x1), min(box.bottom, page.bottom))
