"""The fields of what was read: documents, tables, cells. One line of truth for each column."""

from __future__ import annotations

from dataclasses import replace

from rendicion_etl.curated import field as f
from rendicion_etl.curated.field import Dataset, Field

INSTITUTION = Field(
    "institution",
    "string",
    "Sigla oficial de la institución en minúsculas; `unknown` si el documento no la dice. Está en la ruta del archivo.",
    "Official acronym of the institution in lower case; `unknown` where not stated. Lives in the path of the file.",
    pattern=f.SLUG,
    nullable=False,
    partition=True,
)
FISCAL_YEAR = Field(
    "fiscal_year",
    "int16",
    "Ejercicio fiscal; 0 si el documento no lo dice. Está en la ruta del archivo.",
    "Fiscal year; 0 where the document does not say. Lives in the path of the file.",
    nullable=False,
    partition=True,
)
PARTITION = (INSTITUTION, FISCAL_YEAR)
DOCUMENT_ID = Field(
    "document_id",
    "string",
    "Identificador del documento: institución, año, período y los primeros 8 caracteres de su sha256.",
    "Identifier of the document: institution, year, period and the first 8 characters of its sha256.",
    pattern=f.DOCUMENT_ID,
    nullable=False,
    key=True,
)
DOCUMENT = replace(DOCUMENT_ID, key=False)
PERIOD = Field(
    "period",
    "string",
    "Período: cuatrimestre (C1 a C3), trimestre (Q1 a Q4), semestre (S1, S2), mes (M01 a M12) o año (Y).",
    "Period: four months (C1 to C3), quarter (Q1 to Q4), half-year (S1, S2), month (M01 to M12) or year (Y).",
    enum=f.PERIODS,
)


def table_id(*, key: bool = True, nullable: bool = False) -> Field:
    es, en = "Identificador de la tabla dentro del documento.", "Identifier of the table in its document."
    pattern = rf"{f.DOCUMENT_ID}/t[0-9]{{2,4}}"
    return Field("table_id", "string", es, en, pattern=pattern, nullable=nullable, key=key)


def number(
    name: str, es: str, en: str, unit: str = "count", *, key: bool = False, nullable: bool = False, since: int = 1
) -> Field:
    return Field(name, "int32", es, en, unit, nullable=nullable, key=key, since=since)


def row(*, key: bool = True, nullable: bool = False) -> Field:
    return number("row", "Fila de la tabla, desde 0.", "Row of the table, from 0.", "count", key=key, nullable=nullable)


def col(*, key: bool = True, nullable: bool = False) -> Field:
    es, en = "Columna de la tabla, desde 0.", "Column of the table, from 0."
    return number("col", es, en, "count", key=key, nullable=nullable)


def page() -> Field:
    return number("page", "Página del PDF, desde 1.", "Page of the PDF, from 1.", "page")


def box(es: str, en: str, *, nullable: bool = False) -> tuple[Field, ...]:
    """x0, top, x1, bottom of something on its page, in points from the top left corner as displayed."""
    sides = (
        ("x0", "Borde izquierdo", "Left edge"),
        ("top", "Borde superior", "Top edge"),
        ("x1", "Borde derecho", "Right edge"),
        ("bottom", "Borde inferior", "Bottom edge"),
    )
    return tuple(
        Field(name, "double", f"{side_es} {es}, en puntos.", f"{side_en} {en}, in points.", "points", nullable=nullable)
        for name, side_es, side_en in sides
    )


DOCUMENTS = Dataset(
    "documents",
    "Documentos",
    "Documents",
    "Un informe de rendición de cuentas publicado en PDF. Un documento existe cuando tiene su fila aquí.",
    "An accountability report published as PDF. A document exists once it has its row here.",
    (
        DOCUMENT_ID,
        Field(
            "sha256",
            "string",
            "SHA-256 del PDF tal como se recibió.",
            "SHA-256 of the PDF as received.",
            pattern=f.SHA256,
            nullable=False,
        ),
        Field("file_name", "string", "Nombre del archivo recibido.", "Name of the file received.", nullable=False),
        Field("source_url", "string", "Dirección de donde se descargó.", "Address it was downloaded from."),
        Field("retrieved_at", "timestamp", "Cuándo se recibió (UTC).", "When it was received (UTC).", nullable=False),
        INSTITUTION,
        Field("institution_name", "string", "Nombre de la institución.", "Name of the institution."),
        FISCAL_YEAR,
        PERIOD,
        Field(
            "period_start",
            "date",
            "Primer día que abarca la ejecución: el 1 de enero, salvo que el documento imprima otro.",
            "First day covered by the execution: 1 January unless the document prints another.",
        ),
        Field("period_end", "date", "Último día que abarca.", "Last day covered."),
        number("n_pages", "Páginas del PDF.", "Pages of the PDF."),
        number("n_tables", "Tablas leídas.", "Tables read."),
        number("n_findings", "Hallazgos, de cualquier gravedad.", "Findings of any severity."),
        Field(
            "text_source",
            "string",
            "De dónde sale el texto: del PDF (`native`), por reconocimiento óptico (`ocr`) o de ambos (`mixed`).",
            "Where the text comes from: the PDF (`native`), optical recognition (`ocr`) or both (`mixed`).",
            enum=f.TEXT_SOURCES,
            nullable=False,
        ),
        Field("pdf_producer", "string", "Programa que produjo el PDF.", "Program that produced the PDF."),
        Field(
            "supersedes",
            "string",
            "document_id de la versión anterior que este documento sustituye.",
            "document_id of the earlier version that this document replaces.",
            pattern=f.DOCUMENT_ID,
        ),
        Field(
            "status",
            "string",
            "`partial` si de alguna tabla puede faltar una parte o algo no se pudo leer; si no, `ok`.",
            "`partial` where a part of some table may be missing or could not be read, else `ok`.",
            enum=f.STATUSES,
            nullable=False,
        ),
        Field(
            "pipeline_version",
            "string",
            "Versión del programa, los vocabularios y los catálogos que produjeron los datos.",
            "Version of the program, vocabularies and catalogues that made the data.",
            nullable=False,
        ),
    ),
)

