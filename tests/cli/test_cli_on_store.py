"""Commands on another machine than the one that ingested: all they have is the address of the store."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Any

import pytest

from pdfs import Ruled, write_pdf
from publisher import PRIVATE, Reply, publishing
from rendicion_etl.archive.sources import Limits, Source
from rendicion_etl.archive.visit import visit
from rendicion_etl.cli.app import run
from rendicion_etl.settings import home
from rendicion_etl.site.revision import FOLDER
from stores import on_another_machine

AMOUNTS = [("Guatemala", "200.00", "50.00"), ("Quihce Norte", "100.00", "25.00"), ("Zacapa", "50.00", "5.00")]


def report(path: Path, total: str) -> bytes:
    """A table by department with a place that nobody knows and a printed `total` of 350.00."""
    rows = [("Departamento", "Vigente", "Devengado"), *AMOUNTS, ("TOTAL", total, "80.00")]
    caption = ("Tabla No. 1", "Ejecución presupuestaria por departamento", "(En quetzales)")
    said = "Secretaría de Coordinación Ejecutiva de la Presidencia"
    table = Ruled(rows, caption=caption, bold=(4,), widths=(200, 90, 90))
    return write_pdf(path, said, "Informe de rendición de cuentas, enero a abril de 2021", table).read_bytes()


@pytest.fixture
def store(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with a report and the one that replaced it at its address, seen from a machine without copies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RENDICION_CURATED", f"{bucket}/curated")
    monkeypatch.setenv("RENDICION_RAW", f"{bucket}/raw")
    raw = home(f"{bucket}/raw")
    with publishing() as server:
        private = tuple(map(ipaddress.ip_network, PRIVATE))
        source = Source("s", "page", (server.url("/"),), allow_private=private, limits=Limits(delay=0))
        server.page("/", "/a.pdf")
        for total in ("350.00", "360.00"):
            server.at["/a.pdf"] = Reply(report(tmp_path / "a.pdf", total))
            (arrival,) = visit(source, raw).arrivals
            assert run(["ingest", str(arrival.stored.path), "--jobs", "1"]) == 0
    on_another_machine(monkeypatch, tmp_path / "elsewhere")
    return bucket


def answer(capfd: Any, *command: str) -> Any:
    capfd.readouterr()
    assert run([*command, "--json"]) == 0
    return json.loads(capfd.readouterr().out)


def test_what_needs_a_person_is_listed_and_drafted(store: str, capfd: Any) -> None:
    listed = answer(capfd, "review")
    (place,) = (n for n, item in enumerate(listed, 1) if "Quihce" in json.dumps(item, ensure_ascii=False))
    capfd.readouterr()
    assert run(["review", "--draft", str(place)]) == 0
    assert "Quihce Norte" in capfd.readouterr().out


def test_the_site_shows_what_changed(store: str, capfd: Any) -> None:
    built = answer(capfd, "site", "build")
    assert (len(built["drawn"]), built["failures"]) == (2, {})
    (revision,) = Path(built["index"]).parent.glob(f"*/{FOLDER}/index.html")
    html = revision.read_text(encoding="utf-8")
    assert "350.00" in html
    assert "360.00" in html
