"""Ours against other table readers on any folder of PDFs: CPU per page, and how many rows each reads exactly.

    python bench/readers.py FOLDER [--readers ours,pdfplumber,...] [--limit N] [--repeat K] [--timeout S] [--json FILE]

Each reader works in one process of its own; a page of the sample read beforehand pays for its imports. Document by
document they take turns, so what else the machine does burdens them alike. CPU counts all threads of the process, is
the median of K passes, and includes opening the file. A reader that raises, dies or takes longer than S seconds has
read nothing of that document: its rows count as missed, its time is left out.

Truth is what lies beside a PDF. Otherwise only the speed is measured.
1. `<stem>.json` or `truth/<stem>.json`: {"tables": [{"rows": [...]}]}, without header rows; a row is a list of texts or
   {"cells": [...]}. Rows with a digit and two cells that are not empty count, by all their texts but for white space.
2. `<stem>.xlsx` and a line in `manifest.csv`: the spreadsheet that was printed. Rows with two amounts of 10,000 or more
   count, by those amounts, rounded to whole units.
The same rule holds for what is read. Header rows are no rows: those without a digit are not counted, those with one are
forgiven where the truth has them; ours tells header rows apart, and they are left out.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gc
import importlib.util
import json
import logging
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
import unicodedata
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import common

ROOT = Path(__file__).parent.parent
SAMPLE, SAMPLE_PAGE = ROOT / "raw" / "muestra" / "scep-2021-c1.pdf", 2  # a page with a table
START_UP = 120  # seconds for imports and the first page
Row = Sequence[Any]

# ------------------------------------------------------------------------------------------------------ the readers


def ours(path: Path) -> list[Row]:
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.tables.extract import read_tables

    with open_pdf(path, path.name) as pdf:
        tables = read_tables(pdf)[0]
        return [[c.text for c in row] for t in tables for k, row in enumerate(t.rows()) if k not in t.header_rows]


def pdfplumber(path: Path) -> list[Row]:
    from pdfplumber import open as open_pdf

    rows: list[Row] = []
    with open_pdf(path) as pdf:
        for page in pdf.pages:
            rows += [row for table in page.extract_tables() for row in table]
            page.close()
    return rows


def camelot(path: Path, flavor: str) -> list[Row]:
    from camelot import read_pdf

    return [row for table in read_pdf(str(path), pages="all", flavor=flavor) for row in table.df.to_numpy().tolist()]


def tablers(path: Path) -> list[Row]:
    from tablers import Document, find_tables

    with Document(str(path)) as document:
        tables = [table for page in document.pages() for table in find_tables(page, extract_text=True)]
        return [[cell.text if cell else None for cell in row.cells] for table in tables for row in table.rows]


def img2table(path: Path) -> list[Row]:
    from img2table.document import PDF

    rows: list[Row] = []
    for tables in PDF(str(path)).extract_tables(borderless_tables=True).values():
        for table in tables:
            seen: set[Any] = set()  # it repeats a merged cell in each slot
            for row in table.content.values():
                rows.append([cell.value for cell in dict.fromkeys(row) if cell not in seen])
                seen.update(row)
    return rows


class Reader(NamedTuple):
    read: Callable[[Path], list[Row]]
    module: str  # that must be there
    versions: tuple[str, ...]  # distributions to name in the result


READERS = {
    "ours": Reader(ours, "rendicion_etl", ("rendicion-etl", "pypdfium2", "tablers", "numpy")),
    "pdfplumber": Reader(pdfplumber, "pdfplumber", ("pdfplumber", "pdfminer.six")),
    "camelot-hybrid": Reader(
        functools.partial(camelot, flavor="hybrid"), "camelot", ("camelot-py", "playa-pdf", "opencv-python-headless")
    ),
    "camelot-stream": Reader(functools.partial(camelot, flavor="stream"), "camelot", ("camelot-py", "playa-pdf")),
    "tablers": Reader(tablers, "tablers", ("tablers",)),
    "img2table": Reader(img2table, "img2table", ("img2table", "opencv-contrib-python")),
}
HOW_TO_INSTALL = {
    "rendicion_etl": "python -m pip install --editable .",
    "img2table": "python -m pip install img2table, best in a copy of the environment: it brings an OpenCV of its own",
}

# ------------------------------------------------------------------------------------- a reader in its own process


class Reading(NamedTuple):
    """What became of one document: its rows and milliseconds, or why there are none."""

    rows: list[Row]
    cpu: float = 0.0
    wall: float = 0.0
    failure: str | None = None


def serve(pipe: Any, name: str, warm_up: Path) -> None:
    """The child: read the warm-up page, then each document asked for."""
    warnings.simplefilter("ignore")
    logging.disable()
    path = warm_up
    while path:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            rows = READERS[name].read(path)
            answer = Reading(rows, 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall))
        except Exception as error:
            why = str(error).replace(str(path), path.name).strip().partition("\n")[0]
            answer = Reading([], failure=f"{type(error).__name__}: {why}" if why else type(error).__name__)
        pipe.send(answer)
        path = pipe.recv()


class Worker:
    """One reader at work; its process is started anew when it dies or has to be stopped."""

    def __init__(self, name: str, warm_up: Path) -> None:
        self.name, self.warm_up = name, warm_up
        self.process: Any = None

    def start(self) -> str | None:
        """Start the process; returns why it cannot read even the warm-up page."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, self.name, self.warm_up), daemon=True)
        self.process.start()
        theirs.close()
        if failure := self._answer(START_UP).failure:
            self.stop()
        return failure

    def read(self, path: Path, timeout: float) -> Reading:
        if not self.process and (failure := self.start()):
            return Reading([], failure=failure)
        return self._answer(timeout, path)

    def _answer(self, timeout: float, asked: Path | None = None) -> Reading:
        try:
            if asked:
                self.pipe.send(asked)
            if self.pipe.poll(timeout):
                return self.pipe.recv()
            failure = f"stopped after {timeout:g} s"
        except (EOFError, OSError):
            self.process.join()
            failure = f"its process died (exit code {self.process.exitcode})"
        self.stop()
        return Reading([], failure=failure)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.join()
            self.process = None


