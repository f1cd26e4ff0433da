"""Characters -> text: which stand on one line, in which order, with a space where the print shows one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.page import Box, Chars, Line, turned

Indices = npt.NDArray[np.intp]

SPACE_GAP = 0.22  # of the font's height: a wider gap between two characters is a space
LEAST_GAP = 0.05  # the same where the file has white space between them
SMALL_PRINT = 0.78  # of the usual height in a cell or line
GUTTER_GAP = 1.6  # of the font's height: a wider gap ends the run of text
OVERRUN_GAP = 0.5  # of the font's height: words of one text stand no further apart
INTERLEAVED = 0.2  # of the font's height: letters of two texts that overlap so far are printed over one another
SAME_LINE = 0.5  # of the font's height: centres closer than this stand on one line
SAME_LEVEL = 0.35  # the same for runs whose text begins apart


def baselines(chars: Chars, chosen: Indices) -> list[Indices]:
    """Split characters into printed lines, top to bottom; each line's indices run from left to right."""
    if not len(chosen):
        return []
    small = _small(chars, chosen)
    if small.any():
        return _with_small(chars, baselines(chars, chosen[~small]), chosen[small])
    centre = (chars.top[chosen] + chars.bottom[chosen]) / 2
    height = chars.bottom[chosen] - chars.top[chosen]
    if np.ptp(centre) < SAME_LINE * height.min():  # one line, as in most cells
        return [chosen[np.argsort(chars.x0[chosen], kind="stable")]]
    order = np.argsort(centre, kind="stable")
    lines: list[Indices] = []
    start = 0
    for k in range(1, len(order) + 1):
        if k < len(order) and centre[order[k]] - centre[order[k - 1]] < SAME_LINE * min(
            height[order[k]], height[order[k - 1]]
        ):
            continue
        line = chosen[order[start:k]]
        lines.append(line[np.argsort(chars.x0[line], kind="stable")])
        start = k
    return lines


def _small(chars: Chars, chosen: Indices) -> npt.NDArray[np.bool_]:
    """Characters set so much smaller than the rest that they are marks beside it: notes, ordinals."""
    height = chars.bottom[chosen] - chars.top[chosen]
    if height.min() >= SMALL_PRINT * height.max():  # the usual case, and a median is dear
        return np.zeros(len(chosen), dtype=bool)
    small: npt.NDArray[np.bool_] = height < SMALL_PRINT * np.median(height)
    return small


def _with_small(chars: Chars, lines: list[Indices], small: Indices) -> list[Indices]:
    """Each small character goes to the line that it stands in, in its place."""
    middles = np.array([np.mean((chars.top[line] + chars.bottom[line]) / 2) for line in lines])
    for char in small:
        k = int(np.abs(middles - (chars.top[char] + chars.bottom[char]) / 2).argmin())
        lines[k] = np.append(lines[k], char)
    return [line[np.argsort(chars.x0[line], kind="stable")] for line in lines]


def same_word(chars: Chars) -> npt.NDArray[np.bool_]:
    """Of each character, whether it goes on the word of the one before it in the file: beside it, with no space."""
    if not len(chars):
        return np.zeros(0, dtype=bool)
    height = chars.bottom - chars.top
    middle = (chars.top + chars.bottom) / 2
    gap = chars.x0[1:] - chars.x1[:-1]
    beside = (gap > -0.15 * height[1:]) & (gap < SPACE_GAP * height[1:])
    level = np.abs(middle[1:] - middle[:-1]) < SAME_LINE * np.minimum(height[1:], height[:-1])
    return np.concatenate(([False], beside & level & ~chars.spaced[1:]))


def _parted(chars: Chars, order: Indices) -> npt.NDArray[np.bool_]:
    """Of each character but the first, in this order, whether a space parts it from the one before it."""
    before, after = order[:-1], order[1:]
    gap, height = chars.x0[after] - chars.x1[before], chars.bottom[after] - chars.top[after]
    return (gap > SPACE_GAP * height) | (chars.spaced[after] & (gap > LEAST_GAP * height))


def text_of(chars: Chars, line: Indices) -> str:
    """The text of one printed line, with single spaces."""
    text = [chars.text[k] for k in line.tolist()]
    for k in np.flatnonzero(_parted(chars, line)).tolist():
        text[k] += " "
    return " ".join("".join(text).split())


