"""Whoever opens what is not their work says why first, once a shift, and sees nothing of it before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.routing import iter_route_contexts

from bot.cases.agent import ADMINISTRATOR, AGENT, LEAD, Agent
from bot.cases.audit import Head, next_entry
from bot.cases.case import ASSISTANT, WAITING, Case, Escalation
from bot.cases.complaint import Complaint, Nature
from bot.cases.matters import LONGEST_REASON, Matter, NoReason, is_known, is_work_of, reason_of
from bot.desk.reasons import reason_if_wanted
from bot.languages import LANGUAGES, pack
from tests.desk.agents import words_of

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
NUMBER = "4821-0937-5514"

# holder, who has it, status, for a lead, who worked on it last: whose work it is
WORK = """
waiting   -    -         -    -     agent lead
waiting   -    resolved  -    bo    agent lead
waiting   -    escalated yes  -     agent lead
assistant -    -         -    -
assistant -    open      -    -     agent lead
assistant -    open      -    bo
assistant -    open      -    me    agent lead administrator
assistant -    resolved  -    -
assistant -    resolved  -    me    agent lead administrator
assistant -    escalated yes  -     lead
assistant -    answered  yes  bo    lead
agent     bo   open      -    -
agent     bo   escalated yes  bo    lead
agent     me   open      -    bo    agent lead administrator
agent     -    open      -    -
"""


@pytest.mark.parametrize("row", WORK.split("\n")[1:-1])
@pytest.mark.parametrize("role", [AGENT, LEAD, ADMINISTRATOR])
def test_whose_work_a_matter_is(row: str, role: str) -> None:
    holder, has_it, status, for_a_lead, worked_by, *roles = (
        None if part == "-" else part for part in row.split()
    )
    matter = Matter("c", NUMBER, str(holder), has_it, status, for_a_lead == "yes", worked_by)
    assert is_work_of(matter, Agent("me", "me@example.com", "Anna", role)) is (role in roles)


@pytest.mark.parametrize(
    ("deed", "minutes", "to_read", "to_change"),
    [
        ("gave_reason", 11 * 60, True, True),
        ("gave_reason", 12 * 60, False, False),
        ("opened", 14, True, True),
        ("opened", 15, False, True),
        ("case_opened", 12 * 60, False, False),
    ],
)
def test_a_reason_is_good_for_a_shift_and_what_was_opened_for_a_while(
    deed, minutes, to_read, to_change
) -> None:
    deeds = [next_entry(Head(), AT, deed, "me", "c")]
    now = AT + timedelta(minutes=minutes)
    assert (is_known(deeds, now), is_known(deeds, now, changes=True)) == (to_read, to_change)
    assert not is_known([], now, changes=True)


def test_a_reason_is_one_of_the_list_or_has_words() -> None:
    assert reason_of("quality", " ") == "quality"
    assert reason_of("other", " the  auditor\nasked ") == "other: the auditor asked"
    for name, words in (
        ("", ""),
        ("curiosity", "x"),
        ("other", " "),
        ("quality", "x" * (LONGEST_REASON + 1)),
    ):
        with pytest.raises(NoReason):
            reason_of(name, words)


@pytest.fixture
async def closed(gateway):
    """A case that has ended, of a customer who talks with the assistant."""
    talk = await gateway.talk()
    complaint = Complaint("Billed twice", [Nature("billing")], name="Kim Roy", email="kim@example.com")
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.tracking_number = NUMBER
        unit.conversations.save(conversation)
        unit.cases.add(Case(NUMBER, complaint, "en", "web", AT, status="resolved"), talk.id)
    return talk


def reasons(gateway) -> list[tuple[str | None, str | None]]:
    with gateway.store.view() as unit:
        return [(entry.subject_id, entry.detail) for entry in unit.audit.all() if entry.deed == "gave_reason"]


def asks(response) -> bool:
    return response.status_code == 403 and "Why do you open this?" in response.text


async def test_a_case_outside_the_queue_opens_with_a_reason_that_is_good_for_all_of_it(
    gateway, anna, bo, closed
):
    anna.client.gives_reasons = bo.client.gives_reasons = False
    case, talk = f"/desk/cases/{NUMBER}", f"/desk/conversations/{closed.id}"
    for path in (case, talk, f"{case}/evidence/e1"):
        page = await anna.client.get(path)
        assert asks(page) and "Kim" not in page.text and "Billed" not in page.text
    given = await anna.send("/desk/reasons", kind="cases", name=NUMBER, page=case, reason="quality")
    assert (given.status_code, given.headers["location"]) == (303, case)
    for path in (case, talk):
        assert "Kim Roy" in await anna.see(path)
    # one reason, of one agent
    assert reasons(gateway) == [(NUMBER, "quality")]
    assert asks(await bo.client.get(case))


async def test_nothing_is_done_to_what_is_not_open_either(gateway, anna, closed):
    anna.client.gives_reasons = False
    for path, form in (
        (f"/desk/cases/{NUMBER}/note", {"text": "x"}),
        (f"/desk/cases/{NUMBER}/step", {"step": "reopen", "seen": "resolved"}),
        (f"/desk/conversations/{closed.id}/claim", {}),
        (f"/desk/conversations/{closed.id}/say", {"text": "x"}),
    ):
        assert asks(await anna.send(path, **form))
    with gateway.store.view() as unit:
        assert unit.cases.get(NUMBER).history == [] and unit.conversations.get(closed.id).holder == ASSISTANT


async def test_a_live_page_of_what_is_no_longer_open_is_loaded_anew(anna, closed):
    anna.client.gives_reasons = False
    stream = await anna.client.get(f"/desk/conversations/{closed.id}/stream")
    assert stream.text.strip() == "event: over\ndata: true"


async def test_a_refused_reason_keeps_its_words_and_opens_nothing(gateway, anna, closed):
    anna.client.gives_reasons = False
    asked = {"kind": "cases", "name": NUMBER}
    long = await anna.send("/desk/reasons", **asked, reason="other", words="y" * (LONGEST_REASON + 1))
    assert long.status_code == 409 and "200 characters" in long.text and "y" * LONGEST_REASON in long.text
    assert (await anna.send("/desk/reasons", **asked, reason="other", words=" ")).status_code == 409
    nowhere = {"kind": "cases", "name": "0000-0000-0000", "reason": "quality"}
    assert (await anna.send("/desk/reasons", **nowhere)).status_code == 404
    assert reasons(gateway) == [] and asks(await anna.client.get(f"/desk/cases/{NUMBER}"))


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example", "/desk/cases/other/x", "/desk/audit", ""]
)
async def test_a_reason_leads_nowhere_but_to_what_it_was_given_for(anna, closed, page):
    given = await anna.send("/desk/reasons", kind="cases", name=NUMBER, page=page, reason="customer")
    assert given.headers["location"] == f"/desk/cases/{NUMBER}"
    piece = f"/desk/cases/{NUMBER}/evidence/e1"
    given = await anna.send("/desk/reasons", kind="cases", name=NUMBER, page=piece, reason="customer")
    assert given.headers["location"] == piece


async def test_what_waits_is_open_to_agents_and_what_was_escalated_to_leads(gateway, desk_of, anna, closed):
    lead, boss = desk_of(gateway, "Lea", "lead"), desk_of(gateway, "Cleo", "administrator")
    for desk in (lead, boss):
        await desk.sign_in()
    everyone = (anna, lead, boss)
    for desk in everyone:
        desk.client.gives_reasons = False
    path = f"/desk/conversations/{closed.id}"
    assert [asks(await desk.client.get(path)) for desk in everyone] == [True, True, True]
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.move("reopen", AT, "Bo")
        case.escalate(Escalation(AT, "en", "senior_manager_or_support_lead", AT + timedelta(days=2)))
        unit.cases.save(case)
    assert [asks(await desk.client.get(path)) for desk in everyone] == [True, False, True]
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(closed.id)
        conversation.holder = WAITING
        unit.conversations.save(conversation)
    assert [asks(await desk.client.get(path)) for desk in everyone] == [False, False, True]


async def test_lists_tell_the_story_only_of_what_is_open(gateway, anna, closed):
    anna.client.gives_reasons = False
    page = words_of(await anna.see("/desk/cases"))
    assert "Kim Roy" in page and "Billed twice" not in page and "kim@example.com" not in page
    await anna.send("/desk/reasons", kind="cases", name=NUMBER, reason="customer")
    assert "Billed twice" in words_of(await anna.see("/desk/cases"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_administrator_reads_the_reasons(gateway, desk_of, anna, closed, language):
    words = "<b>the auditor asked</b>"
    await anna.send("/desk/reasons", kind="cases", name=NUMBER, reason="other", words=words)
    boss = desk_of(gateway, "Cleo", "administrator", language)
    await boss.sign_in()
    page = await boss.see("/desk/audit")
    other = pack(language, "oversight")["reason"]["reasons"]["other"]
    assert f"{other} ({words})" in words_of(page).replace("&lt;", "<") or "&lt;b&gt;the auditor" in page
    assert "<b>" not in page


async def test_looks_at_the_queue_and_at_lists_are_recorded_once_for_a_while(gateway, anna):
    for _ in range(3):
        await anna.see("/desk")
        await anna.see("/desk/cases?q=kim")
    with gateway.store.view() as unit:
        looks = [(each.deed, each.subject_id, each.detail) for each in unit.audit.all()][1:]
    assert looks == [("queue_seen", "queue", None), ("cases_listed", "cases", None)]


def test_every_route_to_a_conversation_or_a_case_asks(gateway):
    asking = {
        route.path: reason_if_wanted in [each.call for each in route.dependant.dependencies]
        for route in iter_route_contexts(gateway.app.routes)
        if route.path.startswith("/desk")
        and ("{tracking_number}" in route.path or "{conversation_id}" in route.path)
    }
    assert len(asking) >= 9
    assert [path for path, asks in asking.items() if not asks] == []
