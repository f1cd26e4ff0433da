-- title.es: Dónde está impresa una cifra
-- title.en: Where a figure is printed
-- asks.es: ¿En qué lugares de los informes, tablas o prosa, está impresa una cifra dada?
-- asks.en: In which places of the reports, tables or prose, is a given figure printed?
-- reads.es: La cifra se busca como está impresa: 62.3 en una tabla en millones no es 62,300,000.
-- reads.en: The figure is sought as printed: 62.3 in a table in millions is not 62,300,000.
-- needs: cifra=19600925.75
WITH lugar AS (
    SELECT c.document_id, c.page, coalesce(t.number, split_part(t.title, chr(10), 1)) AS tabla, c.row, c.col, c.top,
        (SELECT min(l.text) FROM cells l WHERE l.table_id = c.table_id AND l.row = c.row AND l.column_role = 'label')
            AS fila,
        (SELECT string_agg(h.text, ' · ' ORDER BY h.row) FROM cells h WHERE h.table_id = c.table_id
            AND h.row < t.n_header_rows AND h.col <= c.col AND h.col + h.col_span > c.col
            AND h.col_span < t.n_cols) AS columna,
        c.text
    FROM cells c JOIN tables t USING (document_id, table_id)
    WHERE c.value = replace($cifra, ',', '')::DECIMAL(38, 12)
    UNION ALL
    SELECT document_id, page, NULL, NULL, NULL, top, NULL, concept, text
    FROM statements
    WHERE amount = replace($cifra, ',', '')::DECIMAL(38, 12)
)
SELECT d.institution, d.fiscal_year, d.period, lugar.page, tabla, "row", col, fila, columna, text
FROM lugar JOIN documents d USING (document_id)
WHERE ($institution IS NULL OR d.institution = $institution)
    AND ($fiscal_year IS NULL OR d.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR d.period = $period)
ORDER BY d.document_id, lugar.page, lugar.top, "row", col
