"""A page with the tables that were read on it: frames, cells coloured by role, a tag at each table, a legend.

Roles are what a raw table shows, before anything in it is understood: they tell whoever looks at a reader's work
where it saw headers, labels and figures, and what it left blank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rendicion_etl.reading.page import Box, Page
from rendicion_etl.site.lettering import lettering
from rendicion_etl.tables.model import RawCell, RawTable
from rendicion_etl.tables.shape import looks_numeric

if TYPE_CHECKING:
    from PIL.Image import Image

    from rendicion_etl.reading.pdf import Pdf

Role = Literal["header", "band", "code", "label", "text", "figure", "empty"]
Colour = tuple[int, int, int]

COLOURS: dict[Role, Colour] = {
    "header": (20, 90, 200),
    "band": (150, 50, 180),
    "code": (235, 100, 20),
    "label": (0, 150, 110),
    "text": (140, 95, 55),
    "figure": (250, 195, 0),
    "empty": (125, 125, 125),
}
_FILL = 0.3  # of the colour; the rest is the page
_FRAME, _PAPER = (25, 25, 25), (255, 255, 255)
_SCALE, _LONGEST = 2.0, 5000.0  # pixels a point, and what the longer side of the picture may have
_TAG, _LEGEND, _PAD = 17, 20, 8  # sizes of letters and the space around them, in pixels


class Tagged(NamedTuple):
    """A table to draw, and what its tag says."""

    table: RawTable
    tag: str


def roles_of(table: RawTable) -> list[tuple[RawCell, Role]]:
    """Every cell of a raw table with its role, row by row."""
    rows = table.rows()
    names = [_label(row) for k, row in enumerate(rows) if k not in table.header_rows]
    usual = Counter(cell.col for cell in names if cell).most_common(1)
    label_col = usual[0][0] if usual else 0
    return [pair for k, row in enumerate(rows) for pair in _roles(row, k in table.header_rows, label_col)]


def on_paper(colour: Colour) -> Colour:
    """What the colour of a role becomes where the page is white."""
    red, green, blue = (int(p + (c - p) * _FILL) for c, p in zip(colour, _PAPER, strict=True))
    return red, green, blue


def scale_of(page: Page) -> float:
    """How many pixels a point has in the picture of a page."""
    return min(_SCALE, _LONGEST / max(page.width, page.height))


def draw_page(pdf: Pdf, page: Page, shown: Sequence[Tagged], names: Mapping[Role, str], title: str) -> Image:
    """A page as displayed, with tables drawn over it and a legend below.

    names: what the legend calls each role. title: what the last line of the legend says.
    """
    from PIL import Image, ImageDraw

    scale = scale_of(page)
    picture = pdf.render(page.number, scale).convert("RGB")
    cells = [pair for table, _ in shown for pair in roles_of(table)]
    inked = picture.copy()
    pen = ImageDraw.Draw(inked)
    for cell, role in cells:
        pen.rectangle(_pixels(page.displayed(cell.box), scale), fill=COLOURS[role])
    picture = Image.blend(picture, inked, _FILL)
    pen = ImageDraw.Draw(picture)
    for cell, role in cells:
        pen.rectangle(_pixels(page.displayed(cell.box), scale), outline=COLOURS[role])
    frames = [_pixels(page.displayed(table.regions[0].box), scale) for table, _ in shown]
    for left, top, right, bottom in frames:
        pen.rectangle((left - 4, top - 4, right + 4, bottom + 4), outline=_FRAME, width=3)
    for frame, (_, tag) in zip(frames, shown, strict=True):
        _put_tag(picture, frame, tag)
    counts = Counter(role for _, role in cells)
    entries = [(COLOURS[role], f"{name} {counts[role]}") for role, name in names.items()]
    return _with_legend(picture, entries, title)


def _label(row: Sequence[RawCell]) -> RawCell | None:
    """The cell that says what a row with figures is about: the first that is filled and no figure."""
    if not any(looks_numeric(cell.text) for cell in row):
        return None
    return next((cell for cell in row if cell.text and not looks_numeric(cell.text)), None)


def _roles(row: Sequence[RawCell], is_header: bool, label_col: int) -> list[tuple[RawCell, Role]]:
    """The roles in one row; `label_col` is where labels stand in most rows, for one that has none of its own."""
    if is_header:
        return [(cell, "header" if cell.text else "empty") for cell in row]
    label = _label(row)
    edge = label.col if label else label_col

    def role(cell: RawCell) -> Role:
        if not cell.text:
            return "empty"
        if cell.text.isdigit() and cell.col < edge:
            return "code"
        if looks_numeric(cell.text):
            return "figure"
        return "label" if cell is label else "text"

    out = [(cell, role(cell)) for cell in row]
    words = [k for k, (_, r) in enumerate(out) if r in ("label", "text")]
    if len(words) == 1 and not any(r == "figure" for _, r in out):  # a group's name, with or without its code
        out[words[0]] = (out[words[0]][0], "band")
    return out


def _pixels(box: Box, scale: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return left, top, max(right, left), max(bottom, top)


def _put_tag(picture: Image, frame: tuple[int, int, int, int], text: str) -> None:
    """Put a tag at that corner of a frame, outside it, where it hides least."""
    from PIL import Image, ImageOps

    letters = ImageOps.invert(lettering(text, _TAG, bold=True))
    tag = Image.new("RGB", (letters.width + 2 * _PAD, letters.height + 4), _FRAME)
    tag.paste(_PAPER, (_PAD, 2), letters)
    left, top, right, bottom = frame[0] - 4, frame[1] - 4, frame[2] + 5, frame[3] + 5
    spots = [(x, y) for y in (top - tag.height, bottom) for x in (left, right - tag.width)]
    spots = [(max(min(x, picture.width - tag.width), 0), y) for x, y in spots]
    spots = [(x, y) for x, y in spots if 0 <= y <= picture.height - tag.height] or [(max(left, 0), max(top, 0))]
    picture.paste(tag, min(spots, key=lambda spot: _ink(picture, (*spot, spot[0] + tag.width, spot[1] + tag.height))))


def _ink(picture: Image, box: tuple[int, int, int, int]) -> int:
    """How much is printed or drawn in a part of a picture."""
    return sum((255 - shade) * n for shade, n in enumerate(picture.crop(box).convert("L").histogram()))


def _with_legend(picture: Image, entries: Sequence[tuple[Colour, str]], title: str) -> Image:
    """The picture with a strip below it: the colours and what they stand for, then the title."""
    from PIL import Image, ImageDraw

    line = _LEGEND + 2 * _PAD
    said: list[tuple[Colour | None, str]] = [*entries, (None, title)]
    places = []
    x = y = _PAD
    for colour, text in said:
        letters = lettering(text, _LEGEND)
        width = letters.width + (line if colour else 0)
        if x > _PAD and (colour is None or x + width > picture.width - _PAD):
            x, y = _PAD, y + line
        places.append((x, y, colour, letters))
        x += width + 3 * _PAD
    strip = Image.new("RGB", (picture.width, y + line), _PAPER)
    pen = ImageDraw.Draw(strip)
    pen.line((0, 0, strip.width, 0), fill=_FRAME, width=2)
    for x, y, colour, letters in places:
        if colour:
            swatch = (x, y + 2, x + _LEGEND + 2, y + _LEGEND + 4)
            pen.rectangle(swatch, fill=on_paper(colour), outline=colour, width=2)
            x += line
        strip.paste(letters.convert("RGB"), (x, y))
    whole = Image.new("RGB", (picture.width, picture.height + strip.height), _PAPER)
    whole.paste(picture, (0, 0))
    whole.paste(strip, (0, picture.height))
    return whole
