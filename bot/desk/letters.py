"""Letters of a case, ready to be printed; whoever has posted one says so."""

from __future__ import annotations

from asyncio import to_thread

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT
from bot.cases.case import Case
from bot.cases.conversation import Notice
from bot.cases.lodging import ACKNOWLEDGEMENT, LETTER
from bot.desk import access, pages
from bot.desk.access import Forbidden
from bot.desk.answering import wording_for
from bot.desk.cases import changed
from bot.gateway.services import services
from bot.store import Store, Unit

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)


@router.get("/letters/{place}")
async def letter(tracking_number: str, place: str, request: Request) -> Response:
    """Show a letter as it is printed; `place` counts the letters of the case from 1."""
    who = await access.signed_in(request, AGENT)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else 0
    found = await to_thread(_letter, services(request).store, tracking_number, number)
    if found is None:
        raise Forbidden("not_found", who.agent.language)
    case, notice = found
    waits = any(each.what == ACKNOWLEDGEMENT and each.kept_at is None for each in case.promises)
    return pages.page(pages.letter_page(wording_for(request, who), who, case, notice, waits))


@router.post("/posted")
async def posted(tracking_number: str, request: Request) -> Response:
    """Keep that the letter of acknowledgement has been posted or handed over."""
    who, _ = await access.posted(request, AGENT)
    at = services(request).now()

    def keep(_: Unit, case: Case) -> None:
        case.keep(ACKNOWLEDGEMENT, at, who.agent.name)

    return await changed(request, who, tracking_number, keep, audit.POSTED)


def _letter(store: Store, tracking_number: str, place: int) -> tuple[Case, Notice] | None:
    with store.view() as unit:
        case = unit.cases.get(tracking_number)
        letters = [notice for notice, _ in unit.outbox.of_case(tracking_number) if notice.kind == LETTER]
    return (case, letters[place - 1]) if case and 0 < place <= len(letters) else None
