"""The routes that the carrier calls while somebody waits in line, and when those who take their calls are rung."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.gateway.services import services
from bot.gateway.twilio_requests import signed
from bot.gateway.voice import line
from bot.gateway.voice.prompts import Line
from bot.gateway.voice.routes import OVER, address_of_calls, answered_with
from bot.languages import LANGUAGES, pack
from bot.observe import get_logger
from bot.store import StoreError

log = get_logger(__name__)
router = APIRouter(prefix="/twilio/voice", tags=["Phone"], include_in_schema=False)

TAKES_IT = "1"


@router.post("/wait")
async def wait(request: Request) -> Response:
    """Tell whoever waits in line how it stands, and hear their keys."""
    calls, told, address = services(request).calls, await signed(request), address_of_calls(request)
    try:
        next_one = await calls.waiting.go_on(
            told.told("CallSid") or "", told.told("Digits") or "", told.told("QueueSid")
        )
    except StoreError as error:
        # a database that is away costs nobody their place
        log.error("line.store_failed", exc_info=error)
        sorry = [Line(pack(language, "voice")["failed"], language) for language in LANGUAGES]
        return answered_with(line.waiting(sorry, address))
    document = line.leaving() if next_one.lines is None else line.waiting(next_one.lines, address)
    return answered_with(document)


@router.post("/connecting")
async def connecting(request: Request) -> Response:
    """Tell a caller whom they are connected with."""
    told = await signed(request)
    return answered_with(
        line.connecting(await services(request).calls.connecting.connects(told.told("CallSid") or ""))
    )


@router.post("/agent")
async def agent(request: Request) -> Response:
    """Tell an agent who answers that a call waits for them; who presses the key hears what it is, and has it."""
    people, told, address = (
        services(request).calls.connecting,
        await signed(request),
        address_of_calls(request),
    )
    key = told.query.get("ring", "")
    if "key" not in told.query:
        return answered_with(line.ringing(await people.answered(key), address, key))
    if told.told("Digits") != TAKES_IT:
        await people.declined(key)
        return answered_with(line.connected(False))
    joining = await people.accepted(key)
    return answered_with(line.joining(joining.lines, joining.queue, address, key))


@router.post("/agent/over")
async def agent_over(request: Request) -> Response:
    """Learn that an agent and a caller have finished, or never met."""
    told = await signed(request)
    await services(request).calls.connecting.declined(told.query.get("ring", ""))
    return answered_with(line.connected(False))


@router.post("/agent/status")
async def agent_status(request: Request) -> Response:
    """Learn that an agent's telephone is put down, or was never picked up."""
    told = await signed(request)
    if told.told("CallStatus") in OVER:
        await services(request).calls.connecting.declined(told.query.get("ring", ""))
    return Response(status_code=204)


@router.post("/recording")
async def recording(request: Request) -> Response:
    """Learn that a message was recorded."""
    told = await signed(request)
    if told.told("RecordingStatus") in (None, "completed"):
        await services(request).calls.voicemail.keep(
            told.told("CallSid") or "", told.told("RecordingSid"), told.told("RecordingDuration")
        )
    return Response(status_code=204)


@router.post("/whisper")
async def whisper(request: Request) -> Response:
    """Tell whoever answers a transferred call what it is about, and connect them once they press a key."""
    people, told = services(request).calls.connecting, await signed(request)
    accepts = told.query.get("accepts")
    if accepts:
        takes = told.told("Digits") == TAKES_IT and await people.taken(accepts)
        return answered_with(line.connected(takes))
    sid = told.told("ParentCallSid") or ""
    return answered_with(line.whisper(await people.summary(sid), address_of_calls(request), sid))
