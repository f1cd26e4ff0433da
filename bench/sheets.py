"""Consistent tables with random figures, and every relation that holds in them: what bench/mutations.py changes.

A sheet is made of columns (drawn at random, or following from others) and of a tree of rows (leaves, groups whose
figure stands before or after their rows). Relations are kept as data: which printed figure follows from which others,
so that what a changed cell breaks is known exactly.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

HALF, HALF_CENT = Decimal("0.5"), Decimal("0.005")
Sum = tuple[int, str, list[int]]  # the key of a row, the name of the relation, the keys of its parts


@dataclass(frozen=True)
class Column:
    """One column of figures.

    kind: `amount` and `count` (at random), `change` and `share_of` (at random, in proportion to the column `of`),
    `sum` (of the columns of `terms`, each with its sign), `percent` (the first of `terms` over the second), `of_total`
    (the first of `terms` over its grand total), `running` (the sum of the first of `terms` down to the row). `zeros`:
    how often, of ten, a figure in proportion to another is nothing.
    """

    key: str
    head: str
    kind: str = "amount"
    of: str = ""
    terms: tuple[tuple[str, int], ...] = ()
    places: int = 2
    zeros: int = 0

    @property
    def is_percent(self) -> bool:
        return self.kind in ("percent", "of_total")

    @property
    def adds_up(self) -> bool:
        return not self.is_percent and self.kind != "running"


@dataclass
class Line:
    """A printed row: its words and its figures as printed; `key` stays the same when rows are dropped or doubled."""

    key: int
    texts: list[str]
    figures: list[Decimal | None]
    kind: str = ""  # band, group, subtotal, total, memo
    level: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell of a sheet: `col` counts the columns of words too. `line` None: the sheet as a whole."""

    sheet: int
    line: int | None
    col: int


@dataclass(frozen=True)
class Relation:
    """What one printed figure has to do with others.

    name: `column` (a total), `subtotal`, `row`, `running` (what has run up in a row), `percent`, `table` (the same
    thing in another table), `region percent`; or of words: `code`, `twice`, `missing`, `region`, `doubled`. `terms` are
    signed cells; of a percentage the parts are positive, the bases negative. `places` are the cells at which it may be
    told that it is broken, besides its result. `rule` is the check without which nobody can see it.
    """

    name: str
    result: Cell
    terms: tuple[tuple[Cell, int], ...] = ()
    places: tuple[Cell, ...] = ()
    rule: str | None = None

    def cells(self) -> set[Cell]:
        return {self.result, *(c for c, _ in self.terms), *self.places}


@dataclass
class Sheet:
    """A table to be typeset. `heads` are of the columns of words; `over`: (first, last, text) above the header."""

    heads: list[str]
    columns: list[Column]
    lines: list[Line] = field(default_factory=list)
    title: str = "Ejecución presupuestaria"
    over: tuple[tuple[int, int, str], ...] = ()
    marks: tuple[str, ...] = ()
    code: int | None = None
    place: int | None = None  # column of words with departments
    region: int | None = None

    def line(self, key: int | None) -> Line | None:
        return next((n for n in self.lines if n.key == key), None)

    def col(self, key: str) -> int:
        return len(self.heads) + next(k for k, c in enumerate(self.columns) if c.key == key)


@dataclass
class Node:
    """A row and the rows that it sums; no children: a leaf."""

    texts: list[str]
    children: list[Node] = field(default_factory=list)


@dataclass
class Paper:
    """The sheets of one document and what holds in them."""

    sheets: list[Sheet]
    relations: list[Relation]

    def value(self, cell: Cell) -> Decimal | None:
        line = self.sheets[cell.sheet].line(cell.line)
        words = len(self.sheets[cell.sheet].heads)
        return line.figures[cell.col - words] if line and cell.col >= words else None

    def _blank(self, cell: Cell) -> bool:
        """Whether nothing is printed in a cell that is there: what it stands for is not known."""
        return self.value(cell) is None and self.sheets[cell.sheet].line(cell.line) is not None

    def column(self, cell: Cell) -> Column:
        return self.sheets[cell.sheet].columns[cell.col - len(self.sheets[cell.sheet].heads)]

    def broken(self, relation: Relation, unit: Decimal, surely: bool = True) -> bool:
        """Whether the print contradicts a relation by more than rounding; `unit` is the last digit of rounded amounts.

        `surely`: by so much that it is no matter of the last digit, nor of half a cent for each figure.
        """
        said = self.value(relation.result)
        values = [(self.value(c), sign) for c, sign in relation.terms]
        if said is None or any(self._blank(c) for c, _ in relation.terms):
            return False
        if relation.name in ("percent", "region percent"):
            part, base = (sum((v for v, s in values if v and s == sign), Decimal(0)) for sign in (1, -1))
            if not base or any(v is None for v, _ in values):
                return False
            digit = Decimal(1).scaleb(-self.column(relation.result).places)
            loose = 100 * unit / abs(base) * (1 + abs(part / base))
            return abs(100 * part / base - said) > digit * (2 if surely else HALF) + (loose if surely else 0)
        gap = abs(said - sum((v * sign for v, sign in values if v is not None), Decimal(0)))
        exact = not unit or self.column(relation.result).kind == "count"
        return gap > (HALF_CENT if exact else unit / 2) * (len(values) + 1 if surely else 0)


