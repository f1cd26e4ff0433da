"""Which rows sum which others, and when that is certain."""

from __future__ import annotations

from printed import table

HEADER = "Renglón | Descripción | Vigente | Devengado"


def parts(t: object) -> dict[int, tuple[tuple[int, ...], bool]]:
    return {r.row: (r.parts, bool(r.judged)) for r in t.rows if r.parts}  # type: ignore[attr-defined]


def test_a_total_sums_the_rows_above_it() -> None:
    t = table(HEADER, "011 | A | 5.00 | 1.00", "012 | B | 6.00 | 2.00", "| TOTAL | 11.00 | 3.00")
    assert parts(t) == {3: ((1, 2), True)}
    assert [r.level for r in t.rows[1:]] == [1, 1, 0]
    assert [r.parent for r in t.rows[1:]] == [3, 3, None]


def test_a_total_of_subtotals_sums_only_its_children() -> None:
    t = table(
        HEADER,
        "0 | SERVICIOS PERSONALES | 11.00 | 3.00",
        "011 | Personal | 5.00 | 1.00",
        "012 | Complemento | 6.00 | 2.00",
        "1 | SERVICIOS NO PERSONALES | 7.00 | 4.00",
        "111 | Energía | 3.00 | 3.00",
        "112 | Agua | 4.00 | 1.00",
        "| TOTAL | 18.00 | 7.00",
    )
    assert parts(t) == {1: ((2, 3), True), 4: ((5, 6), True), 7: ((1, 4), True)}
    assert [r.role for r in t.rows] == [
        "header",
        "subtotal",
        "detail",
        "detail",
        "subtotal",
        "detail",
        "detail",
        "total",
    ]
    assert [r.level for r in t.rows[1:]] == [1, 2, 2, 1, 2, 2, 0]


def test_subtotals_after_their_parts_and_a_total_of_a_total() -> None:
    t = table(
        "Departamento | Cantidad a transferir",
        "Guatemala | Q 5.00",
        "Zacapa | Q 6.00",
        "TOTAL | Q 11.00",
        "Por producción | <",
        "Alta Verapaz | Q 2.00",
        "Petén | Q 3.00",
        "SUBTOTAL | Q 5.00",
        "TOTAL A TRANSFERIR | Q 16.00",
    )
    assert parts(t) == {3: ((1, 2), True), 7: ((5, 6), True), 8: ((3, 7), True)}


def test_groups_that_do_not_close_are_no_groups() -> None:
    t = table(
        HEADER, "1 | ALFA | 90.00 | 1.00", "2 | Beta | 6.00 | 2.00", "3 | GAMA | 7.00 | 9.00", "4 | Delta | 1.00 | 3.00"
    )
    assert {r.role for r in t.rows[1:]} == {"detail"}


def test_a_total_that_closes_nowhere_is_certain_only_where_nothing_else_is_possible() -> None:
    rows = ["Departamento | Casos", "Guatemala | 40", "Zacapa | 41", "Petén | 42"]
    assert parts(table(*rows, "TOTAL | 125"))[4][1], "one digit"
    assert not parts(table(*rows, "TOTAL | 999"))[4][1], "far off: a list of some of the parts"
    assert not parts(table(*rows, "Otros | 19", "de ellas, mujeres | 9", "TOTAL | 145"))[6][1], "a memo row is there"


def test_a_row_printed_twice_is_no_memo_row() -> None:
    rows = ["Departamento | Casos", "Guatemala | 400", "Zacapa | 419", "Petén | 42", "Petén | 42", "TOTAL | 861"]
    assert parts(table(*rows))[5][1]


def test_groups_of_groups_sum_their_immediate_children_only() -> None:
    t = table(
        "Objeto del gasto | Descripción | Vigente",
        "1000 | Servicios personales | 21.00",
        "1100 | Remuneraciones permanentes | 15.00",
        "1110 | Sueldos | 10.00",
        "1120 | Dietas | 5.00",
        "1200 | Remuneraciones transitorias | 6.00",
        "1210 | Honorarios | 2.00",
        "1220 | Eventuales | 4.00",
        "| TOTAL | 21.00",
    )
    assert parts(t) == {1: ((2, 5), True), 2: ((3, 4), True), 5: ((6, 7), True), 8: ((1,), True)}
    assert [r.level for r in t.rows[1:]] == [1, 2, 3, 3, 2, 3, 3, 0]


def test_codes_in_parts_are_levels_whatever_their_length() -> None:
    t = table(
        "Código | Descripción | Vigente",
        "1 | Corrientes | 30.00",
        "1.1 | Impuestos | 10.00",
        "1.10 | Tasas | 20.00",
        "2 | De capital | 9.00",
        "2.1 | Ventas | 4.00",
        "2.2 | Donaciones | 5.00",
    )
    assert parts(t) == {1: ((2, 3), True), 4: ((5, 6), True)}


def test_a_level_that_does_not_close_is_none_though_the_one_below_it_does() -> None:
    """The outermost lines print more than what is listed under them."""
    t = table(
        "Código | Descripción | Vigente",
        "1 | Salud | 90.00",
        "11 | Hospitales | 8.00",
        "111 | De día | 3.00",
        "112 | De noche | 5.00",
        "12 | Clínicas | 9.00",
        "121 | De día | 4.00",
        "122 | De noche | 5.00",
    )
    assert parts(t) == {2: ((3, 4), True), 5: ((6, 7), True)}


def test_a_total_over_all_that_it_sums() -> None:
    t = table(HEADER, "| TOTAL | 11.00 | 3.00", "011 | A | 5.00 | 1.00", "012 | B | 6.00 | 2.00")
    assert parts(t) == {1: ((2, 3), True)}
    assert parts(table(HEADER, "| TOTAL | 90.00 | 8.00", "011 | A | 5.00 | 1.00", "012 | B | 6.00 | 2.00")) == {}


def test_totals_over_their_parts_and_a_total_of_them_all() -> None:
    t = table(
        HEADER,
        "| TOTAL GENERAL | 18.00 | 7.00",
        "| Total programa 11 | 11.00 | 3.00",
        "001 | A | 5.00 | 1.00",
        "002 | B | 6.00 | 2.00",
        "| Total programa 12 | 7.00 | 4.00",
        "001 | C | 3.00 | 3.00",
        "002 | D | 4.00 | 1.00",
    )
    assert parts(t) == {1: ((2, 5), True), 2: ((3, 4), True), 5: ((6, 7), True)}
    assert [r.level for r in t.rows[1:]] == [0, 1, 2, 2, 1, 2, 2]
