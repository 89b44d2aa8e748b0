"""Nothing is believed that Twilio did not sign, whatever route it comes to; and nothing is done twice.

Every route is visited by requests that would change something, so that a forged one that is believed shows in the store.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import Table, create_engine, select
from sqlalchemy.sql import Select

from bot.agents import add_agent
from bot.cases import call as calls
from bot.cases.case import AGENT, WAITING
from bot.cases.conversation import Conversation, Notice
from bot.cases.holding import Holding
from bot.cases.ringing import Ring
from bot.gateway.app import create_app
from bot.gateway.twilio_requests import MOST_BYTES, genuine
from bot.settings import Secret, Settings
from bot.store.tables import metadata
from tests.gateway import conftest as gateways
from tests.gateway.fakes import Gateway, until
from tests.gateway.sockets import Closed, Socket

_plain_words, logged = gateways._plain_words, gateways.logged
empty_database, database_url = gateways.empty_database, gateways.database_url
start, store = gateways.start, gateways.store

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "twilio_signature_vectors.jsonl")
    .read_text()
    .splitlines()
]

TOKEN, OTHER_TOKEN = "auth-token-of-the-tests", "auth-token-of-somebody-else"
BASE = "https://care.example.com"
PERSON, CALLER, NUMBER = "+14165550111", "+14165550123", "+18665550100"
KNOWN, NEW = "CA" + "1" * 32, "CA" + "2" * 32
IN_LINE, RING = "CA" + "9" * 32, "ring:of-the-tests:1"
"""A call that waits in line, and the ring of an agent who has answered and wants it."""

TEXT, CALL = "SM" + "3" * 32, "CA" + "4" * 32
"""What we sent: a text and a call that Twilio tells the fate of."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

Pairs = Sequence[tuple[str, str]]


# ── Known requests ─────────────────────────────────────────────────────────────────────────────────


def test_the_known_requests_are_all_there() -> None:
    assert [vector["valid"] for vector in VECTORS] == [True] * 7 + [False]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_known_request_is_judged_rightly(vector) -> None:
    pairs = [(name, value) for name, value in vector["params"]]
    told = pairs if vector["body"] is None else vector["body"].encode()
    token, address, signature = Secret(vector["auth_token"]), vector["uri"], vector["signature"]
    assert genuine(token, address, told, signature) is vector["valid"]
    assert not genuine(Secret(f"{vector['auth_token']}6"), address, told, signature)
    assert not genuine(token, f"{address}&more=1", told, signature)
    assert not genuine(token, address.replace("mycompany", "othercompany"), told, signature)
    for nothing in (None, ""):
        assert not genuine(token, address, told, nothing)
    assert not genuine(None, address, told, signature)


# ── What Twilio asks ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Visit:
    """A request of Twilio's that comes at its time; `{turn}` is the turn that the call is at.

    `changes` tells that it leaves something behind.
    """

    path: str
    form: dict[str, str]
    changes: bool = True

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(({"AccountSid": "AC" + "0" * 32, "From": CALLER, "To": NUMBER} | self.form).items())


