"""Options that several commands share, and the language that they speak."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from rendicion_etl.cli.overview import help_language
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings, address_of, home, language

HELP_LANG = help_language(sys.argv[1:])
OK, PROBLEM, USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130  # exit codes


def option(key: str, *names: str, **more: Any) -> Parameter:
    """An option whose help is the message `key`; defaults are told in that text, in the reader's language."""
    more.setdefault("negative", "")
    return Parameter(
        name=list(names) or None,
        help=say(key, HELP_LANG),
        show_default=False,
        show_choices=False,
        show_env_var=False,
        **more,
    )


class WrongUsage(RendicionError):
    """Something was asked for that cannot be: told like any problem, with the exit code of wrong usage."""


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Options that every command has."""

    lang: Annotated[Literal["es", "en"] | None, option("option.lang")] = None
    debug: Annotated[bool, option("option.debug")] = False

    @property
    def language(self) -> str:
        return self.lang or language()


Curated = Annotated[Path | None, option("option.curated", "--curated")]
Raw = Annotated[Path | None, option("option.raw", "--raw")]
AsJson = Annotated[bool, option("option.json", "--json")]


def folder(given: Path | None, name: str) -> Path:
    """A folder as given, or else from the settings; of the address of a store, its copy."""
    return home(given) if given else Path(getattr(Settings(), name))


def to_read(given: Path | None) -> Path:
    """The folder of the published data to read; RendicionError where it is a store's, and the store cannot be read."""
    curated = folder(given, "curated")
    if address_of(curated):
        from rendicion_etl.curated.remote import must_be_whole, pull

        must_be_whole(curated, pull(curated))
    return curated


def is_interactive() -> bool:
    """Whether somebody watches: no progress bars into files, pipes and logs."""
    return sys.stderr.isatty() and "CI" not in os.environ
