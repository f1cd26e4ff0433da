"""The list of institutions: documents by year, findings of what is in force, and the unknown ones apart."""

from __future__ import annotations

import json
from pathlib import Path

from site_building import Page, another, built

from rendicion_etl.site.listing import Institution, institutions_of, period_rank


def document(**more: object) -> dict[str, object]:
    counts = {"critical": 1, "warning": 0, "info": 0, "unconfirmed": 0}
    about = {"document_id": "a", "institution": "mcd", "institution_name": "Ministerio", "period": "C1"}
    return {**about, **counts, "fiscal_year": 2021, "superseded": False, **more}


def test_institutions_stand_by_name_and_the_unknown_ones_last() -> None:
    found = institutions_of(
        [
            document(institution=None, institution_name=None),
            document(institution="z", institution_name="Ámbar"),
            document(institution="a", institution_name="Zafiro"),
            document(institution="m", institution_name=None),
        ]
    )
    assert [entry.id for entry in found] == ["m", "a", "z", None]


def test_years_are_newest_first_and_periods_in_order() -> None:
    listed = [document(document_id=d, period=p, fiscal_year=y) for d, p, y in (("a", "C2", 2020), ("b", "C1", 2020))]
    entry = Institution("mcd", "Ministerio", [*listed, document(document_id="c", fiscal_year=None), document()])
    assert {year: [d["document_id"] for d in of] for year, of in entry.years.items()} == {
        2021: ["a"],
        2020: ["b", "a"],
        None: ["c"],
    }
    assert list(entry.years) == [2021, 2020, None]


def test_a_replaced_document_no_longer_counts_against_its_institution() -> None:
    entry = Institution("mcd", "Ministerio", [document(), document(superseded=True)])
    assert entry.counts == {"critical": 1, "warning": 0, "info": 0, "unconfirmed": 0}


def test_unknown_periods_come_after_all_others() -> None:
    assert period_rank("Y") < period_rank(None) == period_rank("otro")


def test_the_list_links_to_the_page_of_each_institution_and_to_its_documents(tmp_path: Path) -> None:
    another(tmp_path, "doc-11112222", "unknown", 0, institution_name=None, period=None, file_name="x.pdf")
    site = built(tmp_path)
    page = Page(site / "instituciones" / "index.html")
    assert "scep/index.html" in {link.removeprefix("../instituciones/") for link in page.links}
    assert "../doc-11112222/index.html" in page.links
    assert "1 documento sin institución determinada" in page.text
    assert not any("instituciones/None" in link or "instituciones/unknown" in link for link in page.links)
    told = json.loads((site / "instituciones" / "index.json").read_text(encoding="utf-8"))["institutions"]
    assert [(i["institution"], i["findings"]["critical"]) for i in told] == [("scep", 2), (None, 0)]


def test_where_no_institution_is_known_there_is_no_empty_table(tmp_path: Path) -> None:
    unknown = {"institution_name": None, "period": None}
    site = built(tmp_path, partition={"institution": "unknown", "fiscal_year": 0}, document=unknown)
    page = Page(site / "instituciones" / "index.html")
    assert not page.all("table")
    assert "De ningún documento se conoce la institución." in page.text
