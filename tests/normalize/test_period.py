import datetime as dt

import pytest
from fake_pages import pages

from rendicion_etl.normalize.period import Period, identify
from rendicion_etl.normalize.period_words import claims
from rendicion_etl.normalize.text import fold


def year_and_period(*texts: str) -> tuple[int | None, str | None]:
    found = identify(pages(*texts))
    return found.fiscal_year, found.period


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Primer cuatrimestre 2021", (2021, "C1")),
        ("SEGUNDO CUATRIMESTRE EJERCICIO FISCAL 2023", (2023, "C2")),
        ("tercer cuatrimestre del año 2022", (2022, "C3")),
        ("Cuatrimestre III, 2020", (2020, "C3")),
        ("1er. cuatrimestre de 2024", (2024, "C1")),
        ("2do cuatrimestre - 2024", (2024, "C2")),
        ("III Cuatrimestre 2019", (2019, "C3")),
        ("2021 - Primer Cuatrimestre", (2021, "C1")),
        ("Primer informe cuatrimestral 2022", (2022, "C1")),
        ("Cuarto trimestre 2020", (2020, "Q4")),
        ("TRIMESTRE 2 de 2020", (2020, "Q2")),
        ("Primer semestre de 2022", (2022, "S1")),
        ("enero a abril de 2021", (2021, "C1")),
        ("Enero - Marzo 2022", (2022, "Q1")),
        ("enero a junio 2022", (2022, "S1")),
        ("DEL MES DE ENERO AL MES DE AGOSTO DE 2020", (2020, "C2")),
        ("enero/septiembre 2020", (2020, "Q3")),
        ("enero a diciembre de 2020", (2020, "Y")),
        ("enero a mayo de 2020", (2020, "M05")),
        ("mayo a agosto de 2021", (2021, "C2")),
        ("septiembre a diciembre de 2021", (2021, "C3")),
        ("Del 1 de enero al 30 de abril de 2021", (2021, "C1")),
        ("Del 01/01/2020 al 31/08/2020", (2020, "C2")),
        ("Cifras al 30 de abril de 2024", (2024, "C1")),
        ("Al 31/03/2024", (2024, "Q1")),
        ("Mes de marzo de 2020", (2020, "M03")),
        ("Del 1 al 31 de marzo de 2020", (2020, "M03")),
        ("marzo de 2020", (2020, "M03")),
        ("Informe anual 2021", (2021, "Y")),
        ("Ejercicio Fiscal 2021", (2021, None)),
        ("EJERCICIO : 2020", (2020, None)),
        ("2021", (2021, None)),
        ("Al 31 de diciembre de 2021", (2021, None)),
    ],
)
def test_forms_of_a_period(line: str, expected: tuple[int | None, str | None]) -> None:
    assert year_and_period(f"Informe de rendición de cuentas\n{line}") == expected


@pytest.mark.parametrize(
    "line",
    [
        "Decreto 101-97, Ley Orgánica del Presupuesto",
        "Política General de Gobierno 2020-2024",
        "Plan Nacional K'atun: nuestra Guatemala 2032",
        "Para el año 2030, reducir la pobreza",
        "Acuerdo Gubernativo 540-2013",
        "Plan Operativo Anual",
        "Bono anual",
        "Guatemala, mayo de 2021",
        "Ejercicio fiscal 1821",
        "Quinto cuatrimestre",
        "Enero a abril a veces",
        "El 15 de abril",
        "Ejecución al 15 de abril de 2021",
    ],
)
def test_years_and_months_of_other_things_say_nothing_of_the_budget_year(line: str) -> None:
    assert identify(pages(line)).fiscal_year is None


def test_start_is_1_january_unless_a_range_is_printed() -> None:
    assert identify(pages("Segundo cuatrimestre 2021")) == Period(2021, "C2", dt.date(2021, 1, 1), dt.date(2021, 8, 31))
    assert identify(pages("Segundo cuatrimestre 2021\nmayo a agosto 2021")).start == dt.date(2021, 5, 1)
    assert identify(pages("enero a febrero de 2024")).end == dt.date(2024, 2, 29)


def test_december_ends_several_periods_but_the_date_is_known() -> None:
    found = identify(pages("Al 31 de diciembre de 2021"))
    assert (found.period, found.end) == (None, dt.date(2021, 12, 31))


def test_a_named_period_is_more_exact_than_a_range_with_the_same_end() -> None:
    assert year_and_period("Tercer cuatrimestre 2021\nenero a diciembre 2021") == (2021, "C3")
    assert year_and_period("Segundo trimestre 2021\nDel 1 de enero al 30 de junio de 2021") == (2021, "Q2")


def test_a_period_wrapped_over_lines() -> None:
    assert year_and_period("INFORME\nDEL PRIMER\nCUATRIMESTRE\n2021") == (2021, "C1")
    assert year_and_period("Del 1 de enero al 30\nde abril\nde 2021") == (2021, "C1")


def test_the_date_of_the_letter_is_not_the_period() -> None:
    assert year_and_period("PRIMER CUATRIMESTRE 2021\nGuatemala, mayo de 2021") == (2021, "C1")
    assert year_and_period("TERCER CUATRIMESTRE 2021\nEnero de 2022") == (2021, "C3")


def test_the_title_outweighs_captions_and_sentences() -> None:
    body = "Cuadro 1\nPrimer cuatrimestre 2022\nCuadro 2\nTercer cuatrimestre 2022\nCuadro 3\nPrimer cuatrimestre 2021"
    assert year_and_period("SEGUNDO CUATRIMESTRE 2023", body, "Primer cuatrimestre 2020") == (2023, "C2")


def test_captions_decide_where_the_title_says_nothing() -> None:
    assert year_and_period("Informe", "Cuadro 1\nPrimer cuatrimestre 2022", "Cuadro 2") == (2022, "C1")


def test_a_running_header_counts_like_the_title() -> None:
    texts = [f"Segundo cuatrimestre 2023\nCuadro {n}\nPrimer cuatrimestre {n + 2000}" for n in (1, 2, 3, 4)]
    assert year_and_period("Índice", *texts) == (2023, "C2")


def test_equal_evidence_in_conflict_is_none() -> None:
    assert year_and_period("Primer cuatrimestre\nInforme\nSegundo cuatrimestre\nTexto\nCuatrimestre 2") == (None, None)
    assert year_and_period("Ejercicio fiscal 2021\nInforme\nEjercicio fiscal 2022\nTexto\nAño 2022") == (None, None)


def test_no_text_is_no_period() -> None:
    assert identify([]) == Period()
    assert identify(pages("")) == Period()


def test_a_span_of_years_is_no_year() -> None:
    assert [c for c in claims(fold("Ejercicio fiscal 2020-2021")) if c.year] == []
