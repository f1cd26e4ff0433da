"""Reports of one year, one after the other: the findings over time do not depend on the order in which they came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rendicion_etl
from corrected import entry
from corrected import write as write_corrections
from pdfs import Ruled, write_pdf
from rendicion_etl.archive.store import place_of
from rendicion_etl.runs import over_time, publishing, run
from rendicion_etl.runs.report import RunReport
from rendicion_etl.settings import Settings
from validations import Watched

MONTHS = {1: ("Primer", "abril"), 2: ("Segundo", "agosto"), 3: ("Tercer", "diciembre")}
BUDGET = {"Grupo 0": 50_902_568_17, "Grupo 1": 9_097_432_31, "Grupo 2": 6_104_908_12, "Grupo 3": 3_477_238_40}
SPENT = {
    1: {"Grupo 0": 17_593_018_73, "Grupo 1": 2_007_907_02, "Grupo 2": 1_054_566_33, "Grupo 3": 1_064_978_45},
    2: {"Grupo 0": 27_593_018_73, "Grupo 1": 3_007_907_02, "Grupo 2": 913_801_46, "Grupo 3": 2_064_978_45},
    3: {"Grupo 0": 47_593_018_73, "Grupo 1": 8_007_907_02, "Grupo 2": 4_054_566_33, "Grupo 3": 3_064_978_45},
}


def write(path: Path, period: int, spent: dict[str, int] | None = None, remark: str = "") -> Path:
    """The report of a period: Grupo 2 falls in the second."""
    said, month = MONTHS[period]
    rows = [(name, BUDGET[name], n, BUDGET[name] - n) for name, n in (spent or SPENT[period]).items()]
    rows.append(("TOTAL", *(sum(row[k] for row in rows) for k in (1, 2, 3))))
    printed = [(name, *(f"{n / 100:,.2f}" for n in figures)) for name, *figures in rows]
    return write_pdf(
        path,
        "Secretaría de Coordinación Ejecutiva de la Presidencia",
        f"Informe de rendición de cuentas, {said.lower()} cuatrimestre, al último día de {month} de 2021. {remark}",
        f"Enero a {month} de 2021",
        Ruled(
            rows=[("Grupo de gasto", "Vigente", "Devengado", "Saldo por ejecutar"), *printed],
            caption=("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto", "(En quetzales)"),
            bold=(len(rows),),
            widths=(120, 100, 100, 110),
        ),
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("reports")
    return {period: write(folder / f"c{period}.pdf", period) for period in MONTHS}


def ingest(home: Path, *paths: Path) -> RunReport:
    return run.ingest(paths, curated=home / "curated", raw=home / "raw", jobs=1)


def files(home: Path, *datasets: str) -> dict[str, bytes]:
    """The published files of some datasets."""
    root = home / "curated"
    return {str(p.relative_to(root)): p.read_bytes() for d in datasets for p in (root / d).rglob("*.parquet")}


def findings(home: Path) -> list[Any]:
    con = rendicion_etl.open_curated(home / "curated")
    return con.sql("select period, check_id, confidence, printed_text, related from findings order by 1, 2").fetchall()


def test_a_fall_is_found_at_the_later_report_and_confirmed_in_both_pdfs(
    tmp_path: Path, reports: dict[int, Path]
) -> None:
    report = ingest(tmp_path, reports[1], reports[2])
    assert [d.findings for d in report.documents] == [{}, {"warning": {"confirmed": 1}}]
    ((period, check_id, confidence, printed, related),) = findings(tmp_path)
    assert (period, check_id, confidence, printed) == ("C2", "periods.cumulative", "confirmed", "913,801.46")
    (other,) = json.loads(related)
    assert (other["table_id"][:13], other["value"]) == ("scep-2021-c1-", "1054566.33")
    page = report.documents[1].report
    assert page is not None
    assert "Otro informe: scep-2021-c1-" in page.read_text()


def test_whatever_the_order_of_arrival_the_files_are_the_same(tmp_path: Path, reports: dict[int, Path]) -> None:
    datasets = ("findings", "check_results", "tables", "cells", "budget_execution")
    ingest(tmp_path / "at once", *reports.values())
    expected = files(tmp_path / "at once", *datasets)
    assert len(expected) == 15
    for order in ((1, 2, 3), (3, 2, 1)):
        home = tmp_path / str(order)
        for period in order:
            ingest(home, reports[period])
        assert files(home, *datasets) == expected, order


def test_a_published_report_that_follows_is_judged_anew_and_told_of(tmp_path: Path, reports: dict[int, Path]) -> None:
    (alone,) = ingest(tmp_path, reports[2]).documents
    assert alone.findings == {}
    first, second = ingest(tmp_path, reports[1]).documents
    assert (first.file_name, first.status, second.file_name, second.status) == (
        "c1.pdf",
        "ingested",
        "c2.pdf",
        "ingested",
    )
    assert (second.document_id, second.findings) == (alone.document_id, {"warning": {"confirmed": 1}})


def test_what_was_validated_before_it_was_judged_over_time_is_validated_again(
    tmp_path: Path, reports: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(tmp_path / "one", *reports.values())
    seen = Watched(monkeypatch, 1)
    settings = Settings(curated=tmp_path / "two/curated", raw=tmp_path / "two/raw", jobs=2)
    with run.open_run(list(reports.values()), settings) as opened:
        first, *others = reversed(opened.tasks)  # the latest of them, which is judged beside the others
        opened.finish([*opened.read([first]), *opened.read(others)])
    (ahead,) = seen.ahead
    assert ahead in seen.at_the_end
    assert seen.sizes == ([1], [1, 1, 1])
    assert files(tmp_path / "two", "findings", "check_results") == files(tmp_path / "one", "findings", "check_results")


def test_what_is_likely_to_be_judged_over_time_is_validated_once(
    tmp_path: Path, reports: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Watched(monkeypatch, 1)
    settings = Settings(curated=tmp_path / "curated", raw=tmp_path / "raw", jobs=2)
    with run.open_run(list(reports.values())[:2], settings) as opened:
        first, second = opened.tasks
        opened.finish([*opened.read([first]), *opened.read([second])])
    assert seen.sizes == ([1], [1])
    with run.open_run([reports[3]], settings) as opened:
        opened.finish(opened.read(opened.tasks))
    assert seen.sizes == ([1], [1, 1]), "the others of its group are published"


def test_a_second_run_changes_nothing(
    tmp_path: Path, reports: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(tmp_path, *reports.values())
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    monkeypatch.setattr(publishing, "publish_run", None)
    assert {d.status for d in ingest(tmp_path, *reports.values()).documents} == {"unchanged"}
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == before


def test_what_a_cut_run_left_unjudged_is_found_by_the_next(
    tmp_path: Path, reports: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had ended between the publication of one report and of the other."""
    ingest(tmp_path, reports[2])
    with monkeypatch.context() as patch:
        patch.setattr(over_time, "complete", lambda outcomes, *_: (list(outcomes), []))
        ingest(tmp_path, reports[1])
    assert findings(tmp_path) == []
    assert [d.status for d in ingest(tmp_path, reports[1]).documents] == ["unchanged", "ingested"]
    assert len(findings(tmp_path)) == 1


