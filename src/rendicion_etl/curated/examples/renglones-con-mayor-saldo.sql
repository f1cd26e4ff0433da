-- title.es: Renglones con mayor saldo
-- title.en: Object codes with the largest balance
-- asks.es: ¿En qué renglones queda más dinero por ejecutar?
-- asks.en: In which object codes (renglones) is most money left to execute?
-- reads.es: saldo es el impreso; un saldo grande a principio de año es normal, a fin de año no.
-- reads.en: saldo is as printed; a large one is normal early in the year, not at its end.
SELECT institution, fiscal_year, period, code, label, vigente, devengado, saldo,
    round(100 * devengado / nullif(vigente, 0), 2) AS pct, page
FROM ejecucion
WHERE classification = 'renglon' AND saldo IS NOT NULL
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY saldo DESC, institution, fiscal_year, period, code
LIMIT 20
