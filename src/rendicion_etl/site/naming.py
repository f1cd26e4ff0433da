"""How the report names things: a table, what confirms a finding, how to cite it."""

from __future__ import annotations

from rendicion_etl.site.data import Row
from rendicion_etl.site.tabular import TableData
from rendicion_etl.site.words import Words


def table_name(table: Row, words: Words) -> str:
    """What a reader calls a table: its number, else its title, else its place in the document."""
    if table["number"]:
        return str(table["number"])
    title = str(table["title"] or "").partition("\n")[0]
    return title or words("tables.unnamed", k=table["table_id"].rpartition("/")[2], page=table["first_page"])


def evidence_text(finding: Row, tables: dict[str, TableData], words: Words) -> str:
    """Which readings agreed, or why they do not; from the `evidence` that confirmation left."""
    evidence = finding["evidence"]
    readings = evidence.get("readings", [])
    if finding["confidence"] == "confirmed":
        if len(readings) < 2:
            return words("finding.evidence_plain")
        compared = readings[1].get("cells_compared", 0)
        *others, last = (_reader(r, words, compared) for r in readings)
        names = words("finding.and").join((", ".join(others), last))
        key = "finding.evidence_readers" if finding["table_id"] else "finding.evidence_prose"
        return words(key, n=compared, readers=names)
    doubts = []
    if differing := len(evidence.get("differing", [])):
        doubts.append(words("finding.doubt_cells", n=differing))
    for doubt in evidence.get("doubts", []):
        table_id, _, why = str(doubt).partition(": ")
        table = tables.get(table_id)
        doubts.append(words("finding.doubt_reason", table=table_name(table.table, words), why=why) if table else doubt)
    return " ".join(doubts) or words("finding.doubt_plain")


def citation(finding: Row, table: TableData | None, row: str, column: str, document: Row, words: Words) -> str:
    """One sentence with which the place can be found again."""
    parts = [
        document["institution_name"] or words("document.unknown_institution"),
        words.period(document["period"], document["fiscal_year"]),
        f"«{document['file_name']}»",
        words("finding.page", page=finding["page"]) if finding["page"] else "",
        table_name(table.table, words) if table else "",
        words("finding.row", name=row) if row else "",
        words("finding.column", name=column) if column else "",
        f"sha256 {document['sha256'][:16]}…",
        words("finding.id", id=finding["finding_id"]),
    ]
    return ", ".join(p for p in parts if p) + "."


def _reader(reading: Row, words: Words, compared: int) -> str:
    """Who read, with its parser; and how many of the cells `compared` where it looked at some of them only."""
    names = [words.get(f"readers.{name}", name) for name in str(reading["reader"]).split(", ")]
    said = f"{', '.join(names)} ({reading['parser']})" if reading.get("parser") else ", ".join(names)
    looked = reading.get("cells_compared", compared)
    return said if looked == compared else words("finding.evidence_some", reader=said, n=looked)
