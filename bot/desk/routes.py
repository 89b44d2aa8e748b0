"""The routes of the desk, each with the role that it takes."""

from __future__ import annotations

import re
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from bot.cases.agent import ADMINISTRATOR, AGENT, LEAD
from bot.cases.audit import QUEUE, QUEUE_SEEN
from bot.cases.errors import CaseError
from bot.cases.guard import Stopped
from bot.desk import access, pages
from bot.desk.access import Forbidden, MustSetUp, NotSignedIn, SignedIn, TooManyTries
from bot.desk.answering import go, wording_for, wording_in
from bot.desk.audit import Wished, read_audit
from bot.desk.deciding import decisions_on
from bot.desk.drafts import NOTHING_WRITTEN, Draft, draft_from, problem_of
from bot.desk.glance import Seen, look_at
from bot.desk.live import conversation_events, queue_events
from bot.desk.macros import macros_for
from bot.desk.queue import read_queue
from bot.desk.signing_in import sign_in_page
from bot.gateway.services import Services, services
from bot.gateway.serving import AskedLanguage, etag_of, unless_known
from bot.handoff import Handoffs, looked_at
from bot.languages import LANGUAGES
from bot.macros import Ready
from bot.provider import profile

router = APIRouter(prefix="/desk", include_in_schema=False)

_NUMBER = re.compile(r"[0-9]{1,9}")
_EVENTS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/desk.css")
@router.get("/desk.js")
@router.get("/writing.css")
@router.get("/writing.js")
async def static(request: Request) -> Response:
    """Return a file that the pages ask for."""
    name = request.url.path.rpartition("/")[2]
    text = pages.file(name)
    return unless_known(request, Response(text, media_type=pages.FILES[name]), etag_of(text), "no-cache")


@router.get("")
async def queue(request: Request, lang: AskedLanguage = None) -> Response:
    """Show who waits; to nobody in particular, where to sign in."""
    try:
        who = await access.signed_in(request, AGENT)
    except NotSignedIn:
        return sign_in_page(request, lang)
    parts = services(request)
    queue = await to_thread(read_queue, parts, who.agent)
    await to_thread(looked_at, parts.store, parts.now(), QUEUE_SEEN, who.agent, QUEUE)
    return pages.page(pages.queue_page(wording_for(request, who), who, queue))


@router.post("/language")
async def language(request: Request) -> Response:
    """Let the desk speak another language to this agent."""
    who, fields = await access.posted(request, AGENT)
    wish = fields.get("language", "")
    if wish in LANGUAGES:

        def keep() -> None:
            with services(request).store.unit() as unit:
                unit.agents.set_language(who.agent.id, wish)

        await to_thread(keep)
    return go("/desk/account" if fields.get("from") == "account" else "/desk")


# ── Who waits, and a conversation ──────────────────────────────────────────────────────────────────────


@router.get("/stream")
async def queue_stream(request: Request) -> Response:
    """Send the queue whenever it changes."""
    who = await access.signed_in(request, AGENT)
    events = queue_events(services(request), who, wording_for(request, who))
    return StreamingResponse(events, media_type="text/event-stream", headers=_EVENTS)


@router.get("/conversations/{conversation_id}")
async def conversation(conversation_id: str, request: Request) -> Response:
    """Show a conversation with all that an agent has to know."""
    who = await access.signed_in(request, AGENT)
    return await _conversation_page(request, who, conversation_id)


