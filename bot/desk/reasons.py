"""Whoever opens what is not their work says why first: one click, kept in the record, and good for the shift."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from bot.cases.agent import AGENT, SIGNED_IN_FOR
from bot.cases.audit import GAVE_REASON
from bot.cases.matters import LONGEST_REASON, REASONS, Matter, NoReason, is_known, is_work_of, reason_of
from bot.desk import access, pages
from bot.desk.access import Forbidden, NotSignedIn, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.live import over
from bot.gateway.services import Services, services
from bot.store import Unit

router = APIRouter(prefix="/desk/reasons", include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to open: a case by its number or a conversation by its id, and the page of it."""

    kind: str
    name: str
    page: str = ""

    @property
    def address(self) -> str:
        """The page to go to once the reason is given."""
        home = f"/desk/{self.kind}/{quote(self.name, safe='')}"
        return self.page if self.page.startswith(f"{home}/") else home

    def matter(self, unit: Unit) -> Matter | None:
        """Return what it is about, None when there is no such thing."""
        read = unit.matters.of_case if self.kind == "cases" else unit.matters.of_conversation
        return read(self.name)


class ReasonWanted(Exception):
    """A reason has to be given first."""

    def __init__(self, who: SignedIn, asked: Asked) -> None:
        super().__init__("reason wanted")
        self.who, self.asked = who, asked


async def reason_if_wanted(request: Request) -> None:
    """Raise ReasonWanted for a conversation or a case that is not the work of whoever asks, and not known to them.

    Whoever is not signed in is the route's own matter.
    """
    asked = _asked(request)
    if asked is None:
        return
    try:
        who = await access.signed_in(request, AGENT)
    except (NotSignedIn, Forbidden):
        return
    if not await to_thread(_is_open, services(request), who, asked, request.method == "POST"):
        raise ReasonWanted(who, asked)


@router.post("")
async def give(request: Request) -> Response:
    """Keep a reason, and open what it was given for."""
    who, fields = await access.posted(request, AGENT)
    kind = "cases" if fields.get("kind") == "cases" else "conversations"
    asked = Asked(kind, fields.get("name", "")[:100], fields.get("page", "")[:300])
    parts = services(request)
    try:
        reason = reason_of(fields.get("reason", ""), fields.get("words", ""))
    except NoReason as refused:
        return _form(request, who, asked, refused.code, fields.get("words", ""))

    def keep() -> bool:
        with parts.store.unit() as unit:
            matter = asked.matter(unit)
            if matter is not None:
                unit.audit.add(parts.now(), GAVE_REASON, who.agent.id, asked.name, reason)
            return matter is not None

    if not await to_thread(keep):
        raise Forbidden("not_found", who.agent.language)
    return go(asked.address)


def known_to(unit: Unit, who: SignedIn, parts: Services, matters: list[Matter]) -> set[str]:
    """Return the tracking numbers of the cases whose story this agent may read in a list."""
    now, agent = parts.now(), who.agent
    subjects = [subject for matter in matters for subject in matter.subjects]
    deeds = unit.audit.of_agent_about(agent.id, subjects, now - SIGNED_IN_FOR)
    return {
        matter.tracking_number
        for matter in matters
        if matter.tracking_number
        and (
            is_work_of(matter, agent)
            or is_known([deed for deed in deeds if deed.subject_id in matter.subjects], now)
        )
    }


def _asked(request: Request) -> Asked | None:
    path = request.path_params
    page = request.url.path if request.method == "GET" and not _is_stream(request) else ""
    if "tracking_number" in path:
        return Asked("cases", path["tracking_number"], page)
    if "conversation_id" in path:
        return Asked("conversations", path["conversation_id"], page)
    return None


def _is_open(parts: Services, who: SignedIn, asked: Asked, changes: bool) -> bool:
    now = parts.now()
    with parts.store.view() as unit:
        matter = asked.matter(unit)
        # What there is not is refused where it is asked for.
        if matter is None or is_work_of(matter, who.agent):
            return True
        deeds = unit.audit.of_agent_about(who.agent.id, matter.subjects, now - SIGNED_IN_FOR)
        return is_known(deeds, now, changes)


def _is_stream(request: Request) -> bool:
    return request.url.path.endswith("/stream")


def _form(
    request: Request, who: SignedIn, asked: Asked, refused: str | None = None, words: str = ""
) -> Response:
    wording = wording_for(request, who)
    told = wording.oversight["reason"]
    html = pages.reason_page(
        wording,
        who,
        asked=asked,
        told=told,
        reasons=REASONS,
        longest=LONGEST_REASON,
        problem=told[refused] if refused else None,
        draft=words,
    )
    return pages.page(html, 409 if refused else 403)


def ask_for_reasons(app: FastAPI) -> None:
    """Answer whoever has to give a reason with the form for it; a page that is live asks by being loaded anew."""

    @app.exception_handler(ReasonWanted)
    async def wanted(request: Request, wanted: ReasonWanted) -> Response:
        if _is_stream(request):
            return StreamingResponse(iter([over()]), media_type="text/event-stream")
        return _form(request, wanted.who, wanted.asked)
