"""How a run grows: memory and time with the pages of a document, throughput with the number of processes.

    python bench/scale.py [--pages 32,64,128,256] [--layout parts] [--documents N] [--repeat K]
                          [--only memory|throughput] [--json FILE]

Memory: printouts as an accounting system makes them, drawn here, 45 rows of 10 columns a page, as parts of 8 pages with
a table each and as one table. For each a fresh process with the libraries of a worker loaded does one job:
- read: the tables, and nothing else;
- process: the tables, their meaning and the checks;
- stage: all that a worker does, so also the files of the datasets and the report page.
Told are the peak of its resident memory in MB of 2**20 bytes, before the first page and at the end, and its CPU time.

Throughput: N reports of 4 pages that differ in their number only, through the command line with 1 and 2 processes, into
fresh folders, whole commands as a user waits for them; the order of the two is turned about at each of the K passes.
The ratio means something on an idle machine with two cores or more only: see the load that is told with it.

Aims: 256 pages below 300 MB, and no more for 256 pages than for 128; 2 processes at least 1.7 times as fast as 1.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import multiprocessing
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import common

ROOT = Path(__file__).parent.parent
JOBS = ("read", "process", "stage")
LAYOUTS = {"parts": 8, "one table": 0}  # pages of a part, 0 for all
REPORT_PAGES = 4
PROCESSES = (1, 2)
AIMS = {"peak_mb": 300, "ratio": 1.7}
DISTRIBUTIONS = ("rendicion-etl", "numpy", "pyarrow", "pypdfium2", "tablers", "reportlab")
Value = TypeVar("Value")


def in_child(function: Callable[..., Value], *given: Any) -> Value:
    """The value of a function in a fresh process.

    Linux counts the memory of the process that starts another one into the peak of the new one: so this one stays
    small and leaves everything to its children, drawing too.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


# ---------------------------------------------------------------------------------------------------- the printouts

ROWS_PER_PAGE = 45
GROUP = 16  # rows, with heading and total
WIDTH = 188  # characters of 3.6 points
LEFT, TOP, PITCH = 36, 576, 10  # points
HEADER = ("RENGLON", "DESCRIPCION", "ASIGNADO", "MODIFICADO", "VIGENTE", "COMPROMETIDO", "DEVENGADO", "PAGADO", "SALDO")
NUMBER = "R{:08d}"
Line = tuple[int, ...]  # the amounts of a row, in cents


def draw(path: Path, pages: int, pages_per_part: int = 0, compress: bool = True) -> None:
    """A printout in one pitch whose sums, balances and percentages are right; the same on every call."""
    from reportlab.lib.pagesizes import landscape, letter
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=landscape(letter), invariant=1, pageCompression=int(compress))
    chance = random.Random(pages)
    per_part = pages_per_part or pages
    for first in range(0, pages, per_part):
        unit = f"UNIDAD EJECUTORA {201 + first // per_part}"
        last = min(first + per_part, pages)
        rows = part(chance, (last - first) * ROWS_PER_PAGE, unit)
        for page in range(first, last):
            block = [
                ends("SISTEMA DE CONTABILIDAD INTEGRADA", f"PAGINA : {page + 1} DE {pages}"),
                ends("EJECUCION DEL PRESUPUESTO POR PROGRAMA Y RENGLON DE GASTO", "FECHA  : 05/09/2024"),
                ends("ENTIDAD: 11130000-000  ENTIDAD DE EJEMPLO", "HORA   : 10:15.30"),
                ends("DEL MES DE ENERO AL MES DE AGOSTO   EJERCICIO: 2024", f"REPORTE: {NUMBER.format(0)}"),
                ends(unit, "EXPRESADO EN QUETZALES"),
                f"Cuadro {1 + first // per_part}. {unit}" if page == first else "",
                printed(*HEADER, "% EJEC"),
                *rows[(page - first) * ROWS_PER_PAGE :][:ROWS_PER_PAGE],
            ]
            canvas.setFont("Courier", 6)
            for at, line in enumerate(block):
                canvas.drawString(LEFT, TOP - PITCH * at, line)
            for at in (5, 6):  # over and under the header
                y = TOP - PITCH * at - PITCH / 3
                canvas.line(LEFT, y, LEFT + 3.6 * WIDTH, y)
            canvas.showPage()
    canvas.save()


def part(chance: random.Random, n_rows: int, unit: str) -> list[str]:
    """The rows of one table: groups with a heading and a total each, and the total of all at the end."""
    from rendicion_etl.catalogs import by_code

    names = {code: entry["name"][:40] for code, entry in by_code("renglones").items()}
    rows: list[str] = []
    totals: list[Line] = []
    while room := n_rows - 1 - len(rows):
        size = GROUP if room >= GROUP + 3 else room
        lines = [amounts(chance) for _ in range(size - 2)]
        totals.append(total(lines))
        program = f"PROGRAMA {len(totals):03}"
        rows.append(f"{len(totals):03}     {program}")
        chosen = sorted(chance.sample(list(names), len(lines)))
        rows += [printed(code, names[code], *figures(line)) for code, line in zip(chosen, lines, strict=True)]
        rows.append(printed("", f"Total {program}", *figures(totals[-1])))
    return [*rows, printed("", f"Total {unit}", *figures(total(totals)))]


