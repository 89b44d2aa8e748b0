"""Agents keep views of the list of cases under names, for themselves or, leads, for all."""

from __future__ import annotations

from asyncio import to_thread
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from bot.cases import audit
from bot.cases.agent import AGENT, LEAD
from bot.cases.views import View, ViewRefused, may_remove, named
from bot.desk import access
from bot.desk.access import Forbidden
from bot.desk.answering import go
from bot.desk.listing import list_page, query_of
from bot.gateway.services import services

router = APIRouter(prefix="/desk/views", include_in_schema=False)


@router.post("")
async def keep(request: Request) -> Response:
    """Keep what the list shows under a name; a name that the agent has used before now means this."""
    who, fields = await access.posted(request, AGENT)
    parts, asked = services(request), QueryParams(fields.get("query", ""))
    query, typed = query_of(request, who, asked), fields.get("name", "")
    is_shared = fields.get("shared") == "yes" and who.agent.may(LEAD)

    def run() -> None:
        with parts.store.unit() as unit:
            own = [each for each in unit.views.of_agent(who.agent.id) if each.agent_id == who.agent.id]
            name = named(typed, len([each for each in own if each.name != typed.strip()]))
            view = View(token_hex(8), who.agent.id, name, query, is_shared)
            if any((each.name, each.query, each.is_shared) == (name, query, is_shared) for each in own):
                return
            unit.views.put(view)
            unit.audit.add(parts.now(), audit.VIEW_KEPT, who.agent.id)

    try:
        await to_thread(run)
    except ViewRefused as refused:
        return await list_page(request, who, asked, refused.code, typed)
    return go(f"/desk/cases?{query}" if query else "/desk/cases")


@router.post("/{view_id}/remove")
async def remove(view_id: str, request: Request) -> Response:
    """Keep a view no longer."""
    who, _ = await access.posted(request, AGENT)
    parts = services(request)

    def run() -> None:
        with parts.store.unit() as unit:
            view = unit.views.get(view_id)
            if view is None:
                return
            if not may_remove(view, who.agent):
                raise Forbidden("not_allowed", who.agent.language)
            unit.views.remove(view_id)
            unit.audit.add(parts.now(), audit.VIEW_REMOVED, who.agent.id)

    await to_thread(run)
    return go("/desk/cases")
