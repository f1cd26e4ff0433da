"""The curated datasets of one document, read back as plain rows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.curated.field import UNKNOWN_INSTITUTION
from rendicion_etl.curated.older import read_batches, read_rows
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.errors import RendicionError
from rendicion_etl.site.cells import COLUMNS, Cells, gather

Row = dict[str, Any]


@dataclass
class Curated:
    """What was published of one document; fields as in the contract, JSON fields parsed.

    tables are in the order of the document; of the cells there is what its page shows.
    """

    document: Row
    tables: list[Row]
    cells: Cells
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
    tables.sort(key=lambda t: t["table_index"])
    return Curated(
        document=read_document(curated, document_id),
        tables=tables,
        cells=gather(read_batches(files["cells"], COLUMNS), tables, findings, corrections),
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
