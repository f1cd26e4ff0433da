"""The letter asks about what is proven, each cause once, accuses nobody, and shows what the PDF says as text only."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from markdown_it import MarkdownIt
from site_examples import DOCUMENT_ID, PROSE, cells, finding, publish_report

from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.site.data import Curated, load
from rendicion_etl.site.letter import as_markdown, letter, points_of
from rendicion_etl.site.words import Words

SAMPLE_ID = "scep-2021-c1-b258dfc4"
HOSTILE = (
    "<img src=x onerror=alert(1)> [pulse](https://evil.example) **B** `c` | d $x$ www.evil.example &amp; {{ 7*7 }}"
)


def of(home: Path, *findings: dict[str, Any], **datasets: Any) -> Curated:
    curated, _ = publish_report(home, findings=list(findings), **datasets)
    return load(curated, DOCUMENT_ID)


def rendered(markdown: str) -> str:
    return MarkdownIt("gfm-like", {"linkify": False}).render(markdown)


@pytest.fixture(scope="module")
def sample(sample_home: Path) -> Curated:
    return load(sample_home / "curated", SAMPLE_ID)


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("form", ["md", "html"])
def test_the_sample_has_each_contradiction_of_weight_once_with_place_figures_and_explanations(
    sample: Curated, form: str, lang: str
) -> None:
    text = letter(sample, form, lang)
    assert text
    weighty = {f["finding_id"] for f in sample.findings if f["severity"] != "info"}
    assert len(weighty) == 23
    assert sorted(re.findall(r"\b[0-9a-f]{16}\b", text)) == sorted(weighty)
    assert {"es": "21 lugares", "en": "21 places"}[lang] in text
    for figure in ("Q\xa019,834,278.65", "Q\xa019,600,925.75", "+Q\xa0233,352.90"):
        assert figure in text
    for check_id in ("totals.column_sum", "agreement.across_tables", "geography.region", "agreement.narrative"):
        assert public_rule(check_id, lang).reasons in text
    assert "57-2008" in text
    assert not re.search(r"fraude|delito|sanci|denuncia|irregular|corrup|fraud|crime|sue", text, re.IGNORECASE)


def test_the_sample_is_told_in_few_points_the_gravest_first(sample: Curated) -> None:
    points = points_of(sample, Words("es"))
    assert [(point.check_id, len(point.lines)) for point in points] == [
        ("totals.column_sum", 6),
        ("agreement.across_tables", 6),
        ("agreement.across_tables", 2),
        ("geography.region", 8),
        ("agreement.narrative", 1),
    ]
    assert [line.number or f"< {line.follows}" for line in points[0].lines] == [
        *("1.1", "1.2", "1.3", "1.4", "< 1.4", "< 1.4")
    ]
    first = points[0].lines[0]
    assert (first.page, first.row, first.column) == ("10", "TOTAL", "Financiero · Vigente")


def test_what_is_not_proven_or_only_for_information_is_not_asked_about(tmp_path: Path) -> None:
    doubt = finding(1, confidence="unconfirmed")
    remark = finding(2, severity="info")
    assert letter(of(tmp_path / "a", doubt, remark), "md") is None
    assert letter(of(tmp_path / "b"), "html") is None
    text = letter(of(tmp_path / "c", doubt, remark, finding(3)), "md")
    assert text
    assert f"{3:016x}" in text
    assert f"{1:016x}" not in text
    assert f"{2:016x}" not in text
    assert "se encontró 1 lugar" in text


def test_consequences_stand_under_the_root_that_the_letter_has(tmp_path: Path) -> None:
    data = of(
        tmp_path,
        finding(1, severity="info"),
        finding(2, col=2, consequence_of=f"{1:016x}"),  # of what is not in the letter: it stands for itself
        finding(3, row=2, consequence_of=f"{4:016x}", check_id="identities.row"),
        finding(4, row=1, consequence_of=f"{2:016x}", check_id="totals.subtotal"),
        finding(5, row=2, col=2, consequence_of=f"{6:016x}"),
        finding(6, row=2, col=1, consequence_of=f"{5:016x}"),  # a ring: told, and without end neither
    )
    lines = [line for point in points_of(data, Words("es")) for line in point.lines]
    told = {line.finding_id[-1]: line.number or f"< {line.follows}" for line in lines}
    assert len(lines) == 5
    assert told == {"6": "1.1", "5": "1.2", "2": "1.3", "3": "< 1.3", "4": "< 1.3"}


def test_a_sentence_has_its_page_and_no_cell(tmp_path: Path) -> None:
    (point,) = points_of(of(tmp_path, finding(1, check_id="agreement.narrative", **PROSE)), Words("es"))
    assert (point.title, point.lines[0].page, point.lines[0].row) == ("Texto del documento", "2", "")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_text_of_the_pdf_is_only_text(tmp_path: Path, lang: str) -> None:
    hostile = [{**c, "text": HOSTILE} if (c["row"], c["col"]) in {(3, 0), (0, 1)} else c for c in cells()]
    message = {"message_es": HOSTILE, "message_en": HOSTILE, "printed": None, "printed_text": HOSTILE}
    document = {"institution_name": HOSTILE, "file_name": HOSTILE, "source_url": f"javascript:{HOSTILE}"}
    data = of(tmp_path, finding(1, **message), cells=hostile, document=document)
    html, markdown = letter(data, "html", lang), letter(data, "md", lang)
    assert html
    assert markdown
    for page in (html, rendered(markdown)):
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        assert tree.findall(".//img") == []
        assert tree.findall(".//a") == []
        assert tree.findall(".//script") == []
        assert "".join(tree.itertext()).count(HOSTILE) >= 4
    names = {tag.tag for tag in html5lib.parse(rendered(markdown), namespaceHTMLElements=False).iter()}
    assert "code" not in names
    assert rendered(markdown).count("<td") == 7  # a bar in a text makes no cell


@pytest.mark.parametrize("text", ["# a", "1. a", "12) a", "- a", "+ a", "---", "===", "> a", "```", "a\n\nb", "    a"])
def test_no_text_begins_anything_in_markdown(text: str) -> None:
    assert re.fullmatch(r"<p>[^<]*</p>\n", rendered(str(as_markdown(text))))


def test_numbers_are_left_as_they_are_in_markdown() -> None:
    assert [as_markdown(text) for text in ("+Q 200.00", "-5", "1.1", "30.00 %")] == [
        "+Q 200.00",
        "-5",
        "1.1",
        "30.00 %",
    ]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_page_stands_alone_and_runs_nothing(sample: Curated, lang: str) -> None:
    html = letter(sample, "html", lang)
    assert html
    html5lib.HTMLParser(strict=True).parse(html.lstrip())
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in html
    assert not re.search(r"<script|<link|<img|\son\w+=|\sstyle=|url\(|@import|https?://", html)
    assert f'<html lang="{lang}">' in html


def test_where_it_was_published_is_an_address_that_works(tmp_path: Path) -> None:
    url = "https://example.gob.gt/informe_1.pdf"
    data = of(tmp_path, finding(1), document={"source_url": url})
    assert f"<{url}>" in str(letter(data, "md"))
    assert f'<a href="{url}"' in str(letter(data, "html"))


def test_what_the_sender_fills_in_is_in_brackets(sample: Curated) -> None:
    for lang, words in (("es", ("Lugar y fecha", "Nombre de quien solicita")), ("en", ("Place and date", "Email"))):
        for form in ("md", "html"):
            assert all(f"[{word}" in str(letter(sample, form, lang)) for word in words)


def test_an_unknown_institution_and_period_are_left_to_the_sender(tmp_path: Path) -> None:
    unknown = {"institution_name": None, "period": None, "fiscal_year": None}
    data = of(tmp_path, finding(1))
    data.document.update(unknown)
    text = letter(data, "md")
    assert text
    assert "Nombre de la institución" in text
    assert "cuentas\n" in text


def test_another_form_or_language_is_an_error(sample: Curated) -> None:
    with pytest.raises(ValueError, match="pdf"):
        letter(sample, "pdf")