def test_a_later_report_whose_pdf_is_gone_stays_as_it_is_with_a_notice(
    tmp_path: Path, reports: dict[int, Path]
) -> None:
    (second,) = ingest(tmp_path, reports[2]).documents
    assert second.sha256 is not None
    place_of(tmp_path / "raw", second.sha256).unlink()
    report = ingest(tmp_path, reports[1])
    assert ([d.status for d in report.documents], list(report.notices)) == (["ingested"], [second.document_id])
    assert findings(tmp_path) == []


def test_a_corrected_report_has_the_later_ones_judged_anew_and_accuses_none(
    tmp_path: Path, reports: dict[int, Path]
) -> None:
    first, second = ingest(tmp_path, reports[1], reports[2]).documents
    said = {"sha256": first.sha256, "document_id": first.document_id, "row": 3, "col": 2, "printed": "1,054,566.33"}
    corrections = write_corrections(tmp_path / "corrections", entry(**said, value="1054566.35"))
    settings = Settings(curated=tmp_path / "curated", raw=tmp_path / "raw", jobs=1, corrections=corrections)
    with run.open_run([reports[1]], settings) as opened:
        corrected, judged = opened.finish(opened.read(opened.tasks)).documents
    assert (corrected.status, judged.status, judged.document_id) == ("ingested", "ingested", second.document_id)
    assert judged.findings == {"warning": {"unconfirmed": 1}}
    with run.open_run([reports[1], reports[2]], settings) as opened:
        assert opened.tasks == []