VISITS = {
    "a call comes in": Visit("/twilio/voice", {"CallSid": NEW, "CallStatus": "ringing"}),
    "the caller speaks": Visit(
        "/twilio/voice?turn={turn}",
        {"CallSid": KNOWN, "SpeechResult": "my bill is wrong", "Confidence": "0.9"},
    ),
    "the caller presses a key": Visit("/twilio/voice?turn={turn}", {"CallSid": KNOWN, "Digits": "0"}),
    "the caller is silent": Visit("/twilio/voice?turn={turn}&for=silence", {"CallSid": KNOWN}),
    "the call waits for an answer": Visit(
        "/twilio/voice?turn={turn}&for=answer&tries=1", {"CallSid": KNOWN}, changes=False
    ),
    "a transfer has ended": Visit(
        "/twilio/voice?turn={turn}&for=transfer", {"CallSid": KNOWN, "DialCallStatus": "no-answer"}
    ),
    "a relay session has ended": Visit(
        "/twilio/voice?for=relay", {"CallSid": KNOWN, "HandoffData": "{}"}, changes=False
    ),
    "a call is over": Visit("/twilio/voice/status", {"CallSid": KNOWN, "CallStatus": "completed"}),
    "a person is told what a call is about": Visit(
        "/twilio/voice/whisper", {"CallSid": NEW, "ParentCallSid": KNOWN}, changes=False
    ),
    "a person takes a call": Visit(
        f"/twilio/voice/whisper?accepts={KNOWN}",
        {"CallSid": NEW, "ParentCallSid": KNOWN, "Digits": "1"},
    ),
    "a caller waits in line": Visit("/twilio/voice/wait", {"CallSid": IN_LINE, "QueueSid": "QU" + "1" * 32}),
    "a caller and an agent are connected": Visit("/twilio/voice/connecting", {"CallSid": IN_LINE}),
    "an agent wants no call": Visit(
        f"/twilio/voice/agent?ring={quote(RING)}&key=yes", {"CallSid": NEW, "Digits": "2"}
    ),
    "an agent has finished": Visit(f"/twilio/voice/agent/over?ring={quote(RING)}", {"CallSid": NEW}),
    "an agent's telephone is put down": Visit(
        f"/twilio/voice/agent/status?ring={quote(RING)}", {"CallSid": NEW, "CallStatus": "completed"}
    ),
    "a message was recorded": Visit(
        "/twilio/voice/recording", {"CallSid": IN_LINE, "RecordingSid": "RE" + "1" * 32}
    ),
    "a text comes in": Visit("/twilio/sms", {"MessageSid": "SM" + "5" * 32, "Body": "my bill is wrong"}),
    "a photo comes in": Visit(
        "/twilio/sms",
        {
            "MessageSid": "MM" + "6" * 32,
            "Body": "",
            "NumMedia": "1",
            "MediaUrl0": "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM6/Media/ME7",
            "MediaContentType0": "image/jpeg",
        },
    ),
    "no more texts are wanted": Visit("/twilio/sms", {"MessageSid": "SM" + "8" * 32, "Body": "STOP"}),
    "a text of ours arrived": Visit("/twilio/sms/status", {"MessageSid": TEXT, "MessageStatus": "delivered"}),
    "a text of ours did not arrive": Visit(
        "/twilio/sms/status", {"MessageSid": TEXT, "MessageStatus": "undelivered", "ErrorCode": "30006"}
    ),
    "a call of ours was answered": Visit(
        "/twilio/notice/status", {"CallSid": CALL, "CallStatus": "completed"}
    ),
}
RELAY = "/twilio/voice/relay"


def _routes(routes: Sequence[Any]) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", route)
        if getattr(inner, "path", None):
            yield inner
        else:
            yield from _routes(getattr(inner, "routes", ()))


def test_no_route_is_forgotten(tmp_path) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    paths = {route.path for route in _routes(app.routes)}
    assert {"/api/chat", "/"} <= paths
    of_twilio = {path for path in paths if "twilio" in path}
    assert of_twilio == {urlsplit(visit.path).path for visit in VISITS.values()} | {RELAY}
    app.state.services.store.dispose()


