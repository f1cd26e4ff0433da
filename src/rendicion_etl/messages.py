"""What the program says to people, in Spanish and English, from one catalogue (messages.toml)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("es", "en")


def say(key: str, lang: str, **values: Any) -> str:
    """The message `key` in a language, its {places} filled; raises KeyError for a key that is not catalogued."""
    text: str = catalogue()["messages"][key][lang]
    return text.format(**values)


def reason(spanish: str, lang: str) -> str:
    """A reason or next step of an error, which the code writes in Spanish; what is not catalogued stays as it is.

    What varies in it may be a reason itself, and is translated too.
    """
    if lang == "es":
        return spanish
    for pattern, english in _reasons():
        if match := pattern.fullmatch(spanish):
            return english.format(*(reason(part, lang) for part in match.groups()))
    return spanish


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """`messages`: key -> {es, en}; `reasons`: Spanish -> English, {} standing for what varies."""
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))


@cache
def _reasons() -> list[tuple[re.Pattern[str], str]]:
    pairs: dict[str, str] = catalogue()["reasons"]
    return [(re.compile(re.escape(es).replace(r"\{\}", "(.*?)"), re.DOTALL), en) for es, en in pairs.items()]
