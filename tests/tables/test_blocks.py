"""Figures that stand in columns make blocks: what parts two of them, what belongs to none, and what a minus is of."""

from __future__ import annotations

import pytest
from typed import LEFT, rules, typed, x_of, y_of

from rendicion_etl.reading.page import Page, Rulings
from rendicion_etl.tables.blocks import Block, blocks_of
from rendicion_etl.tables.items import items_of
from rendicion_etl.tables.model import Extent


def found(page: Page, before: list[list[Extent]] | None = None) -> list[Block]:
    return blocks_of(items_of(page), page.rulings, before or [])


def lanes(text: str, rulings: Rulings | None = None) -> list[list[list[str]]]:
    """Of each block, its columns of figures."""
    return [[[f.text for f in lane.figures] for lane in b.lanes] for b in found(typed(text, rulings))]


def test_columns_that_share_their_rows_are_one_block() -> None:
    text = """
        Agua      1,000.00    900.00
        Luz          20.00
        Gas          30.00    -10.00
        """
    assert lanes(text) == [[["1,000.00", "20.00", "30.00"], ["900.00", "-10.00"]]]


def test_figures_of_any_width_belong_to_the_column_they_overlap() -> None:
    text = """
        Agua      1,234,567.00    1.00
        Luz               7.00    2,000,000.00
        Gas       1,234,567.00    3.00
        """
    (block,) = lanes(text)
    assert block == [["1,234,567.00", "7.00", "1,234,567.00"], ["1.00", "2,000,000.00", "3.00"]]


@pytest.mark.parametrize(
    "text",
    ["Agua   1,000.00" + 8 * "\n" + "Luz    20.00", "El 21.73% de Q 5.00 se\ny el 12.50% de Q 8.00 no"],
    ids=["far apart", "prose"],
)
def test_figures_far_apart_or_of_prose_are_no_table(text: str) -> None:
    assert lanes(text) == []


def test_a_single_row_is_a_block_only_where_it_has_three_amounts() -> None:
    assert lanes("TOTAL   1,000.00   900.00   100.00") == [[["1,000.00"], ["900.00"], ["100.00"]]]
    assert lanes("TOTAL   1,000.00   900.00") == []
    assert lanes("Año   2021   2022   2023") == [], "plain numbers are no amounts"


TWO = """
    Agua      1,000.00    900.00
    Luz          20.00     10.00
    {between}
    Gas          30.00     -5.00
    Leña         40.00     -4.00
    """


@pytest.mark.parametrize(
    ("between", "blocks"),
    [
        ("Cuadro No. 2", 2),
        ("Gráfica 3. Gasto", 2),
        ("Fuente: SICOIN", 2),
        ("Rubro      Vigente   Devengado", 2),
        ("Fuente de financiamiento 11", 1),
        ("Servicios", 1),
        ("", 1),
    ],
)
def test_captions_notes_and_headers_part_blocks_and_headings_of_rows_do_not(between: str, blocks: int) -> None:
    assert len(lanes(TWO.format(between=between))) == blocks


AXIS = """
    {ticks[0]}
    {ticks[1]}
    {ticks[2]}
    {ticks[3]}
    {ticks[4]}
    """


@pytest.mark.parametrize(
    ("ticks", "blocks"),
    [
        (["100%", " 80%", " 60%", " 40%", " 20%"], 0),
        (["500", "400", "300", "200", "100"], 0),
        (["100%", " 80%", " 60%", " 55%", " 20%"], 1),
        ([" 20%", " 40%", " 60%", " 80%", "100%"], 1),
    ],
    ids=["percent", "numbers", "uneven steps", "the lowest on top"],
)
def test_the_ticks_of_an_axis_are_no_column(ticks: list[str], blocks: int) -> None:
    assert len(lanes(AXIS.format(ticks=ticks))) == blocks


def test_figures_below_an_axis_are_kept() -> None:
    text = """
              100%
               80%
               60%
               40%
        Agua 3,000
        Luz  5,000
        """
    assert lanes(text.replace("Agua ", "Agua  ").replace("Luz  ", "Luz   ")) == [[["3,000", "5,000"]]]


def test_the_mark_of_a_note_is_no_digit_of_a_tick() -> None:
    assert lanes("Agua    300¹\nLuz     200²\nGas     100³\nLeña     40") == [[["300¹", "200²", "100³", "40"]]]


