"""Runs the suites in `expectations/` with Great Expectations, once over all staged documents of a run.

Great Expectations passes on empty and all-null data, drops expectation types it does not know, tells a rule that
crashed from one that failed only in a side field, and mixes results up between threads that share a context. So
suites are read and counted here (`suite_files`), nothing that was not applied passes, a crash is an `error`, and
every call has a context of its own.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.checks.gx.outcomes import result_of, unanswered
from rendicion_etl.checks.gx.staged import CURRENT, Run
from rendicion_etl.checks.gx.suite_files import SuiteFile, assert_rules_covered, load_suite_files
from rendicion_etl.checks.gx.verdict import RunVerdict, SuiteResult
from rendicion_etl.checks.model import Rule
from rendicion_etl.normalize.model import Document

if TYPE_CHECKING:
    import pandas as pd

_import_lock = threading.Lock()


def run_suites(
    frames: Mapping[str, pd.DataFrame],
    load_document: Callable[[str], Document],
    rules: Sequence[Rule],
    expectations_dir: Path,
    document_ids: Sequence[str] | None = None,
) -> RunVerdict:
    """Judges a run: one concatenated frame per dataset, all with a column document_id.

    `load_document` gives a staged document back for the accountability family, one at a time. `document_ids` are
    the documents that should be there (default: all that any frame names). Raises SuiteError when the suites
    themselves cannot be trusted: nothing may be published then.
    """
    files = load_suite_files(expectations_dir)
    assert_rules_covered(files, rules)
    ids = list(document_ids) if document_ids is not None else _named_in(frames)
    return RunVerdict(
        document_ids=ids,
        suites=run_suite_files(Run(frames, ids, load_document, rules), files),
        versions={"great_expectations": version("great_expectations"), **{r.check_id: r.version for r in rules}},
    )


def run_suite_files(run: Run, files: Sequence[SuiteFile]) -> list[SuiteResult]:
    """Runs the given suites over their datasets, in one context made for this call."""
    preload()
    token = CURRENT.set(run)
    try:
        source = _context().data_sources.add_pandas("staged")
        return [_run_suite(run, file, source) for file in files]
    finally:
        CURRENT.reset(token)


def preload() -> None:
    """Imports Great Expectations and our expectations (2 to 3 s the first time, then nothing).

    Meant for a thread while worker processes read pages. The garbage collector rests meanwhile, since a third of
    the time would go into looking at objects that stay for good; they are set aside for the same reason. The logger
    of Great Expectations is silent from here on: what matters of it is in the results.
    """
    with _import_lock:
        if "rendicion_etl.checks.gx.contract_expectations" in sys.modules:
            return
        logger = logging.getLogger("great_expectations")
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        collecting = gc.isenabled()
        gc.disable()
        try:
            import rendicion_etl.checks.gx.contract_expectations  # noqa: F401
        finally:
            if collecting:
                gc.freeze()
                gc.enable()


def _run_suite(run: Run, file: SuiteFile, source: Any) -> SuiteResult:
    frame = run.frames[file.dataset]
    suite = file.build()
    batch = source.add_dataframe_asset(file.name).add_batch_definition_whole_dataframe("run")
    result_format = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [name for name in file.places if name in frame.columns],
    }
    answers: dict[str, Any] = {}
    crash = None
    try:
        validation = batch.get_batch({"dataframe": frame}).validate(suite, result_format=result_format)
        answers = {answer.expectation_config.meta["id"]: answer for answer in validation.results}
    except Exception as error:  # a dataset that Great Expectations cannot take in at all
        crash = f"{type(error).__name__}: {error}"
    results = [
        result_of(entry, file, answers[entry.id], len(frame), run.document_ids)
        if entry.id in answers
        else unanswered(entry, file, crash)
        for entry in file.entries
    ]
    return SuiteResult(
        file.name, file.family, file.dataset, len(frame), len(file.entries), len(suite.expectations), results
    )


def _context() -> Any:
    """An ephemeral context that writes no files, sends no statistics and draws no progress bars."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _named_in(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    named = {str(value) for frame in frames.values() for value in frame["document_id"].dropna().unique()}
    return sorted(named)
