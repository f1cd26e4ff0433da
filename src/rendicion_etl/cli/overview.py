"""`rendicion --help`: what the command can do, answered without loading anything.

The parser and its help (cyclopts, rich) take 0.3 s to import; the overview is read most of all and is only text.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

from rendicion_etl.messages import LANGUAGES, say
from rendicion_etl.settings import language
from rendicion_etl.version import VERSION

COMMANDS = (
    "ingest",
    "sources",
    "findings",
    "show",
    "checks",
    "review",
    "query",
    "export",
    "letter",
    "site",
    "monitor",
    "notify",
    "serve",
    "inspect",
    "verify",
    "doctor",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a problem, 2 wrong usage, 3 some documents failed, 4 alarms."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    lang = help_language(given)
    asked = [a for a in _without_language(given) if a]
    if asked in ([], ["--help"], ["-h"]):
        print(overview(lang))
        sys.exit(0)
    if asked == ["--version"]:
        print(VERSION)
        sys.exit(0)
    from rendicion_etl.cli.app import run

    code = run(given)
    sys.stdout.flush()
    sys.exit(code)


def help_language(arguments: Sequence[str]) -> str:
    """The language of help and usage errors, which is needed before arguments can be parsed."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument != "--lang" else "".join(arguments[index + 1 : index + 2])
        if argument.startswith("--lang") and value in LANGUAGES:
            return value
    return language()


def overview(lang: str) -> str:
    """The help of the command as a whole, as wide as the terminal allows."""
    width = min(shutil.get_terminal_size().columns, 100)
    indent = max(map(len, COMMANDS)) + 4
    blocks = [say("app.usage", lang), textwrap.fill(say("app.help", lang), width), f"{say('app.commands', lang)}:"]
    for name in COMMANDS:
        text = f"  {name:<{indent - 2}}{say(f'{name}.help', lang)}"
        blocks.append(textwrap.fill(text, width, subsequent_indent=" " * indent))
    tail = [textwrap.fill(say(key, lang), width) for key in ("app.more", "app.exit_codes")]
    return "\n\n".join(blocks[:2]) + "\n\n" + "\n".join(blocks[2:]) + "\n\n" + "\n".join(tail)


def _without_language(arguments: Sequence[str]) -> list[str]:
    out = list(arguments)
    while "--lang" in out:
        index = out.index("--lang")
        del out[index : index + 2]
    return [a for a in out if not a.startswith("--lang=")]
