"""The service of one machine: who is visited when, and that it is alone."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rendicion_etl.archive.sources import Source
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.service import OTHERS, Visiting, alone, plan_of, serve


def source(name: str, schedule: str | None = None) -> Source:
    return Source(name, "folder", ("/bandeja",), schedule=schedule)


def test_sources_with_a_schedule_are_visited_by_themselves_and_all_others_together() -> None:
    known = {each.id: each for each in (source("a"), source("b", "5 4 * * *"), source("c"))}
    assert plan_of(known, "0 6 * * *") == [
        Visiting("b", ["b"], "5 4 * * *"),
        Visiting(OTHERS, ["a", "c"], "0 6 * * *"),
    ]


def test_where_every_source_has_a_schedule_there_are_no_others() -> None:
    assert plan_of({"b": source("b", "5 4 * * *")}, "0 6 * * *") == [Visiting("b", ["b"], "5 4 * * *")]
    assert plan_of({}, "0 6 * * *") == []


def test_a_schedule_that_is_none_is_refused_by_what_was_given() -> None:
    with pytest.raises(RendicionError, match=re.escape("cada día")):
        plan_of({}, "cada día")


def test_a_second_service_on_the_same_home_is_refused_with_the_process_of_the_first(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(RendicionError, match="ya hay un servicio") as refused, alone(tmp_path):
        pass
    assert re.search(r"proceso \d+", refused.value.why)
    with alone(tmp_path):
        pass  # the lock goes with its holder


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(RendicionError, match="el puerto está ocupado"),
    ):
        serve(taken.getsockname()[1], print)


def test_a_server_of_ones_own_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    with pytest.raises(RendicionError, match="no responde") as told:
        serve(port, print)
    assert "PREFECT_API_URL" in told.value.next_step


def test_a_command_on_the_leash_ends_with_who_holds_it_and_takes_its_children_along(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    grandchild = f"import time, pathlib\nwhile True: pathlib.Path({str(mark)!r}).touch(); time.sleep(0.01)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    leashed = [sys.executable, "-m", "rendicion_etl.runs.leash", sys.executable, "-c", child]
    with subprocess.Popen(leashed, stdin=subprocess.PIPE, start_new_session=True) as process:
        while not mark.exists():
            time.sleep(0.01)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == -9
    mark.unlink()
    time.sleep(0.2)
    assert not mark.exists()


def test_a_command_on_the_leash_gives_its_exit_code() -> None:
    leashed = [sys.executable, "-m", "rendicion_etl.runs.leash", sys.executable, "-c", "raise SystemExit(7)"]
    with subprocess.Popen(leashed, stdin=subprocess.PIPE) as process:
        assert process.wait(10) == 7
