"""vigente and devengado of each grupo de gasto in one period: a bar in a bar, the largest group first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rendicion_etl.site.amounts import Division, Line
from rendicion_etl.site.charts import svg
from rendicion_etl.site.charts.numbers import short_money
from rendicion_etl.site.charts.svg import BLUE, EDGE, INK, NARROW, PALE, SOFT, WIDE, Chart, cut
from rendicion_etl.site.words import Words, percent

if TYPE_CHECKING:
    import altair as alt

_HEAD, _BAR = 36, 18  # heights: of the legend, of a bar
_COMPARED = ("vigente", "devengado")
MOST = 24  # bars: longer lists are read in the table


def draw_groups(division: Division | None, institution: str, words: Words) -> Chart | None:
    """The chart for an institution's name; None where no group has either amount."""
    lines = [line for line in division.lines if _known(line)] if division else []
    if not division or not lines:
        return None
    lines.sort(key=lambda line: (-max(_known(line)), line.code))
    when = words.period(division.period, division.fiscal_year)
    title = words("charts.groups_title", name=institution, period=when)
    largest = [f"{line.label}: {_figures(line, words)}" for line in lines[:3]]
    description = words("charts.groups_description", largest="; ".join(largest))
    lines, told = lines[:MOST], (title, description, words.lang)
    wide, narrow = (
        svg.render(_chart(lines, width, words), (width, _height(lines, width)), told) for width in (WIDE, NARROW)
    )
    return Chart(title, description, wide, narrow)


def _known(line: Line) -> list[Decimal]:
    return [value for phase in _COMPARED if (value := line.value(phase)) is not None]


def _row_height(width: int) -> int:
    return 52 if width == WIDE else 74  # a telephone has the figures on a line of their own


def _height(lines: list[Line], width: int) -> int:
    return _HEAD + len(lines) * _row_height(width)


def _chart(lines: list[Line], width: int, words: Words) -> alt.LayerChart:
    import altair as alt

    values = [value for line in lines for value in _known(line)]
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)

    def x(value: Decimal) -> float:
        return 1 + (width - 2) * float((value - low) / (high - low)) if high > low else 1.0

    names, figures, budgets, spent, ends = [], [], [], [], []
    for place, line in enumerate(lines):
        top = _HEAD + place * _row_height(width)
        told = _figures(line, words)
        name = line.label if line.code == line.label else f"{line.code}  {line.label}"
        room = width - 250 if width == WIDE else width
        names.append({"x": 0, "y": top + 8, "text": cut(name, room, 14)})
        beside = {"x": width, "y": top + 8} if width == WIDE else {"x": 0, "y": top + 26}
        figures.append({**beside, "text": told})
        y = top + _row_height(width) - 36
        if (budget := line.value("vigente")) is not None:
            budgets.append({"x": x(Decimal(0)), "x2": x(budget), "y": y, "y2": y + _BAR})
        if (value := line.value("devengado")) is not None:
            spent.append({"x": x(Decimal(0)), "x2": x(value), "y": y + 4, "y2": y + _BAR - 4})
            if budget is not None and value > budget:  # the end of what was exceeded
                ends.append({"x": x(budget), "x2": x(budget), "y": y - 2, "y2": y + _BAR + 2})
        if low < 0:
            ends.append({"x": x(Decimal(0)), "x2": x(Decimal(0)), "y": y - 2, "y2": y + _BAR + 2})
    legend = [
        {"x": 30, "y": 12, "text": words("charts.devengado")},
        {"x": 160, "y": 12, "text": words("charts.vigente")},
    ]
    return alt.LayerChart(
        layer=[
            svg.boxes([*budgets, {"x": 130, "x2": 152, "y": 3, "y2": 21}], PALE, stroke=EDGE, strokeWidth=1),
            svg.boxes([*spent, {"x": 0, "x2": 22, "y": 7, "y2": 17}], BLUE),
            svg.strokes(ends, INK, 2),
            svg.letters(names, 14, fontWeight="bold"),
            svg.letters(figures, 13, SOFT, align="right" if width == WIDE else "left"),
            svg.letters(legend, 13),
        ]
    )


def _figures(line: Line, words: Words) -> str:
    """`Q 5.4 de Q 12.3 millones · 43.9 %`, or the one amount that is known."""
    spent, budget = line.value("devengado"), line.value("vigente")
    if spent is None or budget is None:
        phase = "devengado" if budget is None else "vigente"
        value = budget if spent is None else spent
        assert value is not None
        return words("charts.phase_is", phase=words(f"charts.{phase}"), value=short_money(value, words))
    told = words("charts.of", spent=short_money(spent, words), budget=short_money(budget, words))
    return told if line.execution is None else f"{told} · {percent(line.execution, 1)}"
