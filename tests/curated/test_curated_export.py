"""Answers leave in five forms: exact, and harmless to whoever opens them."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import openpyxl
import pyarrow.parquet as pq
import pytest
from curated_examples import document, published, table

from rendicion_etl.curated.export import FORMATS, run_query
from rendicion_etl.errors import RendicionError

HEAD = ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo")


@pytest.fixture
def curated(tmp_path):
    published(tmp_path, document(table()))
    return tmp_path


def workbook(content):
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_csv_is_exact_and_has_a_header(curated):
    text = run_query(curated, "select code, vigente, saldo from budget_execution order by row", "csv")
    assert list(csv.reader(io.StringIO(text))) == [
        ["code", "vigente", "saldo"],
        ["0", "200.00", "149.75"],
        ["1", "100.00", ""],
        ["", "300.00", "249.75"],
    ]


def test_zeros_that_only_the_type_adds_are_not_written(curated):
    text = run_query(curated, "select value from cells where row = 1 and value is not null order by col", "csv")
    assert text.split() == ["value", "200", "50.25", "25", "149.75"]


HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "=HYPERLINK('http://x')"]


@pytest.mark.parametrize("text", HARMFUL)
def test_no_spreadsheet_runs_a_text_of_a_pdf(curated, text):
    sql = "select '" + text.replace("'", "''") + "' as " + '"=evil()"'
    rows = list(csv.reader(io.StringIO(run_query(curated, sql, "csv"), newline="")))
    assert [row[0][0] for row in rows] == ["'", "'"]
    sheet = workbook(run_query(curated, sql, "xlsx"))
    assert (sheet[0][0].data_type, sheet[0][0].value[0]) == ("s", "'")
    assert sheet[1][0].data_type == "s"
    assert not sheet[1][0].value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_negative_amount_is_a_number_not_a_text_to_defuse(curated):
    assert run_query(curated, "select -5.25 as saldo", "csv") == "saldo\r\n-5.25\r\n"
    (cell,) = workbook(run_query(curated, "select -5.25 as saldo", "xlsx"))[1]
    assert (cell.data_type, cell.value) == ("n", -5.25)


def test_a_workbook_keeps_what_a_spreadsheet_could_not_as_text(curated):
    sql = """select 9999999999999999.99::decimal(18,2) as a, 1234567.89 as b, date '2021-04-30' as c,
        timestamptz '2021-06-01 12:00:00+00' as d, chr(7) || 'x' as e, null as f"""
    a, b, c, d, e, f = (cell.value for cell in workbook(run_query(curated, sql, "xlsx"))[1])
    assert (a, b, c) == ("9999999999999999.99", 1234567.89, dt.datetime(2021, 4, 30))
    assert d.startswith("2021-06-01T12:00:00")
    assert (e, f) == ("x", None)


def test_json_keeps_amounts_exact_as_text(curated):
    text = run_query(
        curated, "select code, vigente, row, null as nada, [1.5] as l from budget_execution where code = '0'", "json"
    )
    assert json.loads(text) == [{"code": "0", "vigente": "200.00", "row": 1, "nada": None, "l": ["1.5"]}]
    assert json.loads(run_query(curated, "select 1 where false", "json")) == []


def test_parquet_keeps_types(curated):
    made = pq.read_table(io.BytesIO(run_query(curated, "select vigente from budget_execution", "parquet")))
    assert str(made.schema.field("vigente").type) == "decimal128(18, 2)"
    assert made["vigente"].to_pylist()[0] == Decimal("200.00")


def test_a_table_for_the_terminal_is_aligned_and_sends_it_nothing(curated):
    text = run_query(curated, "select label, vigente from budget_execution order by row")
    assert text.splitlines() == [
        "label    vigente",
        "-------  -------",
        "Grupo 0   200.00",
        "Grupo 1   100.00",
        "Total     300.00",
    ]
    assert "\x1b" not in run_query(curated, "select chr(27) || '[2J' as x, repeat('a', 500) as y")


@pytest.mark.parametrize(
    "sql",
    [
        "from documents",
        "with a as (from documents) select * from a",
        "describe documents",
        "show tables",
        "summarize budget_execution",
        "-- comentario\n/* otro */ pivot budget_execution on row_role using sum(vigente) group by classification",
        "(select 1) union all (select 2)",
        "select 1;",
    ],
)
def test_whatever_only_reads_may_be_asked(curated, sql):
    assert run_query(curated, sql, "csv")


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{curated}/documents/x.parquet'",
        "copy (pivot documents on status using count(*)) to '{curated}/x.csv'",
        "explain analyze copy (select 1) to '{curated}/x.csv'",
        "create table x (a int)",
        "drop view documents",
        "select 1; drop view documents",
        "export database '{curated}/x'",
        "pragma database_list",
        "",
        "-- nada",
    ],
)
def test_whatever_does_more_is_refused_in_plain_words(curated, sql):
    before = sorted(curated.rglob("*"))
    with pytest.raises(RendicionError, match="solo se admite una instrucción SELECT"):
        run_query(curated, sql.format(curated=curated), "csv")
    assert sorted(curated.rglob("*")) == before


def test_a_wrong_query_says_why_in_one_line(curated):
    with pytest.raises(RendicionError) as error:
        run_query(curated, "select nada from documents", "csv")
    assert "nada" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_format_names_the_known_ones(curated):
    with pytest.raises(RendicionError, match=", ".join(FORMATS)):
        run_query(curated, "select 1", "pdf")


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_answers_a_query_without_rows(curated, fmt):
    assert run_query(curated, "select * from findings", fmt)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_documents_is_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RendicionError, match="rendicion ingest"):
        run_query(tmp_path / name, "select count(*) from documents")


def test_no_format_loses_a_column_whose_name_repeats(curated):
    sql = "select 1 a, 2 a, 3 as a_1, 4 b"
    assert json.loads(run_query(curated, sql, "json")) == [{"a": 1, "a_2": 2, "a_1": 3, "b": 4}]
    assert run_query(curated, sql, "csv").split() == ["a,a_2,a_1,b", "1,2,3,4"]
    assert pq.read_table(io.BytesIO(run_query(curated, sql, "parquet"))).column_names == ["a", "a_2", "a_1", "b"]
    assert json.loads(run_query(curated, "select 1 a, 2 a", "json")) == [{"a": 1, "a_1": 2}]


def test_a_single_column_is_never_cut_and_wide_ones_share_the_terminal(curated, monkeypatch):
    assert "b" * 500 in run_query(curated, "select repeat('b', 500) as y")
    monkeypatch.setenv("COLUMNS", "120")
    lines = run_query(curated, "select 'x' as a, repeat('b', 500) as y").splitlines()
    assert [len(line) for line in lines[1:]] == [120, 120]
    monkeypatch.setenv("COLUMNS", "40")
    lines = run_query(curated, "select repeat('a', 500) as x, repeat('b', 61) as y, repeat('c', 60) as z").splitlines()
    assert [len(part) for part in lines[2].split()] == [60, 60, 60], "narrower than that nothing is cut"
