"""The stand-in refuses what Twilio refuses, and fails as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.phone.rest import ACCOUNT, NUMBER, TOKEN, Twilio

HERE = f"/2010-04-01/Accounts/{ACCOUNT}"
TO = "+14165550123"
SMS = {"To": TO, "From": NUMBER, "Body": "Dossier ouvert"}
CALL = {"To": TO, "From": NUMBER, "Twiml": "<Response><Hangup/></Response>"}


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio() as started:
        yield started


@pytest.fixture
def client(twilio: Twilio) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=twilio.base, auth=(ACCOUNT, TOKEN), timeout=2) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("/Messages.json", SMS | {"To": ""}, 21211),
        ("/Messages.json", {key: SMS[key] for key in ("From", "Body")}, 21604),
        ("/Messages.json", SMS | {"To": "416 555 0123"}, 21211),
        ("/Messages.json", SMS | {"To": "+1416555"}, 21211),
        ("/Messages.json", {key: SMS[key] for key in ("To", "Body")}, 21603),
        ("/Messages.json", SMS | {"From": "+14165550199"}, 21606),
        ("/Messages.json", {key: SMS[key] for key in ("To", "From")}, 21602),
        ("/Messages.json", SMS | {"Body": "x" * 1601}, 21617),
        ("/Messages.json", SMS | {"To": NUMBER}, 21266),
        ("/Messages.json", SMS | {"Text": "hello"}, 20001),
        ("/Messages.json", SMS | {"RiskCheck": "maybe"}, 20001),
        ("/Messages.json", SMS | {"StatusCallback": "care.example.com"}, 21609),
        ("/Messages.json", {**SMS, "MessagingServiceSid": "MG" + "0" * 32}, 21701),
        ("/Messages.json", SMS | {"To": "+14165550001"}, 21610),
        ("/Messages.json", SMS | {"To": "+14165550002"}, 21614),
        ("/Messages.json", SMS | {"To": "+14165550003"}, 21612),
        ("/Calls.json", {key: CALL[key] for key in ("To", "From")}, 21205),
        ("/Calls.json", CALL | {"Twiml": "x" * 4001}, 20001),
        ("/Calls.json", CALL | {"Twiml": "<Response><Speak>Hello</Speak></Response>"}, 12100),
        ("/Calls.json", CALL | {"Url": "nowhere"}, 21205),
        ("/Calls.json", CALL | {"From": "+14165550199"}, 21210),
        ("/Calls.json", CALL | {"StatusCallbackEvent": ["answered", "ended"]}, 20001),
        ("/Calls/CA" + "0" * 32 + ".json", {"Status": "completed"}, 20404),
        ("/IncomingPhoneNumbers/PN" + "0" * 32 + ".json", {"VoiceUrl": "nowhere"}, 21502),
        ("/Messages", SMS, 20404),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(
    twilio: Twilio, client: httpx.Client, path: str, form: dict[str, Any], code: int
) -> None:
    twilio.opted_out, twilio.landlines, twilio.unreachable = (
        {"+14165550001"},
        {"+14165550002"},
        {"+14165550003"},
    )
    refused = client.post(HERE + path, data=form)
    assert refused.json()["code"] == code
    assert refused.status_code == refused.json()["status"] >= 400
    assert twilio.accepted == []


def test_only_the_account_itself_gets_in(twilio: Twilio, client: httpx.Client) -> None:
    for auth in [(ACCOUNT, "wrong"), ("AC" + "0" * 32, TOKEN), None]:
        refused = httpx.post(f"{twilio.base}{HERE}/Messages.json", data=SMS, auth=auth)
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    assert client.put(f"{HERE}/Messages.json").json()["code"] == 20004
    assert client.get(f"/2010-04-01/Accounts/AC{'0' * 32}/Calls.json").json()["code"] == 20404


def test_a_message_is_kept_listed_and_told_about(twilio: Twilio, client: httpx.Client) -> None:
    made = client.post(f"{HERE}/Messages.json", data=SMS)
    assert (made.status_code, made.json()["status"]) == (201, "queued")
    sid = made.json()["sid"]
    assert client.get(f"{HERE}/Messages/{sid}.json").json()["body"] == "Dossier ouvert"
    assert [
        each["sid"] for each in client.get(f"{HERE}/Messages.json", params={"To": TO}).json()["messages"]
    ] == [sid]
    waits = {"To": TO, "DateSent>": "2020-01-01"}
    assert client.get(f"{HERE}/Messages.json", params=waits).json()["messages"] == []
    assert twilio.status_form(sid, "undelivered", 30005)["ErrorCode"] == "30005"
    assert client.get(f"{HERE}/Messages/{sid}.json").json()["error_code"] == 30005


def test_a_call_is_changed_only_while_it_lasts(twilio: Twilio, client: httpx.Client) -> None:
    sid = twilio.comes_in()
    assert client.post(f"{HERE}/Calls/{sid}/Recordings.json").status_code == 201
    assert client.post(f"{HERE}/Calls/{sid}.json", data={"Status": "ended"}).json()["code"] == 20001
    assert client.post(f"{HERE}/Calls/{sid}.json", data={"Status": "completed"}).status_code == 200
    assert client.post(f"{HERE}/Calls/{sid}.json", data={"Twiml": "<Response/>"}).json()["code"] == 21220


def test_a_number_takes_addresses(twilio: Twilio, client: httpx.Client) -> None:
    [number] = client.get(f"{HERE}/IncomingPhoneNumbers.json", params={"PhoneNumber": NUMBER}).json()[
        "incoming_phone_numbers"
    ]
    changed = client.post(
        f"{HERE}/IncomingPhoneNumbers/{number['sid']}.json", data={"SmsUrl": "https://care.example.com/sms"}
    )
    assert changed.json()["sms_url"] == "https://care.example.com/sms"


def test_a_photo_lies_elsewhere_and_wants_no_password_there(twilio: Twilio, client: httpx.Client) -> None:
    moved = client.get(twilio.photo(b"jpeg"))
    assert moved.status_code == 307
    assert httpx.get(moved.headers["Location"]).content == b"jpeg"
    assert httpx.get(moved.headers["Location"], auth=(ACCOUNT, TOKEN)).status_code == 400


def test_it_fails_as_it_is_told(twilio: Twilio, client: httpx.Client) -> None:
    twilio.fail(429, retry_after=2)
    busy = client.post(f"{HERE}/Messages.json", data=SMS)
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (429, 20429, "2")
    twilio.fail(503, on="create_call")
    assert client.post(f"{HERE}/Messages.json", data=SMS).status_code == 201
    assert client.post(f"{HERE}/Calls.json", data=CALL).status_code == 503
    for accepts in (False, True):
        twilio.drop(accepts)
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(f"{HERE}/Messages.json", data=SMS)
        assert len(twilio.sent(TO)) == 1 + accepts
    twilio.hang(0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.post(f"{HERE}/Messages.json", data=SMS, timeout=0.1)
    assert len(twilio.sent()) == 3
    assert twilio.twice == [(TO, "Dossier ouvert")]