# ── The house ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class House:
    """A gateway with a call under way and a text and a call sent."""

    gateway: Gateway
    database_url: str
    turn: int = 0

    def address(self, visit: Visit) -> str:
        return BASE + visit.path.format(turn=self.turn)

    async def post(
        self,
        address: str,
        body: bytes,
        signature: str | None,
        content_type: str = FORM,
        **more: str,
    ) -> httpx.Response:
        told = {"content-type": content_type, "x-twilio-signature": signature, **more}
        headers = [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in told.items()
            if value is not None
        ]
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return await self.gateway.client.post(path, content=body, headers=headers)

    async def visit(self, visit: Visit, pairs: Pairs | None = None) -> httpx.Response:
        """Post a request as Twilio does, and wait until what it asks for is done."""
        pairs, address = visit.pairs if pairs is None else pairs, self.address(visit)
        response = await self.post(address, urlencode(pairs).encode(), signature_of(address, pairs))
        await self.is_quiet()
        return response

    async def is_quiet(self) -> None:
        """Wait until nothing is at work in the background."""
        parts = self.gateway.app.state.services
        await until(lambda: not parts.texts._at_work and not parts.calls._at_work)

    def kept(self, but: Collection[str] = ()) -> dict[str, list[Any]]:
        """Return every row of every table, without the columns named."""
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            rows = {
                table.name: [tuple(row) for row in connection.execute(_all_of(table, but))]
                for table in metadata.sorted_tables
            }
        engine.dispose()
        return rows


def _all_of(table: Table, but: Collection[str]) -> Select:
    return select([column for column in table.columns if column.name not in but])


