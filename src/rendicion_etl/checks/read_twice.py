"""Whether a table reads the same a second time: its cells, and its set of rows.

The second reading comes from another parser, or on scanned pages from other pixels, and segments the region its own
way. It must have every figure of the region in exactly one cell and the same rows; nothing that looks like text may be
left unread, and no figures may stand just outside that could be a row left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from rendicion_etl.checks.headings import uncertain_columns
from rendicion_etl.checks.page_breaks import page_break_doubt
from rendicion_etl.normalize.model import Cell, Document, Table
from rendicion_etl.reading.digits import digits_in
from rendicion_etl.reading.page import Box
from rendicion_etl.reading.second_look import DISPUTED
from rendicion_etl.tables import aligned, second
from rendicion_etl.tables.model import OCR, Region
from rendicion_etl.tables.second import RegionReading, SecondReading, Word
from rendicion_etl.tables.shape import is_year, looks_numeric, squash

SAME_LINE = 4.0  # points: figures no further apart in height stand on one line


@dataclass
class TableReading:
    """A table read twice: which of its cells differ, and why its set of rows is not certain (None where it is).

    `astray` are the columns whose header is not certain. `readers` are who read it the second time, each with the
    parser.
    """

    differing: set[tuple[int, int]] = field(default_factory=set)
    astray: set[int] = field(default_factory=set)
    doubt: str | None = None
    by_rules: bool = True
    readers: set[tuple[str, str]] = field(default_factory=set)


def read_again(table: Table, document: Document, reading: SecondReading | None) -> TableReading:
    """Read every region of a table a second time and compare; sets the table's `agreement`."""
    out = TableReading()
    for region in table.regions:
        cells = [c for c in table.of_page(region.page) if _inside(region, c.box)]
        drawn = table.reader.removeprefix(OCR) != aligned.NAME  # whose cells are not those that rules draw
        reach = 2 * _row_height(cells)
        again = reading.region(region.page, region.box, reach, by_rules=drawn) if reading else None
        if again is None:
            out.doubt = "la segunda lectura no pudo leer la página"
            out.differing |= {(c.row, c.col) for c in cells}
            continue
        out.by_rules = out.by_rules and again.by_rules
        out.readers.add((again.reader, again.parser))
        out.differing |= {(c.row, c.col) for c in cells if squash(c.text) != _text_in(c, again) or _is_disputed(c)}
        out.astray |= uncertain_columns(table, cells, partial(_text_in, again=again))
        out.doubt = out.doubt or _row_doubt(table, cells, again) or _neighbours_doubt(table, cells, again.around)
    if reading:
        out.doubt = out.doubt or page_break_doubt(table, document, reading)
    if n_figures := sum(table.figures(column.col).total() for column in table.columns):
        differing = sum(table.value(row, col) is not None for row, col in out.differing)
        table.agreement = Decimal(n_figures - differing) / n_figures
    return out


def _is_disputed(cell: Cell) -> bool:
    """Whether two looks at the pixels of a cell saw other digits."""
    return cell.certainty is not None and cell.certainty <= DISPUTED


def _inside(region: Region, box: Box) -> bool:
    x0, top, x1, bottom = region.box
    return Box(x0 - 1, top - 1, x1 + 1, bottom + 1).holds(box)


