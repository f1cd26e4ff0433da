"""A page read from its pixels: the same page as one with a text layer, with characters, boxes and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rendicion_etl.reading.ink import Ink, ink_of, left_over, letters, part_rules
from rendicion_etl.reading.ocr import Ocr, Quads, Reading
from rendicion_etl.reading.page import Box, Chars, Page, Picture, Rulings
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.reading.second_look import SURE, better, in_doubt, in_one_style, is_marked
from rendicion_etl.reading.straighten import Bend, bend_of, straight

DPI = 200  # of the picture that is read
LONGEST = 5000  # pixels of the longer side
CLOSER = 1.5  # times as large is what is looked at a second time
AROUND = 4  # pixels of paper around the ink, then
ONE_CHARACTER = 20.0  # points: what is higher than wide and no higher is not turned but short
TALL = 1.5  # times as high as wide: a line of text that is turned
SAMPLE = 6  # lines, the longest, that tell whether a page stands on its head
SPECKS = frozenset(" .,:;·•'`´°*")  # what dirt is read as: lines of nothing else say nothing
UPRIGHT = 0.8  # how sure their characters are, on average, where it does not


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text read from the picture of a page: where, in points, and how sure its least sure digit is."""

    box: Box
    sure: float


class Text(NamedTuple):
    """The upright lines of text of a flat picture, in pixels, and what they say; what else may be text; rules and ink.

    Rules are in points, and the ink is without them.
    """

    lines: list[Box]
    readings: list[Reading]
    unread: list[Box]
    rulings: Rulings
    ink: Ink


class Sheet(NamedTuple):
    """A page as it was found to lie: its quarter turns, how it is bent then, in a picture of `dpi` pixels an inch."""

    number: int
    turn: int
    bend: Bend
    dpi: float


def read_scanned(pdf: Pdf, number: int, ocr: Ocr, dpi: float = DPI) -> Page:
    """Read page `number` (from 1) from its pixels, of which there are `dpi` an inch, or fewer on a huge page."""
    dpi = min(dpi, 72 * LONGEST / max(pdf.size(number)))
    picture, turn = pdf.pixels(number, dpi), 0
    bend, flat, quads = _laid_flat(picture, dpi, ocr)
    if _lies(quads):
        picture, turn = _turned(picture, 1), 1
        bend, flat, quads = _laid_flat(picture, dpi, ocr)
    text = _read(flat, quads, dpi, ocr)
    if _on_its_head(flat, text, ocr):
        picture, turn = _turned(picture, 2), turn + 2
        bend, flat, quads = _laid_flat(picture, dpi, ocr)
        text = _read(flat, quads, dpi, ocr)
    scale = 72 / dpi
    readings = in_one_style(_read_twice(pdf, Sheet(number, turn, bend, dpi), text.lines, text.readings, ocr))
    chars = _chars(text.ink, text.lines, readings, scale)
    height, width = (side * scale for side in flat.shape)
    page = Page(number, width, height, chars, text.rulings, turn, source="ocr", bend=bend.scaled(scale))
    page.read_lines = [ReadLine(_scaled(box, scale), r.certainty) for box, r in zip(text.lines, readings, strict=True)]
    page.unread = [_scaled(box, scale) for box in text.unread]
    return page


def _scaled(box: Box, factor: float) -> Box:
    return Box(*(side * factor for side in box))


def _laid_flat(picture: Picture, dpi: float, ocr: Ocr) -> tuple[Bend, Picture, Quads]:
    """How a page lies in its picture, the picture made straight, and where text stands in that."""
    bend = bend_of(picture, dpi)
    flat = straight(picture, bend)
    return bend, flat, ocr.find(flat)


def _read_twice(pdf: Pdf, sheet: Sheet, lines: Sequence[Box], readings: list[Reading], ocr: Ocr) -> list[Reading]:
    """The readings, those of figures in doubt after a second look: closer, and at the lines without what is around."""
    again = in_doubt(readings)
    if not again:
        return readings
    marked = is_marked(readings)
    closer = Closer(pdf, sheet, CLOSER)
    out = list(readings)
    for k, (box, second) in zip(again, closer.read([lines[k] for k in again], ocr), strict=True):
        out[k] = better(readings[k], _within(lines[k], box, closer.factor, second), marked)
    return out


