"""What columns are: by the words of the header, by halves, by content; and the vocabulary itself."""

from __future__ import annotations

from printed import table
from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.model import PHASES
from rendicion_etl.normalize.text import squash


def roles(*rows: str, **kwargs: object) -> list[str]:
    return [c.role for c in table(*rows, **kwargs).columns]  # type: ignore[arg-type]


def test_header_words_give_the_phases() -> None:
    assert roles(
        "Código | Programa | Presupuesto Inicial | Modificaciones | Presupuesto Vigente | Presupuesto Ejecutado"
        " | % Ejec. | Saldo por devengar",
        "01 | Actividades Centrales | 10.00 | (1.00) | 9.00 | 3.00 | 33.33 | 6.00",
        "11 | Capital Humano | 20.00 | 1.00 | 21.00 | 7.00 | 33.33 | 14.00",
    ) == ["code", "label", "asignado", "modificaciones", "vigente", "devengado", "pct", "saldo"]


def test_a_header_broken_by_a_narrow_column_still_counts() -> None:
    assert roles(
        "Producto | Vigent e | Ejecutad o Cuatrime stre | % Ejecuc ión | Saldo por Ejecuta r",
        "Documento | Q 10.00 | Q 4.00 | 40% | Q 6.00",
    ) == ["label", "vigente", "devengado", "pct", "saldo"]


def test_modificado_is_the_change_beside_vigente_and_the_result_without_it() -> None:
    beside = ("Grupo | Asignado | Modificado | Vigente", "Grupo 0 | 5.00 | 1.00 | 6.00")
    alone = ("Grupo | Aprobado | Modificado | Devengado", "Grupo 0 | 5.00 | 6.00 | 2.00")
    assert roles(*beside) == ["label", "asignado", "modificaciones", "vigente"]
    assert roles(*alone) == ["label", "asignado", "vigente", "devengado"]


def test_a_physical_target_is_no_phase_of_the_money_beside_it() -> None:
    assert roles(
        "Producto | Meta inicial | Meta vigente | Presupuesto vigente | Devengado",
        "Documento | 12 | 10 | 100.00 | 40.00",
        "Evento | 36 | 30 | 200.00 | 80.00",
    ) == ["label", "count", "count", "vigente", "devengado"]


def test_the_physical_half_counts_and_keeps_its_phases() -> None:
    columns = table(
        "Producto | Financiero | < | Físico | < | <",
        "^ | Vigente | Ejecutado | Vigente | Ejecutado | % Ejecución",
        "Documento A | Q 10.00 | Q 4.00 | 12 | 4 | 33%",
        "Documento B | Q 20.00 | Q 8.00 | 336 | 112 | 33%",
        bold=(0, 1),
    ).columns
    assert [c.role for c in columns] == ["label", "vigente", "devengado", "count", "count", "count"]
    assert [c.phase for c in columns[3:]] == ["vigente", "devengado", None]
    assert [c.half for c in columns[1:]] == ["financial"] * 2 + ["physical"] * 3


def test_without_a_header_the_content_tells() -> None:
    rows = ("1 | Región Metropolitana | 25.68%", "2 | Región Norte | 28.23%", "3 | Región Nororiente | 28.42%")
    assert roles(*rows, bold=()) == ["code", "label", "pct"]


def test_vocabulary_has_no_word_twice_and_no_unknown_role() -> None:
    roles_ = vocabulary("columns")["roles"]
    assert set(roles_) <= {*PHASES, "pct", "code", "label", "count"}
    words = [squash(w) for words in roles_.values() for w in words]
    assert sorted(words) == sorted(set(words))
