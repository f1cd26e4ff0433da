"""What a page is once it has been read: characters with boxes, and the lines of text they form.

All coordinates are points (1/72 inch), origin at the top left of the page as displayed, y growing downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle on a page, in points from the top left corner of the page as displayed."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlap(self, other: Box) -> float:
        """Area shared with another box, in square points."""
        w = min(self.x1, other.x1) - max(self.x0, other.x0)
        h = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(w, 0.0) * max(h, 0.0)

    def holds(self, other: Box) -> bool:
        """Whether the middle of another box lies in this one, edges included."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    @staticmethod
    def around(boxes: list[Box]) -> Box:
        """The smallest box that holds all the given ones; `boxes` must not be empty."""
        x0, top, x1, bottom = zip(*boxes, strict=True)
        return Box(min(x0), min(top), max(x1), max(bottom))


@dataclass(slots=True)
class Chars:
    """The visible characters of a page in content order: n texts beside arrays of length n.

    Boxes are pdfium's *loose* ones (the height of the font, not of the glyph), so that a comma stands on the
    same line as the digits around it. `spaced` marks a character with white space before it in the file.
    """

    text: list[str]
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    bold: npt.NDArray[np.bool_]
    spaced: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)


@dataclass(slots=True)
class Line:
    """A run of text on one baseline without a gap wider than a column gutter."""

    text: str
    box: Box
    bold: bool


@dataclass
class Page:
    """One page of a document. `number` counts from 1."""

    number: int
    width: float
    height: float
    chars: Chars

    @cached_property
    def lines(self) -> list[Line]:
        """Lines of text from top to bottom, left to right."""
        from rendicion_etl.reading.lines import lines_of

        return lines_of(self.chars)
