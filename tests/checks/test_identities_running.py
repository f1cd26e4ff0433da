"""identities.row, columns that run up: what each row has is what the row above had and what the row adds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pdfs import Ruled, write_pdf
from printed import document, printed
from rendicion_etl.checks import identities_row, registry
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.identities_running import learned_running
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.second import SecondReading

HEADER = "Mes | Devengado del mes | Devengado acumulado"
ROWS = (
    "Enero | 1,204,310.55 | 1,204,310.55",
    "Febrero | 2,050,077.20 | 3,254,387.75",
    "Marzo | 1,871,902.43 | 5,126,290.18",
    "Abril | 3,340,018.07 | 8,466,308.25",
    "Mayo | 2,718,665.90 | 11,184,974.15",
    "Junio | 1,493,527.31 | 12,678,501.46",
    "Julio | 2,266,140.84 | 14,944,642.30",
)
TOTAL = "Total | 14,944,642.30 | "


def changed(*changes: tuple[str, str], rows: tuple[str, ...] = (HEADER, *ROWS, TOTAL)) -> tuple[str, ...]:
    out = "\n".join(rows)
    for old, new in changes:
        assert old in out
        out = out.replace(old, new)
    return tuple(out.split("\n"))


def judged(*rows: str, bold: tuple[int, ...] = (0,)) -> Result:
    return identities_row.run(document(printed(*rows, bold=bold)))[0]


def told(*rows: str) -> list[Finding]:
    """What is told after all rules have been heard."""
    results = registry.run(document(printed(*rows)))
    return [f for r in results for f in r.findings if f.check_id == "identities.row"]


def test_what_runs_up_is_learned_from_the_rows() -> None:
    result = judged(HEADER, *ROWS, TOTAL)
    assert (result.outcome, result.n_applied, result.n_passed) == ("pass", 7, 7)


@pytest.mark.parametrize(
    ("old", "new"),
    [("3,340,018.07", "-3,340,018.07"), ("3,340,018.07", "3,340,018,070.00"), ("3,340,018.07", "3,304,018.07")],
)
def test_an_amount_that_one_slip_makes_wrong_is_accused_where_what_runs_up_is_right(old: str, new: str) -> None:
    (finding,) = told(*changed((f"Abril | {old}", f"Abril | {new}")))
    assert (finding.place.row, finding.place.col, finding.expected) == (4, 1, Decimal("3340018.07"))
    assert finding.hint_es


def test_a_figure_that_has_run_up_is_accused_where_it_mends_both_rows_around_it() -> None:
    (finding,) = told(*changed(("8,466,308.25", "8,111,111.11")))
    assert (finding.place.row, finding.place.col, finding.expected) == (4, 2, Decimal("8466308.25"))
    assert "lo acumulado hasta «Marzo» más «Devengado del mes» = 5,126,290.18 + 3,340,018.07" in finding.message_es


def test_the_first_and_the_last_figure_that_ran_up_are_accused() -> None:
    (first,) = told(*changed(("1,204,310.55 | 1,204,310.55", "1,204,310.55 | 1,204,310.56")))
    assert (first.place.row, first.place.col, first.severity) == (1, 2, "info")  # a cent
    (last,) = told(*changed(("2,266,140.84 | 14,944,642.30", "2,266,140.84 | 14,944,642.80")))
    assert (last.place.row, last.place.col, last.expected) == (7, 2, Decimal("14944642.30"))


def test_the_last_amount_is_accused_where_the_total_is_what_ran_up() -> None:
    (finding,) = told(*changed(("Julio | 2,266,140.84", "Julio | -2,266,140.84")))
    assert (finding.place.row, finding.place.col) == (7, 1)


def test_a_row_left_out_is_told_between_its_neighbours() -> None:
    result = judged(*(r for r in (HEADER, *ROWS, TOTAL) if not r.startswith("Abril")))
    (finding,) = result.findings
    assert (finding.place.row, finding.printed) == (None, None)
    assert "entre las filas «Marzo» y «Mayo» faltan 3,340,018.07, como si faltara una fila" in finding.message_es
    assert "between the rows “Marzo” and “Mayo” 3,340,018.07 is missing, as if a row" in finding.message_en


def test_a_row_printed_twice_is_told_at_the_second() -> None:
    for row in (1, 4):
        (finding,) = told(HEADER, *ROWS[:row], *ROWS[row - 1 :], TOTAL)
        assert (finding.place.row, finding.place.col) == (row + 1, 1)
        assert "la fila está impresa dos veces" in finding.message_es


def test_a_gap_that_neither_a_slip_nor_the_total_explains_accuses_nobody() -> None:
    rows = tuple(r for r in (HEADER, *ROWS) if not r.startswith("Abril"))
    result = judged(*rows)
    assert (result.findings, result.n_applied) == ([], 5)
    assert judged(*rows, "Total | 15,000,000.00 | ").findings == []


def test_an_amount_brought_forward_is_no_contradiction() -> None:
    assert judged(HEADER, *ROWS[2:], "Total | 11,690,254.55 | ").findings == []
    assert judged(HEADER, *ROWS[2:], TOTAL).findings == []


def test_another_column_that_makes_up_the_gap_is_a_term() -> None:
    rows = [f"{r} | 0.00" for r in ROWS if not r.startswith(("Enero", "Abril"))]
    rows = [r.replace("| 0.00", "| 3,340,018.07") if r.startswith("Mayo") else r for r in rows]
    assert judged(f"{HEADER} | Regularización", f"{ROWS[0]} | 0.00", *rows).findings == []


def test_rows_that_do_not_follow_each_other_are_no_step() -> None:
    """A heading stands between them: what runs up begins anew there, or something else comes in."""
    result = judged(HEADER, *ROWS[:5], "Otros | | ", "Junio | 1,493,527.31 | 12,999,999.99", bold=(0, 6))
    assert (result.findings, result.n_applied) == ([], 5)
    result = judged(HEADER, *ROWS[:6], "Julio | 2,266,140.84 | 2,266,140.84", "Agosto | 100.25 | 2,266,241.09")
    assert (result.findings, result.n_applied) == ([], 7)


def test_a_sum_of_the_rows_above_that_no_word_tells_is_not_accused() -> None:
    quarter = "Febrero a marzo | 3,921,979.63 | 5,126,290.18"
    assert judged(HEADER, *ROWS[:3], quarter, *ROWS[3:], TOTAL).findings == []


def test_does_not_apply_to_copies_counters_and_columns_that_fail_in_two_places() -> None:
    copies = [f"G{n} | {n * 12345}.67 | {n * 12345}.67" for n in range(1, 8)]
    assert judged(HEADER, *copies).outcome == "not_applicable"
    counted = [f"G{n} | 1 | {n}" for n in range(1, 30)]
    assert judged("Grupo | Cantidad | Orden", *counted).outcome == "not_applicable"
    twice = changed(("3,340,018.07", "3,304,018.07"), ("1,493,527.31", "1,493,527.13"))
    assert not learned_running(document(printed(*twice)).tables[0])


def test_of_two_columns_that_are_nearly_equal_the_other_may_be_what_runs_up() -> None:
    rows = [f"{r} | {r.split(' | ')[1]}" for r in ROWS]
    rows[3] = rows[3][:-1] + "9"  # of what was paid
    result = judged(f"{HEADER} | Pagado del mes", *rows)
    assert (result.findings, result.n_applied) == ([], 7)


def test_a_break_is_confirmed_by_the_second_reading(tmp_path: Path) -> None:
    for n, rows in enumerate(
        (
            changed(("Abril | 3,340,018.07", "Abril | -3,340,018.07")),
            tuple(r for r in (HEADER, *ROWS, TOTAL) if "Abril" not in r),
        )
    ):
        path = tmp_path / f"{n}.pdf"
        write_pdf(path, Ruled([[c.strip() for c in row.split("|")] for row in rows]))
        with open_pdf(path, path.name) as pdf:
            tables, pages = read_tables(pdf)
            read = understand(Source("0" * 64, path.name), pages, tables, None)
            results = registry.run(read)
            confirm(read, results, SecondReading(pdf, None))
        said = [(f.check_id, f.confidence) for r in results for f in r.findings if f.severity == "critical"]
        assert said == [("identities.row", "confirmed")]
