"""The rows of a long table, kept by field: as objects, those of hundreds of pages would fill the memory."""

from __future__ import annotations

import marshal
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast, get_args, overload

from rendicion_etl.aside import Aside
from rendicion_etl.normalize.model import Row, RowRole, Table
from rendicion_etl.tables.pressed import FAST, marks, unpacked

BLOCK = 64  # rows whose texts lie together
NONE = -1
_ROLES: tuple[RowRole, ...] = get_args(RowRole)
_PLACE = ("department_code", "municipality_code", "region_code", "iso_3166_2")
_SET_LATER = ("level", "parent", "parts", "judged", *_PLACE)
T = TypeVar("T")
Texts = tuple[str | None, str | None, str | None]
"""Code, label and printed label of a row."""


class ChosenRows(Sequence[Row]):
    """Some of the rows of a table, kept by their numbers."""

    def __init__(self, table: Table, rows: Iterable[Row]) -> None:
        self._table, self._numbers = table, array("L", (r.row for r in rows))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        found = self._numbers[at]
        return self._table.row(found) if isinstance(found, int) else [self._table.row(row) for row in found]

    def __iter__(self) -> Iterator[Row]:
        return map(self._table.row, self._numbers)


class PressedRows(Sequence[Row]):
    """The rows of a table, numbered from 0.

    What is set in one stays: its role, its place among the others and on the map. One that is asked for twice is two
    objects that know the same.
    """

    def __init__(self) -> None:
        self.role = bytearray()
        self.page = array("L")
        self.level = array("L")
        self.parent = array("l")
        self.parts: dict[int, array[int]] = {}
        self.judged: dict[int, tuple[int, ...]] = {}
        self.places: dict[int, dict[int, str]] = {}  # row -> code by which of them it is
        self._texts: list[Aside] = []
        self._last: list[Texts] = []  # of rows that fill no block
        self._mark = next(marks)

    def append(self, row: Row) -> None:
        """Add the next row."""
        if row.row != len(self):
            raise ValueError(f"row {row.row} after {len(self)} rows")
        self.role.append(_ROLES.index(row.role))
        self.page.append(row.page)
        self.level.append(0)
        self.parent.append(NONE)
        self._last.append((row.code, row.label, row.label_printed))
        if len(self._last) == BLOCK:
            self._texts.append(Aside(zlib.compress(marshal.dumps(self._last), FAST)))
            self._last = []
        for name in _SET_LATER:
            setattr(self[-1], name, getattr(row, name))

    def texts(self, row: int) -> Texts:
        """Code, label and printed label of a row."""
        block, at = divmod(row, BLOCK)
        if block == len(self._texts):
            return self._last[at]
        found: list[Texts] | None = unpacked.get((self._mark, block))
        if found is None:
            found = marshal.loads(zlib.decompress(self._texts[block].read()))
            unpacked.add((self._mark, block), found, BLOCK)
        return found[at]

    def __len__(self) -> int:
        return len(self.role)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        numbers = range(len(self))[at]
        if isinstance(numbers, range):
            return [self[row] for row in numbers]
        return cast(Row, _PressedRow(self, numbers))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PressedRows) and self._known() == other._known()

    __hash__ = None  # type: ignore[assignment]

    def _known(self) -> tuple[object, ...]:
        texts = [self.texts(row) for row in range(len(self))]
        return self.role, self.page, self.level, self.parent, self.parts, self.judged, self.places, texts

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_mark"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _mark=next(marks))


def _keep(of_rows: dict[int, T], row: int, value: T) -> None:
    """What few rows have is kept of those only."""
    if value:
        of_rows[row] = value
    else:
        of_rows.pop(row, None)


def _code_of_place(k: int) -> Any:
    """The attribute for one of the codes of a place."""

    def get(self: _PressedRow) -> str | None:
        return self._all.places.get(self.row, {}).get(k)

    def put(self: _PressedRow, code: str | None) -> None:
        others = {at: c for at, c in self._all.places.get(self.row, {}).items() if at != k}
        _keep(self._all.places, self.row, others | ({} if code is None else {k: code}))

    return property(get, put)


class _PressedRow:
    """One of pressed rows, which knows what a Row knows."""

    __slots__ = ("_all", "row")

    def __init__(self, rows: PressedRows, row: int) -> None:
        self._all, self.row = rows, row

    code = property(lambda self: self._all.texts(self.row)[0])
    label = property(lambda self: self._all.texts(self.row)[1])
    label_printed = property(lambda self: self._all.texts(self.row)[2])
    page = property(lambda self: self._all.page[self.row])
    department_code, municipality_code, region_code, iso_3166_2 = map(_code_of_place, range(len(_PLACE)))

    @property
    def role(self) -> RowRole:
        return _ROLES[self._all.role[self.row]]

    @role.setter
    def role(self, role: RowRole) -> None:
        self._all.role[self.row] = _ROLES.index(role)

    @property
    def level(self) -> int:
        return self._all.level[self.row]

    @level.setter
    def level(self, level: int) -> None:
        self._all.level[self.row] = level

    @property
    def parent(self) -> int | None:
        parent = self._all.parent[self.row]
        return None if parent == NONE else parent

    @parent.setter
    def parent(self, parent: int | None) -> None:
        self._all.parent[self.row] = NONE if parent is None else parent

    @property
    def parts(self) -> tuple[int, ...]:
        return tuple(self._all.parts.get(self.row, ()))

    @parts.setter
    def parts(self, parts: tuple[int, ...]) -> None:
        _keep(self._all.parts, self.row, array("L", parts))

    @property
    def judged(self) -> tuple[int, ...]:
        return self._all.judged.get(self.row, ())

    @judged.setter
    def judged(self, judged: tuple[int, ...]) -> None:
        _keep(self._all.judged, self.row, judged)
