"""Files that an earlier program wrote, read as if this one had; those that a newer one wrote are refused.

What came later (`since` in the field table) is missing in them: a column is null, a dataset has no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rendicion_etl.curated.schemas import DATASETS, SCHEMA_VERSION, columns
from rendicion_etl.errors import RendicionError

Record = dict[str, Any]
KEY = b"schema_version"
_BATCH = 4096  # rows


def version_in(metadata: Mapping[bytes, bytes] | None) -> int:
    """The schema version that the metadata of a file tells; what is no number is of no version that is known yet."""
    said = (metadata or {}).get(KEY, b"1")
    return int(said) if said.isdigit() else SCHEMA_VERSION + 1


def must_be_known(version: int, what: str) -> None:
    """Raise RendicionError for data of a schema version that only a newer program knows."""
    if version > SCHEMA_VERSION:
        why = f"lo escribió un programa más nuevo (esquema {version}; este conoce hasta el {SCHEMA_VERSION})"
        raise RendicionError(what, why, "Actualice rendicion-etl: sus datos no se leen a medias.")


def may_lack(dataset: str, version: int) -> bool:
    """Whether a document of a schema version may have no file of a dataset."""
    return DATASETS[dataset].since > version


def read_batches(path: Path, wanted: Sequence[str] | None = None) -> Iterator[list[Record]]:
    """The records of a published or staged file, some at a time, without what only its folders say.

    `wanted` names columns; all of the contract's otherwise. Raises OSError where there is no such file, unless its
    dataset came later than its document; RendicionError where a newer program wrote it; ArrowException for a damaged
    one.
    """
    import pyarrow.parquet as pq

    dataset = path.parts[-4]
    names = list(wanted or (field.name for field in columns(dataset)))
    if not path.exists() and may_lack(dataset, document_version(path)):
        return
    # One file, opened as such: the dataset reader would add columns made of the names of folders.
    with pq.ParquetFile(path) as file:
        must_be_known(version_in(file.metadata.metadata), str(path))
        there = set(file.schema_arrow.names)
        nulls = dict.fromkeys(name for name in names if name not in there)
        for batch in file.iter_batches(_BATCH, columns=[name for name in names if name in there], use_threads=False):
            rows = batch.to_pylist()
            yield [{**nulls, **row} for row in rows] if nulls else rows


def read_rows(path: Path, wanted: Sequence[str] | None = None) -> list[Record]:
    """The records of one file, as `read_batches` gives them."""
    return [row for rows in read_batches(path, wanted) for row in rows]


def document_version(path: Path) -> int:
    """The schema version of the document that a file, which may be missing, is of. Raises OSError, ArrowException."""
    import pyarrow.parquet as pq

    beside = path.parents[3].joinpath("documents", *path.parts[-3:])
    return version_in(pq.read_metadata(beside).metadata)
