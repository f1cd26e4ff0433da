-- title.es: Líneas con dinero y casi sin ejecución
-- title.en: Lines with money and hardly any execution
-- asks.es: ¿Qué líneas tenían presupuesto y devengaron menos del 10 % (o del --set limite=...)?
-- asks.en: Which lines had a budget and executed under 10 % of it (or under --set limite=...)?
-- reads.es: La misma partida aparece una vez por clasificación: elija una antes de contar o sumar.
-- reads.en: The same money stands here once per classification: choose one before counting or adding up.
SELECT institution, fiscal_year, period, classification, code, label, vigente, devengado,
    round(100 * devengado / vigente, 2) AS pct, page
FROM ejecucion
WHERE vigente > 0 AND 100 * devengado / vigente < coalesce($limite::DECIMAL(5, 2), 10)
    AND ($classification IS NULL OR classification = $classification)
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY institution, fiscal_year, period, classification, pct, vigente DESC, code
