"""The routes of the web chat."""

from __future__ import annotations

import re
from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from bot.gateway import schemas
from bot.gateway.bodies import must_be_readable, parse, read_body
from bot.gateway.errors import Refusal
from bot.gateway.schemas import merged, plain, refusals, request_body
from bot.gateway.services import address_of, services, within
from bot.gateway.stream import MOST_STREAMS, events
from bot.gateway.wire import Json, messages_since

router = APIRouter(tags=["Web chat"])

MOST_SEQ = 2**31 - 1
# Longer ones are no number of a message, and past some length Python refuses to read them.
_NUMBER = re.compile(r"\d{1,10}")
_NOT_STORED = {"Cache-Control": "no-store"}
_TOKEN: Json = {"security": [{"conversation token": []}]}


def _answer(body: Json, status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, _NOT_STORED)


async def _check(request: Request, conversation_id: str) -> None:
    await services(request).sessions.check(conversation_id, request.headers.get("authorization"))
    # From here on, refusals may speak the language of the conversation.
    request.state.conversation = conversation_id


@router.post(
    "/api/chat",
    status_code=201,
    summary="Begin a conversation",
    response_model=schemas.Started,
    responses=refusals("bad_json", "too_long", "invalid", "today_not_allowed", "rate_limited", "unavailable"),
    openapi_extra=request_body(schemas.Start),
)
async def begin(request: Request) -> JSONResponse:
    """Greet the customer. Keep the token: it is the only key to the conversation and is never told again."""
    parts = services(request)
    body = await read_body(request, parts.settings.message_bytes)
    within(parts.conversations_limit, address_of(request))
    start = parse(body, schemas.Start)
    request.state.language = start.language or "en"
    if start.today and not parts.settings.allow_today:
        raise Refusal("today_not_allowed")
    conversation_id, token, greeting = await parts.sessions.begin(start.language, start.today)
    parts.metrics.conversations.labels(start.language or "open").inc()
    return _answer({"conversation": conversation_id, "token": token, **greeting.json()}, status=201)


@router.post(
    "/api/chat/{conversation}/messages",
    summary="Say something",
    response_model=schemas.Exchange,
    responses=refusals(
        "bad_json", "unauthorized", "too_long", "invalid", "empty_text", "rate_limited", "unavailable"
    ),
    openapi_extra=request_body(schemas.Said) | _TOKEN,
)
async def say(conversation: str, request: Request) -> JSONResponse:
    """Keep a message and answer it; `messages` are those said in answer.

    The same `id` again returns the same answer and does nothing twice. While the engine is down the answer is
    one `system` message at once, and the assistant's own follows in the transcript and in the stream.
    """
    parts = services(request)
    body = await read_body(request, parts.settings.message_bytes)
    within(parts.address_limit, address_of(request))
    await _check(request, conversation)
    within(parts.messages_limit, conversation)
    said = parse(body, schemas.Said)
    must_be_readable(said.text, parts.settings.message_bytes)
    return _answer((await parts.turns.take(conversation, said.id, said.text)).json())


@router.get(
    "/api/chat/{conversation}/messages",
    summary="Read the transcript",
    response_model=schemas.Exchange,
    responses=refusals("unauthorized", "invalid", "unavailable"),
    openapi_extra=_TOKEN,
)
async def read(
    conversation: str, request: Request, after: Annotated[int, Query(ge=0, le=MOST_SEQ)] = 0
) -> JSONResponse:
    """Return all messages numbered above `after`, the greeting and the customer's own included."""
    await _check(request, conversation)
    return _answer((await to_thread(messages_since, services(request).store, conversation, after)).json())


@router.get(
    "/api/chat/{conversation}/stream",
    summary="Follow the conversation",
    response_class=StreamingResponse,
    responses=merged(
        plain(
            "text/event-stream",
            "Server-sent events: `message` with its seq as id, and `state`; a comment at least every 15 s",
            'id: 3\nevent: message\ndata: {"seq": 3, "from": "assistant", "text": "Hello", "choices": [], '
            '"at": "2026-03-05T15:04:05.123Z"}\n\n',
        ),
        refusals("unauthorized", "invalid", "too_many_streams", "unavailable"),
    ),
    openapi_extra=_TOKEN,
)
async def stream(
    conversation: str,
    request: Request,
    last_event_id: Annotated[str | None, Header(description="The seq of the last message received")] = None,
    after: Annotated[int, Query(ge=0, le=MOST_SEQ)] = 0,
) -> StreamingResponse:
    """Send what is new as it happens, from `Last-Event-ID`, else from `after` on."""
    await _check(request, conversation)
    parts = services(request)
    if parts.feed.followers(conversation) >= MOST_STREAMS:
        raise Refusal("too_many_streams", {"Retry-After": "15"})
    known = int(last_event_id) if last_event_id and _NUMBER.fullmatch(last_event_id) else after
    return StreamingResponse(
        events(parts, conversation, min(known, MOST_SEQ)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
