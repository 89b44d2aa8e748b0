"""Identity: where a one-time code may go, how long it lives, and what is shown of a contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.identity import Destination, code_destination, code_expired, ending
from bot.cases.records import Customer

MOBILE, LINE = "+14165550117", "+16475550118"
CUSTOMER = Customer(
    account_number="10031865",
    name="Daniel Okafor",
    kind="residential",
    language="en",
    province="ON",
    postal_code="M5V 2T6",
    phone_of_record=MOBILE,
    phone_kind="mobile",
    email_of_record="daniel.okafor@example.com",
    services=("local_phone",),
    lines=(LINE,),
)
TEXT = Destination("sms", MOBILE, weaker=False)
MAIL = Destination("email", "daniel.okafor@example.com", weaker=True)


@pytest.mark.parametrize(
    ("what", "changes", "by_email", "expected"),
    [
        ("the mobile of record", {}, False, TEXT),
        ("e-mail on request", {}, True, MAIL),
        ("a line we serve is never used", {"phone_of_record": LINE}, False, MAIL),
        ("nor when it is one of several", {"lines": (LINE, MOBILE)}, False, MAIL),
        ("a landline takes no text", {"phone_kind": "landline"}, False, MAIL),
        ("a VoIP phone proves nothing", {"phone_kind": "voip"}, False, MAIL),
        ("nor a phone of unknown kind", {"phone_kind": None}, False, MAIL),
        ("nor the line of another customer of ours", {"phone_served": True}, False, MAIL),
        ("no phone of record", {"phone_of_record": None}, False, MAIL),
        ("no e-mail of record", {"email_of_record": None}, False, TEXT),
        ("e-mail wanted, none of record", {"email_of_record": None}, True, None),
        ("a line we serve and no e-mail", {"phone_of_record": LINE, "email_of_record": None}, False, None),
        ("another's line, no e-mail", {"phone_served": True, "email_of_record": None}, False, None),
        ("VoIP and no e-mail", {"phone_kind": "voip", "email_of_record": None}, False, None),
        ("nothing of record", {"phone_of_record": None, "email_of_record": None}, False, None),
    ],
)
def test_a_code_goes_only_to_a_contact_of_record_that_may_prove_something(
    what: str, changes: dict[str, object], by_email: bool, expected: Destination | None
) -> None:
    assert code_destination(replace(CUSTOMER, **changes), by_email) == expected


@pytest.mark.parametrize(
    ("age", "expired"),
    [
        (timedelta(0), False),
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10), False),
        (timedelta(minutes=10, seconds=1), True),
        (timedelta(days=1), True),
    ],
)
def test_a_code_lives_ten_minutes(age: timedelta, expired: bool) -> None:
    sent = datetime(2026, 3, 8, 6, 55, tzinfo=UTC)  # the clocks in Toronto change five minutes later
    assert code_expired(sent, sent + age) is expired


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+14165550117", "…17"),
        ("daniel.okafor@example.com", "d…@example.com"),
        ("@example.com", "…@example.com"),
    ],
)
def test_of_a_contact_only_its_ending_is_shown(address: str, shown: str) -> None:
    assert ending(address) == shown
