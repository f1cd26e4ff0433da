"""Figures one under the other: the lanes that the columns of a table without rules are made of.

A figure goes on the lane of the figure above it that it overlaps. A lane ends where nothing goes on below it, and where
a caption, a note or a header over several columns stands between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rendicion_etl.reading.page import Rulings, shared_width
from rendicion_etl.tables.captions import is_caption, is_note
from rendicion_etl.tables.items import Item, with_minus

REACH = 4.8  # of a figure's height: how far below it its column goes on
FAR_REACH = 9.0  # the same where several columns go on right under their figures
ROWS_REACH = 3.3  # the same, of the step from row to row
FRAMED_REACH = 30.0  # the same inside one frame of vertical rules: an empty form may be printed in between
SAME_EDGE = 1.5  # points
OVERLAP = 0.3  # of the narrower of two figures
ASIDE = 90.0  # points: how far left of its caption the columns of a table may stand
MINUS = "-–−"
AXIS_TICKS = 4  # fewer figures in a row of equal steps may be chance


@dataclass(eq=False)
class Lane:
    """Figures one under the other."""

    figures: list[Item]

    @property
    def x0(self) -> float:
        return min(f.box.x0 for f in self.figures)

    @property
    def x1(self) -> float:
        return max(f.box.x1 for f in self.figures)

    @property
    def levels(self) -> set[int]:
        return {f.level for f in self.figures}


def lanes_of(levels: Sequence[list[Item]], rulings: Rulings) -> list[Lane]:
    """Follow the figures down the page; a lane ends where nothing goes on below it, or a barrier parts it."""
    done: list[Lane] = []
    live: list[Lane] = []
    for level in levels:
        if not level:
            continue
        y = median(i.middle for i in level)
        going = [lane for lane in live if y - lane.figures[-1].middle <= _reach(lane, y, rulings)]
        if len(going) < len(live):
            going += _far_above(level, [lane for lane in live if lane not in going], y)
        done += [lane for lane in live if lane not in going]
        going, ended = _past_barrier(level, going)
        done += ended
        new: list[Lane] = []
        figures = [i for i in level if i.figure]
        for figure in figures if not all(f.prose for f in figures) else ():
            lane = _lane_above(figure, going)
            before = _lane_of_minus(figure, going)
            if before is not None and lane is None:
                before.figures[-1] = join_minus_to(level, before.figures[-1], figure)
            elif lane is not None:
                lane.figures.append(figure)
            else:
                new.append(Lane([figure]))
        live = going + new
    return done + live


def _reach(lane: Lane, y: float, rulings: Rulings) -> float:
    """How far below its last figure a lane may go on: further in wide rows, and where the rules of a frame run past."""
    last = lane.figures[-1]
    reach = REACH * last.box.height
    if y - last.middle <= reach:
        return reach
    steps = sorted(b.middle - a.middle for a, b in pairwise(lane.figures[-8:]))
    if steps:
        reach = max(reach, min(ROWS_REACH * steps[len(steps) // 2], 3 * reach))
    through = (rulings.vertical[:, 1] < last.middle) & (rulings.vertical[:, 2] > y)
    return FRAMED_REACH * last.box.height if through.sum() > 1 else reach


def _far_above(level: Sequence[Item], lanes: Sequence[Lane], y: float) -> list[Lane]:
    """Lanes that end further up, where several of them go on with figures right under theirs."""
    near = [lane for lane in lanes if y - lane.figures[-1].middle < FAR_REACH * lane.figures[-1].box.height]
    under = [n for n in near if any(i.figure and abs(i.box.x1 - n.figures[-1].box.x1) < SAME_EDGE for i in level)]
    waiting = not any(i.figure for i in level)
    return near if waiting or len(under) > 1 else []


def _lane_above(figure: Item, lanes: Sequence[Lane]) -> Lane | None:
    """The lane whose last figure the figure stands under, where it is not taken yet on this baseline."""
    best, most = None, 0.0
    for lane in lanes:
        last = lane.figures[-1]
        if last.level == figure.level:
            continue
        share = shared_width(last.box, figure.box) / max(min(last.box.width, figure.box.width), 0.1)
        if share > OVERLAP and share > most:
            best, most = lane, share
    return best


def _lane_of_minus(figure: Item, lanes: Sequence[Lane]) -> Lane | None:
    """The lane in which a minus already stands that belongs to the figure, both under the same figure."""
    for lane in lanes:
        last = lane.figures[-1]
        if last.level == figure.level and last.dash and last.text in MINUS and len(lane.figures) > 1:
            above = lane.figures[-2].box
            if unsigned(figure) and last.box.x1 <= figure.box.x0 and min(above.x1, figure.box.x1) > figure.box.x0:
                return lane
    return None


def _past_barrier(level: Sequence[Item], lanes: list[Lane]) -> tuple[list[Lane], list[Lane]]:
    """(lanes that go on, lanes that end) at a baseline that may hold a caption, a note or a header."""
    words = [i for i in level if not i.figure]
    stop = next((i for i in words if is_caption(i.text) or is_note(i.text)), None)
    if stop is not None:
        ended = [lane for lane in lanes if _ends_at(stop, lane, words)]
    elif any(i.figure and not i.plain for i in level):
        ended = []
    else:
        headed = [lane for lane in lanes if any(_heads(i, lane) for i in words)]
        heads = {id(i) for lane in headed for i in words if _heads(i, lane)}
        ended = lanes if len(heads) > 1 and len(headed) >= 0.5 * len(lanes) else []
    return [lane for lane in lanes if lane not in ended], list(ended)


def _ends_at(stop: Item, lane: Lane, words: Sequence[Item]) -> bool:
    """Whether a caption or note ends a lane: a note stands at the left edge of its table, a caption over its middle."""
    right = min((i.box.x0 for i in words if i.box.x0 > stop.box.x1), default=float("inf"))
    left = stop.box.x0 - (5 if is_note(stop.text) else ASIDE)
    return left < lane.x1 and lane.x0 < right


def _heads(words: Item, lane: Lane) -> bool:
    """A few words over one lane."""
    narrow = words.box.width < 2.5 * (lane.x1 - lane.x0)
    return shared_width(words.box, lane) > 2 and narrow and sum(ch.isalpha() for ch in words.text) > 2


def without_axis(lane: Lane) -> Iterator[Lane]:
    """The lane without the ticks of a chart above or below its figures.

    Ticks are steps of one size, equally far apart, the highest on top.
    """
    figures = lane.figures
    values = [_tick(f.text) for f in figures]
    even = [
        k + 2 < len(figures)
        and values[k] - values[k + 1] == values[k + 1] - values[k + 2] > 0
        and abs(figures[k].middle + figures[k + 2].middle - 2 * figures[k + 1].middle) < 1.5
        for k in range(len(figures))
    ]
    kept, k = [], 0
    while k < len(figures):
        end = k
        while even[end]:
            end += 1
        if end - k + 2 >= AXIS_TICKS and end > k:
            k = end + 2
        else:
            kept.append(figures[k])
            k += 1
    if kept:
        yield Lane(kept)


def _tick(text: str) -> float:
    digits = "".join(ch for ch in text if ch.isdecimal())
    return float(digits) if digits and len(digits) < 12 else float("nan")


def join_minus_to(level: list[Item], dash: Item, figure: Item) -> Item:
    """A minus and its figure made one, on their baseline too."""
    level[level.index(figure)] = signed = with_minus(dash, figure)
    level.remove(dash)
    return signed


def unsigned(figure: Item) -> bool:
    """Whether a figure has no sign of its own, so that a minus set apart may be its."""
    return not figure.dash and not set(figure.text) & set("(-–−%")
