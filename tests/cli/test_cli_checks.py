"""`rendicion checks`: the rules in one line each, one in full, and what an unknown id is told."""

from __future__ import annotations

import json

import pytest

from rendicion_etl.checks.public_rule import public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.cli.app import run


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, without its line breaks."""
    return " ".join(capsys.readouterr().out.split())


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(("lang", "severity"), [("es", "advertencia"), ("en", "warning")])
def test_every_rule_is_listed_with_version_severity_and_assertion(
    lang: str, severity: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["checks", "--lang", lang]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert f"totals.subtotal 1 {severity} {public_rule('totals.subtotal', lang).title}" in lines
    assert [line.split()[0] for line in lines if line.partition(" ")[0] in {r.check_id for r in RULES}] == [
        rule.check_id for rule in RULES
    ]


def test_a_list_does_not_run_off_a_terminal_of_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["checks"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("check_id", [rule.check_id for rule in RULES])
def test_one_rule_is_shown_whole(check_id: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checks", check_id, "--lang", lang]) == 0
    shown, said = told(capsys), public_rule(check_id, lang)
    for text in (said.title, *said.text, said.reasons, said.example):
        assert text in shown
    for number, point in enumerate(said.not_applicable, 1):
        assert f"{number}. {point}" in shown


def test_rules_in_json_have_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["checks", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert [rule["check_id"] for rule in rules] == [rule.check_id for rule in RULES]
    assert run(["checks", "totals.subtotal", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one in rules
    assert (one["version"], one["severity"]) == ("1", "warning")
    assert one["es"]["title"].startswith("Un subtotal")
    assert one["en"]["not_applicable"][0].startswith("where")


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("totals.colum_sum", "¿Quiso decir totals.column_sum"),
        ("Subtotal", "¿Quiso decir totals.subtotal?"),
        ("", "no es una regla. Todas se listan con"),
        ("qqq", "no es una regla. Todas se listan con"),
    ],
)
def test_an_unknown_rule_is_wrong_usage_and_the_nearest_are_named(
    given: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["checks", given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert near in said.err
    assert "rendicion checks" in said.err
    assert said.err.count("\n") == 1
