"""A store that fails in the middle of an ingest: what may pass is tried again, what does not is told, nothing is torn.

Every run goes to the store through a proxy that fails by script; somebody else reads the store all the while.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rendicion_etl import ingest
from rendicion_etl.archive import objects
from rendicion_etl.archive.objects import Objects
from rendicion_etl.archive.store import receive
from rendicion_etl.cli.app import run
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import published_files
from rendicion_etl.settings import Settings, home
from reports import write_report
from stores import keys, new_bucket, on_another_machine
from unreliable import Asked, Fault, Unreliable, unreliable

TRANSIENT = (Fault.SLOW_DOWN, Fault.INTERNAL, Fault.CUT, Fault.HANG)
LASTING = dict(zip(range(2016, 2021), Fault, strict=True))  # by the year of the report that it befalls
ATTEMPTS = 2  # of each try
NEW = 2021  # the year of the report that is not published yet

# Opens the store of each address again and again, every time as a machine that knows nothing of it, until it gets an
# empty line; tells what it saw of each document: the hash of all its files.
READER = """
import json, os, select, sys, tempfile
sys.path.insert(0, sys.argv[1])
from test_faults_store import digests
from rendicion_etl import open_curated
from rendicion_etl.settings import home
for line in sys.stdin:
    seen, n = [], 0
    while not (n and select.select([sys.stdin], [], [], 0.3)[0]):
        with tempfile.TemporaryDirectory() as copies:
            os.environ["RENDICION_COPIES"] = copies
            open_curated(line.strip()).close()
            found = digests(home(line.strip()))
        seen += [found] if found not in seen else []
        n += 1
    sys.stdin.readline()
    print(json.dumps(seen), flush=True)
"""


def digests(curated: Path) -> dict[str, str]:
    """The hash of the bytes of each document, dataset by dataset."""
    out: dict[str, Any] = {}
    for dataset in sorted(DATASETS):
        for path in published_files(curated, ".parquet", dataset):
            out.setdefault(path.stem, hashlib.sha256()).update(dataset.encode() + path.read_bytes())
    return {document_id: said.hexdigest() for document_id, said in sorted(out.items())}


class Scene:
    """A store in which an earlier program published all reports but one; its archive has them all."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reports, self.address = folder, folder / "reports", new_bucket()
        self.old: dict[str, str] = {}
        self.new: dict[str, str] = {}

    def prepare(self) -> None:
        self.reports.mkdir()
        *known, new = (write_report(self.reports / f"{year}.pdf", year=year) for year in (*LASTING, NEW))
        suites = self.folder / "expectations"  # others are another version of the program
        suites.mkdir()
        for suite in Settings().expectations_dir.glob("*.json"):
            (suites / suite.name).write_bytes(suite.read_bytes() + b"\n")
        command = [sys.executable, "-m", "rendicion_etl", "ingest", *map(str, known), *folders(self.address)]
        subprocess.run(command, env={**os.environ, "RENDICION_EXPECTATIONS": str(suites)}, check=True)
        receive(new, home(f"{self.address}/raw"))
        self.old = digests(home(f"{self.address}/curated"))
        undisturbed = self.copy()
        assert ingest_into(undisturbed, self.reports).exit_code == 0
        self.new = digests(home(f"{undisturbed}/curated"))
        assert len({*self.old.values(), *self.new.values()}) == 2 * len(LASTING) + 1

    def copy(self) -> str:
        """The address of another store with the same in it."""
        there, here = Objects(self.address), new_bucket()
        for key, content in there.read(keys(self.address)).items():
            Objects(here).write(key, content)
        return here


def folders(address: str) -> tuple[str, ...]:
    return ("--curated", f"{address}/curated", "--raw", f"{address}/raw")


def ingest_into(address: str, *paths: Path) -> Any:
    return ingest(paths, curated=f"{address}/curated", raw=f"{address}/raw")


@pytest.fixture(scope="module")
def proxy(_s3: None) -> Iterator[Unreliable]:
    """The way to the store, for this process; the reader goes there directly."""
    from s3fs import S3FileSystem

    with unreliable(os.environ["AWS_ENDPOINT_URL"]) as way, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", way.address)
        patch.setenv("AWS_MAX_ATTEMPTS", str(ATTEMPTS))
        patch.setattr(objects, "SILENCE", 1)
        S3FileSystem.clear_instance_cache()
        yield way
    S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="module")
