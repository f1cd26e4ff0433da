"""The pages of the rules are made from the modules, are up to date, and there is none of a rule that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rendicion_etl.checks.model import Rule
from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.checks.rule_pages import FOLDERS, INDEX, pages, write_rule_pages

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", FOLDERS)
def test_the_pages_in_docs_are_those_of_the_rules_and_no_others(lang: str) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / FOLDERS[lang]).iterdir()}
    assert written == pages(lang), "run: python -m rendicion_etl.checks.rule_pages docs"


@pytest.mark.parametrize("lang", FOLDERS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check_id)
def test_a_page_tells_all_of_its_rule_and_links_to_twin_and_source(rule: Rule, lang: str) -> None:
    page, said = pages(lang)[f"{rule.check_id}.md"], public_rule(rule.check_id, lang)
    plain = page.replace("\\", "")
    assert plain.startswith(f"# {said.title}\n")
    assert all(part in plain for part in (*said.text, said.reasons, said.example))
    assert re.findall(r"^\d+\. (.*)$", plain, re.MULTILINE) == list(said.not_applicable)
    assert re.search(rf"`{re.escape(rule.check_id)}` · \S+ {rule.version} ·", page)
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert len(links) == 3
    assert all((DOCS / FOLDERS[lang] / link).is_file() for link in links)


@pytest.mark.parametrize("lang", FOLDERS)
def test_the_index_lists_every_rule_in_the_order_of_the_registry(lang: str) -> None:
    index = pages(lang)[INDEX]
    assert re.findall(r"^\| \[`([^`]+)`\]\(\1\.md\) \|", index, re.MULTILINE) == [rule.check_id for rule in RULES]


def test_writing_again_removes_the_page_of_a_rule_that_is_gone(tmp_path: Path) -> None:
    write_rule_pages(tmp_path)
    gone = tmp_path / "reglas" / "totals.gone.md"
    gone.write_text("# Ya no")
    assert sorted(write_rule_pages(tmp_path)) == sorted(tmp_path.rglob("*.md"))
    assert not gone.exists()
