"""The classes of a map: their limits, their colours and what the legend says of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from rendicion_etl.site.charts.numbers import quantiles, steps, unit_for
from rendicion_etl.site.words import Words, decimals_of, percent, plain

Measure = Literal["execution", "devengado"]
BLUES = ("#d6e6f4", "#abcfe6", "#6aaed6", "#2f72ad", "#123f7a")  # light to dark, told apart without colour vision
BELOW, OVER = "#fbe0c4", "#7a3203"  # below zero; above 100 %
DARK = {BLUES[3], BLUES[4], OVER}  # letters on these are white


@dataclass(frozen=True)
class Classes:
    """Limits between classes, and of each class its colour and what the legend says."""

    limits: list[Decimal]
    colors: list[str]
    names: list[str]

    def color(self, value: Decimal) -> str:
        return self.colors[bisect_right(self.limits, value)]


def classes_of(values: list[Decimal], measure: Measure, words: Words) -> Classes:
    """Up to five classes between 0 and 100 % (or the largest amount); those outside have a colour of their own."""
    money, unit = measure == "devengado", unit_for(values)[0]
    usual = [v for v in values if v >= 0 and (money or v <= 100)]

    def shown(value: Decimal) -> str:
        return plain(value / unit, places) if money else percent(value)

    inner: list[Decimal] = []
    places = 2
    if money and usual:
        inner = quantiles(usual, len(BLUES))
        places = max((decimals_of(limit / unit) for limit in inner), default=0)
    elif usual:
        inner = steps(min(usual), max(usual), len(BLUES) - 1)[1:-1][: len(BLUES) - 1]
    blues = list(_spread(len(inner) + 1))
    below, over = any(v < 0 for v in values), not money and any(v > 100 for v in values)
    names = _names(inner, usual, shown, words)
    if over and inner:
        names[-1] = words("charts.between", low=shown(inner[-1]), high=shown(Decimal(100)))
    limits = [*([Decimal(0)] if below else []), *inner, *([Decimal(100) + Decimal("1e-9")] if over else [])]
    return Classes(
        limits,
        [*([BELOW] if below else []), *blues, *([OVER] if over else [])],
        [*([words("charts.below_zero")] if below else []), *names, *([words("charts.over_all")] if over else [])],
    )


def _names(
    inner: Sequence[Decimal], usual: Sequence[Decimal], shown: Callable[[Decimal], str], words: Words
) -> list[str]:
    """What the legend says of each class between the limits; nothing of the one class that has no value."""
    if not inner:
        ends = list(dict.fromkeys(shown(value) for value in (min(usual), max(usual)))) if usual else [""]
        return ends if len(ends) == 1 else [words("charts.between", low=ends[0], high=ends[1])]
    between = [words("charts.between", low=shown(a), high=shown(b)) for a, b in pairwise(inner)]
    return [words("charts.up_to", value=shown(inner[0])), *between, words("charts.from", value=shown(inner[-1]))]


def _spread(classes: int) -> Sequence[str]:
    """As many blues, as far apart as they can be."""
    last = len(BLUES) - 1
    return [BLUES[round(i * last / (classes - 1))] for i in range(classes)] if classes > 1 else [BLUES[2]]
