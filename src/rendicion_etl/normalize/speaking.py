"""What a sentence speaks of: which phase each of its amounts is of, and whose.

The scope of a sentence is certain only where every word of it is known: those that are left over may say that it
speaks of a trust fund, of another year, or of "more than" the amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rendicion_etl import catalogs
from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.model import ENTITY, Document, Scope
from rendicion_etl.normalize.period_words import Claim, claims
from rendicion_etl.normalize.quantities import Quantity, any_of, level

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HEADING_NUMBER = re.compile(r"^\W*(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4})[.)]?\s+")
_CODES = r"\d{1,3}(?:(?:, | y | e )\d{1,3})+"


def _words() -> Mapping[str, Any]:
    return vocabulary("statements")


@dataclass(frozen=True, slots=True)
class Speaks:
    """What a text speaks of: the lines that it names, those that it lists, and whether all of its words are known."""

    scopes: tuple[Scope, ...]
    groups: tuple[str, ...]
    plain: bool


def scopes_of(document: Document, text: str, heading: str, before: str, figures: Sequence[Quantity]) -> list[Speaks]:
    """What each clause of a sentence (given levelled) speaks of; one that names nothing goes on with the one before.

    `heading` and `before` are what it stands under and after. `scopes` is () where it is not certain, of one element
    where it is.
    """
    lines = [_HEADING_NUMBER.sub("", level(line)) for line in heading.splitlines()]
    over = _read(document, " . ".join(lines), (), _words()["plain"]["headings"])
    out: list[Speaks] = []
    certain = over.plain and not over.groups
    for start, end in _clauses(text):
        inside = [q for q in figures if start <= q.start < end]
        blank = [(q.start - start, q.end - start) for q in inside]
        said = _read(document, text[start:end], blank, ())
        scopes = said.scopes or (out[-1].scopes if out else (ENTITY,))
        certain = certain and not (scopes == (ENTITY,) and _names_something_else(before))
        sure = len(scopes) == 1 and (not over.scopes or over.scopes == scopes)
        certain = certain and said.plain and sure
        out.append(Speaks(scopes, said.groups, said.plain))
    return [Speaks(s.scopes if certain else (), s.groups if certain else (), certain) for s in out]


def _names_something_else(text: str) -> bool:
    """Whether a text names a line of a table, or another body, that what follows it may go on about."""
    said = level(text)
    other = re.search(rf"(?<!\w){any_of(_words()['passage']['other'])}(?!\w)", said)
    return bool(other) or any(True for _ in _lines_named(said)) or any(name in said for name in _group_names())


def clause_of(text: str, at: int) -> int:
    """Which clause of a text a place is in."""
    return next(k for k, (_, end) in enumerate(_clauses(text)) if at < end)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in re.finditer(r";", text):
        yield start, match.end()
        start = match.end()
    yield start, len(text) + 1


def _read(document: Document, text: str, blank: Sequence[tuple[int, int]], more: Sequence[str]) -> Speaks:
    """Take out of a text all that is known, and see whether a word is left."""
    rest = _without(text, blank)
    found: list[Scope] = []
    groups: tuple[str, ...] = ()
    for claim in claims(rest):
        if not _is_of_period(claim, document):
            return Speaks((), (), False)
        rest = _without(rest, [claim.span])
    rest = _YEAR.sub(lambda m: " " * 4 if int(m[0]) == document.fiscal_year else m[0], rest)
    rest = _month_of_letter().sub(" ", rest)
    for name in _names_of(document):
        rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", rest)
    rest = _spelt_out().sub(" ", rest)
    if match := re.search(rf"\bgrupos(?: de gastos?)? ({_CODES})\b", rest):
        groups = tuple(re.findall(r"\d+", match[1]))
        rest = _without(rest, [match.span()])
    for scope, span in _lines_named(rest):
        found.append(scope)
        rest = _without(rest, [span])
    for scope in tuple(found):
        for label in _labels(document, scope):
            rest = rest.replace(label, " ")
    for name, code in _group_names().items():
        if name in rest:
            found.append(Scope("grupo_gasto", code))
            rest = rest.replace(name, " ")
    rest = re.sub(rf"(?<!\w){any_of(_words()['plain']['phrases'])}(?!\w)", " ", rest)
    rest = _concept_pattern().sub(" ", rest)
    known = {*_words()["plain"]["words"], *more}
    plain = all(word in known for word in _WORD.findall(rest))
    return Speaks(tuple(dict.fromkeys(found)), groups, plain)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _is_of_period(claim: Claim, document: Document) -> bool:
    """Whether words about time say no more than what the whole report is about: the year, up to its last day."""
    if claim.year is not None and claim.year != document.fiscal_year:
        return False
    if claim.kind in ("year", "bare_year"):
        return True
    ends = document.period_end.month if document.period_end else None
    return claim.first_month == 1 and claim.last_month == ends and claim.kind != "bare_month"


@cache
def _month_of_letter() -> re.Pattern[str]:
    """ "Guatemala, mayo de 2021": where and when the report was signed."""
    months = [word for words in vocabulary("periods")["months"].values() for word in words]
    return re.compile(rf"\bguatemala, (?:\d{{1,2}} de )?{any_of(months)}(?: de)?(?=\W|$)")


@cache
def _spelt_out() -> re.Pattern[str]:
    """ "(sesenta y tres millones de quetzales exactos)": an amount said again in words."""
    return re.compile(rf"\((?:[^\w()]|{any_of(_words()['numerals']['words'])}\b|\d\d/100)+\)")


def _names_of(document: Document) -> list[str]:
    """How a report calls its institution, the longest first."""
    name, slug = level(document.institution_name or ""), document.institution or ""
    first = name.split()[0] if name else ""
    return sorted((n for n in (name, slug, first) if n), key=len, reverse=True)


@cache
def _line_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines: dict[str, list[str]] = _words()["lines"]
    return tuple(
        (kind, re.compile(rf"\b{any_of(nouns)}(?: no\.?)? ?\(?(?P<code>\d{{1,4}})\b\)?"))
        for kind, nouns in lines.items()
        if kind != "ubicacion_geografica"
    )


@cache
def _department_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"\b{any_of(_words()['lines']['ubicacion_geografica'])} (?P<name>{any_of(list(_departments()))})\b"
    )


@cache
def _departments() -> Mapping[str, str]:
    return {level(r["name"]): r["code"] for r in catalogs.table("departments")}


def _lines_named(text: str) -> Iterator[tuple[Scope, tuple[int, int]]]:
    """The lines of tables that a text names by their code, departments by their name."""
    for kind, pattern in _line_patterns():
        for match in pattern.finditer(text):
            code = match["code"]
            yield Scope(kind, code[0] if kind == "grupo_gasto" and code.endswith("00") else code), match.span()
    for match in _department_pattern().finditer(text):
        yield Scope("ubicacion_geografica", _departments()[match["name"]]), match.span()


def _labels(document: Document, scope: Scope) -> list[str]:
    """What a line is called, in the tables and in the catalogue, the longest first."""
    printed = {r.label for t in document.tables if t.kind == scope.kind for r in t.rows if r.code == scope.code}
    if scope.kind == "grupo_gasto":
        printed |= {r["name"] for r in catalogs.table("grupos_gasto") if r["code"] == scope.code}
    return sorted((level(n) for n in printed if n and len(n) > 3), key=len, reverse=True)


@cache
def _group_names() -> Mapping[str, str]:
    return {level(r["name"]): r["code"] for r in catalogs.table("grupos_gasto")}


# ---------------------------------------------------------------- concepts


@cache
def _concepts() -> Mapping[str, str]:
    words: dict[str, list[str]] = _words()["concepts"]
    return {phrase: role for role, phrases in words.items() for phrase in phrases}


@cache
def _concept_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<phrase>{any_of(list(_concepts()))})(?:e?s)?(?!\w)")


@cache
def _part_of() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(_words()['part']['of'])} (?:total (?:del? )?)?$")


def concept_of(text: str, figures: Sequence[Quantity], k: int) -> str | None:
    """What the k-th figure of a levelled text is of; None where its words say nothing, or two things."""
    money = [q for q in figures if q.unit not in ("percent", "count")]
    figure = figures[k]
    before = max((q.end for q in money if q.end <= figure.start), default=0)
    before = max(before, text.rfind(";", 0, figure.start) + 1)
    found = list(_concept_pattern().finditer(text, before, figure.start))
    own = [m for m in found if not _part_of().search(text, 0, m.start())]
    if not own and found and "," not in text[found[-1].end() : figure.start]:
        own = found  # "the amount of the budget", not "of the budget, so much is..."
    roles = {_concepts()[m["phrase"]] for m in own}
    if not roles:
        match = re.compile(rf" (?:en concepto )?(?:de(?:l)? )?{_concept_pattern().pattern}").match(text, figure.end)
        roles = {_concepts()[match["phrase"]]} if match else roles
    return roles.pop() if len(roles) == 1 else None


def percentage_of(text: str, figure: Quantity) -> str | None:
    """What a percentage says: `execution`, `share` of something, or None."""
    words = _words()["percentages"]
    if re.compile(rf" ?{any_of(words['execution'])}(?!\w)").match(text, figure.end):
        return "execution"
    before = text[: figure.start].rstrip()
    if re.search(rf"(?<!\w){any_of(words['before_execution'])}$", before):
        return "execution"
    return "share" if re.search(rf"(?<!\w){any_of(words['share'])}$", before) else None


def is_label(text: str) -> bool:
    """Whether a levelled text is nothing but the name of a phase: the label of a figure in a box."""
    match = _concept_pattern().search(text)
    rest = _concept_pattern().sub(" ", text)
    return bool(match) and all(word in _words()["plain"]["words"] for word in _WORD.findall(rest))
