"""Pictures for the cards: where the figure stands on its page, and the cells elsewhere that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rendicion_etl.reading.page import Box
from rendicion_etl.site.album import Album, Photo
from rendicion_etl.site.cards import Card
from rendicion_etl.site.cells import box_of
from rendicion_etl.site.crops import Mark, View, around, lenses, marks_within, panes
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.tabular import TableData
from rendicion_etl.site.words import Words

# More places than these are listed in words: the reader has seen the point.
_COUNTERPARTS = 2
# Letters of at least so many pixels can be read in a crop that is shown `_SHOWN_WIDTH` pixels wide.
_LEGIBLE, _SHOWN_WIDTH = 8.0, 700.0
# Points between words and the frame around them, which would hide their edges. Cells have room of their own.
_AIR = 3.0


@dataclass(frozen=True)
class Picture:
    """A place of a page: `panes` one above the other, `lenses` on the figures, the `whole` page with the place marked.

    small_print: letters in the panes are too small to be read, so that the lenses are needed everywhere.
    """

    page: int
    caption: str
    alt: str
    panes: list[View]
    lenses: list[View]
    whole: View | None
    small_print: bool


def take_pictures(cards: list[Card], tables: dict[str, TableData], album: Album, words: Words) -> None:
    """Fill in the pictures of each card: its own place first, then at most two others it is compared with."""
    for card in cards:
        own = _own(card, album, words)
        if own is not None:
            card.pictures = [own, *_counterparts(card, tables, album, words)]


def _own(card: Card, album: Album, words: Words) -> Picture | None:
    photo = album.photo(card.page)
    items = [(i, box) for i in card.items if i.finding["page"] == card.page and (box := box_of(i.finding))]
    if photo is None or not items:
        return None
    figures = [Mark(box, "figure", str(i.number)) for i, box in items]
    accused = {(i.finding["table_id"], i.finding["row"], i.finding["col"]) for i, _ in items}
    here = [
        box
        for i, _ in items
        for r in i.finding["related"]
        if r["page"] == card.page
        and (r.get("table_id"), r.get("row"), r.get("col")) not in accused
        and _same_table(r.get("table_id"), card)
        and (box := box_of(r))
    ]
    related = [Mark(box, "related") for box in dict.fromkeys(here)]
    caption = words("picture.own", page=photo.number)
    what = "; ".join(f"{i.number}: {i.compared.printed or i.message}" for i, _ in items)
    where = " · ".join(t for t in (card.title, card.subtitle) if t)
    alt = words("picture.alt", page=photo.number, where=where, what=what)
    return _picture(photo, card.table, _one_per_box(figures), related, caption, alt)


def _counterparts(card: Card, tables: dict[str, TableData], album: Album, words: Words) -> list[Picture]:
    places: dict[tuple[str, int], dict[Box, None]] = {}
    for item in card.items:
        for related in item.finding["related"]:
            table_id, page, box = related.get("table_id"), related["page"], box_of(related)
            if box and table_id in tables and not (page == card.page and _same_table(table_id, card)):
                places.setdefault((table_id, page), {})[box] = None
    out = []
    for (table_id, page), boxes in list(places.items())[:_COUNTERPARTS]:
        photo, table = album.photo(page), tables[table_id]
        if photo is not None:
            name = table_name(table.table, words)
            caption = words("picture.other", page=page, table=name)
            alt = words("picture.alt_other", page=page, where=name, n=len(boxes))
            out.append(_picture(photo, table, [], [Mark(b, "related") for b in boxes], caption, alt))
    return out


def _picture(
    photo: Photo, table: TableData | None, figures: list[Mark], related: list[Mark], caption: str, alt: str
) -> Picture:
    focus, others = [m.box for m in figures or related], [m.box for m in related if figures]
    part = table.cells.parts.get(photo.number) if table else None
    if table is None or part is None:
        shown = [around(Box.around(focus), photo.box)]
    else:
        shown = panes(part, table.cells.headers.get(photo.number, []), focus, others, photo.box)
    if table is None:
        figures, related = _with_air(figures), _with_air(related)
    marks = figures + related

    def view(box: Box, what: list[Mark]) -> View:
        return View(photo.number, box, marks_within(what, box))

    width = shown[-1].width
    return Picture(
        page=photo.number,
        caption=caption,
        alt=alt,
        panes=[view(box, marks) for box in shown],
        lenses=[view(box, marks) for box in lenses(focus, photo.box)] if figures and width > 300 else [],
        whole=view(photo.box, figures) if figures else None,
        small_print=photo.text_height * _SHOWN_WIDTH / width < _LEGIBLE,
    )


def _with_air(marks: list[Mark]) -> list[Mark]:
    def wider(box: Box) -> Box:
        return Box(box.x0 - _AIR, box.top - _AIR, box.x1 + _AIR, box.bottom + _AIR)

    return [replace(mark, box=wider(mark.box)) for mark in marks]


def _one_per_box(figures: list[Mark]) -> list[Mark]:
    """Several findings about one cell share its box: `1, 2`."""
    labels: dict[Box, list[str]] = {}
    for mark in figures:
        labels.setdefault(mark.box, []).append(mark.label)
    stacked = len({round(box.x0) for box in labels}) == 1 < len(labels)
    return [Mark(box, "figure", ", ".join(names), beside=stacked) for box, names in labels.items()]


def _same_table(table_id: str | None, card: Card) -> bool:
    return table_id == (card.table.table_id if card.table else None)
