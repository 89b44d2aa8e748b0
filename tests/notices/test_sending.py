"""What goes out through Twilio goes out once, whatever dies, hangs or is refused on the way."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Notice
from bot.clock import LEASE, RETRY_AFTER, Clock
from bot.notices import twilio as twilio_client
from bot.notices.delivery import couriers
from bot.provider import profile
from bot.settings import Settings
from bot.store.tables import outbox
from tests.gateway.fakes import outbox_of

CASE, PHONE, MAIL = "4821-0937-5562", "+14165550123", "alex@example.com"
KEY = f"{CASE}:update"


@pytest.fixture
def house(store, twilio, tmp_path, time):
    return House(store, twilio, tmp_path, time)


class House:
    """A clock over Twilio's stand-in, and the case whose customer is written to."""

    def __init__(self, store, twilio, tmp_path, time) -> None:
        self.store, self.twilio, self.time = store, twilio, time
        self.settings = Settings(data_dir=tmp_path, **twilio.settings)
        self.operator = profile(self.settings.provider)
        self.clock = self.another_clock()

    def another_clock(self, carried_by=None) -> Clock:
        return Clock(self.store, carried_by or couriers(self.settings), self.operator, self.time)

    def case(self, **given) -> None:
        case = Case(CASE, Complaint(phone=PHONE, **given), "en", "sms", self.time.now)
        with self.store.unit() as unit:
            unit.conversations.add(Conversation("c-1", "", "sms", self.time.now, "en"))
            unit.cases.add(case, "c-1")

    def put(self, key=KEY, kind="sms", text="Your complaint is looked into.", **facts) -> None:
        usual = {"to": PHONE, "language": "en", "at": self.time.now, "tracking_number": CASE}
        with self.store.unit() as unit:
            unit.outbox.add(Notice(key=key, kind=kind, text=text, **(usual | facts)))

    def dies(self, after_sending: bool) -> None:
        """Let a clock claim what is due and be killed, before or after it was handed to Twilio."""
        carry = couriers(self.settings)

        def killed(kind):
            def courier(notice):
                if after_sending:
                    carry(kind)(notice)
                raise KeyboardInterrupt

            return courier

        with pytest.raises(KeyboardInterrupt):
            self.another_clock(killed).tick()

    def ticks(self, times=6, **pause) -> None:
        for _ in range(times):
            self.clock.tick()
            self.time.passes(**(pause or {"minutes": 11}))

    def stands(self, key=KEY) -> tuple[bool, str | None]:
        """Whether a notice counts as sent, and the reason why it does not."""
        with self.store.view() as unit:
            row = unit.outbox._row(
                select([outbox.c.sent_at, outbox.c.reason_code]).where(outbox.c.key == key)
            )
        return row["sent_at"] is not None, row["reason_code"]


@pytest.mark.parametrize("kind", ["sms", "call"])
def test_a_clock_that_dies_after_twilios_answer_sends_nothing_twice(house, kind):
    house.case()
    house.put(kind=kind)
    house.dies(after_sending=True)
    house.time.now += LEASE
    house.ticks()
    assert len(house.twilio.sent() + house.twilio.called()) == 1
    assert house.stands() == (True, None)


@pytest.mark.parametrize("kind", ["sms", "call"])
def test_a_clock_that_dies_before_sending_is_made_up_for(house, kind):
    house.case()
    house.put(kind=kind)
    house.dies(after_sending=False)
    house.ticks(1)
    assert house.twilio.accepted == []
    house.time.now += LEASE
    house.ticks()
    assert len(house.twilio.sent() + house.twilio.called()) == 1


def test_what_was_found_belongs_to_one_notice_only(house):
    house.case()
    house.put(f"{CASE}:first", text="The same words.")
    house.clock.tick()
    house.put(f"{CASE}:second", text="The same words.")
    house.dies(after_sending=False)
    house.time.now += LEASE
    house.ticks()
    assert len(house.twilio.sent(PHONE)) == 2
    assert house.stands(f"{CASE}:second") == (True, None)


def test_what_was_found_to_have_failed_at_the_carrier_goes_another_way(house):
    house.case(email=MAIL)
    house.put()
    house.dies(after_sending=True)
    sid = house.twilio.sent()[0].answer["sid"]
    house.twilio.status_form(sid, "undelivered", 30006)
    house.time.now += LEASE
    house.ticks(1)
    assert len(house.twilio.sent()) == 1
    assert outbox_of(house.store)[1].key == f"{KEY}:by_email"


