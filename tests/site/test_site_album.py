"""Pictures of pages are taken once, stay small, and a missing PDF gives none."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from site_examples import make_pdf

from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.site.album import Album, open_album


def picture(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_a_page_is_taken_once_at_two_pixels_a_point(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf")
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        album = Album(pdf)
        photo = album.photo(1)
        assert photo is not None
        assert album.photo(1) is photo
        assert (photo.width, photo.height) == (400, 500)
        assert picture(photo.uri).size == (800, 1000)


def test_small_print_is_taken_sharper(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 500))
    canvas.setFont("Helvetica", 5)
    canvas.drawString(50, 50, "letra menuda")
    canvas.save()
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        photo = Album(pdf).photo(1)
        assert photo is not None
        assert picture(photo.uri).size == (1200, 1500)


@pytest.mark.parametrize("number", [0, 3, None])
def test_there_is_no_picture_of_a_page_that_is_not_there(tmp_path: Path, number: int | None) -> None:
    make_pdf(tmp_path / "a.pdf")
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        assert Album(pdf).photo(number) is None


def test_a_scanned_page_stays_small(tmp_path: Path) -> None:
    grain = Image.effect_noise((1200, 1500), 80).convert("RGB")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 500))
    canvas.drawImage(ImageReader(grain), 0, 0, 400, 500)
    canvas.save()
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        photo = Album(pdf).photo(1)
        assert photo is not None
        assert photo.uri.startswith("data:image/webp;")
        assert len(photo.uri) < 400_000


def test_the_hundredth_page_is_coarser_and_after_many_there_are_no_more(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(40, 50))
    for _ in range(125):
        canvas.showPage()
    canvas.save()
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        album = Album(pdf)
        photos = [album.photo(number) for number in range(1, 126)]
    widths = [picture(photo.uri).width if photo else None for photo in photos]
    assert widths == [80] * 40 + [50] * 80 + [None] * 5


def test_a_missing_or_broken_file_gives_an_album_without_pictures(tmp_path: Path) -> None:
    broken = tmp_path / "sha256" / "ab" / "abcd.pdf"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no es un PDF")
    for sha256 in ("abcd", "ffff"):
        with open_album(tmp_path, sha256, "a.pdf") as album:
            assert not album.is_open
            assert album.photo(1) is None
