"""The fields of what does not add up: amounts quoted in prose, findings, results of the checks, quarantine."""

from __future__ import annotations

from dataclasses import replace

from rendicion_etl.curated import field as f
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.fields_document import (
    DOCUMENT,
    DOCUMENT_ID,
    FISCAL_YEAR,
    INSTITUTION,
    PARTITION,
    PERIOD,
    box,
    col,
    number,
    page,
    row,
    table_id,
)

STATEMENTS = Dataset(
    "statements",
    "Afirmaciones",
    "Statements",
    "Una cifra citada en la prosa del informe: monto, porcentaje o cantidad de personas.",
    "A figure quoted in the prose of the report: amount, percentage or count of people.",
    (
        DOCUMENT,
        page(),
        Field("text", "string", "Oración impresa.", "Sentence as printed.", nullable=False),
        Field("amount", "decimal(18,2)", "Cifra, en unidades enteras.", "Figure in whole units.", "currency"),
        Field(
            "unit",
            "string",
            "Unidad de la cifra: moneda, `percent` o `count`; vacío si la moneda no es segura.",
            "Unit of the figure: currency, `percent` or `count`; null where the currency is not certain.",
            pattern=f.UNIT,
        ),
        Field(
            "concept",
            "string",
            "De qué es la cifra: momento presupuestario, `pct` o `count`; vacío si no se dice o son varios.",
            "What the figure is of: budget phase, `pct` or `count`; null where the sentence names none or several.",
            enum=f.COLUMN_ROLES,
        ),
        *box("de la oración", "of the sentence"),
        *PARTITION,
    ),
)


def check(name: str, es: str, en: str, *enum: str) -> Field:
    return Field(name, "string", es, en, enum=enum, nullable=False)


def compared(name: str, es: str, en: str) -> Field:
    return Field(name, "decimal(38,12)", es, en)


def words(name: str, es: str, en: str, unit: str | None = None, *, nullable: bool = True) -> Field:
    return Field(name, "string", es, en, unit, nullable=nullable)


CHECK_ID = check("check_id", "Regla que se aplicó.", "Rule that was applied.")
CHECK_VERSION = check("check_version", "Versión de la regla.", "Version of the rule.")

FINDINGS = Dataset(
    "findings",
    "Hallazgos",
    "Findings",
    "Una contradicción del documento consigo mismo, en la celda que las demás desmienten.",
    "A contradiction of the document with itself, at the cell that the others outvote.",
    (
        Field(
            "finding_id",
            "string",
            "Identificador estable: del PDF, la regla y el lugar.",
            "Stable identifier: of the PDF, the rule and the place.",
            pattern="[0-9a-f]{16}",
            nullable=False,
            key=True,
        ),
        CHECK_ID,
        CHECK_VERSION,
        check("severity", "Gravedad.", "Severity.", *f.SEVERITIES),
        check(
            "confidence",
            "`confirmed` si una segunda lectura independiente leyó lo mismo; si no, la duda es nuestra.",
            "`confirmed` where a second, independent reading read the same; else the doubt is ours.",
            *f.CONFIDENCES,
        ),
        DOCUMENT,
        INSTITUTION,
        FISCAL_YEAR,
        PERIOD,
        table_id(key=False, nullable=True),
        words("table_number", "Número de la tabla como está impreso.", "Number of the table as printed."),
        row(key=False, nullable=True),
        col(key=False, nullable=True),
        Field("column_role", "string", "Papel de la columna.", "Role of the column.", enum=f.COLUMN_ROLES),
        page(),
        *box("del lugar", "of the place"),
        compared("printed", "Valor impreso.", "Printed value."),
        compared("expected", "Valor que las demás cifras dan.", "Value that the other figures give."),
        compared("difference", "Impreso menos esperado.", "Printed minus expected."),
        compared("tolerance", "Diferencia que el redondeo explica.", "Difference that rounding explains."),
        words("printed_text", "Texto de la celda señalada.", "Text of the cell accused."),
        words("expected_text", "Texto esperado (nombres, regiones).", "Text expected (names, regions)."),
        words("message_es", "Explicación en español.", "Explanation in Spanish.", nullable=False),
        words("message_en", "Explicación en inglés.", "Explanation in English.", nullable=False),
        words("hint_es", "Posible causa, en español.", "Possible cause, in Spanish."),
        words("hint_en", "Posible causa, en inglés.", "Possible cause, in English."),
        words(
            "related",
            "Celdas que entran en la comparación: tabla, fila, columna, página, caja, valor (texto decimal) y signo.",
            "Cells that enter the comparison: table, row, column, page, box, value (decimal text) and sign.",
            "JSON",
            nullable=False,
        ),
        words("evidence", "Qué lecturas coincidieron.", "Which readings agreed.", "JSON", nullable=False),
        Field(
            "consequence_of",
            "string",
            "finding_id del hallazgo del que este se sigue: una misma causa explica los dos.",
            "finding_id of the finding that this one follows from: one cause explains both.",
            since=2,
        ),
    ),
)

