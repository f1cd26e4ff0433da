-- title.es: Las mayores contradicciones
-- title.en: The largest contradictions
-- asks.es: ¿En qué se contradicen más los informes, en qué página y con qué palabras se puede decir?
-- asks.en: Where do reports contradict themselves most, on which page, and in which words can it be told?
-- reads.es: Solo lo confirmado por dos lecturas, y de cada causa su raíz; que dos cifras no concuerden no dice cuál es la correcta.
-- reads.en: Only what two readings confirmed, and of each cause its root; that two figures disagree does not say which is right.
SELECT finding_id, document_id, severity, page, table_number, column_role, printed, expected, difference,
    CASE $lang WHEN 'en' THEN message_en ELSE message_es END AS message
FROM findings
WHERE confidence = 'confirmed' AND severity <> 'info' AND consequence_of IS NULL AND difference IS NOT NULL
    AND column_role IN ('asignado', 'modificaciones', 'vigente', 'comprometido', 'devengado', 'pagado', 'saldo')
    AND ($institution IS NULL OR institution = $institution)
    AND ($fiscal_year IS NULL OR fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR period = $period)
ORDER BY abs(difference) DESC, finding_id
LIMIT 20
