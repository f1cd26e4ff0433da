"""Findings on scanned pages: confirmed where a reading of other pixels has the same digits, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfs import Ruled, write_pdf
from rendicion_etl.checks import registry
from rendicion_etl.checks.confirm import confirm
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
]
TOTAL = ["TOTAL", "Q 61,492,499.00", "Q 18,989,821.98"]
WRONG = ["TOTAL", "Q 61,492,499.00", "Q 18,989,281.98"]


def judge(folder: Path, total: list[str]) -> list[Finding]:
    """The findings on a scan of a small table."""
    digital = write_pdf(folder / "digital.pdf", Ruled([HEADER, *ROWS, total]))
    how = Scanner(skew=0.8, noise=3, jpeg=60)
    path = write_pictures(how.pictures(digital), folder / "scan.pdf", how.dpi, how.jpeg)
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf)
        tables, pages = read_tables(pdf, reader)
        document = understand(Source("0" * 64, path.name), pages, tables, None)
        assert (document.text_source, [t.reader[:4] for t in document.tables]) == ("ocr", ["ocr-"])
        results = registry.run(document)
        confirm(document, results, SecondReading(pdf, reader))
    return [f for r in results for f in r.findings]


def misread(monkeypatch: pytest.MonkeyPatch, readings_at: int, text: str, instead: str) -> None:
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
            found = [r._replace(text=r.text.replace(text, instead)) for r in found]
        return found

    monkeypatch.setattr(scanned, "in_one_style", changed)
    monkeypatch.setattr("rendicion_etl.reading.page_reader.read_scanned", reading)


def test_a_scan_whose_sums_hold_is_accused_of_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path, TOTAL) == []


def test_a_contradiction_of_a_scan_is_confirmed_by_other_pixels(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, WRONG)
    assert (finding.check_id, finding.confidence) == ("totals.column_sum", "confirmed")
    first, second, third = finding.evidence["readings"]
    assert (first["reader"][:4], second["reader"]) == ("ocr-", PIXELS)
    assert third["reader"] == CLOSEST
    assert [(r["cells_compared"], r["cells_equal"]) for r in (second, third)] == [(4, 4), (4, 4)]


@pytest.mark.parametrize("dpi", [scanned.DPI, 270])
def test_a_digit_that_one_look_alone_sees_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dpi: int
) -> None:
    misread(monkeypatch, dpi, "892,751.39", "892,157.39")
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


def replace_sure(reading: Reading) -> Reading:
    return reading._replace(sure=(DISPUTED,) * len(reading.sure))
