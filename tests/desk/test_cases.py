"""Cases at the desk: found, seen whole, noted on and moved, by those who may and by nobody else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case, Escalation, Handoff, Referral
from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint, Nature, PriorContact
from bot.cases.conversation import Notice
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.cases.resolution import Resolution
from bot.cases.status import MOVES, STATUSES
from bot.cases.steps import STEPS, StepRefused, next_steps, take
from bot.cases.texting import KEPT, Evidence
from bot.desk import cases, listing
from bot.evidence import path_of
from bot.languages import LANGUAGES
from bot.store.case_lists import Wanted
from tests.desk.agents import words_of
from tests.gateway.fakes import outbox_of

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
NUMBER = "4821-0937-5514"


def escalated(case: Case) -> None:
    case.escalate(Escalation(AT, "en", "senior_manager_or_support_lead", AT + timedelta(days=2)))


@pytest.fixture
async def kept(gateway):
    """A function that keeps a case of a new conversation."""

    async def keep(number: str = NUMBER, complaint: Complaint | None = None, **values) -> Case:
        talk = await gateway.talk()
        case = Case(
            number,
            complaint or Complaint("Billed twice", [Nature("billing")]),
            **{"language": "en", "channel": "web", "opened_at": AT} | values,
        )
        with gateway.store.unit() as unit:
            unit.cases.add(case, talk.id)
            if number == NUMBER:
                unit.evidence.add(
                    Evidence("e1", talk.id, "m:0", "https://x", "image/png", AT, KEPT, bytes=2048)
                )
        piece = path_of(
            Evidence("e1", talk.id, "m:0", "", "image/png", AT), gateway.app.state.services.settings.data_dir
        )
        piece.parent.mkdir(exist_ok=True)
        piece.write_bytes(b"a picture")
        return case

    return keep


def kept_case(gateway, number: str = NUMBER) -> Case:
    with gateway.store.view() as unit:
        return unit.cases.get(number)


async def test_a_note_stands_in_the_history_once_by_name_and_nothing_is_sent(gateway, anna, kept):
    await kept()
    for _ in range(2):
        await anna.send(f"/desk/cases/{NUMBER}/note", text="Meter was wrong", note_id="n1")
    assert [(line.by, line.what, line.detail) for line in kept_case(gateway).history] == [
        ("Anna", "note", "Meter was wrong")
    ]
    assert "Meter was wrong" in await anna.see(f"/desk/cases/{NUMBER}")
    assert (await anna.send(f"/desk/cases/{NUMBER}/note", text=" ")).status_code == 409
    long = await anna.send(f"/desk/cases/{NUMBER}/note", text="y" * (cases.LONGEST_NOTE + 1))
    assert long.status_code == 409 and "y" * 100 in long.text
    assert (await anna.send("/desk/cases/0000-0000-0000/note", text="x")).status_code == 404
    assert outbox_of(gateway.store) == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", [AGENT, LEAD])
def test_the_steps_are_those_of_the_status_table(status, role):
    agent = Agent("a", "a@example.com", "Anna", role)
    allowed = {step for step in STEPS if MOVES[step].get(status, status) != status}
    expected = set() if status == "escalated" and role == AGENT else allowed
    case = Case(NUMBER, Complaint("x"), "en", "web", AT, status=status)
    assert set(next_steps(case, agent)) == expected
    for step in MOVES:
        case = Case(NUMBER, Complaint("x"), "en", "web", AT, status=status)
        if step in expected:
            take(case, step, agent, AT, status, customer_said_so=True)
            assert (case.status, case.history[0].by) == (MOVES[step][status], "Anna")
        else:
            with pytest.raises(StepRefused):
                take(case, step, agent, AT, status, customer_said_so=True)
            assert case.status == status and case.history == []


async def test_a_lead_alone_answers_what_was_escalated_even_after_the_customer_was_asked(
    gateway, anna, desk_of, kept
):
    case = await kept()
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        escalated(case)
        unit.cases.save(case)
    lead, address = desk_of(gateway, "Lea", "lead"), f"/desk/cases/{NUMBER}/step"
    await lead.sign_in()
    assert (await anna.send(address, step="answer", seen="escalated")).status_code == 403
    assert (await lead.send(address, step="ask_customer", seen="escalated")).status_code == 303
    assert (await anna.send(address, step="answer", seen="waiting_for_customer")).status_code == 403
    assert 'value="answer"' not in await anna.see(f"/desk/cases/{NUMBER}")
    assert (await lead.send(address, step="answer", seen="waiting_for_customer")).status_code == 303
    answered = kept_case(gateway)
    assert answered.status == "answered" and answered.promises[0].kept_at is not None
    assert (await anna.send(address, step="close", seen="answered")).status_code == 303
    assert outbox_of(gateway.store) == []


async def test_a_step_is_refused_that_was_decided_on_another_status_or_without_the_customers_word(
    gateway, anna, kept
):
    await kept()
    address = f"/desk/cases/{NUMBER}/step"
    for form in (
        {"step": "answer", "seen": "investigating"},
        {"step": "resolve", "seen": "open"},
        {"step": "close", "seen": "open"},
        {"step": "escalate", "seen": "open"},
    ):
        assert (await anna.send(address, **form)).status_code == 409
    assert kept_case(gateway).status == "open"
    await anna.send(address, step="resolve", seen="open", customer_said_so="yes")
    assert kept_case(gateway).status == "resolved"


@pytest.mark.parametrize(
    "search",
    [
        "4821 0937 5514",
        "48210937",
        "ÉLODIE",
        "elodie tremblay",
        "100-200-300",
        "(514) 555-0182",
        "elodie@example.com",
        "grele modem",
        "100%_sur",
    ],
)
async def test_a_case_is_found_by_what_an_agent_knows_of_it(gateway, kept, search):
    told = "Après la grêle le modem ne marche plus, 100%_sûr"
    complaint = Complaint(told, name="Élodie Tremblay", phone="+15145550182", email="elodie@example.com")
    await kept(complaint=complaint, account_number="100200300")
    await kept("1111-1111-1111")
    with gateway.store.view() as unit:
        assert [line.tracking_number for line in unit.case_lists.find(Wanted(search), None, 5)] == [NUMBER]
        assert unit.case_lists.find(Wanted("tremblay bell"), None, 5) == []
        assert unit.case_lists.find(Wanted("mod%m"), None, 5) == []
    with gateway.store.unit() as unit:
        case = unit.cases.get("1111-1111-1111")
        case.complaint.tell("Zanzibar\x00")
        unit.cases.save(case)
    with gateway.store.view() as unit:
        assert len(unit.case_lists.find(Wanted("zanzibar\x00"), None, 5)) == 1


@pytest.mark.parametrize(
    "query",
    ["status=closed", "priority=P2", "category=contract", "channel=sms", "language=fr", "escalated=yes"],
)
async def test_lists_are_narrowed_by_each_filter_and_by_nothing_unknown(gateway, anna, kept, query):
    await kept("1111-1111-1111")
    await kept(
        complaint=Complaint("x", [Nature("billing"), Nature("contract")]),
        status="closed",
        priority="P2",
        channel="sms",
        language="fr",
        escalations=[Escalation(AT, "en", "x", AT)],
    )
    page = await anna.see(f"/desk/cases?{query}")
    assert NUMBER in page and "1111-1111-1111" not in page
    assert "1111-1111-1111" in await anna.see("/desk/cases?status=nonsense&priority=%00&after=x")


@pytest.mark.parametrize("order", ["", "urgent"])
async def test_pages_follow_each_other_by_key_and_miss_and_repeat_none(
    gateway, anna, kept, monkeypatch, order
):
    monkeypatch.setattr(listing, "PAGE", 2)
    numbers = ["1111-1111-1110", "2222-2222-2220", "3333-3333-3330", "4444-4444-4440", "5555-5555-5550"]
    monkeypatch.setattr(listing, "find_tracking_number", lambda text: text or None)
    for number, priority in zip(numbers, ["P3", "P1", "P2", "P1", "P3"], strict=True):
        await kept(number, priority=priority)
    await kept(status="closed", priority="P1", opened_at=AT)
    seen, address = [], f"/desk/cases?order={order}"
    while address:
        page = await anna.see(address)
        seen += re.findall(r'<th scope="row"><a href="/desk/cases/([\d-]+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following.group(1)) if following else None
    urgent = [numbers[index] for index in (1, 3, 2, 0, 4)]
    assert seen == (urgent if order else [NUMBER, *reversed(numbers)])


SCRIPT = "<script>alert('{}')</script><img src=x onerror=alert(1)>"
FIELDS = (
    "narrative remedy event name email address postal account represented company prior reference person "
    "playbook finding to reason scheme notice number by detail"
).split()


async def test_the_whole_case_is_shown_and_nothing_of_it_runs(gateway, anna, kept):
    t = {field: SCRIPT.format(field) for field in FIELDS}
    complaint = Complaint(
        t["narrative"],
        [Nature("billing")],
        t["remedy"],
        [Event("2026-03", "month", t["event"])],
        [PriorContact(t["prior"], t["reference"], t["person"])],
        [Amount(4115)],
        name=t["name"],
        email=t["email"],
        phone="+15145550182",
        address=t["address"],
        postal_code=t["postal"],
        represented=t["represented"],
        companies=(t["company"],),
    )
    case = Case(NUMBER, complaint, "en", "web", AT, account_number=t["account"])
    case.offers = [Offer("goodwill", 2000, (), AT)]
    case.resolutions = [Resolution(t["playbook"], t["finding"], "s", (), 0, AT)]
    case.escalations = [Escalation(AT, "en", t["to"], AT)]
    case.handoffs = [Handoff(AT, t["reason"])]
    case.promises = [Promise("update", AT)]
    case.referral = Referral(AT, "ccts", t["scheme"])
    case.note(AT, t["by"], "note", t["detail"])
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        unit.cases.add(case, talk.id)
        unit.outbox.add(Notice("k", "sms", t["number"], "en", t["notice"], AT, NUMBER))
    page, found = await anna.see(f"/desk/cases/{NUMBER}"), await anna.see("/desk/cases?q=%3Cscript%3E")
    for html in (page, found, (await anna.send(f"/desk/cases/{NUMBER}/step", step=t["to"])).text):
        assert "<script>alert" not in html and "<img" not in html
    # underscores of our own names are written as spaces; all else stands as it was kept
    assert [field for field in FIELDS if SCRIPT.format(field) not in unescape(page)] == []
    assert "Late" in page and f"/desk/conversations/{talk.id}" in page and "$20" in page
    assert 'value="&lt;script&gt;"' in found and "narrative" in found


async def test_a_file_is_saved_and_never_shown(anna, kept):
    await kept()
    response = await anna.client.get(f"/desk/cases/{NUMBER}/evidence/e1")
    assert response.content == b"a picture"
    assert response.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in response.headers["content-security-policy"]
    for path in ("1111-1111-1111/evidence/e1", f"{NUMBER}/evidence/e2", "0000"):
        assert (await anna.client.get(f"/desk/cases/{path}")).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_are_in_the_agents_language_with_one_heading_and_every_field_named(
    gateway, desk_of, kept, language
):
    await kept()
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    for path, title in (("/desk/cases", "title"), (f"/desk/cases/{NUMBER}", "next_step")):
        page = await desk.see(path)
        assert cases.Wording(language, AT.tzinfo).words["cases"][title] in words_of(page)
        assert page.count("<h1") == 1
        named = set(re.findall(r'<label for="([\w-]+)"', page))
        fields = set(re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', page))
        assert fields and fields <= named
        assert page.count("<table>") == page.count("<caption")


async def test_who_saw_and_did_what_with_a_case_is_recorded_once(gateway, anna, kept) -> None:
    await kept()
    for _ in range(2):
        await anna.see(f"/desk/cases/{NUMBER}")
        await anna.send(f"/desk/cases/{NUMBER}/note", text="Called back.", note_id="n1")
    await anna.send(f"/desk/cases/{NUMBER}/step", step="investigate", seen="open")
    await anna.client.get(f"/desk/cases/{NUMBER}/evidence/e1")
    await anna.client.get("/desk/cases/4821-0937-5562/evidence/e1")
    with gateway.store.view() as unit:
        found = [
            (entry.deed, entry.subject_id) for entry in unit.audit.newest(20) if entry.subject_id != "queue"
        ]
    assert found[:4] == [
        ("downloaded", "e1"),
        ("stepped", NUMBER),
        ("noted", NUMBER),
        ("case_opened", NUMBER),
    ]
