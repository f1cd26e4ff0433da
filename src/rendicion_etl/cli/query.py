"""`rendicion query`: SQL over the curated datasets, typed or one of the named examples."""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, Common, Curated, WrongUsage, option, to_read
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.curated.examples import Example

Format = Literal["table", "csv", "json", "parquet", "xlsx"]
_BINARY = ("parquet", "xlsx")
_NO_NAMES = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_NEAR = 3


def query(
    sql: Annotated[str | None, Parameter(help=say("query.sql", HELP_LANG), name="SQL", show_default=False)] = None,
    /,
    *,
    example: Annotated[str | None, option("query.example", "--example", "-e")] = None,
    examples: Annotated[bool, option("query.examples", "--examples")] = False,
    show: Annotated[bool, option("query.show", "--show")] = False,
    given: Annotated[list[str] | None, option("query.set", "--set")] = None,
    format: Annotated[Format, option("query.format", "--format", "-f")] = "table",
    out: Annotated[Path | None, option("query.out", "--out", "--output", "-o")] = None,
    curated: Curated = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Run one SQL query, or a named example, over the datasets and the view `ejecucion`."""
    if examples:
        _list(common.language)
        return 0
    if (sql is None) == (example is None) or (show and example is None):
        why, next_step = "indique una consulta o un ejemplo", "Los ejemplos se listan con: rendicion query --examples."
        raise WrongUsage("rendicion query", why, next_step)
    chosen = None if example is None else _named(example)
    if chosen and show:
        print(chosen.shown(common.language), end="")
        return 0
    if format in _BINARY and out is None and sys.stdout.isatty():
        raise RendicionError(format, "no se puede mostrar en la terminal", "Indique --out ARCHIVO.")
    content = _answer(chosen, sql or "", _parsed(given or []), format, to_read(curated), common.language)
    _write(content, out)
    if chosen and format == "table" and out is None:
        print(chosen.reads[common.language], file=sys.stderr)
    return 0


def _answer(
    chosen: Example | None, sql: str, values: dict[str, str], form: str, curated: Path, lang: str
) -> str | bytes:
    """The answer to an example or else to `sql`; what should be known before it is read goes to the error output."""
    from rendicion_etl.curated.export import named_parameters, run_query

    text = chosen.sql if chosen else sql
    for name, sample in chosen.needs.items() if chosen else ():
        if name not in values:
            why, next_step = "el ejemplo necesita este valor", f"Por ejemplo: --set {name}={sample}."
            raise WrongUsage(f"--set {name}", why, next_step)
    if "$lang" in _NO_NAMES.sub(" ", text):
        values = {"lang": lang, **values}
    answer = run_query(curated, text, form, values)
    if chosen and form == "table":
        print(chosen.asks[lang], file=sys.stderr)
    elif not chosen and (missing := named_parameters(text) - set(values)):
        print(say("query.unset", lang, names=", ".join(sorted(missing))), file=sys.stderr)
    if not chosen and adds_up_too_much(text):
        print(say("query.note", lang), file=sys.stderr)
    return answer


def _write(answer: str | bytes, out: Path | None) -> None:
    from rendicion_etl.archive.store import write_whole

    content = answer if isinstance(answer, bytes) else answer.encode()
    if out is not None:
        write_whole(out, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _parsed(given: list[str]) -> dict[str, str]:
    """`name=value` pairs; a name given twice is an error, since one of its values would be ignored."""
    values: dict[str, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not (name and sign) or name in values:
            raise WrongUsage(f"--set {pair}", "se espera NOMBRE=VALOR, cada nombre una vez", "Corrija la orden.")
        values[name] = value
    return values


def _named(name: str) -> Example:
    """The example of that name; WrongUsage with the nearest ones where there is none."""
    from rendicion_etl.curated.examples import examples

    known = examples()
    if name in known:
        return known[name]
    near = [other for other in known if name.lower() in other][:_NEAR] if name else []
    near = near or get_close_matches(name.lower(), known, _NEAR, cutoff=0.5)
    why, next_step = "no es un ejemplo", "Los ejemplos se listan con: rendicion query --examples."
    if near:
        next_step = f"¿Quiso decir {', '.join(near)}? Todos se listan con: rendicion query --examples."
    raise WrongUsage(name, why, next_step)


def _list(lang: str) -> None:
    """The examples, each with its question and what may be set in it."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from rendicion_etl.curated.examples import examples

    console = Console(highlight=False)
    for one in examples().values():
        console.print(Text(one.name, style="bold"))
        console.print(Padding(Text(one.asks[lang]), (0, 0, 0, 4)))
        sets = [f"{name}={one.needs[name]}" if name in one.needs else name for name in one.parameters]
        console.print(Padding(Text(f"--set: {', '.join(sets)}", style="dim"), (0, 0, 0, 4)))
    first = next(iter(examples()))
    console.print(Text(say("query.next", lang, name=first)), soft_wrap=True)


def adds_up_too_much(sql: str) -> bool:
    """Whether a query over `ejecucion` names neither or only one of the two columns that it must choose by.

    >>> adds_up_too_much("select sum(vigente) from ejecucion where period = 'classification'")
    True
    """
    words = set(re.findall(r"\w+", _NO_NAMES.sub(" ", sql).lower()))
    described = {"describe", "desc", "summarize", "show"} & words
    return "ejecucion" in words and not described and not {"classification", "period"} <= words
