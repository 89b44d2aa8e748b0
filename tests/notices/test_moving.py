"""What cannot be sent one way goes another, once; codes and answers never; nothing to a home that is not safe."""

from __future__ import annotations

import pytest

from bot.cases.case import Case, Handoff
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Notice, Proof
from bot.cases.records import Customer
from bot.notices.courier import NO_MOBILE, OPTED_OUT
from bot.notices.moving import move_to_another_contact, move_waiting_texts
from tests.gateway.fakes import outbox_of

CASE, PHONE, MAIL, MAIL_OF_RECORD = "4821-0937-5562", "+14165550123", "alex@example.com", "at@example.com"
HOME = {"address": "12 Maple Ave", "postal_code": "M5V 2T6"}
LETTER = ("letter", "12 Maple Ave, M5V 2T6")
HARM = "safety: violence"


@pytest.fixture
def opened(store, time):
    """Open the case of somebody who gave these facts."""

    def open_it(*reasons: str, proved: bool = False, **given) -> Case:
        facts = {"account_number": "40021873", "verified": True} if proved else {}
        case = Case(CASE, Complaint(**{"phone": PHONE, **given}), "en", "sms", time.now, **facts)
        case.handoffs += [Handoff(time.now, reason) for reason in reasons]
        with store.unit() as unit:
            unit.conversations.add(Conversation("c-1", "", "sms", time.now, "en"))
            unit.cases.add(case, "c-1")
            if proved:
                customer = Customer(
                    account_number="40021873",
                    name="Alex Tremblay",
                    kind="residential",
                    language="en",
                    province="ON",
                    postal_code="M5V 2T6",
                    phone_of_record=None,
                    phone_kind=None,
                    email_of_record=MAIL_OF_RECORD,
                    services=(),
                    lines=(),
                )
                unit.proofs.add(Proof("c-1", "40021873", time.now, customer=customer))
        return case

    return open_it


def text(time, key=f"{CASE}:update", to=PHONE, kind="sms", number=CASE):
    return Notice(key, kind, to, "en", "News of your complaint.", time.now, tracking_number=number)


def moved(store, notice, reason, time):
    with store.unit() as unit:
        return move_to_another_contact(unit, notice, reason, time.now)


def ways(store):
    return [(notice.kind, notice.to) for notice in outbox_of(store)]


def history(store):
    with store.view() as unit:
        return [line.what for line in unit.cases.get(CASE).history]


@pytest.mark.parametrize(
    "given, reason, way",
    [
        ({"email": MAIL, **HOME}, OPTED_OUT, ("email", MAIL)),
        ({"proved": True, **HOME}, OPTED_OUT, ("email", MAIL_OF_RECORD)),
        (HOME, OPTED_OUT, LETTER),
        (HOME, NO_MOBILE, ("call", PHONE)),
        (HOME, "twilio_30003", LETTER),
    ],
)
def test_the_next_way_is_the_best_that_is_left(store, time, opened, given, reason, way):
    opened(**given)
    assert moved(store, text(time), reason, time) == way[0]
    assert ways(store) == [way]
    assert history(store) == ["notice_moved"]


def test_it_is_moved_once_however_often_it_is_asked_for(store, time, opened):
    opened(email=MAIL)
    for _ in range(3):
        assert moved(store, text(time), NO_MOBILE, time) == "email"
    assert (ways(store), history(store)) == ([("email", MAIL)], ["notice_moved"])


def test_each_way_is_tried_once_and_then_a_person_learns_that_nobody_was_told(store, time, opened):
    opened(email=MAIL, **HOME)
    with store.unit() as unit:
        unit.outbox.add(text(time))
    for step in (0, 1, 2, 2):
        moved(store, outbox_of(store)[step], "gone", time)
    assert ways(store) == [("sms", PHONE), ("email", MAIL), LETTER]
    with store.view() as unit:
        case = unit.cases.get(CASE)
    assert [line.what for line in case.history].count("nobody_told") == 1
    assert case.priority == "P2"
    texts = [notice.text for notice in outbox_of(store)]
    assert all(each.count("News of your complaint.") == 1 for each in texts)


@pytest.mark.parametrize("key", ["code:1", "sms:c-1:4", "call:CA1:case"])
def test_codes_answers_and_words_after_a_call_belong_to_one_phone(store, time, opened, key):
    opened(email=MAIL, **HOME)
    assert moved(store, text(time, key), NO_MOBILE, time) is None
    assert (ways(store), history(store)) == ([], [])


def test_what_belongs_to_no_case_is_not_moved(store, time):
    assert moved(store, text(time, "x:1", number=None), NO_MOBILE, time) is None
    assert moved(store, text(time), NO_MOBILE, time) is None
    assert ways(store) == []


@pytest.mark.parametrize(
    "given, reason, expected",
    [
        ({"proved": True, **HOME}, OPTED_OUT, []),
        ({"email": MAIL, **HOME}, OPTED_OUT, [("email", MAIL)]),
        (HOME, NO_MOBILE, [("call", PHONE)]),
    ],
)
def test_where_it_is_not_safe_only_what_the_customer_gave_is_used_and_never_the_home(
    store, time, opened, given, reason, expected
):
    opened(HARM, **given)
    moved(store, text(time), reason, time)
    assert ways(store) == expected


def test_where_it_is_not_safe_no_number_is_called_that_the_customer_did_not_give(store, time, opened):
    opened(HARM, **HOME)
    assert moved(store, text(time, to="+14165550177"), NO_MOBILE, time) is None
    assert ways(store) == []


def test_an_e_mail_that_bounced_is_texted_unless_no_texts_are_wanted(store, time, opened):
    opened(email=MAIL, **HOME)
    mail = text(time, to=MAIL, kind="email")
    assert moved(store, mail, "smtp_550", time) == "sms"
    with store.unit() as unit:
        texter = unit.texters.get(PHONE)
        texter.opted_out_at = time.now
        unit.texters.save(texter)
    assert moved(store, text(time, f"{CASE}:answer", MAIL, "email"), "smtp_550", time) == "letter"


def test_what_rings_counts_as_unasked_once_moved(store, time, opened):
    opened()
    moved(store, text(time), NO_MOBILE, time)
    (call,) = outbox_of(store)
    assert (call.kind, call.unasked) == ("call", True)


def test_an_opt_out_is_recorded_and_its_first_moment_stands(store, time, opened):
    opened(email=MAIL)
    first = time.now
    moved(store, text(time), OPTED_OUT, time)
    time.passes(hours=1)
    moved(store, text(time, f"{CASE}:answer"), OPTED_OUT, time)
    with store.view() as unit:
        assert unit.texters.opted_out_at(PHONE) == first


def test_what_waits_for_a_number_moves_when_its_owner_wants_no_more_texts(store, time, opened):
    opened(email=MAIL)
    with store.unit() as unit:
        for notice in (
            text(time),
            text(time, "code:1", number=None),
            text(time, "sms:c-1:4", number=None),
            text(time, f"{CASE}:other", to="+14165550199"),
        ):
            unit.outbox.add(notice)
        unit.outbox.add(text(time, f"{CASE}:sent"))
        sent = next(number for number, each in unit.outbox.waiting() if each.key == f"{CASE}:sent")
        unit.outbox.sent(sent, time.now)
    for _ in range(2):
        with store.unit() as unit:
            move_waiting_texts(unit, PHONE, time.now)
    assert [each.key for each in outbox_of(store)][5:] == [f"{CASE}:update:by_email"]
    with store.view() as unit:
        left = [each.key for _, each in unit.outbox.waiting("sms", PHONE)]
    assert left == ["code:1", "sms:c-1:4"]
