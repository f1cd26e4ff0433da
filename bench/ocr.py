"""How well and how fast scanned pages are read: ours beside tesseract, by resolution and skew.

    python bench/ocr.py [PDF or FOLDER ...] [--pages N] [--dpi 150,200,300] [--skew 0,1,2] [--noise S] [--jpeg Q]
                        [--readers ours,tesseract] [--wrong] [--json FILE]

Digital PDFs (by default those of tests/fixtures/tables; N pages of them, whole documents) are drawn as scans of each
resolution (pixels an inch) and skew (degrees) by tests/scanning.py, with noise (standard deviation of 255) and JPEG of
quality Q where asked, and read by
- ours: the tables (`read_tables`), header rows left out;
- tesseract, where that program is on the PATH: lines of text, by `--psm 6` with the data for Spanish, else English.

Truth is what `read_tables` gives for the digital PDF. A row is the tuple of its words that hold a digit, and counts
when there are two or more; it is right when all of them are. Told are recall and precision over rows (each as often as
it is there), and over single figures. Lines that the digital page has outside its tables and in headers are forgiven to
both.

Seconds are those of reading a page, loading the models and drawing the scan left out: wall time, and CPU time over all
threads. What else the machine does burdens the wall time: see the load that is told with it.

Aim: the first pass over a scanned page of letter size, without the closer looks at what is in doubt, in 4 seconds of
wall time on 2 cores.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import itertools
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import common

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

FIXTURES = ROOT / "tests" / "fixtures" / "tables"
AIM = 4.0  # seconds of wall time a page
DISTRIBUTIONS = ("rendicion-etl", "rapidocr", "onnxruntime", "opencv-python-headless", "pypdfium2", "numpy")
Row = tuple[str, ...]


class Document(NamedTuple):
    """A digital PDF: the rows of its tables, and what else is printed on it."""

    path: Path
    pages: int
    rows: Counter[Row]
    forgiven: Counter[Row]


class Reading(NamedTuple):
    """The rows of a scan, and the seconds that all of its pages took; `first`: without what was looked at again."""

    rows: Counter[Row]
    wall: float
    cpu: float
    first: float


# ------------------------------------------------------------------------------------------------------ the readers


def figures(texts: Iterable[str]) -> Row:
    """The words of a row that hold a digit."""
    return tuple(word for text in texts for word in text.split() if any(c.isdigit() for c in word))


def counted(rows: Iterable[Row]) -> Counter[Row]:
    return Counter(row for row in rows if len(row) >= 2)


def ours(scan: Path, _: Path) -> Reading:
    from rendicion_etl.reading.page_reader import PageReader
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.tables.extract import read_tables

    again = second_looks()
    wall, cpu = time.perf_counter(), time.process_time()
    with open_pdf(scan, scan.name) as pdf:
        tables, _lines = read_tables(pdf, PageReader(pdf, ocr=ocr()))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rows = (figures(c.text for c in row) for t in tables for k, row in enumerate(t.rows()) if k not in t.header_rows)
    return Reading(counted(rows), wall, cpu, wall - sum(again))


def second_looks() -> list[float]:
    """A list that is filled with the seconds of each closer look at a page, from now on."""
    from rendicion_etl.reading import scanned

    look = getattr(scanned._read_twice, "__wrapped__", scanned._read_twice)
    spent: list[float] = []

    @functools.wraps(look)
    def timed(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return look(*given)
        finally:
            spent.append(time.perf_counter() - began)

    scanned._read_twice = timed
    return spent


@functools.cache
def ocr() -> Any:
    """The models, loaded once for all documents."""
    from rendicion_etl.reading.ocr import Ocr

    return Ocr()


def tesseract(scan: Path, folder: Path) -> Reading:
    """Raises CalledProcessError where the program fails."""
    import pypdfium2

    rows: list[Row] = []
    wall = cpu = 0.0
    with pypdfium2.PdfDocument(scan) as document:
        for page in document:
            (picture,) = page.get_objects([3])  # pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
            image = picture.get_bitmap().to_pil()
            path = folder / "page.png"
            image.save(path, dpi=(round(image.width / page.get_width() * 72),) * 2)
            began, used = time.perf_counter(), children_cpu()
            said = subprocess.run(
                ["tesseract", str(path), "stdout", "--psm", "6", "-l", language()],
                check=True,
                capture_output=True,
                text=True,
                encoding="utf-8",
            ).stdout
            wall, cpu = wall + time.perf_counter() - began, cpu + children_cpu() - used
            rows += [figures([line]) for line in said.splitlines()]
    return Reading(counted(rows), wall, cpu, wall)


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def language() -> str:
    said = subprocess.run(["tesseract", "--list-langs"], check=True, capture_output=True, text=True).stdout.split()
    return "spa" if "spa" in said else "eng"


READERS: dict[str, Callable[[Path, Path], Reading]] = {"ours": ours, "tesseract": tesseract}

# -------------------------------------------------------------------------------------------------------- the truth


def documents(given: Sequence[Path], limit: int | None) -> list[Document]:
    """Those with a row of figures in a table, until `limit` pages are reached."""
    paths = [p for g in given for p in (sorted(g.glob("*.pdf")) if g.is_dir() else [g])]
    out: list[Document] = []
    for path in paths:
        document = digital(path)
        if document.rows:
            out.append(document)
        if limit and sum(d.pages for d in out) >= limit:
            break
    return out


def digital(path: Path) -> Document:
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.tables.extract import read_tables

    with open_pdf(path, path.name) as pdf:
        tables, _ = read_tables(pdf)
        lines = [figures([line.text]) for page in pdf.pages() for line in page.lines]
        n_pages = pdf.n_pages
    rows: list[Row] = []
    heads: list[Row] = []
    for table in tables:
        for k, row in enumerate(table.rows()):
            (heads if k in table.header_rows else rows).append(figures(c.text for c in row))
    return Document(path, n_pages, counted(rows), counted([*heads, *lines]) - counted(rows))


# ------------------------------------------------------------------------------------------------------ the measure


class Setting(NamedTuple):
    dpi: int
    skew: float


def judge(document: Document, reading: Reading) -> dict[str, Any]:
    """One scan by one reader, as figures; `wrong` pairs rows that are printed with what was read in their place."""
    read = reading.rows - (document.forgiven - document.rows)
    right = document.rows & read
    printed, got = singles(document.rows), singles(read)
    return {
        "pages": document.pages,
        "rows": document.rows.total(),
        "rows_read": read.total(),
        "rows_right": right.total(),
        "figures": printed.total(),
        "figures_read": got.total(),
        "figures_right": (printed & got).total(),
        "wall": reading.wall,
        "cpu": reading.cpu,
        "first": reading.first,
        "wrong": list(pairs(document.rows - right, read - right)),
    }


def singles(rows: Counter[Row]) -> Counter[str]:
    return Counter(figure for row in rows.elements() for figure in row)


def pairs(missed: Counter[Row], invented: Counter[Row]) -> Iterator[dict[str, str]]:
    """Each missed row with the most similar of those that are not printed, each of which is used once."""
    left = [" ".join(row) for row in invented.elements()]
    for row in missed.elements():
        printed = " ".join(row)
        best = difflib.get_close_matches(printed, left, 1, 0.5)
        if best:
            left.remove(best[0])
        yield {"printed": printed, "read": best[0] if best else ""}
    yield from ({"printed": "", "read": text} for text in left)


def measure(
    names: Sequence[str], given: Sequence[Document], settings: Sequence[Setting], noise: float, jpeg: int | None
) -> dict[str, dict[Setting, list[dict[str, Any]]]]:
    """What each reader made of each setting, in the order of the documents. They take turns, scan by scan."""
    from rich.console import Console
    from rich.progress import track

    from scanning import scanned

    found: dict[str, dict[Setting, list[dict[str, Any]]]] = {name: defaultdict(list) for name in names}
    turns = list(itertools.product(settings, given))
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        scan = folder / "scan.pdf"
        scanned(given[0].path, scan)
        for name in names:
            READERS[name](scan, folder)  # loads the models
        quiet = not sys.stderr.isatty()
        for setting, document in track(turns, "Reading", console=Console(stderr=True), transient=True, disable=quiet):
            scanned(document.path, scan, setting.dpi, setting.skew, noise, jpeg)
            for name in names:
                judged = judge(document, READERS[name](scan, folder))
                found[name][setting].append({"file": document.path.name, **judged})
    return found


def summary(own: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one reader at one setting over all documents."""
    sums = {key: sum(d[key] for d in own) for key in own[0] if key not in ("file", "wrong")}
    return {
        "row_recall": rate(sums["rows_right"], sums["rows"]),
        "row_precision": rate(sums["rows_right"], sums["rows_read"]),
        "figure_recall": rate(sums["figures_right"], sums["figures"]),
        "figure_precision": rate(sums["figures_right"], sums["figures_read"]),
        "wall_s_per_page": rate(sums["wall"], sums["pages"]),
        "first_s_per_page": rate(sums["first"], sums["pages"]),
        "slowest_first_s_per_page": round(max(d["first"] / d["pages"] for d in own), 4),
        "slowest_s_per_page": round(max(d["wall"] / d["pages"] for d in own), 4),
        "cpu_s_per_page": rate(sums["cpu"], sums["pages"]),
    }


