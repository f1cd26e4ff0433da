"""What people corrected accuses nobody: a finding that a correction takes part in stays unconfirmed.

A correction is one person's reading of the page, and the second reading that confirms a finding reads the print, which
no correction changes. So a finding of a corrected document may be confirmed only where the same one, word by word and
cell by cell, stands in the document as it was read without its corrections: then they have no part in it.

Over time there is no such reading to compare with. There a finding is doubted where one of its reports was corrected,
since which lines are compared may follow from it; which cells changed between versions is a matter of their tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rendicion_etl.checks import revisions_changed
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.corrections import Applied
from rendicion_etl.normalize.model import Document

DOUBT = "depende de una corrección nuestra, que no es una segunda lectura"


def doubt_corrected(document: Document, results: Iterable[Result], as_read: Iterable[Result]) -> None:
    """Doubt each finding that was not there before the document was corrected; `as_read` is what was found then."""
    before = {_told(finding) for result in as_read for finding in result.findings}
    cells = {(a.table_id, a.correction.row, a.correction.col) for a in document.corrections if _gives_another_value(a)}
    for finding in (f for result in results for f in result.findings):
        taking_part = {(p.table_id, p.row, p.col) for p in (finding.place, *finding.related)}
        if taking_part & cells or _told(finding) not in before:
            finding.doubt = f"{finding.place.table_id or 'texto'}: {DOUBT}"


def _gives_another_value(applied: Applied) -> bool:
    """One that repeats what is read takes no part in anything: it must not hide a finding either."""
    c = applied.correction
    return c.what == "value" and (applied.before is None or Decimal(applied.before) != Decimal(c.after))


def doubt_over_time(document: Document, results: Iterable[Result]) -> None:
    """Doubt each finding beside its history in which a corrected report, or table of a version, takes part."""
    corrected = {a.table_id for d in (document, *document.history) for a in d.corrections}
    reports = {_report(table_id) for table_id in corrected}
    for finding in (f for result in results for f in result.findings):
        tables = {p.table_id for p in (finding.place, *finding.related)} | set(finding.whole_tables)
        if finding.check_id == revisions_changed.ID:
            doubted = bool(tables & corrected)
        else:
            doubted = bool({_report(table_id) for table_id in tables} & reports)
        if doubted:
            finding.doubt = f"{finding.place.table_id or 'texto'}: {DOUBT}"


def _report(table_id: str) -> str:
    return table_id.rpartition("/")[0]


def _told(finding: Finding) -> tuple[object, ...]:
    """All that a finding says to a reader."""
    return (
        finding.check_id,
        finding.severity,
        finding.place,
        finding.printed,
        finding.expected,
        finding.expected_text,
        finding.message_es,
        finding.related,
    )
