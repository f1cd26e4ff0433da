import pytest
from fake_pages import pages

from rendicion_etl.normalize.institution import Institution, identify

SESAN = Institution("sesan", "Secretaría de Seguridad Alimentaria y Nutricional")
MAGA = Institution("maga", "Ministerio de Agricultura, Ganadería y Alimentación")


def test_the_name_alone_on_the_title_page() -> None:
    title = (
        "INFORME DE RENDICIÓN DE CUENTAS\nPRIMER CUATRIMESTRE 2023\nSecretaría de Seguridad Alimentaria y Nutricional"
    )
    assert identify(pages(title)) == SESAN


@pytest.mark.parametrize(
    "line",
    [
        "Ministerio de Agricultura, Ganadería y Alimentación (MAGA)",
        "MINISTERIO DE AGRICULTURA, GANADERIA Y ALIMENTACION -MAGA-",
        "MAGA - Ministerio de Agricultura Ganadería y Alimentación",
        "Entidad institucional = 11130012-000 MINISTERIO DE AGRICULTURA, GANADERÍA Y ALIMENTACIÓN",
        "Ministerio de Agricultura, Gana dería y Alimentación",
        "Informe de rendición de cuentas del Ministerio de Agricultura, Ganadería y Alimentación 2024",
    ],
)
def test_forms_of_the_name_in_one_line(line: str) -> None:
    assert identify(pages(f"{line}\n2024")) == MAGA


def test_a_name_wrapped_over_several_lines() -> None:
    assert identify(pages("MINISTERIO DE AGRICULTURA,\nGANADERÍA Y\nALIMENTACIÓN\n-MAGA-\n2024")) == MAGA


def test_other_institutions_in_tables_and_sentences_do_not_count() -> None:
    body = """
        Secretaría de Seguridad Alimentaria y Nutricional
        Delegación de competencias por ministerios
        Ministerio de Gobernación
        Ministerio de Gobernación
        Ministerio de Educación
        Reprogramación de cuota con el Ministerio de Finanzas Públicas en el segundo mes del año.
        Fuente: Ministerio de Finanzas Públicas
    """
    title = "Secretaría de Seguridad Alimentaria y Nutricional\nPRIMER CUATRIMESTRE 2023"
    assert identify(pages(title, body, body.replace("Educación", "Economía"))) == SESAN


def test_a_running_header_is_enough() -> None:
    header = "Secretaría de Seguridad Alimentaria y Nutricional\n"
    assert identify(pages("Índice", header + "1. Presupuesto", header + "2. Metas", header + "3. Anexos")) == SESAN


def test_the_acronym_alone_does_not_decide() -> None:
    assert identify(pages("SESAN\n2023")) is None


def test_names_only_inside_the_body_do_not_decide() -> None:
    assert identify(pages("Informe\n2023", "Ministerio de Gobernación", "Cuadro 1")) is None


def test_two_institutions_of_equal_weight_are_not_guessed() -> None:
    assert identify(pages("Ministerio de Gobernación\nMinisterio de Educación\n2023")) is None


def test_no_pages_and_pages_without_text_are_none() -> None:
    assert identify([]) is None
    assert identify(pages("", "")) is None


def test_an_institution_outside_the_catalogue_by_its_printed_acronym() -> None:
    title = "Instituto Nacional de Ciencias Forenses\nde Guatemala (INACIF)\nRendición de cuentas 2023"
    assert identify(pages(title)) == Institution("inacif", "Instituto Nacional de Ciencias Forenses de Guatemala")


@pytest.mark.parametrize(
    "title",
    [
        "Instituto Nacional de Ciencias Forenses\n2023",  # no acronym
        "Sistema de Contabilidad Integrada (SICOIN)\n2023",  # not a public body
        "Municipalidad de Chiantla\n2023",  # no acronym
        "Instituto Nacional de Ciencias Forenses (XYZ)\n2023",  # not an acronym of this name
        "Comisión Nacional de Alfalfa y Café (CNA)\n2023",  # the acronym of another body of the catalogue
    ],
)
def test_what_the_title_does_not_say_clearly_is_none(title: str) -> None:
    assert identify(pages(title)) is None


def test_a_printed_acronym_unlike_the_official_one_does_not_change_the_slug() -> None:
    title = "Ministerio de Comunicaciones, Infraestructura y Vivienda (MICIVI)\n2022"
    found = identify(pages(title))
    assert found is not None
    assert found.slug == "civ"


def test_a_slug_from_the_page_is_safe_as_a_folder_name() -> None:
    assert identify(pages("Autoridad para el Año Nuevo (APAÑ)")) == Institution("apan", "Autoridad para el Año Nuevo")
    assert identify(pages("Autoridad para el Año Nuevo (../APAÑ)")) == Institution(
        "apan", "Autoridad para el Año Nuevo"
    )
