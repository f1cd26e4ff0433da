"""What a dataset holds: clean texts, decimals exact or not at all."""

import json
from decimal import Decimal

import pytest

from rendicion_etl.curated.values import as_json, clean, fit, percentage, times


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("Dirección Ñ – 28 %", "Dirección Ñ – 28 %"),
        ("Sub\x00total\x07", "Subtotal"),
        ("dos\nlíneas\tjuntas\r", "dos líneas juntas "),
        ("\x1b[31mrojo", "[31mrojo"),
        ("Q\xa01.00", "Q\xa01.00"),
        ("100\u202e00.1", "10000.1"),
        ("media \ud800 letra", "media \ufffd letra"),
        ("\x85\x9b", " "),
        (None, None),
    ],
)
def test_control_characters_do_not_reach_a_dataset(printed, kept):
    assert clean(printed) == kept


def test_the_lines_of_a_title_may_stay():
    assert clean("Ejecución\r\nEn quetzales\x02", keep_lines=True) == "Ejecución \nEn quetzales"


@pytest.mark.parametrize(
    ("value", "size", "kept"),
    [
        ("1.5", (18, 2), "1.50"),
        ("1.005", (18, 2), "1.01"),
        ("-0", (18, 2), "0.00"),
        ("9999999999999999.99", (18, 2), "9999999999999999.99"),
        ("9999999999999999.995", (18, 2), None),
        ("12345678901234567890123456.123456789012", (38, 12), "12345678901234567890123456.123456789012"),
        ("1e30", (38, 12), None),
        ("1e999999", (38, 12), None),
        ("NaN", (38, 12), None),
        ("Infinity", (38, 12), None),
    ],
)
def test_a_decimal_fits_its_column_or_is_left_out(value, size, kept):
    assert fit(Decimal(value), *size) == (None if kept is None else Decimal(kept))
    assert kept is None or str(fit(Decimal(value), *size)) == kept


def test_scaling_by_a_million_loses_no_digit():
    assert times(Decimal("1234567890123456789012345678.123456"), Decimal(10**6)) == Decimal(
        "1234567890123456789012345678123456"
    )


def test_a_percentage_of_nothing_is_unknown():
    assert percentage(Decimal("1.00"), Decimal("3.00")) == Decimal("33.33333333")
    assert percentage(Decimal("1.00"), Decimal("0.00")) is None
    assert percentage(Decimal("9999999999999999.99"), Decimal("0.01")) is None


def test_amounts_in_json_are_exact_text():
    text = as_json({"b": Decimal("0.10"), "a": {Decimal("2"), Decimal("1")}, "ñ": "x\x00"})
    assert json.loads(text) == {"b": "0.10", "a": ["1", "2"], "ñ": "x\x00"}
    assert text.index('"a"') < text.index('"b"')
    assert "ñ" in text
