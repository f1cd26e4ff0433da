-- title.es: Oraciones que contradicen a las tablas
-- title.en: Sentences that contradict the tables
-- asks.es: ¿Qué afirma la prosa del informe que sus propias tablas no sostienen?
-- asks.en: What does the prose of a report claim that its own tables do not bear out?
-- reads.es: sentence es lo impreso; message dice con qué tabla se compara y qué dice esta.
-- reads.en: sentence is as printed; message says which table it is compared with and what that one says.
SELECT f.document_id, f.page,
    (SELECT min(s.text) FROM statements s WHERE s.document_id = f.document_id AND s.page = f.page
        AND s.top < f.bottom AND s.bottom > f.top AND s.x0 < f.x1 AND s.x1 > f.x0) AS sentence,
    coalesce(f.printed::VARCHAR, f.printed_text) AS printed, coalesce(f.expected::VARCHAR, f.expected_text) AS expected,
    CASE $lang WHEN 'en' THEN f.message_en ELSE f.message_es END AS message, f.finding_id
FROM findings f
WHERE f.check_id = 'agreement.narrative' AND f.confidence = 'confirmed'
    AND ($institution IS NULL OR f.institution = $institution)
    AND ($fiscal_year IS NULL OR f.fiscal_year = $fiscal_year::SMALLINT)
    AND ($period IS NULL OR f.period = $period)
ORDER BY f.document_id, f.page, f.top
