"""The suites of `expectations/` as a whole: what they let through, what they stop, and when they cannot be trusted."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from staged_run import CHECK_IDS, EXPECTATIONS, RULES, A, B, Sample, document

from rendicion_etl.checks.gx.suite_files import SuiteError, load_suite_files, rules_named
from rendicion_etl.checks.gx.suites import run_suites
from rendicion_etl.checks.gx.verdict import ExpectationResult, RunVerdict
from rendicion_etl.checks.model import Rule
from rendicion_etl.curated.schemas import DATASETS, columns
from rendicion_etl.normalize.model import Document

WRONG_TOTAL = ("Total", "410.00", "80.00", "20", "4")


def run(sample: Sample, folder: Path = EXPECTATIONS, arrow: bool = False) -> RunVerdict:
    return run_suites(sample.frames(arrow), sample.load, sample.rules, folder, list(sample.documents))


def results(verdict: RunVerdict) -> dict[str, ExpectationResult]:
    return {result.expectation_id: result for suite in verdict.suites for result in suite.results}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the suites, to be spoilt."""
    return Path(shutil.copytree(EXPECTATIONS, tmp_path / "expectations"))


def edit(folder: Path, suite: str, **change: Any) -> None:
    """Changes the first entry of a suite."""
    path = folder / f"{suite}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["expectations"][0].update(change)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("arrow", [False, True])
def test_a_sound_run_is_published_and_its_contradiction_told(arrow: bool) -> None:
    verdict = run(Sample(document(A), document(B, WRONG_TOTAL)), arrow=arrow)
    assert verdict.failed_documents == {}
    assert (verdict.outcome("contract"), verdict.outcome("accountability")) == ("pass", "fail")
    told = results(verdict)["rendicion.totals.column_sum"]
    assert [breach.document_id for breach in told.breaches] == [B]
    assert not verdict.has_errors
    assert all(suite.n_loaded == suite.n_expected == len(suite.results) for suite in verdict.suites)


def test_only_the_document_that_broke_the_contract_is_held_back() -> None:
    sample = Sample(document(A), document(B))
    sample.record("cells", document_id=B, row=2, col=1).update(value=Decimal(999), text="999.00")
    verdict = run(sample)
    assert list(verdict.failed_documents) == [B]
    (reason,) = verdict.failed_documents[B]
    assert reason.startswith("cells.numbers_land_once: Cada número")
    (english,) = verdict.reasons("en")[B]
    assert english.startswith("cells.numbers_land_once: Every number")


@pytest.mark.parametrize("lost", ["cells", "check_results", "indicators", "budget_execution"])
def test_a_document_broken_throughout_does_not_hold_back_the_others(lost: str) -> None:
    sample = Sample(document(A), document(B))
    sample.records[lost] = [record for record in sample.records[lost] if record["document_id"] != B]
    verdict = run(sample)
    assert list(verdict.failed_documents) == [B]
    assert not verdict.has_errors


BROKEN = {
    "documents.sha256.form": ("documents", {}, {"sha256": "0"}),
    "documents.status.known": ("documents", {}, {"status": "bien"}),
    "documents.n_pages.range": ("documents", {}, {"n_pages": 0}),
    "tables.kind.known": ("tables", {}, {"kind": "presupuesto"}),
    "tables.unit.form": ("tables", {}, {"unit": "Q"}),
    "tables.pages.order": ("tables", {}, {"last_page": 0}),
    "tables.agreement.range": ("tables", {}, {"agreement": Decimal("1.1")}),
    "cells.key.unique": ("cells", {"row": 0, "col": 0}, {"row": 1}),
    "cells.box.horizontal": ("cells", {"row": 0, "col": 0}, {"x1": -1.0}),
    "cells.row_role.known": ("cells", {"row": 0, "col": 0}, {"row_role": "titulo"}),
    "budget_execution.department_code.form": ("budget_execution", {"row": 1}, {"department_code": "23"}),
    "budget_execution.parent_row": ("budget_execution", {"row": 1}, {"parent_row": 9}),
    "indicators.region_code.known": ("indicators", {"row": 1}, {"region_code": "IX"}),
    "check_results.outcome.known": ("check_results", {"check_id": "totals.subtotal"}, {"outcome": "ok"}),
}


def test_each_breach_is_laid_to_its_document_and_to_no_other() -> None:
    ids = {expectation_id: f"abc-2021-c1-{number:08x}" for number, expectation_id in enumerate(BROKEN, start=3)}
    sample = Sample(document(A), *(document(document_id) for document_id in ids.values()))
    for expectation_id, (dataset, where, change) in BROKEN.items():
        sample.record(dataset, document_id=ids[expectation_id], **where).update(change)
    verdict = run(sample)
    told = results(verdict)
    assert {id_: [breach.document_id for breach in told[id_].breaches] for id_ in BROKEN} == {
        id_: [document_id] for id_, document_id in ids.items()
    }
    assert {told[id_].outcome for id_ in BROKEN} == {"fail"}
    assert set(verdict.failed_documents) == set(ids.values())


