"""geography.coverage: all departments once each; one missing, one twice; tables of which it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from printed import document, printed
from rendicion_etl import catalogs
from rendicion_etl.checks import geography_coverage
from rendicion_etl.checks.model import Finding, Result

NAMES = [r["name"] for r in catalogs.table("departments")]
BY_PLACE = ("Tabla No. 4", "Ejecución Presupuestaria por Ubicación Geográfica")
HEADER = "Departamento | Vigente | Devengado | Saldo"
Line = tuple[str, int, int]
ALL: list[Line] = [(name, 1_000_000 + 1_300 * k * k, 400_000 + 777 * k) for k, name in enumerate(NAMES)]


def money(value: int) -> str:
    return f"{Decimal(value):,.2f}"


def row(line: Line) -> str:
    name, vigente, devengado = line
    return f"{name} | {money(vigente)} | {money(devengado)} | {money(vigente - devengado)}"


def total_of(lines: Sequence[Line]) -> str:
    return row(("TOTAL", sum(v for _, v, _ in lines), sum(d for _, _, d in lines)))


def judge(*rows: str, caption: Sequence[str] = BY_PLACE, whole: bool = True) -> Result:
    return geography_coverage.run(document(printed(*rows, caption=caption, whole=whole)))[0]


def without(*names: str) -> list[Line]:
    return [line for line in ALL if line[0] not in names]


def printing(lines: Sequence[Line], total: str, caption: Sequence[str] = BY_PLACE) -> Result:
    return judge(HEADER, *map(row, lines), total, caption=caption)


def warned(result: Result) -> Finding:
    (finding,) = result.findings
    assert finding.severity == "warning"
    return finding


def test_the_22_departments_once_each() -> None:
    result = printing(ALL, total_of(ALL))
    assert (result.outcome, result.n_applied) == ("pass", 2)


# ---------------------------------------------------------------- missing
def test_a_department_that_only_the_total_includes_is_missing_from_the_table_as_a_whole() -> None:
    finding = warned(printing(without("Petén"), total_of(ALL)))
    assert (finding.place.row, finding.place.col, finding.expected_text) == (None, None, "Petén")
    assert money(ALL[16][1]) in finding.message_es
    assert len(finding.related) == 22  # the total and the 21 rows
    assert finding.whole_tables == (finding.place.table_id,)


def test_people_counted_in_one_column_show_a_missing_department_too() -> None:
    rows = [f"{name} | {100 + k}" for k, name in enumerate(NAMES)]
    total = f"TOTAL | {sum(100 + k for k in range(22)):,}"
    finding = warned(judge("Departamento | Personas", *rows[:7], *rows[8:], total, caption=("Personas capacitadas",)))
    assert finding.expected_text == "Totonicapán"


def test_two_missing_departments_are_one_finding() -> None:
    finding = warned(printing(without("Petén", "Jalapa"), total_of(ALL)))
    assert finding.expected_text == "Petén y Jalapa"
    assert "a Petén ni a Jalapa" in finding.message_es


def test_a_table_under_headings_of_regions_is_judged_by_its_departments() -> None:
    rows = [row(line) for line in without("Petén")]
    grouped = ["Región I Metropolitana | | |", rows[0], "Región III Nororiente | | |", *rows[1:]]
    assert warned(judge(HEADER, *grouped, total_of(ALL))).expected_text == "Petén"


def test_fewer_departments_whose_total_closes_are_information() -> None:
    few = without("Petén", "Jalapa")
    (finding,) = printing(few, total_of(few)).findings
    assert (finding.severity, finding.expected_text) == ("info", "Petén y Jalapa")


@pytest.mark.parametrize("said", ["los 22 departamentos", "todos los departamentos"])
def test_a_caption_that_says_all_is_contradicted(said: str) -> None:
    few = without("Petén")
    finding = warned(printing(few, total_of(few), caption=("Tabla 1", f"Presupuesto ejecutado en {said}")))
    assert finding.message_es.endswith("pero dice que los enumera todos.")


@pytest.mark.parametrize(
    "said", ["21 de los 22 departamentos", "todos los departamentos, excepto Petén", "los principales 22 departamentos"]
)
def test_a_caption_that_takes_it_back_says_nothing(said: str) -> None:
    few = without("Petén")
    result = printing(few, total_of(few), caption=("Tabla 1", f"Presupuesto ejecutado por departamento en {said}"))
    assert [f.severity for f in result.findings] == ["info"]


def test_a_total_that_is_wrong_in_one_column_only_misses_no_department() -> None:
    few = without("Petén")
    vigente, devengado = sum(v for _, v, _ in few), sum(d for _, _, d in few)
    total = f"TOTAL | {money(vigente + 90_000)} | {money(devengado)} | {money(vigente - devengado)}"
    assert [f.severity for f in printing(few, total).findings] == ["info"]


def test_a_total_of_much_more_than_departments_speaks_of_something_else() -> None:
    few = without("Petén")
    total = row(("TOTAL", 900_000_000, 400_000_000))
    assert [f.severity for f in printing(few, total).findings] == ["info"]


def test_what_is_not_assigned_to_a_department_counts_among_the_rows() -> None:
    lines = [*ALL, ("Multirregional", 5_000_000, 1_000)]
    assert printing(lines, total_of(lines)).outcome == "pass"


def test_a_row_that_cannot_be_resolved_may_be_the_missing_department() -> None:
    lines = [*without("Petén"), ("Área norte", 5_000_000, 1_000)]
    assert printing(lines, total_of([*lines, ALL[16]])).findings == []


def test_transfers_to_fewer_departments_are_not_remarkable() -> None:
    few = without("Petén", "Alta Verapaz")
    caption = ("Tabla No. 6", "Reporte de Transferencias a Consejos Departamentales de Desarrollo")
    assert printing(few, total_of(few), caption=caption).findings == []


# ---------------------------------------------------------------- twice
def test_a_department_named_in_the_place_of_another_is_accused_there() -> None:
    lines = [("Jutiapa", *line[1:]) if line[0] == "Jalapa" else line for line in ALL]
    finding = warned(printing(lines, total_of(lines)))
    assert (finding.place.row, finding.printed_text, finding.expected_text) == (21, "Jutiapa", "Jalapa")
    assert [p.row for p in finding.related] == [22]


def test_a_department_that_stands_in_another_region_is_the_one_accused() -> None:
    header = "Región | Departamento | Vigente"
    region = {r["code"]: f"Región {r['region_code']}" for r in catalogs.table("departments")}
    rows = [f"{region[r['code']]} | {r['name']} | {k + 1}.00" for k, r in enumerate(catalogs.table("departments"))]
    wrong = [r.replace("Zacapa", "Petén") for r in reversed(rows)]
    finding = warned(judge(header, *wrong))
    assert (finding.printed_text, finding.place.row) == ("Petén", 4)  # beside Región III


def test_a_row_more_of_a_department_is_accused_at_the_later_one() -> None:
    finding = warned(printing([*ALL, ALL[4]], total_of(ALL)))
    assert (finding.place.row, finding.printed_text, finding.expected_text) == (23, "Escuintla", None)


def test_programmes_that_repeat_the_departments_accuse_nobody() -> None:
    twice = [*map(row, ALL), *map(row, ALL)]
    assert judge(HEADER, *twice).outcome == "not_applicable"


def test_one_department_under_two_headings_accuses_nobody() -> None:
    rows = ["Programa 11 | | |", *map(row, ALL), "Programa 12 | | |", row(ALL[0])]
    assert judge(HEADER, *rows).findings == []


def test_events_told_apart_by_another_column_accuse_nobody() -> None:
    rows = [f"{name} | Taller {k} | {k + 10}" for k, name in enumerate([*NAMES, "Guatemala"])]
    assert judge("Departamento | Evento | Participantes", *rows).findings == []


def test_a_city_and_its_department_accuse_nobody() -> None:
    rows = [*map(row, ALL), row(("Departamento de Guatemala", 500_000, 2_000))]
    assert judge(HEADER, *rows).findings == []


def test_what_code_name_says_is_not_said_again() -> None:
    codes = [f"{r['code']}01" for r in catalogs.table("departments")]
    rows = [f"{c} | {row(line)}" for c, line in zip(codes, ALL, strict=True)]
    wrong = [r.replace("Jalapa", "Jutiapa") for r in rows]  # 2101 beside Jutiapa
    assert judge(f"Código | {HEADER}", *wrong).findings == []


# ---------------------------------------------------------------- does not apply
def test_does_not_apply_to_a_few_departments() -> None:
    assert printing(ALL[:10], total_of(ALL[:10])).outcome == "not_applicable"


def test_does_not_apply_to_municipalities() -> None:
    rows = [f"{r['name']} | {k + 10}.00" for k, r in enumerate(catalogs.table("municipalities")[:60])]
    assert judge("Municipio | Vigente", *rows, caption=("Ejecución por municipio",)).outcome == "not_applicable"


def test_does_not_apply_to_a_table_that_is_not_whole() -> None:
    rows = [HEADER, *map(row, without("Petén")), total_of(ALL)]
    assert judge(*rows, whole=False).outcome == "not_applicable"
