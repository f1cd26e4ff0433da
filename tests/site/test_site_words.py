"""Texts exist in both languages with the same blanks; numbers and dates are written as in Guatemala."""

from __future__ import annotations

import datetime as dt
import re
import string
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import rendicion_etl.site
from rendicion_etl.curated.field import KINDS, PERIODS
from rendicion_etl.site.words import Words, money, percent, plain

HOME = Path(rendicion_etl.site.__file__).parent
TEXTS = tomllib.loads((HOME / "texts.toml").read_text(encoding="utf-8"))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", [f"{section}.{name}" for section, names in TEXTS.items() for name in names])
def test_a_text_has_both_languages_and_the_same_blanks(key: str) -> None:
    section, _, name = key.partition(".")
    entry = TEXTS[section][name]
    assert set(entry) == {"es", "en"}
    forms = [entry[lang] if isinstance(entry[lang], list) else [entry[lang]] for lang in ("es", "en")]
    assert len(forms[0]) == len(forms[1])
    assert all(form.strip() for form in forms[0] + forms[1])
    assert blanks(forms[0][-1]) == blanks(forms[1][-1])
    assert all(len(form) == 1 or "n" in blanks(form[1]) for form in forms), "many needs its number"


def test_every_text_that_a_template_asks_for_exists() -> None:
    sources = [p.read_text(encoding="utf-8") for p in [*HOME.glob("templates/*.html"), *HOME.rglob("*.py")]]
    asked = {key for text in sources for key in re.findall(r"""\b(?:t|words)\(["']([a-z_]+\.[a-z_0-9]+)["']""", text)}
    assert len(asked) > 80
    assert sorted(key for key in asked if key.partition(".")[2] not in TEXTS[key.partition(".")[0]]) == []


def test_every_kind_and_period_of_the_contract_has_its_words() -> None:
    assert set(KINDS) == set(TEXTS["kinds"])
    assert {p for p in PERIODS if not re.fullmatch(r"M\d\d", p)} == set(TEXTS["periods"])


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("1234.5", "GTQ", "Q 1,234.50"),
        ("63000000.000000000000", "GTQ", "Q 63,000,000.00"),
        ("-300", "GTQ", "−Q 300.00"),
        ("12.3", "GTQ_millions", "Q 12.3"),
        ("5", "USD", "US$ 5.00"),
        ("5", None, "Q 5.00"),
    ],
)
def test_money(value: str, unit: str | None, shown: str) -> None:
    assert money(Decimal(value), unit).replace("\xa0", " ") == shown


@pytest.mark.parametrize(("value", "shown"), [("14916190.000000000000", "14,916,190"), ("-0.50", "−0.5"), ("0", "0")])
def test_plain_numbers_lose_trailing_zeros_only(value: str, shown: str) -> None:
    assert plain(Decimal(value)) == shown


@pytest.mark.parametrize(("value", "shown"), [("28.481012658228", "28.48 %"), ("30.000000000000", "30 %")])
def test_percentages_have_two_decimals_at_most(value: str, shown: str) -> None:
    assert percent(Decimal(value)).replace("\xa0", " ") == shown


def test_an_instant_is_the_day_it_was_in_guatemala() -> None:
    words = Words("es")
    assert words.date(dt.datetime(2021, 5, 14, 3, 0, tzinfo=dt.UTC)) == "13 de mayo de 2021"
    assert words.date(dt.date(2021, 4, 30)) == "30 de abril de 2021"
    assert Words("en").date(dt.date(2021, 4, 30)) == "30 April 2021"


@pytest.mark.parametrize(
    ("code", "year", "shown"),
    [
        ("C1", 2021, "primer cuatrimestre de 2021"),
        ("M09", 2024, "septiembre de 2024"),
        (None, 2024, "2024"),
        ("Q2", None, "segundo trimestre"),
        (None, None, "no se pudo determinar"),
    ],
)
def test_periods(code: str | None, year: int | None, shown: str) -> None:
    assert Words("es").period(code, year) == shown


def test_one_and_many() -> None:
    words = Words("es")
    assert words("findings.several", n=1) == "1 hallazgo"
    assert words("findings.several", n=1200) == "1,200 hallazgos"


def test_a_missing_text_is_an_error_and_a_missing_name_falls_back() -> None:
    with pytest.raises(KeyError):
        Words("es")("findings.no_such_text")
    assert Words("es").get("kinds.no_such_kind", "tal cual") == "tal cual"


def test_braces_in_data_are_not_blanks() -> None:
    assert Words("es")("finding.row", name="{n} {x.__class__}") == "fila «{n} {x.__class__}»"
