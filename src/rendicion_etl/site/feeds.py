"""What is new, for readers and programs that come back: feeds of documents and of critical contradictions.

Everything in them comes from the ledger and the data, dates too, so that the same state gives the same bytes. What is
withdrawn stays the same entry (the same id) with a new date and a title that says so, as RFC 4287 has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import nlargest
from pathlib import Path
from urllib.parse import urlsplit

from rendicion_etl.archive.store import write_whole
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import LANGUAGES
from rendicion_etl.site.atom import AtomEntry, AtomFeed, atom, name_of
from rendicion_etl.site.data import Row
from rendicion_etl.site.ledger import Entry, Ledger
from rendicion_etl.site.pages import FEEDS, FILES, FINDINGS
from rendicion_etl.site.report import web_address
from rendicion_etl.site.standing import Standing
from rendicion_etl.site.summary import title_of
from rendicion_etl.site.withdrawn import place_of
from rendicion_etl.site.words import Words
from rendicion_etl.version import VERSION

LATEST = 100  # entries of a feed


def site_address(text: str) -> str | None:
    """The address of the site as links need it, with a slash at the end; None for "".

    Raises RendicionError for what is no address of a web folder.
    """
    text = text.strip()
    if not text:
        return None
    parts = urlsplit(text)
    if not web_address(text) or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise RendicionError(
            f"RENDICION_SITE_URL={text}",
            "no es la dirección de una carpeta en la web",
            "Indique la del sitio, por ejemplo https://ejemplo.org/rendicion/, o ninguna.",
        )
    return text.rstrip("/") + "/"


def write_feeds(home: Path, ledger: Ledger, now: Standing, address: str | None = None) -> None:
    """Write the feeds into the site at `home`; links are relative unless the `address` of the site is known."""
    for lang in LANGUAGES:
        words = Words(lang)
        told = {"documents": _of_documents(ledger, now, words), "findings": _of_findings(ledger, words)}
        for name, entries in told.items():
            path = FEEDS[lang][name]
            content = atom(_feed(name, path, entries, ledger, address, words))
            if not (home / path).is_file() or (home / path).read_bytes() != content:
                write_whole(home / path, content)


def _feed(
    name: str, path: str, entries: Iterable[AtomEntry], ledger: Ledger, address: str | None, words: Words
) -> AtomFeed:
    root = address or "../" * path.count("/")
    latest = nlargest(LATEST, entries, key=lambda entry: entry.updated)  # alike: as they come
    # A feed without entries yet is as old as what it could have told of.
    moments = [entry.updated for entry in latest] or [entry.published for entry in ledger.documents.values()]
    return AtomFeed(
        id=name_of("feed", name, words.lang),
        lang=words.lang,
        title=f"{words('site.name')}: {words(f'feeds.{name}')}",
        subtitle=words(f"feeds.{name}_about"),
        author=words("site.name"),
        rights=words("feeds.rights"),
        generator=("rendicion-etl", VERSION),
        updated=max(moments),
        itself=f"{address}{path}" if address else path.rpartition("/")[2],
        page=f"{root}{FILES[words.lang]}",
        base=address and f"{address}{path}",
        entries=[replace(entry, link=root + entry.link, data=root + entry.data) for entry in latest],
    )


def _of_documents(ledger: Ledger, now: Standing, words: Words) -> Iterator[AtomEntry]:
    """The documents. When one is read again and a finding of it comes or goes, that is news of it too."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in ledger.findings.values():
        found[entry.row["document_id"]].append(entry)
    replaced = {row["supersedes"] for row in now.documents.values()}
    counts = now.counts()
    for key, entry in sorted(ledger.documents.items(), key=_received, reverse=True):
        title, event = report_name(entry.row, words), entry.withdrawal
        if event:
            title = words("permanence.title", what=title)
            summary = words(f"withdrawn_document.{event.reason}", date=words.date(event.at))
        else:
            numbers = {"tables": entry.row["n_tables"], "pages": entry.row["n_pages"], **counts[key]}
            said = {name: words(f"feeds.{name}", n=number) for name, number in numbers.items()}
            summary = words("feeds.read", file=entry.row["file_name"], **said)
            summary += f" {words('feeds.replaced')}" if key in replaced else ""
        yield AtomEntry(
            id=name_of("document", key, words.lang),
            title=title,
            published=entry.published,
            updated=max(entry.updated, *(finding.updated for finding in found[key]), entry.published),
            summary=summary,
            link=f"{key}/{FILES[words.lang]}",
            data=f"{key}/index.json",
        )


def _of_findings(ledger: Ledger, words: Words) -> Iterator[AtomEntry]:
    """The critical findings, those that stand and those withdrawn."""
    for key, entry in sorted(ledger.findings.items(), key=_printed):
        row, event = entry.row, entry.withdrawal
        if row["severity"] != "critical":
            continue
        place = place_of(row, words)
        if row["printed_text"]:
            place = words("feeds.prints", place=place, text=row["printed_text"])
        title = f"{report_name(ledger.documents[row['document_id']].row, words)}: {place}"
        summary = row[f"message_{words.lang}"] or row["message_es"]
        if event:
            title = words("permanence.title", what=title)
            why = words(f"withdrawn.{event.told}", date=words.date(event.at))
            summary = f"{words('withdrawn.heading')} {why}\n{words('feeds.said', message=summary)}"
        yield AtomEntry(
            id=name_of("finding", key, words.lang),
            title=title,
            published=entry.published,
            updated=entry.updated,
            summary=summary,
            link=f"{FINDINGS}/{key}/{FILES[words.lang]}",
            data=f"{FINDINGS}/{key}/index.json",
            terms=((row["check_id"], title_of(row["check_id"], words)),),
        )


def _received(item: tuple[str, Entry]) -> tuple[str, str]:
    return item[1].row["retrieved_at"] or "", item[0]


def _printed(item: tuple[str, Entry]) -> tuple[str, int, str]:
    row = item[1].row
    return row["document_id"], row["page"] or 0, item[0]


def report_name(document: Row, words: Words) -> str:
    """Institution and period; the name of the file where the institution is not known."""
    name = document["institution_name"] or f"{words('document.unknown_institution')} ({document['file_name']})"
    return f"{name}, {words.period(document['period'], document['fiscal_year'])}"
