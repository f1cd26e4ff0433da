"""The workbook and the database of an export, opened by others."""

import datetime as dt
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from test_curated_downloads import EVIL, curated, fill, rows, whole  # noqa: F401  fixtures

from rendicion_etl.curated.downloads import SiteLinks, as_xlsx, write_downloads
from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.schemas import DATASETS, VIEWS
from rendicion_etl.curated.terms import TERMS_EN, TERMS_ES

OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def book(whole):  # noqa: F811
    return openpyxl.load_workbook(whole[0] / "rendicion.xlsx")


@pytest.fixture
def database(whole, tmp_path):  # noqa: F811
    """The file alone, somewhere else."""
    shutil.copy(whole[0] / "rendicion.duckdb", tmp_path / "otra.duckdb")
    return tmp_path / "otra.duckdb"


def lines(sheet):
    names, *values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(names, row, strict=True)) for row in values]


def test_a_cover_comes_first_then_ejecucion_then_every_table(book):
    assert book.sheetnames == ["portada", *(table.name for table in TABLES), "diccionario"]
    assert book.sheetnames[1] == "ejecucion"


def test_the_cover_says_what_this_is_and_leads_to_the_sheets(book):
    cells = [cell for row in book["portada"].iter_rows() for cell in row if cell.value is not None]
    told = {cell.value for cell in cells}
    assert {TERMS_ES, TERMS_EN, "0.1.0+test", "2, recibidos hasta el 2021-06-01"} <= told
    assert any("rendicion-etl, «Ejecución presupuestaria" in str(text) for text in told)
    links = {cell.value: cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert links == {table.name: f"'{table.name}'!A1" for table in TABLES}


def test_headers_are_frozen_and_filtered(book):
    for table in TABLES:
        sheet = book[table.name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert [cell.value for cell in sheet[1]] == [field.name for field in table.fields]


def test_cells_have_types(book):
    (row,) = [r for r in book["ejecucion"].iter_rows(min_row=2) if r[5].value == "Grupo Ñandú"]
    cells = dict(zip((cell.value for cell in book["ejecucion"][1]), row, strict=True))
    assert (cells["vigente"].value, cells["vigente"].number_format) == (123456789012.10, "#,##0.00")
    assert (cells["fiscal_year"].value, cells["fiscal_year"].data_type) == (2021, "n")
    (first, _) = lines(book["documents"])
    assert first["period_end"] == dt.datetime(2021, 4, 30)
    assert first["retrieved_at"] == dt.datetime(2021, 6, 1, 12)


def test_no_text_of_a_pdf_is_a_formula(book):
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}, sheet.title
    assert f"'{EVIL}" in {row["label"] for row in lines(book["ejecucion"])}


def test_the_dictionary_has_every_column(book):
    assert len(lines(book["diccionario"])) == sum(len(table.fields) for table in TABLES)


def links(path, sheet):
    return [
        (cell.column_letter, "#".join(filter(None, (cell.hyperlink.target, cell.hyperlink.location))))
        for row in openpyxl.load_workbook(path)[sheet].iter_rows()
        for cell in row
        if cell.hyperlink
    ]


def test_links_lead_to_the_site_beside_the_data(tmp_path):
    home = fill(tmp_path / "curated")
    one = "scep-2021-c1-0123abcd"
    write_downloads(home, home / "site" / "descargas", one, ["xlsx"], site=SiteLinks(home / "site"))
    path = home / "site" / "descargas" / one / f"{one}.xlsx"
    assert links(path, "documents") == [("A", f"../../{one}/index.html")]
    assert links(path, "tables") == [("A", f"../../{one}/index.html")] * len(links(path, "tables"))
    (finding,) = links(path, "findings")
    (found,) = rows(write_downloads(home, tmp_path / "x", one, ["csv"])[8].path)
    assert finding == ("A", f"../../{one}/index.html#{found['finding_id']}")


def test_links_lead_to_an_address_and_to_pages_laid_out_otherwise(curated, tmp_path):  # noqa: F811
    site = SiteLinks("https://x.gt/rendicion", finding="hallazgos/{finding_id}.html")
    write_downloads(curated, tmp_path, formats=["xlsx"], site=site)
    path = tmp_path / "rendicion.xlsx"
    assert lines(openpyxl.load_workbook(path)["documents"])[0]["document_id"] == "scep-2021-c1-0123abcd"
    assert links(path, "documents")[0] == ("A", "https://x.gt/rendicion/scep-2021-c1-0123abcd/index.html")
    assert links(path, "findings")[0][1].startswith("https://x.gt/rendicion/hallazgos/")


def test_the_same_tables_give_the_same_workbook(curated, tmp_path):  # noqa: F811
    for folder in ("a", "b"):
        write_downloads(curated, tmp_path / folder, formats=["xlsx"])
    assert (tmp_path / "a" / "rendicion.xlsx").read_bytes() == (tmp_path / "b" / "rendicion.xlsx").read_bytes()


def test_without_a_site_there_are_no_links_and_more_than_a_sheet_takes_are_none(curated, tmp_path, monkeypatch):  # noqa: F811
    write_downloads(curated, tmp_path, formats=["xlsx"])
    assert links(tmp_path / "rendicion.xlsx", "documents") == []
    monkeypatch.setattr(as_xlsx, "LINKS", 3)
    write_downloads(curated, tmp_path, formats=["xlsx"], site=SiteLinks("https://x.gt"))
    assert len(links(tmp_path / "rendicion.xlsx", "documents")) == 2
    assert links(tmp_path / "rendicion.xlsx", "cells") == []


def test_a_table_too_long_for_a_sheet_is_left_out_as_a_whole_and_said_so(curated, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(as_xlsx, "ROWS", 20)
    write_downloads(curated, tmp_path, formats=["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "rendicion.xlsx")
    ((note,),) = book["cells"].iter_rows(values_only=True)
    assert note.startswith("Esta tabla tiene 40 filas y aquí no cabe")
    assert len(lines(book["ejecucion"])) == 4
    assert any("No cabe en una hoja" in str(cell.value) for row in book["portada"].iter_rows() for cell in row)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook_and_runs_nothing(whole, tmp_path):  # noqa: F811
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    given = [OFFICE, profile, "--headless", "--convert-to", every_sheet, "--outdir", tmp_path]
    subprocess.run([*given, whole[0] / "rendicion.xlsx"], check=True, capture_output=True, timeout=180)
    opened = rows(tmp_path / "rendicion-ejecucion.csv")
    assert {row["label"] for row in opened if row["period"] == "C1"} == {f"'{EVIL}", "Grupo Ñandú"}
    assert "123456789012.1" in {row["vigente"] for row in opened}
    assert len(list(tmp_path.glob("rendicion-*.csv"))) == len(TABLES) + 2


def test_the_database_answers_alone_and_elsewhere(database, monkeypatch):
    monkeypatch.chdir("/")
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("SET enable_external_access = false")
        sql = "select label, vigente from ejecucion where period = 'C1' order by vigente"
        assert con.execute(sql).fetchall() == [(EVIL, Decimal("200.00")), ("Grupo Ñandú", Decimal("123456789012.10"))]
        sql = "select n_applied, n_passed, n_unconfirmed from scores where severity = 'critical' and period = 'C1'"
        assert con.execute(sql).fetchall() == [(0, 0, 1)]


def test_the_database_answers_when_attached_under_another_name(database):
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{database}' AS datos (READ_ONLY)")
        assert con.execute("select count(*) from datos.ejecucion").fetchone() == (4,)
        assert con.execute("select count(*) from datos.scores").fetchone() == (6,)


def test_the_database_describes_itself(database):
    with duckdb.connect(str(database), read_only=True) as con:
        tables = dict(con.execute("select table_name, comment from duckdb_tables()").fetchall())
        views = dict(con.execute("select view_name, comment from duckdb_views() where not internal").fetchall())
        assert set(tables) == {*DATASETS, "acerca_de"}
        assert set(views) == set(VIEWS)
        assert views["ejecucion"].startswith("ELIJA UNA")
        assert TERMS_ES in tables["cells"]
        sql = "select count(*) from duckdb_columns() where not internal and comment is null"
        assert con.execute(sql).fetchone() == (0,)
        about = dict(con.execute("from acerca_de").fetchall())
        assert about["licencia"] == TERMS_ES
        assert "documentos recibidos hasta el 2021-06-01" in about["cómo citar"]


def test_the_database_has_the_types_of_the_field_table(database, curated):  # noqa: F811
    from rendicion_etl.curated.query import open_curated

    sql = "select column_name, data_type from duckdb_columns() where table_name = ? order by column_index"
    with duckdb.connect(str(database), read_only=True) as con, open_curated(curated) as own:
        for table in TABLES:
            types = con.execute(sql, [table.name]).fetchall()
            assert types == own.execute(sql, [table.name]).fetchall()
            assert "DOUBLE" not in {kind for name, kind in types if name in ("vigente", "value", "printed")}


def test_a_path_with_a_quote_is_a_path(curated, tmp_path):  # noqa: F811
    folder = Path(tmp_path / "l'año [1]")
    assert write_downloads(curated, folder, formats=["duckdb"])[0].path.exists()
