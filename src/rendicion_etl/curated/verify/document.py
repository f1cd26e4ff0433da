"""The files of one document: they open, are of the contract, of that document, and what they name is there."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.older import may_lack, version_in
from rendicion_etl.curated.published import digests_in
from rendicion_etl.curated.schemas import DATASETS, SCHEMA_VERSION, arrow_schema, columns
from rendicion_etl.curated.verify.remark import Remark, Seen
from rendicion_etl.curated.writer import ROW_GROUP, digest_of

if TYPE_CHECKING:
    import pyarrow as pa

Place = tuple[str, int | None, int | None]
"""A table, a row and a column; None for all of them."""

_WANTED = {
    "documents": ("sha256", "n_tables", "n_findings", "supersedes", "pipeline_version"),
    "tables": ("table_id", "copy_of"),
    "cells": ("table_id", "row", "col", "row_span", "col_span"),
    "budget_execution": ("table_id", "row", "parent_row"),
    "indicators": ("table_id", "row", "col"),
    "findings": ("finding_id", "table_id", "row", "col", "related", "consequence_of"),
    "check_results": ("table_id",),
    "corrections": ("table_id", "row", "col"),
}
_KEYS = {
    "tables": ("table_id",),
    "cells": ("table_id", "row", "col"),
    "budget_execution": ("table_id", "row"),
    "indicators": ("table_id", "row", "col"),
    "findings": ("finding_id",),
}


@dataclass
class Grid:
    """What there is in a document to lead to: its tables, and the places that its cells cover."""

    tables: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)

    def add(self, cell: tuple[Any, ...]) -> None:
        table, row, col, rows, cols = cell
        if rows == cols == 1:  # nearly all
            self.places.update(((table, row, col), (table, row, None), (table, None, col)))
            return
        for r in range(row, row + rows):
            self.places.add((table, r, None))
            for c in range(col, col + cols):
                self.places.add((table, r, c))
        self.places.update((table, None, c) for c in range(col, col + cols))

    def has(self, place: Place) -> bool:
        table, row, col = place
        return table in self.tables and (row is col is None or place in self.places)


@dataclass
class Checked:
    """What is known of a document once its files were looked at.

    elsewhere: places in tables of other documents that its findings compare with. row: of `documents`, None where it
    cannot be read.
    """

    row: dict[str, Any] | None = None
    finding_ids: list[str] = field(default_factory=list)
    elsewhere: set[Place] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)


def check_document(path: Path, seen: Seen) -> Checked:
    """Look at all files of the document whose file in `documents` is `path`."""
    out = Checked()
    found = _Document(path, out, seen)
    rows = found.rows("documents")
    if rows is None or found.version > SCHEMA_VERSION:
        return out
    if len(rows) != 1:
        found.tell("count", "documents", what="documents", said=1, there=len(rows))
        return out
    out.row = dict(zip(_WANTED["documents"], rows[0], strict=True))
    found.check_rows(out.row)
    if not out.remarks:  # else it is known already, and what is wrong with it
        found.check_digests()
    return out


def grid_of(path: Path) -> Grid | None:
    """What there is to lead to in the document of a file of `documents`; None where it cannot be read."""
    found = _Document(path, Checked(), Seen())
    if found.rows("documents") is None:
        return None
    return found.grid()


class _Document:
    def __init__(self, path: Path, out: Checked, seen: Seen) -> None:
        self.path, self.out, self.seen = path, out, seen
        self.document_id, self.version, self.sha256 = path.stem, 0, b""
        self.digests: dict[str, str] = {}

    def tell(self, kind: str, dataset: str, /, **values: object) -> None:
        self.out.remarks.append(Remark(kind, self.file(dataset), self.document_id, values))

    def file(self, dataset: str) -> Path:
        return self.path.parents[3].joinpath(dataset, *self.path.parts[-3:])

    def rows(self, dataset: str) -> list[tuple[Any, ...]] | None:
        """The wanted columns of a dataset, all of it having been read; None, and told of, where that cannot be."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.file(dataset)
        if not path.exists():
            if not (self.version and may_lack(dataset, self.version)):
                self.tell("missing", dataset, dataset=dataset)
                return None
            return []
        self.seen.files += 1
        out: list[tuple[Any, ...]] = []
        strangers = 0
        wanted = _WANTED.get(dataset, ())
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                if not self._is_known(dataset, file.metadata.metadata or {}, file.schema_arrow):
                    return None
                for batch in file.iter_batches(ROW_GROUP, use_threads=False):
                    strangers += batch.num_rows - batch.column("document_id").to_pylist().count(self.document_id)
                    there = set(batch.schema.names)
                    nulls = [None] * batch.num_rows
                    out += zip(*(batch.column(n).to_pylist() if n in there else nulls for n in wanted), strict=True)
        except (OSError, ValueError, pa.ArrowException) as error:
            self.tell("unreadable", dataset, error=" ".join(str(error).split()).rstrip("."))
            return None
        if strangers:
            self.tell("other_document", dataset, n=strangers)
        return out

    def _is_known(self, dataset: str, metadata: dict[bytes, bytes], schema: pa.Schema) -> bool:
        version = version_in(metadata)
        if version > SCHEMA_VERSION:
            self.tell("newer", dataset, version=version, known=SCHEMA_VERSION)
        elif differing := _differing(dataset, schema, version):
            self.tell("schema", dataset, version=version, columns=", ".join(differing))
        elif self.version and (version, metadata.get(b"sha256")) != (self.version, self.sha256):
            self.tell("other_document", dataset, n=0)
        else:
            self.version, self.sha256 = version, metadata.get(b"sha256") or b""
            self.digests = self.digests or digests_in(metadata)
            return True
        self.version = self.version or version
        return False

    def check_rows(self, document: dict[str, Any]) -> None:
        """Look at every dataset, and where all of them can be read, at what they name."""
        name, sha256 = self.document_id, str(document["sha256"])
        if not name.endswith(sha256[:8]) or sha256.encode() != self.sha256:
            self.tell("other_document", "documents", n=0)
        grid = self.grid()
        rest = [dataset for dataset in DATASETS if dataset not in ("documents", "tables", "cells")]
        rows = {dataset: self.rows(dataset) for dataset in rest}
        if grid is None or any(found is None for found in rows.values()):
            return
        read = {dataset: found for dataset, found in rows.items() if found is not None}
        for what, said, there in (
            ("tables", document["n_tables"], len(grid.tables)),
            ("findings", document["n_findings"], len(read["findings"])),
        ):
            if said != there:
                self.tell("count", what, what=what, said=said, there=there)
        for dataset, found in read.items():
            self._unique(dataset, found)
            self._lead_somewhere(dataset, self._named(dataset, found), grid)
        self.out.finding_ids = [row[0] for row in read["findings"]]
        known = set(self.out.finding_ids)
        self._astray("findings", [row[5] for row in read["findings"] if row[5] and row[5] not in known])

    def check_digests(self) -> None:
        """Hold every file against the digest that the document keeps of it."""
        for dataset, digest in self.digests.items():
            path = self.file(dataset)
            if path.exists() and digest_of(path) != digest:
                self.tell("changed", dataset)

    def grid(self) -> Grid | None:
        tables, cells = self.rows("tables"), self.rows("cells")
        if tables is None or cells is None:
            return None
        grid = Grid({row[0] for row in tables})
        for cell in cells:
            grid.add(cell)
        self._unique("tables", tables)
        self._unique("cells", cells)
        self._astray("tables", [copy for _, copy in tables if copy and copy not in grid.tables])
        self._astray("cells", [cell[0] for cell in cells if cell[0] not in grid.tables])
        return grid

    def _named(self, dataset: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Place]:
        """The places of this document that rows of a dataset name; those of other documents are kept."""
        for row in rows:
            match dataset:
                case "budget_execution":
                    table, line, parent = row
                    yield table, line, None
                    if parent is not None:
                        yield table, parent, None
                case "indicators" | "corrections":
                    yield row
                case "check_results" if row[0] is not None:
                    yield row[0], None, None
                case "findings":
                    _, table, line, col, related, _ = row
                    if table is not None:
                        yield table, line, col
                    for place in _related(related):
                        if place[0].startswith(f"{self.document_id}/"):
                            yield place
                        else:
                            self.out.elsewhere.add(place)

    def _lead_somewhere(self, dataset: str, named: Iterable[Place], grid: Grid) -> None:
        self._astray(dataset, [_told(place) for place in named if not grid.has(place)])

    def _astray(self, dataset: str, what: list[str]) -> None:
        if what:
            self.tell("rows_astray", dataset, n=len(what), first=what[0])

    def _unique(self, dataset: str, rows: Iterable[tuple[Any, ...]]) -> None:
        key = len(_KEYS.get(dataset, ()))
        often = Counter(row[:key] for row in rows) if key else Counter[Any]()
        if twice := [one for one, n in often.items() if n > 1]:
            self.tell("duplicate", dataset, n=len(twice), first=", ".join(map(str, twice[0])))


