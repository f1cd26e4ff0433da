"""All rules, in the order in which a report lists them. A new check is one module and one line here."""

from __future__ import annotations

from rendicion_etl.checks import (
    agreement_across_tables,
    geography_code_name,
    geography_coverage,
    geography_region,
    identities_row,
    percentages_base,
    percentages_execution,
    structure_duplicate_row,
    totals_column_sum,
    totals_subtotal,
    values_sign_and_bound,
)
from rendicion_etl.checks.model import Result, Rule
from rendicion_etl.normalize.model import Document

RULES: tuple[Rule, ...] = (
    Rule(totals_column_sum.ID, totals_column_sum.VERSION, "critical", totals_column_sum.run),
    Rule(totals_subtotal.ID, totals_subtotal.VERSION, "warning", totals_subtotal.run),
    Rule(identities_row.ID, identities_row.VERSION, "critical", identities_row.run),
    Rule(percentages_execution.ID, percentages_execution.VERSION, "warning", percentages_execution.run),
    Rule(percentages_base.ID, percentages_base.VERSION, "info", percentages_base.run),
    Rule(agreement_across_tables.ID, agreement_across_tables.VERSION, "warning", agreement_across_tables.run),
    Rule(geography_code_name.ID, geography_code_name.VERSION, "warning", geography_code_name.run),
    Rule(geography_coverage.ID, geography_coverage.VERSION, "warning", geography_coverage.run),
    Rule(geography_region.ID, geography_region.VERSION, "warning", geography_region.run),
    Rule(structure_duplicate_row.ID, structure_duplicate_row.VERSION, "warning", structure_duplicate_row.run),
    Rule(values_sign_and_bound.ID, values_sign_and_bound.VERSION, "info", values_sign_and_bound.run),
)


def run(document: Document) -> list[Result]:
    """Every rule on a document: the results of all tables, rule by rule."""
    return [result for rule in RULES for result in rule.run(document)]
