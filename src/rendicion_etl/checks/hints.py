"""What the numbers themselves suggest about how a contradiction came about."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rendicion_etl.checks.compare import amount, label_of
from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.normalize.slips import slip

Hint = tuple[str, str]

_WORDS: dict[str, Hint] = {
    "sign": ("Solo difiere el signo.", "Only the sign differs."),
    "factor": (
        "Difieren por un factor de mil o de un millón: la unidad.",
        "They differ by a factor of a thousand or a million: the unit.",
    ),
    "digit": ("Difieren en una sola cifra: {wrong} por {right}.", "One digit differs: {wrong} for {right}."),
    "swap": (
        "Dos cifras están intercambiadas: {wrong} por {right}.",
        "Two digits are swapped: {wrong} for {right}.",
    ),
}


def hint(printed: Decimal, expected: Decimal, table: Table | None = None, addends: Sequence[Cell] = ()) -> Hint | None:
    """A probable cause in Spanish and English, None where the numbers give none."""
    for cell in addends if table is not None else ():
        if table is not None and cell.value and abs(printed - expected) == abs(cell.value):
            label = label_of(table, cell)
            return (
                f"La diferencia es igual a la fila «{label}» ({amount(cell.value)}): quedó fuera o se contó dos veces.",
                f"The difference equals the row “{label}” ({amount(cell.value)}): left out or counted twice.",
            )
    found = slip(printed, expected)
    if found is None:
        return None
    es, en = _WORDS[found.kind]
    return es.format(wrong=found.wrong, right=found.right), en.format(wrong=found.wrong, right=found.right)
