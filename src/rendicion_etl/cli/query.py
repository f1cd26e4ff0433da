"""`rendicion query`: SQL over the curated datasets."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, Common, Curated, folder, option
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say

Format = Literal["table", "csv", "json", "parquet", "xlsx"]
_BINARY = ("parquet", "xlsx")
_NO_NAMES = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


def query(
    sql: Annotated[str, Parameter(help=say("query.sql", HELP_LANG))],
    /,
    *,
    format: Annotated[Format, option("query.format", "--format", "-f")] = "table",
    out: Annotated[Path | None, option("query.out", "--out", "-o")] = None,
    curated: Curated = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Run one SQL query over the datasets and the view `ejecucion`."""
    from rendicion_etl.archive.store import write_whole
    from rendicion_etl.curated.export import run_query

    if format in _BINARY and out is None and sys.stdout.isatty():
        raise RendicionError(format, "no se puede mostrar en la terminal", "Indique --out ARCHIVO.")
    answer = run_query(folder(curated, "curated"), sql, format)
    if adds_up_too_much(sql):
        print(say("query.note", common.language), file=sys.stderr)
    content = answer if isinstance(answer, bytes) else answer.encode()
    if out is not None:
        write_whole(out, content)
        return 0
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0


def adds_up_too_much(sql: str) -> bool:
    """Whether a query over `ejecucion` names neither or only one of the two columns that it must choose by.

    >>> adds_up_too_much("select sum(vigente) from ejecucion where period = 'classification'")
    True
    """
    words = set(re.findall(r"\w+", _NO_NAMES.sub(" ", sql).lower()))
    described = {"describe", "desc", "summarize", "show"} & words
    return "ejecucion" in words and not described and not {"classification", "period"} <= words
