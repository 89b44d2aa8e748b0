"""A complaint: what was told is kept once, and the service goes where it belongs."""

from __future__ import annotations

import pytest

from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint, Nature

BILLING, CONTRACT, OTHER = Nature("billing", "duplicate_charge"), Nature("contract"), Nature("other")


def test_words_told_later_are_added_to_the_story() -> None:
    complaint = Complaint()
    assert not complaint.told
    complaint.tell("I was charged twice.")
    complaint.tell("And nobody answers.")
    assert complaint.told
    assert complaint.narrative == "I was charged twice.\nAnd nobody answers."


@pytest.mark.parametrize(
    ("known", "read", "kept"),
    [
        ([], BILLING, [BILLING]),
        ([BILLING], CONTRACT, [BILLING, CONTRACT]),
        ([BILLING], Nature("billing", "late_fee"), [BILLING]),
        ([BILLING], OTHER, [BILLING, OTHER]),
        # "something else" was only a stand-in until the trouble was named
        ([OTHER], BILLING, [BILLING]),
        ([Nature("other", None, "tv")], BILLING, [Nature("billing", "duplicate_charge", "tv")]),
        ([Nature("other", "privacy")], BILLING, [Nature("other", "privacy"), BILLING]),
    ],
)
def test_one_nature_of_each_category_the_main_one_first(
    known: list[Nature], read: Nature, kept: list[Nature]
) -> None:
    complaint = Complaint(natures=list(known))
    complaint.add_nature(read)
    assert complaint.natures == kept


@pytest.mark.parametrize(
    ("natures", "concerned"),
    [
        ([BILLING, CONTRACT], [Nature("billing", "duplicate_charge", "tv"), Nature("contract", None, "tv")]),
        (
            [Nature("billing", None, "internet"), CONTRACT],
            [Nature("billing", None, "internet"), Nature("contract", None, "tv")],
        ),
        ([], [Nature("other", None, "tv")]),
    ],
)
def test_a_service_goes_to_every_nature_that_has_none(natures: list[Nature], concerned: list[Nature]) -> None:
    complaint = Complaint(natures=list(natures))
    complaint.concern("tv")
    assert complaint.natures == concerned
    assert "service" in complaint.settled


def test_services_are_named_once_main_one_first() -> None:
    rows = [("billing", "tv"), ("contract", None), ("service_delivery", "internet"), ("other", "tv")]
    complaint = Complaint(natures=[Nature(category, None, service) for category, service in rows])
    assert complaint.services == ["tv", "internet"]


def test_an_amount_and_an_event_are_kept_once() -> None:
    complaint = Complaint()
    for _ in range(2):
        complaint.add_amount(Amount(4115))
        complaint.add_event(Event("2026-03-05", "day", "charged"))
    complaint.add_amount(Amount(4115, "USD"))
    complaint.add_event(Event("2026-03-05", "day", "called"))
    assert complaint.amounts == [Amount(4115), Amount(4115, "USD")]
    assert [event.text for event in complaint.events] == ["charged", "called"]


def test_two_complaints_share_nothing() -> None:
    first, second = Complaint(), Complaint()
    first.add_nature(BILLING)
    first.settled.add("service")
    assert second == Complaint()
