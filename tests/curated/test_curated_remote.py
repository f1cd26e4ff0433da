"""In a store a document is seen in its old version or its new one, whoever writes and wherever that is cut short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from curated_examples import SHA, document, records, table

from rendicion_etl.archive.objects import Entry, Objects, StoreError
from rendicion_etl.curated import copies, remote
from rendicion_etl.curated.query import open_curated
from rendicion_etl.curated.remote import Publisher, commit, pull, tidy, versions
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import ORDER, Staged, published_files, stage
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import home
from stores import keys, on_another_machine, rows

HEAD = ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo")
OLD, NEW = [(2, 20)], [(1, 10)]  # lines of the budget that are details, cells
STATE = "select (select count(*) from budget_execution where row_role = 'detail'), (select count(*) from cells)"


def staged(tmp_path: Path, *, new: bool = False) -> Staged:
    """A document ready to be published: four lines of five cells, or two."""
    judged = document(table(HEAD, ("detail", "Grupo 0", "7", "", "", "")) if new else table())
    return stage(records(judged), tmp_path / ("new" if new else "old"))


def published(address: str, made: Staged) -> None:
    with closing(Publisher(home(address))) as publisher:
        publisher.publish(made)


class Killed(BaseException):
    """The end of a process, as far as its own code can tell."""


def end_after(patch: pytest.MonkeyPatch, n: int) -> None:
    """Have this process end once it has changed n objects."""
    left = iter(range(n))
    write, send, remove = Objects.write, Objects.send, Objects.remove

    def spend() -> None:
        if next(left, None) is None:
            raise Killed

    def writes(store: Objects, key: str, content: bytes) -> None:
        spend()
        write(store, key, content)

    def sends(store: Objects, files: dict[str, Path]) -> None:
        for key, path in files.items():
            spend()
            send(store, {key: path})

    def removes(store: Objects, gone: Any) -> None:
        for key in gone:
            spend()
            remove(store, [key])

    for name, instead in (("write", writes), ("send", sends), ("remove", removes)):
        patch.setattr(Objects, name, instead)


def state(address: str, tmp_path: Path) -> list[tuple[object, ...]]:
    """What somebody sees who opens the store on a machine that knows nothing of it."""
    with pytest.MonkeyPatch.context() as patch:
        on_another_machine(patch, tmp_path / "readers")
        return rows(address, STATE)


def test_a_document_is_published_in_the_store_and_in_the_copy(bucket: str, tmp_path: Path) -> None:
    made = staged(tmp_path)
    written = {dataset: path.read_bytes() for dataset, path in made.files.items()}
    published(bucket, made)
    (document,) = keys(bucket, "documents/")
    assert document.startswith("documents/institution=scep/fiscal_year=2021/scep-2021-c1-0123abcd.000001-")
    there = Objects(bucket).read(keys(bucket))
    assert {key.partition("/")[0]: content for key, content in there.items()} == written
    assert {
        path.parts[-4]: path.read_bytes() for d in ORDER for path in published_files(home(bucket), "", d)
    } == written


@pytest.mark.parametrize("n", range(2 * (len(DATASETS) + 1)))
def test_wherever_a_publication_is_cut_short_readers_see_one_version_and_the_next_run_leaves_one(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    """The mark of what is pending and the files, `documents` last; then the old ones and the mark are removed."""
    published(bucket, staged(tmp_path))
    assert state(bucket, tmp_path) == OLD
    with monkeypatch.context() as patch:
        end_after(patch, n)
        with pytest.raises(Killed):
            published(bucket, staged(tmp_path, new=True))
    assert state(bucket, tmp_path) == (NEW if n > len(DATASETS) else OLD)
    monkeypatch.setattr(remote, "_DEAD", dt.timedelta(0))
    pull(home(bucket))
    published(bucket, staged(tmp_path, new=True))
    assert state(bucket, tmp_path) == NEW
    assert [key.partition("/")[0] for key in keys(bucket)] == sorted(ORDER)


def test_of_two_runs_at_once_one_version_counts_whole_for_everybody(bucket: str, tmp_path: Path) -> None:
    """Both saw the same store before they published, and neither knows of the other."""
    published(bucket, staged(tmp_path))
    store = Objects(bucket)
    earlier = versions(store)["scep-2021-c1-0123abcd"]
    marks = {
        commit(store, staged(tmp_path), earlier).mark: OLD,
        commit(store, staged(tmp_path, new=True), earlier).mark: NEW,
    }
    seen = [state(bucket, tmp_path) for _ in range(2)]
    assert seen == [marks[max(marks)]] * 2
    tidy(store, versions(store))
    assert len(keys(bucket)) == len(ORDER)
    assert state(bucket, tmp_path) == seen[0]


def test_a_version_that_another_run_is_writing_is_left_alone(bucket: str, tmp_path: Path) -> None:
    new = remote.Version("scep-2021-c1-0123abcd", 1, "abcdef", "scep", 2021)
    store = Objects(bucket)
    store.write(new.pending, b"")
    store.write(f"cells/{new.name}", b"half")
    tidy(store, versions(store))
    assert len(keys(bucket)) == 2
    assert rows(bucket, "select count(*) from documents") == [(0,)]


def test_a_publication_that_took_so_long_that_it_was_given_up_does_not_count(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PATIENCE", -1)
    with pytest.raises(StoreError, match="demasiado"):
        published(bucket, staged(tmp_path))
    assert rows(bucket, "select count(*) from documents") == [(0,)]


def test_a_document_that_moves_to_another_year_leaves_the_former(bucket: str, tmp_path: Path) -> None:
    published(bucket, staged(tmp_path))
    judged = document(table(), fiscal_year=2020, document_id="scep-2021-c1-0123abcd")
    published(bucket, stage(records(judged), tmp_path / "moved"))
    assert {key.split("/")[2] for key in keys(bucket)} == {"fiscal_year=2020"}
    assert rows(bucket, "select fiscal_year from documents") == [(2020,)]


def test_a_copy_follows_its_store(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetched once, fetched again when replaced, gone when it is gone there; a copy knows nothing else."""
    here = home(bucket)
    assert rows(bucket, STATE) == [(0, 0)]
    with monkeypatch.context() as patch:
        on_another_machine(patch, tmp_path / "writers")
        published(bucket, staged(tmp_path))
    assert rows(bucket, STATE) == OLD
    with monkeypatch.context() as patch:
        patch.setattr(Objects, "read", None)
        assert pull(here) == [], "what is here already is not fetched"
    with monkeypatch.context() as patch:
        on_another_machine(patch, tmp_path / "writers")
        published(bucket, staged(tmp_path, new=True))
    assert rows(bucket, STATE) == NEW
    Objects(bucket).remove(keys(bucket))
    assert rows(bucket, STATE) == [(0, 0)]


