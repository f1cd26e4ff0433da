"""The ledger keeps what was published in one readable file a document, and is never begun anew in silence."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl.errors import RendicionError
from rendicion_etl.site.ledger import Entry, Event, Ledger, Packed, read_ledger, write_ledger

DAY = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
DOCUMENT, FINDING = "scep-2021-c1-0123abcd", "00000000000000a1"
OF_DOCUMENT: dict[str, Any] = {
    "document_id": DOCUMENT,
    "sha256": "0123abcd" * 8,
    "file_name": "informe.pdf",
    "retrieved_at": "2021-05-14T03:00:00+00:00",
    "institution_name": "Secretaría de Ejemplo",
    "fiscal_year": 2021,
    "period": "C1",
    "n_pages": 2,
    "n_tables": 1,
    "pipeline_version": "1",
    "supersedes": None,
}
OF_FINDING: dict[str, Any] = {
    "document_id": DOCUMENT,
    "sha256": OF_DOCUMENT["sha256"],
    "pipeline_version": "1",
    "check_id": "totals.column_sum",
    "check_version": "1",
    "severity": "critical",
    "table_id": f"{DOCUMENT}/t01",
    "table_number": "Tabla No. 1",
    "page": 1,
    "column_role": "vigente",
    "printed": "310",
    "expected": "300",
    "difference": "10",
    "printed_text": "Q 310.00",
    "expected_text": None,
    "message_es": "El total dice 310.00, pero sus filas suman 300.00.",
    "message_en": "The total says 310.00, but its rows sum to 300.00.",
}


def ledger(*events: Event) -> Ledger:
    document = Entry(DOCUMENT, Packed.of(OF_DOCUMENT), [Event(DAY, "published")])
    finding = Entry(DOCUMENT, Packed.of(OF_FINDING), [Event(DAY, "published"), *events])
    return Ledger({DOCUMENT: document}, {FINDING: finding})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    versions = {"before": {"pipeline": "1", "check": "1"}, "after": {"pipeline": "2", "check": None}}
    withdrawn = Event(DAY + dt.timedelta(1), "withdrawn", "reread", doubt=True, **versions)
    replaced = Event(DAY + dt.timedelta(3), "withdrawn", "replaced", replaced_by="scep-2021-c1-deadbeef")
    kept = ledger(withdrawn, Event(DAY + dt.timedelta(2), "returned"), replaced)
    write_ledger(tmp_path, kept)
    assert read_ledger(tmp_path) == kept
    assert read_ledger(tmp_path).findings[FINDING].withdrawal == replaced
    assert [path.name for path in (tmp_path / "ledger").iterdir()] == [f"{DOCUMENT}.json"]


def test_where_nothing_was_published_the_ledger_is_empty(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == Ledger()


def test_a_file_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    write_ledger(tmp_path, ledger())
    path = tmp_path / "ledger" / f"{DOCUMENT}.json"
    before = path.stat().st_mtime_ns, path.read_bytes()
    write_ledger(tmp_path, read_ledger(tmp_path))
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def spoil(said: dict[str, Any], *place: str | int, value: Any = None) -> None:
    *way, last = place
    for step in way:
        said = said[step]  # type: ignore[index]
    said[last] = value  # type: ignore[index]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), 2),
        (("document_id",), "scep-2021-c1-deadbeef"),
        (("findings",), []),
        (("findings", FINDING, "events"), []),
        (("findings", FINDING, "events", 0, "what"), "withdrawn"),
        (("findings", FINDING, "events", 0, "at"), "ayer"),
        (("findings", FINDING, "events", 0, "at"), "2025-03-01T12:00:00"),
        (("findings", FINDING, "row"), {"document_id": DOCUMENT}),
        (("findings", FINDING, "row", "document_id"), "../.."),
        (("findings", "../../etc"), {"row": OF_FINDING, "events": [{"at": DAY.isoformat(), "what": "published"}]}),
        (("document", "row"), None),
    ],
)
def test_a_damaged_file_stops_with_its_name(tmp_path: Path, place: tuple[str | int, ...], value: Any) -> None:
    write_ledger(tmp_path, ledger())
    path = tmp_path / "ledger" / f"{DOCUMENT}.json"
    said = json.loads(path.read_text())
    spoil(said, *place, value=value)
    path.write_text(json.dumps(said))
    with pytest.raises(RendicionError, match=r"scep-2021-c1-0123abcd\.json.* dañado.*copia de respaldo"):
        read_ledger(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_a_file_cut_off_stops_too(tmp_path: Path, content: bytes) -> None:
    write_ledger(tmp_path, ledger())
    (tmp_path / "ledger" / f"{DOCUMENT}.json").write_bytes(content)
    with pytest.raises(RendicionError, match="dañado"):
        read_ledger(tmp_path)
