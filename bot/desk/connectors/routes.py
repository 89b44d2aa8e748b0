"""Where another desk tells us what happens there, and where administrators see what did not arrive."""

from __future__ import annotations

from asyncio import to_thread
from datetime import datetime
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.cases.agent import ADMINISTRATOR
from bot.cases.audit import RETRIED
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.connectors import other_desk
from bot.desk.connectors.hearing import Hearing
from bot.desk.connectors.port import NotGenuine, NotReadable, OtherDesk
from bot.gateway.bodies import read_body
from bot.gateway.errors import Refusal
from bot.gateway.services import Services, services
from bot.handoff import Handoffs
from bot.provider import profile
from bot.store import Store
from bot.store.links import Stuck

router = APIRouter(include_in_schema=False)

MOST_BYTES = 200_000
"""Zammad tells a whole ticket with everybody in it at every change."""

SHOWN = 200

connected = lru_cache(maxsize=1)(other_desk)
"""The other desk of these settings, made once."""


@router.post("/handoff/{desk}")
async def hear(desk: str, request: Request) -> Response:
    """Let what another desk tells happen; what came of each thing is in the answer."""
    parts = services(request)
    other = connected(parts.settings)
    if other is None or other.name != desk:
        raise Refusal("not_found")
    heard = _heard(parts, other, request, await read_body(request, MOST_BYTES))
    hearing = Hearing(parts.store, other.name, _handoffs(parts), parts.now)
    outcomes = []
    for each in heard:
        outcome, conversation_id = await to_thread(hearing.take, each)
        outcomes.append({"type": each.kind, "outcome": outcome})
        if conversation_id:
            parts.feed.wake(conversation_id)
    return JSONResponse({"heard": outcomes})


def _heard(parts: Services, other: OtherDesk, request: Request, body: bytes | None) -> list:
    if body is None:
        raise Refusal("too_long")
    try:
        return other.hear(request.headers, body, parts.now())
    except NotGenuine:
        parts.metrics.errors.labels("forged").inc()
        raise Refusal("forged") from None
    except (NotReadable, UnicodeDecodeError):
        raise Refusal("invalid", field="body") from None


@router.get("/desk/deliveries")
async def deliveries(request: Request) -> Response:
    """Show what did not arrive at the other desk."""
    who = await access.signed_in(request, ADMINISTRATOR)
    parts = services(request)
    stuck = await to_thread(_stuck, parts.store)
    is_connected = connected(parts.settings) is not None
    html = pages.deliveries_page(wording_for(request, who), who, stuck=stuck, is_connected=is_connected)
    return pages.page(html)


@router.post("/desk/deliveries/{number}/again")
async def again(number: int, request: Request) -> Response:
    """Let a delivery be tried again now."""
    who, _ = await access.posted(request, ADMINISTRATOR)
    parts = services(request)
    if not await to_thread(_try_again, parts.store, number, who, parts.now()):
        raise Forbidden("not_found", who.agent.language)
    return go("/desk/deliveries")


def _stuck(store: Store) -> list[Stuck]:
    with store.view() as unit:
        return unit.links.stuck(SHOWN)


def _try_again(store: Store, number: int, who: SignedIn, at: datetime) -> bool:
    with store.unit() as unit:
        found = unit.links.try_again(number, at)
        if found:
            unit.audit.add(at, RETRIED, who.agent.id)
        return found


def _handoffs(parts: Services) -> Handoffs:
    return Handoffs(parts.store, profile(parts.settings.provider), parts.now)
