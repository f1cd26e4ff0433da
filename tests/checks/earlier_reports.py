"""Reports of one year as rules see them: a report with the earlier ones in its history."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

from printed import printed
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document

HEADER = "Grupo de Gasto | Asignado | Vigente | Devengado | Saldo por Ejecutar"
GROUPS = (
    HEADER,
    "Grupo 0 | 50,902,568.17 | 53,902,568.17 | 17,593,018.73 | 36,309,549.44",
    "Grupo 1 | 9,097,432.31 | 9,097,432.31 | 2,007,907.02 | 7,089,525.29",
    "Grupo 2 | 6,104,908.12 | 6,104,908.12 | 1,054,566.33 | 5,050,341.79",
    "Grupo 3 | 3,477,238.40 | 3,477,238.40 | 1,064,978.45 | 2,412,259.95",
)
CAPTION = ("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto")


def total(*rows: str) -> str:
    """The row of totals that makes a table close; the first row is the header."""
    columns = zip(*(row.split(" | ")[1:] for row in rows[1:]), strict=True)
    sums = (sum(int(t.replace(",", "").replace(".", "")) for t in column) for column in columns)
    return " | ".join(["TOTAL", *(f"{n / 100:,.2f}" for n in sums)])


def groups(**changed: str) -> tuple[str, ...]:
    """The table of groups, `g2="1,054,566.33 > 2,054,566.33; ..."` changes texts of Grupo 2; with totals that close."""
    rows = list(GROUPS)
    for name, changes in changed.items():
        k = int(name[1:]) + 1
        for change in changes.split("; "):
            old, new = change.split(" > ")
            assert old in rows[k], f"{old} is not in {rows[k]}"
            rows[k] = rows[k].replace(old, new)
    return (*rows, total(*rows))


def later(**changed: str) -> tuple[str, ...]:
    """The table four months on: every group has spent a million more, but for what is changed."""
    spent = {
        "g0": "17,593,018.73 > 27,593,018.73; 36,309,549.44 > 26,309,549.44",
        "g1": "2,007,907.02 > 3,007,907.02; 7,089,525.29 > 6,089,525.29",
        "g2": "1,054,566.33 > 2,054,566.33; 5,050,341.79 > 4,050,341.79",
        "g3": "1,064,978.45 > 2,064,978.45; 2,412,259.95 > 1,412,259.95",
    }
    return groups(**{**spent, **changed})


def report(
    month: int, *tables: Sequence[str], caption: Sequence[str] = CAPTION, history: Sequence[Document] = ()
) -> Document:
    """A report of 2023 up to the end of a month."""
    raw = [printed(*rows, caption=caption) for rows in tables]
    made = understand(Source(f"{month:08d}" * 8, f"{month}.pdf"), [], raw, None)
    made.institution, made.fiscal_year, made.period = "sesan", 2023, f"M{month:02}"
    made.period_start = dt.date(2023, 1, 1)
    made.period_end = dt.date(2023, month, calendar.monthrange(2023, month)[1])
    made.history = tuple(history)
    return made
