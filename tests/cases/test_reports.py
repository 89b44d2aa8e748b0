"""The rules by which reports count, row by row."""

from __future__ import annotations

import pytest

from bot.cases.reports import (
    CAME_BACK,
    ENDS,
    FELL_AWAY,
    FIRST_CONTACT,
    KEPT,
    KEPT_LATE,
    MISSED,
    NOT_AT_FIRST,
    OPEN,
    REVIVES,
    TOO_YOUNG,
    Spread,
    first_contact,
    percentile,
    province_of,
    share,
    spread,
    standing,
)


@pytest.mark.parametrize(
    ("is_solved", "came_back", "is_young", "verdict"),
    [
        (True, False, False, FIRST_CONTACT),
        (True, True, False, CAME_BACK),
        (False, False, False, NOT_AT_FIRST),
        (True, False, True, TOO_YOUNG),
        (True, True, True, TOO_YOUNG),
        (False, False, True, TOO_YOUNG),
    ],
)
def test_a_first_contact(is_solved: bool, came_back: bool, is_young: bool, verdict: str) -> None:
    assert first_contact(is_solved, came_back, is_young) == verdict


@pytest.mark.parametrize(
    ("is_kept", "is_late", "has_ended", "how"),
    [
        (True, False, False, KEPT),
        (True, False, True, KEPT),
        (True, True, False, KEPT_LATE),
        (False, True, False, MISSED),
        (False, True, True, MISSED),
        (False, False, False, OPEN),
        (False, False, True, FELL_AWAY),
    ],
)
def test_how_a_promise_stands(is_kept: bool, is_late: bool, has_ended: bool, how: str) -> None:
    assert standing(is_kept, is_late, has_ended) == how


def test_which_moves_end_a_case_and_which_bring_it_back() -> None:
    assert {"resolve", "withdraw", "close", "merge"} == ENDS
    assert {"escalate", "refer", "reopen"} == REVIVES


@pytest.mark.parametrize(
    ("postal_code", "province"),
    [
        ("A1A 1A1", "NL"),
        ("b3h", "NS"),
        ("C1A", "PE"),
        ("E3B", "NB"),
        ("G1R", "QC"),
        ("H2X1Y4", "QC"),
        ("J4W", "QC"),
        ("K1A 0B1", "ON"),
        ("L5N", "ON"),
        ("M5V 2T6", "ON"),
        ("N6A", "ON"),
        ("P3E", "ON"),
        ("R3C", "MB"),
        ("S4P", "SK"),
        ("T5J", "AB"),
        ("V6B", "BC"),
        ("X0A", "NU"),
        ("X0B 1B0", "NU"),
        ("x0c 0a0", "NU"),
        ("X0E 0A0", "NT"),
        ("X0G", "NT"),
        ("X1A 1A1", "NT"),
        ("Y1A", "YT"),
        ("X9Z", None),
        ("Z9Z", None),
        ("D1A", None),
        ("02210", None),
        ("", None),
        (None, None),
    ],
)
def test_the_province_of_a_postal_code(postal_code: str | None, province: str | None) -> None:
    assert province_of(postal_code) == province


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [
        ([], None, None),
        ([7.0], 7.0, 7.0),
        ([1.0, 2.0], 1.5, 1.9),
        ([3.0, 1.0, 2.0], 2.0, 2.8),
        ([float(n) for n in range(11)], 5.0, 9.0),
    ],
)
def test_the_spread_of_durations(values: list[float], median: float | None, p90: float | None) -> None:
    found = spread(values)
    assert found == Spread(len(values), pytest.approx(median), pytest.approx(p90))


def test_a_percentile_of_nothing_is_none() -> None:
    assert percentile([], 50) is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, None), (0, 5, 0.0), (1, 3, 33.3), (5, 5, 100.0)]
)
def test_a_share(part: int, whole: int, expected: float | None) -> None:
    assert share(part, whole) == expected
