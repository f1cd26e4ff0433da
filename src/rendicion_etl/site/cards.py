"""Findings as cards: what accuses the same row of a table, or the same column by the same check, stands together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.site.data import Curated, Row
from rendicion_etl.site.naming import citation, evidence_text, table_name
from rendicion_etl.site.quantities import Compared, compared, kind_of, shown
from rendicion_etl.site.summary import title_of
from rendicion_etl.site.tabular import TableData
from rendicion_etl.site.words import MINUS, Words

SECTIONS = ("main", "info", "unconfirmed")
# So many rows of one column that fail the same check are one story, told once with one picture.
_SAME_STORY = 3


@dataclass(frozen=True)
class Addend:
    """A cell that enters a comparison. `sign` is "" where the cells are not summed; `own`: it is of this document."""

    sign: str
    label: str
    value: str
    table: str
    href: str
    page: int
    own: bool = True


@dataclass
class Item:
    """One finding in words. `number` is its place in the report and marks its figure in the pictures."""

    finding: Row
    number: int
    severity: str
    confirmed: bool
    check: str
    message: str
    hint: str | None
    row: str
    column: str
    compared: Compared
    addends: list[Addend]
    total: str | None
    evidence: str
    citation: str
    cell_href: str | None


@dataclass
class Card:
    """Findings shown together; `table` is None for prose. `pictures` are filled in by the camera."""

    section: str
    title: str
    subtitle: str
    page: int | None
    table: TableData | None
    items: list[Item]
    pictures: list[Any] = field(default_factory=list)

    @property
    def severity(self) -> str:
        return min((i.severity for i in self.items), key=SEVERITIES.index)


def section_of(finding: Row) -> str:
    if finding["confidence"] != "confirmed":
        return "unconfirmed"
    return "info" if finding["severity"] == "info" else "main"


def cards_of(data: Curated, tables: dict[str, TableData], words: Words) -> list[Card]:
    """All findings of a document as cards, in the order of the page; none is left out and none appears twice."""
    order = {table_id: i for i, table_id in enumerate(tables)}

    def rank(finding: Row) -> tuple[int, int, int, int, int, str]:
        row, col = (-1 if finding[k] is None else finding[k] for k in ("row", "col"))
        place = order.get(finding["table_id"], len(order))
        return (SEVERITIES.index(finding["severity"]), place, row, col, finding["page"] or 0, finding["check_id"])

    cards: list[Card] = []
    number = 0
    for section in SECTIONS:
        groups = _grouped([f for f in data.findings if section_of(f) == section])
        ranked = [sorted(g, key=lambda f: (bool(f["consequence_of"]), rank(f)[1:], rank(f)[0])) for g in groups]
        for group in sorted(ranked, key=lambda g: min(rank(f) for f in g)):
            items = [_item(f, number + i, data, tables, words) for i, f in enumerate(group, 1)]
            number += len(items)
            cards.append(_card(section, items, tables, words))
    return cards


def _grouped(findings: list[Row]) -> list[list[Row]]:
    """By row of a table; rows alone join others of their column that fail the same check; the rest stand alone."""
    by_row: dict[object, list[Row]] = defaultdict(list)
    for finding in findings:
        in_row = finding["table_id"] is not None and finding["row"] is not None
        by_row[(finding["table_id"], finding["row"]) if in_row else finding["finding_id"]].append(finding)
    by_column: dict[object, list[list[Row]]] = defaultdict(list)
    out: list[list[Row]] = []
    for group in by_row.values():
        first = group[0]
        if len(group) == 1 and first["col"] is not None:
            by_column[(first["table_id"], first["col"], first["check_id"], first["severity"])].append(group)
        else:
            out.append(group)
    for groups in by_column.values():
        joined = [[f for group in groups for f in group]]
        out.extend(joined if len(groups) >= _SAME_STORY else groups)
    return out


def _card(section: str, items: list[Item], tables: dict[str, TableData], words: Words) -> Card:
    first = items[0]
    table = tables.get(first.finding["table_id"])
    page = first.finding["page"]
    if table is None:
        return Card(section, words("finding.in_prose"), "", page, None, items)
    title, rows = table_name(table.table, words), {i.row for i in items}
    names: list[str] = []
    if len({i.finding["row"] for i in items}) > 1:
        names.append(words("finding.column", name=first.column) if first.column else "")
    elif rows != {""}:
        names.append(words("finding.row", name=first.row))
    return Card(section, title, " · ".join(n for n in names if n), page, table, items)


def _item(finding: Row, number: int, data: Curated, tables: dict[str, TableData], words: Words) -> Item:
    table = tables.get(finding["table_id"])
    unit = table.table["unit"] if table else None
    cell = table.cell_at(finding["row"], finding["col"]) if table else None
    row = table.row_label(finding["row"]) if table else ""
    column = table.column_header(finding["col"]) if table else ""
    kind = kind_of(cell, unit, finding["column_role"])
    total = _total(finding)
    return Item(
        finding=finding,
        number=number,
        severity=finding["severity"],
        confirmed=finding["confidence"] == "confirmed",
        check=title_of(finding["check_id"], words),
        message=finding[f"message_{words.lang}"] or finding["message_es"],
        hint=finding[f"hint_{words.lang}"] or finding["hint_es"],
        row=row,
        column=column,
        compared=compared(finding, cell, unit, words),
        addends=[_addend(r, tables, words, kind, signed=total is not None) for r in finding["related"]],
        total=None if total is None else shown(total, kind, unit),
        evidence=evidence_text(finding, tables, words),
        citation=citation(finding, table, row, column, data.document, words),
        cell_href=f"#{table.anchor}-{finding['row']}-{finding['col']}" if table and cell else None,
    )


def _total(finding: Row) -> Decimal | None:
    """The sum of the related cells by their signs, where that is what was expected; else they are no addends."""
    values = [(Decimal(str(r["value"])), r.get("sign", 1)) for r in finding["related"] if r.get("value") is not None]
    if len(values) < 2 or len(values) < len(finding["related"]) or finding["expected"] is None:
        return None
    total = sum((value * sign for value, sign in values), Decimal(0))
    return total if total == finding["expected"] else None


def _addend(related: Row, tables: dict[str, TableData], words: Words, kind: str, *, signed: bool) -> Addend:
    table = tables.get(related.get("table_id") or "")
    row, col = related.get("row"), related.get("col")
    cell = table.cell_at(row, col) if table else None
    value = related.get("value")
    if value is None:
        text = str(related.get("text") or (cell and cell.text) or "")
    else:
        unit = table.table["unit"] if table else None
        own = kind_of(cell, unit, cell.column_role if cell else None)
        # An amount without a currency sign among amounts of money is money too.
        bare = kind == "money" and cell is not None and cell.value_type == "amount"
        text = shown(Decimal(str(value)), kind if bare else own, unit)
    names = (table.row_label(row), table.column_header(col)) if table else ()
    other = str(related.get("table_id") or "").rpartition("/")[0]
    elsewhere = words("finding.other_report", document=other) if other else words("finding.in_prose")
    return Addend(
        sign=("" if not signed else MINUS if related.get("sign", 1) < 0 else "+"),
        label=" · ".join(n for n in names if n),
        value=text,
        table=table_name(table.table, words) if table else elsewhere,
        href=f"#{table.anchor}-{row}-{col}" if table and cell else "",
        page=related["page"],
        own=table is not None or not other,
    )