def signature_of(address: str, pairs: Pairs = (), token: str = TOKEN) -> str:
    """Sign as Twilio's documentation says, apart from its library that checks it."""
    told = "".join(f"{name}{value}" for name, value in sorted(set(pairs)))
    digest = hmac.new(token.encode(), (address + told).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


@pytest.fixture
async def house(start, database_url) -> AsyncIterator[House]:
    settings = {"twilio_auth_token": Secret(TOKEN), "public_url": BASE, "handoff_number": PERSON}
    async with start(**settings, twilio_number=NUMBER, twilio_account_sid="AC" + "0" * 32) as gateway:
        house = House(gateway, database_url)
        await _begin_call(house)
        _put_in_line(gateway)
        with gateway.store.unit() as unit:
            for number, (kind, sid) in enumerate((("sms", TEXT), ("call", CALL)), start=1):
                now = datetime.now(UTC)
                unit.outbox.add(Notice(f"opened:{kind}", kind, CALLER, "en", "Your case is open.", now))
                unit.outbox.sent(number, now, sid)
        yield house


async def _begin_call(house: House) -> None:
    """Let somebody call, choose English, and ask for a person, who is rung."""

    def rings(turn: Any) -> list[dict[str, Any]]:
        with house.gateway.store.unit() as unit:
            conversation = unit.conversations.get(turn.conversation)
            conversation.holder = WAITING
            unit.conversations.save(conversation)
        return [{"reply": "person_waiting", "values": {}, "choices": []}]

    await house.visit(Visit("/twilio/voice", {"CallSid": KNOWN, "CallStatus": "ringing"}))
    await house.visit(Visit("/twilio/voice?turn=1", {"CallSid": KNOWN, "Digits": "1"}))
    house.gateway.engine.on_turn = rings
    await house.visit(Visit("/twilio/voice?turn=2", {"CallSid": KNOWN, "Digits": "0"}))
    house.gateway.engine.on_turn = lambda _: None
    house.gateway.engine.turns.clear()
    with house.gateway.store.view() as unit:
        house.turn = unit.calls.get(KNOWN).turn


def _put_in_line(gateway: Gateway) -> None:
    """Let somebody wait in line whose call an agent has taken."""
    now = datetime.now(UTC)
    anna = add_agent(gateway.store, "anna@example.com", "Anna", "correct horse battery")
    conversation = Conversation("in-line", "", "voice", now, holder=AGENT, held_since=now, agent_id=anna.id)
    with gateway.store.unit() as unit:
        unit.conversations.add(conversation)
        told = {"language_chosen": True, "transfer": calls.IN_LINE, "voicemail": calls.OFFERED}
        unit.calls.add(calls.Call(IN_LINE, conversation.id, CALLER, NUMBER, now, now, **told))
        unit.rings.add(Ring(RING, conversation.id, anna.id, now, accepted_at=now))
        unit.holdings.add(Holding(conversation.id, anna.id, now, 1, waited_since=now))


every_visit = pytest.mark.parametrize("visit", VISITS.values(), ids=VISITS)


# ── Genuine ────────────────────────────────────────────────────────────────────────────────────────


@every_visit
async def test_what_twilio_signed_is_done(house, visit) -> None:
    before = house.kept()
    assert (await house.visit(visit)).status_code in (200, 204)
    assert (house.kept() != before) is visit.changes


BEHIND_A_PROXY = {
    "as a proxy tells it": {
        "host": "gateway.internal:8000",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "care.example.com",
        "x_forwarded_port": "443",
        "x_forwarded_for": "203.0.113.7",
    },
    "as a proxy tells it that ends the encryption": {
        "host": "10.0.0.7",
        "x_forwarded_proto": "http",
        "x_forwarded_port": "8000",
    },
    "as anybody may tell it": {
        "x_forwarded_proto": "ftp",
        "x_forwarded_host": "evil.example.org",
        "x_forwarded_prefix": "/elsewhere",
        "forwarded": "host=evil.example.org;proto=http",
    },
}


@every_visit
async def test_the_public_address_counts_whatever_stands_between(house, visit) -> None:
    address, body = house.address(visit), urlencode(visit.pairs).encode()
    signature = signature_of(address, visit.pairs)
    for name, headers in BEHIND_A_PROXY.items():
        response = await house.post(address, body, signature, **headers)
        assert response.status_code in (200, 204), name


MORE = [
    # names that come again, with another value and with the same, and one without a value
    ("Note", "b"),
    ("Note", "a"),
    ("Note", "a"),
    ("Note", ""),
    ("Note", "où ça? « là » 😀 +&=%"),
    ("Note", "one\r\ntwo\n"),
    ("Città", "Forlì"),
]


@every_visit
async def test_what_twilio_may_add_is_believed(house, visit) -> None:
    before = house.kept()
    assert (await house.visit(visit, [*visit.pairs, *MORE])).status_code in (200, 204)
    assert (house.kept() != before) is visit.changes


@every_visit
async def test_the_signature_may_hold_the_usual_port(house, visit) -> None:
    address = house.address(visit)
    with_port = address.replace(BASE, f"{BASE}:443")
    body = urlencode(visit.pairs).encode()
    response = await house.post(address, body, signature_of(with_port, visit.pairs))
    assert response.status_code in (200, 204)


@pytest.mark.parametrize(
    ("public_url", "signed", "others"),
    [
        # the port that Twilio is told of may be left out by it, never exchanged
        (f"{BASE}:8443", (f"{BASE}:8443", BASE), (f"{BASE}:443", f"{BASE}:8444")),
        (
            "http://localhost:8000",
            ("http://localhost:8000",),
            ("http://localhost:8001", "https://localhost:8000"),
        ),
        (f"{BASE}/complaints", (f"{BASE}/complaints",), (BASE, f"{BASE}/complaints/complaints")),
    ],
)
async def test_the_public_address_may_have_a_port_and_a_path(start, public_url, signed, others) -> None:
    visit = VISITS["a text comes in"]
    async with start(twilio_auth_token=Secret(TOKEN), public_url=public_url) as gateway:
        for base in (*others, *signed):
            signature = signature_of(base + visit.path, visit.pairs)
            headers = {"content-type": FORM, "x-twilio-signature": signature}
            body = urlencode(visit.pairs).encode()
            response = await gateway.client.post(visit.path, content=body, headers=headers)
            assert response.status_code == (200 if base in signed else 403), base


def _with_hash(address: str, body: bytes, name: str = "bodySHA256") -> str:
    return f"{address}{'&' if '?' in address else '?'}{name}={hashlib.sha256(body).hexdigest()}"


@every_visit
async def test_json_is_believed_when_its_hash_is_signed_and_tells_nothing(house, visit) -> None:
    body, before = json.dumps(dict(visit.pairs)).encode(), house.kept()
    address = _with_hash(house.address(visit), body)
    response = await house.post(address, body, signature_of(address), content_type=JSON)
    assert response.status_code != 403 and response.status_code < 500
    if "accepts=" not in visit.path and "ring=" not in visit.path:
        assert house.kept() == before


# ── Forged ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Forgery:
    """What arrives, made from what Twilio would have sent."""

    address: str
    """Where it arrives; empty where that is the address of the true one."""
    body: bytes
    signature: str | None
    content_type: str = FORM


def _signed_for(address: str, pairs: Pairs, arrives: Pairs | None = None, **token: str) -> Forgery:
    """A request signed for an address, and perhaps for other words than those that arrive."""
    body = urlencode(pairs if arrives is None else arrives).encode()
    return Forgery("", body, signature_of(address, pairs, **token))


def _json(address: str, pairs: Pairs, change: bytes = b"", name: str = "bodySHA256") -> Forgery:
    body = json.dumps(dict(pairs)).encode()
    signed = _with_hash(address, body, name)
    return Forgery(signed, body + change, signature_of(signed), JSON)


def _json_without_hash(address: str, pairs: Pairs) -> Forgery:
    return Forgery("", json.dumps(dict(pairs)).encode(), signature_of(address), JSON)


def _json_with_empty_hash(address: str, pairs: Pairs) -> Forgery:
    signed = f"{address}{'&' if '?' in address else '?'}bodySHA256="
    return Forgery(signed, json.dumps(dict(pairs)).encode(), signature_of(signed), JSON)


def _json_not_in_utf_8(address: str, pairs: Pairs) -> Forgery:
    body = json.dumps(dict(pairs)).encode() + b"\xff\xfe"
    signed = _with_hash(address, body)
    return Forgery(signed, body, signature_of(signed), JSON)


def _query_changed(address: str, pairs: Pairs) -> Forgery:
    changed = address.replace("=", "=9", 1) if "=" in address else f"{address}?turn=1"
    return Forgery(changed, urlencode(pairs).encode(), signature_of(address, pairs))


def _query_added(address: str, pairs: Pairs) -> Forgery:
    added = f"{address}{'&' if '?' in address else '?'}for=transfer"
    return Forgery(added, urlencode(pairs).encode(), signature_of(address, pairs))


def _query_left_out(address: str, pairs: Pairs) -> Forgery:
    signed = f"{address}{'&' if '?' in address else '?'}tries=1"
    return Forgery("", urlencode(pairs).encode(), signature_of(signed, pairs))


def _not_in_utf_8(address: str, pairs: Pairs) -> Forgery:
    return Forgery("", urlencode(pairs).encode() + b"&Note=\xff\xfe%ff", signature_of(address, pairs))


def _elsewhere(address: str, pairs: Pairs, base: str) -> Forgery:
    return _signed_for(address.replace(BASE, base), pairs)


FORGERIES = {
    "no signature": lambda a, p: Forgery("", urlencode(p).encode(), None),
    "an empty signature": lambda a, p: Forgery("", urlencode(p).encode(), ""),
    "a signature of nothing": lambda a, p: Forgery("", urlencode(p).encode(), "bm90IHRoZSBzaWduYXR1cmU="),
    "a signature in other letters": lambda a, p: Forgery("", urlencode(p).encode(), "é" * 28),
    "a signature and more": lambda a, p: Forgery("", urlencode(p).encode(), signature_of(a, p) + "="),
    "a signature cut short": lambda a, p: Forgery("", urlencode(p).encode(), signature_of(a, p)[:-1]),
    "the token of somebody else": lambda a, p: _signed_for(a, p, token=OTHER_TOKEN),
    "no token at all": lambda a, p: _signed_for(a, p, token=""),
    "another sender": lambda a, p: _signed_for(a, p, [(n, PERSON if n == "From" else v) for n, v in p]),
    "something added": lambda a, p: _signed_for(a, p, [*p, ("SpeechResult", "close my account")]),
    "something left out": lambda a, p: _signed_for(a, p, p[:-1]),
    "a second value of the same name": lambda a, p: _signed_for(a, p, [*p, (p[-1][0], "9")]),
    "nothing of what was signed": lambda a, p: _signed_for(a, p, []),
    "words signed without the form": lambda a, p: _signed_for(a, [], p),
    "a changed query": _query_changed,
    "a query with more": _query_added,
    "a query with less": _query_left_out,
    "another host": lambda a, p: _elsewhere(a, p, "https://evil.example.org"),
    "the host behind the proxy": lambda a, p: _elsewhere(a, p, "http://testserver"),
    "another port": lambda a, p: _elsewhere(a, p, f"{BASE}:8443"),
    "another scheme": lambda a, p: _elsewhere(a, p, BASE.replace("https", "http")),
    "another path": lambda a, p: _signed_for(a.replace("/twilio/", "/twilio/v2/"), p),
    "a form that is called JSON": lambda a, p: Forgery("", urlencode(p).encode(), signature_of(a, p), JSON),
    "a form that is called nothing": lambda a, p: Forgery("", urlencode(p).encode(), signature_of(a, p), ""),
    "changed JSON": lambda a, p: _json(a, p, change=b" "),
    "JSON without its hash": _json_without_hash,
    "JSON with an empty hash": _json_with_empty_hash,
    "JSON with its hash under another name": lambda a, p: _json(a, p, name="xbodySHA256"),
    "JSON that is no UTF-8": _json_not_in_utf_8,
    "a form that is no UTF-8": _not_in_utf_8,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_what_is_forged_is_refused_and_changes_nothing(house, forge) -> None:
    before = house.kept()
    for name, visit in VISITS.items():
        address = house.address(visit)
        forged = forge(address, visit.pairs)
        arrives = forged.address or address
        response = await house.post(arrives, forged.body, forged.signature, forged.content_type)
        assert response.status_code == 403, f"{name}: {response.text}"
        assert response.json()["error"]["code"] == "forged"
        await house.is_quiet()
        assert house.kept() == before, name
    assert house.gateway.engine.turns == []


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN])
async def test_what_is_too_large_is_refused_whoever_signed_it(house, token) -> None:
    before = house.kept()
    for name, visit in VISITS.items():
        address, pairs = house.address(visit), [*visit.pairs, ("Note", "x" * MOST_BYTES)]
        response = await house.post(address, urlencode(pairs).encode(), signature_of(address, pairs, token))
        assert response.status_code == 413, name
    assert house.kept() == before


