"""Pages that were fed in askew or that curl are made straight, and boxes find their way back."""

from __future__ import annotations

import numpy as np
import pytest

from rendicion_etl.reading.page import Box, Picture
from rendicion_etl.reading.straighten import Bend, bend_of, straight

DPI = 100
HEIGHT, WIDTH = 1100, 850


def page() -> Picture:
    """Lines of dashes, as text looks from afar, between margins."""
    out = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    chance = np.random.default_rng(1)
    for top in range(120, 980, 24):
        for left in range(90, 760, 14):
            out[top : top + 9, left : left + int(chance.integers(4, 12))] = 40
    return out


def scanned(picture: Picture, bend: Bend) -> Picture:
    """The picture that a page gives when it lies so; the other way round than `straight`, to a tenth of a pixel."""
    import cv2

    x, y = np.meshgrid(np.arange(WIDTH, dtype=float), np.arange(HEIGHT, dtype=float))
    at_x, at_y = x.copy(), y.copy()
    for _ in range(20):
        from_x, from_y = bend.source(at_x, at_y)
        at_x, at_y = at_x + x - from_x, at_y + y - from_y
    out: Picture = cv2.remap(
        picture, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255
    )
    return out


def rows_of_ink(picture: Picture) -> float:
    """How sharply ink and paper change from row to row."""
    return float(np.square(np.diff((255.0 - picture).mean(axis=1))).sum())


@pytest.mark.parametrize("degrees", [-4.0, -1.0, -0.3, 0.0, 0.3, 2.0])
def test_the_skew_of_a_page_is_found(degrees: float) -> None:
    true = Bend(np.radians(degrees), (WIDTH / 2, HEIGHT / 2))
    found = bend_of(scanned(page(), true), DPI)
    assert np.degrees(found.angle) == pytest.approx(degrees, abs=0.15)


@pytest.mark.parametrize(
    "slopes", [(0.0, 0.0, 0.0, 0.02, 0.0, 0.0), (0.004, 0.0, 0.01, 0.0, 0.0, 0.0), (0.0, 0.012, 0.0, 0.0, 0.006, 0.0)]
)
def test_a_page_that_curls_is_flattened(slopes: tuple[float, ...]) -> None:
    true = Bend(np.radians(0.5), (WIDTH / 2, HEIGHT / 2), slopes, WIDTH / 2)
    bent = scanned(page(), true)
    flat = straight(bent, bend_of(bent, DPI))
    assert rows_of_ink(flat) > 0.4 * rows_of_ink(page()) > 2 * rows_of_ink(bent)


def test_a_blank_page_is_straight() -> None:
    assert bend_of(np.full((HEIGHT, WIDTH), 255, dtype=np.uint8), DPI).slopes == ()


def test_a_box_of_the_straight_page_holds_its_ink_in_the_scan() -> None:
    bend = Bend(np.radians(2.0), (WIDTH / 2, HEIGHT / 2), (0.0, 0.0, 0.0, 0.015, 0.0, 0.0), WIDTH / 2)
    picture = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    picture[300:310, 100:180] = 0
    x0, top, x1, bottom = (round(side) for side in bend.source_box(Box(100, 300, 180, 310)))
    ink = scanned(picture, bend) < 128
    assert ink[top - 1 : bottom + 1, x0 - 1 : x1 + 1].sum() == ink.sum() > 700


def test_a_bend_at_another_scale_is_the_same_bend() -> None:
    bend = Bend(0.02, (400, 500), (0.001, 0.002, 0.003, 0.004, 0.005, 0.006), 400)
    x, y = bend.source(np.array([120.0]), np.array([700.0]))
    twice = bend.scaled(2).source(np.array([240.0]), np.array([1400.0]))
    assert np.allclose(twice, (2 * x, 2 * y))
