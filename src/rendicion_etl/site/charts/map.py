"""A map of the 22 departments, darker where more of the budget (or more money) was spent."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rendicion_etl.site.amounts import Division, Line
from rendicion_etl.site.charts import svg
from rendicion_etl.site.charts.classes import DARK, Classes, Measure, classes_of
from rendicion_etl.site.charts.numbers import short_money, unit_for
from rendicion_etl.site.charts.svg import INK, LETTER, NARROW, PAPER, SOFT, WIDE, Chart
from rendicion_etl.site.words import Words, percent, plain

if TYPE_CHECKING:
    import altair as alt

_BORDER = "#4d5761"
_RIMS: dict[str, dict[str, Any]] = {
    "without": {"stroke": _BORDER, "strokeDash": [2, 2]},
    "light": {"stroke": _BORDER},
    "dark": {"stroke": PAPER},
}
_MARGIN = 2
_LETTERS = 11
_LARGE = ("16", "17", "18")  # high enough for two lines on a telephone: Alta Verapaz, Petén, Izabal
_LINE = 24  # of the legend


def draw_map(division: Division | None, institution: str, words: Words, measure: Measure | None = None) -> Chart | None:
    """The map for an institution's name; None where no department has the measure.

    Without `measure` it is the share of vigente that was spent, if that is known wherever devengado is.
    """
    if division is None:
        return None
    measure = measure or _measure(division.lines)
    values = {line.code: value for line in division.lines if (value := _value(line, measure)) is not None}
    if not values:
        return None
    classes = classes_of(list(values.values()), measure, words)
    when = words.period(division.period, division.fiscal_year)
    title = words(f"charts.map_{measure}_title", name=institution, period=when)
    ranked = sorted((line for line in division.lines if line.code in values), key=lambda line: -values[line.code])
    description = words(
        "charts.map_description",
        first=_told(ranked[0], words),
        last=_told(ranked[-1], words),
    )
    if missing := len(division.lines) - len(values):
        description += " " + words("charts.map_missing", n=missing)
    wide, narrow = (
        svg.render(plan.chart(), plan.size, (title, description, words.lang), plan.shapes())
        for plan in (_Plan(division.lines, values, classes, measure, width, words) for width in (WIDE, NARROW))
    )
    return Chart(title, description, wide, narrow)


def _measure(lines: Sequence[Line]) -> Measure:
    spent = [line for line in lines if line.value("devengado") is not None]
    return "execution" if spent and all(line.execution is not None for line in spent) else "devengado"


def _value(line: Line, measure: Measure) -> Decimal | None:
    return line.execution if measure == "execution" else line.value("devengado")


@cache
def _features() -> dict[str, dict[str, Any]]:
    text = files("rendicion_etl.site").joinpath("shapes", "departments.json").read_text(encoding="utf-8")
    return {feature["id"]: feature for feature in json.loads(text)["features"]}


@cache
def _extent() -> tuple[float, float, float, float]:
    """West, south, east and north of the country as Mercator draws them at scale 1."""
    points = [
        point for feature in _features().values() for ring in feature["geometry"]["coordinates"] for point in ring
    ]
    xs, ys = [math.radians(x) for x, _ in points], [_mercator(y) for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def _fits(texts: Sequence[str], room: float) -> bool:
    return all(LETTER * _LETTERS * len(text) <= room for text in texts)


@dataclass(frozen=True)
class _Plan:
    """Where everything stands in a picture of a width: the legend beside the map, or on a telephone below it."""

    lines: Sequence[Line]
    values: dict[str, Decimal]
    classes: Classes
    measure: Measure
    width: int
    words: Words

    @property
    def across(self) -> int:
        """How wide the map itself is."""
        return 540 if self.width == WIDE else self.width

    @property
    def high(self) -> int:
        west, south, east, north = _extent()
        return math.ceil(self.across * (north - south) / (east - west)) + 2 * _MARGIN

    @property
    def size(self) -> tuple[int, int]:
        below = 0 if self.width == WIDE else _LINE * (len(self._rows) + 2 + bool(self._unit))
        return self.width, self.high + below

    @property
    def _rows(self) -> list[tuple[str, str]]:
        """Colour and name of each entry of the legend, the highest class first."""
        named = zip(self.classes.colors, self.classes.names, strict=True)
        rows = [(color, name) for color, name in named if name][::-1]
        missing = len(self.values) < len(self.lines)
        return [*rows, *([(PAPER, self.words("charts.no_data"))] if missing else [])]

    def chart(self) -> alt.LayerChart:
        import altair as alt

        return alt.LayerChart(layer=[*self._land(), *self._labels(), *self._legend()])

    def shapes(self) -> dict[str, list[dict[str, Any]]]:
        """The departments without a value, those in a light colour and those in a dark one, as the layers take them."""
        out: dict[str, list[dict[str, Any]]] = {name: [] for name in _RIMS}
        for line in self.lines:
            shape = {"type": "Feature", "geometry": _features()[line.code]["geometry"]}
            color = self._color(line)
            about = {"color": color, "told": svg.clean(_told(line, self.words))}
            name = "without" if line.code not in self.values else "dark" if color in DARK else "light"
            out[name].append({**shape, **about})
        return out

    def _land(self) -> list[alt.Chart]:
        import altair as alt

        # Later ones lie on the outlines of earlier ones: white between dark neighbours, dark around the light ones.
        return [
            alt.Chart(alt.NamedData(name=name))
            .mark_geoshape(strokeWidth=0.9, strokeJoin="round", aria=True, **rim)
            .encode(color=alt.Color("color:N", scale=None, legend=None), description="told:N")
            .project(**self._projection())
            for name, rim in _RIMS.items()
        ]

    def _projection(self) -> dict[str, Any]:
        """The same for every layer, however few departments are in it: the country fills the map's square."""
        west, _, east, north = _extent()
        scale = (self.across - 2 * _MARGIN) / (east - west)
        return {"type": "mercator", "scale": scale, "translate": [_MARGIN - scale * west, _MARGIN + scale * north]}

    def _labels(self) -> list[alt.Chart]:
        """The value where it fits, and above it the name if there is room."""
        import altair as alt

        west, _, east, _ = _extent()
        degree = self.across / math.degrees(east - west)
        places: dict[str, list[dict[str, Any]]] = {INK: [], PAPER: []}
        for line in self.lines:
            shape = _features()[line.code]["properties"]
            value = self.words("charts.none_short") if line.code not in self.values else self._short(line)
            texts = [line.label, value] if self.width == WIDE or line.code in _LARGE else [value]
            if not _fits(texts, shape["room_two"] * degree):
                texts = [value]
            if not _fits(texts, (shape["room"] if len(texts) == 1 else shape["room_two"]) * degree):
                continue
            longitude, latitude = shape["label"]
            for place, text in enumerate(texts):
                lift = (place - (len(texts) - 1) / 2) * 1.15 * _LETTERS / degree
                color = PAPER if self._color(line) in DARK else INK
                places[color].append({"lon": longitude, "lat": latitude - lift, "text": svg.clean(text)})
        return [
            alt.Chart(svg.data(rows))
            .mark_text(fontSize=_LETTERS, color=color, baseline="middle")
            .encode(longitude="lon:Q", latitude="lat:Q", text="text:N")
            .project(**self._projection())
            for color, rows in places.items()
        ]

    def _legend(self) -> list[alt.Chart]:
        wide = self.width == WIDE
        x, y = (self.across + 24, 20) if wide else (0, self.high + _LINE)
        heading = [{"x": x, "y": y, "text": self.words(f"charts.map_{self.measure}")}]
        unit = [{"x": x, "y": y + _LINE - 4, "text": self._unit}] if self._unit else []
        y += len(unit) * _LINE
        boxes, texts = [], []
        for place, (color, name) in enumerate(self._rows, 1):
            at = y + place * _LINE
            boxes.append({"x": x, "x2": x + 24, "y": at - 8, "y2": at + 8, "color": color})
            texts.append({"x": x + 32, "y": at, "text": name})
        dashed = [box for box in boxes if box["color"] == PAPER]
        rim = {"stroke": _BORDER, "strokeWidth": 0.8}
        return [
            svg.letters(heading, 13, fontWeight="bold"),
            svg.letters(unit, 13, SOFT),
            *(svg.boxes([box], str(box["color"]), **rim) for box in boxes if box not in dashed),
            svg.boxes(dashed, PAPER, strokeDash=[2, 2], **rim),
            svg.letters(texts, 13, SOFT),
        ]

    @property
    def _unit(self) -> str:
        """What the amounts of the legend are in; nothing for percentages."""
        return self.words(unit_for(self.values.values())[1]) if self.measure == "devengado" else ""

    def _color(self, line: Line) -> str:
        return self.classes.color(self.values[line.code]) if line.code in self.values else PAPER

    def _short(self, line: Line) -> str:
        value = self.values[line.code]
        return percent(value, 0) if self.measure == "execution" else plain(value / unit_for(self.values.values())[0], 1)


def _told(line: Line, words: Words) -> str:
    """`Petén: Q 1.2 millones de Q 3.4 millones · 35.3 %`."""
    if not line.amounts:
        return f"{line.label}: {words('charts.no_data')}"
    told = [
        words("charts.phase_is", phase=words(f"charts.{phase}"), value=short_money(value, words))
        for phase in ("devengado", "vigente")
        if (value := line.value(phase)) is not None
    ]
    if line.execution is not None:
        told.append(percent(line.execution, 1))
    return f"{line.label}: {', '.join(told)}"
