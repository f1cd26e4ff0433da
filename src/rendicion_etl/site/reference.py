"""The pages to look things up in: the rules with what they found, the data dictionary, the method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.checks.public_rule import HEADINGS, public_rule
from rendicion_etl.checks.registry import RULES
from rendicion_etl.curated.field import Dataset
from rendicion_etl.curated.query import named_rows
from rendicion_etl.curated.schemas import DATASETS, QUARANTINE, VIEWS
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.data import Row
from rendicion_etl.site.pages import FINDINGS, SECTIONS, drawn, write_json, write_page
from rendicion_etl.site.words import Words

if TYPE_CHECKING:
    import duckdb

_MOST_FINDINGS = 500  # on the page of one rule; its JSON and the downloads have all
_OUTCOMES = """
SELECT check_id, reason, outcome <> 'not_applicable' AS applied, count(*) AS tables,
    count(DISTINCT document_id) AS documents, sum(n_applied)::BIGINT AS made, sum(n_passed)::BIGINT AS held
FROM check_results GROUP BY ALL ORDER BY tables DESC, reason
"""
_DOUBTS = "SELECT check_id, count(*) FROM findings WHERE confidence <> 'confirmed' GROUP BY check_id"
_FOUND = """
SELECT check_id, finding_id, severity, document_id, message_es, message_en, institution_name, file_name,
    nullif(f.fiscal_year, 0) AS fiscal_year, d.period
FROM findings f JOIN documents d USING (document_id)
WHERE confidence = 'confirmed'
ORDER BY retrieved_at DESC, document_id, page, table_id, "row", finding_id
"""
# The parts of the page about the method, in their order; each is a text of its own.
METHOD = ("sources", "reading", "checking", "confirming", "severity", "claims", "corrections", "replies", "use")


@dataclass
class Record:
    """What a rule did over all documents: `held` of `made` comparisons in `tables` tables; `in_doubt` are in neither.

    `refused` are the reasons why it did not apply, with how often; `findings` are the confirmed ones.
    """

    tables: int = 0
    documents: int = 0
    made: int = 0
    held: int = 0
    in_doubt: int = 0
    refused: list[tuple[str | None, int]] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def write_rules(home: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the list of the rules and a page for each, from the texts that `docs/reglas` is made of."""
    records = records_of(connection)
    pages = drawn(home, [f"{FINDINGS}/{f['finding_id']}" for r in records.values() for f in r.findings])
    folder = SECTIONS["rules"]

    def listed(words: Words) -> dict[str, Any]:
        return {"rules": [(rule, public_rule(rule.check_id, words.lang), records[rule.check_id]) for rule in RULES]}

    write_page(home, folder, "rules.html", listed, "rules")
    told = []
    for rule in RULES:
        record = records[rule.check_id]

        def page(words: Words, rule: Any = rule, record: Record = record) -> dict[str, Any]:
            return {
                "rule": rule,
                "said": public_rule(rule.check_id, words.lang),
                "heads": HEADINGS[words.lang],
                "record": record,
                "drawn": pages,
                "shown": record.findings[:_MOST_FINDINGS],
            }

        write_page(home, f"{folder}/{rule.check_id}", "rule.html", page, "rules")
        about = {"check_id": rule.check_id, "version": rule.version, "severity": rule.severity}
        texts = {lang: asdict(public_rule(rule.check_id, lang)) for lang in LANGUAGES}
        write_json(home / folder / rule.check_id, {**about, "texts": texts, **asdict(record)})
        told.append({**about, "titles": {lang: texts[lang]["title"] for lang in LANGUAGES}})
    write_json(home / folder, {"rules": told})


def records_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Record]:
    """What each rule of the registry did over all published documents."""
    records: defaultdict[str, Record] = defaultdict(Record)
    for rule in RULES:
        records[rule.check_id] = Record()
    for row in named_rows(connection, _OUTCOMES):
        record = records[row["check_id"]]
        if row["applied"]:
            record.tables += row["tables"]
            record.documents += row["documents"]
            record.made += row["made"]
            record.held += row["held"]
        else:
            record.refused.append((row["reason"], row["tables"]))
    for check_id, doubts in connection.execute(_DOUBTS).fetchall():
        records[check_id].in_doubt = doubts
        records[check_id].made -= doubts
    for found in named_rows(connection, _FOUND):
        records[found["check_id"]].findings.append(found)
    return records


def write_dictionary_page(home: Path) -> None:
    """Write the data dictionary from the field table: the datasets, the views, the quarantine."""

    def context(words: Words) -> dict[str, Any]:
        return {"datasets": list(DATASETS.values()), "views": list(VIEWS.values()), "quarantine": QUARANTINE}

    folder = SECTIONS["dictionary"]
    write_page(home, folder, "dictionary.html", context, "dictionary")
    write_json(home / folder, {"datasets": _plain(DATASETS.values()), "views": _plain(VIEWS.values())})


def write_method(home: Path) -> None:
    """Write the page about the method; a part is a heading, a line break, and paragraphs with blank lines between."""

    def context(words: Words) -> dict[str, Any]:
        return {"parts": [(name, *_paragraphs(words(f"method_page.{name}"))) for name in METHOD]}

    folder = SECTIONS["method"]
    write_page(home, folder, "method.html", context, "method")
    texts = {lang: {name: Words(lang)(f"method_page.{name}") for name in METHOD} for lang in LANGUAGES}
    write_json(home / folder, texts)


def _paragraphs(text: str) -> tuple[str, list[str]]:
    heading, *paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
    return heading, paragraphs


def _plain(datasets: Iterable[Dataset]) -> list[dict[str, Any]]:
    return [asdict(dataset) for dataset in datasets]
