"""Numbers as charts write them: short money, steps of a scale, classes of a map; and the shape of a data table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from rendicion_etl.site.amounts import Place
from rendicion_etl.site.words import MINUS, Words, money, plain

_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_UNITS = ((Decimal(10) ** 6, "million"), (Decimal(10) ** 3, "thousand"), (Decimal(1), "one"))


@dataclass(frozen=True)
class TableCell:
    """A cell of a data table. `place`, where the number is printed, is for the page to make a link of."""

    text: str
    place: Place | None = None
    numeric: bool = False
    is_header: bool = False


@dataclass(frozen=True)
class DataTable:
    """The numbers of a chart for an HTML table: headers, rows of as many cells, then notes in sentences."""

    caption: str
    headers: tuple[TableCell, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    notes: tuple[str, ...] = field(default=())


def short_money(value: Decimal, words: Words) -> str:
    """`Q 12.3 millones`; below a million in whole quetzales.

    >>> short_money(Decimal("12345678.90"), Words("es")).replace("\\xa0", " ")
    'Q 12.3 millones'
    """
    if abs(value) < 999_950:
        return money(value, "GTQ").removesuffix(".00") if abs(value) < 1000 else _quetzales(plain(value, 0))
    shown = plain(value / 10**6, 1)
    return words(
        "charts.one_million" if shown.removeprefix(MINUS) == "1.0" else "charts.millions", value=_quetzales(shown)
    )


def _quetzales(shown: str) -> str:
    sign = MINUS if shown.startswith(MINUS) else ""
    return f"{sign}Q\N{NO-BREAK SPACE}{shown.removeprefix(MINUS)}"


def unit_for(values: Iterable[Decimal]) -> tuple[Decimal, str]:
    """How many quetzales one step of an axis means, and the key of its name."""
    largest = max((abs(v) for v in values), default=Decimal(0))
    return next((size, f"charts.in_{name}") for size, name in _UNITS if largest >= size or size == 1)


def steps(low: Decimal, high: Decimal, about: int) -> list[Decimal]:
    """Round numbers from at or below `low` to at or above `high`, about so many.

    >>> [f"{step:f}" for step in steps(Decimal(0), Decimal(63), 4)]
    ['0', '20', '40', '60', '80']
    """
    span = high - low or abs(high) or Decimal(1)
    step = _nice(span / about)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((high / step).to_integral_value(ROUND_CEILING), first + 1)
    return [step * (first + i) for i in range(int(last - first) + 1)]


def _nice(step: Decimal) -> Decimal:
    """The smallest round number that is no less."""
    power = Decimal(1).scaleb(step.adjusted())
    return next(power * nice for nice in _NICE if power * nice >= step)


def quantiles(values: Sequence[Decimal], classes: int) -> list[Decimal]:
    """Limits of classes of about as many values each, rounded to two digits; fewer where values are alike."""
    ordered = sorted(values)
    cuts = {ordered[math.ceil(len(ordered) * i / classes) - 1] for i in range(1, classes)}
    rounded = {cut.quantize(Decimal(1).scaleb(cut.adjusted() - 1), ROUND_CEILING) for cut in cuts if cut > 0}
    return sorted(limit for limit in rounded if ordered[0] < limit <= ordered[-1])
