"""PDFs that no institution makes, each of one trait that a reader may stumble over; `many` is how much of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

from locked import ID, Lock, hexed, lock_of

Build = Callable[[int], bytes]


def pdf(*objects: bytes, trailer: bytes = b"", version: bytes = b"1.7", lock: Lock | None = None) -> bytes:
    """A PDF of numbered objects, the catalogue first; encrypted where a lock is given."""
    out, at = bytearray(b"%PDF-" + version + b"\n"), []
    if lock:
        objects = (*(lock.encrypt(number, body) for number, body in enumerate(objects, 1)), b"<< %s >>" % lock.entries)
        trailer += b" /Encrypt %d 0 R /ID [%s %s]" % (len(objects), hexed(ID), hexed(ID))
    for number, body in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begin, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in at)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, begin))


def stream(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), more, packed)


def one_page(
    content: bytes,
    page: bytes = b"/MediaBox [0 0 612 792]",
    *more: bytes,
    catalogue: bytes = b"",
    trailer: bytes = b"",
    lock: Lock | None = None,
) -> bytes:
    """A page with Helvetica as /F1; `more` objects are numbered from 6."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
        trailer=trailer,
        lock=lock,
    )


def text_at(rows: Sequence[Sequence[str]], x: float = 50, y: float = 700, step: float = 100, size: float = 9) -> bytes:
    """The operators that print rows of a table, without rules."""
    out = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            safe = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            out.append(b"BT /F1 %g Tf %.2f %.2f Td (%s) Tj ET" % (size, x + c * step, y - 16 * r, safe))
    return b"\n".join(out)


ROWS = [
    ("Grupo de gasto", "Vigente", "Devengado"),
    ("Servicios personales", "100.00", "50.00"),
    ("Servicios no personales", "300.00", "30.00"),
    ("TOTAL", "400.00", "80.00"),
]
HEAD = [("Secretaría de Coordinación Ejecutiva de la Presidencia",), ("Informe de rendición, enero a abril de 2021",)]
TABLE = text_at(HEAD, y=760) + b"\n" + text_at(ROWS, step=170)


def ruled(columns: int, rows: int = 4, step: float = 40) -> bytes:
    """Operators of a ruled table of so many columns, with figures whose totals hold."""
    lines = [
        b"%.2f %.2f m %.2f %.2f l S" % (20, 700 - 16 * r, 20 + columns * step, 700 - 16 * r) for r in range(rows + 1)
    ]
    lines += [b"%.2f 700 m %.2f %.2f l S" % (20 + c * step, 20 + c * step, 700 - 16 * rows) for c in range(columns + 1)]
    figures = [
        [f"{10 if r < rows - 1 else 10 * (rows - 2)}" if r else f"C{c}" for c in range(columns)] for r in range(rows)
    ]
    return b"\n".join(lines) + b"\n" + text_at(figures, 22, 690, step, min(8, step / 6))


def encrypted(revision: int, user: str = "", method: bytes | None = None) -> bytes:
    """The table alone, under the standard security handler."""
    return one_page(stream(TABLE), lock=lock_of(revision, user, method))


def encryption_unknown(entries: bytes) -> bytes:
    lock = Lock(entries + b" /O (x) /U (x) /P -1", lambda _, data: data)
    return one_page(stream(TABLE), lock=lock)


def many_pages(n: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (k + 3) for k in range(n))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, n), *[page] * n
    )


def bomb(mib: int) -> bytes:
    return one_page(stream(TABLE + b"\n" + b" " * (mib << 20)))


def _box(box: bytes, rotate: int = 0) -> bytes:
    return one_page(stream(TABLE), b"/MediaBox [%s] /Rotate %d" % (box, rotate))


def _nested(opening: bytes, closing: bytes, n: int) -> bytes:
    deep = opening * n + closing * n
    return one_page(stream(TABLE), b"/MediaBox [0 0 612 792] /Extra %s" % deep)


def _form_in_itself(_: int) -> bytes:
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>")
    page = b"/MediaBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> /Font << /F1 5 0 R >> >>"
    return one_page(stream(TABLE + b"\n/X Do"), page, form)


def _unicode_text(text: str) -> bytes:
    """A table beside which a text stands whose characters only a /ToUnicode tells."""
    codes = list(dict.fromkeys(text))[:200]
    pairs = b"\n".join(b"<%02x> <%s>" % (k + 33, c.encode("utf-16-be").hex().encode()) for k, c in enumerate(codes))
    cmap = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap"
    said = bytes(codes.index(c) + 33 for c in text).hex().encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    page = b"/MediaBox [0 0 612 792] /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >>"
    shown = b"\n".join(b"BT /F2 9 Tf %d %d Td <%s> Tj ET" % (x, y, said) for x, y in ((50, 720), (50, 636), (220, 652)))
    return one_page(stream(TABLE + b"\n" + shown), page, font, stream(cmap % (len(codes), pairs)))


