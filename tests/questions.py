"""Runs the code of the pages of worked questions as it stands there, on the sample, and sets it beside the answers.

`python tests/questions.py` writes the answers anew into docs/preguntas.md and docs/questions.md: read the difference
before you commit it, since it is what a reader will be told.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
SAMPLE = Path(__file__).parents[1] / "raw" / "muestra" / "scep-2021-c1.pdf"
PAGES = ("preguntas.md", "questions.md")
WIDTH = "100"
_BLOCKS = re.compile(r"^```(sh|python)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """Code on a page, with the answer that the page gives, or None where it gives none."""

    language: str
    code: str
    answer: str | None


def blocks(page: str) -> list[Block]:
    return [Block(*match.groups()) for match in _BLOCKS.finditer(page)]


@contextmanager
def at_home(home: Path) -> Iterator[dict[str, Any]]:
    """Stand in a folder that has `curated` and `raw`, at a terminal of known width; gives what Python blocks share."""
    before = {name: os.environ.get(name) for name in ("COLUMNS", "RENDICION_LANG", "RENDICION_CURATED")}
    for name in before:
        os.environ.pop(name, None)
    os.environ["COLUMNS"] = WIDTH
    try:
        with chdir(home):
            yield {"__name__": "__page__"}
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def answer(block: Block, names: dict[str, Any]) -> str:
    """What the code prints, without spaces at the ends of lines."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        if block.language == "python":
            exec(block.code, names)
        else:
            _command(block.code)
    out.flush()
    told = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in told.replace("\r\n", "\n").splitlines())


def _command(code: str) -> None:
    from rendicion_etl.cli.app import run

    program, *arguments = shlex.split(code.replace("\\\n", " "))
    assert program == "rendicion", f"one command of ours a block, not {program}"
    assert not {"|", ">", ";", "&&", "rendicion"} & set(arguments), "one command a block"
    assert run(arguments) == 0, code


def rewrite(home: Path) -> None:
    """Write the answers anew into both pages."""
    for name in PAGES:
        path = DOCS / name
        page = path.read_text(encoding="utf-8")
        with at_home(home) as names:
            made = {block: answer(block, names) for block in blocks(page)}

        def anew(match: re.Match[str], made: dict[Block, str] = made) -> str:
            block = Block(*match.groups())
            code = f"```{block.language}\n{block.code}```\n"
            return code if block.answer is None else f"{code}\n```text\n{made[block]}```\n"

        path.write_text(_BLOCKS.sub(anew, page), encoding="utf-8")


if __name__ == "__main__":
    from rendicion_etl import ingest

    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "raw" / "muestra").mkdir(parents=True)
        (home / "raw" / "muestra" / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
        sys.exit(
            ingest(home / "raw" / "muestra", curated=home / "curated", raw=home / "raw").exit_code or rewrite(home)
        )
