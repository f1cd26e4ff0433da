"""A document that would not fit is refused before it is decoded, however its streams are packed."""

from __future__ import annotations

import time
import zlib
from base64 import a85encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pdfs import write_pdf
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.limits import impose
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.settings import Bounds

MIB = 1 << 20


@pytest.fixture(autouse=True)
def _bounds() -> Iterator[None]:
    impose(Bounds(pages=2, stream_mb=4))
    yield
    impose(Bounds())


def with_stream(path: Path, data: bytes, filters: str) -> Path:
    """A PDF of one empty page whose content is a stream."""
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
            b"<< /Filter [%s] /Length %d >>\nstream\n%s\nendstream" % (filters.encode(), len(data), data),
        ),
        1,
    ):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begin = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in at)
    path.write_bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % begin)
    return path


def flate(data: bytes) -> bytes:
    return zlib.compress(data, 9)


PACKINGS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "deflate": (flate, "/FlateDecode"),
    "deflate twice": (lambda data: flate(flate(data)), "/FlateDecode /FlateDecode"),
    "base 85": (lambda data: a85encode(flate(data)) + b"~>", "/ASCII85Decode /FlateDecode"),
    "base 85 in hexadecimal": (
        lambda data: (a85encode(flate(data)) + b"~>").hex().encode() + b">",
        "/ASCIIHexDecode /ASCII85Decode /FlateDecode",
    ),
    "deflate of base 85": (
        lambda data: flate(a85encode(flate(data)) + b"~>"),
        "/FlateDecode /ASCII85Decode /FlateDecode",
    ),
    "hexadecimal": (lambda data: flate(data).hex().encode() + b">", "/ASCIIHexDecode /FlateDecode"),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_stream_that_holds_too_much_is_refused_and_one_that_does_not_is_not(packing: str, tmp_path: Path) -> None:
    pack, filters = PACKINGS[packing]
    with open_pdf(with_stream(tmp_path / "bien.pdf", pack(b" " * 3 * MIB), filters), "bien.pdf") as pdf:
        assert pdf.n_pages == 1
    with pytest.raises(UnreadableDocument, match=r"pasa de 4 MiB.*RENDICION_MAX_STREAM_MB"):
        open_pdf(with_stream(tmp_path / "bomba.pdf", pack(b" " * 5 * MIB), filters), "bomba.pdf")


def test_no_more_is_decoded_of_a_bomb_than_is_allowed(tmp_path: Path) -> None:
    bomb = zlib.compressobj(9)
    header = bomb.compress(b"") + bomb.flush(zlib.Z_FULL_FLUSH)
    part = bomb.compress(bytes(16 * MIB)) + bomb.flush(zlib.Z_FULL_FLUSH)
    data = header + 128 * part  # 2 GiB: what was flushed so stands by itself
    path = with_stream(tmp_path / "bomba.pdf", data, "/FlateDecode")
    begun = time.process_time()
    with pytest.raises(UnreadableDocument, match="pasa de 4 MiB"):
        open_pdf(path, "bomba.pdf")
    assert time.process_time() - begun < 0.5


def test_streams_one_in_the_other_without_end_are_refused(tmp_path: Path) -> None:
    data = b" " * MIB
    for _ in range(12):
        data = flate(data)
    with pytest.raises(UnreadableDocument, match="MiB"):
        open_pdf(with_stream(tmp_path / "muñeca.pdf", data, "/FlateDecode " * 12), "muñeca.pdf")


def test_a_damaged_stream_is_for_the_readers_to_refuse(tmp_path: Path) -> None:
    with open_pdf(with_stream(tmp_path / "roto.pdf", b"\x78\x9c" + bytes(100), "/FlateDecode"), "roto.pdf") as pdf:
        assert pdf.n_pages == 1


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    two, three = (write_pdf(tmp_path / f"{n}.pdf", *(["texto", None] * n)[:-1]) for n in (2, 3))
    with open_pdf(two, "2.pdf") as pdf:
        assert pdf.n_pages == 2
    with pytest.raises(UnreadableDocument, match=r"el PDF tiene 3 páginas, y se admiten 2.*RENDICION_MAX_PAGES"):
        open_pdf(three, "3.pdf")
