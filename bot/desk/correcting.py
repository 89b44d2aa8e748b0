"""The facts and events of a case are put right on a page of their own, with all that was changed before."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT
from bot.cases.case import Case
from bot.cases.correcting import (
    FACTS,
    LANGUAGE,
    NATURES,
    TOLD,
    add_event,
    change_event,
    correct,
    fact,
    role_to_correct,
    written,
)
from bot.cases.errors import CaseError
from bot.desk import access, case_words, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.fields import LONGEST_TEXT, Fields, issues
from bot.gateway.services import services
from bot.languages import LANGUAGES
from bot.store import Store

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)

MOST_NATURES = 5


@router.get("/facts")
async def facts(tracking_number: str, request: Request) -> Response:
    """Show what can be put right."""
    who = await access.signed_in(request, AGENT)
    return await _page(request, who, tracking_number)


@router.post("/facts")
async def put_right(tracking_number: str, request: Request) -> Response:
    """Put facts right."""
    who, typed, _ = await access.posted_with_files(request, AGENT, 2 * access.MOST_FIELDS, 0)
    fields, at = Fields(typed), services(request).now()
    new = _facts(fields)
    seen = int(typed["seen"]) if typed.get("seen", "").isdecimal() else -1
    return await _changed(
        request, who, tracking_number, fields, lambda case: correct(case, new, seen, who.agent, at)
    )


@router.post("/events")
async def events(tracking_number: str, request: Request) -> Response:
    """Add an event, put one right, or take one out."""
    who, typed = await access.posted(request, AGENT)
    fields, at = Fields(typed), services(request).now()
    seen, takes_out = typed.get("seen", "").replace("\r\n", "\n"), typed.get("do") == "remove"
    event = None if takes_out else fields.event("event")
    if event is None and not takes_out:
        fields.problems["event_text"] = "empty"

    def change(case: Case) -> None:
        if seen:
            change_event(case, seen, event, who.agent, at)
        elif event:
            add_event(case, event, who.agent, at)

    return await _changed(request, who, tracking_number, fields, change)


async def _changed(
    request: Request, who: SignedIn, tracking_number: str, fields: Fields, change: Callable[[Case], None]
) -> Response:
    if fields.problems:
        return await _page(request, who, tracking_number, fields)
    store, at = services(request).store, services(request).now()

    def run() -> None:
        with store.unit() as unit:
            # A case is read after its conversation, whose next turn writes what the conversation holds onto the case.
            conversation_id = unit.cases.conversation_of(tracking_number)
            conversation = unit.conversations.get(conversation_id) if conversation_id else None
            case = unit.cases.get(tracking_number)
            if case is None or conversation is None:
                raise Forbidden("not_found", who.agent.language)
            before = len(case.corrections)
            change(case)
            if len(case.corrections) == before:
                return
            unit.cases.save(case)
            if conversation.tracking_number == tracking_number:
                conversation.complaint = deepcopy(case.complaint)
                unit.conversations.save(conversation)
            unit.audit.add(at, audit.CORRECTED, who.agent.id, tracking_number)

    try:
        await to_thread(run)
    except CaseError as refused:
        if refused.code == "closed_for_a_lead":
            raise Forbidden("closed_for_a_lead", who.agent.language) from None
        return await _page(request, who, tracking_number, fields, refused.code)
    return go(f"/desk/cases/{tracking_number}/facts")


def _facts(fields: Fields) -> dict[str, object]:
    """Return the facts that the form holds; a field that it lacks stays as it is."""
    read: dict[str, Callable[[], object]] = {
        **{name: partial(fields.text, name) for name in TOLD},
        "remedy": lambda: fields.text("remedy", LONGEST_TEXT),
        "phone": lambda: fields.phone("phone"),
        "email": lambda: fields.email("email"),
        "account_number": lambda: fields.text("account_number"),
        LANGUAGE: lambda: fields.one_of(LANGUAGE, tuple(LANGUAGES)),
    }
    found = {name: reading() for name, reading in read.items() if name in fields.typed}
    if "nature_0" in fields.typed:
        found[NATURES] = fields.natures("nature", MOST_NATURES)
    return found


async def _page(
    request: Request,
    who: SignedIn,
    tracking_number: str,
    fields: Fields | None = None,
    refused: str | None = None,
) -> Response:
    case = await to_thread(_case, services(request).store, tracking_number)
    if case is None:
        raise Forbidden("not_found", who.agent.language)
    wording = wording_for(request, who)
    typed = fields.typed if fields else {}
    html = pages.facts_page(
        wording,
        who,
        case=case,
        typed={**_as_typed(case), **typed},
        problems=fields.problems if fields else {},
        problem=wording.error(refused) if refused else None,
        events=[(written(event), event) for event in case.complaint.events],
        changed=[case_words.correction(wording, each) for each in reversed(case.corrections)],
        may=who.agent.may(role_to_correct(case)),
        natures=max(3, min(MOST_NATURES, len(case.complaint.natures) + 1)),
        issues=issues(),
    )
    return pages.page(html, 409 if fields else 200)


def _as_typed(case: Case) -> Mapping[str, str]:
    """Return the facts as they would be typed."""
    typed = {name: written(fact(case, name)) for name in FACTS if name != NATURES}
    for place, nature in enumerate(case.complaint.natures):
        typed[f"nature_{place}"] = ".".join(filter(None, (nature.category, nature.issue)))
        typed[f"nature_{place}_service"] = nature.service or ""
    return typed


def _case(store: Store, tracking_number: str) -> Case | None:
    with store.view() as unit:
        return unit.cases.get(tracking_number)
