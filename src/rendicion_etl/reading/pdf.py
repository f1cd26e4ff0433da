"""A PDF file opened for reading: pages as characters, pages as pictures, and the handles that readers need."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.keys import keys_of
from rendicion_etl.reading.limits import refuse_pages, refuse_streams
from rendicion_etl.reading.page import Box, Floats, Frame, Page, Picture
from rendicion_etl.reading.rulings import rulings_of
from rendicion_etl.reading.text_layer import Font, read_text_layer

if TYPE_CHECKING:
    from PIL.Image import Image

# What pdfium says when it refuses a file: why, and what the reader of the message can do.
_REFUSALS = {
    pdfium.FPDF_ERR_PASSWORD: (
        "el PDF está protegido con contraseña",
        "Pida a la institución una copia sin contraseña, o guárdela sin protección y vuelva a ingerirla.",
    ),
    pdfium.FPDF_ERR_FORMAT: (
        "el archivo no es un PDF válido o está truncado",
        "Descárguelo de nuevo y compruebe que abre en un visor de PDF.",
    ),
    pdfium.FPDF_ERR_SECURITY: (
        "el PDF usa un cifrado que no se puede abrir",
        "Pida a la institución una copia sin cifrar.",
    ),
}
HELD = 32  # pages of which pdfium may hold what it parsed
MOST_PIXELS = 1 << 29  # of a picture: half a gigabyte where it is grey
_DEFAULT_REFUSAL = ("el PDF no se puede abrir", "Compruebe que abre en un visor de PDF y vuelva a guardarlo.")


class Pdf:
    """An open PDF. Use as a context manager; errors are `UnreadableDocument` with the file's own name."""

    def __init__(self, path: Path, file_name: str) -> None:
        self.path, self.file_name = path, file_name
        self._drawn: tuple[int, Any] | None = None
        self._opened: tuple[int, Any] | None = None
        self._fonts: dict[str, Font] = {}
        self._n_opened = 0
        refuse_streams(path, file_name)
        try:
            self.n_pages = len(self._doc)
            if pdfium.FPDF_GetSecurityHandlerRevision(self._doc.raw) >= 0 and (keys := keys_of(path)):
                refuse_streams(path, file_name, keys)
            if not self.n_pages:
                raise UnreadableDocument(file_name, "el PDF no tiene páginas", _REFUSALS[pdfium.FPDF_ERR_FORMAT][1])
            refuse_pages(self.n_pages, file_name)
        except UnreadableDocument:
            self.close()
            raise

    @cached_property
    def _doc(self) -> Any:
        try:
            return pypdfium2.PdfDocument(self.path)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code == pdfium.FPDF_ERR_PASSWORD and not _lacks_password(self.path):
                code = pdfium.FPDF_ERR_SECURITY
            why, next_step = _REFUSALS.get(code, _DEFAULT_REFUSAL)
            raise UnreadableDocument(self.file_name, why, next_step) from error

    @property
    def producer(self) -> str | None:
        """The program that made the file, as its metadata says; None where it does not."""
        meta: dict[str, str] = self._doc.get_metadata_dict()
        return meta.get("Producer") or meta.get("Creator") or None

    def page(self, number: int) -> Page:
        """Read page `number` (from 1): its size as displayed and its visible characters."""
        handle = self._open(number)
        frame = _frame(handle)
        chars, turn, layer = read_text_layer(handle, frame, self._fonts)
        width, height = handle.get_size() if turn % 2 == 0 else handle.get_size()[::-1]
        rulings = rulings_of(self.drawn(number), lambda boxes: frame.as_read(_from_tablers(frame, boxes), turn))
        return Page(number, width, height, chars, rulings, turn, frame, layer)

    def pages(self) -> Iterator[Page]:
        """All pages in order, one in memory at a time."""
        return (self.page(n) for n in range(1, self.n_pages + 1))

    def render(self, number: int, scale: float = 2.0, box: Box | None = None) -> Image:
        """Page `number` as a picture, as displayed, `scale` pixels a point; cropped to `box` where given."""
        picture: Image = self._rendered(number, scale, box, grayscale=False).to_pil()
        return picture

    def pixels(self, number: int, dpi: float, box: Box | None = None) -> Picture:
        """Page `number` as displayed, as rows of grey pixels, `dpi` an inch; cropped to `box` where given."""
        return np.array(self._rendered(number, dpi / 72, box, grayscale=True).to_numpy())

    def _rendered(self, number: int, scale: float, box: Box | None, *, grayscale: bool) -> Any:
        """A bitmap of what lies in a box of a page; a pixel of paper where none of it is on the page."""
        handle = self._open(number)
        margins = _margins(handle, box)
        width, height = (math.ceil(side * scale) for side in handle.get_size())
        left, bottom, right, top = (math.ceil(side * scale) for side in margins)
        width, height = width - left - right, height - bottom - top
        if min(width, height) < 1:
            paper = pypdfium2.PdfBitmap.new_native(1, 1, pdfium.FPDFBitmap_Gray if grayscale else pdfium.FPDFBitmap_BGR)
            paper.fill_rect((255, 255, 255, 255), 0, 0, 1, 1)
            return paper
        if width * height > MOST_PIXELS:
            why = f"la página {number} es demasiado grande para dibujarla"
            next_step = "Pida otra copia a la institución."
            raise UnreadableDocument(self.file_name, why, next_step)
        return handle.render(scale=scale, crop=margins, grayscale=grayscale)

    def size(self, number: int) -> tuple[float, float]:
        """Width and height of page `number` as displayed, in points."""
        width, height = self._open(number).get_size()
        return float(width), float(height)

    def pictured(self, number: int) -> float:
        """How much of page `number` its largest picture covers, from 0 to 1."""
        handle = self._open(number)
        left, bottom, right, top = handle.get_bbox()
        boxes = [item.get_bounds() for item in handle.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE])]
        areas = [
            max(min(x1, right) - max(x0, left), 0) * max(min(y1, top) - max(y0, bottom), 0) for x0, y0, x1, y1 in boxes
        ]
        return float(max(areas, default=0.0) / ((right - left) * (top - bottom)))

    def _open(self, number: int) -> Any:
        """Page `number` as pdfium has it, parsed once while it is the one in use."""
        if self._opened is None or self._opened[0] != number:
            self._close_page()
            self._n_opened += 1
            if self._n_opened % HELD == 0:
                self.release()
            try:
                self._opened = (number, self._doc[number - 1])
            except pypdfium2.PdfiumError as error:
                why, next_step = f"la página {number} está dañada", "Descargue el archivo de nuevo."
                raise UnreadableDocument(self.file_name, why, next_step) from error
        return self._opened[1]

    def _close_page(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def drawn(self, number: int) -> Any:
        """Page `number` as tablers has it; `as_read` brings its boxes to the page as read."""
        if self._drawn is None or self._drawn[0] != number:
            self._drawn = (number, self._tablers.get_page(number - 1))
        return self._drawn[1]

    @cached_property
    def _tablers(self) -> Any:
        from tablers import Document

        return Document(str(self.path))

    @cached_property
    def plumber(self) -> Any:
        """The same file opened by pdfplumber (pdfminer): the parser of the independent second reading."""
        import pdfplumber

        logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns people, in English, of fonts that lack a box
        return pdfplumber.open(self.path)

    def release(self) -> None:
        """Let go of what pdfium and tablers hold of the pages so far; the file is opened again for whoever asks."""
        self._drawn = None
        self._close_page()
        self._close_file("_tablers", "_doc")

    def close(self) -> None:
        self.release()
        self._close_file("plumber")

    def _close_file(self, *names: str) -> None:
        for name in names:
            if name in self.__dict__:
                with suppress(Exception):  # to close a file, pdfplumber parses its pages, which may be what failed
                    self.__dict__.pop(name).close()

    def __enter__(self) -> Pdf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_pdf(path: Path, file_name: str) -> Pdf:
    """Open a PDF for reading; raises UnreadableDocument naming `file_name`, the reason and the next step."""
    return Pdf(path, file_name)


def _lacks_password(path: Path) -> bool:
    """Whether a password would open a file; pdfium asks for one of every encryption that it does not know, too."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser

    with path.open("rb") as file:
        try:
            PDFDocument(PDFParser(file))
        except PDFPasswordIncorrect:
            return True
        except PDFEncryptionError:
            return False
        except Exception:  # pdfminer fails in many ways on damaged files; then pdfium's word stands
            return True
    return False


def standard_glyphs(face: str, text: str) -> list[Picture]:
    """Characters as one of the fonts that every PDF reader knows draws them, each as grey pixels."""
    document = pypdfium2.PdfDocument.new()
    try:
        page = document.new_page(40 * len(text), 60)
        font = pdfium.FPDFText_LoadStandardFont(document, face.encode())
        for k, char in enumerate(text):
            item = pdfium.FPDFPageObj_CreateTextObj(document, font, 40.0)
            pdfium.FPDFText_SetText(item, (pdfium.FPDF_WCHAR * 2)(ord(char), 0))
            pdfium.FPDFPageObj_Transform(item, 1, 0, 0, 1, 40 * k + 6, 15)
            pdfium.FPDFPage_InsertObject(page, item)
        pdfium.FPDFPage_GenerateContent(page)
        drawn = np.array(page.render(grayscale=True).to_numpy())
        return [drawn[:, 40 * k : 40 * (k + 1)] for k in range(len(text))]
    finally:
        document.close()


def as_read(page: Page, boxes: Floats) -> Floats:
    """Boxes that tablers found on a page, on the page as it is read."""
    return page.frame.as_read(_from_tablers(page.frame, boxes), page.turn)


def _margins(handle: Any, box: Box | None) -> tuple[float, float, float, float]:
    """How much of a page to leave out, left, bottom, right and top, so that a box of it is left."""
    width, height = handle.get_size()
    left, top, right, bottom = box or Box(0, 0, width, height)
    return max(left, 0), max(height - bottom, 0), max(width - right, 0), max(top, 0)


def _frame(handle: Any) -> Frame:
    left, bottom, right, top = handle.get_bbox()
    return Frame(left, bottom, right, top, int(handle.get_rotation()) // 90 % 4)


def _from_tablers(frame: Frame, boxes: Floats) -> Floats:
    """Boxes as tablers gives them -> (left, top, right, bottom) in PDF user space."""
    height = frame.top - frame.bottom
    return np.column_stack((boxes[:, 0], height - boxes[:, 1], boxes[:, 2], height - boxes[:, 3]))
