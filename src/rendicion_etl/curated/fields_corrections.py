"""The fields of what people corrected in the reading of a document."""

from __future__ import annotations

from rendicion_etl.curated import field as f
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.fields_document import DOCUMENT, PARTITION, col, page, row, table_id


def _text(name: str, es: str, en: str, *, nullable: bool = False) -> Field:
    return Field(name, "string", es, en, nullable=nullable)


CORRECTIONS = Dataset(
    "corrections",
    "Correcciones",
    "Corrections",
    "Una corrección de nuestra lectura, hecha por una persona y revisada: qué se leía y qué se toma en su lugar. "
    "El texto impreso (`cells.text`) nunca cambia.",
    "A correction of our reading, made by a person and reviewed: what was read and what is taken in its place. "
    "The printed text (`cells.text`) never changes.",
    (
        DOCUMENT,
        table_id(key=False),
        row(key=False, nullable=True),
        col(key=False, nullable=True),
        page(),
        Field(
            "what",
            "string",
            "Qué se corrige: valor de una celda, papel de una fila o de una columna, número, título, unidad o clase de "
            "la tabla, departamento o municipio de una fila.",
            "What is corrected: value of a cell, role of a row or of a column, number, title, unit or kind of the "
            "table, department or municipality of a row.",
            enum=f.CORRECTABLE,
            nullable=False,
        ),
        _text("printed", "Lo que está impreso en ese lugar.", "What stands in print at that place."),
        _text("before", "Cómo se leía; vacío si no se leía nada.", "How it was read; null for nothing.", nullable=True),
        _text("after", "Cómo se toma desde la corrección.", "How it is taken since the correction."),
        _text("author", "Quién corrigió.", "Who corrected it."),
        Field("date", "date", "Día de la corrección.", "Day of the correction.", nullable=False),
        _text("reason", "Por qué.", "Why."),
        _text("file", "Archivo de la corrección, en `corrections/`.", "File of the correction, in `corrections/`."),
        *PARTITION,
    ),
    since=2,
)
