"""`rendicion show`: the evidence of one finding, in the terminal and as a picture of its place on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, AsJson, Common, Curated, Raw, folder, option, to_read
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.reading.page import Box
    from rendicion_etl.site.data import Curated as Published
    from rendicion_etl.site.tabular import TableData

Row = dict[str, Any]


def show(
    finding_id: Annotated[str, Parameter(help=say("show.finding_id", HELP_LANG))],
    /,
    *,
    out: Annotated[Path | None, option("show.out", "--out", "-o")] = None,
    as_json: AsJson = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Show what a finding rests on, and save the place on the page as a picture."""
    from rendicion_etl.curated.query import told_plainly
    from rendicion_etl.site.data import load

    home, lang = to_read(curated), common.language
    finding = _find(home, finding_id)
    with told_plainly(home):
        published = load(home, finding["document_id"])
    finding = next(row for row in published.findings if row["finding_id"] == finding["finding_id"])
    picture = out or Path(f"{finding['finding_id']}.png")
    saved = _save_picture(finding, published, folder(raw, "raw"), picture)
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json({**finding, "picture": str(picture) if saved else None}))
        return 0
    _print(finding, published, lang)
    key = "show.saved" if saved else "show.no_picture"
    print(say(key, lang, path=picture))
    return 0


def _find(curated: Path, finding_id: str) -> Row:
    """The finding of that id, or the only one whose id begins so."""
    from rendicion_etl.curated.query import open_published, told_plainly

    sql = "select finding_id, document_id from findings where starts_with(finding_id, ?)"
    with open_published(curated) as connection, told_plainly(curated):
        rows = connection.execute(sql, [finding_id]).fetchall()
    exact = [row for row in rows if row[0] == finding_id] or rows
    if len(exact) != 1:
        why = "no hay ningún hallazgo con ese identificador" if not exact else "varios hallazgos comienzan así"
        raise RendicionError(finding_id, why, "Consulte los identificadores con: rendicion findings.")
    return dict(zip(("finding_id", "document_id"), exact[0], strict=True))


def _print(finding: Row, published: Published, lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from rendicion_etl.cli.output import on_screen
    from rendicion_etl.site.naming import evidence_text
    from rendicion_etl.site.words import Words

    console = Console(highlight=False)

    def line(text: str, style: str = "") -> None:
        console.print(Text(on_screen(text), style=style))

    line(f"{finding['finding_id']}  {finding['check_id']}", "bold")
    line(finding[f"message_{lang}"])
    if finding[f"hint_{lang}"]:
        line(say("show.hint", lang, hint=finding[f"hint_{lang}"]))
    document = published.document
    line(
        say(
            "show.source",
            lang,
            document=finding["document_id"],
            file=document["file_name"],
            page=finding["page"],
            sha256=document["sha256"],
        )
    )
    for name, text in _figures(finding, published, lang):
        line(f"  {say(f'show.{name}', lang):<12}{text}")
    if finding["related"]:
        console.print(_related(finding, published, lang))
    line(say(f"show.{finding['confidence']}", lang), "bold")
    line(f"  {evidence_text(finding, _tables(published), Words(lang))}")


def _figures(finding: Row, published: Published, lang: str) -> list[tuple[str, str]]:
    """Printed, expected and difference, in the words of the report page."""
    from rendicion_etl.site.quantities import compared
    from rendicion_etl.site.words import Words

    data = _tables(published).get(finding["table_id"])
    cell = data.cell_at(finding["row"], finding["col"]) if data else None
    figures = compared(finding, cell, data.table["unit"] if data else None, Words(lang))
    return [(name, text) for name in ("printed", "expected", "difference") if (text := getattr(figures, name))]


def _tables(published: Published) -> dict[str, TableData]:
    from rendicion_etl.site.tabular import TableData

    return {t["table_id"]: TableData(t, published.cells.tables[t["table_id"]], []) for t in published.tables}


def _related(finding: Row, published: Published, lang: str) -> Any:
    """The cells that enter the comparison: what each says, where it stands, with which sign it enters."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from rendicion_etl.cli.output import money, on_screen
    from rendicion_etl.site.naming import table_name
    from rendicion_etl.site.words import Words

    tables, words = _tables(published), Words(lang)
    out = Table(box=SIMPLE_HEAD, header_style="bold")
    for key in ("row", "column", "cell", "page"):
        out.add_column(say(f"show.column.{key}", lang), overflow="fold")
    rows: list[list[str]] = []
    for place in finding["related"]:
        data = tables.get(place.get("table_id") or "")
        row, col = place.get("row"), place.get("col")
        label, header = (data.row_label(row), data.column_header(col)) if data else ("", "")
        value = place.get("value")
        text = money(value) if value is not None else place.get("text") or ""
        sign = "\N{MINUS SIGN} " if place.get("sign") == -1 else ""
        cell = f"{table_name(data.table, words)} ({row}, {col})" if data and row is not None else ""
        if not data and (other := str(place.get("table_id") or "").rpartition("/")[0]):
            cell = words("finding.other_report", document=other)
        rows.append([on_screen(t) for t in (label, header, cell, str(place.get("page") or ""), sign + text)])
    # The words give way on a narrow terminal, no figure does.
    widest = max((len(row[-1]) for row in rows), default=0)
    out.add_column(say("show.column.value", lang), justify="right", no_wrap=True, min_width=widest)
    for row in rows:
        out.add_row(*map(Text, row))
    return out


def _save_picture(finding: Row, published: Published, raw: Path, out: Path) -> bool:
    """Save the place of a finding as PNG; False where there is no page or no archived PDF to picture."""
    from rendicion_etl.archive.store import bring_pdf
    from rendicion_etl.runs.workers import run_document
    from rendicion_etl.site.cells import box_of

    sha256 = published.document["sha256"]
    pdf = bring_pdf(raw, sha256)
    figure = box_of(finding)
    if figure is None or finding["page"] is None or not pdf.is_file():
        return False
    own = {t["table_id"] for t in published.tables} | {None}
    here = [p for p in finding["related"] if p.get("page") == finding["page"] and p.get("table_id") in own]
    related = [box for p in here if (box := box_of(p))]
    task = (pdf, published.document["file_name"], finding["page"], figure, related, out)
    # Drawing a page runs native code over an untrusted file: in a child, like all reading.
    return run_document(draw_place, task, timeout=60).failure is None


def draw_place(task: tuple[Path, str, int, Box, list[Box], Path]) -> None:
    """Draw the lines of a page around some boxes as PNG: the accused figure boxed in red, related cells in blue."""
    import io

    from PIL import ImageDraw

    from rendicion_etl.archive.store import write_whole
    from rendicion_etl.reading.page import Box
    from rendicion_etl.reading.pdf import open_pdf

    path, file_name, number, figure, related, out = task
    scale, margin = 2.5, 24.0
    with open_pdf(path, file_name) as pdf:
        page = pdf.page(number)
        shown = Box.around([figure, *related])
        crop = Box(0, max(shown.top - 2 * margin, 0), page.width, min(shown.bottom + margin, page.height))
        picture = pdf.render(number, scale, crop).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for box, colour, width in [*((b, (70, 120, 200), 2) for b in related), (figure, (200, 30, 30), 5)]:
        left, top = (box.x0 - crop.x0) * scale - width, (box.top - crop.top) * scale - width
        right, bottom = (box.x1 - crop.x0) * scale + width, (box.bottom - crop.top) * scale + width
        pen.rectangle((left, top, right, bottom), outline=colour, width=width)
    content = io.BytesIO()
    picture.save(content, "PNG")
    write_whole(out, content.getvalue())
