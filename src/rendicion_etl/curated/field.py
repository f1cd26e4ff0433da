"""What a column of a dataset is, and the words that may stand in it. Standard library only: any room may import it."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "grupo_gasto",
    "renglon",
    "fuente_financiamiento",
    "finalidad",
    "funcion",
    "programa",
    "producto",
    "unidad_ejecutora",
    "ubicacion_geografica",
    "region",
    "municipal",
    "transferencias",
    "metas_fisicas",
    "text",
    "other",
)
PHASES = ("asignado", "modificaciones", "vigente", "comprometido", "devengado", "pagado", "saldo")
PERIODS = ("C1", "C2", "C3", "Q1", "Q2", "Q3", "Q4", "S1", "S2", *(f"M{m:02d}" for m in range(1, 13)), "Y")
ROW_ROLES = ("header", "band", "detail", "subtotal", "total", "note")
LINE_ROLES = ("detail", "subtotal", "total")
COLUMN_ROLES = ("code", "label", *PHASES, "pct", "count", "other")
VALUE_TYPES = ("amount", "count", "percent", "code", "date", "label", "empty")
NUMERIC_TYPES = ("amount", "count", "percent")
PERCENT_BASES = ("row", "table_total")
TEXT_SOURCES = ("native", "ocr", "mixed")
STATUSES = ("ok", "partial")
SEVERITIES = ("critical", "warning", "info")
CONFIDENCES = ("confirmed", "unconfirmed")
OUTCOMES = ("pass", "fail", "not_applicable")
CORRECTABLE = ("value", "row_role", "column_role", "number", "title", "unit", "kind", "department", "municipality")
REGIONS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")

# The signs that stand beside amounts (Decreto 17-2002, Ley Monetaria; ISO 4217). A bare "$" is of many currencies.
CURRENCY_SIGNS = {"Q": "GTQ", "GTQ": "GTQ", "US$": "USD", "USD": "USD"}

UNKNOWN_INSTITUTION, UNKNOWN_YEAR = "unknown", 0
# Patterns are for the whole text. They also guard what becomes a path, so none lets a separator or a dot through.
SHA256 = "[0-9a-f]{64}"
SLUG = "[a-z0-9][a-z0-9_-]{0,60}"
DOCUMENT_ID = "[a-z0-9][a-z0-9_-]{0,90}-[0-9a-f]{8}"
UNIT = "(?:[A-Z]{3}(?:_thousands|_millions)?|count|percent|mixed)"
DEPARTMENT = "(?:0[1-9]|1[0-9]|2[0-2])"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, type, meaning in Spanish and English, and what may stand in it.

    type: `string` `int8` `int16` `int32` `double` `date` `timestamp` (UTC) or `decimal(p,s)`.
    unit: `currency` `points` `percent` `share` `count` `page` `JSON`, or None where a unit makes no sense.
    partition: the column lives in the path of the file only, never in the file.
    since: the schema version that brought it; files of earlier versions may lack it, and it is null in them.
    """

    name: str
    type: str
    es: str
    en: str
    unit: str | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    nullable: bool = True
    key: bool = False
    partition: bool = False
    since: int = 1


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset (or view): its fields in order, what one row is, in Spanish and English.

    since: the schema version that brought it; documents of earlier versions may have no file of it, which is no rows.
    """

    name: str
    title_es: str
    title_en: str
    es: str
    en: str
    fields: tuple[Field, ...]
    since: int = 1
