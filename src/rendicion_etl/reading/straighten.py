"""A scanned page made straight: turned by the angle it was fed in at, and flattened where its lines are bent.

Both are seen in the ink alone. A page is cut into upright strips, and each has a profile: how much ink stands on each
row of pixels. Where the page is straight, the profiles of neighbouring strips agree; where it is not, one of them is
shifted, and the shift tells the slope of the lines there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.page import Box, Floats, Picture

Points = npt.NDArray[np.floating[Any]]

WORKING = 100  # pixels an inch at which slopes are sought
ROWS = 256  # that are made straight in one go: where each pixel comes from takes more memory than the picture
STRIP = 36  # pixels: the width of a strip
WINDOW = 150  # pixels: the height over which two profiles are compared
MOST_SKEW = 6.0  # degrees
MOST_BEND = 3.0  # degrees more, in any part of a page
MOST_SHIFT = 4  # pixels between neighbouring strips: less than half a line
PASSES = 2  # the second finds what the first left
LEAST_LIKENESS = 0.5  # of two profiles, for their shift to count


@dataclass(frozen=True)
class Bend:
    """How a straight page lies in the picture of it that was scanned.

    angle: radians by which it was turned, clockwise, about `centre` (x, y in pixels). slopes: coefficients of the
    slope of a line of text that is left, over 1, x, y, x2, xy, y2 with x and y from the centre in units of `unit`.
    """

    angle: float = 0.0
    centre: tuple[float, float] = (0.0, 0.0)
    slopes: tuple[float, ...] = ()
    unit: float = 1.0

    def source(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Where points of the straight page lie in the scanned picture."""
        y = y + self._drop(x, y)
        dx, dy = x - self.centre[0], y - self.centre[1]
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return self.centre[0] + cos * dx - sin * dy, self.centre[1] + sin * dx + cos * dy

    def source_box(self, box: Box) -> Box:
        """The upright rectangle in the scanned picture that holds one of the straight page."""
        x, y = self.source(np.array([box.x0, box.x1] * 2), np.repeat([box.top, box.bottom], 2))
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    def scaled(self, factor: float) -> Bend:
        """The same bend of a picture that is so many times as large."""
        x, y = self.centre
        return Bend(self.angle, (x * factor, y * factor), self.slopes, self.unit * factor)

    def _drop(self, x: Points, y: Points) -> Points:
        """How far below its straight place a point lies: the slopes of its line, summed up from the centre."""
        if not self.slopes:
            return np.zeros_like(y)
        u, v = (x - self.centre[0]) / self.unit, (y - self.centre[1]) / self.unit
        one, by_x, by_y, by_xx, by_xy, by_yy = self.slopes
        drop: Points = (
            self.unit * u * (one + by_x * u / 2 + by_y * v + by_xx * u * u / 3 + by_xy * u * v / 2 + by_yy * v * v)
        )
        return drop


def bend_of(picture: Picture, dpi: float) -> Bend:
    """How a page lies in its picture of `dpi` pixels an inch; its lines must run from left to right."""
    import cv2

    scale = WORKING / dpi
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    centre = (picture.shape[1] / 2, picture.shape[0] / 2)
    angle = _skew(small)
    middle = (small.shape[1] / 2, small.shape[0] / 2)
    slopes: tuple[float, ...] = ()
    for _ in range(PASSES):
        more = _slopes(straight(small, Bend(angle, middle, slopes, middle[0])))
        slopes = tuple(a + b for a, b in zip(slopes or (0.0,) * len(more), more, strict=True)) if more else slopes
    return Bend(angle, centre, slopes, centre[0])


def straight(picture: Picture, bend: Bend) -> Picture:
    """The picture of the page made straight, of the same size."""
    import cv2

    height, width = picture.shape
    out = np.empty_like(picture)
    for top in range(0, height, ROWS):
        rows = np.arange(top, min(top + ROWS, height), dtype=np.float32)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), rows)
        from_x, from_y = (a.astype(np.float32) for a in bend.source(x, y))
        out[top : top + ROWS] = cv2.remap(
            picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
        )
    return out


