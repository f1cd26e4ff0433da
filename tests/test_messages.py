"""Everything the program says exists in Spanish and in English, with the same things filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from string import Formatter

import pytest

import rendicion_etl
from rendicion_etl.messages import LANGUAGES, catalogue, reason, say

SOURCES = sorted(Path(rendicion_etl.__file__).parent.rglob("*.py"))
KEYS = re.compile(r'\b(?:say|option)\(\s*"([a-z_.]+)"')
FIRST = {"Failure", "Trouble"}  # what they are about is told elsewhere
# Who takes a reason and a next step: constructors whose texts reach people through `reason`.
ERRORS = {"RendicionError", "UnreadableDocument", "RejectedFile", "SuiteError", "WrongUsage", "FetchFailed", "refuse"}
ERRORS |= FIRST
NAMES = {"why", "next_step"}


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


def test_every_reason_and_next_step_of_every_module_is_translated_and_no_translation_is_left_over() -> None:
    written = {text for path in SOURCES for text in reasons(path.read_text())}
    assert "el archivo está vacío" in written, "a constant pair"
    assert "la página {} está dañada" in written, "a text with what varies"
    translated = set(catalogue()["reasons"])
    assert sorted(written - translated) == []
    assert sorted(translated - written) == []


def test_the_search_for_reasons_finds_them_however_they_are_written() -> None:
    code = """
_PAIR = ("está vacío", "Pida otro.")
_STEP = "Repita."
def f(n, error):
    why = f"son {n}" if n else "no hay"
    why, next_step = "al final", f"Use {n:,}."
    raise RendicionError(f"archivo {n}", f"roto en {n}", _STEP)
    raise SuiteError("x.json", str(error))
    raise UnreadableDocument("Archivo", *_PAIR, "archive")
    Failure(*_PAIR, stage="archive")
    Failure("directo", _STEP, why_en="direct")
    log("no es asunto de nadie", "Tampoco")
"""
    wanted = {
        "está vacío",
        "Pida otro.",
        "Repita.",
        "son {}",
        "no hay",
        "al final",
        "Use {}.",
        "roto en {}",
        "directo",
        "Archivo",
    }
    assert set(reasons(code)) == wanted


def reasons(code: str) -> Iterator[str]:
    """The reasons and next steps that a module writes, `{}` for what varies.

    They are the texts given to an error (the first names a file or, in capitals, a thing), those assigned to `why` or
    `next_step`, constants so used, and pairs (why, next step) kept as constants.
    """
    tree = ast.parse(code)
    if not ERRORS & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
        return
    constants = {
        t.id: n.value for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)
    }
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            first = 0 if node.func.id in FIRST else 1
            given = list(takewhile(lambda a: not isinstance(a, ast.Starred), node.args[first : first + 2]))
            given += [a for a in node.args[:first] if isinstance(a, ast.Constant) and str(a.value)[:1].isupper()]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__" and len(node.args) == 3:
            given = node.args[1:]
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                both = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    both = list(zip(target.elts, node.value.elts, strict=True))
                given += [value for name, value in both if isinstance(name, ast.Name) and name.id in NAMES]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            first, second = ("".join(texts(part, constants)) for part in node.elts)
            given = node.elts if first[:1].islower() and second[:1].isupper() and second.endswith(".") else []
        for value in given:
            yield from texts(value, constants)


def texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body, constants)
            yield from texts(orelse, constants)
        case ast.Name(id=name) if name in constants:
            yield from texts(constants[name], {})


def test_a_reason_is_translated_with_what_varies_in_it() -> None:
    assert reason("la página 7 está dañada", "en") == "page 7 is damaged"
    assert reason("la página 7 está dañada", "es") == "la página 7 está dañada"
    assert reason("algo nunca dicho", "en") == "algo nunca dicho"


def test_a_reason_within_a_reason_is_translated_too() -> None:
    spanish = (
        "los datos se publicaron, pero no su página de informe: el documento necesita más memoria que la permitida"
    )
    english = "the data were published, but not the report page: the document needs more memory than is allowed"
    assert reason(spanish, "en") == english


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no.such.message", "es")
