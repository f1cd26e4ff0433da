"""The public text of a rule, read from the docstring of its module: what a reader is shown wherever a rule is named.

The module of a rule is named after its id (`totals.column_sum` is `totals_column_sum.py`). Its docstring has an
English part, a line `---`, and a Spanish part. Each part is paragraphs with a blank line between them, in this order:
the assertion; what more there is to say, if anything; the numbered cases to which it does not apply; legitimate
reasons to fail; an example. Whatever departs from this form is an error, never a guess.
"""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType

PARTS = ("en", "es")  # the languages of a docstring, in its order


@dataclass(frozen=True, slots=True)
class Headings:
    """What the last three paragraphs begin with, and what people read over them."""

    not_applicable: str
    reasons: str
    example: str


HEADINGS = {
    "en": Headings("Does not apply", "Legitimate reasons to fail", "Example"),
    "es": Headings("No se aplica", "Razones legítimas para fallar", "Ejemplo"),
}


class RuleTextError(ValueError):
    """The docstring of a rule does not have the form that its readers rely on."""


@dataclass(frozen=True, slots=True)
class PublicRule:
    """A rule in one language: `title` is the assertion without its full stop, `text` the paragraphs that follow it."""

    title: str
    text: tuple[str, ...]
    not_applicable: tuple[str, ...]
    reasons: str
    example: str


@cache
def public_rule(check_id: str, lang: str) -> PublicRule:
    """The text of a registered rule; RuleTextError where its docstring has not the form."""
    return parse_rule(module_of(check_id).__doc__ or "", lang)


def module_of(check_id: str) -> ModuleType:
    """The module of a rule; ModuleNotFoundError where none is named after it."""
    return importlib.import_module(f"rendicion_etl.checks.{check_id.replace('.', '_')}")


def parse_rule(docstring: str, lang: str) -> PublicRule:
    """The part of a docstring that is in a language."""
    parts = re.split(r"^---$", inspect.cleandoc(docstring), flags=re.MULTILINE)
    if len(parts) != len(PARTS):
        raise RuleTextError("an English part, a line --- and a Spanish part are expected")
    paragraphs = re.split(r"\n\s*\n", parts[PARTS.index(lang)].strip())
    heads = HEADINGS[lang]
    if len(paragraphs) < 4:
        raise RuleTextError(
            f"an assertion, «{heads.not_applicable}:», «{heads.reasons}:» and «{heads.example}:» needed"
        )
    title, *text, points, reasons, example = paragraphs
    if not title.endswith("."):
        raise RuleTextError(f"the assertion is a sentence: {title!r}")
    return PublicRule(
        _one_line(title).removesuffix("."),
        tuple(map(_one_line, text)),
        _points(_after(heads.not_applicable, points)),
        _sentence(_after(heads.reasons, reasons)),
        _sentence(_after(heads.example, example)),
    )


def _after(heading: str, paragraph: str) -> str:
    start, colon, rest = paragraph.partition(":")
    if start != heading or not colon or not rest.strip():
        raise RuleTextError(f"«{heading}:» is expected, not {paragraph[:40]!r}")
    return rest


def _points(text: str) -> tuple[str, ...]:
    """The numbered points, each with its own punctuation; the code cites their numbers, so these must be right."""
    before, *found = re.split(r"^(\d+)\. ", text.strip(), flags=re.MULTILINE)
    numbers, points = found[::2], tuple(map(_one_line, found[1::2]))
    if before or not points or numbers != [str(n + 1) for n in range(len(points))]:
        raise RuleTextError(f"points numbered from 1 are expected, not {text.strip()[:40]!r}")
    return points


def _sentence(text: str) -> str:
    """A text that followed a colon, as a sentence of its own."""
    line = _one_line(text)
    return line[:1].upper() + line[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split())