def _picture(width: int, height: int, data: bytes = b"\0" * 64) -> bytes:
    image = stream(
        data,
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
        % (width, height),
    )
    page = b"/MediaBox [0 0 612 792] /Resources << /XObject << /X 6 0 R >> /Font << /F1 5 0 R >> >>"
    return one_page(stream(b"q 612 0 0 792 0 0 cm /X Do Q\n" + TABLE), page, image)


BUILT: dict[str, tuple[Build, int, int]] = {
    # name: (build, how many in the tests, how many in the long run)
    "page_tree_loop": (
        lambda _: pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"), 1, 1
    ),
    "page_tree_parent_loop": (
        lambda _: pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
        ), 1, 1,
    ),
    "count_of_pages_lies": (
        lambda n: pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count %d >>" % n),
        2000, 2**31 - 1,
    ),
    "count_of_pages_negative": (
        lambda n: pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count -%d >>" % n), 5, 2**31
    ),
    "form_in_itself": (_form_in_itself, 1, 1),
    "box_huge": (lambda n: _box(b"0 0 %d %d" % (n, n)), 200_000, 10**9),
    "box_of_userunit": (lambda n: one_page(stream(TABLE), b"/MediaBox [0 0 612 792] /UserUnit %d" % n), 75000, 10**9),
    "box_long": (lambda n: _box(b"0 0 612 %d" % n), 10**6, 10**8),
    "box_negative": (lambda n: _box(b"0 0 -612 -%d" % n), 792, 10**9),
    "box_empty": (lambda _: _box(b"0 0 0 0"), 1, 1),
    "box_thin": (lambda _: _box(b"0 0 612 0.001"), 1, 1),
    "box_of_words": (lambda _: _box(b"/A (b) null true"), 1, 1),
    "box_nan": (lambda _: _box(b"0 0 nan inf"), 1, 1),
    "rotated_oddly": (lambda n: _box(b"0 0 612 792", n), 45, 2**31 - 1),
    "crop_outside": (
        lambda _: one_page(stream(TABLE), b"/MediaBox [0 0 612 792] /CropBox [5000 5000 6000 6000]"), 1, 1
    ),
    "paths": (lambda n: one_page(stream(TABLE + b"\n0 0 m 9 9 l S" * n)), 10**5, 10**6),
    "rules_crossing": (
        lambda n: one_page(
            stream(
                TABLE + b"\n" + b"\n".join(
                    b"0 %d m 612 %d l S %.2f 0 m %.2f 792 l S" % (k * 792 // n, k * 792 // n, k * 600 / n, k * 600 / n)
                    for k in range(n)
                )
            )
        ), 300, 3000,
    ),
    "characters": (lambda n: one_page(stream(text_at([["123.45 "] * 8] * n, y=790, step=70, size=4))), 2000, 30_000),
    "columns": (
        lambda n: one_page(stream(ruled(n, step=1.4 if n > 300 else 40)), b"/MediaBox [0 0 %d 792]" % (n * 1.4 + 60)),
        10_000, 10_000,
    ),
    "columns_wide": (lambda n: one_page(stream(ruled(n)), b"/MediaBox [0 0 %d 792]" % (n * 40 + 40)), 150, 1000),
    "arrays_nested": (lambda n: _nested(b"[", b"]", n), 10_000, 10**6),
    "dictionaries_nested": (lambda n: _nested(b"<< /A ", b">>", n), 10_000, 10**6),
    "states_nested": (lambda n: one_page(stream(b"q " * n + TABLE + b" Q" * n)), 10_000, 10**6),
    "bomb": (bomb, 16, 2000),
    "length_negative": (
        lambda n: one_page(b"<< /Length -%d >>\nstream\n%s\nendstream" % (n, TABLE)), 9, 2**31
    ),
    "length_huge": (lambda n: one_page(b"<< /Length %d >>\nstream\n%s\nendstream" % (n, TABLE)), 10**9, 2**63),
    "matrix_nan": (lambda _: one_page(stream(b"nan inf -inf 1 0 0 cm\n" + TABLE)), 1, 1),
    "matrix_huge": (lambda n: one_page(stream(b"%d 0 0 %d 0 0 cm\n" % (n, n) + TABLE)), 10**9, 10**30),
    "matrix_flat": (lambda _: one_page(stream(b"0 0 0 0 0 0 cm\n" + TABLE)), 1, 1),
    "font_size_nan": (lambda _: one_page(stream(TABLE.replace(b"/F1 9 Tf", b"/F1 nan Tf"))), 1, 1),
    "font_size_huge": (lambda n: one_page(stream(TABLE.replace(b"/F1 9 Tf", b"/F1 %d Tf" % n))), 10**6, 10**30),
    "font_size_negative": (lambda n: one_page(stream(TABLE.replace(b"/F1 9 Tf", b"/F1 -%d Tf" % n))), 9, 10**6),
    "figures_far_too_long": (
        lambda n: one_page(stream(TABLE.replace(b"(100.00)", b"(" + b"9" * n + b".00)"))), 60, 5000
    ),
    "figures_of_many_decimals": (
        lambda n: one_page(stream(TABLE.replace(b"(100.00)", b"(0." + b"3" * n + b")"))), 40, 5000
    ),
    "many_pages": (many_pages, 5000, 2900),
    "picture_huge": (lambda n: _picture(n, n), 50_000, 10**6),
    "picture_negative": (lambda n: _picture(-n, n), 100, 2**31),
    "embedded_file": (
        lambda _: one_page(
            stream(TABLE), b"/MediaBox [0 0 612 792]", stream(b"MZ" + bytes(999), b"/Type /EmbeddedFile"),
            b"<< /Type /Filespec /F (../../../etc/cron.d/x) /EF << /F 6 0 R >> >>",
            catalogue=b"/Names << /EmbeddedFiles << /Names [(x) 7 0 R] >> >> /AF [7 0 R]",
        ), 1, 1,
    ),
    "javascript": (
        lambda _: one_page(
            stream(TABLE), b"/MediaBox [0 0 612 792] /AA << /O 6 0 R >>",
            b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
            catalogue=b"/OpenAction 6 0 R",
        ), 1, 1,
    ),
    "launch_and_links": (
        lambda n: one_page(
            stream(TABLE), b"/MediaBox [0 0 612 792] /Annots [%s]" % (b"6 0 R " * n),
            b"<< /Type /Annot /Subtype /Link /Rect [0 0 99 99] /A 7 0 R >>",
            b"<< /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> /URI (http://127.0.0.1:9/x) >>",
            catalogue=b"/OpenAction 7 0 R",
        ), 500, 100_000,
    ),
    "text_bidi": (lambda _: _unicode_text("\u202eTOTAL\u2066 de\u2069\u200f\u05d0\u0645"), 1, 1),
    "text_control": (lambda _: _unicode_text("A\x00B\x01\x1b[31m\x7f\x85\u2028\ufffe\uffff\u0000C"), 1, 1),
    "text_markup": (lambda _: _unicode_text("<script>alert()</script>{{x*x}}=cmd|'/c'!A"), 1, 1),
    "text_beyond": (lambda _: _unicode_text("\U0001f4a3\U000e0041\ue000\u0301\u0301\u0301"), 1, 1),
    "encrypted_r2": (lambda _: encrypted(2), 1, 1),
    "encrypted_r3": (lambda _: encrypted(3), 1, 1),
    "encrypted_r4_rc4": (lambda _: encrypted(4, method=b"V2"), 1, 1),
    "encrypted_r4_aes": (lambda _: encrypted(4), 1, 1),
    "encrypted_r4_identity": (lambda _: encrypted(4, method=b"Identity"), 1, 1),
    "encrypted_r5": (lambda _: encrypted(5), 1, 1),
    "encrypted_r6": (lambda _: encrypted(6), 1, 1),
    "encrypted_with_password": (lambda _: encrypted(3, "clave"), 1, 1),
    "encryption_unknown": (lambda _: encryption_unknown(b"/Filter /Standard /V 99 /R 99"), 1, 1),
    "encryption_of_another_handler": (lambda _: encryption_unknown(b"/Filter /Adobe.PubSec /V 4 /R 4"), 1, 1),
    "version_unknown": (lambda _: one_page(stream(TABLE)).replace(b"%PDF-1.7", b"%PDF-9.9"), 1, 1),
    "metadata_odd": (
        lambda _: pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
            b"<< /Producer (\\000\\377\\033[31m) /Creator 7 >>", trailer=b"/Info 4 0 R",
        ), 1, 1,
    ),
}  # fmt: skip

# Names under which a file may come; the content is a whole report.
NAMES = (
    "a;b.pdf",
    "$(touch x).pdf",
    "\U0001f4a3.pdf",
    "-rf.pdf",
    "con espacio\n.pdf",
    "á" * 125 + ".pdf",
    "%2e%2e%2fx.pdf",
    "..pdf",
    "'\"<b>.pdf",
    "\u202efdp.x.pdf",
)
