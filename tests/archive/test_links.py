"""The links of pages, however they are written, and of lists."""

from __future__ import annotations

import pytest

from rendicion_etl.archive.links import Link, links_in_list, links_in_page

HERE = "https://scep.example/informes/index.html"


def links(page: str, **more: str) -> list[Link]:
    return links_in_page(page.encode(), HERE, **more)


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("a.pdf", "https://scep.example/informes/a.pdf"),
        ("/a.pdf", "https://scep.example/a.pdf"),
        ("../a.pdf#page=3", "https://scep.example/a.pdf"),
        ("?p=2", "https://scep.example/informes/index.html?p=2"),
        ("//otro.example/a.pdf", "https://otro.example/a.pdf"),
        (" Año 2021.pdf\n", "https://scep.example/informes/A%C3%B1o%202021.pdf"),
        ("a%20b.pdf?x=1&amp;y=2", "https://scep.example/informes/a%20b.pdf?x=1&y=2"),
    ],
)
def test_links_are_resolved_against_the_page(href: str, address: str) -> None:
    assert [link.address for link in links(f'<a href="{href}">x</a>')] == [address]


@pytest.mark.parametrize(
    "href", ["mailto:a@b.c", "javascript:alert(1)", "file:///etc/passwd", "data:text/plain,x", "http://", "x" * 3000]
)
def test_what_is_no_address_of_the_web_is_no_link(href: str) -> None:
    assert links(f'<a href="{href}">x</a><a>no href</a>') == []


def test_the_base_of_a_page_counts_once() -> None:
    page = '<base href="/docs/"><base href="https://evil.example/"><a href="a.pdf">x</a>'
    assert links(page) == [Link("https://scep.example/docs/a.pdf", "x")]
    assert links('<base href="mailto:x"><a href="a.pdf">x</a>') == [Link("https://scep.example/informes/a.pdf", "x")]


def test_the_text_of_a_link_is_all_that_stands_on_it_or_else_its_title() -> None:
    page = '<a href="a"> Informe\n<b>C1</b> <i>2021</i></a> no <a href="b" title="Segundo"><img src="pdf.png"></a>'
    assert [link.text for link in links(page)] == ["Informe C1 2021", "Segundo"]


def test_a_page_says_which_is_the_next() -> None:
    page = '<link rel="next" href="?p=2"><a rel="nofollow next" href="?p=3">»</a><a href="?p=4">4</a>'
    assert [link.is_next for link in links(page)] == [True, True, False]


@pytest.mark.parametrize(
    "page",
    [
        "<a href='a.pdf'>uno<a href='b.pdf'>dos",
        "<p><a href=a.pdf>uno</p></a></b><table><a href=b.pdf>dos</table>",
        "<html><html><body><body><A HREF='a.pdf'>uno</A><area href='b.pdf'><",
    ],
)
def test_broken_pages_give_their_links(page: str) -> None:
    assert [link.address.rpartition("/")[2] for link in links(page)] == ["a.pdf", "b.pdf"]


def test_letters_are_read_as_the_server_or_the_page_says() -> None:
    page = '<a href="a">Año</a>'
    assert links(page)[0].text == "Año", "UTF-8 where nothing is said"
    assert links_in_page(page.encode("latin-1"), HERE, "iso-8859-1")[0].text == "Año"
    said = '<meta charset="windows-1252">' + page
    assert links_in_page(said.encode("cp1252"), HERE)[0].text == "Año"
    assert links_in_page(page.encode(), HERE, "no-such-encoding")[0].address.endswith("/a")


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"<a href='" * 100_000,
        b"<div>" * 500_000 + b"<a href='a.pdf'>x</a>",
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a href='a'>&e;</a>",
        b"<a href='a.pdf'>x</a>" * 100_000,
    ],
    ids=["empty", "no text", "never closed", "nested", "entity", "many"],
)
def test_hostile_pages_do_no_harm(page: bytes) -> None:
    found = links_in_page(page, HERE)
    assert len(found) <= 20_000
    assert not any("root:" in link.text for link in found)


def test_a_list_has_one_address_a_line() -> None:
    text = "# informes\n\nhttps://a.example/1.pdf \r\nno es nada\nfile:///etc/passwd\n"
    assert list(links_in_list(text)) == [
        (3, "https://a.example/1.pdf", "https://a.example/1.pdf"),
        (4, "no es nada", None),
        (5, "file:///etc/passwd", None),
    ]
