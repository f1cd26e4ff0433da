"""`rendicion doctor`: what is missing on this machine, each with the command that mends it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from rendicion_etl.cli.options import AsJson, Common, Curated, Raw, folder
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings

_REINSTALL = "pip install --force-reinstall -r requirements.lock"
# Pairs that install without complaint and fail later. Measured with prefect 3.8: with fastapi 0.155 every flow
# dies; with sqlalchemy 2.1 scheduled runs are never made, and only the server's log says so.
_KNOWN_BAD = (("fastapi", (0, 151), "doctor.fastapi"), ("sqlalchemy", (2, 1), "doctor.sqlalchemy"))
_OPTIONAL = (("prefect", "doctor.prefect"),)
_LITTLE_MEMORY_MB = 2048


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at: `ok`, `warning` (works without), `problem` (mend it), with the command that mends it."""

    subject: str
    state: Literal["ok", "warning", "problem"]
    said: str
    fix: str | None = None


def doctor(
    *,
    as_json: AsJson = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Check this machine; exit 0 when nothing needs mending, else 1."""
    lang = common.language
    found = [
        python_version(sys.version_info[:3], lang),
        *dependencies(lang),
        *known_bad(lang),
        *optional(lang),
        writable("curated", folder(curated, "curated"), lang),
        writable("raw", folder(raw, "raw"), lang),
        suites(Settings().expectations_dir, lang),
        machine(lang),
    ]
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json([vars(d) for d in found]))
    else:
        _show(found, lang)
    return int(any(d.state == "problem" for d in found))


def python_version(running: tuple[int, ...], lang: str) -> Diagnosis:
    said = ".".join(map(str, running))
    if running >= (3, 11):
        return Diagnosis("Python", "ok", said)
    return Diagnosis("Python", "problem", say("doctor.python", lang, version=said), "python3.11 -m venv .venv")


def dependencies(lang: str) -> Iterator[Diagnosis]:
    """Every requirement of the package: installed, and within its bounds."""
    from packaging.requirements import Requirement

    try:
        lines = requires("rendicion-etl") or []
    except PackageNotFoundError:
        yield Diagnosis("rendicion-etl", "problem", say("doctor.missing", lang), "pip install --no-deps --editable .")
        return
    for line in lines:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        installed = _installed(wanted.name)
        if installed is None:
            said = say("doctor.missing", lang)
        elif not wanted.specifier.contains(installed, prereleases=True):
            said = say("doctor.outside", lang, version=installed, wanted=wanted.specifier)
        else:
            yield Diagnosis(wanted.name, "ok", installed)
            continue
        yield Diagnosis(wanted.name, "problem", said, _REINSTALL)


def known_bad(lang: str) -> Iterator[Diagnosis]:
    """Versions that pip thinks compatible and that are not."""
    for name, limit, key in _KNOWN_BAD:
        installed = _installed(name)
        if installed and numbers_of(installed) >= limit and _installed("prefect"):
            fix = f"pip install '{name}<{'.'.join(map(str, limit))}'"
            yield Diagnosis(f"prefect + {name}", "problem", say(key, lang, version=installed), fix)


def optional(lang: str) -> Iterator[Diagnosis]:
    for name, key in _OPTIONAL:
        if _installed(name) is None:
            yield Diagnosis(name, "warning", say(key, lang), f"pip install {name}")


def writable(subject: str, path: Path, lang: str) -> Diagnosis:
    """Whether a folder, or the nearest one above it that exists, can be written."""
    home = path.resolve()
    while not home.exists():
        home = home.parent
    try:
        with tempfile.TemporaryFile(dir=home):
            return Diagnosis(subject, "ok", str(path))
    except OSError as error:
        said = say("doctor.not_writable", lang, path=path, error=error.strerror)
        return Diagnosis(subject, "problem", said, f"chmod u+rwx {home}")


def suites(path: Path, lang: str) -> Diagnosis:
    number = len(list(path.glob("*.json"))) if path.is_dir() else 0
    if number:
        return Diagnosis("expectations", "ok", say("doctor.suites", lang, n=number, path=path))
    said = say("doctor.no_suites", lang, path=path)
    return Diagnosis("expectations", "problem", said, "export RENDICION_EXPECTATIONS=/ruta/a/expectations")


def machine(lang: str) -> Diagnosis:
    """Cores and memory; little memory is a warning, since documents are read at the same time."""
    cores = os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    except (AttributeError, OSError, ValueError):
        return Diagnosis("CPU", "ok", str(cores))
    said = say("doctor.machine", lang, cores=cores, memory=memory)
    little = memory < _LITTLE_MEMORY_MB
    return Diagnosis("CPU, RAM", "warning" if little else "ok", said, "rendicion ingest --jobs 1" if little else None)


def numbers_of(text: str) -> tuple[int, ...]:
    """The release numbers of a version: `0.155.0rc1` -> (0, 155, 0)."""
    match = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, match[0].split("."))) if match else ()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _show(found: list[Diagnosis], lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    marks = {"ok": ("\N{CHECK MARK}", "green"), "warning": ("!", "yellow"), "problem": ("\N{BALLOT X}", "bold red")}
    for diagnosis in found:
        mark, style = marks[diagnosis.state]
        console.print(Text.assemble((mark, style), f" {diagnosis.subject}: {diagnosis.said}"), soft_wrap=True)
        if diagnosis.fix:
            console.print(Text(f"    {say('doctor.fix', lang)} {diagnosis.fix}"), soft_wrap=True)
    problems = sum(d.state == "problem" for d in found)
    console.print(say("doctor.well" if not problems else "doctor.problems", lang, n=problems), style="bold")
