"""What is due goes out, each notice once; what cannot go out is tried again, then left with a reason."""

from __future__ import annotations

import json
import smtplib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from requests import PreparedRequest, Response, Session

from bot.cases.conversation import Notice
from bot.clock import HEARTBEAT, LEASE, RETRY_AFTER, Clock
from bot.notices import delivery
from bot.notices.delivery import MailServer, NotDelivered, OutboxFile, TwilioSms, couriers
from bot.provider import profile
from bot.settings import Secret, Settings

OPERATOR = profile(Settings().provider)
START = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
TWILIO = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": Secret("token"),
    "twilio_number": "+14165550100",
    "twilio_api_base": "http://twilio.example",
}


def notice(key="case:1", kind="sms", **facts):
    usual = {"to": "+14165550123", "language": "fr", "text": "Dossier ouvert à 9 h", "at": START}
    return Notice(key, kind, **(usual | facts))


class Time:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


class Faulty:
    """A courier that fails as often as it is told to."""

    def __init__(self, failures=0):
        self.failures, self.carried, self.tries = failures, [], 0

    def __call__(self, notice):
        self.tries += 1
        if self.tries <= self.failures:
            raise NotDelivered("down")
        self.carried.append(notice.key)


def put(store, *notices):
    with store.unit() as unit:
        for one in notices:
            unit.outbox.add(one)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def time():
    return Time()


def test_a_notice_is_appended_to_the_outbox_file_once(store, tmp_path, time):
    put(store, notice(tracking_number="4821-0937-5562"), notice("later", at=START + timedelta(hours=1)))
    clock = Clock(store, couriers(Settings(data_dir=tmp_path)), OPERATOR, time)
    for _ in range(3):
        clock.tick()
    assert lines(tmp_path / "outbox.jsonl") == [
        {
            "id": "case:1",
            "kind": "sms",
            "to": "+14165550123",
            "language": "fr",
            "text": "Dossier ouvert à 9 h",
            "case": "4821-0937-5562",
            "at": "2026-03-05T12:00:00.000Z",
        }
    ]
    with store.view() as unit:
        assert unit.outbox.of_case("4821-0937-5562")[0][1] == START
        assert unit.heartbeats.last(HEARTBEAT) == START


def test_a_crash_between_appending_and_marking_sends_nothing_twice(store, tmp_path, time):
    put(store, notice(), notice("case:2"))
    file = tmp_path / "outbox.jsonl"
    OutboxFile(file)(notice())  # appended; then the process died before it could mark it
    clock = Clock(store, couriers(Settings(data_dir=tmp_path)), OPERATOR, time)
    for _ in range(2):
        clock.tick()
    assert [line["id"] for line in lines(file)] == ["case:1", "case:2"]


def test_a_line_that_a_crash_cut_short_is_written_anew(tmp_path):
    file = tmp_path / "outbox.jsonl"
    OutboxFile(file)(notice("first"))
    with open(file, "ab") as torn:
        torn.write(b'{"id": "second", "te')
    OutboxFile(file)(notice("second"))
    assert [line["id"] for line in lines(file)] == ["first", "second"]


def test_a_long_outbox_is_looked_at_only_at_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(delivery, "TAIL_BYTES", 500)
    file = tmp_path / "outbox.jsonl"
    first = OutboxFile(file)
    for number in range(10):
        first(notice(f"n-{number}"))
    OutboxFile(file)(notice("n-9"))
    OutboxFile(file)(notice("n-10"))
    assert [line["id"] for line in lines(file)] == [f"n-{number}" for number in range(11)]


def test_two_clocks_send_a_notice_once(store, time):
    courier = Faulty()
    put(store, *(notice(f"n-{number}", to=f"+141655501{number:02}") for number in range(15)))
    clocks = [Clock(store, lambda _: courier, OPERATOR, time) for _ in range(2)]
    for clock in clocks * 2:
        clock.tick()
    assert sorted(courier.carried) == sorted(f"n-{number}" for number in range(15))


def test_what_a_dead_clock_had_claimed_goes_out_when_its_lease_ends(store, time):
    courier = Faulty()
    put(store, notice())
    with store.unit() as unit:
        unit.outbox.claim_due(START, "a dead clock", LEASE, 10)
    clock = Clock(store, lambda _: courier, OPERATOR, time)
    clock.tick()
    assert courier.carried == []
    time.now += LEASE
    clock.tick()
    assert courier.carried == ["case:1"]


@pytest.mark.parametrize("failures, carried", [(0, 1), (1, 1), (4, 1), (5, 0)])
def test_a_failure_is_tried_again_after_growing_pauses_five_times_in_all(store, time, failures, carried):
    courier = Faulty(failures)
    put(store, notice(tracking_number="4821-0937-5562"))
    clock = Clock(store, lambda _: courier, OPERATOR, time)
    for pause in (timedelta(), *RETRY_AFTER, timedelta(days=1), timedelta(days=1)):
        time.now += pause - timedelta(seconds=1)
        before = courier.tries
        clock.tick()
        assert courier.tries == before or not pause
        time.now += timedelta(seconds=1)
        clock.tick()
    assert (courier.tries, len(courier.carried)) == (min(failures + 1, 5), carried)