TABLES = Dataset(
    "tables",
    "Tablas",
    "Tables",
    "Una tabla de un documento, también la de clase desconocida.",
    "A table of a document, those of unknown kind too.",
    (
        DOCUMENT_ID,
        table_id(),
        number("table_index", "Orden de la tabla en el documento, desde 0.", "Place in the document, from 0."),
        Field(
            "number",
            "string",
            "Número de la tabla como está impreso (`Tabla No. 4`).",
            "Number of the table as printed (`Tabla No. 4`).",
        ),
        Field("title", "string", "Título impreso, una línea por renglón.", "Printed title, line by line."),
        Field("source_note", "string", "Nota de fuente impresa bajo la tabla.", "Source note printed below the table."),
        Field(
            "kind",
            "string",
            "Clase de la tabla: según qué clasificación reparte, o qué muestra.",
            "Kind of the table: by which classification it divides, or what it shows.",
            enum=f.KINDS,
            nullable=False,
        ),
        Field(
            "unit",
            "string",
            "Unidad de las cifras: moneda ISO 4217 (en miles o millones), `count`, `percent` o `mixed`.",
            "Unit of the figures: ISO 4217 currency (thousands, millions), `count`, `percent` or `mixed`.",
            pattern=f.UNIT,
        ),
        Field(
            "copy_of",
            "string",
            "table_id de una tabla anterior del mismo documento con el mismo contenido.",
            "table_id of an earlier table of the document with the same content.",
        ),
        number("first_page", "Primera página.", "First page.", "page"),
        number("last_page", "Última página.", "Last page.", "page"),
        number("n_rows", "Filas, con las del encabezado.", "Rows, header included."),
        number("n_cols", "Columnas.", "Columns."),
        number("n_header_rows", "Filas de encabezado al comienzo.", "Header rows at the top."),
        Field("reader", "string", "Lector que dio la tabla.", "Reader that gave the table.", nullable=False),
        Field(
            "agreement",
            "decimal(18,8)",
            "Parte de las celdas con número en que una segunda lectura independiente coincide (0 a 1); vacío sin ella.",
            "Share of numeric cells on which a second, independent reading agrees (0 to 1); null without one.",
            "share",
        ),
        number(
            "n_unread",
            "Lugares bajo el encabezado que parecen texto y no se pudieron leer; nulo si no se leyó de una imagen.",
            "Places below the header that look like text and could not be read; null if not read from a picture.",
            nullable=True,
            since=2,
        ),
        *PARTITION,
    ),
)

CELLS = Dataset(
    "cells",
    "Celdas",
    "Cells",
    "Una celda de una tabla, con su texto impreso y su lugar en la página. Una celda combinada aparece una sola vez.",
    "A cell of a table with its printed text and its place on the page. A merged cell appears once.",
    (
        DOCUMENT_ID,
        table_id(),
        row(),
        col(),
        number("row_span", "Filas que ocupa.", "Rows it spans."),
        number("col_span", "Columnas que ocupa.", "Columns it spans."),
        Field(
            "text",
            "string",
            "Texto impreso, con sus líneas unidas por un espacio.",
            "Text as printed, lines joined by one space.",
            nullable=False,
        ),
        Field(
            "value",
            "decimal(38,12)",
            "Valor numérico como está impreso, sin convertir miles ni millones; una raya vale 0.",
            "Numeric value as printed, not scaled by the unit; a printed dash is 0.",
        ),
        Field("value_type", "string", "Qué es el valor.", "What the value is.", enum=f.VALUE_TYPES, nullable=False),
        Field("row_role", "string", "Papel de la fila.", "Role of the row.", enum=f.ROW_ROLES, nullable=False),
        Field(
            "column_role", "string", "Papel de la columna.", "Role of the column.", enum=f.COLUMN_ROLES, nullable=False
        ),
        Field(
            "percent_base",
            "string",
            "De qué es parte un porcentaje: de su fila (`row`) o del total de la tabla (`table_total`).",
            "What a percentage is a share of: its row (`row`) or the table's total (`table_total`).",
            enum=f.PERCENT_BASES,
        ),
        page(),
        *box("de la celda", "of the cell"),
        Field(
            "ocr_certainty",
            "double",
            "Qué tan seguro es el dígito menos seguro de una celda leída de una imagen, de 0 a 1; nulo en las demás.",
            "How sure the least sure digit of a cell read from a picture is, from 0 to 1; null in all others.",
            "share",
            since=2,
        ),
        *PARTITION,
    ),
)
