"""What became of what was sent is told by the carrier: early, twice, out of order; each is acted on once."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Notice
from bot.gateway import deliveries
from bot.settings import Secret
from bot.store.tables import outbox
from tests.gateway.fakes import outbox_of

TOKEN, BASE = "auth-token-of-the-tests", "https://care.example.com"
CASE, PHONE, MAIL = "4821-0937-5562", "+14165550123", "alex@example.com"
KEY, SID = f"{CASE}:update", "SM" + "1" * 32
NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)


@pytest.fixture
async def carrier(start, monkeypatch):
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_AFTER_SECONDS", (0.01, 0.01))
    async with start(public_url=BASE, twilio_auth_token=Secret(TOKEN)) as gateway:
        with gateway.store.unit() as unit:
            unit.conversations.add(Conversation("c-1", "", "sms", NOW, "en"))
            case = Case(CASE, Complaint(phone=PHONE, email=MAIL), "en", "sms", NOW)
            unit.cases.add(case, "c-1")
            unit.outbox.add(Notice(KEY, "sms", PHONE, "en", "News.", NOW, tracking_number=CASE))
        yield Carrier(gateway)


class Carrier:
    def __init__(self, gateway) -> None:
        self.gateway, self.store = gateway, gateway.store

    def took(self, sid: str = SID) -> None:
        with self.store.unit() as unit:
            [(number, _)] = unit.outbox.waiting("sms")
            unit.outbox.sent(number, NOW, sid)

    async def tells(self, path="/twilio/sms/status", token=TOKEN, **told: str) -> int:
        signature = RequestValidator(token).compute_signature(f"{BASE}{path}", told)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": signature,
        }
        response = await self.gateway.client.post(path, content=urlencode(told), headers=headers)
        return response.status_code

    async def text_is(self, status: str, code: str = "", sid: str = SID) -> int:
        return await self.tells(MessageSid=sid, MessageStatus=status, **({"ErrorCode": code} if code else {}))

    def stands(self) -> tuple[str | None, str | None]:
        statement = select([outbox.c.delivery, outbox.c.reason_code]).where(outbox.c.key == KEY)
        with self.store.view() as unit:
            row = unit.outbox._row(statement)
        return row["delivery"], row["reason_code"]

    @property
    def moved(self) -> list[str]:
        return [notice.key for notice in outbox_of(self.store)][1:]


@pytest.mark.parametrize(
    "told, stands",
    [
        (["queued", "sending"], None),
        (["sent"], "sent"),
        (["sent", "delivered"], "delivered"),
        (["delivered", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["read"], "delivered"),
        (["undelivered", "sent"], "undelivered"),
        (["delivered", "undelivered"], "delivered"),
        (["nonsense"], None),
    ],
)
async def test_the_last_word_stands_in_whatever_order_it_comes(carrier, told, stands):
    carrier.took()
    for status in told:
        assert await carrier.text_is(status) == 204
    assert carrier.stands()[0] == stands


async def test_what_did_not_arrive_is_moved_once_however_often_it_is_told(carrier):
    carrier.took()
    for status in ("sent", "undelivered", "undelivered", "failed"):
        await carrier.text_is(status, "30006" if status != "sent" else "")
    assert carrier.stands() == ("undelivered", "no_mobile")
    assert carrier.moved == [f"{KEY}:by_email"]


async def test_what_was_delivered_is_not_moved_by_a_late_failure(carrier):
    carrier.took()
    await carrier.text_is("delivered")
    await carrier.text_is("undelivered", "30003")
    assert carrier.moved == []


async def test_an_opt_out_told_afterwards_is_recorded(carrier):
    carrier.took()
    await carrier.text_is("failed", "21610")
    assert carrier.stands() == ("undelivered", "opted_out")
    with carrier.store.view() as unit:
        assert unit.texters.wants_no_texts(PHONE)
    assert carrier.moved == [f"{KEY}:by_email"]


async def test_news_that_comes_before_the_id_was_written_down_is_kept(carrier, monkeypatch):
    keep, looked = deliveries._keep, []

    def keep_as_it_is_written_down(*told):
        looked.append(keep(*told))
        if not looked[-1]:
            carrier.took()
        return looked[-1]

    monkeypatch.setattr(deliveries, "_keep", keep_as_it_is_written_down)
    assert await carrier.text_is("delivered") == 204
    assert (looked, carrier.stands()[0]) == ([False, True], "delivered")


async def test_of_what_we_never_sent_nothing_is_kept(carrier):
    carrier.took()
    assert await carrier.text_is("undelivered", "30006", sid="SM" + "9" * 32) == 204
    assert (carrier.stands(), carrier.moved) == ((None, None), [])


@pytest.mark.parametrize(
    "status, stands, moved",
    [
        ("ringing", None, []),
        ("completed", "delivered", []),
        ("no-answer", "undelivered", [f"{KEY}:by_email"]),
        ("busy", "undelivered", [f"{KEY}:by_email"]),
    ],
)
async def test_a_call_that_nobody_took_is_moved(carrier, status, stands, moved):
    carrier.took("CA" + "1" * 32)
    told = {"CallSid": "CA" + "1" * 32, "CallStatus": status}
    assert await carrier.tells("/twilio/notice/status", **told) == 204
    assert (carrier.stands()[0], carrier.moved) == (stands, moved)


@pytest.mark.parametrize("path", ["/twilio/sms/status", "/twilio/notice/status"])
async def test_a_forged_word_changes_nothing(carrier, path):
    carrier.took()
    told = {"MessageSid": SID, "MessageStatus": "undelivered", "CallSid": SID, "CallStatus": "failed"}
    assert await carrier.tells(path, token="another", **told) == 403
    assert (carrier.stands(), carrier.moved) == ((None, None), [])