CHECK_RESULTS = Dataset(
    "check_results",
    "Resultados de las reglas",
    "Check results",
    "Qué dijo una regla de una tabla, o del documento entero (table_id vacío).",
    "What a rule said of a table, or of the document as a whole (table_id null).",
    (
        DOCUMENT,
        table_id(key=False, nullable=True),
        CHECK_ID,
        CHECK_VERSION,
        check("outcome", "Resultado: cumple, no cumple o no se aplica.", "Pass, fail or not applicable.", *f.OUTCOMES),
        words("reason", "Por qué no se aplica.", "Why it does not apply."),
        number("n_applied", "Comparaciones hechas.", "Comparisons made."),
        number("n_passed", "Comparaciones que cumplen.", "Comparisons that held."),
        *PARTITION,
    ),
)

SCORES = Dataset(
    "scores",
    "Puntaje de los documentos",
    "Scores of the documents",
    "Cuántas comparaciones se cumplen, de las que se pudieron hacer en un documento. Una fila por documento y "
    "gravedad; lo que se cumple cuenta con la gravedad de su regla; lo que no, con la de su hallazgo. Lo que no se "
    "pudo leer dos veces igual (hallazgos `unconfirmed`) es una duda nuestra y no cuenta ni en `n_applied` ni en "
    "`n_passed`. Donde `n_applied` es 0 no hubo comparaciones aplicables: ese documento no tiene "
    "puntaje, y no es un 100 %.",
    "How many comparisons hold, of those that could be made in a document. One row per document and severity; what "
    "holds counts with the severity of its rule, what fails with that of its finding. What could not be read twice "
    "alike (`unconfirmed` findings) is our doubt and counts neither in `n_applied` nor in `n_passed`. Where "
    "`n_applied` is 0 no comparison applied: such a document has no score, which is not 100 %.",
    (
        INSTITUTION,
        FISCAL_YEAR,
        PERIOD,
        DOCUMENT_ID,
        replace(check("severity", "Gravedad.", "Severity.", *f.SEVERITIES), key=True),
        number(
            "n_applied",
            "Comparaciones hechas, sin las que están en duda.",
            "Comparisons made, without those in doubt.",
        ),
        number("n_passed", "Comparaciones que se cumplen.", "Comparisons that hold."),
        number(
            "n_unconfirmed",
            "Hallazgos sin confirmar, que no cuentan en las otras dos cifras.",
            "Unconfirmed findings, which count in neither of the other two.",
        ),
    ),
)

QUARANTINE = (
    words("file_name", "Nombre del archivo.", "Name of the file.", nullable=False),
    Field("sha256", "string", "SHA-256 del archivo.", "SHA-256 of the file.", pattern=f.SHA256, nullable=False),
    words("stage", "Etapa en que falló.", "Stage at which it failed.", nullable=False),
    words("error", "Qué pasó.", "What happened.", nullable=False),
    Field("at", "timestamp", "Cuándo (UTC).", "When (UTC).", nullable=False),
)
