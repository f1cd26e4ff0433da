"""Every rule says in both languages what it asserts, when it does not apply, and why a document may fail it rightly."""

from __future__ import annotations

import pytest

from rendicion_etl.checks.model import Rule
from rendicion_etl.checks.public_rule import HEADINGS, PARTS, RuleTextError, module_of, parse_rule, public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.checks.score import SEVERITIES

DOCSTRING = """A total is the sum
of its rows.

Applies to
every total.

A second paragraph.

Does not apply:
1. where a part may be
   missing;
2. to a total of 3. rank.

Legitimate reasons to fail: a row left out; another
system.

Example: 540 is
printed: 560 is right.

---
Un total es la suma de sus filas.

No se aplica:
1. cuando falta una parte;
2. a un total.

Razones legítimas para fallar: una fila omitida.

Ejemplo: dice 540.
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check_id)
def test_a_rule_has_its_whole_text_in_both_languages(rule: Rule) -> None:
    module = module_of(rule.check_id)
    assert (rule.check_id, rule.version) == (module.ID, module.VERSION)
    assert rule.version.isdigit()
    assert rule.severity in SEVERITIES
    texts = {lang: public_rule(rule.check_id, lang) for lang in PARTS}
    assert texts["es"].title != texts["en"].title
    for said in texts.values():
        assert said.title
        assert said.reasons
        assert said.example
    points = [said.not_applicable for said in texts.values()]
    assert len(points[0]) == len(points[1]) >= 1
    assert all(point.endswith(";") for said in points for point in said[:-1])
    assert all(said[-1].endswith(".") for said in points)


def test_ids_are_not_given_twice() -> None:
    assert len({rule.check_id for rule in RULES}) == len(RULES)


def test_a_docstring_is_read_paragraph_by_paragraph_without_its_line_breaks() -> None:
    said = parse_rule(DOCSTRING, "en")
    assert said.title == "A total is the sum of its rows"
    assert said.text == ("Applies to every total.", "A second paragraph.")
    assert said.not_applicable == ("where a part may be missing;", "to a total of 3. rank.")
    assert said.reasons == "A row left out; another system."
    assert said.example == "540 is printed: 560 is right."
    spanish = parse_rule(DOCSTRING, "es")
    assert (spanish.title, spanish.text) == ("Un total es la suma de sus filas", ())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\n---\n", "\n"),
        ("\n---\n", "\n---\n\n---\n"),
        ("of its rows.", "of its rows"),
        ("Does not apply:", "Not for:"),
        ("Does not apply:\n1.", "Does not apply: never\n1."),
        ("2. to a total of", "3. to a total of"),
        ("1. where a part may be\n   missing;\n2. to a total of 3. rank.", "- never"),
        ("Legitimate reasons to fail: a row left out; another\nsystem.\n\n", ""),
        ("Example: 540 is\nprinted: 560 is right.", "Example:"),
    ],
)
def test_what_departs_from_the_form_is_an_error(right: str, wrong: str) -> None:
    assert right in DOCSTRING
    with pytest.raises(RuleTextError):
        parse_rule(DOCSTRING.replace(right, wrong, 1), "en")


def test_headings_are_those_of_the_docstring() -> None:
    assert set(HEADINGS) == set(PARTS)
    for lang, heads in HEADINGS.items():
        part = DOCSTRING.split("---")[PARTS.index(lang)]
        assert all(f"\n{head}:" in part for head in (heads.not_applicable, heads.reasons, heads.example))
