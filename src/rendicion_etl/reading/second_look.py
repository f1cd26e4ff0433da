"""When a line that was read from a picture is looked at again, and which of two readings is taken.

What decides is how sure the model is and the form that figures have, never what they should add up to: a digit is not
changed to make a sum close.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rendicion_etl.reading.ocr import Reading

SURE = 0.95  # of each digit
AMOUNTS, ONE_STYLE = 8, 0.75  # of a page that tell its decimal sign: how many at least, and which part of all
DISPUTED = 0.5  # how sure a figure is at most of which two looks see other digits

_FIGURE = re.compile(r"[^\W\d_]{0,3}[$(+-]{0,2}(\d[\d.,]*)[)%]{0,2}")
_WELL_FORMED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d+)?")
_AMOUNT = re.compile(r"[^\W\d_]?\$?\(?\d{1,3}(?:[.,]\d{3})*([.,])\d\d\)?")
_CENTS = re.compile(r"(?<=\d)[.,](?=\d\d\)?(?:\s|$))")


def in_doubt(reading: Reading) -> bool:
    """Whether a line with figures is read again: a digit is unsure, or a figure has no form that figures have."""
    return any(c.isdigit() for c in reading.text) and (reading.certainty < SURE or not well_formed(reading.text))


def well_formed(text: str) -> bool:
    """Whether each figure of a line is printed as figures are: thousands in threes, another sign for decimals."""
    figures = (match[1] for word in text.split() if (match := _FIGURE.fullmatch(word)))
    return all(_WELL_FORMED.fullmatch(figure) for figure in figures)


def better(first: Reading, second: Reading) -> Reading:
    """The reading to take: the one whose figures are well formed, else the surer one.

    Where both see the same digits they confirm one another; where not, the one taken is no more than DISPUTED.
    """
    chosen = max((first, second), key=lambda r: (well_formed(r.text), r.certainty))
    if _digits(first) == _digits(second):
        return chosen
    return chosen._replace(sure=tuple(min(s, DISPUTED) for s in chosen.sure))


def in_one_style(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of a page with one decimal sign, where nearly all of its amounts have it.

    A point and a comma are a pixel apart in small print, and a page does not change its style between two amounts.
    """
    signs = Counter(match[1] for r in readings for word in r.text.split() if (match := _AMOUNT.fullmatch(word)))
    sign, times = max(signs.items(), key=lambda s: s[1], default=("", 0))
    if times < AMOUNTS or times < ONE_STYLE * signs.total():
        return list(readings)
    return [r._replace(text=_CENTS.sub(sign, r.text)) for r in readings]


def _digits(reading: Reading) -> str:
    return "".join(c for c in reading.text if c.isdigit())
