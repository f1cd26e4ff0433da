import re
from collections import Counter
from importlib.resources import files

import pytest

from rendicion_etl import catalogs
from rendicion_etl.normalize.text import fold, key


@pytest.mark.parametrize("name", catalogs.TABLES)
def test_every_table_has_its_columns_and_no_stray_space(name: str) -> None:
    rows = catalogs.table(name)
    assert rows
    for row in rows:
        assert set(row) == set(catalogs.TABLES[name])
        for value in row.values():
            assert value == re.sub(r"\s+", " ", value).strip()


def test_every_file_of_the_folder_is_declared() -> None:
    folder = files(catalogs)
    assert {f.name for f in folder.iterdir() if f.name.endswith(".csv")} == {f"{n}.csv" for n in catalogs.TABLES}
    words = folder.joinpath("vocabulary").iterdir()
    assert {f.name for f in words} == {f"{n}.toml" for n in catalogs.VOCABULARIES}


@pytest.mark.parametrize("name", catalogs.TABLES)
def test_every_file_is_described_with_its_source(name: str) -> None:
    assert f"{name}.csv" in files(catalogs).joinpath("README.md").read_text(encoding="utf-8")


def test_a_file_with_other_columns_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "TABLES", {"regions": ("code", "name")})
    catalogs.table.cache_clear()
    with pytest.raises(ValueError, match=r"regions\.csv: columns are"):
        catalogs.table("regions")
    catalogs.table.cache_clear()


def test_an_unknown_vocabulary_is_told() -> None:
    with pytest.raises(ValueError, match="no vocabulary 'nada'"):
        catalogs.vocabulary("nada")


@pytest.mark.parametrize("name", ["departments", "municipalities", "regions", "renglones", "finalidades", "funciones"])
def test_no_code_twice(name: str) -> None:
    assert [c for c, n in Counter(r["code"] for r in catalogs.table(name)).items() if n > 1] == []


@pytest.mark.parametrize("name", ["institutions", "grupos_gasto", "fuentes_financiamiento", "finalidades", "funciones"])
def test_no_name_twice(name: str) -> None:
    assert [k for k, n in Counter(key(r["name"]) for r in catalogs.table(name)).items() if n > 1] == []


def test_a_code_of_two_names_is_shown_by_the_first() -> None:
    assert catalogs.by_code("grupos_gasto")["5"]["name"] == "Transferencias de Capital"


def test_the_country_has_22_departments_340_municipalities_and_8_regions() -> None:
    departments = catalogs.by_code("departments")
    assert len(departments) == 22
    assert len(catalogs.by_code("municipalities")) == 340
    assert len(catalogs.by_code("regions")) == 8
    assert {r["iso_3166_2"] for r in departments.values()} == {f"GT-{code}" for code in departments}
    assert {r["region_code"] for r in departments.values()} == set(catalogs.by_code("regions"))
    for row in catalogs.table("municipalities"):
        assert row["code"][:2] == row["department_code"]


def test_municipalities_are_numbered_without_gaps() -> None:
    per_department = Counter(r["department_code"] for r in catalogs.table("municipalities"))
    for department, n in per_department.items():
        assert {f"{department}{i:02}" for i in range(1, n + 1)} <= set(catalogs.by_code("municipalities"))


def test_other_spellings_lead_to_known_places_and_repeat_no_official_name() -> None:
    tables = {"department": "departments", "municipality": "municipalities", "region": "regions"}
    seen = Counter((r["level"], key(r["name"])) for r in catalogs.table("place_names"))
    assert [s for s, n in seen.items() if n > 1] == []
    for row in catalogs.table("place_names"):
        known = catalogs.by_code(tables[row["level"]])
        assert row["code"] in known
        assert (row["level"], key(row["name"])) not in {(row["level"], key(r["name"])) for r in known.values()}
        assert row["why"] in {"sicoin", "common", "misspelling", "abbreviation"}


def test_codes_point_to_codes_that_exist() -> None:
    assert {r["grupo"] for r in catalogs.table("renglones")} <= set(catalogs.by_code("grupos_gasto"))
    assert {r["code"][0] for r in catalogs.table("renglones")} <= set(catalogs.by_code("grupos_gasto"))
    assert {r["finalidad"] for r in catalogs.table("funciones")} <= set(catalogs.by_code("finalidades"))
    assert {r["entity_code"] for r in catalogs.table("programas")} <= set(catalogs.by_code("entities"))
    acronyms = {r["acronym"] for r in catalogs.table("institutions")}
    assert {r["acronym"] for r in catalogs.table("entities")} - {""} <= acronyms


def test_acronyms_are_safe_as_folder_names() -> None:
    for row in catalogs.table("institutions"):
        assert re.fullmatch(r"[A-Z0-9-]+", row["acronym"])


# ---------------------------------------------------------------- vocabularies

SHAPES = {
    "institutions": {"labels", "report_words", "bodies"},
    "kinds": {"kind", "words"},
    "periods": {"months", "ordinals", "units", "ranges", "phrases"},
    "places": {"department_prefixes", "municipality_prefixes", "region_prefixes", "abbreviations", "all_departments"},
    "statements": {
        "concepts",
        "part",
        "scales",
        "numerals",
        "percentages",
        "counts",
        "lines",
        "plain",
        "passage",
        "sentences",
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_vocabularies_have_known_keys_only(name: str) -> None:
    assert set(catalogs.vocabulary(name)) == SHAPES[name]


def test_kinds_have_known_keys_only() -> None:
    for kind in catalogs.vocabulary("kinds")["kind"]:
        assert set(kind) == {"name", "caption", "header", "caption_decides", "header_decides", "money"}


def _lists(value: object) -> list[list[str]]:
    if isinstance(value, dict):
        return [found for part in value.values() for found in _lists(part)]
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return [value]
    return [found for part in value for found in _lists(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", SHAPES)
def test_words_are_written_folded_and_no_list_names_one_twice(name: str) -> None:
    lists = _lists(dict(catalogs.vocabulary(name)))
    assert lists
    for words in lists:
        assert len(words) == len(set(words))
        for word in words:
            if not re.fullmatch(r"[A-Z][0-9]|Y", word):
                assert word == fold(word)


def test_no_word_means_two_months_or_two_numbers() -> None:
    for group in ("months", "ordinals"):
        words = [w for words in catalogs.vocabulary("periods")[group].values() for w in words]
        assert len(words) == len(set(words))


def test_no_header_word_stands_for_two_kinds() -> None:
    words = Counter(h for kind in catalogs.vocabulary("kinds")["kind"] for h in kind["header"])
    assert [w for w, n in words.items() if n > 1] == []
