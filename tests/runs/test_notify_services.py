"""Addresses of services are secrets: none is shown, logged or kept, whatever the service answers."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from receiver import receiving
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.notify.message import Message
from rendicion_etl.runs.notify.services import services_of
from rendicion_etl.settings import Settings

MESSAGE = Message("título", "texto")
SECRETS = {
    "json://usuario:clavesecreta@localhost/ganchosecreto?:campo=valorsecreto": "json://localhost",
    "mailto://usuario:clavesecreta@correo.example?to=alguien@correo.example": "mailto://correo.example",
    "tgram://123456789:AAFsecretosecretosecretosecreto/-100123": "tgram://",
    "slack://TSECRETOS/BSECRETOS/secretosecretosecretose": "slack://",
    "nada://clavesecreta@ganchosecreto/x": "nada://…",
    "clavesecreta://": "clavesecreta://…",
}


@pytest.mark.parametrize(("address", "begins"), SECRETS.items())
def test_an_address_is_shown_without_its_secrets(address: str, begins: str) -> None:
    (service,) = services_of(address)
    assert service.label.startswith(begins)
    assert "secret" not in service.label.removeprefix("clavesecreta").lower()
    assert service.id not in address


def test_an_address_that_is_not_understood_is_a_failure_of_its_own() -> None:
    (service,) = services_of("nada://clavesecreta@ganchosecreto/x")
    failure = service.send(MESSAGE)
    assert failure is not None
    assert failure.why == "la dirección del servicio no se entiende"


def test_what_a_service_answers_is_passed_on_without_secrets_and_logged_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as webhook:
        webhook.status = 404
        (service,) = services_of(f"json://usuario:clavesecreta@127.0.0.1:{webhook.port}/ganchosecreto")
        failure = service.send(MESSAGE)
    assert failure is not None
    assert "404" in failure.why
    said = f"{failure} {caplog.text} {''.join(capfd.readouterr())}"
    assert "secret" not in said


def test_a_service_that_is_not_there_is_a_passing_failure() -> None:
    with receiving() as webhook:
        address = webhook.address()
    (service,) = services_of(address)
    failure = service.send(MESSAGE)
    assert failure is not None
    assert failure.transient


def test_what_a_service_says_loses_every_part_of_its_address() -> None:
    (service,) = services_of("slack://TSECRETOS/BSECRETOS/secretosecretosecretose")
    assert service._masked("no channel BSECRETOS of TSECRETOS") == "no channel … of …"


def test_logging_is_as_before_once_a_message_went_out() -> None:
    logger = logging.getLogger("urllib3")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with receiving() as webhook:
        services_of(webhook.address())[0].send(MESSAGE)
    assert (logger.level, logger.propagate, list(logger.handlers)) == before


def test_addresses_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "avisos.txt"
    file.write_text("# el equipo\njson://uno.example\n\n  json://dos.example  \n")
    labels = [service.label for service in services_of(f"{file} json://tres.example json://uno.example")]
    assert labels == ["json://uno.example", "json://dos.example", "json://tres.example"]


def test_a_file_of_addresses_that_is_not_there_is_told_without_its_name(tmp_path: Path) -> None:
    with pytest.raises(RendicionError, match="RENDICION_NOTIFY: no se puede leer") as told:
        services_of("clavesecreta")
    assert "secreta" not in str(told.value)


def test_services_that_look_alike_are_told_apart_and_a_new_password_makes_no_new_service() -> None:
    one, two = services_of("json://a:primera@x.example json://a:segunda@x.example")
    assert one.label == two.label
    assert one.id != two.id
    assert [one.id] == [service.id for service in services_of("json://a:tercera@x.example")]


def test_no_address_is_no_service() -> None:
    assert services_of("  ") == []


def test_settings_do_not_show_the_addresses() -> None:
    assert "secret" not in repr(Settings(notify="json://ganchosecreto"))
