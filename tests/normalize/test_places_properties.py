"""A place is found however its name is written, and no text at all raises or becomes a place that is not there."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rendicion_etl import catalogs
from rendicion_etl.normalize.places import Place, department, from_code, from_name

DEPARTMENTS = sorted((row["name"], row["code"]) for row in catalogs.table("departments"))


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


WRITTEN = st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase])
ACCENTS = st.sampled_from([str, without_accents, lambda text: unicodedata.normalize("NFD", text)])
LEVELS = st.sampled_from(["department", "municipality", "region", None])


@given(st.sampled_from(DEPARTMENTS), WRITTEN, ACCENTS, st.integers(0, 30), st.sampled_from([" ", "\n", "- "]))
def test_a_department_is_found_in_any_case_with_or_without_accents_and_broken_over_lines(
    place, case, accents, at, gap
) -> None:  # type: ignore[no-untyped-def]
    name, code = place
    printed = accents(case(name))
    at = at % len(printed)
    if printed[at:].strip() and printed[:at].strip() and unicodedata.combining(printed[at]) == 0:
        printed = printed[:at] + gap + printed[at:]
    found = from_name(printed, "department")
    assert found is not None, printed
    assert found.department_code == code


@given(st.sampled_from(DEPARTMENTS), st.sampled_from(["{}", "{}00", " {} ", "GT-{}", "gt{}"]))
def test_a_department_is_found_by_its_code(place: tuple[str, str], form: str) -> None:
    assert from_code(form.format(place[1]), "department") == department(place[1])


@given(st.one_of(st.text(max_size=30), st.text("0123456789gtGT-. IVXivx\u0301", max_size=8)), LEVELS)
def test_no_text_raises(text, level) -> None:  # type: ignore[no-untyped-def]
    for found in (from_code(text, level), from_name(text, level)):
        assert found is None or isinstance(found, Place)


@given(st.text("bcdfghjkmpqwxz", min_size=8, max_size=30))
def test_what_is_no_name_is_no_place(text: str) -> None:
    assert from_name(text) is None
