"""The figures that the prose of a document states: amounts, percentages, counts, with what they are of and whose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rendicion_etl.normalize.model import Document, Statement
from rendicion_etl.normalize.numbers import DecimalSign
from rendicion_etl.normalize.quantities import Quantity, level, quantities
from rendicion_etl.normalize.sentences import (
    Block,
    Sentence,
    blocks,
    ends_as_sentence,
    heading_over,
    is_heading,
    sentences,
)
from rendicion_etl.normalize.speaking import clause_of, concept_of, is_label, percentage_of, scopes_of
from rendicion_etl.reading.page import Box, Page, shared_width
from rendicion_etl.tables.model import RawTable

NEAR = 1.6  # of the height of a figure in a box: its label stands no further above or below it
CLEARLY = 2.0  # times as far: where another label would stand, for the nearest to be the one


def statements(
    document: Document, pages: Sequence[Page], tables: Sequence[RawTable], sign: DecimalSign
) -> list[Statement]:
    """Every figure of the prose that says what it is of, in reading order. `document` has its tables already."""
    found = list(blocks(pages, tables))
    out: list[Statement] = []
    count = 0
    for sentence in sentences(found):
        if stated := list(_stated(document, sentence, sign, count)):
            out += stated
            count += 1
    for label, figure in _boxed(found, sign):
        over = [b for b in found[: found.index(figure)] if is_heading(b) and not is_label(level(b.text))]
        sentence = _as_sentence(label, figure, heading_over(figure, over))
        if stated := list(_stated(document, sentence, sign, count, boxed=True)):
            out += stated
            count += 1
    return sorted(out, key=lambda s: (s.page, s.sentence))


def _stated(
    document: Document, sentence: Sentence, sign: DecimalSign, count: int, boxed: bool = False
) -> Iterator[Statement]:
    text = level(sentence.text)
    figures = quantities(text, sign)
    if not figures or not _says_something(text, figures):
        return
    spoken = scopes_of(document, text, sentence.heading, sentence.before, figures)
    for k, figure in enumerate(figures):
        said = spoken[clause_of(text, figure.start)]
        kind = percentage_of(text, figure) if figure.unit == "percent" else None
        concept = _concept(text, figures, k, kind)
        if concept is None and not ends_as_sentence(sentence.text):
            continue  # the axis of a chart
        certain = sentence.whole and said.scopes and (figure.unit != "percent" or kind)
        yield Statement(
            page=sentence.page,
            text=sentence.text,
            printed=sentence.text[figure.start : figure.end].strip(),
            value=figure.value,
            slack=figure.slack,
            unit=figure.unit,
            concept=concept,
            scope=said.scopes[0] if certain else None,
            box=sentence.box,
            sentence=count,
            start=figure.start,
            boxed=boxed,
            groups=said.groups,
            share_of=kind,
        )


def _says_something(text: str, figures: Sequence[Quantity]) -> bool:
    """Whether there are words beside the figures."""
    rest = "".join(c for k, c in enumerate(text) if not any(q.start <= k < q.end for q in figures))
    return bool(re.search(r"[^\W\d_]{3}", rest))


def _concept(text: str, figures: Sequence[Quantity], k: int, kind: str | None) -> str | None:
    if figures[k].unit == "percent":
        return "pct" if kind else None
    return "count" if figures[k].unit == "count" else concept_of(text, figures, k)


def _boxed(found: Sequence[Block], sign: DecimalSign) -> Iterator[tuple[Block, Block]]:
    """Labels and figures that stand apart, one above the other, each pair by itself: not the head of a column."""
    labels = [b for b in found if is_label(level(b.text))]
    amounts = [b for b in found if _is_amount(b, sign)]
    for amount in amounts:
        if sum(_apart(amount, other) < CLEARLY * NEAR * amount.box.height for other in amounts) > 1:
            continue  # the one itself is near; another one is the next row of a column
        ranked = sorted((_apart(amount, n), k) for k, n in enumerate(labels) if n.page is amount.page)
        if not ranked or ranked[0][0] > NEAR * amount.box.height:
            continue
        if len(ranked) == 1 or ranked[1][0] > CLEARLY * max(ranked[0][0], 1.0):
            yield labels[ranked[0][1]], amount


def _is_amount(block: Block, sign: DecimalSign) -> bool:
    text = level(block.text)
    figures = quantities(text, sign)
    return len(figures) == 1 and figures[0].unit == "GTQ" and text.startswith("q") and figures[0].end == len(text)


def _apart(one: Block, two: Block) -> float:
    """How far two blocks stand apart, one above the other; far where they do not."""
    if one.page is not two.page or shared_width(one.box, two.box) <= 0:
        return float("inf")
    return max(two.box.top - one.box.bottom, one.box.top - two.box.bottom, 0.0)


def _as_sentence(label: Block, figure: Block, heading: str) -> Sentence:
    first, second = sorted((label, figure), key=lambda b: b.box.top)
    box = label.page.displayed(Box.around([label.box, figure.box]))
    return Sentence(label.page.number, f"{first.text} {second.text}", box, heading, True)
