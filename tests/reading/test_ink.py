"""What is made of the ink of a scanned page: text that was not found, and how far letters reach."""

from __future__ import annotations

import numpy as np

from rendicion_etl.reading.ink import Ink, left_over, letters
from rendicion_etl.reading.ocr import Reading
from rendicion_etl.reading.page import Box

HEIGHT = 20  # of a letter; its line is somewhat higher


def ink(*marks: tuple[int, int, int, int]) -> Ink:
    """Paper of 400 x 200 pixels with ink in rectangles: left, top, width, height."""
    out: Ink = np.zeros((200, 400), dtype=np.uint8)
    for x, y, width, height in marks:
        out[y : y + height, x : x + width] = 1
    return out


def letter(x: int) -> list[tuple[int, int, int, int]]:
    """The strokes of an H, 12 pixels wide."""
    return [(x, 80, 3, HEIGHT), (x + 9, 80, 3, HEIGHT), (x, 88, 12, 3)]


def line(x0: int, x1: int, top: int = 20) -> Box:
    return Box(x0, top - 4, x1, top + HEIGHT + 4)


def test_a_letter_outside_the_lines_that_were_found_may_be_text() -> None:
    paper = ink((20, 20, 100, HEIGHT), (200, 20, 12, HEIGHT))
    (box,) = left_over(paper, [line(16, 124)])
    assert box.holds(Box(200, 20, 212, 40))
    assert box.x0 < 200 < 212 < box.x1


def test_letters_side_by_side_are_one_text() -> None:
    paper = ink((20, 20, 100, HEIGHT), *letter(200), *letter(216), *letter(300))
    assert sorted(box.x0 for box in left_over(paper, [line(16, 124)])) == [196, 296]


def test_specks_strokes_shades_and_the_corners_of_frames_are_no_text() -> None:
    speck, stroke = (200, 80, 3, 3), (200, 120, 60, 3)
    corner = [(300, 80, 40, 2), (300, 80, 2, HEIGHT)]
    small = [(300, 120, 20, 3), (300, 120, 3, HEIGHT)]
    shade = (300, 160, 40, HEIGHT)
    assert left_over(ink((20, 20, 100, HEIGHT), speck, stroke, *corner, *small, shade), [line(16, 124)]) == []


def test_on_a_page_without_text_nothing_is_left_over() -> None:
    assert left_over(ink((20, 20, 12, HEIGHT)), []) == []


def test_the_edge_of_a_neighbour_is_none_of_a_letter() -> None:
    """The box of a sign of money may begin in the figure before it: the sign begins where its own ink does."""
    paper = ink((100, 20, 3, HEIGHT), (130, 20, 14, HEIGHT))
    ((text, box, _),) = letters(paper, line(100, 148), Reading("Q", (37 / 48,), (1.0,)))
    assert (text, box.x0, box.x1) == ("Q", 130, 144)
    ((_, box, _),) = letters(paper[:, ::-1], line(252, 300), Reading("Q", (11 / 48,), (1.0,)))
    assert (box.x0, box.x1) == (256, 270)


def test_a_sign_of_money_after_a_digit_is_parted_from_it() -> None:
    paper = ink((100, 20, 10, HEIGHT), (118, 20, 12, HEIGHT))
    spaced = [space for _, _, space in letters(paper, line(96, 134), Reading("9Q", (0.23, 0.74), (1.0, 1.0)))]
    assert spaced == [True, True]
    close = ink((100, 20, 10, HEIGHT), (112, 20, 12, HEIGHT))
    assert not letters(close, line(96, 128), Reading("9Q", (0.28, 0.69), (1.0, 1.0)))[1][2]
