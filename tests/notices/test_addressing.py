"""Who wants no texts is written to by e-mail, and is sent one-time codes there too, wherever an e-mail is known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from actions.identity import _reachable
from actions.notifying import address
from bot.cases.case import Case, Handoff
from bot.cases.complaint import Complaint
from bot.cases.records import Customer
from bot.notices.moving import opt_out

PHONE, RECORD = "+14165550123", "+14165550199"
MAIL, MAIL_OF_RECORD = "alex@example.com", "alex.t@example.com"


def customer(**facts):
    usual = {
        "account_number": "40021873",
        "name": "Alex Tremblay",
        "kind": "residential",
        "language": "en",
        "province": "ON",
        "postal_code": "M5V 2T6",
        "phone_of_record": RECORD,
        "phone_kind": "mobile",
        "email_of_record": MAIL_OF_RECORD,
        "services": (),
        "lines": (),
    }
    return Customer(**(usual | facts))


def turn(store, now, given, verified=None, opted_out=(), reasons=()):
    with store.unit() as unit:
        for phone in opted_out:
            opt_out(unit, phone, now)
    case = Case("4821-0937-5562", Complaint(), "en", "web", now)
    case.handoffs += [Handoff(now, reason) for reason in reasons]
    return SimpleNamespace(complaint=Complaint(**given), verified=verified, case=case)


@pytest.mark.parametrize(
    "given, verified, opted_out, reasons, expected",
    [
        ({"phone": PHONE}, None, [], [], ("sms", PHONE)),
        ({"phone": PHONE}, customer(), [], [], ("sms", PHONE)),
        ({"phone": PHONE, "email": MAIL}, None, [PHONE], [], ("email", MAIL)),
        ({"phone": PHONE}, customer(), [PHONE], [], ("email", MAIL_OF_RECORD)),
        ({"phone": PHONE}, customer(), [PHONE], ["safety: violence"], ("sms", PHONE)),
        ({"phone": PHONE}, None, [PHONE], [], ("sms", PHONE)),
        ({"use_contact_of_record": True}, customer(), [], [], ("sms", RECORD)),
        ({"use_contact_of_record": True}, customer(), [RECORD], [], ("email", MAIL_OF_RECORD)),
        ({"use_contact_of_record": True}, customer(email_of_record=None), [RECORD], [], ("sms", RECORD)),
        ({"use_contact_of_record": True}, None, [], [], None),
        ({}, customer(), [], [], None),
    ],
)
def test_the_contact_to_write_to(store, time, given, verified, opted_out, reasons, expected):
    one = turn(store, time.now, given, verified, opted_out, reasons)
    with store.view() as unit:
        one.unit = unit
        assert address(one) == expected


@pytest.mark.parametrize(
    "facts, opted_out, expected",
    [
        ({}, [], ("sms", RECORD)),
        ({}, [RECORD], ("email", MAIL_OF_RECORD)),
        ({"email_of_record": None}, [RECORD], ("sms", RECORD)),
        ({"phone_of_record": None}, [RECORD], ("email", MAIL_OF_RECORD)),
    ],
)
def test_where_a_code_goes(store, time, facts, opted_out, expected):
    one = turn(store, time.now, {}, opted_out=opted_out)
    with store.view() as unit:
        one.unit = unit
        destination = _reachable(one, customer(**facts), by_email=False)
    assert (destination.kind, destination.address) == expected
