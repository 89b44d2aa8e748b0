"""A case is given to an agent, or to nobody in particular."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT
from bot.cases.case import Case
from bot.cases.errors import CaseError
from bot.desk import access
from bot.desk.cases import changed
from bot.gateway.services import services
from bot.store import Unit

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)


class AssignRefused(CaseError):
    """A case cannot be given to whom it was to be given; `code` says why."""


@router.post("/assign")
async def assign(tracking_number: str, request: Request) -> Response:
    """Give a case to an agent; to nobody where none is named."""
    who, fields = await access.posted(request, AGENT)
    at, wished = services(request).now(), fields.get("agent", "")

    def give(unit: Unit, case: Case) -> None:
        agent = unit.agents.get(wished) if wished else None
        if wished and not (agent and agent.is_active):
            raise AssignRefused("no_agent")
        case.assign(agent.id if agent else None, agent.name if agent else "", at, who.agent.name)

    return await changed(request, who, tracking_number, give, audit.ASSIGNED)
