"""PDFs whose little says much: what decodes, repeats, nests or claims more than it holds, each in a place of its own.

The total of their table does not hold, so that the second reading and the picture of the page are asked too.
"""

from __future__ import annotations

import io
import zlib
from base64 import a85encode
from collections.abc import Iterable, Sequence

from hostile import ROWS, TABLE, Build, one_page, pdf, stream, text_at
from locked import lock_of
from PIL import Image

WRONG = TABLE.replace(b"(400.00)", b"(401.00)")
LETTER = b"/MediaBox [0 0 612 792] "
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
ALL_OF_IT = b"q 612 0 0 792 0 0 cm /X Do Q\n"
FULL = WRONG + b"\n" + text_at([ROWS[0]] * 30, y=600, step=170, size=4)  # too much text to be taken for a scan


def raw(data: bytes, more: bytes = b"") -> bytes:
    """A stream as it stands."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def deflated(data: bytes, mib: int) -> bytes:
    """Deflate of data and so many MiB of white space, made without holding them."""
    out = zlib.compressobj(9)
    begin = out.compress(data + b"\n") + out.flush(zlib.Z_FULL_FLUSH)
    part = out.compress(b" " * (1 << 20)) + out.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-15)
    return begin + part * mib + end.flush()


def padded(mib: int, more: bytes = b"", data: bytes = WRONG) -> bytes:
    return raw(deflated(data, mib), b"/Filter /FlateDecode " + more)


def lzw(mib: int) -> bytes:
    """LZW of so many MiB of white space, the longest strings that its table allows, as eight bits a byte."""
    bits, codes = [], 4096 - 258
    width = 9
    strings = (codes + 1) * codes // 2  # bytes of one filling of the table
    for _ in range(max((mib << 20) // strings, 1)):
        bits.append(f"{256:0{width}b}")
        width = 9
        for k in range(codes):
            bits.append(f"{32 if k == 0 else 257 + k:0{width}b}")
            width = min((258 + k + 1).bit_length(), 12)
    said = "".join([*bits, f"{257:0{width}b}"])
    said += "0" * (-len(said) % 8)
    return int(said, 2).to_bytes(len(said) // 8, "big")


def by_xref_stream(objects: Sequence[bytes], more: bytes = b"", xref: int = 0, index: bytes = b"") -> bytes:
    """A PDF whose cross-references are a stream, followed by `xref` MiB of nothing."""
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begin, size = len(out), len(objects) + 2
    entries = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0" for place in (*at, begin))
    said = b"/Type /XRef /W [1 4 1] /Size %d /Root 1 0 R %s" % (size, index or b"/Index [0 %d]" % size)
    packed = deflated(bytes(6) + entries, xref) if xref else zlib.compress(bytes(6) + entries)
    out += b"%d 0 obj\n" % (size - 1) + raw(packed, said + b" /Filter /FlateDecode " + more) + b"\nendobj\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % begin)


def plain_objects(content: bytes, *more: bytes) -> list[bytes]:
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % LETTER,
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
    ]


def with_things(content: bytes, things: bytes, *more: bytes) -> bytes:
    """A page of more resources than its font; `more` objects are numbered from 6."""
    resources = b"/Resources << /Font << /F1 5 0 R %s >> %s >>"
    fonts, _, others = things.partition(b"|")
    return one_page(stream(content), LETTER + resources % (fonts, others), *more)


def drawn(content: bytes, things: bytes, *more: bytes) -> bytes:
    return with_things(content, b"|" + things, *more)


def picture(data: bytes, side: int, filters: bytes, before: bytes = WRONG) -> bytes:
    said = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent %d " % (
        side, side, 1 if b"JBIG2" in filters or b"CCITT" in filters else 8,
    )  # fmt: skip
    return drawn(ALL_OF_IT + before, b"/XObject << /X 6 0 R >>", raw(data, said + filters))


def jpeg(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = side.to_bytes(2, "big") * 2
    return bytes(data)


def jpeg_2000(side: int) -> bytes:
    """A codestream of one tile of 8 by 8 that claims more."""
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG2000", no_jp2=True)
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\x51") + 6
    for begin in (at, at + 16):  # the picture's size, and the tile's
        data[begin : begin + 8] = side.to_bytes(4, "big") * 2
    return bytes(data)


def jbig2(side: int) -> bytes:
    """A page, and a generic region on it."""
    size = side.to_bytes(4, "big") * 2
    page = bytes((0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19)) + size + bytes(11)
    region = bytes((0, 0, 0, 1, 38, 0, 1, 0, 0, 0, 35)) + size + bytes(9) + bytes((0, 3, 255, 253, 255, 2, 254, 254))
    return page + region + b"\xfe\xfe" + bytes(16)


def to_unicode(cmap: bytes) -> bytes:
    """The table in a font whose /ToUnicode says so."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    said = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ffffffff> endcodespacerange "
    content = WRONG.replace(b"/F1", b"/F2")
    return with_things(content, b"/F2 6 0 R|", font, stream(said + cmap + b" endcmap end"))


