"""What a page is once it has been read: characters with boxes, and the lines of text they form.

All coordinates are points (1/72 inch), origin at the top left, y growing downwards, on the page as it is read: as
displayed, but turned upright where all of its text is turned.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from rendicion_etl.aside import Aside

if TYPE_CHECKING:
    from rendicion_etl.reading.lines import Word
    from rendicion_etl.reading.scanned import ReadLine
    from rendicion_etl.reading.straighten import Bend

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]  # rows of grey pixels, 255 is paper
T = TypeVar("T")

BESIDE = 6.0  # points: what begins no further apart begins side by side


class Across(Protocol):
    """What reaches over a page from x0 to x1, in points: a box, a column, the figures of one."""

    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...


def shared_width(one: Across, two: Across) -> float:
    """How far two things stand over one another, in points; below 0 for a gap between them."""
    return min(one.x1, two.x1) - max(one.x0, two.x0)


def misalignment(one: Across, two: Across) -> float:
    """How far two things miss one another, in points: their left edges, right edges or middles, the nearest of them."""
    return min(abs(one.x1 - two.x1), abs(one.x0 - two.x0), abs(one.x0 + one.x1 - two.x0 - two.x1) / 2)


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
        h = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(shared_width(self, other), 0.0) * max(h, 0.0)

    def holds(self, other: Box) -> bool:
        """Whether the middle of another box lies in this one, edges included."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    @staticmethod
    def around(boxes: list[Box]) -> Box:
        """The smallest box that holds all the given ones; `boxes` must not be empty."""
        x0, top, x1, bottom = zip(*boxes, strict=True)
        return Box(min(x0), min(top), max(x1), max(bottom))


def reading_order(things: Iterable[T], box_of: Callable[[T], Box]) -> list[T]:
    """From top to bottom, and from left to right those that begin beside one another."""
    out: list[T] = []
    rest = sorted(things, key=lambda t: box_of(t).top)
    while rest:
        count = sum(box_of(t).top < box_of(rest[0]).top + BESIDE for t in rest)
        out += sorted(rest[:count], key=lambda t: box_of(t).x0)
        del rest[:count]
    return out


def turned(boxes: Floats, quarters: int, width: float, height: float) -> Floats:
    """Boxes (x0, top, x1, bottom) of a page of this size after `quarters` quarter turns of it, anticlockwise."""
    x0, top, x1, bottom = boxes.T
    match quarters % 4:
        case 1:
            return np.column_stack((top, width - x1, bottom, width - x0))
        case 2:
            return np.column_stack((width - x1, height - bottom, width - x0, height - top))
        case 3:
            return np.column_stack((height - bottom, x0, height - top, x1))
        case _:
            return boxes


