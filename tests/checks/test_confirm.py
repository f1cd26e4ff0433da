"""A finding is confirmed only by a second reading that agrees; our own misreading never is.

The documents are real PDFs. Where a test says so, the first reading is broken on purpose: what it then accuses is our
mistake, and must stay unconfirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pdfs import Ruled, write_pdf
from rendicion_etl import catalogs
from rendicion_etl.checks import registry
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.model import Finding
from rendicion_etl.checks.read_twice import TableReading, read_again
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.ocr import Reading
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables import aligned, camelot
from rendicion_etl.tables.extract import READERS, read_tables
from rendicion_etl.tables.model import RawTable
from rendicion_etl.tables.second import SecondReading

HEADER = ["Grupo de Gasto", "Vigente", "Devengado", "Saldo por Ejecutar"]
ROWS = [
    ["Grupo 0", "Q 53,902,568.00", "Q 17,593,018.73", "Q 36,309,549.27"],
    ["Grupo 1", "Q 5,151,459.55", "Q 892,751.39", "Q 4,258,708.16"],
    ["Grupo 2", "Q 2,438,471.45", "Q 504,051.86", "Q 1,934,419.59"],
    ["Grupo 3", "Q 895,100.00", "Q 4,789.00", "Q 890,311.00"],
]
TOTAL = ["TOTAL", "Q 62,387,599.00", "Q 18,994,610.98", "Q 43,392,988.02"]
WRONG = ["TOTAL", "Q 62,387,599.00", "Q 18,994,160.98", "Q 43,393,438.02"]


def judge(path: Path, *blocks: Ruled | str | None, look: bool = False) -> tuple[Document, list[Finding]]:
    write_pdf(path, *blocks)
    with open_pdf(path, path.name) as pdf:
        tables, pages = read_tables(pdf)
        document = understand(Source("0" * 64, path.name), pages, tables, None)
        results = registry.run(document)
        confirm(document, results, SecondReading(pdf, PageReader(pdf) if look else None))
    return document, [f for r in results for f in r.findings]


def break_reader(monkeypatch: pytest.MonkeyPatch, damage: Callable[[RawTable], None]) -> None:
    """Make every reader of the first reading give damaged tables."""

    def broken(read: Callable[..., list[RawTable]]) -> Callable[..., list[RawTable]]:
        def reader(*args: object) -> list[RawTable]:
            tables = read(*args)
            for table in tables:
                damage(table)
            return tables

        return reader

    for name, read in list(READERS.items()):
        monkeypatch.setitem(READERS, name, broken(read))
    monkeypatch.setattr(camelot, "read", broken(camelot.read))


def test_a_true_contradiction_is_confirmed_with_its_evidence(tmp_path: Path) -> None:
    document, findings = judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, WRONG]))
    assert {(f.check_id, f.place.col, f.confidence) for f in findings} == {
        ("totals.column_sum", 2, "confirmed"),
        ("totals.column_sum", 3, "confirmed"),
    }
    first, second = findings[0].evidence["readings"]
    assert (first["parser"], second["parser"]) == ("pdfium", "pdfminer")
    assert (second["cells_compared"], second["cells_equal"], second["same_rows"]) == (5, 5, True)
    assert document.tables[0].agreement == 1


def test_the_cells_that_decide_are_looked_at_in_the_picture_of_the_page(tmp_path: Path) -> None:
    _, findings = judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, WRONG]), look=True)
    assert {f.confidence for f in findings} == {"confirmed"}
    assert findings[0].evidence["readings"][2] == {"reader": "ocr-pictured", "cells_compared": 5, "cells_equal": 5}


@pytest.mark.parametrize(("sure", "confidence", "compared"), [(0.99, "unconfirmed", 5), (0.3, "confirmed", 4)])
def test_a_picture_that_surely_shows_other_digits_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sure: float, confidence: str, compared: int
) -> None:
    """The text layer says 18,994,160.98 in both readings, and the page 18,994,610.98."""
    look_at = PageReader.look_at

    def other(self: PageReader, *where: object) -> list[Reading]:
        seen = [r.text for r in look_at(self, *where)]  # type: ignore[arg-type]
        return [_reading(t.replace("994,160.98", "994,610.98"), sure if "994,160" in t else 0.99) for t in seen]

    monkeypatch.setattr(PageReader, "look_at", other)
    _, findings = judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, WRONG]), look=True)
    (finding,) = [f for f in findings if f.place.col == 2]
    look = finding.evidence["readings"][2]
    assert (finding.confidence, look["cells_compared"], look["cells_equal"]) == (confidence, compared, 4)


def _reading(text: str, sure: float) -> Reading:
    return Reading(text, tuple(0.5 for _ in text), (sure,) * len(text))


def test_an_honest_table_accuses_nobody_and_is_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(SecondReading, "region", lambda *args, **named: asked.append(args))
    assert judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, TOTAL]))[1] == []
    assert asked == []
    assert judge(tmp_path / "b.pdf", Ruled([HEADER, *ROWS, WRONG]))[1] != []
    assert asked != [], "where somebody is accused it is"


def drop_row(row: int) -> Callable[[RawTable], None]:
    def damage(table: RawTable) -> None:
        table.cells = [c for c in table.cells if c.row != row]
        for cell in table.cells:
            cell.row -= cell.row > row
        table.n_rows -= 1

    return damage


def double_row(table: RawTable) -> None:
    again = [c.__class__(table.n_rows, c.col, 1, 1, c.text, c.page, c.box, c.bold) for c in table.cells if c.row == 2]
    last = [c for c in table.cells if c.row == table.n_rows - 1]
    for cell in last:
        cell.row = table.n_rows
    for cell in again:
        cell.row = table.n_rows - 1
    table.cells += again
    table.n_rows += 1


def misread_digit(table: RawTable) -> None:
    cell = next(c for c in table.cells if c.text.startswith("Q 892"))
    cell.text = cell.text.replace("892", "829")


def miss_a_rule(table: RawTable) -> None:
    """Two rows read as one, with the figures of the second."""
    for cell in [c for c in table.cells if c.row == 2]:
        below = next(c for c in table.cells if (c.row, c.col) == (3, cell.col))
        below.text = f"{cell.text} {below.text}" if cell.col == 0 else below.text
        below.box = below.box._replace(top=cell.box.top)
    drop_row(2)(table)


DAMAGES = [drop_row(2), drop_row(3), double_row, misread_digit, miss_a_rule]


def doubts(path: Path) -> list[TableReading]:
    """How the second reading compares with the first, table by table."""
    with open_pdf(path, path.name) as pdf:
        tables, pages = read_tables(pdf)
        document = understand(Source("0" * 64, path.name), pages, tables, None)
        return [read_again(table, document, SecondReading(pdf)) for table in document.tables]


@pytest.mark.parametrize("damage", DAMAGES, ids=["dropped", "dropped too", "doubled", "digit", "missed rule"])
def test_what_a_broken_reader_accuses_is_never_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[RawTable], None]
) -> None:
    path = write_pdf(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, TOTAL]))
    assert [(r.doubt, r.differing) for r in doubts(path)] == [(None, set())]
    break_reader(monkeypatch, damage)
    assert all(r.doubt or r.differing for r in doubts(path)), "the second reading must notice the damage"
    _, findings = judge(path, Ruled([HEADER, *ROWS, TOTAL]))
    assert "confirmed" not in {f.confidence for f in findings}


PLACES = [[r["name"], f"Q {(k + 3) ** 3 * 1_013:,}.00"] for k, r in enumerate(catalogs.table("departments"))]
BY_PLACE = [["Departamento", "Vigente"], *PLACES, ["TOTAL", f"Q {sum((k + 3) ** 3 * 1_013 for k in range(22)):,}.00"]]
COVERAGE = "geography.coverage"


def test_a_missing_department_is_confirmed_by_the_set_of_rows(tmp_path: Path) -> None:
    found = judge(tmp_path / "a.pdf", Ruled([*BY_PLACE[:8], *BY_PLACE[9:]]))[1]
    assert [f.confidence for f in found if f.check_id == COVERAGE] == ["confirmed"]


@pytest.mark.parametrize("damage", [drop_row(8), double_row])
def test_a_department_that_the_reader_lost_or_doubled_stays_our_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[RawTable], None]
) -> None:
    break_reader(monkeypatch, damage)
    found = judge(tmp_path / "a.pdf", Ruled(BY_PLACE))[1]
    assert COVERAGE in {f.check_id for f in found}
    assert {f.confidence for f in found} == {"unconfirmed"}


def test_a_digit_misread_accuses_and_stays_our_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_reader(monkeypatch, misread_digit)
    _, findings = judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, TOTAL]))
    assert findings
    assert {f.confidence for f in findings} == {"unconfirmed"}
    assert all(f.evidence["doubts"] or f.evidence["differing"] for f in findings)


@pytest.mark.parametrize("damage", DAMAGES)
def test_nor_where_the_document_is_wrong_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[RawTable], None]
) -> None:
    break_reader(monkeypatch, damage)
    _, findings = judge(tmp_path / "a.pdf", Ruled([HEADER, *ROWS, WRONG]))
    assert "confirmed" not in {f.confidence for f in findings}


def test_an_addend_lost_with_the_page_break_casts_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[f"{k:03d}", f"Q {k},000.50", f"Q {k}.25", f"Q {k * 999:,}.25"] for k in range(11, 61)]
    total = ["TOTAL", "Q 1,775,025.00", "Q 1,787.50", "Q 1,773,237.50"]
    header = ["Renglón", *HEADER[1:]]

    def lose_first_row_of_page_two(table: RawTable) -> None:
        if table.regions[0].page == 2:
            drop_row(1)(table)

    path = write_pdf(tmp_path / "a.pdf", Ruled([header, *rows, total], repeat_header=True))
    assert [(r.doubt, r.differing) for r in doubts(path)] == [(None, set())]
    break_reader(monkeypatch, lose_first_row_of_page_two)
    assert [bool(r.doubt) for r in doubts(path)] == [True]


def test_a_row_outside_the_rules_that_was_not_read_casts_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(READERS, aligned.NAME)
    widths = [120, 110, 110, 110]
    bare = Ruled([["Grupo 4", "Q 100.00", "Q 50.00", "Q 50.00"]], header=0, grid=False, widths=widths)
    table = Ruled([HEADER, *ROWS, WRONG], widths=widths, space_after=0)
    _, alone = judge(tmp_path / "a.pdf", table)
    _, beside = judge(tmp_path / "b.pdf", table, bare)
    assert {f.confidence for f in alone} == {"confirmed"}
    assert {f.confidence for f in beside} == {"unconfirmed"}
    assert "hay cifras alineadas justo fuera de la tabla" in beside[0].evidence["doubts"][0]
