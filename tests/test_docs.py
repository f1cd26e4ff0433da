"""What the documents promise exists, and what exists is told in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from rendicion_etl.cli.overview import COMMANDS
from rendicion_etl.version import VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
TWINS = [("README.md", "LEEME.md"), ("docs/using.md", "docs/uso.md"), ("docs/installing.md", "docs/instalacion.md")]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_version_is_one() -> None:
    assert PROJECT["project"]["version"] == VERSION
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_lock_holds_every_requirement_within_its_bounds_and_names_no_host() -> None:
    locked = [Requirement(line) for line in LOCK.splitlines() if line and not line.startswith("#")]
    versions = {normal(r.name): str(r.specifier).removeprefix("==") for r in locked}
    wanted = [Requirement(line) for line in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])]
    assert {r.name for r in wanted if not r.specifier.contains(versions.get(normal(r.name), "0"))} == set()
    assert not re.search(r"://|--(index|extra|find|trusted)|\bfile:|@ ", LOCK)


@pytest.mark.parametrize("name", [name for pair in TWINS for name in pair] + ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize(("english", "spanish"), TWINS)
def test_twins_show_the_same_commands_and_sections(english: str, spanish: str) -> None:
    first, second = (ROOT / english).read_text(), (ROOT / spanish).read_text()
    assert first.count("\n## ") == second.count("\n## ")
    assert re.findall(r"RENDICION_\w+", first) == re.findall(r"RENDICION_\w+", second)
    assert len(re.findall(r"^rendicion |^make ", first, re.M)) == len(re.findall(r"^rendicion |^make ", second, re.M))


@pytest.mark.parametrize("name", ["README.md", "LEEME.md"])
def test_the_readme_begins_with_the_two_commands_and_names_the_others(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"^(make \w+)", text, re.M)[:2] == ["make demo", "make test"]
    for command in COMMANDS:
        assert f"rendicion {command}" in text


def test_every_setting_is_documented() -> None:
    source = (ROOT / "src" / "rendicion_etl" / "settings.py").read_text()
    settings = set(re.findall(r'"(RENDICION_\w+)"', source))
    assert "RENDICION_JOBS" in settings
    for name in ("docs/using.md", "docs/uso.md"):
        assert settings - set(re.findall(r"RENDICION_\w+", (ROOT / name).read_text())) == set()
