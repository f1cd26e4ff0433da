"""From the model to the records: every number once, money scaled and exact, nothing invented."""

import json
from collections import Counter
from decimal import Decimal

import pytest
from curated_examples import SHA, amounts, document, finding, records, result, stored, table

from rendicion_etl.curated.records import records_of
from rendicion_etl.curated.schemas import DATASETS, names
from rendicion_etl.normalize.model import Cell, Column, Statement
from rendicion_etl.reading.page import Box

HEAD = ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo")


def lines(*tables, **more):
    return records(document(*tables), **more)["budget_execution"]


def test_records_have_exactly_the_fields_of_the_contract():
    made = document(table())
    out = records(made, result(finding(made)))
    assert list(out) == list(DATASETS)
    assert {dataset for dataset, rows in out.items() if not rows} == {"statements", "indicators", "corrections"}
    for dataset, rows in out.items():
        for row in rows:
            assert tuple(row) == names(dataset)


def test_a_document_of_unknown_origin_goes_to_the_unknown_partition():
    out = records(document(table(), institution=None, fiscal_year=None, period=None))
    places = {(row["institution"], row["fiscal_year"]) for rows in out.values() for row in rows}
    assert places == {("unknown", 0)}
    assert out["documents"][0]["document_id"] == f"doc-{SHA[:8]}"


def test_documents_counts_all_findings_whatever_their_confidence():
    made = document(table())
    one, two = finding(made), finding(made, row=2, confidence="confirmed")
    row = records(made, result(one), result(two), result())["documents"][0]
    assert (row["n_findings"], row["n_tables"], row["status"]) == (2, 1, "ok")


def test_a_table_that_may_lack_a_part_makes_the_document_partial():
    assert records(document(table(), table(whole=False)))["documents"][0]["status"] == "partial"


@pytest.mark.parametrize(("unread", "status"), [(None, "ok"), (0, "ok"), (2, "partial")])
def test_a_table_with_places_that_could_not_be_read_says_so_and_makes_the_document_partial(
    unread: int | None, status: str
) -> None:
    made = records(document(table(n_unread=unread)))
    (row,) = made["tables"]
    assert row["n_unread"] == unread
    assert made["documents"][0]["status"] == status


def test_retrieved_at_comes_from_the_archive_and_the_version_superseded_from_the_caller():
    made = document(table())
    (row,) = records_of(made, [], stored(day=7), "v", supersedes="scep-2021-c1-ffffffff")["documents"]
    assert row["retrieved_at"].day == 7
    assert row["supersedes"] == "scep-2021-c1-ffffffff"
    assert row["pipeline_version"] == "v"


def test_a_merged_cell_stands_once_with_its_spans():
    merged = table()
    merged.cells[0] = Cell(0, 0, 2, 3, "Grupo", 1, Box(0, 0, 30, 20), None, "label")
    cells = records(document(merged))["cells"]
    first = [c for c in cells if (c["row"], c["col"]) == (0, 0)]
    assert [(c["row_span"], c["col_span"], c["x1"]) for c in first] == [(2, 3, 30.0)]


def test_each_cell_has_the_role_of_its_row_and_of_its_column():
    cells = {(c["row"], c["col"]): c for c in records(document(table()))["cells"]}
    assert (cells[0, 1]["row_role"], cells[1, 1]["row_role"], cells[3, 1]["row_role"]) == ("header", "detail", "total")
    assert (cells[1, 0]["column_role"], cells[1, 3]["column_role"]) == ("label", "pct")
    assert (cells[2, 2]["text"], cells[2, 2]["value"]) == ("-", 0)
    assert (cells[2, 4]["text"], cells[2, 4]["value"]) == ("", None)


def test_the_base_of_a_percentage_is_told_at_the_percentages_only():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    columns[3].percent_base = "table_total"
    cells = records(document(table(columns=columns)))["cells"]
    assert Counter(c["percent_base"] for c in cells) == {None: 17, "table_total": 3}


