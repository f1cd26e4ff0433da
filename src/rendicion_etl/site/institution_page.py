"""The page of one institution: its reports, what does not add up in them, and what it had and spent.

Charts are SVG files beside the page, one for wide and one for narrow screens, each with its table of the same numbers,
where every number leads to its place in print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.site.charts import (
    Chart,
    DataTable,
    department_table,
    draw_groups,
    draw_map,
    draw_phases,
    group_table,
    phase_table,
)
from rendicion_etl.site.listing import COUNTS, Institution, findings_of
from rendicion_etl.site.pages import FILES, FINDINGS, SECTIONS, drawn, read_json, write_json, write_page
from rendicion_etl.site.periods import in_time
from rendicion_etl.site.spending import by_department, by_group, phases_over_time
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb

SHOWN = 100  # findings; the rest stand on the pages of the reports
LEAST_PERIODS = 2  # a chart of one period says no more than its table


@dataclass(frozen=True)
class Figure:
    """A chart with its table: the files of its two widths, beside the page; without files the table stands alone."""

    name: str
    chart: Chart | None
    table: DataTable
    wide: str = ""
    narrow: str = ""


def is_made_of(home: Path, institution: str, made_of: str) -> bool:
    """Whether the page of an institution is there and says what it would say again."""
    folder = home / SECTIONS["institutions"] / institution
    return read_json(folder).get("made_of") == made_of and all((folder / file).is_file() for file in FILES.values())


def write_institution(
    home: Path, connection: duckdb.DuckDBPyConnection, institution: Institution, made_of: str
) -> None:
    """Write the page of an institution in both languages, and note what it is `made_of`."""
    assert institution.id
    folder = f"{SECTIONS['institutions']}/{institution.id}"
    periods = phases_over_time(connection, institution.id)
    when = max(((p.fiscal_year, p.period) for p in periods), key=lambda p: in_time(*p), default=None)
    groups = by_group(connection, institution.id, *when) if when else None
    departments = by_department(connection, institution.id, *when) if when else None
    whole = next((p.total for p in periods if (p.fiscal_year, p.period) == when), None)
    findings = findings_of(connection, institution.id)
    pages = drawn(home, [document["document_id"] for document in institution.documents])
    linked = drawn(home, [f"{FINDINGS}/{finding['finding_id']}" for finding in findings])
    name = institution.name or institution.id

    def context(words: Words) -> dict[str, Any]:
        over_time = draw_phases(periods, name, words) if len(periods) >= LEAST_PERIODS else None
        told = (
            ("fases", over_time, phase_table(periods, words)),
            ("grupos", draw_groups(groups, name, words), group_table(groups, words)),
            ("departamentos", draw_map(departments, name, words), department_table(departments, words, whole)),
        )
        figures = []
        for kind, chart, table in told:
            figures += [_figure(home / folder, kind, chart, table, words)] if table else []
        return {
            "institution": institution,
            "name": name,
            "severities": COUNTS,
            "figures": figures,
            "findings": [f for f in findings if f"{FINDINGS}/{f['finding_id']}" in linked][:SHOWN],
            "n_findings": len(findings),
            "said_of": lambda f: f[f"message_{words.lang}"] or f["message_es"],
            "drawn": pages,
            "latest": words.period(when[1], when[0]) if when else None,
        }

    write_page(home, folder, "institution.html", context, "institutions")
    write_json(home / folder, {**_plain(institution, periods), "made_of": made_of})


def _figure(folder: Path, name: str, chart: Chart | None, table: DataTable, words: Words) -> Figure:
    """A chart and its table; the pictures are written."""
    if chart is None:
        return Figure(name, None, table)
    files = {"wide": f"{name}.{words.lang}.svg", "narrow": f"{name}.{words.lang}.angosto.svg"}
    write_whole(folder / files["wide"], chart.wide.encode("utf-8"))
    write_whole(folder / files["narrow"], chart.narrow.encode("utf-8"))
    return Figure(name, chart, table, **files)


def _plain(institution: Institution, periods: Sequence[Any]) -> Mapping[str, Any]:
    """An institution for programs: its documents, and what it had and spent in each period."""
    return {
        "institution": institution.id,
        "name": institution.name,
        "findings": institution.counts,
        "documents": [document["document_id"] for document in institution.documents],
        "periods": [
            {
                "fiscal_year": p.fiscal_year,
                "period": p.period,
                **{phase: amount.value for phase, amount in p.total.amounts.items()},
            }
            for p in periods
        ],
    }
