"""The view `ejecucion`: one classification, one period, and a sum counts every quetzal once."""

from decimal import Decimal

import pytest
from curated_examples import document, published, table

from rendicion_etl.curated.query import open_curated

HEAD = ("header", "Línea", "Vigente", "Devengado", "% Ejecución", "Saldo")


def line(label, vigente="", devengado="", saldo=""):
    return ("detail", label, vigente, devengado, "", saldo)


def renglones(*lines, **more):
    return table(HEAD, *lines, kind="renglon", **more)


def rows(curated, columns="code, vigente", where="true"):
    with open_curated(curated) as con:
        return con.execute(f"select {columns} from ejecucion where {where} order by all").fetchall()


def test_totals_and_subtotals_are_not_added_to_their_details(tmp_path):
    subtotal = ("subtotal", "Funcionamiento", "300.00", "", "", "")
    published(
        tmp_path,
        document(
            table(
                HEAD,
                subtotal,
                line("Grupo 0", "200.00"),
                line("Grupo 1", "100.00"),
                ("total", "Total", "300.00", "", "", ""),
            )
        ),
    )
    assert rows(tmp_path) == [("0", 200), ("1", 100)]


@pytest.mark.parametrize(
    ("kind", "group", "details"),
    [
        ("municipal", "Petén", ("Flores", "San Benito")),
        ("programa", "Programa 11", ("Actividad 001", "Actividad 002")),
    ],
)
@pytest.mark.parametrize("group_first", [True, False])
def test_group_rows_of_a_table_by_municipality_or_programme_are_not_counted(
    tmp_path, kind, group, details, group_first
):
    parts = [line(details[0], "30.00", "3.00"), line(details[1], "70.00", "7.00")]
    subtotal = ("subtotal", group, "100.00", "10.00", "", "")
    lines = [subtotal, *parts] if group_first else [*parts, subtotal]
    made = table(HEAD, *lines, ("total", "Total", "100.00", "10.00", "", ""), kind=kind)
    for row in made.rows[1:4]:
        row.level, row.parent = (1, 4) if row.role == "subtotal" else (2, 1 if group_first else 3)
    published(tmp_path, document(made))
    assert rows(tmp_path, "label, vigente") == [(details[0], 30), (details[1], 70)]
    assert rows(tmp_path, "sum(vigente), sum(devengado)") == [(100, 10)]


def test_a_table_in_dollars_neither_loses_to_the_one_in_quetzales_nor_mixes_with_it(tmp_path):
    quetzales = renglones(line("Renglón 011", "200.00"), line("Renglón 022", "40.00"))
    dollars = renglones(line("Renglón 011", "25.00"), line("Renglón 111", "5.00"), unit="USD")
    published(tmp_path, document(quetzales, dollars))
    assert rows(tmp_path, "code, vigente", "currency = 'GTQ'") == [("011", 200), ("022", 40)]
    assert rows(tmp_path, "code, vigente", "currency = 'USD'") == [("011", 25), ("111", 5)]


def test_money_among_counts_competes_with_the_same_money_in_quetzales(tmp_path):
    published(
        tmp_path,
        document(renglones(line("Renglón 011", "200.00")), renglones(line("Renglón 011", "200.00"), unit="mixed")),
    )
    assert rows(tmp_path, "code, vigente, currency") == [("011", 200, "GTQ")]


def test_every_classification_stands_apart(tmp_path):
    published(tmp_path, document(table(), renglones(line("Renglón 011", "200.00"))))
    with open_curated(tmp_path) as con:
        sums = con.execute("select classification, sum(vigente) from ejecucion group by 1 order by 1").fetchall()
    assert sums == [("grupo_gasto", 300), ("renglon", 200)]


def test_a_copy_in_the_annex_counts_once(tmp_path):
    made = document(table(), table(copy_of="first"))
    published(tmp_path, made)
    assert rows(tmp_path, "table_id, code") == [(made.tables[0].table_id, "0"), (made.tables[0].table_id, "1")]


def test_a_superseded_document_does_not_count(tmp_path):
    old = published(tmp_path, document(table()))
    new = document(table(), sha256="f" * 64)
    published(tmp_path, new, supersedes=old.document_id)
    assert rows(tmp_path, "distinct document_id") == [(new.document_id,)]


def test_a_document_that_names_itself_as_superseded_still_counts(tmp_path):
    made = document(table())
    published(tmp_path, made, supersedes=made.document_id)
    assert len(rows(tmp_path)) == 2


