"""Charts: well-formed, the same every time, safe to show, and nothing drawn where nothing is known."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from spending_examples import departments, division, line, paths, period, texts

from rendicion_etl.site.amounts import Division
from rendicion_etl.site.charts import (
    Chart,
    TableCell,
    department_table,
    draw_groups,
    draw_map,
    draw_phases,
    group_table,
    phase_table,
)
from rendicion_etl.site.charts.classes import BELOW, BLUES, OVER
from rendicion_etl.site.charts.numbers import quantiles, short_money, steps, unit_for
from rendicion_etl.site.charts.svg import BLUE, INK, ORANGE, PAPER, SOFT, cut
from rendicion_etl.site.words import Words

ES, EN = Words("es"), Words("en")
HOSTILE = "</text><script>alert('x')</script> & \x00\x1b\u202e\"Petén\""
PERIODS = [
    period(2021, "C1", "20000000", "60000000", asignado="60000000"),
    period(2021, "C3", "55000000", "62000000", asignado="60000000"),
    period(2022, "C1", "19000000", "63000000"),
]


def charts(name: str = "SCEP", words: Words = ES) -> list[Chart]:
    groups = division(line("0", name, "54", "100"), line("1", "Otros", "-3", "20"))
    made = [draw_phases(PERIODS, name, words), draw_groups(groups, name, words), draw_map(departments(), name, words)]
    return [chart for chart in made if chart]


def pictures(chart: Chart) -> list[str]:
    return [chart.wide, chart.narrow]


def said(cell: TableCell) -> str:
    return cell.text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("words", [ES, EN], ids=["es", "en"])
def test_a_chart_is_an_image_with_a_title_a_description_and_a_language(words: Words) -> None:
    for chart in charts(words=words):
        for svg in pictures(chart):
            root = ET.fromstring(svg)
            assert root.get("role") == "img"
            assert root.get("aria-label") == root[0].text == chart.title
            assert root[1].text == chart.description
            assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == words.lang
            assert root.get("width") == "100%"


def test_a_chart_asks_for_nothing_and_runs_nothing() -> None:
    for chart in charts(HOSTILE):
        for svg in pictures(chart):
            tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
            names = {name for element in ET.fromstring(svg).iter() for name in element.attrib}
            assert tags <= {"svg", "title", "desc", "g", "path", "rect", "line", "text"}
            assert not [
                name for name in names if name in ("id", "style", "class") or "href" in name or name[:2] == "on"
            ]
            assert set(re.findall(r'font-family="([^"]*)"', svg)) == {"sans-serif"}
            assert "url(" not in svg


def test_hostile_names_are_told_as_text() -> None:
    phases, groups, country = charts(HOSTILE)
    assert "<script" not in "".join(pictures(phases) + pictures(groups) + pictures(country))
    assert any(text.startswith("0 </text><script>alert('x')") for text in texts(groups.wide))
    odd = Division(2021, "C1", (line("01", HOSTILE, "1", "2"),), line("", ""))
    chart = draw_map(odd, "x", ES)
    assert chart
    assert "<script" not in chart.wide


def test_equal_numbers_give_equal_bytes() -> None:
    assert charts() == charts()


def test_nothing_known_gives_no_picture_and_no_table() -> None:
    nothing = division(line("01", "Guatemala"))
    assert draw_phases([], "x", ES) is None
    assert draw_phases([period(2021, "C1", None, None)], "x", ES) is None
    assert draw_groups(None, "x", ES) is draw_groups(nothing, "x", ES) is None
    assert draw_map(None, "x", ES) is draw_map(nothing, "x", ES) is None
    assert phase_table([], ES) is group_table(None, ES) is department_table(None, ES) is None


def test_a_period_without_a_report_is_named_and_nothing_is_drawn_for_it() -> None:
    chart = draw_phases(PERIODS, "SCEP", ES)
    assert chart
    words = texts(chart.wide)
    assert words.count("s/d") == 1  # August 2021; what comes after the last report is not missing
    assert {"2021", "2022", "abr", "ago", "dic", "millones de quetzales"} <= set(words)
    assert "33 %" in words
    bars = [e for e in paths(chart.wide) if e.get("fill") == BLUE]
    assert len(bars) == 3 + 1  # one for the legend


def test_steps_of_the_budget_are_as_wide_as_their_period() -> None:
    chart = draw_phases(PERIODS, "SCEP", ES)
    assert chart
    lines = [e for e in ET.fromstring(chart.wide).iter() if e.tag.endswith("}line")]
    widths = {abs(float(e.get("x2") or 0)) for e in lines if e.get("stroke") == INK and e.get("stroke-width") == "3"}
    assert len(widths - {22.0}) == 1


def test_devengado_of_a_period_alone_is_in_the_table_but_not_drawn() -> None:
    alone = [period(2021, "C2", "20", "60", accumulates=False)]
    chart, table = draw_phases(alone, "SCEP", ES), phase_table(alone, ES)
    assert chart
    assert table
    assert len([e for e in paths(chart.wide) if e.get("fill") == BLUE]) == 0
    assert said(table.rows[0][2]) == "Q 20.00"
    assert "no empieza en enero" in table.rows[0][0].text


def test_a_group_that_went_over_its_budget_ends_within_the_picture() -> None:
    chart = draw_groups(division(line("0", "Personal", "130", "100"), line("1", "Obras", "-30", "50")), "SCEP", ES)
    assert chart
    assert "Q 130 de Q 100 · 130.0 %" in texts(chart.wide)
    assert "−Q 30 de Q 50 · −60.0 %" in texts(chart.narrow)
    for element in paths(chart.narrow):
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", element.get("transform", "") or "0")]
        assert all(-1 <= n <= 400 for n in numbers)


def test_a_map_has_22_departments_each_with_its_name_and_numbers() -> None:
    chart = draw_map(departments(), "SCEP", ES)
    assert chart
    for svg in pictures(chart):
        told = [e[0].text or "" for e in paths(svg) if len(e) and e[0].tag.endswith("}title")]
        assert len(told) == 22
        assert any(text.startswith("Petén: Devengado Q\N{NO-BREAK SPACE}170,000, Vigente") for text in told)
    assert {"Petén", "17 %", "Devengado / vigente"} <= set(texts(chart.wide))


def test_petén_is_in_the_north_and_escuintla_in_the_south() -> None:
    chart = draw_map(departments(), "SCEP", ES)
    assert chart
    tops = {}
    for element in paths(chart.wide):
        if len(element):
            numbers = [tuple(map(float, p.split(","))) for p in re.findall(r"[\d.]+,[\d.]+", element.get("d") or "")]
            tops[(element[0].text or "").partition(":")[0]] = min(y for _, y in numbers)
    assert min(tops, key=lambda name: tops[name]) == "Petén"
    assert sorted(tops, key=lambda name: tops[name])[-3:] != ["Petén"]
    assert max(tops.values()) == max(tops["Escuintla"], tops["Santa Rosa"], tops["Jutiapa"], tops["Retalhuleu"])


def test_a_department_without_a_number_is_left_white_and_the_legend_says_so() -> None:
    chart = draw_map(departments(d17=(None, None), d03=(None, None)), "SCEP", ES)
    assert chart
    assert "sin dato" in texts(chart.wide)
    assert chart.description.endswith("Sin dato: 2 departamentos.")
    assert "Petén: sin dato" in chart.wide


def test_shares_below_zero_and_above_100_have_a_colour_of_their_own() -> None:
    chart = draw_map(departments(d17=("1300000", "1000000"), d05=("-5", "10")), "SCEP", ES)
    assert chart
    assert {"más de 100 %", "menos de cero"} <= set(texts(chart.narrow))
    fills = {(e[0].text or "").partition(":")[0]: e.get("fill") for e in paths(chart.wide) if len(e)}
    assert (fills["Petén"], fills["Escuintla"]) == (OVER, BELOW)


def test_without_vigente_the_map_shows_the_money_itself() -> None:
    bare = {f"d{n:02d}": (str(n * 1_000_000), None) for n in range(1, 23)}
    chart = draw_map(departments(**bare), "SCEP", ES)
    assert chart
    assert {"Devengado", "millones de quetzales", "17.0"} <= set(texts(chart.wide))


@pytest.mark.parametrize("value", ["0", "50", "100", "100.5", "-1"])
def test_a_map_of_one_value_has_one_class(value: str) -> None:
    chart = draw_map(division(line("17", "Petén", value, "100")), "SCEP", ES)
    assert chart
    assert len([t for t in texts(chart.narrow) if "%" in t or "cero" in t]) == 2  # on the land and in the legend


def test_a_table_has_the_numbers_of_its_chart_with_their_places_and_no_phase_that_none_has() -> None:
    table = group_table(division(line("0", "Personal", "54.10", "1100")), ES)
    assert table
    assert [cell.text for cell in table.headers] == ["Grupo de gasto", "Vigente", "Devengado", "Ejecución"]
    (row,) = table.rows
    assert [said(cell) for cell in row] == ["0 Personal", "Q 1,100.00", "Q 54.10", "4.9 %"]
    assert [cell.place.anchor if cell.place else None for cell in row] == [None, "t01-1-2", "t01-1-2", None]


def test_the_table_by_department_names_who_is_missing() -> None:
    table = department_table(departments(d17=(None, None)), EN)
    assert table
    assert len(table.rows) == 22
    assert table.notes == ("The report's table does not list 1 department: Petén.",)


def test_a_table_that_divides_a_part_of_the_budget_says_how_much() -> None:
    part = Division(2021, "C1", departments().lines, line("", "", "9", "34180126"))
    for whole, told in ((line("", "", "9", "63000000"), 1), (line("", "", "9", "34180127"), 0)):
        table = department_table(part, ES, whole)
        assert table
        assert len([note for note in table.notes if "reparte" in note]) == told


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12345678.9", "Q 12.3 millones"),
        ("-1000000", "−Q 1.0 millón"),
        ("1234567890", "Q 1,234.6 millones"),
        ("999949.99", "Q 999,950"),
        ("999950", "Q 1.0 millón"),
        ("850.5", "Q 850.50"),
        ("0", "Q 0"),
    ],
)
def test_money_is_short(value: str, shown: str) -> None:
    assert short_money(Decimal(value), ES).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_steps_and_classes_are_round_numbers() -> None:
    assert [str(s) for s in steps(Decimal(-3), Decimal(13), 4)] == ["-5", "0", "5", "10", "15"]
    assert steps(Decimal(0), Decimal(0), 4)[-1] > 0
    assert [str(q) for q in quantiles([Decimal(n) for n in (11, 22, 33, 44, 5_555)], 3)] == ["22", "44"]
    assert quantiles([Decimal(5)] * 9, 5) == []
    assert unit_for([Decimal(-5_000_000)]) == (Decimal(10) ** 6, "charts.in_million")
    assert unit_for([]) == (1, "charts.in_one")


def test_long_names_are_cut() -> None:
    assert cut("Propiedad, planta, equipo e intangibles", 150, 14) == "Propiedad, planta…"


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("letters", "ground"),
    [
        (INK, PAPER),
        (SOFT, PAPER),
        (PAPER, BLUE),
        *((INK, color) for color in (*BLUES[:3], BELOW)),
        *((PAPER, color) for color in (*BLUES[3:], OVER)),
    ],
)
def test_letters_have_enough_contrast(letters: str, ground: str) -> None:
    assert contrast(letters, ground) >= 4.5


@pytest.mark.parametrize("mark", [BLUE, ORANGE, INK])
def test_marks_have_enough_contrast(mark: str) -> None:
    assert contrast(mark, PAPER) >= 3
