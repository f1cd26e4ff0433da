"""The page stands alone, shows every finding with its place on the page, and trusts no text of the PDF."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from site_examples import DOCUMENT_ID, box, cell, cells, finding, findings, publish_report, result, table

from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.errors import RendicionError
from rendicion_etl.site import pages
from rendicion_etl.site.report import write_report


class Elements(HTMLParser):
    """All start tags of a page as (tag, attributes), and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def report(home: Path, lang: str = "es", **datasets: object) -> str:
    curated, raw = publish_report(home, **datasets)
    return write_report(curated, raw, DOCUMENT_ID, lang).read_text(encoding="utf-8")


def page_picture(html: str, number: int = 1) -> Image.Image:
    image = next(i for i in Elements(html).all("image") if i["id"] == f"page-{number}")
    kind, _, content = image["href"].partition(";base64,")
    assert kind == "data:image/png"
    return Image.open(io.BytesIO(base64.b64decode(content))).convert("L")


def darkest(picture: Image.Image, place: list[float]) -> int:
    """The darkest grey within a box given in points of a page 400 points wide."""
    scale = picture.width / 400
    low, _ = picture.crop(tuple(round(side * scale) for side in place)).getextrema()
    return int(low)


def test_asks_nothing_of_any_host_and_runs_no_script(tmp_path: Path) -> None:
    html = report(tmp_path)
    page = Elements(html)
    assert not page.all("script") + page.all("link") + page.all("iframe") + page.all("form")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    loaded = [value for _, a in page.tags for name, value in a.items() if name in {"src", "srcset", "data", "poster"}]
    assert loaded == []
    assert {i["href"][:22] for i in page.all("image")} == {"data:image/png;base64,"}
    assert "url(" not in html
    assert "@import" not in html


