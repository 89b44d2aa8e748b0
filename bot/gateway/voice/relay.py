"""ConversationRelay: the same calls over a WebSocket, on which words come and go without a request for each turn.

What the carrier sends and takes: https://www.twilio.com/docs/voice/conversationrelay/websocket-messages (read 2026-12-01).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.gateway.voice.calls import Calls
from bot.gateway.voice.listening import KEYPAD, NOTHING, Heard
from bot.gateway.voice.prompts import ELSEWHERE, HOLD, LISTEN, Line, Prompt
from bot.gateway.voice.steps import ANSWER, RESUMED, SILENCE, TURN, Step
from bot.languages import pack
from bot.languages.speech import plain, speech
from bot.observe import get_logger

log = get_logger(__name__)

CHARACTERS_A_SECOND = 13
"""How fast the voices speak, roughly: the caller's time to think begins when we have finished."""

SPEAKING = frozenset({"agentSpeaking", "clientSpeaking"})
"""What the carrier tells to be on or off: that we are heard, or the caller."""

BETWEEN_KEYS_SECONDS = 4.0
LONGEST_SPEECH_SECONDS = 60.0
"""So long somebody may speak before it counts that they were not told to have finished."""

SETUP_SECONDS = 30.0
"""A connection that does not say by then which call it is for leads none."""

MOST_CHARACTERS = 16_000
"""No message of the carrier comes near this."""


@dataclass
class _Session:
    """What one connection knows of its call.

    `silent_at` is when it counts as silence that nothing was heard; `is_answering` tells that the caller has said
    something and has no answer yet, `is_over` that there is nothing more to say here.
    """

    socket: WebSocket
    calls: Calls
    sid: str = ""
    caller: str | None = None
    called: str | None = None
    prompt: Prompt | None = None
    keys: str = ""
    language: str | None = None
    silent_at: float = field(default_factory=lambda: time.monotonic() + SETUP_SECONDS)
    is_answering: bool = False
    is_over: bool = False
    events: asyncio.Queue[dict[str, Any] | None] = field(default_factory=asyncio.Queue)

    def step(self, why: str, heard: Heard = NOTHING, tries: int = 0) -> Step:
        turn = self.prompt.turn if self.prompt else None
        return Step(self.sid, self.caller, self.called, turn, why, heard, tries)

    def waits(self, seconds: float) -> None:
        """Give the caller so long from now."""
        self.silent_at = time.monotonic() + seconds


_leading: WeakValueDictionary[str, _Session] = WeakValueDictionary()
"""Which connection leads a call."""


def leave(sid: str) -> None:
    """End a call's session here: its connection may be lost, and its silence would count where the call goes on."""
    session = _leading.pop(sid, None)
    if session is not None:
        session.is_over = True
        session.events.put_nowait(None)


async def converse(socket: WebSocket, calls: Calls) -> None:
    """Lead a call over this connection until it ends; what is said is kept as in every other call."""
    session = _Session(socket, calls)
    reading = asyncio.create_task(_read(session))
    try:
        async for step in _steps(session):
            await _take(session, step)
            if session.is_over:
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
        while (message := await session.socket.receive())["type"] == "websocket.receive":
            told = _told(message.get("text"))
            if told is not None and not _is_too_early(session, told):
                session.events.put_nowait(told)
    finally:
        session.is_over = True
        session.events.put_nowait(None)


def _told(text: str | None) -> dict[str, Any] | None:
    """Return a message of the carrier; None for what is none, or no message of theirs."""
    if text is None or len(text) > MOST_CHARACTERS:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _is_too_early(session: _Session, told: dict[str, Any]) -> bool:
    """Tell whether a key was pressed before there was a question: pressed twice, it would answer one unheard."""
    return session.is_answering and told.get("type") == "dtmf" and told.get("digit") != "0"


async def _steps(session: _Session) -> AsyncIterator[Step]:
    """Yield what happens in the call, silence included."""
    while True:
        left = session.silent_at - time.monotonic()
        if session.events.empty() and left <= 0:
            if not session.sid:
                return
            keys = _taken_keys(session)
            yield session.step(TURN, Heard(keys=keys)) if keys else session.step(SILENCE)
            continue
        try:
            told = await asyncio.wait_for(session.events.get(), max(left, 0.01))
        except TimeoutError:
            continue
        if told is None or session.is_over:
            return
        step = _step(session, told)
        if step is not None:
            yield step