def test_what_cannot_be_read_a_second_time_in_the_earlier_pdf_is_not_confirmed(
    tmp_path: Path, reports: dict[int, Path]
) -> None:
    (first,) = ingest(tmp_path, reports[1]).documents
    assert first.sha256 is not None
    place_of(tmp_path / "raw", first.sha256).unlink()
    (second,) = ingest(tmp_path, reports[2]).documents
    assert second.findings == {"warning": {"unconfirmed": 1}}


def test_a_replaced_file_supersedes_the_earlier_one_and_tells_what_changed(
    tmp_path: Path, reports: dict[int, Path]
) -> None:
    again = {**SPENT[1], "Grupo 2": 1_045_566_33}
    (old,) = ingest(tmp_path, reports[1]).documents
    archived = place_of(tmp_path / "raw", old.sha256 or "").with_suffix(".json")
    record = json.loads(archived.read_text())
    archived.write_text(json.dumps({**record, "retrieved_at": "2021-05-10T00:00:00+00:00"}))
    first_date = ingest(tmp_path, write(tmp_path / "nuevo.pdf", 1, again)).documents
    new = next(d for d in first_date if d.file_name == "nuevo.pdf")
    assert new.findings == {"info": {"confirmed": 4}}
    con = rendicion_etl.open_curated(tmp_path / "curated")
    told = con.sql("select supersedes from documents where supersedes is not null").fetchall()
    assert told == [(old.document_id,)]
    changed = con.sql("select printed_text, expected_text from findings where row = 3 and col = 2").fetchall()
    assert changed == [("1,045,566.33", "1,054,566.33")]
    assert con.sql("select distinct document_id from ejecucion").fetchall() == [(new.document_id,)]


def test_periods_are_compared_with_the_version_that_holds(tmp_path: Path, reports: dict[int, Path]) -> None:
    """The second version of the first report takes back what the second report seems to have lost."""
    corrected = write(tmp_path / "c1 corregido.pdf", 1, {**SPENT[1], "Grupo 2": 800_000_11})
    ingest(tmp_path, reports[1])
    (record,) = (tmp_path / "raw").rglob("*.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "retrieved_at": "2021-05-10T00:00:00+00:00"}))
    ingest(tmp_path, reports[2])
    assert [check for _, check, *_ in findings(tmp_path)] == ["periods.cumulative"]
    ingest(tmp_path, corrected)
    assert {check for _, check, *_ in findings(tmp_path)} == {"revisions.changed"}


def test_reports_of_other_years_and_budgets_are_left_alone(tmp_path: Path, reports: dict[int, Path]) -> None:
    other = write(tmp_path / "otro.pdf", 1, {"Grupo 0": 1_000_00, "Grupo 1": 2_000_00}, "De otra unidad.")
    report = ingest(tmp_path, reports[1], other)
    assert [d.findings for d in report.documents] == [{}, {}]
    con = rendicion_etl.open_curated(tmp_path / "curated")
    assert con.sql("select count(*) from documents where supersedes is not null").fetchall() == [(0,)]
