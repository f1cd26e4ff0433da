"""Files are written whole or not at all, `documents` last, and a kill at any moment leaves one complete state."""

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from curated_examples import SHA, VERSION, document, finding, published, records, result, table

from rendicion_etl.curated import writer
from rendicion_etl.curated.published import find_document, whole_files
from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.schemas import DATASETS, arrow_schema, names
from rendicion_etl.curated.writer import (
    ORDER,
    publish,
    quarantine,
    recover,
    remove_quarantine,
    stage,
)

OTHER = "f" * 64
AT = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC)
HEAD = ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo")


def files(curated):
    """Dataset files below a folder and the hash of each; nothing of what is only aside."""
    return {
        path.relative_to(curated).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in curated.rglob("*.parquet")
        if not path.relative_to(curated).parts[0].startswith(".")
    }


def changed():
    """The report of `document()` read by a newer version: one line more, and another table."""
    return document(
        table(HEAD, ("detail", "Grupo 0", "7", "", "", ""), ("detail", "Grupo 1", "8", "", "", "")), table()
    )


def state(curated):
    """What a reader sees: lines of the budget and cells per table, and how many tables the document says it has."""
    with open_curated(curated) as con:
        lines = con.execute(
            "select table_id, count(*), sum(vigente) from budget_execution group by 1 order by 1"
        ).fetchall()
        cells = con.execute("select count(*) from cells").fetchone()
        return lines, cells, con.execute("select document_id, institution, n_tables from documents").fetchall()


@pytest.fixture
def failing_replace(monkeypatch):
    """os.replace that fails from the n-th call on."""

    def fail_after(n):
        real, calls = os.replace, []

        def replace(source, target):
            calls.append(target)
            if len(calls) > n:
                raise OSError(28, "No space left on device")
            real(source, target)

        monkeypatch.setattr(os, "replace", replace)

    return fail_after


def test_every_dataset_is_written_also_without_rows(tmp_path):
    staged = stage(records(document(table())), tmp_path)
    assert set(staged.files) == set(DATASETS)
    assert pq.ParquetFile(staged.files["statements"]).read().num_rows == 0
    for dataset, path in staged.files.items():
        assert pq.read_schema(path).equals(arrow_schema(dataset)), dataset
        place = ("institution=scep", "fiscal_year=2021", f"scep-2021-c1-{SHA[:8]}.parquet")
        assert path.parts[-4:] == (dataset, *place)


