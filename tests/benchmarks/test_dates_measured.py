"""When a date that was read agrees with the one a corpus expects."""

from datetime import date

import pytest

from benchmarks.dates import Gold, Phrase, _agrees, _is_exactly, _is_right, _is_wrong
from bot.reading.dates import DateMention

MAY_3, MAY_9 = date(2026, 5, 3), date(2026, 5, 9)
A_DAY, A_WEEK = Gold(MAY_3, MAY_3), Gold(MAY_3, MAY_9)


def read(iso: str, precision: str) -> DateMention:
    return DateMention(0, 1, "x", iso, precision)


@pytest.mark.parametrize(
    ("mention", "gold", "agrees", "exactly"),
    [
        (read("2026-05-03", "day"), A_DAY, True, True),
        (read("2026-05-04", "day"), A_DAY, False, False),
        (read("2026-05-03", "day"), A_WEEK, False, False),
        (read("2026-05", "month"), A_DAY, True, False),
        (read("2026-05", "month"), Gold(date(2026, 5, 1), date(2026, 5, 31)), True, True),
        (read("2026-04", "month"), A_DAY, False, False),
        (read("2026-05-03/2026-05-09", "range"), A_WEEK, True, True),
        (read("2026-05-01/2026-05-10", "range"), A_WEEK, True, False),
        (read("2026-05-04/2026-05-10", "range"), A_WEEK, True, False),
        (read("2026-05-10/2026-05-16", "range"), A_WEEK, False, False),
        (read("2025", "year"), Gold(date(2026, 1, 1), None), True, True),  # after 2025
        (read("2026", "year"), Gold(None, date(2025, 12, 31)), True, True),  # before 2026
        (read("2027", "year"), Gold(date(2026, 1, 1), None), False, False),
    ],
)
def test_agreement(mention, gold, agrees, exactly):
    assert _agrees(mention, gold) is agrees
    assert _is_exactly(mention, gold) is exactly


def test_the_day_that_the_words_name_as_the_end_is_exact():
    gold = Gold(MAY_3, date(2026, 5, 8), named=MAY_9)
    assert _is_exactly(read("2026-05-03/2026-05-09", "range"), gold)


@pytest.mark.parametrize(
    ("dates", "read_dates", "right", "wrong"),
    [
        ((A_DAY,), ["2026-05-03"], True, False),
        ((A_DAY,), [], False, False),
        ((A_DAY,), ["2026-05-03", "2026-05-20"], False, True),
        ((A_DAY, Gold(MAY_9, MAY_9)), ["2026-05-03"], False, False),
        ((), ["2026-05-03"], False, True),
    ],
)
def test_a_phrase_is_right_when_each_of_its_dates_is_read_and_nothing_else(dates, read_dates, right, wrong):
    phrase = Phrase("en", "x", MAY_9, dates, past=True)
    mentions = [read(day, "day") for day in read_dates]
    assert _is_right(phrase, mentions, _agrees) is right
    assert _is_wrong(phrase, mentions, _agrees) is wrong
