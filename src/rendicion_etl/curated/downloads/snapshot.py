"""The tables of an export as Parquet, read once: what the other forms are made of, so that all of them say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.field import UNKNOWN_YEAR, Dataset
from rendicion_etl.curated.query import EVERY, named_rows, open_published, some_at_a_time, told_plainly
from rendicion_etl.curated.schemas import DATASETS, arrow_field
from rendicion_etl.curated.terms import TERMS_EN, TERMS_ES, Edition, cite_en, cite_es
from rendicion_etl.curated.writer import ROW_GROUP

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ORDER = {
    "ejecucion": 'institution, fiscal_year, period, classification, currency, code, document_id, table_id, "row"',
    "tables": "document_id, table_index, table_id",
    "scores": "document_id, array_position(['critical', 'warning', 'info'], severity)",
    "findings": "document_id, confidence, page, top, x0, finding_id",
    "statements": "document_id, page, top, x0, text, amount",
    "check_results": "document_id, check_id, table_id",
    "cells": 'document_id, table_id, "row", col',
    "indicators": 'document_id, table_id, "row", col',
    "budget_execution": 'document_id, table_id, "row"',
}


def take_snapshot(curated: Path, folder: Path, document_id: str | None = None) -> tuple[Edition, list[int]]:
    """Write every table to `folder/<name>.parquet`; what it is, and the fiscal years in it.

    Raises RendicionError where nothing is published. The document, where one is asked for, is known to be there.
    """
    with open_published(curated, document_id or EVERY) as connection, told_plainly(curated):
        edition, documents = _edition(connection, document_id)
        for table in TABLES:
            _write(folder / f"{table.name}.parquet", table, _batches(connection, table, documents), edition)
    return edition, sorted({document["fiscal_year"] for document in documents} - {UNKNOWN_YEAR})


def _edition(connection: duckdb.DuckDBPyConnection, document_id: str | None) -> tuple[Edition, list[dict[str, Any]]]:
    """What the export is an edition of, and its documents in order."""
    wanted = (
        "document_id, institution, institution_name, fiscal_year, period, file_name, sha256, pipeline_version, "
        "retrieved_at at time zone 'UTC' as retrieved_at"
    )
    documents = named_rows(connection, f"SELECT {wanted} FROM documents ORDER BY document_id")
    received = max(document["retrieved_at"] for document in documents).date()
    versions = tuple(sorted({document["pipeline_version"] for document in documents}))
    only: dict[str, Any] | None = documents[0] if document_id else None
    return Edition(len(documents), received, versions, only), documents


def _batches(
    connection: duckdb.DuckDBPyConnection, table: Dataset, documents: Sequence[Mapping[str, Any]]
) -> Iterator[pa.RecordBatch]:
    """The rows of a table in an order that does not change, of some documents at a time where that is the order."""
    columns, order = ", ".join(f'"{field.name}"' for field in table.fields), _ORDER.get(table.name, "document_id")
    if table.name not in DATASETS:
        yield from connection.sql(f"SELECT {columns} FROM {table.name} ORDER BY {order}").to_arrow_reader(ROW_GROUP)
        return
    for inside in some_at_a_time(documents):
        sql = f"SELECT {columns} FROM {table.name} WHERE {inside} ORDER BY {order}"
        yield from connection.sql(sql).to_arrow_reader(ROW_GROUP)


def _write(path: Path, table: Dataset, batches: Iterator[pa.RecordBatch], edition: Edition) -> None:
    """One Parquet file, with meaning of table and columns, terms and citation in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [arrow_field(f).with_metadata({"description": f.es, "description_en": f.en}) for f in table.fields]
    told = {
        "title": table.title_es,
        "description": table.es,
        "description_en": table.en,
        "version": edition.version,
        "license": TERMS_ES,
        "license_en": TERMS_EN,
        "citation": cite_es(edition),
        "citation_en": cite_en(edition),
    }
    schema = pa.schema(fields, metadata=told)
    with pq.ParquetWriter(path, schema, compression="zstd", store_decimal_as_integer=True) as out:
        for batch in batches:
            if batch.num_rows:
                out.write_table(pa.Table.from_batches([batch]).cast(schema))


def rows_of(path: Path) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a Parquet file, some at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROW_GROUP):
            yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def count(path: Path) -> int:
    """How many rows a Parquet file has."""
    import pyarrow.parquet as pq

    n: int = pq.read_metadata(path).num_rows
    return n
