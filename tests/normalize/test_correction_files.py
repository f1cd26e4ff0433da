"""Files of corrections are read strictly: what is not understood is refused with file and key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from corrected import DOCUMENT, SHA256, entry, write
from rendicion_etl.errors import RendicionError
from rendicion_etl.normalize.correction_files import read_corrections

VALUE = {"row": 2, "col": 3, "printed": "1,243.00", "value": "1234.00"}


def test_an_entry_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    found = read_corrections(write(tmp_path / "c", entry(**VALUE)))
    (read,) = found[SHA256]
    assert (read.table, read.page, read.row, read.col) == (1, 1, 2, 3)
    assert (read.what, read.printed, read.after) == ("value", "1,243.00", "1234.00")
    assert (read.author, read.date, read.reason) == ("Ana Pérez", dt.date(2025, 5, 2), "Se ve en la página.")
    assert (read.file, read.entry) == ("a.toml", 1)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"row": 2, "row_role": "total", "printed": "Suma"}, "row_role"),
        ({"col": 2, "column_role": "pagado", "printed": "Girado"}, "column_role"),
        ({"number": "Tabla No. 3", "printed": "x"}, "number"),
        ({**VALUE, "printed": ""}, "value"),
        ({"title": "Ejecución por renglón", "printed": "x"}, "title"),
        ({"unit": "GTQ_thousands", "printed": "x"}, "unit"),
        ({"kind": "renglon", "printed": "x"}, "kind"),
        ({"row": 2, "department": "14", "printed": "Quiche | 1"}, "department"),
        ({"row": 2, "municipality": "1401", "printed": "Quiche | 1"}, "municipality"),
        ({**VALUE, "value": 1234}, "value"),
        ({**VALUE, "table": f"{DOCUMENT}/t01"}, "value"),
        ({**VALUE, "date": "2025-05-02"}, "value"),
    ],
)
def test_each_kind_of_correction_has_its_keys(tmp_path: Path, said: dict[str, Any], what: str) -> None:
    (read,) = read_corrections(write(tmp_path / "c", entry(**said)))[SHA256]
    assert (read.what, read.table) == (what, 1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({**VALUE, "author": None}, "a la corrección 1 le falta la clave «author»"),
        ({**VALUE, "date": ""}, "a la corrección 1 le falta la clave «date»"),
        ({**VALUE, "reason": " "}, "a la corrección 1 le falta la clave «reason»"),
        ({**VALUE, "value": ""}, "a la corrección 1 le falta la clave «value»"),
        ({**VALUE, "printed": None}, "a la corrección 1 le falta la clave «printed»"),
        ({"number": "Tabla No. 3", "printed": ""}, "a la corrección 1 le falta la clave «printed»"),
        ({**VALUE, "row": None}, "a la corrección 1 le falta la clave «row»"),
        ({**VALUE, "nota": "x"}, "la clave «nota» está de más"),
        ({"row": 1, "col": 1, "row_role": "total", "printed": "x"}, "la clave «col» está de más"),
        ({**VALUE, "row_role": "total"}, "debe decir una sola de estas cosas"),
        ({"row": 1, "col": 1, "printed": "x"}, "debe decir una sola de estas cosas"),
        ({**VALUE, "value": 1234.5}, "«value» de la corrección 1 no se entiende: 1234.5"),
        ({**VALUE, "value": "1,234.50"}, "«value» de la corrección 1 no se entiende"),
        ({**VALUE, "row": -1}, "«row» de la corrección 1 no se entiende"),
        ({**VALUE, "page": 0}, "«page» de la corrección 1 no se entiende"),
        ({**VALUE, "date": "ayer"}, "«date» de la corrección 1 no se entiende"),
        ({**VALUE, "sha256": "x"}, "«sha256» de la corrección 1 no se entiende"),
        ({**VALUE, "document_id": "../x"}, "«document_id» de la corrección 1 no se entiende"),
        ({**VALUE, "document_id": "doc-11111111"}, "no son de un mismo documento"),
        ({**VALUE, "table": "doc-11111111/t01"}, "no son de un mismo documento"),
        ({**VALUE, "table": "t01"}, "«table» de la corrección 1 no se entiende"),
        ({**VALUE, "author": 5}, "«author» de la corrección 1 no se entiende"),
    ],
)
def test_what_is_not_understood_is_refused_with_file_and_key(tmp_path: Path, said: dict[str, Any], told: str) -> None:
    with pytest.raises(RendicionError) as refused:
        read_corrections(write(tmp_path / "c", entry(**said)))
    assert told in refused.value.why
    assert refused.value.what.endswith("a.toml")


@pytest.mark.parametrize("text", ["no es toml", "nota = 1", "correction = 3", "correction = [1]"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RendicionError, match=r"a\.toml"):
        read_corrections(write(tmp_path / "c", text))


def test_two_entries_that_correct_the_same_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    write(tmp_path / "c", entry(row=2, department="14", printed="x"))
    write(tmp_path / "c", entry(row=2, municipality="0101", printed="x"), name="b.toml")
    with pytest.raises(RendicionError, match=r"corrige lo mismo que la 1 de a\.toml"):
        read_corrections(tmp_path / "c")


def test_the_default_folder_need_not_exist_and_another_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_corrections(Path("corrections")) == {}
    with pytest.raises(RendicionError, match="RENDICION_CORRECTIONS"):
        read_corrections(tmp_path / "otra")