def _profiles(picture: Picture) -> Floats:
    """Rows x strips: the ink of each strip on each row, without its slow change (shades, dirt)."""
    import cv2

    ink = 255.0 - picture[:, : picture.shape[1] // STRIP * STRIP]
    strips = ink.reshape(len(picture), -1, STRIP).mean(axis=2)
    level: Floats = strips - cv2.blur(strips, (1, 31), borderType=cv2.BORDER_REPLICATE)
    return level


def _skew(picture: Picture) -> float:
    """The angle in radians, clockwise, at which the profiles of all strips fit together best."""
    strips = _profiles(picture)
    xs = (np.arange(strips.shape[1]) + 0.5) * STRIP
    xs -= xs.mean()
    rows = np.arange(len(strips))

    def sharpness(angle: float) -> float:
        shifts = np.tan(angle) * xs
        together = sum(np.interp(rows + shift, rows, strips[:, k]) for k, shift in enumerate(shifts))
        return float(np.square(together).sum())

    best, step = 0.0, np.radians(0.4)
    around = np.arange(-MOST_SKEW / 0.4, MOST_SKEW / 0.4 + 1) * step
    for _ in range(4):
        best = max((best + a for a in around), key=sharpness)
        step /= 4
        around = np.arange(-4, 5) * step
    return float(best)


def _slopes(picture: Picture) -> tuple[float, ...]:
    """The coefficients of the slopes that are left in a page without skew; () where too little can be seen."""
    strips = _profiles(picture)
    height, n = strips.shape
    half = np.array([picture.shape[1], picture.shape[0]]) / 2
    seen: list[tuple[float, float, float, float]] = []
    for top in range(0, height - WINDOW // 2, WINDOW // 2):
        window = strips[top : top + WINDOW]
        for k in range(n - 1):
            shift, likeness = _shift(window[:, k], window[:, k + 1])
            if likeness >= LEAST_LIKENESS:
                seen.append(((k + 1) * STRIP - half[0], top + len(window) / 2 - half[1], shift / STRIP, likeness))
    if len(seen) < 24:
        return ()
    x, y, slope, weight = np.array(seen).T
    u, v = x / half[0], y / half[0]  # one unit for both, as in Bend
    terms = np.column_stack((np.ones_like(u), u, v, u * u, u * v, v * v))
    steady = np.diag([0.0, 0.3, 0.3, 0.3, 0.3, 0.3])  # bends only as far as much ink says so
    found = np.zeros(6)
    for _ in range(8):
        off = np.abs(slope - terms @ found)
        robust = weight / (1 + np.square(off / 0.005))
        found = np.linalg.solve((terms * robust[:, None]).T @ terms + steady, (terms * robust[:, None]).T @ slope)
    if np.abs(terms @ found).max() > np.tan(np.radians(MOST_BEND)):
        return ()
    return tuple(float(c) for c in found)


def _shift(left: Floats, right: Floats) -> tuple[float, float]:
    """How many pixels the right profile stands lower than the left one, and how alike they are then (1: the same)."""
    norm = float(np.sqrt(np.square(left).sum() * np.square(right).sum()))
    if norm < 1e3:  # paper
        return 0.0, 0.0
    padded = np.pad(right, MOST_SHIFT)
    lags = range(-MOST_SHIFT, MOST_SHIFT + 1)
    like = np.array([left @ padded[MOST_SHIFT + lag :][: len(left)] for lag in lags])
    k = int(like.argmax())
    if k in (0, len(lags) - 1):
        return 0.0, 0.0
    a, b, c = like[k - 1 : k + 2]
    return float(lags[k] + 0.5 * (a - c) / (a - 2 * b + c)), float(b / norm)