def amounts(chance: random.Random) -> Line:
    """Asignado, modificado, vigente, comprometido, devengado, pagado, saldo."""
    asignado = chance.randrange(1_000_000, 900_000_000)
    vigente = asignado + chance.randrange(-asignado // 3, asignado // 2)
    comprometido = chance.randrange(vigente // 3, vigente)
    devengado = chance.randrange(comprometido // 2, comprometido)
    pagado = chance.randrange(devengado // 2, devengado)
    return asignado, vigente - asignado, vigente, comprometido, devengado, pagado, vigente - devengado


def total(lines: Sequence[Line]) -> Line:
    return tuple(sum(column) for column in zip(*lines, strict=True))


def figures(line: Line) -> list[str]:
    """The amounts as printed, and the percentage of what could be spent that was."""
    return [f"{cents / 100:,.2f}" for cents in line] + [f"{100 * line[4] / line[2]:.2f}"]


def printed(code: str, name: str, *columns: str) -> str:
    *sums, percentage = columns
    return f"{code:<8}{name:<45}" + "".join(f"{text:>18}" for text in sums) + f"{percentage:>9}"


def ends(left: str, right: str) -> str:
    return left + right.rjust(WIDTH - len(left))


# ----------------------------------------------------------------------------------------------------------- memory


def memory(home: Path, numbers: Sequence[int], layouts: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The figures of every job by layout, one entry a printout."""
    found: dict[str, list[dict[str, Any]]] = {}
    for layout, pages in itertools.product(layouts, numbers):
        pdf = home / f"{layout}-{pages}.pdf"
        in_child(draw, pdf, pages, LAYOUTS[layout])
        entry = {"pages": pages, "jobs": {job: in_child(work, job, pdf, home) for job in JOBS}}
        found.setdefault(layout, []).append(entry)
    return found


def work(job: str, pdf: Path, home: Path) -> dict[str, Any]:
    """In the child: do one job on one printout, and what it took."""
    from rendicion_etl.archive.store import receive
    from rendicion_etl.pipeline import process_document
    from rendicion_etl.reading.pdf import open_pdf
    from rendicion_etl.runs.staging import Task, stage_document
    from rendicion_etl.runs.workers import PRELOAD
    from rendicion_etl.tables.extract import read_tables

    for name in PRELOAD:
        importlib.import_module(name)
    raw = home / "raw"
    stored = receive(pdf, raw)
    before, cpu = peak(), time.process_time()
    out: dict[str, Any] = {}
    if job == "read":
        with open_pdf(stored.path, stored.file_name) as handle:
            tables, pages = read_tables(handle)
        out |= {"n_pages": len(pages), "tables": len(tables), "rows": sum(table.n_rows for table in tables)}
    elif job == "process":
        done = process_document(stored)
        out |= {"n_pages": done.document.n_pages, "tables": len(done.document.tables)}
        out |= {"rows": sum(table.n_rows for table in done.document.tables)}
        out |= {"findings": sum(len(result.findings) for result in done.results)}
    else:
        with tempfile.TemporaryDirectory(dir=home) as staging:
            staged = stage_document(Task(stored, Path(staging), raw))
        if not isinstance(staged.page, Path):
            sys.exit(f"no report page: {staged.page}")
        out |= {"tables": staged.n_tables}
    out["cpu_ms"] = 1000 * (time.process_time() - cpu)
    return out | {"before_mb": before, "peak_mb": peak()}


def peak() -> float:
    """The most memory that this process ever had resident, in MB."""
    unit = 1 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)


def growth(entries: Sequence[dict[str, Any]], job: str) -> float | None:
    """MB for each page more, between the two longest printouts."""
    if len(entries) < 2:
        return None
    short, long = sorted(entries, key=lambda e: e["pages"])[-2:]
    more = long["jobs"][job]["peak_mb"] - short["jobs"][job]["peak_mb"]
    return more / (long["pages"] - short["pages"])


# ------------------------------------------------------------------------------------------------------- throughput


def throughput(home: Path, documents: int, repeat: int) -> dict[str, Any]:
    """Seconds of every run by number of processes, and what follows from their medians."""
    folder = home / "reports"
    in_child(reports, folder, documents)
    ingest(home, folder, 1)  # compiles and warms the disk cache
    seconds: dict[int, list[float]] = {processes: [] for processes in PROCESSES}
    for turn in range(repeat):
        for processes in PROCESSES if turn % 2 == 0 else PROCESSES[::-1]:
            seconds[processes].append(ingest(home, folder, processes, documents))
    rates = {processes: documents / statistics.median(times) for processes, times in seconds.items()}
    return {
        "documents": documents,
        "pages": REPORT_PAGES,
        "seconds": seconds,
        "documents_per_second": rates,
        "ratio": rates[2] / rates[1],
        "ratios": [one / two for one, two in zip(seconds[1], seconds[2], strict=True)],
    }


def reports(folder: Path, documents: int) -> None:
    """In a child: the same report under so many numbers, each of as many bytes."""
    folder.mkdir()
    model = folder / "model.pdf"
    draw(model, REPORT_PAGES, compress=False)
    content = model.read_bytes()
    model.unlink()
    for number in range(1, documents + 1):
        one = content.replace(NUMBER.format(0).encode(), NUMBER.format(number).encode())
        (folder / f"{number:04}.pdf").write_bytes(one)


def ingest(home: Path, folder: Path, processes: int, documents: int | None = None) -> float:
    """Wall time of one command; without a number of documents it takes the first one only."""
    given = folder if documents else min(folder.iterdir())
    target = Path(tempfile.mkdtemp(dir=home))
    command = [sys.executable, "-m", "rendicion_etl", "ingest", str(given), "--jobs", str(processes), "--json"]
    command += ["--curated", str(target / "curated"), "--raw", str(target / "raw")]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    shutil.rmtree(target)
    if done.returncode:
        sys.exit(f"rendicion ingest --jobs {processes}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    states = [document["status"] for document in json.loads(done.stdout)["documents"]]
    if states != ["ingested"] * (documents or 1):
        sys.exit(f"rendicion ingest --jobs {processes}: not all documents are new: {states}")
    return seconds


# ------------------------------------------------------------------------------------------------------- the result


def show(found: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console()
    print(common.said_of(found["machine"]))
    if "memory" in found:
        console.print(memory_table(found["memory"]))
        for layout, by_job in found["growth"].items():
            said = ", ".join(f"{job} {more:.2f}" for job, more in by_job.items() if more is not None)
            if said:
                print(f"{layout}: MB for each page more, between the two longest: {said}")
        print(f"Aim: 256 pages below {AIMS['peak_mb']} MB, and no growth\n")
    if "throughput" in found:
        own = found["throughput"]
        console.print(throughput_table(own))
        by_pass = ", ".join(f"{ratio:.2f}" for ratio in own["ratios"])
        print(f"Ratio {own['ratio']:.2f} (by pass: {by_pass}), aim {AIMS['ratio']}; idle machines only")
    print(", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def memory_table(found: dict[str, list[dict[str, Any]]]) -> Any:
    heads = ("MB\nbefore", "MB\npeak", "CPU ms\na page", "tables", "rows", "findings")
    table = common.table_with("layout", "pages", "job", *heads, words=["layout", "job"])
    for layout, entries in found.items():
        for entry, (job, own) in itertools.product(entries, enumerate(JOBS)):
            figures = entry["jobs"][own]
            table.add_row(
                layout if job == 0 else "",
                str(entry["pages"]) if job == 0 else "",
                own,
                f"{figures['before_mb']:.0f}",
                f"{figures['peak_mb']:.0f}",
                f"{figures['cpu_ms'] / entry['pages']:.1f}",
                *(str(figures.get(key, "")) for key in ("tables", "rows", "findings")),
                end_section=own == JOBS[-1],
            )
    return table


def throughput_table(found: dict[str, Any]) -> Any:
    table = common.table_with("processes", "documents", "seconds", "documents\na second", words=[])
    for processes, rate in found["documents_per_second"].items():
        seconds = statistics.median(found["seconds"][processes])
        table.add_row(str(processes), str(found["documents"]), f"{seconds:.2f}", f"{rate:.2f}")
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", default="32,64,128,256", help="of the printouts (default %(default)s)")
    parser.add_argument("--layout", choices=LAYOUTS, help="of the printouts (default both)")
    parser.add_argument("--documents", type=int, default=100, help="of the throughput (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="passes of the throughput (default %(default)s)")
    parser.add_argument("--only", choices=["memory", "throughput"])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found: dict[str, Any] = {
        "machine": common.machine(),
        "versions": common.versions(DISTRIBUTIONS),
        "aims": AIMS,
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        if given.only != "throughput":
            layouts = [given.layout] if given.layout else list(LAYOUTS)
            found["memory"] = memory(home, sorted({int(n) for n in given.pages.split(",")}), layouts)
            found["growth"] = {
                layout: {job: growth(entries, job) for job in JOBS} for layout, entries in found["memory"].items()
            }
        if given.only != "memory":
            found["throughput"] = throughput(home, max(given.documents, 1), max(given.repeat, 1))
    show(found)
    common.keep(found, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
