"""Every route under /desk, who may use it, and that no other site can.

Whoever adds a route adds its line to ROUTES, what its form sends to FORMS, what must have happened before to BEFORE,
and what its address names to the places of `world`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from bot.accounts import new_ticket
from bot.cases.agent import SET_PASSWORD, Agent
from bot.cases.case import WAITING, Case
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Notice
from bot.cases.texting import KEPT, Evidence
from bot.cases.tracking import new_tracking_number
from bot.desk import live
from bot.evidence import path_of
from bot.languages import LANGUAGES
from bot.store import Store, Unit
from bot.store.tables import metadata
from tests.desk.agents import HERE, Desk, signed_in_desk_of
from tests.gateway.fakes import Gateway

ROLES = ("", "agent", "lead", "administrator")

# What comes of it for somebody signed out, an agent, a lead and an administrator.
ROUTES = """
GET   /desk                                                   200 200 200 200
GET   /desk/desk.css                                          200 200 200 200
GET   /desk/desk.js                                           200 200 200 200
GET   /desk/writing.css                                       200 200 200 200
GET   /desk/writing.js                                        200 200 200 200
GET   /desk/stream                                            401 200 200 200
GET   /desk/audit                                             303 403 403 200
GET   /desk/conversations/{conversation_id}                   303 200 200 200
GET   /desk/conversations/{conversation_id}/stream            401 200 200 200
GET   /desk/conversations/{conversation_id}/macros            303 200 200 200
GET   /desk/cases/{tracking_number}/macros                    303 200 200 200
GET   /desk/escalations                                       303 403 200 200
GET   /desk/macros                                            303 403 200 200
GET   /desk/cases                                             303 200 200 200
GET   /desk/cases/{tracking_number}                           303 200 200 200
GET   /desk/cases/{tracking_number}/evidence/{evidence_id}    303 200 200 200
GET   /desk/reports                                           303 403 200 200
GET   /desk/reports/{file}                                    303 403 200 200
GET   /desk/deliveries                                        303 403 403 200
POST  /desk/deliveries/{number}/again                         401 403 403 303
GET   /desk/cases/{tracking_number}/letters/{place}           303 200 200 200
GET   /desk/cases/{tracking_number}/transcript                303 200 200 200
GET   /desk/cases/new                                         303 200 200 200
GET   /desk/sign-in/code                                      303 303 303 303
GET   /desk/password/{link}                                   200 200 200 200
GET   /desk/provider                                          404 404 404 404
GET   /desk/provider/back                                     404 404 404 404
GET   /desk/account                                           303 200 200 200
GET   /desk/agents                                            303 403 403 200
GET   /desk/agents/{agent_id}                                 303 403 403 200
POST  /desk/sign-in                                           401 401 401 401
POST  /desk/sign-in/code                                      401 401 401 401
POST  /desk/password/{link}                                   200 200 200 200
POST  /desk/account/second-step                               401 303 303 303
POST  /desk/account/second-step/confirm                       401 422 422 422
POST  /desk/account/second-step/remove                        401 422 422 422
POST  /desk/account/sessions/end                              401 303 303 303
POST  /desk/account/password                                  401 422 422 422
POST  /desk/agents                                            401 403 403 200
POST  /desk/agents/{agent_id}                                 401 403 403 303
POST  /desk/agents/{agent_id}/disable                         401 403 403 303
POST  /desk/agents/{agent_id}/enable                          401 403 403 303
POST  /desk/agents/{agent_id}/sign-out                        401 403 403 303
POST  /desk/agents/{agent_id}/password-link                   401 403 403 200
POST  /desk/agents/{agent_id}/reset-second-step               401 403 403 303
POST  /desk/sign-out                                          401 303 303 303
GET   /desk/here                                              303 204 204 204
POST  /desk/presence                                          401 303 303 303
POST  /desk/next                                              401 303 303 303
POST  /desk/language                                          401 303 303 303
POST  /desk/reasons                                           401 303 303 303
POST  /desk/conversations/{conversation_id}/claim             401 303 303 303
POST  /desk/conversations/{conversation_id}/say               401 303 303 303
POST  /desk/conversations/{conversation_id}/macros            401 200 200 200
POST  /desk/cases/{tracking_number}/write                     401 409 409 409
POST  /desk/cases/{tracking_number}/macros                    401 200 200 200
POST  /desk/cases/{tracking_number}/escalate                  401 200 200 200
POST  /desk/cases/{tracking_number}/refer                     401 200 200 200
POST  /desk/cases/{tracking_number}/scheme-number             401 409 409 409
POST  /desk/cases/{tracking_number}/offer                     401 409 409 409
POST  /desk/cases/{tracking_number}/offer/answer              401 409 409 409
POST  /desk/cases/{tracking_number}/review                    401 403 303 303
POST  /desk/escalations/offer                                 401 403 404 404
POST  /desk/macros                                            401 403 303 303
POST  /desk/macros/{macro_id}/remove                          401 403 303 303
POST  /desk/conversations/{conversation_id}/hand-back         401 303 303 303
POST  /desk/conversations/{conversation_id}/wrap-up           401 409 409 409
POST  /desk/conversations/{conversation_id}/release           401 403 303 303
POST  /desk/cases/{tracking_number}/note                      401 303 303 303
POST  /desk/cases/{tracking_number}/step                      401 303 303 303
POST  /desk/cases/{tracking_number}/attach                    401 409 409 409
POST  /desk/cases/{tracking_number}/posted                    401 303 303 303
GET   /desk/cases/{tracking_number}/facts                     303 200 200 200
POST  /desk/cases/{tracking_number}/facts                     401 303 303 303
POST  /desk/cases/{tracking_number}/events                    401 303 303 303
POST  /desk/cases/{tracking_number}/assign                    401 303 303 303
GET   /desk/cases/{tracking_number}/merge                     303 409 409 409
POST  /desk/cases/{tracking_number}/merge                     401 409 409 409
POST  /desk/cases/{tracking_number}/split                     401 403 409 409
POST  /desk/cases/{tracking_number}/link                      401 409 409 409
POST  /desk/cases/{tracking_number}/unlink                    401 409 409 409
POST  /desk/views                                             401 303 303 303
POST  /desk/views/{view_id}/remove                            401 303 303 303
POST  /desk/cases/new                                         401 303 303 303
"""
TABLE = [line.split() for line in ROUTES.splitlines() if line]
POSTS = [path for method, path, *_ in TABLE if method == "POST"]

KNOWN = {"name": "Cy", "role": "lead", "language": "fr", "speaks_fr": "yes", "most_at_once": "3"}

# What a form sends beside its token, where it sends anything.
FORMS: dict[str, dict[str, str]] = {
    "/desk/sign-in": {"email": "nobody@example.com", "password": "wrong"},
    "/desk/sign-in/code": {"code": "123456"},
    "/desk/password/{link}": {"password": "another long password", "again": "another long password"},
    "/desk/account/second-step/confirm": {"code": "123456"},
    "/desk/account/second-step/remove": {"password": "wrong"},
    "/desk/account/sessions/end": {"session": "others"},
    "/desk/account/password": {"password": "wrong", "new": "another long password"},
    "/desk/agents": {"email": "new@example.com"} | KNOWN,
    "/desk/agents/{agent_id}": KNOWN,
    "/desk/language": {"language": "fr"},
    "/desk/reasons": {"kind": "conversations", "name": "{conversation_id}", "reason": "quality"},
    "/desk/conversations/{conversation_id}/say": {"text": "Hello", "word_id": "w"},
    "/desk/conversations/{conversation_id}/hand-back": {"note": "Found it"},
    "/desk/conversations/{conversation_id}/wrap-up": {"note": "Found it"},
    "/desk/macros": {f"{part}_{language}": "Hello" for part in ("title", "text") for language in LANGUAGES},
    "/desk/cases/{tracking_number}/note": {"text": "Found it", "note_id": "n"},
    "/desk/cases/{tracking_number}/step": {"step": "investigate", "seen": "open"},
    "/desk/cases/{tracking_number}/facts": {"seen": "0", "name": "Kim Roy"},
    "/desk/cases/{tracking_number}/events": {"event_text": "Called", "event_date": "2026-03"},
    "/desk/cases/{tracking_number}/assign": {"agent": ""},
    "/desk/views": {"name": "Open ones", "query": "status=open"},
    "/desk/cases/new": {"narrative": "Billed twice", "form_id": "f"},
}

# Forms of pages that nobody signed in for, which therefore carry no token.
WITHOUT_TOKEN = {"/desk/sign-in", "/desk/sign-in/code", "/desk/password/{link}"}


@dataclass
class World:
    """What there is to be seen and done at the desk, as new as can be; `places` fill the names in addresses."""

    gateway: Gateway
    places: dict[str, str]

    def at(self, path: str) -> str:
        return path.format(**self.places)

    def form(self, path: str) -> dict[str, str]:
        return {name: self.at(value) for name, value in FORMS.get(path, {}).items()}


Before = Callable[[World, Desk], Awaitable[Any]]


async def _claimed(world: World, desk: Desk) -> None:
    await desk.step(world.places["conversation_id"], "claim")


# What has happened by the time that a form is sent, where anything has.
BEFORE: dict[str, Before] = {
    "/desk/conversations/{conversation_id}/hand-back": _claimed,
    "/desk/conversations/{conversation_id}/release": _claimed,
}


@pytest.fixture
def world(gateway) -> Callable[[], Awaitable[World]]:
    """A function that makes a world: each role finds one that nobody has touched."""

    async def make() -> World:
        talk, number, at = await gateway.talk(), new_tracking_number(randbelow), datetime.now(UTC)
        piece = Evidence(f"e-{number}", talk.id, f"{number}:0", "https://x", "image/png", at, KEPT, bytes=9)
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(talk.id)
            conversation.holder = WAITING
            unit.conversations.save(conversation)
            unit.cases.add(
                Case(number, Complaint("Billed twice", [Nature("billing")]), "en", "web", at), talk.id
            )
            unit.evidence.add(piece)
            number_there = stuck_delivery(unit, talk.id, at)
            unit.outbox.add(Notice(f"{number}:letter", "letter", "Kim Roy", "en", "Dear Kim", at, number))
            colleague = Agent(f"a-{number}", f"{number}@example.com", "Cy", languages=LANGUAGES)
            unit.agents.add(colleague, "")
            link = new_ticket(unit, SET_PASSWORD, at, colleague.id)
        file = path_of(piece, gateway.app.state.services.settings.data_dir)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"a picture")
        places = {"conversation_id": talk.id, "tracking_number": number, "evidence_id": piece.id}
        return World(
            gateway,
            {
                **places,
                "file": "days.csv",
                "number": number_there,
                "macro_id": "m1",
                "place": "1",
                "view_id": "v1",
                "agent_id": colleague.id,
                "link": link,
            },
        )

    return make


def stuck_delivery(unit: Unit, conversation_id: str, at: datetime) -> str:
    """Something that did not arrive at another desk."""
    unit.links.begin(conversation_id, conversation_id, "zammad", at, 0)
    (claimed,) = unit.links.claim_due("zammad", at, "clock", timedelta(), 1)
    unit.links.failed(claimed.number, at, None, "http_422", False)
    return str(claimed.number)


def test_every_route_of_the_desk_is_in_the_table(gateway):
    served = {
        (method, route.path)
        for route in iter_route_contexts(gateway.app.routes)
        if route.path.startswith("/desk")
        for method in route.methods - {"HEAD"}
    }
    assert served == {(method, path) for method, path, *_ in TABLE}
    assert FORMS.keys() | WITHOUT_TOKEN <= set(POSTS)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [(method, path, [int(code) for code in codes]) for method, path, *codes in TABLE],
    ids=[f"{method} {path}" for method, path, *_ in TABLE],
)
async def test_a_route_answers_by_role(gateway, world, monkeypatch, method, path, expected):
    monkeypatch.setattr(live, "POLL_SECONDS", 0.05)
    statuses = [await _status(await world(), role, method, path) for role in ROLES]
    assert dict(zip(ROLES, statuses, strict=True)) == dict(zip(ROLES, expected, strict=True))


async def _status(world: World, role: str, method: str, path: str) -> int:
    desk = signed_in_desk_of(world.gateway.app, world.gateway.store, role)
    if path.endswith("/stream"):
        return await _status_of_stream(world, desk, world.at(path))
    if method == "GET":
        return (await desk.client.get(world.at(path))).status_code
    if role and path in BEFORE:
        await BEFORE[path](world, desk)
    return (await desk.send(world.at(path), **world.form(path))).status_code


async def _status_of_stream(world: World, desk: Desk, path: str) -> int:
    """The status of a stream, which is over as soon as its agent is signed out."""
    asked = asyncio.create_task(desk.client.get(path))
    await asyncio.sleep(0.1)
    with world.gateway.store.unit() as unit:
        for agent in unit.agents.all():
            unit.agent_sessions.revoke_all_of(agent.id, datetime.now(UTC))
    async with asyncio.timeout(5):
        return (await asked).status_code


FROM_ELSEWHERE = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-site"},
]
WRONG_TOKENS = ["", "0" * 64, "é"]


@pytest.mark.parametrize("path", POSTS)
async def test_what_another_site_sends_changes_nothing(gateway, world, path):
    made, desk = await world(), signed_in_desk_of(gateway.app, gateway.store, "administrator")
    if path in BEFORE:
        await BEFORE[path](made, desk)
    # So that the form is refused, and not who has given no reason yet.
    assert (await desk.send("/desk/reasons", **made.form("/desk/reasons"))).status_code == 303
    form = {**made.form(path), "token": await desk.token()}
    attacks = [(form, headers) for headers in FROM_ELSEWHERE]
    if path not in WITHOUT_TOKEN:
        attacks += [({**form, "token": token}, HERE) for token in WRONG_TOKENS]
        attacks.append((made.form(path), HERE))
    before = everything_in(gateway.store)
    for sent, headers in attacks:
        response = await desk.client.post(made.at(path), data=sent, headers=headers)
        assert response.status_code == 403, (sent, headers)
    assert everything_in(gateway.store) == before


def everything_in(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.view() as unit:
        return {
            table.name: sorted(map(repr, unit.audit._connection.execute(select(table))))
            for table in metadata.sorted_tables
        }
