"""The code on a printed form: found whatever the hand that types it does, refused when it slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models.code import ALPHABET, LENGTH, bare_code, check_character, draw_code, grouped, is_code
from feedback.services.codes import new_codes
from feedback.tests.factories import make_invitation

drawn = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
codes = drawn.map(lambda signs: signs + check_character(signs))


def test_no_sign_looks_like_another():
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(ALPHABET)) == 31


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_noticed(code, place, other):
    typed = code[:place] + other + code[place + 1 :]

    assert is_code(typed) == (typed == code)


@given(codes, st.integers(0, LENGTH - 2))
def test_any_two_neighbours_that_changed_places_are_noticed(code, place):
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_code(typed) == (typed == code)


@given(codes)
def test_a_code_cut_short_or_too_long_is_none(code):
    assert not is_code(code[:-1])
    assert not is_code(code + code[-1])
    assert is_code(code)


def test_worked_example():
    # Values of 2345 6789A are 0 to 8: 0·10+1·9+2·8+3·7+4·6+5·5+6·4+7·3+8·2 = 156 = 5·31 + 1, so 30 is missing: Z.
    assert check_character("23456789A") == "Z"


@pytest.mark.parametrize("typed", ["abcde-fghjk", " ABCDE FGHJK ", "Abc de–fgh—jk", "A-B-C-D-E-F-G-H-J-K"])
def test_spaces_dashes_and_small_letters_do_not_matter(typed):
    assert bare_code(typed) == "ABCDEFGHJK"


def test_printed_in_two_groups():
    assert grouped("ABCDEFGHJK") == "ABCDE-FGHJK"


def test_a_code_drawn_is_one():
    assert all(is_code(draw_code()) for _time in range(200))


@pytest.mark.django_db
def test_codes_drawn_together_are_new_and_each_there_once(django_assert_max_num_queries):
    taken = make_invitation().code

    with django_assert_max_num_queries(3):
        found = new_codes(20_001)

    assert len(set(found)) == 20_001
    assert taken not in found


def test_full_width_signs_of_a_chinese_keyboard_are_plain_ones():
    code = draw_code()
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    assert bare_code(f"{wide[:5]}\N{FULLWIDTH HYPHEN-MINUS}{wide[5:]}\N{IDEOGRAPHIC SPACE}") == code