def test_its_own_policy_allows_just_its_style_and_its_pictures(tmp_path: Path) -> None:
    html = report(tmp_path)
    policy = next(m["content"] for m in Elements(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ")[:3] == ["default-src 'none'", "img-src data:", f"style-src 'sha256-{digest}'"]


def test_text_of_the_pdf_is_escaped_wherever_it_stands(tmp_path: Path) -> None:
    evil = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
    html = report(
        tmp_path,
        document={"file_name": evil, "institution_name": evil, "pdf_producer": evil},
        tables=[table(number=evil, title=evil, source_note=evil)],
        cells=[*cells()[:-1], cell(3, 2, evil)],
        findings=[finding(1, message_es=evil, hint_es=evil, printed=None, printed_text=evil, expected_text=evil)],
        check_results=[result(outcome="not_applicable", reason=evil, n_applied=0)],
    )
    page = Elements(html)
    assert not page.all("script") + page.all("img")
    assert page.text.count("<script>") > 8


@pytest.mark.parametrize(("unread", "said"), [(None, False), (0, False), (3, True)])
def test_a_table_with_places_that_could_not_be_read_is_to_be_compared_with_its_page(
    tmp_path: Path, unread: int | None, said: bool
) -> None:
    html = report(tmp_path, tables=[table(n_unread=unread)])
    assert ("en 3 lugares de esta tabla hay algo que parece texto y no se pudo leer" in html) is said


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://x.gt/a b", 'https://x.gt/"onx="']
)
def test_a_source_that_a_browser_should_not_follow_is_no_link(tmp_path: Path, url: str) -> None:
    html = report(tmp_path, document={"source_url": url})
    assert all(a["href"].startswith(("#", "index")) for a in Elements(html).all("a"))
    assert url in Elements(html).text


def test_pages_link_into_the_published_file(tmp_path: Path) -> None:
    html = report(tmp_path, document={"source_url": "https://scep.gob.gt/informe.pdf"})
    assert "https://scep.gob.gt/informe.pdf#page=2" in {a["href"] for a in Elements(html).all("a")}


def test_every_finding_has_one_anchor_and_what_cannot_be_confirmed_stands_apart(tmp_path: Path) -> None:
    html = report(tmp_path)
    ids = [a["id"] for _, a in Elements(html).tags if "id" in a]
    assert len(ids) == len(set(ids))
    places = [html.index(f'id="{n:016x}"') for n in (1, 2, 3, 4)]
    assert places == sorted(places), "confirmed ones first, then remarks, then doubts"
    apart = html.index('class="group unconfirmed"')
    assert places[2] < apart < places[3]
    assert "es una duda nuestra, no una falta del documento" in html[apart : places[3]]


def test_contradictions_of_one_row_share_a_card_and_a_picture(tmp_path: Path) -> None:
    cards = re.findall(r'<article class="card.*?</article>', report(tmp_path), re.S)
    assert [len(re.findall(r'<section class="finding"', card)) for card in cards] == [2, 1, 1]
    assert cards[0].count("<figure") == 1
    tags = re.findall(r'<text class="tag"[^>]*>([^<]*)<', cards[0])
    assert set(tags) == {"1", "2"}


def test_the_figure_is_boxed_where_the_page_shows_it(tmp_path: Path) -> None:
    html = report(tmp_path)
    x0, top, x1, bottom = box(3, 1)
    sides = {"x": f"{x0:.1f}", "y": f"{top:.1f}", "width": f"{x1 - x0:.1f}", "height": f"{bottom - top:.1f}"}
    assert {"class": "figure", **sides} in Elements(html).all("rect")
    picture = page_picture(html)
    assert darkest(picture, [x0 + 2, top + 2, x1 - 2, bottom - 2]) < 100, "the figure is printed in its box"
    assert darkest(picture, [x0 + 2, top + 42, x1 - 2, bottom + 38]) > 240, "and nothing further down"


def test_a_crop_shows_the_row_label_and_the_header(tmp_path: Path) -> None:
    svg = next(a for a in Elements(report(tmp_path)).all("svg") if a.get("class") == "pane")
    x, y, width, height = map(float, svg["viewbox"].split())
    for label in (box(0, 1), box(3, 0)):
        assert x <= label[0] < label[2] <= x + width
        assert y <= label[1] < label[3] <= y + height


def test_a_page_is_stored_once_however_many_findings_it_has(tmp_path: Path) -> None:
    html = report(tmp_path)
    assert [i["id"] for i in Elements(html).all("image")] == ["page-1", "page-2"]
    assert html.count('href="#page-1"') > 3


def test_pictures_say_what_they_show(tmp_path: Path) -> None:
    shown = [a for _, a in Elements(report(tmp_path)).tags if a.get("role") == "img"]
    assert shown
    assert all(a["aria-label"] for a in shown)
    assert any("Tabla No. 1 · fila «TOTAL»" in a["aria-label"] and "Q\xa0310.00" in a["aria-label"] for a in shown)


def test_addends_are_listed_with_their_sum(tmp_path: Path) -> None:
    html = report(tmp_path, findings=[finding(1)])
    addends = html[html.index('class="addends"') : html.index("</details>")]
    assert re.findall(r"Q\xa0[\d.]+", addends) == ["Q\xa0100.00", "Q\xa0200.00", "Q\xa0300.00"]
    assert 'href="#t01-1-1"' in addends


def test_a_cell_with_a_finding_is_marked_and_linked_in_the_data(tmp_path: Path) -> None:
    html = report(tmp_path)
    marked = re.search(r'<td id="t01-3-1"[^>]*class="num found"[^>]*>(.*?)</td>', html)
    assert marked is not None
    assert 'href="#0000000000000001"' in marked[1]
    assert "[1]" in marked[1]


@pytest.mark.parametrize("content", [None, b"%PDF-1.7 cut short"])
def test_without_a_readable_pdf_the_page_is_written_without_pictures_and_says_so(
    tmp_path: Path, content: bytes | None
) -> None:
    curated, raw = publish_report(tmp_path)
    archived = next(raw.rglob("*.pdf"))
    archived.unlink()
    if content is not None:
        archived.write_bytes(content)
    html = write_report(curated, raw, DOCUMENT_ID).read_text(encoding="utf-8")
    assert "este informe va sin imágenes" in html
    assert not Elements(html).all("image")
    assert 'id="0000000000000001"' in html


def test_a_finding_on_a_page_that_the_pdf_has_not_gets_no_picture(tmp_path: Path) -> None:
    html = report(tmp_path, findings=[finding(1, page=9)])
    assert "Sin imagen de este lugar" in html


def test_both_languages_are_written_and_link_to_each_other(tmp_path: Path) -> None:
    curated, raw = publish_report(tmp_path)
    spanish = write_report(curated, raw, DOCUMENT_ID)
    english = write_report(curated, raw, DOCUMENT_ID, lang="en")
    assert (spanish.name, english.name) == ("index.html", "index.en.html")
    assert spanish.parent == english.parent == curated / "site" / DOCUMENT_ID
    es, en = spanish.read_text(encoding="utf-8"), english.read_text(encoding="utf-8")
    assert '<html lang="es">' in es
    assert 'href="index.en.html" hreflang="en"' in es
    assert "sus filas suman" in es
    assert '<html lang="en">' in en
    assert 'href="index.html" hreflang="es"' in en
    assert "its rows sum to" in en
    assert "sus filas suman" not in en


def test_writing_again_gives_the_same_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    curated, raw = publish_report(tmp_path)
    first = write_report(curated, raw, DOCUMENT_ID).read_bytes()
    second = write_report(curated, raw, DOCUMENT_ID)
    assert second.read_bytes() == first
    assert sorted(p.name for p in second.parent.iterdir()) == ["index.en.html", "index.html"]


@pytest.mark.parametrize("document_id", ["scep-2022-c1-00000000", "../documents", "*", ""])
def test_an_unknown_document_is_refused_with_the_next_step(tmp_path: Path, document_id: str) -> None:
    curated, raw = publish_report(tmp_path)
    with pytest.raises(RendicionError, match="Ingiéralo"):
        write_report(curated, raw, document_id)


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fr"):
        write_report(tmp_path, tmp_path, DOCUMENT_ID, lang="fr")


def test_no_contradiction_is_not_told_as_proof(tmp_path: Path) -> None:
    html = report(tmp_path, findings=[], check_results=[result(outcome="pass", n_passed=2)])
    assert "no demuestra que el informe sea correcto" in html


def test_where_nothing_could_be_checked_nothing_is_claimed(tmp_path: Path) -> None:
    refused = result(outcome="not_applicable", reason="la tabla no tiene fila de total", n_applied=0)
    html = report(tmp_path, findings=[], check_results=[refused])
    assert "no se afirma nada sobre sus cifras" in html
    assert "no demuestra" not in html
    assert "la tabla no tiene fila de total" in html


def test_a_document_without_tables_institution_or_year_has_a_page(tmp_path: Path) -> None:
    nothing = {"institution_name": None, "period": None, "period_start": None, "period_end": None, "pdf_producer": None}
    html = report(tmp_path, document=nothing, tables=[], cells=[], findings=[], check_results=[])
    assert "Institución no determinada" in html
    assert "No se halló ninguna tabla" in html


def test_the_score_leaves_out_what_is_in_doubt_and_says_so(tmp_path: Path) -> None:
    results = [result(n_applied=12, n_passed=9), result("percentages.base", n_applied=2, n_passed=1)]
    found = [*(finding(n, col=n) for n in (1, 2)), finding(3, row=2, confidence="unconfirmed")]
    found.append(finding(4, row=1, check_id="percentages.base", severity="info"))
    text = " ".join(Elements(report(tmp_path, findings=found, check_results=results)).text.split())
    assert "se cumplen 9 de 11 críticas y 1 de 2 informativas." in text
    assert "El hallazgo no confirmado no cuenta en estas cifras." in text


def test_where_all_is_in_doubt_there_is_no_score(tmp_path: Path) -> None:
    found = [finding(1, confidence="unconfirmed")]
    html = report(tmp_path, findings=found, check_results=[result(n_applied=1, n_passed=0)])
    assert "Sin comparaciones aplicables" in html
    assert "se cumplen" not in html.partition("comprobaciones")[0]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_finding_leads_to_the_text_of_its_rule_within_the_page(tmp_path: Path, lang: str) -> None:
    html = report(tmp_path, lang, findings=[finding(1)], check_results=[result()])
    page, said = Elements(html), public_rule("totals.column_sum", lang)
    assert {"href": "#regla-totals.column_sum"} in page.all("a")
    assert {"id": "regla-totals.column_sum"} in page.all("details")
    shown = " ".join(page.text.split())
    assert all(part in shown for part in (said.title, *said.text, *said.not_applicable, said.reasons, said.example))


def test_a_rule_that_did_not_apply_or_is_no_more_has_no_text_and_no_link(tmp_path: Path) -> None:
    refused = result("totals.subtotal", outcome="not_applicable", reason="sin subtotales", n_applied=0)
    html = report(
        tmp_path, findings=[finding(1, check_id="totals.gone")], check_results=[refused, result("totals.gone")]
    )
    assert "totals.gone" in html
    assert 'regla-"' not in html
    assert "#regla-" not in html


def test_headings_go_down_one_level_at_a_time(tmp_path: Path) -> None:
    levels = [int(tag[1]) for tag, _ in Elements(report(tmp_path)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_the_example_has_all_kinds_of_findings() -> None:
    assert {(f["severity"], f["confidence"]) for f in findings()} == {
        ("critical", "confirmed"),
        ("info", "confirmed"),
        ("warning", "unconfirmed"),
    }


def test_a_remark_accuses_nothing_of_being_too_low(tmp_path: Path) -> None:
    html = report(tmp_path, findings=[finding(1, severity="info")])
    assert "impreso de más" not in html
    assert "Para comparar" in html
    assert "impreso de más" in report(tmp_path, findings=[finding(1)])


def test_a_finding_that_follows_from_another_links_to_it(tmp_path: Path) -> None:
    found = [finding(1), finding(2, row=2, consequence_of=finding(1)["finding_id"])]
    html = report(tmp_path, findings=found)
    assert html.count("Se sigue del hallazgo") == 1
    assert "Se sigue del hallazgo" not in report(tmp_path, findings=found[:1])


def test_a_page_is_written_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Measured(io.BytesIO):
        def writelines(self, pieces: Iterable[Any]) -> None:
            for piece in pieces:
                sizes.append(len(piece))
                self.write(piece)

    @contextmanager
    def measured(path: Path) -> Iterator[Measured]:
        yield (out := Measured())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue())

    monkeypatch.setattr(pages, "open_whole", measured)
    rows = [cell(row, col, f"Q {row}.00") for row in range(1500) for col in range(3)]
    html = report(tmp_path, tables=[table(n_rows=1500)], cells=rows)
    assert "t01-1499-2" in html
    assert max(sizes) < len(html) / 10