class Word(NamedTuple):
    """Characters without white space between them.

    `level` counts the baselines of the page from the top, `run` the runs of text in the order of the file.
    """

    text: str
    box: Box
    bold: bool
    level: int
    run: int


def words_of(chars: Chars) -> list[Word]:
    """The words of a page by baseline, top to bottom, and on each from left to right; turned text left out.

    Text is followed in the order of the file before it is parted by baseline: in columns set half a line apart,
    heights alone would mix two lines into one.
    """
    upright = chars.turn == 0
    if not upright.all():
        chars = chars.part(np.flatnonzero(upright))
    if not len(chars):
        return []
    level, run = _levels(chars)
    order = np.lexsort((chars.x0, level))
    into = chars.x0[order][1:] - chars.x1[order][:-1] < -INTERLEAVED * (chars.bottom - chars.top)[order][1:]
    mixed = into & (np.diff(level[order]) == 0) & (np.diff(run[order]) != 0)
    if mixed.any():  # text runs on, unseen, under the next column: there each run keeps together
        begins = np.minimum.reduceat(chars.x0, np.flatnonzero(np.diff(run, prepend=-1)))[run]
        apart = np.isin(level, level[order][1:][mixed])
        order = np.lexsort((chars.x0, run * apart, begins * apart, level))
    x0, x1, top, bottom = chars.x0[order], chars.x1[order], chars.top[order], chars.bottom[order]
    height, gap = (bottom - top)[1:], x0[1:] - x1[:-1]
    part = (np.diff(level[order]) != 0) | (gap < -SAME_LINE * height) | _parted(chars, order)
    starts = np.concatenate(([0], np.flatnonzero(part) + 1))
    ends = np.append(starts[1:], len(order))
    boxes = np.column_stack(
        (
            np.minimum.reduceat(x0, starts),
            np.minimum.reduceat(top, starts),
            np.maximum.reduceat(x1, starts),
            np.maximum.reduceat(bottom, starts),
        )
    ).tolist()
    bold = (np.add.reduceat(chars.bold[order].astype(int), starts) * 2 > ends - starts).tolist()
    texts = [chars.text[k] for k in order.tolist()]
    levels, runs = level[order][starts].tolist(), run[order][starts].tolist()
    spans = zip(starts.tolist(), ends.tolist(), boxes, bold, levels, runs, strict=True)
    return [Word("".join(texts[a:b]), Box(*box), heavy, at, of) for a, b, box, heavy, at, of in spans]


def lines_of(chars: Chars, words: Sequence[Word]) -> list[Line]:
    """All runs of text of a page, top to bottom, left to right; a gap as wide as a gutter ends a run.

    `words` are those of the page; text that is turned against the rest comes last.
    """
    out: list[Line] = []
    for _, level in groupby(words, key=lambda w: w.level):
        run: list[Word] = []
        for word in level:
            if run and not -SAME_LINE < (word.box.x0 - run[-1].box.x1) / word.box.height <= GUTTER_GAP:
                out.append(_line(run))
                run = []
            run.append(word)
        out.append(_line(run))
    return out + turned_lines(chars)


def turned_lines(chars: Chars) -> list[Line]:
    """The runs of text that are turned against the page, such as the headers of narrow columns, in reading order."""
    out: list[Line] = []
    for quarters in sorted(set(chars.turn.tolist()) - {0}):
        part = chars.part(np.flatnonzero(chars.turn == quarters), quarters)
        for line in lines_of(part, words_of(part)):
            back = turned(np.array([line.box]), 4 - quarters, 0, 0)[0].tolist()
            out.append(Line(line.text, Box(*back), line.bold))
    return out


def texts_by_cell(chars: Chars, chosen: Indices, cells: Indices) -> dict[int, list[str]]:
    """The text of the given characters by the cell that each is in, a string for each printed line, in reading order.

    `cells` runs beside `chosen` and ascends.
    """
    starts = np.flatnonzero(np.diff(cells, prepend=-1))
    if not len(starts):
        return {}
    number = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(cells)))
    height = chars.bottom[chosen] - chars.top[chosen]
    even = np.minimum.reduceat(height, starts) >= SMALL_PRINT * np.maximum.reduceat(height, starts)
    usual = even & (np.maximum.reduceat(chars.turn[chosen] != 0, starts) == 0)
    plain = usual[number]
    out: dict[int, list[str]] = {cell: [] for cell in cells[starts].tolist()}
    for cell, text in _plain_texts(chars, chosen[plain], cells[plain]):
        out[cell].append(text)
    for k in np.flatnonzero(~usual).tolist():
        out[int(cells[starts[k]])] = texts_in(chars, chosen[number == k])
    return out


