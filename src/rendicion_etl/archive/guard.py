"""Connections to strangers: only to addresses of the public internet, and only for so long.

A name is resolved, every address that it has is checked, and the connection is made to what was checked: a name that
answers differently the second time gains nothing. TLS and Host keep the name. Proxies of the environment are not
used, since a proxy resolves names by itself.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx

from rendicion_etl.archive.sources import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_POOL = 4


class RefusedAddress(Exception):
    """A host that lies on an address that may not be asked; `address` is that one."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host}: {address}")
        self.host, self.address = host, address


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and so is an IPv4 address that it carries."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


class Guard(httpcore.NetworkBackend):
    """Makes connections, to public addresses and to those of the `allowed` networks.

    `until` is when, on the monotonic clock, whatever is being waited for has taken too long: a server that sends a
    byte now and then is not waited for. None: nothing has.
    """

    def __init__(self, allowed: Sequence[Network]) -> None:
        self.until: float | None = None
        self._allowed = allowed
        self._plain = httpcore.SyncBackend()

    def patience(self, timeout: float | None) -> float | None:
        """How long a step may take, None for ever; raises httpcore.ReadTimeout where there is no time left."""
        if self.until is None:
            return timeout
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers; RefusedAddress if any of them may not be asked."""
        failure: Exception = httpcore.ConnectError(f"{host}: no address")
        for address in self._resolve(host, port):
            try:
                stream = self._plain.connect_tcp(address, port, self.patience(timeout), local_address, socket_options)
                return _Timed(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _resolve(self, host: str, port: int) -> list[str]:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        for text in addresses:
            address = ipaddress.ip_address(text)
            if not (is_public(address) or any(address in network for network in self._allowed)):
                raise RefusedAddress(host, text)
        return addresses


class _Timed(httpcore.NetworkStream):
    """A connection of which no step takes longer than its guard has patience."""

    def __init__(self, stream: httpcore.NetworkStream, guard: Guard) -> None:
        self._stream, self._guard = stream, guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.patience(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.patience(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Timed:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._guard.patience(timeout)), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx.BaseTransport):
    """What httpx sends requests with: httpcore's pool over a Guard."""

    def __init__(self, guard: Guard) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=_POOL, keepalive_expiry=30.0, network_backend=guard
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.read() or None,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
