"""Agents decide on cases: written replies, offers within limits, escalation and referral, each shown and done once."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from actions import resolution
from bot.cases.agent import ADMINISTRATOR, AGENT, LEAD, Agent
from bot.cases.case import Case, Escalation, Handoff
from bot.cases.complaint import Complaint
from bot.cases.goodwill import OfferRefused, Proposal, given_on, must_be_possible, name_of, offer_of, room_on
from bot.cases.playbook import ACCEPTED, OFFERED, REFUSED, Offer
from bot.cases.promises import Promise
from bot.languages import LANGUAGES, pack
from bot.notices.quiet import may_go_at
from bot.provider import profile
from bot.provider.demo import DemoProvider
from bot.unfinished import Unfinished
from tests.desk.agents import words_of
from tests.gateway.fakes import outbox_of

NUMBER = "4821-0937-5514"
ACCOUNT = "10024417"
CASE = f"/desk/cases/{NUMBER}"
OPERATOR = profile("jive_ca")
LIMITS = OPERATOR.goodwill_cents


@pytest.fixture
async def talk(gateway):
    """A customer with a case that stands open."""
    talk = await gateway.talk()
    await talk.say("I was charged twice")
    now = datetime.now(UTC)
    complaint = Complaint("Charged twice", name="Kim Roy", email="kim@example.com", phone="+14165550123")
    case = Case(NUMBER, complaint, "en", "web", now, account_number=ACCOUNT, verified=True)
    case.promise(Promise("update", now + timedelta(days=5)), now)
    case.promise(Promise("answer", now + timedelta(days=9)), now)
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.tracking_number, conversation.expects = NUMBER, "free"
        unit.conversations.save(conversation)
        unit.cases.add(case, talk.id)
    return talk


@pytest.fixture
async def lea(gateway, desk_of):
    """A lead who has signed in."""
    desk = desk_of(gateway, "Lea", "lead")
    await desk.sign_in()
    return desk


def case_of(gateway) -> Case:
    with gateway.store.view() as unit:
        return unit.cases.get(NUMBER)


def credits_of(gateway) -> list:
    with gateway.store.view() as unit:
        return unit.instructions.of_case(NUMBER)


def carried(html: str) -> dict[str, str]:
    """The fields that the form of a preview brings back."""
    form = html.split('class="preview"')[1].split("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form, re.S)}


async def shown_then_sent(desk, path: str, times: int = 1, **fields: str) -> str:
    """Send a form, then what its preview brings back, as often as somebody presses the button; return the preview."""
    shown = await desk.send(path, **fields)
    assert shown.status_code == 200, words_of(shown.text)
    for _ in range(times):
        form = carried(shown.text)
        form.pop("token")
        done = await desk.send(path, **form)
        assert done.status_code == 303, words_of(done.text)
    return shown.text


# ── Written replies ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "to"), [("email", "kim@example.com"), ("sms", "+14165550123")])
async def test_a_written_reply_is_shown_to_the_letter_and_goes_once(gateway, talk, anna, kind, to):
    shown = await shown_then_sent(
        anna, f"{CASE}/write", 2, way=f"{kind}:{to}", text="We found the second charge.", word_id="w1"
    )
    (notice,) = outbox_of(gateway.store)
    assert notice.kind == kind and notice.to == to and notice.unasked and notice.tracking_number == NUMBER
    assert "We found the second charge." in notice.text and NUMBER in notice.text and "Anna" in notice.text
    assert words_of(notice.text) in words_of(shown)
    case = case_of(gateway)
    assert [(line.by, line.detail) for line in case.history if line.what == "written"] == [
        ("Anna", f"{kind}: {notice.text}")
    ]
    kept = {promise.what: promise.kept_at is not None for promise in case.promises}
    assert kept == {"update": True, "answer": False}
    page = words_of(await anna.see(CASE))
    assert "On its way" in page and "Written to the customer" in page


async def test_a_reply_that_starts_with_us_waits_for_the_morning(gateway, talk, anna):
    await shown_then_sent(anna, f"{CASE}/write", way="sms:+14165550123", text="News.", word_id="w1")
    (notice,) = outbox_of(gateway.store)
    night = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
    assert may_go_at(notice, night, OPERATOR) > night


async def test_what_became_of_a_notice_is_shown(gateway, talk, anna):
    await shown_then_sent(anna, f"{CASE}/write", way="email:kim@example.com", text="News.", word_id="w1")
    with gateway.store.unit() as unit:
        (number, _), *_ = unit.outbox.waiting()
        unit.outbox.sent(number, datetime.now(UTC), "c1")
        unit.outbox.told("c1", "undelivered", datetime.now(UTC), "gone")
    assert "Not delivered" in words_of(await anna.see(CASE))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": " "}, "Write something first"),
        ({"text": "Please withdraw your CCTS complaint."}, "may not be asked to withdraw"),
        ({"text": "Try our new plan."}, "commercial message"),
        ({"text": "Because ⟦what happened⟧"}, "still to be filled in"),
        ({"text": "Hello", "way": "email:somebody@else.example"}, "no such contact"),
        ({"text": "y" * 1001, "way": "sms:+14165550123"}, "1,000 characters"),
        ({"text": "y" * 4001}, "4,000 characters"),
    ],
)
async def test_a_reply_that_cannot_go_says_why_and_keeps_the_words(gateway, talk, anna, fields, says):
    sent = {"way": "email:kim@example.com", "word_id": "w", **fields}
    refused = await anna.send(f"{CASE}/write", **sent)
    assert refused.status_code == 409 and says in words_of(refused.text)
    assert fields["text"].strip() in unescape(refused.text) and outbox_of(gateway.store) == []


async def test_what_is_changed_after_it_was_shown_is_shown_again(gateway, talk, anna):
    form = {"way": "email:kim@example.com", "word_id": "w"}
    shown = carried((await anna.send(f"{CASE}/write", text="First", **form)).text)
    changed = await anna.send(f"{CASE}/write", text="Second", shown=shown["shown"], **form)
    assert changed.status_code == 200 and "Second" in changed.text and outbox_of(gateway.store) == []


async def test_the_answer_to_the_complaint_moves_the_case_and_keeps_its_promise(gateway, talk, anna):
    form = {"way": "email:kim@example.com", "text": "This is our answer.", "word_id": "w"}
    await shown_then_sent(anna, f"{CASE}/write", 2, is_answer="yes", seen="open", **form)
    case = case_of(gateway)
    assert case.status == "answered" and all(promise.kept_at for promise in case.promises)
    assert len(outbox_of(gateway.store)) == 1


async def test_where_harm_may_read_along_only_what_the_customer_gave_is_written_to(gateway, talk, anna):
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.complaint.address = "1 Elm St"
        unit.cases.save(case)
    assert "Letter, Kim Roy, 1 Elm St" in await anna.see(CASE)
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.hand_over(Handoff(datetime.now(UTC), "safety: violence"), datetime.now(UTC))
        unit.cases.save(case)
    page = await anna.see(CASE)
    assert "Letter, Kim Roy" not in page and "kim@example.com" in page


async def test_a_macro_is_picked_for_a_written_reply(talk, anna):
    form = {"text": "Hello.", "way": "sms:+14165550123", "back": "case"}
    offered = (await anna.send(f"{CASE}/macros", **form)).text
    assert "Greeting" in offered and 'name="way" value="sms:+14165550123"' in offered
    page = (await anna.send(f"{CASE}/macros", macro="closing", **form)).text
    assert 'value="sms:+14165550123" selected' in page
    assert "Hello.\nThank you, Kim Roy. Your case 4821-0937-5514" in unescape(page)
    found = (await anna.client.get(f"{CASE}/macros")).json()
    assert {each["id"] for each in found} >= {"greeting", "closing"}


# ── Offers ─────────────────────────────────────────────────────────────────────────────────────────────


def with_offers(*offers: Offer) -> Case:
    return Case(
        NUMBER, Complaint("x"), "en", "web", datetime.now(UTC), account_number=ACCOUNT, offers=[*offers]
    )


def goodwill(cents: int, status: str = ACCEPTED, kind: str = "goodwill") -> Offer:
    now = datetime.now(UTC)
    return Offer(
        kind, cents, (f"{cents}{status}",), now, status=status, answered_at=None if status == OFFERED else now
    )


@pytest.mark.parametrize(
    ("role", "offers", "room"),
    [
        (AGENT, [], 20000),
        (LEAD, [], 100000),
        (ADMINISTRATOR, [], 100000),
        (AGENT, [goodwill(5000)], 15000),
        (AGENT, [goodwill(5000), goodwill(15000)], 0),
        (AGENT, [goodwill(30000)], 0),
        (LEAD, [goodwill(30000)], 70000),
        # what waits may yet be accepted; what was refused is not given; a correction is no goodwill
        (AGENT, [goodwill(8000, OFFERED)], 12000),
        (AGENT, [goodwill(8000, REFUSED)], 20000),
        (AGENT, [goodwill(8000, kind="correction")], 20000),
    ],
)
def test_how_far_a_role_goes_counts_what_was_given_on_the_case(role, offers, room):
    case = with_offers(*offers)
    assert room_on(case, Agent("a", "a@x", "Anna", role), LIMITS) == room
    assert given_on(case) <= 100000


@pytest.mark.parametrize(
    ("cents", "account", "is_known", "offers", "code"),
    [
        (0, ACCOUNT, True, [], "no_sum"),
        (-1, ACCOUNT, True, [], "no_sum"),
        (1, None, True, [], "no_account"),
        (1, ACCOUNT, False, [], "not_proved"),
        (1, ACCOUNT, True, [goodwill(1, OFFERED)], "offer_waits"),
    ],
)
def test_what_keeps_goodwill_from_being_offered(cents, account, is_known, offers, code):
    case = with_offers(*offers)
    case.account_number = account
    with pytest.raises(OfferRefused) as refused:
        must_be_possible(case, cents, is_known)
    assert refused.value.code == code


OFFER = {"amount": "20.50", "reason": "Two wasted calls", "word_id": "o1"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choice", ["accept", "decline"])
async def test_in_a_chat_an_offer_is_answered_by_its_choice_and_nothing_else(
    gateway, talk, anna, choice, language
):
    with gateway.store.unit() as unit:
        case, conversation = unit.cases.get(NUMBER), unit.conversations.get(talk.id)
        case.language = conversation.language = language
        unit.cases.save(case)
        unit.conversations.save(conversation)
    await anna.step(talk.id, "claim")
    asked_before = list(gateway.engine.texts)
    await shown_then_sent(anna, f"{CASE}/offer", 2, back="conversation", **OFFER)
    labels = pack(language, "choices")
    with gateway.store.view() as unit:
        put = [message for message in unit.messages.after(talk.id, 0) if message.sender == "agent"]
    assert [[each.value for each in message.choices] for message in put] == [
        [labels["accept"], labels["decline"]]
    ]
    assert ("20.50" in put[0].text or "20,50" in put[0].text) and outbox_of(gateway.store) == []
    # other words, however clear, are for the agent to read
    for words in ("yes please", "oui", "va bene", f"{labels['accept']} it", "1", "OK"):
        assert await talk.say(words) == []
        assert case_of(gateway).standing_offer is not None
    told = await talk.say(labels[choice])
    assert told and gateway.engine.texts == asked_before
    offer = case_of(gateway).offers[0]
    assert offer.status == (ACCEPTED if choice == "accept" else REFUSED)
    assert len(credits_of(gateway)) == (choice == "accept")
    # pressed again it is just words
    assert await talk.say(labels[choice]) == []
    assert len(credits_of(gateway)) == (choice == "accept")


async def test_an_accepted_offer_is_promised_and_credited_once(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    await shown_then_sent(anna, f"{CASE}/offer", **OFFER)
    answers = await asyncio.gather(*(talk.post("Accept", f"p{number % 2}") for number in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    (decided,) = credits_of(gateway)
    assert decided.instruction.cents == 2050 and decided.instruction.goodwill and decided.waits
    assert [promise.what for promise in case_of(gateway).promises].count("credit_on_account") == 1
    now = partial(datetime.now, UTC)
    records = DemoProvider(now(), gateway.store, now, ZoneInfo(OPERATOR.timezone))
    for _ in range(2):
        Unfinished(gateway.store, records, OPERATOR, now).tick()
    (done,) = credits_of(gateway)
    with gateway.store.view() as unit:
        booked = unit.books.of_account(ACCOUNT)
    assert done.reference and [entry.cents for entry in booked] == [2050]
    assert [notice.kind for notice in outbox_of(gateway.store)] == ["email"]


async def test_a_choice_counts_after_the_conversation_was_handed_back_but_not_once_something_else_was_asked(
    gateway, talk, anna
):
    await anna.step(talk.id, "claim")
    await shown_then_sent(anna, f"{CASE}/offer", **OFFER)
    await anna.step(talk.id, "hand-back", note="")
    gateway.engine.on_turn = lambda turn: [{"reply": "question_satisfied", "choices": ["accept", "decline"]}]
    await talk.say("Hello?")
    await talk.say("accept")
    await talk.say("Accept")
    assert gateway.engine.texts[-2:] == ["accept", "Accept"] and case_of(gateway).standing_offer is not None


async def test_handed_back_the_choice_still_counts(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    await shown_then_sent(anna, f"{CASE}/offer", **OFFER)
    await anna.step(talk.id, "hand-back", note="")
    asked = len(gateway.engine.texts)
    assert "20.50" in (await talk.say("Accept"))[0]
    assert len(gateway.engine.texts) == asked and case_of(gateway).offers[0].status == ACCEPTED


def test_the_assistant_reads_no_answer_to_an_offer_of_the_desk_out_of_words():
    proposal = Proposal("p", NUMBER, "a", 2000, "Why", datetime.now(UTC))
    case = with_offers(offer_of(proposal, proposal.at))
    turn = SimpleNamespace(case=case, conversation=SimpleNamespace(expects="offer"))
    assert resolution.offer(turn) is False and turn.conversation.expects == "free"
    assert case.standing_offer is not None


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_by_phone_the_agent_records_the_answer_once(gateway, talk, anna, answer):
    shown = await shown_then_sent(anna, f"{CASE}/offer", **OFFER)
    assert "kim@example.com" in shown and [notice.kind for notice in outbox_of(gateway.store)] == ["email"]
    fact = name_of(case_of(gateway).standing_offer)
    form = {"offer": fact, "answer": answer}
    unsaid = await anna.send(f"{CASE}/offer/answer", **form)
    assert unsaid.status_code == 409 and case_of(gateway).standing_offer is not None
    for _ in range(2):
        assert (await anna.send(f"{CASE}/offer/answer", customer_said_so="yes", **form)).status_code == 303
    case = case_of(gateway)
    assert case.offers[0].status == (ACCEPTED if answer == "yes" else REFUSED)
    assert [line.by for line in case.history if line.what == "said_so"] == ["Anna"]
    assert len(credits_of(gateway)) == (answer == "yes")
    other = await anna.send(f"{CASE}/offer/answer", offer="desk:none", answer="yes", customer_said_so="yes")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"amount": "much"}, "amount above zero"),
        ({"amount": "0"}, "amount above zero"),
        ({"reason": " "}, "Say why"),
        ({"reason": "In exchange for withdrawing the CCTS complaint"}, "may not be asked to withdraw"),
    ],
)
async def test_an_offer_that_cannot_be_says_why_and_keeps_what_was_typed(gateway, talk, anna, changed, says):
    fields = {**OFFER, **changed}
    refused = await anna.send(f"{CASE}/offer", **fields)
    assert refused.status_code == 409 and says in words_of(refused.text)
    assert f'value="{fields["amount"]}"' in refused.text and case_of(gateway).offers == []


async def test_nothing_is_offered_to_whoever_did_not_prove_who_they_are_unless_an_agent_has_checked(
    gateway, talk, anna
):
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.verified = False
        unit.cases.save(case)
    refused = await anna.send(f"{CASE}/offer", **OFFER)
    assert refused.status_code == 409 and "has not proved who they are" in words_of(refused.text)
    await shown_then_sent(anna, f"{CASE}/offer", is_checked="yes", **OFFER)
    assert [line.by for line in case_of(gateway).history if line.what == "identity_checked"] == ["Anna"]


async def test_above_the_limit_a_lead_is_asked_and_offers_what_they_approve(gateway, talk, anna, lea):
    for _ in range(2):
        asked = await anna.send(f"{CASE}/offer", **{**OFFER, "amount": "300"})
        assert asked.status_code == 303
    assert case_of(gateway).offers == [] and outbox_of(gateway.store) == []
    page = await lea.see("/desk/escalations")
    assert "$300.00" in page and "Two wasted calls" in page and "Anna" in page
    proposal = re.search(r'name="proposal" value="([^"]+)"', page)[1]
    too_much = await lea.send("/desk/escalations/offer", proposal=proposal, amount="1000.01")
    assert too_much.status_code == 409 and "more than is left" in words_of(too_much.text)
    await shown_then_sent(lea, "/desk/escalations/offer", proposal=proposal, amount="250")
    assert [(offer.cents, offer.waits) for offer in case_of(gateway).offers] == [(25000, True)]
    assert "$250.00" in outbox_of(gateway.store)[0].text and len(outbox_of(gateway.store)) == 1
    again = await lea.send("/desk/escalations/offer", proposal=proposal, amount="250")
    assert again.status_code == 409
    assert "Nobody asks for an offer" in await lea.see("/desk/escalations")


async def test_a_lead_may_refuse_and_the_case_says_so(gateway, talk, anna, lea):
    await anna.send(f"{CASE}/offer", **{**OFFER, "amount": "300"})
    proposal = re.search(r'name="proposal" value="([^"]+)"', await lea.see("/desk/escalations"))[1]
    done = await lea.send("/desk/escalations/offer", proposal=proposal, decision="refuse", note="Too much")
    assert done.status_code == 303 and case_of(gateway).offers == []
    assert ("Lea", "Too much") in [
        (line.by, line.detail) for line in case_of(gateway).history if line.what == "offer_not_approved"
    ]
    assert "$200.00" in await anna.see(CASE)


async def test_two_offers_at_once_are_one(gateway, talk, anna, bo):
    forms = []
    for desk in (anna, bo):
        form = carried((await desk.send(f"{CASE}/offer", **{**OFFER, "word_id": desk.name})).text)
        form.pop("token")
        forms.append(desk.send(f"{CASE}/offer", **form))
    assert sorted(answer.status_code for answer in await asyncio.gather(*forms)) == [303, 409]
    assert len(case_of(gateway).offers) == 1 and len(outbox_of(gateway.store)) == 1


# ── Escalation and referral ────────────────────────────────────────────────────────────────────────────


async def test_an_agent_escalates_on_the_customers_word_and_the_customer_hears_of_the_scheme(
    gateway, talk, anna, lea
):
    unsaid = await anna.send(f"{CASE}/escalate", reason="The late fee", word_id="e")
    form = carried(unsaid.text)
    form.pop("token")
    assert (await anna.send(f"{CASE}/escalate", **form)).status_code == 409
    assert case_of(gateway).status == "open"
    await shown_then_sent(
        anna, f"{CASE}/escalate", 2, reason="The late fee", customer_said_so="yes", word_id="e1"
    )
    case = case_of(gateway)
    assert case.status == "escalated" and len(case.escalations) == 1
    (notice,) = outbox_of(gateway.store)
    assert "www.ccts-cprst.ca" in notice.text
    assert [line.what for line in case.history].count("ccts_notice") == 1
    page = words_of(await lea.see("/desk/escalations"))
    assert "The late fee" in page and "Nobody yet" in page and "Late" not in page.replace("The late fee", "")
    assert (await lea.send(f"{CASE}/review")).status_code == 303
    assert "Lea" in words_of((await lea.see("/desk/escalations")).split("<main")[1])
    # the decision is the lead's, told to the customer, and ends the review
    answer = {"way": "email:kim@example.com", "text": "We reviewed it.", "word_id": "a", "seen": "escalated"}
    shown = await anna.send(f"{CASE}/write", is_answer="yes", **answer)
    refused = carried(shown.text)
    refused.pop("token")
    assert (await anna.send(f"{CASE}/write", **refused)).status_code == 403
    await shown_then_sent(lea, f"{CASE}/write", is_answer="yes", **answer)
    assert case_of(gateway).status == "answered"
    assert "No escalation waits" in await lea.see("/desk/escalations")


async def test_late_reviews_are_marked_and_first(gateway, talk, lea):
    now = datetime.now(UTC)
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.escalate(
            Escalation(
                now - timedelta(days=20), "en", "senior_manager_or_support_lead", now - timedelta(days=1)
            )
        )
        unit.cases.save(case)
        other = Case("1111-1111-1111", Complaint("y"), "en", "web", now)
        other.escalate(Escalation(now, "en", "senior_manager_or_support_lead", now + timedelta(days=9)))
        unit.cases.add(other, talk.id)
    page = (await lea.see("/desk/escalations")).split("<tbody>")[1]
    assert page.index(NUMBER) < page.index("1111-1111-1111") and page.count("Late</strong>") == 1


async def test_in_a_live_chat_what_follows_is_said_there(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    await shown_then_sent(anna, f"{CASE}/refer", 2, customer_said_so="yes", word_id="r", back="conversation")
    case = case_of(gateway)
    assert case.status == "referred" and case.referral.scheme == "ccts" and outbox_of(gateway.store) == []
    said = [text for who, text in await talk.transcript() if who == "agent"]
    assert len(said) == 1 and "www.ccts-cprst.ca" in said[0]
    for _ in range(2):
        assert (await anna.send(f"{CASE}/scheme-number", scheme_number=" C-123 ")).status_code == 303
    case = case_of(gateway)
    assert case.referral.scheme_number == "C-123"
    assert [line.what for line in case.history].count("scheme_number") == 1


async def test_who_is_not_reached_is_to_be_told_by_the_agent(gateway, talk, anna):
    with gateway.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        case.complaint.email = case.complaint.phone = None
        unit.cases.save(case)
    shown = await shown_then_sent(anna, f"{CASE}/refer", customer_said_so="yes", word_id="r")
    assert "Tell the customer yourself" in shown and case_of(gateway).referral is not None
