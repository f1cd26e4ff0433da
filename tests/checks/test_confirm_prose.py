"""A sentence is accused with certainty only where a second reading has it in its place, word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pdfs import Ruled, write_pdf
from rendicion_etl.checks import agreement_narrative
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.misread import misread
from rendicion_etl.checks.model import Finding
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.second import CLOSEST, PIXELS, SecondReading
from scanning import Scanner, write_pictures

HEADER = ["Grupo de Gasto", "Vigente", "Devengado"]
TOTAL = ["TOTAL", "Q 62,387,599.00", "Q 18,994,610.98"]
GROUPS = [
    HEADER,
    ["Grupo 0", "Q 53,902,568.00", "Q 17,593,018.73"],
    ["Grupo 1", "Q 8,485,031.00", "Q 1,401,592.25"],
    TOTAL,
]
COVER = "PRIMER CUATRIMESTRE 2021"
VIGENTE = "El presupuesto vigente asciende a Q 62,387,599.00."
WRONG = "Al 30 de abril se han devengado Q 18,994,160.98."


def report(path: Path) -> Path:
    return write_pdf(path, COVER, VIGENTE, WRONG, Ruled(GROUPS, caption=["Cuadro 1. Ejecución por grupo de gasto"]))


def judge(path: Path, read: str | None = None) -> list[Finding]:
    """The findings on the prose of a report; `read` is what the first reading took the accused sentence for."""
    with open_pdf(path, path.name) as pdf:
        reader = PageReader(pdf)
        tables, pages = read_tables(pdf, reader)
        document = understand(Source("0" * 64, path.name), pages, tables, None)
        if read:
            document.statements = [replace(s, text=read if s.text == WRONG else s.text) for s in document.statements]
        results, second = agreement_narrative.run(document), SecondReading(pdf, reader)
        assert misread(document, results, second) == {}
        confirm(document, results, second)
    return [f for r in results for f in r.findings]


def test_a_sentence_read_twice_alike_is_confirmed(tmp_path: Path) -> None:
    (finding,) = judge(report(tmp_path / "a.pdf"))
    assert (finding.printed_text, finding.confidence) == ("Q 18,994,160.98", "confirmed")
    _, second, _ = finding.evidence["readings"]
    assert (second["parser"], second["cells_compared"], second["cells_equal"]) == ("pdfminer", 2, 2)


def test_one_of_which_the_second_reading_has_another_digit_or_word_is_not(tmp_path: Path) -> None:
    path = report(tmp_path / "a.pdf")
    for read in (WRONG.replace("160", "161"), WRONG.replace("Al 30", "Al 31")):
        (finding,) = judge(path, read)
        assert finding.confidence == "unconfirmed"
        assert [(d["table_id"], d["page"]) for d in finding.evidence["differing"]] == [(None, 1)]


def test_on_a_scanned_page_other_pixels_must_show_the_same_sentence(tmp_path: Path) -> None:
    how = Scanner(skew=0.4, noise=2, jpeg=70)
    pictures = how.pictures(report(tmp_path / "digital.pdf"))
    path = write_pictures(pictures, tmp_path / "scan.pdf", how.dpi, how.jpeg)
    (finding,) = judge(path)
    assert finding.confidence == "confirmed", finding.evidence
    assert [r["reader"] for r in finding.evidence["readings"][1:]] == [PIXELS, CLOSEST]
    (doubted,) = judge(path, WRONG.replace("160", "161"))
    assert doubted.confidence == "unconfirmed"
