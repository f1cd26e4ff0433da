"""What was published keeps its address over builds of the site: withdrawn, returned, answered, and in the feeds."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl.curated.writer import ORDER, published_files
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.site import Built, build_site, is_due, note_due
from rendicion_etl.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "site"))
from atom_rules import ATOM, problems
from site_examples import DOCUMENT_ID, finding, findings, publish_report

DAY = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
FIRST, SECOND, REMARK, DOUBT = (f"{key:016x}" for key in (1, 2, 3, 4))
NEWER = "scep-2021-c1-deadbeef"
Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def build(day: int, **settings: Any) -> Built:
        given = {"curated": tmp_path / "curated", "raw": tmp_path / "raw", "jobs": 1, "replies": tmp_path / "replies"}
        (tmp_path / "replies").mkdir(exist_ok=True)
        built = build_site(Settings(**{**given, **settings}), at=DAY + dt.timedelta(day))
        assert built.failures == {}
        return built

    return build


def page(home: Path, finding_id: str, name: str = "index.html") -> str:
    return (home / "curated" / "site" / "hallazgos" / finding_id / name).read_text(encoding="utf-8")


def note(home: Path, finding_id: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(page(home, finding_id, "index.json"))["note"]
    return said


def titles(home: Path, feed: str) -> dict[str, tuple[str, str]]:
    """Of each entry its title and when it was updated, by the folder of its page."""
    content = (home / "curated" / "site" / "feeds" / feed).read_bytes()
    assert problems(content) == []
    out = {}
    for entry in ET.fromstring(content).findall(f"{ATOM}entry"):
        folder = entry.findall(f"{ATOM}link")[0].attrib["href"].split("/")[-2]
        out[folder] = (entry.findtext(f"{ATOM}title", ""), entry.findtext(f"{ATOM}updated", "")[:10])
    return out


def everything(home: Path) -> dict[str, str]:
    """A hash of every file of the site and of the ledger."""
    found = [p for folder in ("site", "ledger") for p in (home / "curated" / folder).rglob("*") if p.is_file()]
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def test_a_finding_is_withdrawn_and_returns(tmp_path: Path, build: Build) -> None:
    publish_report(tmp_path)
    build(0)
    assert "withdrawn" not in page(tmp_path, FIRST)
    assert "Publicado por primera vez el 1 de marzo de 2025." in page(tmp_path, FIRST)
    assert not (tmp_path / "curated" / "site" / "hallazgos" / DOUBT).exists(), "a doubt is no accusation"
    assert set(titles(tmp_path, "hallazgos.atom")) == {FIRST, SECOND}, "a remark is no news"
    whole = page(tmp_path, FIRST)

    # Our reading was corrected: one finding is gone, another is a doubt now.
    doubt = finding(2, col=2, confidence="unconfirmed")
    newer = {"pipeline_version": "0.2.0+test"}
    publish_report(tmp_path, findings=[doubt, *(f for f in findings() if f["finding_id"] == REMARK)], document=newer)
    build(1)
    for key in (FIRST, SECOND):
        assert "Retirado.</strong> Corregimos nuestra lectura o la regla el 2 de marzo de 2025" in page(tmp_path, key)
        assert "Withdrawn.</strong> We corrected" in page(tmp_path, key, "index.en.html")
        assert "0.1.0+test</td><td>0.2.0+test" in page(tmp_path, key)
        assert titles(tmp_path, "hallazgos.atom")[key][0].startswith("Retirado: ")
    assert [note(tmp_path, key)["doubt"] for key in (FIRST, SECOND)] == [False, True]
    assert "withdrawn" not in page(tmp_path, REMARK)

    publish_report(tmp_path)
    build(2)
    assert "Estuvo retirado, y se publica de nuevo desde el 3 de marzo de 2025." in page(tmp_path, FIRST)
    assert page(tmp_path, FIRST).count("\n") == whole.count("\n"), "the whole page is back, with its picture"
    assert titles(tmp_path, "hallazgos.atom")[FIRST][1] == "2025-03-03"
    assert not titles(tmp_path, "hallazgos.atom")[FIRST][0].startswith("Retirado")


def test_a_replaced_document_keeps_its_pages_with_a_notice_and_then_without_its_data(
    tmp_path: Path, build: Build
) -> None:
    publish_report(tmp_path)
    build(0)
    report = (tmp_path / "curated" / "site" / DOCUMENT_ID / "index.html").read_text()
    another = {"document_id": NEWER, "sha256": "deadbeef" * 8, "supersedes": DOCUMENT_ID}
    empty: dict[str, Any] = {name: [] for name in ("tables", "cells", "findings", "check_results")}
    publish_report(tmp_path, document=another, **empty)
    assert sorted(build(1).drawn) == [DOCUMENT_ID, NEWER], "its findings say something new"
    assert "La institución reemplazó el documento; así se supo el 2 de marzo de 2025." in page(tmp_path, FIRST)
    assert f'<a href="../../{NEWER}/index.html">' in page(tmp_path, FIRST)
    assert "h-pagina" in page(tmp_path, FIRST), "still the full page"
    assert note(tmp_path, FIRST)["replaced_by"] == NEWER
    former = (tmp_path / "curated" / "site" / DOCUMENT_ID / "index.html").read_text()
    assert "otra versión de este documento" in former
    assert f'href="../{NEWER}/index.html"' in former
    assert titles(tmp_path, "hallazgos.atom")[FIRST][0].startswith("Retirado: ")

    for dataset in ORDER:
        for path in published_files(tmp_path / "curated", f"{DOCUMENT_ID}.parquet", dataset):
            path.unlink()
    build(2)
    assert "h-pagina" not in page(tmp_path, FIRST)
    assert f"{NEWER}/index.html" in page(tmp_path, FIRST)
    assert note(tmp_path, FIRST)["withdrawn"].startswith("2025-03-02"), "the reason is the same, and so is its date"
    gone = (tmp_path / "curated" / "site" / DOCUMENT_ID / "index.html").read_text()
    assert "desde el 3 de marzo de 2025 ya no está entre los datos" in gone
    assert gone != report
    assert titles(tmp_path, "documentos.atom")[DOCUMENT_ID] == (
        "Retirado: Secretaría de Ejemplo, primer cuatrimestre de 2021",
        "2025-03-03",
    )


def test_an_unchanged_build_changes_no_byte_and_a_deleted_site_comes_back_the_same(
    tmp_path: Path, build: Build
) -> None:
    publish_report(tmp_path)
    build(0)
    publish_report(tmp_path, findings=[f for f in findings() if f["finding_id"] != FIRST])
    build(1)
    before = everything(tmp_path)
    built = build(2)
    assert (built.drawn, built.unchanged) == ([], [DOCUMENT_ID])
    assert everything(tmp_path) == before
    shutil.rmtree(tmp_path / "curated" / "site")
    build(3)
    after = everything(tmp_path)
    assert after.keys() == before.keys()
    changed = {name.removeprefix("curated/site/") for name in after if after[name] != before[name]}
    # The stamps tell times of files; the database is DuckDB's own form, and the packages have hash and stamp.
    assert {Path(name).name for name in changed} <= {"estado.json", "datapackage.json", "rendicion.duckdb"}


def test_an_answer_is_shown_beside_the_finding_and_in_its_json(tmp_path: Path, build: Build) -> None:
    publish_report(tmp_path)
    build(0)
    answer = f'[[reply]]\nfinding = "{FIRST}"\ndate = 2025-04-02\nauthor = "La <Dirección>"\n'
    answer += 'text_es = "Es <b>cierto</b>."\n'
    (tmp_path / "replies" / "oficio.toml").write_text(answer, encoding="utf-8")
    assert build(1).drawn == [DOCUMENT_ID]
    assert "Es &lt;b&gt;cierto&lt;/b&gt;." in page(tmp_path, FIRST)
    assert "La &lt;Dirección&gt;, 2 de abril de 2025" in page(tmp_path, FIRST)
    assert note(tmp_path, FIRST)["replies"][0]["text_es"] == ["Es <b>cierto</b>."]
    assert note(tmp_path, SECOND)["replies"] == []
    assert build(2).drawn == []


@pytest.mark.parametrize(
    ("answer", "settings"),
    [
        (DOUBT, {}),  # known, but never published
        ("ffffffffffffffff", {}),
        (FIRST, {"site_url": "ejemplo"}),
        (FIRST, {"replies": Path("/no/existe")}),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_written(
    tmp_path: Path, build: Build, answer: str, settings: dict[str, Any]
) -> None:
    publish_report(tmp_path)
    build(0)
    publish_report(tmp_path, findings=[])
    said = f'[[reply]]\nfinding = "{answer}"\ndate = 2025-04-02\nauthor = "A"\ntext_es = "B"\n'
    (tmp_path / "replies" / "oficio.toml").write_text(said, encoding="utf-8")
    before = everything(tmp_path)
    with pytest.raises(RendicionError):
        build(1, **settings)
    assert everything(tmp_path) == before


def test_a_damaged_ledger_is_not_begun_anew(tmp_path: Path, build: Build) -> None:
    publish_report(tmp_path)
    build(0)
    (tmp_path / "curated" / "ledger" / f"{DOCUMENT_ID}.json").write_text('{"format": 1')
    before = everything(tmp_path)
    with pytest.raises(RendicionError, match=rf"{DOCUMENT_ID}\.json: el registro de lo publicado está dañado"):
        build(1)
    assert everything(tmp_path) == before


def test_the_address_of_the_site_makes_the_links_of_its_feeds_absolute(tmp_path: Path, build: Build) -> None:
    publish_report(tmp_path)
    build(0, site_url="https://ejemplo.org/rendicion")
    content = (tmp_path / "curated" / "site" / "feeds" / "hallazgos.atom").read_text()
    assert f'href="https://ejemplo.org/rendicion/hallazgos/{FIRST}/index.html"' in content


def test_a_page_about_all_that_cannot_be_written_is_told_and_stays_due(tmp_path: Path) -> None:
    publish_report(tmp_path)
    settings = Settings(curated=tmp_path / "curated", raw=tmp_path / "raw", jobs=1, replies=tmp_path / "replies")
    site = tmp_path / "curated" / "site"
    note_due(settings.curated)
    settings.replies.mkdir()
    site.mkdir()
    (site / "instituciones").write_text("in the way")
    built = build_site(settings, at=DAY)
    assert set(built.failures) == {"index", "instituciones/scep"}
    assert "sistema respondió" in built.failures["index"].why
    assert built.drawn == [DOCUMENT_ID]
    assert (site / "descargas" / "rendicion.xlsx").is_file()
    assert is_due(settings.curated)
    (site / "instituciones").unlink()
    assert build_site(settings, at=DAY).failures == {}
    assert (site / "instituciones" / "scep" / "index.html").is_file()
    assert not is_due(settings.curated)
