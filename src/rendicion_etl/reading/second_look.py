"""When a line that was read from a picture is looked at again, which of two readings is taken, and its punctuation.

What decides is how sure the model is and the form that figures have, never what they should add up to: a digit is not
changed to make a sum close.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rendicion_etl.reading.ocr import Reading

SURE = 0.95  # of each digit
DISPUTED = 0.5  # how sure a figure is at most of which two looks see other digits
AMOUNTS, ONE_STYLE = 8, 0.75  # of a page that tell its decimal sign: how many at least, and which part of all
MARKED = 0.9  # of the amounts of a page: then a sign of money stands before each

# A figure with what may stand beside it; dirt on the paper is read as a point before or after it.
_FIGURE = re.compile(
    r"(?P<lead>[.,:;·]?)(?P<before>[^\W\d_]{0,3}[$(+–-]*)(?P<dirt>[.,:;·]?)(?P<figure>\d(?:[\d.,:;·']*\d)?)(?P<more>[.,:;·]?)(?P<after>[)%]*)(?P<end>[.,:;·]?)"
)
_WELL_FORMED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d+)?|\d{1,2}(?::\d\d){1,2}"
)
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})*|\d{1,3}(?:\.\d{3})*)([.,])\d\d")
_RAN_TOGETHER = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+\.\d\d(?=\d{1,3}(?:,\d{3})+\.\d\d(?!\d))"
    r"|\d{1,3}(?:\.\d{3})+,\d\d(?=\d{1,3}(?:\.\d{3})+,\d\d(?!\d)))"
    r"|(?<=\d\d)[%)]?(?=[Q$](?:\.? ?\d|\s|$))"
)
_MONEY = re.compile(r"(?<![^\W\d_])(?:Q|\$)\.?(?![^\W\d_])")
_MARKED_AMOUNT = re.compile(r"(Q\s?|\$\s?)?[(+-]*(?<![\d.,])(\d{1,3}(?:[.,]\d{3})*[.,]\d\d)(?![\d%])")
_TAKEN_FOR_MONEY = "09"  # digits that a Q is taken for
_LONE_SIGN = re.compile(r"(?P<lead>[.,;·]*)(?P<sign>[Q$]?)(?P<more>[.,;·]*)")
# No Spanish word begins with an l and a consonant but one of two l; none has a nought among its letters, a
# cedilla or a theta.
_LETTERS = re.compile(r"(?<![^\W_])l(?=[bcdfghjkmnpqrstvxz])|(?<=[a-záéíóúñ]{2})0(?=[a-záéíóúñ])|[çÇθΘ]")
_LIKE = {"l": "I", "0": "o", "ç": "c", "Ç": "C", "θ": "0", "Θ": "0"}
_WORD = re.compile(r"[^\W\d_]{3}")
_DASHES = str.maketrans("–—−", "---")
_SPACE_IN_FIGURE = re.compile(r"(?<=\d[.,]) (?=\d{3}(?:[.,]\d{3})*[.,]\d\d(?!\d))")
_GROUPED = re.compile(r"\d{1,3}(?:[.,:;·']\d{3})*(?:[.,:;·']\d\d)?")
_TWICE = re.compile(r"(?<=\d[.,])[.,](?=\d)")
_SEPARATORS = ".,:;·'"


def in_doubt(readings: Sequence[Reading]) -> list[int]:
    """Which lines of a page are read again: a digit is unsure, or a figure lacks the form that figures there have."""
    marked = is_marked(readings)
    return [
        k
        for k, r in enumerate(readings)
        if any(c.isdigit() for c in r.text)
        and (r.certainty < SURE or not well_formed(r.text) or (marked and _lacks_sign(r.text)))
    ]


def is_marked(readings: Sequence[Reading]) -> bool:
    """Whether nearly every amount of a page has a sign of money before it."""
    signs = [bool(match[1]) for r in readings for match in _MARKED_AMOUNT.finditer(r.text)]
    return len(signs) >= AMOUNTS and sum(signs) >= MARKED * len(signs)


def _lacks_sign(text: str) -> bool:
    """Whether an amount without a sign of money begins with a digit that one is taken for."""
    return any(not match[1] and match[2][0] in _TAKEN_FOR_MONEY for match in _MARKED_AMOUNT.finditer(text))


def well_formed(text: str) -> bool:
    """Whether each figure of a line is printed as figures are: thousands in threes, another sign for decimals.

    >>> well_formed("Total 1,250.00 75%"), well_formed("1,250,00"), well_formed(".1,250.00")
    (True, False, False)
    """
    found = [match for word in text.split() if (match := _FIGURE.fullmatch(word))]
    alone = len(text.split()) == 1
    return all(
        _WELL_FORMED.fullmatch(match["figure"])
        and not match["lead"]
        and not match["dirt"]
        and not (alone and (match["more"] or match["end"]))
        for match in found
    )


def better(first: Reading, second: Reading, marked: bool = False) -> Reading:
    """The reading to take: the one whose figures are well formed, else the surer one.

    Where both see the same digits they confirm one another; where not, the one taken is no more than DISPUTED. Nor is
    an amount whose first digit may be a sign of money, on a page of `marked` amounts.
    """

    def lacking(reading: Reading) -> bool:
        return marked and _lacks_sign(reading.text)

    chosen = max((first, second), key=lambda r: (well_formed(r.text), not lacking(r), r.certainty))
    if _digits(first) == _digits(second) and not lacking(chosen):
        return chosen
    return chosen._replace(sure=tuple(min(s, DISPUTED) for s in chosen.sure))


def in_one_style(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of a page with one decimal sign, where nearly all of its amounts have it.

    A point and a comma are a pixel apart in small print, and a page does not change its style between two amounts.
    Dashes are of one kind. Letters that look alike are told apart by where they stand: `lzabal` is Izabal.
    """
    readings = [r._replace(text=_LETTERS.sub(lambda m: _LIKE[m[0]], r.text)) for r in readings]
    figures = (match["figure"] for r in readings for word in r.text.split() if (match := _FIGURE.fullmatch(word)))
    signs = Counter(match[1] for figure in figures if (match := _AMOUNT.fullmatch(figure)))
    sign, times = max(signs.items(), key=lambda s: s[1], default=("", 0))
    if times < AMOUNTS or times < ONE_STYLE * signs.total():
        return readings
    dotted = sum(2 * match[0].endswith(".") - 1 for r in readings for match in _MONEY.finditer(r.text)) > 0
    return [_punctuated(_parted(reading), sign, dotted) for reading in readings]


