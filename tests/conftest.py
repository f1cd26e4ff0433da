"""Makes the helpers that stand in this folder importable from every test; the sample, ingested once for all."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "raw" / "muestra" / "scep-2021-c1.pdf"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `curated` and `raw`, in which the sample was ingested. Only to be read."""
    from rendicion_etl import ingest

    home = tmp_path_factory.mktemp("sample")
    assert ingest(SAMPLE, curated=home / "curated", raw=home / "raw").exit_code == 0
    return home
