"""Words as items, what a table without rules is made of: figures that stand alone, and runs of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

from rendicion_etl.reading.lines import OVERRUN_GAP, Word
from rendicion_etl.reading.page import Box, Page, misalignment

# A figure as one word: 1,234.56 | 1.234,56 | (401,183.00) | -5 | 28% | Q5.00 | .01 | 12*
_FIGURE = re.compile(
    r"[-–−(]*(?:Q|US\$|\$)?\.?[-–−(]*(?:\d{1,3}(?:[.,'’]\d{3})+|\d+)?(?:[.,]?\d+)\)?%?[)-]?[*⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[.,]\d|%|[Q$]", re.IGNORECASE)  # what tells an amount from a plain number, which may be a code
_GROUP = re.compile(r"\d{3}(?:[.,]\d+)?%?")  # what may follow a space within a number: 1 234 567,89
_LEADING = re.compile(r"[-–(]*(?:Q|\$)?[-–(]*\d{1,3}", re.IGNORECASE)
_THOUSANDS = re.compile(r"\D*\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?\D*")
_SMALL = re.compile(r"[-(]?\d{1,3}(?:[.,]\d{1,4})?\)?")
_DASH = re.compile(r"[-–—−]{1,3}")
_SIGN = re.compile(r"[-–−]?(?:Q|GTQ|US\$|\$)\.?", re.IGNORECASE)

WORD_GAP = 0.8  # of the font's height: words no further apart belong to one text
PROSE_GAP = 0.42  # the same for a figure and the word beside it in running text
SIGN_GAP = 0.6  # a minus no further than this from its figure belongs to it
PERCENT_GAP = 1.2
APART = 20.0  # a percent sign at the other edge of its cell
SAME_START = 1.5  # points
LEAST_CODES = 3
VARIED_GAP = 0.09  # of the font's height, and the next too: what tells a column of codes from codes in a text
CODE_GAP = 0.5
GROUP_GAP = 0.45  # between the groups of three digits of a number that is printed with spaces


@dataclass(eq=False, slots=True)
class Item:
    """A figure or a run of words on one baseline.

    `level` counts the baselines of the page from the top. `plain`: a figure of digits alone, which may be a code;
    `dash`: a printed zero, or a minus apart from its figure. `prose`: a figure set tight among words. `code`, `rest`:
    the plain number that begins a run of words, and what follows it. `pieces`: the words of a run.
    """

    text: str
    box: Box
    figure: bool
    bold: bool
    level: int
    plain: bool = False
    dash: bool = False
    prose: bool = False
    code: Item | None = None
    rest: Item | None = None
    pieces: tuple[Item, ...] = ()

    @property
    def middle(self) -> float:
        return (self.box.top + self.box.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.box.x0 + self.box.x1) / 2


class Style(NamedTuple):
    """How the numbers of a page are printed: `spaced`, spaces may part thousands; `percent_first`, as in `% 28`."""

    spaced: bool
    percent_first: bool


def _style(words: Sequence[Word]) -> Style:
    """How a page prints: thousands parted by a sign are not by spaces; no percent sign follows a large number."""
    first = after = 0
    for k in range(1, len(words) - 1):
        before, word, following = words[k - 1 : k + 2]
        if word.text == "%" and before.level == word.level == following.level:
            after += bool(_SMALL.fullmatch(before.text)) and not _SMALL.fullmatch(following.text)
            first += bool(_SMALL.fullmatch(following.text)) and not _SMALL.fullmatch(before.text)
    return Style(not any(_THOUSANDS.fullmatch(word.text) for word in words), first > after)


def items_of(page: Page) -> list[list[Item]]:
    """The items of a page by baseline, top to bottom; on each from left to right. The lists are the caller's own."""
    return [list(level) for level in _items_of(page)]


def _items_of(page: Page) -> list[list[Item]]:
    found = _of_last_page.get(page)
    if found is None:
        found = _found(page)
        _of_last_page.clear()
        _of_last_page[page] = found
    return found


# More than one asks for those of a page while it is read.
_of_last_page: WeakKeyDictionary[Page, list[list[Item]]] = WeakKeyDictionary()


def _found(page: Page) -> list[list[Item]]:
    rules = page.rulings.vertical.tolist()
    style = _style(page.words)
    out = []
    for level, words in groupby(page.words, key=lambda w: w.level):
        row = list(words)
        y = (row[0].box.top + row[0].box.bottom) / 2
        out.append(list(_items(row, level, [x for x, top, bottom in rules if top <= y <= bottom], style)))
    return _codes_apart(out)


