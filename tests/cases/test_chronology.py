"""The chronology: events of mixed precision in order of time, and those that lie ahead."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.chronology import (
    Event,
    apart_from,
    ends_before,
    first_day,
    in_order,
    last_day,
    lies_ahead,
    may_coincide,
    narrower,
    week_of,
)

TODAY = date(2026, 3, 12)  # a Thursday


def event(when: str | None, text: str = "it happened") -> Event:
    lengths = {4: "year", 7: "month", 10: "day"}
    precision = "unknown" if when is None else "range" if "/" in when else lengths[len(when)]
    return Event(when, precision, text)


@pytest.mark.parametrize(
    ("when", "earliest", "latest"),
    [
        ("2026-03-05", date(2026, 3, 5), date(2026, 3, 5)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),  # a leap year
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-03-01/2026-03-09", date(2026, 3, 1), date(2026, 3, 9)),
        ("2026-02/2026-03", date(2026, 2, 1), date(2026, 3, 31)),
        ("2024/2025", date(2024, 1, 1), date(2025, 12, 31)),
        (None, None, None),
    ],
)
def test_the_days_an_event_may_have_happened_on(
    when: str | None, earliest: date | None, latest: date | None
) -> None:
    assert (first_day(event(when)), last_day(event(when))) == (earliest, latest)


@pytest.mark.parametrize(
    ("told", "ordered"),
    [
        ("2026-03-05 2026-01-02", "2026-01-02 2026-03-05"),
        ("2026-03-05 2026-03", "2026-03 2026-03-05"),
        ("2026-02-10 2026", "2026 2026-02-10"),
        ("2026-03-09 2026-03-01/2026-03-08", "2026-03-01/2026-03-08 2026-03-09"),
        ("2026-03-05 2025 2026-01", "2025 2026-01 2026-03-05"),
        # alike in their first day: as they were told
        ("2026-01-01 2026 2026-01", "2026-01-01 2026 2026-01"),
    ],
)
def test_events_of_mixed_precision_stand_by_their_first_day(told: str, ordered: str) -> None:
    assert [row.date for row in in_order([event(when) for when in told.split()])] == ordered.split()


def test_an_event_without_a_date_stays_after_the_one_told_before_it() -> None:
    story = [
        event(None, "I asked my neighbour"),
        event("2026-03-05", "the line went dead"),
        event(None, "I called you"),
        event("2026-02-01", "I moved in"),
        event(None, "nobody told me of the fee"),
    ]
    assert [row.text for row in in_order(story)] == [
        "I asked my neighbour",
        "I moved in",
        "nobody told me of the fee",
        "the line went dead",
        "I called you",
    ]


def test_ordering_leaves_the_list_that_was_given_alone() -> None:
    told = [event("2026-03-05"), event("2026-01-02")]
    in_order(told)
    assert [row.date for row in told] == ["2026-03-05", "2026-01-02"]


@pytest.mark.parametrize(
    ("when", "ahead"),
    [
        ("2026-03-11", False),
        ("2026-03-12", False),
        ("2026-03-13", True),
        ("2026-03", False),
        ("2026-04", True),
        ("2026", False),
        ("2027", True),
        ("2026-03-10/2026-03-20", False),
        ("2026-03-13/2026-03-20", True),
        (None, False),
    ],
)
def test_only_what_begins_after_today_lies_ahead(when: str | None, ahead: bool) -> None:
    assert lies_ahead(event(when), TODAY) is ahead


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 15)])  # Mon, Thu, Sun
def test_a_week_runs_from_monday_to_sunday(day: date) -> None:
    assert week_of(day) == "2026-03-09/2026-03-15"


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2026-03-04", "2026-03-05", True),
        ("2026-03-05", "2026-03-05", False),
        ("2026-03-06", "2026-03-05", False),
        ("2026-02", "2026-03-01", True),
        ("2026-03", "2026-03-31", False),
        ("2026-03-01/2026-03-04", "2026-03-05", True),
        ("2026-03-01/2026-03-05", "2026-03-05", False),
        (None, "2026-03-05", False),
        ("2026-03-05", None, False),
    ],
)
def test_an_event_ends_before_another_only_when_that_is_certain(
    one: str | None, other: str | None, before: bool
) -> None:
    assert ends_before(event(one), event(other)) is before


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2026-03-05", "2026-03-05", True),
        ("2026-03-05", "2026-03-06", False),
        ("2026-03", "2026-03-06", True),
        ("2026-03", "2026-04-01", False),
        ("2026", "2026-04-01", True),
        ("2026-03-01/2026-03-09", "2026-03-09/2026-03-12", True),
        ("2026-03-01/2026-03-09", "2026-03-10/2026-03-12", False),
        (None, "2026-03-05", False),
        (None, None, False),
    ],
)
def test_a_month_holds_its_days_and_ranges_may_overlap(
    one: str | None, other: str | None, together: bool
) -> None:
    assert may_coincide(event(one), event(other)) is together
    assert may_coincide(event(other), event(one)) is together


@pytest.mark.parametrize(
    ("known", "said", "kept"),
    [
        ("2026-03", "2026-03-05", "2026-03-05"),
        ("2026-03-05", "2026-03", "2026-03-05"),
        ("2026", "2026-02/2026-03", "2026-02/2026-03"),
        ("2026-03-05", "2026-03-06", "2026-03-05"),
    ],
)
def test_of_two_dates_the_one_that_leaves_fewer_days_open_is_kept(known: str, said: str, kept: str) -> None:
    assert narrower(event(known), event(said)).date == kept


def test_a_date_can_be_taken_from_an_event_and_given_to_it_and_the_words_stay() -> None:
    dead = Event("2026-03-05", "day", "the line went dead", "445566", "Sarah")
    assert dead.undated() == Event(None, "unknown", "the line went dead", "445566", "Sarah")
    assert dead.undated().dated_as(event("2026-02")) == Event(
        "2026-02", "month", "the line went dead", "445566", "Sarah"
    )


def test_events_told_as_part_of_an_attempt_are_set_apart_by_their_words() -> None:
    story = [event("2026-03-05", "It went dead."), event("2026-03-06", "I called on Friday.")]
    assert apart_from(story, ["I called on Friday. They told me to wait."]) == story[:1]


@pytest.mark.parametrize(
    ("when", "precision"),
    [("2026-03-05", "roughly"), (None, "day"), ("2026-03-05", "unknown")],
)
def test_a_date_and_its_precision_go_together(when: str | None, precision: str) -> None:
    with pytest.raises(ValueError, match="precision"):
        Event(when, precision, "it happened")