# --------------------------------------------------------------------------------------------- what rows are the same


def texts(row: Row) -> tuple[str, ...] | None:
    """A row by its texts without white space; None where it does not count."""
    bare = (re.sub(r"[\s\u00ad\u200b]+", "", unicodedata.normalize("NFC", str(c))) for c in row if c is not None)
    found = tuple(t for t in bare if t)
    return found if len(found) >= 2 and any(ch.isdigit() for t in found for ch in t) else None


def amounts(row: Row) -> tuple[int, ...] | None:
    """A row by its amounts of 10,000 and more in whole units; None where it has fewer than two."""
    whole = (int(v.to_integral_value(ROUND_HALF_UP)) for v in map(number, row) if v is not None)
    found = tuple(v for v in whole if abs(v) >= 10_000)
    return found if len(found) >= 2 else None


def number(value: Any) -> Decimal | None:
    """A printed or stored amount; None for what is none."""
    cent = Decimal("0.01")
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).quantize(cent)
    text = str(value).replace("\n", " ").replace("$", "").strip()
    bare = text.strip("()-% ").replace(",", "").replace(" ", "")
    if len(text) > 24 or not re.fullmatch(r"\d*\.?\d+", bare):
        return None
    size = Decimal(bare).quantize(cent)
    return -size if text.startswith("-") or (text.startswith("(") and text.endswith(")")) else size


class Truth(NamedTuple):
    """The rows of a document, and the rule by which rows are compared."""

    kind: str
    rule: Callable[[Row], tuple[Any, ...] | None]
    rows: Counter[tuple[Any, ...]]
    headers: frozenset[tuple[Any, ...]] = frozenset()


def counted(rows: Iterable[Row], rule: Callable[[Row], tuple[Any, ...] | None]) -> Counter[tuple[Any, ...]]:
    return Counter(key for key in map(rule, rows) if key)


def truth_of(pdf: Path) -> Truth | None:
    """What is known about a document by the files beside it."""
    for path in (pdf.with_suffix(".json"), pdf.parent / "truth" / f"{pdf.stem}.json"):
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        if isinstance(known, dict) and "tables" in known:
            rows = (row for table in known["tables"] for row in table["rows"])
            heads = [h for t in known["tables"] for h in [t.get("header", []), *t.get("header_rows", [])]]
            headers = frozenset(counted(heads, texts))
            return Truth(
                "json", texts, counted((r["cells"] if isinstance(r, dict) else r for r in rows), texts), headers
            )
    entry, book = manifest(pdf.parent).get(pdf.name), pdf.with_suffix(".xlsx")
    if not entry or not book.exists():
        return None
    if float(entry.get("ratio", 1) or 0) < 1 or int(entry.get("xlsx_numbers_ge_100", 20) or 0) < 20:
        return None  # the sheet is not what was printed, or holds next to nothing
    rows = counted(sheet_rows(book, (entry.get("xlsx_best_sheet") or "").strip()[:20]), amounts)
    return Truth("spreadsheet", amounts, rows) if rows else None