def test_findings_and_statements_are_judged_where_there_are_any() -> None:
    sample = Sample(document(B, WRONG_TOTAL))
    sample.records["statements"].append({"document_id": B, "page": 7, "text": "Se ejecutó Q 80.00", "concept": "gasto"})
    sample.record("findings")["related"] = "[1,"
    verdict = run(sample)
    failed = {id_ for id_, result in results(verdict).items() if result.outcome == "fail"}
    assert failed >= {"statements.pages", "statements.concept.known", "statements.complete", "findings.related.json"}


def test_an_empty_run_passes_nothing() -> None:
    verdict = run(Sample())
    assert [result for result in results(verdict).values() if result.outcome == "pass"] == []


def test_a_document_that_was_never_staged_is_held_back() -> None:
    sample = Sample(document(A))
    sample.documents[B] = document(B)
    verdict = run(sample)
    assert set(verdict.failed_documents) == {B}
    assert any("documents.every_document" in reason for reason in verdict.failed_documents[B])


def test_minimum_coverage_turns_nothing_judged_into_a_failure() -> None:
    sample = Sample(document(A))
    sample.records["cells"] = []
    sample.records["check_results"] = []
    verdict = run(sample)
    assert results(verdict)["cells.complete"].outcome == "fail"
    assert any("Sin cobertura" in reason for reason in verdict.failed_documents[A])
    assert results(verdict)["cells.box.vertical"].outcome == "not_applicable"


def test_a_missing_column_blocks_every_document_and_crashes_are_errors() -> None:
    sample = Sample(document(A), document(B))
    frames = sample.frames()
    frames["cells"] = frames["cells"].drop(columns=["row_role"])
    verdict = run_suites(frames, sample.load, sample.rules, EXPECTATIONS)
    told = results(verdict)
    assert told["cells.columns"].outcome == "fail"
    assert "row_role" in told["cells.columns"].breaches[0].reason_es
    assert told["cells.row_role.known"].outcome == "error"
    assert told["cells.numbers_land_once"].outcome == "error"
    assert told["cells.spans"].outcome == "pass", "what can be judged is judged"
    assert set(verdict.failed_documents) == {A, B}
    assert verdict.has_errors


def test_a_rule_that_crashes_is_an_error_and_does_not_block() -> None:
    def crash(document: Document) -> Any:
        raise RecursionError("demasiados niveles")

    sample = Sample(document(A))
    sample.rules = (RULES[0], Rule("totals.subtotal", "1", "warning", crash), *RULES[2:])
    verdict = run(sample)
    crashed = results(verdict)["rendicion.totals.subtotal"]
    assert (crashed.outcome, crashed.errors) == ("error", {A: "RecursionError: demasiados niveles"})
    assert results(verdict)["rendicion.totals.column_sum"].outcome == "pass"
    assert verdict.failed_documents == {}
    assert verdict.has_errors


def test_documents_are_loaded_one_at_a_time_and_once() -> None:
    sample = Sample(document(A), document(B))
    loaded: list[str] = []

    def load(document_id: str) -> Document:
        loaded.append(document_id)
        return sample.documents[document_id]

    sample.load = load  # type: ignore[method-assign]
    run(sample)
    assert loaded == [A, B]


def test_the_verdict_is_json_that_keeps_every_digit() -> None:
    verdict = run(Sample(document(A, ("Total", "9007199254740993.01", "80.00", "20", "4"))))
    text = verdict.to_json()
    assert '"printed": "9007199254740993.01"' in text
    kept = json.loads(text)
    assert {suite["name"]: suite["outcome"] for suite in kept["suites"]}["rendicion_de_cuentas"] == "fail"
    assert kept["failed_documents"] == {}
    assert kept["versions"]["totals.column_sum"] == "1"


