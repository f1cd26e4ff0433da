-- title.es: Cita de una celda
-- title.en: Citation of a cell
-- asks.es: ¿Cómo se cita una celda de modo que cualquiera la vuelva a encontrar?
-- asks.en: How is a cell cited so that anybody can find it again?
-- reads.es: sha256 identifica el PDF exacto; row y col cuentan desde 0, como en el conjunto cells.
-- reads.en: sha256 identifies the exact PDF; row and col count from 0, as in the dataset cells.
-- needs: table_id=scep-2021-c1-b258dfc4/t04 row=24 col=3
SELECT c.text,
    concat_ws(', ', coalesce(d.institution_name, d.institution),
        concat_ws(' ', d.period, nullif(d.fiscal_year, 0)), '«' || d.file_name || '»', 'p. ' || c.page,
        coalesce(t.number, split_part(t.title, chr(10), 1)),
        CASE $lang WHEN 'en' THEN 'row' ELSE 'fila' END || ' «' || (SELECT min(l.text) FROM cells l WHERE l.table_id = c.table_id AND l.row = c.row
            AND l.column_role = 'label') || '»',
        CASE $lang WHEN 'en' THEN 'column' ELSE 'columna' END || ' «' || (SELECT string_agg(h.text, ' · ' ORDER BY h.row) FROM cells h WHERE h.table_id = c.table_id
            AND h.row < t.n_header_rows AND h.col <= c.col AND h.col + h.col_span > c.col
            AND h.col_span < t.n_cols) || '»',
        'sha256 ' || left(d.sha256, 16) || '…', d.source_url) AS cita
FROM cells c
JOIN tables t USING (document_id, table_id)
JOIN documents d USING (document_id)
WHERE c.table_id = $table_id AND c.row = $row::INTEGER AND c.col = $col::INTEGER
