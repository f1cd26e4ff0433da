"""Asking servers that answer well, badly, late or not at all: what a visit gets, and what it says of the rest."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from publisher import PDF, PRIVATE, Publisher, Reply, publishing
from rendicion_etl.archive.answers import Answer, FetchFailed
from rendicion_etl.archive.sources import Limits, Source
from rendicion_etl.archive.web import Web

QUICK = Limits(delay=0, retries=2, backoff=0, seconds=20)


@pytest.fixture
def server() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


class Asking:
    """Asks one server, and keeps what it gets in a file; `waits` are the seconds that it would have slept."""

    def __init__(self, server: Publisher, home: Path, limits: Limits = QUICK, **more: Any) -> None:
        private = tuple(map(ipaddress.ip_network, PRIVATE))
        source = Source("s", "page", (server.url("/"),), allow_private=private, limits=limits, **more)
        self.file, self.waits = home / "it.pdf", list[float]()
        self.server, self.web = server, Web(source, "mailto:datos@example.org", self.waits.append)

    def document(self, path: str = "/i.pdf", **known: str) -> Answer | None:
        return self.web.document(self.server.url(path), self.file, **known)

    def refused(self, path: str = "/i.pdf") -> FetchFailed:
        with pytest.raises(FetchFailed) as caught:
            self.document(path)
        assert caught.value.next_step
        return caught.value


@pytest.fixture
def asking(server: Publisher, tmp_path: Path) -> Asking:
    return Asking(server, tmp_path)


def test_a_document_is_fetched_whole_by_a_client_that_says_who_it_is(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = Reply(PDF, etag='"1"', headers={"Content-Type": "application/pdf", "Set-Cookie": "a=b"})
    answer = asking.document()
    assert answer == Answer(server.url("/i.pdf"), {"etag": '"1"', "content-type": "application/pdf"}, "i.pdf")
    assert asking.file.read_bytes() == PDF
    assert server.asked[-1].headers["user-agent"].startswith("rendicion-etl/")
    assert "mailto:datos@example.org" in server.asked[-1].headers["user-agent"]


def test_a_document_that_did_not_change_is_not_fetched_again(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = Reply(PDF, etag='"1"')
    assert asking.document(etag='"1"', changed="Mon, 01 Mar 2021 00:00:00 GMT") is None
    assert server.asked[-1].headers["if-modified-since"] == "Mon, 01 Mar 2021 00:00:00 GMT"
    assert asking.document(etag='"0"') is not None


def test_a_pdf_is_known_by_its_content_not_by_its_name(server: Publisher, asking: Asking) -> None:
    server.at["/download?id=7"] = Reply(PDF, headers={"Content-Type": "application/octet-stream"})
    assert asking.document("/download?id=7") is not None


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"gone", status=404), "no hay nada en esa dirección"),
        (Reply(b"no", status=403), "no permite"),
        (Reply(b"?", status=418), "código 418"),
        (Reply(b"<!doctype html><p>Mantenimiento", headers={"Content-Type": "text/html"}), "página HTML"),
        (Reply(b"<html>" + b" " * 5000), "página HTML"),
        (Reply(b"PK\x03\x04" * 1000), "no es un PDF"),
        (Reply(b""), "no es un PDF"),
        (Reply(status=302, headers={"Location": "ftp://example.org/i.pdf"}), "no es http ni https"),
        (Reply(status=302, headers={"Location": "http://a:port/"}), "no es una dirección"),
        (Reply(status=302, headers={"Location": "/i.pdf"}), "redirecciones"),
    ],
)
def test_what_cannot_be_had_is_refused_at_once(server: Publisher, asking: Asking, reply: Reply, why: str) -> None:
    server.at["/i.pdf"] = reply
    error = asking.refused()
    assert why in error.why
    assert not error.transient
    assert asking.waits == []


def test_a_failure_of_the_server_may_pass(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = [Reply(status=500), Reply(status=503), Reply(PDF)]
    assert asking.document() is not None
    assert len(asking.waits) == 2


def test_a_failure_that_does_not_pass_is_told_as_one_that_may(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = Reply(status=502)
    error = asking.refused()
    assert "código 502" in error.why
    assert error.transient
    assert len(server.paths()) == 1 + QUICK.retries


def test_waits_grow_and_differ(server: Publisher, tmp_path: Path) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, retries=3, backoff=8))
    server.at["/i.pdf"] = Reply(status=500)
    asking.refused()
    first, second, third = asking.waits
    assert 4 <= first <= 8 <= second <= 16 <= third <= 32


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_that_asks_to_wait_is_waited_for(server: Publisher, asking: Asking, form: str) -> None:
    date = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60), usegmt=True)
    server.at["/i.pdf"] = [Reply(status=429, headers={"Retry-After": "60" if form == "seconds" else date}), Reply(PDF)]
    assert asking.document() is not None
    (waited,) = asking.waits
    assert 50 < waited <= 60


def test_a_server_that_asks_to_wait_too_long_is_left_alone(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = Reply(status=429, headers={"Retry-After": "86400"})
    assert asking.refused().transient
    assert asking.waits == []
    assert "no se insistió" in asking.refused("/other.pdf").why
    assert server.paths() == ["/i.pdf"]


def test_a_server_that_fails_address_after_address_is_left_alone(server: Publisher, tmp_path: Path) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, retries=0))
    for n in range(5):
        server.at[f"/{n}.pdf"] = Reply(status=500)
        asking.refused(f"/{n}.pdf")
    assert len(server.paths()) == 3


def test_a_body_that_comes_too_slowly_is_given_up(server: Publisher, tmp_path: Path) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, seconds=0.3, retries=0))
    server.at["/i.pdf"] = Reply(PDF, drip=0.05)
    error = asking.refused()
    assert "tardó demasiado" in error.why
    assert error.transient


def test_a_body_shorter_than_was_said_is_no_document(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = Reply(PDF, length=len(PDF) + 10)
    error = asking.refused()
    assert "se cortó" in error.why
    assert error.transient


def test_a_body_longer_than_was_said_is_no_document(server: Publisher, tmp_path: Path) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, retries=0))  # another attempt may meet the rest of the first
    server.at["/i.pdf"] = Reply(PDF, length=len(PDF) - 100)
    error = asking.refused()
    assert "le falta la marca del final" in error.why


def test_a_download_that_broke_off_goes_on_where_it_was(server: Publisher, asking: Asking) -> None:
    whole = Reply(PDF, etag='"1"', ranges=True)
    server.at["/i.pdf"] = [replace(whole, cut=40_000), whole]
    assert asking.document() is not None
    assert asking.file.read_bytes() == PDF
    assert server.asked[-1].headers["range"] == "bytes=40000-"
    assert server.asked[-1].headers["if-range"] == '"1"'


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(server: Publisher, asking: Asking) -> None:
    other = PDF.replace(b"line", b"LINE")
    server.at["/i.pdf"] = [
        Reply(PDF, etag='"1"', ranges=True, cut=40_000),
        Reply(other, etag='"2"', ranges=True),
    ]
    assert asking.document() is not None
    assert asking.file.read_bytes() == other


@pytest.mark.parametrize(
    "wrong",
    [
        Reply(PDF[100:], status=206, headers={"Content-Range": f"bytes 100-{len(PDF) - 1}/{len(PDF)}"}),
        Reply(PDF[40_000:], status=206),
        Reply(PDF[40_000:-10], status=206, headers={"Content-Range": f"bytes 40000-{len(PDF) - 11}/{len(PDF)}"}),
        Reply(status=416),
    ],
    ids=["another part", "which part is not said", "less than all", "no such part"],
)
def test_a_part_that_does_not_fit_is_not_joined(server: Publisher, asking: Asking, wrong: Reply) -> None:
    server.at["/i.pdf"] = [Reply(PDF, etag='"1"', cut=40_000), wrong, Reply(PDF)]
    assert asking.document() is not None
    assert asking.file.read_bytes() == PDF


def test_without_a_mark_of_its_version_a_download_begins_anew(server: Publisher, asking: Asking) -> None:
    server.at["/i.pdf"] = [Reply(PDF, cut=40_000), Reply(PDF)]
    assert asking.document() is not None
    assert asking.file.read_bytes() == PDF
    assert "range" not in server.asked[-1].headers


@pytest.mark.parametrize("said", [True, False])
def test_what_is_too_large_is_not_read_to_the_end(server: Publisher, tmp_path: Path, said: bool) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, max_mb=0.5))
    chunk = b"100000\r\n" + b"%PDF-" + b" " * ((1 << 20) - 5) + b"\r\n"
    large = Reply(b"%PDF-" + b" " * (1 << 20)) if said else Reply(chunk * 5, headers={"Transfer-Encoding": "chunked"})
    server.at["/i.pdf"] = large
    assert "pesa más de 0.5 MiB" in asking.refused().why
    assert not asking.file.exists() or asking.file.stat().st_size <= 1 << 19


def test_an_index_page_of_50_mb_is_not_read_to_the_end(server: Publisher, asking: Asking) -> None:
    server.at["/"] = Reply(b"<a href='a.pdf'>" * (50 * (1 << 20) // 16))
    with pytest.raises(FetchFailed, match="pesa más de 5 MiB"):
        asking.web.page(server.url("/"))


@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_what_is_packed_twice_is_not_unpacked(server: Publisher, asking: Asking, path: str) -> None:
    """Half a kilobyte that unpacks to 128 MB in one step: a limit on what was unpacked would come too late."""
    bomb = gzip.compress(gzip.compress(bytes(1 << 27)))
    server.at["/"] = Reply(b"<a href='a.pdf'>")
    server.at[path] = Reply(bomb, headers={"Content-Encoding": "gzip, gzip"})
    tracemalloc.start()
    with suppress(FetchFailed):
        asking.web.page(server.url("/"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 24


@pytest.mark.parametrize("location", ["/new/i.pdf", "new/i.pdf", "http://127.0.0.1:{port}/new/i.pdf#page=2"])
def test_a_redirect_within_the_host_is_followed(server: Publisher, asking: Asking, location: str) -> None:
    server.at["/i.pdf"] = Reply(status=301, headers={"Location": location.format(port=server.port)})
    server.at["/new/i.pdf"] = Reply(PDF)
    answer = asking.document()
    assert answer
    assert answer.address == server.url("/new/i.pdf")


def test_a_redirect_to_another_host_is_refused_unless_the_source_names_it(server: Publisher, tmp_path: Path) -> None:
    server.at["/i.pdf"] = Reply(status=302, headers={"Location": server.url("/j.pdf", host="localhost")})
    server.at["/j.pdf"] = Reply(PDF)
    error = Asking(server, tmp_path).refused()
    assert "otro servidor, localhost" in error.why
    assert server.paths() == ["/i.pdf"]
    assert Asking(server, tmp_path, hosts=("localhost",)).document() is not None


def test_a_redirect_to_a_private_address_is_refused_even_to_a_named_host(server: Publisher, tmp_path: Path) -> None:
    server.at["/i.pdf"] = Reply(status=302, headers={"Location": server.url("/j.pdf", host="127.0.0.2")})
    server.at["/j.pdf"] = Reply(PDF)
    error = Asking(server, tmp_path, hosts=("127.0.0.2",)).refused()
    assert "privada o reservada, 127.0.0.2" in error.why
    assert [each.path for each in server.asked] == ["/robots.txt", "/i.pdf"], "not even its robots.txt"


def test_what_robots_txt_forbids_is_not_asked_for(server: Publisher, asking: Asking) -> None:
    server.at["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n")
    server.at["/i.pdf"] = server.at["/private/i.pdf"] = Reply(PDF)
    assert "robots.txt" in asking.refused("/private/i.pdf").why
    assert server.paths() == []
    for _ in range(2):
        assert asking.document() is not None
    assert asking.waits
    assert max(asking.waits) > 6, "the crawl delay counts"


def test_a_redirect_leads_to_nothing_that_robots_txt_forbids(server: Publisher, asking: Asking) -> None:
    server.at["/robots.txt"] = Reply(b"User-agent: rendicion-etl\nDisallow: /private/\n")
    server.at["/i.pdf"] = Reply(status=302, headers={"Location": "/private/i.pdf"})
    assert "robots.txt" in asking.refused().why
    assert server.paths() == ["/i.pdf"]


def test_a_robots_txt_that_cannot_be_read_for_now_forbids_all(server: Publisher, asking: Asking) -> None:
    server.at["/robots.txt"] = Reply(status=500)
    server.at["/i.pdf"] = Reply(PDF)
    error = asking.refused()
    assert "robots.txt" in error.why
    assert error.transient
    asking.refused()
    assert len(server.asked) == 1 + QUICK.retries, "it is asked for once a visit"


def test_requests_to_a_host_keep_their_pace(server: Publisher, tmp_path: Path) -> None:
    asking = Asking(server, tmp_path, replace(QUICK, delay=1000))
    server.at["/i.pdf"] = Reply(PDF)
    asking.document()
    asking.document()
    assert [round(wait, -2) for wait in asking.waits] == [1000, 2000], "robots.txt, then one after the other"


def test_a_server_that_is_not_there_is_told(server: Publisher, asking: Asking) -> None:
    asking.web.hosts.add("no-such-host.invalid")
    with pytest.raises(FetchFailed, match="no se pudo") as caught:
        asking.web.document("http://no-such-host.invalid/i.pdf", asking.file)
    assert caught.value.transient


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Informe C1.pdf"', "Informe C1.pdf"),
        ("attachment; filename*=UTF-8''Rendici%C3%B3n.pdf", "Rendición.pdf"),
        ('attachment; filename="../../etc/passwd"', "../../etc/passwd"),
        ("attachment", "i.pdf"),
        ("inline; filename=", "i.pdf"),
    ],
)
def test_the_server_names_the_file(server: Publisher, asking: Asking, disposition: str, name: str) -> None:
    server.at["/i.pdf"] = Reply(PDF, headers={"Content-Disposition": disposition})
    answer = asking.document()
    assert answer
    assert answer.name == name
