"""What there is to see on one page: what each reader made of its regions, whose tables were taken and why."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Box, Page
    from rendicion_etl.site.inspection import Tagged
    from rendicion_etl.tables.jury import Verdict
    from rendicion_etl.tables.model import RawTable

CHOSEN = "chosen"  # stands for whichever reader was taken in each region
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


def look_at_page(task: Task) -> Look:
    """Read the pages down to the one asked for, as tables run on from page to page, and draw that one."""
    from rendicion_etl.reading.page_reader import PageReader
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.site.inspection import COLOURS, draw_page
    from rendicion_etl.tables.extract import verdicts

    with open_pdf(task.path, task.file_name) as pdf:
        if task.number > pdf.n_pages:
            return Look(pdf.n_pages)
        pages = PageReader(pdf)
        before: list[RawTable] = []
        for number in range(1, task.number + 1):
            page = pages.page(number)
            found = verdicts(pdf, page, before, every=True)
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
