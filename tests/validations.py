"""Who is validated ahead, while others are read, and who at the end: for tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from rendicion_etl.runs import publishing
from rendicion_etl.runs.staging import StagedDocument


class Watched:
    """The validation of `together` documents at a time, watched; `refuses` ("ahead", "at the end") always fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, together: int, refuses: str = "") -> None:
        self.ahead: list[list[str]] = []
        self.at_the_end: list[list[str]] = []
        self._validate, self._refuses = publishing._validate, refuses
        monkeypatch.setattr(publishing, "_validate", self)
        monkeypatch.setattr(publishing, "TOGETHER", together)

    def __call__(self, documents: Sequence[StagedDocument], *rest: Any) -> Any:
        is_ahead = threading.current_thread().name.startswith("validar")
        names = sorted(document.document_id for document in documents)
        (self.ahead if is_ahead else self.at_the_end).append(names)
        if self._refuses == ("ahead" if is_ahead else "at the end"):
            raise OSError(5, "Input/output error")
        return self._validate(documents, *rest)

    @property
    def sizes(self) -> tuple[list[int], list[int]]:
        """How many were validated each time, ahead and at the end."""
        return [len(names) for names in self.ahead], [len(names) for names in self.at_the_end]
