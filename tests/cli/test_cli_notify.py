"""`rendicion monitor` and `rendicion notify` as a steward meets them, with a real webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver import Receiver, receiving
from rendicion_etl.cli.app import run
from small_reports import finding, report, result, table


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as receiver:
        monkeypatch.setenv("RENDICION_NOTIFY", receiver.address("ganchosecreto"))
        yield receiver


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without a file of sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RENDICION_SOURCES", raising=False)


def where(home: Path) -> list[str]:
    return ["--curated", str(home / "curated"), "--raw", str(home / "raw")]


def alarming(home: Path) -> str:
    """Four reports that are alike, and one in which nothing adds up. Returns the identifier of that one."""
    for k, period in enumerate(("2022-c1", "2022-c2", "2022-c3", "2023-c1")):
        document_id = f"scep-{period}-{k:08x}"
        report(home / "curated", document_id, results=[result(document_id, 100, 98)])
    odd = "scep-2023-c2-0000000f"
    findings = [finding(odd, n) for n in range(60)]
    report(home / "curated", odd, findings=findings, tables=[table(odd, 1)], results=[result(odd, 100, 40)])
    return odd


def test_without_alarms_monitor_says_what_it_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(tmp_path / "curated")
    assert run(["monitor", *where(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "Alarmas: 0; ya revisadas: 0. Fuentes vigiladas: 0. "
        "Documentos comparados con los anteriores de su institución: 0; sin suficientes anteriores: 1.\n"
    )


def test_an_alarm_is_exit_code_4_until_a_person_looked_at_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = alarming(tmp_path)
    assert run(["monitor", *where(tmp_path)]) == 4
    assert f"{odd} (error_rate): Secretaría de Ejemplo, segundo cuatrimestre de 2023: no cuadra el 60.0%" in (
        capsys.readouterr().out
    )
    assert run(["monitor", "--seen", odd, *where(tmp_path)]) == 0
    assert f"Revisada: {odd} (error_rate)\nAlarmas: 0; ya revisadas: 1." in capsys.readouterr().out
    assert run(["monitor", *where(tmp_path)]) == 0


def test_alarms_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = alarming(tmp_path)
    assert run(["monitor", "--json", *where(tmp_path)]) == 4
    told = json.loads(capsys.readouterr().out)
    (alarm,) = told.pop("alarms")
    assert (alarm["rule"], alarm["subject"], alarm["document_id"], alarm["mark"]) == ("error_rate", odd, odd, "errors")
    assert told == {"seen": [], "n_sources": 0, "n_compared": 1, "n_alone": 4}


def test_a_file_of_sources_that_was_named_must_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["monitor", "--sources", str(tmp_path / "nada.toml"), *where(tmp_path)]) == 1
    assert "nada.toml" in capsys.readouterr().err


def test_a_test_message_says_what_each_service_answered(
    webhook: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = webhook.address("ganchosecreto")
    assert run(["notify", "--test"]) == 0
    assert capsys.readouterr().out == f"json://127.0.0.1:{webhook.port}: enviado\n"
    assert webhook.messages[0][0] == "Rendición: prueba"
    assert webhook.paths == ["/ganchosecreto"]
    with receiving() as broken:
        broken.status = 403
        monkeypatch.setenv("RENDICION_NOTIFY", f"{good} {broken.address('otrosecreto')} nada://x")
        assert run(["notify", "--test", "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert told.out == f"json://127.0.0.1:{webhook.port}: sent\n"
    refused, unknown = told.err.splitlines()
    assert refused.startswith(f"json://127.0.0.1:{broken.port}: the service did not take the message: Failed to send")
    assert unknown.startswith("nada://…: the address of the service is not understood. Correct it in RENDICION_NOTIFY")
    assert "secret" not in told.out + told.err


def test_it_tells_what_is_new_and_then_that_nothing_is_left(
    tmp_path: Path, webhook: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    report(tmp_path / "curated", "scep-2024-c1-0123abcd")
    assert run(["notify", *where(tmp_path)]) == 0  # the first time it learns what is there
    report(tmp_path / "curated", "scep-2024-c2-4567abcd")
    assert run(["notify", *where(tmp_path)]) == 0
    assert [title for title, _ in webhook.messages] == ["Rendición: informes nuevos: 1"]
    assert capsys.readouterr().out == "No queda nada por avisar.\n" * 2


def test_alarms_are_told_with_it(tmp_path: Path, webhook: Receiver) -> None:
    alarming(tmp_path)
    assert run(["notify", *where(tmp_path)]) == 0
    assert [title for title, _ in webhook.messages] == ["Rendición: alarmas: 1"]


def test_what_was_not_taken_is_exit_code_1(
    tmp_path: Path, webhook: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    alarming(tmp_path)
    webhook.status = 500
    assert run(["notify", *where(tmp_path)]) == 1
    assert "Lo que no se avisó irá con el próximo aviso." in capsys.readouterr().err


@pytest.mark.parametrize(("given", "code"), [([], 0), (["--test"], 1)])
def test_without_addresses_it_says_where_to_put_them(
    tmp_path: Path,
    given: list[str],
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RENDICION_NOTIFY", raising=False)
    assert run(["notify", *given, *where(tmp_path)]) == code
    assert "RENDICION_NOTIFY" in capsys.readouterr().err
    assert not (tmp_path / "curated").exists()
