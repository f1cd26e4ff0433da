"""A curated folder with its archive, small and whole: every dataset has rows, and one report compares with another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from curated_examples import document, finding, published, result, table

from rendicion_etl.archive.store import receive
from rendicion_etl.checks.model import Result
from rendicion_etl.normalize.correction_files import Correction
from rendicion_etl.normalize.corrections import Applied
from rendicion_etl.normalize.model import Document

GOALS = (("header", "Meta", "Personas"), ("detail", "Meta 0", "7"), ("total", "Total", "7"))


def pdf(home: Path, name: str) -> str:
    """Something that passes for a PDF, put into the archive of a folder: its sha256."""
    path = home / f"{name}.pdf"
    path.write_bytes(b"%PDF-1.7\n" + name.encode() * 50)
    return receive(path, home / "raw").sha256


def make_home(home: Path) -> tuple[Document, Document]:
    """`home/curated` and `home/raw` with a report of C1 and one of C2, which compares with it and is corrected."""
    first = document(table(), sha256=pdf(home, "uno"))
    published(home / "curated", first, result(finding(first)))
    sha256 = pdf(home, "dos")
    goals = table(*GOALS, roles=("label", "count"), kind="metas_fisicas", unit="count")
    second = document(table(), goals, sha256=sha256, period="C2")
    said = {"page": 1, "row": 1, "col": 1, "what": "value", "printed": "Q 200.00", "after": "200.00"}
    signed = {"author": "Ana", "date": dt.date(2025, 5, 2), "reason": "Se ve.", "file": "scep.toml"}
    correction = Correction(sha256=sha256, document_id=second.document_id, table=0, **said, **signed)  # type: ignore[arg-type]
    second.corrections = (Applied(second.tables[0].table_id, correction, "201.00"),)
    root = finding(second)
    before = finding(first).related[0]
    follows = replace(finding(second, 3, 2, related=(before,)), cause=root)
    one = Result("totals.column_sum", "1", second.tables[0].table_id, "fail", None, 1, 0, [root, follows])
    published(home / "curated", second, one, supersedes=first.document_id)
    return first, second


def file_of(home: Path, dataset: str, of: Document) -> Path:
    (path,) = (home / "curated" / dataset).rglob(f"{of.document_id}.parquet")
    return path


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table] = lambda rows: rows, **metadata: str | None) -> None:
    """Change the rows of a file, and what its metadata say (None takes it out)."""
    with pq.ParquetFile(path) as file:
        rows = file.read()
    said = {k.decode(): v.decode() for k, v in rows.schema.metadata.items()} | metadata
    rows = change(rows).replace_schema_metadata({k: v for k, v in said.items() if v is not None})
    pq.write_table(rows, path, store_decimal_as_integer=True, write_page_checksum=True)


def with_value(column: str, value: object, row: int = 0) -> Callable[[pa.Table], pa.Table]:
    """Puts a value into a row of a column."""

    def change(rows: pa.Table) -> pa.Table:
        values = rows.column(column).to_pylist()
        values[row] = value
        k = rows.schema.get_field_index(column)
        return rows.set_column(k, rows.schema.field(k), pa.array(values, rows.schema.field(k).type))

    return change


def without_row(row: int) -> Callable[[pa.Table], pa.Table]:
    return lambda rows: pa.concat_tables([rows.slice(0, row), rows.slice(row + 1)])


def row_twice(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, rows.slice(0, 1)])


def flip(path: Path, at: int) -> None:
    """Change one byte, and nothing else."""
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.chmod(0o644)
    path.write_bytes(content)


def state(home: Path) -> dict[str, tuple[int, str]]:
    """Every file of a folder with its time and content."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return {str(p): (p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in files}
