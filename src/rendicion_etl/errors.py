"""The errors that a user can meet: each says which file, why, and what to do next."""

from __future__ import annotations


class RendicionError(Exception):
    """A problem that can be told in one line: `what` happened, `why`, and the `next_step`, all in Spanish."""

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(f"{what}: {why}. {next_step}")
        self.what, self.why, self.next_step = what, why, next_step


class UnreadableDocument(RendicionError):
    """A file that cannot become a document: it is quarantined with `stage` and the reason, the others go on."""

    def __init__(self, file_name: str, why: str, next_step: str, stage: str = "reading") -> None:
        super().__init__(file_name, why, next_step)
        self.stage = stage
