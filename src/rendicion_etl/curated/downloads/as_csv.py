"""A table as CSV: UTF-8, decimals exact, text that no spreadsheet runs."""

from __future__ import annotations

import csv
from pathlib import Path

from rendicion_etl.curated.downloads.snapshot import rows_of
from rendicion_etl.curated.export import harmless, plain
from rendicion_etl.curated.field import Dataset


def write_csv(source: Path, target: Path, table: Dataset, *, bom: bool = False) -> None:
    """Write the table of a Parquet file as CSV (RFC 4180); with `bom` Excel sees that it is UTF-8."""
    with target.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([field.name for field in table.fields])
        told = [harmless if field.type == "string" else plain for field in table.fields]
        for rows in rows_of(source):
            writer.writerows(
                [None if value is None else tell(value) for tell, value in zip(told, row, strict=True)] for row in rows
            )
