"""Cells pressed together: as objects, those of hundreds of pages would fill the memory.

A table of a long document keeps its cells as `Pressed`, any other as a list; who walks over either sees cells. Pressed
ones are changed within `edited` only, and lie in a file where they are many.
"""

from __future__ import annotations

import marshal
import zlib
from abc import abstractmethod
from array import array
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, count, groupby, pairwise
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, overload

from rendicion_etl.aside import Aside

Flat = tuple[Any, ...]
"""All of a cell as numbers and texts of Python's own."""

OPEN = 8192  # cells and rows that stay unpacked, of all tables together
FAST = 1  # zlib's level


class Placed(Protocol):
    """What stands in a row and a column of a table."""

    row: int
    col: int
    page: int


C = TypeVar("C", bound=Placed)

marks = count()


class _Block(NamedTuple):
    """Cells of rows `first` to `last`: in which columns they begin, and where in `data` each of those ends."""

    size: int
    first: int
    last: int
    pages: tuple[int, ...]
    columns: tuple[int, ...]
    ends: array[int]
    data: Aside

    def read(self) -> Iterator[bytes]:
        """The bytes of each column."""
        data = self.data.read()
        return (data[start:end] for start, end in pairwise((0, *self.ends)))

    def column(self, col: int) -> bytes:
        """The bytes of one of its columns."""
        k = self.columns.index(col)
        return self.data.read(self.ends[k - 1] if k else 0, self.ends[k])


class Pressed(Sequence[C]):
    """Cells in blocks, each of some rows and in it each column by itself as bytes.

    No row is in two blocks, and those of a later one are further down; ValueError for a block that breaks this. A cell
    that is asked for twice may be two objects, which are equal.
    """

    def __init__(self, blocks: Iterable[Sequence[C]] = ()) -> None:
        self._blocks: list[_Block] = []
        self._firsts: list[int] = []  # the first row of each block
        self._mark = next(marks)
        for block in blocks:
            self.append(block)

    @staticmethod
    @abstractmethod
    def flat(cell: C) -> Flat:
        """A cell as numbers and texts."""

    @staticmethod
    @abstractmethod
    def made(flat: Flat) -> C:
        """The cell that was made flat."""

    def append(self, cells: Sequence[C]) -> None:
        """Add a block of cells, in whatever order; all stand below those that are there."""
        if cells:
            self._add([self._pressed(cells)])

    def __iadd__(self, cells: Pressed[C]) -> Pressed[C]:
        """Add cells that stand below those that are there."""
        self._add(cells._blocks)
        return self

    def blocks(self, first: int = 0, after: int | None = None) -> Iterator[list[C]]:
        """The cells of each block, one block after the other; of all blocks if not told of which."""
        for block in self._blocks[first:after]:
            placed = chain.from_iterable(zip(*_unpacked(part), strict=True) for part in block.read())
            yield [self.made(flat) for _, flat in sorted(placed)]

    def pieces(self) -> Iterator[Pressed[C]]:
        """The cells of each block by themselves."""
        for block in self._blocks:
            piece = type(self)()
            piece._add([block])
            yield piece

    def edited(self) -> Iterator[C]:
        """The cells; what is changed in one stays. Rows must keep their order."""
        for k, cells in enumerate(self.blocks()):
            yield from cells
            self._blocks[k] = self._pressed(cells)
            self._firsts[k] = self._blocks[k].first
        self._mark = next(marks)

    def in_order(self) -> Iterator[C]:
        """The cells row by row, from left to right."""
        for cells in self.blocks():
            yield from sorted(cells, key=lambda c: (c.row, c.col))

    def column(self, col: int) -> Iterator[C]:
        """The cells that begin in a column."""
        for k, block in enumerate(self._blocks):
            if col in block.columns:
                yield from self._part(k, col).cells

    def rows(self, start: int, stop: int) -> list[C]:
        """The cells that begin in rows from `start` up to `stop`."""
        first, after = max(bisect_right(self._firsts, start) - 1, 0), bisect_right(self._firsts, stop - 1)
        return [c for cells in self.blocks(first, after) for c in cells if start <= c.row < stop]

    def of_page(self, page: int) -> list[C]:
        """The cells of a page."""
        blocks = (k for k, block in enumerate(self._blocks) if page in block.pages)
        return [c for k in blocks for cells in self.blocks(k, k + 1) for c in cells if c.page == page]

    def at(self, row: int, col: int) -> C | None:
        """The cell that begins at a place; the last of several."""
        k = bisect_right(self._firsts, row) - 1
        return self._part(k, col).by_row.get(row) if k >= 0 and col in self._blocks[k].columns else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pressed) and [*self.blocks()] == [*other.blocks()]

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return sum(block.size for block in self._blocks)

    def __iter__(self) -> Iterator[C]:
        return chain.from_iterable(self.blocks())

    @overload
    def __getitem__(self, at: int) -> C: ...
    @overload
    def __getitem__(self, at: slice) -> list[C]: ...
    def __getitem__(self, at: int | slice) -> C | list[C]:
        return [*self][at]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_mark"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _mark=next(marks))

    def _add(self, blocks: Sequence[_Block]) -> None:
        if self._blocks and blocks and blocks[0].first <= self._blocks[-1].last:
            raise ValueError(f"row {blocks[0].first} after row {self._blocks[-1].last}")
        self._blocks += blocks
        self._firsts += (block.first for block in blocks)

    def _pressed(self, cells: Sequence[C]) -> _Block:
        """A block: by column its cells, each with its place in the order of the block."""
        columns: defaultdict[int, list[tuple[int, Flat]]] = defaultdict(list)
        for place, cell in enumerate(cells):
            columns[int(cell.col)].append((place, self.flat(cell)))
        parts = [zlib.compress(marshal.dumps([*zip(*placed, strict=True)]), FAST) for placed in columns.values()]
        rows, pages = [int(c.row) for c in cells], tuple({int(c.page) for c in cells})
        ends = array("Q", accumulate(map(len, parts)))
        return _Block(len(cells), min(rows), max(rows), pages, tuple(columns), ends, Aside(b"".join(parts)))

    def _part(self, k: int, col: int) -> _Part[C]:
        key = self._mark, k, col
        part: _Part[C] | None = unpacked.get(key)
        if part is None:
            part = _Part([self.made(flat) for flat in _unpacked(self._blocks[k].column(col))[1]])
            unpacked.add(key, part, len(part.cells))
        return part


