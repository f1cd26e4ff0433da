"""The pages of the rules in Spanish and English, made from the docstrings of their modules.

`python -m rendicion_etl.checks.rule_pages [DOCS]` rewrites `reglas/` and `rules/` in the folder DOCS (`docs` by
default), and removes the pages of rules that are no more.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rendicion_etl.archive.store import write_whole
from rendicion_etl.checks.model import Rule
from rendicion_etl.checks.public_rule import HEADINGS, module_of, public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.messages import LANGUAGES, say

FOLDERS = {"es": "reglas", "en": "rules"}
INDEX = "README.md"

_WORDS = {
    "es": {
        "title": "Las reglas",
        "twin": "In English",
        "intro": "Una regla compara un informe consigo mismo, o con los anteriores de la misma institución, y dice qué "
        "no cuadra. Cuando no es seguro qué debería coincidir, la regla no se aplica: eso nunca cuenta como cumplida.",
        "severity_means": "La gravedad es la que suele tener un incumplimiento. *Crítico*: una suma o una fórmula del "
        "propio informe no se cumple. *Advertencia*: dos cifras, nombres o códigos que deberían coincidir no "
        "coinciden. *Información*: no es un error, pero conviene saberlo al leer o al citar.",
        "confirmed": "Un hallazgo se da por confirmado solo cuando una segunda lectura independiente de las mismas "
        "celdas también lo da. Lo no confirmado es una duda nuestra y no cuenta contra el informe.",
        "head": "| Regla | Gravedad | Qué afirma |",
        "rule": "`{id}` · versión {version} · gravedad: {severity} · [In English](../rules/{id}.md)",
        "foot": "[Todas las reglas](README.md) · [Código de la regla]({source})",
        "generated": "Esta página se genera de los textos de cada módulo con "
        "`python -m rendicion_etl.checks.rule_pages`. No se edita a mano.",
    },
    "en": {
        "title": "The rules",
        "twin": "En español",
        "intro": "A rule compares a report with itself, or with earlier ones of the same institution, and says what "
        "does not add up. Where it is not certain what should agree the rule does not apply, which never counts as "
        "held.",
        "severity_means": "The severity is that which a failure usually has. *Critical*: a sum or a formula of the "
        "report itself does not hold. *Warning*: two figures, names or codes that should agree do not. *Info*: not an "
        "error, but worth knowing when reading or quoting.",
        "confirmed": "A finding is called confirmed only where a second, independent reading of the same cells makes "
        "it too. What is unconfirmed is our doubt and does not count against the report.",
        "head": "| Rule | Severity | What it asserts |",
        "rule": "`{id}` · version {version} · severity: {severity} · [En español](../reglas/{id}.md)",
        "foot": "[All rules](README.md) · [Code of the rule]({source})",
        "generated": "This page is generated from the texts of each module with "
        "`python -m rendicion_etl.checks.rule_pages`. It is not edited by hand.",
    },
}


def pages(lang: str) -> dict[str, str]:
    """The pages in a language as Markdown, by file name: the index, and one for each rule of the registry."""
    return {INDEX: _index(lang), **{f"{rule.check_id}.md": _page(rule, lang) for rule in RULES}}


def write_rule_pages(docs: Path) -> list[Path]:
    """Write the pages in both languages and remove those of rules that are gone; the files written."""
    written = []
    for lang in LANGUAGES:
        folder, made = docs / FOLDERS[lang], pages(lang)
        for name, text in made.items():
            write_whole(folder / name, text.encode())
            written.append(folder / name)
        for path in folder.glob("*.md"):
            if path.name not in made:
                path.unlink()
    return written


def _index(lang: str) -> str:
    word = _WORDS[lang]
    other = next(code for code in LANGUAGES if code != lang)
    lines = [word["head"], "|---|---|---|"]
    for rule in RULES:
        title = _plain(public_rule(rule.check_id, lang).title).replace("|", r"\|")
        lines.append(
            f"| [`{rule.check_id}`]({rule.check_id}.md) | {say(f'severity.{rule.severity}', lang)} | {title} |"
        )
    parts = [
        f"# {word['title']}",
        f"*[{word['twin']}](../{FOLDERS[other]}/{INDEX})*",
        word["intro"],
        "\n".join(lines),
        word["severity_means"],
        word["confirmed"],
        word["generated"],
    ]
    return "\n\n".join(parts) + "\n"


def _page(rule: Rule, lang: str) -> str:
    word, heads, said = _WORDS[lang], HEADINGS[lang], public_rule(rule.check_id, lang)
    severity = say(f"severity.{rule.severity}", lang)
    module = module_of(rule.check_id).__name__.rpartition(".")[2]
    parts = [
        f"# {_plain(said.title)}",
        word["rule"].format(id=rule.check_id, version=rule.version, severity=severity),
        *map(_plain, said.text),
        f"## {heads.not_applicable}",
        "\n".join(f"{n}. {_plain(point)}" for n, point in enumerate(said.not_applicable, 1)),
        f"## {heads.reasons}",
        _plain(said.reasons),
        f"## {heads.example}",
        _plain(said.example),
        word["foot"].format(source=f"../../src/rendicion_etl/checks/{module}.py"),
    ]
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Text in which Markdown sees no emphasis and no tag; code between backticks stays code."""
    return text.replace("*", r"\*").replace("<", r"\<")


if __name__ == "__main__":
    for path in write_rule_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        print(path)
