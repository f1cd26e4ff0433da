"""The watch: what institutions publish is found, fetched, ingested, published and told; else nothing is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import ask

from publisher import PDF, Publisher, Reply, publishing
from receiver import receiving
from reports import write_report

SOURCE = """
[[source]]
id = "{id}"
kind = "page"
addresses = ["{address}"]
allow_private = true
limits = {{ delay = 0, retries = 0 }}
"""


@pytest.fixture(scope="module")
def institution() -> Iterator[Publisher]:
    with publishing() as server:
        yield server


class Newsroom:
    """Folders of a test, its sources, and the watch over them."""

    def __init__(self, home: Path, institution: Publisher) -> None:
        self.home, self.institution = home, institution
        self.curated, self.raw, self.sources = home / "curated", home / "raw", home / "sources.toml"

    def offer(self, id: str, *reports: Path) -> None:
        """Have a source of the institution offer some reports."""
        self.institution.page(f"/{id}", *(f"/{path.name}" for path in reports))
        for path in reports:
            self.institution.at[f"/{path.name}"] = Reply(path.read_bytes(), etag=f'"{path.name}"')
        known = self.sources.read_text() if self.sources.exists() else ""
        if f'"{id}"' not in known:
            address = self.institution.url(f"/{id}")
            self.sources.write_text(known + SOURCE.format(id=id, address=address))

    def watch(self, *ids: str) -> Any:
        from watch import watch

        where = map(str, (self.curated, self.raw, self.sources))
        return watch(list(ids) or None, *where, return_state=True)

    def pages(self) -> set[str]:
        return {path.parent.name for path in (self.curated / "site").glob("scep-*/index.en.html")}


@pytest.fixture
def newsroom(prefect: None, tmp_path: Path, institution: Publisher, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.delenv("RENDICION_NOTIFY", raising=False)
    return Newsroom(tmp_path, institution)


def test_what_stops_a_flow_that_is_run_by_hand_is_told_in_one_line(newsroom: Newsroom, capfd: Any) -> None:
    from watch import main

    newsroom.sources.write_text("")
    capfd.readouterr()
    assert main(["nadie", "--sources", str(newsroom.sources)]) == 1
    said = capfd.readouterr().err
    assert said == f"nadie: no es una fuente de {newsroom.sources}. Se listan con: rendicion sources list.\n"


def test_what_is_new_is_fetched_ingested_and_drawn_and_a_second_watch_builds_nothing(newsroom: Newsroom) -> None:
    newsroom.offer("uno", write_report(newsroom.home / "a.pdf", year=2019))
    state = newsroom.watch()
    assert state.is_completed(), state.message
    assert state.message == "1 fuentes visitadas: 1 documentos nuevos, 1 dibujados"
    (page,) = newsroom.pages()
    assert page.startswith("scep-2019-c1-")

    run = ask(lambda client: client.read_flow_run(state.state_details.flow_run_id))
    assert run.name == "vigilar todas las fuentes"
    artifacts = {a.key: a for a in ask(lambda client: client.read_artifacts())}
    assert '"uno"' in artifacts["visitas"].data
    assert "curated/site/index.html" in artifacts["sitio"].data

    built = (newsroom.curated / "site" / "estado.json").stat().st_mtime_ns
    state = newsroom.watch("uno")
    assert state.is_completed()
    assert state.message == "1 fuentes visitadas: nada nuevo"
    assert (state.result().report, state.result().built) == (None, None)
    assert (newsroom.curated / "site" / "estado.json").stat().st_mtime_ns == built


def test_a_run_that_was_cut_short_after_fetching_is_made_good_by_the_next(newsroom: Newsroom) -> None:
    from rendicion_etl.archive.sources import read_sources
    from rendicion_etl.archive.visit import visit

    newsroom.offer("dos", write_report(newsroom.home / "b.pdf", year=2018))
    visit(read_sources(newsroom.sources)["dos"], newsroom.raw)  # and then the power fails
    state = newsroom.watch("dos")
    assert state.message == "1 fuentes visitadas: 1 documentos nuevos, 1 dibujados"
    assert state.result().visits[0].arrivals == []


def test_a_site_that_was_not_built_is_built_though_nothing_is_new(newsroom: Newsroom) -> None:
    from rendicion_etl.runs.site import is_due, note_due

    newsroom.offer("tres", write_report(newsroom.home / "c.pdf", year=2017))
    newsroom.watch("tres")
    note_due(newsroom.curated)
    state = newsroom.watch("tres")
    assert state.message == "1 fuentes visitadas: 0 dibujados"
    assert not is_due(newsroom.curated)


def test_a_source_that_fails_fails_the_run_after_the_others_were_taken_in(newsroom: Newsroom) -> None:
    newsroom.offer("bien", write_report(newsroom.home / "d.pdf", year=2016))
    newsroom.offer("mal")
    newsroom.institution.at["/mal"] = Reply(status=500)
    state = newsroom.watch()
    assert state.is_failed()
    said = "2 fuentes visitadas: 1 documentos nuevos, 1 dibujados, 1 direcciones no se pudieron traer"
    assert state.message == f"{said}; la visita a mal falló"
    assert len(newsroom.pages()) == 1


def test_an_address_that_gives_no_document_is_told_of_and_fails_nothing(newsroom: Newsroom) -> None:
    gone = newsroom.home / "gone.pdf"
    gone.write_bytes(PDF)
    newsroom.offer("siete", write_report(newsroom.home / "f.pdf", year=2014), gone)
    newsroom.institution.at["/gone.pdf"] = Reply(status=404)
    newsroom.watch("siete")
    state = newsroom.watch("siete")
    assert state.is_completed()
    assert state.message == "1 fuentes visitadas: nada nuevo, 1 direcciones no se pudieron traer"


def test_a_document_that_fails_is_quarantined_once_and_not_tried_at_every_watch(newsroom: Newsroom) -> None:
    good = write_report(newsroom.home / "e.pdf", year=2015)
    bad = newsroom.home / "malo.pdf"
    bad.write_bytes(PDF)  # from afar it looks like one
    newsroom.offer("cinco", good, bad)
    first, second = newsroom.watch("cinco"), newsroom.watch("cinco")
    assert "1 de 2 documentos fallaron" in first.message
    assert first.is_failed()
    assert second.message == "1 fuentes visitadas: nada nuevo"
    assert second.is_completed()


def test_a_source_that_there_is_not_is_told(newsroom: Newsroom) -> None:
    newsroom.offer("seis")
    assert "no es una fuente de" in newsroom.watch("siete").message


def test_what_is_new_is_told_once(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.offer("siete", write_report(newsroom.home / "g.pdf", year=2014))
    with receiving() as receiver:
        monkeypatch.setenv("RENDICION_NOTIFY", receiver.address())
        newsroom.watch("siete")
        newsroom.watch("siete")
    assert len(receiver.bodies) == 1