def test_of_two_documents_of_one_period_the_one_received_last_counts(tmp_path):
    published(tmp_path, document(table(), sha256="f" * 64), day=1)
    new = published(tmp_path, document(table()), day=2)
    assert rows(tmp_path, "distinct document_id") == [(new.document_id,)]


def test_periods_years_and_institutions_do_not_compete(tmp_path):
    for i, more in enumerate([{}, {"period": "C2"}, {"fiscal_year": 2022}, {"institution": "sesan"}]):
        published(tmp_path, document(table(), sha256=f"{i}" * 64, **more))
    assert len(rows(tmp_path)) == 4 * 2


@pytest.mark.parametrize("unknown", [{"institution": None}, {"fiscal_year": None}, {"period": None}])
def test_documents_of_unknown_origin_do_not_compete_with_strangers(tmp_path, unknown):
    published(tmp_path, document(table(), sha256="a" * 64, **unknown))
    published(tmp_path, document(table(), sha256="b" * 64, **unknown))
    assert len(rows(tmp_path, "distinct document_id")) == 2
    assert len(rows(tmp_path)) == 4


def test_an_annex_with_other_columns_is_not_added(tmp_path):
    body = table(HEAD, line("Grupo 0", "200.00", "50.00", "150.00"), line("Grupo 1", "100.00", "20.00", "80.00"))
    annex = table(HEAD, line("Grupo 0", "200.00"), line("Grupo 1", "100.00"))
    published(tmp_path, document(annex, body))
    assert rows(tmp_path, "code, vigente, devengado") == [("0", 200, 50), ("1", 100, 20)]


def test_among_equal_tables_the_first_counts(tmp_path):
    made = document(table(), table(HEAD, line("Grupo 0", "200.10", "50.00", "1"), line("Grupo 1", "100.00", "-", "-")))
    published(tmp_path, made)
    assert rows(tmp_path, "distinct table_id") == [(made.tables[0].table_id,)]


def test_a_table_of_group_0_gives_way_to_the_one_of_all_groups_though_it_prints_more_phases(tmp_path):
    group_0 = renglones(line("Renglón 011", "200.00", "50.00", "150.00"), line("Renglón 022", "40.00", "1.00", "39.00"))
    all_groups = renglones(line("Renglón 011", "200.00"), line("Renglón 022", "40.00"), line("Renglón 111", "60.00"))
    published(tmp_path, document(group_0, all_groups))
    assert rows(tmp_path) == [("011", 200), ("022", 40), ("111", 60)]


def test_tables_of_different_groups_complete_each_other(tmp_path):
    group_0 = renglones(line("Renglón 011", "200.00"), line("Renglón 022", "40.00"))
    group_1 = renglones(line("Renglón 111", "60.00"))
    published(tmp_path, document(group_1, group_0))
    assert rows(tmp_path) == [("011", 200), ("022", 40), ("111", 60)]


def test_a_third_table_that_shares_a_code_stays_out_whole(tmp_path):
    published(
        tmp_path,
        document(
            renglones(line("Renglón 011", "200.00")),
            renglones(line("Renglón 111", "60.00")),
            renglones(line("Renglón 111", "6.00"), line("Renglón 211", "5.00")),
        ),
    )
    assert rows(tmp_path) == [("011", 200), ("111", 60)]


def test_codes_of_another_length_may_be_parents_so_their_table_stays_out(tmp_path):
    published(tmp_path, document(renglones(line("Renglón 011", "200.00")), renglones(line("Subgrupo 12", "60.00"))))
    assert rows(tmp_path) == [("011", 200)]


def test_numbers_of_programmes_are_no_national_list_so_their_tables_are_not_joined(tmp_path):
    programas = table(HEAD, line("Programa 11", "200.00"), line("Programa 12", "100.00"), kind="programa")
    actividades = table(HEAD, line("Actividad 01", "150.00"), line("Actividad 02", "50.00"), kind="programa")
    published(tmp_path, document(programas, actividades))
    assert rows(tmp_path) == [("11", 200), ("12", 100)]


def test_tables_that_go_by_labels_are_never_joined_since_a_label_may_be_spelled_otherwise(tmp_path):
    one = table(HEAD, line("Servicios administrativos", "200.00"), kind="finalidad", codes=False)
    two = table(HEAD, line("Servicios Administrativos y de Apoyo", "200.00"), kind="finalidad", codes=False)
    published(tmp_path, document(one, two))
    assert rows(tmp_path, "code, label, vigente") == [("Servicios administrativos", "Servicios administrativos", 200)]


