"""What the datasets say twice they say alike: each promise kept, broken in each way, and with nothing to judge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from staged_run import A, B, Sample, document, failing, two_documents

FIGURES = {"value_types": ["amount", "count", "percent"]}
PETEN = {"department_code": "17", "iso_3166_2": "GT-17", "region_code": "VIII"}


def broken(dataset: str, change: dict[str, Any], **where: Any) -> Sample:
    """Two documents, the second with one record changed."""
    sample = two_documents()
    sample.record(dataset, document_id=B, **where).update(change)
    return sample


# ---------------------------------------------------------------- a value and its text
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234", "1234"),
        ("1,234", "1.234"),
        ("Q (5.00)", "-5"),
        ("-", "0"),
        ("28%", "28"),
        ("0.12345678901234", "0.123456789012"),
        ("9" * 27, None),
    ],
)
def test_a_value_is_what_its_text_says_with_either_decimal_sign(judge: Any, text: str, value: str | None) -> None:
    sample = broken("cells", {"text": text, "value": value and Decimal(value)}, row=1, col=1)
    assert judge(sample, "cells", "expect_values_to_be_what_texts_say", **FIGURES).outcome == "pass"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"value": Decimal("101.00")}, id="another value"),
        pytest.param({"value": Decimal("100.01")}, id="a cent more"),
        pytest.param({"value": Decimal("-100.00")}, id="the other sign"),
        pytest.param({"text": "Q 1.00"}, id="another text"),
        pytest.param({"text": "cien"}, id="a text that is no number"),
        pytest.param({"text": ""}, id="no text"),
        pytest.param({"value": None}, id="a number without its value"),
    ],
)
def test_a_value_that_its_text_does_not_say(judge: Any, change: dict[str, Any]) -> None:
    ask = ("cells", "expect_values_to_be_what_texts_say")
    assert judge(two_documents(), *ask, **FIGURES).n_applied == 24
    assert failing(judge(broken("cells", change, row=1, col=1), *ask, **FIGURES)) == ("fail", [B])
    assert judge(Sample(), *ask, **FIGURES).outcome == "not_applicable"


# ---------------------------------------------------------------- a table and its cells
@pytest.mark.parametrize(
    "change",
    [{"n_rows": 5}, {"n_rows": 3}, {"n_cols": 6}, {"n_cols": 4}, {"first_page": 0}, {"last_page": 2}],
)
def test_a_table_unlike_its_cells(judge: Any, change: dict[str, int]) -> None:
    ask = ("tables", "expect_tables_to_agree_with_their_cells")
    assert judge(two_documents(), *ask).outcome == "pass"
    assert failing(judge(broken("tables", change), *ask)) == ("fail", [B])
    assert judge(Sample(), *ask).outcome == "not_applicable"


def test_a_slot_without_a_cell_is_allowed_and_a_row_without_any_is_not(judge: Any) -> None:
    ask = ("tables", "expect_tables_to_agree_with_their_cells")
    sample = Sample(document(A))
    cells = sample.records["cells"]
    sample.records["cells"] = [cell for cell in cells if (cell["row"], cell["col"]) != (2, 4)]
    assert judge(sample, *ask).outcome == "pass"
    sample.records["cells"] = [cell for cell in cells if cell["row"] != 2]
    assert judge(sample, *ask).outcome == "fail"
    for cell in sample.records["cells"]:
        cell["row_span"] = 2 if cell["row"] == 1 else 1
    assert judge(sample, *ask).outcome == "pass", "merged cells cover the row"


@pytest.mark.parametrize(("copy", "original", "outcome"), [(1, 0, "pass"), (0, 1, "fail"), (1, 1, "fail")])
def test_a_copy_is_of_an_earlier_table(judge: Any, copy: int, original: int, outcome: str) -> None:
    sample = Sample(document(A))
    for dataset in ("tables", "cells"):
        second = [{**record, "table_id": f"{A}/t01"} for record in sample.records[dataset]]
        sample.records[dataset] += second
    sample.record("tables", table_id=f"{A}/t01")["table_index"] = 1
    sample.record("tables", table_id=f"{A}/t0{copy}")["copy_of"] = f"{A}/t0{original}"
    assert judge(sample, "tables", "expect_tables_to_agree_with_their_cells").outcome == outcome


# ---------------------------------------------------------------- a line and its row
@pytest.mark.parametrize(
    ("dataset", "change"),
    [
        ("budget_execution", {"page": 2}),
        ("budget_execution", {"row_role": "subtotal"}),
        ("budget_execution", {"label": "Otra cosa"}),
        ("budget_execution", {"label_printed": "Becas"}),
        ("budget_execution", {"classification": "programa"}),
        ("budget_execution", {"currency": None}),
        ("budget_execution", {"currency": "USD"}),
        ("indicators", {"page": 2}),
        ("indicators", {"row_role": "subtotal"}),
        ("indicators", {"label": "Otra cosa"}),
        ("indicators", {"col": 9}),
    ],
)
def test_a_line_unlike_its_row_or_its_table(judge: Any, dataset: str, change: dict[str, Any]) -> None:
    ask = (dataset, "expect_lines_to_agree_with_their_cells")
    assert judge(two_documents(), *ask).outcome == "pass"
    result = judge(broken(dataset, change, row=1), *ask)
    assert failing(result) == ("fail", [B])
    (place,) = result.breaches[0].examples
    assert place["row"] == 1
    assert place["columns"] == (["page", "row_role"] if "col" in change else list(change))
    assert judge(Sample(), *ask).outcome == "not_applicable"


def test_a_line_whose_label_cell_is_gone(judge: Any) -> None:
    sample = Sample(document(A))
    sample.records["cells"].remove(sample.record("cells", row=1, col=0))
    for dataset in ("budget_execution", "indicators"):
        assert judge(sample, dataset, "expect_lines_to_agree_with_their_cells").outcome == "fail"


def test_a_label_may_mend_the_words_that_print_broke_and_leave_out_its_code(judge: Any) -> None:
    sample = broken("cells", {"text": "011 Suel dos"}, row=1, col=0)
    sample.record("budget_execution", document_id=B, row=1)["label_printed"] = "011 Suel dos"
    assert judge(sample, "budget_execution", "expect_lines_to_agree_with_their_cells").outcome == "pass"


@pytest.mark.parametrize(
    ("unit", "texts", "currency", "outcome"),
    [
        ("mixed", ("Q 100.00", "Q 50.00"), None, "fail"),
        ("mixed", ("Q 100.00", "50.00"), "GTQ", "pass"),
        ("mixed", ("US$ 100.00", "US$ 50.00"), "GTQ", "fail"),
        ("mixed", ("US$ 100.00", "Q 50.00"), None, "pass"),
        (None, ("$ 100.00", "$ 50.00"), None, "pass"),
        ("USD", ("100.00", "50.00"), "USD", "pass"),
        ("USD", ("100.00", "50.00"), "GTQ", "fail"),
        ("GTQ_thousands", ("100.00", "50.00"), "GTQ", "pass"),
    ],
)
def test_the_currency_is_that_of_the_unit_or_of_the_signs_printed(
    judge: Any, unit: str | None, texts: tuple[str, str], currency: str | None, outcome: str
) -> None:
    sample = Sample(document(A))
    sample.record("tables")["unit"] = unit
    for col, text in enumerate(texts, start=1):
        sample.record("cells", row=1, col=col)["text"] = text
    for line in sample.records["budget_execution"]:
        line["currency"] = currency
    assert judge(sample, "budget_execution", "expect_lines_to_agree_with_their_cells").outcome == outcome


# ---------------------------------------------------------------- the codes of a place
@pytest.mark.parametrize("dataset", ["budget_execution", "indicators"])
@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ({}, "not_applicable"),
        (PETEN, "pass"),
        ({**PETEN, "municipality_code": "1701"}, "pass"),
        ({"region_code": "VIII"}, "pass"),
        ({**PETEN, "department_code": "16"}, "fail"),
        ({**PETEN, "iso_3166_2": "GT-16"}, "fail"),
        ({**PETEN, "region_code": "II"}, "fail"),
        ({**PETEN, "region_code": None}, "fail"),
        ({**PETEN, "municipality_code": "1601"}, "fail"),
        ({**PETEN, "municipality_code": "1799"}, "fail"),
        ({"iso_3166_2": "GT-17"}, "fail"),
        ({"region_code": "IX"}, "fail"),
    ],
)
def test_place_codes_are_of_one_place(judge: Any, dataset: str, codes: dict[str, str | None], outcome: str) -> None:
    result = judge(broken(dataset, codes, row=1), dataset, "expect_places_to_belong_together")
    assert result.outcome == outcome
    assert [breach.document_id for breach in result.breaches] == ([B] if outcome == "fail" else [])


# ---------------------------------------------------------------- rows that contain others
@pytest.mark.parametrize(
    "change",
    [
        {"level": 7},
        {"level": 0},
        {"parent_row": None},
        {"parent_row": 1},
        {"parent_row": 1, "level": 2},
        {"parent_row": 2},
        {"parent_row": 9},
    ],
)
def test_a_row_not_one_level_below_the_one_that_contains_it(judge: Any, change: dict[str, int | None]) -> None:
    ask = ("budget_execution", "expect_rows_to_nest")
    assert judge(two_documents(), *ask).outcome == "pass"
    assert failing(judge(broken("budget_execution", change, row=1), *ask)) == ("fail", [B])
    assert judge(Sample(), *ask).outcome == "not_applicable"


# ---------------------------------------------------------------- a percentage and its amounts
@pytest.mark.parametrize(
    ("computed", "outcome"),
    [
        ("50", "pass"),
        ("12.5", "pass"),
        ("100", "fail"),
        ("50.00000001", "fail"),
        (None, "not_applicable"),
    ],
)
def test_a_percentage_follows_from_its_row_or_from_the_total(judge: Any, computed: str | None, outcome: str) -> None:
    sample = Sample(document(A))
    for line in sample.records["budget_execution"]:
        line["pct_computed"] = None
    sample.record("budget_execution", row=1)["pct_computed"] = computed and Decimal(computed)
    assert judge(sample, "budget_execution", "expect_percentages_to_follow").outcome == outcome


def test_a_percentage_without_its_amounts(judge: Any) -> None:
    for gone in ("devengado", "vigente"):
        sample = Sample(document(A))
        sample.record("budget_execution", row=1)[gone] = None
        sample.record("budget_execution", row=3)["vigente"] = Decimal(0)
        result = judge(sample, "budget_execution", "expect_percentages_to_follow")
        assert result.breaches[0].examples[0] == {"table_id": f"{A}/t00", "row": 1, "pct_computed": "50.00000000"}
