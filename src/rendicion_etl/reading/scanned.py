"""A page read from its pixels: the same page as one with a text layer, with characters, boxes and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rendicion_etl.reading.ink import Ink, ink_of, letters, part_rules
from rendicion_etl.reading.ocr import Ocr, Quads, Reading
from rendicion_etl.reading.page import Box, Chars, Page, Picture
from rendicion_etl.reading.pdf import Pdf
from rendicion_etl.reading.straighten import bend_of, straight

DPI = 200  # of the picture that is read
TALL = 1.5  # times as high as wide: a line of text that is turned
SAMPLE = 6  # lines, the longest, that tell whether a page stands on its head
UPRIGHT = 0.8  # how sure their characters are, on average, where it does not


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text as read from the picture of a page: where, in points, and how sure its least sure character is."""

    text: str
    box: Box
    sure: float


def read_scanned(pdf: Pdf, number: int, ocr: Ocr) -> Page:
    """Read page `number` (from 1) from its pixels."""
    picture = pdf.pixels(number, DPI)
    turn = 0
    bend = bend_of(picture, DPI)
    flat = straight(picture, bend)
    quads = ocr.find(flat)
    if _lies(quads):
        turn = 1
        picture = np.ascontiguousarray(np.rot90(picture))
        bend = bend_of(picture, DPI)
        flat = straight(picture, bend)
        quads = ocr.find(flat)
    if _on_its_head(flat, quads, ocr):
        turn += 2
        picture = np.ascontiguousarray(np.rot90(picture, 2))
        bend = bend_of(picture, DPI)
        flat = straight(picture, bend)
        quads = ocr.find(flat)
    scale = 72 / DPI
    rulings, ink = part_rules(ink_of(flat, DPI), DPI)
    lines = [box for box in _boxes(quads, flat) if box.height < TALL * box.width or box.height * scale < 20]
    readings = ocr.read([_part(flat, box) for box in lines])
    chars = _chars(ink, lines, readings, scale)
    height, width = (side * scale for side in flat.shape)
    page = Page(number, width, height, chars, rulings, turn, source="ocr", bend=bend.scaled(scale))
    page.read_lines = [
        ReadLine(r.text, Box(*(side * scale for side in box)), r.surest) for box, r in zip(lines, readings, strict=True)
    ]
    return page


def _lies(quads: Quads) -> bool:
    """Whether most lines of text run up or down."""
    if not len(quads):
        return False
    wide, high = np.ptp(quads, axis=1).T
    return bool(high[high > TALL * wide].sum() > wide[wide > TALL * high].sum())


def _on_its_head(flat: Picture, quads: Quads, ocr: Ocr) -> bool:
    """Whether the longest lines are read with more certainty upside down."""
    sample = [_part(flat, box) for box in sorted(_boxes(quads, flat), key=lambda b: -b.width)[:SAMPLE]]
    upright = _certainty(ocr.read(sample))
    return bool(sample) and upright < UPRIGHT and _certainty(ocr.read([line[::-1, ::-1] for line in sample])) > upright


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
