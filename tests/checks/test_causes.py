"""Which figure is accused where several relations meet, and which findings only follow from it."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl import catalogs
from rendicion_etl.checks import registry
from rendicion_etl.checks.model import Finding

HEADER = "Código | Programa | Asignado | Modificaciones | Vigente | Devengado | Saldo por devengar"
ROWS = (
    "01 | Actividades Centrales | 100.00 | (10.00) | 90.00 | 30.00 | 60.00",
    "11 | Fomento | 200.00 | 5.00 | 205.00 | 100.00 | 105.00",
    "12 | Formación | 50.00 | 5.00 | 55.00 | 11.00 | 44.00",
    "13 | Promoción | 60.00 | 7.00 | 67.00 | 12.00 | 55.00",
)
TOTAL = "| TOTAL | 410.00 | 7.00 | 417.00 | 153.00 | 264.00"


def findings(*tables: tuple[str, ...]) -> list[Finding]:
    results = registry.run(document(*(printed(*rows) for rows in tables)))
    return [f for r in results for f in r.findings]


def test_where_a_failing_column_crosses_a_failing_row_stands_the_root() -> None:
    rows = [r.replace("(10.00)", "(1.00)") for r in ROWS]
    root, follows = findings((HEADER, *rows, TOTAL))
    assert [(f.check_id, f.place.row, f.column_role) for f in (root, follows)] == [
        ("totals.column_sum", 1, "modificaciones"),
        ("identities.row", 1, "modificaciones"),
    ]
    assert (root.cause, follows.cause) == (None, root)
    assert (root.printed, root.expected) == (Decimal("-1.00"), Decimal("-10.00"))
    assert "lo que no cuadra es la fila «Actividades Centrales», que dice -1.00 en vez de -10.00" in root.message_es


def test_the_related_cells_of_an_addend_that_is_accused_make_what_is_expected_of_it() -> None:
    rows = [r.replace("(10.00)", "(1.00)") for r in ROWS]
    for finding in findings((HEADER, *rows, TOTAL)):
        assert sum(p.value * p.sign for p in finding.related if p.value is not None) == finding.expected


def test_a_wrong_total_is_the_root_of_its_own_row() -> None:
    root, follows = findings((HEADER, *ROWS, TOTAL.replace("153.00", "135.00")))
    assert [(f.place.row, f.column_role) for f in (root, follows)] == [(5, "devengado")] * 2
    assert follows.cause is root


def test_a_percentage_follows_from_a_wrong_figure_and_stays_where_it_is() -> None:
    rows = ("Grupo | Vigente | Devengado | % Ejecución", "A | 50.00 | 20.00 | 40.00", "B | 80.00 | 20.00 | 25.00")
    rows = (*rows, "C | 20.00 | 12.00 | 60.00", "D | 10.00 | 7.00 | 70.00", "TOTAL | 160.00 | 95.00 | 36.88")
    root, follows = findings(rows)
    assert [(f.check_id, f.place.col) for f in (root, follows)] == [
        ("totals.column_sum", 2),
        ("percentages.execution", 3),
    ]
    assert follows.cause is root


def test_a_percentage_alone_is_its_own_root() -> None:
    rows = ("Grupo | Vigente | Devengado | % Ejecución", "A | 50.00 | 20.00 | 40.00", "B | 80.00 | 20.00 | 25.00")
    (finding,) = findings((*rows, "C | 20.00 | 12.00 | 60.00", "D | 10.00 | 7.00 | 77.00"))
    assert (finding.place.row, finding.place.col, finding.cause) == (4, 3, None)


def test_of_two_tables_that_disagree_the_one_that_contradicts_itself_is_at_fault() -> None:
    groups = ("Grupo de Gasto | Vigente | Devengado", "Grupo 0 | 500,123.00 | 200,456.00", "Grupo 1 | 40.50 | 10.25")
    sources = ("Fuente | Vigente | Devengado", "11 Ingresos corrientes | 499,200.50 | 200,000.25")
    sources = (*sources, "21 IVA Paz | 963.00 | 466.00", "TOTAL | 500,163.50 | 200,466.25")
    wrong = (*groups, "Grupo 2 | 0.00 | 0.00", "TOTAL | 500,163.50 | 200,464.25")
    found = findings(wrong, sources)
    assert {(f.place.table_id[-2:], f.place.row, f.place.col) for f in found} == {("01", 4, 2)}
    assert [f.cause is None for f in found] == [True, False]


def test_two_errors_have_a_root_each() -> None:
    rows = [r.replace("(10.00)", "(1.00)").replace("12.00", "21.00") for r in ROWS]
    found = findings((HEADER, *rows, TOTAL))
    assert {(f.place.row, f.place.col) for f in found} == {(1, 3), (4, 5)}
    assert [f.cause is None for f in found] == [True, True, False, False]


def test_where_no_figure_mends_more_than_another_the_rule_says_who_is_accused() -> None:
    rows = ("Departamento | Casos", "Guatemala | 400", "Zacapa | 410", "Petén | 420")
    (finding,) = findings((*rows, "TOTAL | 1,330"))
    assert (finding.place.row, finding.expected, finding.cause) == (4, 1230, None)


def test_totals_that_lack_a_department_follow_from_its_being_left_out() -> None:
    names = [r["name"] for r in catalogs.table("departments")]
    rows = [f"{name} | {1000 * k + 123456}.00 | {100 * k + 12345}.00" for k, name in enumerate(names, 1)]
    total = [sum(Decimal(row.split(" | ")[k]) for row in rows) for k in (1, 2)]
    raw = printed(
        "Departamento | Vigente | Devengado",
        *rows[:7],
        *rows[8:],
        f"TOTAL | {total[0]} | {total[1]}",
        caption=["Tabla No. 1", "Ejecución por departamento"],
    )
    found = [f for r in registry.run(document(raw)) for f in r.findings]
    (root,) = [f for f in found if f.cause is None]
    assert root.check_id == "geography.coverage"
    assert {f.check_id for f in found if f.cause is root} == {"totals.column_sum"}


def test_the_one_addend_that_no_formula_vouches_for_is_not_at_fault_for_that() -> None:
    """A row is left out of the table; of those that are there, one has a blank and so no formula."""
    header = "Código | Programa | Asignado | Modificaciones | Vigente"
    rows = [f"0{n} | Programa {n} | {n}00.00 | {n}.00 | {n}0{n}.00" for n in range(1, 6)]
    blank = "06 | Programa 6 | 600.00 | | 600.00"
    raw = printed(
        header, *rows, blank, "| TOTAL | 2,800.00 | 22.00 | 2,822.00", caption=["Tabla No. 1", "Por programa"]
    )
    found = [f for r in registry.run(document(raw)) for f in r.findings if f.place.col == 4]
    assert [(f.place.row, f.expected) for f in found if f.check_id == "totals.column_sum"] == [(7, Decimal("2115.00"))]


def test_where_rounding_lets_several_values_mend_as_much_the_figure_is_still_the_root() -> None:
    """The sum asks for 0.84 and the formula for 0.85."""
    rows = ("A | 1.90 | 1.67 | 0.23", "B | 3.72 | 3.30 | 0.42", "C | 3.18 | 1.44 | 1.74", "D | 2.75 | 0.88 | 1.87")
    rows = (*rows, "E | 1.89 | 850.00 | 1.04", "F | 5.68 | 3.74 | 1.94", "TOTAL | 19.11 | 11.87 | 7.24")
    raw = printed(
        "Grupo | Vigente | Devengado | Saldo por devengar", *rows, caption=["Cuadro 1", "En millones de quetzales"]
    )
    found = [f for r in registry.run(document(raw)) for f in r.findings if f.severity != "info"]
    assert [(f.check_id, f.place.row, f.place.col) for f in found] == [
        ("totals.column_sum", 5, 2),
        ("identities.row", 5, 2),
    ]
    assert found[1].cause is found[0]
