"""Pages for tests that only need lines of text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def pages(*texts: str) -> Any:
    """One page per text, one line per line; the lines have no boxes, which nothing under test looks at."""
    return [
        SimpleNamespace(
            number=number,
            height=792.0,
            lines=[SimpleNamespace(text=line.strip(), box=None, bold=False) for line in text.strip().splitlines()],
        )
        for number, text in enumerate(texts, 1)
    ]
