-- title.es: Totales que no suman, con sus sumandos
-- title.en: Totals that do not add up, with their addends
-- asks.es: ¿Qué cifras, una por una, entran en cada total que no cuadra?
-- asks.en: Which figures, one by one, enter each total that does not add up?
-- reads.es: printed es el total impreso y expected la suma; cada fila es un sumando con su página, para seguir la cuenta sobre el PDF.
-- reads.en: printed is the total as printed and expected the sum; each row is an addend with its page, to follow the sum in the PDF.
WITH sumando AS (
    SELECT finding_id, check_id, printed, expected, difference, unnest(from_json(related,
        '[{"table_id": "VARCHAR", "row": "INTEGER", "col": "INTEGER", "page": "INTEGER", "value": "VARCHAR"}]')) AS celda
    FROM findings
    WHERE confidence = 'confirmed' AND check_id IN ('totals.column_sum', 'totals.subtotal')
        AND ($institution IS NULL OR institution = $institution)
        AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
        AND ($period IS NULL OR period = $period)
)
SELECT s.finding_id, s.printed, s.expected, s.difference, celda.page, celda.table_id, celda.row, celda.col,
    (SELECT min(c.text) FROM cells c WHERE c.table_id = celda.table_id AND c.row = celda.row
        AND c.column_role = 'label') AS label,
    celda.value::DECIMAL(38, 12) AS value
FROM sumando s
ORDER BY abs(s.difference) DESC, s.finding_id, celda.row, celda.col
