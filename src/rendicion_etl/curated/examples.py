"""The named queries of `rendicion query --example`: one file each in `examples/`, whose README says how to add one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOME = Path(__file__).with_name("examples")
_SAID = ("title", "asks", "reads")
_LANGUAGES = ("es", "en")
_HEADER = re.compile(r"-- (\w+(?:\.\w\w)?): (.+)")
_PARAMETER = re.compile(r"\$([a-z_]\w*)")
_OF_THE_PROGRAM = "lang"  # the reader's language, which nobody has to set


class ExampleTextError(ValueError):
    """The file of a named query does not have the form that its readers rely on."""


@dataclass(frozen=True, slots=True)
class Example:
    """A named query. `title`, `asks` and `reads` are by language; `needs` holds what must be set, with a sample."""

    name: str
    title: dict[str, str]
    asks: dict[str, str]
    reads: dict[str, str]
    needs: dict[str, str]
    sql: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """What a user may set, in the order of the query; what the query needs comes first."""
        named = dict.fromkeys([*self.needs, *_PARAMETER.findall(self.sql)])
        return tuple(name for name in named if name != _OF_THE_PROGRAM)

    def shown(self, lang: str) -> str:
        """The query as a text to adapt, with what it is for in a comment that looks like no option (`--`)."""
        said = [self.title[lang], self.asks[lang], self.reads[lang]]
        sets = [f"--set {name}={self.needs.get(name, '...')}" for name in self.parameters]
        return "/* " + "\n   ".join((*said, " ".join(sets))) + f" */\n{self.sql}"


@cache
def examples() -> dict[str, Example]:
    """All named queries by name, in alphabetical order."""
    return {path.stem: parse_example(path.stem, path.read_text("utf-8")) for path in sorted(HOME.glob("*.sql"))}


def parse_example(name: str, text: str) -> Example:
    """A named query from its file; ExampleTextError where its header is not whole."""
    lines = text.splitlines(keepends=True)
    count = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header: dict[str, str] = {}
    for line in lines[:count]:
        match = _HEADER.fullmatch(line.strip())
        if not match or match[1] in header:
            raise ExampleTextError(f"{name}: «-- name: text», each once, is expected, not {line.strip()!r}")
        header[match[1]] = match[2]
    needs = dict(pair.split("=", 1) for pair in header.pop("needs", "").split())
    wanted = {f"{key}.{lang}" for key in _SAID for lang in _LANGUAGES}
    if set(header) != wanted:
        raise ExampleTextError(f"{name}: the header differs from the form in {sorted(wanted ^ set(header))}")
    title, asks, reads = ({lang: header[f"{key}.{lang}"] for lang in _LANGUAGES} for key in _SAID)
    return Example(name, title, asks, reads, needs, "".join(lines[count:]))
