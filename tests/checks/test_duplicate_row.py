"""structure.duplicate_row: no row twice; what shows that two are, and what looks like it and is none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from printed import document, printed
from rendicion_etl.checks import structure_duplicate_row
from rendicion_etl.checks.model import Finding, Result

CAPTION = ("Tabla No. 2", "Ejecución por renglón")
HEADER = "Renglón | Descripción | Vigente | Devengado"
ROWS = (
    "011 | Personal permanente | 8,410,200.55 | 2,100,300.10",
    "015 | Complementos | 1,220,340.00 | 410,210.35",
    "029 | Otras remuneraciones | 1,254,317.25 | 500,120.75",
    "031 | Jornales | 310,555.20 | 99,870.40",
)
ONCE = "| TOTAL | 11,195,413.00 | 3,110,501.60"
BOTH = "| TOTAL | 12,449,730.25 | 3,610,622.35"


def judge(*rows: str, caption: Sequence[str] = CAPTION, whole: bool = True) -> Result:
    return structure_duplicate_row.run(document(printed(*rows, caption=caption, whole=whole)))[0]


def accused(result: Result) -> Finding:
    (finding,) = result.findings
    assert finding.severity == "warning"
    return finding


def test_rows_that_differ() -> None:
    result = judge(HEADER, *ROWS, ONCE)
    assert (result.outcome, result.n_applied, result.n_passed) == ("pass", 4, 4)


def test_a_row_that_the_total_includes_once_is_accused_at_its_second_place() -> None:
    finding = accused(judge(HEADER, *ROWS, ROWS[2], ONCE))
    assert (finding.place.row, finding.printed_text) == (5, "Otras remuneraciones")
    assert finding.message_es == (
        "Tabla No. 2: la fila «029 Otras remuneraciones», con 1,254,317.25, está dos veces con los mismos montos; el "
        "total la incluye una sola vez."
    )
    assert {p.row for p in finding.related} == {3, 5}


def test_a_row_that_the_total_includes_twice_is_counted_twice() -> None:
    assert accused(judge(HEADER, *ROWS, ROWS[2], BOTH)).message_es.endswith("el total suma ambas.")


def test_without_a_total_the_code_tells() -> None:
    assert accused(judge(HEADER, *ROWS, ROWS[2])).place.row == 5


def test_without_a_total_and_a_code_a_row_may_be_the_part_of_another() -> None:
    rows = [row.partition(" | ")[2] for row in (HEADER, *ROWS, ROWS[2])]
    assert judge(*rows, caption=("Ejecución por programa",)).findings == []


@pytest.mark.parametrize(
    "other",
    [
        "029 | Otras remuneraciones | 1,254,317.25 | 500,120.76",
        "028 | Otras remuneraciones | 1,254,317.25 | 500,120.75",
        "029 | Otros servicios | 1,254,317.25 | 500,120.75",
    ],
)
def test_rows_that_differ_in_one_cell_accuse_nobody(other: str) -> None:
    assert judge(HEADER, *ROWS, other).findings == []


def test_one_activity_in_two_programmes_accuses_nobody() -> None:
    activity = "002 | Capacitación | 1,254,317.25 | 500,120.75"
    rows = ("Programa 11 | < | < | <", activity, "Programa 12 | < | < | <", activity)
    assert judge(HEADER, *rows, "| TOTAL | 2,508,634.50 | 1,000,241.50").findings == []


def test_one_activity_in_two_programmes_named_once_in_a_column_accuses_nobody() -> None:
    header = "Programa | Actividad | Vigente | Devengado"
    activity = "Capacitación | 1,254,317.25 | 500,120.75"
    rows = (f"Fomento | {activity}", "| Registro | 200.00 | 100.00", f"Formación | {activity}")
    total = "TOTAL | | 2,508,834.50 | 1,000,341.50"
    assert judge(header, *rows, total).findings == []
    (finding,) = judge(header, *rows[:2], f"| {activity}", total).findings
    assert finding.place.row == 3


def test_merged_cells_tell_rows_apart() -> None:
    header = "Programa | Actividad | Vigente | Devengado"
    rows = (
        "Fomento | A | 654,317.25 | 120.75",
        "^ | B | 1.00 | 1.00",
        "Salud | C | 1.00 | 1.00",
        "^ | B | 1.00 | 1.00",
    )
    total = "TOTAL | | 1,308,635.50 | 242.50"
    same = [row.replace("| B | 1.00 | 1.00", "| B | 654,317.25 | 120.75") for row in rows]
    assert judge(header, *same, total).findings == []


def test_round_amounts_and_small_counts_accuse_nobody() -> None:
    rows = ("011 | Aporte | 500,000.00 | 100.00", "012 | Otro | 30,000.00 | 5.00", "011 | Aporte | 500,000.00 | 100.00")
    assert judge(HEADER, *rows, "| TOTAL | 1,030,000.00 | 205.00").outcome == "not_applicable"


def test_carried_sums_accuse_nobody() -> None:
    rows = (ROWS[0], ROWS[1], "| Van | 9,630,540.55 | 2,510,510.45", "| Van | 9,630,540.55 | 2,510,510.45", *ROWS[2:])
    assert judge(HEADER, *rows, ONCE).findings == []


def test_payments_may_be_alike() -> None:
    header = "No. | Proveedor | Monto"
    rows = ("1 | Constructora del Sur | 1,254,317.25", "2 | Constructora del Sur | 1,254,317.25")
    assert judge(header, *rows, caption=("Pagos a proveedores",)).outcome == "not_applicable"


def test_transfers_to_one_receiver_may_be_alike() -> None:
    header = "Entidad receptora | Vigente | Devengado"
    rows = ("Mancomunidad | 1,254,317.25 | 500,120.75", "Mancomunidad | 1,254,317.25 | 500,120.75")
    assert judge(header, *rows, caption=("Transferencias a entidades",)).outcome == "not_applicable"


def test_a_total_that_neither_includes_nor_excludes_the_row_leaves_it_open() -> None:
    assert judge(HEADER, *ROWS, ROWS[2], "| TOTAL | 90,000,000.00 | 40,000,000.00").findings == []


def test_a_row_carried_over_to_the_next_page_accuses_nobody() -> None:
    raw = printed(HEADER, *ROWS, ROWS[3], ONCE, caption=CAPTION)
    for cell in raw.cells:
        cell.page = 1 if cell.row < 5 else 2
    assert structure_duplicate_row.run(document(raw))[0].findings == []


def test_does_not_apply_to_a_table_that_is_not_whole() -> None:
    assert judge(HEADER, *ROWS, ROWS[2], ONCE, whole=False).outcome == "not_applicable"
