"""The site in a real browser, from a folder: found, filtered, followed to the page, in both languages, by anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from site_examples import DOCUMENT_ID, publish_report

from rendicion_etl.messages import LANGUAGES
from rendicion_etl.runs.site import build_site
from rendicion_etl.settings import Settings
from rendicion_etl.site.pages import FILES, FINDINGS, SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no hay Chromium en esta máquina (apt-get install chromium)")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site of one small report."""
    curated, raw = publish_report(tmp_path_factory.mktemp("site"))
    return build_site(Settings(curated=curated, raw=raw, jobs=1)).index.parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Path) -> Iterator[Page]:
    """A page that fails the test if it complains, or asks for anything outside the site."""
    context = browser.new_context(viewport=request.param)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    inside = (site.as_uri(), "data:")
    opened.on("request", lambda asked: None if asked.url.startswith(inside) else wrong.append(asked.url))
    yield opened
    context.close()
    assert wrong == []


def pages_of(site: Path, lang: str = "es") -> list[Path]:
    """One page of each kind."""
    finding = next((site / FINDINGS).iterdir())
    folders = [site / folder for folder in SECTIONS.values()]
    folders += [site / DOCUMENT_ID, finding]
    folders += [next(p for p in (site / SECTIONS[kind]).iterdir() if p.is_dir()) for kind in ("rules", "institutions")]
    return [folder / FILES[lang] for folder in folders]


def test_every_kind_of_page_fits_and_has_a_twin(page: Page, site: Path) -> None:
    for lang in LANGUAGES:
        for path in pages_of(site, lang):
            page.goto(path.as_uri())
            assert page.locator("html").get_attribute("lang") == lang
            assert page.locator("h1").count() == 1, path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
            page.locator(".masthead .twin a").click()
            assert page.locator("html").get_attribute("lang") != lang


def test_a_reader_finds_a_document_and_follows_a_figure_to_its_page(page: Page, site: Path) -> None:
    page.goto((site / FILES["es"]).as_uri())
    search = page.get_by_role("searchbox")
    rows = page.locator("table#documentos tbody tr")
    assert rows.count() == 1
    search.fill("nada que exista")
    assert rows.locator("visible=true").count() == 0
    search.fill("secretaria de EJEMPLO")  # without its accent, in other letters
    assert rows.locator("visible=true").count() == 1
    rows.first.get_by_role("link").first.click()
    assert DOCUMENT_ID in page.url
    page.get_by_role("link", name="enlace a este hallazgo").first.click()
    assert f"/{FINDINGS}/" in page.url
    page.locator("main table a").first.click()  # a figure that enters the sum
    assert f"/{DOCUMENT_ID}/" in page.url
    cell = page.locator(page.evaluate("location.hash"))
    assert cell.count() == 1
    assert cell.is_visible()


def test_the_data_can_be_taken_home(page: Page, site: Path) -> None:
    page.goto((site / SECTIONS["downloads"] / FILES["es"]).as_uri())
    with page.expect_download() as begun:
        page.get_by_role("link", name="ejecucion.parquet").click()
    assert Path(begun.value.path()).read_bytes()[:4] == b"PAR1"


def test_nobody_is_shut_out(browser: Browser, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport=WIDE, bypass_csp=True)  # axe is a script of its own
    page = context.new_page()
    found = {}
    for path in pages_of(site):
        page.goto(path.as_uri())
        grave = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        if grave:
            found[path.parent.name] = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in grave]
    context.close()
    assert found == {}