@router.get("/conversations/{conversation_id}/stream")
async def conversation_stream(
    conversation_id: str,
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Send what is new in a conversation as it happens."""
    who = await access.signed_in(request, AGENT)
    await to_thread(_handoffs(services(request)).opened, conversation_id, who.agent)
    known = int(last_event_id) if last_event_id and _NUMBER.fullmatch(last_event_id) else after
    events = conversation_events(services(request), who, wording_for(request, who), conversation_id, known)
    return StreamingResponse(events, media_type="text/event-stream", headers=_EVENTS)


@router.post("/conversations/{conversation_id}/claim")
async def claim(conversation_id: str, request: Request) -> Response:
    """Take a conversation."""
    who, _ = await access.posted(request, AGENT)
    return await _done(request, who, conversation_id, lambda all: all.claim(conversation_id, who.agent))


@router.post("/conversations/{conversation_id}/say")
async def say(conversation_id: str, request: Request) -> Response:
    """Say something to the customer."""
    who, fields = await access.posted(request, AGENT)
    draft = draft_from(fields)
    if draft.must_be_shown:
        return await _shown_first(request, who, conversation_id, draft)
    return await _done(
        request,
        who,
        conversation_id,
        lambda all: all.say(conversation_id, who.agent, draft.text, draft.word_id, draft.anyway),
        draft,
    )


@router.get("/conversations/{conversation_id}/macros")
async def macro_texts(conversation_id: str, request: Request) -> Response:
    """Return every macro with its text for this customer, for scripts that insert one."""
    who = await access.signed_in(request, AGENT)
    _, found = await _macros_for(request, who, conversation_id)
    return JSONResponse([asdict(each) for each in found], headers=pages.HEADERS)


@router.post("/conversations/{conversation_id}/macros")
async def macro(conversation_id: str, request: Request) -> Response:
    """Show the macros for a customer, or the conversation with one inserted after what was written already."""
    who, fields = await access.posted(request, AGENT)
    draft = draft_from(fields)
    seen, found = await _macros_for(request, who, conversation_id)
    chosen = next((each for each in found if each.id == fields.get("macro")), None)
    if chosen or "without" in fields:
        return await _conversation_page(request, who, conversation_id, draft=draft.with_macro(chosen))
    wording = wording_for(request, who)
    back = f"/desk/conversations/{conversation_id}/macros"
    return pages.page(
        pages.macros_to_choose_page(
            wording,
            who,
            called=wording.name(seen),
            spoken=seen.conversation.language,
            macros=found,
            draft=draft,
            address=back,
        )
    )


@router.post("/conversations/{conversation_id}/hand-back")
async def hand_back(conversation_id: str, request: Request) -> Response:
    """Let the assistant go on."""
    who, fields = await access.posted(request, AGENT)
    note = fields.get("note", "")
    return await _done(
        request, who, conversation_id, lambda all: all.hand_back(conversation_id, who.agent, note)
    )


@router.post("/conversations/{conversation_id}/wrap-up")
async def wrap_up(conversation_id: str, request: Request) -> Response:
    """Keep what an agent found out in a call."""
    who, fields = await access.posted(request, AGENT)
    note = fields.get("note", "").replace("\r\n", "\n")
    return await _done(
        request,
        who,
        conversation_id,
        lambda all: all.wrap_up(conversation_id, who.agent, note),
        Draft(text=note),
    )


@router.post("/conversations/{conversation_id}/release")
async def release(conversation_id: str, request: Request) -> Response:
    """Let a customer wait for another agent than the one they have."""
    who, _ = await access.posted(request, LEAD)
    return await _done(request, who, conversation_id, lambda all: all.release(conversation_id, by=who.agent))


# ── Who saw and did what ───────────────────────────────────────────────────────────────────────────────


@router.get("/audit")
async def audit(
    request: Request,
    agent: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Show who saw and did what, the newest first: of an agent, about a subject, or all."""
    who = await access.signed_in(request, ADMINISTRATOR)
    wished = Wished(agent, subject.strip(), before)
    read = await to_thread(read_audit, services(request).store, wished)
    return pages.page(pages.audit_page(wording_for(request, who), who, wished, read))


async def _macros_for(request: Request, who: SignedIn, conversation_id: str) -> tuple[Seen, list[Ready]]:
    parts = services(request)
    seen = await to_thread(look_at, parts.store, conversation_id)
    if seen is None:
        raise Forbidden("not_found", who.agent.language)
    return seen, await to_thread(macros_for, parts, who.agent, seen)


async def _shown_first(request: Request, who: SignedIn, conversation_id: str, draft: Draft) -> Response:
    """Show what would be said, or why it may not be."""
    handoffs = _handoffs(services(request))
    try:
        address = await to_thread(handoffs.may_say, conversation_id, who.agent, draft.text, draft.anyway)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    except CaseError as refused:
        return await _conversation_page(request, who, conversation_id, refused, draft)
    return await _conversation_page(request, who, conversation_id, draft=replace(draft, address=address))


async def _done(
    request: Request,
    who: SignedIn,
    conversation_id: str,
    step: Callable[[Handoffs], None],
    draft: Draft = NOTHING_WRITTEN,
) -> Response:
    """Take a step with a conversation and show it as it stands then; a refusal says why and keeps the words."""
    parts = services(request)
    try:
        await to_thread(step, _handoffs(parts))
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    except CaseError as refused:
        return await _conversation_page(request, who, conversation_id, refused, draft)
    parts.feed.wake(conversation_id)
    if request.headers.get("accept") == "text/plain":
        return PlainTextResponse("", headers=pages.HEADERS)
    return go(f"/desk/conversations/{quote(conversation_id, safe='')}")


async def _conversation_page(
    request: Request,
    who: SignedIn,
    conversation_id: str,
    refused: CaseError | None = None,
    draft: Draft = NOTHING_WRITTEN,
) -> Response:
    parts, wording = services(request), wording_for(request, who)
    seen = await to_thread(look_at, parts.store, conversation_id)
    if seen is None:
        raise Forbidden("not_found", who.agent.language)
    await to_thread(_handoffs(parts).opened, conversation_id, who.agent)
    if seen.is_held_by(who.agent):
        await to_thread(_handoffs(parts).seen, conversation_id, who.agent)
    problem = problem_of(wording, refused) if refused else None
    stopped = refused if isinstance(refused, Stopped) else None
    number = seen.case.tracking_number if seen.case else None
    decisions = await to_thread(decisions_on, parts, who.agent, number) if number else None
    html = pages.conversation_page(wording, who, seen, problem, replace(draft, stopped=stopped), decisions)
    return pages.page(html, 409 if refused else 200)


def _handoffs(parts: Services) -> Handoffs:
    return Handoffs(parts.store, profile(parts.settings.provider), parts.now)


# ── Refusals ───────────────────────────────────────────────────────────────────────────────────────────


def answer_refusals(app: FastAPI) -> None:
    """Answer whoever is not signed in, or not allowed, with a page that says so."""

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _: NotSignedIn) -> Response:
        if request.method == "GET" and not request.url.path.endswith("/stream"):
            return go("/desk")
        return sign_in_page(request, None, "out", status=401)

    @app.exception_handler(TooManyTries)
    async def too_many_tries(request: Request, _: TooManyTries) -> Response:
        return sign_in_page(request, None, "too_many", status=429)

    @app.exception_handler(MustSetUp)
    async def must_set_up(request: Request, owing: MustSetUp) -> Response:
        if request.method == "GET" and not request.url.path.endswith("/stream"):
            return go("/desk/account")
        return await forbidden(request, Forbidden("set_up_first", owing.language))

    @app.exception_handler(Forbidden)
    async def forbidden(request: Request, refused: Forbidden) -> Response:
        wording = wording_in(request, refused.language)
        html = pages.error_page(wording, None, wording.error(refused.code))
        return pages.page(html, 404 if refused.code == "not_found" else 403)