# ------------------------------------------------------------------------------------------------ columns of a budget
_BUDGET = {
    "a": Column("a", "Asignado"),
    "m": Column("m", "Modificaciones", "change", "a"),
    "v": Column("v", "Vigente", "sum", terms=(("a", 1), ("m", 1))),
    "c": Column("c", "Comprometido", "share_of", "v"),
    "d": Column("d", "Devengado", "share_of", "v"),
    "g": Column("g", "Pagado", "share_of", "d"),
    "s": Column("s", "Saldo por devengar", "sum", terms=(("v", 1), ("d", -1))),
    "p": Column("p", "% de ejecución", "percent", terms=(("d", 1), ("v", -1))),
    "r": Column("r", "% de participación", "of_total", terms=(("v", 1),)),
}


def budget(letters: str, places: int = 2, suffix: str = "", **heads: str) -> list[Column]:
    """Columns by letter; what follows from columns that are not printed is drawn at random instead."""
    out = []
    for letter in letters:
        column = replace(_BUDGET[letter], places=places, head=heads.get(letter, _BUDGET[letter].head))
        if column.kind == "sum" and any(t not in letters for t, _ in column.terms):
            column = replace(column, kind="amount", terms=())
        if column.of and column.of not in letters:
            column = replace(column, kind="amount", of="")
        named = tuple((t + suffix, s) for t, s in column.terms)
        out.append(replace(column, key=letter + suffix, of=column.of and column.of + suffix, terms=named))
    return out


# ------------------------------------------------------------------------------------------------------ rows and sums
_keys = itertools.count(1)


class _Maker:
    def __init__(self, rng: random.Random, columns: Sequence[Column]) -> None:
        self.rng, self.columns = rng, columns
        self.sums: list[Sum] = []
        self.amounts: dict[int, dict[str, Decimal]] = {}

    def draw(self) -> dict[str, Decimal]:
        rng, row = self.rng, dict[str, Decimal]()
        for c in self.columns:
            if c.kind == "amount":
                row[c.key] = Decimal(rng.randrange(2 * 10**6, 9 * 10**8)) / 100
            elif c.kind == "count":
                row[c.key] = Decimal(rng.randrange(12, 9_000))
            elif c.kind in ("change", "share_of"):
                low, high = (-20, 33) if c.kind == "change" else (20, 97)
                share = Decimal(rng.randrange(low * 1000, high * 1000)) / 100_000 * (rng.randrange(10) >= c.zeros)
                row[c.key] = (row[c.of] * share).quantize(Decimal("0.01"))
            elif c.kind == "sum":
                row[c.key] = sum((row[t] * s for t, s in c.terms), Decimal(0))
        return row

    def add(self, nodes: Iterable[Node], style: str, level: int, out: list[Line]) -> list[int]:
        """Append the rows of a tree; the keys of its topmost figures."""
        keys = []
        for node in nodes:
            line = Line(next(_keys), list(node.texts), [], level=level)
            if not node.children:
                self.amounts[line.key] = self.draw()
                out.append(line)
            else:
                line.kind = "group" if style == "before" else "band"
                out.append(line)
                parts = self.add(node.children, style, level + 1, out)
                if style == "after":
                    name = next(t for t in reversed(node.texts) if t)
                    words = ["" if t != name else ("Total " if level else "SUBTOTAL ") + name for t in node.texts]
                    line = Line(next(_keys), words, [], "subtotal", level)
                    out.append(line)
                self.total(line, "subtotal", parts)
            keys.append(line.key)
        return keys

    def total(self, line: Line, name: str, parts: list[int]) -> None:
        self.amounts[line.key] = {
            c.key: sum((self.amounts[p][c.key] for p in parts), Decimal(0)) for c in self.columns if c.adds_up
        }
        self.sums.append((line.key, name, parts))


