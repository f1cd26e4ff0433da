"""Connections are made to public addresses only, and to the very address that was checked."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from publisher import PDF, Publisher, Reply, publishing
from rendicion_etl.archive.answers import Answer, FetchFailed
from rendicion_etl.archive.guard import Guard, RefusedAddress, is_public
from rendicion_etl.archive.sources import EVERYWHERE, Limits, Source
from rendicion_etl.archive.web import Web

LOOPBACK = [ipaddress.ip_network("127.0.0.1/32")]


@pytest.fixture
def server() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


NAME = "informes.example"


@pytest.fixture
def resolving(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What NAME resolves to, one address after the other; literal addresses resolve to themselves."""
    answers: list[str] = []
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: resolve(answers.pop(0) if host == NAME else host, *a, **k)
    )
    return answers


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "2002:808:808::", "::ffff:8.8.8.8"])
def test_addresses_of_the_public_internet_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_private_and_reserved_addresses_may_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "::1"])
def test_however_loopback_is_written_it_is_refused(server: Publisher, host: str) -> None:
    with pytest.raises(RefusedAddress):
        Guard([]).connect_tcp(host, server.port)


def test_a_network_that_is_allowed_may_be_asked(server: Publisher) -> None:
    Guard(LOOPBACK).connect_tcp("127.0.0.1", server.port).close()
    Guard(EVERYWHERE).connect_tcp("127.0.0.2", server.port).close()
    with pytest.raises(RefusedAddress):
        Guard(LOOPBACK).connect_tcp("127.0.0.2", server.port)


def test_a_name_is_resolved_once_and_the_connection_made_to_what_was_checked(
    server: Publisher, resolving: list[str]
) -> None:
    """Whoever answers another address the second time is not asked a second time."""
    resolving[:] = ["127.0.0.1", "127.0.0.2"]
    stream = Guard(LOOPBACK).connect_tcp(NAME, server.port)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", server.port)
    stream.close()
    assert resolving == ["127.0.0.2"]


def test_a_name_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(RefusedAddress, match=r"10\.0\.0\.1"):
        Guard([]).connect_tcp("mixed.example", 80)


def test_no_step_takes_longer_than_there_is_time(server: Publisher) -> None:
    guard = Guard(LOOPBACK)
    stream = guard.connect_tcp("127.0.0.1", server.port)
    guard.until = time.monotonic() + 0.05
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(10, timeout=60)
    with pytest.raises(httpcore.ReadTimeout):
        stream.write(b"GET", timeout=60)
    stream.close()


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Publisher, Path]]:
    """A server of NAME that speaks TLS, and its certificate, which nobody else vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), 1, now - dt.timedelta(1), now + dt.timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    both = tmp_path / "both.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(secret + certificate.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with publishing(context) as publisher:
        publisher.at["/i.pdf"] = Reply(PDF)
        yield publisher, certificate


def fetch(server: Publisher, to: Path) -> Answer | None:
    address = f"https://{NAME}:{server.port}/i.pdf"
    source = Source("s", "page", (address,), allow_private=tuple(LOOPBACK), limits=Limits(delay=0, retries=0))
    with Web(source) as web:
        return web.document(address, to)


def test_tls_and_the_request_keep_the_name(
    secure: tuple[Publisher, Path], resolving: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    resolving[:] = ["127.0.0.1"] * 2
    assert fetch(server, tmp_path / "i.pdf") is not None
    assert server.asked[-1].headers["host"] == f"{NAME}:{server.port}"


def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: tuple[Publisher, Path], resolving: list[str], tmp_path: Path
) -> None:
    resolving[:] = ["127.0.0.1"] * 2
    with pytest.raises(FetchFailed, match="certificado") as caught:
        fetch(secure[0], tmp_path / "i.pdf")
    assert not caught.value.transient
    assert secure[0].asked == []


def test_a_proxy_of_the_environment_is_not_asked(
    server: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.at["/i.pdf"] = Reply(PDF)
    address = server.url("/i.pdf")
    source = Source("s", "page", (address,), allow_private=tuple(LOOPBACK), limits=Limits(delay=0, retries=0))
    with Web(source) as web:
        assert web.document(address, tmp_path / "i.pdf") is not None
