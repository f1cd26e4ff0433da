"""Each bomb ends as read or with a plain reason, by all that reads it: both parsers, and the picture of the page."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from bombs import BOMBS
from fuzz import fault_of

from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.runs.report import DocumentReport
from rendicion_etl.runs.workers import Outcome, begin_page, run_documents
from rendicion_etl.settings import Bounds
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.second import SecondReading

BOUNDS = Bounds(page_timeout=4, pages=3000, stream_mb=8, open_files=256, written_mb=64)
PAGE = "la página 1 tardó más de 4 segundos y la lectura se detuvo"
TOO_MUCH = "uno de sus flujos comprimidos pasa de 8 MiB al descomprimirse"
READ = "401.00"
# What becomes of the others is up to the readers, but never a fault.
FATES = {name: TOO_MUCH for name in BOMBS if name.startswith("bomb_") or name == "font_bomb"} | {
    "bomb_in_runs": None,
    "bomb_of_runs": None,
    "bomb_lzw": None,
    "bomb_of_predictor": None,
    "kids_many": "el PDF tiene 10000 páginas, y se admiten 3000",
    "tiles_in_themselves": PAGE,
    **dict.fromkeys(
        (
            "box_inverted", "box_elsewhere", "contents_repeated", "dashes_tiny", "font_in_itself",
            "font_letters_claimed", "font_widths_claimed", "forms_of_forms", "kids_deep", "length_of_itself",
            "mask_in_itself", "names_in_a_circle", "operands_many", "operands_nested", "outline_in_a_circle",
            "picture_inline_claims", "pictures_inline", "shading_calculated", "shading_mesh", "shading_sampled",
            "states_unbalanced", "structure_in_a_circle",
        )
    ),
}  # fmt: skip
# Too slow for every run: `make fuzz` tries them.
SLOW = {name for name in BOMBS if name.startswith("picture_") and name != "picture_inline_claims"} | {
    "lengths_of_each_other",
    "tiles_tiny",
}


def read_in_every_way(path: Path) -> str:
    """The cells of the first page."""
    with open_pdf(path, path.name) as pdf:
        begin_page(1)
        pdf.pixels(1, 72)
        second = SecondReading(pdf)
        second.region(1, Box(0, 0, 612, 792), 0)
        second.close()
        return " ".join(cell.text for table in read_tables(pdf)[0] for cell in table.cells)


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome[Path, str]]:
    folder = tmp_path_factory.mktemp("bombas")
    for name in BOMBS.keys() - SLOW:
        build, many, _ = BOMBS[name]
        (folder / f"{name}.pdf").write_bytes(build(many))
    files = sorted(folder.iterdir())
    outcomes = run_documents(read_in_every_way, files, jobs=2, timeout=30, memory_mb=4096, bounds=BOUNDS)
    return {outcome.item.stem: outcome for outcome in outcomes}


def test_no_bomb_is_met_with_a_fault(ends: dict[str, Outcome[Path, str]]) -> None:
    failed = {name: DocumentReport(name, "failed", failure=end.failure) for name, end in ends.items() if end.failure}
    assert {name: fault for name, report in failed.items() if (fault := fault_of(report))} == {}


@pytest.mark.parametrize("name", sorted(FATES.keys() - SLOW))
def test_a_bomb_ends_as_it_must(name: str, ends: dict[str, Outcome[Path, str]]) -> None:
    failure = ends[name].failure
    assert (failure and failure.why) == FATES[name]
    assert failure or READ in (ends[name].value or "")


def test_what_the_second_parser_thinks_of_a_font_is_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("pdfminer").setLevel(logging.NOTSET)
    (tmp_path / "a.pdf").write_bytes(BOMBS["font_widths_claimed"][0](10))
    assert READ in read_in_every_way(tmp_path / "a.pdf")
    assert caplog.records == []


def test_a_file_that_fails_while_it_is_closed_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(BOMBS["length_of_itself"][0](1))
    assert READ in read_in_every_way(tmp_path / "a.pdf")
