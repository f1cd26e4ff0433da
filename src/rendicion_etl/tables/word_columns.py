"""The columns of words of a table without rules: which words are its own, and where they stand side by side."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rendicion_etl.tables.captions import is_caption, is_note
from rendicion_etl.tables.ground import CLOSE, Column, Ground
from rendicion_etl.tables.items import Item, parted_at

LABEL_REACH = 1.9  # of a line's height: how far above the first row, or below the last, its words may begin


def place_word_columns(at: Ground, head: Sequence[Sequence[Item]], above: Sequence[Item]) -> list[Item]:
    """Give the ground its columns of words, and all columns their edges; returns the words of its rows.

    head: the lines of the header. above: words between it and the first row.
    """
    words = _parted_as_before(at, _parted_under(at, head, _body_words(at, above)))
    _add_word_columns(at, words)
    _set_edges(at)
    return words


def _body_words(at: Ground, above: Sequence[Item]) -> list[Item]:
    """The words at the height of the rows, those `above` them, and the lines just below."""
    reach = LABEL_REACH * at.height
    out = list(above)
    edge = at.bottom
    left_of = min(c.x0 for c in at.columns)
    for level in at.levels:
        words = [i for i in level if id(i) not in at.own and id(i) not in at.taken and at.beside(i)]
        words = [i for i in words if not any(i is other for other in above)]
        if not words:
            continue
        y = words[0].middle
        if y < at.top - CLOSE * at.height:
            continue
        if y > at.bottom + CLOSE * at.height:
            label_like = all(i.box.x1 < left_of + 2 or at.between_columns(i) for i in words)
            if y - edge > reach or any(is_note(i.text) or is_caption(i.text) for i in words):
                break
            if not label_like or y - at.bottom > 4 * reach:
                break
            edge = y
        out += words
    return out


def _parted_under(at: Ground, head: Sequence[Sequence[Item]], words: Sequence[Item]) -> list[Item]:
    """Runs of words parted where, under two headers, white space runs down between them through all rows."""
    out = list(words)
    for line in head:
        for left, right in pairwise(line):
            if not at.between_columns(left) and not at.between_columns(right):
                continue
            drawn = [x for x in at.cuts if left.centre < x < right.centre]
            x = drawn[0] if len(drawn) == 1 else _river(at, left.box.x1 - 2, right.box.x0 + 2, out)
            if x is not None:
                out = [part for i in out for part in (parted_at(i, x) if i.box.x0 < x < i.box.x1 else [i])]
    return out


def _parted_as_before(at: Ground, words: Sequence[Item]) -> list[Item]:
    """Runs of words parted where a column ended on the page before, for a table that goes on."""
    out = list(words)
    for a, b in pairwise(at.block.before):
        if b.x0 > a.x1:
            out = [part for i in out for part in parted_at(i, (a.x1 + b.x0) / 2)]
    return out


def _river(at: Ground, start: float, end: float, words: Sequence[Item]) -> float | None:
    """Where between two places no letter of any row stands; None where there is no such place."""
    taken = sorted(
        (p.box.x0, p.box.x1) for i in words if i.box.x1 > start and i.box.x0 < end for p in (i.pieces or (i,))
    )
    reached = start
    best: tuple[float, float] | None = None
    for x0, x1 in [*taken, (end, end)]:
        if x0 - reached > 0.5 and reached > start and (best is None or x0 - reached > best[1] - best[0]):
            best = (reached, x0)
        reached = max(reached, x1)
    if best is None:
        return None
    crossing = {i.level for i in words if i.box.x0 < best[0] and i.box.x1 > best[1]}
    left = {i.level for i in words if start < i.box.x1 and i.box.x0 < best[0]}
    right = {i.level for i in words if i.box.x1 > best[1] and i.box.x0 < end}
    both = len(left & right | crossing)
    enough = both >= 0.5 * len(left | right) or len(left & right - crossing) >= 3
    return (best[0] + best[1]) / 2 if crossing and both >= 3 and enough else None


def _add_word_columns(at: Ground, words: Sequence[Item]) -> None:
    """Columns of words stand in the slots between the columns of figures."""
    slots: dict[int, list[Item]] = defaultdict(list)
    starts = [c.x0 for c in at.columns]
    for item in words:
        if at.between_columns(item):
            slots[bisect(starts, item.centre)].append(item)
    on_row = {i.level for r in at.rows for i in r.figures}
    for items in slots.values():
        at.columns += _word_columns(at, items, on_row)
    at.columns.sort(key=lambda c: c.x0)


def _word_columns(at: Ground, items: Sequence[Item], on_row: set[int]) -> Iterator[Column]:
    """One slot: as many columns as rules part, or as its rows show texts side by side."""
    between: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        first, last = bisect(at.cuts, item.box.x0 + 3), bisect(at.cuts, item.box.x1 - 3)
        if first == last:
            between[first].append(item)
        elif len(items) == 1:
            between[bisect(at.cuts, item.centre)].append(item)
    for inside in between.values():
        apart = Counter(i.level for i in inside)
        several = [i for i in inside if apart[i.level] > 1]
        parts = [inside]
        if len({i.level for i in several}) >= max(1, min(3, 0.2 * len(apart.keys() & on_row))):
            parts = _side_by_side([i for i in inside if apart[i.level] > 1 or i.level in on_row])
        for part in parts:
            yield Column(min(i.box.x0 for i in part), max(i.box.x1 for i in part), False)


def _set_edges(at: Ground) -> None:
    """Each column reaches to the edge drawn between it and its neighbour, or halfway."""
    for a, b in pairwise(at.columns):
        drawn = [x for x in at.cuts if (a.x0 + a.x1) / 2 < x < (b.x0 + b.x1) / 2]
        a.end = b.start = min(drawn, key=lambda x: abs(2 * x - a.x1 - b.x0), default=(a.x1 + b.x0) / 2)
        a.end = b.start = max(a.end, a.start + 1)
    first, last = at.columns[0], at.columns[-1]
    first.start, last.end = first.x0 - 3, max(last.x1 + 3, last.start + 1)  # a figure may run over the last one


def _side_by_side(items: Sequence[Item]) -> list[list[Item]]:
    """Texts parted where white space runs through between them."""
    parts: list[list[Item]] = []
    for item in sorted(items, key=lambda i: i.box.x0):
        if parts and item.box.x0 < max(i.box.x1 for i in parts[-1]) + 0.5:
            parts[-1].append(item)
        else:
            parts.append([item])
    return parts
