"""PDFs under the standard security handler, in each of its revisions, whose streams are encrypted and strings are not.

What is random in honest files (keys, salts, initial vectors) is fixed here, so that a file is the same each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha256, sha384, sha512

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
ID = b"rendicion-prueba"
ALLOWED = -4
OWNER, KEY, SALTS = b"secreto", bytes(range(32)), (b"comprobr", b"clave123")
STREAM = re.compile(rb"\A<<(.*?)/Length \d+(.*?)>>\nstream\n(.*)\nendstream\Z", re.DOTALL)

Cypher = Callable[[int, bytes], bytes]
"""Encrypts the stream of an object, given the object's number."""


@dataclass(frozen=True)
class Lock:
    """How a document is encrypted: the entries of its /Encrypt, and what becomes of each stream."""

    entries: bytes
    cypher: Cypher

    def encrypt(self, number: int, body: bytes) -> bytes:
        """The body of an object, its stream encrypted if it has one."""
        if not (found := STREAM.match(body)):
            return body
        data = self.cypher(number, found[3])
        return b"<<%s/Length %d%s>>\nstream\n%s\nendstream" % (found[1], len(data), found[2], data)


def rc4(key: bytes, data: bytes) -> bytes:
    box = Cipher(ARC4(key), None).encryptor()
    return box.update(data) + box.finalize()


def aes(key: bytes, data: bytes, iv: bytes = bytes(16)) -> bytes:
    box = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return box.update(data) + box.finalize()


def padded(data: bytes) -> bytes:
    return data + bytes([16 - len(data) % 16]) * (16 - len(data) % 16)


def hexed(data: bytes) -> bytes:
    return b"<%s>" % data.hex().encode()


def lock_of(revision: int, user: str = "", method: bytes | None = None) -> Lock:
    """A lock that `user` opens; `method` of revision 4: /V2 (RC4), /AESV2, or /None as /Identity is named there."""
    if revision >= 5:
        return _by_aes_256(revision, user.encode())
    key, owner, proof = _by_md5(revision, user.encode())
    entries = b"/Filter /Standard /R %d /P %d /O %s /U %s " % (revision, ALLOWED, hexed(owner), hexed(proof))
    method = method or b"AESV2"
    if revision == 4 and method == b"Identity":
        return Lock(entries + b"/V 4 /Length 128 /CF << >> /StmF /Identity /StrF /Identity", lambda _, data: data)
    suffix = b"sAlT" if revision == 4 and method == b"AESV2" else b""

    def cypher(number: int, data: bytes) -> bytes:
        own = md5(key + number.to_bytes(3, "little") + bytes(2) + suffix).digest()[: min(len(key) + 5, 16)]
        return bytes(16) + aes(own, padded(data)) if suffix else rc4(own, data)

    if revision == 4:
        filters = b"<< /S << /CFM /%s /Length 16 /AuthEvent /DocOpen >> >>" % method
        return Lock(entries + b"/V 4 /Length 128 /CF %s /StmF /S /StrF /S" % filters, cypher)
    return Lock(entries + (b"/V 1" if revision == 2 else b"/V 2 /Length 128"), cypher)


def _by_md5(revision: int, user: bytes) -> tuple[bytes, bytes, bytes]:
    """The key of a document and what its /O and /U say, by algorithms 2 to 5 of ISO 32000-1."""
    length = 5 if revision == 2 else 16

    def often(digest: bytes) -> bytes:
        for _ in range(0 if revision == 2 else 50):
            digest = md5(digest[:length]).digest()
        return digest[:length]

    def rounds(key: bytes, data: bytes) -> bytes:
        for k in range(1 if revision == 2 else 20):
            data = rc4(bytes(byte ^ k for byte in key), data)
        return data

    owner = rounds(often(md5((OWNER + PADDING)[:32]).digest()), (user + PADDING)[:32])
    said = (user + PADDING)[:32] + owner + (ALLOWED % (1 << 32)).to_bytes(4, "little") + ID
    key = often(md5(said).digest())
    return key, owner, rounds(key, PADDING if revision == 2 else md5(PADDING + ID).digest()).ljust(32, b"\0")


def _by_aes_256(revision: int, user: bytes) -> Lock:
    """A lock of ISO 32000-2 (revision 6), or of Adobe's extension level 3 (revision 5)."""
    digest = _digest_6 if revision == 6 else lambda password, salt, more=b"": sha256(password + salt + more).digest()
    u = digest(user, SALTS[0]) + b"".join(SALTS)
    o = digest(OWNER, SALTS[0], u) + b"".join(SALTS)
    keys = aes(digest(user, SALTS[1]), KEY), aes(digest(OWNER, SALTS[1], u), KEY)
    said = [hexed(value) for value in (u, o, *keys, aes(KEY, b"\xfc\xff\xff\xff\xff\xff\xff\xffTadbabcd"))]
    entries = b"/Filter /Standard /V 5 /R %d /Length 256 /P %d /StmF /S /StrF /S " % (revision, ALLOWED)
    entries += b"/U %s /O %s /UE %s /OE %s /Perms %s " % (*said,)
    entries += b"/CF << /S << /CFM /AESV3 /Length 32 /AuthEvent /DocOpen >> >>"
    return Lock(entries, lambda _, data: bytes(16) + aes(KEY, padded(data)))


def _digest_6(password: bytes, salt: bytes, more: bytes = b"") -> bytes:
    """Algorithm 2.B of ISO 32000-2."""
    key, done, last = sha256(password + salt + more).digest(), 0, 0
    while done < 64 or last > done - 32:
        mixed = aes(key[:16], (password + key + more) * 64, key[16:32])
        key = (sha256, sha384, sha512)[int.from_bytes(mixed[:16], "big") % 3](mixed).digest()
        done, last = done + 1, mixed[-1]
    return key[:32]
