"""How surely a changed cell is found, and whether an unchanged table is ever accused: by layout and by mutation.

    python bench/mutations.py [--samples N] [--unchanged N] [--seed S] [--jobs J] [--only LAYOUT,...] [--mutation M,...]
                              [--show] [--keep FOLDER] [--json FILE]

Consistent tables with random figures (bench/layouts.py) are changed in one place, typeset and ingested in process:
digit (one digit is another), swap (two neighbouring digits change places), sign, factor (1,000 times), drop (a row is
left out), double (a row is printed twice), department (another department's name), region (another region's).

The bench knows which relations hold for each cell (sum of the column, subtotal, identity of the row, percentage, the
same thing in another table, code and name, region and department), and changes only cells that one of them covers, by
more than rounding can explain. That a list of some departments names one twice contradicts nothing that is printed:
only one of nearly all, or one with codes or regions, covers its names. A change is
- found, where a confirmed finding of severity critical or warning of the right family stands at the changed cell or
  where the contradiction may as well be told: at the result of a broken sum (the total whose part was changed), or at
  any term of a broken identity or percentage of the row;
- found at the root, where it stands at the changed cell itself: counted only where two broken relations cross there.
A confirmed finding elsewhere is false: the change does not explain it. What only a rule could see that is not in the
registry is counted apart, as waiting for it. Programs that are not installed are told; their layouts are left out.

Aim: recall 0.98, and no confirmed finding of severity critical or warning on 200 unchanged documents.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import common
from layouts import CODED, LAYOUTS, REGION_OF, REGIONS, Layout
from sheets import Cell, Line, Paper, Relation, Sheet
from typeset import is_there, texts, typeset

AIM = 0.98
GRAVE = ("critical", "warning")
SUMS = ("totals.", "identities.")
# The families of checks that may tell that a relation is broken.
FAMILIES = {
    "column": (*SUMS, "geography.coverage", "agreement."),
    "subtotal": SUMS,
    "row": SUMS,
    "running": SUMS,
    "percent": (*SUMS, "percentages."),
    "region percent": ("geography.region", "percentages."),
    "table": (*SUMS, "agreement.", "geography.region"),
    "code": ("geography.code_name", "geography.coverage"),
    "twice": ("geography.coverage", "geography.code_name", "structure."),
    "missing": ("geography.coverage",),
    "region": ("geography.region",),
    "doubled": ("structure.duplicate_row", "geography.coverage"),
}
NUMBERS, ROWS, WORDS = ("digit", "swap", "sign", "factor"), ("drop", "double"), ("department", "region")
MUTATIONS = (*NUMBERS, *ROWS, *WORDS)
NEARLY_ALL = 18  # departments that a table must name, for one that it names twice to be no second entry of a list
OF_ROW = ("row", "running", "percent")  # where no term is more likely than another


@dataclass
class Case:
    """A changed paper: which cells were changed, what that broke (`strained`: by a matter of rounding), in words."""

    paper: Paper
    changed: set[Cell]
    broken: list[Relation]
    said: str
    strained: list[Relation] = field(default_factory=list)

    @property
    def equal(self) -> set[Cell]:
        """Where a finding is right."""
        return self._places(self.broken)

    @property
    def explained(self) -> set[Cell]:
        """Where a finding is no surprise."""
        return self._places([*self.broken, *self.strained]) | self._wholes()

    def _wholes(self) -> set[Cell]:
        """The sums of sums that a changed cell is part of: they are not the sum of all rows below them either."""
        reached = set(self.changed)
        while more := {r.result for r in self.paper.relations if {c for c, _ in r.terms} & reached} - reached:
            reached |= more
        return reached

    def _places(self, relations: Iterable[Relation]) -> set[Cell]:
        out = set(self.changed)
        for relation in relations:
            out |= relation.cells() if relation.name in OF_ROW else {relation.result, *relation.places}
            if relation.name == "table":
                out |= {c for c, _ in relation.terms}
        return out

    @property
    def root(self) -> set[Cell]:
        """The changed cell, where two broken relations cross in it and in no other."""
        if len(self.changed) > 1 or len(self.broken) < 2:
            return set()
        common_ = set.intersection(*(r.cells() for r in self.broken))
        return self.changed if common_ == self.changed else set()


# ----------------------------------------------------------------------------------------------------------- to change
def change(layout: Layout, mutation: str, rng: random.Random) -> Case | None:
    """A paper with one change that breaks a relation; None where the layout has nothing of the kind."""
    unit = (
        Decimal(0) if (layout.look.scale, layout.look.decimals) == (1, 2) else Decimal(1).scaleb(-layout.look.decimals)
    )
    for _ in range(30):
        paper = layout.paper(rng)
        made = _number(paper, mutation, rng) if mutation in NUMBERS else None
        made = _row(paper, mutation, rng) if mutation in ROWS else made
        made = _word(paper, mutation, rng) if mutation in WORDS else made
        if made:
            made.broken += [r for r in paper.relations if paper.broken(r, unit)]
            made.strained = [r for r in paper.relations if paper.broken(r, unit, surely=False)]
            if made.broken:
                return made
    return None


def _number(paper: Paper, mutation: str, rng: random.Random) -> Case | None:
    number = rng.randrange(len(paper.sheets))
    sheet = paper.sheets[number]
    line = rng.choice([n for n in sheet.lines if n.figures])
    k = rng.randrange(len(sheet.columns))
    old = line.figures[k]
    if not old or (mutation in ("sign", "factor") and sheet.columns[k].is_percent):
        return None
    new = old * (-1 if mutation == "sign" else 1000) if mutation in ("sign", "factor") else _slip(old, mutation, rng)
    if new is None or new == old:
        return None
    line.figures[k] = new
    cell = Cell(number, line.key, len(sheet.heads) + k)
    return Case(paper, {cell}, [], f"{line.kind or 'detail'} {sheet.columns[k].head}: {old:,} -> {new:,}")


def _slip(value: Decimal, mutation: str, rng: random.Random) -> Decimal | None:
    sign, digits, exponent = value.as_tuple()
    at, new = rng.randrange(len(digits)), list(digits)
    if mutation == "digit":
        new[at] = rng.choice([d for d in range(10) if d != digits[at] and (at or d)])
    elif at + 1 < len(digits) and (at or digits[1]):
        new[at], new[at + 1] = digits[at + 1], digits[at]
    return Decimal((sign, tuple(new), exponent))


def _row(paper: Paper, mutation: str, rng: random.Random) -> Case | None:
    number = rng.randrange(len(paper.sheets))
    sheet = paper.sheets[number]
    line = rng.choice([n for n in sheet.lines if n.figures and not n.kind])
    at, words = sheet.lines.index(line), len(sheet.heads)
    if mutation == "drop":
        del sheet.lines[at]
        broken = []
        if sheet.place is not None and len({n.texts[sheet.place] for n in sheet.lines if not n.kind}) == len(CODED) - 1:
            broken = [Relation("missing", Cell(number, None, 0), rule="geography.coverage")]
        return Case(paper, set(), broken, f"row {line.texts} left out")
    again = replace(line, key=10_000 + line.key, texts=list(line.texts), figures=list(line.figures))
    sheet.lines.insert(at + 1, again)
    for k, r in enumerate(paper.relations):
        if r.name == "running":
            continue
        extra = tuple((replace(c, line=again.key), s) for c, s in r.terms if c.line == line.key and c.sheet == number)
        if extra and r.result.line != line.key:
            paper.relations[k] = replace(r, terms=(*r.terms, *extra))
    places = tuple(Cell(number, n.key, c) for n in (line, again) for c in range(words + len(sheet.columns)))
    doubled = Relation("doubled", Cell(number, again.key, 0), places=places, rule="structure.duplicate_row")
    return Case(paper, set(), [doubled], f"row {line.texts} printed twice")


def _word(paper: Paper, mutation: str, rng: random.Random) -> Case | None:
    ready = [k for k, s in enumerate(paper.sheets) if (s.place if mutation == "department" else s.region) is not None]
    if not ready:
        return None
    number = rng.choice(ready)
    sheet = paper.sheets[number]
    line = rng.choice([n for n in sheet.lines if not n.kind])
    if mutation == "department":
        return _department(paper, number, sheet, line, rng)
    col = sheet.region or 0
    old = line.texts[col]
    others = [(roman, name) for roman, (name, _) in REGIONS.items() if name not in old]
    roman, name = rng.choice(others)
    line.texts[col] = f"Región {name}" if sheet.code is not None else f"Región {roman} {name}"
    twins = [n for n in sheet.lines if sheet.code is not None and n.texts[col] == line.texts[col]]
    places = tuple(Cell(number, n.key, c) for n in (line, *twins) for c in range(len(sheet.heads)))
    cell = Cell(number, line.key, col)
    return Case(paper, {cell}, [Relation("region", cell, places=places)], f"{old} -> {line.texts[col]}")


def _department(paper: Paper, number: int, sheet: Sheet, line: Line, rng: random.Random) -> Case:
    col = sheet.place or 0
    old = line.texts[col]
    line.texts[col] = rng.choice([name for name in CODED.values() if name != old])
    twin = next((n for n in sheet.lines if n is not line and n.texts[col] == line.texts[col]), None)
    cell, broken = Cell(number, line.key, col), []
    beside = tuple(Cell(number, line.key, c) for c in range(len(sheet.heads)))
    if sheet.code is not None:
        broken.append(Relation("code", cell, places=beside))
    if sheet.region is not None and _region(line.texts[col]) != _region(old):
        broken.append(Relation("region", cell, places=beside))
    if twin and len({n.texts[col] for n in sheet.lines if not n.kind}) >= NEARLY_ALL:
        places = (*beside, *(Cell(number, twin.key, c) for c in range(len(sheet.heads))))
        broken.append(Relation("twice", cell, places=places, rule="geography.coverage"))
    return Case(paper, {cell}, broken, f"{old} -> {line.texts[col]}")


def _region(department: str) -> str:
    return next(REGION_OF[code][0] for code, name in CODED.items() if name == department)


# ------------------------------------------------------------------------------------------------------------ to judge
@dataclass
class Outcome:
    """What became of one document. `cause` says why a change was not found; `false` are findings nothing explains."""

    layout: str
    mutation: str
    sample: int
    said: str = ""
    relations: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    found: bool = False
    root: bool | None = None
    cause: str = ""
    false: list[str] = field(default_factory=list)
    seconds: float = 0.0


def judge(layout_name: str, mutation: str, sample: int, seed: int, keep: Path | None) -> Outcome | None:
    """Make, change, typeset and ingest one document; None where the layout has nothing to change so."""
    layout = LAYOUTS[layout_name]
    rng = random.Random(f"{seed}/{layout_name}/{mutation}/{sample}")
    case = change(layout, mutation, rng) if mutation else Case(layout.paper(rng), set(), [], "")
    if case is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(keep or folder, f"{layout_name}-{mutation or 'unchanged'}-{sample}.pdf")
        typeset(case.paper, layout.look, path)
        start = time.perf_counter()
        out = _told(layout, case, path, Outcome(layout_name, mutation, sample, case.said))
        out.seconds = time.perf_counter() - start
    return out


def _told(layout: Layout, case: Case, path: Path, out: Outcome) -> Outcome:
    from rendicion_etl.archive.store import Stored
    from rendicion_etl.checks.registry import RULES
    from rendicion_etl.errors import UnreadableDocument
    from rendicion_etl.pipeline import process_document

    known = {rule.check_id for rule in RULES}
    out.relations = sorted({r.name for r in case.broken})
    if case.broken and all(r.rule and r.rule not in known for r in case.broken):
        out.waits = sorted({r.rule for r in case.broken if r.rule})
    try:
        done = process_document(Stored("0" * 64, path, path.name, None, dt.datetime.now(dt.UTC)))
    except UnreadableDocument as error:
        out.cause = f"not read: {error}"
        return out
    where = Places(case.paper, layout, done.document)
    findings = [(f, where.of(f.place)) for r in done.results for f in r.findings]
    equal, families = case.equal, tuple(p for r in case.broken for p in FAMILIES[r.name])
    right = [(f, at) for f, at in findings if f.check_id.startswith(families or ("-",)) and at & equal]
    grave = [(f, at) for f, at in right if f.severity in GRAVE and f.confidence == "confirmed"]
    out.found = bool(grave)
    if case.root:
        out.root = any(at & case.root for _, at in grave)
    out.false = [
        f"{f.check_id}: {f.message_es}"
        for f, at in findings
        if f.severity in GRAVE and f.confidence == "confirmed" and not at & case.explained
    ]
    if case.broken and not grave:
        out.cause = _cause(case, right, where, done.results)
    return out


class Places:
    """Which cells of a paper a read cell can be: its row says the same, and it stands at the same place in it.

    Rows are compared as one text without white space, so that a row whose cells were read apart is still known.
    """

    def __init__(self, paper: Paper, layout: Layout, document: Any) -> None:
        self.rows: dict[str, list[tuple[int, int, list[str]]]] = defaultdict(list)
        for k, sheet in enumerate(paper.sheets):
            for line in sheet.lines:
                cells = [_squash(t) for t in texts(line, sheet, layout.look)]
                self.rows["".join(cells)].append((k, line.key, cells))
        self.read: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for table in document.tables:
            for cell in sorted(table.cells, key=lambda c: c.col):
                self.read[table.table_id, cell.row].append(cell)
        self.sheets: dict[str, Counter[int]] = defaultdict(Counter)
        got = Counter[str]()
        for (table_id, _), cells in self.read.items():
            text = _joined(cells)
            got[text] += 1
            self.sheets[table_id].update({k for k, _, _ in self.rows.get(text, ())})
        self.misread = [text for text, lines in self.rows.items() if got[text] < len(lines)]

    def of(self, place: Any) -> set[Cell]:
        if place.row is None:
            return {Cell(k, None, 0) for k in self.sheets[place.table_id]}
        cells = self.read[place.table_id, place.row]
        start = len(_joined(c for c in cells if c.col < place.col))
        end = start + len(_squash(place.text or ""))
        return {
            Cell(k, key, col)
            for k, key, printed in self.rows.get(_joined(cells), ())
            for col, text in enumerate(printed)
            if text and start < len("".join(printed[: col + 1])) and end > len("".join(printed[:col]))
        }


def _joined(cells: Iterable[Any]) -> str:
    return "".join(_squash(c.text) for c in cells)


def _squash(text: str) -> str:
    return "".join(text.split())


def _cause(case: Case, right: list[tuple[Any, set[Cell]]], where: Places, results: Iterable[Any]) -> str:
    """Why nothing confirmed of weight stands at the right place, as far as the results tell."""
    if where.misread:
        return f"not read as printed: {where.misread[0]}"
    for finding, _ in right:
        if finding.severity in GRAVE:
            doubts = finding.evidence["doubts"] or ["a cell was read otherwise"]
            return f"unconfirmed: {doubts[0].partition(': ')[2] or doubts[0]}"
    if right:
        return f"information only: {right[0][0].check_id}"
    others = {f.check_id for r in results for f in r.findings}
    if others:
        return f"told elsewhere or by another check: {', '.join(sorted(others))}"
    names = {r.name for r in case.broken}
    ours = {"column": "totals.column_sum", "subtotal": "totals.subtotal"}
    ours |= {"row": "identities.row", "running": "identities.row"}
    ours |= {"percent": "percentages.execution", "table": "agreement.across_tables"}
    ours |= {"code": "geography.code_name", "region": "geography.region", "region percent": "geography.region"}
    said = []
    for name in sorted(names & ours.keys()):
        mine = [r for r in results if r.check_id == ours[name]]
        why = next((r.reason for r in mine if r.reason and r.outcome == "not_applicable"), None)
        said.append(f"{ours[name]} {f'does not apply ({why})' if why else 'does not judge this cell'}")
    return "; ".join(said) or "no rule"


# ---------------------------------------------------------------------------------------------------------- the result
def work(names: Sequence[str], mutations: Sequence[str], options: argparse.Namespace) -> Iterator[tuple[Any, ...]]:
    for name in names:
        for mutation in mutations:
            for sample in range(options.samples):
                yield name, mutation, sample, options.seed, options.keep
    for k in range(options.unchanged):
        yield names[k % len(names)], "", k, options.seed, options.keep


def summary(done: Sequence[Outcome]) -> dict[str, Any]:
    """Recall by layout and mutation, and why changes were missed."""
    changed = [o for o in done if o.mutation and not o.waits]
    unchanged = [o for o in done if not o.mutation]

    def rates(some: Iterable[Outcome]) -> dict[str, Any]:
        listed = list(some)
        rooted = [o for o in listed if o.root is not None]
        return {
            "changed": len(listed),
            "found": sum(o.found for o in listed),
            "crossings": len(rooted),
            "at_the_root": sum(bool(o.root) for o in rooted),
            "false": sum(len(o.false) for o in listed),
        }

    return {
        "all": rates(changed),
        "by_mutation": {m: rates(o for o in changed if o.mutation == m) for m in MUTATIONS},
        "by_layout": {
            name: {
                **rates(o for o in changed if o.layout == name),
                "by_mutation": {m: rates(o for o in changed if (o.layout, o.mutation) == (name, m)) for m in MUTATIONS},
            }
            for name in dict.fromkeys(o.layout for o in done)
        },
        "waiting": Counter(rule for o in done for rule in o.waits),
        "waiting_found": sum(o.found for o in done if o.waits),
        "unchanged": {"documents": len(unchanged), "false": sum(len(o.false) for o in unchanged)},
        "seconds_a_document": round(sum(o.seconds for o in done) / max(len(done), 1), 3),
        "causes": [
            {
                "cause": cause,
                "times": times,
                "mutations": Counter(o.mutation for o in changed if not o.found and o.cause == cause),
                "layouts": Counter(o.layout for o in changed if not o.found and o.cause == cause),
            }
            for cause, times in Counter(o.cause for o in changed if not o.found).most_common()
        ],
        "false": [f"{o.layout} {o.mutation or 'unchanged'} {o.sample}: {told}" for o in done for told in o.false],
    }


def show(found: dict[str, Any], mutations: Sequence[str]) -> None:
    from rich.console import Console

    table = common.table_with("layout", *mutations, "all", "at the\nroot", "false", words=["layout"])

    def told(rates: dict[str, Any]) -> str:
        return f"{rates['found']}/{rates['changed']}" if rates["changed"] else ""

    def line(name: str, rates: dict[str, Any], by: dict[str, Any]) -> None:
        root = f"{rates['at_the_root']}/{rates['crossings']}" if rates["crossings"] else ""
        table.add_row(name, *(told(by[m]) for m in mutations), told(rates), root, str(rates["false"] or ""))

    for name, rates in found["by_layout"].items():
        line(name, rates, rates["by_mutation"])
    line("all", found["all"], found["by_mutation"])
    rates = found["all"]
    print(f"{common.said_of(found['machine'])}; seed {found['seed']}; {found['seconds_a_document']} s a document")
    Console(width=160).print(table)
    recall = rates["found"] / max(rates["changed"], 1)
    root = rates["at_the_root"] / max(rates["crossings"], 1)
    print(f"\nrecall {recall:.3f} (aim {AIM}); at the root, where two relations cross: {root:.3f}")
    print(f"false findings: {rates['false']} on {rates['changed']} changed documents, ", end="")
    print(f"{found['unchanged']['false']} on {found['unchanged']['documents']} unchanged ones (aim 0)")
    for rule, times in found["waiting"].items():
        print(f"left out, as only {rule} could see it: {times}")
    for name in found["left_out"]:
        print(f"left out: {name} ({LAYOUTS[name].look.by} is not installed)")
    for why in found["causes"][:12]:
        listed = ", ".join(f"{name} {n}" for name, n in why["mutations"].items())
        print(f"{why['times']:>5} missed ({listed}): {why['cause']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2, help="documents a layout and mutation (default %(default)s)")
    parser.add_argument("--unchanged", type=int, default=200, help="documents left as they are (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default=",".join(LAYOUTS), metavar="LAYOUT,...")
    parser.add_argument("--mutation", default=",".join(MUTATIONS), metavar="M,...", help="of: %(default)s")
    parser.add_argument("--show", action="store_true", help="print each miss and each false finding")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the PDFs there")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names, mutations = options.only.split(","), options.mutation.split(",")
    if unknown := [n for n in names if n not in LAYOUTS] + [m for m in mutations if m not in MUTATIONS]:
        parser.error(f"unknown: {', '.join(unknown)}; layouts are {', '.join(LAYOUTS)}")
    left_out = [n for n in names if not is_there(LAYOUTS[n].look)]
    names = [n for n in names if n not in left_out]
    machine = common.machine()
    with ProcessPoolExecutor(options.jobs) as pool:
        asked = list(zip(*work(names, mutations, options), strict=True))
        done = [o for o in pool.map(judge, *asked, chunksize=4) if o]
    found = {"machine": machine, "seed": options.seed, "left_out": left_out, **summary(done)}
    if options.show:
        for o in done:
            if o.mutation and not o.found:
                waits = f" (waits for {', '.join(o.waits)})" if o.waits else ""
                print(
                    f"missed  {o.layout} {o.mutation} {o.sample}: {o.said} [{', '.join(o.relations)}] {o.cause}{waits}"
                )
            for told in o.false:
                print(f"false   {o.layout} {o.mutation or 'unchanged'} {o.sample}: {o.said} => {told}")
    show(found, mutations)
    common.keep(found, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