def _differing(dataset: str, schema: pa.Schema, version: int) -> list[str]:
    """The columns in which a file differs from the contract of its version; what came later it may lack."""
    later = {f.name for f in columns(dataset) if f.since > version}
    contract = {f.name: f for f in arrow_schema(dataset)}
    there = {f.name: f for f in schema}
    out = [name for name in contract if name not in there and name not in later]
    out += [name for name, field in there.items() if name not in contract or not field.equals(contract[name])]
    if not out and [n for n in contract if n in there] != list(there):
        out = list(there)  # the order of the columns
    return out


def _related(text: str | None) -> Iterator[Place]:
    """The cells that enter a comparison; text that is no such list is one that leads nowhere."""
    try:
        for each in json.loads(text or "[]"):
            if each["table_id"]:
                yield each["table_id"], each["row"], each["col"]
    except (ValueError, TypeError, KeyError):
        yield "related", None, None


def _told(place: Place) -> str:
    table, row, col = place
    return table + "".join(f" {name} {at}" for name, at in (("row", row), ("col", col)) if at is not None)


def missing_in(path: Path, places: Iterable[Place]) -> list[str]:
    """Of places in a document, those that it has not; none where it cannot be read, which is told of by itself."""
    grid = grid_of(path)
    return sorted(_told(place) for place in places if grid and not grid.has(place))


def by_document(places: Iterable[Place]) -> dict[str, set[Place]]:
    """Places by the document of their table."""
    out: dict[str, set[Place]] = defaultdict(set)
    for place in places:
        out[place[0].partition("/")[0]].add(place)
    return dict(out)
