"""Which rows sum which others, and when that is certain."""

from __future__ import annotations

import pytest

from printed import document, printed, table
from rendicion_etl.normalize.hierarchy import DEEPEST

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


UNMARKED = (
    "Concepto | Inicial | Vigente | Devengado",
    "Personal | 3,700,152.10 | 3,900,410.20 | 1,204,118.77",
    "Sueldos | 3,000,100.05 | 3,100,200.10 | 1,000,018.70",
    "Dietas | 700,052.05 | 800,210.10 | 204,100.07",
    "Bienes | 512,340.00 | 498,120.00 | 77,341.25",
    "Combustible | 512,340.00 | 498,120.00 | 77,341.25",
    "Servicios | 900,004.00 | 800,003.00 | 300,002.00",
    "TOTAL | 5,112,496.10 | 5,198,533.20 | 1,581,462.02",
)


def test_figures_alone_tell_groups_that_no_sign_tells_of() -> None:
    assert parts(table(*UNMARKED)) == {1: ((2, 3), True), 4: ((5,), True), 7: ((1, 4, 6), True)}


def test_a_wrong_figure_in_such_a_group_is_judged_by_the_columns_that_agree() -> None:
    wrong = [row.replace("1,204,118.77", "1,240,118.77") for row in UNMARKED]
    (group, *_) = [r for r in table(*wrong).rows if r.row == 1]
    assert (group.parts, group.judged) == ((2, 3), (1, 2, 3))


def test_small_figures_that_add_up_by_chance_are_no_group() -> None:
    assert parts(table("Concepto | Casos | Niños", "A | 9 | 5", "B | 4 | 2", "C | 5 | 3", "D | 7 | 1")) == {}


def test_a_row_printed_twice_does_not_contain_itself() -> None:
    twice = [*UNMARKED[:5], UNMARKED[4], *UNMARKED[6:]]
    assert 4 not in parts(table(*twice))


def test_a_total_closes_the_band_that_it_names() -> None:
    t = table(
        "Concepto | Vigente",
        "Gastos de consumo | <",
        "Remuneraciones | <",
        "Sueldos | 5.00",
        "Dietas | 6.00",
        "Total Remuneraciones | 11.00",
        "Bienes | <",
        "Combustible | 3.00",
        "Total Bienes | 3.00",
        "Total Gastos de consumo | 14.00",
        "Renta | <",
        "Intereses | 9.00",
        "Total Renta | 9.00",
    )
    assert {r: p for r, (p, _) in parts(t).items()} == {5: (3, 4), 8: (7,), 9: (5, 8), 12: (11,)}


def test_a_band_may_stand_over_indented_rows() -> None:
    """Nothing is printed beside "Programas", under which the groups are indented already."""
    rows = [
        "Concepto | Vigente | Pagado",
        "Programas | <",
        "A | 30.00 | 3.00",
        "a1 | 10.00 | 1.00",
        "a2 | 20.00 | 2.00",
    ]
    raw = printed(
        *rows, "B | 7.00 | 3.00", "b1 | 3.00 | 1.00", "b2 | 4.00 | 2.00", "C | 0.00 | 0.00", "c1 | 0.00 | 0.00"
    )
    for cell in raw.cells:
        cell.indent = 50.0 + 10 * (cell.row > 1) + 10 * (cell.col == 0 and cell.text[:1].islower())
    assert {r: p for r, (p, _) in parts(document(raw).tables[0]).items()} == {2: (3, 4), 5: (6, 7), 8: (9,)}


CODED = (
    "Código | Descripción | Vigente | Devengado",
    "0 | Servicios personales | 21.00 | 9.00",
    "011 | Sueldos | 15.00 | 5.00",
    "012 | Dietas | 6.00 | 4.00",
    "1 | Servicios no personales | 12.00 | 8.00",
    "111 | Energía | 7.00 | 7.00",
    "112 | Agua | 5.00 | 1.00",
    "2 | Materiales | 9.00 | 6.00",
    "211 | Alimentos | 4.00 | 1.00",
    "212 | Papel | 5.00 | 5.00",
    "3 | Equipo | 30.00 | 20.00",
    "311 | Muebles | 13.00 | 8.00",
    "312 | Libros | 8.00 | 6.00",
    "313 | Vehículos | 9.00 | 6.00",
    "| TOTAL | 72.00 | 43.00",
)


def test_a_group_that_lacks_a_row_in_every_column_is_judged_where_codes_tell_what_it_holds() -> None:
    lacking = [row for row in CODED if not row.startswith("312")]
    judged = {r.row: r.judged for r in table(*lacking).rows}
    assert judged[10] == (2, 3)
    unnamed = [" | ".join(["", *row.split(" | ")[1:]]) for row in lacking]
    assert not any(r.judged for r in table(*unnamed).rows if r.row == 10)


def test_two_groups_that_are_short_of_rows_may_list_some_of_them_only() -> None:
    lacking = [row for row in CODED if not row.startswith(("312", "111"))]
    assert not any(r.judged for r in table(*lacking).rows if r.label in ("Servicios no personales", "Equipo"))


