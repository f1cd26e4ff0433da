"""The pages of worked questions: their code runs as it stands there, and answers what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from questions import DOCS, PAGES, SAMPLE, Block, answer, at_home, blocks
from rendicion_etl.curated.examples import examples

TEXTS = {name: (DOCS / name).read_text(encoding="utf-8") for name in PAGES}


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the sample gave, since a page may write; and the sample, where a checkout has it."""
    there = tmp_path_factory.mktemp("questions")
    for name in ("curated", "raw"):
        shutil.copytree(sample_home / name, there / name)
    (there / "raw" / "muestra").mkdir()
    shutil.copy(SAMPLE, there / "raw" / "muestra")
    return there


@pytest.mark.parametrize("name", PAGES)
def test_the_code_of_a_page_gives_the_answers_of_the_page(home: Path, name: str) -> None:
    found = blocks(TEXTS[name])
    with at_home(home) as names:
        told = [answer(block, names) for block in found]
    for block, text in zip(found, told, strict=True):
        assert block.answer in (None, text), f"{block.code}\n(python tests/questions.py writes the answers anew)"
    assert sum(block.answer is not None for block in found) >= 12


@pytest.mark.parametrize("name", PAGES)
def test_every_fence_of_a_page_is_run_or_an_answer(name: str) -> None:
    fences = re.findall(r"^```(\w*)$", TEXTS[name], re.MULTILINE)
    assert fences.count("") * 2 == len(fences)
    opened = [kind for kind in fences if kind]
    assert opened.count("text") == sum(block.answer is not None for block in blocks(TEXTS[name]))
    assert sum(kind in {"sh", "python"} for kind in opened) == len(blocks(TEXTS[name]))
    assert set(opened) == {"sh", "python", "text"}


def test_both_pages_ask_the_same() -> None:
    codes = [[(b.language, b.answer is None) for b in blocks(text)] for text in TEXTS.values()]
    assert codes[0] == codes[1]
    assert len({text.count("\n## ") for text in TEXTS.values()}) == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_every_example_and_each_kind_of_tool(name: str) -> None:
    assert [example for example in examples() if example not in TEXTS[name]] == []
    python = "".join(b.code for b in blocks(TEXTS[name]) if b.language == "python")
    for tool in ("open_curated", "import duckdb", "import pandas"):
        assert tool in python


def test_code_that_fails_or_is_more_than_one_command_is_an_error(home: Path) -> None:
    with at_home(home) as names:
        for code in ("rendicion query 'select nada from documents'\n", "rm -rf x\n", "rendicion findings ; rm x\n"):
            with pytest.raises(AssertionError):
                answer(Block("sh", code, None), names)
        with pytest.raises(ZeroDivisionError):
            answer(Block("python", "1 / 0\n", None), names)
