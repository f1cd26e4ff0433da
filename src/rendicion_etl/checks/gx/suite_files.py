"""The suites as files: JSON that people read and compare, checked strictly before it is trusted.

Great Expectations would drop an entry whose type it does not know and go green on the rest; here that is an error.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.checks.gx.verdict import Family
from rendicion_etl.checks.model import Rule
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.errors import RendicionError

RULE_TYPE = "expect_documents_to_satisfy_rule"


class SuiteError(RendicionError):
    """The suites cannot be trusted: an entry is unknown, incomplete or missing. Nothing may be published."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why, "Corrija el archivo en la carpeta de suites (véase su README.md).")


@dataclass(frozen=True)
class Entry:
    """One expectation of a file: its stable id, what it asserts, and how often it must apply at least."""

    id: str
    type: str
    kwargs: dict[str, Any]
    text_es: str
    text_en: str
    minimum_applied: int


@dataclass(frozen=True)
class SuiteFile:
    """A suite: the dataset that it judges and the columns that name a failing place."""

    name: str
    family: Family
    dataset: str
    places: tuple[str, ...]
    entries: tuple[Entry, ...]
    content: dict[str, Any]

    def build(self) -> Any:
        """The suite as Great Expectations holds it, in memory only; SuiteError unless every entry was taken."""
        from great_expectations import ExpectationSuite

        import rendicion_etl.checks.gx.contract_expectations  # noqa: F401

        try:
            suite = ExpectationSuite(**json.loads(json.dumps(self.content)))
        except Exception as error:  # misspelt keys and arguments raise in several ways
            raise SuiteError(f"{self.name}.json", str(error)) from error
        loaded = {expectation.meta["id"] for expectation in suite.expectations}
        dropped = [f"{entry.id} ({entry.type})" for entry in self.entries if entry.id not in loaded]
        if dropped or len(suite.expectations) != len(self.entries):
            raise SuiteError(f"{self.name}.json", f"Great Expectations no reconoce: {', '.join(dropped)}")
        return suite


def load_suite_files(expectations_dir: Path) -> list[SuiteFile]:
    """All suites of a folder, the contract first. Every dataset must have one, and ids must not repeat."""
    files = [read_suite_file(path) for path in sorted(expectations_dir.glob("*.json"))]
    where = str(expectations_dir)
    missing = [dataset for dataset in DATASETS if dataset not in {f.dataset for f in files if f.family == "contract"}]
    if missing:
        raise SuiteError(where, f"falta la suite de: {', '.join(missing)}")
    if not any(file.family == "accountability" for file in files):
        raise SuiteError(where, "falta la suite de rendición de cuentas")
    ids = Counter(entry.id for file in files for entry in file.entries)
    repeated = [id_ for id_, n in ids.items() if n > 1]
    if repeated:
        raise SuiteError(where, f"identificadores repetidos: {', '.join(repeated)}")
    return sorted(files, key=lambda file: (file.family != "contract", list(DATASETS).index(file.dataset), file.name))


def read_suite_file(path: Path) -> SuiteFile:
    """One suite; SuiteError if it is not JSON, an entry lacks its id or a text, or their number is not `meta.count`.

    The count stands apart from the entries, so that a file cut short is not taken for a shorter suite.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        meta = content["meta"]
        entries = tuple(_entry(path, raw) for raw in content["expectations"])
        file = SuiteFile(content["name"], meta["family"], meta["dataset"], tuple(meta["places"]), entries, content)
    except (ValueError, KeyError, TypeError) as error:
        raise SuiteError(path.name, f"no es una suite completa ({type(error).__name__}: {error})") from error
    if file.dataset not in DATASETS or file.family not in ("contract", "accountability") or not entries:
        raise SuiteError(path.name, "la familia o el conjunto de datos no existe, o la suite está vacía")
    if meta.get("count") != len(entries):
        said = f"su cabecera anuncia {meta.get('count')} expectativas (meta.count) y trae {len(entries)}"
        raise SuiteError(path.name, said)
    return file


def _entry(path: Path, raw: dict[str, Any]) -> Entry:
    meta = raw["meta"]
    entry = Entry(
        id=meta["id"],
        type=raw["type"],
        kwargs=raw["kwargs"],
        text_es=raw["notes"],
        text_en=meta["en"],
        minimum_applied=int(meta.get("minimum_applied", 0)),
    )
    if not (entry.id and entry.text_es and entry.text_en):
        raise SuiteError(path.name, f"una expectativa no tiene id, notes o en: {raw['type']}")
    return entry


def rules_named(files: Sequence[SuiteFile]) -> list[str]:
    """The check_ids that the accountability suites ask for."""
    return [entry.kwargs["rule"] for file in files for entry in file.entries if entry.type == RULE_TYPE]


def assert_rules_covered(files: Sequence[SuiteFile], rules: Sequence[Rule]) -> None:
    """Every rule of the registry has its expectation, and every such expectation its rule; SuiteError otherwise."""
    named, registered = set(rules_named(files)), {rule.check_id for rule in rules}
    if named != registered:
        apart = ", ".join(sorted(named ^ registered))
        raise SuiteError("rendicion_de_cuentas.json", f"las reglas y la suite no coinciden en: {apart}")
