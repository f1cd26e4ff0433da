"""What a line says about time: named periods, ranges of months, dates, years. One line in, all its claims out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rendicion_etl import catalogs

Kind = Literal["named", "range", "annual", "month", "end", "bare_month", "year", "bare_year"]
FIRST_YEAR, LAST_YEAR = 1990, 2100  # a budget year outside these is a misreading

_YEAR = r"(?<![\d/-])((?:19|20)\d\d)(?!\d|\s*[-/]\s*\d)"
_FILLER = r"[\s,.:()/-]*(?:(?:de|del|el|ano|ejercicio|fiscal|periodo)\b[\s,.:()/-]*){0,5}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What some words say. Months count from 1; a `year` or `bare_year` claims no months (0).

    kind: `named` (Primer cuatrimestre), `range` (enero a abril), `annual`, `month` (mes de marzo), `end` (al 30 de
    abril), `bare_month` (marzo de 2020, which may be the date of the letter), `year` (ejercicio fiscal 2021),
    `bare_year` (a line with nothing else). `span` is where it stands in the line.
    """

    kind: Kind
    period: str | None
    first_month: int
    last_month: int
    year: int | None
    span: tuple[int, int]


def claims(text: str) -> Iterator[Claim]:
    """All claims of a line, given folded."""
    yield from _named(text)
    ranges = [*_ranges(text), *_numeric_ranges(text)]
    yield from ranges
    if not ranges:
        yield from _ends(text)
        yield from _months(text)
    yield from _years(text)


# ---------------------------------------------------------------- words


def _words(group: str) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = catalogs.vocabulary("periods")[group]
    return found


@cache
def _number_of(group: str) -> Mapping[str, int]:
    return {word: int(number) for number, words in _words(group).items() for word in words}


@cache
def _any(group: str) -> str:
    """A pattern for any word of a group, long ones first; a shortened month may have a dot."""
    found = sorted(_number_of(group), key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, found))})"


@cache
def _units() -> Mapping[str, tuple[str, int]]:
    """Word -> (letter of the period code, months)."""
    units = catalogs.vocabulary("periods")["units"]
    return {word: (letter, unit["months"]) for letter, unit in units.items() for word in unit["words"]}


@cache
def _phrases(group: str) -> str:
    found = sorted(catalogs.vocabulary("periods")["phrases"][group], key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, found))})"


def _plausible(year: str | None) -> int | None:
    return int(year) if year and FIRST_YEAR <= int(year) <= LAST_YEAR else None


def _year_after(text: str, at: int) -> tuple[int | None, int]:
    """The year that follows, over words like "del ejercicio fiscal", and where it ends."""
    match = re.compile(_FILLER + _YEAR).match(text, at)
    return (_plausible(match.group(1)), match.end()) if match else (None, at)


# ---------------------------------------------------------------- periods


def _named(text: str) -> Iterator[Claim]:
    """ "primer cuatrimestre 2021", "cuatrimestre iii de 2020", "2021, segundo trimestre"."""
    unit, ordinal = "|".join(_units()), _any("ordinals")
    for pattern in (
        rf"\b(?P<nth>{ordinal})\.?\s*(?:informe\s+)?(?P<unit>{unit})\b",
        rf"\b(?P<unit>{unit})\s*(?:no\.?|numero|#|-|:)?\s*(?P<nth>{ordinal})\b(?!\s*(?:{unit}))",
    ):
        for match in re.finditer(pattern, text):
            letter, months = _units()[match["unit"]]
            nth = _number_of("ordinals")[match["nth"]]
            if nth * months <= 12:
                year, end = _year_after(text, match.end())
                before = re.search(_YEAR + r"[\s,.:-]*$", text[: match.start()])
                year = year or _plausible(before.group(1) if before else None)
                yield Claim(
                    "named", f"{letter}{nth}", nth * months - months + 1, nth * months, year, (match.start(), end)
                )
    for match in re.finditer(rf"\b{_phrases('annual')}\b", text):
        year, end = _year_after(text, match.end())
        yield Claim("annual", "Y", 1, 12, year, (match.start(), end))


