"""Random damage to PDFs, the same for the same seed, and the judgement of what became of each file.

    python tests/robustness/fuzz.py --minutes 5

Every file must end as ingested or with a plain reason, within its limits, and the data must be valid afterwards. What
fails is written to `fuzz-found/` as <seed>-<how>.pdf beside what was said of it; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(Path(__file__).parent)]

from bombs import BOMBS  # noqa: E402
from hostile import BUILT  # noqa: E402

from rendicion_etl import ingest  # noqa: E402
from rendicion_etl.curated.query import open_curated  # noqa: E402
from rendicion_etl.curated.schemas import DATASETS  # noqa: E402
from rendicion_etl.curated.verify.folder import verify  # noqa: E402
from rendicion_etl.curated.verify.remark import Seen  # noqa: E402
from rendicion_etl.messages import reason  # noqa: E402
from rendicion_etl.runs.report import DocumentReport  # noqa: E402

FIXTURES = sorted((ROOT / "tests" / "fixtures").rglob("*.pdf"))
NATIVE = [path for path in FIXTURES if path.parent.name != "scans"]
LIMITS = {"RENDICION_TIMEOUT": "90", "RENDICION_PAGE_TIMEOUT": "45", "RENDICION_MEMORY_MB": "4096"}
BATCH = 40  # files of a run
HOSTILE = BUILT | BOMBS
LEFT_OVER = {"pending", "temporary"}
ODD = (
    "-1",
    "0",
    "nan",
    "inf",
    "1e309",
    "99999999999",
    "-2147483648",
    "4294967296",
    "0.0000001",
    "null",
    "(x)",
    "[]",
    "<<>>",
)
_NUMBER = re.compile(rb"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.])")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PLACES: Mapping[str, bytes] = {
    "header": b"%PDF",
    "xref": b"xref",
    "trailer": b"trailer",
    "startxref": b"startxref",
    "end": b"%%EOF",
    "stream": b"stream",
    "endstream": b"endstream",
    "object": b" obj",
}


def truncate(rng: random.Random, data: bytes) -> bytes:
    """Cut off before, within or after one of the words that structure a PDF."""
    word = _PLACES[rng.choice(sorted(_PLACES))]
    places = [m.start() for m in re.finditer(re.escape(word), data)] or [len(data) // 2]
    return data[: max(rng.choice(places) + rng.choice((0, 1, len(word), len(word) + rng.randrange(200))), 5)]


def flip(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 30, 300))):
        out[rng.randrange(8, len(out))] = rng.randrange(256)
    return bytes(out)


def cut_out(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(8, len(data))
    return data[:start] + data[start + rng.choice((1, 10, 100, 5000)) :]


def repeat(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(8, len(data))
    piece = data[start : start + rng.choice((10, 500, 5000))]
    return data[:start] + piece * rng.choice((2, 20)) + data[start:]


def drop_xref(rng: random.Random, data: bytes) -> bytes:
    return re.sub(rng.choice((rb"startxref\s+\d+", rb"\bxref\b", rb"trailer", rb"/Type ?/XRef")), b"", data)


def odd_number(rng: random.Random, data: bytes) -> bytes:
    """Put something else in place of numbers outside streams: sizes, places, references."""
    found = list(_NUMBER.finditer(data))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 2, 5)))), key=lambda m: -m.start()):
        data = data[: match.start()] + rng.choice(ODD).encode() + data[match.end() :]
    return data


def swap_references(rng: random.Random, data: bytes) -> bytes:
    """Make objects point at others: loops, pages that are fonts."""
    found = list(re.finditer(rb"\b\d+ 0 R\b", data))
    if len(found) < 2:
        return data
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 3)))), key=lambda m: -m.start()):
        data = data[: match.start()] + rng.choice(found)[0] + data[match.end() :]
    return data


def odd_key(rng: random.Random, data: bytes) -> bytes:
    keys = sorted(set(re.findall(rb"/[A-Z][A-Za-z]+", data)))
    return data.replace(rng.choice(keys), rng.choice(keys), rng.choice((1, -1))) if keys else data


def within_stream(rng: random.Random, data: bytes) -> bytes:
    """Inflate a stream, damage what it says, and put it back; readers have to find their places anew."""
    starts = [m.end() for m in _STREAM.finditer(data)]
    rng.shuffle(starts)
    for start in starts:
        stream = zlib.decompressobj()
        try:
            plain = stream.decompress(data[start:], 1 << 22)
        except zlib.error:
            continue
        used = len(data) - start - len(stream.unused_data)
        if plain and stream.eof:
            plain = rng.choice((odd_number, odd_number, flip, cut_out, repeat))(rng, b"%padding\n" + plain)
            return data[:start] + zlib.compress(plain) + data[start + used :]
    return flip(rng, data)


Damage = Callable[[random.Random, bytes], bytes]
DAMAGES: tuple[Damage, ...] = (
    truncate,
    flip,
    cut_out,
    repeat,
    drop_xref,
    odd_number,
    swap_references,
    odd_key,
    within_stream,
    within_stream,
)


def damaged(seed: int) -> tuple[str, bytes]:
    """The file of a seed, and how it was made: a fixture or a hostile file, damaged once or a few times."""
    rng = random.Random(seed)
    if rng.random() < 0.1:
        name = rng.choice(sorted(HOSTILE))
        build, many, _ = HOSTILE[name]
        data = build(many)
    else:
        source = rng.choice(FIXTURES if rng.random() < 0.05 else NATIVE)
        name, data = source.stem, source.read_bytes()
    for _ in range(rng.choice((1, 1, 2, 4))):
        damage = rng.choice(DAMAGES)
        name, data = f"{name}-{damage.__name__}", damage(rng, data)
        data = data if len(data) > 16 else b"%PDF-1.4\n" + bytes(8)
    return name, data


def must_be_valid(home: Path) -> None:
    """Raise where the data published under `home`, or its archive, are damaged."""
    curated = home / "curated"
    with open_curated(curated) as data:
        for dataset in DATASETS:
            data.execute(f"select count(*) from {dataset}").fetchall()
    if any((curated / "documents").rglob("*.parquet")):
        found = list(verify(curated, home / "raw", {}, Seen()))
        wrong = [remark for remark in found if remark.is_damage or remark.kind in LEFT_OVER]
        assert not wrong, wrong


def fault_of(document: DocumentReport) -> str | None:
    """What is wrong with what was said of a file; None where it is told plainly, in both languages."""
    failure = document.failure
    if failure is None:
        return None if document.status != "failed" else "failed without a reason"
    if failure.detail or any(said in failure.why for said in ("error interno", "contrato", "con el código")):
        return f"{failure.why}\n{failure.detail}"
    if "Traceback" in failure.why or "\n" in failure.why or not failure.next_step:
        return f"no plain reason: {failure.why}"
    if not failure.why_en and reason(failure.why, "en") == failure.why:
        return f"no English: {failure.why}"
    return None


def try_files(files: Iterable[Path], home: Path) -> tuple[Counter[str], dict[str, str]]:
    """Ingest files into a home of their own: how many ended how, and by name the faults that were met."""
    report = ingest(list(files), curated=home / "curated", raw=home / "raw")
    faults = {d.file_name: fault for d in report.documents if (fault := fault_of(d))}
    faults |= {path: failure.why for path, failure in report.notices.items()}
    must_be_valid(home)
    ends: Counter[str] = Counter()
    for document in report.documents:
        ends[document.status] += 1
        if document.failure:
            ends[re.sub(r"\d+(?:\.\d+)?", "N", document.failure.why)] += 1
    return ends, faults


def main() -> int:
    ask = argparse.ArgumentParser()
    ask.add_argument("--minutes", type=float, default=5)
    ask.add_argument("--seed", type=int, help="begin with this seed, not with the hostile files")
    ask.add_argument("--found", type=Path, default=ROOT / "fuzz-found")
    told = ask.parse_args()
    os.environ |= LIMITS
    end = time.monotonic() + told.minutes * 60
    seed = random.SystemRandom().randrange(10**9) if told.seed is None else told.seed
    ends: Counter[str] = Counter()
    n_faults = 0
    hostile = random.Random(seed).sample(sorted(HOSTILE), len(HOSTILE)) if told.seed is None else []
    while time.monotonic() < end:
        names, hostile = hostile[:BATCH], hostile[BATCH:]
        made = {f"construido-{name}": build(many) for name in names for build, _, many in [HOSTILE[name]]}
        if not made:
            made = {f"{s}-{name}"[:150]: data for s in range(seed, seed + BATCH) for name, data in [damaged(s)]}
            seed += BATCH
        with tempfile.TemporaryDirectory() as folder:
            home, inbox = Path(folder), Path(folder, "inbox")
            inbox.mkdir()
            for name, data in made.items():
                (inbox / f"{name}.pdf").write_bytes(data)
            try:
                how, faults = try_files(sorted(inbox.iterdir()), home)
            except Exception as error:
                how, faults = Counter({"run": 1}), dict.fromkeys((f"{name}.pdf" for name in made), repr(error))
            ends += how
            for file, fault in faults.items():
                told.found.mkdir(exist_ok=True)
                if (inbox / file).is_file():
                    (told.found / file).write_bytes((inbox / file).read_bytes())
                (told.found / f"{Path(file).stem}.txt").write_text(fault)
            n_faults += len(faults)
        print(f"seed {seed}: {dict(ends)}; faults {n_faults}", flush=True)
    for how, n in ends.most_common():
        print(f"{n:6d}  {how}")
    return 1 if n_faults else 0


if __name__ == "__main__":
    sys.exit(main())