def _codes_apart(levels: list[list[Item]]) -> list[list[Item]]:
    """Part the numbers that begin texts from them, where both are columns of their own.

    A number that is part of its text has one space behind it. Where numbers under one another have more, or now more,
    now less, or end at one place however long they are, they are a column.
    """
    columns: list[list[Item]] = []
    for item in (i for level in levels for i in level if i.code):
        column = next((c for c in columns if _same_place(c[-1], item)), None)
        if column is None:
            columns.append([item])
        else:
            column.append(item)
    parted = {id(i) for column in columns if len(column) >= LEAST_CODES and _are_codes(column) for i in column}
    return [
        [part for i in level for part in ([i.code, i.rest] if id(i) in parted else [i]) if part] for level in levels
    ]


def _same_place(one: Item, two: Item) -> bool:
    assert one.code
    assert two.code
    return misalignment(one.code.box, two.code.box) < SAME_START


def _are_codes(items: Sequence[Item]) -> bool:
    if any(i.rest and not i.rest.text[0].isalnum() for i in items):
        return False  # `01 - Actividades centrales`
    gaps = [_gap(i.code, i.rest) / i.box.height for i in items if i.code and i.rest]
    starts, ends = zip(*[(i.code.box.x0, i.code.box.x1) for i in items if i.code], strict=True)
    to_the_right = max(ends) - min(ends) < SAME_START < max(starts) - min(starts)
    return max(gaps) - min(gaps) > VARIED_GAP or min(gaps) > CODE_GAP or to_the_right


def _items(words: Sequence[Word], level: int, rules: Sequence[float], style: Style) -> Iterator[Item]:
    pieces: list[Item] = []
    for part in _between_rules(words, rules):
        text: Item | None = None
        for piece in _with_signs(part, level, style):
            if text and _belongs(text, piece):
                whole = _joined([text, piece], level)
                if text.code or (text.plain and not piece.figure):
                    whole.code = text.code or text
                    whole.rest = _joined([text.rest, piece], level) if text.rest else piece
                text = pieces[-1] = whole
            else:
                text = piece
                pieces.append(piece)
    for before, item, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if item.figure and not item.plain:
            gaps = [_gap_to_words(before, item), _gap_to_words(item, after)]
            item.prose = min(gaps) < PROSE_GAP or max(gaps) < WORD_GAP
    return iter(pieces)


def _between_rules(words: Sequence[Word], rules: Sequence[float]) -> list[list[Word]]:
    """The words of a baseline parted where a vertical rule stands between two of them.

    A text too long for its column goes on, often unseen, beside the figure of the next: it stays with its beginning.
    """
    parts = [[words[0]]]
    for before, word in pairwise(words):
        if any((before.box.x0 + before.box.x1) / 2 < x < (word.box.x0 + word.box.x1) / 2 for x in rules):
            parts.append([])
        parts[-1].append(word)
    for left, right in pairwise(parts):
        end = next((k for k, w in enumerate(right) if w.run != left[-1].run or _is_amount(w.text)), len(right))
        over, own = right[:end], right[end:]
        near = right[0].box.x0 - left[-1].box.x1 < OVERRUN_GAP * right[0].box.height
        text = not _FIGURE.fullmatch(left[-1].text) and any(not _SIGN.fullmatch(w.text) for w in over)
        if near and text and own and _FIGURE.fullmatch(own[0].text):
            edge = left[-1].box.x1
            left += [w._replace(box=w.box._replace(x0=edge, x1=edge)) for w in over]
            right[:] = own
    return parts


def _is_amount(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text) and _AMOUNT.search(text))


def _gap_to_words(left: Item | None, right: Item | None) -> float:
    """White space between a figure and the words beside it, in heights of their font; infinite where there are none."""
    if left is None or right is None or left.figure == right.figure:
        return float("inf")
    words = right if left.figure else left
    return _gap(left, right) / words.box.height if sum(map(str.isalpha, words.text)) > 1 else float("inf")


def _with_signs(words: Sequence[Word], level: int, style: Style) -> Iterator[Item]:
    """Words, and figures with the currency sign, brackets, minus and percent sign that are printed beside them."""
    pieces = [_piece(w, level) for w in words]
    k = 0
    while k < len(pieces):
        end = _figure_end(pieces, k, style)
        yield _figure(pieces[k : end + 1], level) if end is not None else _word(pieces[k])
        k = (end if end is not None else k) + 1


