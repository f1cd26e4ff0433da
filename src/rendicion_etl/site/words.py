"""The words of the report in one language, and numbers and dates as a reader in Guatemala expects them."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from rendicion_etl.messages import LANGUAGES

MINUS = "\N{MINUS SIGN}"
# Guatemala keeps UTC-6 all the year.
_GUATEMALA = dt.timezone(dt.timedelta(hours=-6))
_SIGNS = {"GTQ": "Q", "USD": "US$", "EUR": "€", "MXN": "MX$", "COP": "COP", "ARS": "AR$"}


@functools.cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


class Words:
    """Texts and formats of one language. Calling it gives a text: `words("summary.read_tables", n=13)`."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"lang must be one of {LANGUAGES}, not {lang!r}")
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        """The text under `section.name`, filled in. A text with two forms takes the first where n is 1."""
        entry = _lookup(key)
        if entry is None:
            raise KeyError(key)
        text: str | list[str] = entry[self.lang]
        if isinstance(text, list):
            text = text[0] if values.get("n") == 1 else text[1]
        shown = {k: self.integer(v) if isinstance(v, int) else v for k, v in values.items()}
        return text.format(**shown) if values else text

    def get(self, key: str, default: str) -> str:
        """The text under `key`, or `default` where there is none: for values that come from data."""
        return default if _lookup(key) is None else self(key)

    def integer(self, value: int) -> str:
        return f"{value:,}"

    def date(self, value: dt.date | dt.datetime | None) -> str:
        """A day in words; an instant is told as the day it was in Guatemala."""
        if value is None:
            return self("document.unknown")
        value = _day_in_guatemala(value)
        month = self("dates.months").split()[value.month - 1]
        return self("dates.day", day=str(value.day), month=month, year=str(value.year))

    def day(self, value: dt.date | dt.datetime | None) -> str:
        """The same day in figures, for columns."""
        return "" if value is None else f"{_day_in_guatemala(value):%Y-%m-%d}"

    def period(self, code: str | None, year: int | None) -> str:
        """`C1`, 2021 -> `primer cuatrimestre de 2021`."""
        if code is None and year is None:
            return self("document.unknown")
        name = self.get(f"periods.{code}", code or "")
        if code and code.startswith("M") and code[1:].isdigit() and 1 <= int(code[1:]) <= 12:
            name = self("dates.months").split()[int(code[1:]) - 1]
        return self("dates.period", period=name, year=str(year)) if name and year else name or str(year)


def plain(value: Decimal, places: int | None = None) -> str:
    """Thousands by comma, decimals by point, a true minus sign. `places` fixes the decimals, else as many as needed."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    text = f"{abs(value):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text


def decimals_of(value: Decimal) -> int:
    """How many decimals a value has, trailing zeros aside."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def money(value: Decimal, unit: str | None) -> str:
    """`Q 1,234.56`. Amounts printed in thousands or millions keep their decimals; the others have two."""
    currency, _, factor = (unit or "GTQ").partition("_")
    sign = _SIGNS.get(currency, currency)
    places = max(2, min(decimals_of(value), 4)) if not factor else None
    shown = plain(abs(value), places)
    return f"{MINUS if value < 0 else ''}{sign}\N{NO-BREAK SPACE}{shown}"


def percent(value: Decimal, places: int | None = None) -> str:
    """`28.48 %`: two decimals at most, unless `places` says how many."""
    return plain(value, min(decimals_of(value), 2) if places is None else places) + "\N{NO-BREAK SPACE}%"


def _day_in_guatemala(value: dt.date | dt.datetime) -> dt.date:
    if not isinstance(value, dt.datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).astimezone(_GUATEMALA).date()


def _lookup(key: str) -> dict[str, Any] | None:
    section, _, name = key.partition(".")
    entry: dict[str, Any] | None = _texts().get(section, {}).get(name)
    return entry
