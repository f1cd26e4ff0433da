"""Words of a page as figures and texts: what belongs to a figure, what is none, and which numbers are codes."""

from __future__ import annotations

import pytest
from typed import placed, rules, typed

from rendicion_etl.reading.page import Page
from rendicion_etl.tables.items import Item, items_of, parted_at, with_minus


def levels(page: Page | str) -> list[list[Item]]:
    return items_of(typed(page) if isinstance(page, str) else page)


def marked(page: Page | str) -> list[list[str]]:
    """The items of each line; figures stand in angle brackets."""
    return [[f"<{i.text}>" if i.figure else i.text for i in level] for level in levels(page)]


FIGURES = [
    "1,234.56",
    "1.234,56",
    "1'234'567.89",
    "(401,183.00)",
    "-5",
    "28%",
    "Q5.00",
    "Q-5.00",
    "US$1,000.00",
    ".01",
    "300¹",
    "1,234.56*",
    "0.161294646",
]


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_is_one_item(text: str) -> None:
    assert marked(f"Agua   {text}") == [["Agua", f"<{text}>"]]


@pytest.mark.parametrize("text", ["12a", "D-17", "05/09/2024", "10:15", "1.2.3-4", "Q", "(a)", "N/A"])
def test_what_only_begins_like_a_figure_is_none(text: str) -> None:
    assert marked(f"Agua   {text}") == [["Agua", text]]


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("Q    1,234.56", "Q 1,234.56"),
        ("Q    -", "Q -"),
        ("Q -1,234.56", "Q -1,234.56"),
        ("US$  1,234.56", "US$ 1,234.56"),
        ("( 1,234.56 )", "( 1,234.56 )"),
        ("(1,234.56 )", "(1,234.56 )"),
        ("-( 1,234.56)", "-( 1,234.56)"),
        ("Q ( 1,234.56 )", "Q ( 1,234.56 )"),
        ("- 1,234.56", "- 1,234.56"),
        ("28.5 %", "28.5 %"),
        ("% 28.5", "% 28.5"),
        ("%   28.5", "% 28.5"),
        ("( 28.5 % )", "( 28.5 % )"),
    ],
)
def test_signs_brackets_and_percent_printed_apart_belong_to_their_figure(printed: str, whole: str) -> None:
    assert marked(f"Agua   {printed}   7.00") == [["Agua", f"<{whole}>", "<7.00>"]]


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("28.5      %", ["<28.5>", "%"]),
        ("- - 1,234.56", ["<->", "<- 1,234.56>"]),
        ("-    1,234.56", ["<->", "<1,234.56>"]),
        ("% 28.5 % 17.0", ["<% 28.5>", "<% 17.0>"]),
    ],
)
def test_a_sign_too_far_away_or_of_the_next_figure_is_left_alone(printed: str, parts: list[str]) -> None:
    assert marked(printed) == [parts]


@pytest.mark.parametrize("formula", ["(3 = 1 + 2)", "( 3 = 1 + 2 )", "3 = (1 + 2)", "(6 = 4 / 3)"])
def test_a_formula_in_a_header_is_no_figure(formula: str) -> None:
    ((item,),) = levels(formula)
    assert (item.text, item.figure) == (formula, False)


def test_the_number_of_a_page_between_dashes_is_no_figure() -> None:
    assert marked("- 3 -") == [["- 3 -"]]
    assert marked("Agua   - 3 -") != [["Agua", "- 3 -"]], "elsewhere they may be figures"


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        ("999", [["Agua", "<1 234 567.89>", "<2 345.00>"], ["Luz", "<999>"]]),
        ("9,999.00", [["Agua", "<1>", "<234>", "<567.89>", "<2>", "<345.00>"], ["Luz", "<9,999.00>"]]),
    ],
    ids=["no other sign", "commas elsewhere on the page"],
)
def test_a_space_parts_thousands_only_where_no_other_sign_does(other: str, parts: list[list[str]]) -> None:
    assert marked(f"Agua   1 234 567.89    2 345.00\nLuz    {other}") == parts


def test_figures_of_two_columns_are_not_taken_for_the_thousands_of_one() -> None:
    assert marked("Agua   12    345    678") == [["Agua", "<12>", "<345>", "<678>"]]


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("se devengaron Q 7,279,805.69 en el periodo", True),
        ("equivale al 21.73% de lo devengado", True),
        ("Energía eléctrica    7,279,805.69    en proceso", False),
        ("Energía eléctrica    7,279,805.69", False),
    ],
)
def test_a_figure_set_tight_among_words_is_prose(text: str, is_prose: bool) -> None:
    (level,) = levels(text)
    assert [i.prose for i in level if i.figure] == [is_prose]


