"""The view `ejecucion`: of everything in `budget_execution` the lines that may be added up, each money once.

A line qualifies if it is a detail, prints at least one phase, stands in no copy and no superseded document, and its
table divides money by a known classification. Tables compete within their *scope*: institution, year, period,
classification and currency (and document, where one of the first three is unknown, since strangers must not compete).

1. One table per scope is taken: first those that no other *outweighs*, that is, whose details sum to over 1 % more in
   some phase that both print (a table of all groups outweighs one of group 0); among equals the one that prints no
   code twice, then most phases, then the document received last, then the first table.
2. A further table joins only if it and every better one hold codes alone, of a national list and of one length, and
   share none (object codes of group 0 and of group 1 in two tables). A label may be the same line spelled
   otherwise, a code of another length its parent, and the numbers of programmes start anew in each: such a table
   stays out.
3. A code that one table gives to lines with different labels names neither (a misprint, or a code of a level
   above): the label takes its place. The same line twice in a table counts once, the first, and `times_printed`
   tells. Nothing is ever summed.
"""

from __future__ import annotations

from rendicion_etl.curated.field import PHASES, UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.schemas import EJECUCION

# A lead smaller than this is a misprint or rounding, not a wider table.
_OUTWEIGHS = "1.01"
# modificaciones sum to zero in a balanced year, and saldo is what the others leave: neither tells how wide a table is.
_WEIGHED = ("asignado", "vigente", "comprometido", "devengado", "pagado")
_NO_CLASSIFICATION = ("text", "other")
# Manual de Clasificaciones Presupuestarias para el Sector Público de Guatemala: one list for all institutions.
_NATIONAL = (
    "grupo_gasto",
    "renglon",
    "fuente_financiamiento",
    "finalidad",
    "funcion",
    "ubicacion_geografica",
    "municipal",
)


def ejecucion_sql() -> str:
    """The query of the view, over the views of the datasets."""
    listed = ", ".join(field.name for field in EJECUCION.fields)
    phases = ", ".join(PHASES)
    sums = ", ".join(f"sum({phase}) AS {phase}" for phase in PHASES)
    n_phases = " + ".join(f"(count({phase}) > 0)::INTEGER" for phase in PHASES)
    return f"""
WITH line AS (
    SELECT
        b.*, d.retrieved_at, t.table_index,
        concat_ws('|', b.institution, b.fiscal_year, coalesce(b.period, '?'), b.classification,
            coalesce(b.currency, '?'), CASE
            WHEN b.institution = '{UNKNOWN_INSTITUTION}' OR b.fiscal_year = {UNKNOWN_YEAR} OR b.period IS NULL
            THEN b.document_id END) AS scope,
        b.code IS NOT NULL AND count(DISTINCT coalesce(b.label, '')) OVER (PARTITION BY b.table_id, b.code) = 1
            AS coded
    FROM budget_execution b
    JOIN documents d USING (document_id)
    JOIN tables t USING (document_id, table_id)
    WHERE b.row_role = 'detail' AND t.copy_of IS NULL AND b.classification NOT IN {_NO_CLASSIFICATION}
        AND coalesce({phases}) IS NOT NULL
        AND b.document_id NOT IN (
            SELECT supersedes FROM documents WHERE supersedes IS NOT NULL AND supersedes <> document_id)
),
keyed AS MATERIALIZED (
    SELECT *, CASE WHEN coded THEN code ELSE coalesce(label, label_printed, 'fila ' || "row") END AS line_key
    FROM line
),
candidate AS MATERIALIZED (
    SELECT
        scope, table_id, {sums}, {n_phases} AS n_phases,
        count(*) = count(DISTINCT line_key) AS once,
        bool_and(coded) AND min(length(code)) = max(length(code)) AND any_value(classification) IN {_NATIONAL}
            AS joinable,
        min(length(code)) AS code_length,
        any_value(retrieved_at) AS retrieved_at, any_value(table_index) AS table_index
    FROM keyed GROUP BY scope, table_id
),
amount AS MATERIALIZED (
    SELECT scope, table_id, phase, total FROM candidate UNPIVOT (total FOR phase IN ({", ".join(_WEIGHED)}))
),
outweighed AS (
    SELECT DISTINCT small.table_id
    FROM amount small JOIN amount large USING (scope, phase)
    WHERE large.table_id <> small.table_id AND small.total >= 0 AND large.total > small.total * {_OUTWEIGHS}
),
ranked AS MATERIALIZED (
    SELECT scope, table_id, joinable, code_length, row_number() OVER (
        PARTITION BY scope
        ORDER BY table_id IN (FROM outweighed), once DESC, n_phases DESC, retrieved_at DESC, table_index, table_id
    ) AS place
    FROM candidate
),
apart AS (
    SELECT later.table_id
    FROM ranked later JOIN ranked better ON later.scope = better.scope AND better.place < later.place
    WHERE NOT (later.joinable AND better.joinable AND later.code_length = better.code_length)
    UNION
    SELECT later.table_id
    FROM ranked later
    JOIN ranked better ON later.scope = better.scope AND better.place < later.place
    JOIN keyed l ON l.table_id = later.table_id
    JOIN keyed b ON b.table_id = better.table_id AND b.line_key = l.line_key
)
SELECT {listed}
FROM (
    SELECT
        * REPLACE (line_key AS code),
        count(*) OVER (PARTITION BY table_id, line_key)::INTEGER AS times_printed,
        row_number() OVER (PARTITION BY table_id, line_key ORDER BY "row") AS nth
    FROM keyed
    WHERE table_id NOT IN (FROM apart)
)
WHERE nth = 1
"""
