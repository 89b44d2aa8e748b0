"""Cases are linked, marked as duplicates, and merged, after both were looked at side by side; a lead undoes it."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case
from bot.cases.errors import CaseError
from bot.cases.merging import MergeRefused, is_same_customer, merge, must_merge, split
from bot.cases.tracking import find_tracking_number
from bot.cases.tying import TieRefused, tie
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.cases import case_page
from bot.gateway.services import services
from bot.store import Store, Unit

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)

Change = Callable[[Unit, Case, Case], bool]


@dataclass(frozen=True)
class Pair:
    """Two cases side by side: the one that would lead to the other, and why that cannot be, where it cannot."""

    case: Case
    into: Case
    is_same_customer: bool
    refused: str | None


@router.get("/merge")
async def look(tracking_number: str, request: Request) -> Response:
    """Show both cases side by side before anything is done."""
    who = await access.signed_in(request, AGENT)
    into = find_tracking_number(request.query_params.get("into", ""))
    pair = await to_thread(_pair, services(request).store, tracking_number, into or "", who.agent)
    if pair is None:
        return await case_page(request, who, tracking_number, "no_case")
    return _page(request, who, pair)


@router.post("/merge")
async def do(tracking_number: str, request: Request) -> Response:
    """Let this case lead to another."""
    who, fields = await access.posted(request, AGENT)
    at, into = services(request).now(), find_tracking_number(fields.get("into", "")) or ""

    def change(_: Unit, case: Case, other: Case) -> bool:
        before = case.merged_into
        merge(case, other, who.agent, at, sure=fields.get("sure") == "yes")
        return case.merged_into != before

    try:
        return await _done(request, who, tracking_number, into, change, audit.MERGED, shown=into)
    except MergeRefused:
        pair = await to_thread(_pair, services(request).store, tracking_number, into, who.agent)
        assert pair is not None
        return _page(request, who, pair, 409)


@router.post("/split")
async def undo(tracking_number: str, request: Request) -> Response:
    """Undo a merge."""
    who, fields = await access.posted(request, LEAD)
    at, from_ = services(request).now(), find_tracking_number(fields.get("from", "")) or ""

    def change(_: Unit, case: Case, other: Case) -> bool:
        before = case.merged_into
        split(case, other, who.agent, at)
        return case.merged_into != before

    return await _done(request, who, tracking_number, from_, change, audit.SPLIT)


@router.post("/link")
async def link(tracking_number: str, request: Request) -> Response:
    """Tie this case to another one, as related or as its duplicate."""
    who, fields = await access.posted(request, AGENT)
    at, other = services(request).now(), find_tracking_number(fields.get("other", "")) or ""

    def change(unit: Unit, case: Case, tied: Case) -> bool:
        kind = fields.get("kind", "")
        known = unit.ties.of(tracking_number)
        if any(
            (each.tracking_number, each.other, each.kind) == (tracking_number, other, kind) for each in known
        ):
            return False
        unit.ties.put(tie(case, tied, kind, at, who.agent.name))
        return True

    return await _done(request, who, tracking_number, other, change, audit.LINKED)


@router.post("/unlink")
async def unlink(tracking_number: str, request: Request) -> Response:
    """Untie two cases."""
    who, fields = await access.posted(request, AGENT)
    at, other = services(request).now(), find_tracking_number(fields.get("other", "")) or ""

    def change(unit: Unit, case: Case, tied: Case) -> bool:
        if not unit.ties.remove(tracking_number, other):
            return False
        for one, second in ((case, tied), (tied, case)):
            one.note(at, who.agent.name, "unlinked", second.tracking_number)
        return True

    return await _done(request, who, tracking_number, other, change, audit.UNLINKED)


async def _done(
    request: Request,
    who: SignedIn,
    tracking_number: str,
    other: str,
    change: Change,
    deed: str,
    shown: str | None = None,
) -> Response:
    """Change two cases in one unit and show this one, or the one to be `shown`; raises MergeRefused."""
    store, at = services(request).store, services(request).now()

    def run() -> None:
        with store.unit() as unit:
            case, second = unit.cases.get(tracking_number), unit.cases.get(other)
            if case is None:
                raise Forbidden("not_found", who.agent.language)
            if second is None:
                raise TieRefused("no_case")
            if change(unit, case, second):
                unit.cases.save(case)
                unit.cases.save(second)
                unit.audit.add(at, deed, who.agent.id, tracking_number)

    try:
        await to_thread(run)
    except TieRefused as refused:
        return await case_page(request, who, tracking_number, refused.code)
    return go(f"/desk/cases/{shown or tracking_number}")


def _page(request: Request, who: SignedIn, pair: Pair, status: int = 200) -> Response:
    wording = wording_for(request, who)
    return pages.page(pages.merge_page(wording, who, pair), status)


def _pair(store: Store, tracking_number: str, into: str, agent: Agent) -> Pair | None:
    with store.view() as unit:
        case, other = unit.cases.get(tracking_number), unit.cases.get(into)
    if case is None or other is None:
        return None
    return Pair(case, other, is_same_customer(case, other), _refused(case, other, agent))


def _refused(case: Case, into: Case, agent: Agent) -> str | None:
    try:
        must_merge(case, into, agent, sure=True)
    except CaseError as refused:
        return refused.code
    return None
