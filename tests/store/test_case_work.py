"""What the desk's case work keeps comes back as it was, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cases.agent import Agent
from bot.cases.audit import CASE_OPENED, NOTED
from bot.cases.case import Case, Correction, Merge
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Notice
from bot.cases.merging import merge, split
from bot.cases.promises import Promise
from bot.cases.texting import KEPT, Evidence
from bot.cases.tying import DUPLICATE, RELATED, tie
from bot.cases.views import View
from bot.store import Conflict
from bot.store.case_lists import Wanted

AT = datetime(2026, 3, 5, 15, 30, 0, 123456, tzinfo=UTC)
ONE, TWO = "4821-0937-5514", "1111-1111-1110"
LEA = Agent("lea", "lea@example.com", "Lea", "lead")


@pytest.fixture
def cases(store):
    """Two cases, each of a conversation of its own."""
    with store.unit() as unit:
        for number in (ONE, TWO):
            unit.conversations.add(Conversation(number, "", "letter", AT, tracking_number=number))
            told = Complaint("x", events=[Event("2026-03", "month", "É")], phone="+15145550182")
            case = Case(number, told, "fr", "letter", AT, received_on=date(2026, 3, 4), assigned_to="lea")
            case.promises = [Promise("update", AT + timedelta(days=1))]
            case.corrections = [Correction(AT, "Lea", "name", "", "Élodie")]
            unit.cases.add(case, number)
            unit.outbox.add(Notice(f"{number}:n", "letter", "", "fr", number, AT, number))
            unit.evidence.add(
                Evidence(number, number, number, "", "image/png", AT, KEPT, bytes=1, added_by="Lea")
            )
    return store


def test_what_was_put_right_and_received_comes_back(cases):
    with cases.view() as unit:
        case = unit.cases.get(ONE)
        assert (case.received_on, case.assigned_to) == (date(2026, 3, 4), "lea")
        assert case.corrections == [Correction(AT, "Lea", "name", "", "Élodie")]
        assert unit.evidence.of_case(ONE)[0].added_by == "Lea"


def test_a_merged_number_leads_to_the_other_case_with_all_that_was_sent_until_it_is_undone(cases):
    with cases.unit() as unit:
        case, into = unit.cases.get(TWO), unit.cases.get(ONE)
        case.complaint.events.append(Event(None, "unknown", "Appelé"))
        merge(case, into, LEA, AT)
        unit.cases.save(case)
        unit.cases.save(into)
    with cases.view() as unit:
        standing = unit.cases.standing(TWO)
        assert standing.tracking_number == ONE and unit.cases.standing("none") is None
        assert standing.merges == [
            Merge(
                TWO,
                AT,
                "Lea",
                "open",
                (Event(None, "unknown", "Appelé"),),
                (Promise("update", AT + timedelta(days=1)),),
            )
        ]
        assert [notice.text for notice, _ in unit.outbox.of_case(ONE)] == [ONE, TWO]
        assert {piece.id for piece in unit.evidence.of_case(ONE)} == {ONE, TWO}
        assert [piece.id for piece in unit.evidence.of_case(TWO)] == [TWO]
    with cases.unit() as unit:
        case, into = unit.cases.get(TWO), unit.cases.get(ONE)
        split(case, into, LEA, AT)
        unit.cases.save(case)
        unit.cases.save(into)
    with cases.view() as unit:
        assert unit.cases.standing(TWO).tracking_number == TWO
        assert unit.cases.get(TWO).promises == [Promise("update", AT + timedelta(days=1))]
        assert [notice.text for notice, _ in unit.outbox.of_case(ONE)] == [ONE]


def test_two_cases_are_tied_in_one_way_at_a_time(cases):
    with cases.unit() as unit:
        for kind in (RELATED, DUPLICATE):
            unit.ties.put(tie(unit.cases.get(ONE), unit.cases.get(TWO), kind, AT, "Lea"))
    with cases.view() as unit:
        assert unit.ties.of(ONE) == unit.ties.of(TWO) and len(unit.ties.of(ONE)) == 1
        assert unit.ties.of(ONE)[0].kind == DUPLICATE
    with cases.unit() as unit:
        assert [unit.ties.remove(TWO, ONE), unit.ties.remove(ONE, TWO)] == [True, False]


@pytest.mark.parametrize(
    ("account", "phone", "email", "found"),
    [
        (None, "+15145550182", None, [TWO, ONE]),
        ("10031865", None, None, [ONE]),
        (None, None, "kim@example.com", [TWO]),
        ("1", "+1", "x", []),
        (None, None, None, []),
    ],
)
def test_the_cases_of_a_customer_are_found_by_each_contact(cases, account, phone, email, found):
    with cases.unit() as unit:
        one, two = unit.cases.get(ONE), unit.cases.get(TWO)
        one.account_number, two.complaint.email = "10031865", "kim@example.com"
        unit.cases.save(one)
        unit.cases.save(two)
    with cases.view() as unit:
        theirs = unit.cases.of_customer(account, phone, email, 5)
    assert [case.tracking_number for case in theirs] == found


def test_lists_by_promise_by_owner_and_by_who_acted_last(cases):
    with cases.unit() as unit:
        for agent, deed, number in (("lea", NOTED, ONE), ("bo", CASE_OPENED, ONE), ("bo", NOTED, TWO)):
            unit.audit.add(AT, deed, agent, number)
    with cases.view() as unit:
        for wanted, found in (
            (Wanted(due_before=AT + timedelta(days=2)), 2),
            (Wanted(due_before=AT), 0),
            (Wanted(assigned_to="lea"), 2),
            (Wanted(assigned_to="bo"), 0),
            (Wanted(acted_by="lea"), 1),
            (Wanted(acted_by="bo", assigned_to="lea"), 1),
        ):
            assert unit.case_lists.count(wanted, 9) == len(unit.case_lists.find(wanted, None, 9)) == found
        assert unit.case_lists.count(Wanted(), 1) == 1


def test_a_view_gives_way_to_another_of_its_name(store):
    with store.unit() as unit:
        for name in ("lea", "bo"):
            unit.agents.add(Agent(name, f"{name}@example.com", name), "hash")
        unit.views.put(View("1", "lea", "Offen", "status=open"))
        unit.views.put(View("2", "lea", "Offen", "status=closed", True))
        unit.views.put(View("3", "bo", "Offen", "q=x"))
    with store.view() as unit:
        assert unit.views.of_agent("bo") == [
            View("2", "lea", "Offen", "status=closed", True),
            View("3", "bo", "Offen", "q=x"),
        ]
        assert unit.views.get("1") is None
    with store.unit() as unit:
        unit.views.remove("2")
    with store.view() as unit:
        assert unit.views.of_agent("lea") == []
    with pytest.raises(Conflict), store.unit() as unit:
        unit.views.put(View("4", "nobody", "x", ""))