def composite(descendant: bytes, encoding: bytes = b"/Identity-H", *more: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding %s /DescendantFonts [7 0 R] >>" % encoding
    cid = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
    cid += b" /Supplement 0 >> %s >>" % descendant
    return with_things(WRONG + b"\nBT /F2 9 Tf 50 500 Td <00410042> Tj ET", b"/F2 6 0 R|", font, cid, *more)


def embedded_font(mib: int) -> bytes:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 7 0 R /FirstChar 32 /LastChar 32 >>"
    about = b"<< /Type /FontDescriptor /FontName /X /Flags 32 /FontFile2 8 0 R >>"
    said = raw(deflated(b"\0\1\0\0\0\1\0\0\0\0\0\0glyf", mib), b"/Filter /FlateDecode /Length1 %d" % (mib << 20))
    return with_things(WRONG + b"\nBT /F2 9 Tf 50 500 Td ( ) Tj ET", b"/F2 6 0 R|", font, about, said)


def type_3_in_itself(_: int) -> bytes:
    font = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 "
    font += b"/Widths [9] /Encoding << /Differences [65 /A] >> /CharProcs << /A 7 0 R >> "
    font += b"/Resources << /Font << /F2 6 0 R >> >> >>"
    glyph = stream(b"9 0 d0 BT /F2 1 Tf (AAAAAAAAAA) Tj ET 0 0 9 9 re f")
    return with_things(WRONG + b"\nBT /F2 1 Tf 50 500 Td (AAAA) Tj ET", b"/F2 6 0 R|", font, glyph)


def forms_of_forms(levels: int) -> bytes:
    """Ten times ten times ten squares."""
    said = FORM + b"/Resources << /XObject << /X %d 0 R >> >>"
    forms = [stream(b"/X Do " * 10, said % (k + 7)) for k in range(levels)]
    last = stream(b"1 1 9 9 re f", FORM)
    return drawn(WRONG + b"\n/X Do", b"/XObject << /X 6 0 R >>", *forms, last)


def tiled(step: bytes, paint: bytes = b"0 0 1 1 re f", more: bytes = b"") -> bytes:
    said = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep %s /YStep %s " % (
        step,
        step,
    )
    said += b"/Resources << /Pattern << /P 6 0 R >> >> " + more
    content = b"/Pattern cs /P scn 0 0 612 792 re f 0 g\n" + FULL
    return drawn(content, b"/Pattern << /P 6 0 R >>", stream(paint, said))


def shaded(shading: bytes, *more: bytes) -> bytes:
    return drawn(b"/S sh\n" + FULL, b"/Shading << /S 6 0 R >>", shading, *more)


def calculated(depth: int) -> bytes:
    said = b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]"
    program = stream(b"{ " * depth + b"pop " + b"} " * depth, said)
    return shaded(
        b"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1 0 1] /Matrix [612 0 0 792 0 0] /Function 7 0 R >>",
        program,
    )


def mesh(columns: int) -> bytes:
    said = b"/ShadingType 5 /ColorSpace /DeviceGray /BitsPerCoordinate 8 /BitsPerComponent 8 /Decode [0 612 0 792 0 1] "
    return shaded(stream(bytes(range(255)) * 99, said + b"/VerticesPerRow %d" % columns))


