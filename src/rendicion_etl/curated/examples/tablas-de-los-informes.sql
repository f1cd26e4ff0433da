-- title.es: Qué tablas trae cada informe
-- title.en: Which tables each report holds
-- asks.es: ¿Qué tablas hay en cada informe, en qué página, de qué tratan y qué tan seguro es lo leído?
-- asks.en: Which tables does each report hold, on which page, about what, and how sure is their reading?
-- reads.es: acuerdo es la parte de los números que la segunda lectura leyó igual; copia_de nombra la tabla que esta repite.
-- reads.en: acuerdo is the share of numbers that the second reading read alike; copia_de names the table that this one repeats.
SELECT t.document_id, t.table_id, t.number, t.kind, t.unit, t.first_page, t.n_rows, t.n_cols,
    t.agreement AS acuerdo, t.copy_of AS copia_de
FROM tables t JOIN documents d USING (document_id)
WHERE ($institution IS NULL OR d.institution = $institution)
    AND ($fiscal_year IS NULL OR d.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR d.period = $period)
ORDER BY t.document_id, t.table_index
