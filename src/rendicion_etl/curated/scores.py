"""The view `scores`: of each document, how many comparisons hold of those that could be made, by severity.

The same counting as `checks.score`, over the views `check_results` and `findings`; a test holds the two together.
"""

from __future__ import annotations

from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.curated.schemas import SCORES


def scores_sql() -> str:
    """The query of the view, over the views of the datasets."""
    from rendicion_etl.checks.score import UNKNOWN, rule_severities

    rules = ", ".join(f"('{check_id}', '{severity}')" for check_id, severity in rule_severities().items())
    severities = ", ".join(f"('{severity}')" for severity in SEVERITIES)
    listed = ", ".join(field.name for field in SCORES.fields)
    counts = ", ".join(f"coalesce(sum({n}), 0)::INTEGER AS {n}" for n in ("n_applied", "n_passed", "n_unconfirmed"))
    return f"""
WITH rule (check_id, severity) AS (VALUES {rules}),
counted AS (
    SELECT document_id, coalesce(severity, '{UNKNOWN}') AS severity, n_applied, n_passed, 0 AS n_unconfirmed
    FROM check_results LEFT JOIN rule USING (check_id)
    UNION ALL  -- a failure counts with the severity of its finding, not of its rule; a doubt not at all
    SELECT f.document_id, coalesce(rule.severity, '{UNKNOWN}'), -1, 0, 0
    FROM findings f LEFT JOIN rule USING (check_id)
    UNION ALL
    SELECT document_id, severity, (confidence = 'confirmed')::INTEGER, 0, (confidence <> 'confirmed')::INTEGER
    FROM findings
),
every AS (SELECT * FROM documents CROSS JOIN (VALUES {severities}) AS s (severity))
SELECT {listed}
FROM (
    SELECT institution, fiscal_year, period, document_id, severity, {counts}
    FROM every LEFT JOIN counted USING (document_id, severity)
    GROUP BY ALL
)
"""
