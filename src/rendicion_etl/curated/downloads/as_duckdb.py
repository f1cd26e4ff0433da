"""All tables in one DuckDB file, which answers wherever it is opened: nothing in it points outside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rendicion_etl.curated.field import Field
from rendicion_etl.curated.query import comment, create_derived, quoted
from rendicion_etl.curated.schemas import DATASETS, duckdb_type
from rendicion_etl.curated.terms import ABOUT_ES, TERMS_EN, TERMS_ES, Edition, cite_en, cite_es

if TYPE_CHECKING:
    import duckdb

# Opens in DuckDB 1.2 and newer; small blocks, since most documents have few rows.
_STORAGE = "STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384"
_MEMORY = "128MB"  # what does not fit goes to the disk, beside the target
ABOUT = "acerca_de"


def write_duckdb(sources: Mapping[str, Path], target: Path, edition: Edition) -> None:
    """Write the datasets as tables, `ejecucion` and `scores` as views over them, and the table `acerca_de`."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = {quoted(str(target.parent))}")
        connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {quoted(str(target))} AS salida ({_STORAGE}); USE salida")
        connection.execute("BEGIN")  # one write to the disk, not one for each comment
        terms = f" {TERMS_ES} / {TERMS_EN}"
        for dataset in DATASETS.values():
            columns = ", ".join(_column(field) for field in dataset.fields)
            connection.execute(f"CREATE TABLE {dataset.name} ({columns})")
            read = f"SELECT * FROM read_parquet({quoted(str(sources[dataset.name]))}, hive_partitioning = false)"
            connection.execute(f"INSERT INTO {dataset.name} BY NAME {read}")
            comment(connection, dataset, "TABLE", terms)
        create_derived(connection)
        _about(connection, edition)
        connection.execute("COMMIT")
        connection.execute("USE memory; DETACH salida")


def _column(field: Field) -> str:
    return f'"{field.name}" {duckdb_type(field)}{"" if field.nullable else " NOT NULL"}'


def _about(connection: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    """The table that says what the file is, for whoever has nothing but the file."""
    connection.execute(f"CREATE TABLE {ABOUT} (campo VARCHAR NOT NULL, texto VARCHAR NOT NULL)")
    connection.execute(f"COMMENT ON TABLE {ABOUT} IS 'Qué es esto y cómo citarlo / What this is and how to cite it'")
    told = {
        "título": edition.title,
        "qué es": ABOUT_ES,
        "por dónde empezar": "select * from ejecucion",
        "versión": edition.version,
        "documentos": str(edition.n_documents),
        "recibidos hasta": edition.received.isoformat(),
        "licencia": TERMS_ES,
        "license": TERMS_EN,
        "cómo citar": cite_es(edition),
        "cite as": cite_en(edition),
    }
    connection.execute(f"COMMENT ON COLUMN {ABOUT}.campo IS 'Qué dice / What it tells'")
    connection.execute(f"COMMENT ON COLUMN {ABOUT}.texto IS 'El texto / The text'")
    connection.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", [list(pair) for pair in told.items()])
