-- title.es: Metas físicas
-- title.en: Physical targets
-- asks.es: ¿Qué metas que no son dinero imprimen los informes, y cuánto de cada una?
-- asks.en: Which targets other than money do reports print, and how much of each?
-- reads.es: measure es el encabezado de la columna; solo filas de detalle, porque los totales pueden no sumar.
-- reads.en: measure is the header of the column; details only, since totals may not add up.
SELECT i.institution, i.fiscal_year, i.period, i.page, i.label, i.measure, i.unit, i.value
FROM indicators i JOIN tables t USING (document_id, table_id)
WHERE t.kind = 'metas_fisicas' AND i.row_role = 'detail' AND t.copy_of IS NULL
    AND ($institution IS NULL OR i.institution = $institution)
    AND ($fiscal_year IS NULL OR i.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR i.period = $period)
ORDER BY i.document_id, i.table_id, i.row, i.col