def _plain_texts(chars: Chars, chosen: Indices, cells: Indices) -> Iterator[tuple[int, str]]:
    """The printed lines of cells whose characters are all upright and of one size, each with its cell."""
    if not len(chosen):
        return
    centre = (chars.top[chosen] + chars.bottom[chosen]) / 2
    order = np.lexsort((centre, cells))
    chosen, cells, centre = chosen[order], cells[order], centre[order]
    height = chars.bottom[chosen] - chars.top[chosen]
    apart = np.diff(centre) >= SAME_LINE * np.minimum(height[1:], height[:-1])
    line = np.append(0, np.cumsum(apart | (np.diff(cells) != 0)))
    order = np.lexsort((chosen, chars.x0[chosen], line))
    chosen, cells = chosen[order], cells[order]
    text = [chars.text[k] for k in chosen.tolist()]
    for k in np.flatnonzero(_parted(chars, chosen)).tolist():
        text[k] += " "
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    ends = [*starts[1:].tolist(), len(text)]
    for cell, start, end in zip(cells[starts].tolist(), starts.tolist(), ends, strict=True):
        yield cell, " ".join("".join(text[start:end]).split())


def texts_in(chars: Chars, chosen: Indices) -> list[str]:
    """The text of the given characters, a string for each printed line, in reading order."""
    if not chars.turn[chosen].any():
        return [text_of(chars, line) for line in baselines(chars, chosen)]
    out: list[str] = []
    for quarters in sorted(set(chars.turn[chosen].tolist())):
        part = chars.part(chosen[chars.turn[chosen] == quarters], quarters)
        out += [text_of(part, line) for line in baselines(part, np.arange(len(part)))]
    return out


def _line(words: Sequence[Word]) -> Line:
    if len(words) == 1:
        return Line(words[0].text, words[0].box, words[0].bold)
    letters = sum(len(w.text) for w in words)
    bold = sum(len(w.text) for w in words if w.bold) * 2 > letters
    return Line(" ".join(w.text for w in words), Box.around([w.box for w in words]), bold)


def _levels(chars: Chars) -> tuple[Indices, Indices]:
    """Of each character, which baseline of the page it stands on, counted from the top, and which run of the file."""
    runs = runs_of(chars)
    starts = np.flatnonzero(np.diff(runs, prepend=-1))
    top, bottom = np.minimum.reduceat(chars.top, starts), np.maximum.reduceat(chars.bottom, starts)
    middle, height = ((top + bottom) / 2).tolist(), (bottom - top).tolist()
    of_run = [0] * len(starts)
    level, first = -1, 0
    for run in sorted(range(len(starts)), key=lambda k: middle[k]):
        if level < 0 or middle[run] - middle[first] > SAME_LEVEL * min(height[first], height[run]):
            level, first = level + 1, run
        of_run[run] = level
    return np.array(of_run, dtype=np.intp)[runs], runs


def runs_of(chars: Chars) -> Indices:
    """Of each character, which run of text of the file it is part of, counted from 0."""
    begins = np.zeros(len(chars), dtype=np.intp)
    begins[_breaks(chars)] = 1
    return np.cumsum(begins)


def _breaks(chars: Chars) -> Indices:
    """Where, in the order of the file, the text moves to another line, back, or over a gutter."""
    height = chars.bottom - chars.top
    middle = (chars.top + chars.bottom) / 2
    gap = chars.x0[1:] - chars.x1[:-1]
    least = np.minimum(height[1:], height[:-1])
    shared = np.minimum(chars.bottom[1:], chars.bottom[:-1]) - np.maximum(chars.top[1:], chars.top[:-1])
    # Some fonts give each glyph its own height: a comma then stands within the height of its digits.
    apart = (np.abs(np.diff(middle)) > SAME_LINE * least) & (shared < 0.8 * least)
    breaks: Indices = np.flatnonzero(apart | (gap > GUTTER_GAP * height[1:]) | (gap < -SAME_LINE * height[1:])) + 1
    return breaks
