"""The page of a revision: every cell in which a document says otherwise than the version that it replaces.

It lies in the folder of the later document, `<document_id>/revision/`, and compares both as they were read; which of
the changes a second reading has confirmed is told beside each, where its finding has a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.checks.revisions_changed import ID, Compared, compared
from rendicion_etl.curated.restore import restore
from rendicion_etl.curated.writer import published_files
from rendicion_etl.normalize.model import Cell, Document, Row, Table
from rendicion_etl.site.data import Curated, files_of, read_document
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.pages import FINDINGS, write_json, write_page
from rendicion_etl.site.report import published_page, web_address
from rendicion_etl.site.words import Words

FOLDER = "revision"


@dataclass(frozen=True)
class Place:
    """A cell, a row or a table of one of the two versions. `anchor` is where the page of its document shows it."""

    document_id: str
    anchor: str
    page: int
    text: str


@dataclass(frozen=True)
class Change:
    """A cell that says something else. `finding` is the finding with a page that tells it, None where there is none."""

    row: str
    column: str
    before: Place
    now: Place
    numeric: bool
    finding: str | None


@dataclass(frozen=True)
class TableChanges:
    """What changed in a table: cells, and rows that are new or gone. `finding` is of the table as a whole."""

    now: Place
    before: Place
    changes: list[Change]
    added: list[Place]
    gone: list[Place]
    finding: str | None


@dataclass(frozen=True)
class Revision:
    """All that changed; `added` and `gone` are tables without a counterpart."""

    tables: list[TableChanges]
    added: list[Place]
    gone: list[Place]

    @property
    def n_cells(self) -> int:
        return sum(len(table.changes) for table in self.tables)


def write_revision(home: Path, curated: Path, data: Curated) -> bool:
    """Write the page of a document that replaces another; False where it replaces none, or that one is gone."""
    old_id = data.document["supersedes"]
    if not old_id or not published_files(curated, f"{old_id}.parquet"):
        return False
    before = read_document(curated, old_id)
    ours, theirs = (restore(files_of(curated, name)) for name in (data.document["document_id"], old_id))
    findings = {
        (f["table_id"], f["row"], f["col"]): f["finding_id"]
        for f in data.findings
        if f["check_id"] == ID and f["confidence"] == "confirmed"
    }
    folder = f"{ours.document_id}/{FOLDER}"

    def context(words: Words) -> dict[str, Any]:
        return {
            "document": data.document,
            "before": before,
            "revision": _revision(ours, theirs, findings, words),
            "findings": FINDINGS,
            "web_address": web_address,
            "page_of": lambda place: published_page(
                (data.document if place.document_id == ours.document_id else before)["source_url"], place.page
            ),
        }

    write_page(home, folder, "revision.html", context, "documents")
    said = _revision(ours, theirs, findings, Words("es"))
    write_json(home / folder, {"document": data.document, "before": before, **asdict(said)})
    return True


def _revision(new: Document, old: Document, findings: Mapping[Any, str], words: Words) -> Revision:
    pairs = sorted(compared(new, old), key=lambda pair: pair.new.index)
    paired = {table.table_id for pair in pairs for table in (pair.new, pair.old)}
    tables = [_table(pair, findings, words) for pair in pairs if pair.changes or pair.added or pair.gone]
    added, gone = ([_whole(t, words) for t in d.tables if t.table_id not in paired] for d in (new, old))
    return Revision(tables, added, gone)


def _table(pair: Compared, findings: Mapping[Any, str], words: Words) -> TableChanges:
    return TableChanges(
        now=_whole(pair.new, words),
        before=_whole(pair.old, words),
        changes=list(_changes(pair, findings, words)),
        added=[_row(pair.new, row) for row in pair.added],
        gone=[_row(pair.old, row) for row in pair.gone],
        finding=findings.get((pair.new.table_id, None, None)),
    )


def _changes(pair: Compared, findings: Mapping[Any, str], words: Words) -> Iterator[Change]:
    rows = {row.row: row for row in pair.new.rows}
    for cell, before in pair.changes:
        yield Change(
            row=_label(rows[cell.row]),
            column=pair.new.columns[cell.col].header or words("revision.column", k=cell.col + 1),
            before=_cell(pair.old, before),
            now=_cell(pair.new, cell),
            numeric=cell.value is not None and before.value is not None,
            finding=findings.get((pair.new.table_id, cell.row, cell.col)),
        )


def _label(row: Row) -> str:
    return row.label or row.label_printed or row.code or ""


def _whole(table: Table, words: Words) -> Place:
    named = {"number": table.number, "title": table.title, "table_id": table.table_id, "first_page": table.first_page}
    return Place(*_ids(table), table.first_page, table_name(named, words))


def _cell(table: Table, cell: Cell) -> Place:
    document_id, anchor = _ids(table)
    return Place(document_id, f"{anchor}-{cell.row}-{cell.col}", cell.page, cell.text)


def _row(table: Table, row: Row) -> Place:
    """A row at its first cell, as all its texts."""
    cells = sorted(table.row_cells(row.row), key=lambda c: c.col)
    document_id, anchor = _ids(table)
    text = " · ".join(c.text for c in cells if c.text)
    return Place(document_id, f"{anchor}-{row.row}-{cells[0].col if cells else 0}", row.page, text)


def _ids(table: Table) -> tuple[str, str]:
    """The document of a table, and where its page shows the table."""
    document_id, _, anchor = table.table_id.rpartition("/")
    return document_id, anchor