@functools.cache
def manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "manifest.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {entry["file"]: entry for entry in csv.DictReader(lines) if entry.get("file")}


def sheet_rows(path: Path, title: str) -> Iterable[Row]:
    """The visible rows of the sheet whose title begins so (else the first), without hidden columns."""
    from openpyxl import load_workbook
    from openpyxl.utils import column_index_from_string

    with warnings.catch_warnings(action="ignore"):  # of drawings that it leaves out
        book = load_workbook(path, data_only=True)
    sheet = next((s for s in book.worksheets if s.title.strip().startswith(title)), book.worksheets[0])
    hidden = {column_index_from_string(name) for name, d in sheet.column_dimensions.items() if d.hidden}
    for k, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if not sheet.row_dimensions[k].hidden:
            yield [value for column, value in enumerate(row, 1) if column not in hidden]


# ------------------------------------------------------------------------------------------------------ the measure


class Document(NamedTuple):
    name: str
    path: Path
    pages: int
    truth: Truth | None


def documents(folder: Path, limit: int | None) -> list[Document]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".pdf")[:limit]
    return [Document(str(p.relative_to(folder)), p, count_pages(p), truth_of(p)) for p in paths]


def count_pages(path: Path) -> int:
    """0 for a file that does not open."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as pdf:
            return len(pdf)
    except pypdfium2.PdfiumError:
        return 0


def measure(
    names: Sequence[str], given: Sequence[Document], repeat: int, timeout: float
) -> tuple[dict[str, list[Reading]], dict[str, str]]:
    """The readings of each reader, in the order of the documents; and why a reader could not start."""
    import pypdfium2
    from rich.console import Console
    from rich.progress import track

    passes: dict[tuple[str, int], list[Reading]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        warm_up = Path(home) / "warm-up.pdf"
        with pypdfium2.PdfDocument(SAMPLE) as sample, pypdfium2.PdfDocument.new() as page:
            page.import_pages(sample, [SAMPLE_PAGE - 1])
            page.save(warm_up)
        workers = [Worker(name, warm_up) for name in names]
        try:
            broken = {w.name: why for w in workers if (why := w.start())}
            workers = [w for w in workers if w.name not in broken]
            turns = [(k, document) for _ in range(repeat) for k, document in enumerate(given)]
            quiet = not sys.stderr.isatty()
            for k, document in track(turns, "Reading", console=Console(stderr=True), transient=True, disable=quiet):
                for worker in workers:
                    done = passes[worker.name, k]
                    if not (done and done[-1].failure):
                        done.append(worker.read(document.path, timeout))
        finally:
            for worker in workers:
                worker.stop()
    return {w.name: [combine(passes[w.name, k]) for k in range(len(given))] for w in workers}, broken


def combine(passes: list[Reading]) -> Reading:
    """Several readings of a document as one: a failure if any failed, else the median times."""
    if passes[-1].failure:
        return passes[-1]
    return Reading(passes[0].rows, statistics.median(p.cpu for p in passes), statistics.median(p.wall for p in passes))


def judge(document: Document, reading: Reading) -> dict[str, Any]:
    """One document by one reader, as figures."""
    found: dict[str, Any] = {"failure": reading.failure}
    if not reading.failure:
        found |= {"cpu_ms": round(reading.cpu, 2), "wall_ms": round(reading.wall, 2), "rows": len(reading.rows)}
    if document.truth:
        rows, headers = document.truth.rows, document.truth.headers
        counts = counted(reading.rows, document.truth.rule)
        read = Counter({key: n for key, n in counts.items() if key in rows or key not in headers})
        found |= {"rows_right": (read & document.truth.rows).total(), "rows_read": read.total()}
        found["wholly_right"] = not reading.failure and read == document.truth.rows
    return found


def summary(given: Sequence[Document], own: list[dict[str, Any]], base: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The figures of one reader over all documents; `base` is pdfplumber's."""
    known = [(d, f) for d, f in zip(given, own, strict=True) if d.truth]
    hit, read = sum(f["rows_right"] for _, f in known), sum(f["rows_read"] for _, f in known)
    timed = [(d.pages, f) for d, f in zip(given, own, strict=True) if not f["failure"]]
    pages = sum(n for n, _ in timed)
    both = [(f, b) for f, b in zip(own, base or [], strict=bool(base)) if not (f["failure"] or b["failure"])]
    return {
        "row_recall": rate(hit, sum(d.truth.rows.total() for d, _ in known if d.truth)),
        "row_precision": rate(hit, read),
        "wholly_right": sum(f["wholly_right"] for _, f in known) if known else None,
        "cpu_ms_per_page": rate(sum(f["cpu_ms"] for _, f in timed), pages),
        "wall_ms_per_page": rate(sum(f["wall_ms"] for _, f in timed), pages),
        "cpu_to_pdfplumber": rate(sum(f["cpu_ms"] for f, _ in both), sum(b["cpu_ms"] for _, b in both)),
        "rows": sum(f["rows"] for _, f in timed),
        "failures": {d.name: f["failure"] for d, f in zip(given, own, strict=True) if f["failure"]},
    }


