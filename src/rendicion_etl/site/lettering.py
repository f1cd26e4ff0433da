"""Letters for pictures, drawn by pdfium.

The font that Pillow brings along has no accents, and a system may have no fonts at all.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_LINE = 1.3  # height of a line, in sizes of the letters
_DESCENT = 0.32


def lettering(text: str, size: float, *, bold: bool = False) -> Image:
    """One line of text, black on white, as a greyscale picture as wide as the text; `size` in pixels."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument.new()
    try:
        font = pdfium.FPDFText_LoadStandardFont(document, b"Helvetica-Bold" if bold else b"Helvetica")
        letters = pdfium.FPDFPageObj_CreateTextObj(document, font, size)
        encoded = (text + "\0").encode("utf-16-le", "replace")
        pdfium.FPDFText_SetText(letters, (pdfium.FPDF_WCHAR * (len(encoded) // 2)).from_buffer_copy(encoded))
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(letters, left, bottom, right, top)
        page = document.new_page(max(right.value, 1) + 1, size * _LINE)
        pdfium.FPDFPageObj_Transform(letters, 1, 0, 0, 1, 0, size * _DESCENT)
        pdfium.FPDFPage_InsertObject(page, letters)
        pdfium.FPDFPage_GenerateContent(page)
        picture: Image = page.render(scale=1, grayscale=True).to_pil()
        page.close()
        pdfium.FPDFFont_Close(font)
        return picture
    finally:
        document.close()
