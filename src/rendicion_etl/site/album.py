"""Pictures of pages, each taken once and small enough to stand inside the HTML, or in files beside it."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rendicion_etl.archive.store import write_whole
from rendicion_etl.reading.page import Box

if TYPE_CHECKING:
    from PIL.Image import Image

    from rendicion_etl.reading.pdf import Pdf

PICTURES = "paginas"  # folder of the pictures beside a page
log = logging.getLogger(__name__)

# (pages so far, pixels a point): the first pages are sharp, a document with very many stays within bounds.
_SCALES = ((40, 2.0), (120, 1.25))
_SMALL_PRINT, _SMALL_SCALE = 7.0, 3.0
# Two dozen colours keep black print, rulings and shading; what does not compress so is a photograph or a scan.
_COLOURS = 24
_PHOTOGRAPH = 260_000
_ORDINARY_HEIGHT = 10.0


@dataclass(frozen=True)
class Photo:
    """A page as a data: URI, or the address of its file from the document's page.

    width and height in points; text_height is the usual height of its characters.
    """

    number: int
    width: float
    height: float
    text_height: float
    uri: str

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)


class Album:
    """Takes a picture of a page when it is first asked for. Without a PDF every answer is None.

    `beside` is the folder of the page that shows them, where they are to be files in `paginas/`.
    """

    def __init__(self, pdf: Pdf | None, beside: Path | None = None) -> None:
        self._pdf, self._beside = pdf, beside
        self.photos: dict[int, Photo] = {}

    @property
    def is_open(self) -> bool:
        return self._pdf is not None

    def photo(self, number: int | None) -> Photo | None:
        """The picture of page `number` (from 1), or None: no PDF, no such page, or too many pictures already."""
        if self._pdf is None or number is None or not 1 <= number <= self._pdf.n_pages:
            return None
        if number not in self.photos:
            scale = next((s for limit, s in _SCALES if len(self.photos) < limit), None)
            if scale is None:
                return None
            self.photos[number] = _take(self._pdf, number, scale, self._beside)
        return self.photos[number]


@contextmanager
def open_album(raw: Path, sha256: str, file_name: str, beside: Path | None = None) -> Iterator[Album]:
    """The album of an archived PDF; one without pictures where the file is missing or cannot be opened."""
    from rendicion_etl.archive.store import bring_pdf
    from rendicion_etl.errors import UnreadableDocument
    from rendicion_etl.reading.pdf import open_pdf

    path = bring_pdf(raw, sha256)
    try:
        pdf = open_pdf(path, file_name) if path.is_file() else None
    except UnreadableDocument as error:
        log.warning("%s", error)
        pdf = None
    try:
        yield Album(pdf, beside)
    finally:
        if pdf is not None:
            pdf.close()


def _take(pdf: Pdf, number: int, scale: float, beside: Path | None) -> Photo:
    import numpy as np

    page = pdf.page(number)
    heights = page.chars.bottom - page.chars.top
    text_height = float(np.median(heights)) if len(heights) else _ORDINARY_HEIGHT
    if text_height < _SMALL_PRINT and scale == _SCALES[0][1]:
        scale = _SMALL_SCALE
    kind, content = _encoded(pdf.render(number, scale))
    if beside:
        uri = f"{PICTURES}/{number}.{kind}"
        write_whole(beside / uri, content)
    else:
        uri = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Photo(number, page.width, page.height, text_height, uri)


def _encoded(picture: Image) -> tuple[str, bytes]:
    """A picture as PNG of few colours, or as WebP with losses where it is a photograph: (`png` or `webp`, bytes)."""
    from PIL import Image

    picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    few = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    content = _saved(few, "PNG", compress_level=6)
    if len(content) <= _PHOTOGRAPH:
        return "png", content
    for quality in (45, 25, 10):
        content = _saved(picture, "WEBP", quality=quality, method=1)
        if len(content) <= _PHOTOGRAPH:
            break
    return "webp", content


def _saved(picture: Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
