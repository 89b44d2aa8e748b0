"""Whether an agent wants conversations, and the next one for them."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases.agent import AGENT
from bot.cases.errors import CaseError
from bot.desk import access, pages
from bot.desk.answering import go, wording_for
from bot.desk.queue import keep_present, read_queue
from bot.gateway.services import services
from bot.handoff import Handoffs
from bot.provider import profile

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/presence")
async def presence(request: Request) -> Response:
    """Keep whether an agent wants conversations now."""
    who, fields = await access.posted(request, AGENT)
    parts = services(request)

    def keep() -> None:
        with parts.store.unit() as unit:
            wants = fields.get("available") == "yes"
            present = unit.presences.get(who.agent.id)
            unit.presences.put(replace(present, is_available=wants, seen_at=parts.now()))

    await to_thread(keep)
    return go("/desk")


@router.get("/here")
async def here(request: Request) -> Response:
    """Keep that a page is open whose agent only reads; that is no use of the session."""
    who = await access.signed_in(request, AGENT)
    await to_thread(keep_present, services(request), who.agent)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.post("/next")
async def next_one(request: Request) -> Response:
    """Take the most urgent conversation that fits an agent, where none does the most urgent of all."""
    who, _ = await access.posted(request, AGENT)
    parts = services(request)
    handoffs = Handoffs(parts.store, profile(parts.settings.provider), parts.now)
    try:
        taken = await to_thread(handoffs.claim_next, who.agent)
    except CaseError as refused:
        wording = wording_for(request, who)
        queue = await to_thread(read_queue, parts, who.agent)
        return pages.page(pages.queue_page(wording, who, queue, wording.words["errors"][refused.code]), 409)
    if taken is not None:
        parts.feed.wake(taken)
    return go(f"/desk/conversations/{taken}" if taken else "/desk")
