"""From a chart of Altair to an SVG that any page can show: no script, no fetched font, the same bytes every time.

Every chart is drawn twice, since its letters shrink with it: 340 units wide for a telephone and 760 for a desk.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

NARROW, WIDE = 340, 760
# Each is told from its neighbours without colour vision; letters have 4.5:1 on their ground, marks 3:1.
INK, SOFT, GRID, PAPER = "#1b1f24", "#4d5761", "#dde2e7", "#ffffff"
BLUE, ORANGE, PALE, EDGE = "#2b6cb0", "#a84b00", "#dbe6f2", "#5c7a99"
FONT = "sans-serif"
LETTER = 0.56  # width of a letter, in sizes of its font; generous, since the reader's font is not known

_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
# What XML cannot hold, and what would turn the order of the letters around.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
_LONG = re.compile(r"-?\d+\.\d{2,}")
_SPARE = ("role", "aria-roledescription", "aria-hidden", "class", "version", "pointer-events", "clip-path")


@dataclass(frozen=True)
class Chart:
    """A picture in both widths, what it shows (`title`) and what can be seen in it (`description`)."""

    title: str
    description: str
    wide: str
    narrow: str


def render(
    chart: alt.LayerChart,
    size: tuple[int, int],
    told: tuple[str, str, str],
    shapes: dict[str, list[dict[str, Any]]] | None = None,
) -> str:
    """The chart as SVG text; `told` is its title, its description and their language.

    `size` is that of the whole picture; the plot's origin is its upper left corner. `shapes` are data that layers take
    by name: Altair looks at every number of what lies in a layer itself, which takes seconds for a map.
    """
    import altair as alt
    import vl_convert

    (width, height), (title, description, lang) = size, told
    drawn = chart.properties(width=width, height=height, autosize="none", padding=0).configure(
        font=FONT, background=PAPER, aria=False, view=alt.ViewConfig(stroke=None)
    )
    spec = drawn.to_dict(validate=False)  # half the time, for what no document can change
    spec.setdefault("datasets", {}).update(shapes or {})
    root = ET.fromstring(vl_convert.vegalite_to_svg(spec))
    _tidy(root)
    root.attrib.clear()
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("width", "100%")
    root.set("role", "img")
    root.set("aria-label", clean(title))
    root.set(f"{{{_XML}}}lang", lang)
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        about = ET.Element(f"{{{_SVG}}}{tag}")
        about.text = clean(text)
        root.insert(place, about)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _tidy(element: ET.Element) -> None:
    """Leave out what only a live chart needs, and decimals that nobody sees; a description becomes a `<title>`.

    Clips go too: their ids would be those of the next chart on the page, and nothing is drawn outside.
    """
    for child in list(element):
        if child.get("display") == "none" or child.get("class") == "background" or child.tag == f"{{{_SVG}}}defs":
            element.remove(child)
            continue
        _tidy(child)
    for name in _SPARE:
        element.attrib.pop(name, None)
    if told := element.attrib.pop("aria-label", None):
        title = ET.Element(f"{{{_SVG}}}title")
        title.text = told
        element.insert(0, title)
    for name in ("d", "transform", "x1", "x2", "y1", "y2"):
        if name in element.attrib:
            element.set(name, _LONG.sub(lambda m: f"{float(m[0]):.1f}", element.attrib[name]))


def clean(text: str) -> str:
    """Text from a document as XML can hold it; escaping is left to whoever writes it out."""
    return _UNPRINTABLE.sub(" ", text)


def cut(text: str, room: float, size: float) -> str:
    """A text of a font size that fits into `room`, with … where it was too long.

    >>> cut("Servicios personales", 80, 12)
    'Servicios…'
    """
    text = " ".join(clean(text).split())
    most = max(1, int(room / (LETTER * size)))
    return text if len(text) <= most else text[: most - 1].rstrip(" ,.-") + "…"


def data(rows: list[dict[str, Any]]) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=rows)


def letters(rows: list[dict[str, Any]], size: float, color: str = INK, **more: Any) -> alt.Chart:
    """Texts at places of the picture: rows with `x`, `y` and `text`."""
    import altair as alt

    placed = alt.Chart(data(rows)).mark_text(
        fontSize=size, color=color, **{"align": "left", "baseline": "middle", **more}
    )
    chart: alt.Chart = placed.encode(x=pixels("x"), y=pixels("y"), text=alt.Text("text:N"))
    return chart


def boxes(rows: list[dict[str, Any]], color: str, **more: Any) -> alt.Chart:
    """Rectangles of the picture: rows with `x`, `x2`, `y`, `y2`."""
    import altair as alt

    chart: alt.Chart = alt.Chart(data(rows)).mark_rect(color=color, **more).encode(**_corners())
    return chart


def strokes(rows: list[dict[str, Any]], color: str, width: float, **more: Any) -> alt.Chart:
    """Lines of the picture: rows with `x`, `x2`, `y`, `y2`."""
    import altair as alt

    chart: alt.Chart = alt.Chart(data(rows)).mark_rule(color=color, strokeWidth=width, **more).encode(**_corners())
    return chart


def _corners() -> dict[str, Any]:
    import altair as alt

    return {"x": pixels("x"), "y": pixels("y"), "x2": alt.X2("x2"), "y2": alt.Y2("y2")}


def pixels(name: str) -> Any:
    """A channel whose values are units of the picture already."""
    import altair as alt

    channel = alt.X if name == "x" else alt.Y
    return channel(f"{name}:Q", scale=None, axis=None)
