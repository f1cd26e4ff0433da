"""The text layer of a page: its visible characters as pdfium has them, and what tells whether to trust it."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from rendicion_etl.reading.page import Box, Chars, Floats, Frame, Layer

SMALL_PRINT, SMALLER = 0.78, 0.92  # of the height of the character before
SAME_FLOW = 1.0  # points: a character that begins where the last one ended has its direction
MOST_TURNED = 0.6  # of the characters: then the page is turned, and not a few headers
BESIDE = 0.35  # of the height of the character before
RAISED = 0.15  # of a character's own height above the line
MANY = 30  # characters of a page: fewer in a font are of a title
SAMPLE = 20  # words that tell whether text is drawn
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Codes of white space, and of marks that draw nothing.
NO_INK = (0x02, *range(0x09, 0x0E), 0x20, 0xA0, 0x200B, 0xFEFF)


@dataclass(slots=True)
class Font:
    """A font as a document names it (a subset has a name of its own), and the digits not met in it so far."""

    name: str
    bold: bool = False
    new: set[str] = field(default_factory=lambda: set("0123456789"))


def read_text_layer(handle: Any, frame: Frame, known_fonts: dict[str, Font]) -> tuple[Chars, int, Layer]:
    """The visible characters of a page, white space left out, the quarter turns by which most are turned, the layer.

    Boxes are those of the page turned back, so that most of its text stands upright. `known_fonts`: those that the
    document was seen to use so far, by name; new ones are added.
    """
    textpage = handle.get_textpage()
    raw = textpage.raw
    codes = _codes(textpage)
    text_of = {code: _text_of(code) for code in np.unique(codes).tolist()}
    blank = np.isin(codes, [code for code, text in text_of.items() if text is None])
    at = np.flatnonzero(~blank).tolist()  # of each visible character, where it stands in the file
    texts = [text for code in codes.tolist() if (text := text_of[code]) is not None]
    boxes = _loose_boxes(raw, at)
    spaced = np.diff(np.array(at, dtype=int), prepend=-2) > 1
    words = np.flatnonzero(spaced)
    items = [pdfium.FPDFText_GetTextObject(raw, at[k]) for k in words.tolist()]
    on_page: dict[int, tuple[int, Font]] = {}  # by address: its number on the page
    # A word has one font: asking at its first character is enough.
    font_of = _spread([_font_of(item, on_page, known_fonts)[0] for item in items], words, len(at))
    fonts = [font for _, font in on_page.values()]
    modes = [pdfium.FPDFTextObj_GetTextRenderMode(item) for item in items[:SAMPLE]]
    flows = np.flatnonzero(spaced | (np.abs(boxes[:, 0] - np.append(0.0, boxes[:-1, 2])) > SAME_FLOW))
    angles = [pdfium.FPDFText_GetCharAngle(raw, at[k]) for k in flows.tolist()]
    turns = _spread([_quarters(angle, frame.quarters) for angle in angles], flows, len(at))
    new = _new_digits(codes[~blank], font_of, fonts)
    tight = _as_displayed(frame, [textpage.get_charbox(at[k]) for places in new.values() for k in places])
    textpage.close()
    counts = np.bincount(turns, minlength=4)
    most = int(counts.argmax()) if counts.max() > MOST_TURNED * max(len(texts), 1) else 0
    x0, top, x1, bottom = np.ascontiguousarray(frame.as_read(boxes, most).T)
    turn = ((turns - most) % 4).astype(np.int8)
    _part_ligatures(x0, top, x1, bottom, turn == 0)
    _mark_superscripts(texts, x0, top, x1, bottom)
    width, height = handle.get_size() if most % 2 == 0 else handle.get_size()[::-1]
    keep = np.flatnonzero((x1 > 0) & (x0 < width) & (bottom > 0) & (top < height))
    bold = np.array([font.bold for font in fonts], dtype=bool)[font_of]
    many = np.bincount(font_of[keep], minlength=len(fonts)) >= MANY
    met: dict[tuple[str, str], tuple[Box, Box]] = {}
    for ((font, digit), (k, _)), *places in zip(new.items(), tight[::2], tight[1::2], strict=True):
        if turn[k] == 0 and many[font_of[k]]:
            fonts[font_of[k]].new.discard(digit)
            met[font, digit] = places[0], places[1]
    layer = Layer(
        [font.name for font in fonts],
        font_of[keep],
        met,
        int((blank & ~np.isin(codes, NO_INK)).sum()),
        modes.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) / max(len(modes), 1),
    )
    chars = Chars(
        [texts[k] for k in keep.tolist()],
        x0[keep],
        top[keep],
        x1[keep],
        bottom[keep],
        bold[keep],
        spaced[keep],
        turn[keep],
    )
    return chars, most, layer


def _codes(textpage: Any) -> npt.NDArray[np.int64]:
    """The Unicode of each character of a page."""
    count = textpage.count_chars()
    content = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(textpage.raw, 0, count, content) - 1
    codes = np.array(content[:count], dtype=np.int64)
    if written == count and not ((codes >= 0xD800) & (codes <= 0xDFFF) | (codes == 0xFFFE)).any():
        return codes
    # All at once, pdfium leaves characters out, gives others in two halves, and 0xFFFE for hyphens and for no Unicode.
    return np.array([pdfium.FPDFText_GetUnicode(textpage.raw, i) for i in range(count)], dtype=np.int64)


def _loose_boxes(raw: Any, at: Sequence[int]) -> Floats:
    """The boxes of some characters, rows of left, top, right and bottom in PDF user space."""
    boxes = (pdfium.FS_RECTF * len(at))()
    for i, box in zip(at, boxes, strict=True):
        pdfium.FPDFText_GetLooseCharBox(raw, i, box)
    return np.frombuffer(boxes, dtype=np.float32).reshape(-1, 4).astype(np.float64)


def _spread(values: Sequence[int], starts: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.int16]:
    """Values of runs of characters as values of each of them; a run begins at each of `starts`, the first at 0."""
    return np.repeat(np.array(values, dtype=np.int16), np.diff(starts, append=count))


def _new_digits(
    codes: npt.NDArray[np.int64], font_of: npt.NDArray[np.int16], fonts: Sequence[Font]
) -> dict[tuple[str, str], tuple[int, int]]:
    """The digits not met before in their font, by its name: which of the characters is the first, and the last."""
    digits = np.flatnonzero((codes >= ord("0")) & (codes <= ord("9")))
    kinds = font_of[digits] * 10 + codes[digits] - ord("0")
    first, last = (np.unique(way, return_index=True)[1] for way in (kinds, kinds[::-1]))
    out: dict[tuple[str, str], tuple[int, int]] = {}
    for start, end in sorted(zip(digits[first].tolist(), digits[::-1][last].tolist(), strict=True)):
        font, digit = fonts[font_of[start]], chr(codes[start])
        if digit in font.new:
            out.setdefault((font.name, digit), (start, end))
    return out


def _quarters(angle: float, quarters: int) -> int:
    """Quarter turns, clockwise, of a character on the page as displayed: `angle` in radians, `quarters` of the page."""
    return (round(math.degrees(angle) / 90) + quarters) % 4 if angle >= 0 else 0


def _part_ligatures(x0: Floats, top: Floats, x1: Floats, bottom: Floats, upright: npt.NDArray[np.bool_]) -> None:
    """Put the letters of a ligature side by side, in place; `upright` tells letters from those of turned text.

    pdfium gives the letters of an "fi" or "ti" the whole box of their glyph each, or halves of it that were split
    before the page was turned: on a page with /Rotate the two then stand one above the other.
    """
    near = 0.05  # points
    same = (np.abs(np.diff(x0)) < near) & (np.abs(np.diff(x1)) < near) & upright[1:]
    level = np.abs(np.diff(top)) < near
    stacked = (np.abs(top[1:] - bottom[:-1]) < near) | (np.abs(bottom[1:] - top[:-1]) < near)
    change = np.diff(np.concatenate(([0], (same & (level | stacked)).astype(np.int8), [0])))
    for first, last in zip(np.flatnonzero(change > 0).tolist(), np.flatnonzero(change < 0).tolist(), strict=True):
        part = np.arange(first, last + 1)
        edges = np.linspace(x0[first], x1[first], len(part) + 1)
        x0[part], x1[part] = edges[:-1], edges[1:]
        beside = first and abs(x1[first - 1] - edges[0]) < bottom[first - 1] - top[first - 1]
        like = slice(first - 1, first) if beside else part
        top[part], bottom[part] = top[like].min(), bottom[like].max()


def _mark_superscripts(texts: list[str], x0: Floats, top: Floats, x1: Floats, bottom: Floats) -> None:
    """Make a digit that is set smaller and higher than the character just before it a superscript, in place.

    It is the mark of a note, and no digit of the figure it stands beside. One not much smaller must also rise above it.
    """
    height = bottom - top
    before = height[:-1]
    lifted = bottom[1:] < bottom[:-1] - RAISED * height[1:]
    above = top[1:] < top[:-1] - RAISED / 2 * height[1:]
    smaller = (height[1:] < SMALL_PRINT * before) | (above & (height[1:] < SMALLER * before))
    level = np.abs(np.diff(bottom)) < height[1:]  # on the same line
    beside = np.abs(x0[1:] - x1[:-1]) < BESIDE * before
    for k in np.flatnonzero(lifted & smaller & level & beside) + 1:
        if not (texts[k - 1].isalnum() or texts[k - 1] in ")%.*"):  # a bracket may come from another, larger font
            continue
        end = k
        while end < len(texts) and texts[end].isdigit() and abs(bottom[end] - bottom[k]) < height[k]:
            end += 1
            if end < len(texts) and height[end] > height[k] / SMALLER:
                break
        goes_on = end < len(texts) and texts[end] in ".,0123456789" and abs(x0[end] - x1[end - 1]) < BESIDE * height[k]
        if not goes_on:  # digits that go on are a figure, beside a sign from a larger font
            texts[k:end] = [text.translate(_SUPERSCRIPTS) for text in texts[k:end]]


def _font_of(item: Any, on_page: dict[int, tuple[int, Font]], known: dict[str, Font]) -> tuple[int, Font]:
    """The font of a text object and its number on the page.

    It is bold by its name: the weight that files declare is seldom true.
    """
    handle = pdfium.FPDFTextObj_GetFont(item)
    key = ctypes.addressof(handle.contents) if handle else 0
    if key not in on_page:
        content = ctypes.create_string_buffer(128)
        if handle:
            pdfium.FPDFFont_GetBaseFontName(handle, content, 128)
        name = content.value.decode("latin-1")
        bold = any(word in name.lower() for word in ("bold", "black", "heavy", "semib", "demi"))
        on_page[key] = len(on_page), known.setdefault(name, Font(name, bold))
    return on_page[key]


def _text_of(code: int) -> str | None:
    """A character as text; None for white space and what is not printed."""
    if code in (0x02, 0xFFFE):  # how pdfium marks a hyphen at the end of a line
        return "-"
    if code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    char = chr(code)
    if char.isspace() or code in (0x200B, 0xFEFF):
        return None
    return unicodedata.normalize("NFKC", char) if 0xFB00 <= code <= 0xFB06 else char


def _as_displayed(frame: Frame, boxes: Sequence[tuple[float, float, float, float]]) -> list[Box]:
    """Boxes (left, bottom, right, top) in PDF user space on the page as displayed."""
    sides = np.array(boxes, dtype=np.float64).reshape(-1, 4)[:, [0, 3, 2, 1]]
    return [Box(*box) for box in frame.as_read(sides, 0).tolist()]
