"""The field table is the contract: its names, its types, and a description in two languages of everything."""

import subprocess
import sys

import pytest

from rendicion_etl.checks.model import Finding
from rendicion_etl.curated import field as vocabulary
from rendicion_etl.curated.schemas import DATASETS, QUARANTINE, VIEWS, arrow_schema, names
from rendicion_etl.normalize import model

CONTRACT = {
    "documents": "document_id sha256 file_name source_url retrieved_at institution institution_name fiscal_year period "
    "period_start period_end n_pages n_tables n_findings text_source pdf_producer supersedes status pipeline_version",
    "tables": "document_id table_id table_index number title source_note kind unit copy_of first_page last_page n_rows "
    "n_cols n_header_rows reader agreement n_unread",
    "cells": "document_id table_id row col row_span col_span text value value_type row_role column_role percent_base "
    "page x0 top x1 bottom ocr_certainty",
    "budget_execution": "document_id table_id row page institution fiscal_year period classification code label "
    "label_printed row_role level parent_row department_code municipality_code iso_3166_2 region_code asignado "
    "modificaciones vigente comprometido devengado pagado saldo currency pct_printed pct_computed",
    "indicators": "document_id table_id row col page institution fiscal_year period measure unit label department_code "
    "municipality_code iso_3166_2 region_code row_role value",
    "statements": "document_id page text amount unit concept x0 top x1 bottom",
    "findings": "finding_id check_id check_version severity confidence document_id institution fiscal_year period "
    "table_id table_number row col column_role page x0 top x1 bottom printed expected difference tolerance "
    "printed_text expected_text message_es message_en hint_es hint_en related evidence consequence_of",
    "check_results": "document_id table_id check_id check_version outcome reason n_applied n_passed",
    "corrections": "document_id table_id row col page what printed before after author date reason file",
}
FIELDS = [(d.name, f) for d in (*DATASETS.values(), *VIEWS.values()) for f in d.fields] + [
    ("quarantine", f) for f in QUARANTINE
]


def test_the_datasets_are_those_of_the_contract():
    assert list(DATASETS) == list(CONTRACT)


@pytest.mark.parametrize("dataset", CONTRACT)
def test_the_fields_are_those_of_the_contract_with_institution_and_year_in_every_dataset(dataset):
    listed = CONTRACT[dataset].split()
    assert [n for n in names(dataset) if n in listed] == listed
    assert {*names(dataset)} - {*listed} <= {"institution", "fiscal_year"} <= {*names(dataset)}


@pytest.mark.parametrize("dataset", CONTRACT)
def test_institution_and_year_never_stand_in_the_file(dataset):
    written = arrow_schema(dataset).names
    assert written == [n for n in names(dataset) if n not in ("institution", "fiscal_year")]


def test_types_keep_money_exact():
    budget, cells, findings = arrow_schema("budget_execution"), arrow_schema("cells"), arrow_schema("findings")
    assert {str(budget.field(phase).type) for phase in model.PHASES} == {"decimal128(18, 2)"}
    assert {str(budget.field(n).type) for n in ("pct_printed", "pct_computed")} == {"decimal128(18, 8)"}
    assert str(budget.field("level").type) == "int8"
    assert str(cells.field("value").type) == "decimal128(38, 12)"
    assert {str(findings.field(n).type) for n in ("printed", "expected", "difference", "tolerance")} == {
        "decimal128(38, 12)"
    }
    assert str(arrow_schema("documents").field("retrieved_at").type) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize(("dataset", "field"), FIELDS, ids=lambda x: getattr(x, "name", x))
def test_every_field_is_described_in_both_languages(dataset, field):
    assert field.es.endswith(".")
    assert field.en.endswith(".")
    assert field.es != field.en


def test_the_words_of_the_field_table_are_those_of_the_model():
    assert vocabulary.PHASES == model.PHASES
    assert set(vocabulary.ROW_ROLES) == set(model.RowRole.__args__)
    assert set(vocabulary.VALUE_TYPES) == set(model.ValueType.__args__)
    assert set(vocabulary.LINE_ROLES) < set(vocabulary.ROW_ROLES)
    assert "unconfirmed" in vocabulary.CONFIDENCES
    assert Finding.__dataclass_fields__["confidence"].default == "unconfirmed"


def test_any_room_may_import_the_field_table_since_it_costs_nothing():
    heavy = "{'pyarrow', 'pandas', 'duckdb', 'numpy'}"
    code = f"import sys, rendicion_etl.curated.schemas; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
