"""Figures within a sentence: money, percentages, counts of people; each with where it stands and what it stands for.

A figure that may be part of another (digits follow it after a comma or a space) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.numbers import DecimalSign, parse_number
from rendicion_etl.normalize.text import fold

HALF = Decimal("0.5")
CENTS = 2

_GROUPED = r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?!\d)"
_PLAIN = r"\d[\d.,']*\d(?!\d)|\d(?!\d)"
_WITH_CENTS = r"\d{1,3}(?:,\d{3})+\.\d\d(?![\d,.]\d)|\d{1,3}(?:\.\d{3})+,\d\d(?![\d,.]\d)"
_CURRENCY = {"q": "GTQ", "gtq": "GTQ", "us$": "USD", "usd": "USD"}
_GOES_ON = re.compile(r"[.,']?\s?\d|[.,]\s\d|\s?[.,]\s?\d{3}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a sentence, from `start` to `end`. `value` is in whole units and stands for ± `slack`."""

    start: int
    end: int
    value: Decimal
    slack: Decimal
    unit: str | None


def level(text: str) -> str:
    """`fold` that keeps every character in its place, so that what is found can be quoted as printed.

    >>> level("Región: Q 5")
    'region: q 5'
    """
    return "".join(f[0] if (f := fold(c)) else c for c in text)


def any_of(phrases: list[str]) -> str:
    """A pattern for any of some phrases, long ones first."""
    return rf"(?:{'|'.join(re.escape(p) for p in sorted(phrases, key=len, reverse=True))})"


def quantities(text: str, sign: DecimalSign) -> list[Quantity]:
    """The figures of a text given levelled, in order; none overlaps another."""
    found: list[Quantity] = []
    for quantity in (*_money(text, sign), *_percentages(text, sign), *_counts(text, sign)):
        if not any(q.start < quantity.end and quantity.start < q.end for q in found):
            found.append(quantity)
    return sorted(found, key=lambda q: q.start)


@cache
def _factors() -> Mapping[str, int]:
    return {word: int(factor) for factor, words in vocabulary("statements")["scales"].items() for word in words}


@cache
def _money_pattern() -> re.Pattern[str]:
    scale = any_of(list(_factors()))
    rest = r"(?: (?P<thousands>\d{1,3}) mil\b(?: (?P<units>\d{1,3})(?![\d%]|[.,]\d))?)?"
    signed = rf"(?<![\w$])(?P<currency>us\$|usd|gtq|q\.?|\$) ?(?P<minus>[-(] ?)?(?P<signed>{_GROUPED}|{_PLAIN})"
    named = rf"(?<![\w.,$])(?P<named>{_PLAIN})(?=(?: {scale})?(?: de)? quetzales\b)"
    bare = rf"(?<![\w.,$])(?P<bare>{_WITH_CENTS})(?! ?%)"
    return re.compile(rf"(?:{signed}|{named}|{bare})(?: (?P<scale>{scale})\b{rest})?(?:(?: de)? quetzales\b)?")


def _money(text: str, sign: DecimalSign) -> Iterator[Quantity]:
    for match in _money_pattern().finditer(text):
        printed = match["signed"] or match["named"] or match["bare"]
        number = parse_number(printed, sign)
        if number is None or _GOES_ON.match(text, match.end()) or (number.decimals > CENTS and not match["scale"]):
            continue
        factor = Decimal(_factors()[match["scale"]]) if match["scale"] else Decimal(1)
        value, slack = number.value * factor, HALF.scaleb(-number.decimals) * factor
        if number.decimals >= CENTS and not match["scale"]:
            slack = Decimal(0)
        if match["thousands"]:
            value += int(match["thousands"]) * 1000 + int(match["units"] or 0)
            slack = HALF if match["units"] else HALF * 1000
        currency = (match["currency"] or "q").rstrip(".")
        yield Quantity(match.start(), match.end(), -value if match["minus"] else value, slack, _CURRENCY.get(currency))


def _percentages(text: str, sign: DecimalSign) -> Iterator[Quantity]:
    for match in re.finditer(r"(?<![\w.,])(\d{1,3}(?:[.,]\d+)?) ?(?:%|por ciento\b)", text):
        if number := parse_number(match[1], sign):
            yield Quantity(match.start(), match.end(), number.value, HALF.scaleb(-number.decimals), "percent")


def _counts(text: str, sign: DecimalSign) -> Iterator[Quantity]:
    people = any_of(vocabulary("statements")["counts"]["people"])
    for match in re.finditer(rf"(?<![\w.,$])({_PLAIN}) {people}\b", text):
        number = parse_number(match[1], sign)
        if number and not number.decimals:
            yield Quantity(match.start(), match.end(), number.value, Decimal(0), "count")
