"""Pages for tests of the readers, written as they look: `typed` sets text in one pitch, `placed` puts it anywhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from textwrap import dedent

import numpy as np

from rendicion_etl.reading.page import Box, Chars, Page, Rulings
from rendicion_etl.tables.items import Item

CHAR, HEIGHT, STEP = 4.0, 10.0, 14.0  # points: a character's width and height, and from line to line
LEFT, TOP = 40.0, 100.0  # of the first character


def typed(text: str, rulings: Rulings | None = None, bold: Collection[int] = ()) -> Page:
    """A page set as on a typewriter: one space parts words, two or more part texts. `bold`: lines, counted from 0."""
    lines = dedent(text).removeprefix("\n").splitlines()
    return placed(*((LEFT, y_of(n), line, n in bold) for n, line in enumerate(lines)), rulings=rulings)


def placed(*texts: tuple[float, float, str] | tuple[float, float, str, bool], rulings: Rulings | None = None) -> Page:
    """A page of texts that begin at x and have their middle at y; each character is 4 points wide and 10 high."""
    chars: list[tuple[str, float, float, bool, bool]] = []
    for x, y, text, *heavy in texts:
        for k, char in enumerate(text):
            if not char.isspace():
                spaced = not k or text[k - 1].isspace()
                chars.append((char, x + k * CHAR, y - HEIGHT / 2, bool(heavy and heavy[0]), spaced))
    x0, top = np.array([c[1] for c in chars]), np.array([c[2] for c in chars])
    bold, spaced_before = np.array([c[3] for c in chars], dtype=bool), np.array([c[4] for c in chars], dtype=bool)
    turn = np.zeros(len(chars), dtype=np.int8)
    all_chars = Chars([c[0] for c in chars], x0, top, x0 + CHAR, top + HEIGHT, bold, spaced_before, turn)
    return Page(1, 612.0, 792.0, all_chars, rulings or Rulings())


def x_of(column: float) -> float:
    """Where a character of a typed page begins, counted from 0."""
    return LEFT + column * CHAR


def y_of(line: float) -> float:
    """The middle of a line of a typed page, counted from 0; `y_of(0.5)` lies between the first two."""
    return TOP + line * STEP


def rules(
    horizontal: Sequence[tuple[float, float, float]] = (),
    vertical: Sequence[tuple[float, float, float]] = (),
    shaded: Sequence[tuple[float, float, float, float]] = (),
) -> Rulings:
    """What is drawn on a typed page, in its lines and characters.

    horizontal: (line, from character, to character). vertical: (character, from line, to line). shaded: (from
    character, from line, to character, to line). Line 1 is the middle of the second one, 0.5 the place above it.
    """
    return Rulings(
        np.array([(y_of(y), x_of(a), x_of(b)) for y, a, b in horizontal]).reshape(-1, 3),
        np.array([(x_of(x), y_of(a), y_of(b)) for x, a, b in vertical]).reshape(-1, 3),
        [Box(x_of(a), y_of(top), x_of(b), y_of(bottom)) for a, top, b, bottom in shaded],
    )


def words(text: str, x: float, y: float, bold: bool = False) -> Item:
    """A run of words as an item, beginning at x with its middle at y."""
    box = Box(x, y - HEIGHT / 2, x + len(text) * CHAR, y + HEIGHT / 2)
    return Item(text, box, figure=False, bold=bold, level=int(y))
