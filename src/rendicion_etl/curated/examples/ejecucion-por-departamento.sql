-- title.es: Ejecución por departamento
-- title.en: Execution by department
-- asks.es: ¿Qué parte de su presupuesto vigente había devengado cada departamento?
-- asks.en: What share of its current budget (vigente) had each department executed?
-- reads.es: De menos a más ejecutado; lo que la institución no reparte por lugar no está aquí.
-- reads.en: From least to most executed; what the institution does not divide by place is not here.
SELECT institution, fiscal_year, period, department_code, label, vigente, devengado, saldo,
    round(100 * devengado / nullif(vigente, 0), 2) AS pct, page
FROM ejecucion
WHERE classification = 'ubicacion_geografica'
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY institution, fiscal_year, period, pct NULLS LAST, department_code
