"""The data dictionary in Spanish and English, made from the field table.

`python -m rendicion_etl.curated.dictionary [DOCS]` rewrites the dictionary in the folder DOCS (`docs` by default).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.datapackage import write_datapackage
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.schemas import DATASETS, QUARANTINE, VIEWS

__all__ = ["dictionary", "write_datapackage", "write_dictionary"]

Lang = Literal["es", "en"]

FILES: dict[Lang, str] = {"es": "diccionario-de-datos.md", "en": "data-dictionary.md"}

_WORDS: dict[Lang, dict[str, str]] = {
    "es": {
        "title": "Diccionario de datos",
        "generated": "Generado de la tabla de campos (`curated/schemas.py`) con "
        "`python -m rendicion_etl.curated.dictionary`. No se edita a mano.",
        "layout": "Cada documento tiene un archivo por conjunto: "
        "`curated/<conjunto>/institution=<sigla>/fiscal_year=<año>/<document_id>.parquet`. La institución y el año "
        "están solo en la ruta. Un documento existe cuando tiene su fila en `documents`.",
        "head": "| Campo | Tipo | Unidad | Obligatorio | Descripción |",
        "yes": "sí",
        "values": "Valores",
        "form": "Forma",
        "key": "Clave",
        "path": "en la ruta",
        "view": "Vista",
        "quarantine": "Un archivo que no pudo ser documento: `curated/quarantine/<sha256>.json`, que se borra cuando "
        "el documento se ingiere después.",
        "quarantine_title": "Cuarentena",
    },
    "en": {
        "title": "Data dictionary",
        "generated": "Generated from the field table (`curated/schemas.py`) with "
        "`python -m rendicion_etl.curated.dictionary`. Not edited by hand.",
        "layout": "Each document has one file per dataset: "
        "`curated/<dataset>/institution=<acronym>/fiscal_year=<year>/<document_id>.parquet`. Institution and year live "
        "in the path only. A document exists once it has its row in `documents`.",
        "head": "| Field | Type | Unit | Required | Description |",
        "yes": "yes",
        "values": "Values",
        "form": "Form",
        "key": "Key",
        "path": "in the path",
        "view": "View",
        "quarantine": "A file that could not become a document: `curated/quarantine/<sha256>.json`, removed when the "
        "document is ingested later.",
        "quarantine_title": "Quarantine",
    },
}
_UNITS: dict[Lang, dict[str, str]] = {
    "es": {
        "currency": "moneda",
        "points": "puntos",
        "percent": "%",
        "share": "0 a 1",
        "count": "",
        "page": "página",
        "JSON": "JSON",
    },
    "en": {
        "currency": "currency",
        "points": "points",
        "percent": "%",
        "share": "0 to 1",
        "count": "",
        "page": "page",
        "JSON": "JSON",
    },
}


def dictionary(lang: Lang) -> str:
    """The data dictionary as Markdown."""
    word = _WORDS[lang]
    parts = [f"# {word['title']}", word["generated"], word["layout"]]
    for dataset in (*DATASETS.values(), *VIEWS.values()):
        title, text = (dataset.title_es, dataset.es) if lang == "es" else (dataset.title_en, dataset.en)
        view = f" ({word['view'].lower()})" if dataset.name in VIEWS else ""
        parts += [f"## `{dataset.name}`: {title}{view}", text]
        if key := _key(dataset):
            parts.append(f"{word['key']}: {', '.join(f'`{name}`' for name in key)}.")
        parts.append(_markdown(dataset.fields, lang))
    parts += [f"## `quarantine`: {word['quarantine_title']}", word["quarantine"], _markdown(QUARANTINE, lang)]
    return "\n\n".join(parts) + "\n"


def _markdown(fields: Iterable[Field], lang: Lang) -> str:
    word = _WORDS[lang]
    lines = [word["head"], "|---|---|---|---|---|"]
    for field in fields:
        text = field.es if lang == "es" else field.en
        if field.enum:
            text += f" {word['values']}: {', '.join(f'`{value}`' for value in field.enum)}."
        if field.pattern:
            # A bar would end the cell of the table.
            text += f" {word['form']}: `{field.pattern}`.".replace("|", r"\|")
        kind = f"{field.type} ({word['path']})" if field.partition else field.type
        required = "" if field.nullable else word["yes"]
        unit = _UNITS[lang].get(field.unit or "", "")
        lines.append(f"| `{field.name}` | {kind} | {unit} | {required} | {text} |")
    return "\n".join(lines)


def _key(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.fields if field.key]


def write_dictionary(docs: Path) -> list[Path]:
    """Write the dictionary in both languages; the files written."""
    paths = []
    for lang, name in FILES.items():
        write_whole(docs / name, dictionary(lang).encode())
        paths.append(docs / name)
    return paths


if __name__ == "__main__":
    for path in write_dictionary(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        print(path)
