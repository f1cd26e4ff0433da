"""How large a document may be for this process to read it: its pages, and its streams once they are decoded.

A stream of deflate may hold a thousand times its size, and readers decode it whole. So each is decoded first in pieces
that are thrown away, until it ends or goes too far.
"""

from __future__ import annotations

import mmap
import re
import zlib
from base64 import a85decode
from binascii import unhexlify
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.settings import Bounds

PIECE = 1 << 16  # bytes
LARGEST = 1 << 20  # bytes that are held of what a piece decodes to
NESTED = 8  # filters one inside the other; more are in no honest file

_STREAM = re.compile(rb"(?<!end)stream\r?\n?")
_in_force = [Bounds()]


def impose(bounds: Bounds) -> None:
    """Have this process read no document beyond these bounds from now on."""
    _in_force[0] = bounds


def refuse_pages(n_pages: int, file_name: str) -> None:
    """Raise UnreadableDocument where a document of so many pages is not to be read."""
    most = _in_force[0].pages
    if most and n_pages > most:
        why = f"el PDF tiene {n_pages} páginas, y se admiten {most}"
        raise UnreadableDocument(file_name, why, "Aumente RENDICION_MAX_PAGES si el documento es de fiar.")


def refuse_streams(path: Path, file_name: str) -> None:
    """Raise UnreadableDocument where a stream of deflate in a PDF holds too much; decodes no more than that of it.

    Streams inside streams, in base 85 or hexadecimal are seen; LZW and pictures are not: memory and time bound those.
    """
    most = _in_force[0].stream_mb << 20
    if not most or not (size := path.stat().st_size):
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for match in _STREAM.finditer(content):
            if _holds_more(content, match.end(), size, most):
                why = f"uno de sus flujos comprimidos pasa de {most >> 20} MiB al descomprimirse"
                raise UnreadableDocument(file_name, why, "Aumente RENDICION_MAX_STREAM_MB si el documento es de fiar.")


def _holds_more(content: mmap.mmap, start: int, size: int, most: int) -> bool:
    """Whether the stream that begins at `start` decodes to more than `most` bytes, at any of its stages."""
    plain = None
    if not _is_deflate(content[start : start + 2]) and (plain := _from_letters(content, start)) is None:
        return False
    for stages in range(1, NESTED + 1):
        pieces: Iterable[bytes] = (content[at : at + PIECE] for at in range(start, size, PIECE))
        if plain is not None:
            pieces = [plain]
        for _ in range(stages):
            pieces = _inflated(pieces)
        total, first = 0, b""
        for piece in pieces:
            total, first = total + len(piece), first or piece
            if total > most:
                return True
        if not _is_deflate(first):
            return False
    return True


def _is_deflate(data: bytes) -> bool:
    """Whether data begins as RFC 1950 has it."""
    return len(data) > 1 and data[0] & 0x8F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What pieces of deflate hold, in pieces of bounded size, up to the end or to where they are damaged."""
    stream = zlib.decompressobj()
    with suppress(zlib.error):
        for piece in pieces:
            while piece and not stream.eof:
                if out := stream.decompress(piece, LARGEST):
                    yield out
                piece = stream.unconsumed_tail
            if stream.eof:
                return


def _from_letters(content: mmap.mmap, start: int) -> bytes | None:
    """The deflate that stands at `start` in base 85 or in hexadecimal; None where neither does."""
    head = b"".join(content[start : start + 64].split())
    for length, decode, end in ((5, a85decode, b"~"), (4, unhexlify, b">")):
        with suppress(ValueError):
            if _is_deflate(decode(head[:length])):
                until = min(
                    at for at in (content.find(end, start), content.find(b"endstream", start), len(content)) if at >= 0
                )
                return decode(b"".join(content[start:until].split()))
    return None
