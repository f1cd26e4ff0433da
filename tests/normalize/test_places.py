import pytest

from rendicion_etl import catalogs
from rendicion_etl.normalize import places
from rendicion_etl.normalize.places import Place, from_code, from_name
from rendicion_etl.normalize.text import fold

PETEN = Place("department", "17", None, "VIII", "GT-17")


def codes(place: Place | None) -> tuple[str | None, ...] | None:
    return place and (place.kind, place.department_code, place.municipality_code, place.region_code)


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize("code", ["17", "1700", "GT-17", "GT17", "GT-PE", " 17 "])
def test_codes_that_name_a_department_in_any_table(code: str) -> None:
    assert from_code(code) == PETEN
    assert from_code(code, "municipality") == PETEN


@pytest.mark.parametrize(("code", "department"), [("101", "01"), ("0101", "01"), ("2201", "22"), ("1701", "17")])
def test_the_code_of_a_capital_is_the_department_only_in_a_table_by_department(code: str, department: str) -> None:
    assert codes(from_code(code, "department")) == ("department", department, None, places.region_of(department))
    for level in ("municipality", None):
        place = from_code(code, level)  # type: ignore[arg-type]
        assert place is not None
        assert place.municipality_code == department + "01"


@pytest.mark.parametrize(("code", "department"), [("100", "01"), ("0100", "01"), ("900", "09"), ("2200", "22")])
def test_sicoin_writes_a_department_with_00(code: str, department: str) -> None:
    place = from_code(code)
    assert place is not None
    assert (place.kind, place.department_code) == ("department", department)


@pytest.mark.parametrize(
    ("code", "department", "region"),
    [("199", "01", "I"), ("2299", "22", "IV"), ("3000", None, None), ("3400", None, "IV"), ("3412", None, "IV"),
     ("3800", None, None), ("3900", None, None)],
)  # fmt: skip
def test_codes_of_several_places_are_special(code: str, department: str | None, region: str | None) -> None:
    assert codes(from_code(code, "department")) == ("special", department, None, region)


@pytest.mark.parametrize(
    "code", ["", "TOTAL", "00", "23", "0118", "2318", "9999", "0000", "12345", "1.5", "GT-23", "VI", "7"]
)
def test_what_is_no_code_of_a_place_is_none(code: str) -> None:
    assert from_code(code) is None


def test_one_digit_counts_rows_unless_the_table_is_by_department() -> None:
    assert from_code("5") is None
    assert codes(from_code("5", "department")) == ("department", "05", None, "V")


@pytest.mark.parametrize("code", ["VII", "vii", "7", "07", "VII."])
def test_numbers_of_regions(code: str) -> None:
    assert from_code(code, "region") == Place("region", region_code="VII")


@pytest.mark.parametrize("code", ["IX", "9", "0", "101", ""])
def test_there_are_eight_regions(code: str) -> None:
    assert from_code(code, "region") is None


# ---------------------------------------------------------------- departments


@pytest.mark.parametrize("row", catalogs.table("departments"), ids=lambda row: row["name"])
@pytest.mark.parametrize("form", [str, str.upper, fold, lambda name: fold(name).upper()])
def test_every_department_with_and_without_accents_and_in_capitals(row: catalogs.Record, form: type[str]) -> None:
    place = from_name(form(row["name"]))
    assert place is not None
    assert (place.kind, place.department_code, place.iso_3166_2) == ("department", row["code"], row["iso_3166_2"])


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Quezaltenango", "09"), ("El Quiché", "14"), ("EL PETEN", "17"), ("Huehue", "13"), ("Progreso", "02"),
        ("Sta. Rosa", "06"), ("Sta Rosa", "06"), ("S. Marcos", "12"), ("Sn. Marcos", "12"),
        ("Quetzalt.", "09"), ("Suchitep.", "10"), ("Chimalt.", "04"), ("El Prog.", "02"), ("Totonic.", "08"),
        ("Huehuet.", "13"), ("Baja V.", "15"), ("Alta V.", "16"), ("Sacatep.", "03"),
        ("Quetzal tenango", "09"), ("Quetzal-\ntenango", "09"), ("101 Guatemala", "01"), ("14. Quiché", "14"),
    ],
)  # fmt: skip
def test_other_spellings_and_abbreviations(printed: str, code: str) -> None:
    place = from_name(printed)
    assert place is not None
    assert (place.kind, place.department_code) == ("department", code)


@pytest.mark.parametrize(
    ("printed", "code"),
    [("Quetzatlenango", "09"), ("Sacatepeques", "03"), ("Totonicapam", "08"), ("Huehuetenago", "13")],
)
def test_one_slip_in_a_long_name(printed: str, code: str) -> None:
    place = from_name(printed)
    assert place is not None
    assert place.department_code == code


@pytest.mark.parametrize("printed", ["Jalpa", "Solalá", "Peté", "Chiquimulill", "Sacatenango", "Santa Luisa"])
def test_a_short_or_distant_name_is_not_guessed(printed: str) -> None:
    assert from_name(printed, "department") is None


def test_an_abbreviation_of_several_names_is_not_guessed() -> None:
    assert from_name("San M.") is None  # San Marcos, San Mateo
    assert from_name("A.V.") is None  # two letters say too little
    assert codes(from_name("San Pedro Sac.", department="12")) == ("municipality", "12", "1202", "VI")


@pytest.mark.parametrize(
    "printed",
    [
        "Depto. de Petén", "DEPARTAMENTO DE PETEN", "Departamento del Petén", "Dpto Petén", "CODEDE Petén",
        "Consejo Departamental de Desarrollo de Petén", "Gobernación Departamental de Petén",
    ],
)  # fmt: skip
def test_words_before_the_name_of_a_department(printed: str) -> None:
    assert from_name(printed) == PETEN


