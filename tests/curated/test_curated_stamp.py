"""The stamp of the data changes with every publication and with nothing else."""

from __future__ import annotations

from pathlib import Path

from rendicion_etl.curated.stamp import data_stamp
from small_reports import report


def test_a_publication_changes_the_stamp_and_nothing_else_does(tmp_path: Path) -> None:
    curated = tmp_path / "curated"
    empty = data_stamp(curated)
    report(curated, "scep-2024-c1-0123abcd")
    one = data_stamp(curated)
    (curated / "avisos").mkdir()
    (curated / "avisos" / "algo.json").write_text("{}")
    assert data_stamp(curated) == one != empty
    report(curated, "scep-2024-c1-0123abcd")
    again = data_stamp(curated)
    report(curated, "scep-2024-c2-4567abcd")
    assert len({empty, one, again, data_stamp(curated)}) == 4
