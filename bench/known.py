"""Many published documents for little: the sample report is published once and copied, with all that is known of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent.parent / "raw" / "muestra" / "scep-2021-c1.pdf"
YEARS = 5  # documents of one institution, one a year


def rendicion(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rendicion_etl", *arguments]


def where(home: Path) -> list[str]:
    return ["--curated", str(home / "curated"), "--raw", str(home / "raw")]


def publish(documents: int, home: Path) -> None:
    """Publish the sample and as many copies as make up that number, under other identifiers, institutions and years.

    The archive does not have them: they can be queried and drawn, and are strangers to who ingests their PDFs.
    """
    _copy(documents, home, lambda k: f"{k:08x}")


def publish_with_pdfs(documents: int, home: Path) -> Path:
    """As `publish`, each copy with a PDF of its own and its report page: the folder of the PDFs, all of them known."""
    folder = home / "reports"
    folder.mkdir(parents=True)
    content = SAMPLE.read_bytes()
    hashes = {}
    for k in range(1, documents):
        own = content + f"\n% {k}\n".encode()
        (folder / f"{k:05}.pdf").write_bytes(own)
        hashes[k] = hashlib.sha256(own).hexdigest()
    shutil.copy(SAMPLE, folder)
    original = _copy(documents, home, hashes.__getitem__)
    page = home / "curated" / "site" / original / "index.html"
    for sha256 in hashes.values():
        own_page = home / "curated" / "site" / f"{original[:-8]}{sha256[:8]}" / page.name
        own_page.parent.mkdir()
        own_page.hardlink_to(page)
    return folder


def _copy(documents: int, home: Path, hash_of: Callable[[int], str]) -> str:
    """Publish the sample and its copies; the identifier of the sample. A hash of 8 digits stands for none."""
    import pyarrow.parquet as pq

    subprocess.run([*rendicion("ingest", str(SAMPLE)), *where(home)], check=True, stdout=subprocess.DEVNULL)
    paths = sorted((home / "curated").glob("*/institution=*/fiscal_year=*/*.parquet"))
    digests: dict[int, dict[str, str]] = defaultdict(dict)
    for path in sorted(paths, key=lambda path: "documents" in path.parts):  # it tells the digests of the others
        with pq.ParquetFile(path) as file:
            table = file.read()
        for k in range(1, documents):
            sha256 = hash_of(k)
            copy = f"{path.stem[:-8]}{sha256[:8]}"
            place = Path(f"institution=i{k // YEARS:03d}", f"fiscal_year={2018 + k % YEARS}", f"{copy}.parquet")
            place = path.parents[2] / place
            place.parent.mkdir(parents=True, exist_ok=True)
            own = _renamed(table, path.stem, copy, k, sha256)
            if "documents" in path.parts:
                own = own.replace_schema_metadata({**own.schema.metadata, b"digests": json.dumps(digests.pop(k))})
            pq.write_table(own, place)
            digests[k][place.parts[-4]] = hashlib.sha256(place.read_bytes()).hexdigest()
    return paths[0].stem


def _renamed(table: Any, original: str, copy: str, k: int, sha256: str) -> Any:
    """A dataset of the sample as that of another document."""
    import pyarrow as pa

    out, metadata = table, dict(table.schema.metadata)
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name == "finding_id" or name == "consequence_of":
            texts = [t and f"{k:04x}{t[4:]}" for t in column.to_pylist()]
        elif (pa.types.is_string(column.type) and name.endswith("_id")) or name in ("related", "evidence"):
            texts = [t and t.replace(original, copy) for t in column.to_pylist()]
        elif name == "sha256" and len(sha256) == 64:
            texts = [sha256] * len(column)
        else:
            continue
        at = out.schema.get_field_index(name)
        out = out.set_column(at, out.schema.field(at), pa.array(texts, column.type))
    if len(sha256) == 64:
        metadata[b"sha256"] = sha256.encode()
    return out.replace_schema_metadata(metadata)
