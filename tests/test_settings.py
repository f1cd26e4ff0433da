"""Settings come from arguments first, the environment second, defaults last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rendicion_etl.settings import Settings, address_of, home


def test_defaults_are_folders_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RENDICION_")]:
        monkeypatch.delenv(name)
    settings = Settings()
    assert (settings.curated, settings.raw, settings.lang) == (Path("curated"), Path("raw"), "es")
    assert settings.jobs == (os.cpu_count() or 1)
    assert list(settings.expectations_dir.glob("*.json")), "the suites are found without being told where"


def test_the_environment_gives_defaults_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDICION_CURATED", "/datos")
    monkeypatch.setenv("RENDICION_JOBS", "3")
    monkeypatch.setenv("RENDICION_LANG", "en_US")
    assert (Settings().curated, Settings().jobs, Settings().lang) == (Path("/datos"), 3, "en")
    assert Settings(jobs=5).jobs == 5


def test_a_setting_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDICION_TIMEOUT", "mucho")
    with pytest.raises(ValueError, match="RENDICION_TIMEOUT"):
        Settings()


def test_no_dependency_reports_usage_once_the_package_is_imported() -> None:
    code = "import os, rendicion_etl; print(os.environ['DO_NOT_TRACK'], os.environ['PREFECT_SERVER_ANALYTICS_ENABLED'])"
    environment = {**os.environ, "DO_NOT_TRACK": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "false"]


@pytest.mark.parametrize("given", ["s3://bucket/guatemala", "s3://bucket/guatemala/", Path("s3://bucket/guatemala")])
def test_the_address_of_a_store_becomes_a_copy_that_knows_it(
    given: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENDICION_COPIES", str(tmp_path))
    monkeypatch.setenv("RENDICION_CURATED", str(given))
    assert home(given) == Settings().curated == home(home(given))
    assert home(given).parent == tmp_path
    assert address_of(home(given)) == "s3://bucket/guatemala"


@pytest.mark.parametrize("given", ["curated", "/datos/curated", "c:/datos", "datos:2021/x", "../a"])
def test_a_folder_stays_a_folder(given: str) -> None:
    assert home(given) == Path(given)
    assert address_of(home(given)) is None
