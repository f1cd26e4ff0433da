"""The keys of an encrypted document that opens without a password: what its streams hold before they are unpacked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import md5
from pathlib import Path
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16  # bytes of AES


class Keys:
    """Decrypts streams in pieces, so that no more of one is held than is looked at."""

    def __init__(self, handler: Any) -> None:
        named = getattr(handler, "cfm", {}).get(getattr(handler, "strf", ""), handler.decrypt_rc4)
        self._key: bytes = handler.key
        self._method: str = named.__name__.removeprefix("decrypt_")

    def opened(self, number: int, generation: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """What the stream of an object holds, whose bytes are `pieces`; what follows its end comes out as noise."""
        if self._method == "identity":
            yield from pieces
            return
        rest = iter(pieces)
        key, mode, first = self._key, None, next(rest, b"")
        if self._method != "aes256":
            salt = b"sAlT" if self._method == "aes128" else b""
            said = key + number.to_bytes(4, "little")[:3] + generation.to_bytes(4, "little")[:2] + salt
            key = md5(said, usedforsecurity=False).digest()[: min(len(key) + 5, 16)]
        if self._method == "rc4":
            algorithm: Any = ARC4(key)
        elif len(first) >= BLOCK:
            algorithm, mode, first = algorithms.AES(key), modes.CBC(first[:BLOCK]), first[BLOCK:]
        else:
            return
        box = Cipher(algorithm, mode).decryptor()
        yield box.update(first)
        yield from map(box.update, rest)


def keys_of(path: Path) -> Keys | None:
    """The keys of an encrypted PDF; None where it asks for a password, or is encrypted or damaged in unknown ways."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import int_value

    with path.open("rb") as file:
        try:
            identity, about = PDFDocument(PDFParser(file)).encryption or ((), {})
            return Keys(PDFDocument.security_handler_registry[int_value(about["V"])](identity, about))
        except MemoryError:
            raise
        except Exception:  # pdfminer fails in many ways on damaged files; memory and time bound what it cannot open
            return None
