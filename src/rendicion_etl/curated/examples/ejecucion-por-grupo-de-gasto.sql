-- title.es: Ejecución por grupo de gasto
-- title.en: Execution by expense group
-- asks.es: ¿En qué se gasta: cuánto pesa cada grupo de gasto y cuánto de él se devengó?
-- asks.en: What is money spent on: how much does each expense group weigh, and how much of it was executed?
-- reads.es: peso es la parte del vigente de toda la tabla; pct, la parte del vigente del grupo que se devengó.
-- reads.en: peso is the share of the whole table's vigente; pct, the executed share of the group's own.
SELECT institution, fiscal_year, period, code, label, vigente, devengado, saldo,
    round(100 * vigente / nullif(sum(vigente) OVER (PARTITION BY institution, fiscal_year, period, currency,
        CASE WHEN institution = 'unknown' OR fiscal_year = 0 OR period IS NULL THEN document_id END), 0), 2) AS peso,
    round(100 * devengado / nullif(vigente, 0), 2) AS pct
FROM ejecucion
WHERE classification = 'grupo_gasto'
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY institution, fiscal_year, period, code
