"""What each column of a table is: from the words of its header, corrected by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Literal

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.mend import Mender
from rendicion_etl.normalize.model import PHASES, Cell, Column
from rendicion_etl.normalize.numbers import DecimalSign, Number, parse_number
from rendicion_etl.normalize.text import fold, squash
from rendicion_etl.tables import pressed
from rendicion_etl.tables.model import RawCell, RawTable
from rendicion_etl.tables.shape import is_column_mark, is_year

_DOTTED = re.compile(r"\d{1,3}(\.\d{1,3})+")

MOST = 0.6  # share of the filled cells of a column that decides what it holds
Half = Literal["financial", "physical"]


@dataclass(slots=True)
class Profile:
    """How the body cells of a column look: counts of cells."""

    filled: int = 0
    dashes: int = 0
    numbers: int = 0
    percents: int = 0
    money: int = 0
    codes: int = 0
    dotted: int = 0
    distinct: int = 0

    def mostly(self, n: int) -> bool:
        """Most of the cells that hold more than a dash."""
        return self.filled > self.dashes and n >= MOST * (self.filled - self.dashes)


def understand_columns(
    raw: RawTable,
    sign: DecimalSign,
    mender: Mender,
    year: int | None = None,
    given: Mapping[int, str] | None = None,
) -> list[Column]:
    """One Column per column of the table, left to right. Of two columns of a phase, that of the document's `year`.

    `given` are the columns whose role is known already.
    """
    header = raw.header()
    paths = [
        [mender.mend(text) for text in header_path(header, raw.n_header_rows, raw.n_cols, c)] for c in range(raw.n_cols)
    ]
    profiles = [_profile(raw, c, sign) for c in range(raw.n_cols)]
    columns = [_column(c, paths[c], profiles[c]) for c in range(raw.n_cols)]
    _resolve_ambiguous(columns, paths)
    _one_per_phase(columns, year)
    _only_one("code", columns, profiles)
    _only_one("label", columns, profiles)
    _without_header(columns, profiles)
    for col, role in (given or {}).items():
        _become(columns[col], role)
    return columns


def _become(column: Column, role: str) -> None:
    """Give a column another role, whatever its header and its cells say."""
    column.role, column.phase = role, role if role in PHASES else None
    column.percent, column.codes = role == "pct", role == "code"
    if role != "count" and column.half == "physical":
        column.half = None  # its figures are no longer counts


def later_columns(
    raw: RawTable, columns: Sequence[Column], sign: DecimalSign, mender: Mender
) -> dict[tuple[int, int], Column]:
    """What columns become below a header that is printed further down and says something else: (row, col) -> Column."""
    leading = {squash(c.text) for c in raw.header()}
    again = sorted(r for r in raw.header_rows if r >= raw.n_header_rows)
    out: dict[tuple[int, int], Column] = {}
    for start, end in pairwise([*again, raw.n_rows]):
        texts = {c.col: c.text for c in pressed.rows(raw.cells, start, start + 1) if c.text}
        named = {col: text for col, text in texts.items() if squash(text) not in leading}
        for col, text in named.items():
            column = _column(col, [mender.mend(text)], _profile(raw, col, sign, range(start, end)))
            column.role = column.role or ("count" if columns[col].role == "count" else "other")
            out |= {(row, col): column for row in range(start + 1, end)}
    return out


def header_path(cells: Iterable[RawCell | Cell], n_header_rows: int, n_cols: int, col: int) -> list[str]:
    """Header texts over a column from the top down; a band over the whole table says nothing of one column."""
    path: list[str] = []
    over = [
        c for c in cells if c.row < n_header_rows and c.col <= col < c.col + c.col_span and names_columns(c, n_cols)
    ]
    for cell in sorted(over, key=lambda c: c.row):
        if not path or path[-1] != cell.text:
            path.append(cell.text)
    return path


def names_columns(cell: RawCell | Cell, n_cols: int) -> bool:
    """Neither a band over the table nor the mark that numbers a column (`3 = 1 + 2`)."""
    return bool(cell.text) and cell.col_span < max(n_cols - 1, 2) and not is_column_mark(cell.text)


def _profile(raw: RawTable, col: int, sign: DecimalSign, within: range | None = None) -> Profile:
    out, texts = Profile(), set()
    for cell in body_cells(raw, col, within):
        out.filled += 1
        texts.add(cell.text)
        number = parse_number(cell.text, sign)
        if number and number.dash:
            out.dashes += 1
        elif number:
            out.numbers += 1
            out.percents += number.percent
            out.money += number.currency is not None or number.decimals == 2
        out.codes += is_code(cell.text, number)
        out.dotted += bool(_DOTTED.fullmatch(cell.text))
    out.distinct = len(texts)
    return out


def body_cells(raw: RawTable, col: int, within: range | None = None) -> list[RawCell]:
    """The filled cells of a column outside header rows, merged ones over several columns left out.

    `within` are the rows to look at, all if not given.
    """
    cells = pressed.rows(raw.cells, within.start, within.stop) if within else pressed.column(raw.cells, col)
    return [c for c in cells if c.col == col and c.col_span == 1 and c.text and c.row not in raw.header_rows]


def is_code(text: str, number: Number | None) -> bool:
    """A classification code: digits (in groups joined by dashes, underscores or points), no sign, no currency."""
    compact = squash(text)
    plain = re.sub("[-_.]", "", compact)
    if not plain.isdigit() or len(plain) > 24 or (number and (number.percent or number.currency)):
        return False
    return compact.isdigit() or (compact[0].isdigit() and re.search("[-_]", compact) is not None)


def _column(col: int, path: list[str], profile: Profile) -> Column:
    half = _half(path)
    word = next((w for w in (_role_of(text) for text in reversed(path)) if w), None)
    header = " / ".join(path)
    phase = word if word in PHASES else None
    if phase and not profile.numbers and profile.filled:
        word = phase = None
    if (phase or word == "count") and profile.mostly(profile.percents):
        word, phase = "pct", None
    if half == "physical":
        role = "count" if profile.numbers else "other"
        return Column(col, role, header, phase if profile.numbers else None, half, percent=word == "pct")
    if _holds_codes(word, profile):
        return Column(col, "code", header, None, half)
    if word == "code":
        word = None if profile.mostly(profile.numbers) else "label"
    if word == "label" and profile.mostly(profile.numbers):
        word = None
    return Column(col, word or "", header, phase, half)


def _holds_codes(word: str | None, profile: Profile) -> bool:
    """Whether a column is one of codes: `1.2` is a figure, but under a header that says code."""
    return word in ("label", "code") and profile.mostly(profile.codes + (profile.dotted if word == "code" else 0))


@cache
def _words() -> tuple[tuple[str, str], ...]:
    """(folded word, role), longest first, then in the order of the vocabulary."""
    roles: dict[str, list[str]] = vocabulary("columns")["roles"]
    pairs = [(fold(word), role) for role, words in roles.items() for word in words]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


@lru_cache(maxsize=2048)
def _role_of(text: str) -> str | None:
    """The role that the longest word of the vocabulary gives, found as a word of its own (its plural counts too)."""
    said = fold(text)
    if "%" in said or said.startswith("porcentaje"):
        return "pct"
    if is_year(text):
        return None
    return next((role for word, role in _words() if re.search(rf"(?<!\w){re.escape(word)}(?:e?s)?(?!\w)", said)), None)


def _half(path: Sequence[str]) -> Half | None:
    halves: dict[Half, list[str]] = vocabulary("columns")["halves"]
    for text in path[:-1] or path:
        compact = squash(text)
        for half, words in halves.items():
            if any(compact == squash(w) or (len(path) == 1 and compact.startswith(squash(w))) for w in words):
                return half
    return None


def _resolve_ambiguous(columns: list[Column], paths: list[list[str]]) -> None:
    """Give words with two meanings the one that fits the other columns of the table."""
    words: dict[str, Any] = vocabulary("columns")["ambiguous"]
    for column in columns:
        leaf = squash(paths[column.col][-1]) if paths[column.col] else ""
        rule = next((r for w, r in words.items() if squash(w) in leaf), None)
        if rule is None or column.role not in ("", *PHASES):
            continue
        others = {c.phase for c in columns if c is not column and c.half == column.half}
        meaning = rule["with_vigente"] if "vigente" in others else rule["otherwise"]
        column.phase = meaning
        column.role = "count" if column.half == "physical" else meaning


def _one_per_phase(columns: list[Column], year: int | None) -> None:
    """Of several columns for one phase keep the one of the document's year, or the accumulated one; else none.

    The others (last year's, the month's, one fund's) are figures of their own and no phase of this budget.
    """
    for phase, half in {(c.phase, c.half) for c in columns if c.phase}:
        found = [c for c in columns if c.phase == phase and c.half == half]
        if len(found) < 2:
            continue
        of_year = [c for c in found if year and str(year) in c.header]
        running = [c for c in of_year or found if "acumulad" in fold(c.header)]
        kept = next((some[0] for some in (of_year, running) if len(some) == 1), None)
        for column in found:
            if column is not kept:
                column.phase = None
                column.role = "count" if half == "physical" else "other"


def _only_one(role: str, columns: list[Column], profiles: list[Profile]) -> None:
    """A table has one column of codes and one of labels: the one that tells most rows apart."""
    found = [c for c in columns if c.role == role]
    best = max(found, key=lambda c: (profiles[c.col].distinct, -c.col), default=None)
    for column in found:
        if column is not best:
            column.role, column.codes = "other", role == "code"


def _without_header(columns: list[Column], profiles: list[Profile]) -> None:
    """Columns whose header said nothing: their content does."""
    for column in (c for c in columns if not c.role):
        p = profiles[column.col]
        first = not any(c.role == "label" for c in columns)
        if p.mostly(p.percents):
            column.role = "pct"
        elif p.mostly(p.codes) and not column.header and column.col < len(columns) - 1 and not _any(columns, "code"):
            column.role = "code"
        elif p.mostly(p.numbers):
            column.role = "other" if p.money else "count"
        elif first and p.filled:
            column.role = "label"
        else:
            column.role = "other"


def _any(columns: list[Column], role: str) -> bool:
    return any(c.role == role for c in columns)
