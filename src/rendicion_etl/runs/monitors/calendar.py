"""What is awaited of a source: a visit that succeeds, and a new report when its institution owes one.

- `source_fails`: as many visits as FAILURES failed in a row. Does not apply to a source that was never visited.
- `no_new_document`: with `expected_days`, nothing new came for more days than that; without, the report of the next
  period is not there PATIENCE days after that period ended. Periods are those that the institution publishes: three a
  year, or quarters, half-years, months or years. Does not apply before the first visit, nor, without `expected_days`,
  to a source of no known institution or one of which no report says its period.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from rendicion_etl.archive.sources import Source
from rendicion_etl.archive.visits import Visits
from rendicion_etl.messages import LANGUAGES, reason, say
from rendicion_etl.runs.monitors.alarm import Alarm
from rendicion_etl.site.periods import last_month
from rendicion_etl.site.words import Words

FAILURES = 3
# Days: ours, not the law's. Reports are published weeks after their period, and a holiday is no news.
PATIENCE = 60
_A_YEAR = {"C": 3, "Q": 4, "S": 2, "M": 12, "Y": 1}

Period = tuple[int, str]
"""Fiscal year and period of a report."""


def of_source(source: Source, visits: Visits, reports: Sequence[Period], today: dt.date) -> Iterator[Alarm]:
    """The alarms of one source; `reports` are the periods of its institution's published reports."""
    if visits.last_visit is None:
        return
    if visits.failures_in_row >= FAILURES:
        since = visits.last_success or visits.first_visit
        es, en = (
            say(
                "monitor.source_fails",
                lang,
                source=source.id,
                n=visits.failures_in_row,
                date=Words(lang).date(since),
                why=first_reason(visits, lang),
            )
            for lang in LANGUAGES
        )
        yield Alarm("source_fails", source.id, _day(visits.last_success), es, en)
    overdue = _too_long(source, visits, today) if source.expected_days else _owed(source, reports, today)
    if overdue:
        yield overdue


def first_reason(visits: Visits, lang: str) -> str:
    """What failed first in the last visit, and why, in a language; "" where nothing did."""
    address, colon, why = (visits.reasons[0] if visits.reasons else "").partition(": ")
    return f"{address}{colon}{reason(why, lang)}"


def _too_long(source: Source, visits: Visits, today: dt.date) -> Alarm | None:
    """Nothing new for longer than its steward expects."""
    since = visits.last_new or visits.first_visit
    if not since or not source.expected_days or (today - since.date()).days <= source.expected_days:
        return None
    es, en = (
        say("monitor.nothing_new", lang, source=source.id, date=Words(lang).date(since), days=source.expected_days)
        for lang in LANGUAGES
    )
    return Alarm("no_new_document", source.id, _day(since), es, en)


def _owed(source: Source, reports: Sequence[Period], today: dt.date) -> Alarm | None:
    """The report of the next period is long due."""
    if not source.institution or not reports:
        return None
    year, period = awaited(reports)
    ended = last_day(year, period)
    if today <= ended + dt.timedelta(PATIENCE):
        return None
    es, en = (
        say(
            "monitor.owed",
            lang,
            source=source.id,
            period=Words(lang).period(period, year),
            date=Words(lang).date(ended),
        )
        for lang in LANGUAGES
    )
    return Alarm("no_new_document", source.id, f"{year}-{period}", es, en)


def awaited(reports: Sequence[Period]) -> Period:
    """The period of the next report: the first, of the kind that is published most, to end after all that are there.

    >>> awaited([(2024, "C1"), (2024, "C2")]), awaited([(2023, "C2"), (2023, "Y"), (2023, "C1")])
    ((2024, 'C3'), (2024, 'C1'))
    """
    often = Counter(period[0] for _, period in reports)
    kind = max(often, key=lambda k: (often[k], _A_YEAR[k]))
    year, month = max((year, last_month(period)) for year, period in reports)
    number = month * _A_YEAR[kind] // 12 + 1
    if number > _A_YEAR[kind]:
        year, number = year + 1, 1
    digits = "" if kind == "Y" else f"{number:02d}" if kind == "M" else str(number)
    return year, f"{kind}{digits}"


def last_day(year: int, period: str) -> dt.date:
    month = last_month(period)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(moment: dt.datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
