-- title.es: Instituciones que menos ejecutaron
-- title.en: Institutions that executed least
-- asks.es: ¿Qué instituciones habían devengado la menor parte de su presupuesto en cada período?
-- asks.en: Which institutions had executed the smallest share of their budget in each period?
-- reads.es: Suma una sola clasificación (grupo_gasto, o la que diga --set classification=...); compare solo dentro de un mismo período. Un informe de institución, año o período desconocidos no entra.
-- reads.en: Adds up one classification only (grupo_gasto, or the one in --set classification=...); compare within one period only. A report whose institution, year or period is unknown is left out.
SELECT fiscal_year, period, institution, currency,
    sum(vigente) AS vigente, sum(devengado) AS devengado,
    round(100 * sum(devengado) / nullif(sum(vigente), 0), 2) AS pct
FROM ejecucion
WHERE classification = coalesce($classification, 'grupo_gasto')
    AND institution <> 'unknown' AND fiscal_year > 0 AND period IS NOT NULL
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
GROUP BY fiscal_year, period, institution, currency
ORDER BY fiscal_year DESC, period DESC, pct NULLS LAST, institution
