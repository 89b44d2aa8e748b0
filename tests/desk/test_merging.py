"""Two cases become one, and nobody loses a number, a promise or a word; a lead undoes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, cast

import pytest

from actions import base, complaint, status
from actions.base import Turn
from actions.opening import request_call_back
from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import P1, P3, WAITING, Case, Escalation, Handoff
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Notice
from bot.cases.merging import MergeRefused, is_same_customer, merge, split
from bot.cases.promises import Promise
from bot.cases.status import CLOSED, ENDED, STATUSES
from bot.cases.texting import KEPT, Evidence
from bot.cases.tracking import check_digit, written
from bot.handoff import Handoffs
from bot.languages import LANGUAGES
from bot.languages.wording import render
from bot.lodging import earlier_cases
from bot.provider import profile
from tests.desk.agents import words_of
from tests.gateway.fakes import DESK_TOKEN

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
OLD, NEW, OTHER = (
    written(body + check_digit(body)) for body in ("11111111111", "48210937551", "22222222222")
)
ANNA = Agent("a", "anna@example.com", "Anna")
LEA = replace(ANNA, name="Lea", role=LEAD)
CALLED, SHARED = Event("2026-03-02", "day", "Called"), Event("2026-03", "month", "Charged twice")
DUE = AT + timedelta(days=5)


def a_case(number: str, **values: Any) -> Case:
    told = Complaint(
        f"Story of {number}",
        [Nature("billing")],
        events=[SHARED],
        phone="+15145550182",
        postal_code="M5V 2T6",
    )
    case = Case(number, told, "en", "web", AT, **values)
    case.promises = [Promise("update", DUE), Promise("answer", DUE, kept_at=AT)]
    return case


def state(case: Case) -> dict[str, Any]:
    """Everything of a case but its history."""
    return {name: value for name, value in vars(case).items() if name != "history"}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"phone": "+15145550182"}, {"phone": "+15145550182", "email": "a@example.com"}, True),
        ({"email": "Kim@example.com"}, {"email": "kim@Example.com"}, True),
        ({"account_number": "1"}, {"account_number": "1"}, True),
        ({"phone": "+15145550182"}, {"phone": "+15145550183"}, False),
        ({"name": "Kim"}, {"name": "Kim"}, False),
        ({}, {}, False),
    ],
)
def test_who_shares_no_contact_may_be_somebody_else(one, other, is_same):
    cases = [
        Case(number, Complaint("x", **told), "en", "web", AT) for number, told in ((OLD, one), (NEW, other))
    ]
    assert is_same_customer(*cases) == is_same
    if is_same:
        merge(cases[0], cases[1], ANNA, AT)
    else:
        with pytest.raises(MergeRefused, match="other_customer"):
            merge(cases[0], cases[1], ANNA, AT)
        merge(cases[0], cases[1], ANNA, AT, sure=True)
        assert cases[0].merged_into == NEW


def test_what_was_told_and_promised_goes_on_at_the_other_case_and_comes_back_when_undone():
    case, into = a_case(OLD, priority=P1, status="investigating"), a_case(NEW, priority=P3)
    case.complaint.events.append(CALLED)
    case.handoffs = [Handoff(AT, "safety: violence")]
    case.promises.append(Promise("call_back", DUE))
    before, of_into = state(case) | {"promises": list(case.promises)}, state(into)
    for _ in range(2):
        merge(case, into, ANNA, AT)
    assert (case.status, case.merged_into) == (CLOSED, NEW)
    assert into.complaint.events == [SHARED, CALLED]
    assert [(each.what, each.kept_at) for each in into.promises] == [
        ("update", None),
        ("answer", AT),
        ("update", None),
        ("call_back", None),
    ]
    assert all(promise.kept_at for promise in case.promises)
    assert into.priority == P1 and into.is_unsafe_to_write
    assert [line.what for line in into.history] == ["merged_in"]
    # called back meanwhile
    into.keep("call_back", AT, "Anna")
    with pytest.raises(MergeRefused, match="not_allowed"):
        split(case, into, ANNA, AT)
    for _ in range(2):
        split(case, into, LEA, AT)
    after = state(case)
    assert after.pop("promises") == [
        Promise("answer", DUE, kept_at=AT),
        Promise("update", DUE),
        Promise("call_back", DUE, kept_at=AT),
    ]
    assert {**after, "promises": before["promises"]} == before
    assert into.complaint.events == [SHARED] and into.promises == of_into["promises"][:2]
    assert into.merges == [] and into.is_unsafe_to_write


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("goes_on", STATUSES)
def test_an_open_case_never_leads_to_one_that_has_ended(status, goes_on):
    case, into = a_case(OLD, status=status), a_case(NEW, status=goes_on)
    if goes_on in ENDED and status not in ENDED:
        with pytest.raises(MergeRefused, match="survivor_ended"):
            merge(case, into, LEA, AT)
        assert case.status == status and into.history == []
    else:
        merge(case, into, LEA, AT)
        assert case.status == CLOSED and case.merged_into == NEW
        split(case, into, LEA, AT)
        assert case.status == status
        goes_on_again = [line.detail for line in case.history if line.what == "reopen"]
        assert goes_on_again == ([] if status in ENDED else [f"closed to {status}"])


@pytest.mark.parametrize("role", [AGENT, LEAD])
def test_an_escalation_goes_on_waiting_for_a_lead(role):
    case, into = a_case(OLD), a_case(NEW)
    case.escalate(Escalation(AT, "en", "senior_manager_or_support_lead", DUE))
    agent = replace(ANNA, role=role)
    if role == AGENT:
        with pytest.raises(MergeRefused, match="for_a_lead"):
            merge(case, into, agent, AT)
        return
    merge(case, into, agent, AT)
    assert into.status == "escalated" and into.escalations == case.escalations
    assert any(each.what == "escalation_review" and each.kept_at is None for each in into.promises)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ((OLD, OLD), None, "itself"),
        ((OLD, NEW), (OLD, OTHER), "merged_already"),
        ((OLD, NEW), (OTHER, OLD), "merged_already"),
        ((OLD, NEW), (NEW, OTHER), "merge_other_way"),
    ],
)
def test_no_number_leads_to_another_that_leads_on(first, second, code):
    cases = {number: a_case(number) for number in (OLD, NEW, OTHER)}
    if second:
        merge(cases[first[0]], cases[first[1]], ANNA, AT)
    case, into = second or first
    with pytest.raises(MergeRefused, match=code):
        merge(cases[case], cases[into], ANNA, AT)


@pytest.fixture
async def pair(gateway):
    """Two cases of one customer, each opened in a conversation of its own."""
    talks = {}
    for number in (OLD, NEW):
        talk = talks[number] = await gateway.talk()
        with gateway.store.unit() as unit:
            conversation, case = unit.conversations.get(talk.id), a_case(number)
            conversation.tracking_number, conversation.complaint = number, a_case(number).complaint
            conversation.expects = "free"
            unit.conversations.save(conversation)
            unit.cases.add(case, talk.id)
            unit.outbox.add(Notice(f"{number}:n", "sms", "+1", "en", f"Notice of {number}", AT, number))
            unit.evidence.add(Evidence(f"e{number}", talk.id, number, "", "image/png", AT, KEPT, bytes=9))
    return talks


def stored(gateway, number: str) -> Case:
    with gateway.store.view() as unit:
        return unit.cases.get(number)


async def merged(gateway, desk) -> None:
    assert (await desk.send(f"/desk/cases/{OLD}/merge", into=NEW)).status_code == 303


async def test_both_are_shown_before_one_leads_to_the_other_and_all_of_it_is_found_there(gateway, anna, pair):
    page = words_of(await anna.see(f"/desk/cases/{OLD}/merge?into={NEW.replace('-', ' ')}"))
    assert f"Story of {OLD}" in page and f"Story of {NEW}" in page and "514-555-0182" in page
    for _ in range(2):
        await merged(gateway, anna)
    page = await anna.see(f"/desk/cases/{NEW}")
    assert f"Notice of {OLD}" in page and f"/desk/cases/{NEW}/evidence/e{OLD}" in page
    assert f'href="/desk/cases/{OLD}"' in page
    old = await anna.see(f"/desk/cases/{OLD}")
    assert "This case was merged" in old and f'href="/desk/cases/{NEW}"' in old
    # nothing more is done there, and an agent cannot undo it
    assert 'name="step"' not in old and "/split" not in old and "Write to the customer" not in old
    assert "Write to the customer" in page
    assert "was merged already" in unescape(
        (await anna.send(f"/desk/cases/{OLD}/facts", seen="0", name="Bo")).text
    )
    assert len(stored(gateway, NEW).merges) == 1
    with gateway.store.view() as unit:
        assert [entry.deed for entry in unit.audit.newest(9, subject_id=OLD)].count("merged") == 1
    answer = await gateway.client.get(f"/api/cases/{OLD}", headers={"Authorization": f"Bearer {DESK_TOKEN}"})
    assert (answer.json()["merged_into"], answer.json()["status"]) == (NEW, "closed")


async def test_a_case_that_leads_to_another_is_no_earlier_case_beside_it(gateway, anna, pair):
    told = Complaint("Again", [Nature("billing")], phone="+15145550182")
    assert [case.tracking_number for case in earlier_cases(gateway.store, told)] == [NEW, OLD]
    await merged(gateway, anna)
    assert [case.tracking_number for case in earlier_cases(gateway.store, told)] == [NEW]


async def test_somebody_elses_case_takes_a_second_word(gateway, anna, pair):
    with gateway.store.unit() as unit:
        other = unit.cases.get(NEW)
        other.complaint.phone = "+15145550199"
        unit.cases.save(other)
    assert 'name="sure"' in await anna.see(f"/desk/cases/{OLD}/merge?into={NEW}")
    refused = await anna.send(f"/desk/cases/{OLD}/merge", into=NEW)
    assert refused.status_code == 409 and 'name="sure"' in refused.text
    assert stored(gateway, OLD).merged_into is None
    await anna.send(f"/desk/cases/{OLD}/merge", into=NEW, sure="yes")
    assert stored(gateway, OLD).merged_into == NEW


async def test_a_lead_undoes_it(gateway, anna, desk_of, pair):
    await merged(gateway, anna)
    lead = desk_of(gateway, "Lea", "lead")
    await lead.sign_in()
    assert "/split" in await lead.see(f"/desk/cases/{OLD}")
    for _ in range(2):
        answer = await lead.send(f"/desk/cases/{OLD}/split", **{"from": NEW})
        assert answer.headers["location"] == f"/desk/cases/{OLD}"
    assert (stored(gateway, OLD).status, stored(gateway, OLD).merged_into) == ("open", None)
    assert f"Notice of {OLD}" not in await lead.see(f"/desk/cases/{NEW}")


def turn_of(gateway, unit, conversation_id: str, text: str, **entities: str) -> Turn:
    """A message as the actions get it."""
    return Turn(
        house=base.House(gateway.store, profile("jive_ca"), cast(Any, None), lambda: AT),
        unit=unit,
        outside=cast(Any, None),
        conversation=unit.conversations.get(conversation_id),
        text=text,
        intent="inform",
        entities=[{"entity": kind, "value": value} for kind, value in entities.items()],
        now=AT,
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_customer_who_asks_by_the_old_number_is_told_of_the_case_that_goes_on(
    gateway, anna, pair, language
):
    await merged(gateway, anna)
    await anna.send(f"/desk/cases/{NEW}/step", step="investigate", seen="open")
    stranger = await gateway.talk(language)
    with gateway.store.unit() as unit:
        turn = turn_of(gateway, unit, stranger.id, OLD, tracking=OLD)
        status.wish(turn, "status")
        assert turn.conversation.expects == "proof"
        # what was given when the old case was opened proves it still
        turn = turn_of(gateway, unit, stranger.id, "M5V 2T6", postal_code="M5V 2T6")
        status.proof(turn)
        [told] = [reply for reply in turn.replies if reply["reply"] == "status"]
        turn.save()
    said = render(told, language, "web").text
    assert OLD in said and NEW in said
    standing = render({"reply": "status", "values": {**told["values"]}}, language, "voice").text
    assert standing and told["values"]["status"]["phrase"] == "status_investigating"


async def test_what_a_customer_still_writes_in_the_old_chat_reaches_the_case_that_goes_on(
    gateway, anna, pair
):
    await merged(gateway, anna)
    talk = pair[OLD]
    assert (await talk.state())["case"] == OLD and (await talk.state())["status"] == "open"
    with gateway.store.unit() as unit:
        turn = turn_of(gateway, unit, talk.id, "It was charged a third time.")
        complaint.add_to(turn, turn.case)
        turn.save()
        assert [reply["reply"] for reply in turn.replies] == ["added_to_case"]
    told = stored(gateway, NEW)
    assert told.complaint.narrative == f"Story of {NEW}\nIt was charged a third time."
    assert told.history[-1].what == "added"
    # the customer's other chat goes on with the same case, and takes nothing away from it
    with gateway.store.unit() as unit:
        asked = turn_of(gateway, unit, talk.id, "A person please")
        base_due = asked.due("call_back")
        request_call_back(asked, "the customer asked for a person")
        asked.conversation.holder = WAITING
        asked.save()
    assert [each.what for each in stored(gateway, NEW).promises if each.due_at == base_due] == ["call_back"]
    with gateway.store.view() as unit:
        agent, _ = unit.agents.by_email(anna.email)
    Handoffs(gateway.store, profile("jive_ca"), lambda: AT).claim(talk.id, agent)
    assert all(each.kept_at for each in stored(gateway, NEW).promises if each.what == "call_back")


async def test_cases_are_tied_and_untied_once_and_both_say_so(gateway, anna, pair):
    for _ in range(2):
        for kind in ("related", "duplicate"):
            await anna.send(f"/desk/cases/{OLD}/link", other=NEW, kind=kind)
    with gateway.store.view() as unit:
        assert [(tie.tracking_number, tie.other, tie.kind) for tie in unit.ties.of(NEW)] == [
            (OLD, NEW, "duplicate")
        ]
    assert "Duplicate of" in await anna.see(f"/desk/cases/{OLD}")
    assert "Has the duplicate" in await anna.see(f"/desk/cases/{NEW}")
    for form, code in (({"other": OLD}, 409), ({"other": OTHER}, 409), ({"other": NEW, "kind": "x"}, 409)):
        assert (await anna.send(f"/desk/cases/{OLD}/link", **{"kind": "related", **form})).status_code == code
    for _ in range(2):
        assert (await anna.send(f"/desk/cases/{NEW}/unlink", other=OLD)).status_code == 303
    with gateway.store.view() as unit:
        assert unit.ties.of(OLD) == []
    assert [line.what for line in stored(gateway, NEW).history].count("unlinked") == 1
