"""Everything the program says exists in Spanish and in English, with the same things filled in."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import rendicion_etl
from rendicion_etl.messages import LANGUAGES, catalogue, reason, say

SOURCES = sorted(Path(rendicion_etl.__file__).parent.rglob("*.py"))
KEYS = re.compile(r'\b(?:say|option)\(\s*"([a-z_.]+)"')


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(catalogue()["messages"]))
def test_a_message_has_both_languages_with_the_same_places(key: str) -> None:
    texts = catalogue()["messages"][key]
    assert set(texts) == set(LANGUAGES)
    assert texts["es"].strip()
    assert texts["en"].strip()
    assert places(texts["es"]) == places(texts["en"])


def test_every_message_that_the_code_says_is_catalogued() -> None:
    used = {key for path in SOURCES for key in KEYS.findall(path.read_text())}
    assert "ingest.jobs" in used
    assert used - set(catalogue()["messages"]) == set()


def test_every_reason_that_the_code_gives_is_translated() -> None:
    """The constant texts with which the archive and the readers refuse a file."""
    spanish = {text for path in SOURCES if path.parent.name in ("archive", "reading") for text in refusals(path)}
    assert "el archivo está vacío" in spanish
    assert {text for text in spanish if reason(text, "en") == text} == set()


def refusals(path: Path) -> list[str]:
    """The texts of pairs (why, next step) at module level, and of dictionaries of such pairs."""
    tree = ast.parse(path.read_text())
    pairs = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    texts = [[e.value for e in pair.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)] for pair in pairs]
    return [text for pair in texts if len(pair) == 2 and pair[1].endswith(".") for text in pair]


def test_a_reason_is_translated_with_what_varies_in_it() -> None:
    assert reason("la página 7 está dañada", "en") == "page 7 is damaged"
    assert reason("la página 7 está dañada", "es") == "la página 7 está dañada"
    assert reason("algo nunca dicho", "en") == "algo nunca dicho"


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no.such.message", "es")