def test_too_many_requests_are_waited_out_as_told(house):
    house.case()
    house.put()
    house.twilio.fail(429, retry_after=90)
    house.clock.tick()
    house.time.passes(seconds=89)
    house.clock.tick()
    assert house.twilio.sent() == []
    assert len(house.twilio.requests) == 1
    house.time.passes(seconds=1)
    house.clock.tick()
    assert len(house.twilio.sent()) == 1
    # a request that was turned away was surely not carried out: nothing is looked up
    assert [method for method, _, _ in house.twilio.requests] == ["POST", "POST"]


@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize("how", ["500", "dropped", "no answer"])
def test_what_may_have_gone_out_is_looked_up_before_it_is_sent_again(house, monkeypatch, how, happened):
    monkeypatch.setattr(twilio_client, "TIMEOUT_SECONDS", 0.3)
    twilio_client.client.cache_clear()
    house.clock = house.another_clock()
    house.case()
    house.put()
    if how == "dropped":
        house.twilio.drop(accepts=happened)
    elif how == "no answer":
        house.twilio.hang(0.6, accepts=happened)
    else:
        if happened:
            # the carrier did it and then failed to say so
            house.twilio.drop(accepts=True)
            house.twilio.fail(500, on="list_messages")
        else:
            house.twilio.fail(500)
    house.clock.tick()
    assert not house.stands()[0]
    house.ticks()
    assert len(house.twilio.sent()) == 1
    assert house.stands()[0]
    assert "GET" in [method for method, _, _ in house.twilio.requests]


def test_a_carrier_that_stays_down_is_given_up_and_the_case_is_told_of_another_way(house):
    house.case(email=MAIL)
    house.put()
    house.twilio.fail(503, times=20)
    house.ticks(len(RETRY_AFTER) + 1)
    assert house.twilio.sent() == []
    assert not house.stands()[0]
    assert [(each.kind, each.to) for each in outbox_of(house.store)] == [("sms", PHONE), ("email", MAIL)]


@pytest.mark.parametrize(
    "numbers, given, goes_to",
    [
        ("opted_out", {"email": MAIL}, ("email", MAIL)),
        (
            "opted_out",
            {"address": "12 Maple Ave", "postal_code": "M5V 2T6"},
            ("letter", "12 Maple Ave, M5V 2T6"),
        ),
        ("landlines", {"email": MAIL}, ("email", MAIL)),
        ("landlines", {}, ("call", PHONE)),
        ("unreachable", {"email": MAIL}, ("email", MAIL)),
        ("unreachable", {"address": "12 Maple Ave"}, ("letter", "12 Maple Ave")),
    ],
)
def test_a_refusal_is_not_tried_again_but_moved(house, numbers, given, goes_to):
    house.case(**given)
    getattr(house.twilio, numbers).add(PHONE)
    house.put()
    house.ticks(2)
    posts = [path for method, path, _ in house.twilio.requests if path.endswith("Messages.json")]
    assert len(posts) == 1
    moved = outbox_of(house.store)[1]
    assert (moved.kind, moved.to) == goes_to
    with house.store.view() as unit:
        assert unit.texters.wants_no_texts(PHONE) is (numbers == "opted_out")


def test_a_number_that_opted_out_is_not_even_tried_but_its_answers_are(house, store):
    house.case(email=MAIL)
    with store.unit() as unit:
        texter = unit.texters.get(PHONE)
        texter.opted_out_at = house.time.now
        unit.texters.save(texter)
    house.put()
    house.put("sms:c-1:9", text="You’ll get no more texts.", tracking_number=None)
    house.ticks(2)
    assert [each["Body"] for each in house.twilio.sent()] == ["You'll get no more texts."]
    assert house.stands() == (False, "opted_out")


def test_a_text_that_is_too_long_is_never_cut_but_moved(house):
    house.case(email=MAIL)
    house.put(text="word " * 400)
    house.ticks(1)
    assert house.twilio.accepted == []
    assert house.stands() == (False, "text_too_long")
    assert outbox_of(house.store)[1].kind == "email"
