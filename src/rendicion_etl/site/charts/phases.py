"""asignado, vigente and devengado over the periods of an institution.

devengado grows within a year and begins anew in January, so it stands as bars, one per period; the budget in force and
the one approved are steps above them. Nothing is drawn for a period without a report, nor across it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rendicion_etl.site.amounts import SHOWN, Period
from rendicion_etl.site.charts import svg
from rendicion_etl.site.charts.numbers import short_money, steps, unit_for
from rendicion_etl.site.charts.svg import BLUE, GRID, INK, NARROW, ORANGE, PAPER, SOFT, WIDE, Chart
from rendicion_etl.site.periods import last_month
from rendicion_etl.site.words import Words, plain

if TYPE_CHECKING:
    import altair as alt

_LEGEND, _FOOT, _PLOT = 26, 48, 230  # heights: of a line of the legend, of what stands below the plot, of the plot
_LEFT = 46  # for the numbers of the axis
_BREAK = 0.5  # between two years, in slots
_STEPS: dict[str, dict[str, Any]] = {
    "vigente": {"line": (INK, 3), "more": {}},
    "asignado": {"line": (ORANGE, 2), "more": {"strokeDash": [5, 3]}},
}
_WIDEST, _FOR_SHARE, _FOR_MONTH = 96, 44, 22  # of a slot; how wide it must be for a share and for the name of a month


def draw_phases(periods: Sequence[Period], institution: str, words: Words) -> Chart | None:
    """The chart for an institution's name; None where no period has an amount."""
    shown = _one_per_month([period for period in periods if period.total.amounts])
    if not shown:
        return None
    title = words("charts.phases_title", name=institution)
    last = shown[-1]
    told = [
        words("charts.phase_is", phase=words(f"charts.{phase}"), value=short_money(value, words))
        for phase in SHOWN
        if (value := last.total.value(phase)) is not None
    ]
    when = words.period(last.period, last.fiscal_year)
    description = words("charts.phases_description", period=when, amounts="; ".join(told))
    wide, narrow = (
        svg.render(plan.chart(), plan.size, (title, description, words.lang))
        for plan in (_Plan(shown, width, words) for width in (WIDE, NARROW))
    )
    return Chart(title, description, wide, narrow)


def _one_per_month(periods: Sequence[Period]) -> list[Period]:
    """Of periods that end together (third cuatrimestre, whole year) the first; the table shows all."""
    found: dict[tuple[int, int], Period] = {}
    for period in periods:
        found.setdefault((period.fiscal_year, last_month(period.period)), period)
    return [found[when] for when in sorted(found)]


