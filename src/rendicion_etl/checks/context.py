"""What a table says of itself: of which years and periods it speaks, and whether of income or of spending."""

from __future__ import annotations

import re
from typing import Literal

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.normalize.period_words import Claim, claims
from rendicion_etl.normalize.text import fold, words

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


def speaks_of_its_report(table: Table, document: Document) -> bool:
    """Whether no year and no period that a table names is another than its report's: no look back, no plan."""
    end = document.period_end
    years = {str(document.fiscal_year), *(str(c.year) for c in _claims(table) if c.year)}
    months = {c.last_month for c in _claims(table) if c.last_month}
    return end is not None and _found(_YEAR, _said(table)) | years == {str(end.year)} and months <= {end.month}


def time_of(table: Table) -> Literal["accumulated", "period"] | None:
    """Whether a caption says that the table's figures are accumulated over the year, or of a period alone."""
    said, found = fold(table.title or ""), _claims(table)
    alone: list[str] = vocabulary("periods")["phrases"]["alone"]
    if any(phrase in said for phrase in alone) or any(
        c.kind in ("range", "month") and c.first_month > 1 for c in found
    ):
        return "period"
    since_january = any(c.kind in ("range", "end") and c.first_month == 1 for c in found)
    return "accumulated" if since_january or _ACCUMULATED.search(said) else None


def flow_of(table: Table) -> str | None:
    """`income` or `spending`, as the caption says; None where it says neither or both."""
    return _flow(fold(table.title or ""))


def subject_of(title: str | None) -> tuple[str, ...]:
    """The words of a caption without what it says about time: what stays from one report to the next."""
    out: list[str] = []
    for line in (title or "").splitlines():
        said = fold(line)
        for start, end in sorted((c.span for c in claims(said)), reverse=True):
            said = said[:start] + " " + said[end:]
        out += words(_YEAR.sub(" ", said))
    return tuple(out)


def _claims(table: Table) -> list[Claim]:
    return [c for line in (table.title or "").splitlines() for c in claims(fold(line))]


def of_income(table: Table) -> bool:
    """Whether a table says that it is of income: by its caption, or by its headers where the caption does not."""
    return _flow(fold(table.title or "")) == "income" or (_flow(_said(table)) == "income")


def _said(table: Table) -> str:
    """Caption and header texts."""
    headers = [c.text for c in table.header()]
    return fold(" . ".join([table.title or "", *headers]))


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(text))


def _flow(text: str) -> str | None:
    income, spending = bool(_INCOME.search(text)), bool(_SPENDING.search(text))
    return None if income == spending else "income" if income else "spending"
