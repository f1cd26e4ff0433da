"""Every way in which a curated folder or its archive can be damaged is told of, at its file; a whole one is whole."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from curated_examples import VERSION, document, published, records, table
from kept import file_of, flip, make_home, pdf, rewrite, row_twice, state, with_value, without_row

from rendicion_etl.archive.store import RejectedFile, place_of, receive
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.verify import folder as verify_folder
from rendicion_etl.curated.verify.folder import verify
from rendicion_etl.curated.verify.remark import Remark, Seen
from rendicion_etl.curated.writer import quarantine, stage
from rendicion_etl.errors import RendicionError
from rendicion_etl.normalize.model import Document

Home = tuple[Path, Document, Document]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(verify_folder, "pipeline_version", lambda: VERSION)
    return tmp_path, *make_home(tmp_path)


def found(home: Path, seen: Seen | None = None) -> list[Remark]:
    return list(verify(home / "curated", home / "raw", {}, seen or Seen()))


def told(home: Path) -> set[tuple[str, str]]:
    """Kind of what was found, and the dataset or folder in which its file lies."""
    parts = [(t.kind, t.path.relative_to(home).parts) for t in found(home)]
    return {(kind, where[where[0] == "curated"]) for kind, where in parts}


def test_a_whole_folder_has_no_remark_and_all_of_it_was_looked_at(home: Home) -> None:
    root, _, second = home
    assert all(pa.parquet.read_metadata(file_of(root, d, second)).num_rows for d in DATASETS if d != "statements")
    seen = Seen()
    assert found(root, seen) == []
    assert (seen.documents, seen.files, seen.pdfs) == (2, 2 * len(DATASETS), 2)
    assert seen.n_bytes == sum(path.stat().st_size for path in (root / "raw").rglob("*.pdf"))


ROWS = {
    "copy_of": ("tables", with_value("copy_of", "x/t00"), {("rows_astray", "tables")}),
    "cell of no table": (
        "cells",
        with_value("table_id", "x/t09"),
        {("rows_astray", "cells")},
    ),
    "budget row": ("budget_execution", with_value("row", 99), {("rows_astray", "budget_execution")}),
    "parent row": ("budget_execution", with_value("parent_row", 99), {("rows_astray", "budget_execution")}),
    "indicator": ("indicators", with_value("col", 9), {("rows_astray", "indicators")}),
    "result": ("check_results", with_value("table_id", "x/t00"), {("rows_astray", "check_results")}),
    "correction": ("corrections", with_value("row", 99), {("rows_astray", "corrections")}),
    "finding": ("findings", with_value("col", 99), {("rows_astray", "findings")}),
    "finding of a row": ("findings", with_value("col", None), {("changed", "findings")}),
    "cause": ("findings", with_value("consequence_of", "0" * 16, 1), {("rows_astray", "findings")}),
    "related": (
        "findings",
        with_value("related", "{"),
        {("changed", "findings"), ("no_document", "documents")},
    ),
    "table lost": ("tables", without_row(0), {("count", "tables"), ("rows_astray", "cells")}),
    "finding lost": ("findings", without_row(1), {("count", "findings")}),
    "document lost": ("documents", without_row(0), {("count", "documents")}),
    "two documents": ("documents", row_twice, {("count", "documents")}),
    "cell twice": ("cells", row_twice, {("duplicate", "cells")}),
    "line twice": ("budget_execution", row_twice, {("duplicate", "budget_execution")}),
    "indicator twice": ("indicators", row_twice, {("duplicate", "indicators")}),
    "finding twice": ("findings", row_twice, {("duplicate", "findings"), ("count", "findings")}),
    "table twice": ("tables", row_twice, {("duplicate", "tables")}),
    "result of another": ("check_results", with_value("document_id", "x"), {("other_document", "check_results")}),
    "superseded": ("documents", with_value("supersedes", "doc-00000000"), {("no_document", "documents")}),
    "hash": ("documents", with_value("sha256", "0" * 64), {("other_document", "documents"), ("pdf_lost", "raw")}),
    "column lost": ("cells", lambda rows: rows.drop_columns(["text"]), {("schema", "cells")}),
    "later column lost": ("cells", lambda rows: rows.drop_columns(["ocr_certainty"]), {("schema", "cells")}),
    "column more": ("tables", lambda rows: rows.append_column("x", rows.column(0)), {("schema", "tables")}),
    "order": ("tables", lambda rows: rows.select(rows.schema.names[::-1]), {("schema", "tables")}),
    "type": (
        "indicators",
        lambda rows: rows.set_column(2, "row", rows.column("row").cast(pa.int64())),
        {("schema", "indicators")},
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows_and_columns_that_were_changed_are_told_of(home: Home, case: str) -> None:
    root, _, second = home
    dataset, change, expected = ROWS[case]
    rewrite(file_of(root, dataset, second), change)
    others = {("rows_astray", d) for d in DATASETS} if case == "table lost" else set()
    assert expected <= told(root) <= expected | others


def test_a_cell_that_others_name_is_missed_by_them(home: Home) -> None:
    root, _, second = home
    rewrite(file_of(root, "cells", second), without_row(5 * 3 + 1))  # the total that the finding accuses
    (remark,) = found(root)
    assert (remark.kind, remark.path) == ("rows_astray", file_of(root, "findings", second))
    assert remark.values == {"n": 1, "first": f"{second.tables[0].table_id} row 3 col 1"}


def test_a_place_in_another_document_must_be_there_too(home: Home) -> None:
    root, first, second = home
    rewrite(file_of(root, "cells", first), without_row(5 + 1))
    assert {(t.kind, t.document_id) for t in found(root)} == {
        ("rows_astray", first.document_id),
        ("rows_astray", second.document_id),
    }
    for dataset in DATASETS:
        file_of(root, dataset, first).unlink()
    assert {(t.kind, t.values["other"]) for t in found(root)} == {("no_document", first.document_id)}


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def move(path: Path, partition: str) -> None:
    target = path.parents[2] / partition / path.name
    target.parent.mkdir(parents=True)
    path.rename(target)


FILES: dict[str, tuple[str, Callable[[Path], object], set[str]]] = {
    "cut off": ("cells", truncate, {"unreadable"}),
    "empty": ("documents", empty, {"unreadable"}),
    "a byte of the data": ("cells", lambda path: flip(path, 60), {"unreadable"}),
    "a byte in the middle": ("findings", lambda path: flip(path, 400), {"unreadable"}),
    "gone": ("statements", Path.unlink, {"missing"}),
    "gone, though it came later": ("corrections", Path.unlink, {"missing"}),
    "another year": ("cells", lambda path: move(path, "institution=scep/fiscal_year=2020"), {"missing", "elsewhere"}),
    "no year": ("cells", lambda path: move(path, "institution=scep/year=2021"), {"missing", "elsewhere"}),
    "another name": ("cells", lambda path: path.rename(path.with_name("x.parquet")), {"missing", "astray"}),
    "a copy": ("tables", lambda path: shutil.copy(path, path.with_name("copia.parquet")), {"astray"}),
    "no Parquet": ("tables", lambda path: path.with_name("notas.txt").write_text("x"), {"astray"}),
    "hidden": ("tables", lambda path: path.with_name(".notas").write_text("x"), set()),
    "newer": ("tables", lambda path: rewrite(path, schema_version="99"), {"newer"}),
    "no version": ("tables", lambda path: rewrite(path, schema_version="x"), {"newer"}),
    "of another PDF": ("tables", lambda path: rewrite(path, sha256="0" * 64), {"other_document"}),
    "of two versions": ("tables", lambda path: rewrite(path, schema_version=None), {"other_document"}),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_were_changed_are_told_of(home: Home, case: str) -> None:
    root, _, second = home
    dataset, damage, expected = FILES[case]
    damage(file_of(root, dataset, second))
    assert told(root) == {(kind, dataset) for kind in expected}


def test_a_document_in_two_partitions_is_told_of(home: Home) -> None:
    root, first, _ = home
    path = file_of(root, "documents", first)
    other = path.parents[2] / "institution=zz" / "fiscal_year=2020" / path.name
    other.parent.mkdir(parents=True)
    shutil.copy(path, other)
    assert [(t.kind, t.path) for t in found(root)] == [("twice", other)]


def test_a_pdf_published_under_two_names_is_told_of(home: Home) -> None:
    root, first, _ = home
    twin = document(table(), sha256=first.sha256, document_id=f"doc-{first.sha256[:8]}")

    published(root / "curated", twin)
    assert [(t.kind, t.values["other"]) for t in found(root)] == [("twice", twin.document_id)]


def test_a_changed_or_lost_pdf_is_told_of_and_so_is_its_record(home: Home) -> None:
    root, first, second = home
    flip(place_of(root / "raw", first.sha256), 20)
    place_of(root / "raw", second.sha256, ".json").unlink()
    assert [(t.kind, t.document_id) for t in found(root)] == [
        ("pdf_changed", first.document_id),
        ("record_lost", second.document_id),
    ]
    place_of(root / "raw", first.sha256).unlink()
    assert ("pdf_lost", first.document_id) in [(t.kind, t.document_id) for t in found(root)]


def test_what_was_received_and_is_no_document_is_hashed_too(home: Home) -> None:
    root, *_ = home
    (root / "x.txt").write_text("no soy un PDF")
    with pytest.raises(RejectedFile) as refused:
        receive(root / "x.txt", root / "raw")
    assert found(root) == []
    flip(place_of(root / "raw", refused.value.sha256, ".txt"), 3)
    assert [(t.kind, t.document_id) for t in found(root)] == [("pdf_changed", None)]


def test_a_document_of_another_version_is_to_be_read_again_which_is_no_damage(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, first, second = home
    monkeypatch.setattr(verify_folder, "pipeline_version", lambda: "9.9.9+test")
    assert [(t.kind, t.document_id, t.is_damage) for t in found(root)] == [
        ("stale", first.document_id, False),
        ("stale", second.document_id, False),
    ]


def test_a_publication_cut_short_is_told_of_and_left_alone(home: Home) -> None:
    root, first, _ = home
    again = stage(records(document(table(), table(), sha256=first.sha256)), root / "aside")
    (root / "curated" / ".pending").mkdir(exist_ok=True)
    again.root.rename(root / "curated" / ".pending" / first.document_id)
    file_of(root, "cells", first).unlink()  # as if it were half done
    before = state(root)
    assert [(t.kind, t.document_id) for t in found(root) if t.is_damage is False] == [("pending", first.document_id)]
    assert [t.kind for t in found(root) if t.is_damage] == []
    assert state(root) == before


def test_what_killed_processes_left_is_told_of_unless_they_live(home: Home) -> None:
    root, *_ = home
    run = root / "curated" / ".staging" / "run-abc"
    run.mkdir(parents=True)
    left = [root / "curated" / "quarantine" / ".writing-x", root / "raw" / "sha256" / ".receiving-y", run / ".lock"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert {t.path for t in found(root)} == {*left[:2], run}
    assert {t.kind for t in found(root)} == {"temporary"}
    with (run / ".lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert {t.path for t in found(root)} == set(left[:2])


def test_a_note_of_the_quarantine_is_told_of_where_its_document_is_published(home: Home) -> None:
    root, first, _ = home
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    quarantine(root / "curated", pdf(root, "tres"), "x.pdf", "reading", "roto", at)
    assert found(root) == []
    path = quarantine(root / "curated", first.sha256, "x.pdf", "reading", "roto", at)
    assert [(t.kind, t.path, t.is_damage) for t in found(root)] == [("quarantined", path, False)]


def test_nothing_is_changed(home: Home) -> None:
    root, _, second = home
    truncate(file_of(root, "cells", second))
    before = state(root)
    assert found(root) != []
    assert state(root) == before


def test_a_document_that_is_published_anew_meanwhile_is_looked_at_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, first, _ = home
    path = file_of(root, "documents", first)
    good = path.read_bytes()
    truncate(path)
    real = verify_folder.check_document

    def published_after(at: Path, seen: Seen) -> object:
        checked = real(at, seen)
        if at == path and path.read_bytes() != good:
            path.write_bytes(good)
            os.utime(path, ns=(1, 1))
        return checked

    monkeypatch.setattr(verify_folder, "check_document", published_after)
    assert found(root) == []


def test_a_folder_that_is_none_is_refused(home: Home) -> None:
    root, *_ = home
    for curated, raw in (("nada", "raw"), ("curated", "nada")):
        with pytest.raises(RendicionError, match="no existe esa carpeta"):
            list(verify(root / curated, root / raw, {}, Seen()))


def test_every_finding_is_of_one_document(home: Home) -> None:
    root, first, second = home
    theirs = pa.parquet.ParquetFile(file_of(root, "findings", first)).read().to_pylist()[0]["finding_id"]
    rewrite(file_of(root, "findings", second), with_value("finding_id", theirs, 1))
    assert ("duplicate", "documents") in told(root)
