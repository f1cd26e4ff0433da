"""Rows of long tables are kept by field: each knows what it knew as an object, and what is set in it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendicion_etl.normalize.model import Row, RowRole, Table
from rendicion_etl.normalize.pressed_rows import BLOCK, ChosenRows, PressedRows
from rendicion_etl.tables import pressed as table_cells

FIELDS = [field.name for field in fields(Row)]
texts = st.one_of(st.none(), st.text(max_size=12), st.just("\ud800 half a letter"))
numbers = st.lists(st.integers(0, 70_000), max_size=4).map(tuple)
roles = st.sampled_from(get_args(RowRole))
codes = st.one_of(st.none(), st.from_regex(r"[0-9]{2}", fullmatch=True))
MANY = BLOCK * 10 + 5


@st.composite
def later(draw: st.DrawFn) -> dict[str, Any]:
    """What is set in a row once it is there."""
    places = {name: draw(codes) for name in ("department_code", "municipality_code", "region_code", "iso_3166_2")}
    parent = draw(st.one_of(st.none(), st.integers(0, 70_000)))
    return {
        "level": draw(st.integers(0, 9)),
        "parent": parent,
        "parts": draw(numbers),
        "judged": draw(numbers),
    } | places


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    n = draw(st.integers(0, 8))
    said = [(draw(roles), draw(texts), draw(texts), draw(texts), draw(st.integers(1, 70_000))) for _ in range(n)]
    return [Row(k, *each, **draw(later())) for k, each in enumerate(said)]


def pressed(some: list[Row]) -> PressedRows:
    out = PressedRows()
    for row in some:
        out.append(row)
    return out


def seen(some: Any) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in FIELDS) for row in some]


@given(rows())
def test_what_was_pressed_is_found(some: list[Row]) -> None:
    whole = pressed(some)
    assert len(whole) == len(some)
    assert seen(whole) == seen(some)
    assert seen(whole[1:3]) == seen(some[1:3])
    assert seen(reversed(whole)) == seen(reversed(some))
    again = pickle.loads(pickle.dumps(whole))
    assert again == whole
    assert seen(again) == seen(some)
    again.append(Row(len(some), "detail", None, None, None, 1))
    assert again != whole


@given(rows(), st.data())
def test_what_is_set_stays(some: list[Row], data: st.DataObject) -> None:
    whole = pressed(some)
    for row in some:
        new = {"role": data.draw(roles)} | data.draw(later())
        for name, value in new.items():
            setattr(row, name, value)
            setattr(whole[row.row], name, value)
    assert whole == pressed(some)
    assert seen(whole) == seen(some)


def test_few_texts_are_unpacked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cells, "OPEN", 3 * BLOCK)
    some = [Row(k, "detail", f"{k:03}", f"Renglón {k}", f"RENGLÓN {k}", 1 + k // 45) for k in range(MANY)]
    whole = pressed(some)
    for order in (range(MANY), reversed(range(MANY)), [0, MANY - 1, BLOCK, 0]):
        assert all(seen([whole[k]]) == seen([some[k]]) for k in order)
        assert table_cells.unpacked._size <= 3 * BLOCK
    assert len(pickle.dumps(whole)) < 40 * MANY


def test_rows_come_in_their_order() -> None:
    whole = pressed([Row(0, "header", None, None, None, 1)])
    with pytest.raises(ValueError, match="row 2 after 1 rows"):
        whole.append(Row(2, "detail", None, None, None, 1))
    with pytest.raises(IndexError):
        whole[1]


def table_of(some: Sequence[Row]) -> Table:
    form = Table("t01", 1, None, None, None, "other", None, [], 9, 2, 0, "aligned", [], some, [])
    assert form.rows is some
    return form


@pytest.mark.parametrize("kept", [list, pressed])
def test_a_row_is_found_by_its_number(kept: Callable[[list[Row]], Sequence[Row]]) -> None:
    some = [Row(k, "detail", None, f"Renglón {k}", None, 1) for k in range(9)]
    table = table_of(kept(some))
    assert seen(table.row(k) for k in range(9)) == seen(some)
    with pytest.raises(KeyError):
        table.row(9)
    chosen = ChosenRows(table, (r for r in table.rows if r.row % 3 == 1))
    assert seen(chosen) == seen(some[1::3])
    assert seen(reversed(chosen)) == seen(some[1::3][::-1])
    assert (len(chosen), seen([chosen[-1]]), seen(chosen[:2])) == (3, seen([some[7]]), seen([some[1], some[4]]))


def test_a_row_is_found_by_its_number_where_rows_without_cells_were_left_out() -> None:
    some = [Row(k, "detail", None, None, None, 1) for k in (0, 1, 4, 5)]
    table = table_of(some)
    assert [table.row(row.row) for row in some] == some
    for number in (2, 6):
        with pytest.raises(KeyError):
            table.row(number)