def test_a_budget_line_prints_its_phases_a_dash_is_zero_and_a_blank_is_nothing():
    out = lines(table())
    assert [row["row_role"] for row in out] == ["detail", "detail", "total"]
    assert amounts(out[0]) == {"vigente": "200.00", "devengado": "50.25", "saldo": "149.75"}
    assert amounts(out[1]) == {"vigente": "100.00", "devengado": "0.00"}
    assert out[0]["code"] == "0"
    assert {row["currency"] for row in out} == {"GTQ"}


def test_bands_headers_and_notes_are_no_budget_lines():
    out = lines(
        table(HEAD, ("band", "Funcionamiento", "", "", "", ""), ("note", "Fuente: SICOIN 2021", "", "", "", ""))
    )
    assert out == []


@pytest.mark.parametrize(
    ("unit", "printed", "amount", "currency"),
    [
        ("GTQ", "1,234.50", "1234.50", "GTQ"),
        ("GTQ_thousands", "1,234.5", "1234500.00", "GTQ"),
        ("GTQ_millions", "63.123456", "63123456.00", "GTQ"),
        ("USD", "2", "2.00", "USD"),
        ("mixed", "Q 1.00", "1.00", "GTQ"),
        ("mixed", "US$ 1.00", "1.00", "USD"),
        ("mixed", "1.00", "1.00", "GTQ"),
        (None, "Q 1.00", "1.00", "GTQ"),
        (None, "US$ 1.00", "1.00", "USD"),
        (None, "$ 1.00", "1.00", None),
        (None, "1.00", "1.00", None),
    ],
)
def test_amounts_are_scaled_to_whole_units_of_the_currency_that_is_named(unit, printed, amount, currency):
    made = table(HEAD, ("detail", "Grupo 0", printed, "", "", ""), unit=unit)
    made.cells[6].value, made.cells[6].value_type = Decimal(printed.split()[-1].replace(",", "")), "amount"
    (row,) = lines(made)
    assert amounts(row) == {"vigente": amount}
    assert row["currency"] == currency


def test_signs_of_two_currencies_name_none():
    made = table(HEAD, ("detail", "Grupo 0", "Q 2.00", "US$ 1.00", "", ""), unit="mixed")
    made.cells[7].value, made.cells[7].value_type = Decimal(1), "amount"
    assert [row["currency"] for row in lines(made)] == [None]


def test_the_percentage_is_computed_on_the_row_or_on_the_total_as_the_column_has_it():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    of_row = lines(table(columns=columns))
    columns[3].percent_base = "table_total"
    of_total = lines(table(columns=columns))
    assert [r["pct_computed"] for r in of_row] == [Decimal("25.125"), 0, Decimal("16.75")]
    assert [r["pct_computed"] for r in of_total] == [Decimal("16.75"), 0, Decimal("16.75")]
    assert [r["pct_printed"] for r in of_row] == [25, 0, 17]


def test_a_percentage_that_cannot_be_computed_is_null():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    columns[3].percent_base = "table_total"
    no_total = lines(table(HEAD, ("detail", "Grupo 0", "10.00", "1.00", "10%", ""), columns=columns))
    two = ("total", "Total", "10.00", "1.00", "", "")
    two_totals = lines(table(HEAD, ("detail", "Grupo 0", "10.00", "1.00", "", ""), two, two, columns=columns))
    no_vigente = lines(
        table(HEAD, ("detail", "Grupo 0", "-", "1.00", "", ""), ("detail", "Grupo 1", "", "1.00", "", ""))
    )
    assert [r["pct_computed"] for r in (*no_total, two_totals[0], *no_vigente)] == [None] * 4


def test_of_two_totals_the_one_at_the_top_of_the_parents_is_the_base():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    columns[3].percent_base = "table_total"
    made = table(
        HEAD,
        ("detail", "Grupo 0", "10.00", "1.00", "", ""),
        ("total", "Total A", "10.00", "1.00", "", ""),
        ("total", "Total B", "40.00", "1.00", "", ""),
        columns=columns,
    )
    made.rows[1].parent = 3
    assert lines(made)[0]["pct_computed"] == Decimal("2.5")


