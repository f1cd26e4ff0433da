"""Which rows are places: by code, by name, by the department beside or above; and what is no place."""

from __future__ import annotations

from printed import table
from rendicion_etl.normalize.geography import place_column

BY_PLACE = ("Ejecución por Ubicación Geográfica",)
BY_MUNICIPALITY = ("Familias atendidas por municipio",)


def codes(*rows: str, caption: tuple[str, ...] = BY_PLACE) -> list[tuple[str | None, str | None]]:
    t = table(*rows, caption=caption)
    return [(r.department_code, r.municipality_code) for r in t.rows if r.role not in ("header", "total")]


def test_departments_by_the_code_of_their_capital_and_by_name() -> None:
    rows = ("Código | Departamento | Vigente", "101 | Guatemala | 1.00", "1701 | PETEN | 2.00", "| Quiché | 3.00")
    assert codes(*rows) == [("01", None), ("17", None), ("14", None)]


def test_a_municipality_with_its_department_beside_it() -> None:
    rows = (
        "Departamento | Municipio | Vigente",
        "Jutiapa | El Progreso | 1.00",
        "| Jerez | 2.00",
        "Guatemala | Mixco | 3.00",
    )
    assert codes(*rows, caption=BY_MUNICIPALITY) == [("22", "2202"), ("22", "2208"), ("01", "0108")]


def test_a_department_among_its_municipalities_stays_one() -> None:
    rows = ("Código | Municipio | Familias", "0100 | Guatemala | 7", "0101 | Guatemala | 3", "0108 | Mixco | 4")
    assert codes(*rows, caption=BY_MUNICIPALITY) == [("01", None), ("01", "0101"), ("01", "0108")]


def test_a_column_that_counts_the_rows_is_no_code() -> None:
    rows = ("No. | Departamento | Vigente", "1 | Petén | 1.00", "2 | Zacapa | 2.00", "3 | Lugar incierto | 3.00")
    assert codes(*rows) == [("17", None), ("19", None), (None, None)]


def test_two_places_under_no_header_are_a_column_of_places() -> None:
    column = place_column(table("No. | | Vigente", "1 | Petén | 1.00", "2 | Zacapa | 2.00"))
    assert column
    assert column.col == 1
    assert place_column(table("No. | | Vigente", "1 | Petén | 1.00", "2 | 2.00 | 2.00")) is None


def test_a_region_whose_number_and_name_disagree_is_neither() -> None:
    rows = ("No. | Región | Vigente", "1 | Región Metropolitana | 1.00", "7 | Región Nororiente | 2.00")
    t = table(*rows, caption=("Ejecución Presupuestaria por Región",))
    assert [r.region_code for r in t.rows[1:]] == ["I", None]
