"""`curated/datapackage.json`: what lies in the folder, as a Frictionless Data Package with fiscal properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.schemas import DATASETS, columns
from rendicion_etl.curated.writer import published_files

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

    A package that says the same already is left alone. It names no licence: the reports are public information of
    their institutions, and what is read from them is not this program's to license.

    Each dataset lists its files; one without any, in an empty folder, has no data. Institution and fiscal year live
    in the paths, so they stand in `partitions`, not among the fields.
    """
    documents = {path.stem for path in _files(curated, "documents")}
    package = {
        "profile": "data-package",
        "name": "rendicion-etl",
        "title": "Ejecución presupuestaria de los informes de rendición de cuentas de Guatemala",
        "title_en": "Budget execution from the accountability reports of Guatemala",
        "description": "Tablas leídas de informes publicados en PDF, con la página y el lugar de cada cifra, y las "
        "contradicciones de cada documento.",
        "description_en": "Tables read from reports published as PDF, with page and place of every figure, and the "
        "contradictions of each document.",
        "keywords": ["presupuesto", "rendición de cuentas", "Guatemala", "budget"],
        "countryCode": "GT",
        "granularity": "aggregated",
        **_period(curated),
        "resources": [_resource(curated, dataset, documents) for dataset in DATASETS.values()],
    }
    path = curated / "datapackage.json"
    content = json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
    return path


def _files(curated: Path, dataset: str) -> list[Path]:
    return published_files(curated, ".parquet", dataset)


def _period(curated: Path) -> dict[str, Any]:
    """The fiscal years covered (Fiscal Data Package `fiscalPeriod`); nothing where no year is known."""
    years = {path.parent.name.removeprefix("fiscal_year=") for path in _files(curated, "documents")} - {"0"}
    return {"fiscalPeriod": {"start": f"{min(years)}-01-01", "end": f"{max(years)}-12-31"}} if years else {}


def _resource(curated: Path, dataset: Dataset, documents: set[str]) -> dict[str, Any]:
    files = [p.relative_to(curated).as_posix() for p in _files(curated, dataset.name) if p.stem in documents]
    schema: dict[str, Any] = {"fields": [_field(field) for field in columns(dataset.name)]}
    if key := [field.name for field in dataset.fields if field.key]:
        schema["primaryKey"] = key
    if dataset.name != "documents":
        reference = {"resource": "documents", "fields": ["document_id"]}
        schema["foreignKeys"] = [{"fields": ["document_id"], "reference": reference}]
    return {
        "profile": "data-resource",
        "name": dataset.name,
        "title": dataset.title_es,
        "title_en": dataset.title_en,
        "description": dataset.es,
        "description_en": dataset.en,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        # A resource has a path or data; without files there is no path to give.
        **({"path": files} if files else {"data": []}),
        "partitions": [_field(field) for field in dataset.fields if field.partition],
        "schema": schema,
    }


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if not field.nullable:
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
    if field.type == "decimal(18,2)":
        described["columnType"] = "value"
    elif field.name == "currency":
        described["columnType"] = "value-currency-code"
    if constraints:
        described["constraints"] = constraints
    return described
