"""A document that is suddenly unlike those of its institution before it: our reading is to be suspected first.

A measure of a document is compared with the same of up to MOST reports of its institution that precede it. It is out
of line where it lies further from their median than STEP robust standard deviations (from the median absolute
deviation) and further than a floor, below which a difference is none whatever the others do.

Does not apply to a document without institution, year or period, to one that another replaced, nor where fewer than
LEAST earlier documents have that measure.

- `error_rate`: contradictions of weight (critical and warning, confirmed) per comparison made. A document has that
  measure with COMPARISONS or more of them. A fall alarms as a rise does: totals that are no longer read as such pass.
- `layout`: how many tables; how many comparisons; which share of tables has no known kind, which share the two
  readings disagree on; which share of comparisons is in doubt; whether kinds of table that were always there are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rendicion_etl.messages import LANGUAGES, say
from rendicion_etl.runs.monitors.alarm import Alarm

LEAST, MOST = 4, 8
STEP = 3.5  # the usual bound of modified z-scores
COMPARISONS = 20
_NORMAL = 1.4826  # what makes a median absolute deviation a standard deviation, of normal data
_USUAL = 0.75  # of the earlier documents have a kind of table that is always there,
_GONE = 0.5  # and of such kinds more than this share is missing


@dataclass(frozen=True)
class Measured:
    """A document in figures. applied, failed, doubtful: comparisons of weight made, not held, and in doubt.

    tables: how many; other: those of no known kind; compared, disagreeing: those read twice, and those of them on which
    the readings disagree. kinds: those of its tables, `other` and `text` aside.
    """

    document_id: str
    name_es: str
    name_en: str
    applied: int = 0
    failed: int = 0
    doubtful: int = 0
    tables: int = 0
    other: int = 0
    compared: int = 0
    disagreeing: int = 0
    kinds: frozenset[str] = frozenset()


Value = Callable[[Measured], float | None]


@dataclass(frozen=True)
class Measure:
    """A figure of a document; None where it has none. floor, relative: a smaller difference is none; `relative` is a
    share of the median."""

    name: str
    value: Value
    floor: float
    relative: float = 0.0
    is_share: bool = True

    def shown(self, value: float) -> str:
        return f"{value:.1%}" if self.is_share else f"{value:,.0f}"


def _share(part: int, whole: int, least: int = 1) -> float | None:
    return part / whole if whole >= least else None


ERRORS = (Measure("errors", lambda d: _share(d.failed, d.applied, COMPARISONS), 0.05),)
LAYOUT = (
    Measure("tables", lambda d: d.tables, 3, 0.4, is_share=False),
    Measure("comparisons", lambda d: d.applied, COMPARISONS, 0.5, is_share=False),
    Measure("other", lambda d: _share(d.other, d.tables), 0.25),
    Measure("disagreeing", lambda d: _share(d.disagreeing, d.compared), 0.2),
    Measure("doubtful", lambda d: _share(d.doubtful, d.applied + d.doubtful, COMPARISONS), 0.1),
)
RULES = {"error_rate": ERRORS, "layout": LAYOUT}


def of_document(document: Measured, earlier: Sequence[Measured]) -> Iterator[Alarm]:
    """The alarms of one document; `earlier` are those of its institution before it, in order."""
    for rule, measures in RULES.items():
        changed = {m.name: found for m in measures if (found := _change(m, document, earlier))}
        if rule == "layout" and (gone := kinds_gone(document, earlier)):
            changed["kinds"] = {lang: say("monitor.measure.kinds", lang, kinds=", ".join(gone)) for lang in LANGUAGES}
        if changed:
            texts = {
                lang: say(
                    f"monitor.{rule}",
                    lang,
                    name=document.name_en if lang == "en" else document.name_es,
                    what="; ".join(said[lang] for said in changed.values()),
                )
                for lang in LANGUAGES
            }
            mark = " ".join(sorted(changed))
            yield Alarm(rule, document.document_id, mark, texts["es"], texts["en"], document.document_id)


def out_of_line(value: float, others: Sequence[float], floor: float) -> bool:
    """Whether a value lies further from the median of the others than their spread, and than a floor, explains.

    >>> out_of_line(0.30, [0.02, 0.03, 0.02, 0.01], 0.05), out_of_line(0.05, [0.02, 0.03, 0.02, 0.01], 0.05)
    (True, False)
    """
    middle = median(others)
    spread = _NORMAL * median(abs(other - middle) for other in others)
    return abs(value - middle) > max(floor, STEP * spread)


def kinds_gone(document: Measured, earlier: Sequence[Measured]) -> list[str]:
    """The kinds of table that were always there, where most of them are missing."""
    before = earlier[-MOST:]
    if len(before) < LEAST:
        return []
    all_kinds = sorted(set().union(*(each.kinds for each in before)))
    usual = [kind for kind in all_kinds if sum(kind in each.kinds for each in before) >= _USUAL * len(before)]
    gone = [kind for kind in usual if kind not in document.kinds]
    return gone if len(gone) > _GONE * len(usual) else []


def _change(measure: Measure, document: Measured, earlier: Sequence[Measured]) -> dict[str, str] | None:
    """What is told of a measure that is out of line, by language."""
    value = measure.value(document)
    others = [known for each in earlier if (known := measure.value(each)) is not None][-MOST:]
    if value is None or len(others) < LEAST:
        return None
    middle = median(others)
    if not out_of_line(value, others, max(measure.floor, measure.relative * middle)):
        return None
    before = measure.shown(middle)
    return {
        lang: say(f"monitor.measure.{measure.name}", lang, now=measure.shown(value), before=before)
        for lang in LANGUAGES
    }
