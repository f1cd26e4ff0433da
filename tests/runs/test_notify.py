"""What is new is told once, in one message, to a webhook that answers and to one that does not."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from receiver import Receiver, receiving
from rendicion_etl.archive.visits import Visits
from rendicion_etl.curated.query import open_published
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.monitors import Alarm
from rendicion_etl.runs.notify import Unsent, news_of, notify
from rendicion_etl.runs.report import DocumentReport, RunReport
from rendicion_etl.runs.workers import Failure
from rendicion_etl.settings import Settings
from rendicion_etl.site.ledger import Ledger, read_ledger, write_ledger
from rendicion_etl.site.standing import bring_up_to_date, standing
from small_reports import finding, report, run_of, sha_of

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
ONE, TWO = "scep-2024-c1-0123abcd", "scep-2024-c2-4567abcd"
STATE = "avisos/avisados.json"


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def settings(tmp_path: Path, webhook: Receiver) -> Settings:
    curated = tmp_path / "curated"
    curated.mkdir()
    return Settings(curated=curated, raw=tmp_path / "raw", notify=webhook.address(), lang="es", site_url="")


def tell(
    settings: Settings, run: RunReport | None = None, alarms: Sequence[Alarm] = (), visits: Sequence[Visits] = ()
) -> list[Unsent]:
    return notify(news_of(settings, run, visits, alarms), settings)


def told_before(settings: Settings, webhook: Receiver) -> None:
    """A first message went out already."""
    tell(settings, run_of(settings.curated, report(settings.curated, "scep-2023-c1-99999999")))
    assert len(webhook.take()) == 1


def test_a_new_report_and_its_critical_roots_are_told_in_one_message(settings: Settings, webhook: Receiver) -> None:
    others = [
        finding(ONE, 2, consequence_of=finding(ONE, 1)["finding_id"]),
        finding(ONE, 3, severity="warning"),
        finding(ONE, 4, confidence="unconfirmed"),
    ]
    report(settings.curated, ONE, findings=[finding(ONE, 1), *others])
    assert tell(settings, run_of(settings.curated, ONE)) == []
    ((title, body),) = webhook.messages
    assert title == "Rendición: informes nuevos: 1, contradicciones críticas: 1"
    assert body.splitlines() == [
        "Informes nuevos (1)",
        "• Secretaría de Ejemplo, primer cuatrimestre de 2024. Tablas: 1; contradicciones críticas confirmadas: 1.",
        "",
        "Contradicciones críticas confirmadas (1)",
        "• Secretaría de Ejemplo, primer cuatrimestre de 2024: Tabla No. 1, p. 1. "
        "El total número 1 no es la suma de sus filas.",
    ]


def test_in_english_where_the_reader_chose_it(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(replace(settings, lang="en"), run_of(settings.curated, ONE))
    assert webhook.messages[0][0] == "Rendición: new reports: 1, critical contradictions: 1"
    assert "Total number 1 is not the sum of its rows." in webhook.bodies[0]


def test_what_was_told_is_not_told_again(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    run = run_of(settings.curated, ONE)
    tell(settings, run)
    state = (settings.curated / STATE).read_bytes()
    tell(settings, run)
    assert len(webhook.messages) == 1
    assert (settings.curated / STATE).read_bytes() == state


def test_where_nothing_was_published_since_no_data_are_read(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings, run_of(settings.curated, ONE))
    for path in settings.curated.glob("findings/**/*.parquet"):
        path.write_bytes(b"")
    assert not news_of(settings, alarms=[])


def test_without_addresses_nothing_is_sent_or_remembered(settings: Settings) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    assert tell(replace(settings, notify=" "), run_of(settings.curated, ONE)) == []
    assert not (settings.curated / STATE).exists()


def test_what_was_there_before_the_first_message_is_not_news(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    report(settings.curated, TWO)
    tell(settings, run_of(settings.curated, TWO))
    (body,) = webhook.take()
    assert "segundo cuatrimestre" in body
    assert "primer cuatrimestre" not in body
    report(settings.curated, ONE)  # what was never told is not withdrawn
    tell(settings)
    assert webhook.take() == []


def test_a_report_of_a_run_that_was_cut_short_is_told_by_the_next(settings: Settings, webhook: Receiver) -> None:
    told_before(settings, webhook)
    report(settings.curated, ONE)
    tell(settings, RunReport([], settings.curated))
    assert "primer cuatrimestre de 2024" in webhook.bodies[0]


def test_a_known_report_that_is_read_again_tells_only_its_new_finding(settings: Settings, webhook: Receiver) -> None:
    told_before(settings, webhook)
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings)
    webhook.take()
    report(settings.curated, ONE, findings=[finding(ONE, 1), finding(ONE, 2)])
    tell(settings)
    (body,) = webhook.bodies
    assert "Informes nuevos" not in body
    assert "número 2" in body
    assert "número 1" not in body


def test_what_a_service_did_not_take_goes_with_the_next_message(settings: Settings, webhook: Receiver) -> None:
    webhook.status = 500
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    (unsent,) = tell(settings, run_of(settings.curated, ONE))
    assert unsent.service == f"json://127.0.0.1:{webhook.port}"
    assert unsent.failure.why.startswith("el servicio no tomó el aviso: Failed to send JSON")
    assert "500" in unsent.failure.why
    webhook.status = 200
    report(settings.curated, TWO)
    assert tell(settings, run_of(settings.curated, TWO)) == []
    (body,) = webhook.take()
    assert "número 1" in body
    assert "segundo cuatrimestre" in body
    tell(settings)
    assert webhook.take() == []


def test_who_took_the_message_does_not_get_it_twice_because_another_did_not(
    settings: Settings, webhook: Receiver
) -> None:
    with receiving() as other:
        both = replace(settings, notify=f"{webhook.address()} {other.address()}")
        other.status = 503
        report(settings.curated, ONE)
        assert len(tell(both, run_of(settings.curated, ONE))) == 1
        other.status = 200
        assert tell(both) == []
        assert (len(webhook.messages), len(other.messages)) == (1, 1)


def test_the_same_news_twice_is_told_once(settings: Settings, webhook: Receiver) -> None:
    """As when a flow tries its task again, or two runs found the same at the same time."""
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    alarm = Alarm("source_fails", "ejemplo", "", "Falla.", "Fails.")
    news = news_of(settings, run_of(settings.curated, ONE, failed()), [visits(1)], [DOUBT, alarm])
    assert {name for name, items in news.sections() if items} == {
        *("documents", "to_review", "alarms", "failed"),
    }
    with ThreadPoolExecutor() as pool:
        assert [*pool.map(lambda _: notify(news, settings), range(3))] == [[], [], []]
    assert len(webhook.messages) == 1


def test_what_waited_for_a_mistyped_address_goes_to_the_one_in_its_place(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE)
    mistyped = replace(settings, notify="jsno://127.0.0.1/")
    (unsent,) = tell(mistyped, run_of(settings.curated, ONE))
    assert unsent.failure.why == "la dirección del servicio no se entiende"
    assert tell(settings) == []
    assert len(webhook.messages) == 1


def test_what_waited_for_a_service_that_was_taken_away_is_not_sent_to_those_that_took_it(
    settings: Settings, webhook: Receiver
) -> None:
    report(settings.curated, ONE)
    both = replace(settings, notify=f"{webhook.address()} json://127.0.0.1:1/")
    assert len(tell(both, run_of(settings.curated, ONE))) == 1
    assert tell(settings) == []
    assert len(webhook.messages) == 1


def test_a_run_killed_while_it_tells_tells_again(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE)
    code = """
