"""An export is whole, exact, harmless, of one state, and described so that others can judge it."""

import csv
import json
import os
from decimal import Decimal

import frictionless
import pyarrow.parquet as pq
import pytest
from curated_examples import document, finding, published, result, table

from rendicion_etl.curated import downloads
from rendicion_etl.curated.downloads import FORMATS, write, write_downloads
from rendicion_etl.curated.downloads.model import PACKAGE, README, TABLES
from rendicion_etl.curated.schemas import DATASETS, VIEWS
from rendicion_etl.curated.terms import TERMS_EN, TERMS_ES
from rendicion_etl.curated.writer import publish, stage
from rendicion_etl.errors import RendicionError

EVIL = '=HYPERLINK("http://x"), "Grupo" 1'
LINES = (
    ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo"),
    ("detail", EVIL, "Q 200.00", "Q 50.25", "25%", "Q 149.75"),
    ("detail", "Grupo Ñandú", "Q 123,456,789,012.10", "-", "0%", ""),
    ("total", "Total", "Q 123,456,789,212.10", "Q 50.25", "17%", "Q 249.75"),
)
OTHER = "f" * 64


def fill(folder):
    """Two documents, the first with a finding and with labels that are a spreadsheet's worst."""
    first = document(table(*LINES, codes=False))
    published(folder, first, result(finding(first)))
    published(folder, document(table(), sha256=OTHER, period="C2"), result())
    return folder


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("curated"))


