import pytest

from rendicion_etl.normalize.classification import code_and_label


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("grupo_gasto", "Grupo 0", ("0", "Grupo 0")),
        ("grupo_gasto", "Grupo 0 Servicios Personales", ("0", "Servicios Personales")),
        ("grupo_gasto", 'GRUPO 3: "Propiedad, Planta y Equipo"', ("3", "Propiedad, Planta y Equipo")),
        ("grupo_gasto", "Grupo de Gasto 100 - Servicios no Personales", ("1", "Servicios no Personales")),
        ("grupo_gasto", "0 Servicios Personales", ("0", "Servicios Personales")),
        ("fuente_financiamiento", "11 Ingresos corrientes", ("11", "Ingresos corrientes")),
        ("fuente_financiamiento", "11", ("11", "11")),
        ("renglon", "072 Bonificación anual (Bono 14)", ("072", "Bonificación anual (Bono 14)")),
        ("renglon", "011", ("011", "011")),
        ("unidad_ejecutora", "Unidad de Administración Central (201)", ("201", "Unidad de Administración Central")),
        ("metas_fisicas", "6300000001", ("6300000001", "6300000001")),
        ("region", "Región VII Noroccidente", ("VII", "Región VII Noroccidente")),
        ("ubicacion_geografica", "0101 - Guatemala", ("0101", "Guatemala")),
    ],
)
def test_codes_printed_in_the_label(kind: str, label: str, expected: tuple[str, str]) -> None:
    assert code_and_label(kind, "", label) == expected
    assert code_and_label(kind, None, f"  {label.replace(' ', '  ')} ") == expected


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("renglon", "011", "011"),
        ("renglon", "0", "0"),
        ("metas_fisicas", "6300000001", "6300000001"),
        ("metas_fisicas", "11-00-000-001-000", "11-00-000-001-000"),
        ("programa", "01", "01"),
        ("grupo_gasto", "Grupo 0", "0"),
        ("grupo_gasto", "000", "0"),
        ("grupo_gasto", "900", "9"),
        ("region", "VII", "VII"),
        ("other", "A-7", "A-7"),
    ],
)
def test_a_printed_code_is_kept_with_its_zeros(kind: str, code: str, expected: str) -> None:
    assert code_and_label(kind, code, "Personal permanente") == (expected, "Personal permanente")


@pytest.mark.parametrize(
    ("kind", "label", "code"),
    [
        ("grupo_gasto", "SERVICIOS PERSONALES", "0"),
        ("grupo_gasto", "Transferencias de Capital", "5"),
        ("fuente_financiamiento", "Ingresos Corrientes", "11"),
        ("finalidad", "Educación", "10"),
        ("funcion", "Vivienda", "1106"),
    ],
)
def test_a_label_that_is_a_name_of_the_catalogue_gets_its_code(kind: str, label: str, code: str) -> None:
    assert code_and_label(kind, "", label) == (code, label)


def test_a_programme_has_a_code_only_within_its_institution() -> None:
    assert code_and_label("programa", "", "Actividades Centrales") == (None, "Actividades Centrales")
    assert code_and_label("programa", "", "Actividades Centrales", "maga") == ("01", "Actividades Centrales")
    assert code_and_label("programa", "", "Actividades Centrales", "sesan") == (None, "Actividades Centrales")


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("grupo_gasto", "TOTAL"),
        ("finalidad", "Servicios Administrativos de Consejos de Desarrollo"),
        ("fuente_financiamiento", "Ingresos"),
        ("programa", "2,500 familias atendidas"),
        ("programa", "100% de cobertura"),
        ("programa", "2020-2024 Plan estratégico"),
        ("renglon", "Bonificación anual (Bono 14)"),
        ("other", "2 escuelas"),
        ("text", "1. Introducción"),
        ("ubicacion_geografica", "Guatemala"),
    ],
)
def test_a_label_without_a_certain_code_keeps_none(kind: str, label: str) -> None:
    assert code_and_label(kind, "", label) == (None, label)


def test_a_word_in_the_code_column_is_the_label() -> None:
    assert code_and_label("renglon", "TOTAL", "") == (None, "TOTAL")
    assert code_and_label("renglon", "", "") == (None, None)
    assert code_and_label("renglon", None, None) == (None, None)


def test_a_code_without_a_label_is_the_label_too() -> None:
    assert code_and_label("renglon", "011", "") == ("011", "011")
