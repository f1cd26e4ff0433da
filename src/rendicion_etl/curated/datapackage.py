"""`curated/datapackage.json`: what lies in the folder, as a Frictionless Data Package with fiscal properties.

The parts of which it is made (`package_of`, `schema_of`, `titles_of`) make the package of an export too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.fiscal import extra_fields, fiscal_properties
from rendicion_etl.curated.schemas import DATASETS, columns
from rendicion_etl.curated.terms import (
    ABOUT_EN,
    ABOUT_ES,
    LICENCE,
    TERMS_EN,
    TERMS_ES,
    TITLE_EN,
    TITLE_ES,
    Edition,
    cite_en,
    cite_es,
)
from rendicion_etl.curated.writer import published_files
from rendicion_etl.version import VERSION

# https://specs.frictionlessdata.io/table-schema/ (types and constraints), https://specs.frictionlessdata.io/data-resource/
_TYPES = {
    "string": "string",
    "int8": "integer",
    "int16": "integer",
    "int32": "integer",
    "double": "number",
    "date": "date",
    "timestamp": "datetime",
}


def write_datapackage(curated: Path) -> Path:
    """Write `datapackage.json` for what is published under `curated`; the same files give the same bytes.

    A package that says the same already is left alone.

    Each dataset lists its files; one without any, in an empty folder, has no rows. Institution and fiscal year live
    in the paths, so they stand in `partitions`, not among the fields.
    """
    documents = {path.stem for path in _files(curated, "documents")}
    years = {path.parent.name.removeprefix("fiscal_year=") for path in _files(curated, "documents")} - {"0"}
    resources = [_resource(curated, dataset, documents) for dataset in DATASETS.values()]
    package = package_of("rendicion-etl", [int(year) for year in years], resources)
    path = curated / "datapackage.json"
    content = json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
    return path


def _files(curated: Path, dataset: str) -> list[Path]:
    return published_files(curated, ".parquet", dataset)


def package_of(
    name: str, years: Sequence[int], resources: list[dict[str, Any]], edition: Edition | None = None
) -> dict[str, Any]:
    """The descriptor of a package; `years` are the fiscal years covered, none where no year is known."""
    covered = {"fiscalPeriod": {"start": f"{min(years)}-01-01", "end": f"{max(years)}-12-31"}} if years else {}
    return {
        "profile": "data-package",
        "name": name,
        "title": edition.title if edition else TITLE_ES,
        "title_en": TITLE_EN,
        "description": ABOUT_ES,
        "description_en": ABOUT_EN,
        "version": edition.version if edition else VERSION,
        "licenses": [LICENCE],
        "terms": TERMS_ES,
        "terms_en": TERMS_EN,
        "citation": cite_es(edition),
        "citation_en": cite_en(edition),
        "keywords": ["presupuesto", "rendición de cuentas", "Guatemala", "budget"],
        "countryCode": "GT",
        "granularity": "aggregated",
        **covered,
        "resources": resources,
    }


def _resource(curated: Path, dataset: Dataset, documents: set[str]) -> dict[str, Any]:
    files = [p.relative_to(curated).as_posix() for p in _files(curated, dataset.name) if p.stem in documents]
    # Of type file: whatever checks the package need not be able to open Parquet.
    stored = {"type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet", "path": files}
    return {
        "profile": "data-resource",
        **titles_of(dataset),
        # A resource has a path or data; without files there is no path to give, only the header.
        **(stored if files else {"data": [[field.name for field in columns(dataset.name)]]}),
        "partitions": [_field(field, ()) for field in dataset.fields if field.partition],
        "schema": schema_of(dataset, columns(dataset.name)),
    }


def titles_of(dataset: Dataset) -> dict[str, Any]:
    """Name, title and description of a resource, in both languages."""
    return {
        "name": dataset.name,
        "title": dataset.title_es,
        "title_en": dataset.title_en,
        "description": dataset.es,
        "description_en": dataset.en,
    }


def schema_of(dataset: Dataset, fields: Sequence[Field], *, blank_is_null: bool = False) -> dict[str, Any]:
    """The table schema of a resource with these fields of a dataset.

    `blank_is_null`: of a form that cannot tell an empty text from none (CSV), so that free text is never required.
    """
    names = [field.name for field in fields]
    schema: dict[str, Any] = {"fields": [_field(field, names, blank_is_null) for field in fields]}
    if extra := extra_fields(names):
        schema["extraFields"] = extra
    if key := [field.name for field in dataset.fields if field.key]:
        schema["primaryKey"] = key
    if dataset.name != "documents":
        reference = {"resource": "documents", "fields": ["document_id"]}
        schema["foreignKeys"] = [{"fields": ["document_id"], "reference": reference}]
    return schema


def _field(field: Field, names: Sequence[str], blank_is_null: bool = False) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    may_be_blank = blank_is_null and field.type == "string" and not (field.enum or field.pattern or field.key)
    if not field.nullable and not may_be_blank:
        constraints["required"] = True
    if field.enum:
        constraints["enum"] = list(field.enum)
    if field.pattern:
        constraints["pattern"] = f"^{field.pattern}$"
    described: dict[str, Any] = {
        "name": field.name,
        "type": _TYPES.get(field.type, "number"),
        "arrowType": field.type,
        "description": field.es,
        "description_en": field.en,
    }
    if field.unit:
        described["unit"] = field.unit
    described.update(fiscal_properties(field, names))
    if constraints:
        described["constraints"] = constraints
    return described
