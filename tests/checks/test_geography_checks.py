"""geography.code_name and geography.region: hold, fail at the right cell, do not apply."""

from __future__ import annotations

from decimal import Decimal

from printed import document, printed
from rendicion_etl.checks import geography_code_name, geography_region
from rendicion_etl.checks.model import Result

BY_PLACE = ("Ejecución por Ubicación Geográfica",)
BY_REGION = ("Ejecución Presupuestaria por Región",)
PLACES = (
    "Código | Departamento | Vigente",
    "101 | Guatemala | 1.00",
    "201 | El Progreso | 2.00",
    "1901 | Zacapa | 3.00",
)


def code_name(*rows: str) -> Result:
    return geography_code_name.run(document(printed(*rows, caption=BY_PLACE)))[0]


def test_codes_beside_their_own_names() -> None:
    result = code_name(*PLACES, "2201 | JUTIAPA | 4.00")
    assert (result.outcome, result.n_applied) == ("pass", 4)


def test_a_code_beside_another_name_is_accused() -> None:
    (finding,) = code_name(*PLACES, "2201 | Jalapa | 4.00").findings
    assert (finding.place.col, finding.printed_text, finding.expected_text) == (0, "2201", "21")
    assert finding.printed is None


def test_the_name_is_accused_where_it_already_stands_beside_its_own_code() -> None:
    (finding,) = code_name(*PLACES, "2101 | Zacapa | 4.00").findings
    assert (finding.place.col, finding.printed_text, finding.expected_text) == (1, "Zacapa", "Jalapa")


def test_does_not_apply_to_codes_of_something_else() -> None:
    rows = ("No. | Departamento | Vigente", "1 | Guatemala | 1.00", "2 | Petén | 2.00", "3 | Zacapa | 3.00")
    assert code_name(*rows).outcome == "not_applicable"


REGIONS = ("1 | Región Metropolitana | 50.00%", "2 | Región Norte | 25.00%", "8 | Región Petén | 10.00%")
DEPARTMENTS = (
    "Código | Departamento | Vigente | Devengado | % Ejecución",
    "101 | Guatemala | 100.00 | 50.00 | 50.00%",
    "1501 | Baja Verapaz | 100.00 | 30.00 | 30.00%",
    "1601 | Alta Verapaz | 100.00 | 20.00 | 20.00%",
    "1701 | Petén | 100.00 | 10.00 | 10.00%",
)


def region(*rows: str, departments: tuple[str, ...] = DEPARTMENTS) -> Result:
    tables = [printed(*rows, caption=BY_REGION, bold=()), printed(*departments, caption=BY_PLACE)]
    return geography_region.run(document(*tables))[0]


def test_numbers_names_and_percentages_of_regions_hold() -> None:
    result = region(*REGIONS)
    assert (result.outcome, result.n_applied) == ("pass", 6)


def test_a_region_with_the_name_of_another_is_accused() -> None:
    (finding,) = region(*REGIONS, "7 | Región Nororiente | 1.00%").findings
    assert (finding.printed_text, finding.expected_text) == ("Región Nororiente", "Noroccidente")


def test_a_percentage_that_its_departments_do_not_give_is_accused() -> None:
    (finding,) = region(REGIONS[0].replace("50.00", "52.00"), *REGIONS[1:]).findings
    assert (finding.printed, finding.expected) == (Decimal("52.00"), Decimal("50.00"))
    assert len(finding.whole_tables) == 2


def test_percentages_that_no_region_bears_out_accuse_nobody() -> None:
    assert region(*(r.replace(".00%", ".77%") for r in REGIONS)).findings == []


def test_a_region_that_lacks_a_department_is_left_out() -> None:
    few = tuple(r for r in DEPARTMENTS if "Baja" not in r)
    assert region(REGIONS[0], "2 | Región Norte | 99.00%", REGIONS[2], departments=few).findings == []


def test_amounts_by_region_are_the_sums_of_their_departments() -> None:
    rows = (
        "Región | Vigente",
        "Región I Metropolitana | 100.00",
        "Región II Norte | 200.00",
        "Región VIII Petén | 100.00",
    )
    assert region(*rows).outcome == "pass"
    (finding,) = region(*(r.replace("200.00", "220.00") for r in rows)).findings
    assert (finding.printed, finding.expected) == (Decimal("220.00"), Decimal("200.00"))


def test_does_not_apply_to_a_table_without_regions() -> None:
    assert region("Grupo | Vigente", "Grupo 0 | 5.00").outcome == "not_applicable"


BESIDE = (
    "Región | Departamento | Vigente",
    "Región I Metropolitana | Guatemala | 1.00",
    "Región II Norte | Baja Verapaz | 2.00",
    "Región II Norte | Alta Verapaz | 3.00",
    "Región III Nororiente | Zacapa | 4.00",
)


def beside(*rows: str) -> Result:
    return geography_region.run(document(printed(*rows, caption=BY_PLACE)))[0]


def test_the_region_printed_beside_a_department_is_its_own() -> None:
    assert (beside(*BESIDE).outcome, beside(*BESIDE).n_applied) == ("pass", 4)


def test_a_department_in_a_region_that_is_not_its_own_is_accused() -> None:
    (finding,) = beside(*BESIDE, "Región IV Suroriente | Chiquimula | 5.00").findings
    assert (finding.printed_text, finding.expected_text) == ("Región IV Suroriente", "Región III Nororiente")


def test_regions_of_the_institutions_own_making_accuse_nobody() -> None:
    own = ("Región | Departamento | Vigente", "Región Norte | Guatemala | 1.00", "Región Central | Petén | 2.00")
    assert beside(*own, "Región Nororiente | Zacapa | 2.00").findings == []
