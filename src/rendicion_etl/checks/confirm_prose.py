"""Whether a sentence reads the same when its place on the page is read a second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rendicion_etl.checks.model import Place
from rendicion_etl.reading.digits import digits_in
from rendicion_etl.tables import second
from rendicion_etl.tables.second import SecondReading, Word
from rendicion_etl.tables.shape import squash

NAME = "prose"  # who read it first, in the evidence


@dataclass(frozen=True, slots=True)
class ProseReading:
    """A sentence read twice: whether alike, from pixels or not, and whether each look at the pixels saw the same."""

    place: Place
    alike: bool
    scanned: bool = False
    closest: bool = True
    reader: tuple[str, str] = (second.NAME, second.PARSER)


def read_prose_again(place: Place, reading: SecondReading) -> ProseReading:
    """Read the box of a sentence again: all of its text must be there, white space aside."""
    again = reading.region(place.page, place.box, reach=0, by_rules=False)
    if again is None:
        return ProseReading(place, alike=False)
    scanned = again.reader == second.PIXELS
    said = squash(place.text or "")
    alike = bool(said) and said in _text(again.words) and not again.unread
    closest = True
    if scanned:
        looked = digits_in(reading.closest(place.page, place.box) or "")
        closest = digits_in(place.text or "") in looked
    return ProseReading(place, alike, scanned, closest, (again.reader, again.parser))


def _text(words: Sequence[Word]) -> str:
    """Words line by line, from left to right, without white space."""
    return "".join(squash(w.text) for line in second.by_line(words) for w in sorted(line, key=lambda w: w.box.x0))
