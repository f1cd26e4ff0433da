import doctest

import pytest

from rendicion_etl.normalize import place_names, text


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (text, place_names):
        result = doctest.testmod(module)
        assert result.attempted
        assert not result.failed


@pytest.mark.parametrize("printed", ["Cabañas", "CABAÑAS", "Cabanas", "  cabañas ", "Caba\u00adñas", "Caban\u0303as"])
def test_accents_case_space_and_hidden_marks_do_not_count(printed: str) -> None:
    assert text.fold(printed) == "cabanas"


def test_words_broken_by_the_print_are_whole_again() -> None:
    assert text.squash("Quetzal tenango") == text.squash("QUETZALTENANGO")
    assert text.key("Nor-\noccidente") == text.key("Noroccidente")


def test_different_names_stay_different() -> None:
    assert text.key("Nororiente") != text.key("Noroccidente")
    assert text.key("Grupo 1") != text.key("Grupo 2")
