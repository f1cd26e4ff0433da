"""A visit brings what is new or changed, once, and remembers; whatever fails, the rest comes."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher import PDF, PRIVATE, Publisher, Reply, publishing
from rendicion_etl.archive.discover import discover
from rendicion_etl.archive.sources import Limits, Source
from rendicion_etl.archive.store import addresses_of, find
from rendicion_etl.archive.visit import Visit, visit
from rendicion_etl.archive.visits import path_of, read_visits

OTHER = PDF.replace(b"line", b"LINE")
QUICK = Limits(delay=0, retries=1, backoff=0, seconds=20)


@pytest.fixture
def server() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def page(server: Publisher, *paths: str, **more: Any) -> Source:
    """A source of index pages on the server, the page `/` by default."""
    more = {"id": "s", "kind": "page", "limits": QUICK, **more}
    private = tuple(map(ipaddress.ip_network, PRIVATE))
    return Source(addresses=tuple(map(server.url, paths or ("/",))), allow_private=private, **more)


def folder(home: Path, kind: Any = "folder") -> Source:
    return Source("s", kind, (str(home),), limits=QUICK)


def states(made: Visit) -> list[tuple[str, str]]:
    return [(arrival.url.rpartition("/")[2], arrival.state) for arrival in made.arrivals]


def record(raw: Path, sha256: str) -> Any:
    return json.loads((raw / "sha256" / sha256[:2] / f"{sha256}.json").read_text())


def test_a_first_visit_brings_everything_and_a_second_nothing(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf", "b.pdf", "nota.html")
    server.at["/a.pdf"] = Reply(PDF, etag='"a"', headers={"Content-Type": "application/pdf", "X-Other": "1"})
    server.at["/b.pdf"] = Reply(OTHER)
    first = visit(page(server), raw)
    assert states(first) == [("a.pdf", "new"), ("b.pdf", "new")]
    assert (first.n_unchanged, first.failures, first.failed) == (0, {}, False)
    stored = first.arrivals[0].stored
    assert stored.path.read_bytes() == PDF
    assert (stored.file_name, stored.source_url) == ("a.pdf", server.url("/a.pdf"))
    (origin,) = record(raw, stored.sha256)["sources"]
    assert origin == {
        "source": "s",
        "url": server.url("/a.pdf"),
        "at": origin["at"],
        "headers": {"etag": '"a"', "content-type": "application/pdf"},
    }
    second = visit(page(server), raw)
    assert (second.arrivals, second.n_unchanged, second.failures) == ([], 2, {})
    assert [each.headers.get("if-none-match") for each in server.asked if each.path == "/a.pdf"] == [None, '"a"']
    assert sorted(p.name for p in (raw / "sources").iterdir()) == ["s.json", "s.lock"], "nothing half fetched stays"


def test_the_same_address_with_other_bytes_is_a_revision_and_both_are_kept(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = Reply(PDF, etag='"1"')
    (old,) = visit(page(server), raw).arrivals
    server.at["/a.pdf"] = Reply(OTHER, etag='"2"')
    (new,) = visit(page(server), raw).arrivals
    assert new.state == "revision"
    assert (old.stored.path.read_bytes(), new.stored.path.read_bytes()) == (PDF, OTHER)
    known = read_visits(raw, "s").addresses[server.url("/a.pdf")]
    assert [version.sha256 for version in known.versions] == [old.stored.sha256, new.stored.sha256]
    assert known.first_seen < known.versions[1].at
    assert known.etag == '"2"'


def test_the_same_bytes_at_two_addresses_are_one_document_with_two_sources(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf", "copia.pdf")
    server.at["/a.pdf"] = server.at["/copia.pdf"] = Reply(PDF)
    made = visit(page(server), raw)
    assert states(made) == [("a.pdf", "new"), ("copia.pdf", "same_elsewhere")]
    sha256 = made.arrivals[0].stored.sha256
    assert addresses_of(raw, sha256) == {server.url("/a.pdf"), server.url("/copia.pdf")}
    assert record(raw, sha256)["source_url"] == server.url("/a.pdf"), "the first address stays"
    assert len(list(raw.rglob("*.pdf"))) == 1
    assert visit(page(server), raw).n_unchanged == 2


def test_whatever_happens_to_one_address_the_others_go_on(server: Publisher, raw: Path) -> None:
    server.page("/", "gone.pdf", "html.pdf", "a.pdf", "http://localhost:1/elsewhere.pdf")
    server.at["/html.pdf"] = Reply(b"<html>error", headers={"Content-Type": "text/html"})
    server.at["/a.pdf"] = Reply(PDF)
    made = visit(page(server), raw)
    assert states(made) == [("a.pdf", "new")]
    assert {address.rpartition("/")[2]: trouble.why[:20] for address, trouble in made.failures.items()} == {
        "elsewhere.pdf": "lleva a otro servido",
        "gone.pdf": "no hay nada en esa d",
        "html.pdf": "la dirección dio una",
    }
    assert made.failed, "a link that the pattern takes and the source does not allow is for the steward to decide"
    assert [p.suffix for p in (raw / "sha256").rglob("*") if p.is_file()].count(".pdf") == 1
    assert len(read_visits(raw, "s").reasons) == 3


def test_a_source_that_fails_is_remembered_as_failing_until_it_does_not(server: Publisher, raw: Path) -> None:
    server.at["/"] = Reply(status=500)
    for n in (1, 2):
        assert visit(page(server), raw).failed
        assert read_visits(raw, "s").failures_in_row == n
    visits = read_visits(raw, "s")
    assert (visits.last_success, visits.last_new) == (None, None)
    assert "código 500" in visits.reasons[0]
    server.page("/", "a.pdf", "gone.pdf")
    server.at["/a.pdf"] = Reply(PDF)
    assert not visit(page(server), raw).failed
    visits = read_visits(raw, "s")
    assert (visits.failures_in_row, visits.n_documents) == (0, 1)
    assert visits.last_success == visits.last_new == visits.last_visit
    assert len(visits.reasons) == 1


def test_an_address_that_fails_keeps_what_is_known_of_it(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = [Reply(PDF, etag='"1"'), Reply(status=500), Reply(status=500), Reply(PDF, etag='"1"')]
    visit(page(server), raw)
    assert visit(page(server), raw).failed
    assert visit(page(server), raw).n_unchanged == 1


def test_a_document_that_the_archive_lost_is_fetched_again(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = Reply(PDF, etag='"1"')
    (arrival,) = visit(page(server), raw).arrivals
    arrival.stored.path.unlink()
    assert visit(page(server), raw).failures == {}
    assert find(raw, arrival.stored.sha256) is not None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"addresses": {}}'])
def test_a_lost_memory_is_learnt_again_without_false_news(server: Publisher, raw: Path, damage: str) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = Reply(PDF)
    visit(page(server), raw)
    path_of(raw, "s").write_text(damage)
    made = visit(page(server), raw)
    assert (made.arrivals, made.n_unchanged) == ([], 1)
    server.at["/a.pdf"] = Reply(OTHER)
    assert states(visit(page(server), raw)) == [("a.pdf", "revision")]


def test_a_visit_that_is_cut_short_loses_nothing(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf", "b.pdf")
    server.at["/a.pdf"] = Reply(PDF)
    server.at["/b.pdf"] = [Reply(status=500), Reply(OTHER)]

    def killed(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        visit(page(server), raw, sleep=killed)
    made = visit(page(server), raw)
    assert (states(made), made.n_unchanged) == ([("b.pdf", "new")], 1)
    assert read_visits(raw, "s").n_documents == 2, "who ingests by the memory misses none"


def test_two_visits_of_a_source_do_not_meet(server: Publisher, raw: Path) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = Reply(PDF)
    lock = path_of(raw, "s").with_suffix(".lock")
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = visit(page(server), raw)
        assert made.failures["s"].transient
        assert server.asked == []
        assert read_visits(raw, "s").last_visit is None
    assert states(visit(page(server), raw)) == [("a.pdf", "new")]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="../../../etc/passwd"', "passwd"),
        ("filename=..", "documento.pdf"),
        ('filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ("filename*=UTF-8''a%00%1b%5b31m.pdf", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m.pdf"),
        ("filename*=UTF-8''" + "x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("filename*=utf-16''%00%d8.pdf", None),
    ],
)
def test_a_hostile_name_becomes_text_and_never_a_path(
    server: Publisher, raw: Path, said: str, name: str | None
) -> None:
    server.page("/", "a.pdf")
    server.at["/a.pdf"] = Reply(PDF, headers={"Content-Disposition": f"attachment; {said}"})
    (arrival,) = visit(page(server), raw).arrivals
    assert arrival.stored.path.parent.parent == raw / "sha256"
    assert "/" not in arrival.stored.file_name
    assert name in (None, arrival.stored.file_name)


def test_patterns_decide_and_title_and_period_are_told(server: Publisher, raw: Path) -> None:
    links = [
        ("/d?id=1", "Informe de rendición de cuentas, primer cuatrimestre 2021"),
        ("/d?id=2", "Memoria de labores 2021"),
        ("/x.pdf", "Informe de rendición, segundo cuatrimestre"),
    ]
    server.at["/"] = Reply("".join(f'<a href="{href}">{text}</a>' for href, text in links).encode())
    server.at["/d?id=1"] = Reply(PDF)
    patterns = {
        "href": r"\?id=",
        "text": r"RENDICI[OÓ]N",
        "title": r"informe de (.*?),",
        "period": r"\w+ cuatrimestre \d{4}",
    }
    compiled = {key: re.compile(pattern, re.IGNORECASE) for key, pattern in patterns.items()}
    (arrival,) = visit(page(server, **compiled), raw).arrivals
    assert (arrival.title, arrival.period) == ("rendición de cuentas", "primer cuatrimestre 2021")
    assert server.paths() == ["/", "/d?id=1"]


def test_pages_that_lead_on_are_read_once_each_within_the_host(server: Publisher, raw: Path) -> None:
    away = server.url("/p4", host="localhost")
    server.page("/", "1.pdf", "p2", "/#top")
    server.page("/p2", "2.pdf", "p3", "/", "p2#again", away)
    server.page("/p3", "p2", "3.pdf", "1.pdf")
    for n in (1, 2, 3):
        server.at[f"/{n}.pdf"] = Reply(PDF + bytes([n]))
    made = visit(page(server, follow=re.compile(r"/p\d|/$")), raw)
    assert states(made) == [("1.pdf", "new"), ("2.pdf", "new"), ("3.pdf", "new")]
    assert made.failures == {}
    assert sorted(server.paths()) == ["/", "/1.pdf", "/2.pdf", "/3.pdf", "/p2", "/p3"]


def test_there_are_bounds_to_pages_and_links_and_they_are_told(server: Publisher, raw: Path) -> None:
    limits = Limits(delay=0, max_pages=2, max_links=1)
    for n in range(1, 5):
        server.page(f"/p{n}", f"p{n + 1}", f"{n}.pdf")
        server.at[f"/{n}.pdf"] = Reply(PDF)
    made = visit(page(server, "/p1", follow=re.compile(r"/p\d"), limits=limits), raw)
    assert len(made.arrivals) == 1
    assert {trouble.why for trouble in made.failures.values()} == {
        "quedaron páginas sin leer: la fuente admite 2 en una visita",
        "quedaron enlaces sin tomar: la fuente admite 1 en una visita",
    }


def test_a_page_without_any_link_that_fits_is_no_success(server: Publisher, raw: Path) -> None:
    server.page("/", "nota.html")
    made = visit(page(server), raw)
    assert made.failed
    assert "ningún enlace" in next(iter(made.failures.values())).why


def test_a_list_file_gives_its_addresses_whatever_their_host(server: Publisher, raw: Path, tmp_path: Path) -> None:
    server.at["/a"] = Reply(PDF)
    server.at["/b.pdf"] = Reply(status=302, headers={"Location": "/c.pdf"})
    server.at["/c.pdf"] = Reply(OTHER)
    lines = ["# informes", "", server.url("/a"), server.url("/b.pdf", host="localhost"), "no es dirección"]
    (tmp_path / "enlaces.txt").write_text("\n".join(lines))
    source = Source(
        "s", "list", (str(tmp_path / "enlaces.txt"),), allow_private=page(server).allow_private, limits=QUICK
    )
    made = visit(source, raw)
    assert states(made) == [("a", "new"), ("b.pdf", "new")]
    assert list(made.failures) == [f"{tmp_path / 'enlaces.txt'}:5"]


def test_a_list_that_is_too_long_is_told_and_not_cut(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "enlaces.txt").write_text("#" * 1100)
    source = Source("s", "list", (str(tmp_path / "enlaces.txt"),), limits=Limits(max_page_mb=0.001))
    assert "pesa más de 0.001 MiB" in visit(source, raw).failures[str(tmp_path / "enlaces.txt")].why


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_a_list_of_the_web_gives_those_of_its_own_host(server: Publisher, raw: Path, kind: str) -> None:
    links = [server.url("/a"), "http://169.254.169.254/latest"]
    body = "\n".join(links) if kind == "text/plain" else "".join(f'<a href="{link}">x</a>' for link in links)
    server.at["/lista"] = Reply(body.encode(), headers={"Content-Type": kind})
    server.at["/a"] = Reply(PDF)
    made = visit(page(server, "/lista", kind="list"), raw)
    assert states(made) == [("a", "new")]
    assert "otro servidor" in made.failures[links[1]].why


def test_the_files_of_a_folder_are_received_and_stay(raw: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "bandeja"
    (inbox / "2021").mkdir(parents=True)
    (inbox / "2021" / "a.pdf").write_bytes(PDF)
    (inbox / "sin nombre").write_bytes(OTHER)
    (inbox / "LEEME.md").write_text("nada")
    (inbox / ".oculto.pdf").write_bytes(PDF)
    first = visit(folder(inbox), raw)
    assert states(first) == [("sin%20nombre", "new"), ("a.pdf", "new")]
    assert first.failures == {}
    assert first.arrivals[1].stored.source_url is None, "a path of this machine is not published"
    assert addresses_of(raw, first.arrivals[1].stored.sha256) == {(inbox / "2021" / "a.pdf").as_uri()}
    assert (inbox / "2021" / "a.pdf").read_bytes() == PDF
    assert visit(folder(inbox), raw).n_unchanged == 2
    (inbox / "2021" / "a.pdf").write_bytes(OTHER + b" ")
    assert states(visit(folder(inbox), raw)) == [("a.pdf", "revision")]


def test_a_file_that_is_still_being_written_waits_and_one_that_is_no_pdf_is_told(raw: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "bandeja"
    inbox.mkdir()
    (inbox / "cortado.pdf").write_bytes(PDF[:1000])
    (inbox / "pagina.pdf").write_bytes(b"<html>")
    assert visit(folder(inbox), raw).failures == {}
    for path in inbox.iterdir():
        os.utime(path, (0, 0))
    made = visit(folder(inbox), raw)
    assert states(made) == [("cortado.pdf", "new")], "it is what there is, and the reader decides"
    assert "no es un PDF" in made.failures[(inbox / "pagina.pdf").as_uri()].why
    assert not made.failed


@pytest.mark.parametrize("kind", ["folder", "list"])
def test_a_folder_or_a_list_that_is_not_there_is_a_failure(raw: Path, tmp_path: Path, kind: str) -> None:
    made = visit(folder(tmp_path / "nada", kind), raw)
    assert made.failed
    assert "no existe" in made.failures[str(tmp_path / "nada")].why


def test_a_file_that_went_away_or_may_not_be_read_is_told_and_the_others_come(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "bandeja"
    inbox.mkdir()
    for name in ("a.pdf", "b.pdf"):
        (inbox / name).write_bytes(PDF)

    def gone(source: Source, web: Any) -> Any:
        offers = discover(source, web)
        (inbox / "a.pdf").unlink()
        return offers

    monkeypatch.setattr("rendicion_etl.archive.visit.discover", gone)
    made = visit(folder(inbox), raw)
    assert states(made) == [("b.pdf", "new")]
    assert "no se puede leer" in made.failures[(inbox / "a.pdf").as_uri()].why
