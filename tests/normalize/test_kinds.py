import pytest

from rendicion_etl import catalogs
from rendicion_etl.normalize.kinds import classify

MONEY = ["Vigente", "Devengado", "% Ejecución"]


@pytest.mark.parametrize(
    ("caption", "header", "kind"),
    [
        ("Ejecución Financiera por Grupo de Gasto", "Grupo de Gastos", "grupo_gasto"),
        ("Ejecución presupuestaria por grupo de gasto", "Grupo", "grupo_gasto"),
        ("Ejecución de gastos por grupo y renglón", "RENGLON", "renglon"),
        ('Ejecución Presupuestaria Grupo de Gasto 0 "Servicios Personales"', "Renglones Grupo 0", "renglon"),
        ("Ejecución financiera del grupo 4 Transferencias Corrientes", "Renglones", "renglon"),
        ("Ejecución por Fuente de Financiamiento", "Fuente", "fuente_financiamiento"),
        ("Presupuesto Asignado y Ejecutado por Finalidad", "Finalidad", "finalidad"),
        ("Ejecución por finalidad y función", "Función", "funcion"),
        ("Ejecución por programa presupuestario", "Programa", "programa"),
        ("Ejecución Presupuestaria por Programa", "Estructura programática", "programa"),
        ("Ejecución por producto y subproducto", "Producto", "producto"),
        ("Ejecución Presupuestaria por Unidad Ejecutora", "UNIDAD EJECUTORA", "unidad_ejecutora"),
        ("Distribución geográfica del presupuesto por departamento", "Departamento", "ubicacion_geografica"),
        ("Ejecución Presupuestaria por Ubicación Geográfica", "Ubicación", "ubicacion_geografica"),
        ("Ejecución Presupuestaria por Región", "Región", "region"),
        ("Distribución geográfica del presupuesto por región", "Región", "region"),
        ("Presupuesto ejecutado por municipio", "Municipio", "municipal"),
        ("Reporte de Transferencias a Consejos Departamentales por departamento", "Departamento", "transferencias"),
    ],
)
def test_caption_and_header_name_the_kind(caption: str, header: str, kind: str) -> None:
    assert classify([caption, "En Quetzales"], [header, *MONEY]) == kind
    assert classify([caption.upper(), "Primer cuatrimestre 2021"], [header.upper(), *MONEY]) == kind


def test_a_table_by_region_and_department_lists_departments() -> None:
    heads = ["Región", "Departamento", *MONEY]
    for caption in ("Presupuesto por región y departamento", "Distribución geográfica por región y departamento", ""):
        assert classify([caption], heads) == "ubicacion_geografica"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Grupo de Gasto", *MONEY], "grupo_gasto"),
        (["Código", "Fuente", *MONEY], "fuente_financiamiento"),
        (["Departamento", *MONEY], "ubicacion_geografica"),
        (["Código", "Municipio", "Familias", "Monto entregado"], "municipal"),
        (["No.", "Producto", "Financiero Vigente", "Financiero Ejecutado", "Físico Meta", "Físico %"], "metas_fisicas"),
    ],
)
def test_headers_alone(headers: list[str], kind: str) -> None:
    assert classify([], headers) == kind


@pytest.mark.parametrize(
    ("caption", "kind"),
    [
        ("Ejecución Presupuestaria por Región", "region"),
        ("Ejecución de gastos por grupo y renglón", "renglon"),
        ("Entidad, estrategia programática, vinculación y presupuesto físico y financiero", "metas_fisicas"),
    ],
)
def test_captions_alone(caption: str, kind: str) -> None:
    assert classify([caption], []) == kind


@pytest.mark.parametrize(
    ("caption", "headers"),
    [
        ("Mujeres atendidas por departamento", ["Departamento", "Casos atendidos"]),
        ("Monitoreos por Departamento y Municipio", ["Departamento/ Municipios", "No. de Monitoreo"]),
        ("Asistentes a eventos\nConsulta de metas ejecutadas", ["CÓDIGO", "DEPARTAMENTO", "ASISTENTES"]),
        ("Beneficiarios por grupo etario", ["Grupo", "Mujeres", "Hombres"]),
        ("Ruta de trabajo", ["No.", "Fecha", "Departamento", "Equipos municipales", "Participante"]),
    ],
)
def test_people_and_events_counted_by_place_are_other(caption: str, headers: list[str]) -> None:
    assert classify(caption.split("\n"), headers) == "other"


def test_a_table_of_words_is_text() -> None:
    assert classify(["Riesgos identificados"], ["Riesgo", "Efecto", "Medida adoptada"]) == "text"
    assert classify(["Acuerdos"], ["Tema", "Nota"], has_numbers=False) == "text"
    assert classify(["Acuerdos"], ["Tema", "Nota"], has_numbers=True) == "other"


def test_the_name_of_the_institution_in_the_caption_says_nothing() -> None:
    name = "Instituto de Fomento Municipal"
    assert classify([name, "Ejecución por Grupo de Gasto"], ["Grupo", *MONEY]) == "grupo_gasto"
    assert classify(["Ministerio de Finanzas Públicas"], ["Departamento", "Talleres"]) == "other"


def test_dynamic_groups_of_sicoin_are_not_groups_of_expenditure() -> None:
    caption = ["Ejecución por Fuente de Financiamiento", "Ejecución del Presupuesto (Grupos Dinámicos)"]
    assert classify(caption, ["CÓDIGO", "FUENTE DE FINANCIAMIENTO", *MONEY]) == "fuente_financiamiento"


def test_codes_speak_where_words_are_silent() -> None:
    assert classify([], ["Código", "Descripción", *MONEY], ["011", "012", "029", ""]) == "renglon"
    assert classify([], ["Código", "Nombre", *MONEY], ["101", "201", "2201"]) == "ubicacion_geografica"
    assert classify([], ["Código", "Nombre", *MONEY], ["01", "11", "12"]) == "other"
    assert classify([], ["Código", "Nombre", *MONEY], ["011", "012"]) == "other"


def test_nothing_known_is_other() -> None:
    assert classify([], []) == "other"


def test_every_kind_of_the_vocabulary_is_one_of_the_contract() -> None:
    named_by_words = """
        grupo_gasto renglon fuente_financiamiento finalidad funcion programa producto unidad_ejecutora
        ubicacion_geografica region municipal transferencias metas_fisicas
    """
    listed = [kind["name"] for kind in catalogs.vocabulary("kinds")["kind"]]
    assert set(listed) == set(named_by_words.split())
    assert len(listed) == len(set(listed))
