"""Which institution a report is about.

Reports print the name in full, often without the acronym, and name other institutions too: as sources of figures,
in tables, in sentences. So the place of a name decides (first page, running header, "Entidad: ..."), and where
two names have nearly the same weight the answer is None.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rendicion_etl import catalogs
from rendicion_etl.normalize.evidence import Statement, statements
from rendicion_etl.normalize.text import fold, key, words

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Page

LINES_JOINED = 4  # a long name may be printed on as many lines
LABELLED, FRONT, ACRONYM, MENTION = 8, 5, 3, 1  # points of one distinct mention
MENTIONS_COUNTED = 3
ENOUGH, LEAD = 5, 3  # points that decide, and the distance to the second
OWN_LINE, OWN_LINES = 0.6, 0.85  # share of the letters that the name must have of its line, of several lines
ACRONYM_ALONE = 4  # letters: a shorter one alone on a line may be anything

_PRINTED_ACRONYM = re.compile(r"(?:\(\s*|[-–—/]\s*)([A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9-]*[A-ZÁÉÍÓÚÑ0-9])\s*(?:\)|[-–—/]|$)")


@dataclass(frozen=True, slots=True)
class Institution:
    """slug: the official acronym in lower case, [a-z0-9-] only; name: as in the catalogue, else as printed."""

    slug: str
    name: str


class _Mention(NamedTuple):
    institution: Institution
    points: int
    name_key: str


def identify(pages: Sequence[Page]) -> Institution | None:
    """The institution that the document is about; None where the document does not say it clearly."""
    if not pages:
        return None
    points = _points(pages)
    ranking = sorted(points, key=lambda slug: -points[slug][0])
    if not ranking or points[ranking[0]][0] < ENOUGH:
        return None
    second = points[ranking[1]][0] if len(ranking) > 1 else 0
    return points[ranking[0]][1] if points[ranking[0]][0] - second >= LEAD else None


def _points(pages: Sequence[Page]) -> dict[str, tuple[int, Institution]]:
    """Points by slug, every wording counted once, and the institution under its shortest printed name."""
    wordings: dict[str, dict[str, int]] = defaultdict(dict)
    names: dict[str, Institution] = {}
    for statement in statements(pages, LINES_JOINED):
        for institution, points, wording in _mentions(statement):
            seen = wordings[institution.slug]
            seen[wording] = max(points, seen.get(wording, 0))
            if institution.slug not in names or len(institution.name) < len(names[institution.slug].name):
                names[institution.slug] = institution
    totals = {}
    for slug, seen in wordings.items():
        mentions = sum(p for p in seen.values() if p == MENTION)
        totals[slug] = sum(p for p in seen.values() if p > MENTION) + min(mentions, MENTIONS_COUNTED)
    return {slug: (total, names[slug]) for slug, total in totals.items()}


def _mentions(statement: Statement) -> Iterator[_Mention]:
    if statement.rank == "prose":
        return
    wording = f"{statement.rank} {statement.page == 1} {key(statement.text)}"
    listed = list(_listed(statement))
    for institution, name_key in listed:
        if points := _weight(statement, name_key):
            yield _Mention(institution, points, wording)
    if not listed and statement.rank == "front":
        named, points = _by_acronym(statement)
        if named:
            yield _Mention(named, points, wording)


# ---------------------------------------------------------------- names of the catalogue


@cache
def _catalogue() -> tuple[re.Pattern[str], dict[str, Institution]]:
    """What finds the names in the key of a text, long names first (one may be part of another), and whose they are."""
    rows = catalogs.table("institutions")
    official: dict[str, str] = {}
    for row in rows:
        official.setdefault(row["acronym"], row["name"])
    by_key = {key(r["name"]): Institution(key(r["acronym"]), official[r["acronym"]]) for r in rows}
    return re.compile("|".join(sorted(by_key, key=len, reverse=True))), by_key


def _listed(statement: Statement) -> Iterator[tuple[Institution, str]]:
    """Institutions of the catalogue named in the statement; of joined lines only those that no line names alone."""
    pattern, by_key = _catalogue()
    alone = {name for part in _lines(statement) for name in pattern.findall(key(part))} if statement.seams else set()
    for name_key in set(pattern.findall(key(statement.text))) - alone:
        yield by_key[name_key], name_key


def _lines(statement: Statement) -> list[str]:
    cuts = [0, *statement.seams, len(statement.text)]
    return [statement.text[a:b] for a, b in pairwise(cuts)]


def _weight(statement: Statement, name_key: str) -> int:
    """Points of a name in its statement: none where it is a part of a longer phrase."""
    if _label(statement.text):
        return LABELLED
    around = re.sub(_PRINTED_ACRONYM, " ", statement.text)
    share = len(name_key) / max(len(re.sub(r"\d", "", key(around))), 1)
    if share < (OWN_LINES if statement.seams else OWN_LINE) and not _names_report(statement.text):
        return 0
    return FRONT if statement.rank == "front" else MENTION


def _label(text: str) -> bool:
    labels = "|".join(map(re.escape, catalogs.vocabulary("institutions")["labels"]))
    return bool(re.match(rf"(?:{labels})\s*[:=]", fold(text)))


def _names_report(text: str) -> bool:
    """Does the line begin as a title does: "Informe de rendición de cuentas del Ministerio de ..."?"""
    phrases = "|".join(map(re.escape, catalogs.vocabulary("institutions")["report_words"]))
    return bool(re.match(rf"(?:\w+ ){{0,2}}(?:{phrases})\b", fold(text)))


# ---------------------------------------------------------------- acronyms


def _by_acronym(statement: Statement) -> tuple[Institution | None, int]:
    """An institution by its printed acronym: one of the catalogue, or a body that the title page names."""
    alone = statement.text.strip(" ()-–—")
    if not statement.seams and len(alone) >= ACRONYM_ALONE and alone.isupper() and key(alone) in _acronyms():
        return _acronyms()[key(alone)], ACRONYM
    match = _PRINTED_ACRONYM.search(statement.text)
    if match is None or re.search(r"\w", statement.text[match.end() :]):
        return None, 0
    slug, name = key(match.group(1)), statement.text[: match.start()].strip(" .,:;/(-–—")
    known = _acronyms().get(slug)
    if known:
        return (known, ACRONYM) if _same_body(name, known.name) else (None, 0)
    if not _is_body(statement, name) or not _abbreviates(slug, name):
        return None, 0
    return Institution(slug, re.sub(r"\s+", " ", name)), FRONT


@cache
def _acronyms() -> dict[str, Institution]:
    return {institution.slug: institution for institution in _catalogue()[1].values()}


def _same_body(printed: str, official: str) -> bool:
    """Do the words before an acronym say the name that the catalogue has for it, perhaps in another form?"""
    long = {w for w in words(printed) if len(w) > 3}
    return bool(long) and 2 * len(long & set(words(official))) >= len(long)


def _is_body(statement: Statement, name: str) -> bool:
    """Does the name begin as a public body's does, and no second one begin on a later line?"""
    bodies = set(catalogs.vocabulary("institutions")["bodies"])
    firsts = [words(line)[:1] for line in _lines(statement)]
    begins = [bool(first) and first[0] in bodies for first in firsts]
    return begins[0] and not any(begins[1:]) and len(words(name)) > 1


def _abbreviates(acronym: str, name: str) -> bool:
    """Do the acronym's letters occur in the name in their order, beginning where a word begins?"""
    if len(acronym) < 2 or not any(word[0] == acronym[0] for word in words(name)):
        return False
    rest = iter(key(name))
    return all(letter in rest for letter in acronym)
