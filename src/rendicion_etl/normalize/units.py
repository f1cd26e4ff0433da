"""The unit of a table's figures, from its caption, its headers and the currency signs it prints."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.normalize.text import squash

HALF = Decimal("0.5")
FACTORS = {"GTQ_thousands": Decimal(1_000), "GTQ_millions": Decimal(1_000_000)}


def factor_of(table: Table) -> Decimal:
    """Whole currency units in one unit of the table's amounts."""
    return FACTORS.get(table.unit or "", Decimal(1))


def unit_of(table: Table, caption: Sequence[str]) -> str | None:
    """A `tables.unit`: a scale that is printed wins; else what the columns hold. None for a table without figures.

    Money whose currency is not printed is taken for quetzales, which the law prescribes (Ley Orgánica del
    Presupuesto), unless a dollar sign stands beside it: then the currency is not known.
    """
    types = {kind for column in table.columns for kind in table.figures(column.col)}
    if not types:
        return None
    said = _said([*caption, *(c.header for c in table.columns)])
    if said in FACTORS or (said == "USD" and "amount" in types):
        return said
    if "amount" in types:
        figures = (c for column in table.columns if table.figures(column.col) for c in table.column(column.col))
        if said != "GTQ" and any("$" in c.text for c in figures if c.value is not None):
            return None
        return "mixed" if "count" in types else "GTQ"
    return "count" if "count" in types else "percent"


def _said(texts: Sequence[str]) -> str | None:
    """The unit that captions or headers name, the most specific first."""
    words: dict[str, list[str]] = vocabulary("columns")["units"]
    compact = [squash(t) for t in texts]
    for unit, forms in words.items():
        if any(squash(form) in text for form in forms for text in compact):
            return unit
    return None


def half_unit(table: Table, cell: Cell) -> Decimal:
    """By how much the true figure may differ from its print: 0 for counts and for money printed to the cent.

    Percentages, scaled amounts and amounts without cents stand for ± half a unit of their last digit; a dash is
    exactly zero.
    """
    if cell.value is None or not any(ch.isdigit() for ch in cell.text):
        return Decimal(0)
    if cell.value_type == "percent":
        return HALF.scaleb(-cell.decimals)
    if cell.value_type != "amount" or (cell.decimals >= 2 and table.unit not in FACTORS):
        return Decimal(0)
    return HALF.scaleb(-cell.decimals)
