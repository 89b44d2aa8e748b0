"""Macros, proposals, reviews and what became of notices, and an offer answered by many at once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agents import add_agent
from bot.cases.case import Case, Escalation
from bot.cases.complaint import Complaint
from bot.cases.conversation import DELIVERED, SENT, UNDELIVERED, Notice
from bot.cases.errors import CaseError
from bot.cases.goodwill import PUT, Proposal, name_of
from bot.cases.macros import Macro
from bot.offers import Offers
from bot.provider import profile
from bot.store import Conflict

AT = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
NUMBER = "4821-0937-5514"
DAY = timedelta(days=1)


@pytest.fixture
def anna(store):
    return add_agent(store, "anna@example.com", "Anna", "correct horse battery")


@pytest.fixture
def case(store, converse):
    conversation = converse("c1")
    case = Case(
        NUMBER,
        Complaint("x", email="kim@example.com"),
        "en",
        "web",
        AT,
        account_number="10024417",
        verified=True,
    )
    with store.unit() as unit:
        mine = unit.conversations.get(conversation.id)
        mine.tracking_number = NUMBER
        unit.conversations.save(mine)
        unit.cases.add(case, conversation.id)
    return case


def test_a_macro_is_written_over_and_taken_away_once(store):
    macro = Macro("m", {"en": "Hours", "fr": "Été"}, {"en": "Open", "fr": "Ouvert"}, "Lea", AT)
    later = replace(macro, id="n", written_at=AT + DAY)
    with store.unit() as unit:
        for each in (later, macro, replace(macro, texts={"en": "Shut"})):
            unit.macros.put(each)
        assert [each.id for each in unit.macros.all()] == ["m", "n"]
        assert unit.macros.get("m").texts == {"en": "Shut"} and unit.macros.get("m").titles["fr"] == "Été"
        assert [unit.macros.remove("m", AT), unit.macros.remove("m", AT)] == [True, False]
        assert unit.macros.get("m") is None and [each.id for each in unit.macros.all()] == ["n"]


def test_a_proposal_is_kept_once_and_asked_for_until_it_is_decided(store, anna):
    first, second = (Proposal(name, NUMBER, anna.id, 30_000, "Why", AT) for name in ("a", "b"))
    with store.unit() as unit:
        unit.proposals.add(first)
        unit.proposals.add(second)
        unit.proposals.save(replace(first, status=PUT, decided_by="Lea", decided_at=AT, seq=4))
        assert unit.proposals.get("a").seq == 4 and unit.proposals.asked(10) == [second]
        assert [each.id for each in unit.proposals.of_case(NUMBER)] == ["a", "b"]
    with pytest.raises(Conflict), store.unit() as unit:
        unit.proposals.add(first)


def test_reviews_come_by_their_date_and_go_when_they_are_done(store, case):
    with store.unit() as unit:
        unit.cases.get(NUMBER).escalate(Escalation(AT, "en", "lead", AT + 9 * DAY))
        unit.cases.save(unit.cases.get(NUMBER))
        other = Case("1111-1111-1111", Complaint("y"), "en", "web", AT)
        other.escalate(Escalation(AT, "en", "lead", AT + DAY))
        unit.cases.add(other, "c1")
    with store.view() as unit:
        assert [each.tracking_number for each in unit.cases.under_review(10)] == ["1111-1111-1111", NUMBER]
        assert [each.tracking_number for each in unit.cases.under_review(1)] == ["1111-1111-1111"]
    with store.unit() as unit:
        done = unit.cases.get("1111-1111-1111")
        done.keep("escalation_review", AT)
        unit.cases.save(done)
        assert [each.tracking_number for each in unit.cases.under_review(10)] == [NUMBER]


def test_what_became_of_each_notice_of_a_case(store, case):
    with store.unit() as unit:
        for key in ("waits", "went", "arrived", "lost", "gave up"):
            unit.outbox.add(Notice(key, "email", f"{key}@x.example", "en", "Hi", AT, NUMBER))
        numbers = {notice.key: number for number, notice in unit.outbox.waiting()}
        for key in ("went", "arrived", "lost"):
            unit.outbox.sent(numbers[key], AT, key)
        unit.outbox.told("arrived", DELIVERED, AT)
        unit.outbox.told("lost", UNDELIVERED, AT, "gone")
        unit.outbox.failed(numbers["gave up"], AT, None, "gone")
        assert unit.outbox.fates_of_case(NUMBER) == {
            "waits": None,
            "went": SENT,
            "arrived": DELIVERED,
            "lost": UNDELIVERED,
            "gave up": UNDELIVERED,
        }


def test_an_offer_that_many_answer_at_once_is_credited_once(store, case, anna):
    offers = Offers(store, profile("jive_ca"), lambda: AT)
    words = offers.plan(NUMBER, anna, 2000, "Why", False)
    offers.make(NUMBER, anna, 2000, "Why", False, words, "o")
    with store.view() as unit:
        name = name_of(unit.cases.get(NUMBER).standing_offer)

    def answer(accepted: bool) -> str:
        try:
            offers.record(NUMBER, anna, name, accepted, said_so=True)
        except CaseError as refused:
            return refused.code
        return "recorded"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(answer, [True, False] * 4))
    assert set(outcomes) == {"recorded", "moved_on"}
    with store.view() as unit:
        offer = unit.cases.get(NUMBER).offers[0]
        promised = [each for each in unit.cases.get(NUMBER).promises if each.what == "credit_on_account"]
        assert len(unit.instructions.of_case(NUMBER)) == len(promised) == (offer.status == "accepted")
        assert len([each for each, _ in unit.outbox.of_case(NUMBER)]) == 1
