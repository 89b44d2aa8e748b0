"""Tracking numbers: what a slip of the tongue does to them, and how they are found in sentences."""

from __future__ import annotations

import random
import re
import secrets

import pytest

from bot.cases.tracking import (
    check_digit,
    find_tracking_number,
    is_tracking_number,
    new_tracking_number,
    written,
)

DRAWN = random.Random(20260305)
NUMBERS = [new_tracking_number(DRAWN.randrange) for _ in range(200)]


def test_the_check_digit_is_that_of_damms_own_example() -> None:
    assert check_digit("572") == "4"


def test_every_single_wrong_digit_is_caught() -> None:
    for number in NUMBERS:
        digits = number.replace("-", "")
        for place, digit in enumerate(digits):
            for wrong in "0123456789".replace(digit, ""):
                assert not is_tracking_number(digits[:place] + wrong + digits[place + 1 :])


def test_every_swap_of_neighbours_is_caught() -> None:
    for number in NUMBERS:
        digits = number.replace("-", "")
        for place in range(11):
            first, second = digits[place : place + 2]
            if first != second:
                assert not is_tracking_number(digits[:place] + second + first + digits[place + 2 :])


def test_a_number_is_twelve_digits_in_groups_of_four() -> None:
    assert all(re.fullmatch(r"\d{4}-\d{4}-\d{4}", number) for number in NUMBERS)
    assert all(is_tracking_number(number) for number in NUMBERS)


def test_numbers_are_drawn_from_the_whole_range_and_keep_leading_zeros() -> None:
    asked: list[int] = []

    def lowest(below: int) -> int:
        asked.append(below)
        return 7

    assert new_tracking_number(lowest).startswith("0000-0000-007")
    assert asked == [10**11]
    assert len({new_tracking_number(secrets.randbelow) for _ in range(500)}) == 500


def test_neighbours_in_the_draw_are_different_numbers() -> None:
    drawn = iter(range(1000))
    assert len({new_tracking_number(lambda _: next(drawn)) for _ in range(1000)}) == 1000


VALID = written("48210937551" + check_digit("48210937551"))
PLAIN = VALID.replace("-", "")
WRONG = VALID[:-1] + str((int(VALID[-1]) + 1) % 10)


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        PLAIN,
        VALID.replace("-", " "),
        VALID.replace("-", "."),
        VALID.replace("-", "–"),
        f"My number is {VALID}, thanks.",
        f"mon numéro de suivi est le {VALID.replace('-', ' ')}.",
        f"(n. {VALID})",
        f"I filed it in March 2026 {VALID} and heard nothing",
        f"not {WRONG} but {VALID}",
        f"call me at 416 555 0117, case {VALID}",
        f"{PLAIN[:4]}-{PLAIN[4:8]} {PLAIN[8:]}",
    ],
)
def test_a_number_is_found_in_a_sentence_and_written_the_one_way(text: str) -> None:
    assert find_tracking_number(text) == VALID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no number here",
        WRONG,
        f"1{PLAIN}",
        f"{PLAIN}9",
        VALID[:-1],
        "4821 0937",
        "+1 416 555 0117",
        "".join(chr(0x660 + int(digit)) for digit in PLAIN),
    ],
)
def test_what_is_no_tracking_number_is_not_taken_for_one(text: str) -> None:
    assert find_tracking_number(text) is None


def test_of_two_numbers_the_first_counts() -> None:
    assert find_tracking_number(f"{VALID} and {NUMBERS[0]}") == VALID


@pytest.mark.parametrize("number", ["", "4821-0937", PLAIN + "0", "４" + PLAIN[1:], "abcd-efgh-ijkl"])
def test_other_shapes_are_not_tracking_numbers(number: str) -> None:
    assert not is_tracking_number(number)
