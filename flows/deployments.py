"""The flows on their schedules, run on this machine one after the other: what `rendicion serve` starts beside a server.

What an earlier service left behind is taken up first: a run that was cut short is run again, and of those that were
missed meanwhile one a schedule. Each run does all that is due, so none of the others is lacking.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.runner import Runner
from prefect.states import Cancelled, Crashed

from backfill import backfill
from ingest import ingest
from publish import LIMIT, publish
from rendicion_etl.archive.sources import read_sources
from rendicion_etl.runs.service import TIME_ZONE, plan_of
from rendicion_etl.settings import Settings
from watch import watch

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

TAG = "rendicion"
AGAIN = "otra vez"
ATTEMPTS = 3  # of a run that ends the service each time; one that somebody was cancelling has had its last
UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


async def deployments(settings: Settings) -> list[RunnerDeployment]:
    """A deployment for each source with a schedule, one for all others, and those to be run by hand."""

    def at(cron: str) -> CronSchedule:
        return CronSchedule(cron=cron, timezone=TIME_ZONE)

    tags = [TAG]
    out = [
        await watch.ato_deployment(each.name, schedule=at(each.cron), parameters={"ids": each.ids}, tags=tags)
        for each in plan_of(read_sources(settings.sources), settings.schedule)
    ]
    if settings.publish_at:  # of its own: Prefect does not take a schedule away from a deployment
        out.append(await publish.ato_deployment("programado", schedule=at(settings.publish_at), tags=tags))
    by_hand = (watch, publish, ingest, backfill)
    return [*out, *[await each.ato_deployment("a-mano", tags=tags) for each in by_hand]]


async def serve() -> None:
    """Run what the schedules ask for, until this process is ended."""
    # One flow at a time: its documents are read by all processors anyway, and nobody else writes the site meanwhile.
    # Prefect would pause every schedule as it stops, and leave them so.
    runner = Runner(name="rendicion", limit=1, pause_on_shutdown=False)
    served = [await runner.aadd_deployment(each) for each in await deployments(Settings())]
    async with get_client() as client:
        await client.upsert_global_concurrency_limit_by_name(LIMIT, 1)
        await forget_others(client, served)
        await take_up(client, served)
    await runner.start()


async def forget_others(client: PrefectClient, served: Iterable[UUID]) -> None:
    """Remove deployments of sources that there are no more: their runs would be scheduled, and never run."""
    for each in await client.read_deployments(
        deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    ):
        if each.id not in served and each.work_queue_id is None:
            await client.delete_deployment(each.id)


async def take_up(client: PrefectClient, served: list[UUID]) -> None:
    """Run again what was cut short; of the runs that were missed leave the latest of each deployment, to be run now."""
    cut_short = await _runs(client, served, UNDER_WAY)
    again = set()
    for run in cut_short:
        attempt = next((int(tag.rpartition(" ")[2]) for tag in run.tags if tag.startswith(AGAIN)), 1) + 1
        is_last = attempt > ATTEMPTS or run.state_type == StateType.CANCELLING
        said = "el servicio se detuvo" + ("" if is_last else "; se repite")
        parts = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run.id]), state=_of_type(UNDER_WAY)
            )
        )
        for each in (run, *parts):
            await client.set_flow_run_state(each.id, Crashed(message=said), force=True)
        key = (run.deployment_id, str(sorted(run.parameters.items(), key=str)))
        if run.deployment_id and not is_last and key not in again:
            tags = [*(tag for tag in run.tags if not tag.startswith(AGAIN)), f"{AGAIN} {attempt}"]
            await client.create_flow_run_from_deployment(run.deployment_id, parameters=run.parameters, tags=tags)
            again.add(key)
    waiting = {deployment for deployment, _ in again}
    for run in reversed(await _runs(client, served, (StateType.SCHEDULED,), before=dt.datetime.now(dt.UTC))):
        if run.auto_scheduled and run.deployment_id in waiting:
            said = "el servicio no estaba; otra visita hace lo de todas"
            await client.set_flow_run_state(run.id, Cancelled(message=said), force=True)
        waiting.add(run.deployment_id)


async def _runs(
    client: PrefectClient, served: list[UUID], types: Iterable[StateType], before: dt.datetime | None = None
) -> list[FlowRun]:
    """The runs of some deployments in some states, in the order in which they were due."""
    asked = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=served),
        state=_of_type(types),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=before) if before else None,
    )
    found: list[FlowRun] = []
    while page := await client.read_flow_runs(flow_run_filter=asked, limit=200, offset=len(found)):
        found += page
    return sorted(found, key=lambda run: run.next_scheduled_start_time or run.created)


def _of_type(types: Iterable[StateType]) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))


if __name__ == "__main__":
    asyncio.run(serve())
