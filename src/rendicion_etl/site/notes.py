"""What a page says beside a finding: since when it is published, whether it was withdrawn, who answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rendicion_etl.site.ledger import RETURNED, Entry, Ledger
from rendicion_etl.site.replies import Reply
from rendicion_etl.site.standing import Standing, replacements, successors

Note = dict[str, Any]


def notes_of(ledger: Ledger, now: Standing, replies: Mapping[str, list[Reply]]) -> dict[str, dict[str, Note]]:
    """Of each document the notes to the findings that it has now, by their ids, and to itself where it was replaced."""
    out: dict[str, dict[str, Note]] = defaultdict(dict)
    following = successors(now.documents)
    for document_id, newer in replacements(now.documents).items():
        out[document_id][document_id] = {"replaced_by": newer, "revised_by": following[document_id]}
    for finding_id, packed in now.findings.items():
        out[packed.row["document_id"]][finding_id] = note_of(ledger.findings[finding_id], replies.get(finding_id, []))
    return dict(out)


def note_of(entry: Entry, replies: list[Reply]) -> Note:
    """The note to one finding.

    `withdrawn` is when, or None where it stands; `told` names the text of the reason; `returned` is when it last came
    back.
    """
    event = entry.withdrawal
    return {
        "published": entry.published,
        "withdrawn": event and event.at,
        "reason": event and event.reason,
        "told": event and event.told,
        "replaced_by": event and event.replaced_by,
        "before": event and event.before,
        "after": event and event.after,
        "doubt": bool(event and event.doubt),
        "returned": max((e.at for e in entry.events if e.what == RETURNED), default=None),
        "replies": [asdict(reply) for reply in replies],
    }
