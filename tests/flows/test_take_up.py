"""What a service takes up that an earlier one left: runs cut short, runs missed, deployments of sources long gone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from servers import ask

from rendicion_etl.settings import Settings

SOURCE = '[[source]]\nid = "{id}"\nkind = "folder"\naddresses = ["."]\nschedule = "0 6 * * *"\n'


@pytest.fixture
def deployed(prefect: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, UUID]:
    """The deployments of a file with one source, by name."""
    (tmp_path / "sources.toml").write_text(SOURCE.format(id=tmp_path.name.replace("_", "-")))
    from deployments import deployments

    async def deploy(client: Any) -> dict[str, UUID]:
        made = await deployments(Settings(sources=tmp_path / "sources.toml", publish_at="0 3 * * *"))
        return {f"{each.flow_name}/{each.name}": await each.aapply() for each in made}

    return ask(deploy)


def runs_of(deployment: UUID) -> list[Any]:
    runs = ask(lambda client: client.read_flow_runs())
    return sorted((run for run in runs if run.deployment_id == deployment), key=lambda run: run.created)


def add_run(deployment: UUID, **more: Any) -> UUID:
    return ask(lambda client: client.create_flow_run_from_deployment(deployment, **more)).id


def set_state(run: UUID, state: Any) -> None:
    ask(lambda client: client.set_flow_run_state(run, state, force=True))


def take_up(deployed: dict[str, UUID]) -> None:
    import deployments

    ask(lambda client: deployments.take_up(client, list(deployed.values())))


def test_a_run_cut_short_is_crashed_and_another_like_it_waits(deployed: dict[str, UUID]) -> None:
    from prefect.states import Running

    by_hand = deployed["vigilar/a-mano"]
    cut = add_run(by_hand, parameters={"ids": ["ministerio"]})
    set_state(cut, Running())
    take_up(deployed)
    before, after = runs_of(by_hand)[-2:]
    assert (before.id, before.state_name) == (cut, "Crashed")
    assert (after.state_name, after.parameters["ids"]) == ("Scheduled", ["ministerio"])
    set_state(after.id, Running())
    take_up(deployed)
    set_state(runs_of(by_hand)[-1].id, Running())
    take_up(deployed)
    states = [run.state_name for run in runs_of(by_hand) if run.parameters.get("ids") == ["ministerio"]]
    assert states == ["Crashed"] * 3, "not a fourth time"


def test_of_the_scheduled_runs_that_were_missed_the_latest_is_left_and_those_asked_for_stay(
    deployed: dict[str, UUID],
) -> None:
    from prefect.server.services.scheduler import schedule_deployments
    from prefect.states import Scheduled

    async def schedule(client: Any) -> None:
        await schedule_deployments()  # what the server does every minute, on the same database

    source = deployed["publicar/programado"]
    ask(schedule)
    *missed, to_come = (run.id for run in runs_of(source) if run.auto_scheduled)
    now = dt.datetime.now(dt.UTC)
    for run, days in zip(missed, (1, 2), strict=True):
        set_state(run, Scheduled(scheduled_time=now - dt.timedelta(days=days)))
    asked_for = add_run(source, state=Scheduled(scheduled_time=now - dt.timedelta(days=4)))
    take_up(deployed)
    states = {run.id: run.state_name for run in runs_of(source)}
    assert [states[run] for run in missed] == ["Scheduled", "Cancelled"]
    assert states[asked_for] == states[to_come] == "Scheduled"


def test_deployments_of_sources_that_are_gone_are_forgotten_and_those_of_work_pools_are_not(
    deployed: dict[str, UUID],
) -> None:
    import deployments

    kept = {name: id for name, id in deployed.items() if name.startswith("publicar/")}
    ask(lambda client: deployments.forget_others(client, list(kept.values())))
    left = {each.id for each in ask(lambda client: client.read_deployments())}
    assert set(kept.values()) <= left
    assert not (set(deployed.values()) - set(kept.values())) & left
