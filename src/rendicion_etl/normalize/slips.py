"""Slips of the pen: what makes one figure out of another when it is typed wrong."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

FACTORS = (Decimal(1000), Decimal(1_000_000), Decimal("0.001"), Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Slip:
    """How a printed figure differs from the expected one; `wrong` and `right` are the digits concerned."""

    kind: Literal["sign", "factor", "digit", "swap"]
    wrong: str = ""
    right: str = ""


def slip(printed: Decimal, expected: Decimal) -> Slip | None:
    """The one slip that leads from `expected` to `printed`: sign, unit, one digit, two digits swapped; else None."""
    if printed == expected or not printed or not expected:
        return None
    if printed == -expected:
        return Slip("sign")
    if printed / expected in FACTORS:
        return Slip("factor")
    decimals = max(0, *(-e for v in (printed, expected) if isinstance(e := v.as_tuple().exponent, int)))
    one, two = (str(abs(int(v.scaleb(decimals)))) for v in (printed, expected))
    if len(one) != len(two) or (printed < 0) != (expected < 0):
        return None
    differ = [k for k, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(differ) == 1:
        return Slip("digit", one[differ[0]], two[differ[0]])
    if len(differ) == 2 and one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]:
        return Slip("swap", one[differ[0]] + one[differ[1]], two[differ[0]] + two[differ[1]])
    return None
