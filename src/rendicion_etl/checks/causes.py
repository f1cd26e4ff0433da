"""Which figure is wrong where several contradictions meet, and which of them only follow from it.

One wrong figure breaks the sum of its column, the formula of its row and its percentage. The figure that, if it said
what one of these asks for, would mend most of them and break none is the root: they all accuse it, and all but one are
its consequences. Where no figure is the only one that mends most, each contradiction accuses what its rule says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.checks.relations import Key, Linear, Relation


class _Change(NamedTuple):
    """A cell with another value: the contradictions that it would mend, and how many relations it would break."""

    key: Key
    value: Decimal
    mends: list[Finding]
    breaks: int

    @property
    def net(self) -> int:
        return len(self.mends) - self.breaks


def settle(results: Sequence[Result]) -> None:
    """Point each finding at the figure that the others outvote, and name the root of those that follow from it.

    Of findings of one check that come to accuse one cell the first stays. What was needed for this is let go: results
    travel between processes.
    """
    changes = _changes(results)
    while changes:
        best = max(changes, key=lambda change: change.net)
        rivals = [c for c in changes if c.net == best.net and any(f is g for f in c.mends for g in best.mends)]
        chosen = next((c for c in rivals if any(_place_of(f) == c.key for f in c.mends)), None)
        one_cell = len({c.key for c in rivals}) == 1  # of rounded figures several may mend as much
        chosen = chosen or (best if one_cell and _tells(best) else None)
        if chosen:
            root, *others = _accusing(chosen)
            for finding in others:
                finding.cause = root
        changes = _without(changes, (chosen or best).mends)
    _under_whole_tables(results)
    for result in results:
        _one_a_cell(result)
        result.holding.clear()
        for finding in result.findings:
            finding.relation = finding.accuse = None


def _changes(results: Sequence[Result]) -> list[_Change]:
    """Every change that a contradiction asks for and that mends more than it breaks."""
    findings = [f for r in results for f in r.findings if f.relation]
    if not findings:
        return []
    failing: dict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        for key in finding.relation.keys if finding.relation else ():
            failing[key].append(finding)
    holding: dict[Key, list[Relation]] = defaultdict(list)
    for relation in (relation for r in results for make in r.holding for relation in make()):
        for key in relation.keys:
            if key in failing:
                holding[key].append(relation)
    asked = {
        (key, f.relation.mended(key)): None
        for f in findings
        if isinstance(f.relation, Linear)
        for key in f.relation.keys
    }
    found = [_change(key, value, failing[key], holding[key]) for key, value in asked]
    return [change for change in found if change.net > 0]


def _change(key: Key, value: Decimal, failing: Sequence[Finding], holding: Sequence[Relation]) -> _Change:
    changed = {key: value}
    mends = [f for f in failing if f.relation and f.relation.holds(changed)]
    return _Change(key, value, mends, sum(not relation.holds(changed) for relation in holding))


def _tells(change: _Change) -> bool:
    """Whether a change says more than that nothing else vouches for its cell: of many addends one always may be so."""
    return len(change.mends) > 1 or not any(f.whole_tables for f in change.mends)


def _without(changes: Sequence[_Change], done: Sequence[Finding]) -> list[_Change]:
    gone = {id(f) for f in done}
    rest = (c._replace(mends=[f for f in c.mends if id(f) not in gone]) for c in changes)
    return [change for change in rest if change.net > 0]


def _place_of(finding: Finding) -> Key | None:
    place = finding.place
    return None if place.row is None or place.col is None else (place.table_id, place.row, place.col)


def _accusing(change: _Change) -> list[Finding]:
    """The findings that a change mends, pointed at its cell where they can be, those that are first."""
    for finding in change.mends:
        if _place_of(finding) != change.key and finding.accuse:
            finding.point_at(finding.accuse(change.key))
    return sorted(change.mends, key=lambda f: _place_of(f) != change.key)


def _under_whole_tables(results: Sequence[Result]) -> None:
    """The sums of a total follow from a finding of the table as a whole that names it first: a row is missing there."""
    findings = [f for r in results for f in r.findings]
    causes = {id(f.cause) for f in findings}
    for root in (f for f in findings if f.place.row is None):
        total = next(((p.table_id, p.row) for p in root.related), None)
        for finding in findings:
            summed = finding.whole_tables and isinstance(finding.relation, Linear)
            at = finding.place.table_id, finding.place.row
            if summed and at == total and not finding.cause and id(finding) not in causes:
                finding.cause = root


def _one_a_cell(result: Result) -> None:
    seen: dict[tuple[str, Key], Finding] = {}
    kept: list[Finding] = []
    for finding in result.findings:
        place = _place_of(finding)
        if place is None or seen.setdefault((finding.check_id, place), finding) is finding:
            kept.append(finding)
    result.findings[:] = kept
