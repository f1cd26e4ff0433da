"""What the numbers themselves suggest about how a contradiction came about."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rendicion_etl.checks.compare import amount, label_of
from rendicion_etl.normalize.model import Cell, Table

Hint = tuple[str, str]


def hint(printed: Decimal, expected: Decimal, table: Table | None = None, addends: Sequence[Cell] = ()) -> Hint | None:
    """A probable cause in Spanish and English, None where the numbers give none."""
    if table is not None:
        for cell in addends:
            if cell.value and abs(printed - expected) == abs(cell.value):
                label = label_of(table, cell)
                return (
                    f"La diferencia es igual a la fila «{label}» ({amount(cell.value)}): quedó fuera o se contó dos "
                    "veces.",
                    f"The difference equals the row “{label}” ({amount(cell.value)}): left out or counted twice.",
                )
    if printed == -expected:
        return "Solo difiere el signo.", "Only the sign differs."
    if expected and printed / expected in (1000, 1_000_000, Decimal("0.001"), Decimal("0.000001")):
        return (
            "Difieren por un factor de mil o de un millón: la unidad.",
            "They differ by a factor of a thousand or a million: the unit.",
        )
    return _by_digits(printed, expected)


def _by_digits(printed: Decimal, expected: Decimal) -> Hint | None:
    decimals = max(0, *(-e for v in (printed, expected) if isinstance(e := v.as_tuple().exponent, int)))
    one, two = (str(abs(int(v.scaleb(decimals)))) for v in (printed, expected))
    if len(one) != len(two):
        return None
    differ = [k for k, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(differ) == 1:
        a, b = one[differ[0]], two[differ[0]]
        return f"Difieren en una sola cifra: {a} por {b}.", f"One digit differs: {a} for {b}."
    if len(differ) == 2 and one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]:
        pair = one[differ[0]] + one[differ[1]]
        return (
            f"Dos cifras están intercambiadas: {pair} por {pair[::-1]}.",
            f"Two digits are swapped: {pair} for {pair[::-1]}.",
        )
    return None
