"""The watch: what institutions publish is found, fetched, ingested, published and told; where nothing is new, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher import Publisher, Reply, publishing
from reports import write_report
from servers import ask

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
