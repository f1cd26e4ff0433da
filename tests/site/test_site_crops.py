"""What a crop shows: the figure always, and its header and row label however tall the table is."""

from __future__ import annotations

import pytest

from rendicion_etl.reading.page import Box
from rendicion_etl.site.crops import Mark, around, lenses, marks_within, panes

PAGE = Box(0, 0, 612, 792)
HEADER = [Box(50, 40, 300, 60), Box(300, 40, 560, 60)]


def holds(outer: Box, inner: Box) -> bool:
    return outer.x0 <= inner.x0 and outer.x1 >= inner.x1 and outer.top <= inner.top and outer.bottom >= inner.bottom


def row(top: float) -> Box:
    return Box(480, top, 560, top + 12)


def test_a_low_table_is_shown_whole() -> None:
    part = Box(50, 40, 560, 300)
    shown = panes(part, HEADER, [row(280)], [row(100)], PAGE)
    assert len(shown) == 1
    assert holds(shown[0], part)


@pytest.mark.parametrize("top", [200.0, 400.0, 700.0])
def test_of_a_tall_table_its_header_and_the_rows_around_the_figure(top: float) -> None:
    part = Box(50, 40, 560, 720)
    shown = panes(part, HEADER, [row(top)], [], PAGE)
    assert any(holds(pane, row(top)) for pane in shown)
    assert any(holds(pane, HEADER[0]) for pane in shown)
    assert all(pane.x0 <= part.x0 and pane.x1 >= part.x1 for pane in shown), "row labels stand at the left edge"
    assert len({(pane.x0, pane.x1) for pane in shown}) == 1
    assert sum(pane.height for pane in shown) < 350


def test_a_figure_next_to_the_header_needs_one_crop() -> None:
    shown = panes(Box(50, 40, 560, 720), HEADER, [row(62)], [], PAGE)
    assert len(shown) == 1
    assert holds(shown[0], HEADER[0])


def test_addends_are_in_the_crop_where_they_fit() -> None:
    part = Box(50, 40, 560, 720)
    addends = [row(top) for top in range(450, 690, 12)]
    shown = panes(part, HEADER, [row(700)], addends, PAGE)
    assert holds(shown[-1], addends[0])
    too_many = [row(top) for top in range(70, 690, 12)]
    assert not holds(panes(part, HEADER, [row(700)], too_many, PAGE)[-1], too_many[0])


def test_the_last_of_several_headers_above_the_figure_counts() -> None:
    again = [Box(50, 400, 300, 420), Box(300, 400, 560, 420)]
    shown = panes(Box(50, 40, 560, 720), HEADER + again, [row(690)], [], PAGE)
    assert holds(shown[0], again[0])
    assert not holds(shown[0], HEADER[0])


def test_a_continued_part_without_header_is_shown_without() -> None:
    shown = panes(Box(50, 40, 560, 720), [], [row(500)], [], PAGE)
    assert len(shown) == 1
    assert holds(shown[0], row(500))


def test_crops_never_leave_the_page() -> None:
    edge = Box(600, 780, 640, 800)
    shown = [
        *panes(Box(-5, -5, 640, 200), [], [Box(0, 0, 50, 12)], [], PAGE),
        around(edge, PAGE),
        *lenses([edge], PAGE),
    ]
    assert all(holds(PAGE, pane) for pane in shown)


def test_figures_that_are_far_apart_get_a_lens_each() -> None:
    near, far = [row(700), Box(390, 700, 470, 712)], Box(60, 700, 120, 712)
    shown = lenses([*near, far], PAGE)
    assert len(shown) == 2
    assert holds(shown[0], far)
    assert all(holds(shown[1], box) for box in near)


def test_only_marks_in_view_are_drawn_and_the_figure_on_top() -> None:
    figure, addend, elsewhere = Mark(row(100), "figure", "1"), Mark(row(112), "related"), Mark(row(500), "related")
    assert marks_within([figure, elsewhere, addend], Box(0, 90, 612, 130)) == (addend, figure)
