"""Gives reference facts: codes and names as published by the State, and the words that reports use for them.

Not its business: reading reports, or deciding what a printed text means. Each file's source: README.md beside it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

# Every table with its columns, so that a file with a missing or unknown column is told at once.
TABLES: Mapping[str, tuple[str, ...]] = {
    "departments": ("code", "name", "capital", "region_code", "iso_3166_2", "iso_3166_2_old"),
    "municipalities": ("code", "name", "department_code"),
    "regions": ("code", "number", "name"),
    "special_places": ("pattern", "name", "region_code"),
    "place_names": ("name", "level", "code", "why"),
    "institutions": ("acronym", "name"),
    "entities": ("code", "acronym", "name"),
    "grupos_gasto": ("code", "name"),
    "renglones": ("code", "grupo", "name"),
    "fuentes_financiamiento": ("code", "name"),
    "finalidades": ("code", "name"),
    "funciones": ("code", "finalidad", "name"),
    "programas": ("entity_code", "code", "name"),
}
VOCABULARIES = ("columns", "institutions", "kinds", "periods", "places", "statements")

Record = Mapping[str, str]


@cache
def table(name: str) -> tuple[Record, ...]:
    """The rows of a catalogue as mappings, column name to text ("" where the file has none), in file order.

    `name` is a key of `TABLES`; ValueError if the file's columns are not the promised ones.
    """
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != TABLES[name]:
        raise ValueError(f"catalogs/{name}.csv: columns are {reader.fieldnames}, should be {TABLES[name]}")
    return tuple(reader)


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """One of the `VOCABULARIES`: the words by which reports name things, as the TOML file has them."""
    if name not in VOCABULARIES:
        raise ValueError(f"no vocabulary {name!r}; there are {', '.join(VOCABULARIES)}")
    return tomllib.loads(files(__name__).joinpath("vocabulary", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def by_code(name: str) -> Mapping[str, Record]:
    """The rows of a catalogue by their `code`; of several names for one code the first, which is the full one."""
    out: dict[str, Record] = {}
    for row in table(name):
        out.setdefault(row["code"], row)
    return out