async def test_nobody_is_believed_where_no_token_is_set(start, database_url) -> None:
    async with start(public_url=BASE) as gateway:
        house = House(gateway, database_url, turn=1)
        before = house.kept()
        for visit in VISITS.values():
            address = house.address(visit)
            for token in (TOKEN, ""):
                signature = signature_of(address, visit.pairs, token)
                response = await house.post(address, urlencode(visit.pairs).encode(), signature)
                assert response.status_code == 403
        assert house.kept() == before


async def test_a_signature_anywhere_else_counts_for_nothing(house) -> None:
    before = house.kept()
    for visit in VISITS.values():
        address = house.address(visit)
        signature = signature_of(address, visit.pairs)
        body = urlencode([*visit.pairs, ("X-Twilio-Signature", signature)]).encode()
        response = await house.post(address, body, None, cookie=f"x-twilio-signature={signature}")
        assert response.status_code == 403
    assert house.kept() == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_a_post_is_served(house, method) -> None:
    before = house.kept()
    for visit in VISITS.values():
        address = house.address(visit)
        headers = {"x-twilio-signature": signature_of(address)}
        response = await house.gateway.client.request(method, address.removeprefix(BASE), headers=headers)
        assert response.status_code == 405
    assert house.kept() == before


# ── Late, and again ────────────────────────────────────────────────────────────────────────────────


