"""Our own expectations, as Great Expectations knows them: the base they share and the one that judges documents.

Importing this module imports Great Expectations (2 to 3 s): do it inside functions only. The classes register
themselves under their name in snake case, which is the `type` that the JSON in `expectations/` uses.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from rendicion_etl.checks.gx import accountability, coherence, conservation, contract
from rendicion_etl.checks.gx.staged import CURRENT, Checked

METRIC = "table.rendicion.checked"

CHECKS: dict[str, Any] = {
    function.__name__: function
    for function in (
        contract.columns_complete,
        contract.amounts_exact,
        contract.parents_exist,
        contract.parents_have_rows,
        contract.counts_match,
        contract.pages_exist,
        contract.same_as_document,
        contract.outcomes_counted,
        conservation.spans_apart,
        conservation.numbers_land_once,
        conservation.amounts_read,
        conservation.findings_quote_cells,
        conservation.findings_derived,
        coherence.values_read,
        coherence.tables_agree,
        coherence.lines_agree,
        coherence.places_belong,
        coherence.rows_nest,
        coherence.percentages_follow,
        accountability.rule_holds,
    )
}
"""The functions behind the expectations, by name."""


class CheckedDataset(TableMetricProvider):  # type: ignore[misc]
    """The metric of all our expectations: one function of `CHECKS` over the whole batch, with its options."""

    metric_name = METRIC
    value_keys = ("check", "options")

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> Checked:
        frame, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        run = CURRENT.get()
        check = CHECKS[metric_value_kwargs["check"]]
        return check(run.columns(frame), run, **metric_value_kwargs["options"])  # type: ignore[no-any-return]


class GroupedExpectation(BatchExpectation):  # type: ignore[misc]
    """An expectation that one function judges for all documents of the run at once.

    A subclass names the function in `check`; its fields are the function's options.
    """

    check: ClassVar[str]

    def get_validation_dependencies(self, execution_engine: Any = None, runtime_configuration: Any = None) -> Any:
        dependencies = super().get_validation_dependencies(execution_engine, runtime_configuration)
        shared = BatchExpectation.__fields__
        options = {name: getattr(self, name) for name in self.__fields__ if name not in shared}
        dependencies.set_metric_configuration(
            METRIC,
            MetricConfiguration(
                METRIC,
                metric_domain_kwargs={"batch_id": self.configuration.kwargs.get("batch_id")},
                metric_value_kwargs={"check": self.check, "options": options},
            ),
        )
        return dependencies

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        checked: Checked = metrics[METRIC]
        applied, failed = checked.n_applied, checked.n_failed
        return {
            "success": not failed and not checked.errors,
            "result": {
                "observed_value": f"{failed} / {applied}",
                "element_count": applied,
                "unexpected_count": failed,
                # Great Expectations takes more than 100 for a mistake of its own and drops the whole result.
                "unexpected_percent": min(100.0, 100.0 * failed / applied) if applied else None,
                "details": {"breaches": [asdict(breach) for breach in checked.breaches], "errors": checked.errors},
            },
        }


class ExpectDocumentsToSatisfyRule(GroupedExpectation):
    """The documents say nothing that the rule contradicts; the rule is a check of the registry, by its check_id."""

    check = "rule_holds"
    rule: str
