"""The rules with what they found, the dictionary of all fields, the method: nothing missing, our doubts apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from site_building import Page, built
from site_examples import DOCUMENT_ID, finding, findings, publish_report, result

from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.curated.query import open_published
from rendicion_etl.curated.schemas import DATASETS, QUARANTINE, VIEWS
from rendicion_etl.site.reference import METHOD, records_of
from rendicion_etl.site.words import Words


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("site"))


def test_every_rule_has_a_page_with_its_whole_text(site: Path) -> None:
    for rule in RULES:
        for name, lang in (("index.html", "es"), ("index.en.html", "en")):
            text = " ".join(Page(site / "reglas" / rule.check_id / name).text.split())
            said = public_rule(rule.check_id, lang)
            for part in (said.title, *said.text, *said.not_applicable, said.reasons, said.example):
                assert part.replace("`", "") in text, (rule.check_id, lang)
            assert rule.check_id in text
    linked = Page(site / "reglas" / "index.html").links
    assert all(f"../reglas/{rule.check_id}/index.html" in linked for rule in RULES)


def test_a_rule_links_to_its_confirmed_findings_and_to_no_doubt(site: Path) -> None:
    page = Page(site / "reglas" / "totals.column_sum" / "index.html")
    assert "2 hallazgos confirmados" in page.text
    assert sorted(link for link in page.links if "hallazgos/" in link) == [
        f"../../hallazgos/{n:016x}/index.html" for n in (1, 2)
    ]
    doubted = Page(site / "reglas" / "agreement.narrative" / "index.html")
    assert "Ningún hallazgo confirmado." in doubted.text
    assert not [link for link in doubted.links if "hallazgos/" in link]


def test_comparisons_in_doubt_are_neither_made_nor_held(tmp_path: Path) -> None:
    doubt = finding(4, confidence="unconfirmed")
    results = [result(n_applied=3, n_passed=1), result(outcome="not_applicable", reason="sin total", n_applied=0)]
    curated, _ = publish_report(tmp_path, findings=[finding(1), doubt], check_results=results)
    with open_published(curated) as connection:
        record = records_of(connection)["totals.column_sum"]
    assert (record.tables, record.made, record.held, record.in_doubt) == (1, 2, 1, 1)
    assert record.refused == [("sin total", 1)]
    assert [f["finding_id"] for f in record.findings] == [f"{1:016x}"]


def test_a_rule_that_never_applied_says_so_and_one_that_is_no_more_breaks_nothing(tmp_path: Path) -> None:
    gone = [*findings(), finding(9, check_id="gone.rule")]
    site = built(tmp_path, findings=gone, check_results=[result(), result("gone.rule")])
    assert "Todavía no se ha aplicado" in Page(site / "reglas" / "geography.region" / "index.html").text
    assert not (site / "reglas" / "gone.rule").exists()


def test_the_json_of_a_rule_has_its_texts_and_its_findings(site: Path) -> None:
    told = json.loads((site / "reglas" / "totals.column_sum" / "index.json").read_text(encoding="utf-8"))
    assert told["texts"]["en"]["title"] == public_rule("totals.column_sum", "en").title
    assert {f["document_id"] for f in told["findings"]} == {DOCUMENT_ID}


def test_the_dictionary_has_every_field_of_every_dataset_and_view(site: Path) -> None:
    page = Page(site / "diccionario" / "index.html")
    expected = {f"{d.name}.{f.name}" for d in (*DATASETS.values(), *VIEWS.values()) for f in d.fields}
    assert expected | {f"quarantine.{f.name}" for f in QUARANTINE} <= page.ids
    text = " ".join(page.text.split())
    for dataset in (*DATASETS.values(), *VIEWS.values()):
        assert dataset.es.replace("`", "") in text
        assert all(field.es.replace("`", "") in text for field in dataset.fields)
    assert "`" not in text


def test_every_unit_of_a_field_has_its_words() -> None:
    units = {f.unit for d in (*DATASETS.values(), *VIEWS.values()) for f in d.fields} - {None}
    assert all(Words(lang).get(f"field_units.{unit}", "") for unit in units for lang in ("es", "en"))


def test_the_method_has_all_its_parts_with_a_heading_each(site: Path) -> None:
    for name in ("index.html", "index.en.html"):
        page = Page(site / "metodo" / name)
        assert set(METHOD) <= page.ids
        assert len(page.all("h2")) == len(METHOD)
        assert {f"#{part}" for part in METHOD} <= set(page.links)
    assert "no una falta de la institución" in Page(site / "metodo" / "index.html").text
