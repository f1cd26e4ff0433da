"""Texts and numbers as the datasets hold them: no control characters, decimals that fit their column exactly."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, overload

from rendicion_etl.reading.page import Box

# Wide enough for any decimal(38,x) and for one multiplied by a million; the default of 28 digits is not.
_WIDE = Context(prec=90)
# Marks that reverse or embed the direction of text: in a terminal or a page they show other text than is there.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_BREAKS = frozenset("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")


@overload
def clean(text: str, *, keep_lines: bool = False) -> str: ...
@overload
def clean(text: str | None, *, keep_lines: bool = False) -> str | None: ...
def clean(text: str | None, *, keep_lines: bool = False) -> str | None:
    r"""Text without control characters, marks of direction and halves of characters; a line break becomes a space.

    >>> clean("Sub\x00total\n1 000")
    'Subtotal 1 000'
    """
    if text is None or text.isprintable():
        return text
    return "".join(_harmless(char, keep_lines) for char in text)


def _harmless(char: str, keep_lines: bool) -> str:
    if char == "\n" and keep_lines:
        return char
    if char in _BREAKS:
        return " "
    kind = unicodedata.category(char)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if kind == "Cc" or char in _DIRECTION else char


def fit(value: Decimal | None, precision: int, scale: int) -> Decimal | None:
    """The value with exactly `scale` decimals, or None if it is no number or too large for decimal(precision, scale).

    Decimals beyond `scale` are rounded half up; the printed text keeps them.

    >>> fit(Decimal("1.5"), 18, 2)
    Decimal('1.50')
    """
    if value is None or not value.is_finite():
        return None
    exact = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE) if value.adjusted() < precision else None
    if exact is None or len(exact.as_tuple().digits) > precision:
        return None
    return exact if exact else abs(exact)


def times(value: Decimal, factor: Decimal) -> Decimal:
    """value * factor without any rounding."""
    return _WIDE.multiply(value, factor)


def percentage(part: Decimal, base: Decimal) -> Decimal | None:
    """part / base * 100 with 8 decimals, or None where the base is 0 or the result fits no decimal(18,8)."""
    return fit(_WIDE.divide(part * 100, base), 18, 8) if base else None


def sides(box: Box) -> list[float]:
    """x0, top, x1, bottom in points, to the hundredth."""
    return [round(float(side), 2) for side in box]


def as_json(value: Any) -> str:
    """JSON with sorted keys and without escapes for letters; amounts are exact decimal text."""
    return clean(json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
