"""A folder that an earlier program wrote is read with what it lacks as null and empty; a newer one's is refused."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from curated_examples import SHA, document, records, table
from kept import file_of, make_home, rewrite

from rendicion_etl.archive.objects import Objects
from rendicion_etl.cli.app import run
from rendicion_etl.curated.downloads.write import write_downloads
from rendicion_etl.curated.older import read_rows
from rendicion_etl.curated.published import find_document, whole_files
from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.remote import Publisher, pull
from rendicion_etl.curated.restore import restore
from rendicion_etl.curated.schemas import DATASETS, SCHEMA_VERSION
from rendicion_etl.curated.verify.folder import verify
from rendicion_etl.curated.verify.remark import Seen
from rendicion_etl.curated.writer import stage
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import reason
from rendicion_etl.normalize.model import Document
from rendicion_etl.settings import home as home_of
from rendicion_etl.site.data import load
from stores import keys, on_another_machine, rows

LATER = {"cells": "ocr_certainty", "tables": "n_unread", "findings": "consequence_of"}
OLD: dict[str, str | None] = {"schema_version": None, "schema_id": "00000000", "digests": None}


def make_older(home: Path, of: Document) -> None:
    """The files of a document as a program of schema version 1 left them."""
    file_of(home, "corrections", of).unlink()
    for dataset in DATASETS:
        if dataset == "corrections":
            continue
        name = LATER.get(dataset)
        rewrite(file_of(home, dataset, of), lambda rows: rows.drop_columns([name] if name else []), **OLD)  # noqa: B023


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Document, Document]:
    """A folder in which the earlier document is of version 1 and the later one of today's."""
    first, second = make_home(tmp_path)
    make_older(tmp_path, first)
    monkeypatch.setenv("RENDICION_CURATED", str(tmp_path / "curated"))
    monkeypatch.setenv("RENDICION_RAW", str(tmp_path / "raw"))
    return tmp_path, first, second


def test_an_older_document_is_queried_beside_one_of_today(older: Any) -> None:
    home, first, second = older
    with open_curated(home / "curated") as con:
        n = con.execute("select document_id, count(*) from cells group by 1 order by 1").fetchall()
        assert n == [(first.document_id, 20), (second.document_id, 26)]
        assert con.execute("select count(*), count(ocr_certainty) from cells").fetchone() == (46, 0)
        assert con.execute("select distinct document_id from corrections").fetchall() == [(second.document_id,)]


def test_a_folder_of_older_documents_alone_has_every_view(older: Any) -> None:
    home, _, second = older
    make_older(home, second)
    with open_curated(home / "curated") as con:
        assert con.execute("select count(*) from corrections").fetchone() == (0,)
        assert con.execute("select count(n_unread) from tables").fetchone() == (0,)


def test_an_older_document_is_whole_and_no_damage(older: Any) -> None:
    home, first, _ = older
    seen = Seen()
    assert {t.kind for t in verify(home / "curated", home / "raw", {}, seen)} == {"stale"}
    assert (seen.documents, seen.files, seen.damage) == (2, 2 * len(DATASETS) - 1, 0)
    row = find_document(home / "curated", first.sha256)
    assert row
    files = whole_files(home / "curated", row)
    assert files
    again = restore(files)
    assert ([t.n_unread for t in again.tables], again.corrections) == ([None], ())


def test_a_file_that_is_lost_is_not_one_that_came_later(older: Any) -> None:
    home, first, second = older
    file_of(home, "cells", first).unlink()
    lost = file_of(home, "corrections", second)
    lost.unlink()
    with pytest.raises(FileNotFoundError):
        read_rows(lost)
    assert {(t.kind, t.document_id) for t in verify(home / "curated", home / "raw", {}, Seen()) if t.is_damage} == {
        ("missing", first.document_id),
        ("missing", second.document_id),
    }
    for each in (first, second):
        assert whole_files(home / "curated", find_document(home / "curated", each.sha256) or {}) is None


def test_a_column_that_did_not_come_later_is_missed(older: Any) -> None:
    home, first, _ = older
    rewrite(file_of(home, "cells", first), lambda rows: rows.drop_columns(["text"]))
    kinds = {(t.kind, t.values.get("columns")) for t in verify(home / "curated", home / "raw", {}, Seen())}
    assert ("schema", "text") in kinds


def test_the_site_shows_older_documents(older: Any, capfd: Any) -> None:
    home, first, second = older
    assert run(["site", "build", "--jobs", "1", "--json"]) == 0
    for each in (first, second):
        assert each.tables[0].table_id.rpartition("/")[2] in (
            home / "curated" / "site" / each.document_id / "index.html"
        ).read_text(encoding="utf-8")
    data = load(home / "curated", first.document_id)
    assert (data.corrections, data.tables[0]["n_unread"]) == ([], None)


def test_older_documents_are_exported_and_reviewed(older: Any, capfd: Any) -> None:
    home, _, second = older
    make_older(home, second)
    write_downloads(home / "curated", home / "out", formats=["csv"])
    assert second.document_id in (home / "out" / "csv" / "cells.csv").read_text(encoding="utf-8")
    assert run(["review", "--json"]) == 0
    assert second.document_id in capfd.readouterr().out


def test_what_a_newer_program_wrote_is_refused(older: Any, capfd: Any) -> None:
    home, first, second = older
    for dataset in DATASETS:
        rewrite(file_of(home, dataset, second), schema_version=str(SCHEMA_VERSION + 1))
    curated = home / "curated"
    for read in (
        lambda: open_curated(curated),
        lambda: find_document(curated, second.sha256),
        lambda: load(curated, second.document_id),
        lambda: write_downloads(curated, home / "out", formats=["csv"]),
    ):
        with pytest.raises(RendicionError, match="lo escribió un programa más nuevo"):
            read()
    assert load(curated, first.document_id).tables
    assert run(["query", "select 1"]) == 1
    assert "Actualice rendicion-etl" in capfd.readouterr().err
    assert run(["site", "build"]) == 1
    said = capfd.readouterr().err.partition(": ")[2].partition(". ")[0]
    assert reason(said, "en") == "a newer program wrote it (schema 3; this one knows up to 2)"


@pytest.mark.parametrize(("version", "is_whole"), [(None, True), (str(SCHEMA_VERSION), False)])
def test_in_a_store_an_older_document_is_whole_without_what_came_later(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, is_whole: bool
) -> None:
    made = stage(records(document(table())), tmp_path / "staging")
    rewrite(made.files["documents"], schema_version=version)
    with closing(Publisher(home_of(bucket))) as publisher:
        publisher.publish(made)
    Objects(bucket).remove(keys(bucket, "corrections"))
    for _ in range(2):
        on_another_machine(monkeypatch, tmp_path / "copies")
        assert pull(home_of(bucket)) == ([] if is_whole else [made.document_id])
    if is_whole:
        assert rows(bucket, "select (select count(*) from cells), (select count(*) from corrections)") == [(20, 0)]
    else:
        (tmp_path / "raw").mkdir()
        found = list(verify(home_of(bucket), tmp_path / "raw", {}, Seen()))
        assert [(t.kind, t.document_id) for t in found] == [("store", f"scep-2021-c1-{SHA[:8]}")]
