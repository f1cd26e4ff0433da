"""Printed, expected and difference of a finding in the words of its kind: money, percentage, count or text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from rendicion_etl.normalize.model import PHASES
from rendicion_etl.site.cells import Cell
from rendicion_etl.site.data import Row
from rendicion_etl.site.words import MINUS, Words, decimals_of, money, percent, plain

_CURRENCY = re.compile(r"^\W*(Q|GTQ|US\$|USD|\$|€)")


class Compared(NamedTuple):
    """What a finding sets against each other; `difference` and its `sense` are "" where texts are compared."""

    printed: str
    expected: str
    difference: str
    sense: str


def kind_of(cell: Cell | None, unit: str | None, role: str | None) -> str:
    """`money`, `percent` or `number`: what the figure of a cell is, `role` and `unit` deciding where it has no cell."""
    value_type = cell.value_type if cell else None
    if role == "pct" or value_type == "percent" or unit == "percent":
        return "percent"
    if role == "count" or unit == "count" or value_type == "count":
        return "number"
    printed = bool(cell and _CURRENCY.match(cell.text))
    return "money" if printed or role in PHASES else "number"


def shown(value: Decimal, kind: str, unit: str | None, places: int | None = None) -> str:
    """A value with its unit, which the table names; `places` fixes the decimals of what is not money."""
    if kind == "money":
        return money(value, unit if unit not in {None, "mixed", "count", "percent"} else "GTQ")
    return percent(value, places) if kind == "percent" else plain(value, places)


def compared(finding: Row, cell: Cell | None, unit: str | None, words: Words) -> Compared:
    """The three figures of a finding, alike in form so that they can be compared digit by digit."""
    printed, expected, difference = finding["printed"], finding["expected"], finding["difference"]
    if printed is None or expected is None:
        return Compared(finding["printed_text"] or "", finding["expected_text"] or "", "", "")
    kind = kind_of(cell, unit, finding["column_role"])
    gap = printed - expected if difference is None else difference
    # As many decimals on both sides, so that the digits can be compared one under the other.
    places = min(max(decimals_of(printed), decimals_of(expected)), 2 if kind == "percent" else 8)
    if kind == "percent":
        size = words("finding.points", value=plain(abs(gap), min(decimals_of(gap), 2)))
    else:
        size = shown(abs(gap), kind, unit, None if gap == gap.to_integral_value() else places)
    sign, sense = (MINUS, words("finding.too_low")) if gap < 0 else ("+", words("finding.too_high"))
    return Compared(
        shown(printed, kind, unit, places), shown(expected, kind, unit, places), f"{sign}{size}", sense if gap else ""
    )
