"""By what a table classifies its rows, told by its caption and its header.

The words are data (catalogs/vocabulary/kinds.toml). What caption and header say wins over what the rows look like:
a table "por Finalidad" stays one even if it lists programmes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rendicion_etl import catalogs
from rendicion_etl.normalize.text import fold, key

CAPTION, HEADER, DECIDES = 2, 2, 8  # points
CODES_NEEDED = 3  # codes that must agree before they say anything


def classify(
    caption_lines: Sequence[str],
    headers: Sequence[str],
    codes: Sequence[str] = (),
    has_numbers: bool | None = None,
) -> str:
    """The `tables.kind` of the contract: `grupo_gasto`, `renglon`, ... `text`, `other`.

    caption_lines: as printed above the table, number and institution may be among them. headers: the texts of all
    header cells. codes: the texts of the code column, used only where caption and header say nothing.
    has_numbers: whether a cell of the body holds a number or an amount; False means a table of words.
    """
    caption = " | ".join(fold(line) for line in caption_lines if key(line) not in _institution_names())
    heads = [fold(h).strip(" :") for h in headers if h.strip()]
    if has_numbers is False:
        return "text"
    money = _speaks_of_money(caption, heads)
    best, most = "other", 0
    for kind in catalogs.vocabulary("kinds")["kind"]:
        points = _points(kind, caption, heads) if money or not kind["money"] else 0
        if points > most:
            best, most = kind["name"], points
    if most:
        return str(best)
    if has_numbers is None and _is_words(heads):
        return "text"
    return _by_codes(codes) if money else "other"


def _points(kind: Mapping[str, Any], caption: str, heads: Sequence[str]) -> int:
    said = _has_phrase(caption, kind["caption"])
    headed = any(_begins(head, phrase) for head in heads for phrase in kind["header"])
    together = any(all(any(_begins(h, part) for h in heads) for part in parts) for parts in kind["header_decides"])
    decided = together or _has_phrase(caption, kind["caption_decides"])
    return CAPTION * said + HEADER * headed + DECIDES * decided


def _has_phrase(caption: str, phrases: Sequence[str]) -> bool:
    return any(re.search(rf"\b{_pattern(phrase)}\b", caption) for phrase in phrases)


def _pattern(phrase: str) -> str:
    r"""A phrase as a pattern: everything literal but `\d`."""
    return re.escape(phrase).replace(r"\\d", r"\d")


def _begins(head: str, phrase: str) -> bool:
    return head == phrase or head.startswith(f"{phrase} ")


def _speaks_of_money(caption: str, heads: Sequence[str]) -> bool:
    said = set(re.findall(r"[a-z]+", " ".join([caption, *heads])))
    return bool(said & set(catalogs.vocabulary("kinds")["words"]["money"]))


def _is_words(heads: Sequence[str]) -> bool:
    """At least two headers, all of a table of words (row numbers aside)."""
    said = catalogs.vocabulary("kinds")["words"]
    telling = [h for h in heads if h not in said["counter"]]
    return len(telling) >= 2 and all(any(_begins(h, word) for word in said["text"]) for h in telling)


@cache
def _institution_names() -> frozenset[str]:
    """Captions repeat the institution's name, and some names hold words that classify ("Fomento Municipal")."""
    return frozenset(key(r["name"]) for r in catalogs.table("institutions"))


def _by_codes(codes: Sequence[str]) -> str:
    printed = {code.strip() for code in codes if code.strip()}
    if len(printed) < CODES_NEEDED:
        return "other"
    fitting = [kind for kind, known in _known_codes().items() if printed <= known]
    return fitting[0] if len(fitting) == 1 else "other"


@cache
def _known_codes() -> Mapping[str, frozenset[str]]:
    """Codes that name one kind of thing at a glance; sources and programmes share two digits and are left out."""
    departments = [r["code"] for r in catalogs.table("departments")]
    return {
        "renglon": frozenset(r["code"] for r in catalogs.table("renglones")),
        "ubicacion_geografica": frozenset(f"{d}{end}" for d in departments for end in ("00", "01"))
        | frozenset(f"{int(d)}{end}" for d in departments for end in ("00", "01")),
    }
