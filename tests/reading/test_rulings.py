"""What is drawn on a page: rules as lines, thin rectangles and borders, shades, and where the pieces of a rule meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from rendicion_etl.reading.page import Rulings
from rendicion_etl.reading.pdf import open_pdf


def drawn(path: Path, draw: Callable[[Canvas], object], rotation: int = 0) -> Rulings:
    """What is read of a page of 300 by 200 points; reportlab counts heights from below."""
    size = (300, 200) if rotation % 180 == 0 else (200, 300)  # as displayed
    canvas = Canvas(str(path), pagesize=size, invariant=1)
    canvas.setPageRotation(rotation)
    draw(canvas)
    canvas.drawString(30, 20, "Fuente: SICOIN")
    canvas.save()
    with open_pdf(path, path.name) as pdf:
        return pdf.page(1).rulings


def lines(rulings: Rulings) -> tuple[list[list[int]], list[list[int]]]:
    """(horizontal, vertical) to whole points."""
    return rulings.horizontal.round().astype(int).tolist(), rulings.vertical.round().astype(int).tolist()


def shades(rulings: Rulings) -> list[tuple[int, ...]]:
    return [tuple(round(v) for v in box) for box in rulings.shaded]


def grey(canvas: Canvas) -> None:
    canvas.setFillColor(colors.lightgrey)


def filled(*box: float) -> Callable[[Canvas], object]:
    return lambda canvas: (grey(canvas), canvas.rect(*box, stroke=0, fill=1))


@pytest.mark.parametrize(
    ("draw", "horizontal", "vertical"),
    [
        (lambda c: c.line(20, 150, 120, 150), [[50, 20, 120]], []),
        (lambda c: c.line(20, 150, 20, 100), [], [[20, 50, 100]]),
        (filled(20, 149.5, 100, 1), [[50, 20, 120]], []),
        (filled(19.5, 100, 1, 50), [], [[20, 50, 100]]),
        (lambda c: c.rect(20, 100, 100, 50), [[50, 20, 120], [100, 20, 120]], [[20, 50, 100], [120, 50, 100]]),
    ],
    ids=["a flat line", "an upright line", "a flat thin rectangle", "an upright one", "the border of a rectangle"],
)
def test_a_rule_is_seen_however_it_is_drawn(
    tmp_path: Path, draw: Callable[[Canvas], object], horizontal: list[list[int]], vertical: list[list[int]]
) -> None:
    assert lines(drawn(tmp_path / "a.pdf", draw)) == (horizontal, vertical)


def test_a_filled_rectangle_is_a_shade_and_no_rule(tmp_path: Path) -> None:
    rulings = drawn(tmp_path / "a.pdf", filled(20, 100, 100, 50))
    assert (shades(rulings), lines(rulings)) == ([(20, 50, 120, 100)], ([], []))


@pytest.mark.parametrize("x1", [121.0, 23.0])
def test_slanting_and_short_lines_are_no_rules(tmp_path: Path, x1: float) -> None:
    y1 = 150 if x1 < 24 else 130
    assert lines(drawn(tmp_path / "a.pdf", lambda c: c.line(20, 150, x1, y1))) == ([], [])


def white(canvas: Canvas) -> None:
    canvas.setFillColor(colors.white)
    canvas.setStrokeColor(colors.white)
    canvas.rect(20, 100, 100, 50, stroke=1, fill=1)
    canvas.line(20, 80, 120, 80)
    canvas.rect(20, 60, 100, 1, stroke=0, fill=1)
    canvas.setFillColor(colors.black)


def test_white_on_white_is_not_seen(tmp_path: Path) -> None:
    rulings = drawn(tmp_path / "a.pdf", white)
    assert (lines(rulings), shades(rulings)) == (([], []), [])


def pieces(*ends: tuple[float, float], y: float = 150.0) -> Callable[[Canvas], object]:
    def draw(canvas: Canvas) -> None:
        for start, end in ends:
            canvas.line(start, y, end, y)

    return draw


@pytest.mark.parametrize(
    ("ends", "horizontal", "joints"),
    [
        ([(20, 80), (80, 140), (140, 200)], [[50, 20, 200]], [[80, 50], [140, 50]]),
        ([(140, 200), (20, 80), (80, 140)], [[50, 20, 200]], [[80, 50], [140, 50]]),
        ([(20, 80), (82, 140)], [[50, 20, 140]], [[81, 50]]),
        ([(20, 80), (90, 140)], [[50, 20, 80], [50, 90, 140]], []),
        ([(20, 140), (20, 140)], [[50, 20, 140]], []),
        ([(20, 140), (60, 100)], [[50, 20, 140]], []),
    ],
    ids=["three cells", "in any order", "a hair apart", "a gap", "drawn twice", "one within the other"],
)
def test_pieces_of_one_line_are_joined_and_their_joints_kept(
    tmp_path: Path, ends: list[tuple[float, float]], horizontal: list[list[int]], joints: list[list[int]]
) -> None:
    rulings = drawn(tmp_path / "a.pdf", pieces(*ends))
    assert lines(rulings)[0] == horizontal
    assert rulings.joints.round().astype(int).tolist() == joints


def test_a_double_rule_is_one_and_rules_are_sorted(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for y in (60, 150, 150.9, 100):
            canvas.line(20, y, 120, y)

    assert [y for y, _, _ in lines(drawn(tmp_path / "a.pdf", draw))[0]] == [50, 100, 140]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rules_are_those_of_the_page_turned_upright(tmp_path: Path, rotation: int) -> None:
    rulings = drawn(tmp_path / "a.pdf", pieces((20, 70), (70, 120)), rotation)
    assert (lines(rulings), rulings.joints.round().tolist()) == (([[50, 20, 120]], []), [[70, 50]])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_shades_are_those_of_the_page_turned_upright(tmp_path: Path, rotation: int) -> None:
    assert shades(drawn(tmp_path / "a.pdf", filled(20, 100, 100, 50), rotation)) == [(20, 50, 120, 100)]
