"""A PDF that was silently replaced at its address: fetched, ingested, and told of cell by cell."""

from __future__ import annotations

import ipaddress
import json
import time
from pathlib import Path

import rendicion_etl
from publisher import PRIVATE, Publisher, Reply, publishing
from rendicion_etl.archive.sources import Limits, Source
from rendicion_etl.archive.visit import visit
from rendicion_etl.runs import run
from reports import write_report


def fetch_and_ingest(server: Publisher, home: Path, *pdfs: Path) -> list[str]:
    """Publish files as /a.pdf, /b.pdf, ..., visit the server and ingest what came; the states of the arrivals."""
    paths = [f"/{letter}.pdf" for letter in "ab"[: len(pdfs)]]
    server.page("/", *paths)
    server.at.update({path: Reply(pdf.read_bytes()) for path, pdf in zip(paths, pdfs, strict=True)})
    private = tuple(map(ipaddress.ip_network, PRIVATE))
    source = Source("s", "page", (server.url("/"),), allow_private=private, limits=Limits(delay=0))
    made = visit(source, home / "raw")
    assert made.failures == {}
    report = run.ingest(
        [arrival.stored.path for arrival in made.arrivals], curated=home / "curated", raw=home / "raw", jobs=1
    )
    assert report.exit_code == 0
    return [arrival.state for arrival in made.arrivals]


def next_second() -> None:
    """The archive dates receipts to the second: a version that comes later must have a later one."""
    now = time.time()
    time.sleep(int(now) + 1 - now)


def told(home: Path) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Documents that replace one, with the first amounts that changed; all as published."""
    con = rendicion_etl.open_curated(home / "curated")
    replaced = "select n.sha256, o.sha256 from documents n join documents o on n.supersedes = o.document_id"
    changed = "select printed, related from findings where check_id = 'revisions.changed'"
    cells = [
        (str(printed), *(str(cell["value"]) for cell in json.loads(related)))
        for printed, related in con.sql(changed).fetchall()
    ]
    return con.sql(replaced).fetchall(), sorted(cells)


def test_a_file_that_changed_at_its_address_supersedes_the_former(tmp_path: Path) -> None:
    old, new = write_report(tmp_path / "old.pdf"), write_report(tmp_path / "new.pdf", total="500.00")
    with publishing() as server:
        assert fetch_and_ingest(server, tmp_path, old) == ["new"]
        next_second()
        assert fetch_and_ingest(server, tmp_path, new) == ["revision"]
    replaced, cells = told(tmp_path)
    assert len(replaced) == 1
    assert any("500" in cell[0] and "400" in "".join(cell[1:]) for cell in cells)


def test_a_change_at_its_second_address_supersedes_it_too(tmp_path: Path) -> None:
    """The former stands in the datasets with its first address only; the archive knows both.

    Its amounts are small, so that nothing but the address tells what replaces it.
    """
    old, new = write_report(tmp_path / "old.pdf"), write_report(tmp_path / "new.pdf", total="500.00")
    with publishing() as server:
        assert fetch_and_ingest(server, tmp_path, old, old) == ["new", "same_elsewhere"]
        next_second()
        assert fetch_and_ingest(server, tmp_path, old, new) == ["revision"]
    replaced, cells = told(tmp_path)
    assert len(replaced) == 1
    assert cells
