"""Which codes a printed place name can stand for: exact spellings, then abbreviations, then one slip of the pen.

Each step answers with *all* codes that fit; the caller accepts an answer only if it is one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from rendicion_etl import catalogs
from rendicion_etl.normalize.text import fold, key, words

Codes = frozenset[str]

FUZZY_LENGTH = 8  # letters: shorter names lie too near to each other
FUZZY_MARGIN = 3  # edits: no other place may be nearer than this to what is printed
ABBREVIATED_LETTERS = 4  # letters that an abbreviated name must show


@cache
def spellings(level: str) -> tuple[tuple[str, str], ...]:
    """All (name, code) of a level: the official names and the other ones of place_names.csv."""
    official = {"department": "departments", "municipality": "municipalities", "region": "regions"}[level]
    return tuple((r["name"], r["code"]) for r in catalogs.table(official)) + tuple(
        (r["name"], r["code"]) for r in catalogs.table("place_names") if r["level"] == level
    )


@cache
def _index(level: str) -> Mapping[str, Codes]:
    return codes_by_name(spellings(level))


def codes_by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Codes]:
    """(name, code) pairs as folded name -> all codes of that name."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        found[key(name)].add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def exact(text: str, level: str) -> Codes:
    """Codes whose name is the text but for accents, case, spaces and punctuation; abbreviations expanded."""
    index = _index(level)
    return index.get(key(text)) or index.get(key(_expanded(text))) or frozenset()


def _expanded(text: str) -> str:
    """ "sta. rosa" -> "santa rosa", by the list in the vocabulary."""
    known: Mapping[str, str] = catalogs.vocabulary("places")["abbreviations"]

    def full(match: re.Match[str]) -> str:
        word, dot = match.group(1), match.group(2)
        return known[word] + " " if word in known and (dot or len(word) > 1) else match.group(0)

    return re.sub(r"\b([a-z]+)(\.?)(?=\s|[a-z]|$)", full, fold(text))


def abbreviated(text: str, level: str) -> Codes:
    """Codes of the names that the text shortens, a dot standing for the rest of a word ("Baja V.", "Totonic.")."""
    parts = re.findall(r"([a-z]+)(\.?)", _expanded(text))
    if not any(dot for _, dot in parts) or sum(len(word) for word, _ in parts) < ABBREVIATED_LETTERS:
        return frozenset()

    def shortens(name: str) -> bool:
        whole = words(name)
        return len(whole) == len(parts) and all(
            full.startswith(word) if dot else full == word for (word, dot), full in zip(parts, whole, strict=True)
        )

    return frozenset(code for name, code in spellings(level) if shortens(name))


@lru_cache(maxsize=4096)
def misspelt(text: str) -> Codes:
    """Codes of the departments and municipalities whose name is one edit away, if all others are far away.

    A department and its capital often share the name: their codes come together, and the caller chooses.
    """
    printed = key(text)
    if len(printed) < FUZZY_LENGTH:
        return frozenset()
    letters = set(printed)
    distance: dict[str, int] = {}
    for name, name_letters, codes in _fuzzy_names():
        # An edit changes at most two letters of the set: the cheap question that most names fail.
        if abs(len(name) - len(printed)) >= FUZZY_MARGIN or len(letters ^ name_letters) > 2 * (FUZZY_MARGIN - 1):
            continue
        if (d := edits(printed, name)) < FUZZY_MARGIN:
            distance.update({code: min(d, distance.get(code, d)) for code in codes})
    has_rival = any(d > 1 for d in distance.values())
    return frozenset() if has_rival else frozenset(distance)


@cache
def _fuzzy_names() -> tuple[tuple[str, frozenset[str], Codes], ...]:
    levels = ("department", "municipality")
    return tuple((name, frozenset(name), codes) for level in levels for name, codes in _index(level).items())


def edits(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.

    >>> edits("quetzatlenango", "quetzaltenango")
    1
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]
