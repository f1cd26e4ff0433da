"""Each of our expectations on a run that keeps it, on one that breaks it, and where there is nothing to judge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from staged_run import RULES, A, B, Sample, document, failing, two_documents

from rendicion_etl.checks.model import Rule

LANDING = {
    "value_types": ["amount", "count", "percent"],
    "row_roles": ["detail", "subtotal", "total"],
    "naming_columns": ["code", "label"],
}
READING = {
    "column_roles": ["vigente", "devengado", "pct", "count"],
    "row_roles": ["detail", "total"],
    "max_unread_cells": "0.5",
    "max_unread_columns": "0.2",
}


def one_wrong_total() -> Sample:
    return Sample(document(A), document(B, ("Total", "410.00", "80.00", "20", "4")))


def test_required_columns(judge: Any) -> None:
    ask = ("tables", "expect_columns_to_be_complete")
    assert judge(two_documents(), *ask, columns=["kind", "reader"]).n_applied == 4
    sample = two_documents()
    sample.record("tables", document_id=B)["number"] = "Tabla No. 1"
    result = judge(sample, *ask, columns=["number"])
    assert failing(result) == ("fail", [A])
    assert "number" in result.breaches[0].reason_es
    assert judge(Sample(), *ask, columns=["kind"]).outcome == "not_applicable"


def test_exact_amounts_refuse_floats(judge: Any) -> None:
    ask = ("indicators", "expect_amounts_to_be_exact")
    assert judge(two_documents(), *ask, columns=["value"]).outcome == "pass"
    sample = two_documents()
    frames = sample.frames()
    floats = frames["indicators"].assign(value=lambda f: f["value"].astype("float64").where(f["document_id"] == B))
    sample.frames = lambda: {**frames, "indicators": floats}  # type: ignore[method-assign]
    assert failing(judge(sample, *ask, columns=["value"])) == ("fail", [B])
    assert judge(two_documents(), "tables", ask[1], columns=["agreement"]).outcome == "not_applicable"


def test_rows_have_a_parent(judge: Any) -> None:
    ask = ("cells", "expect_rows_to_have_a_parent")
    keys = {"columns": ["document_id", "table_id"], "parent": "tables"}
    assert judge(two_documents(), *ask, **keys).outcome == "pass"
    sample = two_documents()
    sample.record("cells", table_id=f"{B}/t00", row=2, col=2)["table_id"] = f"{A}/t00"
    result = judge(sample, *ask, **keys)
    assert failing(result) == ("fail", [B]), "a cell filed under another document's table"
    assert result.n_failed == 1


def test_a_null_reference_refers_to_nothing(judge: Any) -> None:
    keys = {"columns": ["document_id", "copy_of"], "parent": "tables", "parent_columns": ["document_id", "table_id"]}
    ask = ("tables", "expect_rows_to_have_a_parent")
    assert judge(two_documents(), *ask, **keys).outcome == "not_applicable"
    sample = two_documents()
    sample.record("tables", document_id=A)["copy_of"] = f"{A}/t09"
    assert failing(judge(sample, *ask, **keys)) == ("fail", [A])


def test_every_parent_has_rows(judge: Any) -> None:
    ask = ("cells", "expect_every_parent_to_have_rows")
    keys = {"columns": ["document_id", "table_id"], "parent": "tables"}
    assert judge(two_documents(), *ask, **keys).outcome == "pass"
    sample = two_documents()
    sample.records["cells"] = [cell for cell in sample.records["cells"] if cell["document_id"] != A]
    assert failing(judge(sample, *ask, **keys)) == ("fail", [A])
    sample.records["cells"] = []
    assert failing(judge(sample, *ask, **keys)) == ("fail", [A, B]), "an empty dataset is no excuse"
    assert judge(Sample(), *ask, **keys).outcome == "not_applicable"


def test_every_document_of_the_run_has_one_row(judge: Any) -> None:
    ask = ("documents", "expect_every_parent_to_have_rows")
    keys = {"columns": ["document_id"], "parent": "run", "maximum": 1}
    assert judge(two_documents(), *ask, **keys).outcome == "pass"
    sample = two_documents()
    sample.records["documents"] = sample.records["documents"][1:] * 2
    assert failing(judge(sample, *ask, **keys)) == ("fail", [A, B]), "A has none, B has two"


def test_counts_of_tables_and_findings(judge: Any) -> None:
    ask = ("documents", "expect_counts_to_match_rows")
    counts = {"n_tables": "tables", "n_findings": "findings"}
    assert judge(one_wrong_total(), *ask, counts=counts).outcome == "pass"
    sample = one_wrong_total()
    sample.records["findings"] = []
    assert failing(judge(sample, *ask, counts=counts)) == ("fail", [B])


def test_pages_exist(judge: Any) -> None:
    ask = ("cells", "expect_pages_to_exist")
    assert judge(two_documents(), *ask, columns=["page"]).outcome == "pass"
    for page in (0, 2):
        sample = two_documents()
        sample.record("cells", document_id=A, row=0, col=0)["page"] = page
        assert failing(judge(sample, *ask, columns=["page"])) == ("fail", [A])
    assert judge(two_documents(), "statements", ask[1], columns=["page"]).outcome == "not_applicable"


def test_the_period_is_the_documents(judge: Any) -> None:
    ask = ("budget_execution", "expect_same_as_document")
    assert judge(two_documents(), *ask, columns=["period"]).outcome == "pass"
    sample = two_documents()
    sample.record("budget_execution", document_id=B, row=1)["period"] = "C3"
    assert failing(judge(sample, *ask, columns=["period"])) == ("fail", [B])


@pytest.mark.parametrize(
    ("outcome", "reason", "n_applied", "n_passed", "honest"),
    [
        ("pass", None, 2, 2, True),
        ("pass", None, 0, 0, False),
        ("pass", None, 2, 1, False),
        ("fail", None, 2, 1, True),
        ("fail", None, 2, 2, False),
        ("not_applicable", "sin total", 0, 0, True),
        ("not_applicable", None, 0, 0, False),
        ("not_applicable", "sin total", 1, 1, False),
    ],
)
def test_no_check_passes_without_comparing(
    judge: Any, outcome: str, reason: str | None, n_applied: int, n_passed: int, honest: bool
) -> None:
    sample = Sample(document(A))
    said = {"outcome": outcome, "reason": reason, "n_applied": n_applied, "n_passed": n_passed}
    sample.record("check_results", check_id="totals.subtotal").update(said)
    result = judge(sample, "check_results", "expect_outcomes_to_be_counted")
    assert result.outcome == ("pass" if honest else "fail")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"col_span": 2}, id="over its neighbour"),
        pytest.param({"row_span": 4}, id="out of the table"),
        pytest.param({"row_span": 0}, id="of no extent"),
    ],
)
def test_spans_do_not_overlap(judge: Any, change: dict[str, int]) -> None:
    ask = ("cells", "expect_spans_not_to_overlap")
    assert judge(two_documents(), *ask).outcome == "pass"
    sample = two_documents()
    sample.record("cells", document_id=B, row=1, col=1).update(change)
    assert failing(judge(sample, *ask)) == ("fail", [B])
    assert judge(Sample(), *ask).outcome == "not_applicable"


def test_numbers_land_once(judge: Any) -> None:
    ask = ("cells", "expect_numbers_to_land_once")
    result = judge(two_documents(), *ask, **LANDING)
    assert (result.outcome, result.n_applied) == ("pass", 24)
    assert judge(two_documents(), *ask, **{**LANDING, "row_roles": ["band"]}).outcome == "fail", "none lands from there"
    assert judge(Sample(), *ask, **LANDING).outcome == "not_applicable"


@pytest.mark.parametrize(
    ("dataset", "where", "change"),
    [
        pytest.param("budget_execution", {"row": 1}, {"devengado": None}, id="an amount is lost"),
        pytest.param("budget_execution", {"row": 1}, {"devengado": Decimal("50.01")}, id="an amount is changed"),
        pytest.param("budget_execution", {"row": 1}, {"pagado": Decimal("1.00")}, id="an amount is invented"),
        pytest.param("budget_execution", {"row": 1}, {"pct_printed": None}, id="a percentage is lost"),
        pytest.param("indicators", {"row": 1}, {"col": 2}, id="an amount lands twice, a count not at all"),
        pytest.param("indicators", {"row": 1}, {"row": 0}, id="an indicator comes from the header"),
    ],
)
def test_numbers_that_do_not_land_once(judge: Any, dataset: str, where: dict[str, int], change: dict[str, Any]) -> None:
    sample = two_documents()
    sample.record(dataset, document_id=B, **where).update(change)
    result = judge(sample, "cells", "expect_numbers_to_land_once", **LANDING)
    assert (result.outcome, {breach.document_id for breach in result.breaches}) == ("fail", {B})


def test_numbers_are_scaled_by_the_unit_of_their_table(judge: Any) -> None:
    sample = Sample(document(A))
    sample.record("tables")["unit"] = "GTQ_thousands"
    ask = ("cells", "expect_numbers_to_land_once")
    assert judge(sample, *ask, **LANDING).outcome == "fail"
    for row in sample.records["budget_execution"]:
        row["vigente"] *= 1000
        row["devengado"] *= 1000
    assert judge(sample, *ask, **LANDING).outcome == "pass"


def test_amount_columns_are_read(judge: Any) -> None:
    ask = ("cells", "expect_amounts_to_be_read")
    assert judge(two_documents(), *ask, **READING).outcome == "pass"
    sample = two_documents()
    for row in (1, 2):
        sample.record("cells", document_id=B, row=row, col=2)["value"] = None
    result = judge(sample, *ask, **READING)
    assert failing(result) == ("fail", [B])
    assert "1 / 4" in result.breaches[0].reason_es
    assert judge(sample, *ask, **{**READING, "max_unread_columns": "0.25"}).outcome == "pass"
    assert judge(two_documents(), *ask, **{**READING, "column_roles": ["pagado"]}).outcome == "not_applicable"


def test_rows_that_ran_together_are_unread_whatever_their_roles(judge: Any) -> None:
    sample = two_documents()
    collapsed = {"text": "4.00 0.00 (3.50) Q 1,204.00", "value": None, "column_role": "other", "row_role": "header"}
    sample.record("cells", document_id=B, row=1, col=4).update(collapsed)
    result = judge(sample, "cells", "expect_amounts_to_be_read", **READING)
    assert failing(result) == ("fail", [B])
    sample.record("cells", document_id=B, row=1, col=4)["text"] = "De Q 4.00 a Q 9.00 en 2021, y Q 12.00 después"
    assert judge(sample, "cells", "expect_amounts_to_be_read", **READING).outcome == "pass", "prose with amounts"


@pytest.mark.parametrize(
    "change",
    [
        {"printed_text": "411.00"},
        {"printed": Decimal("411.00"), "difference": Decimal("11.00")},
        {"difference": Decimal("9.00")},
        {"difference": None},
        {"page": 2},
        {"col": 9},
    ],
)
def test_findings_quote_their_cells(judge: Any, change: dict[str, Any]) -> None:
    ask = ("findings", "expect_findings_to_quote_their_cells")
    assert judge(one_wrong_total(), *ask).outcome == "pass"
    sample = one_wrong_total()
    sample.record("findings", document_id=B).update(change)
    assert failing(judge(sample, *ask)) == ("fail", [B])
    assert judge(two_documents(), *ask).outcome == "not_applicable"


@pytest.mark.parametrize("change", [{"row": 2}, {"col": 2}, {"check_id": "totals.subtotal"}])
def test_staged_findings_are_those_of_the_rules(judge: Any, change: dict[str, Any]) -> None:
    ask = ("documents", "expect_findings_to_be_derived")
    assert judge(one_wrong_total(), *ask).outcome == "pass"
    sample = one_wrong_total()
    sample.record("findings", document_id=B).update(change)
    assert failing(judge(sample, *ask)) == ("fail", [B])


def test_a_finding_that_was_never_staged(judge: Any) -> None:
    sample = one_wrong_total()
    sample.records["findings"] = []
    assert failing(judge(sample, "documents", "expect_findings_to_be_derived")) == ("fail", [B])


def test_staged_results_are_those_of_the_rules(judge: Any) -> None:
    sample = two_documents()
    sample.record("check_results", document_id=A, check_id="totals.column_sum")["n_applied"] = 3
    assert failing(judge(sample, "documents", "expect_findings_to_be_derived")) == ("fail", [A])


def test_a_staged_document_that_cannot_be_loaded_again(judge: Any) -> None:
    sample = two_documents()

    def load(document_id: str) -> Any:
        if document_id == A:
            raise FileNotFoundError("documento.pickle")
        return sample.documents[document_id]

    sample.load = load  # type: ignore[method-assign]
    result = judge(sample, "documents", "expect_findings_to_be_derived")
    assert (result.outcome, result.errors) == ("error", {A: "FileNotFoundError: documento.pickle"})
    assert result.n_applied == 1, "the other document is judged all the same"


def test_a_rule_that_holds_fails_or_does_not_apply(judge: Any) -> None:
    ask = ("tables", "expect_documents_to_satisfy_rule")
    held = judge(two_documents(), *ask, rule="totals.column_sum")
    assert (held.outcome, held.n_applied, held.n_failed) == ("pass", 4, 0)
    broken = judge(one_wrong_total(), *ask, rule="totals.column_sum")
    assert failing(broken) == ("fail", [B])
    assert (broken.n_applied, broken.n_failed) == (4, 1)
    place = broken.breaches[0].examples[0]
    assert (place["row"], place["col"], place["page"]) == (3, 1, 1)
    assert (place["printed"], place["expected"], place["difference"]) == ("410.00", "400.00", "10.00")
    assert judge(two_documents(), *ask, rule="geography.region").outcome == "not_applicable"


def test_exact_amounts_survive_as_text(judge: Any) -> None:
    sample = Sample(document(A, ("Total", "9007199254740993.01", "80.00", "20", "4")))
    result = judge(sample, "tables", "expect_documents_to_satisfy_rule", rule="totals.column_sum")
    assert result.breaches[0].examples[0]["printed"] == "9007199254740993.01"


def test_a_rule_that_crashes_is_an_error_and_the_others_are_judged(judge: Any) -> None:
    def crash(document: Any) -> Any:
        if document.document_id == A:
            raise ZeroDivisionError("sin filas")
        return RULES[0].run(document)

    rules = (Rule("totals.column_sum", "1", "critical", crash), *RULES[1:])
    sample = one_wrong_total()
    sample.rules = rules
    result = judge(sample, "tables", "expect_documents_to_satisfy_rule", rule="totals.column_sum")
    assert result.outcome == "error"
    assert result.errors == {A: "ZeroDivisionError: sin filas"}
    assert [breach.document_id for breach in result.breaches] == [B]


def test_an_unknown_rule_is_an_error(judge: Any) -> None:
    result = judge(two_documents(), "tables", "expect_documents_to_satisfy_rule", rule="totals.nothing")
    assert result.outcome == "error"


def test_arrow_and_object_columns_give_the_same_values() -> None:
    from rendicion_etl.checks.gx.staged import Columns

    sample = one_wrong_total()
    for name, frame in sample.frames(arrow=True).items():
        plain: pd.DataFrame = sample.frames()[name]
        assert [Columns(frame)[c] for c in frame] == [Columns(plain)[c] for c in plain], name
