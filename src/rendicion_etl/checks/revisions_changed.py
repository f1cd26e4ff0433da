"""A report that replaces an earlier version of itself says the same in every cell.

Compares the file with the version that it replaces (same institution, year and period, most of its tables and many of
its amounts; or the same address): tables of the same number, kind and caption, rows of the same code and label, columns
of the same header, each in its turn where it occurs more often. White space does not count. A finding tells what a cell
said before and says now; a table with more than 20 changed cells is told as a whole, as are rows that were added or
taken out.

Does not apply:
1. to a report that replaces none;
2. to a table without a counterpart, or with several: added, taken out, or given another caption;
3. to headers and notes.

Legitimate reasons to fail: the institution corrected its report. It is information, not a fault: it tells which
figures were quoted from the earlier version and are no longer printed.

Example: Tabla No. 1, fila «Grupo 2», «Devengado»: 504,051.86 before, 540,051.86 now.

---
Un informe que sustituye a una versión anterior de sí mismo dice lo mismo en cada celda.

Compara el archivo con la versión que sustituye (misma institución, año y período, la mayoría de sus tablas y muchos de
sus montos; o la misma dirección): tablas con igual número, tipo y título, filas con igual código y nombre, columnas con
igual encabezado, cada una en su turno cuando se repite. Los espacios no cuentan. Un hallazgo dice qué decía antes la
celda y qué dice ahora; una tabla con más de 20 celdas cambiadas se informa como un todo, igual que las filas agregadas
o retiradas.

No se aplica:
1. a un informe que no sustituye a otro;
2. a una tabla sin correspondencia, o con varias: agregada, retirada, o con otro título;
3. a encabezados y notas.

Razones legítimas para fallar: la institución corrigió su informe. Es información, no una falta: dice qué cifras se
citaron de la versión anterior y ya no están impresas.

Ejemplo: Tabla No. 1, fila «Grupo 2», «Devengado»: antes 504,051.86, ahora 540,051.86.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rendicion_etl.checks.compare import Tally, header_of, label_of, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Place, Result
from rendicion_etl.normalize.model import Cell, Document, Row, Table
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.text import key, squash

ID, VERSION = "revisions.changed", "1"
TOLD = 20  # changed cells of one table
T = TypeVar("T")
Change = tuple[Cell, Cell]


@dataclass(frozen=True)
class Compared:
    """A table beside its counterpart in the version that was replaced; `n_same` cells say the same."""

    new: Table
    old: Table
    changes: list[Change]
    added: list[Row]
    gone: list[Row]
    n_same: int


def run(document: Document) -> list[Result]:
    """One result per table with a counterpart in the version that was replaced; one of the document where none is."""
    before = next((e for e in document.history if e.document_id == document.supersedes), None)
    if before is None:  # 1
        return [Tally(ID, VERSION, None).result("no se conoce una versión anterior de este informe")]
    results = [_judged(each).result("no tiene filas en común") for each in compared(document, before)]
    return results or [Tally(ID, VERSION, None).result("ninguna tabla está también en la versión anterior")]


def compared(new: Document, old: Document) -> Iterator[Compared]:
    """Tables of two versions that are the same one: surely by all they are called, else by number, else by caption."""
    rest, others = list(new.tables), list(old.tables)
    for known in (_called, _numbered, _captioned):
        names, theirs = Counter(map(known, rest)), {known(t): t for t in others}
        count = Counter(map(known, others))
        for table in [t for t in rest if known(t) and names[known(t)] == count[known(t)] == 1]:  # 2
            rest.remove(table)
            others.remove(theirs[known(table)])
            yield _compare(table, theirs[known(table)])


def _called(table: Table) -> Hashable:
    return (table.kind, table.number, squash(table.title or ""), table.n_cols)


def _numbered(table: Table) -> Hashable:
    return (table.kind, table.number, table.n_cols) if table.number else None


def _captioned(table: Table) -> Hashable:
    return (table.kind, squash(table.title), table.n_cols) if table.title else None


def _compare(new: Table, old: Table) -> Compared:
    rows, old_rows = (dict(_in_turn((r for r in t.rows if is_line(r)), t)) for t in (new, old))  # 3
    columns = _columns(new, old)
    changes: list[Change] = []
    same = 0
    for name in rows.keys() & old_rows.keys():
        for col, old_col in columns:
            cell, before = new.cell(rows[name].row, col), old.cell(old_rows[name].row, old_col)
            if cell is None or before is None:
                continue
            if squash(cell.text) == squash(before.text):
                same += 1
            else:
                changes.append((cell, before))
    changes.sort(key=lambda change: (change[0].row, change[0].col))
    added, gone = [r for n, r in rows.items() if n not in old_rows], [r for n, r in old_rows.items() if n not in rows]
    return Compared(new, old, changes, added, gone, same)


def _judged(found: Compared) -> Tally:
    tally, changes = Tally(ID, VERSION, found.new.table_id), found.changes
    for _ in range(found.n_same):
        tally.ok()
    if len(changes) <= TOLD:
        for cell, before in changes:
            tally.fail(_changed(found.new, cell, found.old, before))
    added, gone = len(found.added), len(found.gone)
    if added or gone or len(changes) > TOLD:
        told = changes if len(changes) > TOLD else []
        tally.fail(_otherwise(found.new, found.old, told, added, gone))
    return tally


def _in_turn(rows: Iterable[Row], table: Table) -> Iterator[tuple[tuple[str, int], Row]]:
    """Rows by the words that name them, and which of those of that name each is."""
    names = {c.col for c in table.columns if c.role in ("code", "label")} or {0}
    texts: dict[int, list[str]] = defaultdict(list)
    for cell in table.cells:
        if cell.col in names:
            texts[cell.row].append(cell.text)
    seen: Counter[str] = Counter()
    for row in rows:
        name = key(" ".join(texts[row.row]))
        seen[name] += 1
        yield (name, seen[name]), row


def _columns(new: Table, old: Table) -> list[tuple[int, int]]:
    """Columns of figures and words, by header; by their place where headers do not tell them apart."""
    headers = [[key(c.header) for c in t.columns] for t in (new, old)]
    if all(all(names) and len(set(names)) == len(names) for names in headers):
        theirs = {name: col for col, name in enumerate(headers[1])}
        return [(col, theirs[name]) for col, name in enumerate(headers[0]) if name in theirs]
    return [(col, col) for col in range(new.n_cols)]


def _changed(table: Table, cell: Cell, old: Table, before: Cell) -> Finding:
    numbers = cell.value is not None and before.value is not None
    where, label, header = name_of(table), label_of(table, cell), header_of(table, cell)
    now, then = cell.text or "—", before.text or "—"
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info",
        place=place(table, cell),
        printed=cell.value if numbers else None,
        expected=before.value if numbers else None,
        tolerance=None,
        printed_text=cell.text,
        expected_text=before.text,
        message_es=(
            f"{where}, fila «{label}»: «{header}» dice {now}; la versión anterior del informe "
            f"({_document(old)}, página {before.page}) decía {then}."
        ),
        message_en=(
            f"{where}, row “{label}”: “{header}” prints {now}; the earlier version of the report "
            f"({_document(old)}, page {before.page}) printed {then}."
        ),
        related=(place(old, before),),
        column_role=role_of(table, cell),
        whole_tables=(table.table_id, old.table_id),
    )


def _otherwise(table: Table, old: Table, changes: list[Change], added: int, gone: int) -> Finding:
    """What changed in a table, in numbers."""
    parts = [
        (len(changes), "celdas dicen otra cosa", "cells say something else"),
        (added, "filas son nuevas", "rows are new"),
        (gone, "filas ya no están", "rows are gone"),
    ]
    es, en = ("; ".join(f"{part[0]} {part[k]}" for part in parts if part[0]) for k in (1, 2))
    where, document = name_of(table), _document(old)
    examples = [place(t, c) for both in changes[:TOLD] for t, c in zip((table, old), both, strict=True)]
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info",
        place=_whole(table),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=None,
        expected_text=None,
        message_es=f"{where}: frente a la versión anterior del informe ({document}, página {old.first_page}), {es}.",
        message_en=f"{where}: against the earlier version of the report ({document}, page {old.first_page}), {en}.",
        related=(_whole(old), *examples),
        whole_tables=(table.table_id, old.table_id),
    )


def _whole(table: Table) -> Place:
    return Place(table.table_id, None, None, table.first_page, table.regions[0].box)


def _document(table: Table) -> str:
    return table.table_id.rpartition("/")[0]
