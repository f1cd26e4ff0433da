"""The page of a revision lists every cell that changed, from a real pair of versions, with links to both places."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from site_building import Page, broken_links

import rendicion_etl
from pdfs import Ruled, write_pdf
from rendicion_etl.runs.run import open_run
from rendicion_etl.runs.site import build_site
from rendicion_etl.settings import Settings

HEADER = ("Código", "Grupo de gasto", "Vigente", "Devengado")
N = 30  # lines: more changed cells than the rule tells one by one


def write(path: Path, devengado: int, *extra: tuple[str, ...]) -> Path:
    """A version of one report: what is devengado differs in every line."""
    lines = [(f"{k:03d}", f"Grupo {k}", f"{k},000.50", f"{k + devengado},000.25") for k in range(100, 100 + N)]
    total = ("", "TOTAL", f"{sum(range(100, 100 + N)) * 1000 + N * 0.5:,.2f}", "1.00")
    caption = ("Tabla No. 1", "Ejecución presupuestaria por grupo de gasto", "(En quetzales)")
    said = "Secretaría de Coordinación Ejecutiva de la Presidencia"
    table = Ruled([HEADER, *lines, *extra, total], caption=caption, bold=(len(lines) + 1,), widths=(60, 200, 90, 90))
    other = Ruled([("Mes", "Personas"), ("Enero", "10"), ("Febrero", "12")], caption=("Tabla No. 2", "Asistencia"))
    return write_pdf(path, said, "Informe de rendición de cuentas, enero a abril de 2021", table, other)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two versions of one report, ingested one after the other."""
    home = tmp_path_factory.mktemp("revision")
    settings = replace(Settings(), curated=home / "curated", raw=home / "raw", jobs=1)
    for path in (write(home / "a.pdf", 1), write(home / "b.pdf", 2, ("990", "Nuevo", "5.00", "4.00"))):
        with open_run([path], settings) as run:
            (document,) = run.finish(run.read(run.tasks)).documents
            assert document.report is not None
            (home / "alone.html").write_bytes(document.report.read_bytes())
    assert build_site(settings).failures == {}
    return home


def names(home: Path) -> tuple[str, str]:
    """The document_ids of the later and of the earlier version."""
    with rendicion_etl.open_curated(home / "curated") as connection:
        sql = "select document_id, supersedes from documents where supersedes is not null"
        ((later, earlier),) = connection.execute(sql).fetchall()
    return later, earlier


def site(home: Path) -> Path:
    return home / "curated" / "site"


def test_every_changed_cell_is_listed_though_the_finding_tells_the_table_as_a_whole(home: Path) -> None:
    later, _ = names(home)
    said = json.loads((site(home) / later / "revision" / "index.json").read_text())
    (table,) = said["tables"]
    assert len(table["changes"]) == N
    first = table["changes"][0]
    assert (first["row"], first["column"]) == ("Grupo 100", "Devengado")
    assert (first["before"]["text"], first["now"]["text"]) == ("101,000.25", "102,000.25")
    assert [row["text"] for row in table["added"]] == ["990 · Nuevo · 5.00 · 4.00"]
    assert (table["gone"], said["added"], said["gone"]) == ([], [], [])
    assert table["finding"], "the finding of the whole table was confirmed"


@pytest.mark.parametrize(
    ("file", "told"), [("index.html", "30 celdas cambiaron"), ("index.en.html", "30 cells changed")]
)
def test_the_page_shows_old_and_new_with_links_to_both_places(home: Path, file: str, told: str) -> None:
    later, earlier = names(home)
    page = Page(site(home) / later / "revision" / file)
    rows = {row[0].split("  ")[0].strip(): row[1:] for row in page.rows if len(row) == 3}
    assert [cell.split()[0] for cell in rows["Grupo 100 · Devengado"]] == ["101,000.25", "102,000.25"]
    assert told in page.text
    assert f"../../{later}/{file}#t01-1-3" in page.links
    assert f"../../{earlier}/{file}#t01-1-3" in page.links


def test_both_documents_and_the_finding_lead_to_it(home: Path) -> None:
    later, earlier = names(home)
    assert "../" + f"{later}/revision/index.html" in Page(site(home) / later / "index.html").links
    assert "../" + f"{later}/revision/index.html" in Page(site(home) / earlier / "index.html").links
    said = json.loads((site(home) / later / "revision" / "index.json").read_text())
    finding = Page(site(home) / "hallazgos" / said["tables"][0]["finding"] / "index.html")
    assert f"../../{later}/revision/index.html" in finding.links
    assert not (site(home) / earlier / "revision").exists()


def test_every_link_leads_somewhere(home: Path) -> None:
    assert broken_links(site(home)) == []


def test_the_stand_alone_report_links_to_nothing_beside_it(home: Path) -> None:
    html = (home / "alone.html").read_text()
    assert names(home)[1] in html
    assert "revision/" not in html
