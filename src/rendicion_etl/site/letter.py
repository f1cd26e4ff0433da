"""A polite request for clarification to the institution: what was confirmed, where, and what would settle it.

Only confirmed contradictions of weight are in it, each cause once with what follows from it beneath. The words are in
`texts.toml` under [letter], the form in `templates/letter.md` and `templates/letter.html`; the HTML stands alone and
runs nothing. Text from the PDF is escaped for the form that it goes into.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.curated.field import SEVERITIES
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.data import Curated, Row
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.quantities import Compared, compared
from rendicion_etl.site.summary import rule_of, title_of
from rendicion_etl.site.tabular import TableData, tables_of
from rendicion_etl.site.words import Words

FORMS = ("md", "html")
_HERE = Path(__file__).parent
_LONGEST = 100  # characters of a name of a row or column
# What Markdown would take for more than text, within a line and at its beginning; a bare address would become a link.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@])")
_BEGINS = re.compile(r"^(?=[-+=]+(?:\s|$))|^(\d+)(?=[.)](?:\s|$))")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\]+")


@dataclass(frozen=True)
class Line:
    """A contradiction. `number` is its own, or "" where it only follows from the one numbered `follows`."""

    finding_id: str
    number: str
    follows: str
    page: str
    row: str
    column: str
    compared: Compared
    message: str


@dataclass(frozen=True)
class Point:
    """Contradictions of one place and one rule, with what that rule allows as explanations."""

    number: int
    title: str
    check_id: str
    rule: str
    explanations: str
    lines: list[Line]


def letter(data: Curated, form: str, lang: str = "es") -> str | None:
    """The letter about a document as `md` or `html`; None where nothing of weight is confirmed: no letter then."""
    if form not in FORMS or lang not in LANGUAGES:
        raise ValueError(f"form must be one of {FORMS} and lang one of {LANGUAGES}, not {form!r} and {lang!r}")
    words = Words(lang)
    points = points_of(data, words)
    if not points:
        return None
    lines = [line for point in points for line in point.lines]
    style = (_HERE / "letter.css").read_text(encoding="utf-8")
    url = data.document["source_url"]
    text: str = _template(form).render(
        lang=lang,
        t=words,
        document=data.document,
        source_url=url if url and _ADDRESS.fullmatch(url) else None,
        points=points,
        n_roots=sum(not line.follows for line in lines),
        n_follow=sum(bool(line.follows) for line in lines),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
    )
    return text


def points_of(data: Curated, words: Words) -> list[Point]:
    """What the letter asks about: graver things first, then in the order of the document."""
    tables = tables_of(data)
    order = {table_id: i for i, table_id in enumerate(tables)}

    def rank(finding: Row) -> tuple[int, int, int, int, str]:
        row, col = (-1 if finding[k] is None else finding[k] for k in ("row", "col"))
        place = order.get(finding["table_id"], len(order))
        return (SEVERITIES.index(finding["severity"]), place, row, col, finding["finding_id"])

    ranked = sorted((f for f in data.findings if has_weight(f)), key=rank)
    roots = _roots(ranked)
    groups: dict[object, list[Row]] = defaultdict(list)
    follow: dict[str, list[Row]] = defaultdict(list)
    for finding in ranked:
        root = roots[finding["finding_id"]]
        if root == finding["finding_id"]:
            groups[(finding["table_id"], finding["check_id"])].append(finding)
        else:
            follow[root].append(finding)
    return [_point(k, group, follow, tables, words) for k, group in enumerate(groups.values(), 1)]


def has_weight(finding: Row) -> bool:
    """Whether the institution should be asked: proven, and not only told for information."""
    return bool(finding["confidence"] == "confirmed" and finding["severity"] != "info")


def _roots(findings: list[Row]) -> dict[str, str]:
    """finding_id -> the finding of the letter that it follows from in the end, or itself."""
    causes = {f["finding_id"]: f["consequence_of"] for f in findings}
    out = {}
    for finding_id in causes:
        root, seen = finding_id, {finding_id}
        while causes[root] in causes:
            root = causes[root]
            if root in seen:  # a ring has no root: each of it stands for itself
                root = finding_id
                break
            seen.add(root)
        out[finding_id] = root
    return out


def _point(
    number: int, group: list[Row], follow: dict[str, list[Row]], tables: dict[str, TableData], words: Words
) -> Point:
    first = group[0]
    table, rule = tables.get(first["table_id"]), rule_of(first["check_id"], words)
    lines: list[Line] = []
    for k, finding in enumerate(group, 1):
        own = f"{number}.{k}"
        lines.append(_line(finding, own, "", tables, words))
        lines += [_line(other, "", own, tables, words) for other in follow[finding["finding_id"]]]
    return Point(
        number=number,
        title=table_name(table.table, words) if table else words("finding.in_prose"),
        check_id=first["check_id"],
        rule=title_of(first["check_id"], words),
        explanations=rule.reasons if rule else "",
        lines=lines,
    )


def _line(finding: Row, number: str, follows: str, tables: dict[str, TableData], words: Words) -> Line:
    table = tables.get(finding["table_id"])
    cell = table.cell_at(finding["row"], finding["col"]) if table else None
    return Line(
        finding_id=finding["finding_id"],
        number=number,
        follows=follows,
        page=str(finding["page"] or ""),
        row=_short(table.row_label(finding["row"])) if table else "",
        column=_short(table.column_header(finding["col"])) if table else "",
        compared=compared(finding, cell, table.table["unit"] if table else None, words),
        message=finding[f"message_{words.lang}"] or finding["message_es"],
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def as_markdown(value: Any) -> Any:
    r"""Text that Markdown shows as it is, on one line; what a template calls safe is left alone.

    >>> print(as_markdown("*Q* [x](http://y)"), as_markdown("1. Total"))
    \*Q\* \[x\](http:\//y) 1\. Total
    """
    if hasattr(value, "__html__"):
        return value
    text = _MARKS.sub(r"\\\1", re.sub(r"[ \t\n\r\f\v]+", " ", str(value)).strip())
    text = text.replace("://", ":\\//").replace("www.", "www\\.")
    return _BEGINS.sub(lambda match: f"{match[1] or ''}\\", text)


@functools.cache
def _template(form: str) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=form == "html",
        finalize=as_markdown if form == "md" else None,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(f"letter.{form}")
