"""The figures of the measurements: shares, intervals, natures and dates, each by a table of cases."""

from __future__ import annotations

import math

import pytest

from benchmarks.scores import (
    Bar,
    GoldDate,
    Ratio,
    Share,
    Spread,
    dates_beside,
    epoch_seconds,
    fair_among,
    first_is_fair,
    judge_dates,
    percentile,
    stored_dates,
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Wilson's interval, computed independently
        (0, 10, 0.000, 0.278),
        (5, 10, 0.237, 0.763),
        (10, 10, 0.722, 1.000),
        (95, 100, 0.888, 0.978),
        (199, 199, 0.981, 1.000),
        (0, 0, 0.0, 1.0),
    ],
)
def test_interval_of_a_share(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=0.0006)


def test_share_counts_the_true_ones() -> None:
    assert Share.count([True, False, True]) == Share(2, 3)
    assert math.isnan(Share(0, 0).value)


@pytest.mark.parametrize(
    ("share", "written"),
    [(Share(3, 4), "3/4   75.0%  [30.1%, 95.4%]"), (Share(0, 0), "none to measure")],
)
def test_share_is_written_with_its_interval(share: Share, written: str) -> None:
    assert str(share) == written


@pytest.mark.parametrize(
    ("bar", "share", "verdict"),
    [
        (Bar(at_least=1.0), Share(40, 40), "PASS"),
        (Bar(at_least=1.0), Share(39, 40), "FALL SHORT"),
        (Bar(at_most=0.0), Share(0, 40), "PASS"),
        (Bar(at_most=0.0), Share(1, 40), "FALL SHORT"),
        (Bar(at_least=0.8), Share(8, 10), "PASS"),
        (Bar(at_least=0.8), Share(0, 0), "NOT MEASURED"),
        (Bar(at_most_count=1), Share(1, 40), "PASS"),
        (Bar(at_most_count=1), Share(2, 400), "FALL SHORT"),
        (Bar(at_most=1.5), Ratio(15, 10), "PASS"),
        (Bar(at_most=1.5), Ratio(16, 10), "FALL SHORT"),
        (Bar(at_most=5.0), Spread([1, 5, 90]), "PASS"),
        (Bar(at_most=5.0), Spread([1, 6, 6]), "FALL SHORT"),
        (Bar(at_most=5.0), Spread([]), "NOT MEASURED"),
    ],
)
def test_bar_is_reached_or_not(bar: Bar, share: Share | Ratio | Spread, verdict: str) -> None:
    assert bar.verdict(share) == verdict


@pytest.mark.parametrize(
    ("measured", "written"),
    [
        (Ratio(15, 10), "1.50 (15 for 10)"),
        (Ratio(0, 0), "none to measure"),
        (Spread([1, 2, 4, 3], " ms"), "median 2.5, quartiles 1.75 and 3.25 ms (4)"),
        (Spread([]), "none to measure"),
    ],
)
def test_what_is_no_share_is_written_with_its_counts(measured: Ratio | Spread, written: str) -> None:
    assert str(measured) == written


