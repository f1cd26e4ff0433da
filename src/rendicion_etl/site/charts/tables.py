"""The numbers of each chart as a table, every one with its place in print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rendicion_etl.site.amounts import SHOWN, Amount, Division, Line, Period
from rendicion_etl.site.charts.numbers import DataTable, TableCell, short_money
from rendicion_etl.site.words import Words, money, percent

_NEARLY = Decimal("1.01")


def phase_table(periods: Sequence[Period], words: Words) -> DataTable | None:
    """A row per period, earliest first; None where there is none."""
    if not periods:
        return None
    phases = _printed(period.total for period in periods)
    headers = _headers("charts.period", phases, words, TableCell(words("charts.basis"), is_header=True))
    rows = []
    for period in periods:
        name = words.period(period.period, period.fiscal_year)
        if not period.accumulates:
            name += words("charts.alone_mark")
        cells = (_head(_capital(name)), *_amounts(period.total, phases), TableCell(_basis(period.total, words)))
        rows.append(cells)
    notes = [words("charts.cumulative_note")]
    if not all(period.accumulates for period in periods):
        notes.append(words("charts.alone_note"))
    return DataTable(words("charts.phases_caption"), headers, tuple(rows), tuple(notes))


def group_table(division: Division | None, words: Words) -> DataTable | None:
    """A row per grupo de gasto in order of code, then the total."""
    if division is None:
        return None
    named = [(f"{line.code} {line.label}" if line.code != line.label else line.label, line) for line in division.lines]
    return _division_table("charts.groups_caption", "charts.group", named, division, words)


def department_table(division: Division | None, words: Words, whole: Line | None = None) -> DataTable | None:
    """A row per department in order of code, then what is in no department, then the total.

    `whole` is what the institution has in the same period: a table that divides less of it says so.
    """
    if division is None:
        return None
    named = [(line.label, line) for line in (*division.lines, *division.elsewhere)]
    table = _division_table("charts.departments_caption", "charts.department", named, division, words)
    missing = [line.label for line in division.lines if not line.amounts]
    notes = [*table.notes]
    notes += _part_of(division.total, whole, words)
    if missing:
        notes.append(words("charts.missing_note", n=len(missing), names=", ".join(missing)))
    if division.elsewhere:
        notes.append(words("charts.elsewhere_note", names=", ".join(line.label for line in division.elsewhere)))
    return DataTable(table.caption, table.headers, table.rows, tuple(notes))


def _division_table(
    caption: str, first: str, named: Iterable[tuple[str, Line]], division: Division, words: Words
) -> DataTable:
    lines = [*named, *([(words("charts.total"), division.total)] if division.total.amounts else [])]
    phases = _printed(line for _, line in lines)
    rows = [(_head(name), *_amounts(line, phases)) for name, line in lines]
    notes = []
    if division.total.amounts:
        notes.append(words("charts.total_note", basis=_basis(division.total, words)))
    when = words.period(division.period, division.fiscal_year)
    return DataTable(words(caption, period=when), _headers(first, phases, words), tuple(rows), tuple(notes))


def _printed(lines: Iterable[Line]) -> list[str]:
    """The phases that some line has: a column that nobody printed is not shown."""
    had = {phase for line in lines for phase in line.amounts}
    return [phase for phase in SHOWN if phase in had]


def _part_of(total: Line, whole: Line | None, words: Words) -> list[str]:
    """How much of the institution's vigente a table divides, if over 1 % is missing from it."""
    part, budget = total.value("vigente"), whole.value("vigente") if whole else None
    if part is None or budget is None or part * _NEARLY >= budget:
        return []
    return [words("charts.part_note", part=short_money(part, words), whole=short_money(budget, words))]


def _headers(first: str, phases: Sequence[str], words: Words, *more: TableCell) -> tuple[TableCell, ...]:
    names = (TableCell(words(f"charts.{phase}"), numeric=True, is_header=True) for phase in phases)
    execution = TableCell(words("charts.execution"), numeric=True, is_header=True)
    return (_head(words(first)), *names, execution, *more)


def _head(text: str) -> TableCell:
    return TableCell(text, is_header=True)


def _amounts(line: Line, phases: Sequence[str]) -> Iterable[TableCell]:
    for phase in phases:
        amount = line.amounts.get(phase)
        yield (
            TableCell(money(amount.value, "GTQ"), amount.place, numeric=True) if amount else TableCell("", numeric=True)
        )
    yield TableCell("" if line.execution is None else percent(line.execution, 1), numeric=True)


def _basis(line: Line, words: Words) -> str:
    """`total impreso, por grupo de gasto`; one after the other where the phases differ."""
    return "; ".join(dict.fromkeys(_told(amount, words) for amount in line.amounts.values()))


def _told(amount: Amount, words: Words) -> str:
    return words(
        f"charts.basis_{amount.basis}", kind=words.get(f"kinds.{amount.classification}", amount.classification)
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
