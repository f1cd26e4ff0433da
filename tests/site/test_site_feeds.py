"""The feeds are Atom, tell what is new and what is withdrawn, and say everything as text."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from atom_rules import ATOM, problems
from test_site_ledger import DAY, DOCUMENT, FINDING, OF_DOCUMENT, OF_FINDING
from test_site_standing import ABSENT, REPLACED, STRANGER, data

from rendicion_etl.errors import RendicionError
from rendicion_etl.site.atom import AtomEntry, AtomFeed, atom
from rendicion_etl.site.feeds import LATEST, site_address, write_feeds
from rendicion_etl.site.ledger import Ledger, Packed
from rendicion_etl.site.pages import FEEDS
from rendicion_etl.site.standing import Standing, bring_up_to_date

HOSTILE = 'a]]>&lt;b "c" <script>alert(1)</script> \ufffe\x0b\u202e&amp;\ud800 ñ 𝄞'
HARMLESS = 'a]]>&lt;b "c" <script>alert(1)</script> \N{REPLACEMENT CHARACTER} &amp;\N{REPLACEMENT CHARACTER} ñ 𝄞'


def feeds(home: Path, *states: Standing, address: str | None = None) -> dict[str, bytes]:
    """The feeds after builds that met these data a day apart, by the name of their file."""
    ledger = Ledger()
    for day, now in enumerate(states):
        bring_up_to_date(ledger, now, DAY + dt.timedelta(day))
        write_feeds(home, ledger, now, address)
    return {path.name: path.read_bytes() for path in sorted((home / "feeds").iterdir())}


def entries(content: bytes) -> list[dict[str, str]]:
    """What each entry says, with the addresses of its links by their media type."""
    out = []
    for entry in ET.fromstring(content).findall(f"{ATOM}entry"):
        texts = {child.tag.removeprefix(ATOM): child.text or "" for child in entry}
        out.append(texts | {link.get("type", ""): link.get("href", "") for link in entry.findall(f"{ATOM}link")})
    return out


@pytest.mark.parametrize("states", [[data()], [data(), ABSENT], [data(), REPLACED, STRANGER], [ABSENT]])
@pytest.mark.parametrize("address", [None, "https://ejemplo.org/rendicion/"])
def test_every_feed_is_valid(tmp_path: Path, states: list[Standing], address: str | None) -> None:
    written = feeds(tmp_path, *states, address=address)
    assert sorted(written) == sorted(path.partition("/")[2] for of in FEEDS.values() for path in of.values())
    assert [fault for content in written.values() for fault in problems(content)] == []


def test_the_rules_of_atom_are_looked_after() -> None:
    """A feed with every fault is not mistaken for a good one."""
    bad = b"""<feed xmlns='http://www.w3.org/2005/Atom' lang='es'><title/><id>nada</id><updated>ayer</updated>
        <entry><id>urn:a</id><title>t</title><updated>2025-03-01</updated><summary>a</summary><summary>b</summary>
        <link href='a'/><link href='b'/><p/></entry><entry><id>urn:a</id></entry></feed>"""
    said = " ".join(problems(bad))
    for fault in ("no author", "itself", "urn:a 2 times", "is nada", "is ayer", "2 summary", "holds p", "alternate"):
        assert fault in said
    for fault in ("entry has 0 title", "feed has ['lang']", "an empty title", "neither content"):
        assert fault in said


def test_a_document_is_told_with_what_was_found(tmp_path: Path) -> None:
    (entry,) = entries(feeds(tmp_path, data())["documentos.atom"])
    assert entry["title"] == "Secretaría de Ejemplo, primer cuatrimestre de 2021"
    assert entry["summary"].startswith("1 tabla en 2 páginas; confirmadas: 1 contradicción crítica, 0 advertencias")
    assert entry["text/html"] == f"../{DOCUMENT}/index.html"
    assert entry["application/json"] == f"../{DOCUMENT}/index.json"
    assert entry["published"] == entry["updated"] == "2025-03-01T12:00:00Z"


def test_a_finding_is_told_and_its_withdrawal_is_the_same_entry_updated(tmp_path: Path) -> None:
    (new,) = entries(feeds(tmp_path, data())["hallazgos.atom"])
    assert new["title"] == "Secretaría de Ejemplo, primer cuatrimestre de 2021: Tabla No. 1, p. 1: «Q 310.00»"
    assert new["text/html"] == f"../hallazgos/{FINDING}/index.html"
    (withdrawn,) = entries(feeds(tmp_path, data(), data(finding=False, pipeline="2"))["hallazgos.atom"])
    assert withdrawn["id"] == new["id"]
    assert withdrawn["title"] == f"Retirado: {new['title']}"
    assert "Corregimos nuestra lectura o la regla el 2 de marzo de 2025" in withdrawn["summary"]
    assert "Decía: El total dice 310.00" in withdrawn["summary"]
    assert (withdrawn["published"], withdrawn["updated"]) == (new["published"], "2025-03-02T12:00:00Z")
    (returned,) = entries(feeds(tmp_path, data(), ABSENT, data())["hallazgos.atom"])
    assert (returned["title"], returned["updated"]) == (new["title"], "2025-03-03T12:00:00Z")


def test_a_withdrawal_is_news_of_its_document_too(tmp_path: Path) -> None:
    (entry,) = entries(feeds(tmp_path, data(), ABSENT)["documentos.atom"])
    assert entry["updated"] == "2025-03-02T12:00:00Z"
    assert "0 contradicciones críticas" in entry["summary"]


def test_a_document_that_was_replaced_says_so_and_one_that_is_gone_is_withdrawn(tmp_path: Path) -> None:
    replaced = {e["text/html"]: e for e in entries(feeds(tmp_path, REPLACED)["documentos.en.atom"])}
    assert replaced[f"../{DOCUMENT}/index.en.html"]["summary"].endswith("replaced it by another document.")
    gone = {e["text/html"]: e for e in entries(feeds(tmp_path, data(), STRANGER)["documentos.atom"])}
    assert gone[f"../{DOCUMENT}/index.html"]["title"].startswith("Retirado: Secretaría de Ejemplo")


def test_only_critical_findings_are_told(tmp_path: Path) -> None:
    now = data()
    now.findings[FINDING] = Packed.of({**OF_FINDING, "severity": "warning"})
    content = feeds(tmp_path, now)["hallazgos.atom"]
    assert (entries(content), problems(content)) == ([], [])


def test_both_languages_speak_theirs_under_ids_of_their_own(tmp_path: Path) -> None:
    written = feeds(tmp_path, data())
    es, en = ET.fromstring(written["hallazgos.atom"]), ET.fromstring(written["hallazgos.en.atom"])
    assert entries(written["hallazgos.en.atom"])[0]["summary"].startswith("The total says 310.00")
    assert entries(written["hallazgos.en.atom"])[0]["text/html"].endswith("/index.en.html")
    ids = [element.text for feed in (es, en) for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == 4


def test_the_same_state_gives_the_same_bytes_and_leaves_the_files_alone(tmp_path: Path) -> None:
    first = feeds(tmp_path, data())
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").iterdir()}
    assert feeds(tmp_path, data(), data()) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").iterdir()} == before


def test_a_known_address_makes_links_absolute(tmp_path: Path) -> None:
    content = feeds(tmp_path, data(), address="https://ejemplo.org/r/")["documentos.atom"]
    assert entries(content)[0]["text/html"] == f"https://ejemplo.org/r/{DOCUMENT}/index.html"
    root = ET.fromstring(content)
    base = "{http://www.w3.org/XML/1998/namespace}base"
    assert root.get(base) == root.findall(f"{ATOM}link")[0].get("href") == "https://ejemplo.org/r/feeds/documentos.atom"
    assert ET.fromstring(feeds(tmp_path, data())["documentos.atom"]).get(base) is None


@pytest.mark.parametrize(
    ("given", "address"),
    [("", None), (" ", None), ("https://ejemplo.org", "https://ejemplo.org/"), ("http://a.gt/r/", "http://a.gt/r/")],
)
def test_the_address_of_the_site(given: str, address: str | None) -> None:
    assert site_address(given) == address


@pytest.mark.parametrize(
    "given", ["ejemplo.org", "ftp://a.gt/", "javascript:alert(1)", "https://", "https://a.gt/?q", 'https://a.gt/"<b>']
)
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(RendicionError, match="RENDICION_SITE_URL"):
        site_address(given)


def test_hostile_names_come_out_as_text(tmp_path: Path) -> None:
    document = {**OF_DOCUMENT, "institution_name": HOSTILE, "file_name": HOSTILE}
    finding = {**OF_FINDING, "table_number": HOSTILE, "printed_text": HOSTILE, "message_es": HOSTILE}
    written = feeds(tmp_path, Standing({DOCUMENT: document}, {FINDING: Packed.of(finding)}, {}, {}))
    for content in written.values():
        assert problems(content) == []
        assert b"<script" not in content
    assert entries(written["hallazgos.atom"])[0]["summary"] == HARMLESS
    assert HARMLESS in entries(written["documentos.atom"])[0]["title"]
    assert f"Archivo «{HARMLESS}»" in entries(written["documentos.atom"])[0]["summary"]


def test_a_feed_is_bounded_and_the_latest_stay(tmp_path: Path) -> None:
    many = {f"{k:016x}": Packed.of({**OF_FINDING, "page": k + 1}) for k in range(LATEST + 50)}
    first = Standing({DOCUMENT: OF_DOCUMENT}, many, {}, {})
    then = Standing({DOCUMENT: OF_DOCUMENT}, many | {FINDING: Packed.of(OF_FINDING)}, {}, {})
    told = entries(feeds(tmp_path, first, then)["hallazgos.atom"])
    assert len(told) == LATEST
    assert told[0]["text/html"] == f"../hallazgos/{FINDING}/index.html"
    pages = [entry["title"].partition(", p. ")[2].partition(":")[0] for entry in told[1:]]
    assert pages == [str(k) for k in range(1, LATEST)], "of one moment, in the order of the document"


def test_moments_are_told_in_utc() -> None:
    at = dt.datetime(2025, 3, 1, 6, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
    entry = AtomEntry("urn:a", "t", at, at, "s", "a.html", "a.json")
    feed = AtomFeed("urn:f", "es", "t", "s", "a", "r", ("g", "1"), at, "f.atom", "index.html", None, [entry])
    assert atom(feed).count(b">2025-03-01T12:00:00Z<") == 3