def _row_height(cells: Sequence[Cell]) -> float:
    heights = sorted(c.box.height for c in cells if c.row_span == 1)
    return heights[len(heights) // 2] if heights else 12.0


def _text_in(cell: Cell, again: RegionReading) -> str:
    """What the second reading has in a cell: its own cell there, or its words whose centre lies in the box."""
    if again.by_rules:
        best = max(again.cells, key=lambda w: w.box.overlap(cell.box), default=None)
        if best is None or best.box.overlap(cell.box) < 0.7 * max(_area(cell.box), _area(best.box)):
            return "\0"
        return squash(best.text)
    return "".join(squash(w.text) for w in _reading_order([w for w in again.words if cell.box.holds(w.box)]))


def _area(box: Box) -> float:
    return box.width * box.height


def _reading_order(words: Sequence[Word]) -> list[Word]:
    out: list[Word] = []
    rest = sorted(words, key=lambda w: w.box.top)
    while rest:
        line = [w for w in rest if w.box.top < (rest[0].box.top + rest[0].box.bottom) / 2]
        out += sorted(line, key=lambda w: w.box.x0)
        rest = [w for w in rest if w not in line]
    return out


def _row_doubt(table: Table, cells: Sequence[Cell], again: RegionReading) -> str | None:
    """Why the rows of a region are not the same in both readings; None where they are."""
    if again.reader == second.PIXELS:
        return _pixel_doubt(table, cells, again)
    mine = Counter(_tokens(c.text for c in cells))
    theirs = Counter(_tokens(w.text for w in again.words))
    headers = Counter(_tokens(c.text for c in table.header()))
    extra, missing = theirs - mine, mine - theirs
    if missing or (extra - headers):
        return "hay números que no están en exactamente una celda"
    ours = Counter(_signatures(cells, again.by_rules))
    other = Counter(s for row in again.rows if (s := _signature(row, again.by_rules)))
    if ours - other or sum((other - ours).values()) > _repeated_header(table, other - ours, again.by_rules):
        return "las filas no son las mismas en las dos lecturas"
    return None


def _pixel_doubt(table: Table, cells: Sequence[Cell], again: RegionReading) -> str | None:
    """Why figures do not stand in the same cells in two readings of pixels, whatever they say; None where they do.

    Digits in headers and in columns of words count for nothing there.
    """
    heads = {row.row for row in table.rows if row.role in ("header", "band")}
    header = [c.box for c in cells if c.row in heads]
    if any(not any(box.holds(unread) for box in header) for unread in again.unread):
        return "hay algo en la tabla que no se pudo leer"
    numeric = {c.col for c in cells if c.value is not None}
    words = header + [c.box for c in cells if c.text and c.col not in numeric]
    valued = [c.box for c in cells if c.value is not None and c.row not in heads]
    seen = [w.box for w in again.words if _is_figure(w.text) and not any(box.holds(w.box) for box in words)]
    one_cell = all(sum(box.holds(figure) for box in valued) == 1 for figure in seen)
    if not (one_cell and all(any(box.holds(w.box) for w in again.words if digits_in(w.text)) for box in valued)):
        return "hay números que no están en exactamente una celda"
    return None


def _is_figure(text: str) -> bool:
    return looks_numeric(text) and bool(digits_in(text)) and not is_year(text)


def _tokens(texts: Iterable[str]) -> Iterable[str]:
    return (_bare(word) for text in texts for word in text.split() if any(ch.isdigit() for ch in word))


def _bare(word: str) -> str:
    """A number without the letters that stand beside it: whether a space parts them is seen so or so in a picture."""
    return "".join(c for c in squash(word) if not c.isalpha())


def _signatures(cells: Sequence[Cell], by_rules: bool) -> Iterable[tuple[str, ...]]:
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    for row in rows.values():
        texts = [c.text for c in sorted(row, key=lambda c: c.col) if c.text]
        parts = [squash(t) for t in texts] if by_rules else [squash(w) for t in texts for w in t.split()]
        if signature := _signature(parts, by_rules):
            yield signature


def _signature(parts: Sequence[str], by_rules: bool) -> tuple[str, ...]:
    """A row as its texts where rules segment it, as its figures where only lines do; () for a row without figures."""
    figures = tuple(p for p in parts if looks_numeric(p) and any(ch.isdigit() for ch in p))
    return (tuple(parts) if by_rules else tuple(map(_bare, figures))) if figures else ()


def _repeated_header(table: Table, extra: Counter[tuple[str, ...]], by_rules: bool) -> int:
    """How many of the second reading's extra rows are the table's header printed again."""
    header = table.header()
    known = set(_signatures(header, by_rules))
    return sum(n for row, n in extra.items() if row in known)


def _neighbours_doubt(table: Table, cells: Sequence[Cell], around: Sequence[Word]) -> str | None:
    """Figures just outside a region that stand under its columns of figures: a row may have been left out."""
    columns = {c.col: c.box for c in cells if c.value is not None}
    named = {squash(t) for t in (table.number or "", *(table.title or "").splitlines(), table.source_note or "")}
    lines: dict[int, set[int]] = {}
    for word in around:
        if squash(_line_of(word, around)) in named:
            continue
        if looks_numeric(word.text) and any(ch.isdigit() for ch in word.text) and not is_year(word.text):
            height = round((word.box.top + word.box.bottom) / 2 / SAME_LINE)
            centre = (word.box.x0 + word.box.x1) / 2
            lines.setdefault(height, set()).update(k for k, b in columns.items() if b.x0 <= centre <= b.x1)
    enough = min(2, len(columns))
    aligned = enough and any(len(under) >= enough for under in lines.values())
    return "hay cifras alineadas justo fuera de la tabla" if aligned else None


def _line_of(word: Word, around: Sequence[Word]) -> str:
    """The whole printed line that a word stands on."""
    beside = [w for w in around if abs(w.box.top + w.box.bottom - word.box.top - word.box.bottom) < SAME_LINE]
    return "".join(w.text for w in sorted(beside, key=lambda w: w.box.x0))