def _parted(reading: Reading) -> Reading:
    """A reading with a space between two amounts that ran together, and none within one.

    Cents, or a sign of money, tell where one ends; a sign of thousands tells that it goes on.
    """
    many = {match.start() for match in _TWICE.finditer(reading.text)}
    if not _WORD.search(reading.text):
        many |= {match.start() for match in _SPACE_IN_FIGURE.finditer(reading.text)}
    if many:
        reading = _picked(reading, [k for k in range(len(reading.text)) if k not in many])
    places = [match.end() for match in _RAN_TOGETHER.finditer(reading.text)]
    text, middles, sure = list(reading.text), list(reading.middles), list(reading.sure)
    for at in reversed(places):
        text.insert(at, " ")
        middles.insert(at, float("nan"))
        sure.insert(at, 1.0)
    return Reading("".join(text).translate(_DASHES), tuple(middles), tuple(sure))


def _punctuated(reading: Reading, decimal: str, dotted: bool) -> Reading:
    """A reading whose figures have the signs of their page, and no dirt beside them or beside signs of money.

    `dotted` tells whether signs of money have a point on this page, as in `Q. 1,250.00`.
    """
    text, dirt = list(reading.text), set[int]()
    sentence = _WORD.search(reading.text) is not None
    for word in re.finditer(r"\S+", reading.text):
        if not sentence and (match := _LONE_SIGN.fullmatch(word[0])):
            dirt.update(range(word.start(), word.start() + match.end("lead")))
            if not (dotted and match["sign"]):
                dirt.update(range(word.start() + match.start("more"), word.end()))
            continue
        match = _FIGURE.fullmatch(word[0])
        if not match or not _GROUPED.fullmatch(match["figure"]):
            continue
        start = word.start() + match.start("figure")
        figure = _with_signs(match["figure"], decimal)
        text[start : start + len(figure)] = figure
        if len(figure) > 3:  # `3.` may be the number of a heading
            parts = ["lead", *(["dirt"] if not dotted else []), *(["more", "end"] if not sentence else [])]
            dirt.update(word.start() + match.start(part) for part in parts if match[part])
    return _picked(reading._replace(text="".join(text)), [k for k in range(len(text)) if k not in dirt])


def _picked(reading: Reading, kept: Sequence[int]) -> Reading:
    """A reading of some of its characters only."""
    return Reading(
        "".join(reading.text[k] for k in kept),
        tuple(reading.middles[k] for k in kept),
        tuple(reading.sure[k] for k in kept),
    )


def _with_signs(figure: str, decimal: str) -> str:
    """A figure in groups of three with the signs of its page; one that may be no amount stays as it is.

    >>> [_with_signs(figure, ".") for figure in ("1,250,00", "4;685.122:91", "1.250", "9:57")]
    ['1,250.00', '4,685,122.91', '1.250', '9:57']
    """
    groups = re.split(f"[{_SEPARATORS}]", figure)
    if len(groups) == 1 or (len(groups) == 2 and (len(groups[1]) == 3 or ":" in figure)):
        return figure
    thousands = "," if decimal == "." else "."
    cents = len(groups[-1]) == 2
    whole = thousands.join(groups[:-1] if cents else groups)
    return f"{whole}{decimal}{groups[-1]}" if cents else whole


def _digits(reading: Reading) -> str:
    return "".join(c for c in reading.text if c.isdigit())
