"""What the expectations judge: the staged datasets of one run, and what they say of them.

A dataset is read as plain Python values, column by column: amounts stay `Decimal`, nulls become None, and no verdict
hangs on how pandas happened to type a column that is empty or partly null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rendicion_etl.checks.gx.judgement import Judgement, judge
from rendicion_etl.checks.model import Rule
from rendicion_etl.normalize.model import Document

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 10
"""How many places a contract breach names per document; its count is always complete."""


class Columns:
    """A dataset as columns of Python values, each converted once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._values: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __contains__(self, name: str) -> bool:
        return name in self.frame.columns

    def __getitem__(self, name: str) -> list[Any]:
        """The values of a column, None for null; KeyError if the dataset has no such column."""
        if name not in self._values:
            column = self.frame[name]
            self._values[name] = column.astype(object).where(column.notna(), None).tolist()
        return self._values[name]

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The given columns row by row."""
        return zip(*(self[name] for name in names), strict=True)


@dataclass
class Breach:
    """What one document did against one expectation: how often, why, and some of the places."""

    document_id: str
    n: int
    reason_es: str
    reason_en: str
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Checked:
    """What a grouped expectation found. `errors` are documents that it could not judge, with the exception."""

    n_applied: int
    breaches: list[Breach] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def n_failed(self) -> int:
        return sum(breach.n for breach in self.breaches)


def breaches_of(failing: Iterable[tuple[str | None, dict[str, Any]]], reason_es: str, reason_en: str) -> list[Breach]:
    """Groups failing places (document_id, place) into one Breach per document."""
    by_document: dict[str, Breach] = {}
    for document_id, place in failing:
        key = document_id or ""
        breach = by_document.setdefault(key, Breach(key, 0, reason_es, reason_en))
        breach.n += 1
        if len(breach.examples) < EXAMPLES:
            breach.examples.append(place)
    return list(by_document.values())


@dataclass
class Run:
    """All that a run staged. `document_ids` are the documents that were meant to be staged."""

    frames: Mapping[str, pd.DataFrame]
    document_ids: Sequence[str]
    load_document: Callable[[str], Document]
    rules: Sequence[Rule]
    _columns: dict[int, Columns] = field(default_factory=dict)

    def of(self, dataset: str) -> Columns:
        return self.columns(self.frames[dataset])

    def columns(self, frame: pd.DataFrame) -> Columns:
        """The columns of a frame; converted once however many expectations ask."""
        found = self._columns.get(id(frame))
        if found is None or found.frame is not frame:
            found = self._columns[id(frame)] = Columns(frame)
        return found

    @cached_property
    def judgement(self) -> Judgement:
        """The rules applied to the documents, once for all expectations of both families."""
        return judge(self.document_ids, self.load_document, self.rules)


CURRENT: ContextVar[Run] = ContextVar("rendicion_run")
"""The run that is being validated; Great Expectations offers no way to hand its metrics more than one dataset."""
