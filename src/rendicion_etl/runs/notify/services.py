"""The services that messages go to: their addresses, as apprise takes them, which are secrets, and what they answer.

An address is shown by its scheme and, where that is no secret, its host. Nothing that a service says is passed on
before every part of the address was taken out of it.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.workers import Failure

if TYPE_CHECKING:
    from rendicion_etl.runs.notify.message import Message

HIDDEN = "…"
_SETTING = "RENDICION_NOTIFY"
_SHORTEST = 4  # a shorter part of an address is no secret, and words are made of such
_LONGEST = 300  # of what a service says
_NEXT = "Compruebe su dirección con: rendicion notify --test. Lo que no se avisó irá con el próximo aviso."
# Who logs addresses, in full or in part.
_TALKATIVE = ("apprise", "urllib3", "requests_oauthlib")


@dataclass(frozen=True)
class Service:
    """A service. `id`: the same for the same address, and nobody reads the address from it. `label`: what is shown.

    plugin: apprise's; None for an address that it does not understand.
    """

    id: str
    label: str
    plugin: Any
    secrets: tuple[str, ...]

    @property
    def takes_html(self) -> bool:
        """Whether it shows HTML, or Markdown, which apprise makes of it; else plain text."""
        return self.plugin is not None and self.plugin.notify_format.value != "text"

    @property
    def room(self) -> int:
        """How many characters a message may have, title included."""
        return int(self.plugin.body_maxlen) if self.plugin is not None else 0

    def send(self, message: Message) -> Failure | None:
        """Send a message; why it was not taken, or None where it was."""
        if self.plugin is None:
            return Failure("la dirección del servicio no se entiende", _SEE, "notify")
        from apprise import Apprise, NotifyFormat, NotifyType

        one = Apprise(servers=[self.plugin])
        form = NotifyFormat.HTML if self.takes_html else NotifyFormat.TEXT
        kind = NotifyType.WARNING if message.is_alarming else NotifyType.INFO
        with _overheard() as said:
            try:
                taken = one.notify(body=message.body, title=message.title, body_format=form, notify_type=kind)
            except Exception as error:  # a plugin's fault must not be the run's
                said.append(f"{type(error).__name__}: {error}")
                taken = False
        if taken:
            return None
        answer = self._masked("; ".join(said))
        why = f"el servicio no tomó el aviso: {answer}" if answer else "el servicio no tomó el aviso"
        return Failure(why, _NEXT, "notify", transient=True)

    def _masked(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return " ".join(text.split())[:_LONGEST]


_SEE = "Corríjala en RENDICION_NOTIFY como muestra docs/avisos.md."


def services_of(given: str) -> list[Service]:
    """The services of the setting: addresses and files of addresses, separated by spaces; none for "".

    Raises RendicionError for a file that cannot be read.
    """
    addresses = list(dict.fromkeys(_addresses(given)))
    if not addresses:
        return []
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(app_id="rendicion-etl", async_mode=False)
    with _overheard():
        found = [_service(address, Apprise.instantiate(address, asset=asset)) for address in addresses]
    alike = Counter[str]()
    out = []
    for each in found:
        alike[each.id] += 1
        out.append(replace(each, id=f"{each.id}-{alike[each.id]}"))
    return out


def _service(address: str, plugin: Any) -> Service:
    scheme = re.match(r"[\w+.-]{1,20}(?=://)", address)
    shown = str(plugin.url(privacy=True)) if plugin is not None else ""
    host = re.match(r"[\w+.-]+://(?:[^@/?]*@)?([^/?]*)", shown)
    # Made of what apprise shows of the address: from the hash of a password, somebody could guess it.
    identity = hashlib.sha256(shown.encode()).hexdigest()[:16]
    label = f"{scheme[0] if scheme else HIDDEN}://{host[1] if host else HIDDEN}"
    parts = {unquote(part) for part in re.split(r"[/:@?&=#,;\s]+", address.partition("://")[2])}
    parts |= {*re.split(r"[/:@?&=#,;\s]+", address.partition("://")[2])}
    secrets = [part for part in parts if len(part) >= _SHORTEST and part not in label]
    return Service(identity, label, plugin, tuple(sorted(secrets, key=len, reverse=True)))


def _addresses(given: str) -> Iterator[str]:
    """The addresses of the setting, those of its files in their place."""
    for word in given.split():
        if "://" in word:
            yield word
            continue
        try:
            lines = Path(word).expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = "no se puede leer el archivo de direcciones de avisos"
            raise RendicionError(_SETTING, why, _FILE) from error
        yield from (line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))


_FILE = "Indique direcciones de apprise o un archivo con una por línea; véase docs/avisos.md."


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What the library warns of, in this list and nowhere else: its records name addresses."""
    said: list[str] = []
    handler = _Listener(said)
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    before = [(logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        logger.addHandler(handler)
    try:
        yield said
    finally:
        for logger, (propagate, level) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagate
            logger.setLevel(level)


class _Listener(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