def test_the_label_stands_for_a_missing_code(tmp_path):
    published(
        tmp_path, document(table(HEAD, line("Salud", "1"), line("Educación", "2"), kind="finalidad", codes=False))
    )
    assert rows(tmp_path) == [("Educación", 2), ("Salud", 1)]


def test_a_code_misprinted_on_two_departments_loses_neither(tmp_path):
    roles = ("code", "label", "vigente")
    made = table(
        ("header", "Código", "Departamento", "Vigente"),
        ("detail", "1901", "Zacapa", "5.00"),
        ("detail", "1901", "Chiquimula", "7.00"),
        ("detail", "2101", "Jalapa", "9.00"),
        roles=roles,
        kind="ubicacion_geografica",
    )
    published(tmp_path, document(made))
    assert rows(tmp_path, "code, label, vigente") == [
        ("2101", "Jalapa", 9),
        ("Chiquimula", "Chiquimula", 7),
        ("Zacapa", "Zacapa", 5),
    ]


def test_a_line_printed_twice_counts_once_and_says_so(tmp_path):
    published(
        tmp_path, document(renglones(line("Renglón 011", "5"), line("Renglón 011", "7"), line("Renglón 022", "9")))
    )
    assert rows(tmp_path, "code, vigente, times_printed, row") == [("011", 5, 2, 1), ("022", 9, 1, 3)]


def test_a_table_without_repetitions_is_preferred(tmp_path):
    twice = renglones(line("Renglón 011", "5"), line("Renglón 011", "7"), line("Renglón 022", "9"))
    once = renglones(line("Renglón 011", "12"), line("Renglón 022", "9"))
    published(tmp_path, document(twice, once))
    assert rows(tmp_path) == [("011", 12), ("022", 9)]


def test_a_report_by_products_stands_beside_the_budget_not_in_it(tmp_path):
    red = table(HEAD, line("Documento", "300.00"), kind="metas_fisicas", codes=False)
    published(tmp_path, document(table(), red))
    assert rows(tmp_path, "sum(vigente)", "classification = 'grupo_gasto'") == [(300,)]
    assert rows(tmp_path, "sum(vigente)", "classification = 'metas_fisicas'") == [(300,)]


@pytest.mark.parametrize("kind", ["other", "text"])
def test_tables_of_unknown_kind_are_left_out(tmp_path, kind):
    published(tmp_path, document(table(kind=kind)))
    assert rows(tmp_path) == []


def test_a_line_without_any_amount_is_left_out(tmp_path):
    published(tmp_path, document(table(HEAD, line("Grupo 0", "1"), line("Grupo 1"))))
    assert rows(tmp_path) == [("0", 1)]


def test_a_balanced_budget_is_not_outweighed_by_its_modifications(tmp_path):
    roles = ("label", "modificaciones", "vigente", "devengado")
    head = ("header", "Grupo", "Modificaciones", "Vigente", "Devengado")
    zero = table(head, ("detail", "Grupo 0", "-", "9.00", "1.00"), roles=roles)
    some = table(head, ("detail", "Grupo 0", "5.00", "9.00", ""), roles=roles)
    published(tmp_path, document(some, zero))
    assert rows(tmp_path, "code, modificaciones, devengado") == [("0", 0, 1)]


def test_amounts_stay_exact_and_lead_back_to_their_cell(tmp_path):
    published(tmp_path, document(table(HEAD, line("Grupo 0", "9,999,999,999,999,999.99", "0.01"))))
    with open_curated(tmp_path) as con:
        sql = """select e.vigente + e.devengado, c.text, c.page from ejecucion e
            join cells c on c.table_id = e.table_id and c.row = e.row and c.column_role = 'vigente'"""
        assert con.execute(sql).fetchall() == [(Decimal("10000000000000000.00"), "9,999,999,999,999,999.99", 1)]


def test_no_two_rows_share_institution_year_period_classification_currency_and_code(tmp_path):
    many = [
        table(),
        table(),
        renglones(line("Renglón 011", "5"), line("Renglón 011", "5")),
        renglones(line("Renglón 011", "4")),
    ]
    published(tmp_path, document(*many))
    published(tmp_path, document(table(), sha256="f" * 64))
    with open_curated(tmp_path) as con:
        key = "institution, fiscal_year, period, classification, currency, code"
        assert con.execute(f"select count(*) from ejecucion group by {key}").fetchall() == [(1,)] * 3
