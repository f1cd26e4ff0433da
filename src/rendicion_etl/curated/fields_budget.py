"""The fields of what the tables say: budget lines, indicators, and the view of what may be added up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rendicion_etl.curated import field as f
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.fields_document import (
    DOCUMENT_ID,
    FISCAL_YEAR,
    INSTITUTION,
    PERIOD,
    col,
    number,
    page,
    row,
    table_id,
)

LABEL = Field(
    "label",
    "string",
    "Nombre de lo que la fila mide, sin el código.",
    "Name of what the row measures, without its code.",
)
LINE_ROLE = Field(
    "row_role",
    "string",
    "Papel de la fila: detalle, subtotal o total. Sumar todas las filas cuenta lo mismo varias veces.",
    "Role of the row: detail, subtotal or total. Adding all rows counts the same money several times.",
    enum=f.LINE_ROLES,
    nullable=False,
)
PLACE = (
    Field(
        "department_code",
        "string",
        "Código INE del departamento (`01` a `22`).",
        "INE code of the department (`01` to `22`).",
        pattern=f.DEPARTMENT,
    ),
    Field(
        "municipality_code",
        "string",
        "Código INE del municipio (`0101`).",
        "INE code of the municipality (`0101`).",
        pattern=rf"{f.DEPARTMENT}[0-9]{{2}}",
    ),
    Field(
        "iso_3166_2",
        "string",
        "Código ISO 3166-2 del departamento (`GT-01`).",
        "ISO 3166-2 code of the department (`GT-01`).",
        pattern=rf"GT-{f.DEPARTMENT}",
    ),
    Field(
        "region_code",
        "string",
        "Región de desarrollo (I a VIII, Decreto 70-86).",
        "Development region (I to VIII, Decree 70-86).",
        enum=f.REGIONS,
    ),
)
_PHASES = {
    "asignado": ("Presupuesto aprobado al inicio del año.", "Budget approved at the start of the year."),
    "modificaciones": ("Ampliaciones y reducciones del presupuesto.", "Additions to and cuts of the budget."),
    "vigente": ("Presupuesto con sus modificaciones.", "Budget as modified."),
    "comprometido": ("Gasto comprometido.", "Expenditure committed."),
    "devengado": ("Gasto devengado (ejecutado).", "Expenditure accrued (executed)."),
    "pagado": ("Gasto pagado.", "Expenditure paid."),
    "saldo": ("Lo que falta por ejecutar, como está impreso.", "What is left to execute, as printed."),
}


def _phases() -> Iterator[Field]:
    for name, (es, en) in _PHASES.items():
        es += " En unidades enteras de moneda; vacío si la tabla no lo imprime."
        en += " In whole currency units; null where the table does not print it."
        yield Field(name, "decimal(18,2)", es, en, "currency")


CLASSIFICATION = Field(
    "classification",
    "string",
    "Clasificación por la que la tabla reparte el dinero. Elija una sola antes de sumar.",
    "Classification by which the table divides the money. Choose one before adding up.",
    enum=f.KINDS,
    nullable=False,
)
CODE = Field("code", "string", "Código de la línea, como está impreso.", "Code of the line as printed.")
CURRENCY = Field(
    "currency",
    "string",
    "Moneda (ISO 4217); vacío si nada la nombra. Elija una sola antes de sumar.",
    "Currency (ISO 4217); null where nothing names it. Choose one before adding up.",
    pattern="[A-Z]{3}",
)

BUDGET_EXECUTION = Dataset(
    "budget_execution",
    "Ejecución presupuestaria",
    "Budget execution",
    "Una fila de una tabla de ejecución: detalles, subtotales y totales, copias y todas las clasificaciones. "
    "Para sumar use la vista `ejecucion`.",
    "A row of an execution table: details, subtotals and totals, copies and all classifications. "
    "To add up use the view `ejecucion`.",
    (
        DOCUMENT_ID,
        table_id(),
        row(),
        page(),
        INSTITUTION,
        FISCAL_YEAR,
        PERIOD,
        CLASSIFICATION,
        CODE,
        LABEL,
        Field("label_printed", "string", "Etiqueta como está impresa.", "Label as printed."),
        LINE_ROLE,
        Field(
            "level",
            "int8",
            "Nivel en la jerarquía; el total general es 0.",
            "Level in the hierarchy; the grand total is 0.",
            "count",
            nullable=False,
        ),
        number(
            "parent_row",
            "Fila cuya cifra contiene a esta.",
            "Row whose figure contains this one.",
            nullable=True,
        ),
        *PLACE,
        *_phases(),
        CURRENCY,
        Field(
            "pct_printed",
            "decimal(18,8)",
            "Porcentaje de ejecución impreso (28 es 28 %).",
            "Printed percentage of execution (28 is 28 %).",
            "percent",
        ),
        Field(
            "pct_computed",
            "decimal(18,8)",
            "Devengado entre vigente, por 100: el vigente de la fila, o el del total si el porcentaje impreso es "
            "parte de la tabla.",
            "Devengado over vigente times 100: the row's vigente, or the total's where the printed percentage is a "
            "share of the table.",
            "percent",
        ),
    ),
)

INDICATORS = Dataset(
    "indicators",
    "Indicadores",
    "Indicators",
    "Un número de una tabla que no es un momento del presupuesto: metas físicas, personas, otros porcentajes.",
    "A number of a table that is no budget phase: physical targets, people, other percentages.",
    (
        DOCUMENT_ID,
        table_id(),
        row(),
        col(),
        page(),
        INSTITUTION,
        FISCAL_YEAR,
        PERIOD,
        Field("measure", "string", "Encabezado de la columna.", "Header of the column.", nullable=False),
        Field("unit", "string", "Unidad del valor.", "Unit of the value.", pattern=f.UNIT),
        LABEL,
        *PLACE,
        LINE_ROLE,
        Field("value", "decimal(38,12)", "Valor como está impreso.", "Value as printed.", nullable=False),
    ),
)

EJECUCION = Dataset(
    "ejecucion",
    "Ejecución, lista para sumar",
    "Execution, ready to add up",
    "ELIJA UNA clasificación, UN período y UNA moneda antes de sumar: cada clasificación reparte el mismo dinero y "
    "los períodos son acumulados. Una fila por institución, año, período, clasificación, moneda y código: solo "
    "detalles, sin copias ni documentos sustituidos. Si varias tablas reparten por la misma clasificación se toma una "
    "sola, nunca su suma: la que abarca más dinero; entre iguales, la que no repite códigos, la que imprime más "
    "momentos, el documento recibido al último y la primera. Otra tabla se agrega solo si ambas traen códigos del "
    "mismo largo y ninguno en común (renglones de otro grupo). Fuera quedan las tablas de clase `text` u `other`. Si "
    "la institución, el año o el período se desconocen, cada documento va por separado.",
    "CHOOSE ONE classification, ONE period and ONE currency before adding up: every classification divides the same "
    "money, and periods are cumulative. One row per institution, year, period, classification, currency and code: "
    "details only, without copies or superseded documents. Where several tables divide by the same classification one "
    "is taken, never their sum: the one that covers most money; among equals the one that repeats no code, that "
    "prints most phases, the document received last, the first table. Another is added only where both have codes of "
    "the same length and none in common (object codes of another group). Tables of kind `text` or `other` are left "
    "out. Where institution, year or period is unknown each document stands apart.",
    (
        INSTITUTION,
        FISCAL_YEAR,
        PERIOD,
        CLASSIFICATION,
        replace(
            CODE,
            es="Código de la línea; la etiqueta si no lo tiene o si la tabla da el mismo código a líneas distintas.",
            en="Code of the line; the label where it has none, or where the table gives different lines one code.",
        ),
        LABEL,
        *PLACE,
        *_phases(),
        CURRENCY,
        number(
            "times_printed",
            "Veces que la tabla trae esta línea como detalle; si es más de 1 solo cuenta la primera: revise la tabla.",
            "How often the table has this line as a detail; above 1 only the first counts: look at the table.",
        ),
        DOCUMENT_ID,
        table_id(),
        row(),
        page(),
    ),
)
