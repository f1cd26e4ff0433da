"""A view per dataset over what is committed, and no way out of the folder."""

import datetime as dt

import duckdb
import pytest
from curated_examples import SHA, document, finding, published, records, result, table

from rendicion_etl.curated import schemas
from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.schemas import DATASETS, duckdb_type, names
from rendicion_etl.curated.writer import stage

VIEWS = {**DATASETS, **schemas.VIEWS}


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_an_empty_folder_gives_empty_views_with_all_their_columns(tmp_path, folder):
    if folder == "empty":
        (tmp_path / folder).mkdir()
    con = open_curated(tmp_path / folder)
    for view in VIEWS:
        answer = con.execute(f"select * from {view}")
        assert [column[0] for column in answer.description] == [field.name for field in VIEWS[view].fields]
        assert answer.fetchall() == []


def test_views_have_the_columns_and_types_of_the_field_table(tmp_path):
    published(tmp_path, document(table()))
    con = open_curated(str(tmp_path))
    for view in VIEWS:
        described = [row[:2] for row in con.execute(f"describe select * from {view}").fetchall()]
        assert described == [(field.name, duckdb_type(field)) for field in VIEWS[view].fields], view


def test_institution_is_text_and_the_year_a_number(tmp_path):
    published(tmp_path, document(table(), institution="911", fiscal_year=2021))
    con = open_curated(tmp_path)
    assert con.execute("select institution, fiscal_year, typeof(fiscal_year) from cells limit 1").fetchall() == [
        ("911", 2021, "SMALLINT")
    ]


def test_a_document_without_its_documents_row_is_not_there(tmp_path):
    made = published(tmp_path, document(table()))
    next((tmp_path / "documents").rglob("*.parquet")).unlink()
    con = open_curated(tmp_path)
    assert made.tables
    assert [con.execute(f"select count(*) from {view}").fetchone() for view in VIEWS] == [(0,)] * len(VIEWS)


def test_files_being_written_are_not_there(tmp_path):
    made = document(table())
    stage(records(made), tmp_path / ".staging")
    assert open_curated(tmp_path).execute("select * from documents").fetchall() == []


def test_a_document_published_later_appears_in_an_open_connection(tmp_path):
    published(tmp_path, document(table()))
    con = open_curated(tmp_path)
    published(tmp_path, document(table(), sha256="f" * 64, period="C2"))
    assert con.execute("select count(*) from documents").fetchone() == (2,)


def test_a_file_older_than_a_column_gives_null_for_it(tmp_path):
    import pyarrow.parquet as pq

    published(tmp_path, document(table()))
    path = next((tmp_path / "documents").rglob("*.parquet"))
    pq.write_table(pq.ParquetFile(path).read().drop_columns(["supersedes"]), path)
    assert open_curated(tmp_path).execute("select supersedes, n_tables from documents").fetchall() == [(None, 1)]


def test_times_are_utc(tmp_path):
    published(tmp_path, document(table()))
    (at,) = open_curated(tmp_path).execute("select retrieved_at from documents").fetchone()
    assert at == dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC)
    assert (
        open_curated(tmp_path)
        .execute("select retrieved_at::varchar from documents")
        .fetchone()[0]
        .startswith("2021-06-01 12:00")
    )


@pytest.mark.parametrize("name", ["año 2021 'x'", "da[t]a", "a*b", "q?"])
def test_a_folder_may_have_any_name(tmp_path, name):
    published(tmp_path / name, document(table()))
    published(tmp_path / "q1", document(table(), sha256="f" * 64))  # which the name would match as a pattern
    assert open_curated(tmp_path / name).execute("select count(*) from documents").fetchone() == (1,)


def test_every_view_and_column_is_commented_in_both_languages(tmp_path):
    con = open_curated(tmp_path)
    views = dict(con.execute("select view_name, comment from duckdb_views() where not internal").fetchall())
    assert set(views) == set(VIEWS)
    assert "ELIJA UNA" in views["ejecucion"]
    assert "CHOOSE ONE" in views["ejecucion"]
    columns = con.execute("select table_name, column_name, comment from duckdb_columns() where not internal").fetchall()
    assert {(t, c) for t, c, text in columns if " / " in (text or "")} == {
        *((d, n) for d in DATASETS for n in names(d)),
        *((view.name, f.name) for view in schemas.VIEWS.values() for f in view.fields),
    }


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{outside}')",
        "select * from read_csv('{outside}')",
        "select * from '{outside}'",
        "select * from read_text('{curated}/../secret.csv')",
        "select * from glob('{curated}/../*')",
        "copy (select 1) to '{curated}/../out.csv'",
        "copy documents to '{outside}.parquet'",
        "attach '{outside}.db'",
        "export database '{outside}'",
        "install httpfs",
        "load httpfs",
        "select * from read_parquet('https://example.org/x.parquet')",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "reset lock_configuration",
        "set memory_limit = '1GB'",
    ],
)
def test_no_statement_leaves_the_folder(tmp_path, sql):
    curated, outside = tmp_path / "curated", tmp_path / "secret.csv"
    outside.write_text("a\n1\n")
    published(curated, document(table()))
    con = open_curated(curated)
    with pytest.raises(duckdb.Error):
        con.execute(sql.format(curated=curated, outside=outside)).fetchall()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["secret.csv"]


def test_a_sibling_folder_whose_name_begins_alike_is_outside(tmp_path):
    published(tmp_path / "curated", document(table()))
    (tmp_path / "curated-old").mkdir()
    (tmp_path / "curated-old" / "x.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.Error):
        open_curated(tmp_path / "curated").execute(f"from '{tmp_path}/curated-old/x.csv'")


def test_findings_lead_to_their_cell(tmp_path):
    made = document(table())
    published(tmp_path, made, result(finding(made)))
    sql = "select c.text, f.printed from findings f join cells c using (table_id, row, col)"
    assert open_curated(tmp_path).execute(sql).fetchall() == [("Q 300.00", 300)]
    assert made.sha256 == SHA


def test_a_connection_may_hold_one_document_alone(tmp_path):
    one = published(tmp_path, document(table())).document_id
    later = published(tmp_path, document(table(), sha256="f" * 64), supersedes=one)
    with open_curated(tmp_path, one) as con:
        for view in VIEWS:
            ids = {row for (row,) in con.execute(f"select distinct document_id from {view}").fetchall()}
            assert ids <= {one}, view
        assert con.execute("select count(*) from ejecucion").fetchone() == (2,), "though another supersedes it"
    with open_curated(tmp_path, later.document_id) as con:
        assert con.execute("select document_id from documents").fetchall() == [(later.document_id,)]


def test_one_document_alone_is_read_where_it_is_pending(tmp_path, monkeypatch):
    one = published(tmp_path, document(table())).document_id
    other = stage(records(document(table(), sha256="f" * 64)), tmp_path / ".staging")
    pending = tmp_path / ".pending" / other.document_id
    pending.parent.mkdir(exist_ok=True)
    other.root.rename(pending)

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("rendicion_etl.curated.query.recover", refuse)
    for document_id in (one, other.document_id):
        with open_curated(tmp_path, document_id) as con:
            assert con.execute("select document_id from documents").fetchall() == [(document_id,)]


@pytest.mark.parametrize("name", ["../x", "*-0123abcd", "", "x'y"])
def test_what_is_no_document_id_never_becomes_a_path(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be part of a path"):
        open_curated(tmp_path, name)
