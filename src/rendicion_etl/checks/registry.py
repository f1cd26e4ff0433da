"""All rules, in the order in which a report lists them. A new check is one module and one line here."""

from __future__ import annotations

from collections.abc import Iterable

from rendicion_etl.checks import (
    agreement_across_tables,
    agreement_narrative,
    geography_code_name,
    geography_coverage,
    geography_region,
    identities_row,
    percentages_base,
    percentages_execution,
    periods_asignado,
    periods_cumulative,
    revisions_changed,
    structure_duplicate_row,
    totals_column_sum,
    totals_subtotal,
    values_sign_and_bound,
)
from rendicion_etl.checks.causes import settle
from rendicion_etl.checks.model import Result, Rule
from rendicion_etl.normalize.model import Document

# These look at the document beside its history.
OVER_TIME: tuple[Rule, ...] = (
    Rule(periods_cumulative.ID, periods_cumulative.VERSION, "warning", periods_cumulative.run),
    Rule(periods_asignado.ID, periods_asignado.VERSION, "warning", periods_asignado.run),
    Rule(revisions_changed.ID, revisions_changed.VERSION, "info", revisions_changed.run),
)

RULES: tuple[Rule, ...] = (
    Rule(totals_column_sum.ID, totals_column_sum.VERSION, "critical", totals_column_sum.run),
    Rule(totals_subtotal.ID, totals_subtotal.VERSION, "warning", totals_subtotal.run),
    Rule(identities_row.ID, identities_row.VERSION, "critical", identities_row.run),
    Rule(percentages_execution.ID, percentages_execution.VERSION, "warning", percentages_execution.run),
    Rule(percentages_base.ID, percentages_base.VERSION, "info", percentages_base.run),
    Rule(agreement_across_tables.ID, agreement_across_tables.VERSION, "warning", agreement_across_tables.run),
    Rule(agreement_narrative.ID, agreement_narrative.VERSION, "warning", agreement_narrative.run),
    Rule(geography_code_name.ID, geography_code_name.VERSION, "warning", geography_code_name.run),
    Rule(geography_coverage.ID, geography_coverage.VERSION, "warning", geography_coverage.run),
    Rule(geography_region.ID, geography_region.VERSION, "warning", geography_region.run),
    Rule(structure_duplicate_row.ID, structure_duplicate_row.VERSION, "warning", structure_duplicate_row.run),
    Rule(values_sign_and_bound.ID, values_sign_and_bound.VERSION, "info", values_sign_and_bound.run),
    *OVER_TIME,
)


def run(document: Document) -> list[Result]:
    """Every rule on a document: the results of all tables, rule by rule, each finding at the figure at fault."""
    results = [result for rule in RULES for result in rule.run(document)]
    settle(results)
    return results


def run_over_time(document: Document, results: Iterable[Result]) -> tuple[list[Result], list[Result]]:
    """Judge a document beside its history: what the other rules had found of it, and what these find."""
    ids = {rule.check_id for rule in OVER_TIME}
    kept = [result for result in results if result.check_id not in ids]
    return kept, [result for rule in OVER_TIME for result in rule.run(document)]
