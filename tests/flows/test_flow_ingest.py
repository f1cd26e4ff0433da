"""The Prefect flow: the pipeline's own work, with names, retries and a result table around it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from servers import ask

from rendicion_etl.runs.staging import StagedDocument, Task, stage_document
from reports import write_report
from validations import Watched


@pytest.fixture
def flows(prefect: None) -> ModuleType:
    """The flow's module."""
    import ingest

    return ingest


def run_flow(flows: ModuleType, home: Path, *paths: Path) -> Any:
    return flows.ingest([str(p) for p in paths], str(home / "curated"), str(home / "raw"), return_state=True)


def test_a_failed_document_does_not_stop_the_others_and_fails_the_run_at_the_end(
    flows: ModuleType, tmp_path: Path
) -> None:
    good, bad = write_report(tmp_path / "bueno.pdf", total="500.00"), tmp_path / "malo.pdf"
    bad.write_bytes(good.read_bytes()[:700])
    state = run_flow(flows, tmp_path, good, bad)
    report = state.result(raise_on_failure=False)
    assert [d.status for d in report.documents] == ["ingested", "failed"]
    assert report.documents[0].findings == {"critical": {"confirmed": 1}}
    assert state.is_failed()
    assert state.message == "1 de 2 documentos fallaron"
    assert list((tmp_path / "curated" / "documents").rglob("*.parquet"))

    run = ask(lambda client: client.read_flow_run(state.state_details.flow_run_id))
    assert run.name == "ingesta de 2 rutas"
    tasks = {t.name.partition("-")[0]: t for t in ask(lambda client: client.read_task_runs())}
    assert tasks["leer bueno.pdf"].state_name == "Completed"
    assert tasks["leer malo.pdf"].state_name == "Failed"
    assert tasks["leer malo.pdf"].run_count == 1, "a bad document does not get better by trying again"

    (artifact,) = [a for a in ask(lambda client: client.read_artifacts()) if a.flow_run_id == run.id]
    assert artifact.key == "ingesta"
    assert "bueno.pdf" not in artifact.data
    assert report.documents[0].document_id in artifact.data
    assert "malo.pdf" in artifact.data


def test_an_unchanged_document_makes_no_task_and_the_run_succeeds(flows: ModuleType, tmp_path: Path) -> None:
    path = write_report(tmp_path / "sin cambios.pdf")
    assert run_flow(flows, tmp_path, path).is_completed()
    state = run_flow(flows, tmp_path, path)
    assert state.is_completed()
    assert [d.status for d in state.result().documents] == ["unchanged"]
    named = [t.name for t in ask(lambda client: client.read_task_runs()) if "sin cambios.pdf" in t.name]
    assert len(named) == 1


def test_documents_are_validated_while_others_are_read_and_each_once(
    flows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Watched(monkeypatch, 2)
    monkeypatch.setenv("RENDICION_JOBS", "2")
    state = run_flow(
        flows, tmp_path, *(write_report(tmp_path / f"{year}.pdf", year=year) for year in (2011, 2012, 2013))
    )
    assert [d.status for d in state.result().documents] == ["ingested"] * 3
    assert seen.sizes == ([2], [1])


def die_once(task: Task) -> StagedDocument:
    marker = task.stored.path.parents[3] / "tried"
    if not marker.exists():
        marker.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return stage_document(task)


def test_a_reader_that_died_is_tried_again(flows: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "stage_document", die_once)
    monkeypatch.setattr(flows, "read_document", flows.read_document.with_options(retry_delay_seconds=0))
    state = run_flow(flows, tmp_path, write_report(tmp_path / "a.pdf", year=2018))
    assert (tmp_path / "tried").exists()
    assert [d.status for d in state.result().documents] == ["ingested"]


def test_a_cron_deployment_gets_its_scheduled_runs(flows: ModuleType) -> None:
    """With sqlalchemy 2.1 Prefect 3.8 never makes them, and nothing but the server's log says so."""
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.server.services.scheduler import schedule_deployments

    async def deploy(client: Any) -> Any:
        schedule = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 6 * * *"), active=True)
        return await client.create_deployment(await client.create_flow(flows.ingest), "diario", schedules=[schedule])

    async def scheduled(client: Any) -> Any:
        await schedule_deployments()  # what the server does every minute, on the same database
        return [run for run in await client.read_flow_runs() if run.deployment_id == deployment]

    deployment = ask(deploy)
    runs = ask(scheduled)
    assert len(runs) >= 3
    assert {(run.state_name, run.expected_start_time.hour) for run in runs} == {("Scheduled", 6)}
