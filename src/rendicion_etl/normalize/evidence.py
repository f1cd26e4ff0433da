"""Which lines of a document speak for the document as a whole: its first page and what every page repeats.

A report also names other institutions and other years; what matters is where a name stands.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rendicion_etl.normalize.text import fold, words

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Page

Rank = Literal["front", "line", "prose"]

PROSE_WORDS = 16  # a line as long as this is running text, not a title or a caption
SENTENCE_WORDS = 6  # a line that ends with a full stop is a sentence from this length on
SOURCE_WORDS = ("fuente", "nota", "elaborado", "elaboracion")  # what follows names where figures come from


@dataclass(frozen=True, slots=True)
class Statement:
    """A printed line, or a few that follow each other joined by one space, and how much it says of the document.

    rank `front`: on the first page, or repeated on at least half of the pages; `line`: a short line elsewhere
    (caption, cell); `prose`: running text. `seams` are the offsets in `text` where a line ends.
    """

    text: str
    rank: Rank
    page: int
    seams: tuple[int, ...] = ()


def statements(pages: Sequence[Page], lines_joined: int = 1) -> Iterator[Statement]:
    """What the pages say, page by page: each line, then up to `lines_joined` front lines joined.

    Lines that name a source of figures are left out.
    """
    repeated = _repeated(pages)
    for page in pages:
        single = list(_ranked(page, page.number == pages[0].number, repeated))
        yield from single
        for length in range(2, lines_joined + 1):
            for group in zip(*(single[k:] for k in range(length)), strict=False):
                if all(s.rank == "front" for s in group):
                    yield _joined(group)


def _ranked(page: Page, is_first: bool, repeated: frozenset[int]) -> Iterator[Statement]:
    in_sentence = False
    for text in (line.text for line in page.lines):
        folded = fold(text)
        if not folded or folded.startswith(SOURCE_WORDS):
            continue
        running = hash(folded) in repeated
        n = len(words(text))
        long = n >= PROSE_WORDS or (n >= SENTENCE_WORDS and folded.endswith("."))
        prose = not running and (long or (in_sentence and text[:1].islower()))
        in_sentence = prose and not folded.endswith((".", ":"))
        rank: Rank = "prose" if prose else "front" if (is_first or running) and not _is_amounts(folded) else "line"
        yield Statement(text, rank, page.number)


def _is_amounts(folded: str) -> bool:
    """More digits than letters, and more than a year has: a row of a table."""
    digits = sum(c.isdigit() for c in folded)
    return digits > 4 and digits > sum(c.isalpha() for c in folded)


def _repeated(pages: Sequence[Page]) -> frozenset[int]:
    """Folded lines printed on at least two pages and on half of all, as hashes: of hundreds of pages they are many."""
    on = array("q")
    for page in pages:
        on.extend({hash(fold(line.text)) for line in page.lines})
    hashes, n = np.unique(np.frombuffer(on, np.int64), return_counts=True)
    return frozenset(hashes[n >= max(2, len(pages) / 2)].tolist())


def _joined(group: tuple[Statement, ...]) -> Statement:
    seams, at = [], 0
    for part in group[:-1]:
        at += len(part.text) + 1
        seams.append(at)
    return Statement(" ".join(s.text for s in group), group[0].rank, group[0].page, tuple(seams))