def rate(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


# ------------------------------------------------------------------------------------------------------- the result


def show(found: dict[str, Any]) -> None:
    from rich.console import Console

    forms = {
        "row_recall": ("row\nrecall", "{:.3f}"),
        "row_precision": ("row\nprecision", "{:.3f}"),
        "figure_recall": ("figure\nrecall", "{:.4f}"),
        "first_s_per_page": ("first pass\ns a page", "{:.2f}"),
        "slowest_first_s_per_page": ("its\nslowest", "{:.2f}"),
        "wall_s_per_page": ("wall s\na page", "{:.2f}"),
        "slowest_s_per_page": ("slowest\nwall s", "{:.2f}"),
        "cpu_s_per_page": ("CPU s\na page", "{:.2f}"),
    }
    table = common.table_with("reader", "dpi", "skew", *(head for head, _ in forms.values()), words=["reader"])
    for name, settings in found["readers"].items():
        for own in settings:
            shown = ["-" if own[key] is None else form.format(own[key]) for key, (_, form) in forms.items()]
            table.add_row(name, str(own["dpi"]), f"{own['skew']:g}", *shown)
    worn = f"noise {found['noise']:g}, " + (f"JPEG {found['jpeg']}" if found["jpeg"] else "no JPEG")
    print(f"{len(found['documents'])} documents, {found['pages']} pages, {found['rows']} rows; {worn}")
    print(common.said_of(found["machine"]))
    Console().print(table)
    print(f"\nAim: the first pass over a scanned letter page in {AIM:g} s of wall time on 2 cores")
    for name, why in found["left_out"].items():
        print(f"{name}: {why}")
    print(", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def show_wrong(found: dict[str, Any]) -> None:
    for name, settings in found["readers"].items():
        for own in settings:
            for d in own["documents"]:
                for pair in d["wrong"]:
                    print(f"{name} {own['dpi']} dpi skew {own['skew']:g} {d['file']}:")
                    print(f"  printed {pair['printed']}\n  read    {pair['read']}")


def versions(names: Sequence[str]) -> dict[str, str]:
    found = common.versions(DISTRIBUTIONS)
    if "tesseract" in names:
        said = subprocess.run(["tesseract", "--version"], check=True, capture_output=True, text=True).stdout
        found["tesseract"] = f"{said.split()[1]} ({language()})"
    return found


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", nargs="*", type=Path, default=[FIXTURES], help="PDFs or folders of them")
    parser.add_argument("--pages", type=int, help="no more documents once there are N pages")
    parser.add_argument("--dpi", type=numbers, default=[150, 200, 300])
    parser.add_argument("--skew", type=numbers, default=[0, 1, 2])
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--jpeg", type=int)
    parser.add_argument("--readers", default=",".join(READERS), help="of: %(default)s")
    parser.add_argument("--wrong", action="store_true", help="print every row that was not read as printed")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names = list(dict.fromkeys(options.readers.split(",")))
    if unknown := [name for name in names if name not in READERS]:
        parser.error(f"no such reader: {', '.join(unknown)}; there are {', '.join(READERS)}")
    left_out = {}
    if "tesseract" in names and not shutil.which("tesseract"):
        left_out["tesseract"] = "not installed (apt install tesseract-ocr tesseract-ocr-spa)"
        names.remove("tesseract")
    machine = common.machine()
    given = documents(options.given, options.pages)
    if not given:
        parser.error("no PDF with a row of figures in a table")
    settings = [Setting(int(dpi), skew) for dpi in options.dpi for skew in options.skew]
    judged = measure(names, given, settings, options.noise, options.jpeg)
    found = {
        "pages": sum(d.pages for d in given),
        "rows": sum(d.rows.total() for d in given),
        "documents": [d.path.name for d in given],
        "noise": options.noise,
        "jpeg": options.jpeg,
        "aim_wall_s_per_page": AIM,
        "machine": machine,
        "versions": versions(names),
        "left_out": left_out,
        "readers": {
            name: [{"dpi": s.dpi, "skew": s.skew, **summary(own[s]), "documents": own[s]} for s in settings]
            for name, own in judged.items()
        },
    }
    show(found)
    if options.wrong:
        show_wrong(found)
    common.keep(found, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
