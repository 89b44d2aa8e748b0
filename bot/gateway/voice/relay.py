"""ConversationRelay: the same calls over a WebSocket, on which words come and go without a request for each turn.

What the carrier sends and takes: https://www.twilio.com/docs/voice/conversationrelay/websocket-messages (read 2026-12-01).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.gateway.voice.calls import ANSWER, RESUMED, SILENCE, TURN, Calls, Step
from bot.gateway.voice.listening import NOTHING, Heard
from bot.gateway.voice.prompts import HANG_UP, HOLD, LISTEN, TRANSFER, Line, Prompt
from bot.languages import pack
from bot.languages.speech import plain, speech
from bot.observe import get_logger

log = get_logger(__name__)

CHARACTERS_A_SECOND = 13
"""How fast the voices speak, roughly: the caller's time to think begins when we have finished."""

BETWEEN_KEYS_SECONDS = 4.0
MOST_CHARACTERS = 16_000
"""No message of the carrier comes near this."""


@dataclass
class _Session:
    """What one connection knows of its call."""

    socket: WebSocket
    calls: Calls
    sid: str = ""
    caller: str | None = None
    called: str | None = None
    prompt: Prompt | None = None
    keys: str = ""
    language: str | None = None
    events: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)

    def step(self, why: str, heard: Heard = NOTHING, tries: int = 0) -> Step:
        turn = self.prompt.turn if self.prompt else None
        return Step(self.sid, self.caller, self.called, turn, why, heard, tries)


async def converse(socket: WebSocket, calls: Calls) -> None:
    """Lead a call over this connection until it ends; what is said is kept as in every other call."""
    session = _Session(socket, calls)
    reading = asyncio.create_task(_read(session))
    try:
        async for step in _steps(session):
            await _take(session, step)
            if session.prompt and session.prompt.then in (TRANSFER, HANG_UP):
                return
    except WebSocketDisconnect:
        # the carrier tells the end of the call by its status; until then nothing is lost
        log.info("relay.disconnected")
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


async def _read(session: _Session) -> None:
    """Read the carrier's messages, also while an answer is worked on."""
    try:
        while True:
            text = await session.socket.receive_text()
            with suppress(ValueError):
                told = json.loads(text) if len(text) <= MOST_CHARACTERS else None
                if isinstance(told, dict):
                    session.events.put_nowait(told)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        session.events.put_nowait(None)


async def _steps(session: _Session) -> AsyncIterator[Step]:
    """Yield what happens in the call, silence included."""
    while True:
        try:
            told = await asyncio.wait_for(session.events.get(), _patience(session))
        except TimeoutError:
            if session.keys:
                yield session.step(TURN, Heard(keys=_taken_keys(session)))
            elif session.prompt is not None:
                yield session.step(SILENCE)
            continue
        if told is None:
            return
        step = _step(session, told)
        if step is not None:
            yield step


def _step(session: _Session, told: dict[str, Any]) -> Step | None:
    """Return what a message of the carrier means for the call, None when it is only told."""
    kind = told.get("type")
    if kind == "setup":
        session.sid, session.caller = str(told.get("callSid")), told.get("from")
        session.called = told.get("to")
        parameters = told.get("customParameters")
        return session.step(RESUMED if isinstance(parameters, dict) and parameters.get(RESUMED) else TURN)
    if not session.sid:
        return None
    if kind == "prompt" and told.get("last", True):
        session.keys = ""
        words = " ".join(str(told.get("voicePrompt", "")).split())
        return session.step(TURN, Heard(words=words)) if words else None
    if kind == "dtmf":
        return _key(session, str(told.get("digit", "")))
    if kind == "error":
        log.warning("relay.error")
    return None


def _key(session: _Session, key: str) -> Step | None:
    """Take a key; where numbers are keyed in they are gathered until the pound key or a pause."""
    takes_numbers = session.prompt is not None and session.prompt.takes_numbers
    if key != "#":
        session.keys = (session.keys + key)[-32:]
        if takes_numbers:
            return None
    keys = _taken_keys(session)
    return session.step(TURN, Heard(keys=keys)) if keys else None


def _taken_keys(session: _Session) -> str:
    keys, session.keys = session.keys, ""
    return keys


def _patience(session: _Session) -> float:
    if session.keys:
        return BETWEEN_KEYS_SECONDS
    if session.prompt is None:
        return 30.0
    said = sum(len(line.text) for line in session.prompt.lines)
    return session.prompt.patience + said / CHARACTERS_A_SECOND


async def _take(session: _Session, step: Step) -> None:
    """Take a step and say what there is to say, until the caller is listened to again or the session ends."""
    while True:
        prompt = await session.calls.take(step)
        session.prompt = prompt
        if prompt.then in (TRANSFER, HANG_UP):
            # said by the carrier after the session has ended: words sent now could be cut off by the end
            await _send(session, type="end", handoffData=json.dumps(handoff(prompt)))
            return
        await _say(session, prompt)
        if prompt.then != HOLD:
            return
        step = session.step(ANSWER, tries=prompt.tries)


def handoff(prompt: Prompt) -> dict[str, Any]:
    """Return what the carrier hands back when the session has ended: what to say and what to do then."""
    return {"then": prompt.then, "lines": [[line.text, line.language] for line in prompt.lines]}


def handed_back(data: str | None, prompt: Prompt) -> Prompt | None:
    """Return the prompt that a session ended with, told by the carrier; None when it ended by itself."""
    try:
        told = json.loads(data or "")
        then, lines = told["then"], tuple(Line(str(text), str(language)) for text, language in told["lines"])
        for line in lines:
            pack(line.language, "voice")
    except (ValueError, KeyError, TypeError):
        return None
    if then not in (TRANSFER, HANG_UP):
        return None
    return Prompt(prompt.language, lines, prompt.turn, then=then)


async def _say(session: _Session, prompt: Prompt) -> None:
    if prompt.then == LISTEN and prompt.language != session.language:
        session.language = prompt.language
        speaker = pack(prompt.language, "voice")["speaker"]
        await _send(
            session,
            type="language",
            ttsLanguage=speaker["language"],
            transcriptionLanguage=speaker["listens"],
        )
    for place, line in enumerate(prompt.lines, start=1):
        speaker = pack(line.language, "voice")["speaker"]
        await _send(
            session,
            type="text",
            token=plain(speech(line.text, line.language)),
            lang=speaker["language"],
            last=place == len(prompt.lines),
            interruptible=True,
            preemptible=False,
        )


async def _send(session: _Session, **message: Any) -> None:
    await session.socket.send_text(json.dumps(message, ensure_ascii=False))
