"""`rendicion review`: what needs a person, the most valuable first, and the correction of it drafted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import validators

from rendicion_etl.cli.options import AsJson, Common, Curated, Raw, WrongUsage, folder, option, to_read
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    from rendicion_etl.curated.review import Item
    from rendicion_etl.normalize.correction_files import Corrections

_SHOWN = 25
_STYLES = {"failed": "bold red", "critical": "bold red", "warning": "yellow"}


def review(
    *,
    document: Annotated[str | None, option("review.document", "--document")] = None,
    limit: Annotated[int, option("review.limit", "--limit", validator=validators.Number(gte=1))] = _SHOWN,
    draft: Annotated[int | None, option("review.draft", "--draft", validator=validators.Number(gte=1))] = None,
    as_json: AsJson = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """List what needs a person, or draft the correction of one of these things."""
    from rendicion_etl.cli.output import to_json
    from rendicion_etl.normalize.correction_files import read_corrections

    home, lang, corrections = to_read(curated), common.language, read_corrections(Settings().corrections)
    items = _items(home, folder(raw, "raw"), corrections, document)
    if draft is not None:
        print(_drafted(items, draft, home, corrections, lang), end="")
    elif as_json:
        print(to_json([_plain(n, item, lang) for n, item in enumerate(items[:limit], 1)]))
    else:
        _show(items, limit, lang)
    return 0


def _items(home: Path, raw: Path, corrections: Corrections, document: str | None) -> list[Item]:
    """What is to be reviewed; RendicionError for a document that neither the data nor a correction know."""
    from rendicion_etl.curated.copies import QUARANTINE, bring_beside
    from rendicion_etl.curated.query import must_be_published, open_curated, told_plainly
    from rendicion_etl.curated.review import review as found

    bring_beside(home, QUARANTINE)
    if not corrections:  # those of documents that could not be published are told of too
        must_be_published(home)
    with open_curated(home) as connection, told_plainly(home):
        known = connection.execute("select 1 from documents where document_id = ?", [document]).fetchall()
        corrected = {c.document_id for entries in corrections.values() for c in entries}
        if document is not None and not known and document not in corrected:
            raise RendicionError(
                document,
                f"no hay ningún documento con ese nombre en {home}",
                "Ingiéralo primero, o consulte los nombres con: rendicion query 'select document_id from documents'.",
            )
        return found(connection, corrections, home, raw, document)


def _drafted(items: list[Item], number: int, home: Path, corrections: Corrections, lang: str) -> str:
    """The entry of a correction below what is to be looked at, which stands in comments."""
    from rendicion_etl.cli.output import on_screen
    from rendicion_etl.curated.draft import draft

    if number > len(items):
        why = f"no hay tantas cosas que revisar: son {len(items)}"
        raise WrongUsage(str(number), why, "Véalas con: rendicion review.")
    item = items[number - 1]
    made = draft(item, home, corrections)
    before = say("review.before", lang, before=made.before or say("review.nothing", lang))
    said = (_where(item, lang), _look(item, lang), before)
    return "".join(f"# {' '.join(on_screen(line).split())}\n" for line in said) + f"{made.text}\n"


def _where(item: Item, lang: str) -> str:
    """The place of an item: document, page, table, row and column, as far as it has them."""
    parts = [say("review.where", lang, document=item.document_id, page=item.page) if item.page else item.document_id]
    if item.table_id:
        parts.append(item.table_id.rpartition("/")[2])
    if item.row is not None:
        parts.append(say("review.row", lang, row=item.row))
    if item.col is not None:
        parts.append(say("review.col", lang, col=item.col))
    return ", ".join(parts)


def _look(item: Item, lang: str) -> str:
    """What there is to look at."""
    values = {name.removesuffix(f"_{lang}"): value for name, value in item.values.items()}
    if "severity" in values:
        values["severity"] = say(f"severity.{values['severity']}", lang)
    return say(item.told, lang, **values)


def _plain(number: int, item: Item, lang: str) -> dict[str, Any]:
    """An item for programs; `n` is its number for --draft."""
    return {
        "n": number,
        "kind": item.kind,
        "rank": item.rank,
        "document_id": item.document_id,
        "sha256": item.sha256,
        "page": item.page,
        "table_id": item.table_id,
        "row": item.row,
        "col": item.col,
        "amount": item.amount,
        "look": _look(item, lang),
        "finding_id": item.values.get("finding_id"),
        "cells": [dict(zip(("table_id", "row", "col"), cell, strict=True)) for cell in item.cells],
    }


def _show(items: list[Item], limit: int, lang: str) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from rendicion_etl.cli.output import money, on_screen

    console = Console(highlight=False)
    if not items:
        console.print(say("review.none", lang))
        return
    for number, item in enumerate(items[:limit], 1):
        head = f"{number}. {_where(item, lang)}"
        if item.amount:
            head += f"; {say('review.amount', lang, amount=money(round(item.amount, 2)))}"
        console.print(Text(on_screen(head), style=_STYLES.get(item.rank, "cyan")), soft_wrap=True)
        console.print(Padding(Text(on_screen(_look(item, lang))), (0, 0, 0, 4)))
    if len(items) > limit:
        console.print(say("review.more", lang, n=len(items) - limit, all=len(items)))
    if drafted := next((n for n, item in enumerate(items[:limit], 1) if item.table_id), None):
        console.print(Text(say("review.next", lang, n=drafted)), soft_wrap=True)
