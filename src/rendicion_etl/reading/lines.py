"""Characters -> text: which stand on one line, in which order, with a space where the print shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.page import Box, Chars, Line

Indices = npt.NDArray[np.intp]

SPACE_GAP = 0.22  # of the font's height: a wider gap between two characters is a space
LEAST_GAP = 0.05  # the same where the file has white space between them
SMALL_PRINT = 0.78  # of the usual height in a cell or line
GUTTER_GAP = 1.6  # of the font's height: a wider gap ends the run of text
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


def text_of(chars: Chars, line: Indices) -> str:
    """The text of one printed line, with single spaces."""
    x1 = chars.x1[line]
    x0 = chars.x0[line]
    height = chars.bottom[line] - chars.top[line]
    spaced = chars.spaced[line]
    out = [chars.text[line[0]]]
    for k in range(1, len(line)):
        gap = x0[k] - x1[k - 1]
        if gap > SPACE_GAP * height[k] or (spaced[k] and gap > LEAST_GAP * height[k]):
            out.append(" ")
        out.append(chars.text[line[k]])
    return re.sub(r"\s+", " ", "".join(out)).strip()


def lines_of(chars: Chars) -> list[Line]:
    """All runs of text of a page, top to bottom, left to right; a gap as wide as a gutter ends a run.

    Runs are followed in the order of the file before they are joined along a baseline: in columns set half a line
    apart, heights alone would mix two lines into one.
    """
    out: list[Line] = []
    for level in runs_by_level(chars):
        joined = level[:1]
        for run in level[1:]:
            last = joined[-1]
            if -SAME_LINE < (run.box.x0 - last.box.x1) / run.box.height <= GUTTER_GAP:
                joined[-1] = run_of(chars, np.concatenate((last.chars, run.chars)))
            else:
                joined.append(run)
        out += [Line(text_of(chars, run.chars), run.box, bool(chars.bold[run.chars].mean() > 0.5)) for run in joined]
    return out


def runs_by_level(chars: Chars) -> Iterator[list[Run]]:
    """The runs of a page grouped by baseline, top to bottom, each group from left to right."""
    return _levels([run_of(chars, part) for part in np.split(np.arange(len(chars)), _breaks(chars)) if len(part)])


class Run(NamedTuple):
    """Characters that follow one another on one baseline, left to right."""

    chars: Indices
    box: Box


def _breaks(chars: Chars) -> Indices:
    """Where, in the order of the file, the text moves to another line, back, or over a gutter."""
    height = chars.bottom - chars.top
    middle = (chars.top + chars.bottom) / 2
    gap = chars.x0[1:] - chars.x1[:-1]
    apart = np.abs(np.diff(middle)) > SAME_LINE * np.minimum(height[1:], height[:-1])
    breaks: Indices = np.flatnonzero(apart | (gap > GUTTER_GAP * height[1:]) | (gap < -SAME_LINE * height[1:])) + 1
    return breaks


def run_of(chars: Chars, part: Indices) -> Run:
    part = part[np.argsort(chars.x0[part], kind="stable")]
    box = Box(
        float(chars.x0[part].min()),
        float(chars.top[part].min()),
        float(chars.x1[part].max()),
        float(chars.bottom[part].max()),
    )
    return Run(part, box)


def _levels(runs: list[Run]) -> Iterator[list[Run]]:
    """Runs grouped by baseline, top to bottom, each group from left to right."""
    level: list[Run] = []
    for run in sorted(runs, key=lambda r: r.box.top + r.box.bottom):
        first = level[0].box if level else None
        shift = (run.box.top + run.box.bottom - first.top - first.bottom) / 2 if first else 0.0
        if first and shift > SAME_LEVEL * min(first.height, run.box.height):
            yield sorted(level, key=lambda r: r.box.x0)
            level = []
        level.append(run)
    if level:
        yield sorted(level, key=lambda r: r.box.x0)
