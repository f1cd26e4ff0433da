"""What a table says of itself: of which years and periods it speaks, and whether of income or of spending."""

from __future__ import annotations

import re
from typing import Literal

from rendicion_etl.normalize.model import Table
from rendicion_etl.normalize.text import fold

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
_PERIOD = re.compile(
    rf"\b(?:{'|'.join(_MONTHS.split())})\b"
    r"|\b(?:primer|segundo|tercer|cuarto|1er|2do|3er|4to)\w*\.? (?:cuatrimestre|trimestre|semestre)"
)
_INCOME, _SPENDING = re.compile(r"\bingresos?\b"), re.compile(r"\b(?:egresos?|gastos?)\b")
_ACCUMULATED, _OF_PERIOD = re.compile(r"acumulad"), re.compile(r"\b(?:mes|mensual|trimestre|cuatrimestre|periodo)\b")


def conflict(one: Table, two: Table) -> bool:
    """Whether two tables say that they speak of different money; what only one of them says is no conflict."""
    a, b = _said(one), _said(two)
    apart = any(x and y and not x & y for x, y in ((_found(p, a), _found(p, b)) for p in (_YEAR, _PERIOD)))
    return apart or {_flow(fold(one.title or "")), _flow(fold(two.title or ""))} == {"income", "spending"}


def span_of(header: str) -> Literal["accumulated", "period"] | None:
    """Whether a header says that its figures are accumulated over the year, or of a period alone."""
    said = fold(header)
    if _ACCUMULATED.search(said):
        return "accumulated"
    return "period" if _OF_PERIOD.search(said) else None


def of_income(table: Table) -> bool:
    """Whether a table says that it is of income: by its caption, or by its headers where the caption does not."""
    return _flow(fold(table.title or "")) == "income" or (_flow(_said(table)) == "income")


def _said(table: Table) -> str:
    """Caption and header texts."""
    headers = [c.text for c in table.cells if c.row < table.n_header_rows]
    return fold(" . ".join([table.title or "", *headers]))


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(text))


def _flow(text: str) -> str | None:
    income, spending = bool(_INCOME.search(text)), bool(_SPENDING.search(text))
    return None if income == spending else "income" if income else "spending"
