"""The answer to a query as a table for the terminal, CSV, JSON, Parquet or XLSX.

Text from PDFs is untrusted: what a spreadsheet would run as a formula gets an apostrophe before it, and control
characters reach no terminal. Decimals are written in full, never as binary floats.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.values import clean
from rendicion_etl.errors import RendicionError

if TYPE_CHECKING:
    import duckdb

Rows = Sequence[Sequence[Any]]

FORMATS = ("table", "csv", "json", "parquet", "xlsx")
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60
# A spreadsheet keeps 15 digits of a number, 32,767 characters of a text and this many rows.
_XLSX_DIGITS, _XLSX_TEXT, _XLSX_ROWS = 15, 32_767, 1_048_576
_READS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:from|pivot|unpivot|select|with)\b", re.IGNORECASE | re.DOTALL)


def run_query(
    curated: Path | str, sql: str, fmt: str = "table", parameters: Mapping[str, str] | None = None
) -> str | bytes:
    """The answer to one SELECT over the curated datasets: text, or bytes for `parquet` and `xlsx`.

    `parameters` are bound to the `$names` of the query, never written into it; a name without a value is null.
    Columns of the same name are told apart by a number (`a`, `a_1`). Raises RendicionError where nothing is published
    in the folder, and where the query is wrong, does more than read, or cannot be written in that format.
    """
    from rendicion_etl.curated.query import open_published, told_plainly

    if fmt not in FORMATS:
        raise RendicionError(fmt, "no es un formato conocido", f"Use uno de: {', '.join(FORMATS)}.")
    with open_published(curated) as connection, told_plainly(curated):
        only_reads(connection, sql)
        values = _bound(named_parameters(sql), parameters or {})
        if fmt == "parquet":
            return _parquet(connection, sql, values)
        answer = connection.execute(sql, values)
        columns = _distinct([column[0] for column in answer.description])
        return _WRITERS[fmt](columns, answer.fetchall())


def only_reads(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise RendicionError unless `sql` is one statement that only reads; duckdb.Error where it is no SQL."""
    import duckdb

    statements = connection.extract_statements(sql)
    # A PIVOT is several statements to DuckDB; so would be a COPY of one.
    kinds = {duckdb.StatementType.SELECT, *([duckdb.StatementType.MULTI] if _READS.match(sql) else [])}
    if len(statements) != 1 or statements[0].type not in kinds:
        raise RendicionError("Consulta", "solo se admite una instrucción SELECT", "Los datos no se modifican así.")


def named_parameters(sql: str) -> set[str]:
    """The `$names` in a query that is SQL."""
    import duckdb

    return {str(name) for statement in duckdb.extract_statements(sql) for name in statement.named_parameters}


def _bound(names: set[str], given: Mapping[str, str]) -> dict[str, str | None]:
    for name in given:
        if name not in names:
            has = ", ".join(sorted(names)) or "0"
            raise RendicionError(name, "la consulta no tiene ese parámetro", f"Parámetros que tiene: {has}.")
    return {name: given.get(name) for name in names}


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, a repeated one with a number: a JSON object would keep one of them only.

    >>> _distinct(["a", "b", "a", "a_1"])
    ['a', 'b', 'a_2', 'a_1']
    """
    out: list[str] = []
    for index, name in enumerate(names):
        new, number = name, 0
        while new in out or (number and new in names[index:]):
            number += 1
            new = f"{name}_{number}"
        out.append(new)
    return out


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and never runs.

    >>> harmless("=1+1"), harmless("Grupo 0")
    ("'=1+1", 'Grupo 0')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(value: Any) -> str:
    """A value as text: nothing for null, decimals without zeros that say nothing, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return _dumps(value)
    return str(value)


def _decimal(value: Decimal) -> str:
    """In full: cents stay, the trailing zeros of finer columns go."""
    text = format(value, "f")
    exponent = value.as_tuple().exponent
    return text.rstrip("0").rstrip(".") if isinstance(exponent, int) and exponent < -2 else text


def _table(columns: Sequence[str], rows: Rows) -> str:
    full = [[clean(name) for name in columns], *([clean(plain(value)) for value in row] for row in rows)]
    screen = shutil.get_terminal_size().columns
    most = _widest([max(map(len, column)) for column in zip(*full, strict=True)], screen)
    names, *grid = [[text if len(text) <= most else text[: most - 1] + "…" for text in row] for row in full]
    widths = [max(map(len, column)) for column in zip(names, *grid, strict=True)]
    right = [any(isinstance(row[i], int | float | Decimal) for row in rows) for i in range(len(columns))]

    def line(texts: Sequence[str]) -> str:
        parts = (t.rjust(w) if r else t.ljust(w) for t, w, r in zip(texts, widths, right, strict=True))
        return "  ".join(parts).rstrip()

    return "\n".join([line(names), "  ".join("-" * min(width, screen) for width in widths), *map(line, grid)]) + "\n"


def _widest(widths: Sequence[int], screen: int) -> int:
    """How wide a column may be: a single one as it comes, of several the wide ones share what the screen has left."""
    wide = [width for width in widths if width > _WIDEST]
    if len(widths) == 1 or not wide:
        return max(widths)
    left = screen - sum(widths) + sum(wide) - 2 * (len(widths) - 1)
    return max(_WIDEST, left // len(wide))


def _csv(columns: Sequence[str], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(harmless, columns))
    writer.writerows([harmless(value) if isinstance(value, str) else plain(value) for value in row] for row in rows)
    return out.getvalue()


def _json(columns: Sequence[str], rows: Rows) -> str:
    return _dumps([dict(zip(columns, row, strict=True)) for row in rows]) + "\n"


def _dumps(value: Any) -> str:
    """JSON with decimals as text: a program that reads numbers as floats must not change an amount."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=plain)


def _parquet(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, str | None]) -> bytes:
    import pyarrow.parquet as pq

    out = io.BytesIO()
    table = connection.sql(sql, params=values).to_arrow_table()
    table = table.rename_columns(_distinct(table.column_names))
    pq.write_table(table, out, compression="zstd", store_decimal_as_integer=True)
    return out.getvalue()


def _xlsx(columns: Sequence[str], rows: Rows) -> bytes:
    from rendicion_etl.curated.workbook import new_sheet, new_workbook, put

    if len(rows) >= _XLSX_ROWS:
        raise RendicionError("xlsx", f"son {len(rows)} filas y una hoja no admite tantas", "Use --format csv.")
    out = io.BytesIO()
    with new_workbook(out) as book:
        sheet = new_sheet(book, "consulta", [harmless(clean(name)) for name in columns])
        for index, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                put(sheet, index, column, sheet_value(value))
    return out.getvalue()


def sheet_value(value: Any) -> Any:
    """A value for a sheet; what it could not keep exactly as a number or a moment becomes text, cut where too long."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int | Decimal) and len(Decimal(value).normalize().as_tuple().digits) <= _XLSX_DIGITS:
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    text = harmless(clean(plain(value), keep_lines=True))
    return text if len(text) <= _XLSX_TEXT else f"{text[: _XLSX_TEXT - 1]}…"


_WRITERS: dict[str, Callable[[Sequence[str], Rows], str | bytes]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
}