@pytest.mark.parametrize(
    ("bar", "written"),
    [
        (Bar(at_least=0.85), "at least 85%"),
        (Bar(at_most=0.02), "at most 2%"),
        (Bar(at_most=1.5), "at most 1.5"),
        (Bar(at_most_count=1), "at most 1"),
    ],
)
def test_bar_is_written_as_people_say_it(bar: Bar, written: str) -> None:
    assert str(bar) == written


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.95, 7),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([1, 2, 3, 4, 5], 0.25, 2),
        ([0, 10], 0.99, 9.9),
        ([0, 10], 1.0, 10),
    ],
)
def test_percentile_lies_between_neighbours(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


@pytest.mark.parametrize(
    ("named", "fair", "first", "right", "all_named"),
    [
        (["billing"], {"billing"}, True, 1, 1),
        (["billing", "contract"], {"billing"}, True, 1, 2),
        (["contract", "billing"], {"billing"}, False, 1, 2),
        (["contract", "billing"], {"billing", "contract"}, True, 2, 2),
        (["other"], {"billing"}, False, 0, 1),
        ([], {"billing"}, False, 0, 0),
    ],
)
def test_natures_against_label_and_alternatives(
    named: list[str], fair: set[str], first: bool, right: int, all_named: int
) -> None:
    assert first_is_fair(named, fair) is first
    assert fair_among(named, fair) == Share(right, all_named)


BAR = "Epochs:  50%|█████     | "


@pytest.mark.parametrize(
    ("log", "seconds"),
    [
        ("nothing is learnt by epochs", 0),
        (f"{BAR}0/3 [00:00<?, ?it/s]\r{BAR}1/3 [00:30<01:00, 30s/it]", 0),
        # the first epoch, which is slower, is left out
        (f"{BAR}0/3 [00:00<\r{BAR}1/3 [00:30<\r{BAR}1/3 [00:30<\r{BAR}2/3 [00:40<\r{BAR}3/3 [00:50<", 10),
        (f"{BAR}1/2 [59:50<\r{BAR}2/2 [1:00:10<", 20),
        # two components one after the other
        (f"{BAR}1/3 [00:30<\r{BAR}3/3 [00:50<\n{BAR}0/3 [00:00<\r{BAR}1/3 [00:02<\r{BAR}3/3 [00:04<", 11),
    ],
)
def test_seconds_of_an_epoch_are_read_off_the_progress_bars(log: str, seconds: float) -> None:
    assert epoch_seconds(log) == pytest.approx(seconds)


TEXT = "I called on May 3. They came on May 9, not on May 5.\nIt costs $5 in 24/7 mode."
CALLED, CAME, COST = "I called on May 3.", "They came on May 9, not on May 5.", "It costs $5 in 24/7 mode."
MAY_3, MAY_9 = GoldDate("May 3", "2026-05-03"), GoldDate("May 9", "2026-05-09")
MAY_5, ALWAYS = GoldDate("May 5", "2026-05-05"), GoldDate("24/7", None)


@pytest.mark.parametrize(
    ("gold", "stored", "outcomes"),
    [
        ([MAY_3], [(CALLED, "2026-05-03")], [("found", ())]),
        # the value counts wherever it is stored
        ([MAY_3], [(CAME, "2026-05-03")], [("found", ())]),
        ([MAY_3], [], [("missed", ())]),
        ([MAY_3], [(CALLED, "2026-03")], [("wrong", ("2026-03",))]),
        # a value stored for another sentence does not make this one wrong
        ([MAY_3], [(CAME, "2026-05-09")], [("missed", ())]),
        # the gold of a neighbour in the same sentence is not this span's wrong reading
        ([MAY_9, MAY_5], [(CAME, "2026-05-09")], [("found", ()), ("missed", ())]),
        ([MAY_9, MAY_5], [(CAME, "2026-05-09"), (CAME, "2026-05")], [("found", ()), ("wrong", ("2026-05",))]),
        ([ALWAYS], [], [("left", ())]),
        ([ALWAYS], [(COST, "2026-07-24")], [("mistaken", ("2026-07-24",))]),
        ([MAY_3, ALWAYS], [(CALLED, "2026-05-03")], [("found", ()), ("left", ())]),
    ],
)
def test_marked_dates(
    gold: list[GoldDate], stored: list[tuple[str, str]], outcomes: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(verdict.outcome, verdict.stored) for verdict in judge_dates(gold, stored)] == outcomes


@pytest.mark.parametrize(
    ("gold", "stored", "beside"),
    [
        ([MAY_3], [(CALLED, "2026-05-03")], []),
        ([MAY_3], [(CALLED, "2026-05-03"), (CAME, "2026-05-09")], [(CAME, "2026-05-09")]),
        # counted as wrong already
        ([MAY_3], [(CALLED, "2026-03")], []),
        ([], [(CAME, "2026-05-09")], [(CAME, "2026-05-09")]),
    ],
)
def test_dates_beside_the_marks(
    gold: list[GoldDate], stored: list[tuple[str, str]], beside: list[tuple[str, str]]
) -> None:
    assert dates_beside(gold, stored, judge_dates(gold, stored)) == beside


def test_only_dated_words_of_the_complaint_count_as_stored() -> None:
    events = [
        {"text": "They came on May 9,  not on May 5.", "date": "2026-05-09"},
        {"text": "It costs $5 in 24/7 mode.", "date": None},
        {"text": "It started on April 30.", "date": "2026-04-30"},  # said later, in answer to a question
    ]
    assert stored_dates(events, TEXT) == [(CAME, "2026-05-09")]