def make_sheet(
    rng: random.Random,
    heads: Sequence[str],
    columns: Sequence[Column],
    tree: Sequence[Node],
    *,
    style: str = "before",
    total: str | None = "Total",
    total_first: bool = False,
    **more: object,
) -> tuple[Sheet, list[Sum]]:
    """A sheet, and its sums as (row, name, parts)."""
    maker, lines = _Maker(rng, columns), list[Line]()
    top = maker.add(tree, style, 0, lines)
    if total:
        words = [""] * len(heads)
        words[more.get("label", len(heads) - 1)] = total  # type: ignore[call-overload]
        last = Line(next(_keys), words, [], "total")
        maker.total(last, "column", top)
        lines.insert(0 if total_first else len(lines), last)
    more.pop("label", None)
    running = dict.fromkeys((c.key for c in columns), Decimal(0))
    grand = maker.amounts[lines[0 if total_first else -1].key]
    for line in lines:
        if line.key not in maker.amounts:
            continue
        row = maker.amounts[line.key]
        for c in columns:
            if c.kind == "percent":
                base = row[c.terms[1][0]]
                row[c.key] = 100 * row[c.terms[0][0]] / base if base else base
            elif c.kind == "of_total":
                row[c.key] = 100 * row[c.terms[0][0]] / grand[c.terms[0][0]]
            elif c.kind == "running":
                running[c.key] += row[c.terms[0][0]] if line.kind != "total" else 0
                row[c.key] = running[c.key]
        line.figures = [None if line.kind == "total" and c.kind == "running" else row[c.key] for c in columns]
    return Sheet(list(heads), list(columns), lines, **more), maker.sums  # type: ignore[arg-type]


def relations_of(number: int, sheet: Sheet, sums: Iterable[Sum]) -> list[Relation]:
    """What holds within one sheet: sums by column, identities and percentages by row, what runs up from row to row."""
    out, words = [], len(sheet.heads)

    def at(key: int, col: str) -> Cell:
        return Cell(number, key, sheet.col(col))

    for whole, name, parts in sums:
        added = [c.key for c in sheet.columns if c.adds_up]
        out += [Relation(name, at(whole, key), tuple((at(p, key), 1) for p in parts)) for key in added]
    for c in (c for c in sheet.columns if c.kind == "running"):
        above: tuple[tuple[Cell, int], ...] = ()
        for line in (n for n in sheet.lines if not n.kind):
            reached = at(line.key, c.key)
            terms = (*above, (at(line.key, c.terms[0][0]), 1))
            out.append(Relation("running", reached, terms, places=(Cell(number, None, 0),)))
            above = ((reached, 1),)
    grand = next((n.key for n in sheet.lines if n.kind == "total"), None)
    for line in (n for n in sheet.lines if n.figures):
        for k, c in enumerate(sheet.columns):
            here = Cell(number, line.key, words + k)
            if c.kind == "sum":
                out.append(Relation("row", here, tuple((at(line.key, t), s) for t, s in c.terms)))
            elif c.kind == "percent":
                out.append(Relation("percent", here, tuple((at(line.key, t), s) for t, s in c.terms)))
            elif c.kind == "of_total" and grand:
                base = at(grand, c.terms[0][0])
                out.append(Relation("percent", here, ((at(line.key, c.terms[0][0]), 1), (base, -1))))
    return out


def rounded(paper: Paper, scale: int, decimals: int, blank: bool) -> Paper:
    """Figures as they are printed: in thousands or millions, with so many decimals; `blank`: none for nothing."""
    for sheet in paper.sheets:
        for line in sheet.lines:
            for k, value in enumerate(line.figures):
                c = sheet.columns[k]
                if value is not None:
                    whole = c.kind == "count" or (
                        c.kind == "sum" and value == value.to_integral() and _counts(sheet, c)
                    )
                    digit = Decimal(1).scaleb(-(c.places if c.is_percent else 0 if whole else decimals))
                    printed = value if c.is_percent or whole else value / scale
                    line.figures[k] = printed.quantize(digit, ROUND_HALF_UP) if printed or not blank else None
    return paper


def _counts(sheet: Sheet, column: Column) -> bool:
    """Whether a column sums columns of counts."""
    kinds = {c.key: c.kind for c in sheet.columns}
    return all(kinds[t] == "count" for t, _ in column.terms)
