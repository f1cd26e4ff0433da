"""What an export consists of: its tables in the order in which they are shown, its forms and its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rendicion_etl.curated.field import Dataset
from rendicion_etl.curated.schemas import DATASETS, VIEWS

Format = Literal["parquet", "csv", "xlsx", "duckdb"]
FORMATS: tuple[Format, ...] = get_args(Format)

# `ejecucion` leads: it is what may be added up.
TABLES: tuple[Dataset, ...] = (*VIEWS.values(), *DATASETS.values())

WHOLE = "rendicion"
README, PACKAGE = "LEEME.txt", "datapackage.json"


@dataclass(frozen=True, slots=True)
class Download:
    """A file of an export: `name` is its path in the folder; `dataset` what it holds, None where it holds all."""

    name: str
    path: Path
    format: str
    dataset: str | None
    size: int
    rows: int
    changed: bool
    """Whether this call wrote it; False where what lies there says the same already."""


def files_of(fmt: Format, document_id: str | None) -> dict[str, str | None]:
    """The files of a form by name, with the table that each holds, or None for all of them."""
    if fmt in ("parquet", "csv"):
        return {f"{fmt}/{table.name}.{fmt}": table.name for table in TABLES}
    return {f"{document_id or WHOLE}.{fmt}": None}