class Frame(NamedTuple):
    """The visible rectangle of a page in PDF user space, and the quarter turns, clockwise, of its /Rotate."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int = 0

    def as_read(self, boxes: Floats, turn: int) -> Floats:
        """Boxes in PDF user space (rows of left, top, right, bottom) -> x0, top, x1, bottom on the page as read.

        `turn`: the quarter turns, clockwise, by which its text is turned on the page as displayed.
        """
        left, bottom, right, top, quarters = self
        flipped = np.column_stack((boxes[:, 0] - left, top - boxes[:, 1], boxes[:, 2] - left, top - boxes[:, 3]))
        return turned(flipped, turn - quarters, right - left, top - bottom)


@dataclass(slots=True)
class Chars:
    """The visible characters of a page in content order: n texts beside arrays of length n.

    Boxes are pdfium's *loose* ones (the height of the font, not of the glyph), so that a comma stands on the
    same line as the digits around it. `spaced` marks a character with white space before it in the file. `turn` is how
    many quarter turns, clockwise, a character is turned against the page as it is read: 3 for text that runs upwards.
    """

    text: list[str]
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    bold: npt.NDArray[np.bool_]
    spaced: npt.NDArray[np.bool_]
    turn: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.text)

    def part(self, chosen: npt.NDArray[np.intp], quarters: int = 0) -> Chars:
        """Some of the characters, as they stand after so many quarter turns, anticlockwise, about the origin."""
        boxes = np.column_stack((self.x0, self.top, self.x1, self.bottom))[chosen]
        x0, top, x1, bottom = turned(boxes, quarters, 0, 0).T
        text = [self.text[k] for k in chosen.tolist()]
        turn: npt.NDArray[np.int8] = (self.turn[chosen] - quarters) % 4
        return Chars(text, x0, top, x1, bottom, self.bold[chosen], self.spaced[chosen], turn)


_NONE = np.empty(0)
_NO_CHARS = Chars([], _NONE, _NONE, _NONE, _NONE, _NONE.astype(np.bool_), _NONE.astype(np.bool_), _NONE.astype(np.int8))


class Layer(NamedTuple):
    """How the text layer of a page is made.

    fonts: names; font: of each character of the page, its font among them. digits: of each font and digit that was not
    met before in the document, where the first and the last stand on the page as displayed, as tightly as their ink.
    nameless: how many characters have no Unicode. unseen: how many of the words are not drawn (text under a scan).
    """

    fonts: list[str]
    font: npt.NDArray[np.int16]
    digits: dict[tuple[str, str], tuple[Box, Box]]
    nameless: int
    unseen: float


@dataclass(slots=True)
class Rulings:
    """Horizontal rules as rows (y, x0, x1), vertical ones as rows (x, top, bottom), sorted; shaded areas as boxes.

    `joints` are rows (x, y): where a horizontal rule is drawn in pieces, one for each cell.
    """

    horizontal: Floats = field(default_factory=lambda: np.empty((0, 3)))
    vertical: Floats = field(default_factory=lambda: np.empty((0, 3)))
    shaded: list[Box] = field(default_factory=list)
    joints: Floats = field(default_factory=lambda: np.empty((0, 2)))


_NO_RULINGS = Rulings()


@dataclass(slots=True)
class Line:
    """A run of text on one baseline without a gap wider than a column gutter."""

    text: str
    box: Box
    bold: bool


NO_FRAME = Frame(0, 0, 0, 0)


@dataclass(eq=False)
class Page:
    """One page of a document, turned so that its text stands upright. `number` counts from 1.

    `turn` counts the quarter turns, clockwise, by which the text is turned on the page as displayed: 0 on nearly all.
    Of a page read from its pixels, `bend` tells how it lies in its picture once that is turned, `read_lines` are the
    lines of text that were read, and in `unread` stands what looks like text and says nothing that is certain.
    """

    number: int
    width: float
    height: float
    chars: Chars
    rulings: Rulings
    turn: int = 0
    frame: Frame = NO_FRAME
    layer: Layer | None = None
    source: Literal["native", "ocr"] = "native"
    bend: Bend | None = None
    read_lines: list[ReadLine] = field(default_factory=list)
    unread: list[Box] = field(default_factory=list)
    _lines: list[Line] | None = field(default=None, init=False, repr=False)
    _aside: Aside | None = field(default=None, init=False, repr=False)

    def keep_lines(self, lines: list[Line], aside: bool = False) -> None:
        """Forget all but these of its lines: the rest of hundreds of pages would fill the memory.

        `aside`: lay these aside too; then whoever asks for them gets new ones each time.
        """
        self._lines = lines
        if aside:
            flat = [(line.text, *map(float, line.box), bool(line.bold)) for line in lines]
            self._lines, self._aside = None, Aside(zlib.compress(marshal.dumps(flat), 1))
        self.read_lines = []
        self.chars, self.rulings, self.layer = _NO_CHARS, _NO_RULINGS, None
        self.__dict__.pop("words", None)

    def displayed(self, box: Box) -> Box:
        """A box of this page on the page as displayed."""
        if self.bend:
            box = self.bend.source_box(box)
        if not self.turn:
            return box
        return Box(*turned(np.array([box]), (4 - self.turn) % 4, self.width, self.height)[0].tolist())

    @cached_property
    def words(self) -> list[Word]:
        """Words by baseline, top to bottom, left to right; turned text left out."""
        from rendicion_etl.reading.lines import words_of

        return words_of(self.chars)

    @property
    def lines(self) -> list[Line]:
        """Lines of text from top to bottom, left to right."""
        if self._aside:
            flat = marshal.loads(zlib.decompress(self._aside.read()))
            return [Line(text, Box(*box), bold) for text, *box, bold in flat]
        if self._lines is None:
            from rendicion_etl.reading.lines import lines_of

            self._lines = lines_of(self.chars, self.words)
        return self._lines
