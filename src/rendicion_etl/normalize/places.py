"""Departments, municipalities and regions: from the codes and names that reports print, and back.

Codes are those of the Instituto Nacional de Estadística (two digits a department, four a municipality), ISO
3166-2:GT, and the geographic classifier of SICOIN, which writes a department as the code of its capital or with
00. Regions: Ley Preliminar de Regionalización (Decreto 70-86). What is not certain is None, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rendicion_etl import catalogs
from rendicion_etl.normalize import place_names
from rendicion_etl.normalize.text import fold, key

Level = Literal["department", "municipality", "region"]
PlaceKind = Literal["department", "municipality", "region", "special"]

_SEVERAL_MUNICIPALITIES = "99"  # xx99 in SICOIN: several municipalities of department xx
_ROMAN = r"viii|vii|vi|v|iv|iii|ii|i"


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the codes of everything that contains it; a code that does not apply is None.

    kind `special`: a SICOIN code that is not one place (several municipalities, several departments, abroad).
    """

    kind: PlaceKind
    department_code: str | None = None
    municipality_code: str | None = None
    region_code: str | None = None
    iso_3166_2: str | None = None


def department(code: str) -> Place:
    """The place of a two-digit code; KeyError if there is no such department."""
    row = catalogs.by_code("departments")[code]
    return Place("department", code, None, row["region_code"], row["iso_3166_2"])


def municipality(code: str) -> Place:
    """The place of a four-digit code; KeyError if there is no such municipality."""
    row = catalogs.by_code("municipalities")[code]
    above = department(row["department_code"])
    return Place("municipality", above.department_code, code, above.region_code, above.iso_3166_2)


def region(code: str) -> Place:
    """The place of a Roman number `I` to `VIII`; KeyError if there is no such region."""
    return Place("region", region_code=catalogs.by_code("regions")[code]["code"])


# ---------------------------------------------------------------- codes


def from_code(text: str, level: Level | None = None) -> Place | None:
    """The place of a printed code; None where the text is no code or the code names nothing.

    `level` says what the table is by. The code of a capital (101, 0101) is the department in a table by
    department, the municipality otherwise. Roman numbers and 1 to 8 are regions only with level "region"; one
    digit alone is a department only with level "department", since most often it counts rows.
    """
    code = fold(text).strip(" .")
    if level == "region":
        return _region_of_number(code)
    if iso := re.fullmatch(r"gt-?([a-z]{2}|\d\d)", code):
        return _iso().get(f"GT-{iso.group(1).upper()}")
    if not re.fullmatch(r"\d{1,4}", code) or (len(code) == 1 and level != "department"):
        return None
    if len(code) <= 2:
        return _department_or_none(code.zfill(2))
    return _four_digits(code.zfill(4), level)


def _four_digits(code: str, level: Level | None) -> Place | None:
    above = _department_or_none(code[:2])
    if above is None:
        return _special(code)
    if code[2:] == "00" or (code[2:] == "01" and level == "department"):
        return above
    if code[2:] == _SEVERAL_MUNICIPALITIES:
        return Place("special", above.department_code, None, above.region_code, above.iso_3166_2)
    return municipality(code) if code in catalogs.by_code("municipalities") else None


def _department_or_none(code: str) -> Place | None:
    return department(code) if code in catalogs.by_code("departments") else None


def _special(code: str) -> Place | None:
    for row in catalogs.table("special_places"):
        if re.fullmatch(row["pattern"].replace("x", r"\d"), code):
            return Place("special", region_code=row["region_code"] or None)
    return None


def _region_of_number(number: str) -> Place | None:
    for row in catalogs.table("regions"):
        if number.lstrip("0") in (row["number"], row["code"].casefold()):
            return region(row["code"])
    return None


@cache
def _iso() -> dict[str, Place]:
    rows = catalogs.table("departments")
    return {r[column]: department(r["code"]) for r in rows for column in ("iso_3166_2", "iso_3166_2_old")}


# ---------------------------------------------------------------- names


@lru_cache(maxsize=4096)
def from_name(text: str, level: Level | None = None, department: str | None = None) -> Place | None:
    """The one place that a printed name means; None where it means none or could mean several.

    Without `level` a name of both a department and a municipality is the department, and a region must say
    "Región". `department` (two digits) settles municipality names that occur in several departments.
    """
    name, said = _without_prefix(re.sub(r"^\(?\d{1,4}\)?[\s.:-]+", "", fold(text)))
    if said and level and said != level:
        return None
    level = level or said
    if level == "region":
        code = region_from_name(name)
        return region(code) if code else None
    if level != "department" and (both := _within(name)):
        return both
    if codes := place_names.exact(name, "department") | place_names.exact(name, "municipality"):
        return _choose(codes, level, department)
    if codes := place_names.abbreviated(name, "department") | place_names.abbreviated(name, "municipality"):
        return _choose(codes, level, department) if level or department or _one_name(codes) else None
    return _choose(place_names.misspelt(name), level, department)