@dataclass(frozen=True)
class _Plan:
    """Where everything stands in a picture of a width."""

    periods: list[Period]
    width: int
    words: Words

    @cached_property
    def months(self) -> list[int]:
        """The months with which periods end in this institution: 4, 8 and 12 as a rule."""
        ends = {m for kind in {p.period[0] for p in self.periods} for m in _ends(kind)}
        return sorted(ends)

    @cached_property
    def years(self) -> list[int]:
        return list(range(self.periods[0].fiscal_year, self.periods[-1].fiscal_year + 1))

    @cached_property
    def slot(self) -> float:
        """The width of a period."""
        slots = len(self.years) * (len(self.months) + _BREAK) - _BREAK
        return min((self.width - _LEFT - 4) / slots, _WIDEST)

    @cached_property
    def phases(self) -> list[str]:
        """The phases that are drawn of any period, the bars first."""
        drawn = {phase for p in self.periods for phase in p.total.amounts if p.accumulates or phase != "devengado"}
        return [phase for phase in SHOWN[::-1] if phase in drawn]

    @cached_property
    def unit(self) -> tuple[Decimal, str]:
        return unit_for(a.value for p in self.periods for a in p.total.amounts.values())

    @cached_property
    def ticks(self) -> list[Decimal]:
        values = [a.value / self.unit[0] for p in self.periods for a in p.total.amounts.values()]
        return steps(min(Decimal(0), *values), max(Decimal(0), *values), 5)

    @cached_property
    def top(self) -> int:
        """Where the plot begins: below the legend, of one line or several, and the name of the axis."""
        return _LEGEND * (1 if self.width == WIDE else len(self.phases)) + 30

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.top + _PLOT + _FOOT

    def x(self, year: int, month: int) -> float:
        """Where the slot of a period begins."""
        return _LEFT + self.slot * ((year - self.years[0]) * (len(self.months) + _BREAK) + self.months.index(month))

    def y(self, value: Decimal) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.top + _PLOT * float((high - value) / (high - low))

    def chart(self) -> alt.LayerChart:
        import altair as alt

        return alt.LayerChart(layer=[*self._grid(), *self._bars(), *self._steps(), *self._names(), *self._legend()])

    def _grid(self) -> list[alt.Chart]:
        right = self.x(self.years[-1], self.months[-1]) + self.slot
        lines = [{"x": _LEFT, "x2": right, "y": self.y(t), "y2": self.y(t)} for t in self.ticks]
        zero = [line for line, t in zip(lines, self.ticks, strict=True) if t == 0]
        numbers = [{"x": _LEFT - 6, "y": self.y(t), "text": plain(t)} for t in self.ticks]
        unit = self.words(self.unit[1])
        if self.slot < _FOR_MONTH:
            unit = self.words("charts.per_year", unit=unit, count=len(self.months))
        name = [{"x": 0, "y": self.top - 16, "text": unit}]
        return [
            svg.strokes(lines, GRID, 1),
            svg.strokes(zero, INK, 1),
            svg.letters(numbers, 12, SOFT, align="right"),
            svg.letters(name, 12, SOFT),
        ]

    def _bars(self) -> list[alt.Chart]:
        """devengado, with its share of vigente at the foot where that fits; none where it is not since January."""
        bars: list[dict[str, Any]] = []
        inside: list[dict[str, Any]] = []
        above: list[dict[str, Any]] = []
        for period, left in self._slots():
            value = period.total.value("devengado")
            if value is None or not period.accumulates:
                continue
            y, zero = self.y(value / self.unit[0]), self.y(Decimal(0))
            bars.append({"x": left + 0.1 * self.slot, "x2": left + 0.9 * self.slot, "y": y, "y2": zero})
            share = period.total.execution
            if share is None or value < 0 or self.slot < _FOR_SHARE:
                continue
            label = {"x": left + self.slot / 2, "text": plain(share, 0) + "\N{NO-BREAK SPACE}%"}
            tall = zero - y > 22
            (inside if tall else above).append({**label, "y": zero - 11 if tall else y - 9})
        return [
            svg.boxes(bars, BLUE),
            svg.letters(inside, 12, PAPER, align="center"),
            svg.letters(above, 12, INK, align="center"),
        ]

    def _steps(self) -> list[alt.Chart]:
        """vigente and asignado as steps as wide as their period, with a white rim so that they show on a bar."""
        layers = []
        for phase, style in _STEPS.items():
            lines = [
                {"x": left, "x2": left + self.slot, "y": self.y(v / self.unit[0]), "y2": self.y(v / self.unit[0])}
                for period, left in self._slots()
                if (v := period.total.value(phase)) is not None
            ]
            color, width = style["line"]
            rim = [] if style["more"] else [svg.strokes(lines, PAPER, width + 2)]
            layers += [*rim, svg.strokes(lines, color, width, **style["more"])]
        return layers

    def _names(self) -> list[alt.Chart]:
        """Years; above them the month up to which a period counts, and where no report is known, if there is room."""
        y = self.top + _PLOT
        years, months, missing = [], [], []
        known = {(p.fiscal_year, last_month(p.period)) for p in self.periods}
        for year in self.years:
            middle = (self.x(year, self.months[0]) + self.x(year, self.months[-1]) + self.slot) / 2
            years.append({"x": middle, "y": y + 36, "text": str(year)})
            for month in self.months:
                label = {"x": self.x(year, month) + self.slot / 2, "text": self._month(month)}
                months.append({**label, "y": y + 14})
                if min(known) < (year, month) < max(known) and (year, month) not in known:
                    missing.append({**label, "y": self.y(Decimal(0)) - 9, "text": self.words("charts.none_short")})
        if len(self.months) * self.slot < 32:
            years = years[::-2][::-1]
        return [
            svg.letters(years, 13, INK, align="center", fontWeight="bold"),
            svg.letters(months if self.slot >= _FOR_MONTH else [], 11, SOFT, align="center"),
            svg.letters(missing if self.slot >= _FOR_MONTH else [], 11, SOFT, align="center"),
        ]

    def _legend(self) -> list[alt.Chart]:
        layers = []
        for place, phase in enumerate(self.phases):
            x, y = (280 * place, 12) if self.width == WIDE else (0, 12 + _LEGEND * place)
            mark = {"x": x, "x2": x + 22, "y": y, "y2": y}
            if phase == "devengado":
                layers.append(svg.boxes([{**mark, "y": y - 7, "y2": y + 7}], BLUE))
            else:
                layers.append(svg.strokes([mark], *_STEPS[phase]["line"], **_STEPS[phase]["more"]))
            layers.append(svg.letters([{"x": x + 30, "y": y, "text": self.words(f"charts.{phase}_long")}], 13))
        return layers

    def _slots(self) -> list[tuple[Period, float]]:
        return [(p, self.x(p.fiscal_year, last_month(p.period))) for p in self.periods]

    def _month(self, month: int) -> str:
        return self.words("dates.months").split()[month - 1][:3]


def _ends(kind: str) -> range:
    """The months with which the periods of a kind end."""
    first = last_month(f"{kind}1") if kind != "Y" else 12
    return range(first, 13, first)
