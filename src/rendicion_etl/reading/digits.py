"""Whether a text layer names the digits that the page shows: a font may draw an 8 and call it a 3.

The check is in two steps, since the first is cheap and the second is sure. One glyph of each digit of each font is
drawn and compared with how standard fonts draw digits; where another digit is more like it, at its first place and at
its last (a rule may touch it at one), words that hold it are drawn and read as a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from rendicion_etl.reading.ocr import Ocr
from rendicion_etl.reading.page import Box, Floats, Page, Picture

if TYPE_CHECKING:
    from rendicion_etl.reading.lines import Word
    from rendicion_etl.reading.pdf import Pdf

FACES = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier")
SIDE = 24  # pixels of the square in which glyphs are compared
CONTRAST, INK = 60, 90  # of 255, from the ground
BLUR = 1.4  # pixels
SIZE, PAD = 30, 0.3  # pixels of the height of a glyph that is drawn, points around it
SAME_LINE = 1.0  # points
WORDS = 3  # that are read for each digit in doubt
WORD_DPI = 300
SURE = 0.8  # of every character of a word, for what was read to count

DIGITS = "0123456789"


class DigitCheck:
    """The fonts of one document: which of them call digits what they are not."""

    def __init__(self, pdf: Pdf, ocr: Ocr) -> None:
        self._pdf, self._ocr = pdf, ocr
        self._lying: set[str] = set()

    def lies(self, page: Page) -> bool:
        """Whether any figure of a page is in a font whose digits are not those that are drawn."""
        if page.layer is None:
            return False
        new = page.layer.digits
        seen = self._seen(page, {glyph: first for glyph, (first, _) in new.items()})
        other = {glyph: new[glyph][1] for glyph, looks in seen.items() if looks not in (glyph[1], None)}
        doubtful = [glyph for glyph, looks in self._seen(page, other).items() if looks != glyph[1]]
        for font in {font for font, _ in doubtful}:
            if self._denied(page, font, {digit for name, digit in doubtful if name == font}):
                self._lying.add(font)
        return not self._lying.isdisjoint(page.layer.fonts)

    def _seen(self, page: Page, glyphs: Mapping[tuple[str, str], Box]) -> dict[tuple[str, str], str | None]:
        """What digit each glyph, by its font and what it is called, looks like; None where nothing is to be seen."""
        drawn = self._drawn(page, list(glyphs.values()))
        return {glyph: _looks_like(picture) for glyph, picture in zip(glyphs, drawn, strict=True)}

    def _drawn(self, page: Page, boxes: Sequence[Box]) -> list[Picture]:
        """Glyphs drawn upright, each as tightly as its ink; those on one line of text are drawn in one go."""
        out: dict[Box, Picture] = {}
        for line in _lines(boxes, upright=page.turn % 2 == 0):
            around = Box.around(line)
            area = Box(around.x0 - PAD, around.top - PAD, around.x1 + PAD, around.bottom + PAD)
            scale = SIZE / max(min(max(box.width, box.height) for box in line), 1.0)
            picture = self._pdf.pixels(page.number, 72 * scale, area)
            corner = np.maximum(area[:2], 0)
            for box in line:
                x0, top = np.maximum(np.rint((box[:2] - corner) * scale - 1), 0).astype(int)
                x1, bottom = np.rint((box[2:] - corner) * scale + 1).astype(int)
                out[box] = np.rot90(picture[top:bottom, x0:x1], page.turn)
        return [out[box] for box in boxes]

    def _denied(self, page: Page, font: str, digits: set[str]) -> bool:
        """Whether words that hold some digits of a font are read with other ones than the text layer has."""
        words = _words_with(page, font, digits)
        pictures = []
        for word in words:
            pad = 0.2 * word.box.height
            box = Box(word.box.x0 - pad, word.box.top, word.box.x1 + pad, word.box.bottom)
            drawn = self._pdf.pixels(page.number, WORD_DPI, page.displayed(box))
            pictures.append(np.rot90(drawn, page.turn))
        equal = other = 0
        for word, reading in zip(words, self._ocr.read(pictures), strict=True):
            if reading.certainty >= SURE:
                same = digits_in(reading.text) == digits_in(word.text)
                equal, other = equal + same, other + (not same)
        return other > 1 or other > equal


def _lines(boxes: Sequence[Box], upright: bool) -> Iterator[list[Box]]:
    """Boxes of glyphs by the line of text that they stand on."""
    line: list[Box] = []
    for box in sorted(boxes, key=lambda b: b.bottom if upright else b.x1):
        last = line[-1] if line else box
        if abs(box.bottom - last.bottom if upright else box.x1 - last.x1) > SAME_LINE:
            yield line
            line = []
        line.append(box)
    if line:
        yield line


def _looks_like(picture: Picture) -> str | None:
    """The digit that a glyph looks most like; None where nothing is to be seen."""
    shape = _shape(picture)
    patterns, digits = _patterns()
    return None if shape is None else digits[int((patterns @ shape).argmax())]


def digits_in(text: str) -> str:
    """The digits of a text, in their order."""
    return "".join(c for c in text if c in DIGITS)


def _words_with(page: Page, font: str, digits: set[str]) -> list[Word]:
    """Some words of a page that hold digits of a font, a few for each."""
    at, layer = page.chars, page.layer
    assert layer
    left = dict.fromkeys(digits, WORDS)
    found: list[Word] = []
    for k, text in enumerate(at.text):
        if left.get(text) and at.turn[k] == 0 and layer.fonts[layer.font[k]] == font:
            char = Box(at.x0[k], at.top[k], at.x1[k], at.bottom[k])
            word = next((w for w in page.words if w.box.holds(char)), None)
            if word and word not in found:
                left[text] -= 1
                found.append(word)
    return found


@cache
def _patterns() -> tuple[Floats, list[str]]:
    """The shapes of the ten digits as the standard fonts draw them, a row each, and which digit each is."""
    from rendicion_etl.reading.pdf import standard_glyphs

    shapes = [(_shape(p), d) for face in FACES for p, d in zip(standard_glyphs(face, DIGITS), DIGITS, strict=True)]
    known = [(shape, digit) for shape, digit in shapes if shape is not None]
    return np.array([shape for shape, _ in known]), [digit for _, digit in known]


def _shape(picture: Picture) -> Floats | None:
    """A glyph without its size and colour, as a vector of length 1; None where nothing is to be seen."""
    if not picture.size:  # beyond the page
        return None
    ground = sorted(picture[[0, 0, -1, -1], [0, -1, 0, -1]].tolist())[1]
    ink = np.abs(picture - float(ground))
    most = ink.max()
    if most < CONTRAST:
        return None
    seen = ink > INK * most / 255
    rows, columns = seen.any(axis=1).nonzero()[0], seen.any(axis=0).nonzero()[0]
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    shape = (_blurred(height, SIDE / height) @ ink @ _blurred(width, SIDE / height).T).ravel()
    shape -= shape.mean()
    out: Floats = shape / np.linalg.norm(shape)
    return out


@cache
def _blurred(length: int, scale: float) -> Floats:
    """What each of SIDE pixels takes of so many in a row, brought to scale about their middle and blurred."""
    at = (np.arange(length) + 0.5 - length / 2) * scale
    weights: Floats = np.exp(-np.square((np.arange(SIDE) + 0.5 - SIDE / 2)[:, None] - at) / (2 * BLUR**2)) * scale
    return weights
