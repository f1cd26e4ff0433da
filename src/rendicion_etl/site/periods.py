"""Periods in the order of time: `C2` ends with August, as `S1` ends with June."""

from __future__ import annotations

# The months of each kind of period; of two that end together the first kind here is shown before the other.
_MONTHS = {"C": 4, "Q": 3, "S": 6, "M": 1, "Y": 12}


def last_month(period: str) -> int:
    """The month with which a period ends: 8 for `C2`, 12 for `Y`."""
    return _MONTHS[period[0]] * int(period[1:] or 1)


def in_time(year: int, period: str) -> tuple[int, int, int]:
    """What years and periods are sorted by."""
    return year, last_month(period), list(_MONTHS).index(period[0])
