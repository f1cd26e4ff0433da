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
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.keys import Keys
from rendicion_etl.settings import Bounds

Unpack = Callable[[Iterator[bytes]], Iterator[bytes]]
Unletter = Callable[[bytes], bytes]

PIECE = 1 << 16  # bytes
LARGEST = 1 << 20  # bytes that are held of what a piece decodes to
NESTED = 8  # filters one inside the other; more are in no honest file
HEAD = 256  # bytes that tell how a stream is packed

_STREAM = re.compile(rb"stream(?<!endstream)\r?\n?")
_NUMBERS = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+\Z")
_in_force = [Bounds()]


class _TooMuch(Exception):
    """A stage of a stream holds more than is allowed."""


def impose(bounds: Bounds) -> None:
    """Have this process read no document beyond these bounds from now on."""
    _in_force[0] = bounds


def refuse_pages(n_pages: int, file_name: str) -> None:
    """Raise UnreadableDocument where a document of so many pages is not to be read."""
    most = _in_force[0].pages
    if most and n_pages > most:
        why = f"el PDF tiene {n_pages} páginas, y se admiten {most}"
        raise UnreadableDocument(file_name, why, "Aumente RENDICION_MAX_PAGES si el documento es de fiar.")


def refuse_streams(path: Path, file_name: str, keys: Keys | None = None) -> None:
    """Raise UnreadableDocument where a stream of deflate in a PDF holds too much; decodes no more than that of it.

    Streams inside streams, in base 85 or hexadecimal are seen, and what `keys` open of an encrypted document; LZW, runs
    and pictures are not: memory and time bound those.
    """
    most = _in_force[0].stream_mb << 20
    if not most or not (size := path.stat().st_size):
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for match in _STREAM.finditer(content):
            pieces: Iterator[bytes] = (content[at : at + PIECE] for at in range(match.end(), size, PIECE))
            if keys:
                pieces = keys.opened(*_owner(content, match.start()), pieces)
            if _holds_more(pieces, most):
                why = f"uno de sus flujos comprimidos pasa de {most >> 20} MiB al descomprimirse"
                raise UnreadableDocument(file_name, why, "Aumente RENDICION_MAX_STREAM_MB si el documento es de fiar.")


def _owner(content: mmap.mmap, at: int) -> tuple[int, int]:
    """The number and generation of the object whose stream begins at a place; zeros where none says so."""
    begin = max(content.rfind(b"obj", max(at - PIECE, 0), at), 0)
    found = _NUMBERS.search(content[max(begin - 32, 0) : begin])
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _holds_more(pieces: Iterator[bytes], most: int) -> bool:
    """Whether a stream that begins `pieces` decodes to more than `most` bytes, at any of its stages."""
    stages: list[Iterator[bytes]] = []
    try:
        while len(stages) < NESTED:
            head = b""
            while len(head) < HEAD and (piece := next(pieces, b"")):
                head += piece
            if not (unpack := _packing(head[:HEAD])):
                for stage in reversed(stages):  # readers decode an outer one whole, whatever the inner one is worth
                    deque(stage, maxlen=0)
                return False
            pieces = _counted(unpack(chain((head,), pieces)), most)
            stages.append(pieces)
    except _TooMuch:
        pass
    return True


def _counted(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise _TooMuch
        yield piece


def _packing(head: bytes) -> Unpack | None:
    """How what begins so is decoded; None where it is not packed, or as LZW or runs are, which nothing tells."""
    if _is_deflate(head):
        return _inflated
    for unpack in (_from_hexadecimal, _from_base_85):
        letters = next(unpack(iter((head,))), b"")
        if letters and _packing(letters):
            return unpack
    return None


def _is_deflate(data: bytes) -> bool:
    """Whether data begins as RFC 1950 has it."""
    return len(data) > 1 and data[0] & 0x8F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
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


def _letters(groups: re.Pattern[bytes], width: int, decode: Unletter, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What groups of letters stand for, `width` of them or less in each, up to where there are other ones."""
    rest = b""
    with suppress(ValueError):
        for piece in pieces:
            rest += b"".join(piece.split())
            found = groups.match(rest)
            end = found.end() if found else 0
            if end:
                yield decode(rest[:end])
            rest = rest[end:]
            if len(rest) >= width:
                return


_from_hexadecimal: Unpack = partial(_letters, re.compile(rb"(?:[0-9A-Fa-f]{2})+"), 2, unhexlify)
_from_base_85: Unpack = partial(_letters, re.compile(rb"(?:z|[!-u]{5})+"), 5, a85decode)