def test_nothing_is_printed_or_logged(capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear(level=logging.DEBUG)
    logging.getLogger().addHandler(ear)
    try:
        run(Sample(document(A)))
    finally:
        logging.getLogger().removeHandler(ear)
    assert capfd.readouterr() == ("", "")
    assert heard == []


def test_runs_in_threads_do_not_mix() -> None:
    sound, broken = Sample(document(A)), Sample(document(B))
    broken.record("tables")["kind"] = "presupuesto"
    with ThreadPoolExecutor(3) as pool:
        verdicts = list(pool.map(run, [sound, broken] * 2))
    assert [list(verdict.failed_documents) for verdict in verdicts] == [[], [B]] * 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"type": "expect_every_parent_to_have_row"}, "no reconoce: documents.every", id="unknown type"),
        pytest.param({"severity": "grave"}, "documents", id="unknown severity"),
        pytest.param({"kwargs": {"column": "document_id"}}, "documents.json", id="misspelt argument"),
        pytest.param({"nota": "x"}, "documents.json", id="unknown key"),
        pytest.param({"notes": ""}, "notes", id="no Spanish text"),
        pytest.param({"meta": {"id": "x"}}, "en", id="no English text"),
        pytest.param({"meta": {"id": "tables.columns", "en": "Again."}}, "repetidos: tables.columns", id="id twice"),
    ],
)
def test_a_suite_that_would_be_loaded_in_part_is_refused(folder: Path, change: dict[str, Any], said: str) -> None:
    edit(folder, "documents", **change)
    with pytest.raises(SuiteError, match=said):
        run(Sample(document(A)), folder)


@pytest.mark.parametrize("suite", sorted(path.stem for path in EXPECTATIONS.glob("*.json")))
def test_a_suite_with_another_number_of_entries_than_its_header_says_is_refused(folder: Path, suite: str) -> None:
    path = folder / f"{suite}.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    for entries in (whole["expectations"][:3], whole["expectations"][:-1]):
        path.write_text(json.dumps({**whole, "expectations": entries}), encoding="utf-8")
        with pytest.raises(SuiteError, match=rf"{suite}\.json.*meta\.count"):
            load_suite_files(folder)
    del whole["meta"]["count"]
    path.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(SuiteError, match=r"meta\.count"):
        load_suite_files(folder)


def test_a_missing_or_broken_suite_is_refused(folder: Path) -> None:
    (folder / "cells.json").rename(folder / "cells.txt")
    with pytest.raises(SuiteError, match="falta la suite de: cells"):
        run(Sample(document(A)), folder)
    (folder / "cells.json").write_text("{", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"cells\.json"):
        run(Sample(document(A)), folder)


def test_a_rule_without_its_expectation_is_refused(folder: Path) -> None:
    sample = Sample(document(A))
    sample.rules = (*RULES, Rule("totals.new", "1", "info", lambda document: []))
    with pytest.raises(SuiteError, match=r"totals\.new"):
        run(sample, folder)
    sample.rules = RULES[:-1]
    with pytest.raises(SuiteError, match=re.escape(RULES[-1].check_id)):
        run(sample, folder)


def test_every_rule_of_the_registry_has_its_expectation() -> None:
    from rendicion_etl.checks.registry import RULES as REGISTERED

    severities = {
        entry["kwargs"]["rule"]: entry["severity"]
        for entry in json.loads((EXPECTATIONS / "rendicion_de_cuentas.json").read_text(encoding="utf-8"))[
            "expectations"
        ]
    }
    assert severities == {rule.check_id: rule.severity for rule in REGISTERED}


def test_the_sample_rules_are_those_of_the_suite() -> None:
    assert sorted(rules_named(load_suite_files(EXPECTATIONS))) == sorted(CHECK_IDS)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_contract_suites_say_what_the_field_table_says(dataset: str) -> None:
    fields = {field.name: field for field in columns(dataset)}
    entries = json.loads((EXPECTATIONS / f"{dataset}.json").read_text(encoding="utf-8"))["expectations"]
    by_type: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_type.setdefault(entry["type"], []).append(entry["kwargs"])
    (listed,) = by_type["expect_table_columns_to_match_set"]
    assert listed["column_set"] == list(fields)
    (required,) = by_type["expect_columns_to_be_complete"]
    assert set(required["columns"]) == {name for name, field in fields.items() if not field.nullable}
    for kwargs in by_type.get("expect_column_values_to_be_in_set", []):
        assert kwargs["value_set"] == list(fields[kwargs["column"]].enum)
    for kwargs in by_type.get("expect_column_values_to_match_regex", []):
        assert kwargs["regex"] == f"^{fields[kwargs['column']].pattern}$"
    exact = [name for kwargs in by_type.get("expect_amounts_to_be_exact", []) for name in kwargs["columns"]]
    assert exact == [name for name, field in fields.items() if field.type.startswith("decimal")]


def test_suites_are_imported_without_great_expectations_and_pandas() -> None:
    heavy = "{'great_expectations', 'pandas', 'pyarrow'} & set(sys.modules)"
    code = f"import sys, rendicion_etl.checks.gx.suites; sys.exit(str({heavy} or ''))"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True).stderr.strip() == ""
    )