def rate(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def versions(names: Iterable[str]) -> dict[str, str]:
    return common.versions(sorted({name for reader in names for name in READERS[reader].versions}))


# ------------------------------------------------------------------------------------------------------- the result


def show(found: dict[str, Any]) -> None:
    from rich.console import Console

    known = found["truth"]
    said = ", ".join(f"{n} by {kind}" for kind, n in known["documents"].items())
    truth = f"truth: {said}, {known['rows']} rows" if said else "no truth beside them: speed only"
    heads = ("row\nrecall", "row\nprecision", "wholly\nright", "CPU ms\na page", "wall ms\na page", "CPU\nratio")
    table = common.table_with("reader", *heads, "rows", "failed", words=["reader"])
    forms = (
        ("row_recall", "{:.3f}"),
        ("row_precision", "{:.3f}"),
        ("wholly_right", f"{{}}/{sum(known['documents'].values())}"),
        ("cpu_ms_per_page", "{:.1f}"),
        ("wall_ms_per_page", "{:.1f}"),
        ("cpu_to_pdfplumber", "{:.2f}"),
        ("rows", "{}"),
    )
    for name, own in found["readers"].items():
        figures = ["-" if own[key] is None else form.format(own[key]) for key, form in forms]
        table.add_row(name, *figures, str(len(own["failures"])))
    passes = f"median of {found['repeat']} passes" if found["repeat"] > 1 else "one pass"
    print(f"{found['folder']}: {len(found['documents'])} documents, {found['pages']} pages; {truth}")
    print(f"{common.said_of(found['machine'])}; {passes}")
    Console().print(table)
    print("\nCPU ratio: to pdfplumber in this run, over the documents that both read")
    for name, why in found["left_out"].items():
        print(f"{name}: {why}")
    for name, own in found["readers"].items():
        for document, why in own["failures"].items():
            print(f"{name} failed on {document}: {why}")
    print(", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", default=",".join(READERS), help="of: %(default)s")
    parser.add_argument("--limit", type=int, help="read only the first N documents")
    parser.add_argument("--repeat", type=int, default=1, help="passes over the folder")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for a document (default %(default)s)")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names = list(dict.fromkeys(options.readers.split(",")))
    if unknown := [name for name in names if name not in READERS]:
        parser.error(f"no such reader: {', '.join(unknown)}; there are {', '.join(READERS)}")
    folder = options.folder.resolve()
    given = documents(folder, options.limit)
    if not given:
        parser.error(f"no PDF in {options.folder}")

    machine = common.machine()
    left_out = {}
    for name in names:
        module = READERS[name].module
        if not importlib.util.find_spec(module):
            left_out[name] = f"not installed ({HOW_TO_INSTALL.get(module, 'see requirements.lock')})"
    names = [name for name in names if name not in left_out]
    readings, broken = measure(names, given, max(options.repeat, 1), options.timeout)
    judged = {name: [judge(d, r) for d, r in zip(given, own, strict=True)] for name, own in readings.items()}
    known = [d.truth for d in given if d.truth]
    found = {
        "folder": folder.name,
        "pages": sum(d.pages for d in given),
        "truth": {"documents": Counter(t.kind for t in known), "rows": sum(t.rows.total() for t in known)},
        "repeat": max(options.repeat, 1),
        "timeout": options.timeout,
        "machine": machine,
        "versions": versions(names),
        "readers": {name: summary(given, own, judged.get("pdfplumber")) for name, own in judged.items()},
        "left_out": left_out | {name: f"cannot start: {why}" for name, why in broken.items()},
        "documents": [
            {
                "file": d.name,
                "pages": d.pages,
                "truth": d.truth and {"kind": d.truth.kind, "rows": d.truth.rows.total()},
                "readers": {name: own[k] for name, own in judged.items()},
            }
            for k, d in enumerate(given)
        ],
    }
    show(found)
    common.keep(found, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
