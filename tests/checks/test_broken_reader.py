"""A first reading that is wrong never accuses: whatever it loses, doubles, shifts or misreads, nothing is confirmed.

Every damage is done at every place of real documents that contradict nothing, and the document goes the whole way: the
damaged tables are understood, judged and confirmed by the true second reading. What is confirmed then is our mistake.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pdfs import Ruled, write_pdf
from rendicion_etl import pipeline
from rendicion_etl.archive.store import Stored
from rendicion_etl.checks import registry
from rendicion_etl.checks.compare import place
from rendicion_etl.checks.model import Finding, Result, Rule
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import Caption, RawCell, RawTable, Region
from rendicion_etl.tables.second import SecondReading
from scanning import scanned

LONG = 20  # rows
FIXTURES = Path(__file__).parent.parent / "fixtures" / "tables"
Damaged = list[RawTable]
Damage = Callable[[list[RawTable], int], Iterator[Damaged]]  # every way to do it to one table of a document


class Reader:
    """A document that was read once: `accused` tells what its tables, damaged, lead to."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self.stored = Stored("0" * 64, path, path.name, None, datetime(2024, 1, 1, tzinfo=UTC))
        self.pdf = stack.enter_context(open_pdf(path, path.name))
        reader = PageReader(self.pdf)
        self.tables, self.pages = read_tables(self.pdf, reader)
        second = SecondReading(self.pdf, reader)
        stack.callback(second.close)
        monkeypatch.setattr(second, "close", lambda: None)  # its pages are parsed once for all damages
        monkeypatch.setattr(pipeline, "SecondReading", lambda *_: second)
        self.monkeypatch = monkeypatch

    def accused(self, tables: list[RawTable]) -> tuple[list[Finding], list[Finding]]:
        """All grave findings, and those of them that were confirmed."""
        self.monkeypatch.setattr(pipeline, "read_tables", lambda *_: (tables, self.pages))
        done = pipeline.process_document(self.stored)
        grave = [f for r in done.results for f in r.findings if f.severity in ("critical", "warning")]
        return grave, [f for f in grave if f.confidence == "confirmed"]


Open = Callable[[Path], Reader]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda path: Reader(path, monkeypatch, stack)


# ------------------------------------------------------------------------------------------------------- the damages
def body(table: RawTable) -> list[int]:
    """Its rows with figures, but for headers; of a long table the first, the last, and every fourth."""
    found = {c.row for c in table.cells if any(ch.isdigit() for ch in c.text)}
    rows = sorted(found - set(range(table.n_header_rows)) - table.header_rows)
    return [r for n, r in enumerate(rows) if n < 3 or n % 4 == 0 or n >= len(rows) - 4 or len(rows) < LONG]


def figures(table: RawTable, row: int) -> list[RawCell]:
    return [c for c in table.rows()[row] if any(ch.isdigit() for ch in c.text) and c.col > 0]


def without(table: RawTable, row: int) -> None:
    table.cells = [c for c in table.cells if c.row != row]
    for cell in table.cells:
        cell.row -= cell.row > row
    table.n_rows -= 1
    table.header_rows = frozenset(r - (r > row) for r in table.header_rows)


def shrunk(table: RawTable) -> None:
    """Its regions reach no further than its cells."""
    boxes = {r.page: [c.box for c in table.cells if c.page == r.page] for r in table.regions}
    table.regions = [Region(page, type(found[0]).around(found)) for page, found in boxes.items() if found]


