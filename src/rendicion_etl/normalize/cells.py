"""Cells as printed -> cells with a value and its type, by what their column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rendicion_etl.normalize.columns import body_cells, is_code
from rendicion_etl.normalize.model import NUMERIC_TYPES, Cell, Column, PressedCells, ValueType
from rendicion_etl.normalize.numbers import DecimalSign, Number, parse_number
from rendicion_etl.tables.model import RawCell, RawTable
from rendicion_etl.tables.pressed import Pressed, edited

_DATE = re.compile(r"\d{1,2}\s*[/-]\s*(?:\d{1,2}|[a-záéíóú]{3,10})\s*[/-]\s*\d{2,4}", re.IGNORECASE)


def type_cells(
    raw: RawTable, columns: list[Column], later: Mapping[tuple[int, int], Column], sign: DecimalSign
) -> list[Cell] | PressedCells:
    """One typed cell per raw cell; header cells and what is no number are labels. `later`: see later_columns."""
    signs = [_sign_of(raw, column, sign) for column in columns]
    if isinstance(raw.cells, Pressed):
        return PressedCells(_typed(block, raw.header_rows, columns, later, signs) for block in raw.cells.blocks())
    return _typed(raw.cells, raw.header_rows, columns, later, signs)


def _typed(
    cells: Iterable[RawCell],
    header_rows: frozenset[int],
    columns: list[Column],
    later: Mapping[tuple[int, int], Column],
    signs: Sequence[DecimalSign],
) -> list[Cell]:
    out = []
    for c in cells:
        number = parse_number(c.text, signs[c.col]) if c.row not in header_rows and c.col_span == 1 else None
        own = later.get((c.row, c.col))
        value_type = _type_of(c.text, number, own or columns[c.col], c.row in header_rows)
        numeric = value_type in NUMERIC_TYPES
        value = number.value if number and numeric else None
        decimals = number.decimals if number and numeric else 0
        header = own.header if own and numeric else None
        out.append(
            Cell(
                c.row,
                c.col,
                c.row_span,
                c.col_span,
                c.text,
                c.page,
                c.box,
                value,
                value_type,
                decimals,
                header,
                c.certainty,
            )
        )
    return out


def correct_values(cells: Sequence[Cell], columns: Sequence[Column], given: Mapping[tuple[int, int], Decimal]) -> None:
    """Give cells the values that are known already; what they print stays, and how far it is rounded."""
    for cell in edited(cells) if given else ():
        value = given.get((cell.row, cell.col))
        if value is None or value == cell.value:
            continue
        cell.value, cell.decimals = value, max(_decimals(value), cell.decimals)
        if cell.value_type not in NUMERIC_TYPES:
            column = columns[cell.col]
            kind = _type_of(cell.text or str(value), Number(value, cell.decimals, False, None), column, False)
            cell.value_type = kind if kind in NUMERIC_TYPES else "amount"


def _decimals(value: Decimal) -> int:
    """How many digits stand after the decimal sign."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _sign_of(raw: RawTable, column: Column, sign: DecimalSign) -> DecimalSign:
    """The decimal sign of a column: counts such as 1.500 and 2.250 beside 900 are thousands in any document."""
    thousands = re.compile(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+")
    signed = [c.text for c in body_cells(raw, column.col) if sign in c.text]
    if column.role in ("pct", "code") or column.percent or len(signed) < 2 or not all(map(thousands.fullmatch, signed)):
        return sign
    return "," if sign == "." else "."


def _type_of(text: str, number: Number | None, column: Column, header: bool) -> ValueType:
    if not text:
        return "empty"
    if header or number is None:
        return "date" if _DATE.fullmatch(text.strip()) else "label"
    if column.role == "code":
        return "code" if is_code(text, number) or not number.percent else "label"
    if column.role == "label" or (column.role == "other" and _is_long_code(text, number)):
        return "code" if is_code(text, number) else "label"
    if number.percent or column.role == "pct" or column.percent:
        return "percent"
    if column.codes and is_code(text, number):
        return "code"
    if column.half == "physical" or column.role == "count":
        return "count"
    if column.phase or number.currency or number.decimals == 2 or column.role == "other":
        return "amount"
    return "count"


def _is_long_code(text: str, number: Number) -> bool:
    """More digits in a row than anybody prints an amount with: a code in a column that is not known as such."""
    return (text.isdigit() and len(text) >= 7 and number.currency is None) or (
        text.isdigit() and text.startswith("0") and len(text) > 1
    )
