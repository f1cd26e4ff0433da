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
TWINS = [
    ("README.md", "LEEME.md"),
    ("docs/using.md", "docs/uso.md"),
    ("docs/installing.md", "docs/instalacion.md"),
    ("docs/sources.md", "docs/fuentes.md"),
    ("docs/questions.md", "docs/preguntas.md"),
    ("docs/notifications.md", "docs/avisos.md"),
    ("docs/scale.md", "docs/escala.md"),
    ("docs/corrections.md", "docs/correcciones.md"),
    ("docs/operations.md", "docs/operacion.md"),
]


READMES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("src/**/README.md"),
    ]
)


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


def test_the_licence_of_every_locked_package_is_listed() -> None:
    """As installed where the list is made: Linux, and the oldest Python that is supported."""
    there = {"python_full_version": "3.11.9", "python_version": "3.11", "sys_platform": "linux"}
    locked = [Requirement(line) for line in LOCK.splitlines() if line and not line.startswith("#")]
    wanted = {(normal(r.name), str(r.specifier)[2:]) for r in locked if not r.marker or r.marker.evaluate(there)}
    rows = [line.split("|") for line in (ROOT / "docs/licences.md").read_text().splitlines() if line.startswith("| ")]
    listed = {(normal(name.strip()), version.strip()): licence.strip() for _, name, version, licence, _ in rows[1:]}
    assert wanted - set(listed) == set(), "make licences"
    assert all(listed.values())


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def code_named(text: str) -> set[str]:
    """What a document names as code of ours: paths of modules and tables, dotted names of the package."""
    marked = [part for span in re.findall(r"`([^`\n]+)`", text) for part in span.split()]
    paths = {part for part in marked if re.fullmatch(r"[\w./*-]+\.(?:py|toml|csv)", part)}
    return paths | set(re.findall(r"\brendicion_etl(?:\.\w+)+", text))


def is_there(named: str, beside: Path) -> bool:
    package = ROOT / "src" / "rendicion_etl"
    if named.startswith("rendicion_etl."):
        *home, last = named.split(".")[1:]
        module = package.joinpath(*home)
        source = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        beneath = module / last
        is_module = beneath.is_dir() or beneath.with_suffix(".py").exists()
        return is_module or (source.exists() and re.search(rf"\b{last}\b", source.read_text()) is not None)
    if "/" not in named:  # a file of the folder that the text is about
        return any(package.rglob(named)) or any(ROOT.glob(named))
    return any(any(home.glob(named)) for home in (ROOT, package, beside))


@pytest.mark.parametrize("name", READMES)
def test_the_code_that_a_document_names_exists(name: str) -> None:
    path = ROOT / name
    assert [named for named in sorted(code_named(path.read_text())) if not is_there(named, path.parent)] == []


def test_code_is_recognised_in_a_document_and_looked_for() -> None:
    there = {"checks/gx/contract.py", "rendicion_etl.runs.run.ingest", "rendicion_etl.ingest", "rows.py"}
    gone = {"checks/contract.py", "rendicion_etl.checks.suites.run", "rendicion_etl.nada", "nada.py"}
    named = code_named(" y ".join(f"`{name}`" for name in there | gone))
    assert {name for name in named if is_there(name, ROOT)} == there
    assert named == there | gone


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
