"""A correction of ours accuses nobody; what the document says without it may be confirmed as ever."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from corrected import SHA256, correction
from pdfs import Ruled, write_pdf
from printed import document, printed
from rendicion_etl.archive.store import Stored
from rendicion_etl.checks.corrected import DOUBT, doubt_over_time
from rendicion_etl.checks.model import Finding, Place, Result
from rendicion_etl.normalize.correction_files import Correction
from rendicion_etl.normalize.corrections import Applied
from rendicion_etl.pipeline import process_document
from rendicion_etl.reading.page import Box

LINES = [
    ("000", "Servicios", "100.00", "50.00"),
    ("100", "Becas", "300.00", "30.00"),
    ("200", "Obras", "50.00", "5.00"),
]


def report(path: Path, total: tuple[str, str], total_word: str = "TOTAL") -> Stored:
    """A table of three lines; 450.00 and 85.00 are the right totals."""
    table = Ruled(
        rows=[("Código", "Grupo de gasto", "Vigente", "Devengado"), *LINES, ("", total_word, *total)],
        caption=("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto", "(En quetzales)"),
        bold=(4,),
        widths=(60, 200, 90, 90),
    )
    write_pdf(path, "Informe de rendición de cuentas, enero a abril de 2021", table)
    return Stored(SHA256, path, path.name, None, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def found(stored: Stored, *corrections: Correction) -> dict[tuple[int | None, int | None], Finding]:
    """The findings of sums, by row and column."""
    results = process_document(stored, corrections=corrections).results
    findings = [f for r in results for f in r.findings if f.check_id == "totals.column_sum"]
    return {(f.place.row, f.place.col): f for f in findings}


def test_a_contradiction_that_only_a_correction_makes_is_unconfirmed_and_says_so(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("450.00", "85.00"))
    assert found(stored) == {}
    ((place, finding),) = found(stored, correction("value", "540.00", "450.00", row=4, col=2)).items()
    assert (place, finding.confidence, finding.printed) == ((4, 2), "unconfirmed", Decimal("540.00"))
    assert finding.evidence["doubts"] == [f"{finding.place.table_id}: {DOUBT}"]
    assert finding.evidence["readings"][1]["same_rows"] is True, "the doubt is ours, not the second reading's"


def test_a_corrected_addend_accuses_no_total(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("450.00", "85.00"))
    said = found(stored, correction("value", "301.00", "300.00", row=2, col=2))
    assert [f.confidence for f in said.values()] == ["unconfirmed"]


def test_a_correction_may_acquit(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("540.00", "85.00"))
    assert [f.confidence for f in found(stored).values()] == ["confirmed"]
    assert found(stored, correction("value", "450.00", "540.00", row=4, col=2)) == {}


def test_what_is_wrong_without_the_correction_too_stays_confirmed(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("540.00", "86.00"))
    said = found(stored, correction("value", "450.00", "540.00", row=4, col=2))
    assert {place: f.confidence for place, f in said.items()} == {(4, 3): "confirmed"}


def test_a_correction_that_repeats_what_is_read_hides_nothing(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("540.00", "85.00"))
    said = found(stored, correction("value", "540", "540.00", row=4, col=2))
    assert [f.confidence for f in said.values()] == ["confirmed"]


def test_a_row_that_is_a_total_by_correction_accuses_nobody(tmp_path: Path) -> None:
    stored = report(tmp_path / "a.pdf", ("540.00", "85.00"), "GENERAL INSTITUCIONAL")
    assert found(stored) == {}
    role = correction("row_role", "total", "GENERAL INSTITUCIONAL | 540.00 | 85.00", row=4)
    assert [f.confidence for f in found(stored, role).values()] == ["unconfirmed"]


def finding(check_id: str, *tables: str) -> Finding:
    first, *others = (Place(f"{t}", 1, 1, 1, Box(0, 0, 1, 1)) for t in tables)
    return Finding(check_id, "1", "info", first, None, None, None, None, None, "", "", tuple(others))


@pytest.mark.parametrize(
    ("check_id", "tables", "doubted"),
    [
        ("periods.cumulative", ("doc-00000000/t02", "old-11111111/t02"), True),
        ("periods.cumulative", ("doc-00000000/t02", "new-22222222/t02"), False),
        ("revisions.changed", ("doc-00000000/t02", "old-11111111/t01"), True),
        ("revisions.changed", ("doc-00000000/t02", "old-11111111/t02"), False),
    ],
)
def test_over_time_a_corrected_report_accuses_nobody(check_id: str, tables: tuple[str, ...], *, doubted: bool) -> None:
    ours, theirs = document(printed("A | B", "x | 1.00")), document(printed("A | B", "x | 1.00"))
    theirs.corrections = (Applied("old-11111111/t01", correction("unit", "GTQ", "A | B"), None),)
    ours.history = (theirs,)
    said = finding(check_id, *tables)
    doubt_over_time(ours, [Result(check_id, "1", None, "fail", None, 1, 0, [said])])
    assert (said.doubt is not None) == doubted
