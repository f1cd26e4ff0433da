"""What came out of a run: per document, for people as a table and for programs as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.messages import reason, say
from rendicion_etl.runs.workers import Failure

if TYPE_CHECKING:
    from rendicion_etl.checks.score import Score

Tally = dict[str, dict[str, int]]
"""severity -> confidence -> number of findings."""


@dataclass
class DocumentReport:
    """What became of one file. `failure` of an ingested document is a notice: it lies complete in the datasets.

    scores: by severity, gravest first; none of a document that failed. is_new: it was never published before.
    """

    file_name: str
    status: Literal["ingested", "unchanged", "failed"]
    sha256: str | None = None
    document_id: str | None = None
    n_tables: int = 0
    findings: Tally = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    report: Path | None = None
    failure: Failure | None = None
    is_new: bool = False

    def count(self, severity: str, confidence: str | None = None) -> int:
        found = self.findings.get(severity, {})
        return found.get(confidence, 0) if confidence else sum(found.values())


@dataclass
class RunReport:
    """What became of every file of a run, in the order given; `seconds` of wall time.

    `notices`: files beside the datasets that could not be written, by their path.
    """

    documents: list[DocumentReport]
    curated: Path
    seconds: float = 0.0
    verdict: Path | None = None
    notices: dict[str, Failure] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0: all are in (whatever was found in them); 3: some failed, the rest is published."""
        return 3 if self.of("failed") else 0

    def of(self, status: str) -> list[DocumentReport]:
        return [document for document in self.documents if document.status == status]

    def has_confirmed(self, severity: str) -> bool:
        """Whether a confirmed finding is as severe as `severity` or worse."""
        severe = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return any(document.count(s, "confirmed") for document in self.documents for s in severe)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, paths as text."""
        documents = [
            {
                **asdict(document),
                "report": str(document.report) if document.report else None,
                "failure": _told(document.failure) if document.failure else None,
            }
            for document in self.documents
        ]
        return {
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 3),
            "curated": str(self.curated),
            "verdict": str(self.verdict) if self.verdict else None,
            "documents": documents,
            "notices": {path: _told(failure) for path, failure in self.notices.items()},
        }


def _told(failure: Failure) -> dict[str, Any]:
    return {name: value for name, value in asdict(failure).items() if name not in ("detail", "why_en")}


def tally(findings: Iterable[Mapping[str, Any]]) -> Tally:
    """Counts findings by severity and confidence."""
    counted = Counter((f["severity"], f["confidence"]) for f in findings)
    out: Tally = {}
    for (severity, confidence), number in sorted(counted.items()):
        out.setdefault(severity, {})[confidence] = number
    return out


def print_report(report: RunReport, lang: str, *, debug: bool = False) -> None:
    """Print a table of the documents, then where each report lies, then what failed and why."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if not report.documents:
        console.print(say("ingest.nothing", lang))
        return
    console.print(_table(report, lang))
    lines = _about_scores([score for document in report.documents for score in document.scores], lang)
    lines += [say("run.report", lang, path=d.report) for d in report.documents if d.report]
    for document in report.documents:
        if failure := document.failure:
            key = "run.failed" if document.status == "failed" else "run.note"
            lines.append(_line(key, document.file_name, failure, lang))
            if debug and failure.detail:
                lines.append(failure.detail)
    lines += [_line("run.note", path, failure, lang) for path, failure in report.notices.items()]
    if any(document.sha256 for document in report.of("failed")):
        lines.append(say("run.quarantine", lang, path=report.curated / "quarantine"))
    numbers = {status: len(report.of(status)) for status in ("ingested", "unchanged", "failed")}
    lines.append(say("run.total", lang, seconds=report.seconds, curated=report.curated, **numbers))
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def _line(key: str, file: str, failure: Failure, lang: str) -> str:
    why = failure.why_en if lang == "en" and failure.why_en else reason(failure.why, lang)
    return say(key, lang, file=file, why=why, next_step=reason(failure.next_step, lang))


def _table(report: RunReport, lang: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(say("run.column.document", lang), overflow="fold")  # a long name gives way, no number does
    table.add_column(say("run.column.status", lang), no_wrap=True)
    table.add_column(say("run.column.tables", lang), justify="right", no_wrap=True)
    for severity in SEVERITIES:
        table.add_column(say(f"severity.{severity}", lang).capitalize(), justify="right", no_wrap=True)
    for document in report.documents:
        failed = document.status == "failed"
        counts = [_count(document, severity, lang) for severity in SEVERITIES]
        numbers = ["", "", "", ""] if failed else [str(document.n_tables), *counts]
        status = Text(say(f"run.status.{document.status}", lang), style="red" if failed else "")
        table.add_row(Text(document.document_id or document.file_name), status, *numbers)
        if document.scores:
            table.add_row(*_score(document, lang), style="dim")
    return table


def _score(document: DocumentReport, lang: str) -> list[str]:
    """The line below a document: how many of its comparisons hold."""
    if not any(score.n_applied for score in document.scores):
        return [f"  {say('run.no_score', lang)}"]
    held = [f"{score.n_passed}/{score.n_applied}" if score.n_applied else "" for score in document.scores]
    return [f"  {say('run.held', lang)}", "", "", *held]


def _about_scores(given: list[Score], lang: str) -> list[str]:
    """What the scores count, and how many findings they leave out."""
    if not any(score.n_applied or score.n_unconfirmed for score in given):
        return []
    doubts = sum(score.n_unconfirmed for score in given)
    told = [say("run.score", lang), *([say("run.doubts", lang, n=doubts)] if doubts else [])]
    return [" ".join(told)]


def _count(document: DocumentReport, severity: str, lang: str) -> str:
    number, doubts = document.count(severity), document.count(severity, "unconfirmed")
    return say("run.findings", lang, n=number, doubts=doubts) if doubts else str(number)