def _ranges(text: str) -> Iterator[Claim]:
    """ "enero a abril de 2021", "del 1 de enero al 30 de junio de 2022", "del mes de enero al mes de agosto"."""
    month = _any("months")
    pattern = (
        rf"\b(?P<first>{month})\b\.?(?:\s+(?:de\s+|del\s+)?(?P<year>\d{{4}}))?\s*(?:-|/|\ba\b|\bal\b|\bhasta\b)\s*(?:el\s+)?"
        rf"(?:\d{{1,2}}\s+de\s+)?(?:mes\s+de\s+)?(?P<last>{month})\b\.?"
    )
    for match in re.finditer(pattern, text):
        first, last = (_number_of("months")[match[name]] for name in ("first", "last"))
        year, end = _year_after(text, match.end())
        if first < last and (not match["year"] or not year or int(match["year"]) == year):
            year = year or _plausible(match["year"])
            yield Claim("range", _range_code(first, last), first, last, year, (match.start(), end))
    for match in re.finditer(rf"\b0?1\s*(?:al|-|a)\s*(?P<day>\d{{1,2}})\s+de\s+(?P<month>{month})\b", text):
        number = _number_of("months")[match["month"]]
        year, end = _year_after(text, match.end())
        if _is_last_day(int(match["day"]), number, year):
            yield Claim("month", f"M{number:02}", number, number, year, (match.start(), end))


def _numeric_ranges(text: str) -> Iterator[Claim]:
    """ "del 01/01/2020 al 31/08/2020", day first."""
    date = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
    for match in re.finditer(rf"\b{date}\s*(?:al|a|hasta|-)\s*(?:el\s+)?{date}\b", text):
        day1, month1, year1, day2, month2, year2 = map(int, match.groups())
        whole = day1 == 1 and 1 <= month1 <= month2 <= 12 and _is_last_day(day2, month2, year2)
        if whole and year1 == year2 and _plausible(match.group(6)):
            yield Claim("range", _range_code(month1, month2), month1, month2, year2, match.span())


def _range_code(first: int, last: int) -> str | None:
    listed: str | None = catalogs.vocabulary("periods")["ranges"].get(f"{first}-{last}")
    return listed or (f"M{last:02}" if first in (1, last) else None)


def _ends(text: str) -> Iterator[Claim]:
    """ "al 30 de abril de 2024", "al 30/04/2024": only the last day of a month ends a period."""
    for match in re.finditer(rf"\bal (\d{{1,2}}) de ({_any('months')})\b", text):
        year, end = _year_after(text, match.end())
        yield from _end(int(match.group(1)), _number_of("months")[match.group(2)], year, (match.start(), end))
    for match in re.finditer(r"\bal (\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b", text):
        yield from _end(int(match.group(1)), int(match.group(2)), _plausible(match.group(3)), match.span())


def _end(day: int, month: int, year: int | None, span: tuple[int, int]) -> Iterator[Claim]:
    """December ends a year, a half, a quarter and a third of it: the date alone does not say which."""
    if 1 <= month <= 12 and _is_last_day(day, month, year):
        yield Claim("end", None if month == 12 else _range_code(1, month), 1, month, year, span)


def _is_last_day(day: int, month: int, year: int | None) -> bool:
    return day == calendar.monthrange(year or 2023, month)[1] or (month == 2 and day == 29 and year is None)


def _months(text: str) -> Iterator[Claim]:
    """ "mes de marzo de 2020"; or "marzo de 2020" where the line says nothing else."""
    month = _any("months")
    for match in re.finditer(rf"\b{_phrases('month')}\s+(?:de\s+)?({month})\b", text):
        year, end = _year_after(text, match.end())
        number = _number_of("months")[match.group(1)]
        yield Claim("month", f"M{number:02}", number, number, year, (match.start(), end))
    if alone := re.fullmatch(rf"\W*({month})\W+(?:de\s+|del\s+)?{_YEAR}\W*", text):
        number = _number_of("months")[alone.group(1)]
        yield Claim("bare_month", f"M{number:02}", number, number, _plausible(alone.group(2)), alone.span())


# ---------------------------------------------------------------- years


def _years(text: str) -> Iterator[Claim]:
    """ "ejercicio fiscal 2021"; or "2021", "de 2021" where the line says nothing else."""
    goal = _phrases("goal")
    for match in re.finditer(rf"\b{_phrases('year')}\b{_FILLER}{_YEAR}", text):
        if _plausible(match.group(1)) and not re.search(rf"\b{goal}\s+$", text[: match.start()]):
            yield Claim("year", None, 0, 0, int(match.group(1)), match.span())
    alone = re.fullmatch(rf"\W*(?:de\s+|del\s+)?{_YEAR}\W*", text)
    if alone and _plausible(alone.group(1)):
        yield Claim("bare_year", None, 0, 0, int(alone.group(1)), alone.span())
