"""A PDF file opened for reading: pages as characters, pages as pictures, and the handles that readers need."""

from __future__ import annotations

import ctypes
import logging
import math
import unicodedata
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.keys import keys_of
from rendicion_etl.reading.limits import refuse_pages, refuse_streams
from rendicion_etl.reading.page import Box, Chars, Floats, Frame, Layer, Page, Picture, turned
from rendicion_etl.reading.rulings import rulings_of

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
SMALL_PRINT, SMALLER = 0.78, 0.92  # of the height of the character before
SAME_FLOW = 1.0  # points: a character that begins where the last one ended has its direction
MOST_TURNED = 0.6  # of the characters: then the page is turned, and not a few headers
BESIDE = 0.35  # of the height of the character before
RAISED = 0.15  # of a character's own height above the line
MOST_PIXELS = 1 << 29  # of a picture: half a gigabyte where it is grey
MANY = 30  # characters of a page: fewer in a font are of a title
SAMPLE = 20  # words that tell whether text is drawn
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Codes of white space, and of marks that draw nothing.
NO_INK = frozenset((0x02, *range(0x09, 0x0E), 0x20, 0xA0, 0x200B, 0xFEFF))
_DEFAULT_REFUSAL = ("el PDF no se puede abrir", "Compruebe que abre en un visor de PDF y vuelva a guardarlo.")


@dataclass(slots=True)
class Font:
    """A font as a document names it (a subset has a name of its own), and the digits not met in it so far."""

    name: str
    bold: bool = False
    new: set[str] = field(default_factory=lambda: set("0123456789"))


class Pdf:
    """An open PDF. Use as a context manager; errors are `UnreadableDocument` with the file's own name."""

    def __init__(self, path: Path, file_name: str) -> None:
        self.path, self.file_name = path, file_name
        self._drawn: tuple[int, Any] | None = None
        self._opened: tuple[int, Any] | None = None
        self._fonts: dict[str, Font] = {}
        refuse_streams(path, file_name)
        try:
            self._doc = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code == pdfium.FPDF_ERR_PASSWORD and not _lacks_password(path):
                code = pdfium.FPDF_ERR_SECURITY
            why, next_step = _REFUSALS.get(code, _DEFAULT_REFUSAL)
            raise UnreadableDocument(file_name, why, next_step) from error
        self.n_pages = len(self._doc)
        try:
            if pdfium.FPDF_GetSecurityHandlerRevision(self._doc.raw) >= 0 and (keys := keys_of(path)):
                refuse_streams(path, file_name, keys)
            if not self.n_pages:
                raise UnreadableDocument(file_name, "el PDF no tiene páginas", _REFUSALS[pdfium.FPDF_ERR_FORMAT][1])
            refuse_pages(self.n_pages, file_name)
        except UnreadableDocument:
            self.close()
            raise

    @property
    def producer(self) -> str | None:
        """The program that made the file, as its metadata says; None where it does not."""
        meta: dict[str, str] = self._doc.get_metadata_dict()
        return meta.get("Producer") or meta.get("Creator") or None

    def page(self, number: int) -> Page:
        """Read page `number` (from 1): its size as displayed and its visible characters."""
        handle = self._open(number)
        frame = _frame(handle)
        chars, turn, layer = _chars(handle, frame, self._fonts)
        width, height = handle.get_size()
        rulings = rulings_of(self.drawn(number), lambda boxes: _as_read(frame, _from_tablers(frame, boxes), turn))
        if turn % 2:
            width, height = height, width
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

    def close(self) -> None:
        self._drawn = None
        self._close_page()
        for name in ("_tablers", "plumber"):
            if name in self.__dict__:
                with suppress(Exception):  # to close a file, pdfplumber parses its pages, which may be what failed
                    self.__dict__.pop(name).close()
        self._doc.close()

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
    return _as_read(page.frame, _from_tablers(page.frame, boxes), page.turn)


def _margins(handle: Any, box: Box | None) -> tuple[float, float, float, float]:
    """How much of a page to leave out, left, bottom, right and top, so that a box of it is left."""
    width, height = handle.get_size()
    left, top, right, bottom = box or Box(0, 0, width, height)
    return max(left, 0), max(height - bottom, 0), max(width - right, 0), max(top, 0)


