"""Findings on scanned pages: confirmed where a reading of other pixels has the same digits, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdfs import Ruled, write_pdf
from rendicion_etl.checks import registry
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.misread import misread, set_right
from rendicion_etl.checks.model import Finding
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.reading import scanned
from rendicion_etl.reading.ocr import Reading
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.reading.second_look import DISPUTED
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.second import CLOSEST, PIXELS, SecondReading
from scanning import Scanner, write_pictures

HEADER = ["Grupo de Gasto", "Vigente", "Devengado"]
ROWS = [
    ["Grupo 0", "Q 53,902,568.00", "Q 17,593,018.73"],
    ["Grupo 1", "Q 5,151,459.55", "Q 892,751.39"],
    ["Grupo 2", "Q 2,438,471.45", "Q 504,051.86"],
    ["Grupo 3", "Q 500,000.00", "Q 100,000.00"],
]
TOTAL = ["TOTAL", "Q 61,992,499.00", "Q 19,089,821.98"]
WRONG = ["TOTAL", "Q 61,992,499.00", "Q 19,089,281.98"]


def judge(folder: Path, total: list[str], again: bool = False, lost: str | None = None) -> list[Finding]:
    """The findings on a scan of a small table; `again`: after its figures were looked at again.

    `lost` is a figure that is taken out of its cell before findings are confirmed.
    """
    digital = write_pdf(folder / "digital.pdf", Ruled([HEADER, *ROWS, total]))
    how = Scanner(skew=0.8, noise=3, jpeg=60)
    path = write_pictures(how.pictures(digital), folder / "scan.pdf", how.dpi, how.jpeg)
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf)
        tables, pages = read_tables(pdf, reader)
        document = understand(Source("0" * 64, path.name), pages, tables, None)
        assert (document.text_source, [t.reader[:4] for t in document.tables]) == ("ocr", ["ocr-"])
        results, second = registry.run(document), SecondReading(pdf, reader)
        if again:
            set_right(tables, misread(document, results, second))
            document = understand(Source("0" * 64, path.name), pages, tables, None)
            results = registry.run(document)
        for cell in document.tables[0].cells:
            if lost and lost in cell.text:
                cell.text, cell.value = "", None
        confirm(document, results, second)
    return [f for r in results for f in r.findings]


def misprint(monkeypatch: pytest.MonkeyPatch, readings_at: int, text: str, instead: str) -> None:
    """Make a page that is read at so many pixels an inch have another figure somewhere."""
    read = scanned.in_one_style
    taken = scanned.read_scanned
    at: list[float] = []

    def reading(pdf, number, ocr, dpi=scanned.DPI):  # type: ignore[no-untyped-def]
        at.append(dpi)
        return taken(pdf, number, ocr, dpi)

    def changed(readings: list[Reading]) -> list[Reading]:
        found = read(readings)
        if at[-1] == readings_at:
            found = [changed_to(r, text, instead) for r in found]
        return found

    monkeypatch.setattr(scanned, "in_one_style", changed)
    monkeypatch.setattr("rendicion_etl.reading.page_reader.read_scanned", reading)


def changed_to(reading: Reading, text: str, instead: str) -> Reading:
    if not re.search(text, reading.text):
        return reading
    return reading._replace(text=re.sub(text, instead, reading.text)) if instead else Reading("", (), ())


def test_a_scan_whose_sums_hold_is_accused_of_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path, TOTAL) == []


def test_a_contradiction_of_a_scan_is_confirmed_by_other_pixels(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, WRONG)
    assert (finding.check_id, finding.confidence) == ("totals.column_sum", "confirmed")
    first, second, third = finding.evidence["readings"]
    assert (first["reader"][:4], second["reader"]) == ("ocr-", PIXELS)
    assert third["reader"] == CLOSEST
    assert [(r["cells_compared"], r["cells_equal"]) for r in (second, third)] == [(5, 5), (5, 5)]


@pytest.mark.parametrize("dpi", [scanned.DPI, 270])
def test_a_digit_that_one_look_alone_sees_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dpi: int
) -> None:
    misprint(monkeypatch, dpi, "892,751.39", "892,157.39")
    findings = judge(tmp_path, TOTAL if dpi == scanned.DPI else WRONG)
    assert [f.confidence for f in findings] == ["unconfirmed"]
    assert findings[0].evidence["differing"]


def test_a_digit_that_two_looks_saw_otherwise_confirms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = scanned.in_one_style

    def disputed(readings: list[Reading]) -> list[Reading]:
        return [replace_sure(r) if "892,751.39" in r.text else r for r in read(readings)]

    monkeypatch.setattr(scanned, "in_one_style", disputed)
    (finding,) = judge(tmp_path, WRONG)
    assert finding.confidence == "unconfirmed"


def test_a_row_whose_label_was_not_read_alike_is_not_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    misprint(monkeypatch, 270, "TOTAL", "TOTAI")
    (finding,) = judge(tmp_path, WRONG)
    assert finding.confidence == "unconfirmed"
    assert "no se leyó igual" in finding.evidence["doubts"][0]


def test_a_figure_that_says_something_else_by_itself_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageReader, "look_closest", lambda self, page, boxes: ["Q 892,157.39" for _ in boxes])
    (finding,) = judge(tmp_path, WRONG)
    assert finding.confidence == "unconfirmed"
    assert [r["cells_equal"] for r in finding.evidence["readings"][1:]] == [5, 0]


def test_a_figure_that_the_first_look_has_in_no_cell_confirms_nothing(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, WRONG, lost="5,151,459.55")  # of the column beside the one that is accused
    assert finding.confidence == "unconfirmed"
    assert "exactamente una celda" in finding.evidence["doubts"][0]


def test_a_figure_that_the_second_look_has_in_no_cell_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misprint(monkeypatch, 270, r"5,151,459.55", "")  # of the column beside the one that is accused
    (finding,) = judge(tmp_path, WRONG)
    assert finding.confidence == "unconfirmed"
    assert "exactamente una celda" in finding.evidence["doubts"][0]


def test_what_a_lost_minus_would_explain_is_not_confirmed(tmp_path: Path) -> None:
    """A dash can be lost in every look at a picture; here the total was printed as if Grupo 3 were negative."""
    (finding,) = judge(tmp_path, ["TOTAL", "Q 61,992,499.00", "Q 18,889,821.98"])
    assert finding.confidence == "unconfirmed"
    assert "signo menos" in finding.evidence["doubts"][0]


def test_a_table_with_something_that_could_not_be_read_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = scanned.read_scanned

    def reading(pdf, number, ocr, dpi=scanned.DPI):  # type: ignore[no-untyped-def]
        page = read(pdf, number, ocr, dpi)
        page.unread = [next(w.box for w in page.words if "892,751.39" in w.text)]
        return page

    monkeypatch.setattr("rendicion_etl.reading.page_reader.read_scanned", reading)
    (finding,) = judge(tmp_path, WRONG)
    assert "no se pudo leer" in finding.evidence["doubts"][0]


def test_a_digit_that_closer_looks_agree_upon_is_set_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    misprint(monkeypatch, scanned.DPI, "892,751.39", "892,157.39")
    assert judge(tmp_path, TOTAL, again=True) == []


def test_a_digit_is_not_set_right_because_a_sum_would_close(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, WRONG, again=True)
    assert (finding.place.text, finding.confidence) == ("Q 19,089,281.98", "confirmed")


def replace_sure(reading: Reading) -> Reading:
    return reading._replace(sure=(DISPUTED,) * len(reading.sure))