OF_ITSELF = ("last_at", "told")
"""What a step of a call leaves that does nothing: when it came, and what is said if it comes once more."""


@every_visit
async def test_what_comes_again_is_done_once(house, visit) -> None:
    """Twilio delivers again what was not answered in time, and so may anybody who saw it on the way."""
    first = await house.visit(visit)
    done, turns = house.kept(but=OF_ITSELF), len(house.gateway.engine.turns)
    for _ in range(2):
        again = await house.visit(visit)
        assert (again.status_code, again.text) == (first.status_code, first.text)
        assert house.kept(but=OF_ITSELF) == done
    assert len(house.gateway.engine.turns) == turns


@every_visit
async def test_what_comes_when_all_is_over_changes_nothing(house, visit) -> None:
    """Every visit once, the end of the call and the fate of what was sent included: whatever is late is too late."""
    for each in VISITS.values():
        await house.visit(each)
    over, turns = house.kept(but=OF_ITSELF), len(house.gateway.engine.turns)
    assert (await house.visit(visit)).status_code in (200, 204)
    assert house.kept(but=OF_ITSELF) == over
    assert len(house.gateway.engine.turns) == turns


# ── The WebSocket ──────────────────────────────────────────────────────────────────────────────────

SOCKET = f"wss://care.example.com{RELAY}"