@pytest.mark.parametrize("piece", [1, 2, 4, 7])
def test_rows_written_in_groups_are_all_there_and_in_order(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(writer, "ROW_GROUP", 4)
    monkeypatch.setattr(writer, "PIECE", piece)
    made = records(document(table()))
    with pq.ParquetFile(stage(made, tmp_path).files["cells"]) as file:
        assert file.num_row_groups == -(-len(made["cells"]) // max(4, piece)) > 1
        rows = file.read().to_pylist()
    assert [(row["row"], row["col"], row["text"]) for row in rows] == [
        (cell["row"], cell["col"], cell["text"]) for cell in made["cells"]
    ]


def test_the_file_says_which_pdf_and_which_version_made_it(tmp_path):
    metadata = pq.read_schema(stage(records(document(table())), tmp_path).files["cells"]).metadata
    assert metadata[b"sha256"].decode() == SHA
    assert metadata[b"pipeline_version"].decode() == VERSION


def test_a_second_publication_of_the_same_records_leaves_the_same_bytes(tmp_path):
    made = document(table())
    published(tmp_path, made, result(finding(made)))
    before = files(tmp_path)
    published(tmp_path, made, result(finding(made)))
    assert files(tmp_path) == before
    assert len(before) == len(DATASETS)


def test_decimals_survive_to_the_last_digit(tmp_path):
    made = table(HEAD, ("detail", "Grupo 0", "9,999,999,999,999,999.99", "0.01", "33.33333333%", "-"))
    published(tmp_path, document(made))
    con = open_curated(tmp_path)
    assert con.execute("select vigente, devengado, saldo, pct_printed from budget_execution").fetchall() == [
        (Decimal("9999999999999999.99"), Decimal("0.01"), Decimal("0.00"), Decimal("33.33333333"))
    ]
    frame = pd.read_parquet(tmp_path / "cells")
    assert Decimal("9999999999999999.99") in set(frame["value"].dropna())


@pytest.mark.parametrize("dataset", DATASETS)
def test_duckdb_and_pandas_read_a_dataset_without_options(tmp_path, dataset):
    published(tmp_path, document(table()))
    published(tmp_path, document(table(), sha256=OTHER, institution=None, fiscal_year=None))
    frame = pd.read_parquet(tmp_path / dataset)
    rows = duckdb.sql(f"select * from read_parquet('{tmp_path}/{dataset}/**/*.parquet')")
    assert set(frame.columns) == set(rows.columns) == set(names(dataset))
    assert len(frame) == len(rows.fetchall())
    if dataset == "documents":
        assert sorted(map(str, frame["fiscal_year"])) == ["0", "2021"]


def test_datasets_without_rows_keep_their_types(tmp_path):
    published(tmp_path, document(table()))
    described = duckdb.sql(f"describe from read_parquet('{tmp_path}/statements/**/*.parquet')").fetchall()
    assert ("amount", "DECIMAL(18,2)") in [row[:2] for row in described]


@pytest.mark.parametrize(
    "harm",
    [
        {"document_id": f"../../etc-{SHA[:8]}"},
        {"document_id": f"a/b-{SHA[:8]}"},
        {"document_id": f"..-{SHA[:8]}"},
        {"document_id": f"a\n-{SHA[:8]}"},
        {"document_id": f"Scep-{SHA[:8]}"},
        {"document_id": "scep-2021-c1-00000000"},
        {"institution": "../x"},
        {"institution": "a=b"},
        {"institution": ""},
        {"institution": None},
        {"fiscal_year": "2021"},
        {"fiscal_year": -1},
        {"fiscal_year": True},
        {"sha256": "../" + SHA[3:]},
    ],
)
def test_nothing_unsafe_becomes_a_path(tmp_path, harm):
    made = records(document(table()))
    for rows in made.values():
        for row in rows:
            row.update({name: value for name, value in harm.items() if name in row})
    with pytest.raises(ValueError, match=r"cannot be part of a path|does not end"):
        stage(made, tmp_path / "staging")
    assert not list(tmp_path.rglob("*.parquet"))


def test_records_of_another_form_are_refused(tmp_path):
    good = document(table())
    extra, lacking, foreign = records(good), records(good), records(good)
    extra["cells"][0]["extra"] = 1
    del lacking["cells"][0]["text"]
    foreign["cells"][0]["document_id"] = f"otro-{SHA[:8]}"
    for bad in (extra, lacking, foreign, {**records(good), "documents": []}, {"documents": records(good)["documents"]}):
        with pytest.raises(ValueError, match=r"fields|another document|one document"):
            stage(bad, tmp_path)


def test_a_value_that_must_be_there_is_never_written_as_null(tmp_path):
    made = records(document(table()))
    made["cells"][0]["text"] = None
    with pytest.raises(pa.ArrowInvalid, match="null"):
        stage(made, tmp_path)


def test_half_a_first_publication_shows_all_of_the_document_or_nothing(tmp_path, failing_replace):
    staged = stage(records(document(table())), tmp_path / ".staging")
    failing_replace(3)
    with pytest.raises(OSError, match="No space"):
        publish(staged, tmp_path)
    lines, cells, documents = state(tmp_path)
    assert (lines, cells, documents) == (
        [(f"{staged.document_id}/t00", 3, 600)],
        (20,),
        [(staged.document_id, "scep", 1)],
    )


@pytest.mark.parametrize("n", range(len(ORDER) + 1))
def test_a_publication_cut_short_anywhere_never_mixes_two_states(tmp_path, failing_replace, monkeypatch, n):
    published(tmp_path, document(table()))
    staged = stage(records(changed()), tmp_path / ".staging")
    failing_replace(n)
    if n < len(ORDER):
        with pytest.raises(OSError, match="No space"):
            publish(staged, tmp_path)
    else:
        publish(staged, tmp_path)
    whole = (
        [(f"{staged.document_id}/t00", 2, 15), (f"{staged.document_id}/t01", 3, 600)],
        (15 + 20,),
        [(staged.document_id, "scep", 2)],
    )
    assert state(tmp_path) == whole
    monkeypatch.undo()
    assert recover(tmp_path) == ([staged.document_id] if n < len(ORDER) else [])
    assert state(tmp_path) == whole
    assert not list((tmp_path / ".pending").glob("scep*"))


def test_a_failure_before_anything_is_published_leaves_the_old_state(tmp_path, monkeypatch):
    published(tmp_path, document(table()))
    before = files(tmp_path), state(tmp_path)
    broken = records(changed())
    broken["findings"] = [
        {**dict.fromkeys(names("findings"), "x"), "document_id": broken["documents"][0]["document_id"]}
    ]
    with pytest.raises((ValueError, pa.ArrowException)):
        stage(broken, tmp_path / ".staging")
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(OSError, match="I/O"):
        publish(stage(records(changed()), tmp_path / ".staging"), tmp_path)
    assert (files(tmp_path), state(tmp_path)) == before


def test_the_next_publication_finishes_the_one_that_was_cut_short(tmp_path, failing_replace, monkeypatch):
    failing_replace(2)
    with pytest.raises(OSError, match="No space"):
        published(tmp_path, document(table()))
    monkeypatch.undo()
    made = published(tmp_path, changed())
    assert state(tmp_path)[2] == [(made.document_id, "scep", 2)]


def test_a_killed_process_leaves_one_complete_state(tmp_path):
    published(tmp_path, document(table()))
    code = f"""
import os, signal, sys
sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}
from pathlib import Path
from curated_examples import published
from test_curated_writer import changed
real, calls = os.replace, []
def replace(a, b):
    calls.append(b)
    if len(calls) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    real(a, b)
os.replace = replace
published(Path({str(tmp_path)!r}), changed())
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert (tmp_path / ".pending" / f"scep-2021-c1-{SHA[:8]}").exists()
    assert find_document(tmp_path, SHA)["n_tables"] == 2  # the next run meets it finished
    assert not list((tmp_path / ".pending").glob("scep*"))
    assert state(tmp_path)[2] == [(f"scep-2021-c1-{SHA[:8]}", "scep", 2)]
    assert len(state(tmp_path)[0]) == 2


def test_opening_finishes_what_was_cut_short_so_plain_readers_see_it_too(tmp_path, failing_replace, monkeypatch):
    published(tmp_path, document(table()))
    failing_replace(3)
    with pytest.raises(OSError, match="No space"):
        published(tmp_path, changed())
    monkeypatch.undo()
    open_curated(tmp_path).close()
    assert pd.read_parquet(tmp_path / "documents")["n_tables"].tolist() == [2]
    assert len(pd.read_parquet(tmp_path / "tables")) == 2
    assert not list((tmp_path / ".pending").glob("scep*"))


def test_a_document_whose_institution_became_known_moves_and_keeps_its_name(tmp_path):
    name = f"doc-{SHA[:8]}"
    published(tmp_path, document(table(), institution=None, document_id=name))
    published(tmp_path, document(table(), document_id=name))
    assert {path.split("/")[1] for path in files(tmp_path)} == {"institution=scep"}
    assert state(tmp_path)[2] == [(name, "scep", 1)]


@pytest.mark.parametrize("n", [0, 4, 7])
def test_a_move_to_another_partition_cut_short_shows_the_document_once(tmp_path, failing_replace, n):
    name = f"doc-{SHA[:8]}"
    published(tmp_path, document(table(), institution=None, document_id=name))
    failing_replace(n)
    with pytest.raises(OSError, match="No space"):
        published(tmp_path, document(table(), document_id=name))
    assert state(tmp_path) == ([(f"{name}/t00", 3, 600)], (20,), [(name, "scep", 1)])


def test_staging_on_another_disk_is_copied_and_then_published(tmp_path, monkeypatch):
    real = Path.rename

    def rename(source, target):
        if "elsewhere" in source.parts:
            raise OSError(18, "Invalid cross-device link")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", rename)
    publish(stage(records(document(table())), tmp_path / "elsewhere"), tmp_path / "curated")
    assert len(files(tmp_path / "curated")) == len(DATASETS)
    assert not list((tmp_path / "elsewhere").rglob("*.parquet"))
    assert [path.name for path in (tmp_path / "curated" / ".pending").iterdir()] == [".lock"]


def test_find_document_gives_the_published_row_with_its_partition(tmp_path):
    made = published(tmp_path, document(table()))
    row = find_document(tmp_path, SHA)
    assert tuple(row) == names("documents")
    assert (row["document_id"], row["institution"], row["fiscal_year"]) == (made.document_id, "scep", 2021)
    assert row["pipeline_version"] == VERSION


def test_find_document_knows_no_other_file_with_the_same_first_characters(tmp_path):
    published(tmp_path, document(table()))
    assert find_document(tmp_path, SHA[:8] + "0" * 56) is None
    assert find_document(tmp_path / "nowhere", SHA) is None
    with pytest.raises(ValueError, match="sha256"):
        find_document(tmp_path, "../*")


def test_find_document_opens_no_other_files_however_many_there_are(tmp_path, monkeypatch):
    for i in range(30):
        published(tmp_path, document(table(), sha256=f"{i:064x}"[::-1], institution=f"i{i}"))
    opened = []
    real = pq.ParquetFile
    monkeypatch.setattr(pq, "ParquetFile", lambda path, **more: opened.append(path) or real(path, **more))
    assert find_document(tmp_path, f"{7:064x}"[::-1])["institution"] == "i7"
    assert len(opened) == 1


def test_of_a_damaged_row_the_identifier_is_known_by_its_path(tmp_path):
    made = published(tmp_path, document(table()))
    (path,) = (tmp_path / "documents").rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:50])
    row = find_document(tmp_path, SHA)
    assert tuple(row) == names("documents")
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {"document_id": made.document_id, "institution": "scep", "fiscal_year": 2021}


def test_files_are_whole_when_all_are_there_and_of_that_content(tmp_path):
    published(tmp_path, document(table()))
    row = find_document(tmp_path, SHA)
    files_of = whole_files(tmp_path, row)
    assert set(files_of) == set(DATASETS)
    assert whole_files(tmp_path, {**row, "sha256": "f" * 64}) is None
    files_of["statements"].unlink()
    assert whole_files(tmp_path, row) is None


def test_a_file_that_failed_is_noted_and_forgotten_once_ingested(tmp_path):
    path = quarantine(tmp_path, SHA, "informe\x00.pdf", "reading", "no es un PDF", AT)
    assert path == tmp_path / "quarantine" / f"{SHA}.json"
    assert json.loads(path.read_text()) == {
        "file_name": "informe.pdf",
        "sha256": SHA,
        "stage": "reading",
        "error": "no es un PDF",
        "at": "2021-06-01T12:00:00+00:00",
    }
    quarantine(tmp_path, SHA, "informe.pdf", "tables", "sin tablas", AT)
    assert json.loads(path.read_text())["stage"] == "tables"
    remove_quarantine(tmp_path, SHA)
    remove_quarantine(tmp_path, SHA)
    assert list(path.parent.iterdir()) == []


def test_quarantine_writes_nowhere_else(tmp_path):
    with pytest.raises(ValueError, match="cannot be part of a path"):
        quarantine(tmp_path, "../../x", "x", "x", "x", AT)
    with pytest.raises(ValueError, match="cannot be part of a path"):
        remove_quarantine(tmp_path, "../../x")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_may_not_write_sees_the_complete_state_too(tmp_path, failing_replace):
    failing_replace(2)
    with pytest.raises(OSError, match="No space"):
        published(tmp_path, document(table()))
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("copy"))
    before = sorted(copy.rglob("*"))
    assert len(state(copy)[2]) == 1
    assert sorted(copy.rglob("*")) == before