@pytest.mark.parametrize(
    "printed",
    [
        "", "TOTAL", "Total general", "Subtotal", "Total Guatemala", "Multimunicipal", "MULTIREGIONAL", "Varios",
        "Nivel central", "MULTIDEPARTAMENTAL REGION II", "Servicios en el exterior", "Deuda pública",
        "Departamento de Tránsito", "Gobernación", "Talleres en Petén y Zacapa", "Región", "Norte", "Central",
    ],
)  # fmt: skip
def test_what_names_no_single_place_is_none(printed: str) -> None:
    assert from_name(printed) is None


# ---------------------------------------------------------------- municipalities


@pytest.mark.parametrize("row", catalogs.table("municipalities"), ids=lambda row: row["code"])
def test_every_municipality_inside_its_department(row: catalogs.Record) -> None:
    for name in (row["name"], fold(row["name"]).upper()):
        place = from_name(name, "municipality", row["department_code"])
        assert place is not None
        assert place.municipality_code == row["code"]


@pytest.mark.parametrize("name", ["Guatemala", "Jutiapa", "ESCUINTLA", "San Marcos"])
def test_a_name_of_both_is_the_department_unless_the_table_is_by_municipality(name: str) -> None:
    department, municipality = from_name(name), from_name(name, "municipality")
    assert department is not None
    assert department.kind == "department"
    assert municipality is not None
    assert municipality.municipality_code == f"{department.department_code}01"


@pytest.mark.parametrize("name", ["La Democracia", "San José", "San Lorenzo", "Santa Bárbara", "La Libertad"])
def test_a_name_of_several_municipalities_needs_its_department(name: str) -> None:
    assert from_name(name) is None
    assert from_name(name, "municipality") is None
    homes = [r for r in catalogs.table("municipalities") if r["name"] == name]
    assert len(homes) == 2
    for home in homes:
        place = from_name(name, "municipality", home["department_code"])
        assert place is not None
        assert place.municipality_code == home["code"]
    assert from_name(name, "municipality", "08") is None


@pytest.mark.parametrize(
    "printed",
    ["La Democracia, Huehuetenango", "La Democracia (Huehuetenango)", "Huehuetenango / La Democracia",
     "Municipio de La Democracia, Huehuetenango"],
)  # fmt: skip
def test_the_department_may_be_printed_beside_the_municipality(printed: str) -> None:
    assert codes(from_name(printed)) == ("municipality", "13", "1312", "VII")


def test_a_list_of_places_is_not_one_place() -> None:
    assert from_name("Chimaltenango, Escuintla") is None
    assert from_name("Patzicía, Acatenango, Pochuta") is None


@pytest.mark.parametrize(("printed", "code"), [("PETAPA", "0117"), ("IXCAN", "1420"), ("Tecpán", "0406")])
def test_sicoin_and_common_names_of_municipalities(printed: str, code: str) -> None:
    place = from_name(printed, "municipality")
    assert place is not None
    assert place.municipality_code == code


def test_the_level_of_the_table_is_kept() -> None:
    assert from_name("Mixco", "department") is None
    assert from_name("Petén", "municipality") is None
    assert from_name("Municipio de Mixco", "department") is None
    assert from_name("Departamento de Zacapa", "municipality") is None


# ---------------------------------------------------------------- regions


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Región I Metropolitana", "I"), ("REGION VI SUR OCCIDENTE", "VI"), ("Región VIII - El Petén", "VIII"),
        ("Región Norte", "II"), ("Región VII", "VII"), ("Región 3. Nororiente", "III"), ("Región V: Central", "V"),
    ],
)  # fmt: skip
def test_regions_that_say_so(printed: str, code: str) -> None:
    assert from_name(printed) == Place("region", region_code=code)
    assert from_name(printed, "department") is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Nororiente", "III"), ("Nor-occidente", "VII"), ("Sur Oriente", "IV"), ("PETEN", "VIII"), ("II", "II"),
        ("Norte (II)", "II"), ("Metropolitana", "I"),
    ],
)  # fmt: skip
def test_names_in_a_table_by_region(printed: str, code: str) -> None:
    assert places.region_from_name(printed) == code
    assert from_name(printed, "region") == Place("region", region_code=code)


@pytest.mark.parametrize("printed", ["Región VII Nororiente", "Región I Oriente", "Oriente", "I - X", "Total", ""])
def test_a_region_that_contradicts_itself_or_is_unknown_is_none(printed: str) -> None:
    assert places.region_from_name(printed) is None


def test_number_and_name_of_a_region_can_be_compared() -> None:
    assert places.region_parts("Región VII Nororiente") == ("VII", "III")
    assert places.region_parts("Región Norte") == (None, "II")
    assert places.region_parts("IV") == ("IV", None)


# ---------------------------------------------------------------- back to names


def test_from_codes_back_to_names() -> None:
    assert places.department_name("14") == "Quiché"
    assert places.municipality_name("1401") == "Santa Cruz del Quiché"
    assert places.region_name("VI") == "Suroccidente"
    assert places.region_of("02") == "III"
    assert places.departments_of("II") == ("15", "16")


def test_unknown_codes_have_no_name() -> None:
    assert places.department_name("23") is None
    assert places.municipality_name("0118") is None
    assert places.region_name("IX") is None
    assert places.region_of("") is None
    assert places.departments_of("IX") == ()


def test_every_department_is_in_exactly_one_region() -> None:
    inside = [d for r in catalogs.table("regions") for d in places.departments_of(r["code"])]
    assert sorted(inside) == [f"{n:02}" for n in range(1, 23)]
