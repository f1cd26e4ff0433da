"""What a worker on another machine staged comes through the store as it made it, or not at all."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from rendicion_etl.archive.objects import Objects
from rendicion_etl.archive.store import receive
from rendicion_etl.runs.afar import Parcel, read_afar, unpack
from rendicion_etl.runs.staging import STAGING, StagedDocument, Task
from rendicion_etl.runs.workers import Outcome
from rendicion_etl.settings import Settings, home
from reports import write_report
from stores import keys, on_another_machine


@pytest.fixture
def settings(bucket: str) -> Settings:
    return Settings(curated=home(f"{bucket}/curated"), raw=home(f"{bucket}/raw"))


@pytest.fixture
def task(settings: Settings, tmp_path: Path) -> Task:
    """A document of the archive, and the folder in which the publisher will want it."""
    stored = receive(write_report(tmp_path / "a.pdf"), settings.raw)
    staging = settings.curated / STAGING / "run-1"
    staging.mkdir(parents=True)
    return Task(stored, staging, settings.raw)


@pytest.fixture
def parcel(task: Task, settings: Settings, tmp_path: Path) -> Parcel:
    """What a worker made of the task, for which nothing is where the publisher has it."""
    with pytest.MonkeyPatch.context() as patch:
        on_another_machine(patch, tmp_path / "workers")
        stored = replace(task.stored, path=tmp_path / "nowhere.pdf")
        outcome = read_afar(replace(task, stored=stored), settings, lambda task, sign: None)
    assert isinstance(outcome.value, Parcel), outcome.failure
    return outcome.value


def test_what_was_staged_afar_lies_where_the_publisher_looks(
    task: Task, parcel: Parcel, settings: Settings, bucket: str
) -> None:
    assert keys(f"{bucket}/curated") == [f"{STAGING}/run-1/{task.stored.sha256}.zip"]
    (outcome,) = unpack([Outcome(task, parcel)], settings)
    assert isinstance(outcome.value, StagedDocument)
    assert all(path.is_relative_to(task.staging) and path.is_file() for path in outcome.value.staged.files.values())
    assert isinstance(outcome.value.page, Path)
    assert (outcome.value.page / "index.html").is_file()
    assert keys(f"{bucket}/curated") == []


def test_what_somebody_changed_in_the_store_is_not_unpacked(
    task: Task, parcel: Parcel, settings: Settings, bucket: str
) -> None:
    """A pickle is a program: only what the worker itself made may be read."""
    Objects(f"{bucket}/curated").write(parcel.key, b"PK something else")
    (outcome,) = unpack([Outcome(task, parcel)], settings)
    assert outcome.failure
    assert "cambió en el almacén" in outcome.failure.why
    assert [path.suffix for path in task.staging.iterdir()] == [".zip"]


def test_what_is_gone_from_the_store_is_a_failure_that_another_attempt_may_mend(
    task: Task, parcel: Parcel, settings: Settings, bucket: str
) -> None:
    Objects(f"{bucket}/curated").remove([parcel.key])
    (outcome,) = unpack([Outcome(task, parcel)], settings)
    assert outcome.failure
    assert outcome.failure.transient


def test_what_another_version_of_the_program_read_is_refused(
    task: Task, parcel: Parcel, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rendicion_etl.runs.afar.pipeline_version", lambda: "0.1.0+another")
    (outcome,) = unpack([Outcome(task, parcel)], settings)
    assert outcome.failure
    assert "otra versión" in outcome.failure.why


def test_a_worker_that_may_not_start_processes_says_what_to_do(
    task: Task, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)  # type: ignore[attr-defined]
    outcome = read_afar(task, settings, lambda task, sign: None)
    assert outcome.failure
    assert "--no-nanny" in outcome.failure.next_step
