"""A drafted entry names its place and its print as the pipeline will find them: filled in, it is accepted as it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rendicion_etl.archive.store import receive
from rendicion_etl.curated.draft import as_read, drafted
from rendicion_etl.curated.restore import restore
from rendicion_etl.curated.writer import stage
from rendicion_etl.normalize.correction_files import Correction, read_corrections
from rendicion_etl.normalize.corrections import applied, may_have_value, page_of, printed_at
from rendicion_etl.normalize.geography import LOCATED
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.pipeline import process_document

SAMPLE = Path(__file__).parents[2] / "raw/muestra/scep-2021-c1.pdf"
SIGNED = {"author": "Ana Pérez", "date": "2025-05-02", "reason": "Se ve en la página."}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Document]:
    """The sample as it is read, and as its datasets have it."""
    home = tmp_path_factory.mktemp("draft")
    processed = process_document(receive(SAMPLE, home / "raw"))
    return processed.document, restore(stage(processed.records, home).files)


def test_every_drafted_entry_is_accepted_once_its_blanks_are_filled(
    tmp_path: Path, both: tuple[Document, Document]
) -> None:
    read, published = both
    entries = []
    for table in published.tables:
        last = table.rows[-1].row
        places: list[tuple[str, int | None, int | None, str]] = [
            ("row_role", last, None, table.rows[-1].role),
            *(("column_role", None, c.col, c.role) for c in table.columns),
            *((what, None, None, "Otro") for what in ("number", "title")),
            ("kind", None, None, table.kind),
            ("unit", None, None, table.unit or "GTQ"),
            *(("department", r.row, None, "14") for r in table.rows if r.role in LOCATED),
            *(("value", c.row, c.col, "1.50") for c in table.cells if may_have_value(table, c.row, c.col)),
        ]
        for what, row, col, after in places:
            text = drafted(published, table, what, row, col).text
            filled = text.replace(f'\n{what} = ""', f'\n{what} = "{after}"')
            for name, value in SIGNED.items():
                filled = filled.replace(f'{name} = ""', f'{name} = "{value}"')
            entries.append(filled)
    assert len(entries) > 900
    (tmp_path / "a.toml").write_text("\n".join(entries), encoding="utf-8")
    corrections = read_corrections(tmp_path)[read.sha256]
    assert len(applied(read, corrections)) == len(entries)


def test_what_was_corrected_already_is_named_as_it_is_read_without_that(tmp_path: Path) -> None:
    """A second entry for a table whose title and header were corrected, drafted from what was published."""
    stored = receive(SAMPLE, tmp_path / "raw")
    first = process_document(stored).document
    table = first.tables[0]
    corrections = [
        said(first, table, "title", "Otro", None, None),
        said(first, table, "row_role", "detail", table.n_header_rows - 1, None),
    ]
    processed = process_document(stored, corrections=corrections)
    files = stage(processed.records, tmp_path).files
    published = restore(files).tables[0]
    assert (published.title, published.n_header_rows) == ("Otro", table.n_header_rows - 1)
    as_found = as_read(published, restore(files))
    for what, row, col in (("kind", None, None), ("column_role", None, 1), ("row_role", 0, None)):
        assert printed_at(as_found, what, row, col) == printed_at(table, what, row, col)


def said(document: Document, table: Table, what: str, after: str, row: int | None, col: int | None) -> Correction:
    place = {"page": page_of(table, what, row, col), "printed": printed_at(table, what, row, col)}
    about = {"sha256": document.sha256, "document_id": document.document_id, "table": table.index}
    signed = {"author": "Ana", "date": dt.date(2025, 5, 2), "reason": "x", "file": "a.toml"}
    return Correction(what=what, after=after, row=row, col=col, **place, **about, **signed)  # type: ignore[arg-type]


def test_the_current_value_is_told(both: tuple[Document, Document]) -> None:
    published = both[1]
    table = published.tables[0]
    cell = next(c for c in table.cells if c.value is not None and c.value > 100)
    assert drafted(published, table, "value", cell.row, cell.col).before == format(cell.value, "f")
