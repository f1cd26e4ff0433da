"""The accountability family: what a rule of the registry says of the documents of a run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from rendicion_etl.checks.gx.staged import Breach, Checked, Columns, Run


def rule_holds(frame: Columns, run: Run, rule: str) -> Checked:
    """The rule holds in every document. Counts are its comparisons; the examples are all its findings.

    KeyError if the registry of the run has no such rule.
    """
    tally = run.judgement.tallies[rule]
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for failure in tally.failures:
        places[failure.document_id].append(asdict(failure))
    breaches = [
        Breach(
            document_id,
            n,
            f"{n} comparaciones no cuadran; {len(places[document_id])} hallazgos.",
            f"{n} comparisons do not hold; {len(places[document_id])} findings.",
            places[document_id],
        )
        for document_id, n in tally.failed_in.items()
    ]
    return Checked(tally.n_applied, breaches, {**run.judgement.unloadable, **tally.errors})
