"""What there is to tell that was not told yet: of the published data, of a run, of visits to sources, of the monitors.

What is new is told by comparing what is published with what was told, so that a run that was cut short before its
message is told of by the next one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.messages import LANGUAGES, reason, say
from rendicion_etl.runs.notify.news import Item, News
from rendicion_etl.runs.notify.told import THERE, TO_REVIEW, Told, read_told
from rendicion_etl.settings import Settings
from rendicion_etl.site.feeds import report_name
from rendicion_etl.site.withdrawn import place_of
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    from rendicion_etl.archive.visits import Visits
    from rendicion_etl.runs.monitors.alarm import Alarm
    from rendicion_etl.runs.report import RunReport
    from rendicion_etl.runs.workers import Failure
    from rendicion_etl.site.ledger import Entry

Row = dict[str, Any]

_DOCUMENTS = "SELECT * FROM documents ORDER BY institution, fiscal_year, period_end, retrieved_at, document_id"
_CONFIRMED = "SELECT finding_id, document_id, severity, consequence_of FROM findings WHERE confidence = 'confirmed'"
_FINDINGS = """
SELECT f.*, t.title AS table_title FROM findings f LEFT JOIN tables t ON t.table_id = f.table_id
WHERE f.finding_id IN (SELECT unnest(?)) ORDER BY f.document_id, f.page, f.finding_id
"""


@dataclass(frozen=True)
class Published:
    """What stands in the data: documents by identifier, in order; confirmed findings, those of documents that were
    replaced left out, and of them the `critical` that follow from no other, each with its document."""

    documents: dict[str, Row]
    findings: frozenset[str]
    critical: dict[str, str]


def news_of(
    settings: Settings,
    report: RunReport | None = None,
    visits: Iterable[Visits] = (),
    alarms: Sequence[Alarm] | None = None,
) -> News:
    """What was not told yet; nothing where there is nobody to tell.

    report: of the run just made. visits: the sources that were visited. alarms: all that stand now; None where the
    monitors were not asked. The first time only what `report` published for the first time is news, not all that was
    there before. Raises RendicionError for a damaged file.
    """
    if not settings.notify.strip():
        return News()
    from rendicion_etl.curated.stamp import data_stamp
    from rendicion_etl.runs.monitors.documents import bring

    bring(settings.curated)
    told, stamp = read_told(settings.curated), data_stamp(settings.curated)
    data: dict[str, Any] = {}
    if stamp != told.stamp or TO_REVIEW in told.findings.values():
        data = _of_data(settings.curated, published(settings.curated), told, report, alarms)
    return News(
        **data,
        stamp=stamp,
        **_of_alarms(told, alarms),
        **_of_failures(told, report, list(visits), alarms or ()),
    )


def published(curated: Path) -> Published:
    from rendicion_etl.curated.query import named_rows, open_curated, told_plainly
    from rendicion_etl.site.standing import replacements

    with told_plainly(curated), open_curated(curated) as connection:
        documents = {row["document_id"]: _with_known_year(row) for row in named_rows(connection, _DOCUMENTS)}
        confirmed = connection.execute(_CONFIRMED).fetchall()
    gone = replacements(documents)
    standing = [row for row in confirmed if row[1] not in gone]
    return Published(
        documents,
        frozenset(row[0] for row in standing),
        {key: of for key, of, severity, cause in standing if severity == "critical" and cause is None},
    )


def _of_data(
    curated: Path, now: Published, told: Told, report: RunReport | None, alarms: Sequence[Alarm] | None
) -> dict[str, Any]:
    """Documents and findings: those that are new, and those withdrawn."""
    known = told.documents
    there: set[str] = set()
    if known is None:
        fresh = {each.sha256 for each in report.documents if each.is_new} if report else set()
        known = there = {row["sha256"] for row in now.documents.values()} - fresh
    documents = {key: row for key, row in now.documents.items() if row["sha256"] not in known}
    doubted = {alarm.document_id for alarm in alarms or ()}
    findings_there = [key for key, of in now.critical.items() if now.documents[of]["sha256"] in there]
    heard = told.findings | dict.fromkeys(findings_there, THERE)
    # What was told as to be reviewed is news once no alarm doubts its document any more.
    new = [
        key
        for key, of in now.critical.items()
        if key not in heard or (heard[key] == TO_REVIEW and alarms is not None and of not in doubted)
    ]
    items = _finding_items(curated, now, new)
    gone = [key for key, how in told.findings.items() if how != THERE and key not in now.findings]
    per_document = Counter(now.critical.values())
    return {
        "documents": tuple(
            _document_item(row, per_document[key], in_doubt=key in doubted) for key, row in documents.items()
        ),
        "findings": tuple(item for key, item in items.items() if now.critical[key] not in doubted),
        "to_review": tuple(item for key, item in items.items() if now.critical[key] in doubted),
        "withdrawn": tuple(_withdrawn_items(curated, gone)),
        "documents_there": tuple(sorted(there)),
        "findings_there": tuple(findings_there),
    }


def _document_item(row: Row, n_critical: int, *, in_doubt: bool) -> Item:
    def text(lang: str) -> str:
        said = say(
            "notify.document", lang, name=report_name(row, Words(lang)), tables=row["n_tables"], critical=n_critical
        )
        said += f" {say('notify.replaces', lang)}" if row["supersedes"] else ""
        return f"{said} {say('notify.in_doubt', lang)}" if in_doubt else said

    return Item(row["sha256"], text("es"), text("en"), page=row["document_id"])


def _finding_items(curated: Path, now: Published, ids: list[str]) -> dict[str, Item]:
    if not ids:
        return {}
    from rendicion_etl.curated.query import named_rows, open_curated, told_plainly
    from rendicion_etl.site.pages import FINDINGS

    with told_plainly(curated), open_curated(curated) as connection:
        rows = [_with_known_year(row) for row in named_rows(connection, _FINDINGS, ids)]
    out = {}
    for row in rows:
        key, document = row["finding_id"], now.documents[row["document_id"]]
        es, en = (_said(row, document, lang) for lang in LANGUAGES)
        out[key] = Item(key, es, en, page=f"{FINDINGS}/{key}")
    return out


def _withdrawn_items(curated: Path, ids: list[str]) -> Iterable[Item]:
    """Findings that were told and no longer stand, with what the ledger keeps of them and why."""
    if not ids:
        return
    from rendicion_etl.curated.copies import bring_beside
    from rendicion_etl.site.ledger import LEDGER, read_ledger
    from rendicion_etl.site.pages import FINDINGS

    bring_beside(curated, LEDGER)
    ledger = read_ledger(curated)
    for key in ids:
        entry = ledger.findings.get(key)
        if entry is None:  # the site was never built with it
            yield Item(key, key, key)
            continue
        document = ledger.documents[entry.row["document_id"]].row
        es, en = (_said_once(entry, document, lang) for lang in LANGUAGES)
        yield Item(key, es, en, page=f"{FINDINGS}/{key}")


def _said_once(entry: Entry, document: Row, lang: str) -> str:
    said, words = _said(entry.row, document, lang), Words(lang)
    if not (event := entry.withdrawal):
        return said
    why = words(f"withdrawn.{event.told}", date=words.date(event.at))
    return f"{why} {words('feeds.said', message=said)}"


def _said(row: Row, document: Row, lang: str) -> str:
    """What a finding says, and where."""
    words = Words(lang)
    return f"{report_name(document, words)}: {place_of(row, words)}. {row[f'message_{lang}']}"


def _of_alarms(told: Told, alarms: Sequence[Alarm] | None) -> dict[str, Any]:
    """Alarms that are new or changed, and those told that stand no more."""
    if alarms is None:
        return {}
    marks = {key: said["mark"] for key, said in told.alarms.items()}
    stand = {alarm.key for alarm in alarms}
    return {
        "alarms": tuple(
            Item(alarm.key, alarm.es, alarm.en, alarm.mark, alarm.document_id)
            for alarm in alarms
            if marks.get(alarm.key) != alarm.mark
        ),
        "ended": tuple(Item(key, said["es"], said["en"]) for key, said in told.alarms.items() if key not in stand),
    }


def _of_failures(
    told: Told, report: RunReport | None, visits: Sequence[Visits], alarms: Sequence[Alarm]
) -> dict[str, Any]:
    """Documents and sources that failed for a reason that was not told, and those that were told and are over."""
    failed, well = {}, set()
    for each in report.documents if report else ():
        key = f"document {each.sha256 or each.file_name}"
        if each.status == "failed" and each.failure:
            failed[key] = _failure_item(key, each.file_name, each.failure)
        else:
            well.add(key)
    for path, failure in report.notices.items() if report else ():
        failed[f"file {path}"] = _failure_item(f"file {path}", path, failure)
    speaking = {alarm.key for alarm in alarms}
    sources = {}
    for visit in visits:
        key = f"source {visit.source_id}"
        if not visit.failures_in_row:
            well.add(key)
        elif f"source_fails {visit.source_id}" not in speaking:
            sources[key] = _source_item(key, visit)
    return {
        "failed": _untold(failed, told),
        "sources": _untold(sources, told),
        "recovered": tuple(sorted(well & set(told.failures))),
    }


def _untold(items: Mapping[str, Item], told: Told) -> tuple[Item, ...]:
    return tuple(item for key, item in items.items() if told.failures.get(key) != item.mark)


def _failure_item(key: str, name: str, failure: Failure) -> Item:
    english = failure.why_en or reason(failure.why, "en")
    es, en = (
        f"{name}: {why}. {reason(failure.next_step, lang)}" for why, lang in ((failure.why, "es"), (english, "en"))
    )
    return Item(key, es, en, mark=without_figures(failure.why))


def _source_item(key: str, visit: Visits) -> Item:
    from rendicion_etl.runs.monitors.calendar import first_reason

    def text(lang: str) -> str:
        why = first_reason(visit, lang)
        return say("notify.source", lang, source=visit.source_id, n=visit.failures_in_row, why=why)

    return Item(key, text("es"), text("en"), mark=without_figures(first_reason(visit, "es")))


def without_figures(text: str) -> str:
    """A reason by which it is known again: how many bytes or seconds it was this time does not matter."""
    return re.sub(r"\d+", "#", text)


def _with_known_year(row: Row) -> Row:
    """A row in which a year that is not known is null."""
    return row | {"fiscal_year": row["fiscal_year"] or None}
