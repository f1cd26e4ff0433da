"""`rendicion inspect`: one page with the tables that each reader sees on it, and which were taken and why."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from rendicion_etl.cli.options import HELP_LANG, AsJson, Common, WrongUsage, option
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Box, Page
    from rendicion_etl.site.inspection import Tagged
    from rendicion_etl.tables.jury import Verdict
    from rendicion_etl.tables.model import RawTable

CHOSEN, ALL = "chosen", "all"
# What the jury weighs, in the order of the scores of a verdict.
MEASURES = ("figures", "sums")

Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What is to be drawn: page `number` of a PDF, with the tables of `readers`, in a language."""

    path: Path
    file_name: str
    number: int
    readers: tuple[str, ...]
    lang: str


@dataclass
class Look:
    """What was seen: the regions of the page, ready for JSON, and a picture as PNG for each of the task's readers.

    regions: empty too where the document has no such page; `n_pages` tells.
    """

    n_pages: int
    regions: list[Row] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)


def inspect(
    file: Annotated[Path, Parameter(help=say("inspect.file", HELP_LANG), name="FILE")],
    /,
    *,
    page: Annotated[int, option("inspect.page", "--page", "-p", validator=validators.Number(gte=1))] = 1,
    reader: Annotated[str, option("inspect.reader", "--reader", "-r")] = CHOSEN,
    out: Annotated[Path | None, option("inspect.out", "--out", "-o")] = None,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Draw the tables that readers see on a page, and tell whose were taken and why."""
    from rendicion_etl.archive.store import printable_name, write_whole

    name, lang = printable_name(file), common.language
    picture = _picture_path(file, name, page, out)
    readers = _readers(reader)
    seen = _look(file, Task(file, name, page, readers, lang), debug=common.debug)
    if page > seen.n_pages:
        why, next_step = f"no tiene página {page}", f"La última es la {seen.n_pages}: indique otra con --page."
        raise WrongUsage(name, why, next_step)
    saved = []
    for who, content in seen.pictures.items():
        place = picture.with_stem(f"{picture.stem}-{who}") if reader == ALL else picture
        write_whole(place, content)
        saved.append(str(place))
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json({"file": name, "page": page, "pages": seen.n_pages, "regions": seen.regions, "pictures": saved}))
        return 0
    _print(name, page, seen, saved, lang)
    return 0


def _picture_path(file: Path, name: str, page: int, out: Path | None) -> Path:
    """Where the picture goes; raises WrongUsage for a name that a PDF may have."""
    if out is None:
        return Path(f"{file.stem}-p{page}.png")
    if out.suffix.lower() != ".png" or (out.exists() and file.exists() and out.samefile(file)):
        why, next_step = "la imagen se guarda como PNG", "Indique con --out un archivo .png que no sea el PDF."
        raise WrongUsage(str(out), why, next_step)
    return out


def _readers(given: str) -> tuple[str, ...]:
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
    from rendicion_etl.runs.workers import run_document
    from rendicion_etl.settings import Settings

    settings = Settings()
    with TemporaryDirectory() as folder:  # refuses what `ingest` refuses, and keeps nothing
        copy = replace(task, path=receive(file, Path(folder)).path)
        outcome = run_document(look_at_page, copy, timeout=settings.timeout, memory_mb=settings.memory_mb)
    if outcome.value is None:
        failure = outcome.failure
        assert failure is not None
        if debug and failure.detail:
            print(failure.detail, file=sys.stderr)
        raise UnreadableDocument(task.file_name, failure.why, failure.next_step, failure.stage)
    return outcome.value


def look_at_page(task: Task) -> Look:
    """Read the pages down to the one asked for, as tables run on from page to page, and draw that one."""
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.site.inspection import COLOURS, draw_page
    from rendicion_etl.tables.extract import verdicts

    with open_pdf(task.path, task.file_name) as pdf:
        if task.number > pdf.n_pages:
            return Look(pdf.n_pages)
        before: list[RawTable] = []
        for number in range(1, task.number + 1):
            page = pdf.page(number)
            found = verdicts(pdf, page, before)
            before = [table for verdict in found for table in verdict.tables]
        look = Look(pdf.n_pages, [_region(verdict, page) for verdict in found])
        names = {role: say(f"inspect.role.{role}", task.lang) for role in COLOURS}
        for reader in task.readers:
            who = say("inspect.those_chosen", task.lang) if reader == CHOSEN else reader
            title = say(
                "inspect.title", task.lang, file=task.file_name, page=task.number, pages=pdf.n_pages, reader=who
            )
            content = io.BytesIO()
            draw_page(pdf, page, _tagged(found, look.regions, reader, task.lang), names, title).save(content, "PNG")
            look.pictures[reader] = content.getvalue()
    return look


def _region(verdict: Verdict, page: Page) -> Row:
    from rendicion_etl.tables.jury import closing_sums

    readers = [
        {
            "reader": name,
            "figures": verdict.scores[name][0],
            "sums": sum(map(closing_sums, tables)),  # the jury counts them only where figures are equal
            "tables": [_table(table, page) for table in tables],
        }
        for name, tables in verdict.candidates.items()
    ]
    return {"chosen": verdict.chosen, "why": why_chosen(verdict), "readers": readers}


def why_chosen(verdict: Verdict) -> str:
    """What spoke for the reader chosen: it was `alone`, one of MEASURES, or nothing but that it is `preferred`."""
    own = verdict.scores[verdict.chosen]
    rivals = [score for name, score in verdict.scores.items() if name != verdict.chosen]
    if not rivals:
        return "alone"
    for k, measure in enumerate(MEASURES):
        rivals = [score for score in rivals if score[k] == own[k]]
        if not rivals:
            return measure
    return "preferred"


def _table(table: RawTable, page: Page) -> Row:
    from rendicion_etl.curated.values import clean
    from rendicion_etl.site.inspection import roles_of

    def corners(box: Box) -> list[float]:
        return [round(float(edge), 2) for edge in page.displayed(box)]

    return {
        "box": corners(table.regions[0].box),
        "n_rows": table.n_rows,
        "n_cols": table.n_cols,
        "header_rows": sorted(table.header_rows),
        "agreement": None if table.agreement is None else round(table.agreement, 4),
        "cells": [
            {
                "row": cell.row,
                "col": cell.col,
                "row_span": cell.row_span,
                "col_span": cell.col_span,
                "text": clean(cell.text),
                "role": role,
                "box": corners(cell.box),
            }
            for cell, role in roles_of(table)
        ],
    }


def _tagged(found: list[Verdict], regions: list[Row], reader: str, lang: str) -> list[Tagged]:
    """The tables that a reader sees, or those chosen, each with its tag."""
    from rendicion_etl.site.inspection import Tagged

    out = []
    for number, (verdict, region) in enumerate(zip(found, regions, strict=True), 1):
        who = verdict.chosen if reader == CHOSEN else reader
        score: Row = next((r for r in region["readers"] if r["reader"] == who), {})
        for table in verdict.candidates.get(who, []):
            tag = say(
                "inspect.tag",
                lang,
                region=number,
                reader=table.reader,
                rows=table.n_rows,
                cols=table.n_cols,
                figures=score["figures"],
                sums=score["sums"],
            )
            if reader != CHOSEN:
                tag = say("inspect.taken" if who == verdict.chosen else "inspect.left", lang, tag=tag)
            out.append(Tagged(table, tag))
    return out


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
        line(say("show.saved", lang, path=place))


def _because(region: Row, lang: str) -> str:
    measure = region["why"]
    others = [r for r in region["readers"] if r["reader"] != region["chosen"]]
    told = ", ".join(f"{r['reader']} {r[measure]}" for r in others) if measure in MEASURES else ""
    own = next(r for r in region["readers"] if r["reader"] == region["chosen"])
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
