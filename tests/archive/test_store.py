"""The archive keeps every byte sequence once, under its hash, with the names and the time of its first receipt."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from rendicion_etl.archive.store import RejectedFile, open_whole, printable_name, receive
from rendicion_etl.errors import UnreadableDocument

PDF = b"%PDF-1.7 not much of a document"


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def record_of(raw: Path, sha256: str) -> dict[str, object]:
    return dict(json.loads((raw / "sha256" / sha256[:2] / f"{sha256}.json").read_text()))


def test_a_file_lies_under_the_hash_of_its_content(tmp_path: Path) -> None:
    stored = receive(write(tmp_path / "Informe C1.pdf", PDF), tmp_path / "raw", "https://example.gob.gt/i.pdf")
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert stored.sha256 == sha256
    assert stored.path == tmp_path / "raw" / "sha256" / sha256[:2] / f"{sha256}.pdf"
    assert stored.path.read_bytes() == PDF
    assert record_of(tmp_path / "raw", sha256) == {
        "file_name": "Informe C1.pdf",
        "file_names": ["Informe C1.pdf"],
        "source_url": "https://example.gob.gt/i.pdf",
        "retrieved_at": stored.retrieved_at.isoformat(),
        "size": len(PDF),
    }


def test_the_same_bytes_twice_are_one_document_with_its_first_name_and_time(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    first = receive(write(tmp_path / "a.pdf", PDF), raw)
    os.utime(first.path, (0, 0))  # if the second receipt wrote the file or took a time anew, it would show
    second = receive(write(tmp_path / "b.pdf", PDF), raw)
    assert second == first
    assert first.path.stat().st_mtime == 0
    assert record_of(raw, first.sha256)["file_names"] == ["a.pdf", "b.pdf"]
    assert len(list(raw.rglob("*.pdf"))) == 1


def test_a_file_of_the_archive_read_again_gets_no_new_name(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    first = receive(write(tmp_path / "a.pdf", PDF), raw)
    assert receive(first.path, raw) == first
    assert record_of(raw, first.sha256)["file_names"] == ["a.pdf"]


@pytest.mark.parametrize("damage", ["missing", "cut short", "of another kind"])
def test_a_lost_record_is_made_again(tmp_path: Path, damage: str) -> None:
    raw = tmp_path / "raw"
    path = write(tmp_path / "a.pdf", PDF)
    first = receive(path, raw)
    record = first.path.with_suffix(".json")
    match damage:
        case "missing":
            record.unlink()
        case "cut short":
            record.write_text('{"file_name": "a.p')
        case _:
            record.write_text("[]")
    assert receive(path, raw).file_name == "a.pdf"
    assert record_of(raw, first.sha256)["file_names"] == ["a.pdf"]


def test_some_bytes_may_come_before_the_header(tmp_path: Path) -> None:
    assert receive(write(tmp_path / "a.pdf", b"\n" * 900 + PDF), tmp_path / "raw").path.suffix == ".pdf"


@pytest.mark.parametrize(
    ("name", "content", "why", "suffix"),
    [
        ("vacio.pdf", b"", "está vacío", ".pdf"),
        ("pagina.pdf", b"<html>404</html>", "no es un PDF", ".pdf"),
        ("tarde.pdf", b"\n" * 2000 + PDF, "no es un PDF", ".pdf"),
        ("tabla.XLSX", b"PK\x03\x04", "no es un PDF", ".xlsx"),
        ("registro.json", b"{}", "no es un PDF", ".bin"),
        ("raro.p/../df", b"?", "no es un PDF", ".bin"),
    ],
)
def test_what_is_no_pdf_is_refused_and_kept(tmp_path: Path, name: str, content: bytes, why: str, suffix: str) -> None:
    (tmp_path / "raro.p").mkdir()
    with pytest.raises(RejectedFile, match=why) as caught:
        receive(write(tmp_path / name, content), tmp_path / "raw")
    kept = tmp_path / "raw" / "sha256" / caught.value.sha256[:2] / (caught.value.sha256 + suffix)
    assert kept.read_bytes() == content
    assert caught.value.next_step
    assert caught.value.stage == "archive"


def test_what_has_no_bytes_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tubo.pdf")
    for path, why in [
        (tmp_path / "nada.pdf", "no existe"),
        (tmp_path / "nada" / "nada.pdf", "no existe"),
        (tmp_path, "no un archivo"),
        (tmp_path / "tubo.pdf", "no un archivo"),
    ]:
        with pytest.raises(UnreadableDocument, match=why):
            receive(path, tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", PDF)
    path.chmod(0)
    with pytest.raises(UnreadableDocument, match="no hay permiso"):
        receive(path, tmp_path / "raw")


def test_nothing_half_written_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        receive(write(tmp_path / "a.pdf", PDF), tmp_path / "raw")
    assert [p for p in (tmp_path / "raw").rglob("*") if p.is_file()] == []


def test_names_are_safe_to_print() -> None:
    assert printable_name(Path("carpeta/Año 2021.pdf")) == "Año 2021.pdf"
    assert printable_name(Path("a\x1b[31m.pdf")) == "a\N{REPLACEMENT CHARACTER}[31m.pdf"
    assert printable_name(Path(os.fsdecode(b"a\xff.pdf"))) == "a\N{REPLACEMENT CHARACTER}.pdf"


def test_a_file_whose_writing_fails_half_way_stays_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "page.html", b"old")
    with pytest.raises(TypeError), open_whole(path) as out:
        out.writelines([b"new", None])  # type: ignore[list-item]
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("page.html", b"old")]
