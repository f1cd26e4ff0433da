"""An export from top to bottom: what is current stays, the rest is made aside and moved into place file by file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.downloads.as_csv import write_csv
from rendicion_etl.curated.downloads.as_duckdb import write_duckdb
from rendicion_etl.curated.downloads.as_xlsx import write_xlsx
from rendicion_etl.curated.downloads.cover import readme
from rendicion_etl.curated.downloads.links import SiteLinks
from rendicion_etl.curated.downloads.model import (
    FORMATS,
    PACKAGE,
    README,
    TABLES,
    WHOLE,
    Download,
    Format,
    files_of,
)
from rendicion_etl.curated.downloads.package import describe, read_package, resource_of
from rendicion_etl.curated.downloads.snapshot import count, take_snapshot
from rendicion_etl.curated.query import must_be_published
from rendicion_etl.curated.schemas import DATASETS, schema_id
from rendicion_etl.curated.terms import Edition
from rendicion_etl.curated.writer import pending_folders, published_files
from rendicion_etl.errors import RendicionError
from rendicion_etl.version import pipeline_version

_TRIES = 3
_ASIDE, _ABANDONED = ".exporting-", 24 * 3600


def write_downloads(
    curated: Path | str,
    out_dir: Path | str,
    document_id: str | None = None,
    formats: Collection[Format] = FORMATS,
    *,
    bom: bool = False,
    site: SiteLinks | None = None,
) -> list[Download]:
    """Write all that is published to `out_dir`, or one document to `out_dir/<document_id>`; the files there.

    Nothing is written while what lies there says the same already. Forms that are there and were not asked for are
    brought up to date with the others, so that a folder never holds two states. `bom` marks CSV as UTF-8 for Excel;
    `site` says where a workbook's links lead. Raises RendicionError where nothing is published, where there is no
    such document, and where the folder is that of the data; OSError where it cannot be written.
    """
    home, folder = Path(curated), Path(out_dir)
    must_be_published(home)
    if document_id is not None:
        _must_be_there(home, document_id)
    if folder.resolve() == home.resolve():
        raise RendicionError(
            str(out_dir), "es la carpeta de los datos publicados", "Indique otra con --output, por ejemplo una nueva."
        )
    if document_id is not None:
        folder /= document_id
    known = read_package(folder / PACKAGE)
    whole = [fmt for fmt in FORMATS if _is_whole(folder, fmt, document_id, known)]
    wanted = [fmt for fmt in FORMATS if fmt in formats or _is_there(folder, fmt, document_id)]
    base = site.base(folder) if site else ""
    for _ in range(_TRIES):
        stamp = _stamp(home, document_id, bom, site, base)
        missing = wanted if known.get("stamp") != stamp else [fmt for fmt in wanted if fmt not in whole]
        if not missing:
            return _listed(folder, document_id, wanted, known, missing)
        _sweep(_made(folder))
        with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=folder) as aside:
            edition, years = _make(home, Path(aside), document_id, missing, bom, site, base)
            if _stamp(home, document_id, bom, site, base) != stamp:
                continue  # something was published meanwhile, and the tables may be of two states
            resources = _resources(Path(aside), document_id, wanted, missing, known)
            _move(Path(aside), folder, document_id, missing)
            write_whole(folder / README, readme(edition))
            package = describe((document_id or WHOLE).lower(), edition, years, resources, stamp)
            write_whole(folder / PACKAGE, package)
        return _listed(folder, document_id, wanted, json.loads(package), missing)
    raise RendicionError(str(curated), "los datos cambiaron mientras se exportaban", "Repita la orden.")


def _must_be_there(curated: Path, document_id: str) -> None:
    """RendicionError for a document that is not published; before anything is made for it."""
    there = {path.stem for path in published_files(curated, ".parquet")}
    there |= {folder.name for folder in pending_folders(curated)}
    if document_id not in there:
        raise RendicionError(
            document_id,
            f"no hay ningún documento con ese nombre en {curated}",
            "Ingiéralo primero, o consulte los nombres con: rendicion query 'select document_id from documents'.",
        )


def _sweep(folder: Path) -> None:
    """Remove what exports that were killed left behind; a young folder may be another's work."""
    for left in folder.glob(f"{_ASIDE}*"):
        if left.stat().st_mtime < time.time() - _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _make(
    curated: Path,
    aside: Path,
    document_id: str | None,
    formats: Collection[Format],
    bom: bool,
    site: SiteLinks | None,
    base: str,
) -> tuple[Edition, list[int]]:
    """Make the forms in a folder of their own, all of one snapshot."""
    snapshot = _made(aside / "parquet")
    edition, years = take_snapshot(curated, snapshot, document_id)
    sources = {table.name: snapshot / f"{table.name}.parquet" for table in TABLES}
    if "csv" in formats:
        for table in TABLES:
            write_csv(sources[table.name], _made(aside / "csv") / f"{table.name}.csv", table, bom=bom)
    if "xlsx" in formats:
        write_xlsx(sources, aside / f"{document_id or WHOLE}.xlsx", edition, site, base)
    if "duckdb" in formats:
        write_duckdb(sources, aside / f"{document_id or WHOLE}.duckdb", edition)
    return edition, years


