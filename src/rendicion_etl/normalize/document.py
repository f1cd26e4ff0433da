"""Tables as printed -> the document with its meaning: the one place that calls the parts in their order."""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rendicion_etl.normalize.cells import correct_values, type_cells
from rendicion_etl.normalize.columns import later_columns, understand_columns
from rendicion_etl.normalize.correction_files import Correction
from rendicion_etl.normalize.corrections import Given, given_for
from rendicion_etl.normalize.geography import locate_rows
from rendicion_etl.normalize.hierarchy import build_hierarchy
from rendicion_etl.normalize.institution import identify as identify_institution
from rendicion_etl.normalize.kinds import classify
from rendicion_etl.normalize.mend import Mender
from rendicion_etl.normalize.model import Column, Document, Table
from rendicion_etl.normalize.numbers import DecimalSign, decimal_sign
from rendicion_etl.normalize.percentage_bases import decide_bases
from rendicion_etl.normalize.period import identify as identify_period
from rendicion_etl.normalize.roles import roles_hold
from rendicion_etl.normalize.rows import understand_rows
from rendicion_etl.normalize.statements import statements
from rendicion_etl.normalize.text import squash
from rendicion_etl.normalize.units import unit_of
from rendicion_etl.reading.page import Page
from rendicion_etl.tables import pressed
from rendicion_etl.tables.model import RawTable


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a file before it is read: its hash, its name, and the id it had, if it had one."""

    sha256: str
    file_name: str
    document_id: str | None = None


def understand(
    source: Source,
    pages: Sequence[Page],
    raw_tables: Sequence[RawTable],
    producer: str | None,
    corrections: Sequence[Correction] = (),
) -> Document:
    """Normalise a whole document. `pages` give institution and period, `raw_tables` the figures.

    `corrections` must fit the document as it is read without them (`corrections.applied`); they overrule what is
    decided here, and what follows from it follows.
    """
    institution, period = identify_institution(pages), identify_period(pages)
    slug = institution.slug if institution else None
    year, label = period.fiscal_year, period.period
    document_id = source.document_id or make_document_id(source.sha256, slug, year, label)
    document = Document(
        document_id=document_id,
        sha256=source.sha256,
        file_name=source.file_name,
        institution=slug,
        institution_name=institution.name if institution else None,
        fiscal_year=year,
        period=label,
        period_start=period.start,
        period_end=period.end,
        n_pages=len(pages),
        text_source=_text_source(pages),
        pdf_producer=producer,
    )
    sign = decimal_sign(c.text for raw in raw_tables for c in raw.cells)
    mender = Mender(line.text for page in pages for line in page.lines)
    for index, raw in enumerate(raw_tables, 1):
        given = given_for(corrections, index)
        table_id = f"{document_id}/t{index:02d}"
        document.tables.append(_understand_table(table_id, index, _headed(raw, given), sign, mender, slug, year, given))
    _mark_copies(document.tables)
    document.statements = statements(document, pages, raw_tables, sign)
    return document


def _text_source(pages: Sequence[Page]) -> str:
    """`native`, `ocr`, or `mixed` where some pages only were read from their pixels."""
    sources = sorted({page.source for page in pages})
    return sources[0] if len(sources) == 1 else "mixed"


def make_document_id(sha256: str, institution: str | None, year: int | None, period: str | None) -> str:
    """`<institution>-<year>-<period>-<first 8 of sha256>` in lower case, `doc-<8>` when any of the three is unknown."""
    if institution and year and period:
        return f"{institution}-{year}-{period}-{sha256[:8]}".lower()
    return f"doc-{sha256[:8]}"


def _understand_table(
    table_id: str,
    index: int,
    raw: RawTable,
    sign: DecimalSign,
    mender: Mender,
    institution: str | None,
    year: int | None,
    given: Given,
) -> Table:
    columns = understand_columns(raw, sign, mender, year, given.column_roles)
    title, number = given.captions.get("title", raw.caption.title), given.captions.get("number", raw.caption.number)
    bands = [c.text for c in raw.header() if c.col_span == raw.n_cols and c.text]
    caption = (title.split("\n") if title else []) + bands
    headers = [c.header for c in columns]
    code_columns = {c.col for c in columns if c.role == "code"}
    coded = (c for col in sorted(code_columns) for c in pressed.column(raw.cells, col))
    codes = [c.text for c in coded if c.text and c.row not in raw.header_rows]
    cells = type_cells(raw, columns, later_columns(raw, columns, sign, mender), sign)
    correct_values(cells, columns, given.values)
    kind = classify(caption, headers, codes, has_numbers=any(c.value is not None for c in cells))
    table = Table(
        table_id=table_id,
        index=index,
        number=number,
        title=title,
        source_note=raw.source_note,
        kind=given.captions.get("kind", kind),
        unit=None,
        regions=raw.regions,
        n_rows=raw.n_rows,
        n_cols=raw.n_cols,
        n_header_rows=raw.n_header_rows,
        reader=raw.reader,
        columns=columns,
        rows=[],
        cells=cells,
        whole=raw.whole and not _repeats_itself(columns),
        agreement=raw.agreement,
        n_unread=raw.n_unread,
    )
    table.unit = given.captions.get("unit") or unit_of(
        table, caption
    )  # before anything that asks what rounding explains
    table.rows = understand_rows(table, raw.header_rows, mender, institution, given.row_roles)
    table.whole = table.whole and roles_hold(table)
    build_hierarchy(table, _bold(raw), _indents(raw, table.first_column("label") or 0), given.row_roles)
    locate_rows(table, given.places)
    decide_bases(table)
    return table


def _bold(raw: RawTable) -> Sequence[int]:
    """Of each row whether anything in it is set in bold type."""
    out = bytearray(raw.n_rows)
    for cell in raw.cells:
        out[cell.row] |= bool(cell.bold and cell.text)
    return out


def _indents(raw: RawTable, col: int) -> Sequence[float]:
    """Of each row where its text in a column begins, infinite where it has none."""
    out = array("d", [math.inf]) * raw.n_rows
    for cell in pressed.column(raw.cells, col):
        out[cell.row] = cell.indent if cell.text and cell.indent else out[cell.row]
    return out


def _headed(raw: RawTable, given: Given) -> RawTable:
    """The table with its header rows as corrected."""
    header = {row for row, role in given.row_roles.items() if role == "header"}
    changed = (raw.header_rows | header) - (given.row_roles.keys() - header)
    if changed == raw.header_rows:
        return raw
    leading = next(row for row in range(raw.n_rows + 1) if row not in changed)
    return replace(raw, header_rows=changed, n_header_rows=leading)


def _repeats_itself(columns: Sequence[Column]) -> bool:
    """Two sets of columns side by side in one grid: a total on the right may sum both."""
    headers = [squash(c.header) for c in columns if c.header]
    half = len(headers) // 2
    return half > 1 and len(headers) % 2 == 0 and headers[:half] == headers[half:]


def _mark_copies(tables: Sequence[Table]) -> None:
    """A table whose body prints the same as that of an earlier one (an annex) is its copy."""
    seen: dict[bytes, Table] = {}
    for table in tables if len(tables) > 1 else ():
        headers = {r.row for r in table.rows if r.role == "header"}
        body = hashlib.sha256()
        for cell in table.in_order():
            if cell.row not in headers:
                body.update(squash(cell.text).encode(errors="surrogatepass") + b"\0")
        first = seen.setdefault(body.digest(), table)
        if first is not table and first.kind == table.kind:
            table.copy_of = first.table_id