def test_a_total_that_closes_a_group_lacks_a_row_where_the_others_close() -> None:
    rows = [HEADER.removeprefix("Renglón | ")]
    for name, size in (("Sueldos", 3), ("Viajes", 2), ("Bienes", 4)):
        rows += [f"{name} | <", *(f"{name} {k} | {k}1.00 | {k}0.00" for k in range(1, size + 1))]
        whole = sum(range(1, size + 1))
        rows.append(f"Total {name} | {whole}{size}.00 | {whole}0.00")
    whole_rows = {r.label: r.judged for r in table(*rows).rows if r.parts}
    assert whole_rows == {f"Total {name}": (1, 2) for name in ("Sueldos", "Viajes", "Bienes")}
    lacking = [row for row in rows if not row.startswith("Bienes 2")]
    assert table(*lacking).rows[-1].judged == (1, 2)
    first = [row for row in rows if not row.startswith(("Sueldos 2", "Sueldos | <"))]
    assert [r.judged for r in table(*first).rows if r.label == "Total Sueldos"] == [()], "it may begin before the table"
    two = [row for row in lacking if not row.startswith("Sueldos 2")]
    assert [r.judged for r in table(*two).rows if r.parts] == [(), (1, 2), ()]


def test_a_word_after_a_group_may_hide_a_row_of_it() -> None:
    lacking = [row for row in CODED if not row.startswith("313")]
    lacking.insert(-1, "VEHÍCULOS DE TODA CLASE | <")
    assert [r.judged for r in table(*lacking).rows if r.row == 10] == [()]


FLAT = ("Grupo | Vigente | Devengado", "A | 30.00 | 9.00", "B | 20.00 | 8.00", "C | 25.00 | 4.00")


def test_a_captioned_flat_table_whose_total_exceeds_its_rows_in_every_column_lacks_a_row() -> None:
    total, caption = "TOTAL | 90.00 | 26.00", ["Tabla No. 2", "Ejecución por grupo"]
    assert table(*FLAT, total, caption=caption).rows[4].judged == (1, 2)
    assert table(*FLAT, total).rows[4].judged == (), "what stands before it may be on another page"
    assert table(*FLAT, total, caption=[*caption, "Principales grupos"]).rows[4].judged == ()
    assert table(*FLAT, "TOTAL INSTITUCIÓN | 90.00 | 26.00", caption=caption).rows[4].judged == ()
    assert table(*FLAT, "TOTAL | 190.00 | 56.00", caption=caption).rows[4].judged == (), "most is not listed"
    assert table(*FLAT, "TOTAL | 90.00 | 15.00", caption=caption).rows[4].judged == (), "more here, less there"


def test_a_total_that_counts_one_of_two_equal_rows_is_judged_in_all_columns() -> None:
    rows = ("Lugar | Mujeres | Hombres", "Petén | 204 | 301", "Zacapa | 40 | 50", "Petén | 204 | 301")
    assert table(*rows, "TOTAL | 244 | 351").rows[4].judged == (1, 2)
    assert table(*rows, "TOTAL | 244 | 352").rows[4].judged == (), "in one column only it would close"
    assert table(rows[0], "| TOTAL | ".removeprefix("| ") + "244 | 351", *rows[1:]).rows[1].judged == (1, 2)


def test_a_row_that_was_taken_for_a_header_is_no_row_that_the_document_lacks() -> None:
    raw = printed(*FLAT, "TOTAL | 90.00 | 26.00", caption=["Tabla No. 2", "Ejecución por grupo"])
    raw.n_header_rows, raw.header_rows = 2, frozenset({0, 1})
    assert document(raw).tables[0].rows[4].judged == ()


def test_on_scans_no_table_claims_to_be_complete() -> None:
    raw = printed(*FLAT, "TOTAL | 90.00 | 26.00", caption=["Tabla No. 2", "Ejecución por grupo"])
    raw.reader = "ocr-aligned"
    assert document(raw).tables[0].rows[4].judged == ()


def test_a_sum_carried_over_the_page_is_no_detail() -> None:
    t = table(
        HEADER, "011 | A | 5.00 | 1.00", "| Van... | 5.00 | 1.00", "| Vienen | 5.00 | 1.00", "012 | B | 6.00 | 2.00"
    )
    assert [(r.role, r.parts) for r in t.rows[1:]] == [
        ("detail", ()),
        ("subtotal", ()),
        ("subtotal", ()),
        ("detail", ()),
    ]


@pytest.mark.parametrize(("n", "found"), [(340, True), (401, False)])
def test_a_list_as_long_as_that_of_the_municipalities_is_found_by_its_figures_alone(n: int, found: bool) -> None:
    amounts = [(10_000_019 + 7_919 * k, 1_000_003 + 3_571 * k) for k in range(n)]
    lines = [f"Lugar de nombre {k} | {a:,}.00 | {b:,}.00" for k, (a, b) in enumerate(amounts)]
    whole = "Lo gastado en el país | {:,}.00 | {:,}.00".format(*map(sum, zip(*amounts, strict=True)))
    t = table("Nombre | Vigente | Devengado", whole, *lines)
    assert parts(t) == ({1: (tuple(range(2, n + 2)), True)} if found else {})


def test_totals_that_each_sum_the_one_before_stand_no_deeper_than_may_be_told() -> None:
    n = 300
    rows = [line for k in range(1, n + 1) for line in (f"Mes {k} | Q 5.00", f"TOTAL A LA FECHA | Q {5 * k}.00")]
    t = table("Mes | Gastado", *rows)
    totals = [r for r in t.rows if r.role == "total"]
    assert [r.parts for r in totals] == [(1,), *((2 * k - 2, 2 * k - 1) for k in range(2, n + 1))]
    assert max(r.level for r in t.rows) == DEEPEST
    for row in t.rows:
        assert row.level == (0 if row.parent is None else t.row(row.parent).level + 1)
    begun_anew = [r for r in t.rows[1:] if r.parent is None]
    assert [r.role for r in begun_anew] == ["total"] * 3
    assert all(r.row in t.row(r.row + 2).parts for r in begun_anew[:-1])