class _Part(Generic[C]):
    """The cells of a column in a block."""

    def __init__(self, cells: list[C]) -> None:
        self.cells = cells

    @cached_property
    def by_row(self) -> dict[int, C]:
        return {cell.row: cell for cell in self.cells}


class _Unpacked:
    """What is unpacked, up to so many cells or rows; what was unpacked first is forgotten first."""

    def __init__(self) -> None:
        self._parts: OrderedDict[tuple[int, ...], tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._adding = Lock()

    def get(self, key: tuple[int, ...]) -> Any:
        """What was added under a key, None where it is forgotten."""
        return self._parts.get(key, (None, 0))[0]

    def add(self, key: tuple[int, ...], part: object, size: int) -> None:
        """Keep a part with so many cells for a while; the key begins with the mark of whose part it is."""
        with self._adding:
            if key not in self._parts:  # another thread may have been faster
                self._parts[key] = part, size
                self._size += size
            while self._size > OPEN and len(self._parts) > 1:
                self._size -= self._parts.popitem(last=False)[1][1]


unpacked = _Unpacked()


def _unpacked(part: bytes) -> tuple[tuple[int, ...], tuple[Flat, ...]]:
    """Places in the block and flat cells, as many of each."""
    places, flats = marshal.loads(zlib.decompress(part))
    return places, flats


def press(cells: Sequence[C], kind: Callable[[Iterable[Sequence[C]]], Pressed[C]]) -> Pressed[C]:
    """The cells of a table, which stand page after page, in a block for each of its pages."""
    return cells if isinstance(cells, Pressed) else kind([*block] for _, block in groupby(cells, lambda c: c.page))


def together(parts: Sequence[Sequence[C]], kind: Callable[[Iterable[Sequence[C]]], Pressed[C]]) -> list[C] | Pressed[C]:
    """The cells of parts of a table that stand one below the other."""
    if not any(isinstance(part, Pressed) for part in parts):
        return list(chain.from_iterable(parts))
    out = kind(())
    for part in parts:
        out += press(part, kind)
    return out


def edited(cells: Sequence[C]) -> Iterator[C]:
    """Cells to be changed in place."""
    return cells.edited() if isinstance(cells, Pressed) else iter(cells)


def in_order(cells: Sequence[C]) -> Iterable[C]:
    """Cells row by row, from left to right."""
    return cells.in_order() if isinstance(cells, Pressed) else sorted(cells, key=lambda c: (c.row, c.col))


def column(cells: Sequence[C], col: int) -> Iterable[C]:
    """The cells that begin in a column."""
    return cells.column(col) if isinstance(cells, Pressed) else (c for c in cells if c.col == col)


def rows(cells: Sequence[C], start: int, stop: int) -> list[C]:
    """The cells that begin in rows from `start` up to `stop`."""
    return cells.rows(start, stop) if isinstance(cells, Pressed) else [c for c in cells if start <= c.row < stop]


def of_page(cells: Sequence[C], page: int) -> list[C]:
    """The cells of a page."""
    return cells.of_page(page) if isinstance(cells, Pressed) else [c for c in cells if c.page == page]
