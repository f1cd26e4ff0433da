-- title.es: Devengado de cada período del año
-- title.en: Executed in each period of the year
-- asks.es: ¿Cuánto se devengó en cada cuatrimestre, y no solo desde enero?
-- asks.en: How much was executed within each four-month period, and not only since January?
-- reads.es: acumulado es lo que el informe dice desde el 1 de enero; en_el_periodo, lo que suma al informe anterior, y queda vacío si ese falta.
-- reads.en: acumulado is what the report says since 1 January; en_el_periodo, what it adds to the report before, null where that one is missing.
WITH institucion AS (
    SELECT institution, fiscal_year, period, currency, left(period, 1) AS clase,
        coalesce(try_cast(substr(period, 2) AS INTEGER), 1) AS numero, sum(vigente) AS vigente, sum(devengado) AS acumulado
    FROM ejecucion
    WHERE classification = coalesce($classification, 'grupo_gasto')
        AND institution <> 'unknown' AND fiscal_year > 0 AND period IS NOT NULL
        AND ($institution IS NULL OR institution = $institution)
        AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    GROUP BY institution, fiscal_year, period, currency
)
SELECT este.institution, este.fiscal_year, este.period, este.vigente, este.acumulado,
    CASE WHEN este.numero = 1 THEN este.acumulado ELSE este.acumulado - antes.acumulado END AS en_el_periodo,
    round(100 * este.acumulado / nullif(este.vigente, 0), 2) AS pct_acumulado
FROM institucion este
LEFT JOIN institucion antes ON antes.institution = este.institution AND antes.fiscal_year = este.fiscal_year
    AND antes.currency IS NOT DISTINCT FROM este.currency AND antes.clase = este.clase
    AND antes.numero = este.numero - 1
ORDER BY este.institution, este.fiscal_year, este.clase, este.numero
