"""Sends news to every service, once: what a service did not take waits for it and goes with the next message.

What is to be told is written down before it is sent and struck out after: a run that is cut short in between tells it
twice rather than never.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rendicion_etl.messages import say
from rendicion_etl.runs.notify.message import Message, message_of
from rendicion_etl.runs.notify.news import News
from rendicion_etl.runs.notify.services import Service, services_of
from rendicion_etl.runs.notify.told import FILE, Told, one_at_a_time, read_told, write_told
from rendicion_etl.runs.workers import Failure
from rendicion_etl.settings import Settings


@dataclass(frozen=True)
class Unsent:
    """A service, as it may be shown, or the file of what was told, and why it did not take the news."""

    service: str
    failure: Failure


def notify(news: News, settings: Settings) -> list[Unsent]:
    """Tell the news, and what still waits, to the services of `settings.notify`; what could not be told.

    Without services nothing is sent and nothing remembered, without news nothing is sent; the same news twice is told
    once. Raises RendicionError for a setting or a file that is not understood: nothing is lost by it.
    """
    services = services_of(settings.notify)
    if not services:
        return []
    file = settings.curated / FILE
    unsent: list[Unsent] = []
    try:
        with one_at_a_time(settings.curated):
            told = read_told(settings.curated)
            news = told.untold(news)
            told.hand_out(news, [each.id for each in services])
            told.note(news)
            write_told(settings.curated, told)
            unsent += _send(told, services, settings)
            write_told(settings.curated, told)
    except OSError as error:
        why, next_step = f"el sistema respondió: {error.strerror or error}", "Revise espacio en disco y permisos."
        unsent.append(Unsent(str(file), Failure(why, next_step, "notify")))
    return unsent


def _send(told: Told, services: list[Service], settings: Settings) -> Iterator[Unsent]:
    """Send what waits for each service; what one did not take goes on waiting."""
    for service in services:
        due = told.waiting.pop(service.id)
        if not due:
            continue
        message = message_of(due, settings, as_html=service.takes_html, room=service.room)
        if why := service.send(message):
            told.waiting[service.id] = due
            yield Unsent(service.label, why)


def send_test(settings: Settings) -> list[tuple[str, Failure | None]]:
    """Send a test message to each service: what is shown of it, and why it did not take the message if so."""
    lang = settings.lang
    message = Message(say("notify.test_title", lang), say("notify.test_body", lang))
    return [(service.label, service.send(message)) for service in services_of(settings.notify)]
