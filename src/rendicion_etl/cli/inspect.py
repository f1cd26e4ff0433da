"""`rendicion inspect`: one page with the tables that each reader sees on it, and which were taken and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from rendicion_etl.cli.options import HELP_LANG, AsJson, Common, WrongUsage, option
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.cli.look import Look, Task

ALL = "all"

Row = dict[str, Any]


def inspect(
    file: Annotated[Path, Parameter(help=say("inspect.file", HELP_LANG), name="FILE")],
    /,
    *,
    page: Annotated[int, option("inspect.page", "--page", "-p", validator=validators.Number(gte=1))] = 1,
    reader: Annotated[str, option("inspect.reader", "--reader", "-r")] = "chosen",
    out: Annotated[Path | None, option("inspect.out", "--out", "-o")] = None,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Draw the tables that readers see on a page, and tell whose were taken and why."""
    from rendicion_etl.archive.store import printable_name, write_whole
    from rendicion_etl.cli.look import Task

    name, lang = printable_name(file), common.language
    places = _places(file, out or Path(f"{file.stem}-p{page}.png"), reader)
    seen = _look(file, Task(file, name, page, tuple(places), lang), debug=common.debug)
    if page > seen.n_pages:
        why, next_step = f"no tiene página {page}", f"La última es la {seen.n_pages}: indique otra con --page."
        raise WrongUsage(name, why, next_step)
    for who, content in seen.pictures.items():
        write_whole(places[who], content)
    saved = [str(place) for place in places.values()]
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json({"file": name, "page": page, "pages": seen.n_pages, "regions": seen.regions, "pictures": saved}))
        return 0
    _print(name, page, seen, saved, lang)
    return 0


def _places(file: Path, picture: Path, reader: str) -> dict[str, Path]:
    """Where the picture of each reader goes; never over the PDF, nor under the name of a PDF."""
    why, next_step = "la imagen se guarda como PNG", "Indique con --out un archivo .png que no sea el PDF."
    if picture.suffix.lower() != ".png":
        raise WrongUsage(str(picture), why, next_step)
    places = {who: picture.with_stem(f"{picture.stem}-{who}") if reader == ALL else picture for who in _readers(reader)}
    for place in places.values():
        if place.exists() and file.exists() and place.samefile(file):
            raise WrongUsage(str(place), why, next_step)
    return places


def _readers(given: str) -> tuple[str, ...]:
    from rendicion_etl.cli.look import CHOSEN
    from rendicion_etl.tables.extract import READERS

    if given == ALL:
        return tuple(READERS)
    if given not in (CHOSEN, *READERS):
        why, next_step = "no es un lector conocido", f"Use uno de: {', '.join((CHOSEN, ALL, *READERS))}."
        raise WrongUsage(given, why, next_step)
    return (given,)


def _look(file: Path, task: Task, *, debug: bool) -> Look:
    """Look at a page in a child process, like all reading: a PDF is untrusted input to native code."""
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from rendicion_etl.archive.store import receive
    from rendicion_etl.cli.look import look_at_page
    from rendicion_etl.runs.workers import run_document
    from rendicion_etl.settings import Settings

    settings = Settings()
    with TemporaryDirectory() as folder:  # refuses what `ingest` refuses, and keeps nothing
        copy = replace(task, path=receive(file, Path(folder)).path)
        outcome = run_document(look_at_page, copy, **settings.limits)
    if outcome.value is None:
        failure = outcome.failure
        assert failure is not None
        if debug and failure.detail:
            print(failure.detail, file=sys.stderr)
        raise UnreadableDocument(task.file_name, failure.why, failure.next_step, failure.stage)
    return outcome.value


def _print(name: str, page: int, seen: Look, saved: list[str], lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from rendicion_etl.cli.output import on_screen

    console = Console(highlight=False)

    def line(text: str, style: str = "") -> None:
        console.print(Text(on_screen(text), style=style))

    line(say("inspect.page_of", lang, file=name, page=page, pages=seen.n_pages), "bold")
    if not seen.regions:
        line(say("inspect.nothing", lang))
    for number, region in enumerate(seen.regions, 1):
        line("")
        line(say("inspect.region", lang, region=number, reader=region["chosen"], why=_because(region, lang)))
        console.print(_readings(region, lang))
    for place in saved:
        print(on_screen(say("show.saved", lang, path=place)))  # in one line, to be copied


def _because(region: Row, lang: str) -> str:
    from rendicion_etl.cli.look import MEASURES

    measure = region["why"]
    own = next(r for r in region["readers"] if r["reader"] == region["chosen"])
    others = [r for r in region["readers"] if r is not own and (measure != "sums" or r["figures"] == own["figures"])]
    told = ", ".join(f"{r['reader']} {r[measure]}" for r in others) if measure in MEASURES else ""
    return say(f"inspect.why.{measure}", lang, own=own.get(measure), others=told)


def _readings(region: Row, lang: str) -> Any:
    """A line for each table that a reader sees in a region; the reader's scores are in its first."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from rendicion_etl.cli.output import on_screen

    out = Table(box=SIMPLE_HEAD, header_style="bold")
    out.add_column(say("inspect.column.reader", lang), no_wrap=True)
    for key in ("figures", "sums", "rows", "columns", "header", "agreement"):
        out.add_column(say(f"inspect.column.{key}", lang), justify="right")
    for reading in region["readers"]:
        mark = "* " if reading["reader"] == region["chosen"] else "  "
        first = [mark + reading["reader"], str(reading["figures"]), str(reading["sums"])]
        for table in reading["tables"]:
            agreement = "-" if table["agreement"] is None else f"{table['agreement']:.0%}"
            header = ", ".join(str(row + 1) for row in table["header_rows"]) or "-"
            shape = [str(table["n_rows"]), str(table["n_cols"]), header, agreement]
            out.add_row(*map(on_screen, [*first, *shape]))
            first = ["", "", ""]
    return out