def dropped(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    for row in body(tables[k]):
        out = copy.deepcopy(tables)
        without(out[k], row)
        yield out


def ended_early(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """The first rows, or the last but the total, are not seen to belong to the table."""
    rows = body(tables[k])
    for gone in (rows[:1], rows[:2], rows[-1:], rows[-2:], rows[-3:]):
        out = copy.deepcopy(tables)
        for row in reversed(gone):
            without(out[k], row)
        shrunk(out[k])
        yield out


def doubled(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    for row in body(tables[k]):
        out = copy.deepcopy(tables)
        table = out[k]
        again = copy.deepcopy([c for c in table.cells if c.row == row])
        for cell in table.cells:
            cell.row += cell.row > row
        for cell in again:
            cell.row += 1
        table.cells += again
        table.n_rows += 1
        table.header_rows = frozenset(r + (r > row) for r in table.header_rows)
        yield out


def digit_misread(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """In the last figure of each row."""
    chance = random.Random(k)
    for row in body(tables[k]):
        for cell in figures(tables[k], row)[-1:]:
            at = chance.choice([n for n, ch in enumerate(cell.text) if ch.isdigit()])
            other = chance.choice([d for d in "123456789" if d != cell.text[at]])
            out = copy.deepcopy(tables)
            mine = next(c for c in out[k].cells if (c.row, c.col) == (cell.row, cell.col))
            mine.text = cell.text[:at] + other + cell.text[at + 1 :]
            yield out


def row_shifted(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """The figures of a row stand one column further on, with their boxes or without; the last one is lost."""
    for row in body(tables[k]):
        for with_box in (True, False) if figures(tables[k], row) else ():
            out = copy.deepcopy(tables)
            cells = figures(out[k], row)
            for one, after in reversed(list(pairwise(cells))):
                after.text = one.text
                after.box = one.box if with_box else after.box
            cells[0].text = ""
            yield out


def columns_shifted(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """Two neighbouring columns have each other's header, or each other's figures."""
    table = tables[k]
    for col in range(1, table.n_cols - 1):
        for of_header in (True, False):
            out = copy.deepcopy(tables)
            for cell in out[k].cells:
                if cell.col in (col, col + 1) and cell.col_span == 1 and (cell.row < table.n_header_rows) == of_header:
                    cell.col = 2 * col + 1 - cell.col
            yield out


def merged(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """Two rows read as one: with the figures of both, of the first, of the second."""
    rows = body(tables[k])
    for row, after in pairwise(rows):
        for keep in ("both", "first", "second"):
            out = copy.deepcopy(tables)
            table = out[k]
            below = {c.col: c for c in table.cells if c.row == after}
            for cell in (c for c in table.cells if c.row == row):
                two = below.get(cell.col)
                if two is None or two.page != cell.page:
                    continue
                both = f"{cell.text} {two.text}".strip()
                words = not any(ch.isdigit() for ch in cell.text)
                cell.text = both if keep == "both" or words else cell.text if keep == "first" else two.text
                cell.box = type(cell.box).around([cell.box, two.box])
            without(table, after)
            yield out


def header_for_row(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """The header, or its repetition on another page, is read as a row; rows are read as header."""
    for count in {0, 1, tables[k].n_header_rows + 1, tables[k].n_header_rows + 2} - {tables[k].n_header_rows}:
        out = copy.deepcopy(tables)
        out[k].n_header_rows = count
        out[k].header_rows = frozenset(range(count)) | {r for r in out[k].header_rows if r > tables[k].n_header_rows}
        yield out
    out = copy.deepcopy(tables)
    out[k].header_rows = frozenset(range(out[k].n_header_rows))
    yield out


def page_lost(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """One page of the table was not joined to it."""
    for page in {c.page for c in tables[k].cells} if len({c.page for c in tables[k].cells}) > 1 else ():
        out = copy.deepcopy(tables)
        for row in sorted({c.row for c in out[k].cells if c.page == page}, reverse=True):
            without(out[k], row)
        shrunk(out[k])
        if page == tables[k].regions[0].page:
            out[k].caption = Caption()
        yield out


def cut(tables: list[RawTable], k: int) -> Iterator[Damaged]:
    """The table is taken for two, one below the other."""
    for row in body(tables[k])[1:]:
        out = copy.deepcopy(tables)
        below = copy.deepcopy(out[k])
        out[k].cells = [c for c in out[k].cells if c.row < row]
        out[k].n_rows = row
        below.cells = [c for c in below.cells if c.row >= row]
        for cell in below.cells:
            cell.row -= row
        below.n_rows -= row
        below.n_header_rows = 0
        for part in (out[k], below):
            part.header_rows = frozenset(range(part.n_header_rows))
            shrunk(part)
        below.caption = Caption()
        yield [*out[: k + 1], below, *out[k + 1 :]]


DAMAGES: list[Damage] = [
    dropped,
    ended_early,
    doubled,
    digit_misread,
    row_shifted,
    columns_shifted,
    merged,
    header_for_row,
    page_lost,
    cut,
]
SAME_CELLS: list[Damage] = [columns_shifted, header_for_row]  # what was read is right, what it is taken for is not


def blind(document: Document) -> list[Result]:
    """A rule that trusts the reading and accuses every column of figures of every table."""
    findings = []
    for table in document.tables:
        for col in {c.col for c in table.cells if c.value is not None}:
            cells = [c for c in table.cells if c.col == col and c.value is not None]
            places = [place(table, c) for c in cells]
            words = ("blind", "1", "critical", places[0], None, None, None, None, None, "", "")
            findings.append(Finding(*words, related=tuple(places[1:]), whole_tables=(table.table_id,)))
    return [Result("blind", "1", None, "fail", None, len(findings), 0, findings)]


@pytest.fixture
def accusing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", (Rule("blind", "1", "critical", blind),))


# --------------------------------------------------------------------------------------------------------- the proof
NATIVE = [
    "no_rules",  # one page each
    "horizontal_rules",
    "column_marks",
    "side_by_side",
    "pages_van_vienen",  # two pages
]


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_what_a_damaged_table_is_accused_of_is_never_confirmed(reader: Open, name: str, damage: Damage) -> None:
    document = reader(FIXTURES / f"{name}.pdf")
    assert document.accused(copy.deepcopy(document.tables))[1] == []
    for k in range(len(document.tables)):
        for tables in damage(document.tables, k):
            assert document.accused(tables)[1] == []


@pytest.mark.usefixtures("accusing_all")
@pytest.mark.parametrize("name", [*NATIVE, "system_printout"])
@pytest.mark.parametrize("damage", [d for d in DAMAGES if d not in SAME_CELLS], ids=lambda d: d.__name__)
def test_nor_by_a_rule_that_accuses_whatever_was_read(reader: Open, name: str, damage: Damage) -> None:
    document = reader(FIXTURES / f"{name}.pdf")
    honest = document.accused(copy.deepcopy(document.tables))
    assert honest[0] == honest[1] != [], "what was read right is confirmed: the second reading is no mere refusal"
    for k in range(len(document.tables)):
        for tables in damage(document.tables, k):
            grave, confirmed = document.accused(tables)
            touched = f"/t{k + 1:02d}"
            assert grave
            assert not [f for f in confirmed if f.place.table_id.endswith(touched)]


@pytest.mark.usefixtures("accusing_all")
def test_nor_on_a_scan(reader: Open, tmp_path: Path) -> None:
    header, total = ["Grupo de gasto", "Vigente", "Devengado"], ["TOTAL", "Q 59,054,027.55", "Q 18,485,770.12"]
    rows = [["Grupo 0", "Q 53,902,568.00", "Q 17,593,018.73"], ["Grupo 1", "Q 5,151,459.55", "Q 892,751.39"]]
    digital = write_pdf(tmp_path / "digital.pdf", Ruled([header, *rows, total]))
    document = reader(scanned(digital, tmp_path / "scan.pdf", skew=0.8, noise=3, jpeg=60))
    honest = document.accused(copy.deepcopy(document.tables))
    assert honest[0] == honest[1] != []
    for damage in (dropped, doubled, digit_misread, row_shifted, merged):
        for tables in damage(document.tables, 0):
            grave, confirmed = document.accused(tables)
            assert grave
            # On scans a figure that takes no part need not be read alike: the other column may be confirmed.
            assert not [f for f in confirmed if damage is not digit_misread or f.place.col == 2]


HEADER = ["Grupo de gasto", "Vigente", "Devengado", "Saldo"]
ROWS = [
    ["Servicios personales", "53,902,568.00", "17,593,018.73", "36,309,549.27"],
    ["Servicios no personales", "5,151,459.55", "892,751.39", "4,258,708.16"],
    ["Materiales y suministros", "2,438,471.45", "504,051.86", "1,934,419.59"],
]
TOTAL = ["Total", "61,492,499.00", "18,989,821.98", "42,502,677.02"]


def test_the_header_of_another_column_makes_two_tables_disagree_for_us_alone(reader: Open, tmp_path: Path) -> None:
    captions = (("Cuadro 1", "Ejecución por grupo de gasto"), ("Cuadro 2", "Resumen por grupo de gasto"))
    blocks = [Ruled([HEADER, *ROWS, TOTAL], caption=caption) for caption in captions]
    document = reader(write_pdf(tmp_path / "a.pdf", *blocks))
    assert document.accused(copy.deepcopy(document.tables)) == ([], [])
    accused = [document.accused(tables) for tables in columns_shifted(document.tables, 1)]
    assert any(grave for grave, _ in accused)
    assert not any(confirmed for _, confirmed in accused)


@pytest.mark.usefixtures("accusing_all")
def test_a_table_with_a_caption_of_its_own_on_the_next_page_is_no_doubt(reader: Open, tmp_path: Path) -> None:
    first, second = Ruled([HEADER, *ROWS], caption=["Cuadro 1"]), Ruled([HEADER, *ROWS, TOTAL], caption=["Cuadro 2"])
    document = reader(write_pdf(tmp_path / "a.pdf", first, None, second))
    grave, confirmed = document.accused(document.tables)
    assert grave == confirmed != []
