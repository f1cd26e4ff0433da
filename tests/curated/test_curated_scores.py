"""The view `scores`: three rows for every document, the same numbers as the score that a run tells."""

from pathlib import Path

from curated_examples import document, finding, published, records, table

from rendicion_etl.checks.model import Result
from rendicion_etl.checks.score import Score, scores
from rendicion_etl.curated.query import open_curated


def results(of):
    """Failures of each kind: critical, a doubt, only rounding, graver than its rule; and a rule that did not apply."""
    sure = {"confidence": "confirmed"}
    found = [
        finding(of, **sure),
        finding(of, row=2, confidence="unconfirmed"),
        finding(of, row=1, severity="info", **sure),
        finding(of, row=2, check_id="agreement.across_tables", severity="critical", **sure),
    ]
    return [
        Result("totals.column_sum", "1", of.tables[0].table_id, "fail", None, 9, 6, found[:3]),
        Result("agreement.across_tables", "1", None, "fail", None, 4, 3, found[3:]),
        Result("percentages.base", "1", None, "not_applicable", "sin porcentajes", 0, 0),
        Result("totals.gone", "1", None, "pass", None, 2, 2),
    ]


def rows(curated: Path):
    names = "document_id, severity, n_applied, n_passed, n_unconfirmed"
    return open_curated(curated).execute(f"select {names} from scores").fetchall()


def test_the_view_says_what_the_run_says(tmp_path):
    made = document(table())
    published(tmp_path, made, *results(made))
    rows_of = records(made, *results(made))
    told = scores(rows_of["check_results"], rows_of["findings"])
    assert told == [Score("critical", 8, 6, 1), Score("warning", 3, 3, 0), Score("info", 3, 2, 0)]
    expected = [(made.document_id, s.severity, s.n_applied, s.n_passed, s.n_unconfirmed) for s in told]
    assert sorted(rows(tmp_path)) == sorted(expected)


def test_a_document_to_which_nothing_applied_is_there_with_nothing_of_nothing(tmp_path):
    made = published(tmp_path, document(table()))
    assert sorted(rows(tmp_path)) == [(made.document_id, s, 0, 0, 0) for s in ("critical", "info", "warning")]


def test_documents_are_not_mixed(tmp_path):
    first, second = document(table()), document(table(), sha256="f" * 64, period="C2")
    published(tmp_path, first, *results(first))
    published(tmp_path, second, Result("totals.subtotal", "1", None, "pass", None, 1, 1))
    sql = "select period, n_passed, n_applied from scores where severity = 'warning' order by period"
    assert open_curated(tmp_path).execute(sql).fetchall() == [("C1", 3, 3), ("C2", 1, 1)]
