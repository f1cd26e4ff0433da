"""An alarm: something about a source or a document that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass

NOTICES = "avisos"  # under the curated folder: what is remembered of alarms and of what was told


@dataclass(frozen=True)
class Alarm:
    """What a rule says of its `subject` (a source, a document), in both languages.

    `mark` stays the same as long as it is the same trouble: another mark is told anew. `document_id`: the document
    whose reading is in doubt, and with it what was found in it.
    """

    rule: str
    subject: str
    mark: str
    es: str
    en: str
    document_id: str | None = None

    @property
    def key(self) -> str:
        """What an alarm is known by while it stands."""
        return f"{self.rule} {self.subject}"
