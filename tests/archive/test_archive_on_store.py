"""The archive in a store: received once by whoever comes first, fetched when asked for, its records never cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rendicion_etl.archive.objects import Objects, StoreError
from rendicion_etl.archive.store import RejectedFile, bring_pdf, find, receive
from rendicion_etl.settings import home
from stores import keys, on_another_machine

PDF = b"%PDF-1.7 a report"


def write(path: Path, content: bytes = PDF) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_goes_to_the_store_with_its_record(bucket: str, tmp_path: Path) -> None:
    stored = receive(write(tmp_path / "a.pdf"), home(bucket))
    folder = f"sha256/{stored.sha256[:2]}/{stored.sha256}"
    assert keys(bucket) == [f"{folder}.json", f"{folder}.pdf"]
    assert Objects(bucket).read([f"{folder}.pdf"]) == {f"{folder}.pdf": PDF}


def test_what_is_no_pdf_is_kept_there_too(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(RejectedFile):
        receive(write(tmp_path / "a.html", b"<html>"), home(bucket))
    assert [key.rpartition(".")[2] for key in keys(bucket)] == ["html", "json"]


def test_another_machine_finds_what_was_received(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = receive(write(tmp_path / "a.pdf"), home(bucket), source_url="https://example.org/a.pdf")
    on_another_machine(monkeypatch, tmp_path / "others")
    assert not home(bucket).exists()
    again = find(home(bucket), first.sha256)
    assert again
    assert (again.file_name, again.source_url, again.retrieved_at) == ("a.pdf", first.source_url, first.retrieved_at)
    assert again.path.read_bytes() == PDF
    assert find(home(bucket), "f" * 64) is None
    assert not bring_pdf(home(bucket), "f" * 64).exists()


def test_the_first_receipt_stays_and_names_of_several_machines_come_together(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One machine noted a name since the other one last looked: neither loses it."""
    first = receive(write(tmp_path / "a.pdf"), home(bucket))
    here = home(bucket)
    with monkeypatch.context() as patch:
        on_another_machine(patch, tmp_path / "others")
        assert receive(write(tmp_path / "b.pdf"), home(bucket)).retrieved_at == first.retrieved_at
    assert receive(write(tmp_path / "c.pdf"), here).file_name == "a.pdf"
    (record,) = [key for key in keys(bucket) if key.endswith(".json")]
    noted = json.loads(Objects(bucket).read([record])[record])
    assert noted["file_names"] == ["a.pdf", "b.pdf", "c.pdf"]


def test_a_file_that_the_store_refused_is_not_taken_for_received(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.pdf")
    with monkeypatch.context() as patch:
        patch.setattr("rendicion_etl.archive.store.share", refuse)
        with pytest.raises(StoreError):
            receive(path, home(bucket))
    assert not list(home(bucket).rglob("*.pdf"))
    receive(path, home(bucket))
    assert len(keys(bucket)) == 2


def refuse(*_: object) -> None:
    raise StoreError("s3://x", "el almacén respondió: no", "Revise la dirección, el permiso y la red.")