def _resources(
    aside: Path,
    document_id: str | None,
    wanted: Collection[Format],
    made: Collection[Format],
    known: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The resources of the package, CSV first: what can be checked cell by cell. What stays is described as before."""
    rows = {table.name: count(aside / "parquet" / f"{table.name}.parquet") for table in TABLES}
    before = {resource["path"]: resource for resource in known.get("resources", ())}
    out = []
    for fmt in sorted(wanted, key=lambda f: (f != "csv", FORMATS.index(f))):
        for name, dataset in files_of(fmt, document_id).items():
            n = rows[dataset] if dataset else sum(rows[table] for table in DATASETS)
            out.append(resource_of(aside / name, name, dataset, n) if fmt in made else before[name])
    return out


def _move(aside: Path, folder: Path, document_id: str | None, formats: Collection[Format]) -> None:
    """Move the files into place; each is whole before it is seen."""
    for fmt in formats:
        for name in files_of(fmt, document_id):
            with (aside / name).open("rb") as file:
                os.fsync(file.fileno())
            _made((folder / name).parent)
            os.replace(aside / name, folder / name)


def _is_there(folder: Path, fmt: Format, document_id: str | None) -> bool:
    return any((folder / name).exists() for name in files_of(fmt, document_id))


def _is_whole(folder: Path, fmt: Format, document_id: str | None, known: Mapping[str, Any]) -> bool:
    """Whether all files of a form are there, as large as the package says."""
    try:
        sizes = {resource["path"]: resource["bytes"] for resource in known["resources"]}
        return all((folder / name).stat().st_size == sizes[name] for name in files_of(fmt, document_id))
    except (KeyError, TypeError, OSError):
        return False


def _listed(
    folder: Path, document_id: str | None, wanted: Collection[Format], package: Mapping[str, Any], made: Collection[str]
) -> list[Download]:
    resources = {resource["path"]: resource for resource in package["resources"]}
    return [
        Download(
            name, folder / name, fmt, dataset, resources[name]["bytes"], resources[name]["n_rows"], changed=fmt in made
        )
        for fmt in wanted
        for name, dataset in files_of(fmt, document_id).items()
    ]


def _stamp(curated: Path, document_id: str | None, bom: bool, site: SiteLinks | None, base: str) -> str:
    """Changes when anything that decides the files does: the published ones, this program, the options."""
    ending = ".parquet" if document_id is None else f"{document_id}.parquet"
    files = []
    for dataset in DATASETS:
        for path in published_files(curated, ending, dataset):
            about = path.stat()
            files.append((path.relative_to(curated).as_posix(), about.st_size, about.st_mtime_ns))
    waiting = [folder.name for folder in pending_folders(curated)]
    links = (base, site.document, site.finding) if site else ()
    told = (schema_id(), pipeline_version(), files, waiting, bom, links)
    return hashlib.sha256(repr(told).encode()).hexdigest()
