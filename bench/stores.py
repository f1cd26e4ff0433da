"""What data in a store cost: requests, bytes and seconds to publish, to fetch into a new copy, and to find nothing new.

    python bench/stores.py [--documents 200] [--json FILE]

The sample report is published once and copied under other identifiers (`bench/site.py`), and each copy is published in
a store: moto's server, in a process of its own on this machine. That is a server made for tests, so its seconds are no
measure of a real store; requests and bytes are. Listing is measured apart, with as many documents and a hundred times
as many empty ones.
"""

from __future__ import annotations

import argparse
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import common

DISTRIBUTIONS = ("rendicion-etl", "fsspec", "s3fs", "moto", "pyarrow", "duckdb")
LISTED = 100  # times as many documents as are published, for the listing alone
Row = dict[str, Any]


def serve(log: Path) -> subprocess.Popen[bytes]:
    """Start the server and have the environment lead to it; each request is a line of its log."""
    import urllib.request

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "-m", "moto.server", "-p", str(port)], stdout=out, stderr=out)
    given = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ.update(given, AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    for _ in range(100):
        try:
            urllib.request.urlopen(given["AWS_ENDPOINT_URL"], timeout=5).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start: " + log.read_text())


def measured(name: str, documents: int, log: Path, work: Callable[[], object]) -> Row:
    """Seconds and requests of some work on so many documents."""
    before, begun = log.read_text().count("HTTP/1.1"), time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    requests = log.read_text().count("HTTP/1.1") - before
    print(f"{name}: {seconds:.1f} s, {requests} requests", file=sys.stderr)
    return {"step": name, "documents": documents, "seconds": round(seconds, 2), "requests": requests}


def staged_in(curated: Path) -> list[Any]:
    """The published documents of a folder, as if they were staged."""
    from rendicion_etl.curated.writer import ORDER, Staged, published_files

    out = []
    for path in published_files(curated, ".parquet"):
        where = path.relative_to(curated / "documents")
        institution, year = (part.partition("=")[2] for part in where.parts[:2])
        files = {dataset: curated / dataset / where for dataset in ORDER}
        out.append(Staged(path.stem, "", institution, int(year), curated, files))
    return out


def bench(documents: int, home: Path) -> list[Row]:
    import fsspec

    from rendicion_etl.archive.objects import Objects
    from rendicion_etl.curated.query import open_curated
    from rendicion_etl.curated.remote import Version, commit, pull, versions
    from rendicion_etl.settings import home as copy_of

    # `import site` would be the interpreter's own.
    runpy.run_path(str(Path(__file__).with_name("site.py")))["publish"](documents, home)
    staged = staged_in(home / "curated")
    size = sum(path.stat().st_size for each in staged for path in each.files.values())
    log = home / "log"
    server = serve(log)
    try:
        fsspec.filesystem("s3").mkdir("bench")
        store, many = Objects("s3://bench/curated"), Objects("s3://bench/many")
        copy = copy_of(store.address)

        def ask() -> None:
            with closing(open_curated(copy)) as connection:
                connection.execute("select count(*), sum(printed) from findings").fetchall()

        rows = [
            measured("publish", documents, log, lambda: [commit(store, each, []) for each in staged]),
            measured("fetch into a new copy", documents, log, lambda: pull(copy)),
            measured("nothing new", documents, log, lambda: pull(copy)),
            measured("one query", documents, log, ask),
        ]
        empty = (Version(f"doc-{k:08x}", 1, "abcdef", "unknown", 0) for k in range(LISTED * documents))
        fsspec.filesystem("s3").pipe({f"bench/many/documents/{version.name}": b"" for version in empty})
        rows.append(measured("listing", LISTED * documents, log, lambda: versions(many)))
        return [{**rows[0], "kilobytes": round(size / documents / 1000)}, *rows[1:]]
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    machine = common.machine()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RENDICION_COPIES"] = str(Path(folder, "copies"))
        rows = bench(given.documents, Path(folder))
    heads = ("step", "documents", "seconds", "requests", "ms a document")
    table = common.table_with(*heads, words=("step",))
    for row in rows:
        each = 1000 * row["seconds"] / row["documents"]
        table.add_row(row["step"], str(row["documents"]), f"{row['seconds']:.1f}", str(row["requests"]), f"{each:.2f}")
    from rich.console import Console

    Console().print(table)
    print(f"{rows[0]['kilobytes']} kB a document; {common.said_of(machine)}")
    told = {"machine": machine, "versions": common.versions(DISTRIBUTIONS), "rows": rows}
    common.keep(told, given.json)


if __name__ == "__main__":
    main()
