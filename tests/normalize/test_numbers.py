"""Every form in which reports print a number, and what is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rendicion_etl.normalize.numbers import decimal_sign, parse_number


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("Q 1,234.56", "1234.56", 2),
        ("Q1,234.56", "1234.56", 2),
        ("Q.63,000,000.00", "63000000.00", 2),
        ("1,328", "1328", 0),
        ("1 234.56", "1234.56", 2),
        ("1 ,234 .56", "1234.56", 2),
        ("(401,183.00)", "-401183.00", 2),
        ("Q (401,813.00)", "-401813.00", 2),
        ("Q(5.00)", "-5.00", 2),
        ("-5,000.00", "-5000.00", 2),
        ("Q -5,000.00", "-5000.00", 2),
        ("5-", "-5", 0),
        ("28%", "28", 0),
        ("% 28", "28", 0),
        ("24.71 %", "24.71", 2),
        ("0.161294646", "0.161294646", 9),
        (".5", "0.5", 1),
        ("14,916,190.00*", "14916190.00", 2),
        ("300¹", "300", 0),
        ("Q4.380.551,74", "4380551.74", 2),
        ("63,5", "63.5", 1),
    ],
)
def test_printed_forms(text: str, value: str, decimals: int) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.value, number.decimals) == (Decimal(value), decimals)


@pytest.mark.parametrize("text", ["-", "Q -", "—", "Q  -  "])
def test_a_dash_is_zero(text: str) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == 0
    assert number.dash


@pytest.mark.parametrize(
    "text", ["", "Q", "Grupo 0", "2/03/2021", "01-02", "12 34", "Q 1,23,456", "7,914,345.69 8.00", "(3) (4)", "n/d"]
)
def test_what_is_not_one_number(text: str) -> None:
    assert parse_number(text) is None


def test_the_documents_own_decimal_sign_decides_what_the_form_leaves_open() -> None:
    assert decimal_sign(["Q4.380.551,74", "32,79%", "1.328"]) == ","
    assert decimal_sign(["Q 4,380,551.74", "32.79%", "1,328"]) == "."
    assert decimal_sign(["TOTAL", "12"]) == "."
    number = parse_number("1.328", ",")
    assert number is not None
    assert number.value == 1328
