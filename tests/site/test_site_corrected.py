"""What people corrected in the reading of a document stands on its page and in its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from site_building import Page, built
from site_examples import DOCUMENT_ID, correction

CORRECTIONS = [
    correction(),
    correction("row_role", 3, None, printed="TOTAL | Q 310.00 | Q 95.00", before="detail", after="total"),
    correction("column_role", None, 1, printed="Vigente", before="other", after="vigente"),
    correction("unit", None, None, printed="Tabla No. 1", before=None, after="GTQ_thousands"),
    correction("department", 1, None, printed="Grupo 0 | Q 100.00", before=None, after="14", reason="<b>Así</b>"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("corrected"), corrections=CORRECTIONS)


def rows(site: Path, name: str) -> dict[str, list[str]]:
    """The rows of the section by their first cell."""
    page = Page(site / DOCUMENT_ID / name)
    return {row[0]: row[1:] for row in page.rows if len(row) == 6 and ".toml" in row[-1]}


def test_each_says_where_it_is_what_is_printed_what_it_is_taken_for_and_who_says_so(site: Path) -> None:
    told = rows(site, "index.html")
    value = next(cells for where, cells in told.items() if "valor de la celda" in where)
    assert value == ["Q 30.00", "30.00", "35.00", "La página dice 35.", "Ana Pérez, 2 de mayo de 2025 (scep.toml)"]
    assert any("Tabla No. 1 · Grupo 1 · Saldo" in where for where in told)
    assert next(c for w, c in told.items() if "unidad" in w)[1:3] == ["nada", "miles de quetzales"]
    assert next(c for w, c in told.items() if "departamento" in w)[2:4] == ["14 (Quiché)", "<b>Así</b>"]


def test_the_same_in_english(site: Path) -> None:
    told = rows(site, "index.en.html")
    assert len(told) == len(CORRECTIONS)
    assert next(c for w, c in told.items() if "value of the cell" in w)[-1].startswith("Ana Pérez, 2 May 2025")


def test_each_leads_to_its_cell_row_column_or_table(site: Path) -> None:
    page = Page(site / DOCUMENT_ID / "index.html")
    assert {"#t01-2-2", "#t01-3-0", "#t01-0-1", "#t01"} <= set(page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids


def test_programs_find_them_too(site: Path) -> None:
    said = json.loads((site / DOCUMENT_ID / "index.json").read_text(encoding="utf-8"))
    assert [c["what"] for c in said["corrections"]] == [c["what"] for c in CORRECTIONS]
    assert said["corrections"][0]["date"] == "2025-05-02"


def test_a_document_that_nobody_corrected_has_no_such_section(tmp_path: Path) -> None:
    site = built(tmp_path)
    assert "correcciones" not in Page(site / DOCUMENT_ID / "index.html").ids
