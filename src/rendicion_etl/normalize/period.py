"""Which year and which part of it a report covers.

What the first page and the running header say outweighs captions, and those outweigh sentences; a named period
("Primer cuatrimestre") outweighs a date. Where equal evidence conflicts the answer is None. Years count only where
they are said to be the budget's: laws, plans and goals carry years too.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rendicion_etl.normalize.evidence import Rank, Statement, statements
from rendicion_etl.normalize.period_words import Claim, claims
from rendicion_etl.normalize.text import fold

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Page

RANKS: tuple[Rank, ...] = ("front", "line", "prose")
LINES_JOINED = 3  # "Del 1 de enero / al 30 de abril / de 2021"
# Claims that contradict each other; a date only speaks where none of these does, a bare month where no date does.
_STATED = ("named", "range", "annual", "month")
_FALLBACKS = (("end",), ("bare_month",))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period:
    """What a report covers; None for what it does not say.

    period: `C1` `C2` `C3` (four months), `Q1`..`Q4`, `S1` `S2`, `M01`..`M12`, `Y`. start is 1 January, since
    execution is cumulative, unless a range is printed; end is the last day.
    """

    fiscal_year: int | None = None
    period: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None


def identify(pages: Sequence[Page]) -> Period:
    """The period of a document from what its pages say."""
    if not pages:
        return Period()
    said = _claims_by_rank(statements(pages, LINES_JOINED))
    chosen = _chosen(said)
    year = _year(said, chosen)
    if not chosen:
        return Period(year)
    period, last = _code(chosen), chosen[0].last_month
    first = next((c.first_month for c in chosen if c.kind == "range"), 1)
    if year is None:
        return Period(None, period)
    end = dt.date(year, last, calendar.monthrange(year, last)[1])
    return Period(year, period, dt.date(year, first, 1), end)


def _claims_by_rank(said: Iterable[Statement]) -> dict[Rank, list[Claim]]:
    """Claims in reading order. The same wording counts once, and the first line that claims anything twice."""
    out: dict[Rank, list[Claim]] = {rank: [] for rank in RANKS}
    seen: set[str] = set()
    for statement in said:
        text = fold(statement.text)
        if text in seen:
            continue
        seen.add(text)
        seams = [len(fold(statement.text[:seam])) for seam in statement.seams]
        found = [c for c in claims(text) if not seams or any(c.span[0] < seam < c.span[1] for seam in seams)]
        out[statement.rank] += found if out[statement.rank] else found * 2
    return out


def _chosen(said: dict[Rank, list[Claim]]) -> list[Claim]:
    """The claims of the best rank that agree on the last month; empty where equal ones conflict."""
    for kinds in (_STATED, *_FALLBACKS):
        for rank in RANKS:
            stated = [c for c in said[rank] if c.kind in kinds]
            if stated:
                last = _majority(c.last_month for c in stated)
                return [c for c in stated if c.last_month == last]
    return []


def _code(chosen: list[Claim]) -> str | None:
    """The period code: as named; else from range, year, month or date in this order."""
    for kind in ("named", "range", "annual", "month", "end", "bare_month"):
        codes = [c.period for c in chosen if c.kind == kind]
        if codes:
            return _majority(codes)
    return None


def _year(said: dict[Rank, list[Claim]], chosen: list[Claim]) -> int | None:
    """The year that the best rank gives; a bare month's year counts only if that month is the period."""
    for rank in RANKS:
        years = [c.year for c in said[rank] if c.year and (c.kind != "bare_month" or c in chosen)]
        labelled = [c.year for c in said[rank] if c.year and c.kind not in ("bare_month", "bare_year", "end")]
        if labelled or years:
            return _majority(labelled or years)
    return None


def _majority(values: Iterable[T]) -> T | None:
    """The value that occurs more often than any other; None on a tie."""
    ranking = Counter(values).most_common(2)
    if not ranking or (len(ranking) == 2 and ranking[0][1] == ranking[1][1]):
        return None
    return ranking[0][0]
