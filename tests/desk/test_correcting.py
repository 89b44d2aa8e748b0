"""Facts and events of a case are put right by those who may, and nothing that stood there before is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.cases.correcting import CorrectionRefused, add_event, change_event, correct, fact
from bot.cases.status import CLOSED, STATUSES
from bot.languages import LANGUAGES
from tests.desk.agents import words_of

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
NUMBER = "4821-0937-5514"
ANNA = Agent("a", "anna@example.com", "Anna")
OLD, NEW = (
    Event("2026-03-05", "day", "Charged twice", "T-1", "Bo"),
    Event("2026-03-06", "day", "Charged once"),
)


def a_case(**values) -> Case:
    complaint = Complaint("My words", [Nature("billing")], events=[OLD], name="Kim", phone="+15145550182")
    return Case(NUMBER, complaint, "en", "web", AT, **values)


def kept(case: Case) -> list[tuple[str, str, str, str]]:
    return [(each.by, each.what, each.before, each.after) for each in case.corrections]


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("name", "Kim Roy", "Kim", "Kim Roy"),
        ("phone", None, "+15145550182", ""),
        ("email", "kim@example.com", "", "kim@example.com"),
        ("remedy", "Money back", "", "Money back"),
        ("account_number", "10031865", "", "10031865"),
        ("language", "fr", "en", "fr"),
        (
            "natures",
            [Nature("contract", "unlocking", "wireless"), Nature("billing")],
            "billing..",
            "contract.unlocking.wireless, billing..",
        ),
    ],
)
def test_a_fact_is_put_right_once_and_what_it_was_is_kept(name, value, before, after):
    case = a_case()
    for _ in range(2):
        correct(case, {name: value}, 0, ANNA, AT)
    assert fact(case, name) == value
    assert kept(case) == [("Anna", name, before, after)]
    assert [(line.by, line.what, line.detail) for line in case.history] == [("Anna", "corrected", name)]
    assert case.complaint.narrative == "My words"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", [AGENT, LEAD])
def test_a_lead_alone_corrects_what_is_closed(status, role):
    agent, case = replace(ANNA, role=role), a_case(status=status)
    changes = (
        lambda: correct(case, {"name": "Kim Roy"}, 0, agent, AT),
        lambda: add_event(case, NEW, agent, AT),
        lambda: change_event(case, "2026-03-05 Charged twice", None, agent, AT),
    )
    for change in changes:
        if status == CLOSED and role == AGENT:
            with pytest.raises(CorrectionRefused, match="closed_for_a_lead"):
                change()
        else:
            change()
    assert len(case.corrections) == (0 if status == CLOSED and role == AGENT else 3)


@pytest.mark.parametrize(
    ("seen", "event", "events", "before", "after"),
    [
        (
            "2026-03-05 Charged twice",
            NEW,
            # what else was read out of the customer's words stays with it
            [Event("2026-03-06", "day", "Charged once", "T-1", "Bo")],
            "2026-03-05 Charged twice",
            "2026-03-06 Charged once",
        ),
        ("2026-03-05 Charged twice", None, [], "2026-03-05 Charged twice", ""),
    ],
)
def test_an_event_is_put_right_or_taken_out_once(seen, event, events, before, after):
    case = a_case()
    for _ in range(2):
        change_event(case, seen, event, ANNA, AT)
    assert case.complaint.events == events
    assert kept(case) == [("Anna", "event", before, after)]


def test_an_event_is_added_once():
    case = a_case()
    for _ in range(2):
        add_event(case, NEW, ANNA, AT)
    assert case.complaint.events == [OLD, NEW]
    assert kept(case) == [("Anna", "event", "", "2026-03-06 Charged once")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda case: correct(case, {"name": "Bo"}, 0, ANNA, AT), "moved_on"),
        (lambda case: change_event(case, "2026 Something else", NEW, ANNA, AT), "moved_on"),
        (lambda case: correct(case, {"account_number": "10031865"}, 1, ANNA, AT), "account_proved"),
    ],
)
def test_what_was_changed_meanwhile_or_proved_is_refused(change, code):
    case = a_case(verified=True, account_number="40021873")
    correct(case, {"name": "Kim Roy"}, 0, ANNA, AT)
    with pytest.raises(CorrectionRefused, match=code):
        change(case)
    assert len(case.corrections) == 1


@pytest.fixture
async def case(gateway):
    """A case that a conversation in the web chat opened, as the assistant leaves both."""
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation, opened = unit.conversations.get(talk.id), a_case()
        conversation.tracking_number, conversation.complaint = NUMBER, a_case().complaint
        unit.conversations.save(conversation)
        unit.cases.add(opened, talk.id)
    return talk


def stored(gateway) -> Case:
    with gateway.store.view() as unit:
        return unit.cases.get(NUMBER)


async def test_corrections_are_seen_searched_by_and_outlive_the_customers_next_words(gateway, anna, case):
    path = f"/desk/cases/{NUMBER}"
    form = {"seen": "0", "name": "Élodie Tremblay", "phone": "(514) 555-0199", "nature_0": "contract"}
    assert (await anna.send(f"{path}/facts", **form)).status_code == 303
    event = {"seen": "2026-03-05 Charged twice", "event_date": "2026-03", "event_text": "Charged\r\ntwice"}
    assert (await anna.send(f"{path}/events", **event, do="change")).status_code == 303
    assert (await anna.send(f"{path}/events", event_date="", event_text="Called")).status_code == 303
    again = {"seen": "2026-03 Charged\r\ntwice", "event_text": "x", "do": "remove"}
    page = words_of(await anna.see(f"{path}/facts"))
    for told in ("Kim Élodie Tremblay", "514-555-0182 514-555-0199", "your contract", "Anna"):
        assert told in page
    assert "Élodie Tremblay" in await anna.see("/desk/cases?q=elodie")
    # the next turn of the conversation writes what the conversation holds onto the case
    with gateway.store.unit() as unit:
        conversation, opened = unit.conversations.get(case.id), unit.cases.get(NUMBER)
        opened.complaint = conversation.complaint
        unit.cases.save(opened)
    told = stored(gateway).complaint
    assert (told.name, told.phone, told.natures) == (
        "Élodie Tremblay",
        "+15145550199",
        [Nature("contract")],
    )
    assert [each.text for each in told.events] == ["Charged\ntwice", "Called"]
    assert (await anna.send(f"{path}/events", **again)).status_code == 303
    assert [each.text for each in stored(gateway).complaint.events] == ["Called"]


async def test_what_cannot_be_read_is_said_and_changes_nothing(gateway, anna, case):
    path = f"/desk/cases/{NUMBER}"
    for address, form, told in [
        ("facts", {"seen": "0", "phone": "12", "name": "Typed already"}, "This is no telephone number"),
        ("events", {"event_date": "soon", "event_text": "Typed already"}, "This is no date"),
        ("events", {"event_date": "2026", "event_text": " "}, "Write something first"),
        (
            "events",
            {"seen": "2026-03-05 Charged twice", "event_date": "x", "event_text": "Typed already"},
            "no date",
        ),
        ("facts", {"seen": "7", "name": "Typed already"}, "This case has moved on"),
    ]:
        answer = await anna.send(f"{path}/{address}", **form)
        assert answer.status_code == 409 and told in unescape(answer.text)
        assert "Typed already" in answer.text or form.get("event_text") == " "
    assert stored(gateway).corrections == [] and stored(gateway).complaint == a_case().complaint
    assert (await anna.send("/desk/cases/1111-1111-1111/facts", seen="0", name="x")).status_code == 404


async def test_an_agent_cannot_correct_what_is_closed_and_the_page_says_so(gateway, anna, case):
    with gateway.store.unit() as unit:
        opened = unit.cases.get(NUMBER)
        opened.status = CLOSED
        unit.cases.save(opened)
    page = await anna.see(f"/desk/cases/{NUMBER}/facts")
    assert "Only a lead can correct it" in page and 'name="seen"' not in page
    assert (await anna.send(f"/desk/cases/{NUMBER}/facts", seen="0", name="x")).status_code == 403
    assert stored(gateway).corrections == []


async def test_nothing_that_was_typed_runs(gateway, anna, case):
    script = "<script>alert(1)</script>"
    await anna.send(f"/desk/cases/{NUMBER}/facts", seen="0", name=script, remedy=script)
    await anna.send(f"/desk/cases/{NUMBER}/events", event_date="", event_text=script)
    for path in ("", "/facts"):
        page = await anna.see(f"/desk/cases/{NUMBER}{path}")
        assert "<script>alert" not in page and script in unescape(page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_in_the_agents_language_with_every_field_named(gateway, desk_of, case, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    page = await desk.see(f"/desk/cases/{NUMBER}/facts")
    assert page.count("<h1") == 1
    named = set(re.findall(r'<label for="([\w-]+)"', page))
    assert set(re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', page)) <= named
    ids = re.findall(r' id="([\w-]+)"', page)
    assert len(ids) == len(set(ids))


async def test_a_case_is_given_to_an_agent_and_back_once_each(gateway, anna, bo, case):
    path = f"/desk/cases/{NUMBER}/assign"
    with gateway.store.view() as unit:
        bos_id = unit.agents.by_email(bo.email)[0].id
    for agent in (bos_id, bos_id, "", ""):
        assert (await anna.send(path, agent=agent)).status_code == 303
    assert (await anna.send(path, agent="nobody")).status_code == 409
    history = [(line.by, line.what, line.detail) for line in stored(gateway).history]
    assert history == [("Anna", "assigned", "Bo"), ("Anna", "unassigned", "")]
    with gateway.store.view() as unit:
        assert [entry.deed for entry in unit.audit.newest(10, subject_id=NUMBER)] == ["assigned"] * 2
