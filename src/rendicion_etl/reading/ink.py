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
RULE_GAP = 2.0  # points: and along it
WINDOW = 25.0  # points: what is darker than the paper so far around it is ink
DARKER = 18  # of 255
# Ground is dark where it is darker than this, of 255, and wider than strokes of letters; what letters on it leave out
# is no wider than what is filled (points), and the ground is most of its rectangle.
DARK_GROUND, SOLID, FILLED, WHOLE = 128, 2.5, 9.0, 0.6
LONGEST_WORD = 100.0  # points: feet of letters are no longer than a word
BESIDE, BARE = 3.0, 0.35  # points beside a rule in which there is little ink: letters have theirs there

# Of a capital's height: a wider gap is a space though none was read, between digits, words and signs.
SPACE_OF_FIGURES, SPACE_OF_WORDS, SPACE_AT_SIGNS = 0.7, 1.0, 1.2
LEAST_SPACE = 0.25  # of a capital's height: what a space that was read is given at least
STRAY = 0.4  # of a capital's height: ink farther from the first character than this is none of the line's
_SIGNS = frozenset(".,:;")
# Of the usual height of a line that was found: between the words of one that was not, its height, its least width.
WORD_GAP, LOWEST, HIGHEST, NARROWEST = 0.5, 0.35, 1.3, 0.1
FULL, INNER, EDGE = 0.15, 0.02, 6  # what part of the box of letters is ink; and within a sixth from its edges
SOLID_INK = 0.5  # no letter that is wider than high is so much ink
PAPER = 4  # pixels of paper around it
# What a line holds tells how much of its height is above and below the line that letters stand on.
_TALL = 1.0
_LOW = 0.72  # the height of an x, of a capital's
_DEEP, _SHALLOW = 0.30, 0.18  # how far a p or a comma reaches below, of a capital's height
LOOSE_ABOVE, LOOSE_BELOW = 1.27, 0.33  # of a capital's height: the height of the font as PDF readers tell it


def ink_of(picture: Picture, dpi: float) -> Ink:
    """Where a picture is darker than what surrounds it: grey ground is none, print on it is."""
    import cv2

    size = int(WINDOW * dpi / 72) | 1
    picture = picture.copy()
    for x, y, width, height in _dark_grounds(picture, dpi):
        band = picture[y : y + height, x : x + width].astype(float)
        ground = np.median(band)
        letters_on_it = 255 - np.clip((band - ground) * (255 / (255 - ground)), 0, 255)
        picture[max(y - 2, 0) : y + height + 2, max(x - 2, 0) : x + width + 2] = 255  # where it ends, blurred
        picture[y + 2 : y + height - 2, x + 2 : x + width - 2] = letters_on_it[2:-2, 2:-2]
    ink: Ink = cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, DARKER)
    return ink


def _dark_grounds(picture: Picture, dpi: float) -> list[tuple[int, int, int, int]]:
    """The dark rectangles with letters on them: left, top, width, height."""
    import cv2

    dark = (picture < DARK_GROUND).astype(np.uint8)
    solid, filled = (np.ones((int(side * dpi / 72),) * 2, np.uint8) for side in (SOLID, FILLED))
    bands = cv2.morphologyEx(cv2.morphologyEx(dark, cv2.MORPH_OPEN, solid), cv2.MORPH_CLOSE, filled)
    count, _, stats, _ = cv2.connectedComponentsWithStats(bands)
    return [
        (x, y, width, height)
        for x, y, width, height, area in stats[1:count].tolist()
        if area > WHOLE * width * height and min(width, height) > FILLED * dpi / 72
    ]


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
        longer_than_words = width * scale > LONGEST_WORD
        if not longer_than_words and _among_letters(ink, x, y, width, height, max(int(BESIDE / scale), 2)):
            continue
        keep[k] = 1
        rows = np.flatnonzero(labels[y : y + height, x : x + width].any(axis=1))
        found.append(((y + rows.mean()) * scale, x * scale, (x + width) * scale))
    pixels: Ink = keep[labels]
    return _joined(found), pixels


def _among_letters(ink: Ink, x: int, y: int, width: int, height: int, reach: int) -> bool:
    """Whether much ink stands beside a stroke, on either side: it is made of the feet or the heads of letters."""
    above, below = ink[max(y - reach, 0) : y, x : x + width], ink[y + height : y + height + reach, x : x + width]
    return any(part.size and part.any(axis=0).mean() > BARE for part in (above, below))


def _joined(pieces: Sequence[tuple[float, float, float]]) -> Floats:
    """Pieces of one rule as one: on nearly the same place, with little between them."""
    out: list[list[float]] = []
    for place, start, end in sorted(pieces, key=lambda p: (p[1], p[0])):
        same = [r for r in out if abs(r[0] - place) <= SAME_RULE and start <= r[2] + RULE_GAP]
        if same:
            best = min(same, key=lambda r: abs(r[0] - place))
            wide, more = best[2] - best[1], end - start
            best[0] = (best[0] * wide + place * more) / (wide + more)
            best[2] = max(best[2], end)
        else:
            out.append([place, start, end])
    return np.array(sorted(out)).reshape(-1, 3)