import sys
from pathlib import Path
from rendicion_etl.runs.notify import news_of, notify
from rendicion_etl.runs.report import DocumentReport, RunReport
from rendicion_etl.settings import Settings
settings = Settings(curated=Path(sys.argv[1]))
run = RunReport([DocumentReport("informe.pdf", "ingested", sys.argv[2], is_new=True)], settings.curated)
notify(news_of(settings, run), settings)
"""
    command = [sys.executable, "-c", code, str(settings.curated), sha_of(ONE)]
    with subprocess.Popen(command, env={**os.environ, "RENDICION_NOTIFY": settings.notify}) as child:
        webhook.on_message = lambda: os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    webhook.on_message = lambda: None
    webhook.take()
    assert tell(settings) == []
    assert len(webhook.messages) == 1


def test_a_finding_that_was_told_and_no_longer_stands_is_told_as_withdrawn(
    settings: Settings, webhook: Receiver
) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    build_ledger(settings)
    tell(settings, run_of(settings.curated, ONE))
    webhook.take()
    report(settings.curated, ONE, pipeline_version="0.2.0")
    build_ledger(settings)
    tell(settings)
    ((title, body),) = webhook.messages
    assert title == "Rendición: retiradas: 1"
    assert "Corregimos nuestra lectura o la regla" in body
    assert "Decía: Secretaría de Ejemplo, primer cuatrimestre de 2024: Tabla No. 1, p. 1. El total" in body
    tell(settings)
    assert len(webhook.messages) == 1


def test_the_findings_of_a_report_that_another_replaced_are_withdrawn(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings, run_of(settings.curated, ONE))
    webhook.take()
    report(settings.curated, "scep-2024-c1-4567abcd", supersedes=ONE)
    tell(settings)
    (body,) = webhook.bodies
    assert "Sustituye a una versión anterior." in body
    assert f"Retiradas: se avisaron y ya no se sostienen (1)\n• {finding(ONE, 1)['finding_id']}" in body


def test_a_finding_that_nobody_heard_of_is_not_withdrawn(settings: Settings, webhook: Receiver) -> None:
    told_before(settings, webhook)
    webhook.status = 500
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings)
    report(settings.curated, ONE)
    tell(settings)
    webhook.status = 200
    tell(settings)
    (title,) = [title for title, _ in webhook.messages]
    assert title == "Rendición: informes nuevos: 1"


DOUBT = Alarm("layout", ONE, "tables", "Cambió de forma.", "Its form differs.", document_id=ONE)


def test_while_an_alarm_doubts_a_document_its_findings_are_to_be_reviewed(
    settings: Settings, webhook: Receiver
) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings, run_of(settings.curated, ONE), [DOUBT])
    ((title, body),) = webhook.messages
    assert title == "Rendición: informes nuevos: 1, por revisar: 1, alarmas: 1"
    assert "Lectura por revisar." in body
    assert "Contradicciones críticas confirmadas (" not in body
    webhook.take()
    tell(settings, alarms=[DOUBT])
    assert webhook.take() == []
    tell(settings, alarms=[])
    (body,) = webhook.take()
    assert "Contradicciones críticas confirmadas (1)" in body
    assert "Resuelto: alarmas que ya no están (1)\n• Cambió de forma." in body


def test_where_the_monitors_were_not_asked_what_was_to_be_reviewed_still_is(
    settings: Settings, webhook: Receiver
) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(settings, run_of(settings.curated, ONE), [DOUBT])
    webhook.take()
    assert not news_of(settings)


def test_an_alarm_is_told_once_and_again_when_it_changes(settings: Settings, webhook: Receiver) -> None:
    alarm = Alarm("no_new_document", "scep", "2024-C1", "Falta el primero.", "The first is missing.")
    for alarms in ([alarm], [alarm], [replace(alarm, mark="2024-C2", es="Falta el segundo.")], []):
        tell(settings, alarms=alarms)
    told = [body.splitlines()[-1] for body in webhook.bodies]
    assert told == ["• Falta el primero.", "• Falta el segundo.", "• Falta el segundo."]
    assert webhook.messages[-1][0] == "Rendición: resueltas: 1"


def failed(why: str = "el archivo está vacío", sha256: str | None = "e" * 64) -> DocumentReport:
    return DocumentReport("malo.pdf", "failed", sha256, failure=Failure(why, "Descárguelo de nuevo.", "archive"))


def test_a_failed_document_is_told_once_until_it_fails_otherwise(settings: Settings, webhook: Receiver) -> None:
    whys = ("la página 1 está dañada", "la página 2 está dañada", "el archivo está vacío")
    for why in whys:
        tell(settings, run_of(settings.curated, failed(why)))
    told = [body.splitlines()[-1].rpartition(": ")[2] for body in webhook.bodies]
    assert told == ["la página 1 está dañada. Descárguelo de nuevo.", "el archivo está vacío. Descárguelo de nuevo."]


def test_a_document_that_was_mended_and_fails_again_is_told_again(settings: Settings, webhook: Receiver) -> None:
    mended = DocumentReport("malo.pdf", "unchanged", "e" * 64)
    for document in (failed(), mended, failed()):
        tell(settings, run_of(settings.curated, document))
    assert len(webhook.messages) == 2


def visits(failures: int, why: str = "https://ejemplo.gob.gt/: el servidor respondió 500") -> Visits:
    day = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    return Visits("ejemplo", last_visit=day, failures_in_row=failures, reasons=[why] if failures else [])


def test_a_source_that_fails_is_told_once_until_it_recovers(settings: Settings, webhook: Receiver) -> None:
    for failures in (1, 2, 0, 1):
        tell(settings, visits=[visits(failures)])
    assert len(webhook.messages) == 2
    assert f"• ejemplo (visitas seguidas con falla: 1): https:{ZERO_WIDTH}//ejemplo" in webhook.bodies[0]


def test_the_reason_of_a_source_is_in_the_readers_language(settings: Settings, webhook: Receiver) -> None:
    tell(replace(settings, lang="en"), visits=[visits(1, "https://ejemplo.gob.gt/: el archivo está vacío")])
    assert webhook.bodies[0].endswith("/: the file is empty")


def test_a_source_of_which_an_alarm_speaks_is_not_told_twice(settings: Settings, webhook: Receiver) -> None:
    alarm = Alarm("source_fails", "ejemplo", "", "La fuente ejemplo falla.", "The source ejemplo fails.")
    tell(settings, alarms=[alarm], visits=[visits(3)])
    assert [title for title, _ in webhook.messages] == ["Rendición: alarmas: 1"]


def test_links_lead_to_the_published_site(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    tell(replace(settings, site_url="https://ejemplo.org/datos"), run_of(settings.curated, ONE))
    links = [line.strip() for line in webhook.bodies[0].splitlines() if "://" in line]
    assert links == [
        f"https://ejemplo.org/datos/{ONE}/index.html",
        f"https://ejemplo.org/datos/hallazgos/{finding(ONE, 1)['finding_id']}/index.html",
    ]


def test_without_a_site_they_name_the_pages_of_this_machine_that_were_drawn(
    settings: Settings, webhook: Receiver
) -> None:
    report(settings.curated, ONE, findings=[finding(ONE, 1)])
    page = settings.curated / "site" / ONE / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    tell(settings, run_of(settings.curated, ONE))
    assert f"  {page}" in webhook.bodies[0].splitlines()
    assert "hallazgos" not in webhook.bodies[0]


def test_a_site_address_of_no_use_stops_before_anything_is_lost(settings: Settings, webhook: Receiver) -> None:
    report(settings.curated, ONE)
    with pytest.raises(RendicionError, match="RENDICION_SITE_URL"):
        tell(replace(settings, site_url="nada"), run_of(settings.curated, ONE))
    tell(settings)  # by whoever mended it
    assert len(webhook.messages) == 1


def test_a_damaged_record_stops_with_its_name(settings: Settings) -> None:
    (settings.curated / STATE).parent.mkdir()
    (settings.curated / STATE).write_text('{"format": 1}')
    with pytest.raises(RendicionError, match=r"avisados\.json.*dañado"):
        news_of(settings)


def test_a_full_disk_is_told_and_nothing_is_sent(
    settings: Settings, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("rendicion_etl.runs.notify.told.write_whole", full)
    report(settings.curated, ONE)
    (unsent,) = tell(settings, run_of(settings.curated, ONE))
    assert (unsent.service, unsent.failure.why) == (
        str(settings.curated / STATE),
        "el sistema respondió: No space left on device",
    )
    assert webhook.messages == []


def test_what_waits_is_kept_in_the_record_without_any_address(settings: Settings, webhook: Receiver) -> None:
    webhook.status = 500
    report(settings.curated, ONE)
    tell(replace(settings, notify=webhook.address("gancho-secreto")), run_of(settings.curated, ONE))
    text = (settings.curated / STATE).read_text()
    assert len(json.loads(text)["waiting"]) == 1
    assert "secreto" not in text
    assert str(webhook.port) not in text


def build_ledger(settings: Settings) -> Ledger:
    """What the site's build notes of what is published now."""
    ledger = read_ledger(settings.curated)
    with open_published(settings.curated) as connection:
        bring_up_to_date(ledger, standing(connection), dt.datetime.now(dt.UTC))
    write_ledger(settings.curated, ledger)
    return ledger
