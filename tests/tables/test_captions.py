"""Which lines name a table: those over it, also off its middle where tables stand side by side."""

from __future__ import annotations

from rendicion_etl.reading.page import Box, Line
from rendicion_etl.tables.captions import find_caption

LEFT, RIGHT = Box(40, 140, 110, 300), Box(430, 140, 700, 300)


def line(text: str, middle: float, top: float, height: float = 9.0) -> Line:
    half = 2 * len(text)
    return Line(text, Box(middle - half, top, middle + half, top + height), False)


def test_a_title_centred_on_half_a_page_is_that_of_the_narrow_table_below_it() -> None:
    lines = [
        line(text, middle, top)
        for middle, texts in (
            (230.0, ("Tabla 1", "Por grupo", "En millones")),
            (610.0, ("Tabla 2", "Por fuente", "En Q")),
        )
        for top, text in zip((105.0, 115.0, 125.0), texts, strict=True)
    ]
    assert find_caption(lines, LEFT, [RIGHT]).lines == ("Tabla 1", "Por grupo", "En millones")
    assert find_caption(lines, RIGHT, [LEFT]).lines == ("Tabla 2", "Por fuente", "En Q")
