"""The code and the name of a row are those of the same department or municipality.

Codes are those of the Instituto Nacional de Estadística and of SICOIN (a department as the code of its capital or
with 00); names are compared without accents and case, with their usual spellings. The accused cell is the code,
unless another row prints the right code beside this very name: then it is the name.

Does not apply:
1. to a table whose codes are not those of places: fewer than three rows, or fewer than seven of ten, agree;
2. to a row whose code or name cannot be recognised with certainty;
3. to a column that only counts the rows: 1, 2, 3 ...

Legitimate reasons to fail: a code outside the official list, used by one institution for its own offices.

Example: 2201 stands beside Jalapa; 2201 is Jutiapa, Jalapa is 2101.

---
El código y el nombre de una fila son del mismo departamento o municipio.

Los códigos son los del Instituto Nacional de Estadística y los del Sicoin (un departamento lleva el código de su
cabecera, o termina en 00); los nombres se comparan sin tildes ni mayúsculas y se admiten sus grafías usuales. Se señala
el código, salvo que otra fila traiga el código correcto junto a ese mismo nombre: entonces se señala el nombre.

No se aplica:
1. a una tabla cuyos códigos no son de lugares: concuerdan menos de tres filas, o menos de siete de cada diez;
2. a una fila cuyo código o nombre no se puede reconocer con certeza;
3. a una columna que solo cuenta las filas: 1, 2, 3 ...

Razones legítimas para fallar: un código fuera de la lista oficial que una institución usa para sus propias sedes.

Ejemplo: junto a Jalapa está el código 2201, que es de Jutiapa; el de Jalapa es 2101.
"""

from __future__ import annotations

from dataclasses import dataclass

from rendicion_etl.checks.compare import Tally, name_of, place, role_of
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize import places
from rendicion_etl.normalize.geography import BY_KIND, is_counter
from rendicion_etl.normalize.model import Cell, Document, Table
from rendicion_etl.normalize.places import Place

ID, VERSION = "geography.code_name", "1"
ENOUGH_ROWS, ENOUGH_SHARE = 3, 0.7


@dataclass(frozen=True, slots=True)
class Pair:
    """A row's code and name with the places that they mean."""

    code: Cell
    name: Cell
    by_code: Place
    by_name: Place

    @property
    def agrees(self) -> bool:
        return _key(self.by_code) == _key(self.by_name)


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    pairs = _pairs(table)
    agreeing = sum(p.agrees for p in pairs)
    if agreeing < ENOUGH_ROWS or agreeing < ENOUGH_SHARE * len(pairs):
        return tally.result("la tabla no imprime códigos y nombres de lugares")
    for pair in pairs:
        if pair.agrees:
            tally.ok()
        else:
            tally.fail(_finding(table, pair, pairs))
    return tally.result("")


def _pairs(table: Table) -> list[Pair]:
    code_col = table.first_column("code")
    label_col = table.first_column("label")
    level = BY_KIND.get(table.kind)
    if code_col is None or label_col is None or level == "region" or is_counter(table, code_col):
        return []
    out = []
    for row in table.rows:
        code, name = table.cell(row.row, code_col), table.cell(row.row, label_col)
        if row.role not in ("detail", "subtotal") or code is None or name is None:
            continue
        by_code = places.from_code(code.text, level)
        by_name = places.from_name(name.text, level, by_code.department_code if by_code else None) or places.from_name(
            name.text, level
        )
        if by_code and by_name and by_code.kind == by_name.kind:
            out.append(Pair(code, name, by_code, by_name))
    return out


def _key(place_: Place) -> str | None:
    return place_.municipality_code or place_.department_code


def _finding(table: Table, pair: Pair, pairs: list[Pair]) -> Finding:
    elsewhere = any(p.agrees and _key(p.by_name) == _key(pair.by_name) for p in pairs)
    accused, other = (pair.name, pair.code) if elsewhere else (pair.code, pair.name)
    right = _name(pair.by_code) if elsewhere else _key(pair.by_name)
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="warning",
        place=place(table, accused),
        printed=None,
        expected=None,
        tolerance=None,
        printed_text=accused.text,
        expected_text=right,
        message_es=(
            f"{name_of(table)}: el código {pair.code.text} es de {_name(pair.by_code)}, pero está junto a "
            f"«{pair.name.text}» ({_key(pair.by_name)})."
        ),
        message_en=(
            f"{name_of(table)}: code {pair.code.text} is {_name(pair.by_code)}'s, but stands beside "
            f"“{pair.name.text}” ({_key(pair.by_name)})."
        ),
        related=(place(table, other),),
        column_role=role_of(table, accused),
    )


def _name(place_: Place) -> str | None:
    if place_.municipality_code:
        return places.municipality_name(place_.municipality_code)
    return places.department_name(place_.department_code or "")
