"""revisions.changed: what a report says otherwise than the version that it replaces."""

from __future__ import annotations

from decimal import Decimal

from earlier_reports import CAPTION, GROUPS, groups, report

from rendicion_etl.checks import revisions_changed
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.model import Document


def beside(new: Document, old: Document) -> list[Result]:
    new.history, new.supersedes = (old,), old.document_id
    return revisions_changed.run(new)


def found(new: Document, old: Document) -> list[Finding]:
    return [f for r in beside(new, old) for f in r.findings]


def test_a_report_that_replaces_none_is_not_judged() -> None:
    (result,) = revisions_changed.run(report(4, groups(), history=[report(3, groups())]))
    assert (result.outcome, result.table_id) == ("not_applicable", None)


def test_the_same_cells_pass() -> None:
    (result,) = beside(report(5, groups()), report(4, groups()))
    assert (result.outcome, result.n_applied) == ("pass", 25)


def test_a_changed_cell_is_told_with_both_texts() -> None:
    old = report(4, groups())
    (cell, its_total) = found(report(5, groups(g2="1,054,566.33 > 1,054,566.30")), old)
    assert (cell.severity, cell.place.row, cell.place.col) == ("info", 3, 3)
    assert (cell.printed, cell.expected) == (Decimal("1054566.30"), Decimal("1054566.33"))
    assert (cell.printed_text, cell.expected_text) == ("1,054,566.30", "1,054,566.33")
    assert [p.table_id for p in cell.related] == [old.tables[0].table_id]
    assert its_total.place.row == 5


def test_white_space_is_no_change() -> None:
    spaced = tuple(row.replace("1,054,566.33", "1,054, 566.33").replace("Grupo 2", "Grupo  2") for row in groups())
    assert found(report(5, spaced), report(4, groups())) == []


def test_rows_added_and_taken_out_are_told_of_the_table() -> None:
    (finding,) = found(report(5, (*GROUPS, "Grupo 9 | 0 | 0 | 0 | 0")), report(4, GROUPS[:-1]))
    assert (finding.place.row, finding.printed) == (None, None)
    assert "2 filas son nuevas" in finding.message_es
    assert "2 rows are new" in finding.message_en


def test_a_table_with_many_changes_is_told_as_a_whole() -> None:
    lines = [f"Grupo {k} | {k}00.00 | {k}00.00 | {k}0.00 | {k}1.00" for k in range(1, 9)]
    changed = [line.replace("0.00", "5.00") for line in lines]
    (finding,) = found(report(5, (GROUPS[0], *changed)), report(4, (GROUPS[0], *lines)))
    assert finding.place.row is None
    assert "24 celdas dicen otra cosa" in finding.message_es


def test_a_table_without_a_counterpart_is_not_judged() -> None:
    other = report(4, groups(), caption=("Cuadro 9", "Ingresos por rubro"))
    (result,) = beside(report(5, groups(), caption=CAPTION), other)
    assert (result.outcome, result.table_id) == ("not_applicable", None)
