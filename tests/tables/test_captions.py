"""Which lines name a table: those over it, also off its middle where tables stand side by side; or those under it."""

from __future__ import annotations

from rendicion_etl.reading.page import Box, Line
from rendicion_etl.tables.captions import find_caption, find_caption_below, stand_below

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


TABLE = Box(40, 140, 500, 300)
UNDER = [line(text, 270, top) for text, top in (("Cuadro 1", 303.0), ("Por grupo", 313.0), ("En millones", 323.0))]


def test_a_caption_under_its_table_ends_where_the_text_goes_on() -> None:
    after = [line("Fuente: SICOIN", 270, 333), line("El presupuesto vigente asciende a", 270, 350)]
    assert find_caption_below([*UNDER, *after], TABLE).lines == ("Cuadro 1", "Por grupo", "En millones")
    assert find_caption_below(after, TABLE).lines == ()


def test_captions_stand_below_only_where_none_stands_over_a_table() -> None:
    next_table = Box(40, 345, 500, 400)
    under = (UNDER, [TABLE])
    assert stand_below([under, under])
    assert not stand_below([under]), "one may be that of a table on the next page"
    assert not stand_below([under, under, ([line("Cuadro 2", 270, 100)], [TABLE])])
    assert stand_below([under, (UNDER, [TABLE, next_table])])
    assert not stand_below([under, (UNDER, [next_table])])
