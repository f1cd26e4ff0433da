-- title.es: Lo mismo impreso dos veces con cifras distintas
-- title.en: The same thing printed twice with different figures
-- asks.es: ¿Qué cifras de una tabla dicen otra cosa en otra tabla del mismo informe?
-- asks.en: Which figures of one table say something else in another table of the same report?
-- reads.es: Cada fila opone dos celdas del informe (las copias de anexos no se repiten); la diferencia puede venir de fechas de corte o alcances distintos que el informe no dice.
-- reads.en: Each row sets two cells of the report against each other (copies in annexes are not repeated); they may differ by cut-off dates or scopes that the report does not tell.
SELECT f.document_id, f.page, coalesce(t.number, split_part(t.title, chr(10), 1)) AS tabla, f.column_role, f.printed,
    f.otra.page AS otra_pagina, coalesce(o.number, split_part(o.title, chr(10), 1)) AS otra_tabla, f.expected, f.difference, f.finding_id
FROM (
    SELECT *, unnest(from_json(related, '[{"table_id": "VARCHAR", "page": "INTEGER", "value": "VARCHAR"}]')) AS otra
    FROM findings
    WHERE check_id = 'agreement.across_tables' AND confidence = 'confirmed'
        AND ($institution IS NULL OR institution = $institution)
        AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
        AND ($period IS NULL OR period = $period)
) f
JOIN tables t ON t.table_id = f.table_id
JOIN tables o ON o.table_id = f.otra.table_id AND o.copy_of IS NULL
WHERE f.otra.table_id <> f.table_id AND f.otra.value::DECIMAL(38, 12) = f.expected
ORDER BY abs(f.difference) DESC, f.finding_id, o.table_index
