"""The front page lists every document in its HTML, keeps our doubts apart from findings, and shows what is new."""

from __future__ import annotations

import json
from pathlib import Path

from site_building import Page, another, built
from site_examples import DOCUMENT_ID, SHA256, finding, findings, publish_report

from rendicion_etl.curated.query import open_published
from rendicion_etl.site.front import filters
from rendicion_etl.site.listing import documents_of
from rendicion_etl.site.words import Words

OLDER = "scep-2021-c1-55556666"


def front(home: Path, lang: str = "es", **datasets: object) -> Page:
    return Page(built(home, **datasets) / ("index.html" if lang == "es" else "index.en.html"))


def rows(page: Page) -> list[list[str]]:
    return [[" ".join(cell.split()) for cell in row] for row in page.rows[1:]]


def test_a_document_is_a_row_with_its_findings_by_severity_and_what_holds(tmp_path: Path) -> None:
    (row,) = rows(front(tmp_path))
    assert row == [
        "Secretaría de Ejemplo",
        *("primer cuatrimestre", "2021", "2", "2021-05-13"),
        *("2", "0", "1", "1"),
        "0 de 2",
    ]


def test_a_document_without_comparisons_has_no_score(tmp_path: Path) -> None:
    (row,) = rows(front(tmp_path, findings=[], check_results=[]))
    assert row[-5:] == ["0", "0", "0", "0", "sin comparaciones"]


def test_what_is_not_known_of_a_document_is_said_and_its_file_named(tmp_path: Path) -> None:
    another(tmp_path, "doc-11112222", "unknown", 0, institution_name=None, period=None, file_name="x.pdf")
    page = front(tmp_path)
    row = next(row for row in rows(page) if "x.pdf" in row[0])
    assert row[:4] == ["Institución no determinada x.pdf", "", "", "2"]
    about = next(a for a in page.all("tr") if "x.pdf" in a.get("data-x", ""))
    assert (about["data-institucion"], about["data-anio"], about["data-periodo"]) == ("-", "-", "-")


def test_the_filters_offer_what_there_is(tmp_path: Path) -> None:
    another(tmp_path, "doc-11112222", "unknown", 0, institution_name=None, period=None)
    curated, _ = publish_report(tmp_path)
    with open_published(curated) as connection:
        offered = {
            f["name"]: [value for value, _ in f["choices"]] for f in filters(documents_of(connection), Words("es"))
        }
    assert offered == {
        "institucion": ["scep", "-"],
        "anio": ["2021", "-"],
        "periodo": ["C1", "-"],
        "gravedad": ["critical", "info", "unconfirmed", "none"],
    }


def test_the_filter_by_severity_finds_rows_by_what_is_confirmed(tmp_path: Path) -> None:
    another(tmp_path, OLDER)
    page = front(tmp_path)
    states = {a["data-x"].split()[2]: a["data-gravedad"] for a in page.all("tr") if "data-x" in a}
    assert states == {DOCUMENT_ID: "critical info unconfirmed", OLDER: "none"}


def test_a_finding_that_is_only_a_doubt_leaves_a_document_without_contradictions(tmp_path: Path) -> None:
    page = front(tmp_path, findings=[finding(1, confidence="unconfirmed")])
    assert [a["data-gravedad"] for a in page.all("tr") if "data-x" in a] == ["unconfirmed none"]
    assert "No hay ninguna contradicción crítica confirmada." in page.text
    assert "1 hallazgo no está confirmado: es una duda de nuestra lectura y no cuenta aquí" in page.text


def test_totals_leave_out_what_a_later_version_replaced(tmp_path: Path) -> None:
    another(tmp_path, OLDER, supersedes=DOCUMENT_ID)
    site = built(tmp_path)
    totals = json.loads((site / "index.json").read_text(encoding="utf-8"))["totals"]
    assert totals["documents"] == 2
    assert totals["superseded"] == 1
    assert set(totals["counts"].values()) == {0}
    page = Page(site / "index.html")
    assert "1 documento fue sustituido por una versión posterior" in page.text
    assert "No hay ninguna contradicción crítica confirmada." in page.text
    assert any("sustituido por una versión posterior" in row[0] for row in rows(page))


def test_one_finding_a_document_is_news_the_root_before_what_follows_from_it(tmp_path: Path) -> None:
    root, follows = finding(1, page=2), finding(2, col=2, consequence_of=f"{1:016x}", message_es="Se sigue.")
    page = front(tmp_path, findings=[follows, root])
    links = [a["href"] for a in page.all("a") if a["href"].startswith("hallazgos/")]
    assert links == [f"hallazgos/{1:016x}/index.html"]
    assert "y 1 más en este documento" in page.text


def test_the_search_waits_for_the_script_and_every_field_has_a_label(tmp_path: Path) -> None:
    page = front(tmp_path)
    (finder,) = [a for a in page.all("div") if "data-list" in a]
    assert "hidden" in finder
    assert finder["data-list"] in page.ids
    named = {a["for"] for a in page.all("label")}
    assert {a["id"] for tag in ("input", "select") for a in page.all(tag)} == named
    assert next(a["data-sort"] for a in page.all("th") if "data-sort" in a) == "institucion"
    assert not page.all("form")


def test_in_english_it_is_english(tmp_path: Path) -> None:
    page = front(tmp_path, "en")
    assert "The total says 310.00, but its rows sum to 300.00." in page.text
    assert rows(page)[0][1] == "first four-month period"


def test_the_json_has_the_documents_with_no_more_than_what_the_page_says(tmp_path: Path) -> None:
    told = json.loads((built(tmp_path, findings=findings()) / "index.json").read_text(encoding="utf-8"))
    (document,) = told["documents"]
    assert (document["critical"], document["unconfirmed"], document["held"], document["made"]) == (2, 1, 0, 2)
    assert SHA256 not in json.dumps(told)
