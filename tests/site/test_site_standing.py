"""When a finding is withdrawn, for what reason, and when it returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from test_site_ledger import DAY, DOCUMENT, FINDING, OF_DOCUMENT, OF_FINDING

from rendicion_etl.site.ledger import Ledger, Packed
from rendicion_etl.site.standing import Standing, bring_up_to_date

NEWER, NEWEST = "scep-2021-c1-deadbeef", "scep-2021-c1-feedbeef"


def other(document_id: str, supersedes: str | None) -> dict[str, Any]:
    return {**OF_DOCUMENT, "document_id": document_id, "sha256": document_id[-8:] * 8, "supersedes": supersedes}


def data(
    *documents: dict[str, Any], finding: bool = True, doubt: bool = False, pipeline: str = "1", rule: str = "1"
) -> Standing:
    """The data with the example's document (unless others are given) and its finding."""
    found = documents or ({**OF_DOCUMENT, "pipeline_version": pipeline},)
    return Standing(
        {row["document_id"]: row for row in found},
        {FINDING: Packed.of({**OF_FINDING, "pipeline_version": pipeline, "check_version": rule})} if finding else {},
        {FINDING: DOCUMENT} if doubt else {},
        {(row["document_id"], "totals.column_sum"): rule for row in found},
    )


def history(*states: Standing) -> Ledger:
    """The ledger after builds that met these data, a day apart."""
    ledger = Ledger()
    for day, now in enumerate(states):
        bring_up_to_date(ledger, now, DAY + dt.timedelta(day))
    return ledger


def told(ledger: Ledger) -> list[tuple[int, str, str | None]]:
    """Of the finding: on which day what happened, and why."""
    return [((e.at - DAY).days, e.what, e.reason) for e in ledger.findings[FINDING].events]


PUBLISHED = (0, "published", None)
ABSENT = data(finding=False)
REPLACED = data(OF_DOCUMENT, other(NEWER, DOCUMENT))
ONLY_NEWER = data(other(NEWER, DOCUMENT), finding=False)
STRANGER = data(other("scep-2022-c1-abcdabcd", None), finding=False)


@pytest.mark.parametrize(
    ("states", "events"),
    [
        ([data()], [PUBLISHED]),
        ([data(), data(), data()], [PUBLISHED]),
        ([data(), ABSENT, ABSENT], [PUBLISHED, (1, "withdrawn", "reread")]),
        ([data(), ABSENT, data()], [PUBLISHED, (1, "withdrawn", "reread"), (2, "returned", None)]),
        ([data(), REPLACED, REPLACED], [PUBLISHED, (1, "withdrawn", "replaced")]),
        ([data(), REPLACED, data()], [PUBLISHED, (1, "withdrawn", "replaced"), (2, "returned", None)]),
        ([data(), ONLY_NEWER], [PUBLISHED, (1, "withdrawn", "replaced")]),
        ([data(), STRANGER], [PUBLISHED, (1, "withdrawn", "gone")]),
        ([data(), STRANGER, data()], [PUBLISHED, (1, "withdrawn", "gone"), (2, "returned", None)]),
    ],
)
def test_events(states: list[Standing], events: list[Any]) -> None:
    assert told(history(*states)) == events


def test_a_finding_that_is_in_doubt_now_was_reread() -> None:
    (_, event) = history(data(), data(finding=False, doubt=True)).findings[FINDING].events
    assert (event.reason, event.doubt) == ("reread", True)


def test_what_was_reread_tells_from_which_versions_to_which() -> None:
    (_, event) = history(data(), data(finding=False, pipeline="2", rule="3")).findings[FINDING].events
    assert event.before == {"pipeline": "1", "check": "1"}
    assert event.after == {"pipeline": "2", "check": "3"}


def test_our_correction_is_told_though_the_document_was_replaced_before_or_goes_later() -> None:
    """A page that blamed the replaced document for what we misread would accuse falsely."""
    corrected = data(OF_DOCUMENT, other(NEWER, DOCUMENT), finding=False)
    ledger = history(data(), REPLACED, corrected, ONLY_NEWER, STRANGER)
    assert told(ledger) == [PUBLISHED, (1, "withdrawn", "replaced"), (2, "withdrawn", "reread")]
    assert ledger.findings[FINDING].events[-1].replaced_by == NEWER


def test_a_replaced_document_that_goes_stays_replaced_and_one_that_was_gone_may_turn_out_to_be() -> None:
    assert told(history(data(), REPLACED, ONLY_NEWER, STRANGER)) == [PUBLISHED, (1, "withdrawn", "replaced")]
    assert told(history(data(), STRANGER, ONLY_NEWER))[1:] == [(1, "withdrawn", "gone"), (2, "withdrawn", "replaced")]


def test_a_chain_of_versions_leads_to_the_last_without_another_date() -> None:
    chain = data(OF_DOCUMENT, other(NEWER, DOCUMENT), other(NEWEST, NEWER))
    (_, event) = history(data(), REPLACED, chain).findings[FINDING].events
    assert (event.at, event.replaced_by) == (DAY + dt.timedelta(1), NEWEST)


def test_versions_that_name_each_other_end_somewhere() -> None:
    circle = data({**OF_DOCUMENT, "supersedes": NEWER}, other(NEWER, DOCUMENT))
    assert told(history(data(), circle))[-1][1:] == ("withdrawn", "replaced")


def test_a_document_under_another_identifier_keeps_its_findings() -> None:
    """Its institution became known: the content is the same, and so are the findings' ids and addresses."""
    named = {**OF_DOCUMENT, "document_id": "sosep-2021-c1-0123abcd"}
    now = data(named)
    now.findings[FINDING] = Packed.of({**OF_FINDING, "document_id": named["document_id"]})
    ledger = history(data(), now)
    assert told(ledger) == [PUBLISHED]
    assert ledger.findings[FINDING].home == DOCUMENT, "noted where it always was"
    (_, event) = ledger.documents[DOCUMENT].events
    assert (event.reason, event.replaced_by) == ("renamed", named["document_id"])


def test_a_document_is_withdrawn_and_returns() -> None:
    events = history(data(), STRANGER, data()).documents[DOCUMENT].events
    assert [(e.what, e.reason) for e in events] == [("published", None), ("withdrawn", "gone"), ("returned", None)]


def test_the_row_is_the_last_one_published_and_the_moment_is_noted_to_the_second_in_utc() -> None:
    ledger = Ledger()
    noon = dt.datetime(2025, 3, 1, 6, 0, 0, 999, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
    bring_up_to_date(ledger, data(), noon)
    bring_up_to_date(ledger, data(pipeline="2"), noon)
    bring_up_to_date(ledger, ABSENT, noon)
    entry = ledger.findings[FINDING]
    assert entry.row["pipeline_version"] == "2"
    assert entry.published.isoformat() == "2025-03-01T12:00:00+00:00"
