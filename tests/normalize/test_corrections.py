"""A correction changes what is made of the print, never the print; one that does not fit fails the document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from corrected import correction
from printed import printed
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.normalize.correction_files import Correction, version_with
from rendicion_etl.normalize.corrections import Applied, applied
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document, Table
from rendicion_etl.tables.model import RawTable

GROUPS = printed(
    "Grupo | Vigente | Devengado",
    "Servicios | 100.00 | 50.00",
    "Becas | 300.00 | 3O.00",
    "Suma general | 400.00 | 80.00",
    caption=("Tabla No. 1", "Ejecución por grupo de gasto"),
)


def read(*corrections: Correction, raw: RawTable = GROUPS) -> Document:
    return understand(Source("0" * 64, "a.pdf"), [], [raw], None, corrections)


def table(*corrections: Correction, raw: RawTable = GROUPS) -> Table:
    """The table, corrected by what fits."""
    applied(read(raw=raw), corrections)
    return read(*corrections, raw=raw).tables[0]


def misfit(*corrections: Correction, raw: RawTable = GROUPS) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        applied(read(raw=raw), corrections)
    assert refused.value.stage == "corrections"
    return refused.value.why


def test_a_value_is_given_and_the_print_stays() -> None:
    found = table(correction("value", "30.00", "3O.00", row=2, col=2))
    cell = found.cell(2, 2)
    assert cell is not None
    assert (cell.text, cell.value, cell.value_type, cell.decimals) == ("3O.00", Decimal("30.00"), "amount", 2)
    assert table().value(2, 2) is None


def test_what_follows_from_a_value_follows() -> None:
    raw = printed(
        "Grupo | Vigente | Devengado",
        "A | 10.00 | 5.00",
        "B | 20.00 | 6.0O",
        "C | 30.00 | 7.00",
        "Total | 60.00 | 18.00",
    )
    total = table(correction("value", "6.00", "6.0O", row=2, col=2), raw=raw).rows[-1]
    assert (total.parts, total.judged) == ((1, 2, 3), (1, 2))


def test_a_row_has_the_role_that_it_is_given_and_sums_what_it_may() -> None:
    found = table(correction("row_role", "total", "Suma general | 400.00 | 80.00", row=3))
    assert (found.rows[3].role, found.rows[3].parts) == ("total", (1, 2))
    assert (table().rows[3].role, table().rows[3].parts) == ("detail", ())


def test_a_row_that_looks_like_a_group_stays_what_it_is_given() -> None:
    rows = (
        "Grupo | Vigente",
        "PERSONAL | 30.00",
        "Sueldos | 10.00",
        "Becas | 20.00",
        "OTROS | 7.00",
        "Viajes | 3.00",
        "Papel | 4.00",
    )
    raw = printed(*rows, bold=(0, 1, 4))
    assert table(raw=raw).rows[1].role == "subtotal"
    assert table(correction("row_role", "detail", "PERSONAL | 30.00", row=1), raw=raw).rows[1].role == "detail"


def test_a_row_may_become_a_header_or_stop_being_one() -> None:
    as_header = table(correction("row_role", "header", "Servicios | 100.00 | 50.00", row=1))
    assert (as_header.n_header_rows, as_header.rows[1].role, as_header.value(1, 1)) == (2, "header", None)
    body = table(correction("row_role", "detail", "Grupo | Vigente | Devengado", row=0))
    assert (body.n_header_rows, body.rows[0].role) == (0, "detail")


def test_a_column_has_the_role_that_it_is_given() -> None:
    raw = printed("Grupo | Vigente | Girado", "A | 10.00 | 5.00", "B | 20.00 | 6.00")
    assert table(raw=raw).columns[2].role == "other"
    found = table(correction("column_role", "pagado", "Girado", col=2), raw=raw).columns[2]
    assert (found.role, found.phase) == ("pagado", "pagado")


def test_a_column_of_percentages_has_percentages() -> None:
    raw = printed("Grupo | Vigente | Avance", "A | 10.00 | 5", "B | 20.00 | 6")
    found = table(correction("column_role", "pct", "Avance", col=2), raw=raw)
    assert [c.value_type for c in found.cells if c.col == 2 and c.row] == ["percent", "percent"]


@pytest.mark.parametrize(
    ("what", "after"), [("number", "Tabla No. 7"), ("title", "Otra"), ("unit", "GTQ_thousands"), ("kind", "renglon")]
)
def test_a_caption_says_what_it_is_given(what: str, after: str) -> None:
    found = table(correction(what, after, "Tabla No. 1 | Ejecución por grupo de gasto"))
    assert getattr(found, what) == after


def test_a_title_decides_the_kind_as_a_printed_one_would() -> None:
    raw = printed("Nombre | Vigente", "A | 10.00", "B | 20.00", caption=("Tabla No. 2", "Anexo"))
    found = table(correction("title", "Ejecución por departamento", "Tabla No. 2 | Anexo"), raw=raw)
    assert (table(raw=raw).kind, found.kind) == ("other", "ubicacion_geografica")


def test_a_row_is_the_place_that_it_is_given() -> None:
    raw = printed("Departamento | Vigente", "Guatemala | 10.00", "Quihce Norte | 20.00", "Zacapa | 5.00")
    assert table(raw=raw).rows[2].department_code is None
    found = table(correction("department", "14", "Quihce Norte | 20.00", row=2), raw=raw).rows[2]
    assert (found.department_code, found.iso_3166_2, found.municipality_code) == ("14", "GT-14", None)
    found = table(correction("municipality", "1401", "Quihce Norte | 20.00", row=2), raw=raw).rows[2]
    assert (found.department_code, found.municipality_code) == ("14", "1401")


def test_a_place_may_be_given_in_a_table_that_lists_none() -> None:
    found = table(correction("department", "01", "Servicios | 100.00 | 50.00", row=1))
    assert [row.department_code for row in found.rows] == [None, "01", None, None]


VALUE: dict[str, Any] = {"what": "value", "after": "30.00", "printed": "3O.00", "row": 2, "col": 2}
ROW: dict[str, Any] = {"what": "row_role", "after": "total", "printed": "Suma general | 400.00 | 80.00", "row": 3}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({**VALUE, "document_id": "scep-2021-c1-00000000"}, "el documento es doc-00000000, no scep-2021-c1-00000000"),
        ({**VALUE, "table": 2}, "el documento no tiene una tabla 2"),
        ({**VALUE, "row": 9}, "la tabla 1 no tiene fila 9"),
        ({**VALUE, "col": 9}, "la tabla 1 no tiene columna 9"),
        ({**VALUE, "printed": "30.00"}, "ahí está impreso «3O.00», no «30.00»"),
        ({**VALUE, "page": 2}, "eso está en la página 1, no en la 2"),
        ({**VALUE, "row": 0, "printed": "Devengado"}, "esa celda no puede tener una cifra"),
        ({**VALUE, "col": 0, "printed": "Becas"}, "esa celda no puede tener una cifra"),
        ({**ROW, "printed": "Suma"}, "ahí está impreso «Suma general | 400.00 | 80.00», no «Suma»"),
        ({**ROW, "after": "suma"}, "no se conoce «suma»"),
        ({**ROW, "what": "department", "after": "23"}, "no existe el código «23»"),
        ({**ROW, "what": "municipality", "after": "0199"}, "no existe el código «0199»"),
        ({"what": "department", "after": "01", "printed": "Grupo | Vigente | Devengado", "row": 0}, "no es un renglón"),
        ({"what": "column_role", "after": "gastado", "printed": "Devengado", "col": 2}, "no se conoce «gastado»"),
        (
            {"what": "column_role", "after": "vigente", "printed": "Devengado", "col": 2},
            "otra columna de la tabla ya es",
        ),
        (
            {"what": "unit", "after": "quetzales", "printed": "Tabla No. 1 | Ejecución por grupo de gasto"},
            "no es una unidad",
        ),
        (
            {"what": "unit", "after": "USD_millions", "printed": "Tabla No. 1 | Ejecución por grupo de gasto"},
            "no es una unidad",
        ),
        (
            {"what": "kind", "after": "grupo", "printed": "Tabla No. 1 | Ejecución por grupo de gasto"},
            "no se conoce «grupo»",
        ),
        ({"what": "kind", "after": "renglon", "printed": "Tabla No. 2"}, "ahí está impreso «Tabla No. 1 |"),
    ],
)
def test_what_does_not_fit_is_told_with_file_entry_and_reason(said: dict[str, Any], why: str) -> None:
    told = misfit(correction(**said))
    assert told.startswith("la corrección 1 de a.toml no corresponde a lo leído: ")
    assert why in told


def test_a_place_without_such_a_code_is_told_beside_corrections_that_fit() -> None:
    assert "«99»" in misfit(correction(**VALUE), correction("department", "99", "Becas | 300.00 | 3O.00", row=2))


def test_two_columns_may_change_their_roles_together() -> None:
    found = table(
        correction("column_role", "devengado", "Vigente", col=1),
        correction("column_role", "vigente", "Devengado", col=2),
    )
    assert [c.role for c in found.columns] == ["label", "devengado", "vigente"]


def test_a_table_without_caption_is_known_by_its_first_row() -> None:
    raw = printed("Grupo | Vigente", "A | 10.00")
    assert table(correction("kind", "renglon", "Grupo | Vigente"), raw=raw).kind == "renglon"


def test_what_was_read_before_is_kept() -> None:
    corrections = [correction(**VALUE), correction(**ROW)]
    said = applied(read(), corrections)
    assert said == (
        Applied("doc-00000000/t01", corrections[0], None),
        Applied("doc-00000000/t01", corrections[1], "detail"),
    )


def test_the_version_changes_with_all_that_a_correction_says_and_not_with_its_place_in_the_file() -> None:
    one = correction(**VALUE)
    assert version_with("1", []) == "1"
    assert version_with("1", [one]) != version_with("1", [correction(**{**VALUE, "after": "31.00"})])
    moved = correction(**VALUE, table=1)
    object.__setattr__(moved, "entry", 7)
    assert version_with("1", [one]) == version_with("1", [moved])
    two = correction(**ROW)
    assert version_with("1", [one, two]) == version_with("1", [two, one])