def test_a_document_of_which_a_file_is_lost_is_told_of_and_not_read(bucket: str, tmp_path: Path) -> None:
    published(bucket, staged(tmp_path))
    Objects(bucket).remove(keys(bucket, "cells/"))
    (home(bucket) / ".copy.json").unlink()
    with pytest.raises(RendicionError, match="scep-2021-c1-0123abcd"):
        open_curated(bucket)
    assert pull(home(bucket)) == ["scep-2021-c1-0123abcd"]
    assert published_files(home(bucket), ".parquet") == []


def test_names_that_lead_out_of_the_copy_are_not_followed(bucket: str) -> None:
    store = Objects(bucket)
    for name in ("../../x/scep-2021-c1-0123abcd.000001-abcdef.parquet", "institution=../x.parquet", "a/b.parquet"):
        store.write(f"documents/{name}", b"x")
    store.write("quarantine/..%2Fx.json", b"{}")
    assert pull(home(bucket)) == []
    copies.bring_beside(home(bucket), "quarantine")
    assert {path.name for path in home(bucket).parent.rglob("*") if path.is_file()} == {".copy.lock", ".copy.json"}


def test_what_lies_beside_the_datasets_goes_to_the_store_and_comes_back(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = home(bucket) / "quarantine" / f"{SHA}.json"
    note.parent.mkdir(parents=True)
    note.write_text("{}")
    copies.share_beside(home(bucket), "quarantine")
    assert keys(bucket) == [f"quarantine/{SHA}.json"]
    on_another_machine(monkeypatch, tmp_path / "others")
    copies.bring_beside(home(bucket), "quarantine")
    other = home(bucket) / "quarantine" / f"{SHA}.json"
    assert other.read_text() == "{}"
    other.unlink()
    copies.share_beside(home(bucket), "quarantine")
    assert keys(bucket) == []


def test_a_ledger_that_is_lost_here_comes_back_and_stays_there(bucket: str) -> None:
    entry = home(bucket) / "ledger" / "scep-2021-c1-0123abcd.json"
    entry.parent.mkdir(parents=True)
    entry.write_text("{}")
    copies.share_beside(home(bucket), "ledger")
    entry.unlink()
    copies.share_beside(home(bucket), "ledger")
    assert keys(bucket) == ["ledger/scep-2021-c1-0123abcd.json"]
    copies.bring_beside(home(bucket), "ledger")
    assert entry.read_text() == "{}"


def test_an_old_mark_is_told_from_a_fresh_one() -> None:
    now = dt.datetime.now(dt.UTC)
    assert remote._is_dead(Entry("", now - dt.timedelta(hours=2)))
    assert not remote._is_dead(Entry("", now - dt.timedelta(minutes=40)))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("s3://no-such-bucket-here/x", "el almacén respondió"),
        ("nada://x/y", "no se conoce"),
        ("file:///tmp/x", "es una carpeta de esta máquina"),
    ],
)
def test_a_store_that_cannot_be_used_is_told_with_its_address(bucket: str, address: str, why: str) -> None:
    with pytest.raises(RendicionError, match=why) as told:
        Publisher(home(address))._listed  # noqa: B018
    assert told.value.what.rstrip("/").endswith(address.rpartition("://")[2].strip("/"))


def test_a_reader_of_a_store_reaches_no_other_file_and_no_other_bucket(bucket: str, tmp_path: Path) -> None:
    published(bucket, staged(tmp_path))
    other = tmp_path / "other.parquet"
    other.write_bytes(published_files(home(bucket), ".parquet")[0].read_bytes())
    with open_curated(bucket) as connection:
        for path in (str(other), f"{bucket}/documents/**/*.parquet", "s3://other/x.parquet", str(home(bucket).parent)):
            with pytest.raises(Exception, match=r"disabled|Permission"):
                connection.execute(f"select * from read_parquet('{path}')")


def test_a_copy_that_is_brought_up_to_date_while_another_command_publishes_ends_with_what_was_published(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old version was read from the store just before the new one was there."""
    with monkeypatch.context() as patch:
        on_another_machine(patch, tmp_path / "writers")
        published(bucket, staged(tmp_path))
    publishing = Thread(target=published, args=(bucket, staged(tmp_path, new=True)))
    read = Objects.read

    def reads(store: Objects, wanted: Iterable[str]) -> dict[str, bytes]:
        content = read(store, wanted)
        publishing.start()
        publishing.join(1)  # it waits for the copy, unless it does wrong
        return content

    with monkeypatch.context() as patch:
        patch.setattr(Objects, "read", reads)
        pull(home(bucket))
    publishing.join()
    assert rows(bucket, STATE) == NEW
