-- title.es: Las mayores contradicciones
-- title.en: The largest contradictions
-- asks.es: ¿En qué se contradicen más los informes, en qué página y con qué palabras se puede decir?
-- asks.en: Where do reports contradict themselves most, on which page, and in which words can it be told?
-- reads.es: Solo lo confirmado por dos lecturas, y de cada causa su raíz; que dos cifras no concuerden no dice cuál es la correcta. Las cifras van como están impresas, en la unidad que dice unit.
-- reads.en: Only what two readings confirmed, and of each cause its root; that two figures disagree does not say which is right. Figures are as printed, in the unit that unit says.
SELECT finding_id, f.document_id, severity, page, table_number, column_role, printed, expected, difference, t.unit,
    CASE $lang WHEN 'en' THEN message_en ELSE message_es END AS message
FROM findings f LEFT JOIN tables t USING (table_id)
WHERE confidence = 'confirmed' AND severity <> 'info' AND consequence_of IS NULL AND difference IS NOT NULL
    AND column_role IN ('asignado', 'modificaciones', 'vigente', 'comprometido', 'devengado', 'pagado', 'saldo')
    AND ($institution IS NULL OR f.institution = $institution)
    AND ($fiscal_year IS NULL OR f.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR f.period = $period)
ORDER BY abs(difference)::DOUBLE * CASE WHEN ends_with(t.unit, '_millions') THEN 1e6
    WHEN ends_with(t.unit, '_thousands') THEN 1e3 ELSE 1 END DESC, finding_id
LIMIT 20
