"""The ink of a scanned page: what is black on it, the rules among it, and how far each letter reaches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.ocr import Reading
from rendicion_etl.reading.page import Box, Floats, Picture, Rulings

Ink = npt.NDArray[np.uint8]  # 1 where there is ink

LEAST_RULE = 18.0  # points: shorter strokes are of letters
THICKEST = 4.0  # points: thicker ones are shades or dirt
SAME_RULE = 2.5  # points: pieces of one rule may stand so far apart across it
RULE_GAP = 6.0  # points: and along it
WINDOW = 25.0  # points: what is darker than the paper so far around it is ink
DARKER = 18  # of 255

# Of a capital's height: a wider gap is a space though none was read, between figures and between words.
SPACE_OF_FIGURES, SPACE_OF_WORDS = 0.6, 1.0
LEAST_SPACE = 0.25  # of a capital's height: what a space that was read is given at least
_FIGURES = frozenset("0123456789.,")
# What a line holds tells how much of its height is above and below the line that letters stand on.
_TALL = 1.0
_LOW = 0.72  # the height of an x, of a capital's
_DEEP, _SHALLOW = 0.30, 0.18  # how far a p or a comma reaches below, of a capital's height
LOOSE_ABOVE, LOOSE_BELOW = 1.27, 0.33  # of a capital's height: the height of the font as PDF readers tell it


def ink_of(picture: Picture, dpi: float) -> Ink:
    """Where a picture is darker than what surrounds it: grey ground is none, print on it is."""
    import cv2

    size = int(WINDOW * dpi / 72) | 1
    ink: Ink = cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, DARKER)
    return ink


def part_rules(ink: Ink, dpi: float) -> tuple[Rulings, Ink]:
    """The rules of a page, in points, and its ink without them."""
    scale = 72 / dpi
    horizontal, flat = _rules(ink, scale)
    vertical, upright = _rules(np.ascontiguousarray(ink.T), scale)
    rest = ink.copy()
    rest[(flat | upright.T) > 0] = 0
    return Rulings(horizontal, vertical), rest


def _rules(ink: Ink, scale: float) -> tuple[Floats, Ink]:
    """Long strokes from left to right: rows (place, start, end) in points, sorted; and their pixels."""
    import cv2

    length = int(LEAST_RULE / scale)
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a rule may step by a pixel
    strokes = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    keep = np.zeros(count, dtype=np.uint8)
    found: list[tuple[float, float, float]] = []
    for k in range(1, count):
        x, y, width, height, area = stats[k]
        if area / width * scale > THICKEST or height * scale > 2 * THICKEST:
            continue
        keep[k] = 1
        rows = np.flatnonzero(labels[y : y + height, x : x + width].any(axis=1))
        found.append(((y + rows.mean()) * scale, x * scale, (x + width) * scale))
    pixels: Ink = keep[labels]
    return _joined(sorted(found)), pixels


def _joined(pieces: Sequence[tuple[float, float, float]]) -> Floats:
    """Pieces of one rule as one: on nearly the same place, with little between them."""
    out: list[list[float]] = []
    for place, start, end in sorted(pieces, key=lambda p: p[1]):
        same = [r for r in out if abs(r[0] - place) <= SAME_RULE and start <= r[2] + RULE_GAP]
        if same:
            best = min(same, key=lambda r: abs(r[0] - place))
            wide, more = best[2] - best[1], end - start
            best[0] = (best[0] * wide + place * more) / (wide + more)
            best[2] = max(best[2], end)
        else:
            out.append([place, start, end])
    return np.array(sorted(out)).reshape(-1, 3)


def letters(ink: Ink, line: Box, reading: Reading) -> list[tuple[str, Box, bool]]:
    """The characters of a line, in pixels: text, box of the height of the font, and whether space stands before it.

    `line` is the box that was read, in pixels; its ink tells where each letter ends.
    """
    x0, top = int(line.x0), int(line.top)
    part = ink[top : int(line.bottom), x0 : int(line.x1)]
    width = part.shape[1]
    chars = [(c, m * width) for c, m in zip(reading.text, reading.middles, strict=True)]
    shown = [k for k, (c, _) in enumerate(chars) if not c.isspace()]
    if not shown or not part.any():
        return []
    rows = np.flatnonzero(part.sum(axis=1) >= max(1, 0.02 * width))
    rows = rows if len(rows) else np.flatnonzero(part.any(axis=1))
    base, capital = _stature("".join(c for c, _ in chars), float(rows[0]), float(rows[-1] + 1))
    above, below = top + base - LOOSE_ABOVE * capital, top + base + LOOSE_BELOW * capital
    columns = np.asarray(part.any(axis=0))
    inked = np.flatnonzero(columns)
    starts, ends, spaced = [float(inked[0])], [], [True]
    for a, b in pairwise(shown):
        left, right = _gap(columns, chars[a][1], chars[b][1])
        figures = chars[a][0] in _FIGURES and chars[b][0] in _FIGURES
        space = b > a + 1 or right - left > (SPACE_OF_FIGURES if figures else SPACE_OF_WORDS) * capital
        middle, room = (left + right) / 2, LEAST_SPACE / 2 * capital
        left, right = (min(left, middle - room), max(right, middle + room)) if space else (middle, middle)
        ends.append(left)
        starts.append(right)
        spaced.append(space)
    ends.append(float(inked[-1] + 1))
    return [
        (chars[k][0], Box(x0 + start, above, x0 + max(end, start + 0.5), below), space)
        for k, start, end, space in zip(shown, starts, ends, spaced, strict=True)
    ]


def _gap(columns: npt.NDArray[np.bool_], left: float, right: float) -> tuple[float, float]:
    """The widest run without ink between the middles of two characters; a point halfway where there is none."""
    first, last = max(int(left), 0), min(int(right) + 1, len(columns))
    empty = np.flatnonzero(~columns[first:last])
    if not len(empty):
        return (left + right) / 2, (left + right) / 2
    runs = np.split(empty, np.flatnonzero(np.diff(empty) > 1) + 1)
    widest = max(runs, key=len)
    return float(first + widest[0]), float(first + widest[-1] + 1)


def _stature(text: str, top: float, bottom: float) -> tuple[float, float]:
    """Where letters stand, and how high a capital is, from where the ink of a line begins and ends."""
    tall = any(c.isupper() or c.isdigit() or c in "bdfhkltáéíóúñ%/()|!¿¡$" for c in text)
    below = _DEEP if any(c in "gjpqyç" for c in text) else _SHALLOW if any(c in ",;()Q$/" for c in text) else 0.0
    above = _TALL if tall else _LOW
    capital = (bottom - top) / (above + below)
    return bottom - below * capital, capital