def _frame(handle: Any) -> Frame:
    left, bottom, right, top = handle.get_bbox()
    return Frame(left, bottom, right, top, int(handle.get_rotation()) // 90 % 4)


def _chars(handle: Any, frame: Frame, known_fonts: dict[str, Font]) -> tuple[Chars, int, Layer]:
    """The visible characters of a page, white space left out, the quarter turns by which most are turned, the layer.

    Boxes are those of the page turned back, so that most of its text stands upright.
    """
    textpage = handle.get_textpage()
    raw = textpage.raw
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    fonts: dict[int, tuple[int, Font]] = {}  # by address: its number on the page
    known: dict[int, str | None] = {}
    font, number, turn, end = Font(""), 0, 0, 0.0
    texts: list[str] = []
    set_in: list[int] = []
    digits: list[tuple[Font, int, str, int]] = []
    places: list[int] = []
    words = unseen = nameless = 0
    turns: list[int] = []
    spaced: list[bool] = []
    sides = array("d")
    rect = pdfium.FS_RECTF()
    pointer = ctypes.byref(rect)
    space = True
    for i in range(textpage.count_chars()):
        code = unicode_of(raw, i)
        if code not in known:
            known[code] = _text_of(code)
        text = known[code]
        if text is None:
            space = True
            nameless += code not in NO_INK
            continue
        if not box_of(raw, i, pointer):
            continue
        left, right = rect.left, rect.right
        sides.extend((left, rect.top, right, rect.bottom))
        if space:  # a word has one font: asking at its first character is enough
            item = pdfium.FPDFText_GetTextObject(raw, i)
            number, font = _font_of(item, fonts, known_fonts)
            if words < SAMPLE:
                words += 1
                unseen += pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        if space or abs(left - end) > SAME_FLOW:
            turn = _quarters(pdfium.FPDFText_GetCharAngle(raw, i), frame.quarters)
        end = right
        texts.append(text)
        set_in.append(number)
        if text in font.new:
            font.new.discard(text)
            digits.append((font, number, text, turn))
            places.append(i)
        turns.append(turn)
        spaced.append(space)
        space = False
    tight = [textpage.get_charbox(i) for i in places]
    textpage.close()
    boxes = np.array(sides).reshape(-1, 4)
    counts = np.bincount(turns or [0], minlength=4)
    most = int(counts.argmax()) if counts.max() > MOST_TURNED * max(len(texts), 1) else 0
    x0, top, x1, bottom = np.ascontiguousarray(_as_read(frame, boxes, most).T)
    turned_by = (np.array(turns, dtype=np.int8) - most) % 4
    _part_ligatures(x0, top, x1, bottom, turned_by == 0)
    _mark_superscripts(texts, x0, top, x1, bottom)
    width, height = handle.get_size() if most % 2 == 0 else handle.get_size()[::-1]
    keep = np.flatnonzero((x1 > 0) & (x0 < width) & (bottom > 0) & (top < height))
    set_font = np.array(set_in, dtype=np.int16)[keep]
    chars = Chars(
        [texts[i] for i in keep],
        x0[keep],
        top[keep],
        x1[keep],
        bottom[keep],
        np.array([font.bold for _, font in fonts.values()], dtype=bool)[set_font],
        np.array(spaced, dtype=bool)[keep],
        turned_by[keep],
    )
    met: dict[tuple[str, str], Box] = {}
    many = np.bincount(set_font, minlength=len(fonts)) >= MANY
    for (font, k, digit, turn), box in zip(digits, tight, strict=True):
        if turn == most and many[k]:
            met[font.name, digit] = _as_displayed(frame, box)
        else:
            font.new.add(digit)
    names = [font.name for _, font in fonts.values()]
    layer = Layer(names, set_font, met, nameless, unseen / max(words, 1))
    return chars, most, layer


def _quarters(angle: float, quarters: int) -> int:
    """Quarter turns, clockwise, of a character on the page as displayed: `angle` in radians, `quarters` of the page."""
    return (round(math.degrees(angle) / 90) + quarters) % 4 if angle >= 0 else 0


def _part_ligatures(x0: Floats, top: Floats, x1: Floats, bottom: Floats, upright: npt.NDArray[np.bool_]) -> None:
    """Put the letters of a ligature side by side, in place; `upright` tells letters from those of turned text.

    pdfium gives the letters of an "fi" or "ti" the whole box of their glyph each, or halves of it that were split
    before the page was turned: on a page with /Rotate the two then stand one above the other.
    """
    near = 0.05  # points
    same = (np.abs(np.diff(x0)) < near) & (np.abs(np.diff(x1)) < near) & upright[1:]
    level = np.abs(np.diff(top)) < near
    stacked = (np.abs(top[1:] - bottom[:-1]) < near) | (np.abs(bottom[1:] - top[:-1]) < near)
    change = np.diff(np.concatenate(([0], (same & (level | stacked)).astype(np.int8), [0])))
    for first, last in zip(np.flatnonzero(change > 0).tolist(), np.flatnonzero(change < 0).tolist(), strict=True):
        part = np.arange(first, last + 1)
        edges = np.linspace(x0[first], x1[first], len(part) + 1)
        x0[part], x1[part] = edges[:-1], edges[1:]
        beside = first and abs(x1[first - 1] - edges[0]) < bottom[first - 1] - top[first - 1]
        like = slice(first - 1, first) if beside else part
        top[part], bottom[part] = top[like].min(), bottom[like].max()


def _mark_superscripts(texts: list[str], x0: Floats, top: Floats, x1: Floats, bottom: Floats) -> None:
    """Make a digit that is set smaller and higher than the character just before it a superscript, in place.

    It is the mark of a note, and no digit of the figure it stands beside. One not much smaller must also rise above it.
    """
    height = bottom - top
    before = height[:-1]
    lifted = bottom[1:] < bottom[:-1] - RAISED * height[1:]
    above = top[1:] < top[:-1] - RAISED / 2 * height[1:]
    smaller = (height[1:] < SMALL_PRINT * before) | (above & (height[1:] < SMALLER * before))
    level = np.abs(np.diff(bottom)) < height[1:]  # on the same line
    beside = np.abs(x0[1:] - x1[:-1]) < BESIDE * before
    for k in np.flatnonzero(lifted & smaller & level & beside) + 1:
        if not (texts[k - 1].isalnum() or texts[k - 1] in ")%.*"):  # a bracket may come from another, larger font
            continue
        end = k
        while end < len(texts) and texts[end].isdigit() and abs(bottom[end] - bottom[k]) < height[k]:
            end += 1
            if end < len(texts) and height[end] > height[k] / SMALLER:
                break
        goes_on = end < len(texts) and texts[end] in ".,0123456789" and abs(x0[end] - x1[end - 1]) < BESIDE * height[k]
        if not goes_on:  # digits that go on are a figure, beside a sign from a larger font
            texts[k:end] = [text.translate(_SUPERSCRIPTS) for text in texts[k:end]]


def _font_of(item: Any, on_page: dict[int, tuple[int, Font]], known: dict[str, Font]) -> tuple[int, Font]:
    """The font of a text object and its number on the page.

    It is bold by its name: the weight that files declare is seldom true.
    """
    handle = pdfium.FPDFTextObj_GetFont(item)
    key = ctypes.addressof(handle.contents) if handle else 0
    if key not in on_page:
        content = ctypes.create_string_buffer(128)
        if handle:
            pdfium.FPDFFont_GetBaseFontName(handle, content, 128)
        name = content.value.decode("latin-1")
        bold = any(word in name.lower() for word in ("bold", "black", "heavy", "semib", "demi"))
        on_page[key] = len(on_page), known.setdefault(name, Font(name, bold))
    return on_page[key]


def _text_of(code: int) -> str | None:
    """A character as text; None for white space and what is not printed."""
    if code in (0x02, 0xFFFE):  # how pdfium marks a hyphen at the end of a line
        return "-"
    if code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    char = chr(code)
    if char.isspace() or code in (0x200B, 0xFEFF):
        return None
    return unicodedata.normalize("NFKC", char) if 0xFB00 <= code <= 0xFB06 else char


def _as_displayed(frame: Frame, box: tuple[float, float, float, float]) -> Box:
    """A box (left, bottom, right, top) in PDF user space on the page as displayed."""
    left, bottom, right, top = box
    return Box(*_as_read(frame, np.array([[left, top, right, bottom]]), 0)[0].tolist())


def _as_read(frame: Frame, boxes: Floats, turn: int) -> Floats:
    """Boxes (left, top, right, bottom) in PDF user space -> x0, top, x1, bottom on the page as it is read."""
    left, bottom, right, top, quarters = frame
    flipped = np.column_stack((boxes[:, 0] - left, top - boxes[:, 1], boxes[:, 2] - left, top - boxes[:, 3]))
    return turned(flipped, turn - quarters, right - left, top - bottom)


def _from_tablers(frame: Frame, boxes: Floats) -> Floats:
    """Boxes as tablers gives them -> (left, top, right, bottom) in PDF user space."""
    height = frame.top - frame.bottom
    return np.column_stack((boxes[:, 0], height - boxes[:, 1], boxes[:, 2], height - boxes[:, 3]))
