"""A stand-in for Twilio's REST API that refuses what the real one refuses, for TWILIO_API_BASE.

with Twilio() as twilio:
    settings = Settings(**twilio.settings)
    ...
    twilio.fail(429, retry_after=2)      # the next request; hang() and drop() likewise
    twilio.accepted                      # what was done, in order
    twilio.tell(sid, "delivered")        # a signed status callback to where the message asked for it
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from twilio.request_validator import RequestValidator

from bot.settings import Secret
from tests.phone.contract import Form, Refused, call_at, check, contract
from tests.phone.twiml import Wrong, valid

ACCOUNT, TOKEN, NUMBER = "AC" + "a1" * 16, "token-of-the-stand-in", "+14165550100"


@dataclass(frozen=True)
class Accepted:
    """A request that was carried out: the call's name, its parameters, and what was answered."""

    call: str
    form: Form
    answer: Any

    def __getitem__(self, parameter: str) -> str:
        return self.form[parameter][0]


@dataclass
class _Fault:
    """What goes wrong with one request: an answer of its own, a silence, or a line that drops."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drops: bool = False
    accepts: bool = False
    on: str | None = None


class Twilio:
    """One account with one number, a web server of its own, and the power to fail as it is told."""

    def __init__(self, account_sid: str = ACCOUNT, token: str = TOKEN, number: str = NUMBER) -> None:
        self.account_sid, self.token, self.number = account_sid, token, number
        self.accepted: list[Accepted] = []
        self.requests: list[tuple[str, str, int]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.calls: dict[str, dict[str, Any]] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.recordings: dict[str, bytes] = {}
        self.queues: set[str] = set()
        self.numbers = [self._number(number)]
        self.services: dict[str, dict[str, Any]] = {}
        self.held: dict[str, set[str]] = {}
        self.account_status, self.is_trial = "active", False
        self.not_called: set[str] = set()
        self.opted_out: set[str] = set()
        self.landlines: set[str] = set()
        self.unreachable: set[str] = set()
        self.clock_is_off_by = 0.0
        self._asked_to_tell: dict[str, str] = {}
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    def __enter__(self) -> Twilio:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        """Where it listens: TWILIO_API_BASE."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def settings(self) -> dict[str, Any]:
        """The settings with which the product sends through it."""
        return {
            "twilio_account_sid": self.account_sid,
            "twilio_auth_token": Secret(self.token),
            "twilio_number": self.number,
            "twilio_api_base": self.base,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same for another process."""
        return {
            key.upper(): value.reveal() if isinstance(value, Secret) else str(value)
            for key, value in self.settings.items()
        }

    # What goes wrong

    def fail(
        self, status: int, times: int = 1, retry_after: int | None = None, on: str | None = None
    ) -> None:
        """Answer the next requests with an error instead of doing anything; `on` names the call it is for."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self._faults += [_Fault(status, headers, on=on) for _ in range(times)]

    def hang(self, seconds: float, accepts: bool = True, on: str | None = None) -> None:
        """Keep the next request waiting, having done what it asks unless `accepts` is False."""
        self._faults.append(_Fault(seconds=seconds, accepts=accepts, on=on))

    def drop(self, accepts: bool, on: str | None = None) -> None:
        """Close the line of the next request without an answer, before or after doing what it asks."""
        self._faults.append(_Fault(drops=True, accepts=accepts, on=on))

    # What happened

    def sent(self, to: str | None = None) -> list[Accepted]:
        """Return the messages that were taken on, in order, to one number or to all."""
        taken = [each for each in self.accepted if each.call == "create_message"]
        return [each for each in taken if to is None or each["To"] == to]

    def called(self) -> list[Accepted]:
        """Return the calls that were begun."""
        return [each for each in self.accepted if each.call == "create_call"]

    @property
    def twice(self) -> list[tuple[str, str]]:
        """The texts that went to one number more than once."""
        counted = Counter((each["To"], each["Body"]) for each in self.sent())
        return [text for text, times in counted.items() if times > 1]

    # What Twilio does by itself

    def status_form(self, sid: str, status: str, error_code: int | None = None) -> dict[str, str]:
        """Return what a status callback about a message or a call holds."""
        if sid in self.calls:
            one = self.calls[sid]
            one["status"] = status
            told = {"CallSid": sid, "CallStatus": status, "Direction": one["direction"]}
        else:
            one = self.messages[sid]
            one["status"], one["error_code"] = status, error_code
            told = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
            if error_code:
                told["ErrorCode"] = str(error_code)
        return told | {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "To": one["to"],
            "From": one["from"],
        }

    def signature(self, address: str, form: dict[str, str]) -> str:
        """Return the signature over a form that is posted to an address."""
        return str(RequestValidator(self.token).compute_signature(address, form))

    def tell(self, sid: str, status: str, error_code: int | None = None, to: str | None = None) -> int:
        """Post a status callback to where it was asked for, or to the host `to`; return the HTTP status."""
        address, form = self._asked_to_tell[sid], self.status_form(sid, status, error_code)
        request = Request(
            address if to is None else f"{to}{urlsplit(address).path}",
            data=urlencode(form).encode(),
            headers={"X-Twilio-Signature": self.signature(address, form)},
        )
        try:
            with urlopen(request, timeout=20) as response:
                return int(response.status)
        except HTTPError as refused:
            return refused.code

    def comes_in(self, caller: str = "+14165550123") -> str:
        """Begin a call of a customer's and return its sid."""
        sid = self._sid("CA")
        self.calls[sid] = self._call(sid, {"To": [self.number], "From": [caller]}) | {
            "status": "in-progress",
            "direction": "inbound",
        }
        return sid

    def photo(self, body: bytes, media_type: str = "image/jpeg") -> str:
        """Keep a photo that a customer sent and return its MediaUrl."""
        message, sid = self._sid("MM"), self._sid("ME")
        self.media[sid] = media_type, body
        return f"{self.base}/2010-04-01/Accounts/{self.account_sid}/Messages/{message}/Media/{sid}"

    # The server's side

    def take(self, request: _Request) -> _Answer | None:
        """Answer a request; None drops the line."""
        fault = self._next_fault(request)
        if fault is None:
            return self._noted(request, self._answer(request))
        if fault.status is not None:
            code = {429: 20429}.get(fault.status, 20500)
            refused = _refusal(code, contract()["refusals"][code]["message"], fault.status)
            return self._noted(
                request, _Answer(refused.status, refused.body, refused.headers | fault.headers)
            )
        answer = self._answer(request) if fault.accepts else _refusal(20500, "gone", 503)
        time.sleep(fault.seconds)
        return None if fault.drops else self._noted(request, answer)

    def _next_fault(self, request: _Request) -> _Fault | None:
        name = request.name()
        with self._lock:
            for fault in self._faults:
                if fault.on in (None, name):
                    self._faults.remove(fault)
                    return fault
        return None

    def _noted(self, request: _Request, answer: _Answer) -> _Answer:
        with self._lock:
            self.requests.append((request.method, request.path, answer.status))
        return answer

    def _answer(self, request: _Request) -> _Answer:
        try:
            if request.path.startswith("/cdn/"):
                return self._file(request)
            if not request.is_by(self.account_sid, self.token):
                raise Refused(20003)
            if "/Media/" in request.path and not request.path.endswith(".json"):
                return self._redirect_to_file(request)
            if request.method == "GET" and request.path.endswith(".mp3"):
                sid = request.path.rpartition("/")[2].removesuffix(".mp3")
                return _Answer(200, _known(self.recordings, sid), {"Content-Type": "audio/mpeg"})
            name, sids = call_at(request.method, request.path)
            if sids.get("AccountSid", self.account_sid) != self.account_sid:
                raise Refused(20404)
            check(name, request.form)
            with self._lock:
                answer = getattr(self, f"_{name}")(sids, request.form)
                self.accepted.append(Accepted(name, request.form, answer))
            status = contract()["calls"][name]["status"]
            if answer is None:
                return _Answer(status, b"")
            return _Answer(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})
        except Refused as refused:
            return _refusal(refused.code, refused.message, refused.status)

    def _create_message(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        to, sender = _one(form, "To"), _one(form, "From")
        service = _one(form, "MessagingServiceSid")
        body = _one(form, "Body") or ""
        if not to:
            raise Refused(21604)
        if not (sender or service):
            raise Refused(21603)
        if not (body or "MediaUrl" in form or "ContentSid" in form):
            raise Refused(21602)
        if len(body) > contract()["limits"]["body"]:
            raise Refused(21617)
        if service and service not in self.services:
            raise Refused(21701)
        if sender and not any(
            own["phone_number"] == sender and own["capabilities"]["sms"] for own in self.numbers
        ):
            raise Refused(21606)
        if to == sender:
            raise Refused(21266)
        for numbers, code in ((self.opted_out, 21610), (self.landlines, 21614), (self.unreachable, 21612)):
            if to in numbers:
                raise Refused(code)
        sid = self._sid("SM")
        message = _fields(
            "message",
            sid=sid,
            account_sid=self.account_sid,
            body=body,
            to=to,
            status="accepted" if service else "queued",
            direction="outbound-api",
            messaging_service_sid=service,
            num_segments="0" if service else "1",
            num_media="0",
            date_created=_now(),
            date_updated=_now(),
        ) | {"from": sender}
        self.messages[sid] = message
        self._asked_to_tell[sid] = _one(form, "StatusCallback") or ""
        return dict(message)

    def _list_messages(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        found = [
            each for each in self.messages.values() if _is_among(each, form, {"To": "to", "From": "from"})
        ]
        if any(name.startswith("DateSent") for name in form):
            # what still waits in the queue has no such date
            found = [each for each in found if each["date_sent"]]
        return self._page("messages", "Messages", found[::-1], form)

    def _fetch_message(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        return dict(_known(self.messages, sids["Sid"]))

    def _fetch_media(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        media_type, _ = _known(self.media, sids["Sid"])
        return _fields("media", sid=sids["Sid"], content_type=media_type, parent_sid=sids["MessageSid"])

    def _create_call(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        if not _one(form, "To"):
            raise Refused(21201)
        if not _one(form, "From"):
            raise Refused(21213)
        if not any(own["phone_number"] == _one(form, "From") for own in self.numbers):
            raise Refused(21210)
        self._check_instructions(form)
        if not (_one(form, "Url") or _one(form, "Twiml") or _one(form, "ApplicationSid")):
            raise Refused(21205)
        if not set(form.get("StatusCallbackEvent", [])) <= set(contract()["states"]["call_event"]):
            raise Refused(20001, "StatusCallbackEvent")
        sid = self._sid("CA")
        self.calls[sid] = self._call(sid, form)
        self._asked_to_tell[sid] = _one(form, "StatusCallback") or ""
        return dict(self.calls[sid])

    def _list_calls(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        keys = {"To": "to", "From": "from", "Status": "status"}
        found = [each for each in self.calls.values() if _is_among(each, form, keys)]
        return self._page("calls", "Calls", found[::-1], form)

    def _fetch_call(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        return dict(_known(self.calls, sids["Sid"]))

    def _update_call(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        call = _known(self.calls, sids["Sid"])
        self._check_instructions(form)
        if call["status"] not in ("queued", "ringing", "in-progress"):
            raise Refused(21220)
        call["status"] = _one(form, "Status") or call["status"]
        return dict(call)

    def _create_recording(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        if _known(self.calls, sids["CallSid"])["status"] != "in-progress":
            raise Refused(21220)
        return _fields(
            "call_recording",
            sid=self._sid("RE"),
            account_sid=self.account_sid,
            call_sid=sids["CallSid"],
            status="in-progress",
            channels=1,
            source="StartCallRecordingAPI",
            date_created=_now(),
        )

    def _delete_recording(self, sids: dict[str, str], form: Form) -> None:
        _known(self.recordings, sids["Sid"])
        del self.recordings[sids["Sid"]]

    def _delete_queue(self, sids: dict[str, str], form: Form) -> None:
        if sids["Sid"] not in self.queues:
            raise Refused(20404)
        self.queues.remove(sids["Sid"])

    def _list_numbers(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        found = [each for each in self.numbers if _is_among(each, form, {"PhoneNumber": "phone_number"})]
        return self._page("incoming_phone_numbers", "IncomingPhoneNumbers", found, form)

    def _update_number(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        number = _known({each["sid"]: each for each in self.numbers}, sids["Sid"])
        number |= {_field(parameter): values[0] or None for parameter, values in form.items()}
        return dict(number)

    def _fetch_account(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        if sids["Sid"] != self.account_sid:
            raise Refused(20404)
        return _fields(
            "account",
            sid=self.account_sid,
            friendly_name="Care",
            status=self.account_status,
            type="Trial" if self.is_trial else "Full",
        )

    def _fetch_service(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        return dict(_known(self.services, sids["Sid"]))

    def _update_service(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        service = _known(self.services, sids["Sid"])
        service |= {_field(parameter): values[0] or None for parameter, values in form.items()}
        service["use_inbound_webhook_on_number"] = str(service["use_inbound_webhook_on_number"]) in (
            "True",
            "true",
        )
        return dict(service)

    def _list_service_numbers(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        service = _known(self.services, sids["ServiceSid"])["sid"]
        held = [
            _fields("service_number", service_sid=service, sid=own["sid"], phone_number=own["phone_number"])
            for own in self.numbers
            if own["phone_number"] in self.held[service]
        ]
        return {"phone_numbers": held, "meta": {"key": "phone_numbers", "next_page_url": None}}

    def _fetch_dialing_permission(self, sids: dict[str, str], form: Form) -> dict[str, Any]:
        country = sids["IsoCode"]
        return _fields(
            "country",
            iso_code=country,
            name=f"country {country}",
            low_risk_numbers_enabled=country not in self.not_called,
        )

    def _check_instructions(self, form: Form) -> None:
        if len(_one(form, "Twiml") or "") > contract()["limits"]["twiml"]:
            raise Refused(20001, "Twiml")
        if _one(form, "Twiml"):
            try:
                valid(form["Twiml"][0])
            except Wrong as wrong:
                # Twilio takes it, and ends the call with this code
                raise Refused(12100, str(wrong)) from wrong
        if int(_one(form, "Timeout") or 0) > contract()["limits"]["ring_seconds"]:
            raise Refused(20001, "Timeout")
        if len(_one(form, "SendDigits") or "") > contract()["limits"]["send_digits"]:
            raise Refused(20001, "SendDigits")

    def _page(self, key: str, path: str, found: list[dict[str, Any]], form: Form) -> dict[str, Any]:
        size, page = int(_one(form, "PageSize") or 50), int(_one(form, "Page") or 0)
        uri = f"/2010-04-01/Accounts/{self.account_sid}/{path}.json"
        is_more = len(found) > (page + 1) * size
        asked = {name: values[0] for name, values in form.items()} | {"PageSize": size, "Page": page + 1}
        return {
            key: found[page * size : (page + 1) * size],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": min(len(found), (page + 1) * size) - 1,
            "uri": uri,
            "first_page_uri": uri,
            "previous_page_uri": None,
            "next_page_uri": f"{uri}?{urlencode(asked)}" if is_more else None,
        }

    def _number(self, phone: str) -> dict[str, Any]:
        number = _fields(
            "incoming_phone_number",
            sid=self._sid("PN"),
            account_sid=self.account_sid,
            phone_number=phone,
            friendly_name=phone,
            capabilities={"voice": True, "sms": True, "mms": True, "fax": False},
            voice_receive_mode="voice",
            status="in-use",
        )
        return number | {name: "POST" for name in number if name.endswith("_method")}

    def add_number(self, phone: str, **capabilities: bool) -> dict[str, Any]:
        """Give the account another number and return it."""
        added = self._number(phone)
        added["capabilities"] |= capabilities
        self.numbers.append(added)
        return added

    def add_service(self, **facts: Any) -> str:
        """Make a messaging service that holds the account's first number and return its sid."""
        sid = self._sid("MG")
        usual = {"sid": sid, "account_sid": self.account_sid, "use_inbound_webhook_on_number": True}
        self.services[sid] = _fields("service", **(usual | facts))
        self.held[sid] = {self.number}
        return sid

    def _call(self, sid: str, form: Form) -> dict[str, Any]:
        return _fields(
            "call",
            sid=sid,
            account_sid=self.account_sid,
            to=form["To"][0],
            status="queued",
            direction="outbound-api",
            date_created=_now(),
        ) | {"from": form["From"][0]}

    def _sid(self, kind: str) -> str:
        return kind + uuid4().hex

    def _redirect_to_file(self, request: _Request) -> _Answer:
        sid = request.path.rpartition("/")[2]
        _known(self.media, sid)
        # another host, as in life: nobody may hand it the account's password
        there = f"http://localhost:{self._server.server_port}/cdn/{sid}"
        return _Answer(307, b"", {"Location": there})

    def _file(self, request: _Request) -> _Answer:
        if request.authorization:
            return _Answer(400, b"Only one auth mechanism allowed", {"Content-Type": "text/plain"})
        media_type, body = _known(self.media, request.path.rpartition("/")[2])
        return _Answer(200, body, {"Content-Type": media_type})


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    form: Form
    authorization: str

    def is_by(self, account_sid: str, token: str) -> bool:
        expected = base64.b64encode(f"{account_sid}:{token}".encode()).decode()
        return self.authorization == f"Basic {expected}"

    def name(self) -> str | None:
        try:
            return call_at(self.method, self.path)[0]
        except Refused:
            return None


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def _handler(twilio: Twilio) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # answers leave at once, not when more has come together
        wbufsize = -1

        def _take(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = parse_qs(body or address.query, keep_blank_values=True)
            asked = _Request(self.command, address.path, form, self.headers.get("Authorization") or "")
            answer = twilio.take(asked)
            if answer is None:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in {
                "Date": formatdate(time.time() + twilio.clock_is_off_by, usegmt=True),
                "Content-Length": str(len(answer.body)),
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = do_PUT = _take

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            # whoever asked may not wait for the answer
            with suppress(BrokenPipeError, ConnectionResetError):
                super().handle()

    return Handler


def _refusal(code: int, message: str, status: int) -> _Answer:
    told = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return _Answer(status, json.dumps(told).encode(), {"Content-Type": "application/json"})


def _fields(thing: str, **known: Any) -> dict[str, Any]:
    return dict.fromkeys(contract()["fields"][thing].split()) | known


def _field(parameter: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in parameter)[1:]


def _one(form: Form, name: str) -> str | None:
    return form.get(name, [None])[0]


def _known(things: dict[str, Any], sid: str) -> Any:
    if sid not in things:
        raise Refused(20404)
    return things[sid]


def _is_among(thing: dict[str, Any], form: Form, keys: dict[str, str]) -> bool:
    return all(thing[key] == form[name][0] for name, key in keys.items() if name in form)


def _now() -> str:
    return format_datetime(datetime.now(UTC).replace(microsecond=0))
