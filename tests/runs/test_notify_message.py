"""A message fits its service, and what strangers wrote marks up nothing, links to nothing and calls nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from receiver import receiving
from rendicion_etl.runs.notify.message import harmless, message_of
from rendicion_etl.runs.notify.news import Item, News
from rendicion_etl.runs.notify.services import services_of
from rendicion_etl.settings import Settings

BREAK = "\N{ZERO WIDTH SPACE}"
HOSTILE = (
    "<b>a</b> <!channel> <@U123> @everyone [ver](https://mal.example/x) <https://mal.example|ver> *b* _c_ `d`\n"
    "# e www.mal.example mal.example/informe.pdf\x00\u202e &lt;script&gt; <script>alert(1)</script>"
)
SETTINGS = Settings(curated=Path("/no/such/folder"), lang="es", site_url="https://ejemplo.org/")


def news(*texts: str) -> News:
    return News(documents=tuple(Item(str(k), text, text, page=f"doc-{k}") for k, text in enumerate(texts)))


@pytest.mark.parametrize(
    ("said", "harmless_form"),
    [
        ("Q 1,234.50, 98.5 %, informe.pdf, Sec. de Salud.", "Q 1,234.50, 98.5 %, informe.pdf, Sec. de Salud."),
        ("@everyone", f"@{BREAK}everyone"),
        ("<!channel>", "‹!channel›"),
        ("https://mal.example", f"https:{BREAK}//mal.{BREAK}example"),
        ("mal.example/informe.pdf", f"mal.{BREAK}example/informe.pdf"),
        ("mal.pdf/x", f"mal.{BREAK}pdf/x"),
        ("a\n\tb\x00\u202ec", "a bc"),
    ],
)
def test_words_of_strangers_stay_words(said: str, harmless_form: str) -> None:
    assert harmless(said) == harmless_form


def test_a_long_text_is_cut() -> None:
    assert harmless("palabra " * 100, 20) == "palabra palabra pal…"


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_whatever_the_service_shows_the_only_links_are_ours(form: str) -> None:
    with receiving() as webhook:
        (service,) = services_of(f"{webhook.address()}?format={form}")
        message = message_of(news(HOSTILE), SETTINGS, as_html=service.takes_html, room=service.room)
        assert service.send(message) is None
        ((_, body),) = webhook.messages
    assert set(re.findall(r"https?://[^\s\"<>()\[\]]+", body)) <= {
        "https://ejemplo.org/doc-0/index.html",
    }
    for live in ("<!", "<@", "@everyone", "<script", "<b>a", "www.mal.example", "mal.example"):
        assert live not in body
    assert "everyone" in body
    if form == "markdown":
        assert r"\[ver\]" in body
        assert r"\*b\*" in body
    if form == "html":
        assert '<a href="https://ejemplo.org/doc-0/index.html">' in body
        assert "&amp;lt;script" in body


def test_a_page_of_this_machine_is_no_link_in_html(tmp_path: Path) -> None:
    page = tmp_path / "site" / "doc-0" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    settings = Settings(curated=tmp_path, lang="es", site_url="")
    body = message_of(news("uno"), settings, as_html=True, room=10_000).body
    assert str(page) in body
    assert "<a " not in body


def test_what_does_not_fit_is_counted() -> None:
    many = news(*(f"informe número {k}" for k in range(40)))
    whole = message_of(many, SETTINGS, as_html=False, room=32_000)
    assert whole.body.count("•") == 12
    assert whole.body.endswith("… y 28 más")
    short = message_of(many, SETTINGS, as_html=False, room=400)
    assert len(short.title) + len(short.body) <= 400
    assert short.body.endswith("… y 37 más")
    shortest = message_of(many, SETTINGS, as_html=False, room=70)
    assert (shortest.title, shortest.body) == ("Rendición: informes nuevos: 40", "Informes nuevos (40)")


def test_a_pager_is_told_how_much_of_what() -> None:
    message = message_of(news("uno"), SETTINGS, as_html=False, room=20)
    assert (message.title, message.body) == ("", "Rendición: informes ")


def test_news_is_alarming_or_not() -> None:
    item = Item("1", "a", "a")
    said = {
        name: message_of(News(**{name: (item,)}), SETTINGS, as_html=False, room=999) for name in ("failed", "ended")
    }
    assert [message.is_alarming for message in said.values()] == [True, False]
