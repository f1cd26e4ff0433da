"""Any amount in any printed style is read back exactly, and no text at all is too much."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rendicion_etl.normalize.numbers import MOST_DIGITS, DecimalSign, decimal_sign, parse_number

CENTS = st.integers(-(10 ** (MOST_DIGITS + 2)) + 1, 10 ** (MOST_DIGITS + 2) - 1)
FIGURES = st.text("0123456789.,'’ -–—−()%Q$GTQUS*²\u00a0٣௧½Ⅷ\u202e\u2066", max_size=40)
FORMS = ("{}", "Q {}", "Q.{}", "Q{}", "US$ {}", "{} %", "% {}", " {} ", "{}*", "{}²")
NEGATIVE = ("-{}", "- {}", "({})", "{}-", "−{}", "( {} )", "-({})")


@given(CENTS, st.sampled_from([".", ","]), st.sampled_from(["", " ", "'", "other"]), st.data())
def test_an_amount_is_read_back_in_every_style(
    cents: int, sign: DecimalSign, separator: str, data: st.DataObject
) -> None:
    value = Decimal(cents).scaleb(-2)
    whole, fraction = divmod(abs(cents), 100)
    mark = {"other": "," if sign == "." else "."}.get(separator, separator)
    printed = f"{whole:,}".replace(",", mark) + f"{sign}{fraction:02d}"
    if cents < 0:
        printed = data.draw(st.sampled_from(NEGATIVE)).format(printed)
    number = parse_number(data.draw(st.sampled_from(FORMS)).format(printed), sign)
    assert number is not None
    assert (number.value, number.decimals) == (value, 2)


@given(st.one_of(st.text(max_size=60), FIGURES), st.sampled_from([".", ","]))
def test_no_text_raises_and_what_is_read_can_be_reckoned_with(text: str, sign: DecimalSign) -> None:
    assert decimal_sign([text]) in ".,"
    number = parse_number(text, sign)
    if number:
        assert number.value.is_finite()
        assert number.value.quantize(Decimal("0.01")).is_finite()


def test_a_row_of_digits_longer_than_any_amount_is_no_number() -> None:
    assert parse_number("9" * MOST_DIGITS + ".99") is not None
    assert parse_number("0" * 40 + "5") is not None
    assert parse_number("9" * (MOST_DIGITS + 1)) is None
