"""What describes the data is made from the field table, and is up to date."""

import json
from pathlib import Path

import frictionless
import pytest
from curated_examples import document, published, table

from rendicion_etl.curated.datapackage import write_datapackage
from rendicion_etl.curated.dictionary import FILES, dictionary, write_dictionary
from rendicion_etl.curated.schemas import DATASETS, QUARANTINE, VIEWS, columns
from rendicion_etl.curated.terms import TERMS_ES, TITLE_EN, TITLE_ES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", FILES)
def test_the_dictionary_in_docs_is_that_of_the_field_table(lang):
    assert (DOCS / FILES[lang]).read_text(encoding="utf-8") == dictionary(lang), (
        "run: python -m rendicion_etl.curated.dictionary docs"
    )


@pytest.mark.parametrize("lang", FILES)
def test_every_field_has_its_line(lang):
    sections = dictionary(lang).split("\n## ")[1:]
    for fields, section in zip(
        [*(d.fields for d in (*DATASETS.values(), *VIEWS.values())), QUARANTINE], sections, strict=True
    ):
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == [field.name for field in fields]
        # A bar inside a cell of a Markdown table is escaped, or the row breaks.
        assert {line.replace(r"\|", "").count("|") for line in lines} == {6}


def test_the_dictionary_is_written_in_both_languages(tmp_path):
    assert sorted(path.name for path in write_dictionary(tmp_path)) == sorted(FILES.values())


def package(curated):
    return json.loads(write_datapackage(curated).read_text(encoding="utf-8"))


def test_the_data_package_lists_the_files_and_fields_of_every_dataset(tmp_path):
    made = published(tmp_path, document(table()))
    resources = {r["name"]: r for r in package(tmp_path)["resources"]}
    assert list(resources) == list(DATASETS)
    for name, resource in resources.items():
        assert resource["path"] == [f"{name}/institution=scep/fiscal_year=2021/{made.document_id}.parquet"]
        assert (tmp_path / resource["path"][0]).exists()
        assert [f["name"] for f in resource["schema"]["fields"]] == [f.name for f in columns(name)]
        assert {f["name"] for f in resource["partitions"]} == {"institution", "fiscal_year"}


def test_constraints_say_what_may_stand_in_a_field(tmp_path):
    fields = {f["name"]: f for r in package(tmp_path)["resources"] for f in r["schema"]["fields"]}
    assert fields["sha256"]["constraints"] == {"required": True, "pattern": "^[0-9a-f]{64}$"}
    assert "confirmed" in fields["confidence"]["constraints"]["enum"]
    assert (fields["vigente"]["type"], fields["vigente"]["columnType"]) == ("number", "value")


def test_keys_name_fields_that_are_there_and_never_null(tmp_path):
    published(tmp_path, document(table()))
    for resource in package(tmp_path)["resources"]:
        required = {f["name"] for f in resource["schema"]["fields"] if f.get("constraints", {}).get("required")}
        assert set(resource["schema"].get("primaryKey", [])) <= required
        for key in resource["schema"].get("foreignKeys", []):
            assert key["reference"]["resource"] == "documents"


def test_primary_keys_tell_rows_apart(tmp_path):
    from rendicion_etl.curated.query import open_curated

    published(tmp_path, document(table(), table()))
    published(tmp_path, document(table(), sha256="f" * 64))
    with open_curated(tmp_path) as con:
        for resource in package(tmp_path)["resources"]:
            if key := resource["schema"].get("primaryKey"):
                name = resource["name"]
                sql = f"select count(*) = count(distinct ({', '.join(key)},)) from {name}".replace(",)", ")")
                assert con.execute(sql).fetchone() == (True,), name


def test_an_empty_folder_has_resources_without_rows(tmp_path):
    made = package(tmp_path)
    assert all(r["data"] == [[f.name for f in columns(r["name"])]] and "path" not in r for r in made["resources"])
    assert "fiscalPeriod" not in made


def test_unpublished_files_are_not_listed_and_years_are(tmp_path):
    published(tmp_path, document(table()))
    published(tmp_path, document(table(), sha256="f" * 64, fiscal_year=2023))
    published(tmp_path, document(table(), sha256="e" * 64, fiscal_year=None))
    next((tmp_path / "documents" / "institution=scep" / "fiscal_year=2023").iterdir()).unlink()
    made = package(tmp_path)
    assert {len(r["path"]) for r in made["resources"]} == {2}
    assert made["fiscalPeriod"] == {"start": "2021-01-01", "end": "2021-12-31"}


def test_frictionless_accepts_the_package_and_reads_every_file_that_it_lists(tmp_path):
    assert frictionless.validate(str(write_datapackage(tmp_path))).valid, "an empty folder"
    published(tmp_path, document(table()))
    published(tmp_path, document(table(), sha256="f" * 64))
    report = frictionless.validate(str(write_datapackage(tmp_path)))
    assert report.flatten(["name", "type", "note"]) == []
    assert {task.name for task in report.tasks} == set(DATASETS)


def test_it_says_its_terms_and_how_to_cite_it(tmp_path):
    made = package(tmp_path)
    assert made["licenses"][0]["title"] == made["terms"] == TERMS_ES
    assert TITLE_ES in made["citation"]
    assert TITLE_EN in made["citation_en"]


def test_the_same_files_give_the_same_bytes(tmp_path):
    published(tmp_path, document(table()))
    first = write_datapackage(tmp_path).read_bytes()
    assert write_datapackage(tmp_path).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["datapackage.json"]
