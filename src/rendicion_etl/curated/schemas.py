"""The one field table of all datasets, and the schemas made from it. Standard library only until Arrow is asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rendicion_etl.curated import fields_budget as budget
from rendicion_etl.curated import fields_corrections as corrected
from rendicion_etl.curated import fields_document as read
from rendicion_etl.curated import fields_findings as judged
from rendicion_etl.curated.field import (
    COLUMN_ROLES,
    CORRECTABLE,
    CURRENCY_SIGNS,
    DOCUMENT_ID,
    KINDS,
    NUMERIC_TYPES,
    PHASES,
    ROW_ROLES,
    SHA256,
    UNIT,
    Dataset,
    Field,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "COLUMN_ROLES",
    "CORRECTABLE",
    "CURRENCY_SIGNS",
    "DATASETS",
    "DOCUMENT_ID",
    "EJECUCION",
    "KINDS",
    "NUMERIC_TYPES",
    "PHASES",
    "QUARANTINE",
    "ROW_ROLES",
    "SCHEMA_VERSION",
    "SCORES",
    "SHA256",
    "UNIT",
    "VIEWS",
    "Dataset",
    "Field",
    "arrow_field",
    "arrow_schema",
    "columns",
    "duckdb_type",
    "names",
    "schema_id",
]

SCHEMA_VERSION = 2
"""The version of the contract that this program writes; files that carry none are of version 1.

A column or dataset that is added raises it, and says so in `since`: files of earlier versions may lack it, and stay
readable (`older`). To change or remove one is not possible that way: the documents would have to be ingested again.
"""

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        read.DOCUMENTS,
        read.TABLES,
        read.CELLS,
        budget.BUDGET_EXECUTION,
        budget.INDICATORS,
        judged.STATEMENTS,
        judged.FINDINGS,
        judged.CHECK_RESULTS,
        corrected.CORRECTIONS,
    )
}
"""The datasets of the contract by name, `documents` first."""

EJECUCION = budget.EJECUCION
"""The view of what may be added up."""

SCORES = judged.SCORES
"""The view of how many comparisons hold."""

VIEWS: dict[str, Dataset] = {view.name: view for view in (EJECUCION, SCORES)}
"""What is made of the datasets when it is asked for."""

QUARANTINE = judged.QUARANTINE
"""The fields of a quarantine record."""

_ARROW = {"string": "string", "int8": "int8", "int16": "int16", "int32": "int32", "double": "float64", "date": "date32"}
_DUCKDB = {
    "string": "VARCHAR",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}


def names(dataset: str) -> tuple[str, ...]:
    """The fields of a record of a dataset, in order, those of the partition among them."""
    return tuple(field.name for field in DATASETS[dataset].fields)


def columns(dataset: str) -> tuple[Field, ...]:
    """The fields that stand in the file: all but `institution` and `fiscal_year`, which its path says."""
    return tuple(field for field in DATASETS[dataset].fields if not field.partition)


def arrow_schema(dataset: str) -> pa.Schema:
    """The Arrow schema of a dataset's files."""
    import pyarrow as pa

    return pa.schema([arrow_field(field) for field in columns(dataset)])


def arrow_field(field: Field) -> pa.Field:
    """A field for an Arrow schema."""
    import pyarrow as pa

    return pa.field(field.name, _arrow_type(field.type), nullable=field.nullable)


def _arrow_type(name: str) -> pa.DataType:
    import pyarrow as pa

    if name == "timestamp":
        return pa.timestamp("us", tz="UTC")
    if name.startswith("decimal("):
        return pa.decimal128(*decimal_size(name))
    return getattr(pa, _ARROW[name])()


def schema_id() -> str:
    """A short hash of all names and types: files that carry the same one have the same columns."""
    told = [(dataset.name, [(f.name, f.type) for f in columns(dataset.name)]) for dataset in DATASETS.values()]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


def decimal_size(name: str) -> tuple[int, int]:
    """Precision and scale of `decimal(p,s)`.

    >>> decimal_size("decimal(38,12)")
    (38, 12)
    """
    precision, scale = name.removeprefix("decimal(").removesuffix(")").split(",")
    return int(precision), int(scale)


def duckdb_type(field: Field) -> str:
    """The SQL type of a field."""
    return _DUCKDB.get(field.type, field.type.upper())
