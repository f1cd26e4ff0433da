"""Punctuation of figures that were read from a picture; their digits are never touched."""

from __future__ import annotations

import pytest

from rendicion_etl.reading.ocr import Reading
from rendicion_etl.reading.second_look import DISPUTED, better, in_doubt, in_one_style, is_marked, well_formed


def reading(text: str, sure: float = 1.0) -> Reading:
    return Reading(text, tuple(k / len(text) for k in range(len(text))), (sure,) * len(text))


AMERICAN = [reading(f"Q {n},250.{n}0") for n in range(1, 9)]
EUROPEAN = [reading(f"{n}.250,{n}0") for n in range(1, 9)]


@pytest.mark.parametrize(
    "text",
    ["1,250.00", "1.250,00", "Q 12,345,678.90", "(1,250.00)", "-5.00", "74.24%", "1902", "2021", "011", "09:57", "0.5"],
)
def test_figures_as_they_are_printed_are_well_formed(text: str) -> None:
    assert well_formed(text)


@pytest.mark.parametrize("text", ["1,250,00", "1.250.00", "4,685,122:91", ".1,250.00", "1,250.00.", "12,34,567.00"])
def test_figures_that_nobody_prints_are_looked_at_again(text: str) -> None:
    assert not well_formed(text)
    assert in_doubt([reading(text)]) == [0]


def test_a_line_without_figures_is_not_looked_at_again() -> None:
    assert not in_doubt([reading("Servicios personales", 0.3)])
    assert in_doubt([reading("1,250.00", 0.9)]) == [0]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("6,879.990.36", "6,879,990.36"),
        ("2.953:255;78", "2,953,255.78"),
        ("Q.1,844,435.06", "Q1,844,435.06"),
        ("770,735.57.", "770,735.57"),
        ("22,53%", "22.53%"),
        ("77..66", "77.66"),
        ("130,183, 436.41", "130,183,436.41"),
        ("grupos 1, 2, 436.41", "grupos 1, 2, 436.41"),
        ("44.49%.", "44.49%"),
        ("28.96% .Q", "28.96% Q"),
        ("Q·", "Q"),
        ("El saldo es de Q 408,150,655.42.", "El saldo es de Q 408,150,655.42."),
        ("lzabal", "Izabal"),
        ("llegada del lago", "llegada del lago"),
        ("1.250", "1.250"),  # thousands or three decimals: who knows
        ("05/07/2024 09:57", "05/07/2024 09:57"),
        ("3.", "3."),
        ("1110101000 - 16 Juzgado", "1110101000 - 16 Juzgado"),
        ("12,34,567.00", "12,34,567.00"),  # a digit may be missing: that is not a matter of signs
    ],
)
def test_signs_are_those_of_the_page_and_digits_stay(text: str, mended: str) -> None:
    found = in_one_style([*AMERICAN, reading(text)])[-1]
    assert found.text == mended
    assert len(found.middles) == len(found.sure) == len(mended)
    assert [c for c in mended if c.isdigit()] == [c for c in text if c.isdigit()]


def test_two_amounts_that_ran_together_are_parted() -> None:
    (*_, found) = in_one_style([*AMERICAN, reading("40,804,984.56 46,051,305.2433,002,514.43 –5.00")])
    assert found.text == "40,804,984.56 46,051,305.24 33,002,514.43 -5.00"
    assert len(found.middles) == len(found.sure) == len(found.text)
    (*_, found) = in_one_style([*AMERICAN, reading("Q 40,921,603.00Q17,840,317.50 36.97%Q 5.00 .Q38,637.79")])
    assert found.text == "Q 40,921,603.00 Q17,840,317.50 36.97% Q 5.00 Q38,637.79"
    assert in_one_style([*AMERICAN, reading("Q40,921,603.00Q")])[-1].text == "Q40,921,603.00 Q"  # of the next column


def test_signs_of_money_keep_their_point_on_a_page_that_prints_it() -> None:
    dotted = [reading(f"Q. {n},250.{n}0") for n in range(1, 9)]
    assert [r.text for r in in_one_style([*dotted, reading("Q.")])] == [*(r.text for r in dotted), "Q."]


def test_a_nought_with_a_stroke_is_a_nought() -> None:
    assert in_one_style([reading("θ")])[0].text == "0"


def test_letters_among_digits_are_told_apart_by_where_they_stand() -> None:
    assert (
        in_one_style([reading("Huehuetenang0s lxcán R00804768 Grupo 0")])[0].text
        == "Huehuetenangos Ixcán R00804768 Grupo 0"
    )


def test_an_amount_that_may_begin_with_a_sign_of_money_is_in_doubt() -> None:
    """A Q with a speck is taken for a 9: where all other amounts have a sign, that one is looked at again."""
    marked = [reading(f"Q{n},250.00") for n in range(10, 30)]
    page = [*marked, reading("97,659,405.77"), reading("17,659,405.77"), reading("9.25%")]
    assert is_marked(page)
    assert in_doubt(page) == [20]
    assert better(page[20], reading("Q7,659,405.77", 0.9), marked=True).text == "Q7,659,405.77"
    assert better(page[20], page[20], marked=True).certainty == DISPUTED
    assert better(page[21], page[21], marked=True).certainty == 1
    assert in_doubt([*AMERICAN[:4], *[reading(f"{n},250.00") for n in range(1, 9)], page[20]]) == []


def test_a_page_of_the_other_style_keeps_it() -> None:
    assert in_one_style([*EUROPEAN, reading("84.640.349.55")])[-1].text == "84.640.349,55"


def test_a_page_of_two_styles_or_of_few_amounts_is_left_alone() -> None:
    wrong = reading("1.250.00")
    assert in_one_style([*AMERICAN, *EUROPEAN, wrong])[-1] == wrong
    assert in_one_style([*AMERICAN[:3], wrong])[-1] == wrong


def test_of_two_looks_the_well_formed_one_counts_and_where_digits_differ_it_is_disputed() -> None:
    assert better(reading("1.250.00", 0.99), reading("1,250.00", 0.9)) == reading("1,250.00", 0.9)
    differing = better(reading("1,250.00", 0.9), reading("1,260.00", 0.8))
    assert (differing.text, differing.certainty) == ("1,250.00", DISPUTED)
