"""Makes the helpers that stand in this folder importable from every test; the sample, read and ingested once for all.

Nobody changes what the fixtures give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from rendicion_etl.pipeline import Processed

# The same few examples at every run: who finds by chance is `make fuzz`, and not who changed something else.
settings.register_profile("tests", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("tests")

SAMPLE = Path(__file__).parents[1] / "raw" / "muestra" / "scep-2021-c1.pdf"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `curated` and `raw`, in which the sample was ingested."""
    from rendicion_etl import ingest

    home = tmp_path_factory.mktemp("sample")
    assert ingest(SAMPLE, curated=home / "curated", raw=home / "raw").exit_code == 0
    return home


@pytest.fixture(scope="session")
def sample() -> Processed:
    """The sample as the pipeline leaves it."""
    from rendicion_etl.archive.store import Stored
    from rendicion_etl.pipeline import process_document

    return process_document(Stored("b" * 64, SAMPLE, SAMPLE.name, None, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))


@pytest.fixture(scope="session")
def _s3() -> Iterator[None]:
    from stores import s3_server

    with s3_server():
        yield


@pytest.fixture
def bucket(_s3: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store, `s3://...`, on a machine that has no copy of it yet."""
    from stores import new_bucket, on_another_machine

    on_another_machine(monkeypatch, tmp_path / "copies")
    return new_bucket()