SIDE_BY_SIDE = """
    {captions}
    Agua      1,000.00    900.00    Petén      7.00      6.00
    Luz          20.00     10.00    Zacapa     5.00      4.00
    Gas          30.00      5.00    Jalapa     3.00      2.00
    """


@pytest.mark.parametrize(
    ("captions", "rulings", "columns"),
    [
        ("", rules(), [4]),
        ("      Cuadro 1. Gasto                   Cuadro 2. Gasto", rules(), [2, 2]),
        ("      Cuadro 1. Gasto", rules(), [4]),
        ("", rules(shaded=[(0, 0.5, 28, 3.5), (32, 0.5, 60, 3.5)]), [2, 2]),
        ("", rules(horizontal=[(0.5, 0, 28), (0.5, 32, 60)]), [2, 2]),
        ("", rules(horizontal=[(0.5, 0, 60)]), [4]),
        ("", rules(horizontal=[(0.5, 0, 28), (0.5, 28, 60)]), [4]),
    ],
    ids=["nothing", "captions", "one caption", "shades", "rules", "a rule over all", "no white space between"],
)
def test_side_by_side_two_captions_or_what_is_drawn_part_blocks(
    captions: str, rulings: Rulings, columns: list[int]
) -> None:
    assert [len(block) for block in lanes(SIDE_BY_SIDE.format(captions=captions), rulings)] == columns


MINUS = """
    {head}
    Agua      1,000.00     -     900.00
    Luz          20.00            10.00
    Gas          30.00     -       5.00
    """
SIGNED = ["- 900.00", "10.00", "- 5.00"]
BESIDE = ["900.00", "10.00", "5.00"]
ZEROS = MINUS.replace("       10.00", "-      10.00", 1)


@pytest.mark.parametrize(
    ("text", "rulings", "expected"),
    [
        (MINUS.format(head=""), rules(), [SIGNED]),
        (MINUS.format(head="Rubro      Vigente   Baja   Saldo"), rules(), [["-", "-"], BESIDE]),
        (MINUS.format(head=""), rules(vertical=[(20, 0, 4), (26, 0, 4), (38, 0, 4)]), [["-", "-"], BESIDE]),
        (ZEROS.format(head=""), rules(), [["-", "-", "-"], BESIDE]),
        (ZEROS.format(head=""), rules(vertical=[(20, 0, 4), (38, 0, 4)]), [[f"- {figure}" for figure in BESIDE]]),
    ],
    ids=["some rows", "a header of its own", "a rule in between", "all rows", "all rows, in one box"],
)
def test_a_minus_set_apart_is_joined_where_it_is_no_column_of_zeros(
    text: str, rulings: Rulings, expected: list[list[str]]
) -> None:
    (block,) = lanes(text, rulings)
    assert block[1:] == expected


def test_a_joined_minus_is_joined_on_its_line_too() -> None:
    page = typed(MINUS.format(head=""))
    levels = items_of(page)
    blocks_of(levels, page.rulings)
    assert [[i.text for i in level][2:] for level in levels if level] == [["- 900.00"], ["10.00"], ["- 5.00"]]


def test_inside_a_frame_a_column_goes_on_over_empty_rows() -> None:
    text = "Agua      1,000.00    900.00" + "\n" * 9 + "TOTAL     1,000.00    900.00"
    frame = rules(vertical=[(8, -1, 10), (20, -1, 10), (30, -1, 10)])
    assert [block[0] for block in lanes(text, frame)] == [["1,000.00", "1,000.00"]]
    assert lanes(text) == []


def test_the_first_block_of_a_page_goes_on_the_table_whose_columns_it_stands_under() -> None:
    page = typed("TOTAL     1,000.00    900.00\n\n\n\n\n\n\n\n\nTOTAL     1,000.00    900.00")
    columns = [Extent(LEFT, x_of(5), False), Extent(x_of(8), x_of(18), True), Extent(x_of(20), x_of(28), True)]
    (block,) = found(page, [columns])
    assert (list(block.before), block.box.top < y_of(1)) == (columns, True)
    elsewhere = [Extent(x_of(30), x_of(38), True)]
    assert found(page, [elsewhere]) == []


def test_rows_of_two_tables_of_the_page_before_go_on_each_their_own() -> None:
    page = typed("TOTAL     1,000.00       900.00")
    before = [[Extent(x_of(8), x_of(18), True)], [Extent(x_of(22), x_of(31), True)]]
    assert [[f.text for f in block.figures] for block in found(page, before)] == [["1,000.00"], ["900.00"]]