def _figure_end(pieces: Sequence[Item], start: int, style: Style) -> int | None:
    """Index of the last piece of the figure that begins at `start`; None where none begins there."""
    k = start
    last = len(pieces) - 1
    if start and pieces[start].dash and pieces[start - 1].plain and start < last and pieces[start + 1].plain:
        gap = max(_gap(pieces[start - 1], pieces[start]), _gap(pieces[start], pieces[start + 1]))
        if gap < PROSE_GAP * pieces[start].box.height:
            return start  # `1110101000 - 16`: a dash within a text
    while k < last and (_SIGN.fullmatch(pieces[k].text) or _opens(pieces[k], pieces[k + 1])):
        k += 1
    if not pieces[k].figure:
        return None
    while k < last and _goes_on(pieces[k], pieces[k + 1], pieces[start:k], style):
        k += 1
    if start == 0 and last == 2 and pieces[0].dash and pieces[1].plain and pieces[2].dash:
        return None  # `- 12 -`: the number of the page
    printed = "".join(p.text for p in pieces[start : k + 1])
    return k if printed.count("(") == printed.count(")") else None  # `(3 = 1 + 2)` is no figure


def _opens(sign: Item, figure: Item) -> bool:
    """A bracket, a minus or a percent sign set before its figure."""
    near = _gap(sign, figure) < PERCENT_GAP * figure.box.height
    if sign.text == "%":  # at the left edge of its cell
        return figure.figure and not figure.dash and _gap(sign, figure) < APART * figure.box.height
    if sign.text in ("(", "-("):
        return near and (figure.figure or figure.text in ("(", "-"))
    return sign.dash and not figure.dash and figure.figure and _gap(sign, figure) < SIGN_GAP * figure.box.height


def _goes_on(figure: Item, following: Item, before: Sequence[Item], style: Style) -> bool:
    """Whether a piece belongs to the figure on its left: its percent sign, its bracket, its next three digits."""
    near = _gap(figure, following) < PERCENT_GAP * figure.box.height
    if following.text in (")", "%", ")%"):
        return near and not (following.text == "%" and (style.percent_first or any(p.text == "%" for p in before)))
    if not style.spaced or not _GROUP.fullmatch(following.text) or not _LEADING.fullmatch(figure.text):
        return False
    return _gap(figure, following) < max(GROUP_GAP * figure.box.height, 1.1 * following.box.width / len(following.text))


def _piece(word: Word, level: int) -> Item:
    dash = bool(_DASH.fullmatch(word.text))
    figure = dash or bool(_FIGURE.fullmatch(word.text))
    plain = figure and not dash and not _AMOUNT.search(word.text)
    return Item(word.text, word.box, figure, word.bold, level, plain, dash)


def _word(piece: Item) -> Item:
    """A piece that begins no figure: half of a bracketed one, or of a page number, is none either."""
    return replace(piece, figure=False, dash=False) if piece.figure else piece


def _figure(pieces: Sequence[Item], level: int) -> Item:
    if len(pieces) == 1:
        return pieces[0]
    out = _joined(pieces, level)
    out.figure, out.dash = True, all(p.dash or _SIGN.fullmatch(p.text) for p in pieces)
    return out


def _belongs(left: Item, right: Item) -> bool:
    """Whether two neighbours are one text: words, or a word and the plain number beside it (`Grupo 0`, `(201)`)."""
    if left.figure and right.figure:  # `01 - Actividades centrales`
        return left.plain and right.dash and _gap(left, right) < PROSE_GAP * left.box.height
    if any(item.figure and not item.plain for item in (left, right)):
        return (left.dash or right.dash) and _gap(left, right) < PROSE_GAP * left.box.height
    letter = right.box.width / max(len(right.text), 1)  # print may be set wide
    return _gap(left, right) < WORD_GAP * max(right.box.height, 1.6 * letter)


def _gap(left: Item, right: Item) -> float:
    return right.box.x0 - left.box.x1


def lined_up(one: Item, two: Item) -> bool:
    """Whether the middles, the left or the right edges of two items stand under one another."""
    a, b = one.box, two.box
    return abs(one.centre - two.centre) < 3 or abs(a.x0 - b.x0) < SAME_START or abs(a.x1 - b.x1) < SAME_START


def with_minus(dash: Item, figure: Item) -> Item:
    """A figure and the minus that is printed apart from it, at the left edge of its cell."""
    return replace(figure, text=f"{dash.text} {figure.text}", box=Box.around([dash.box, figure.box]))


def parted_at(item: Item, x: float) -> list[Item]:
    """A run of words parted where a column ends within it, if no letter stands there."""
    if any(p.box.x0 + 1 < x < p.box.x1 - 1 for p in item.pieces):
        return [item]
    left = [p for p in item.pieces if p.centre < x]
    right = [p for p in item.pieces if p.centre >= x]
    return [_joined(part, item.level) for part in (left, right) if part] if left and right else [item]


def _joined(pieces: Sequence[Item], level: int) -> Item:
    text = " ".join(p.text for p in pieces)
    heavy = sum(len(p.text) for p in pieces if p.bold) * 2 > sum(len(p.text) for p in pieces)
    words = tuple(word for p in pieces for word in (p.pieces or (p,)))
    return Item(text, Box.around([p.box for p in pieces]), False, heavy, level, pieces=words)
