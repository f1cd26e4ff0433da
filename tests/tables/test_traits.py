"""Small PDFs with a known answer, one per trait of a table's layout: `tests/fixtures/tables/README.md` lists them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.shape import is_column_mark

FIXTURES = Path(__file__).parent.parent / "fixtures" / "tables"
TRAITS = sorted(path.stem for path in FIXTURES.glob("*.json"))
Printed = dict[str, Any]


@cache
def printed(trait: str) -> list[Printed]:
    tables: list[Printed] = json.loads((FIXTURES / f"{trait}.json").read_text(encoding="utf-8"))["tables"]
    return tables


@cache
def read(trait: str) -> list[RawTable]:
    path = FIXTURES / f"{trait}.pdf"
    with open_pdf(path, path.name) as pdf:
        return read_tables(pdf)[0]


def squeezed(text: str) -> str:
    return "".join(text.split())


def body(table: RawTable) -> list[list[str]]:
    """The filled cells of each row below the header, white space left out."""
    rows = [
        [squeezed(c.text) for c in row if c.text] for r, row in enumerate(table.rows()) if r not in table.header_rows
    ]
    return [row for row in rows if row]


def leaves(table: RawTable) -> list[str]:
    """The lowest header cell over each column that does not merely number it."""
    head = [c for c in table.cells if c.row < table.n_header_rows and c.text and not is_column_mark(c.text)]
    over = [[c for c in head if c.col <= col < c.col + c.col_span] for col in range(table.n_cols)]
    return [squeezed(max(cells, key=lambda c: c.row).text) if cells else "" for cells in over]


def pages(table: RawTable) -> list[int]:
    return sorted({region.page for region in table.regions})


Aspect = tuple[Callable[[RawTable], object], Callable[[Printed], object]]

# What is compared: as it was read, and as the JSON has it.
ASPECTS: dict[str, Aspect] = {
    "rows": (body, lambda table: [[squeezed(cell) for cell in row] for row in table["rows"]]),
    "header": (leaves, lambda table: [squeezed(text) for text in table["header"]]),
    "pages": (pages, lambda table: table["pages"]),
    "number": (lambda table: table.caption.number, lambda table: table["number"]),
}


def cases() -> Iterator[Any]:
    for trait in TRAITS:
        for aspect in ASPECTS if printed(trait) else ["rows"]:
            yield pytest.param(trait, aspect, id=f"{trait}-{aspect}")


@pytest.mark.parametrize(("trait", "aspect"), list(cases()))
def test_a_trait_is_read_as_it_is_printed(trait: str, aspect: str) -> None:
    as_read, as_printed = ASPECTS[aspect]
    assert [as_read(table) for table in read(trait)] == [as_printed(table) for table in printed(trait)]


def test_every_trait_has_its_print() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.pdf")) == TRAITS
    assert [trait for trait in TRAITS if not printed(trait)] == [t for t in TRAITS if t.startswith("no_table_")]


@pytest.mark.parametrize("trait", [trait for trait in TRAITS if printed(trait)])
def test_tables_stand_on_the_page_and_none_is_in_doubt(trait: str) -> None:
    for table in read(trait):
        for cell in table.cells:
            assert cell.box.width > 0, cell
            assert cell.box.height > 0, cell
        assert table.whole
