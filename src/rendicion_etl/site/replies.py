"""What institutions answered: `replies/*.toml`, each answer by the finding that it speaks of.

People write these files, so whatever is not understood in one is refused before anything is published: an answer that
silently stood nowhere, or beside another finding, would wrong the institution.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.curated.values import clean
from rendicion_etl.entries import entries_of
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import REPLIES
from rendicion_etl.site.report import web_address

_NEEDED = ("finding", "date", "author", "text_es")
_OPTIONAL = ("text_en", "url")
_NEXT = "Corríjalo como muestra replies/README.md, y repita."
_ONLY = ("solo se admiten respuestas, que comienzan con [[reply]]", _NEXT)


@dataclass(frozen=True)
class Reply:
    """An answer: `author` speaks for the institution; texts are paragraphs, `text_en` None where there is none."""

    finding: str
    date: dt.date
    author: str
    text_es: list[str]
    text_en: list[str] | None
    url: str | None
    file: str


def read_replies(folder: Path) -> dict[str, list[Reply]]:
    """The answers in the files of a folder by finding, the earliest first.

    The default folder need not exist. Raises RendicionError where another one does not, and for a file that is no
    TOML, an answer with a field missing, unknown or of no use.
    """
    if not folder.is_dir():
        if folder == Path(REPLIES) and not folder.exists():
            return {}
        why, next_step = "no existe esa carpeta de respuestas", "Indique otra con RENDICION_REPLIES."
        raise RendicionError(str(folder), why, next_step)
    out: dict[str, list[Reply]] = defaultdict(list)
    for path in sorted(folder.glob("*.toml")):
        for number, said in enumerate(entries_of(path, "reply", _ONLY), 1):
            reply = _reply(path, number, said)
            out[reply.finding].append(reply)
    return {finding: sorted(found, key=lambda r: (r.date, r.file)) for finding, found in out.items()}


def must_be_known(folder: Path, replies: Iterable[list[Reply]], published: Iterable[str]) -> None:
    """Raise RendicionError for an answer to a finding that was never published."""
    known = set(published)
    for reply in (reply for found in replies for reply in found):
        if reply.finding not in known:
            raise RendicionError(
                str(folder / reply.file),
                f"ningún hallazgo confirmado se publicó nunca como {reply.finding}",
                "Copie el identificador de la dirección de su página, o búsquelo con: rendicion findings.",
            )


def _reply(path: Path, number: int, said: dict[str, Any]) -> Reply:
    for name in (*_NEEDED, *said):
        if name not in said or (name in _NEEDED and not str(said[name]).strip()):
            raise RendicionError(str(path), f"a la respuesta {number} le falta el campo «{name}»", _NEXT)
        if name not in (*_NEEDED, *_OPTIONAL):
            raise RendicionError(str(path), f"la respuesta {number} tiene un campo desconocido, «{name}»", _NEXT)
        if name != "date" and not isinstance(said[name], str):
            raise RendicionError(str(path), f"el campo «{name}» de la respuesta {number} no es un texto", _NEXT)
    url = said.get("url") or None
    if url != web_address(url):
        raise RendicionError(str(path), f"la dirección de la respuesta {number} no es http ni https", _NEXT)
    return Reply(
        finding=said["finding"].strip(),
        date=_date(path, number, said["date"]),
        author=clean(said["author"]).strip(),
        text_es=_paragraphs(said["text_es"]),
        text_en=_paragraphs(said.get("text_en", "")) or None,
        url=url,
        file=path.name,
    )


def _date(path: Path, number: int, said: Any) -> dt.date:
    """A day, written as TOML has it or as text."""
    try:
        return said if type(said) is dt.date else dt.datetime.strptime(said, "%Y-%m-%d").date()
    except (TypeError, ValueError) as error:
        why = f"la fecha de la respuesta {number} no es un día escrito AAAA-MM-DD"
        raise RendicionError(str(path), why, _NEXT) from error


def _paragraphs(text: str) -> list[str]:
    """Text as paragraphs, which a blank line parts, without what a page must not hold."""
    parts = clean(text, keep_lines=True).split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]