def left_over(ink: Ink, lines: Sequence[Box]) -> list[Box]:
    """What may be text outside the lines that were found, in pixels: as high as they are.

    A sign of money that stands alone, or a figure of one digit, is easily missed where lines are sought.
    """
    import cv2

    if not lines:
        return []
    rest, usual = ink.copy(), float(np.median([line.height for line in lines]))
    for line in lines:
        rest[int(line.top) : int(line.bottom), int(line.x0) : int(line.x1)] = 0
    words = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, int(WORD_GAP * usual) | 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(words)
    return [
        Box(max(x - PAPER, 0), max(y - PAPER, 0), x + width + PAPER, y + height + PAPER)
        for x, y, width, height, _ in stats[1:count].tolist()
        if LOWEST * usual < height < HIGHEST * usual
        and width > NARROWEST * usual
        and _is_full(rest[y : y + height, x : x + width])
    ]


def _is_full(part: Ink) -> bool:
    """Whether a box has as much ink as letters have: a shade has more, the corner of a frame has it along its edges."""
    height, width = part.shape
    down, along = height // EDGE, width // EDGE
    inner = part[down : height - down, along : width - along]
    solid = width > height and part.mean() > SOLID_INK
    return bool(part.mean() > FULL and inner.mean() > INNER and not solid)


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
    middles = [chars[k][1] for k in shown]
    gaps = _gaps(_within_reach(np.flatnonzero(part.any(axis=0)), middles, capital), middles)
    starts, ends, spaced = [float(gaps[0][1])], [], [True]
    for (a, b), (left, right) in zip(pairwise(shown), gaps[1:-1], strict=True):
        space = b > a + 1 or right - left > _least_space(chars[a][0], chars[b][0]) * capital
        middle, room = (left + right) / 2, LEAST_SPACE / 2 * capital
        left, right = (min(left, middle - room), max(right, middle + room)) if space else (middle, middle)
        ends.append(left)
        starts.append(right)
        spaced.append(space)
    ends.append(float(gaps[-1][0]))
    return [
        (chars[k][0], Box(x0 + start, above, x0 + max(end, start + 0.5), below), space)
        for k, start, end, space in zip(shown, starts, ends, spaced, strict=True)
    ]


def _within_reach(inked: npt.NDArray[np.intp], middles: Sequence[float], capital: float) -> npt.NDArray[np.intp]:
    """The inked columns without what a space parts from the first character or the last: the edge of a neighbour."""
    breaks = np.flatnonzero(np.diff(inked) > STRAY * capital)
    before = breaks[inked[breaks + 1] <= middles[0]]
    after = breaks[inked[breaks] >= middles[-1]]
    start = before[-1] + 1 if len(before) else 0
    end = after[0] + 1 if len(after) else len(inked)
    return inked[start:end] if start < end else inked


def _least_space(left: str, right: str) -> float:
    """How much wider than nothing a gap between two characters is that is a space though none was read."""
    if left in _SIGNS or right in _SIGNS:
        return SPACE_AT_SIGNS
    if left.isdigit() and right in "Q$":
        return LEAST_SPACE
    return SPACE_OF_FIGURES if left.isdigit() and right.isdigit() else SPACE_OF_WORDS


def _gaps(inked: npt.NDArray[np.intp], middles: Sequence[float]) -> list[tuple[float, float]]:
    """What lies before, between and after characters, from their middles and the columns of pixels that have ink.

    Where there are as many runs of ink as characters, each is one; else the widest gap between two middles parts them.
    """
    breaks = np.flatnonzero(np.diff(inked) > 1)
    runs = [(float(run[0]), float(run[-1] + 1)) for run in np.split(inked, breaks + 1)]
    first, last = runs[0][0], runs[-1][1]
    if len(runs) == len(middles):
        between = [(a[1], b[0]) for a, b in pairwise(runs)]
    else:
        free = [(a[1], b[0]) for a, b in pairwise(runs)]
        between, at = [], first
        for a, b in pairwise(np.clip(middles, first, last).tolist()):
            inside = [(max(x, a, at), min(y, b)) for x, y in free if min(y, b) > max(x, a, at)]
            gap = max(inside, key=lambda g: g[1] - g[0], default=(max((a + b) / 2, at),) * 2)
            between.append(gap)
            at = gap[1]
    return [(first, first), *between, (last, last)]


def _stature(text: str, top: float, bottom: float) -> tuple[float, float]:
    """Where letters stand, and how high a capital is, from where the ink of a line begins and ends."""
    tall = any(c.isupper() or c.isdigit() or c in "bdfhkltáéíóúñ%/()|!¿¡$" for c in text)
    below = _DEEP if any(c in "gjpqyç" for c in text) else _SHALLOW if any(c in ",;()Q$/" for c in text) else 0.0
    above = _TALL if tall else _LOW
    capital = (bottom - top) / (above + below)
    return bottom - below * capital, capital
