"""`rendicion serve` with a real Prefect server: runs by schedule, killed in the middle, started again, stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publisher import Publisher, Reply, publishing
from reports import write_report

SOURCE = """
[[source]]
id = "ministerio"
kind = "page"
addresses = ["{address}"]
schedule = "0 6 1 1 *"
allow_private = true
limits = {{ delay = 0, retries = 0 }}
"""
PATIENCE = 300.0  # seconds: a busy machine takes minutes to start the server and to run what is due


def until(question: Callable[[], Any], what: str) -> Any:
    """The answer to a question, once it is one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


class Machine:
    """One machine with its folders, on which the service is started and ended."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port

    @contextmanager
    def service(self) -> Iterator[subprocess.Popen[str]]:
        """The service once it is up; killed at the end if it still is."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {"PREFECT_HOME": str(self.home / "prefect"), "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
        environment["PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS"] = "3"  # else a minute
        command = [sys.executable, "-m", "rendicion_etl", "serve", "--port", str(self.port), "--lang", "en"]
        with (self.home / "said.txt").open("a+") as said:
            begins = said.tell()
            with subprocess.Popen(
                command, cwd=self.home, env=environment, stdout=said, stderr=subprocess.STDOUT, text=True
            ) as process:
                try:
                    until(lambda: "Running" in self.said(begins) or process.poll() is not None, "a service")
                    assert process.poll() is None, self.said(begins)
                    yield process
                finally:
                    process.kill()

    def said(self, begins: int = 0) -> str:
        return (self.home / "said.txt").read_text()[begins:]

    def ask(self, question: Any) -> Any:
        """Ask the server: `question` takes its client."""
        from prefect.client.orchestration import PrefectClient

        async def answer() -> Any:
            async with PrefectClient(f"http://127.0.0.1:{self.port}/api") as client:
                return await question(client)

        return asyncio.run(answer())

    def schedule_soon(self) -> None:
        """Give the deployment of the source, for its schedule, one whose next moment is seconds ahead."""
        from prefect.client.schemas.schedules import IntervalSchedule

        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=6)
        schedule = IntervalSchedule(interval=dt.timedelta(days=1), anchor_date=soon)

        deployment = until(self.deployment, "a deployment with its own schedule")
        (own,) = deployment.schedules
        self.ask(lambda client: client.update_deployment_schedule(deployment.id, own.id, schedule=schedule))

    def deployment(self) -> Any:
        """The deployment of the source, once the service has given it the schedule of its file."""
        from prefect.client.schemas.schedules import CronSchedule
        from prefect.exceptions import ObjectNotFound

        try:
            found = self.ask(lambda client: client.read_deployment_by_name("vigilar/ministerio"))
        except ObjectNotFound:
            return None
        is_as_in_the_file = [each.schedule for each in found.schedules] == [
            CronSchedule(cron="0 6 1 1 *", timezone="America/Guatemala")
        ]
        return found if is_as_in_the_file else None

    def visits(self, *states: str) -> list[Any]:
        """The watches in some states, in the order in which they began."""
        runs = self.ask(lambda client: client.read_flow_runs())
        watches = [run for run in runs if run.name.startswith("vigilar") and run.state_name in states]
        return sorted(watches, key=lambda run: run.start_time)

    def is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def schedules(self) -> list[tuple[int, int]]:
        """Of the source, as the server's database has them: whether active, and whether its deployment is paused."""
        asked = """
            SELECT s.active, d.paused FROM deployment_schedule s JOIN deployment d ON d.id = s.deployment_id
            WHERE d.name = 'ministerio'
        """
        with sqlite3.connect(self.home / "prefect" / "prefect.db") as database:
            return database.execute(asked).fetchall()

    def published(self) -> dict[str, int]:
        """How many files each dataset has."""
        curated = self.home / "curated"
        return {path.name: len(list(path.rglob("*.parquet"))) for path in curated.iterdir() if path.name[0] != "."}


def offer(institution: Publisher, *reports: Path) -> None:
    institution.page("/informes", *(f"/{path.name}" for path in reports))
    for path in reports:
        institution.at[f"/{path.name}"] = Reply(path.read_bytes(), etag=f'"{path.name}"')


def test_a_scheduled_run_is_cut_short_and_done_again_after_a_restart(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    machine = Machine(tmp_path, port)
    first, second = (write_report(tmp_path / f"{year}.pdf", year=year) for year in (2019, 2020))
    with publishing() as institution:
        (tmp_path / "sources.toml").write_text(SOURCE.format(address=institution.url("/informes")))
        offer(institution, first, second)
        institution.at["/2020.pdf"] = Reply(second.read_bytes(), drip=1)  # takes many minutes

        with machine.service() as process:
            machine.schedule_soon()
            until(lambda: "/2020.pdf" in institution.paths(), "a run by schedule")
            (run,) = machine.visits("Running")
            assert run.auto_scheduled
            process.kill()
        until(lambda: not machine.is_up(), "the end of the server with the service")

        offer(institution, first, second)
        with machine.service() as process:
            (done,) = until(lambda: machine.visits("Completed"), "the run that was cut short")
            assert [each.id for each in machine.visits("Crashed")] == [run.id]
            assert done.parameters == run.parameters
            assert done.state.message == "1 fuentes visitadas: 2 documentos nuevos, 2 dibujados"
            machine.schedule_soon()
            _, later = until(lambda: machine.visits("Completed")[1:] and machine.visits("Completed"), "the schedule")
            assert later.auto_scheduled
            assert later.state.message == "1 fuentes visitadas: nada nuevo"
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        assert not machine.is_up()

    counts = machine.published()
    assert counts["documents"] == 2
    assert {counts[name] for name in ("tables", "cells", "findings", "check_results")} == {2}
    assert "quarantine" not in counts or counts["quarantine"] == 0
    assert institution.paths().count("/2019.pdf") >= 2, "fetched before the service was killed, and asked for again"
    assert machine.schedules() == [(1, 0)], "a service that is stopped pauses nothing"
