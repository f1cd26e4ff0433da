"""Cells of long tables are pressed: whoever asks for them finds what was there, and a document reads the same."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendicion_etl.archive.store import receive
from rendicion_etl.normalize.model import Cell, PressedCells, ValueType
from rendicion_etl.normalize.pressed_rows import PressedRows
from rendicion_etl.pipeline import process_document
from rendicion_etl.reading.page import Box
from rendicion_etl.tables import extract, pressed
from rendicion_etl.tables.model import PressedRawCells, RawCell

TESTS = Path(__file__).parents[1]
SAMPLE = TESTS.parent / "raw/muestra/scep-2021-c1.pdf"
DOCUMENTS = [SAMPLE, *sorted((TESTS / "fixtures/tables").glob("pages_*.pdf")), TESTS / "fixtures/scans/turned_270.pdf"]

sides = st.floats(0, 1000, allow_nan=False)
texts = st.one_of(st.text(max_size=20), st.just("\ud800 half a letter"))
values = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False), st.just(Decimal("-0.00")))
certainties = st.one_of(st.none(), st.floats(0, 1))


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    """Cells of some pages, on each in whatever order, with rows that stand below those of the page before."""
    out: list[Cell] = []
    row = 0
    for page in range(1, draw(st.integers(1, 4)) + 1):
        places = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=12, unique=True))
        for down, col in places:
            box = Box(*(draw(sides) for _ in range(4)))
            typed = draw(values), draw(st.sampled_from(get_args(ValueType))), draw(st.integers(0, 9))
            header, sure = draw(st.one_of(st.none(), texts)), draw(certainties)
            out.append(Cell(row + down, col, 1, 2, draw(texts), page, box, *typed, header, sure))
        row += 6
    return out


def blocks(some: Sequence[Cell]) -> list[list[Cell]]:
    return [[*block] for _, block in groupby(some, lambda c: c.page)]


def same(one: Sequence[Cell], two: Sequence[Cell]) -> bool:
    """Whether cells are equal, their values printed alike too: 1.50 is 1.5, but not as a figure of a report."""
    return [*one] == [*two] and [str(c.value) for c in one] == [str(c.value) for c in two]


@given(cells())
def test_what_was_pressed_is_found(some: list[Cell]) -> None:
    whole = PressedCells(blocks(some))
    assert len(whole) == len(some)
    assert same([*whole], some)
    assert same([*whole.in_order()], sorted(some, key=lambda c: (c.row, c.col)))
    assert whole[-1] == some[-1]
    assert whole[1:3] == some[1:3]
    for col in range(6):
        assert same([*whole.column(col)], [c for c in some if c.col == col])
    for page in range(6):
        assert same(whole.of_page(page), [c for c in some if c.page == page])
    for start in range(20):
        assert same(whole.rows(start, start + 3), [c for c in some if start <= c.row < start + 3])
    at = {(c.row, c.col): c for c in some}
    assert all(whole.at(row, col) == at.get((row, col)) for row in range(-1, 30) for col in range(-1, 7))
    assert pickle.loads(pickle.dumps(whole)) == whole


@given(cells())
def test_what_is_changed_within_edited_stays(some: list[Cell]) -> None:
    whole = PressedCells(blocks(some))
    assert whole.at(some[0].row, some[0].col) == some[0]
    for cell in pressed.edited(whole):
        cell.text, cell.row, cell.value = "changed", cell.row + 3, Decimal("1.50")
    changed = [replace(c, text="changed", row=c.row + 3, value=Decimal("1.50")) for c in some]
    assert same([*whole], changed)
    assert whole.at(some[0].row + 3, some[0].col) == changed[0]


def test_what_is_unpacked_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressed, "OPEN", 5)
    some = [
        Cell(row, col, 1, 1, f"{row},{col}", row // 2 + 1, Box(0, 0, 1, 1)) for row in range(20) for col in range(3)
    ]
    whole = PressedCells(blocks(some))
    assert all(whole.at(c.row, c.col) == c for _ in range(2) for c in some)
    assert pressed.unpacked._size <= 5


def test_numbers_of_numpy_become_pythons() -> None:
    cell = RawCell(
        np.int64(1), np.int64(2), 1, 1, "x", 1, Box(*np.array([1.5, 2, 3, 4])), np.bool_(True), np.float64(7)
    )
    again = PressedRawCells([[cell]])[0]
    assert again == cell
    assert {type(v) for v in (again.row, again.col, *again.box, again.indent, again.bold)} == {int, float, bool}


def test_rows_of_a_later_block_stand_further_down() -> None:
    here, below = (Cell(row, 0, 1, 1, "x", 1, Box(0, 0, 1, 1)) for row in (4, 5))
    with pytest.raises(ValueError, match="row 4 after row 5"):
        PressedCells([[below], [here]])
    one, two = PressedCells([[here]]), PressedCells([[below]])
    two += PressedCells()
    with pytest.raises(ValueError, match="row 4 after row 5"):
        two += one
    one += two
    assert [*one] == [here, below]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_reads_the_same_pressed(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = receive(path, tmp_path)
    loose = process_document(stored)
    monkeypatch.setattr(extract, "PRESS_FROM", 0)
    tight = process_document(stored)
    assert all(isinstance(table.cells, PressedCells) for table in tight.document.tables)
    assert all(isinstance(table.rows, PressedRows) for table in tight.document.tables)
    assert not any(isinstance(table.cells, PressedCells) for table in loose.document.tables)
    for dataset, records in loose.records.items():
        assert [*tight.records[dataset]] == [*records]
