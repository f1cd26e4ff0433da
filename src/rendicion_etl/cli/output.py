"""Values as people and programs want them: amounts with thousands set apart, JSON with exact amounts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from rendicion_etl.curated.export import plain
from rendicion_etl.curated.values import clean


def money(value: Decimal | str) -> str:
    """An amount for the eye: thousands by comma, as reports of Guatemala print them.

    Text is what the JSON columns of the datasets hold, so that it stays exact.

    >>> money(Decimal("14916190.000000000000")), money("-1234.5")
    ('14,916,190', '-1,234.5')
    """
    whole, dot, fraction = plain(Decimal(value)).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{fraction}"


def on_screen(value: Any) -> str:
    """A value as text that sends no escape sequences to a terminal: text from PDFs is untrusted."""
    return clean(plain(value), keep_lines=True)


def to_json(value: Any) -> str:
    """JSON with amounts as text: a program that reads numbers as floats must not change them."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=plain)
