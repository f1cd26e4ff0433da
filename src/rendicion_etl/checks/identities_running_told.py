"""Where a running column breaks: told only where the figures themselves say what happened.

That is one cell that mends all, one slip of the pen, a row printed twice, or a total that exceeds its rows by just what
the running column grows too much: then a row seems to be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from rendicion_etl.checks.compare import HALF_CENT, Tally, amount, header_of, label_of, name_of, place
from rendicion_etl.checks.fault import Fault
from rendicion_etl.checks.identities_running import Running, learned_running, meeting, repeats
from rendicion_etl.checks.identity import Identity, Terms, gap, has_another_term, signed, slack
from rendicion_etl.checks.model import Finding, Place, Severity
from rendicion_etl.checks.relations import Key, key_of, linear
from rendicion_etl.normalize.model import Cell, Table
from rendicion_etl.normalize.percentages import total_row
from rendicion_etl.normalize.rows import is_memo
from rendicion_etl.normalize.slips import slip


def judge_running(table: Table, tally: Tally) -> None:
    for running in learned_running(table):
        for terms in running.held:
            tally.ok(partial(linear, table, terms))
        if running.failed and (finding := _told(table, running, tally)):
            tally.fail(finding)
        elif running.failed:
            tally.skip("no es seguro qué cifra rompe lo acumulado")


def _told(table: Table, running: Running, tally: Tally) -> Finding | None:
    """What fails, at the cell at fault; None where the figures do not say what happened."""
    terms = running.failed[0]
    if len(running.failed) > 1:
        cell = meeting(table, running.failed)
        return _finding(table, terms, tally, key_of(table, cell)) if cell else None
    reached, above, more = terms[0][0], terms[1][0] if len(terms) > 2 else None, terms[-1][0]
    if above and repeats(table, reached, above, more):
        return _finding(table, terms, tally, key_of(table, more))
    if not more.value or has_another_term(table, Identity(running.run, ((running.added, 1),)), [terms]):
        return None
    lacks, room, short = -signed(terms), slack(table, terms), _shortfall(table, running.added)
    in_total = above is not None and short is not None and abs(short - lacks) <= room
    adds_up = short is not None and abs(short) <= room
    slipped = [c for c, _ in terms if c.value and slip(c.value, linear(table, terms).mended(key_of(table, c)))]
    if in_total and lacks > 0 and not _has(slipped, more):
        return _left_out(table, terms, tally)
    possible = [c for c, _ in terms if c is not more and not running.vouched(c)]
    if in_total or not possible:
        accused = reached if adds_up else more
    else:
        likely = possible if adds_up else [*possible, more]
        accused = next((c for c in likely if _has(slipped, c)), likely[0])
    if not (_has(slipped, accused) or _has(slipped, more)):
        return None  # a sum of rows above, for instance: it adds nothing to what has run up
    return _finding(table, terms, tally, key_of(table, accused))


def _has(cells: Iterable[Cell], cell: Cell) -> bool:
    return any(c == cell for c in cells)


def _shortfall(table: Table, col: int) -> Decimal | None:
    """By how much the total of a column is more than its rows; None where one of them prints no figure."""
    total = total_row(table)
    rows = [r.row for r in table.rows if r.role == "detail" and not is_memo(r.label)]
    values = [table.value(row, col) for row in rows]
    whole = None if total is None else table.value(total, col)
    return None if whole is None or None in values else whole - sum((v for v in values if v is not None), Decimal(0))


def _left_out(table: Table, terms: Terms, tally: Tally) -> Finding:
    """A running column that grows by more than its row says, which the total has too: a row in between is missing."""
    (reached, _), (above, _), (more, _) = terms
    total = table.cell(total_row(table) or 0, more.col)
    rows = [c for r in table.rows if r.role == "detail" and (c := table.cell(r.row, more.col)) and c is not more]
    where, run, added = name_of(table), header_of(table, reached), header_of(table, more)
    one, two, lacks = label_of(table, above), label_of(table, reached), amount(-signed(terms))
    region = next((r for r in table.regions if r.page == reached.page), table.regions[0])
    return Finding(
        check_id=tally.check_id,
        check_version=tally.version,
        severity="critical",
        place=Place(table.table_id, None, None, region.page, region.box),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=None,
        expected_text=None,
        message_es=(
            f"{where}: entre las filas «{one}» y «{two}» faltan {lacks}, como si faltara una fila: «{run}» pasa de "
            f"{amount(above.value)} a {amount(reached.value)}, pero «{added}» dice {amount(more.value)}; el total "
            f"de esa columna excede la suma de sus filas justo en esa diferencia."
        ),
        message_en=(
            f"{where}: between the rows “{one}” and “{two}” {lacks} is missing, as if a row had been left out: “{run}” "
            f"goes from {amount(above.value)} to {amount(reached.value)}, but “{added}” prints {amount(more.value)}; "
            f"the total of that column exceeds its rows by just this difference."
        ),
        related=tuple(place(table, c) for c in (total, above, reached, more, *rows) if c),
        whole_tables=(table.table_id,),
    )


def _finding(table: Table, terms: Terms, tally: Tally, accused: Key) -> Finding:
    """A step that fails, as the fault of one of its cells."""
    fault = Fault.of(table, terms, accused)
    cell = fault.cell
    reached, more = terms[0][0], terms[-1][0]
    above = terms[1][0] if len(terms) > 2 else None
    where, label, run, added = (
        name_of(table),
        label_of(table, reached),
        header_of(table, reached),
        header_of(table, more),
    )
    made = amount(signed(terms[1:]))
    es, en = f"{where}, fila «{label}»: «{run}» debería ser ", f"{where}, row “{label}”: “{run}” should be "
    if above:
        summed = f"{amount(above.value)} + {amount(more.value)} = {made}"
        es += f"lo acumulado hasta «{label_of(table, above)}» más «{added}» = {summed}"
        en += f"what had run up to “{label_of(table, above)}” plus “{added}” = {summed}"
    else:
        es += f"lo mismo que «{added}» ({made}), pues es la primera fila"
        en += f"the same as “{added}” ({made}), as it is the first row"
    es, en = f"{es}, y dice {amount(reached.value)}", f"{en}, and prints {amount(reached.value)}"
    if above and cell is more and repeats(table, reached, above, more):
        es += "; la fila está impresa dos veces"
        en += "; the row is printed twice"
    elif cell is not reached:
        own_es, own_en = f"«{header_of(table, cell)}»", f"“{header_of(table, cell)}”"
        if cell is above:
            own_es, own_en = f"{own_es} de «{label_of(table, cell)}»", f"{own_en} of “{label_of(table, cell)}”"
        es += f"; lo que no cuadra es {own_es} ({amount(fault.printed)})"
        en += f"; what does not fit is {own_en} ({amount(fault.printed)})"
    severity: Severity = "info" if gap(terms) <= HALF_CENT * len(terms) else "critical"
    message = f"{es}.", f"{en}."
    return fault.told((tally.check_id, tally.version), severity, message, partial(_finding, table, terms, tally))
