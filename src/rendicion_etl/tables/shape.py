"""What a text looks like, before anybody says what it means: a number, a year, a caption's first words."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Q 1,234.56 | Q1.234,56 | (401,183.00) | -5 | 28% | % 28 | Q - | $ 1 234.56 | 0.161294646
_NUMBER = re.compile(
    r"""[-–−(\s]*(?:Q\.?|GTQ|US\$|\$)?[-–−(\s]*%?\s*
        (?: \d{1,3}(?:[.,'’\s]\d{3})+ | \d+ ) (?:[.,]\d+)?
        \s*%?\s*[-)−–]*\s*[*⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_DASH = re.compile(r"(?:Q\.?|\$)?\s*[-–—−]+\s*%?")
_AMOUNT = re.compile(
    r"[-–(]*(?:Q\.?|\$)?[-–(]*\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}\)?%?|\d{1,3}(?:[.,]\d{3})+\)?", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED = re.compile(r"\((\d{1,2})(?:\s*=.*)?\)")
_ORDINAL = re.compile(r"\(?\d{1,2}\)?|\(?[A-Z]\)?|\(?\w{1,2}\s*=.*\)?")


def squash(text: str) -> str:
    """Text without white space, in lower case, superscripts as digits: two readings of one print compare equal."""
    return re.sub(r"\s+", "", text).translate(_PLAIN_DIGITS).casefold()


def looks_numeric(text: str) -> bool:
    """Whether the whole text is one printed number (money, percentage, count) or the dash that stands for zero."""
    return bool(text) and bool(_NUMBER.fullmatch(text) or _DASH.fullmatch(text))


def digits_of(text: str) -> int:
    """The digits of a printed figure as one number, its sign kept: enough to add up figures of one style."""
    digits = "".join(ch for ch in text if ch.isascii() and ch.isdigit())
    negative = "(" in text or bool(re.search(r"[-–−]", text))
    return (-int(digits) if negative else int(digits)) if digits else 0


def holds_several_figures(lines: Sequence[str]) -> bool:
    """Whether the lines of a cell are two or more printed figures: rows of a table that ran together in one cell."""
    if len(lines) > 1 and all(looks_numeric(line) for line in lines):
        return True
    words = [w for line in lines for w in line.split()]
    if len(words) < 2:
        return False
    words = [w for w in words if w.strip("Qq$.-–—()%")]
    return sum(bool(_AMOUNT.fullmatch(w)) for w in words) > 1 and all(looks_numeric(w) for w in words)


def is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text.strip()))


def is_column_mark(text: str) -> bool:
    """`(1)`, `2`, `C`, `C=A+B`: how a header numbers its columns."""
    return bool(_ORDINAL.fullmatch(text.strip()))


def numbers_columns(texts: Sequence[str]) -> bool:
    """`(1) (2) (3=1+2)`: in brackets and from one on, which no figures of a row are."""
    marks = [_NUMBERED.fullmatch(text.strip()) for text in texts]
    return len(marks) > 1 and all(m and int(m[1]) == k for k, m in enumerate(marks, 1))