def reader(_s3: None, proxy: Unreliable) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "AWS_ENDPOINT_URL": proxy.behind}
    here = Path(__file__).parent
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(here.parent), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", READER, str(here)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module")
def scene(proxy: Unreliable, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    with pytest.MonkeyPatch.context() as patch:
        on_another_machine(patch, folder)
        out = Scene(folder)
        out.prepare()
    return out


@pytest.fixture
def store(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the scene's store, on a machine that has no copy of it."""
    on_another_machine(monkeypatch, tmp_path)
    return scene.copy()


@contextmanager
def read_meanwhile(reader: subprocess.Popen[str], address: str, scene: Scene) -> Iterator[None]:
    """Have the store read while the block lasts: each document is there whole, as it was or as it is to be."""
    assert reader.stdin
    assert reader.stdout
    print(f"{address}/curated", file=reader.stdin, flush=True)
    yield
    print(file=reader.stdin, flush=True)
    seen = json.loads(reader.stdout.readline())
    assert seen
    for each in seen:
        assert set(scene.old) <= set(each) <= set(scene.new)
        assert all(digest in (scene.old.get(name), scene.new[name]) for name, digest in each.items())


def is_whole(address: str, capfd: Any) -> bool:
    capfd.readouterr()
    assert run(["verify", *folders(address), "--json"]) == 0
    return json.loads(capfd.readouterr().out)["remarks"] == []


def test_what_passes_is_tried_again_and_the_run_ends_as_an_undisturbed_one(
    proxy: Unreliable, reader: Any, scene: Scene, store: str, capfd: Any
) -> None:
    """Every sixth request fails, each in another way than the one before."""

    def script(asked: Asked) -> Fault | None:
        return TRANSIENT[asked.number // 6 % len(TRANSIENT)] if asked.number % 6 == 0 and asked.again == 1 else None

    with read_meanwhile(reader, store, scene), proxy.failing(script):
        report = ingest_into(store, scene.reports)
    assert {script(asked) for asked in proxy.failed} == set(TRANSIENT)
    assert {asked.method for asked in proxy.failed} >= {"GET", "PUT"}
    assert [document.failure for document in report.documents] == [None] * len(scene.new)
    assert report.notices == {}
    assert digests(home(f"{store}/curated")) == scene.new
    assert is_whole(store, capfd)


def test_what_does_not_pass_fails_its_document_in_words_and_the_next_run_does_the_rest(
    proxy: Unreliable, reader: Any, scene: Scene, store: str, capfd: Any
) -> None:
    """Of each report that is to be replaced one file is never taken, for another reason each."""

    def script(asked: Asked) -> Fault | None:
        is_meant = asked.method == "PUT" and "/curated/cells/" in asked.path
        return next((f for year, f in LASTING.items() if is_meant and f"fiscal_year={year}" in asked.path), None)

    with read_meanwhile(reader, store, scene):
        with proxy.failing(script):
            report = ingest_into(store, scene.reports)
        befell = Counter(script(asked) for asked in proxy.failed)
        assert set(befell) == set(Fault)
        # On a busy machine an attempt may end, after SILENCE, before the proxy has heard of it.
        assert befell[Fault.HANG] <= 3 * ATTEMPTS, "nobody waits for ever"
        *failed, new = report.documents
        assert new.status == "ingested"
        for document in failed:
            assert document.status == "failed"
            assert document.failure.why.startswith(f"no se pudo usar {store}/curated: el almacén respondió: ")
            assert "[Errno" not in document.failure.why
            assert document.failure.next_step == "Revise la dirección, el permiso y la red."
        assert report.notices == {}
        assert digests(home(f"{store}/curated")) == {**scene.new, **scene.old}

        again = ingest_into(store, scene.reports)
    assert [document.status for document in again.documents] == ["ingested"] * len(LASTING) + ["unchanged"]
    assert digests(home(f"{store}/curated")) == scene.new
    assert is_whole(store, capfd)


def test_a_store_that_refuses_everything_ends_the_run_with_its_name(
    proxy: Unreliable, scene: Scene, store: str, capfd: Any
) -> None:
    with proxy.failing(lambda asked: Fault.REFUSED):
        assert run(["ingest", str(scene.reports), *folders(store)]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line == (f"{store}/curated: el almacén respondió: Access Denied. Revise la dirección, el permiso y la red.")


def test_an_archive_that_takes_no_files_fails_them_and_leaves_nothing_else(
    proxy: Unreliable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_another_machine(monkeypatch, tmp_path)
    address, path = new_bucket(), write_report(tmp_path / "a.pdf")
    with proxy.failing(lambda asked: Fault.REFUSED if asked.method == "PUT" else None):
        report = ingest_into(address, path)
    assert [document.status for document in report.documents] == ["failed"]
    assert report.documents[0].failure.why == f"no se pudo usar {address}/raw: el almacén respondió: Access Denied"
    assert report.notices == {}
    assert keys(address) == []
    assert not list(home(f"{address}/raw").rglob("*.pdf"))