def kids(n: int) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % LETTER
    objects = plain_objects(stream(WRONG))
    return pdf(objects[0], b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * n, n), page, *objects[3:])


def kids_deep(n: int) -> bytes:
    """A page tree of one branch."""
    nodes = (b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (k + 7, max(k + 5, 2)) for k in range(n))
    objects = plain_objects(stream(WRONG), *nodes)
    page = objects[2]
    objects[1:3] = [b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", b"null"]
    return pdf(*objects, page)


def in_a_circle(key: bytes, *nodes: bytes) -> bytes:
    return one_page(stream(WRONG), LETTER, *nodes, catalogue=b"/%s 6 0 R" % key)


def object_stream(mib: int) -> bytes:
    """An object stream in which the catalogue's names stand, and then white space."""
    inside = raw(deflated(b"7 0 << /Dests << >> >>", mib), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    objects = plain_objects(stream(WRONG), inside)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /Names 8 0 R >>"
    return by_xref_stream(objects)


def chained(mib: int, filters: Iterable[bytes]) -> bytes:
    """A stream packed by filters, the outermost first."""
    names = [*filters]
    data = deflated(WRONG, mib)
    packing = {
        b"FlateDecode": lambda d: zlib.compress(d, 9),
        b"ASCII85Decode": lambda d: a85encode(d) + b"~>",
        b"ASCIIHexDecode": lambda d: d.hex().encode() + b">",
        b"RunLengthDecode": run_lengths,
    }
    for name in names[::-1][1:]:
        data = packing[name](data)
    return one_page(raw(data, b"/Filter [%s]" % b" ".join(b"/" + name for name in names)))


def run_lengths(data: bytes) -> bytes:
    pieces = (data[k : k + 128] for k in range(0, len(data), 128))
    return b"".join(bytes((len(piece) - 1,)) + piece for piece in pieces) + b"\x80"


def runs(mib: int) -> bytes:
    """Runs of white space, deflated: each of the two filters holds little more than the one before."""
    spaces = run_lengths(WRONG + b"\n")[:-1] + b"\x81 " * (mib << 13) + b"\x80"
    return one_page(raw(zlib.compress(spaces, 9), b"/Filter [/FlateDecode /RunLengthDecode]"))


def repeated(n: int) -> bytes:
    """A page whose content is one stream so many times over."""
    more = stream(b" " * (1 << 19))
    return one_page(stream(WRONG), LETTER + b"/Contents [4 0 R %s]" % (b"6 0 R " * n), more)


LZW = b"/Filter /LZWDecode /DecodeParms << /EarlyChange 0 >>"
FLATE, A85, HEX, RUN = b"FlateDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode"
GS = b"/ExtGState << /G 6 0 R >>"
BOMBS: dict[str, tuple[Build, int, int]] = {
    # name: (build, how many in the tests, how many in the long run)
    "bomb_under_rc4": (lambda n: one_page(padded(n), lock=lock_of(3)), 16, 1500),
    "bomb_under_aes_128": (lambda n: one_page(padded(n), lock=lock_of(4)), 16, 1500),
    "bomb_under_aes_256": (lambda n: one_page(padded(n), lock=lock_of(6)), 16, 1500),
    "bomb_in_a_bomb": (lambda n: chained(n, (FLATE, FLATE)), 16, 1500),
    "bomb_in_letters": (lambda n: chained(n, (A85, FLATE)), 16, 1500),
    "bomb_in_letters_of_letters": (lambda n: chained(n, (HEX, A85, FLATE)), 16, 1500),
    "bomb_in_runs": (lambda n: chained(n, (RUN, FLATE)), 1, 1500),
    "bomb_in_letters_in_a_bomb": (lambda n: chained(n, (FLATE, A85, FLATE)), 16, 1500),
    "bomb_of_runs": (runs, 1, 1500),
    "bomb_lzw": (lambda n: one_page(stream(WRONG), LETTER + b"/Contents [4 0 R 6 0 R]", raw(lzw(n), LZW)), 1, 1500),
    "bomb_of_predictor": (
        lambda n: one_page(
            padded(1, b"/DecodeParms << /Predictor 15 /Columns %d /Colors 32 /BitsPerComponent 16 >>" % n)
        ), 10**6, 2**31 - 1,
    ),
    "bomb_of_objects": (object_stream, 16, 1500),
    "bomb_of_references": (lambda n: by_xref_stream(plain_objects(stream(WRONG)), xref=n), 16, 1500),
    "references_claimed": (
        lambda n: by_xref_stream(plain_objects(stream(WRONG)), index=b"/Index [0 %d] /Size %d" % (n, n)),
        10**6, 2**31 - 1,
    ),
    "references_of_wide_fields": (
        lambda n: by_xref_stream(plain_objects(stream(WRONG)), index=b"/W [1 %d 1]" % n), 10**6, 2**31 - 1
    ),
    "references_before_themselves": (
        lambda _: one_page(stream(WRONG), trailer=b"/Prev 9").replace(b"/Prev 9", b"/Prev 1%d" % 0), 1, 1
    ),
    "picture_jpeg_claims": (lambda n: picture(jpeg(n), n, b"/Filter /DCTDecode"), 60_000, 65_000),
    "picture_jpeg_2000_claims": (lambda n: picture(jpeg_2000(n), n, b"/Filter /JPXDecode"), 60_000, 2**31 - 1),
    "picture_jbig2_claims": (lambda n: picture(jbig2(n), n, b"/Filter /JBIG2Decode"), 60_000, 2**31 - 1),
    "picture_fax_claims": (
        lambda n: picture(
            bytes(99), n, b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d >>" % (n, n)
        ), 60_000, 2**31 - 1,
    ),
    "picture_inline_claims": (
        lambda n: one_page(
            stream(WRONG + b"\nq 99 0 0 99 0 0 cm BI /W %d /H %d /BPC 8 /CS /G ID abc EI Q" % (n, n))
        ), 60_000, 2**31 - 1,
    ),
    "pictures_inline": (
        lambda n: one_page(stream(WRONG + b"\nq 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q" * n)), 300, 30_000
    ),
    "mask_in_itself": (
        lambda _: drawn(
            ALL_OF_IT + FULL, b"/XObject << /X 6 0 R >>",
            raw(b"a", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
                b"/SMask 6 0 R"),
        ), 1, 1,
    ),
    "soft_mask_in_itself": (
        lambda _: drawn(
            b"/G gs 0 0 612 792 re f\n" + FULL, GS,
            b"<< /Type /ExtGState /SMask << /S /Luminosity /G 7 0 R >> >>",
            stream(b"/G gs 0 0 9 9 re f", FORM + b"/Group << /S /Transparency >> /Resources << " + GS + b" >>"),
        ), 1, 1,
    ),
    "colour_in_itself": (
        lambda _: drawn(
            b"/C cs 0.5 scn 0 0 9 9 re f\n" + FULL, b"/ColorSpace << /C 6 0 R >>",
            b"[/Separation /X 6 0 R << /FunctionType 2 /Domain [0 1] /N 1 >>]",
        ), 1, 1,
    ),
    "font_bomb": (embedded_font, 16, 500),
    "font_codes_claimed": (
        lambda n: to_unicode(b"1 beginbfrange <00000000> <%08x> <0041> endbfrange" % n), 10**6, 2**32 - 1
    ),
    "font_widths_claimed": (lambda n: composite(b"/W [0 %d 500]" % n), 10**6, 2**31 - 1),
    "font_cids_claimed": (
        lambda n: composite(
            b"", b"8 0 R",
            stream(b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
                   b"1 begincidrange <00000000> <%08x> 0 endcidrange endcmap" % n, b"/Type /CMap /CMapName /X"),
        ), 10**6, 2**32 - 1,
    ),
    "font_map_uses_itself": (
        lambda _: composite(
            b"", b"8 0 R", stream(b"begincmap /X usecmap endcmap", b"/Type /CMap /CMapName /X /UseCMap 8 0 R")
        ), 1, 1,
    ),
    "font_letters_claimed": (
        lambda n: with_things(
            WRONG + b"\nBT /F2 9 Tf 50 500 Td (A) Tj ET", b"/F2 6 0 R|",
            b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar -%d /LastChar %d /Widths [9] >>" % (n, n),
        ), 10**6, 2**31 - 1,
    ),
    "font_in_itself": (type_3_in_itself, 1, 1),
    "forms_of_forms": (forms_of_forms, 3, 10),
    "tiles_tiny": (lambda n: tiled(b"%f" % (1 / n)), 100, 10**6),
    "tiles_in_themselves": (lambda _: tiled(b"1", b"/Pattern cs /P scn 0 0 1 1 re f"), 1, 1),
    "dashes_tiny": (
        lambda n: one_page(stream(b"[%f] 0 d 0 0 m 612 792 l S 0 700 m 612 9 l S [] 0 d\n" % (1 / n) + FULL)), 10, 10**6
    ),
    "shading_calculated": (calculated, 20, 10**5),
    "shading_mesh": (mesh, 10, 2**31 - 1),
    "shading_stitched_in_itself": (
        lambda _: shaded(
            b"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 612 792] /Function 7 0 R >>",
            b"<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R 7 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>",
        ), 1, 1,
    ),
    "shading_sampled": (
        lambda n: shaded(
            b"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1 0 1] /Matrix [612 0 0 792 0 0] /Function 7 0 R >>",
            stream(b"abc", b"/FunctionType 0 /Domain [0 1 0 1] /Range [0 1] /Size [%d %d] /BitsPerSample 32" % (n, n)),
        ), 10**4, 2**31 - 1,
    ),
    "outline_in_a_circle": (
        lambda _: in_a_circle(
            b"Outlines", b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 9 >>",
            b"<< /Title (x) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R /First 7 0 R /Last 7 0 R /Dest [3 0 R /Fit] >>",
        ), 1, 1,
    ),
    "names_in_a_circle": (
        lambda _: in_a_circle(
            b"Names", b"<< /Dests 7 0 R /EmbeddedFiles 7 0 R >>", b"<< /Kids [7 0 R 7 0 R] /Limits [(a) (z)] >>"
        ), 1, 1,
    ),
    "labels_in_a_circle": (lambda _: in_a_circle(b"PageLabels", b"<< /Kids [6 0 R 6 0 R] /Limits [0 9] >>"), 1, 1),
    "structure_in_a_circle": (
        lambda _: in_a_circle(
            b"StructTreeRoot", b"<< /Type /StructTreeRoot /K 7 0 R >>", b"<< /S /P /P 7 0 R /K [7 0 R 7 0 R] >>"
        ), 1, 1,
    ),
    "length_of_itself": (
        lambda _: one_page(b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % WRONG), 1, 1
    ),
    "lengths_of_each_other": (
        lambda _: one_page(b"<< /Length 6 0 R >>\nstream\n%s\nendstream" % WRONG, LETTER, b"7 0 R", b"6 0 R"), 1, 1
    ),
    "operands_nested": (
        lambda n: one_page(stream(WRONG + b"\n" + b"[" * n + b"]" * n + b" TJ " + b"<< /A " * n + b">> " * n)),
        1000, 10**6,
    ),
    "operands_many": (lambda n: one_page(stream(WRONG + b"\n" + b"1 " * n + b"m")), 10**5, 10**7),
    "contents_repeated": (repeated, 20, 10_000),
    "kids_many": (kids, 10**4, 10**6),
    "kids_deep": (kids_deep, 100, 10**5),
    "box_inverted": (lambda _: one_page(stream(WRONG), b"/MediaBox [612 792 0 0]"), 1, 1),
    "box_elsewhere": (
        lambda n: one_page(
            stream(b"1 0 0 1 -%d -%d cm\n" % (n, n) + WRONG), b"/MediaBox [-%d -%d %d %d]" % (n, n, 612 - n, 792 - n)
        ),
        10**4, 10**6,
    ),
    "states_unbalanced": (lambda n: one_page(stream(b"Q " * n + WRONG + b" q" * n)), 10**4, 10**6),
    "marks_nested": (lambda n: one_page(stream(b"/Span << /MCID 0 >> BDC " * n + WRONG)), 2000, 10**6),
}  # fmt: skip
