"""How often the monitors of a sudden change cry wolf, and how often they see the wolf: `python bench/monitors.py`.

Reports of an institution that is steady, drawn at random: their tables, comparisons, errors and doubts vary as counts
do. Then the same with 15 points more errors in the last report, or with half of its tables.
"""

from __future__ import annotations

import random

from rendicion_etl.runs.monitors.sudden import Measured, of_document

TIMES = 1000
PER_TABLE = 20  # comparisons
KINDS = ("grupo_gasto", "renglon", "programa", "finalidad", "ubicacion_geografica", "metas_fisicas")


def drawn(rate: float, tables: float = 14) -> Measured:
    """A report in which a comparison fails with the probability `rate`."""
    n_tables = max(1, round(random.gauss(tables, 2)))
    comparisons = n_tables * PER_TABLE + random.randint(-30, 30)
    doubtful = times(comparisons, 0.02)
    return Measured(
        *("scep-2024-c1-00000000", "un informe", "a report"),
        applied=comparisons - doubtful,
        failed=times(comparisons - doubtful, rate),
        doubtful=doubtful,
        tables=n_tables,
        other=times(n_tables, 0.15),
        compared=n_tables,
        disagreeing=times(n_tables, 0.08),
        kinds=frozenset(kind for kind in KINDS if random.random() < 0.9),
    )


def times(n: int, probability: float) -> int:
    return sum(random.random() < probability for _ in range(n))


def share_alarming(rule: str, rate: float, n_earlier: int, last_rate: float, last_tables: float) -> float:
    """The share of last reports of which a rule says something."""
    alarming = 0
    for _ in range(TIMES):
        earlier = [drawn(rate) for _ in range(n_earlier)]
        last = drawn(last_rate, last_tables)
        alarming += any(alarm.rule == rule for alarm in of_document(last, earlier))
    return alarming / TIMES


def main() -> None:
    random.seed(20240430)
    print("errors  earlier | false: error_rate  layout | seen: +15 points of errors  half of the tables")
    for rate in (0.01, 0.03, 0.1, 0.2):
        for n in (4, 6, 8):
            false = [share_alarming(rule, rate, n, rate, 14) for rule in ("error_rate", "layout")]
            seen = share_alarming("error_rate", rate, n, rate + 0.15, 14), share_alarming("layout", rate, n, rate, 7)
            figures = "  ".join(f"{share:7.1%}" for share in (*false, *seen))
            print(f"{rate:6.0%}  {n:7} | {figures}")


if __name__ == "__main__":
    main()