REFUSED = {
    "no signature": None,
    "an empty signature": "",
    "a signature of nothing": "bm90IHRoZSBzaWduYXR1cmU=",
    "the token of somebody else": signature_of(SOCKET, token=OTHER_TOKEN),
    "another host": signature_of(SOCKET.replace("care", "evil")),
    "another port": signature_of(SOCKET.replace(".com", ".com:8443")),
    "no encryption": signature_of(SOCKET.replace("wss", "ws")),
    "the address of a web page": signature_of(SOCKET.replace("wss", "https")),
    "a query": signature_of(f"{SOCKET}?turn=1"),
    "another path": signature_of(SOCKET.replace("relay", "status")),
    "a form": signature_of(SOCKET, [("CallSid", KNOWN)]),
}


async def _set_up(gateway: Gateway, signature: str | None, **headers: str) -> dict[str, Any]:
    """Connect, tell of a new call, and return what is said first."""
    signed = {} if signature is None else {"x-twilio-signature": signature}
    async with Socket(gateway.app, RELAY, headers | signed) as socket:
        await socket.send({"type": "setup", "callSid": NEW, "from": CALLER, "to": NUMBER})
        return await socket.receive()


@pytest.mark.parametrize("signature", REFUSED.values(), ids=REFUSED)
async def test_a_socket_that_twilio_did_not_open_is_refused(house, signature) -> None:
    before = house.kept()
    with pytest.raises(Closed):
        await _set_up(house.gateway, signature)
    assert house.kept() == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"host": "gateway.internal:8000", "x-forwarded-proto": "http"}, {"host": "evil.example.org"}],
)
async def test_a_socket_that_twilio_opened_leads_a_call_and_again_the_same_one(house, headers) -> None:
    before = house.kept()
    first = await _set_up(house.gateway, signature_of(SOCKET), **headers)
    assert first["type"] == "language"
    begun = house.kept()
    assert begun != before
    assert await _set_up(house.gateway, signature_of(SOCKET), **headers) == first
    assert {name: len(rows) for name, rows in house.kept().items()} == {
        name: len(rows) for name, rows in begun.items()
    }


async def test_no_socket_is_believed_where_no_token_is_set(start) -> None:
    async with start(public_url=BASE) as gateway:
        for token in (TOKEN, ""):
            with pytest.raises(Closed):
                await _set_up(gateway, signature_of(SOCKET, token=token))
        with gateway.store.view() as unit:
            assert unit.calls.get(NEW) is None
