"""`rendicion findings`: the contradictions, the proven ones first, our own doubts apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from rendicion_etl.cli.options import AsJson, Common, Curated, option, to_read
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say

if TYPE_CHECKING:
    import duckdb

Severity = Literal["critical", "warning", "info"]
Confidence = Literal["confirmed", "unconfirmed"]

_ORDER = """order by confidence, case severity when 'critical' then 0 when 'warning' then 1 else 2 end,
    document_id, page, top, x0, check_id"""
_STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan"}


def findings(
    *,
    document: Annotated[str | None, option("findings.document", "--document")] = None,
    check: Annotated[str | None, option("findings.check", "--check")] = None,
    severity: Annotated[Severity | None, option("findings.severity", "--severity")] = None,
    confidence: Annotated[Confidence | None, option("findings.confidence", "--confidence")] = None,
    as_json: AsJson = False,
    curated: Curated = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """List what does not add up in the documents that were ingested."""
    from rendicion_etl.cli import output
    from rendicion_etl.curated.query import named_rows, open_published, told_plainly

    home = to_read(curated)
    wanted = {"document_id": document, "check_id": check, "severity": severity, "confidence": confidence}
    filters = {name: value for name, value in wanted.items() if value is not None}
    where = " and ".join(f"{name} = ?" for name in filters) or "true"
    # Field and table names are ours; what the user gave travels as parameters.
    with open_published(home) as connection, told_plainly(home):
        _must_exist(connection, home, document, check)
        found = named_rows(connection, f"select * from findings where {where} {_ORDER}", *filters.values())
    if as_json:
        print(output.to_json([with_parsed_json(row) for row in found]))
    else:
        _show(found, common.language)
    return 0


def _must_exist(connection: duckdb.DuckDBPyConnection, curated: Path, document: str | None, check: str | None) -> None:
    """RendicionError for a document or a rule that the data do not know: "no findings" would acquit it."""
    known = "select count(*) from documents where document_id = ?"
    if document is not None and connection.execute(known, [document]).fetchall() == [(0,)]:
        raise RendicionError(
            document,
            f"no hay ningún documento con ese nombre en {curated}",
            "Ingiéralo primero, o consulte los nombres con: rendicion query 'select document_id from documents'.",
        )
    applied = connection.execute("select distinct check_id from check_results order by 1").fetchall()
    rules = [rule for (rule,) in applied]
    if check is not None and check not in rules:
        why, next_step = "esa regla no se aplicó a estos documentos", f"Las que se aplicaron: {', '.join(rules)}."
        raise RendicionError(check, why, next_step)


def with_parsed_json(row: dict[str, Any]) -> dict[str, Any]:
    """A finding with its JSON columns as values."""
    import json

    parsed = {name: json.loads(row[name]) for name in ("related", "evidence") if isinstance(row.get(name), str)}
    return {**row, **parsed}


def _show(found: list[dict[str, Any]], lang: str) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from rendicion_etl.cli.output import on_screen

    console = Console(highlight=False)
    if not found:
        console.print(say("findings.none", lang))
        return
    for confidence in ("confirmed", "unconfirmed"):
        rows = [row for row in found if row["confidence"] == confidence]
        if rows:
            console.print(Text(say(f"findings.{confidence}", lang, n=len(rows)), style="bold"))
        for row in rows:
            severity = say(f"severity.{row['severity']}", lang)
            place = say("findings.place", lang, document=row["document_id"], page=row["page"])
            head = f"{row['finding_id']}  {severity}  {row['check_id']}  {place}"
            console.print(Text(on_screen(head), style=_STYLES[row["severity"]]), soft_wrap=True)
            console.print(Padding(Text(on_screen(row[f"message_{lang}"])), (0, 0, 0, 4)))
            if row["consequence_of"]:
                follows = say("findings.follows", lang, finding=row["consequence_of"])
                console.print(Padding(Text(follows, style="dim"), (0, 0, 0, 4)))
    console.print(Text(say("findings.next", lang, finding=found[0]["finding_id"])), soft_wrap=True)