def test_a_plain_number_beside_a_word_is_part_of_its_text() -> None:
    assert marked("Grupo 0    1,234.56\nBono 14    200\nMunicipios (16)    3") == [
        ["Grupo 0", "<1,234.56>"],
        ["Bono 14", "<200>"],
        ["Municipios (16)", "<3>"],
    ]


CODES = ["11", "112", "9"]


@pytest.mark.parametrize(
    ("ends", "gap", "apart"),
    [(False, 4.0, False), (True, 4.0, True), (False, 6.0, True)],
    ids=["one space behind each", "all end at one place", "more than one space behind each"],
)
def test_codes_in_a_column_of_their_own_are_parted_from_the_texts(ends: bool, gap: float, apart: bool) -> None:
    texts = []
    for n, code in enumerate(CODES):
        start = 40.0 - (4.0 * len(code) if ends else 0.0)
        texts += [(start, 100.0 + 14 * n, code), (start + 4.0 * len(code) + gap, 100.0 + 14 * n, "Agua")]
    expected = [[f"<{code}>", "Agua"] if apart else [f"{code} Agua"] for code in CODES]
    assert marked(placed(*texts)) == expected


def test_codes_at_changing_distances_from_texts_at_one_edge_are_parted_each_text_whole() -> None:
    texts = [(40.0, 100.0 + 14 * n, code) for n, code in enumerate(["11", "112", "21"])]
    texts += [(55.0, 100.0 + 14 * n, "Agua potable") for n in range(3)]
    assert marked(placed(*texts)) == [["<11>", "Agua potable"], ["<112>", "Agua potable"], ["<21>", "Agua potable"]]


def test_two_codes_are_no_column_and_a_dash_behind_makes_them_part_of_the_text() -> None:
    two = placed((36.0, 100.0, "11"), (50.0, 100.0, "Agua"), (32.0, 114.0, "112"), (50.0, 114.0, "Luz"))
    assert marked(two) == [["11 Agua"], ["112 Luz"]]
    dashed = "01 - Agua    5.00\n02 - Luz    5.00\n03 - Gas    5.00"
    assert [level[0] for level in marked(dashed)] == ["01 - Agua", "02 - Luz", "03 - Gas"]


def test_a_vertical_rule_parts_words_that_stand_close() -> None:
    text = "Agua potable"
    assert marked(typed(text)) == [["Agua potable"]]
    assert marked(typed(text, rules(vertical=[(4.5, -1, 1)]))) == [["Agua", "potable"]]
    assert marked(typed(text, rules(vertical=[(4.5, 1, 2)]))) == [["Agua potable"]], "it stands further down"


def test_a_minus_joined_to_its_figure_and_words_parted_at_a_column() -> None:
    dash, figure = levels("-       1,234.56")[0]
    signed = with_minus(dash, figure)
    assert (signed.text, signed.box.x0, signed.box.x1, signed.figure) == (
        "- 1,234.56",
        dash.box.x0,
        figure.box.x1,
        True,
    )
    ((text,),) = levels("Agua potable")
    assert [i.text for i in parted_at(text, text.box.x0 + 18)] == ["Agua", "potable"]
    assert [i.text for i in parted_at(text, text.box.x0 + 8)] == ["Agua potable"], "a letter stands there"


def test_plain_figures_and_dashes_are_told_from_amounts() -> None:
    items = {i.text: (i.plain, i.dash) for i in levels("2024    1,234    28%    -    Q -")[0]}
    assert items == {
        "2024": (True, False),
        "1,234": (False, False),
        "28%": (False, False),
        "-": (False, True),
        "Q -": (False, True),
    }


COLUMN_RULE = rules(vertical=[(10, -1, 2)])


@pytest.mark.parametrize(
    ("line", "parted"),
    [
        ("Viaticos y Subsistencias 150.00", ["Viaticos y Subsistencias", "<150.00>"]),
        ("Agua      150.00", ["Agua", "<150.00>"]),
        ("Servicios Q 150.00", ["Servicios", "<Q 150.00>"]),  # the sign is the figure's
        ("Servicios y otros gastos", ["Servicios", "y otros gastos"]),  # no figure: a column of words
        ("15,000.00 de un 20.00", ["<15,000.00>", "de un", "<20.00>"]),  # no text begins before the rule
    ],
)
def test_a_text_that_runs_on_over_the_next_column_stays_whole_beside_a_figure(line: str, parted: list[str]) -> None:
    assert marked(typed(line, COLUMN_RULE)) == [parted]
