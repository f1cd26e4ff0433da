"""The second reading of regions: of a long document few pages are at hand, and each says the same again."""

from __future__ import annotations

from pathlib import Path

import pytest

from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables import second
from rendicion_etl.tables.second import SecondReading

SAMPLE = Path(__file__).parents[2] / "raw/muestra/scep-2021-c1.pdf"
ALL = Box(0, 0, 1e4, 1e4)


def test_few_pages_stay_at_hand_and_each_says_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "OPEN", 3)
    with open_pdf(SAMPLE, SAMPLE.name) as pdf:
        reading = SecondReading(pdf)
        first = [reading.region(page, ALL, reach=0) for page in range(1, pdf.n_pages + 1)]
        assert [*reading._pages] == [10, 11, 12]
        assert not any(hasattr(page, "_objects") for page in pdf.plumber.pages), "no page stays parsed"
        assert reading.region(10, ALL, reach=0) == first[9]
        assert [*reading._pages] == [11, 12, 10]  # the last that was asked for is the last to go
        assert [reading.region(page, ALL, reach=0) for page in range(1, pdf.n_pages + 1)] == first
        reading.close()
        assert not reading._pages
