"""The routes that the carrier calls while somebody is on the phone."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import Response
from starlette.websockets import WebSocketDisconnect

from bot.gateway.errors import Refusal
from bot.gateway.services import Services, services
from bot.gateway.twilio_requests import Signed, genuine, public_address, signed
from bot.gateway.voice import twiml
from bot.gateway.voice.listening import heard
from bot.gateway.voice.prompts import LISTEN, Prompt
from bot.gateway.voice.relay import converse, handed_back, leave
from bot.gateway.voice.steps import AFTER_LINE, AFTER_MESSAGE, AFTER_RELAY, AFTER_TRANSFER, TURN, Step
from bot.observe import get_logger

log = get_logger(__name__)
router = APIRouter(tags=["Phone"], include_in_schema=False)

RETURNS = frozenset({AFTER_TRANSFER, AFTER_LINE, AFTER_MESSAGE})
"""Why a call comes back from what the carrier did by itself."""

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""What the carrier calls the states of a call that has ended."""


@router.post("/twilio/voice")
async def voice(request: Request) -> Response:
    """Take a step of a call: the first one, the caller's answer, a silence, a wait, the end of a transfer."""
    parts, told = services(request), await signed(request)
    step, address = _step(told), address_of_calls(request)
    try:
        # whatever else this step is, a message that was left is kept first
        await parts.calls.voicemail.keep(step.sid, told.told("RecordingSid"), told.told("RecordingDuration"))
        return await _led(parts, told, step, address)
    except Exception as error:
        # whatever failed, the caller hears so and the line stays open
        log.error("call.failed", error_type=type(error).__name__, exc_info=error)
        parts.metrics.errors.labels("unavailable").inc()
        return answered_with(
            twiml.apology(request.url.query, step.tries, address, parts.settings.handoff_number)
        )


async def _led(parts: Services, told: Signed, step: Step, address: str) -> Response:
    if parts.settings.voice_mode == "relay" and _is_for_relay(step):
        return answered_with(await _relayed(parts, step, address))
    if step.why == AFTER_RELAY:
        leave(step.sid)
    prompt = await parts.calls.take(step)
    if step.why == AFTER_RELAY:
        # a session that ended without a word of ours broke down: the call goes on turn by turn
        prompt = handed_back(told.told("HandoffData"), prompt) or prompt
    return answered_with(_twiml(parts, prompt, address))


def _twiml(parts: Services, prompt: Prompt, address: str) -> str:
    return twiml.twiml(prompt, address, parts.settings.handoff_number)


def _is_for_relay(step: Step) -> bool:
    """Tell whether a step belongs on a WebSocket: the first, and the return from what was done elsewhere.

    Once a session has ended for another reason the call goes on turn by turn, and its answers are taken so.
    """
    is_first = step.why == TURN and step.turn is None
    return not step.is_over and (is_first or step.why in RETURNS)


async def _relayed(parts: Services, step: Step, address: str) -> str:
    """Return the TwiML of a call that is led over a WebSocket: it begins there, and comes back there."""
    if step.why in RETURNS:
        prompt = await parts.calls.take(step)
        is_for_relay = prompt.then == LISTEN and not prompt.slow
        return twiml.relayed(prompt, address) if is_for_relay else _twiml(parts, prompt, address)
    return twiml.relayed(Prompt("en", (), turn=1, expects="language"), address)


@router.websocket("/twilio/voice/relay")
async def relay(socket: WebSocket) -> None:
    """Lead a call over a WebSocket that the carrier opened."""
    parts: Services = socket.app.state.services
    address = public_address(parts.settings, socket, scheme="ws")
    signature = socket.headers.get("x-twilio-signature")
    if not genuine(parts.settings.twilio_auth_token, address, [], signature):
        parts.metrics.errors.labels("forged").inc()
        await socket.close(code=1008)
        return
    await socket.accept()
    code = 1000
    try:
        await converse(socket, parts.calls)
    except Exception as error:
        # the session breaks off, and the carrier asks how the call goes on
        log.error("call.failed", error_type=type(error).__name__, exc_info=error)
        parts.metrics.errors.labels("unavailable").inc()
        code = 1011
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)


@router.post("/twilio/voice/status")
async def status(request: Request) -> Response:
    """Learn that a call has ended, and text the caller where that is known and wanted."""
    told = await signed(request)
    if told.told("CallStatus") in OVER and told.told("CallSid"):
        await services(request).calls.take(_step(told))
    return Response(status_code=204)


def _step(told: Signed) -> Step:
    sid = told.told("CallSid")
    if sid is None:
        raise Refusal("invalid", field="CallSid")
    return Step(
        sid=sid,
        caller=told.told("From"),
        called=told.told("To"),
        turn=_count(told.query.get("turn")),
        why=told.query.get("for", TURN),
        heard=heard(told.form),
        tries=_count(told.query.get("tries")) or 0,
        is_over=told.told("CallStatus") in OVER,
    )


def _count(told: str | None) -> int | None:
    return int(told) if told and told.isdecimal() and len(told) < 7 else None


def address_of_calls(request: Request) -> str:
    """Return where calls go on."""
    return f"{services(request).settings.public_url}/twilio/voice"


def answered_with(document: str) -> Response:
    """Answer with what the carrier is to do."""
    return Response(document, media_type="text/xml", headers={"Cache-Control": "no-store"})