def test_a_row_that_is_its_own_ancestor_does_not_hang():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    columns[3].percent_base = "table_total"
    made = table(columns=columns)
    made.rows[1].parent, made.rows[2].parent = 2, 1
    assert lines(made)[0]["pct_computed"] == Decimal("16.75")


def test_numbers_that_are_no_phase_go_to_the_indicators():
    made = table(
        ("header", "Departamento", "Habitantes", "Cantidad en quetzales", "% de participación"),
        ("detail", "Guatemala", "3,515,775", "312,872.35", "21.5%"),
        ("total", "Total", "3,515,775", "312,872.35", "100%"),
        roles=("label", "count", "other", "pct"),
        kind="transferencias",
        unit="mixed",
    )
    out = records(document(made))
    assert out["budget_execution"] == []
    assert [(r["row"], r["col"], r["measure"], r["unit"], str(r["value"].normalize())) for r in out["indicators"]][
        :3
    ] == [
        (1, 1, "Habitantes", "count", "3515775"),
        (1, 2, "Cantidad en quetzales", "GTQ", "312872.35"),
        (1, 3, "% de participación", "percent", "21.5"),
    ]
    assert len(out["indicators"]) == 6


def test_an_indicator_in_thousands_stays_as_printed_and_says_so():
    made = table(
        ("header", "Lugar", "Aporte"), ("detail", "Petén", "12.5"), roles=("label", "other"), unit="GTQ_thousands"
    )
    (row,) = records(document(made))["indicators"]
    assert (row["value"], row["unit"]) == (Decimal("12.5"), "GTQ_thousands")


def test_physical_columns_of_a_two_part_table_are_indicators_and_its_money_is_budget():
    roles = ("label", "vigente", "devengado", "pct", "count", "count", "pct")
    head = ("Producto", "Vigente", "Ejecutado", "%", "Meta", "Ejecutado", "% físico")
    columns = [Column(c, r, head[c], half="financial" if c < 4 else "physical") for c, r in enumerate(roles)]
    made = table(
        ("header", *head),
        ("detail", "Documento", "Q 100.00", "Q 31.00", "31%", "1,896", "540", "30%"),
        roles=roles,
        kind="metas_fisicas",
        unit="mixed",
        columns=columns,
    )
    out = records(document(made))
    assert amounts(out["budget_execution"][0]) == {"vigente": "100.00", "devengado": "31.00"}
    assert out["budget_execution"][0]["pct_printed"] == 31
    assert [(r["measure"], r["unit"], r["value"]) for r in out["indicators"]] == [
        ("Meta", "count", 1896),
        ("Ejecutado", "count", 540),
        ("% físico", "percent", 30),
    ]


def test_of_several_percentages_the_one_that_divides_the_execution_is_printed_beside_the_line():
    roles = ("label", "vigente", "pct", "devengado", "pct")
    columns = [Column(c, r, r) for c, r in enumerate(roles)]
    columns[2].part, columns[4].part, columns[4].base = 1, 3, 1  # share of vigente; devengado / vigente
    made = table(("header", *roles), ("detail", "Grupo 0", "200", "66%", "50", "25%"), roles=roles, columns=columns)
    out = records(document(made))
    assert out["budget_execution"][0]["pct_printed"] == 25
    assert [(r["col"], r["value"]) for r in out["indicators"]] == [(2, 66)]


def test_were_a_phase_printed_twice_the_other_column_would_be_an_indicator():
    roles = ("label", "vigente", "devengado", "devengado")
    made = table(("header", "Grupo", "Vigente", "Abril", "Mayo"), ("detail", "Grupo 0", "9", "1", "2"), roles=roles)
    out = records(document(made))
    assert amounts(out["budget_execution"][0]) == {"vigente": "9.00", "devengado": "1.00"}
    assert [(r["measure"], r["value"]) for r in out["indicators"]] == [("Mayo", 2)]


