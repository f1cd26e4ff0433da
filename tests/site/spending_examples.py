"""Published reports of an institution, made from the lines of their tables; and the same as amounts, for charts."""

from __future__ import annotations

import datetime as dt
import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import site_examples as example

from rendicion_etl.catalogs import by_code
from rendicion_etl.curated.schemas import names
from rendicion_etl.curated.writer import publish, stage
from rendicion_etl.site.amounts import Amount, Division, Line, Period, Place

PHASES = ("asignado", "vigente", "devengado")
Printed = tuple[str, str, str | None, Sequence[str | None]]
"""A line: its role, its code, its label, and what it prints of the three phases."""

GROUPS: list[Printed] = [
    ("detail", "0", "Servicios personales", ("90.00", "100.00", "40.00")),
    ("detail", "1", "Grupo 1", ("10.00", "20.00", "5.50")),
    ("total", "", "TOTAL", ("100.00", "121.00", "45.50")),  # does not add up, and is what is printed
]


def publish_lines(curated: Path, *tables: tuple[str, list[Printed]], **more: Any) -> str:
    """Publish a report with a table per (classification, lines); gives its document_id."""
    known = {"institution": "scep", "fiscal_year": 2021, "period": "C1", **more}
    currency = known.pop("currency", "GTQ")
    partition = {"institution": known["institution"], "fiscal_year": known["fiscal_year"]}
    sha256 = hashlib.sha256(repr(sorted(known.items(), key=str)).encode()).hexdigest()
    document_id = f"{known['institution']}-{known['fiscal_year']}-{known['period']}-{sha256[:8]}".lower()
    start = known.pop("period_start", dt.date(known["fiscal_year"] or 2021, 1, 1))
    about = {"document_id": document_id, "sha256": sha256, "period_start": start, **known}
    records: dict[str, list[dict[str, Any]]] = {name: [] for name in example_datasets()}
    records["documents"] = [example.document(**about)]
    for index, (kind, lines) in enumerate(tables):
        key = {"document_id": document_id, "table_id": f"{document_id}/t{index + 1:02d}"}
        records["tables"].append(example.table(**key, table_index=index, kind=kind, n_rows=len(lines) + 1))
        for row, (role, code, label, amounts) in enumerate(lines, 1):
            records["budget_execution"].append(
                dict.fromkeys(names("budget_execution"))
                | {**key, "row": row, "page": 2, "period": known["period"], "classification": kind}
                | {"code": code or None, "label": label, "label_printed": label, "row_role": role}
                | {"level": int(role != "total"), "currency": currency, "department_code": _department(kind, code)}
                | {phase: Decimal(v) if v else None for phase, v in zip(PHASES, amounts, strict=True)}
            )
            for col, phase in enumerate(PHASES, 1):
                text = f"Q {amounts[col - 1]}" if amounts[col - 1] else ""
                records["cells"].append(example.cell(row, col, text, **key, column_role=phase, row_role=role, page=2))
    whole = {
        name: [{field: {**row, **partition}[field] for field in names(name)} for row in rows]
        for name, rows in records.items()
    }
    publish(stage(whole, curated / ".staging"), curated)
    return document_id


def example_datasets() -> list[str]:
    return [
        "documents", "tables", "cells", "budget_execution", "indicators", "statements", "findings", "check_results",
        "corrections",
    ]  # fmt: skip


def _department(kind: str, code: str) -> str | None:
    return code if kind == "ubicacion_geografica" and code in by_code("departments") else None


def line(code: str, label: str, devengado: str | None = None, vigente: str | None = None, **more: str) -> Line:
    """A line as the queries give it, all its amounts at one place."""
    place = Place("scep-2021-c1-0123abcd", "scep-2021-c1-0123abcd/t01", 1, 2, 3)
    given = {"devengado": devengado, "vigente": vigente, **more}
    return Line(code, label, {p: Amount(Decimal(v), "printed", "grupo_gasto", place) for p, v in given.items() if v})


def period(year: int, code: str, devengado: str | None, vigente: str | None, **more: Any) -> Period:
    accumulates = more.pop("accumulates", True)
    return Period(year, code, line("", "", devengado, vigente, **more), accumulates)


def division(*lines: Line) -> Division:
    return Division(2021, "C1", lines, Line("", ""))


def departments(**amounts: tuple[str | None, str | None]) -> Division:
    """All 22; `d05=("10", "20")` gives Escuintla other amounts than 10,000 times its code of a million."""
    return division(
        *(
            line(code, place["name"], *amounts.get(f"d{code}", (str(int(code) * 10_000), "1000000")))
            for code, place in by_code("departments").items()
        )
    )


def texts(svg: str) -> list[str]:
    """What an SVG writes, in order, white space made plain."""
    return [" ".join((e.text or "").split()) for e in ET.fromstring(svg).iter() if e.tag.endswith("}text")]


def paths(svg: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if e.tag.endswith("}path")]
