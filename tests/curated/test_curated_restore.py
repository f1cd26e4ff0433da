"""A document restored from its datasets says the same, in all that a later report is compared with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rendicion_etl.archive.store import receive
from rendicion_etl.checks.earlier import sheets_of
from rendicion_etl.curated.restore import restore
from rendicion_etl.curated.writer import stage
from rendicion_etl.normalize.model import Document
from rendicion_etl.normalize.text import key
from rendicion_etl.pipeline import process_document

SAMPLE = Path(__file__).parents[2] / "raw/muestra/scep-2021-c1.pdf"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Document]:
    home = tmp_path_factory.mktemp("restore")
    processed = process_document(receive(SAMPLE, home / "raw"))
    return processed.document, restore(stage(processed.records, home).files)


def test_what_it_says_of_itself_comes_back(both: tuple[Document, Document]) -> None:
    printed, restored = both
    assert replace(restored, tables=[]) == replace(printed, tables=[], statements=[])  # of those nobody asks later
    assert len(restored.tables) == len(printed.tables)


def test_every_cell_comes_back_with_its_value_and_how_far_it_is_rounded(both: tuple[Document, Document]) -> None:
    for printed, restored in zip(both[0].tables, both[1].tables, strict=True):
        ours = {(c.row, c.col): (c.text, c.page, c.value, c.value_type, c.decimals) for c in restored.cells}
        theirs = {
            (c.row, c.col): (c.text, c.page, c.value, c.value_type, c.decimals if c.value is not None else 0)
            for c in printed.cells
        }
        assert ours == theirs
        assert all(
            abs(a - b) <= 0.005
            for c, o in zip(sorted_cells(printed), sorted_cells(restored), strict=True)
            for a, b in zip(c.box, o.box, strict=True)
        )


def sorted_cells(table: object) -> list:
    return sorted(table.cells, key=lambda c: (c.row, c.col))  # type: ignore[attr-defined]


def test_columns_have_their_roles_and_headers(both: tuple[Document, Document]) -> None:
    for printed, restored in zip(both[0].tables, both[1].tables, strict=True):
        assert [c.role for c in restored.columns] == [c.role for c in printed.columns]
        assert [key(c.header) for c in restored.columns] == [key(c.header) for c in printed.columns]


def test_it_has_the_same_lines_in_the_same_sums(both: tuple[Document, Document]) -> None:
    ours, theirs = (
        [
            (s.table.table_id, name, line.amounts, {p: s.closes(line, p) for p in line.amounts})
            for s in sheets_of(document)
            for name, line in [*s.named.items(), ("", s.total)]
        ]
        for document in reversed(both)
    )
    assert len(ours) > 20
    assert ours == theirs
