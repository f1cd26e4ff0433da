-- title.es: Documentos por puntaje
-- title.en: Documents by score
-- asks.es: ¿Qué informes cuadran menos, de lo que en ellos se pudo comprobar?
-- asks.en: Which reports add up least, of what could be checked in them?
-- reads.es: Se cumplen de las que se pudieron hacer; un documento sin comparaciones aplicables no tiene puntaje, y no es un 100 %.
-- reads.en: Comparisons that hold of those that could be made; a document to which none applied has no score, which is not 100 %.
SELECT s.institution, s.fiscal_year, s.period, s.document_id,
    sum(n_passed) FILTER (severity = 'critical') || '/' || sum(n_applied) FILTER (severity = 'critical') AS criticas,
    sum(n_passed) FILTER (severity = 'warning') || '/' || sum(n_applied) FILTER (severity = 'warning') AS advertencias,
    round(100 * sum(n_passed) FILTER (severity <> 'info') / nullif(sum(n_applied) FILTER (severity <> 'info'), 0), 2)
        AS pct, sum(n_unconfirmed)::INTEGER AS sin_confirmar
FROM scores s
WHERE ($institution IS NULL OR s.institution = $institution)
    AND ($fiscal_year IS NULL OR s.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR s.period = $period)
GROUP BY s.institution, s.fiscal_year, s.period, s.document_id
ORDER BY pct NULLS LAST, s.document_id
