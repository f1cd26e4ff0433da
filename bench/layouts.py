"""The layouts of bench/mutations.py: what tables hold (contents), how they are set (looks), and which go together."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sheets import Cell, Column, Line, Node, Paper, Relation, Sheet, budget, make_sheet, relations_of, rounded

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "fixtures"))

from make_tables_data import DEPARTMENTS, GROUPS, OBJECTS, WORKS, objects

REGIONS = {
    "I": ("Metropolitana", ["01"]),
    "II": ("Norte", ["15", "16"]),
    "III": ("Nororiente", ["02", "18", "19", "20"]),
    "IV": ("Suroriente", ["06", "21", "22"]),
    "V": ("Central", ["03", "04", "05"]),
    "VI": ("Suroccidente", ["07", "08", "09", "10", "11", "12"]),
    "VII": ("Noroccidente", ["13", "14"]),
    "VIII": ("Petén", ["17"]),
}
REGION_OF = {code: (number, name) for number, (name, codes) in REGIONS.items() for code in codes}
CODED = {f"{k:02d}": name for k, name in enumerate(DEPARTMENTS, 1)}


def leaves(labels: Iterable[str | Sequence[str]]) -> list[Node]:
    return [Node([label] if isinstance(label, str) else list(label)) for label in labels]


def one(sheet_and_sums: tuple[Sheet, list[tuple[int, str, list[int]]]]) -> Paper:
    sheet, sums = sheet_and_sums
    return Paper([sheet], relations_of(0, sheet, sums))


def many(*made: tuple[Sheet, list[tuple[int, str, list[int]]]]) -> Paper:
    relations = [r for k, (sheet, sums) in enumerate(made) for r in relations_of(k, sheet, sums)]
    return Paper([sheet for sheet, _ in made], relations)


# ------------------------------------------------------------------------------------------------------ what they hold
def groups(rng: random.Random, letters: str = "amvdsp", places: int = 2, first: bool = False, **heads: str) -> Paper:
    """Groups of expenditure in rows."""
    names = rng.sample(list(GROUPS.values()), 6)
    columns = budget(letters, places, **heads)
    title = "Ejecución presupuestaria por grupo de gasto"
    return one(make_sheet(rng, ["Grupo de gasto"], columns, leaves(names), title=title, total_first=first))


def sections(count: int = 4, short: bool = False) -> list[Node]:
    return [
        Node([code[:1] if short else code, GROUPS[code].upper()], leaves(list(objects(code, count).items())))
        for code in ("000", "100", "200", "300")
    ]


def by_code(rng: random.Random, letters: str = "avd", short: bool = False) -> Paper:
    """Group 000 (or 0) above its renglones 011, 015..., the sum at the group."""
    title = "Gasto por grupo y renglón"
    return one(make_sheet(rng, ["Código", "Descripción"], budget(letters), sections(4, short), title=title))


def subtotals(rng: random.Random, letters: str = "amvds", count: int = 4) -> Paper:
    """A band for each group, its renglones, and a subtotal after them."""
    title = "Gasto por grupo y renglón"
    made = make_sheet(rng, ["Código", "Descripción"], budget(letters), sections(count), style="after", title=title)
    return one(made)


def levels(rng: random.Random, style: str, letters: str = "avds") -> Paper:
    """Three levels told by indent; the sums stand after their rows, or at the group."""
    kinds = {"Funcionamiento": ("000", "100", "200"), "Inversión": ("300", "000")}
    tree = [
        Node([kind], [Node([GROUPS[code]], leaves(list(objects(code, 3).values()))) for code in codes])
        for kind, codes in kinds.items()
    ]
    title = "Ejecución por tipo de gasto, grupo y renglón"
    return one(make_sheet(rng, ["Concepto"], budget(letters), tree, style=style, title=title, total="Total general"))


def departments(rng: random.Random, letters: str = "vdsp", coded: bool = True, total: bool = True) -> Paper:
    """All departments, with their codes or without."""
    labels = [[code + "01", name] if coded else [name] for code, name in CODED.items()]
    heads = ["Código", "Departamento"] if coded else ["Departamento"]
    made = make_sheet(
        rng,
        heads,
        budget(letters),
        leaves(labels),
        title="Ejecución por ubicación geográfica" if coded else "Gasto por departamento",
        total="Total" if total else None,
        code=0 if coded else None,
        place=len(heads) - 1,
    )
    return one(made)


def departments_with_region(rng: random.Random) -> Paper:
    """All departments, the region of each beside it."""
    labels = [["Región {} {}".format(*REGION_OF[code]), name] for code, name in CODED.items()]
    heads = ["Región", "Departamento"]
    made = make_sheet(rng, heads, budget("vdp"), leaves(labels), title="Gasto por departamento", place=1, region=0)
    return one(made)


def regions(rng: random.Random, shares: bool = False) -> Paper:
    """A table by department and one by region that sums it, or (`shares`) prints the execution of each."""
    below, sums = make_sheet(
        rng,
        ["Código", "Departamento"],
        budget("vd"),
        leaves([[code, name] for code, name in CODED.items()]),
        title="Gasto por departamento",
        code=0,
        place=1,
        label=1,
    )
    above = Sheet(["No.", "Región"], budget("vd"), [], "Gasto por región", region=1, code=0)
    paper = Paper([below, above], relations_of(0, below, sums))
    line_of = {n.texts[0]: n for n in below.lines}
    if shares:
        above.columns = [Column("p", "% Ejecución", "percent")]
    for k, (name, codes) in enumerate(REGIONS.values(), 1):
        figures = [sum((line_of[c].figures[n] or 0 for c in codes), 0 * below.lines[0].figures[0]) for n in (0, 1)]  # type: ignore[operator]
        line = Line(-k, [str(k), f"Región {name}"], list(figures))
        above.lines.append(line)
        if shares:
            line.figures = [100 * figures[1] / figures[0]]
            both = tuple((Cell(0, line_of[c].key, col), sign) for c in codes for col, sign in ((3, 1), (2, -1)))
            paper.relations.append(Relation("region percent", Cell(1, line.key, 2), both))
            continue
        for col in (2, 3):
            terms = tuple((Cell(0, line_of[c].key, col), 1) for c in codes)
            paper.relations.append(Relation("table", Cell(1, line.key, col), terms))
    if shares:
        return paper
    above.lines.append(Line(-99, ["", "Total"], list(below.lines[-1].figures), "total"))
    for col in (2, 3):
        parts = tuple((Cell(1, n.key, col), 1) for n in above.lines[:-1])
        whole = Cell(1, -99, col)
        paper.relations += [
            Relation("column", whole, parts),
            Relation("table", whole, ((Cell(0, below.lines[-1].key, col), 1),)),
        ]
    return paper


def twice(rng: random.Random, same_rows: bool = False) -> Paper:
    """The same money in two tables: another classification with the same total, or the same lines again."""
    first = make_sheet(
        rng, ["Grupo de gasto"], budget("vds"), leaves(list(GROUPS.values())[:6]), title="Gasto por grupo de gasto"
    )
    names = ["Administración", "Seguridad interior", "Salud", "Educación", "Vivienda"]
    second = make_sheet(rng, ["Finalidad"], budget("vds"), leaves(names), title="Gasto por finalidad")
    a, b = first[0], second[0]
    if same_rows:
        b = replace(b, heads=a.heads, lines=[Line(-n.key, n.texts, list(n.figures), n.kind) for n in a.lines])
        b = replace(b, title="Gasto por grupo de gasto, resumen", columns=b.columns[:2])
        for line in b.lines:
            del line.figures[2]
        second = b, [(-whole, name, [-p for p in parts]) for whole, name, parts in first[1]]
        pairs = [(n, m) for n, m in zip(a.lines, b.lines, strict=True)]
    else:  # the last row takes up what is left, so that the totals agree
        last, total, wanted = b.lines[-2], b.lines[-1], a.lines[-1].figures
        rest = [sum((n.figures[k] or 0 for n in b.lines[:-2]), wanted[k] * 0) for k in range(3)]  # type: ignore[operator]
        scale = [(r + w) / w + 1 for r, w in zip(rest, wanted, strict=True)]  # type: ignore[operator]
        for n in b.lines[:-2]:
            v, d = ((n.figures[k] / max(scale[:2])).quantize(wanted[0]) for k in (0, 1))  # type: ignore[operator,arg-type]
            n.figures = [v, d, v - d]
        total.figures = list(wanted)
        last.figures = [w - sum((n.figures[k] for n in b.lines[:-2]), w * 0) for k, w in enumerate(wanted)]  # type: ignore[operator,misc]
        pairs = [(a.lines[-1], total)]
    paper = many(first, second)
    for n, m in pairs:
        for col in range(1, 1 + len(b.columns)):
            paper.relations.append(Relation("table", Cell(1, m.key, col), ((Cell(0, n.key, col), 1),)))
    return paper


def sparse(rng: random.Random) -> Paper:
    """Most rows without modifications, some without anything spent."""
    columns = [replace(c, zeros=6 if c.key == "m" else 3) for c in budget("amvds")]
    title = "Ejecución presupuestaria por grupo de gasto"
    return one(make_sheet(rng, ["Grupo de gasto"], columns, leaves(list(GROUPS.values())), title=title))


def reforms(rng: random.Random) -> Paper:
    """Codificado = inicial + reformas, por devengar = codificado - devengado."""
    heads = {"a": "Inicial", "m": "Reformas", "v": "Codificado", "s": "Por devengar"}
    return groups(rng, "amvcdgsp", **heads)


def underspent(rng: random.Random) -> Paper:
    """Modificado = aprobado + ampliaciones, subejercicio = modificado - devengado."""
    heads = {"a": "Aprobado", "m": "Ampliaciones/Reducciones", "v": "Modificado", "s": "Subejercicio"}
    return groups(rng, "amvdgs", **heads)


def across(rng: random.Random) -> Paper:
    """The last column sums those before it: spending by kind."""
    parts = [Column(k, k) for k in ("Funcionamiento", "Inversión", "Deuda pública")]
    columns = [*parts, Column("t", "Total", "sum", terms=tuple((c.key, 1) for c in parts))]
    names = [f"{k:02d} {name}" for k, name in enumerate(rng.sample(list(OBJECTS.values()), 9), 11)]
    return one(make_sheet(rng, ["Programa"], columns, leaves(names), title="Presupuesto por programa y tipo de gasto"))


def people(rng: random.Random) -> Paper:
    """Men and women add up to the people of each department; counts."""
    columns = [Column("h", "Masculino", "count"), Column("f", "Femenino", "count")]
    columns.append(Column("t", "Total", "sum", terms=(("h", 1), ("f", 1))))
    names = rng.sample(DEPARTMENTS, 9)
    return one(make_sheet(rng, ["Departamento"], columns, leaves(names), title="Personas atendidas", place=0))


def memo_rows(rng: random.Random) -> Paper:
    """Under some rows one says how much of it is something else; below the total stands the mean."""
    paper = groups(rng, "avd")
    sheet = paper.sheets[0]
    for at in (4, 2):
        of = sheet.lines[at]
        half = [f and (f / 3).quantize(f) for f in of.figures]
        sheet.lines.insert(at + 1, Line(-at, ["de los cuales: fondo rotativo"], half, "memo"))
    total = sheet.lines[-1]
    sheet.lines.append(Line(-9, ["Promedio"], [f and (f / 6).quantize(f) for f in total.figures], "memo"))
    return paper


def months(rng: random.Random) -> Paper:
    """Month by month, with what has run up so far."""
    columns = [Column("d", "Devengado del mes"), Column("u", "Devengado acumulado", "running", terms=(("d", 1),))]
    names = ["Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto"]
    return one(make_sheet(rng, ["Mes"], columns, leaves(names), title="Devengado por mes"))


def years(rng: random.Random) -> Paper:
    """The same figure in three years."""
    columns = [Column(y, y) for y in ("2022", "2023", "2024")]
    names = rng.sample(list(GROUPS.values()), 6)
    return one(make_sheet(rng, ["Grupo de gasto"], columns, leaves(names), title="Gasto devengado 2022 a 2024"))


def periods(rng: random.Random) -> Paper:
    """A header of two rows: the same columns of two periods side by side."""
    columns = [*budget("vdp", suffix="1"), *budget("vdp", suffix="2")]
    over = ((1, 3, "Primer cuatrimestre"), (4, 6, "Segundo cuatrimestre"))
    names = rng.sample(list(GROUPS.values()), 6)
    return one(make_sheet(rng, ["Grupo de gasto"], columns, leaves(names), over=over, title="Gasto por cuatrimestre"))


def two_halves(rng: random.Random) -> Paper:
    """Money on the left, physical targets on the right."""
    money = budget("vdsp", v="Vigente", d="Ejecutado", s="Saldo", p="% ejec.")
    goals = [Column("x", "Meta vigente", "count"), Column("y", "Ejecutado", "count")]
    over = ((1, 4, "Financiero"), (5, 6, "Físico"))
    names = [n.split(",")[0][:44] for n in rng.sample(WORKS, 6)]
    title = "Avance financiero y físico por producto"
    return one(make_sheet(rng, ["Producto"], [*money, *goals], leaves(names), over=over, title=title))


def marked(rng: random.Random) -> Paper:
    """A row of marks under the header that says how columns are reckoned."""
    paper = groups(rng, "amvds", a="Aprobado", m="Traslados", v="Final", d="Usado", s="Resto")
    paper.sheets[0].marks = ("", "A", "B", "C=A+B", "D", "E=C-D")
    return paper


def long_list(rng: random.Random, letters: str = "vds") -> Paper:
    """Forty renglones with codes: more than a page holds."""
    labels = list(OBJECTS.items())
    made = make_sheet(
        rng, ["Renglón", "Descripción"], budget(letters), leaves(labels), title="Gasto por renglón", label=1
    )
    return one(made)


def works(rng: random.Random) -> Paper:
    """Names of several lines."""
    made = make_sheet(rng, ["Obra"], budget("vdp"), leaves(rng.sample(WORKS, 6)), title="Avance de las obras")
    return one(made)


# -------------------------------------------------------------------------------------------------------- how they look
@dataclass(frozen=True)
class Look:
    """How a paper is set.

    rules: `grid`, `rows`, `columns`, `header`, `frame`, `none`; shade: `header`, `bands` or none. Figures are divided
    by `scale` and have so many decimals; `sign`: `minus` or `parentheses`; `comma`: decimal comma. `by`: who sets it.
    `fill`: points above and below each row, to fill pages; `again`: the header is repeated on each. `narrow`: points
    for labels, which are broken into lines.
    """

    rules: str = "grid"
    shade: str = ""
    scale: int = 1
    decimals: int = 2
    sign: str = "minus"
    comma: bool = False
    spaced: bool = False
    currency: str = ""
    percent: str = "%"
    by: str = "reportlab"
    fill: float = 3
    again: bool = False
    narrow: float = 0
    across: bool = False  # the sheets stand side by side
    zero: str | None = None  # printed for nothing; None: as any figure


GRID, BARE, LINED = Look(), Look("none"), Look("rows")


@dataclass(frozen=True)
class Layout:
    """A content and a look under one name."""

    make: Callable[[random.Random], Paper]
    look: Look = GRID

    def paper(self, rng: random.Random) -> Paper:
        return rounded(self.make(rng), self.look.scale, self.look.decimals, self.look.zero == "")


def _with(content: Callable[..., Paper], *args: object, **named: object) -> Callable[[random.Random], Paper]:
    return lambda rng: content(rng, *args, **named)


LAYOUTS: dict[str, Layout] = {
    "ruled": Layout(groups),
    "no_rules": Layout(groups, BARE),
    "rows_ruled": Layout(_with(groups, "avdsp"), LINED),
    "columns_ruled": Layout(_with(groups, "vdsp"), Look("columns")),
    "header_ruled": Layout(_with(groups, "avdp"), Look("header")),
    "framed": Layout(_with(groups, "vds"), Look("frame")),
    "shaded_header": Layout(_with(groups, "amv"), Look("none", "header")),
    "shaded_bands": Layout(departments, Look("none", "bands")),
    "total_first": Layout(_with(groups, "vdsp", first=True)),
    "percent_whole": Layout(_with(groups, "vdp", 0)),
    "percent_one_decimal": Layout(_with(groups, "vdp", 1), Look("header", percent=" %")),
    "percent_of_total": Layout(_with(groups, "vdpr"), Look("rows", percent="")),
    "whole_quetzales": Layout(_with(groups, "avds"), Look("rows", decimals=0)),
    "thousands": Layout(_with(groups, "avds"), Look("grid", scale=1_000, decimals=1)),
    "millions": Layout(_with(groups, "vdsp"), Look("none", scale=1_000_000, decimals=2)),
    "parentheses": Layout(_with(groups, "amvd"), Look("columns", sign="parentheses")),
    "decimal_comma": Layout(_with(groups, "avds"), Look("rows", comma=True)),
    "spaced_thousands": Layout(_with(groups, "avds"), Look("header", spaced=True)),
    "quetzal_sign": Layout(_with(groups, "amvds"), Look("grid", currency="Q ")),
    "dashes": Layout(sparse, Look("grid", zero="-")),
    "zeros_bare": Layout(sparse, BARE),
    "blanks": Layout(sparse, Look("rows", zero="")),
    "marks": Layout(marked),
    "reforms": Layout(reforms, LINED),
    "underspent": Layout(underspent),
    "across": Layout(across),
    "across_bare": Layout(across, BARE),
    "people": Layout(people),
    "groups_by_code": Layout(by_code),
    "groups_by_code_bare": Layout(by_code, BARE),
    "groups_by_digit": Layout(_with(by_code, "amvd", short=True)),
    "subtotals_after": Layout(subtotals),
    "indent_after": Layout(_with(levels, "after"), Look("header")),
    "indent_before": Layout(_with(levels, "before"), Look("header")),
    "indent_before_ruled": Layout(_with(levels, "before")),
    "printout": Layout(_with(subtotals, count=9), Look(by="printout")),
    "two_periods": Layout(periods),
    "two_halves": Layout(two_halves),
    "memo_rows": Layout(memo_rows),
    "months": Layout(months),
    "years": Layout(years),
    "wrapped": Layout(works, Look("rows", narrow=150)),
    "wrapped_bare": Layout(works, Look("none", narrow=150)),
    "pages": Layout(long_list, Look("grid", fill=7, again=True)),
    "pages_no_header": Layout(long_list, Look("rows", fill=7)),
    "pages_bare": Layout(_with(long_list, "avd"), Look("none", fill=7, again=True)),
    "departments": Layout(departments),
    "departments_bare": Layout(_with(departments, "vdp"), BARE),
    "departments_no_code": Layout(_with(departments, "vd", coded=False), LINED),
    "departments_no_total": Layout(_with(departments, "vd", total=False)),
    "department_regions": Layout(departments_with_region),
    "regions": Layout(regions),
    "region_shares": Layout(_with(regions, shares=True), LINED),
    "two_tables": Layout(twice),
    "same_lines": Layout(_with(twice, same_rows=True), LINED),
    "side_by_side": Layout(twice, Look("grid", across=True)),
    "chromium": Layout(groups, Look("rows", by="chromium")),
    "chromium_bare": Layout(_with(levels, "after"), Look("none", by="chromium")),
    "weasyprint": Layout(departments, Look("header", by="weasyprint")),
}
