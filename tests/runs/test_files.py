"""Which files are meant: what was named and cannot be looked at is told of, never passed over."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl.runs import run
from rendicion_etl.runs.files import find_files
from reports import write_report


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Forbid the listing of a folder, for every user."""
    real = os.scandir

    def make(folder: Path) -> None:
        def scandir(path: Any = ".") -> Any:
            if Path(path) == folder:
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)

    return make


def touched(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-")
    return path


def test_a_folder_gives_every_pdf_below_it_in_order_and_a_file_is_given_as_it_is(tmp_path: Path) -> None:
    wanted = [touched(tmp_path / name) for name in ("a.pdf", "b/c.PDF", "b/d/e.Pdf")]
    touched(tmp_path / "b" / "notas.txt")
    other = touched(tmp_path / "b" / "informe")
    assert list(find_files([tmp_path, other])) == [(path, None) for path in [*wanted, other]]


def test_linked_folders_are_looked_into_once_even_if_they_lead_back(tmp_path: Path) -> None:
    wanted = touched(tmp_path / "real" / "a.pdf")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "up").symlink_to(inbox)
    assert list(find_files([inbox])) == [(inbox / "link" / wanted.name, None)]


def test_broken_links_and_devices_named_as_pdf_are_failures_of_their_own(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write_report(touched(inbox / "bueno.pdf"))
    (inbox / "roto.pdf").symlink_to("nada.pdf")
    os.mkfifo(inbox / "tubo.pdf")
    report = run.ingest(inbox, curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert {d.file_name: d.failure.why if d.failure else d.status for d in report.documents} == {
        "bueno.pdf": "ingested",
        "roto.pdf": "el archivo no existe",
        "tubo.pdf": "es una carpeta o un dispositivo, no un archivo",
    }
    assert report.exit_code == 3


def test_a_folder_that_may_not_be_listed_is_not_called_empty(tmp_path: Path, forbid: Callable[[Path], None]) -> None:
    touched(tmp_path / "a.pdf")
    forbid(tmp_path)
    ((path, failure),) = find_files([tmp_path])
    assert path == tmp_path
    assert failure is not None
    assert failure.why == "no hay permiso para leer la carpeta"


def test_a_subfolder_that_may_not_be_listed_is_told_of_and_the_others_go_on(
    tmp_path: Path, forbid: Callable[[Path], None]
) -> None:
    wanted = [touched(tmp_path / name) for name in ("a.pdf", "c/d.pdf")]
    touched(tmp_path / "b" / "secreto.pdf")
    forbid(tmp_path / "b")
    found = dict(find_files([tmp_path]))
    assert list(found) == [wanted[0], tmp_path / "b", wanted[1]]
    assert [failure is None for failure in found.values()] == [True, False, True]


def test_a_path_that_the_system_refuses_to_look_at_is_one_failure_and_the_others_go_on(tmp_path: Path) -> None:
    good, refused = write_report(tmp_path / "bueno.pdf"), tmp_path / ("x" * 300 + ".pdf")
    report = run.ingest([refused, good], curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert [d.status for d in report.documents] == ["failed", "ingested"]
    assert report.documents[0].failure is not None
    assert "File name too long" in report.documents[0].failure.why


def test_a_file_in_a_folder_without_permission_is_one_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, secret = write_report(tmp_path / "bueno.pdf"), tmp_path / "cerrada" / "a.pdf"
    real = Path.stat

    def stat(path: Path, **more: Any) -> os.stat_result:
        if path == secret:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    report = run.ingest([secret, good], curated=tmp_path / "curated", raw=tmp_path / "raw")
    assert [d.status for d in report.documents] == ["failed", "ingested"]
    assert report.documents[0].failure is not None
    assert report.documents[0].failure.why == "no hay permiso para leer el archivo"