def _one_name(codes: frozenset[str]) -> bool:
    """Do the codes share one name, as a department and its capital do?"""
    return len({key(department_name(c) or municipality_name(c) or "") for c in codes}) == 1


def _choose(codes: frozenset[str], level: Level | None, inside: str | None) -> Place | None:
    """The one place among codes of two and four digits, a department before a municipality of the same name."""
    departments = [c for c in codes if len(c) == 2]
    if level != "municipality" and departments:
        return department(departments[0]) if len(departments) == 1 else None
    municipalities = [c for c in codes if len(c) == 4 and (inside is None or c.startswith(inside))]
    if level == "department" or len(municipalities) != 1:
        return None
    return municipality(municipalities[0])


def _without_prefix(name: str) -> tuple[str, Level | None]:
    """ "depto. de peten" -> ("peten", "department"); the level is None where no prefix says it."""
    for level, pattern in _prefixes():
        if match := re.match(pattern, name):
            return name[match.end() :], level
    return name, None


@cache
def _prefixes() -> tuple[tuple[Level, str], ...]:
    said = catalogs.vocabulary("places")
    levels: tuple[Level, ...] = ("department", "municipality", "region")
    out = []
    for level in levels:
        longest_first = sorted(said[f"{level}_prefixes"], key=len, reverse=True)
        alternatives = "|".join(re.escape(prefix) for prefix in longest_first)
        out.append((level, rf"(?:{alternatives})(?:\.\s*|\s+|:\s*)(?:del?\s+)?"))
    return tuple(out)


def _within(name: str) -> Place | None:
    """ "la democracia, huehuetenango" or "huehuetenango / la democracia": a municipality and its department."""
    parts = [p for p in re.split(r"\s*(?:,|/|\(|\)|\s-\s)\s*", name) if p]
    if len(parts) != 2:
        return None
    found = set()
    for inner, outer in (parts, parts[::-1]):
        for above in place_names.exact(outer, "department"):
            found |= {c for c in place_names.exact(inner, "municipality") if c.startswith(above)}
    return municipality(found.pop()) if len(found) == 1 else None


# ---------------------------------------------------------------- regions


def region_parts(text: str) -> tuple[str | None, str | None]:
    """What the printed number says and what the printed name says: "Región VII Nororiente" -> ("VII", "III").

    Both are Roman codes, None where not printed or not known.
    """
    number, name = _number_and_name(text)
    by_number = _region_of_number(number) if number else None
    return by_number.region_code if by_number else None, next(iter(place_names.exact(name, "region")), None)


def region_from_name(text: str) -> str | None:
    """`III` for "Nororiente", "Región III", "REGION III - NORORIENTE"; None where number and name disagree."""
    by_number, by_name = region_parts(text)
    if key(_number_and_name(text)[1]):
        return by_name if by_number in (None, by_name) else None
    return by_number


def _number_and_name(text: str) -> tuple[str | None, str]:
    """ "region vii - nororiente" -> ("vii", "nororiente"); the number may also follow in brackets."""
    prefix = rf"(?:{'|'.join(catalogs.vocabulary('places')['region_prefixes'])})\b\.?"
    rest = re.sub(rf"^{prefix}\s*", "", fold(text))
    number = re.match(rf"({_ROMAN}|0?[1-8])(?![a-z0-9])", rest) or re.search(rf"\(({_ROMAN}|[1-8])\)$", rest)
    name = (rest[: number.start()] + rest[number.end() :]) if number else rest
    return number.group(1) if number else None, re.sub(rf"^[\s.,:()-]*(?:{prefix})?[\s.,:()-]*", "", name)


# ---------------------------------------------------------------- back to names


def department_name(code: str) -> str | None:
    """`01` -> "Guatemala"; None for an unknown code."""
    row = catalogs.by_code("departments").get(code)
    return row["name"] if row else None


def municipality_name(code: str) -> str | None:
    """`0101` -> "Guatemala"; None for an unknown code."""
    row = catalogs.by_code("municipalities").get(code)
    return row["name"] if row else None


def region_of(department_code: str) -> str | None:
    """The region that a department belongs to: `02` -> `III`; None for an unknown code."""
    row = catalogs.by_code("departments").get(department_code)
    return row["region_code"] if row else None


def region_name(region_code: str) -> str | None:
    """`III` -> "Nororiente"; None for an unknown code."""
    row = catalogs.by_code("regions").get(region_code)
    return row["name"] if row else None


def departments_of(region_code: str) -> tuple[str, ...]:
    """The departments of a region in the order of their codes: `II` -> (`15`, `16`)."""
    return tuple(r["code"] for r in catalogs.table("departments") if r["region_code"] == region_code)