class Closer:
    """A page once more, `factor` times as large as the picture of it that was read."""

    def __init__(self, pdf: Pdf, sheet: Sheet, factor: float) -> None:
        self.factor = factor
        self._flat = straight(
            _turned(pdf.pixels(sheet.number, sheet.dpi * factor), sheet.turn), sheet.bend.scaled(factor)
        )
        self._ink = ink_of(self._flat, sheet.dpi * factor)

    def read(self, boxes: Sequence[Box], ocr: Ocr) -> list[tuple[Box, Reading]]:
        """What stands in boxes of the picture that was read, drawn in to their ink: each with its box in this one."""
        close = [_tight(self._ink, _scaled(box, self.factor)) for box in boxes]
        return list(zip(close, ocr.read([_part(self._flat, box) for box in close]), strict=True))


def _within(line: Box, close: Box, factor: float, reading: Reading) -> Reading:
    """A reading of a part of a line, `factor` times as large, with its characters placed on the whole line."""
    middles = ((close.x0 + m * close.width) / factor - line.x0 for m in reading.middles)
    return reading._replace(middles=tuple(m / line.width for m in middles))


def _turned(picture: Picture, turn: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, turn)) if turn else picture


def _tight(ink: Ink, box: Box) -> Box:
    """A box drawn in to the ink within it, and a little more."""
    part = _part(ink, box)
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return box
    x0, top = int(box.x0), int(box.top)
    return Box(
        max(x0 + columns[0] - AROUND, 0),
        max(top + rows[0] - AROUND, 0),
        x0 + columns[-1] + 1 + AROUND,
        top + rows[-1] + 1 + AROUND,
    )


def _read(flat: Picture, quads: Quads, dpi: float, ocr: Ocr) -> Text:
    """The text of a flat picture: what was found there, and what was not though it is as clear as that."""
    rulings, ink = part_rules(ink_of(flat, dpi), dpi)
    highest = ONE_CHARACTER * dpi / 72
    found = _boxes(quads, flat)
    upright = [box for box in found if box.height < TALL * box.width or box.height < highest]
    lines = upright + left_over(ink, found)
    readings = ocr.read([_part(flat, box) for box in lines])
    said = [k for k, r in enumerate(readings) if set(r.text) - SPECKS]
    clear = [k for k in said if k < len(upright) or min(readings[k].sure) >= SURE]
    unread = [lines[k] for k in said if k not in clear]
    return Text([lines[k] for k in clear], [readings[k] for k in clear], unread, rulings, ink)


def _lies(quads: Quads) -> bool:
    """Whether most lines of text run up or down."""
    if not len(quads):
        return False
    wide, high = np.ptp(quads, axis=1).T
    return bool(high[high > TALL * wide].sum() > wide[wide > TALL * high].sum())


def _on_its_head(flat: Picture, text: Text, ocr: Ocr) -> bool:
    """Whether the longest lines are read with more certainty upside down."""
    sample = sorted(range(len(text.lines)), key=lambda k: -text.lines[k].width)[:SAMPLE]
    upright = _certainty([text.readings[k] for k in sample])
    if not sample or upright >= UPRIGHT:
        return False
    return _certainty(ocr.read([_part(flat, text.lines[k])[::-1, ::-1] for k in sample])) > upright


def _certainty(readings: Sequence[Reading]) -> float:
    sure = [s for reading in readings for s in reading.sure]
    return float(np.mean(sure)) if sure else 0.0


def _boxes(quads: Quads, picture: Picture) -> list[Box]:
    """The upright boxes, in whole pixels within the picture, of lines of text that stand straight."""
    height, width = picture.shape
    low = np.maximum(np.floor(quads.min(axis=1)), 0).tolist()
    high = np.minimum(np.ceil(quads.max(axis=1)), (width, height)).tolist()
    boxes = [Box(*a, *b) for a, b in zip(low, high, strict=True)]
    return [box for box in boxes if box.width >= 3 and box.height >= 3]


def _part(picture: Picture, box: Box) -> Picture:
    x0, top, x1, bottom = (int(side) for side in box)
    return picture[top:bottom, x0:x1]


def _chars(ink: Ink, lines: Sequence[Box], readings: Sequence[Reading], scale: float) -> Chars:
    found = [char for box, reading in zip(lines, readings, strict=True) for char in letters(ink, box, reading)]
    boxes = np.array([box for _, box, _ in found], dtype=float).reshape(-1, 4) * scale
    x0, top, x1, bottom = np.ascontiguousarray(boxes.T)
    return Chars(
        [text for text, _, _ in found],
        x0,
        top,
        x1,
        bottom,
        np.zeros(len(found), dtype=bool),
        np.array([spaced for _, _, spaced in found], dtype=bool),
        np.zeros(len(found), dtype=np.int8),
    )
