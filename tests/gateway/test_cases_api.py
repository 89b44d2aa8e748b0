"""Desks read cases with their token, exactly as the interface names the fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.case import Case, Escalation, Handoff, Referral
from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint, Nature, PriorContact
from bot.cases.conversation import Conversation, Notice
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.cases.resolution import Resolution
from bot.cases.texting import KEPT, Evidence
from bot.cases.tracking import check_digit, written
from bot.gateway.cases_api import PAGE
from tests.gateway.fakes import DESK_TOKEN

AT = datetime(2026, 3, 5, 15, 4, 5, tzinfo=UTC)
ISO = "2026-03-05T15:04:05.000Z"
DESK = {"Authorization": f"Bearer {DESK_TOKEN}"}


def number(index: int) -> str:
    body = f"{index:011d}"
    return written(body + check_digit(body))


def open_case(store, index: int, **facts) -> Case:
    conversation = Conversation(f"conversation-{index}", "hash", "web", AT)
    case = Case(number(index), Complaint(), "en", "web", AT + timedelta(minutes=index), **facts)
    with store.unit() as unit:
        unit.conversations.add(conversation)
        unit.cases.add(case, conversation.id)
    return case


async def test_a_case_shows_everything_on_record(gateway):
    complaint = Complaint(
        narrative="Charged twice.",
        natures=[Nature("billing", "incorrect_charge", "internet"), Nature("other")],
        remedy="My money back",
        events=[Event("2026-03", "month", "Charged twice", "T-1", "Kevin"), Event(None, "unknown", "Called")],
        prior_contacts=[PriorContact("Called in April", "T-1", "Marie")],
        amounts=[Amount(4115)],
        name="Alex Tremblay",
        phone="+14165550123",
        email="alex@example.com",
        address="12 Maple Ave, Toronto",
        postal_code="M5V 2T6",
    )
    case = Case(number(1), complaint, "fr", "web", AT, account_number="40021873", verified=True)
    case.offer(Offer("duplicate_charge", 4115, ("charge-2",), AT))
    case.answer_offer(True, AT)
    case.begin(
        Resolution(
            "duplicate_charge", "charged_twice", "shall_we", ("charge-2",), 4115, AT, "QC", "residential"
        )
    )
    assert case.resolution is not None
    case.advance(case.resolution.answered("yes"))
    case.end_resolution("solved", AT)
    case.recontact_of = number(2)
    case.promise(Promise("apply_credit", AT), AT)
    case.keep("apply_credit", AT)
    case.escalate(Escalation(AT, "fr", "senior_manager", AT))
    case.hand_over(Handoff(AT, "asked"), AT)
    case.refer(Referral(AT, "ccts"))
    with gateway.store.unit() as unit:
        unit.conversations.add(Conversation("conversation", "hash", "web", AT))
        unit.cases.add(case, "conversation")
        unit.outbox.add(Notice("n-1", "sms", "+14165550123", "fr", "Ouvert", AT, case.tracking_number))

    response = await gateway.client.get(f"/api/cases/{case.tracking_number}", headers=DESK)
    assert response.status_code == 200
    body = response.json()
    history = body.pop("history")
    moves = {"offered", "accepted", "escalate", "person_requested", "refer"}
    assert {entry["what"] for entry in history} >= moves
    assert all(set(entry) == {"at", "by", "what", "detail"} for entry in history)
    assert body == {
        "tracking_number": case.tracking_number,
        "status": "referred",
        "priority": "P2",
        "language": "fr",
        "channel": "web",
        "opened_at": ISO,
        "received_on": None,
        "customer": {
            "account_number": "40021873",
            "verified": True,
            "verified_weakly": False,
            "name": "Alex Tremblay",
            "contacts": [
                {"kind": "phone", "value": "+14165550123"},
                {"kind": "email", "value": "alex@example.com"},
            ],
            "address": {"street": "12 Maple Ave, Toronto", "postal_code": "M5V 2T6"},
        },
        "complaint": {
            "narrative": "Charged twice.",
            "represented": None,
            "circumstances": [],
            "companies": [],
            "natures": [
                {"category": "billing", "issue": "incorrect_charge", "service": "internet"},
                {"category": "other", "issue": None, "service": None},
            ],
            "remedy": "My money back",
            "events": [
                {
                    "date": "2026-03",
                    "precision": "month",
                    "text": "Charged twice",
                    "reference": "T-1",
                    "person": "Kevin",
                },
                {"date": None, "precision": "unknown", "text": "Called", "reference": None, "person": None},
            ],
            "prior_contacts": [{"text": "Called in April", "reference": "T-1", "person": "Marie"}],
            "amounts": [{"amount": 41.15, "currency": "CAD"}],
        },
        "offers": [
            {"kind": "duplicate_charge", "amount": 41.15, "currency": "CAD", "status": "accepted", "at": ISO}
        ],
        "resolutions": [
            {
                "playbook": "duplicate_charge",
                "finding": "charged_twice",
                "answers": ["shall_we:yes"],
                "outcome": "solved",
                "at": ISO,
                "ended_at": ISO,
            }
        ],
        "recontact_of": number(2),
        "merged_into": None,
        "promises": [
            {"what": "apply_credit", "due_at": ISO, "kept_at": ISO},
            {"what": "escalation_review", "due_at": ISO, "kept_at": None},
            {"what": "call_back", "due_at": ISO, "kept_at": None},
        ],
        "notices": [
            {
                "kind": "sms",
                "to": "+14165550123",
                "language": "fr",
                "text": "Ouvert",
                "at": ISO,
                "sent_at": None,
            }
        ],
        "escalations": [{"at": ISO, "language": "fr", "to": "senior_manager", "due_at": ISO}],
        "referral": {"at": ISO, "scheme": "ccts", "scheme_number": None},
        "handoffs": [{"at": ISO, "reason": "asked", "taken_at": None}],
        "evidence": [],
    }


async def test_the_conversation_shows_number_and_status_of_its_case(gateway):
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.tracking_number = number(7)
        unit.cases.add(Case(number(7), Complaint(), "en", "web", AT, status="resolved"), talk.id)
        unit.conversations.save(conversation)
    state = (await talk.post("thanks")).json()["state"]
    assert (state["case"], state["status"]) == (number(7), "resolved")


@pytest.mark.parametrize("path", ["/api/cases", f"/api/cases/{number(1)}"])
@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer wrong", f"Basic {DESK_TOKEN}", f"Bearer {DESK_TOKEN}x"]
)
async def test_without_the_desks_token_nothing_is_read(gateway, path, authorization):
    open_case(gateway.store, 1)
    headers = {"Authorization": authorization} if authorization else {}
    response = await gateway.client.get(path, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthorized")


async def test_without_a_token_set_nobody_reads(start):
    async with start(desk_api_token=None) as gateway:
        for authorization in ("Bearer ", "Bearer None", "Bearer"):
            response = await gateway.client.get("/api/cases", headers={"Authorization": authorization})
            assert response.status_code == 401


@pytest.mark.parametrize("path", [number(2), "1234", "x", "%00", "4821-0937-5514"])
async def test_a_number_without_a_case_is_not_found(gateway, path):
    open_case(gateway.store, 1)
    response = await gateway.client.get(f"/api/cases/{path}", headers=DESK)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


async def test_a_number_is_found_however_it_is_grouped(gateway):
    case = open_case(gateway.store, 1)
    path = f"/api/cases/{case.tracking_number.replace('-', '')}"
    assert (await gateway.client.get(path, headers=DESK)).json()["tracking_number"] == case.tracking_number


async def test_cases_are_listed_page_by_page_and_by_status(gateway):
    cases = [open_case(gateway.store, index) for index in range(PAGE + 1)]
    closed = open_case(gateway.store, PAGE + 5, status="closed")

    async def page(**asked):
        body = (await gateway.client.get("/api/cases", params=asked, headers=DESK)).json()
        return [case["tracking_number"] for case in body["cases"]], body["next"]

    everything = [case.tracking_number for case in [*cases, closed]]
    first, following = await page(status="", after="")
    assert (first, following) == (everything[:PAGE], everything[PAGE - 1])
    assert await page(after=following) == (everything[PAGE:], None)
    assert await page(status="closed") == ([closed.tracking_number], None)
    assert await page(status="escalated") == ([], None)


@pytest.mark.parametrize("asked", [{"status": "nice"}, {"after": "x"}])
async def test_a_list_that_makes_no_sense_is_refused(gateway, asked):
    response = await gateway.client.get("/api/cases", params=asked, headers=DESK)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid")


async def test_evidence_is_listed_and_saved_by_desks_alone_and_never_shown_in_a_page(gateway, tmp_path):
    open_case(gateway.store, 1)
    open_case(gateway.store, 2)
    photo = b"\xff\xd8\xffphoto"
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "e1.jpg").write_bytes(photo)
    with gateway.store.unit() as unit:
        kept = Evidence("e1", "conversation-1", "MM1:0", "http://x", "image/jpeg", AT, KEPT)
        kept.bytes, kept.sha256 = len(photo), "abc"
        unit.evidence.add(kept)
        refused = Evidence("e2", "conversation-1", "MM1:1", "http://x", "image/jpeg", AT, "refused", "size")
        unit.evidence.add(refused)
    path = f"/api/cases/{number(1)}"
    listed = (await gateway.client.get(path, headers=DESK)).json()["evidence"]
    assert listed[0] == {
        "id": "e1",
        "received_at": ISO,
        "state": "kept",
        "reason": None,
        "type": "image/jpeg",
        "size": len(photo),
        "sha256": "abc",
    }
    assert [(each["id"], each["reason"]) for each in listed] == [("e1", None), ("e2", "size")]
    response = await gateway.client.get(f"{path}/evidence/e1", headers=DESK)
    assert (response.status_code, response.content) == (200, photo)
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["content-disposition"] == 'attachment; filename="e1.jpg"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert "sandbox" in response.headers["content-security-policy"]
    assert (await gateway.client.get(f"{path}/evidence/e1")).status_code == 401
    elsewhere = f"/api/cases/{number(2)}/evidence/e1"
    for other in (f"{path}/evidence/e2", f"{path}/evidence/..%2Frecourse", elsewhere):
        assert (await gateway.client.get(other, headers=DESK)).status_code == 404
