"""The code and the label of a budget line, from what its code cell and its label cell print.

Codes stay as printed, leading zeros kept ("011", "6300000001"); only a grupo de gasto is one digit, also where it
is printed in hundreds. A label without a code gets one only if it is exactly one name of the catalogue: Manual de
Clasificaciones Presupuestarias para el Sector Público de Guatemala (catalogs/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rendicion_etl import catalogs
from rendicion_etl.normalize import places
from rendicion_etl.normalize.place_names import codes_by_name
from rendicion_etl.normalize.text import fold, key

# Kinds whose rows are lines of a classification: only in these is a number before a label its code.
_CODED = frozenset(
    {
        "grupo_gasto",
        "renglon",
        "fuente_financiamiento",
        "finalidad",
        "funcion",
        "programa",
        "producto",
        "unidad_ejecutora",
        "ubicacion_geografica",
        "municipal",
        "metas_fisicas",
    }
)
_CATALOGUE = {
    "grupo_gasto": "grupos_gasto",
    "fuente_financiamiento": "fuentes_financiamiento",
    "finalidad": "finalidades",
    "funcion": "funciones",
}

_GRUPO = re.compile(r"grupo(?:\s+de\s+gastos?)?\s*(?:no\.?\s*)?[\"']?([0-9])(?:00)?(?![0-9])[\"']?", re.IGNORECASE)
_CODE_FIRST = re.compile(
    r"(?!(?:19|20)\d\d-(?:19|20)\d\d)"  # "2020-2024 ..." is a span of years
    r"(\d{1,10}(?:[-.]\d{1,4})*)(?:\s*[-–—.:)]+\s*|\s+)(?=\S)(?!\d|[-–—%])(.*\w.*)",
    re.DOTALL,
)
_CODE_LAST = re.compile(r"(.*\w.*?)\s*\((\d{1,4})\)", re.DOTALL)
_IS_CODE = re.compile(r"\d|^[ivx]+$")  # "TOTAL" in the code column is a label
_CODE_ONLY = re.compile(r"\d{1,10}(?:[-.]\d{1,4})*")


def code_and_label(
    kind: str, code_text: str | None, label_text: str | None, institution: str | None = None
) -> tuple[str | None, str | None]:
    """(code, label) of a row of a table of this kind; None for what is neither printed nor certain.

    `institution` (a slug) allows names of programmes, which repeat from one institution to the next. A label that
    is nothing but the code stays as the label too: it is what the row is called in print.
    """
    printed = re.sub(r"\s+", "", code_text or "")
    label = re.sub(r"\s+", " ", label_text or "").strip() or None
    if printed and not _IS_CODE.search(fold(printed)):
        printed, label = "", label or (code_text or "").strip()
    if kind not in _CODED and kind != "region":
        return printed or None, label
    if printed:
        return _cleaned(kind, code_text or ""), label or re.sub(r"\s+", " ", code_text or "").strip()
    if label is None:
        return None, None
    code, rest = _split(kind, label)
    return code or _named(kind, label, institution), rest


def _cleaned(kind: str, text: str) -> str:
    """A printed code without spaces; of a grupo de gasto its digit ("Grupo 0", "000", "100")."""
    squashed = re.sub(r"\s+", "", text)
    if kind == "grupo_gasto":
        match = _GRUPO.fullmatch(text.strip()) or re.fullmatch(r"([0-9])(?:00)?", squashed)
        return match.group(1) if match else squashed
    return squashed


def _split(kind: str, label: str) -> tuple[str | None, str]:
    """The code that the label cell itself prints, and the label without it."""
    if kind == "region":
        return places.region_from_name(label) or _region_misnamed(label), label
    if kind == "grupo_gasto" and (match := _GRUPO.match(label)):
        return match.group(1), label[match.end() :].strip(" .:,;-–—\"'“”") or label
    if _CODE_ONLY.fullmatch(label):
        return _cleaned(kind, label), label
    if match := _CODE_FIRST.fullmatch(label):
        return _cleaned(kind, match.group(1)), match.group(2).strip()
    if match := _CODE_LAST.fullmatch(label):
        return match.group(2), match.group(1).strip()
    return None, label


def _region_misnamed(label: str) -> str | None:
    """The number of a region that is printed beside the name of another; None where the name is none at all."""
    by_number, by_name = places.region_parts(label)
    return by_number if by_name else None


def _named(kind: str, label: str, institution: str | None) -> str | None:
    """The code of the only catalogue entry with this name; None where there is none or more than one."""
    if kind == "programa":
        return _only(_programmes(institution).get(key(label))) if institution else None
    return _only(_names(kind).get(key(label))) if kind in _CATALOGUE else None


def _only(codes: frozenset[str] | None) -> str | None:
    return next(iter(codes)) if codes and len(codes) == 1 else None


@cache
def _names(kind: str) -> Mapping[str, frozenset[str]]:
    return codes_by_name((r["name"], r["code"]) for r in catalogs.table(_CATALOGUE[kind]))


@cache
def _programmes(institution: str) -> Mapping[str, frozenset[str]]:
    entities = {r["code"] for r in catalogs.table("entities") if fold(r["acronym"]) == institution}
    return codes_by_name((r["name"], r["code"]) for r in catalogs.table("programas") if r["entity_code"] in entities)
