"""What needs a person is listed with the most valuable first, and nothing that a person has settled."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from curated_examples import SHA, VERSION, document, finding, published, result, stored, table

from corrected import correction
from rendicion_etl.checks.corrected import DOUBT
from rendicion_etl.checks.model import Finding
from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.records import records_of
from rendicion_etl.curated.review import Item, review
from rendicion_etl.curated.writer import publish as write
from rendicion_etl.curated.writer import stage
from rendicion_etl.normalize.correction_files import Corrections, version_with
from rendicion_etl.normalize.model import Document

PLACES = (
    ("header", "Departamento", "Vigente"),
    ("detail", "Guatemala", "Q 200.00"),
    ("detail", "Quihce Norte", "Q 100.00"),
    ("detail", "El Exterior", "Q 50.00"),
    ("total", "Total", "Q 350.00"),
)


def doubted(of: Document, *doubts: str, col: int = 1, **more: Any) -> Finding:
    evidence = {"readings": [], "differing": [], "doubts": [f"{of.tables[0].table_id}: {d}" for d in doubts]}
    return finding(of, col=col, evidence=evidence, **more)


def found(home: Path, corrections: Corrections | None = None, document: str | None = None) -> list[Item]:
    with open_curated(home / "curated") as connection:
        return review(connection, corrections or {}, home / "curated", home / "raw", document)


def publish(home: Path, of: Document, *findings: Finding, **more: Any) -> None:
    published(home / "curated", of, result(*findings), **more)


def test_doubts_come_by_severity_then_by_the_money_at_stake(tmp_path: Path) -> None:
    of = document(table(unit="GTQ_thousands"))
    small, large = {"expected": Decimal(299)}, {"expected": Decimal(200)}
    said = [
        doubted(of, "x", severity="info", col=4, row=1, **large),
        doubted(of, "x", severity="warning", col=2, **large),
        doubted(of, "x", col=1, row=1, **small),
        doubted(of, "x", col=1, row=2, **large),
        finding(of, confidence="confirmed"),
    ]
    publish(tmp_path, of, *said)
    items = found(tmp_path)
    assert [(i.rank, i.row, i.col, i.amount) for i in items] == [
        ("critical", 2, 1, Decimal(100_000)),
        ("critical", 1, 1, Decimal(1_000)),
        ("warning", 3, 2, Decimal(100_000)),
        ("info", 1, 4, Decimal(100_000)),
    ]


def test_the_cells_that_were_read_differently_are_looked_at_first(tmp_path: Path) -> None:
    of = document(table())
    evidence = {"differing": [{"table_id": of.tables[0].table_id, "row": 1, "col": 1, "page": 1, "text": "x"}]}
    publish(tmp_path, of, finding(of, evidence=evidence))
    (item,) = found(tmp_path)
    assert [cell[1:] for cell in item.cells] == [(1, 1), (3, 1)]


def test_what_a_correction_made_is_not_asked_again(tmp_path: Path) -> None:
    of = document(table())
    publish(tmp_path, of, doubted(of, DOUBT), doubted(of, DOUBT, "hay números", col=2))
    assert [i.col for i in found(tmp_path)] == [2]


def test_what_was_replaced_is_left_out(tmp_path: Path) -> None:
    old, new = document(table()), document(table(), sha256="f" * 64)
    publish(tmp_path, old, doubted(old, "x"))
    publish(tmp_path, new, doubted(new, "x"), supersedes=old.document_id)
    assert [i.document_id for i in found(tmp_path)] == [new.document_id]


def test_tables_that_were_read_otherwise_twice_are_told_where_their_share_is_low(tmp_path: Path) -> None:
    low, high, copy = table(agreement=Decimal("0.5")), table(agreement=Decimal("0.95")), table(agreement=Decimal("0.1"))
    of = document(low, high, copy)
    copy.copy_of = low.table_id
    publish(tmp_path, of)
    (item,) = found(tmp_path)
    assert (item.kind, item.table_id, item.amount, item.values["share"]) == ("table", low.table_id, Decimal(300), "50")


def test_rows_whose_place_is_not_known_are_told_in_tables_by_place(tmp_path: Path) -> None:
    by_place = table(*PLACES, roles=("label", "vigente"), kind="ubicacion_geografica", codes=False)
    by_place.rows[1].department_code, by_place.rows[1].iso_3166_2, by_place.rows[1].region_code = "01", "GT-01", "I"
    by_place.rows[3].code = "3800"
    publish(tmp_path, document(by_place, table()))
    assert [(i.kind, i.row, i.values["name"], i.amount) for i in found(tmp_path)] == [
        ("place", 2, "Quihce Norte", Decimal(100))
    ]


@pytest.mark.parametrize(
    ("unknown", "told"),
    [({"institution": None}, "review.institution"), ({"fiscal_year": None}, "review.year")],
)
def test_documents_of_nobody_and_of_no_year_are_told(tmp_path: Path, unknown: dict[str, Any], told: str) -> None:
    publish(tmp_path, document(table(), **unknown))
    assert [(i.kind, i.told) for i in found(tmp_path)] == [("document", told)]


def test_corrections_are_told_until_they_are_in_what_is_published(tmp_path: Path) -> None:
    said = (correction("value", "1", "Q 200.00", sha256=SHA, row=1, col=1),)
    assert [i.told for i in found(tmp_path, {SHA: said})] == ["review.correction_astray"]
    publish(tmp_path, document(table()))
    assert [i.told for i in found(tmp_path, {SHA: said})] == ["review.correction_waits"]
    quarantine = tmp_path / "curated" / "quarantine" / f"{SHA}.json"
    quarantine.parent.mkdir()
    quarantine.write_text(json.dumps({"stage": "corrections", "error": "no corresponde"}))
    (failed,) = found(tmp_path, {SHA: said})
    assert (failed.rank, failed.values["error"]) == ("failed", "no corresponde")


@pytest.mark.parametrize("taken_out", [False, True])
def test_corrections_that_are_published_are_told_once_they_are_taken_out(tmp_path: Path, *, taken_out: bool) -> None:
    said = (correction("value", "1", "Q 200.00", sha256=SHA, row=1, col=1),)
    made = records_of(document(table()), [], stored(), version_with(VERSION, said))
    write(stage(made, tmp_path / "staging"), tmp_path / "curated")
    told = ["review.correction_gone"] if taken_out else []
    assert [i.told for i in found(tmp_path, {} if taken_out else {SHA: said})] == told


def test_one_document_may_be_asked_for(tmp_path: Path) -> None:
    one, two = document(table()), document(table(), sha256="f" * 64)
    publish(tmp_path, one, doubted(one, "x"))
    publish(tmp_path, two, doubted(two, "x"))
    assert [i.document_id for i in found(tmp_path, document=two.document_id)] == [two.document_id]