def _step(session: _Session, told: dict[str, Any]) -> Step | None:
    """Return what a message of the carrier means for the call, None when it is only told."""
    kind = told.get("type")
    if not session.sid:
        return _set_up(session, told) if kind == "setup" else None
    if kind == "prompt" and told.get("last", True):
        session.keys = ""
        words = " ".join(_text(told, "voicePrompt").split())
        return session.step(TURN, Heard(words=words)) if words else None
    if kind in ("prompt", "interrupt") and session.prompt is not None:
        # whoever speaks is not silent, however long it takes
        session.waits(session.prompt.patience)
    if kind == "info":
        _follow(session, _text(told, "name"), is_speaking=told.get("value") == "on")
    if kind == "dtmf":
        return _key(session, _text(told, "digit"))
    if kind == "error":
        log.warning("relay.error")
    return None


def _follow(session: _Session, name: str, is_speaking: bool) -> None:
    """Count no silence while somebody speaks, the caller or we, and all of it from when they have finished."""
    if name in SPEAKING and session.prompt is not None and not session.keys:
        session.waits(session.prompt.patience + (LONGEST_SPEECH_SECONDS if is_speaking else 0))


def _set_up(session: _Session, told: dict[str, Any]) -> Step | None:
    session.sid = _text(told, "callSid")
    if not session.sid:
        return None
    leave(session.sid)
    _leading[session.sid] = session
    session.caller, session.called = _text(told, "from") or None, _text(told, "to") or None
    parameters = told.get("customParameters")
    return session.step(RESUMED if isinstance(parameters, dict) and parameters.get(RESUMED) else TURN)


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _key(session: _Session, key: str) -> Step | None:
    """Take a key; where numbers are keyed in they are gathered until the pound key or a pause."""
    if len(key) != 1 or key not in KEYPAD:
        return None
    takes_numbers = session.prompt is not None and session.prompt.takes_numbers
    if key != "#":
        session.keys = (session.keys + key)[-32:]
        if takes_numbers:
            session.waits(BETWEEN_KEYS_SECONDS)
            return None
    keys = _taken_keys(session)
    return session.step(TURN, Heard(keys=keys)) if keys else None


def _taken_keys(session: _Session) -> str:
    keys, session.keys = session.keys, ""
    return keys


async def _take(session: _Session, step: Step) -> None:
    """Take a step and say what there is to say, until the caller is listened to again or the session ends."""
    session.is_answering = not step.heard.is_silence
    while not session.is_over:
        begun = time.monotonic()
        prompt = session.prompt = await session.calls.take(step)
        if prompt.then in ELSEWHERE:
            # said by the carrier after the session has ended: words sent now could be cut off by the end
            return await _end(session, handoffData=json.dumps(handoff(prompt)))
        if prompt.slow:
            # how long a caller may pause is settled for a whole session, so slow ones go on turn by turn
            return await _end(session)
        await _say(session, prompt)
        if prompt.then != HOLD:
            session.is_answering = False
            return
        # where nothing answers at all, that is known at once and yet waited for as long
        await asyncio.sleep(session.calls.hold_after_seconds - (time.monotonic() - begun))
        step = session.step(ANSWER, tries=prompt.tries)


async def _end(session: _Session, **told: Any) -> None:
    session.is_over = True
    await _send(session, type="end", **told)


def handoff(prompt: Prompt) -> dict[str, Any]:
    """Return what the carrier hands back when the session has ended: what to say and what to do then."""
    return {
        "then": prompt.then,
        "queue": prompt.queue,
        "lines": [[line.text, line.language] for line in prompt.lines],
    }


def handed_back(data: str | None, prompt: Prompt) -> Prompt | None:
    """Return the prompt that a session ended with, told by the carrier; None when it ended by itself."""
    try:
        told = json.loads(data or "")
        then, queue = told["then"], str(told["queue"])
        lines = tuple(Line(str(text), str(language)) for text, language in told["lines"])
        for line in lines:
            pack(line.language, "voice")
    except (ValueError, KeyError, TypeError):
        return None
    if then not in ELSEWHERE:
        return None
    return Prompt(prompt.language, lines, prompt.turn, then=then, queue=queue)


async def _say(session: _Session, prompt: Prompt) -> None:
    if prompt.then == LISTEN and prompt.language != session.language:
        session.language = prompt.language
        code = pack(prompt.language, "voice")["speaker"]["language"]
        await _send(session, type="language", ttsLanguage=code, transcriptionLanguage=code)
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
    said = sum(len(line.text) for line in prompt.lines)
    session.waits(prompt.patience + said / CHARACTERS_A_SECOND)


async def _send(session: _Session, **message: Any) -> None:
    try:
        await session.socket.send_text(json.dumps(message, ensure_ascii=False))
    except RuntimeError as closed:
        # how the server says that the connection was closed before
        raise WebSocketDisconnect(1006) from closed
