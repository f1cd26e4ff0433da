"""`rendicion checks`: the rules, each in one line, or one of them in full."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, AsJson, Common, WrongUsage
from rendicion_etl.messages import LANGUAGES, say

if TYPE_CHECKING:
    from rendicion_etl.checks.model import Rule

_NEAR = 3


def checks(
    rule: Annotated[str | None, Parameter(help=say("checks.rule", HELP_LANG), name="RULE", show_default=False)] = None,
    /,
    *,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """List the rules, or show the public text of one."""
    from rendicion_etl.checks.registry import RULES

    chosen = RULES if rule is None else (_named(rule, RULES),)
    if as_json:
        from rendicion_etl.cli.output import to_json

        told = [_plain(one) for one in chosen]
        print(to_json(told if rule is None else told[0]))
    elif rule is None:
        _list(chosen, common.language)
    else:
        _show(chosen[0], common.language)
    return 0


def _named(check_id: str, rules: tuple[Rule, ...]) -> Rule:
    """The rule of that id; WrongUsage with the nearest ones where there is none."""
    known = {rule.check_id: rule for rule in rules}
    if check_id in known:
        return known[check_id]
    near = [name for name in known if check_id.lower() in name][:_NEAR] if check_id else []
    near = near or get_close_matches(check_id.lower(), known, _NEAR, cutoff=0.5)
    why = "no es una regla"
    if near:
        next_step = f"¿Quiso decir {', '.join(near)}? Todas se listan con: rendicion checks."
    else:
        next_step = "Todas se listan con: rendicion checks."
    raise WrongUsage(check_id, why, next_step)


def _plain(rule: Rule) -> dict[str, Any]:
    """A rule for programs: what it is, and its text in both languages."""
    from dataclasses import asdict

    from rendicion_etl.checks.public_rule import public_rule

    texts = {lang: asdict(public_rule(rule.check_id, lang)) for lang in LANGUAGES}
    return {"check_id": rule.check_id, "version": rule.version, "severity": rule.severity, **texts}


def _list(rules: tuple[Rule, ...], lang: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rendicion_etl.checks.public_rule import public_rule

    table = Table(box=SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    for column in ("rule", "version", "severity"):
        table.add_column(say(f"checks.column.{column}", lang), no_wrap=True)
    table.add_column(say("checks.column.title", lang))
    for rule in rules:
        title = public_rule(rule.check_id, lang).title
        table.add_row(rule.check_id, rule.version, say(f"severity.{rule.severity}", lang), Text(title))
    console = Console(highlight=False)
    console.print(table)
    console.print(Text(say("checks.next", lang, id=rules[0].check_id)), soft_wrap=True)


def _show(rule: Rule, lang: str) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from rendicion_etl.checks.public_rule import HEADINGS, public_rule

    said, heads = public_rule(rule.check_id, lang), HEADINGS[lang]
    severity = say(f"severity.{rule.severity}", lang)
    console = Console(highlight=False)
    console.print(Text(f"{said.title}.", style="bold"))
    console.print(Text(say("checks.about", lang, id=rule.check_id, version=rule.version, severity=severity)))
    for paragraph in said.text:
        console.print(Padding(Text(paragraph), (1, 0, 0, 0)))
    console.print(Padding(Text(f"{heads.not_applicable}:", style="bold"), (1, 0, 0, 0)))
    points = Table.grid(padding=(0, 1))
    for number, point in enumerate(said.not_applicable, 1):
        points.add_row(f"{number}.", Text(point))
    console.print(Padding(points, (0, 0, 0, 2)))
    for heading, text in ((heads.reasons, said.reasons), (heads.example, said.example)):
        console.print(Padding(Text.assemble((f"{heading}: ", "bold"), text), (1, 0, 0, 0)))