def test_a_percentage_in_a_column_of_money_is_never_money():
    made = table(HEAD, ("detail", "Grupo 0", "200.00", "25%", "", ""), unit="GTQ_millions")
    out = records(document(made))
    assert amounts(out["budget_execution"][0]) == {"vigente": "200000000.00"}
    assert [(r["col"], r["unit"], r["value"]) for r in out["indicators"]] == [(2, "percent", 25)]


@pytest.mark.parametrize("unit", ["count", "percent"])
def test_phases_of_a_table_in_units_or_percent_are_no_money(unit):
    out = records(document(table(unit=unit)))
    assert out["budget_execution"] == []
    assert len(out["indicators"]) == 8 + 3


def test_codes_and_dates_are_neither_budget_nor_indicator():
    made = table(
        ("header", "No.", "Fecha", "Lugar"), ("detail", "01", "2/03/2021", "Petén"), roles=("code", "other", "label")
    )
    made.cells[4].value, made.cells[4].value_type = Decimal(2032021), "date"
    made.cells[3].value, made.cells[3].value_type = Decimal(1), "count"
    assert records(document(made))["indicators"] == []


def test_every_number_of_a_line_lands_exactly_once():
    columns = [Column(c, r, r) for c, r in enumerate(("label", "vigente", "devengado", "pct", "saldo"))]
    counted = table(("header", "x", "y", "z"), ("subtotal", "A", "3", "4%"), roles=("label", "count", "pct"))
    stray = table(HEAD, ("detail", "Grupo 0", "9", "4%", "5", ""), columns=columns[:4])  # a column that no one named
    out = records(document(table(), counted, stray))
    measured = {
        (c["table_id"], c["row"], c["col"])
        for c in out["cells"]
        if c["value"] is not None
        and c["row_role"] in ("detail", "subtotal", "total")
        and c["column_role"] not in ("code", "label")
    }
    landed = sum(
        row[slot] is not None
        for row in out["budget_execution"]
        for slot in ("asignado", "vigente", "devengado", "saldo", "pct_printed")
    )
    indicators = [(r["table_id"], r["row"], r["col"]) for r in out["indicators"]]
    assert len(indicators) == len(set(indicators))
    assert set(indicators) <= measured
    assert landed + len(indicators) == len(measured)


def test_a_number_too_long_for_its_column_is_left_out_and_its_text_stays():
    made = table(HEAD, ("detail", "Grupo 0", "1" * 40, "", "", ""))
    out = records(document(made))
    cell = next(c for c in out["cells"] if c["text"] == "1" * 40)
    assert cell["value"] is None
    assert amounts(out["budget_execution"][0]) == {}


def test_a_number_too_long_for_a_budget_line_is_an_indicator():
    long = "12345678901234567.00"
    made = table(HEAD, ("detail", "Grupo 0", long, "1.00", "12345678901%", ""))
    out = records(document(made))
    assert amounts(out["budget_execution"][0]) == {"devengado": "1.00"}
    assert out["budget_execution"][0]["pct_printed"] is None
    assert [(r["col"], r["value"]) for r in out["indicators"]] == [(1, Decimal(long)), (3, Decimal(12345678901))]


def test_percentages_in_the_physical_half_of_a_table_are_told_as_such():
    roles = ("label", "vigente", "count")
    columns = [Column(c, r, r) for c, r in enumerate(roles)]
    columns[2].percent, columns[2].half, columns[2].percent_base = True, "physical", "row"
    made = table(("header", *roles), ("detail", "Documento", "100.00", "31"), roles=roles, columns=columns)
    made.cells[5].value_type = "amount"
    out = records(document(made))
    assert [(r["unit"], r["value"]) for r in out["indicators"]] == [("percent", 31)]
    assert [c["percent_base"] for c in out["cells"]][3:] == [None, None, "row"]


def test_an_indicator_in_dollars_says_so_in_a_table_of_quetzales():
    made = table(("header", "Lugar", "Aporte"), ("detail", "Petén", "US$ 12.50"), roles=("label", "other"), unit="GTQ")
    made.cells[3].value, made.cells[3].value_type = Decimal("12.50"), "amount"
    (row,) = records(document(made))["indicators"]
    assert (row["value"], row["unit"]) == (Decimal("12.5"), "USD")


