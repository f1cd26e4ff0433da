"""The curated datasets of one document, read back as plain rows."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.curated.field import UNKNOWN_INSTITUTION
from rendicion_etl.curated.older import read_batches, read_rows
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.errors import RendicionError
from rendicion_etl.reading.page import Box

Row = dict[str, Any]

_COUNTS = ("row", "col", "row_span", "col_span", "page")
_WORDS = ("value_type", "row_role", "column_role")


@dataclass
class Curated:
    """What was published of one document; fields as in the contract, JSON fields parsed.

    tables are in the order of the document; cells are grouped by table_id, in order of row and column, with what a
    page shows of them: counts, text, roles, and their sides as `box`.
    """

    document: Row
    tables: list[Row]
    cells: dict[str, list[Row]]
    findings: list[Row]
    check_results: list[Row]
    corrections: list[Row] = field(default_factory=list)


def load(curated: Path, document_id: str) -> Curated:
    """Read a document's files under `curated`; raises RendicionError where there is none of that name."""
    files = files_of(curated, document_id)
    names = ("tables", "findings", "check_results", "corrections")
    tables, findings, results, corrections = (read_rows(files[name]) for name in names)
    for finding in findings:
        finding["related"] = _json(finding.get("related"), [])
        finding["evidence"] = _json(finding.get("evidence"), {})
    return Curated(
        document=read_document(curated, document_id),
        tables=sorted(tables, key=lambda t: t["table_index"]),
        cells=_cells(files["cells"]),
        findings=findings,
        check_results=results,
        corrections=corrections,
    )


def files_of(curated: Path, document_id: str) -> dict[str, Path]:
    """The published files of a document by dataset; raises RendicionError where there is none of that name."""
    home = _partition(curated, document_id)
    return {dataset: curated / dataset / home / f"{document_id}.parquet" for dataset in DATASETS}


def read_document(curated: Path, document_id: str) -> Row:
    """The row of a document, with what only its path says; None for what is unknown."""
    path = files_of(curated, document_id)["documents"]
    partition = dict(part.split("=", 1) for part in path.parts[-3:-1])
    document = read_rows(path)[0]
    document["institution"] = None if partition["institution"] == UNKNOWN_INSTITUTION else partition["institution"]
    document["fiscal_year"] = int(partition["fiscal_year"]) or None
    return document


def box_of(place: Row) -> Box | None:
    """The box of a cell, of a finding or of a related cell; None where it has no place on a page."""
    sides: list[float | None] = place["box"] if "box" in place else [place[side] for side in Box._fields]
    known = [float(side) for side in sides or () if side is not None]
    return Box(*known) if len(known) == len(Box._fields) else None


def _partition(curated: Path, document_id: str) -> Path:
    """The `institution=.../fiscal_year=...` under which a document lies: the same one in every dataset."""
    # The identifier becomes part of a path here and of another where the page is written.
    found: list[Path] = []
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]*", document_id):
        root = curated / "documents"
        found = sorted(root.glob(f"institution=*/fiscal_year=*/{document_id}.parquet"))
    if not found:
        raise RendicionError(
            document_id,
            f"no hay ningún documento con ese nombre en {curated}",
            "Ingiéralo primero, o consulte los nombres con: rendicion query 'select document_id from documents'.",
        )
    return found[0].parent.relative_to(root)


def _json(text: str | None, default: Any) -> Any:
    return default if text is None else json.loads(text)


def _cells(path: Path) -> dict[str, list[Row]]:
    """The cells by table, and of each what a page shows: all fields of a long document would fill the memory."""
    names = ("table_id", *_COUNTS, "text", *_WORDS, *Box._fields)
    out: dict[str, list[Row]] = defaultdict(list)
    for row in (row for rows in read_batches(path, names) for row in rows):
        cell = {name: row[name] for name in (*_COUNTS, "text")}
        cell |= {name: sys.intern(row[name]) for name in _WORDS}
        cell["box"] = tuple(row[side] for side in Box._fields)
        out[row["table_id"]].append(cell)
    for cells in out.values():
        cells.sort(key=lambda c: (c["row"], c["col"]))
    return dict(out)
