"""The intake: the order of the questions, and that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature, PriorContact
from bot.cases.intake import INTAKE, PHASES, missing, next_question, phase_of, reachable

ORDER = [
    "nature",
    "service",
    "event",
    "prior_contact",
    "remedy",
    "account",
    "code",
    "contact",
    "name",
    "confirm",
]

DOUBTS = ("which_date", "gap")
"""These are asked by whoever finds a doubt, never by the round of questions."""


def tell(complaint: Complaint) -> None:
    complaint.tell("I was charged twice.")
    complaint.add_nature(Nature("billing"))


def date_it(complaint: Complaint) -> None:
    complaint.add_event(Event("2026-03-05", "day", "charged"))
    complaint.settled.add("event")


ANSWERED: dict[str, Callable[[Complaint], object]] = {
    "nature": tell,
    "service": lambda complaint: complaint.concern("internet"),
    "event": date_it,
    "prior_contact": lambda complaint: complaint.prior_contacts.append(PriorContact("I called")),
    "remedy": lambda complaint: setattr(complaint, "remedy", "my money back"),
    "account": lambda complaint: setattr(complaint, "account_number", "10031865"),
    "code": lambda complaint: complaint.settled.add("code"),
    "contact": lambda complaint: setattr(complaint, "phone", "+14165550117"),
    "name": lambda complaint: setattr(complaint, "name", "Daniel Okafor"),
}


def asked_of(complaint: Complaint, *, code_sent: bool, declines: bool = False) -> list[str]:
    """Answer each question as it comes, or decline all but the first; return the questions in order."""
    asked: list[str] = []
    while (question := next_question(complaint, code_sent=code_sent)) != "confirm":
        assert question not in asked, f"{question} was asked twice"
        asked.append(question)
        if declines and question != "nature":
            complaint.settled.add(question)
        else:
            ANSWERED[question](complaint)
    return [*asked, "confirm"]


@pytest.mark.parametrize("declines", [False, True])
def test_each_question_comes_once_and_in_order(declines: bool) -> None:
    assert asked_of(Complaint(), code_sent=True, declines=declines) == ORDER


def test_no_code_is_asked_for_when_none_was_sent() -> None:
    assert asked_of(Complaint(), code_sent=False) == [question for question in ORDER if question != "code"]


@pytest.mark.parametrize("known", [question for question in ORDER if question in ANSWERED])
def test_what_was_said_in_passing_is_not_asked(known: str) -> None:
    complaint = Complaint()
    ANSWERED[known](complaint)
    left = [question for question in ORDER if question != known]
    if known == "service":
        # a service alone does not say what went wrong
        left = ["nature", *[question for question in left if question != "nature"]]
    assert list(missing(complaint, code_sent=True)) == left


def test_a_first_message_that_says_all_leaves_only_the_read_back() -> None:
    complaint = Complaint()
    for answer in ANSWERED.values():
        answer(complaint)
    assert list(missing(complaint, code_sent=True)) == ["confirm"]


def test_an_event_without_the_customers_word_that_it_is_all_is_followed_up() -> None:
    complaint = Complaint()
    complaint.add_event(Event("2026-03-05", "day", "charged"))
    assert "event" in missing(complaint, code_sent=False)


@pytest.mark.parametrize(
    ("complaint", "known"),
    [
        (Complaint(), False),
        (Complaint(phone="+14165550117"), True),
        (Complaint(email="daniel@example.com"), True),
        (Complaint(use_contact_of_record=True), True),
        (Complaint(name="Daniel Okafor", postal_code="M5V 2T6"), False),
    ],
)
def test_where_the_customer_can_be_reached(complaint: Complaint, known: bool) -> None:
    assert reachable(complaint) is known


def test_identity_is_asked_after_the_story_and_before_the_contact() -> None:
    assert INTAKE == ("complaint", "chronology", "remedy", "identity", "contact", "filing")
    in_phases = [question for phase in INTAKE for question in PHASES[phase]]
    assert [question for question in in_phases if question not in DOUBTS] == ORDER
    assert set(DOUBTS) <= set(PHASES["chronology"])


@pytest.mark.parametrize(
    ("question", "phase"),
    [
        ("nature", "complaint"),
        ("event", "chronology"),
        ("remedy", "remedy"),
        ("code", "identity"),
        ("name", "contact"),
        ("confirm", "filing"),
        ("satisfied", "resolution"),
        ("proof", "status"),
        ("open", None),
        ("free", None),
        ("person", None),
        (None, None),
    ],
)
def test_the_phase_of_a_question(question: str | None, phase: str | None) -> None:
    assert phase_of(question) == phase
