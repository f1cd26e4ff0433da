"""From unconfirmed to confirmed: an independent second reading must accuse the same cells of the same tables.

A finding is confirmed only where the second reading has (1) the same text, white space aside, in every cell that takes
part, and (2) the same set of rows in every table that takes part, over all its pages: each row with a figure is the
same on both sides, every number printed in the table's region stands in exactly one cell, and no line of figures
continues the table outside it, on its page or beyond a page break. What could not be read twice alike stays
unconfirmed: it is our doubt. So does what stands in a column whose header may be another's.

On pages that have a text layer, the cells that decide (the accused one, and those it is compared with) are then read
from crops of the page's picture. Where such a look is sure of other digits, twice, nothing is confirmed.

Where a page was read from its pixels, a reading of other pixels is the second one, and a third looks at each figure
that takes part by itself. Figures that take no part need not be read alike there, but they must stand in the same
cells, and nothing that looks like text may be left unread in the table. The row that is accused must be read alike
from its label on: it is what will be quoted. Nothing is confirmed that one minus more would explain.

Nothing is confirmed that one of our own corrections has a part in, however it is read (`corrected`).

Of prose, the second reading must have the whole sentence in its place, white space aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rendicion_etl.checks.confirm_prose import NAME as PROSE
from rendicion_etl.checks.confirm_prose import ProseReading, read_prose_again
from rendicion_etl.checks.model import Finding, Place, Result
from rendicion_etl.checks.read_twice import TableReading, read_again
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.digits import digits_in
from rendicion_etl.tables import second
from rendicion_etl.tables.model import OCR, is_ocr
from rendicion_etl.tables.second import SecondReading

DECISIVE = 12  # cells of a finding that are looked at in the page's picture; a sum may have hundreds


def confirm(
    document: Document,
    results: Iterable[Result],
    reading: SecondReading,
    earlier: Mapping[str, SecondReading] | None = None,
) -> None:
    """Set confidence and evidence of every finding, and the agreement of every table that was read twice.

    `earlier` reads the documents of the history, by document_id; what it cannot read confirms nothing.
    """
    looks = _Looks(document, reading, earlier or {})
    for finding in (f for r in results for f in r.findings):
        _decide(finding, looks)
    looks.close()


class _Looks:
    """The second readings of a document and of its history: of a table once, however many findings it has."""

    def __init__(self, document: Document, reading: SecondReading, earlier: Mapping[str, SecondReading]) -> None:
        self.own = reading
        self._homes = {t.table_id: d for d in (document, *document.history) for t in d.tables}
        self._tables = {t.table_id: t for d in (document, *document.history) for t in d.tables}
        self._by_document = {document.document_id: reading, **earlier}
        self._read: dict[str, TableReading] = {}

    def reader(self, table_id: str) -> str:
        """Who read a table first."""
        return self._tables[table_id].reader

    def again(self, table_id: str) -> SecondReading | None:
        """Who reads the document of a table a second time; None where nobody can."""
        return self._by_document.get(self._homes[table_id].document_id)

    def table(self, table_id: str) -> TableReading:
        if table_id not in self._read:
            table, home = self._tables[table_id], self._homes[table_id]
            self._read[table_id] = read_again(table, home, self.again(table_id))
        return self._read[table_id]

    def close(self) -> None:
        for reading in self._by_document.values():
            reading.close()


def _decide(finding: Finding, looks: _Looks) -> None:
    involved = [finding.place, *finding.related]
    cells = [p for p in involved if p.row is not None]
    prose = [read_prose_again(p, looks.own) for p in involved if not p.table_id]
    ids = sorted({p.table_id for p in involved if p.table_id} | set(finding.whole_tables))
    readings = {table_id: looks.table(table_id) for table_id in ids}
    scanned = [p for p in cells if is_ocr(looks.reader(p.table_id))]
    differing = [p for p in cells if (p.row, p.col) in readings[p.table_id].differing]
    differing += [r.place for r in prose if not r.alike and r.closest]
    closest = [p for p in scanned if p not in differing and not _the_same_by_itself(p, looks.again(p.table_id))]
    closest += [r.place for r in prose if not r.closest]
    doubts = _doubts(finding, cells, scanned, readings)
    looked: list[Place] = []
    if not (differing or closest or doubts):
        for place in [p for p in cells if p not in scanned][:DECISIVE]:
            shown = _picture_agrees(place, looks.again(place.table_id))
            looked += [place] if shown is not None else []
            closest += [place] if shown is False else []
    own = [finding.doubt] if finding.doubt else []
    finding.confidence = "unconfirmed" if differing or closest or doubts or own else "confirmed"
    scanned += [r.place for r in prose if r.scanned]
    compared = [*cells, *(r.place for r in prose)]
    finding.evidence = {
        "readings": [
            _first_reading(looks, readings, prose),
            {
                **_second_reading(readings, prose),
                "cells_compared": len(compared),
                "cells_equal": len(compared) - len(differing),
                "same_rows": not doubts,
            },
        ],
        "differing": [_where(p) for p in (*differing, *closest)],
        "doubts": [*own, *doubts],
    }
    if taken := [*scanned, *looked]:
        name = second.CLOSEST if scanned else second.PICTURED
        finding.evidence["readings"].append(
            {"reader": name, "cells_compared": len(taken), "cells_equal": len(taken) - len(closest)}
        )


def _doubts(
    finding: Finding, cells: Sequence[Place], scanned: Sequence[Place], readings: Mapping[str, TableReading]
) -> list[str]:
    """Why a finding is not certain though its cells be read alike."""
    doubts = [f"{t}: {r.doubt}" for t, r in readings.items() if r.doubt]
    astray = {p.table_id for p in cells if p.col in readings[p.table_id].astray}
    doubts += [f"{t}: no es seguro de qué columna es un encabezado" for t in sorted(astray)]
    accused = finding.place
    if accused in scanned and any(row == accused.row for row, _ in readings[accused.table_id].differing):
        doubts.append(f"{accused.table_id}: la fila no se leyó igual dos veces")
    if scanned and _may_be_a_sign(finding):
        doubts.append(f"{accused.table_id or 'texto'}: bastaría un signo menos que no se ve en la imagen")
    return doubts


def _may_be_a_sign(finding: Finding) -> bool:
    """Whether all would be well if one value had the other sign: a dash is easily lost in a picture, twice too."""
    values = [finding.printed, *(p.value for p in finding.related)]
    off, near = finding.difference, finding.tolerance or Decimal(0)
    return off is not None and any(v and abs(abs(off) - 2 * abs(v)) <= near for v in values)


def _the_same_by_itself(place: Place, reading: SecondReading | None) -> bool:
    """Whether a cell has the same digits when it is looked at by itself; True on a page that has a text layer."""
    text = reading.closest(place.page, place.box) if reading else ""
    return text is None or digits_in(text) == digits_in(place.text or "")


def _picture_agrees(place: Place, reading: SecondReading | None) -> bool | None:
    """Whether the picture of a cell shows the digits that its text layer names; None where that cannot be told."""
    return reading.pictured(place.page, place.box, place.text or "") if reading else None


def _first_reading(
    looks: _Looks, readings: Mapping[str, TableReading], prose: Sequence[ProseReading]
) -> dict[str, Any]:
    names = {looks.reader(t) for t in readings} or {(OCR if r.scanned else "") + PROSE for r in prose}
    return {"reader": ", ".join(sorted(names)), "parser": "" if all(map(is_ocr, names)) else "pdfium"}


def _second_reading(readings: Mapping[str, TableReading], prose: Sequence[ProseReading]) -> dict[str, Any]:
    seen = set().union(*(r.readers for r in readings.values())) | {r.reader for r in prose}
    readers = sorted(seen) or [(second.NAME, second.PARSER)]
    return {
        "reader": ", ".join(name for name, _ in readers),
        "parser": ", ".join(parser for _, parser in readers if parser),
        "segmentation": "rules" if all(r.by_rules for r in readings.values()) else "lines",
    }


def _where(place: Place) -> dict[str, Any]:
    return {
        "table_id": place.table_id or None,
        "row": place.row,
        "col": place.col,
        "page": place.page,
        "text": place.text,
    }
