"""The pass over time: after the documents of a run were read, each is judged beside the reports that precede it.

A report that is published already and follows one of this run is brought into the run and judged anew, since findings
over time stand at the later report: so the outcome is the same in whatever order reports arrive. What a report was
judged beside is kept in its files; where that is no longer what there is, for whatever reason, it is stale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rendicion_etl.archive.store import find
from rendicion_etl.runs.staging import StagedDocument, Task, draw_page, load_judged, stage
from rendicion_etl.runs.timeline import (
    Beside,
    Group,
    Report,
    beside,
    groups_of,
    has_history,
    published_reports,
    staged_report,
    stale,
)
from rendicion_etl.runs.workers import Outcome, run_documents
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    from rendicion_etl.normalize.correction_files import Corrections

AGAIN = "over-time"  # the folder of what is staged a second time: others may be reading the first

Read = Outcome[Task, StagedDocument]


@dataclass(frozen=True)
class Judgement:
    """A document of a run to be judged beside others; `history` are their files by dataset."""

    task: Task
    document: StagedDocument
    history: tuple[dict[str, Path], ...]
    supersedes: str | None
    mark: str


def judge_beside(item: Judgement) -> StagedDocument:
    """Judge a staged document beside its history and stage it anew."""
    from rendicion_etl.curated.restore import restore
    from rendicion_etl.pipeline import judge_over_time

    task = item.task
    document, results = load_judged(task.staging, item.document.document_id)
    document.history, document.supersedes = tuple(map(restore, item.history)), item.supersedes
    processed = judge_over_time(document, results, task.stored, task.raw)
    staged = stage(processed, task.staging, task.staging / AGAIN, item.mark)
    return replace(staged, page=draw_page(staged.staged, task))


def complete(
    outcomes: Sequence[Read],
    staging: Path,
    settings: Settings,
    read_more: Callable[[list[Task]], list[Read]],
    corrections: Corrections,
) -> tuple[list[Read], list[Report]]:
    """What became of all documents of the run once they were judged over time, the later ones first.

    To be published in that order: cut short, what is missing is then of a file that is not known yet. Beside it, the
    published reports that should have been judged anew, but whose PDF is no longer in the archive; `read_more` reads
    the others, with their `corrections`.
    """
    done, lost = list(outcomes), list[Report]()
    while True:
        reports, found = _timeline(done, settings)
        tried = {_sha(o) for o in done} | {r.sha256 for r in lost}
        tasks = []
        for report in (r for r in stale(reports, found) if r.sha256 not in tried):
            if stored := find(settings.raw, report.sha256):
                known = corrections.get(report.sha256, ())
                tasks.append(Task(stored, staging, settings.raw, report.document_id, known))
            else:
                lost.append(report)
        if not tasks:
            break
        done += read_more(tasks)
    read = {o.value.document_id: (o.item, o.value) for o in done if o.value}
    items = [
        Judgement(*read[name], tuple(r.files for r in at.reports), at.supersedes, at.mark)
        for name, at in found.items()
        if name in read and at.reports
    ]
    said = run_documents(judge_beside, items, jobs=settings.jobs, **settings.limits)
    again = {o.item.task.stored.sha256: o for o in said}
    judged = [replace(o, value=a.value, failure=a.failure) if (a := again.get(_sha(o))) else o for o in done]
    order = {r.sha256: k for k, r in enumerate(sorted(reports, key=lambda r: r.when, reverse=True))}
    return sorted(judged, key=lambda o: order.get(_sha(o), len(order))), lost


def _sha(outcome: Read) -> str:
    return outcome.item.stored.sha256


def stale_reports(groups: Iterable[Group], settings: Settings) -> list[Report]:
    """The published reports of some groups that were judged beside something else than what there is now."""
    out = []
    for group in filter(has_history, groups):
        reports = published_reports(settings.curated, settings.raw, group, least=2)
        out += stale(reports, beside(reports))
    return out


def _timeline(outcomes: Sequence[Read], settings: Settings) -> tuple[list[Report], dict[str, Beside]]:
    """The reports of every group that the run touches, staged ones in place of published ones; each with its history.

    A staged report has been judged beside nothing yet.
    """
    staged = [o.value.staged for o in outcomes if o.value]
    ours = [staged_report(each, settings.raw) for each in staged]
    groups: dict[Group, dict[str, Report]] = defaultdict(dict)
    for group in sorted({g for each in staged for g in groups_of(settings.curated, each)}):
        if has_history(group) or any(r.addresses for r in ours if r.group == group):
            groups[group] = {r.sha256: r for r in published_reports(settings.curated, settings.raw, group)}
    for report in ours:
        for members in groups.values():
            members.pop(report.sha256, None)
        groups[report.group][report.sha256] = report
    reports = [r for members in groups.values() for r in members.values()]
    return reports, {name: at for members in groups.values() for name, at in beside(list(members.values())).items()}
