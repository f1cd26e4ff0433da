-- title.es: Lo que cambió de asignado a vigente
-- title.en: What changed from asignado to vigente
-- asks.es: ¿Qué líneas del presupuesto crecieron o se recortaron después de aprobarse?
-- asks.en: Which budget lines grew or were cut after the budget was approved?
-- reads.es: cambio es vigente menos asignado; modificaciones es lo que la tabla imprime, vacío si no lo imprime.
-- reads.en: cambio is vigente minus asignado; modificaciones is what the table prints, null where it prints none.
SELECT institution, fiscal_year, period, classification, code, label, asignado, modificaciones, vigente,
    vigente - asignado AS cambio,
    round(100 * (vigente - asignado) / nullif(asignado, 0), 2) AS cambio_pct
FROM ejecucion
WHERE classification = coalesce($classification, 'grupo_gasto')
    AND asignado IS NOT NULL AND vigente IS NOT NULL
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY institution, fiscal_year, period, abs(vigente - asignado) DESC, code
