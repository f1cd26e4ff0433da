"""A staged document comes back whole, in however many pieces it was written."""

from pathlib import Path

import pytest

from rendicion_etl.archive.store import receive
from rendicion_etl.pipeline import process_document
from rendicion_etl.runs import staging
from rendicion_etl.tables import extract

SAMPLE = Path(__file__).parents[2] / "raw/muestra/scep-2021-c1.pdf"


@pytest.mark.parametrize(("piece", "press_from"), [(7, 9999), (4096, 9999), (7, 0)])
def test_a_staged_document_comes_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int, press_from: int
) -> None:
    monkeypatch.setattr(staging, "PIECE", piece)
    monkeypatch.setattr(extract, "PRESS_FROM", press_from)
    processed = process_document(receive(SAMPLE, tmp_path / "raw"))
    processed.document.tables[1].cells = []
    staged = staging.stage(processed, tmp_path)
    assert len(processed.document.tables[0].cells) > 7
    assert staging.load_document(tmp_path, staged.document_id) == processed.document