@pytest.fixture(scope="module")
def whole(curated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return folder, write_downloads(curated, folder)


def rows(path, encoding="utf-8"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def package(folder):
    return json.loads((folder / PACKAGE).read_text(encoding="utf-8"))


def test_all_forms_of_all_tables_are_there_and_ejecucion_leads(whole):
    folder, files = whole
    assert {file.format for file in files} == set(FORMATS)
    assert [file.name for file in files if file.format == "csv"][:2] == ["csv/ejecucion.csv", "csv/scores.csv"]
    assert {file.dataset for file in files if file.format == "parquet"} == {*DATASETS, *VIEWS}
    assert all(file.path.stat().st_size == file.size > 0 and file.changed for file in files)
    assert not list(folder.glob(".*")), "nothing is left of the work"
    assert {path.name for path in folder.iterdir()} == {
        *("parquet", "csv", "rendicion.xlsx", "rendicion.duckdb"),
        *(PACKAGE, README),
    }


def test_the_number_of_rows_is_told(whole):
    _, files = whole
    for file in files:
        if file.format == "parquet":
            assert file.rows == pq.read_metadata(file.path).num_rows
        if file.format == "csv":
            assert file.rows == len(rows(file.path))


def test_csv_is_exact_and_defused_whatever_the_pdf_prints(whole):
    folder, _ = whole
    lines = [row for row in rows(folder / "csv/ejecucion.csv") if row["period"] == "C1"]
    assert {row["label"] for row in lines} == {f"'{EVIL}", "Grupo Ñandú"}
    assert {row["vigente"] for row in lines} == {"200.00", "123456789012.10"}
    assert {row["title"] for row in rows(folder / "csv/tables.csv")} == {"Ejecución\nEn quetzales"}
    assert {row["saldo"] for row in lines} == {"149.75", ""}, "what is not printed is empty, not zero"


def test_parquet_holds_the_text_as_printed_and_decimals(whole):
    folder, _ = whole
    made = pq.read_table(folder / "parquet/ejecucion.parquet")
    assert str(made.schema.field("vigente").type) == "decimal128(18, 2)"
    assert EVIL in made["label"].to_pylist()
    assert Decimal("123456789012.10") in made["vigente"].to_pylist()


def test_every_form_says_its_terms_and_how_to_cite_it(whole):
    folder, _ = whole
    about = package(folder)
    assert about["licenses"][0]["title"] == TERMS_ES
    assert "2 documentos recibidos hasta el 2021-06-01" in about["citation"]
    assert "0.1.0+test" in about["citation_en"]
    told = pq.read_schema(folder / "parquet/cells.parquet").metadata
    assert (told[b"license"].decode(), told[b"citation"].decode()) == (TERMS_ES, about["citation"])
    text = (folder / README).read_text(encoding="utf-8-sig")
    for expected in (TERMS_ES, TERMS_EN, about["citation"], about["citation_en"], "ELIJA UNA"):
        assert expected in text


def test_parquet_columns_carry_their_meaning(whole):
    folder, _ = whole
    for made in TABLES:
        schema = pq.read_schema(folder / f"parquet/{made.name}.parquet")
        assert [f.name for f in schema] == [f.name for f in made.fields]
        assert [f.metadata[b"description"].decode() for f in schema] == [f.es for f in made.fields]


@pytest.mark.parametrize("bom", [False, True])
def test_csv_says_that_it_is_utf8_only_when_asked(curated, tmp_path, bom):
    (file, *_) = write_downloads(curated, tmp_path, formats=["csv"], bom=bom)
    assert file.path.read_bytes().startswith(b"\xef\xbb\xbf") is bom
    assert "Grupo Ñandú" in {row["label"] for row in rows(file.path, "utf-8-sig")}
    assert frictionless.validate(str(tmp_path / PACKAGE)).valid


def test_frictionless_judges_the_package_of_the_sample(sample, tmp_path):
    publish(stage(sample.records, tmp_path / "staging"), tmp_path / "curated")
    write_downloads(tmp_path / "curated", tmp_path / "out", sample.document.document_id)
    folder = tmp_path / "out" / sample.document.document_id
    report = frictionless.validate(str(folder / PACKAGE))
    assert report.flatten(["name", "fieldName", "rowNumber", "type", "note"]) == []
    assert report.valid
    judged = {task.name: task for task in report.tasks}
    assert [judged[name].type for name in ("ejecucion", "cells", "findings")] == ["table"] * 3
    assert len(rows(folder / "csv/ejecucion.csv")) > 50
    assert {row["document_id"] for row in rows(folder / "csv/ejecucion.csv")} == {sample.document.document_id}


@pytest.mark.parametrize(
    ("name", "wrong", "kind"),
    [
        ("csv/ejecucion.csv", lambda text: text.replace("200.00", "dos"), "type-error"),
        ("csv/findings.csv", lambda text: text.replace("confirmed", "sure"), "constraint-error"),
        ("csv/cells.csv", lambda text: text.replace("scep-2021-c1", "scep-2022-c1"), "foreign-key"),
        ("parquet/cells.parquet", lambda text: text + "x", "byte-count"),
    ],
)
def test_the_package_can_be_found_wrong(curated, tmp_path, name, wrong, kind):
    write_downloads(curated, tmp_path)
    path = tmp_path / name
    path.write_bytes(wrong(path.read_bytes().decode("latin-1")).encode("latin-1"))
    report = frictionless.validate(str(tmp_path / PACKAGE))
    assert kind in {error for (error,) in report.flatten(["type"])}


def test_fields_are_named_as_the_fiscal_data_package_names_them(whole):
    folder, _ = whole
    about = package(folder)
    assert about["fiscalPeriod"] == {"start": "2021-01-01", "end": "2021-12-31"}
    schema = next(r["schema"] for r in about["resources"] if r["name"] == "ejecucion")
    fields = {field["name"]: field for field in schema["fields"]}
    types = {name: field["columnType"] for name, field in fields.items() if "columnType" in field}
    assert types["currency"] == "value-currency:code"
    assert types["fiscal_year"] == "date:fiscal-year"
    assert types["institution"] == "administrative-classification:generic:level1:code"
    assert (types["devengado"], fields["devengado"]["normalize"]) == ("value", {"phase": "devengado"})
    extra = {field["name"]: field for field in schema["extraFields"]}
    assert extra["phase"]["columnType"] == "phase:id"
    assert extra["value"]["normalizationTarget"] is True
    by_kind = fields["code"]["columnTypeBy"]
    assert by_kind["field"] == "classification"
    assert by_kind["columnTypes"]["grupo_gasto"] == "economic-classification:generic:level1:code"
    assert by_kind["columnTypes"]["finalidad"] == "functional-classification:generic:level1:code"
    kinds = set(fields["classification"]["constraints"]["enum"])
    assert set(by_kind["columnTypes"]) <= kinds


def test_an_export_of_a_document_holds_that_document_and_no_other(curated, tmp_path):
    one = "scep-2021-c2-ffffffff"
    files = write_downloads(curated, tmp_path, one)
    assert {file.path.parts[len(tmp_path.parts)] for file in files} == {one}
    for file in files:
        if file.format == "parquet":
            assert set(pq.read_table(file.path)["document_id"].to_pylist()) <= {one}
    assert len(rows(tmp_path / one / "csv/documents.csv")) == 1
    assert len(rows(tmp_path / one / "csv/ejecucion.csv")) == 2
    assert "informe.pdf" in package(tmp_path / one)["citation"]
    assert OTHER in package(tmp_path / one)["citation"]


def test_a_superseded_document_still_has_its_own_export(tmp_path):
    published(tmp_path, document(table()))
    published(tmp_path, document(table(), sha256=OTHER), supersedes="scep-2021-c1-0123abcd")
    write_downloads(tmp_path, tmp_path / "out", formats=["csv"])
    write_downloads(tmp_path, tmp_path / "out", "scep-2021-c1-0123abcd", ["csv"])
    assert {r["document_id"] for r in rows(tmp_path / "out/csv/ejecucion.csv")} == {"scep-2021-c1-ffffffff"}
    own = rows(tmp_path / "out/scep-2021-c1-0123abcd/csv/ejecucion.csv")
    assert {r["document_id"] for r in own} == {"scep-2021-c1-0123abcd"}


def moments(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_what_says_the_same_already_is_left_alone(curated, tmp_path):
    write_downloads(curated, tmp_path)
    before = moments(tmp_path)
    assert not any(file.changed for file in write_downloads(curated, tmp_path))
    assert moments(tmp_path) == before


def test_what_was_published_since_is_written_in_every_form_that_is_there(tmp_path):
    home, out = fill(tmp_path / "curated"), tmp_path / "out"
    write_downloads(home, out, formats=["csv", "parquet"])
    published(home, document(table(), sha256="e" * 64, period="C3"))
    files = write_downloads(home, out, formats=["csv"])
    assert {(file.format, file.changed) for file in files} == {("csv", True), ("parquet", True)}
    assert pq.read_metadata(out / "parquet/documents.parquet").num_rows == 3
    assert frictionless.validate(str(out / PACKAGE)).valid


def test_a_form_that_is_missing_is_added_and_the_others_stay(curated, tmp_path):
    write_downloads(curated, tmp_path, formats=["csv"])
    before = moments(tmp_path / "csv")
    files = write_downloads(curated, tmp_path, formats=["duckdb"])
    assert {file.format for file in files if file.changed} == {"duckdb"}
    assert moments(tmp_path / "csv") == before
    assert frictionless.validate(str(tmp_path / PACKAGE)).valid


def test_what_a_killed_export_left_is_swept_away_once_it_is_old(curated, tmp_path):
    old, young = tmp_path / ".exporting-old", tmp_path / ".exporting-young"
    for folder in (old, young):
        (folder / "csv").mkdir(parents=True)
    os.utime(old, (0, 0))
    write_downloads(curated, tmp_path, formats=["csv"])
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("spoil", [lambda p: p.unlink(), lambda p: p.write_text("{"), lambda p: p.write_text("[]")])
def test_a_spoiled_description_has_everything_written_again(curated, tmp_path, spoil):
    write_downloads(curated, tmp_path, formats=["csv"])
    spoil(tmp_path / PACKAGE)
    files = write_downloads(curated, tmp_path, formats=["duckdb"])
    assert {(file.format, file.changed) for file in files} == {("csv", True), ("duckdb", True)}


def test_a_full_disk_leaves_the_last_state(tmp_path, monkeypatch):
    home, out = fill(tmp_path / "curated"), tmp_path / "out"
    write_downloads(home, out)
    before = moments(out)
    published(home, document(table(), sha256="e" * 64, period="C3"))

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_duckdb", refuse)
    with pytest.raises(OSError, match="No space"):
        write_downloads(home, out)
    assert moments(out) == before


def test_what_is_published_while_an_export_is_made_does_not_mix_into_it(tmp_path, monkeypatch):
    home, out, made = fill(tmp_path / "curated"), tmp_path / "out", write._make
    late = [document(table(), sha256="e" * 64, period="C3")]

    def slow(*given):
        done = made(*given)
        if late:
            published(home, late.pop())
        return done

    monkeypatch.setattr(write, "_make", slow)
    write_downloads(home, out, formats=["csv"])
    assert len(rows(out / "csv/documents.csv")) == 3
    assert not any(file.changed for file in write_downloads(home, out, formats=["csv"]))


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_documents_is_refused_and_nothing_is_made(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RendicionError, match="rendicion ingest"):
        write_downloads(tmp_path / name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["scep-2021-c9-00000000", "../documents", "*"])
def test_a_document_that_is_not_there_is_refused_and_nothing_is_made(curated, tmp_path, name):
    with pytest.raises(RendicionError, match="no hay ningún documento con ese nombre"):
        write_downloads(curated, tmp_path / "out", name)
    assert not (tmp_path / "out").exists()


def test_the_folder_of_the_data_is_never_written_over(curated):
    with pytest.raises(RendicionError, match="es la carpeta de los datos"):
        write_downloads(curated, curated)


def test_an_export_within_the_data_is_none_of_their_files(tmp_path):
    from rendicion_etl.curated.query import open_curated

    home = fill(tmp_path)
    write_downloads(home, home / "downloads")
    with open_curated(home) as con:
        assert con.execute("select count(*) from documents").fetchone() == (2,)
    assert not any(file.changed for file in downloads.write_downloads(home, home / "downloads"))
