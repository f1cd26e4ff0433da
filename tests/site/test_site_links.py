"""Every page of the built site: links lead to files, both languages know each other, nothing runs inside the page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import html5lib
import openpyxl
import pytest
from site_building import Page, another, broken_links, built, write_overall
from site_examples import DOCUMENT_ID, finding, findings

AWAITED = ("feeds/",)  # written by others than `write_overall`
EVIL = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("site")
    another(home, "doc-11112222", "unknown", 0, institution_name=None, period=None)
    return built(home)


def test_every_link_leads_to_a_file_and_to_a_place_on_it(site: Path) -> None:
    assert broken_links(site, *AWAITED) == []


def test_a_report_offers_its_data_as_a_workbook(site: Path) -> None:
    for lang in ("index.html", "index.en.html"):
        (offered,) = [a for a in Page(site / DOCUMENT_ID / lang).all("a") if "download" in a]
        book = openpyxl.load_workbook(site / DOCUMENT_ID / offered["href"])
        assert book["documents"]["A2"].value == DOCUMENT_ID
        target = book["documents"]["A2"].hyperlink.target
        assert (site / "descargas" / DOCUMENT_ID / target).resolve() == site / DOCUMENT_ID / "index.html"


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<p id="a"><a href="x/index.html">x</a><a href="#a">a</a><a href="#b">b</a>')
    assert broken_links(tmp_path) == ["index.html -> x/index.html", "index.html -> #b"]
    assert broken_links(tmp_path, "x/") == ["index.html -> #b"]


def test_every_page_is_valid_html(site: Path) -> None:
    for path in site.rglob("*.html"):
        html5lib.HTMLParser(strict=True).parse(path.read_text(encoding="utf-8"))


def test_every_page_has_its_twin_its_json_and_its_language(site: Path) -> None:
    folders = {path.parent for path in site.rglob("index*.html")}
    assert len(folders) > 20
    for folder in folders:
        for name, lang, twin in (("index.html", "es", "index.en.html"), ("index.en.html", "en", "index.html")):
            page = Page(folder / name)
            assert page.all("html")[0]["lang"] == lang
            assert {"href": twin, "hreflang": "en" if lang == "es" else "es"}.items() <= next(
                a.items() for a in page.all("a") if a.get("hreflang")
            )
            assert len(page.all("h1")) == 1
        assert json.loads((folder / "index.json").read_text(encoding="utf-8"))


def test_nothing_is_asked_of_another_host_and_nothing_runs_inside_a_page(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = Page(path)
        (script,) = page.all("script")
        assert (path.parent / script["src"]).resolve() == (site / "recursos" / "site.js").resolve()
        assert not page.all("style")
        assert not [name for _, a in page.tags for name in a if name == "style" or name.startswith("on")], path
        loaded = [a["href"] for a in page.all("link") if a["rel"] == "stylesheet"]
        assert all((path.parent / link).is_file() for link in loaded)


def test_hostile_names_come_out_as_text_on_every_page(tmp_path: Path) -> None:
    about = {"institution_name": EVIL, "file_name": EVIL}
    another(tmp_path, "doc-33334444", "unknown", 0, institution_name=None, period=None, file_name=EVIL)
    found = [*findings()[:3], finding(1, message_es=EVIL, message_en=EVIL)]
    site = built(tmp_path, document=about, findings=found)
    told = 0
    for path in site.rglob("*.html"):
        page = Page(path)
        assert len(page.all("script")) == 1, path
        assert not [a for a in page.all("img") if a.get("src") == "x"], path
        told += page.text.count("<script>alert('x')")
    assert told > 20
    assert EVIL in json.loads((site / "index.json").read_text(encoding="utf-8"))["documents"][0].values()


def test_what_failed_to_be_drawn_is_named_and_not_linked(tmp_path: Path) -> None:
    site = built(tmp_path)
    shutil.rmtree(site / DOCUMENT_ID)
    write_overall(site)
    page = Page(site / "index.html")
    assert not [link for link in page.links if DOCUMENT_ID in link]
    assert any("Secretaría de Ejemplo" in row[0] for row in page.rows if row)