def test_one_notice_that_nobody_foresaw_does_not_stop_the_others(store, time, logged):
    carried = []

    def courier(one):
        if one.key == "odd":
            raise RuntimeError(one.text)
        carried.append(one.key)

    put(store, notice("odd"), notice("even", to="+14165550124"))
    Clock(store, lambda _: courier, OPERATOR, time).tick()
    assert carried == ["even"]


def test_the_log_says_nothing_of_whom_or_what(store, time, logged):
    put(store, notice())
    Clock(store, lambda _: Faulty(1), OPERATOR, time).tick()
    time.now += RETRY_AFTER[0]
    Clock(store, lambda _: Faulty(), OPERATOR, time).tick()
    assert {entry["event"] for entry in logged} == {"notice.not_sent", "notice.sent"}
    assert "+1416" not in str(logged) and "Dossier" not in str(logged)


@pytest.fixture
def posted(monkeypatch):
    """Stands for the network under Twilio's client: what was posted, and the status that is answered."""
    requests, answers = [], [201]

    def send(_, request: PreparedRequest, **options):
        assert options["timeout"]
        requests.append(request)
        response = Response()
        response.status_code, response.url = answers[0], request.url
        refusal = {"code": 21211, "message": "bad number", "status": answers[0]}
        response._content = json.dumps({"sid": "SM1"} if answers[0] < 400 else refusal).encode()
        return response

    monkeypatch.setattr(Session, "send", send)
    return requests, answers


def test_an_sms_goes_out_through_twilio_once_it_is_set_up(posted, tmp_path):
    requests, _ = posted
    couriers(Settings(data_dir=tmp_path, **TWILIO))("sms")(notice())
    [request] = requests
    assert request.url == f"http://twilio.example/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert parse_qs(request.body) == {
        "To": ["+14165550123"],
        "From": ["+14165550100"],
        "Body": ["Dossier ouvert à 9 h"],
        "StatusCallback": ["http://localhost:8000/twilio/sms/status"],
    }
    assert not (tmp_path / "outbox.jsonl").exists()


@pytest.mark.parametrize("kind", ["email", "letter"])
def test_with_twilio_alone_the_rest_still_goes_to_the_file(posted, tmp_path, kind):
    couriers(Settings(data_dir=tmp_path, **TWILIO))(kind)(notice(kind=kind))
    assert lines(tmp_path / "outbox.jsonl")[0]["kind"] == kind


def test_what_twilio_refuses_is_not_delivered_and_says_why_by_code(posted):
    posted[1][0] = 400
    with pytest.raises(NotDelivered) as refused:
        TwilioSms(Settings(**TWILIO))(notice())
    assert refused.value.reason_code == "twilio_21211"


class FakeServer:
    """Stands for smtplib.SMTP."""

    sent: list = []
    failure: Exception | None = None

    def __init__(self, host, port, timeout, **_):
        assert timeout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ehlo(self):
        pass

    def has_extn(self, name):
        return False

    def close(self):
        pass

    def send_message(self, message):
        if self.failure:
            raise self.failure
        self.sent.append(message)


@pytest.fixture
def mail(monkeypatch):
    monkeypatch.setattr(FakeServer, "sent", [])
    monkeypatch.setattr(smtplib, "SMTP", FakeServer)
    return MailServer(Settings(smtp_host="mail.example", smtp_from="Care <care@provider.example>"))


def test_an_email_goes_out_with_its_case_in_the_subject(mail):
    mail(notice(kind="email", to="alex@example.com", tracking_number="4821-0937-5562"))
    mail(notice(kind="email", to="alex@example.com", tracking_number="4821-0937-5562"))
    first, second = FakeServer.sent
    assert (first["To"], first["From"]) == ("alex@example.com", "Care <care@provider.example>")
    assert first["Subject"] == "Jive – 4821-0937-5562"
    assert first.get_content().strip() == "Dossier ouvert à 9 h"
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize(
    "failure, code",
    [
        (smtplib.SMTPDataError(451, b"later"), "smtp_451"),
        (ConnectionRefusedError(), "smtp_ConnectionRefusedError"),
        (smtplib.SMTPRecipientsRefused({}), "smtp_SMTPRecipientsRefused"),
    ],
)
def test_what_the_mail_server_refuses_is_not_delivered(mail, monkeypatch, failure, code):
    monkeypatch.setattr(FakeServer, "failure", failure)
    with pytest.raises(NotDelivered) as refused:
        mail(notice(kind="email", to="alex@example.com"))
    assert refused.value.reason_code == code


def test_an_address_cannot_smuggle_in_headers(mail):
    with pytest.raises(NotDelivered):
        mail(notice(kind="email", to="alex@example.com\nBcc: all@example.com"))
    assert FakeServer.sent == []
