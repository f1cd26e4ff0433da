"""Printed numbers -> exact decimals, in the number style of the document they stand in.

Forms: `Q 1,234.56`, `Q1.234,56`, `1 234.56`, `(401,183.00)`, `Q (5.00)`, `-5`, `5-`, `28%`, `% 28`, `0.161294646`,
`-` and `Q -` (zero). A text that is not one number as a whole gives None: nothing is picked out of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

DecimalSign = Literal[".", ","]

_CURRENCY = re.compile(r"^(?:Q\.?|GTQ|US\$|USD|\$)(?=[\s\d(.,\-–−—]|$)", re.IGNORECASE)
_NOTE_MARKS = "*⁰¹²³⁴⁵⁶⁷⁸⁹"
_DASHES = "-–—−"
MOST_DIGITS = 20  # before the decimal sign: what sums and products of figures, exact to the cent, leave room for
_SAYS_FIGURE = re.compile(rf"[{_DASHES}\d]")
_DIGITS = re.compile(r"\d+(?:[.,'’ ]\d+)*|[.,]\d+")
_ENDS_POINT = re.compile(r"\d,\d{3}\.\d|(?:^|\D)\d{1,3}(?:,\d{3}){2,}(?!\d)")
_ENDS_COMMA = re.compile(r"\d\.\d{3},\d|(?:^|\D)\d{1,3}(?:\.\d{3}){2,}(?!\d)")
_LONE_POINT = re.compile(r"\d\.\d{1,2}(?!\d)")
_LONE_COMMA = re.compile(r"\d,\d{1,2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number. `value` is exact and as printed; `decimals` counts the digits after the decimal sign."""

    value: Decimal
    decimals: int
    percent: bool
    currency: str | None
    dash: bool = False


def decimal_sign(texts: Iterable[str]) -> DecimalSign:
    """The decimal sign of a document, from how its numbers are printed; Guatemala's own `.` where they do not tell."""
    point = comma = 0
    for text in texts:
        point += 3 * bool(_ENDS_POINT.search(text)) + bool(_LONE_POINT.search(text) and "," not in text)
        comma += 3 * bool(_ENDS_COMMA.search(text)) + bool(_LONE_COMMA.search(text) and "." not in text)
    return "," if comma > point else "."


def parse_number(text: str, sign: DecimalSign = ".") -> Number | None:
    """Read a whole cell as one number; None where it is anything else (a date, a code with dashes, 60 digits)."""
    if not _SAYS_FIGURE.search(text):  # most cells of words
        return None
    rest, negative, percent, currency = (
        text.replace("\u00a0", " ").strip().rstrip(_NOTE_MARKS).strip(),
        False,
        False,
        None,
    )
    for _ in range(6):  # signs, currency and brackets come in any order around the digits
        before = rest
        if match := _CURRENCY.match(rest):
            currency, rest = match[0].rstrip(".").upper(), rest[match.end() :].strip()
        if rest.startswith("%") or rest.endswith("%"):
            percent, rest = True, rest.strip("% ")
        if rest.startswith("(") and rest.endswith(")"):
            negative, rest = True, rest[1:-1].strip()
        if len(rest) > 1 and rest[0] in _DASHES and rest[1:].strip(_DASHES + " "):
            negative, rest = True, rest[1:].strip()
        if len(rest) > 1 and rest[-1] in _DASHES and rest[:-1].strip(_DASHES + " "):
            negative, rest = True, rest[:-1].strip()
        if rest == before:
            break
    if rest and not rest.strip(_DASHES + " "):
        return Number(Decimal(0), 0, percent, currency, dash=True)
    digits = _plain(rest, sign)
    if digits is None:
        return None
    whole, _, fraction = digits.partition(".")
    if len(whole.lstrip("0")) > MOST_DIGITS:
        return None
    value = Decimal(f"{whole or 0}.{fraction}" if fraction else whole or "0")
    return Number(-value if negative else value, len(fraction), percent, currency)


def _plain(text: str, sign: DecimalSign) -> str | None:
    """Digits with `.` before the decimals and no separators; None where the grouping is not that of a number."""
    text = re.sub(r"(?<=\d)\s+(?=[.,])|(?<=[.,])\s+(?=\d)", "", text)  # `1 ,234 .56` as some files space it
    if not _DIGITS.fullmatch(text):
        return None
    text = text.replace("’", "'")
    point, comma = text.rfind("."), text.rfind(",")
    if point >= 0 and comma >= 0:
        sign = "." if point > comma else ","
    elif (point >= 0 and text.count(".") > 1) or (comma >= 0 and text.count(",") > 1):
        sign = "," if point >= 0 else "."
    elif comma >= 0 and sign == "." and len(text) - comma - 1 != 3:
        sign = ","  # `63,5` in a document of points: no thousands are grouped so
    elif point >= 0 and sign == "," and len(text) - point - 1 != 3:
        sign = "."
    whole, _, fraction = text.partition(sign)
    if not fraction.isdigit() and fraction:
        return None
    groups = re.split(r"[.,' ]", whole)
    if len(groups) > 1 and (any(len(g) != 3 for g in groups[1:]) or not 1 <= len(groups[0]) <= 3):
        return None
    return "".join(groups) + (f".{fraction}" if fraction else "")
