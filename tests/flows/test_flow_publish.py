"""The site as a flow, and thousands of documents in chunks."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers import ask

from reports import write_report


def write_reports(folder: Path, years: range) -> Path:
    folder.mkdir(exist_ok=True)
    for year in years:
        write_report(folder / f"{year}.pdf", year=year)
    return folder


def test_chunks_are_published_one_after_the_other_and_what_is_published_is_passed_over(
    prefect: None, tmp_path: Path
) -> None:
    from backfill import backfill

    where = (str(tmp_path / "curated"), str(tmp_path / "raw"))
    folder = write_reports(tmp_path / "informes", range(2011, 2014))
    state = backfill([str(folder)], *where, chunk=2, return_state=True)
    assert state.is_completed(), state.message
    assert state.message == "3 archivos en 2 lotes: 3 ingeridos"
    run = ask(lambda client: client.read_flow_run(state.state_details.flow_run_id))
    assert run.name == "lotes de informes"
    tasks = [t for t in ask(lambda client: client.read_task_runs()) if t.flow_run_id == run.id]
    assert {t.name for t in tasks} == {"lote 1 de 2: 2011.pdf", "lote 2 de 2: 2013.pdf"}

    (folder / "2014.pdf").write_bytes((folder / "2013.pdf").read_bytes()[:700])
    state = backfill([str(folder)], *where, chunk=2, return_state=True)
    assert state.is_failed()
    assert state.message == "4 archivos en 2 lotes: 3 ya publicados, 1 fallaron"
    assert list(state.result(raise_on_failure=False).failures) == ["2014.pdf"]


@pytest.mark.parametrize(
    ("files", "chunk", "sizes"),
    [(0, 50, []), (1, 50, [1]), (100, 50, [50, 50]), (101, 50, [50, 50, 1]), (20_001, 50, [101] * 198 + [3])],
)
def test_a_run_has_no_more_chunks_than_the_server_bears(
    prefect: None, files: int, chunk: int, sizes: list[int]
) -> None:
    from backfill import chunks_of

    assert [len(some) for some in chunks_of([Path("a.pdf")] * files, chunk)] == sizes


def test_the_site_is_built_and_a_second_time_nothing_is_drawn(prefect: None, tmp_path: Path) -> None:
    from publish import publish
    from rendicion_etl import ingest

    where = (str(tmp_path / "curated"), str(tmp_path / "raw"))
    ingest(write_report(tmp_path / "a.pdf"), curated=where[0], raw=where[1])
    first, second = publish(*where, return_state=True), publish(*where, return_state=True)
    assert first.message == "1 documentos dibujados, 0 sin cambios"
    assert second.message == "0 documentos dibujados, 1 sin cambios"
    links = [a.data for a in ask(lambda client: client.read_artifacts()) if a.key == "sitio"]
    assert any(f"{where[0]}/site/index.html" in link for link in links)


def test_a_site_of_nothing_fails_with_the_reason(prefect: None, tmp_path: Path) -> None:
    from publish import publish

    state = publish(str(tmp_path / "curated"), str(tmp_path / "raw"), return_state=True)
    assert state.is_failed()
