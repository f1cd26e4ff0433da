"""The `datapackage.json` of an export: its files with size and hash, the CSV among them with fields and keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rendicion_etl.curated.datapackage import package_of, schema_of, titles_of
from rendicion_etl.curated.downloads.cover import DEFUSED_EN, DEFUSED_ES
from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.terms import Edition

_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "duckdb": "application/vnd.duckdb",
}
_TABLES = {table.name: table for table in TABLES}


def describe(name: str, edition: Edition, years: Sequence[int], resources: list[dict[str, Any]], stamp: str) -> bytes:
    """The descriptor; `stamp` tells later whether the files still say what is published."""
    package = {**package_of(name, years, resources, edition), "stamp": stamp}
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"


def resource_of(path: Path, name: str, dataset: str | None, rows: int) -> dict[str, Any]:
    """A file of the export: `name` is its path in the folder, `path` where it lies now."""
    fmt = path.suffix[1:]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    known = {
        "path": name,
        "format": fmt,
        "mediatype": _TYPES[fmt],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        # Not `rows`: checkers compare that with the rows that they read, and read none of a file.
        "n_rows": rows,
    }
    if dataset is None:
        # A file of all tables is a resource that a checker of tables must leave alone.
        return {"profile": "data-resource", "name": fmt, "type": "file", **known}
    table = _TABLES[dataset]
    if fmt != "csv":
        told = {**titles_of(table), "name": f"{dataset}-{fmt}"}
        return {"profile": "data-resource", **told, "type": "file", **known}
    return {
        "profile": "tabular-data-resource",
        **titles_of(table),
        "note": DEFUSED_ES,
        "note_en": DEFUSED_EN,
        "encoding": "utf-8",
        **known,
        "schema": schema_of(table, table.fields, blank_is_null=True),
    }


def read_package(path: Path) -> Mapping[str, Any]:
    """What a descriptor says, or nothing where there is none that can be read."""
    try:
        package = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return package if isinstance(package, dict) else {}