def test_a_finding_names_its_place_and_its_addends_exactly():
    made = document(table())
    (row,) = records(made, result(finding(made, evidence={"readers": ["ruled", "pdfplumber"]})))["findings"]
    assert (row["table_number"], row["row"], row["col"], row["column_role"]) == ("Tabla No. 1", 3, 1, "vigente")
    assert (row["printed"], row["expected"], row["difference"]) == (Decimal(300), Decimal("300.1"), Decimal("-0.1"))
    (part,) = json.loads(row["related"])
    assert (part["value"], part["sign"], part["row"], part["box"]) == ("200.10", 1, 1, [10.0, 10.0, 19.0, 19.0])
    assert json.loads(row["evidence"]) == {"readers": ["ruled", "pdfplumber"]}


def test_the_identifier_of_a_finding_is_that_of_pdf_check_and_place():
    made = document(table())
    renamed = document(table(), document_id=f"otro-2021-c1-{SHA[:8]}")
    other_pdf = document(table(), sha256="f" * 64)

    def ids(of, **more):
        return [row["finding_id"] for row in records(of, result(finding(of, **more)))["findings"]]

    assert ids(made) == ids(renamed) == ids(made, message_es="otra redacción", expected=Decimal(1))
    assert len({*ids(made), *ids(made, row=2), *ids(made, col=2), *ids(made, check_id="x"), *ids(other_pdf)}) == 5


def test_two_findings_of_one_check_at_one_place_are_both_kept():
    made = document(table())
    rows = records(made, result(finding(made), finding(made)))["findings"]
    assert len({row["finding_id"] for row in rows}) == 2


def test_a_finding_in_prose_has_a_page_and_a_box_and_no_table():
    made = document(table())
    prose = finding(made)
    prose.place = type(prose.place)("", None, None, 1, Box(1, 2, 3, 4), None, "Q63,000,000.00")
    moved = finding(made)
    moved.place = type(prose.place)("", None, None, 1, Box(50, 60, 70, 80), None, "Q63,000,000.00")
    rows = records(made, result(prose, moved))["findings"]
    assert {(row["table_id"], row["row"], row["col"], row["table_number"]) for row in rows} == {(None,) * 4}
    assert len({row["finding_id"] for row in rows}) == 2


def test_a_statement_of_the_prose_is_in_whole_units_at_its_sentence():
    made = document(table())
    text, box = "El vigente es de Q 63.5 millones.", Box(1, 2, 3, 4)
    value, slack = Decimal(63_500_000), Decimal(50_000)
    said = Statement(2, text, "Q 63.5 millones", value, slack, "GTQ", "vigente", None, box, sentence=0, start=18)
    made.statements = [said]
    (row,) = records(made)["statements"]
    assert (row["page"], row["text"], row["amount"]) == (2, text, Decimal("63500000.00"))
    assert (row["unit"], row["concept"], row["x0"], row["bottom"]) == ("GTQ", "vigente", 1, 4)


def test_texts_from_the_pdf_carry_no_control_characters():
    made = document(table(HEAD, ("detail", "Gru\x00po\n0", "1", "", "", ""), source_note="SICOIN\x1b[2J"))
    made.pdf_producer = "Word\x07"
    out = records(made, result(finding(made, message_es="a\x00b", printed_text="Q\x1b1")))
    for rows in out.values():
        for row in rows:
            texts = {name: value for name, value in row.items() if isinstance(value, str)}
            assert all(value.replace("\n", "").isprintable() for value in texts.values()), texts
    assert out["budget_execution"][0]["label"] == "Grupo 0"
    assert out["tables"][0]["title"] == "Ejecución\nEn quetzales"


def test_a_finding_that_follows_from_another_names_it():
    made = document(table())
    root = finding(made)
    follows = finding(made, row=2, cause=root)
    first, second = records(made, result(root, follows))["findings"]
    assert (first["consequence_of"], second["consequence_of"]) == (None, first["finding_id"])
