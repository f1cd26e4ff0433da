"""Scans with known content: the pages of a PDF as pictures alone, as a scanner would give them.

A page is drawn in grey at `dpi`; then paper and glass have their say, in this order: a stamp on the paper, paper that
rises from the glass, paper laid askew, noise and specks of the sensor. The picture may be turned, and is kept as it is
or as a JPEG. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rendicion_etl.reading.ocr import Ocr
from rendicion_etl.reading.page import Box, Page
from rendicion_etl.reading.page_reader import PageReader
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import RawTable

Picture = npt.NDArray[np.uint8]  # rows of grey pixels, 255 is white
Layer = Callable[[Canvas, int], None]  # draws on the page of this number (from 1), over its picture

SEED = 20210430
PAPER = 248  # of 255: what noise can lighten and darken
CLINGS = 3.0  # paper that rises at one edge lies flat again after about a third of its width
SPECKS = 60  # on a page with noise
STAMP_INK, STAMP_COVERS = 110, 0.55  # of 255: blue-grey; how much of what is beneath the ink hides
STAMP_TEXT = ("DIRECCIÓN", "FINANCIERA", "RECIBIDO", "12 MAY 2021")
FONT = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"


@dataclass(frozen=True)
class Scanner:
    """How pages are scanned.

    dpi: pixels an inch. skew: degrees by which the paper lies turned about its middle, clockwise. noise: standard
    deviation, in levels of 255. jpeg: quality, None for no loss. stamp: where the paper was stamped, in points. turned:
    quarter turns of the picture, clockwise. bent: points by which lines are pushed down at the left edge of the paper,
    most at its top.
    """

    dpi: int = 200
    skew: float = 0.0
    noise: float = 0.0
    jpeg: int | None = None
    stamp: Box | None = None
    turned: int = 0
    bent: float = 0.0

    def pictures(self, pdf: Path | bytes) -> list[Picture]:
        """The pages of a PDF as the scanner sees them."""
        with pypdfium2.PdfDocument(pdf) as document:
            drawn = [page.render(scale=self.dpi / 72, grayscale=True).to_numpy().copy() for page in document]
        return [self._scan(picture, number) for number, picture in enumerate(drawn, 1)]

    def scan(self, pdf: Path | bytes, out: Path, layer: Layer | None = None) -> Path:
        """Write the pages of a PDF as a PDF of pictures, with what `layer` draws over them. Returns `out`."""
        return write_pictures(self.pictures(pdf), out, self.dpi, self.jpeg, layer)

    def moved(self, box: Box, width: float, height: float) -> Box:
        """The upright rectangle on the scan that holds a box of the scanned page, which has this size in points."""
        x = np.array([box.x0, box.x1] * 2)
        y = np.repeat([box.top, box.bottom], 2)
        y = y + _rise(x, self.bent, width) * (1 - y / height)
        cos, sin = np.cos(np.radians(self.skew)), np.sin(np.radians(self.skew))
        dx, dy = x - width / 2, y - height / 2
        x, y = width / 2 + cos * dx - sin * dy, height / 2 + sin * dx + cos * dy
        for _ in range(self.turned % 4):
            x, y, width, height = height - y, x, height, width
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    def _scan(self, picture: Picture, number: int) -> Picture:
        if self.stamp:
            picture = _stamped(picture, self.stamp, self.dpi / 72)
        if self.bent or self.skew:
            picture = self._laid(picture)
        if self.noise:
            picture = _noisy(picture, self.noise, np.random.default_rng(SEED + number))
        return np.ascontiguousarray(np.rot90(picture, -self.turned))

    def _laid(self, picture: Picture) -> Picture:
        """The paper on the glass: for each pixel of the scan, where on the straight page it comes from."""
        height, width = picture.shape
        x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
        cos, sin = np.cos(np.radians(self.skew)), np.sin(np.radians(self.skew))
        dx, dy = x - width / 2, y - height / 2
        x, y = width / 2 + cos * dx + sin * dy, height / 2 - sin * dx + cos * dy
        rise = _rise(x, self.bent * self.dpi / 72, width)
        y = (y - rise) / (1 - rise / height)
        places = x.astype(np.float32), y.astype(np.float32)
        return cv2.remap(picture, *places, cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=255)


def scanned(
    pdf: Path | bytes,
    out: Path,
    dpi: int = 200,
    skew: float = 0.0,
    noise: float = 0.0,
    jpeg: int | None = None,
    stamp: Box | None = None,
    turned: int = 0,
    bent: float = 0.0,
) -> Path:
    """Write the pages of a PDF as pictures without any text; `Scanner` says what the arguments do. Returns `out`."""
    return Scanner(dpi, skew, noise, jpeg, stamp, turned, bent).scan(pdf, out)


def read(pdf: Path) -> tuple[list[RawTable], list[Page]]:
    """What `read_tables` gives for a file, with models that are loaded once for all files."""
    with open_pdf(pdf, pdf.name) as opened:
        return read_tables(opened, PageReader(opened, ocr=_ocr()))


@cache
def _ocr() -> Ocr:
    return Ocr()


def write_pictures(
    pictures: Sequence[Picture], out: Path, dpi: int, jpeg: int | None = None, layer: Layer | None = None
) -> Path:
    """A PDF with a picture on each page and what `layer` draws over it. Returns `out`."""
    with patch.object(rl_config, "useA85", 0):  # bytes as they are, not as text
        canvas = Canvas(str(out), invariant=1, pageCompression=1)
        for number, picture in enumerate(pictures, 1):
            height, width = (side * 72 / dpi for side in picture.shape)
            canvas.setPageSize((width, height))
            canvas.drawImage(_kept(picture, jpeg), 0, 0, width, height)
            if layer:
                layer(canvas, number)
            canvas.showPage()
        canvas.save()
    return out


def _kept(picture: Picture, jpeg: int | None) -> ImageReader:
    image = Image.fromarray(picture)
    if jpeg is None:
        return ImageReader(image)
    data = BytesIO()
    image.save(data, "JPEG", quality=jpeg)
    data.seek(0)
    return ImageReader(data)


def _rise(x: npt.NDArray[np.float64], bent: float, width: float) -> npt.NDArray[np.float64]:
    """How far a line at the top of the page is pushed down; less further down, nothing at the foot."""
    return bent * np.exp(-CLINGS * x / width)


def _noisy(picture: Picture, noise: float, chance: np.random.Generator) -> Picture:
    level = picture * (PAPER / 255) + chance.normal(0, noise, picture.shape)
    height, width = picture.shape
    for _ in range(SPECKS):
        x, y, size = chance.integers(width), chance.integers(height), 1 + chance.integers(3)
        level[y : y + size, x : x + size] = 80
    return np.clip(np.rint(level), 0, 255).astype(np.uint8)


def _stamped(picture: Picture, box: Box, scale: float) -> Picture:
    """A ring with four lines of text in it, half transparent as ink is."""
    sides = [round(side * scale) for side in box]
    size = (sides[2] - sides[0], sides[3] - sides[1])
    ink = Image.new("L", size, 0)
    draw = ImageDraw.Draw(ink)
    thick = max(round(1.6 * scale), 1)
    for inset in (0, round(4 * scale)):
        draw.ellipse((inset, inset, size[0] - 1 - inset, size[1] - 1 - inset), outline=255, width=thick)
    font = ImageFont.truetype(str(FONT), size[1] / 11)
    for k, line in enumerate(STAMP_TEXT):
        draw.text((size[0] / 2, size[1] * (0.29 + 0.14 * k)), line, fill=255, font=font, anchor="mm")
    cover = np.asarray(ink, dtype=float) / 255 * STAMP_COVERS
    out = picture.copy()
    under = out[sides[1] : sides[3], sides[0] : sides[2]]
    cover = cover[: under.shape[0], : under.shape[1]]
    under[:] = np.rint(under * (1 - cover) + np.minimum(under, STAMP_INK) * cover).astype(np.uint8)
    return out
