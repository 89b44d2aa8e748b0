"""Prompts as TwiML: everything said can be interrupted, and speech and keys are always both listened for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from twilio.twiml.voice_response import Connect, Dial, Gather, Say, VoiceResponse

from bot.gateway.voice.prompts import ENQUEUE, HANG_UP, HOLD, RECORD, TRANSFER, Line, Prompt
from bot.gateway.voice.steps import (
    AFTER_LINE,
    AFTER_MESSAGE,
    AFTER_RELAY,
    AFTER_TRANSFER,
    ANSWER,
    RESUMED,
    SILENCE,
)
from bot.languages import LANGUAGES, pack
from bot.languages.speech import speech
from bot.notices.twilio import RING_SECONDS

STORY_PAUSE_SECONDS, ANSWER_PAUSE_SECONDS, SLOW_PAUSE_SECONDS = 3, 2, 5
"""How long a pause may last before what was said counts as complete: relay operators and slow callers are not cut off."""

RELAY_PAUSE_MS = 1_500
"""The same over a WebSocket, where one pause is for every question: long enough between the groups of a number."""

IN_OWN_WORDS = frozenset({"open", "nature", "event", "prior_contact", "remedy", "addition", "free", None})
LONGEST_MESSAGE_SECONDS, MESSAGE_PAUSE_SECONDS = 180, 5
MOST_TRIES = 2
"""How often a step that failed is tried again before the call is given up."""

MOST_CHARACTERS = 3_000
"""Far below the 4,096 characters that one Say may hold."""

SLOW_RATE = "80%"
_HINTS_OF = {"gap": "event_more", "which_date": "event", "check": "confirm"}


def twiml(prompt: Prompt, address: str, handoff_number: str | None = None) -> str:
    """Return a prompt as TwiML; `address` is where the call goes on, `handoff_number` where a person answers."""
    response = VoiceResponse()
    if prompt.then == HANG_UP:
        _say(response, prompt)
        response.hangup()
    elif prompt.then == HOLD:
        _say(response, prompt)
        response.pause(length=1 if prompt.lines else 2)
        response.redirect(_at(address, prompt.turn, ANSWER, tries=prompt.tries), method="POST")
    elif prompt.then == TRANSFER and handoff_number:
        _say(response, prompt)
        dial = Dial(
            action=_at(address, prompt.turn, AFTER_TRANSFER),
            method="POST",
            timeout=RING_SECONDS,
            answer_on_bridge=True,
        )
        dial.number(handoff_number, url=f"{address}/whisper", method="POST")
        response.append(dial)
    elif prompt.then == ENQUEUE:
        _say(response, prompt)
        after = _at(address, prompt.turn, AFTER_LINE)
        response.enqueue(prompt.queue, action=after, method="POST", wait_url=f"{address}/wait")
    elif prompt.then == RECORD:
        _say(response, prompt)
        after = _at(address, prompt.turn, AFTER_MESSAGE)
        response.record(
            action=after,
            method="POST",
            timeout=MESSAGE_PAUSE_SECONDS,
            max_length=LONGEST_MESSAGE_SECONDS,
            finish_on_key="#",
            play_beep=True,
            recording_status_callback=f"{address}/recording",
        )
        # nothing was said: where there is no recording, the call comes through here
        response.redirect(after, method="POST")
    else:
        gather = _gather(prompt, address)
        _say(gather, prompt)
        response.append(gather)
        response.redirect(_at(address, prompt.turn, SILENCE), method="POST")
    return str(response)


def apology(query: str, tries: int, address: str, handoff_number: str | None) -> str:
    """Return what a caller hears when something of ours failed: the same step once more, at last a person."""
    response = VoiceResponse()
    for language in LANGUAGES:
        spoken(response.say, Line(pack(language, "voice")["failed"], language))
    if tries < MOST_TRIES:
        response.pause(length=3)
        again = {**dict(parse_qsl(query)), "tries": str(tries + 1)}
        response.redirect(f"{address}?{urlencode(again)}", method="POST")
    elif handoff_number:
        response.dial(handoff_number, timeout=RING_SECONDS)
    response.hangup()
    return str(response)


def relayed(prompt: Prompt, address: str) -> str:
    """Return TwiML that leads the call over a WebSocket; what the prompt says is said before."""
    response = VoiceResponse()
    _say(response, prompt)
    connect = Connect(action=f"{address}?{urlencode({'for': AFTER_RELAY})}", method="POST")
    own = pack(prompt.language, "voice")
    socket = f"ws{address.removeprefix('http')}/relay"
    relay = connect.conversation_relay(
        url=socket,
        language=own["speaker"]["language"],
        tts_provider="Amazon",
        voice=own["speaker"]["relay_voice"],
        transcription_provider="Google",
        speechTimeout=RELAY_PAUSE_MS,
        dtmf_detection=True,
        interruptible="any",
        # without it a key pressed while we speak is lost, 0 for a person too
        report_input_during_agent_speech="any",
        events="speaker-events",
        partial_prompts=True,
        profanity_filter=False,
        hints=_hints_for_all([prompt.language] if prompt.lines else LANGUAGES),
    )
    if prompt.lines:
        relay.parameter(name=RESUMED, value="true")
    for language in LANGUAGES:
        words = pack(language, "voice")
        relay.language(
            code=words["speaker"]["language"],
            tts_provider="Amazon",
            voice=words["speaker"]["relay_voice"],
            transcription_provider="Google",
        )
    response.append(connect)
    return str(response)


def _gather(prompt: Prompt, address: str) -> Gather:
    words = pack(prompt.language, "voice")
    listening: dict[str, Any] = {}
    if not prompt.takes_numbers:
        listening["num_digits"] = 1
    return Gather(
        input="dtmf speech",
        action=_at(address, prompt.turn),
        method="POST",
        language=words["speaker"]["listens"],
        hints=hints(words["hints"], prompt.expects),
        timeout=prompt.patience,
        speech_timeout=_pause(prompt),
        finish_on_key="#",
        profanity_filter=False,
        barge_in=True,
        **listening,
    )


def _pause(prompt: Prompt) -> int:
    if prompt.slow:
        return SLOW_PAUSE_SECONDS
    return STORY_PAUSE_SECONDS if prompt.expects in IN_OWN_WORDS else ANSWER_PAUSE_SECONDS


def hints(by_question: Mapping[str, list[str]], expects: str | None) -> str:
    """Return words that are likely in answer to a question, as the recognition takes them."""
    own = by_question.get(_HINTS_OF.get(expects or "", expects or ""), [])
    return ", ".join(dict.fromkeys([*own, *by_question["always"]]))


def _hints_for_all(languages: Iterable[str]) -> str:
    """Return what is likely in answer to any question: within a session it cannot be told anew for each."""
    packs = [pack(language, "voice")["hints"] for language in languages]
    likely = (word for by_question in packs for words in by_question.values() for word in words)
    return ", ".join(dict.fromkeys(likely))


def _say(into: VoiceResponse | Gather, prompt: Prompt) -> None:
    for line in prompt.lines:
        spoken(into.say, line, prompt.slow)


def spoken(say: Callable[..., Say], line: Line, slow: bool = False) -> None:
    """Say a line in the voice of its language."""
    speaker = pack(line.language, "voice")["speaker"]
    spans, begun = speech(line.text, line.language), False
    said: Any = None
    length = 0
    for span in spans:
        if not begun or length + len(span.text) > MOST_CHARACTERS:
            outer = say(voice=speaker["voice"], language=speaker["language"])
            said = outer.prosody(rate=SLOW_RATE) if slow else outer
            begun, length = True, 0
        length += len(span.text)
        if span.how == "words":
            said.append(f"{span.text.rstrip()} ")
        else:
            said.say_as(span.text, interpret_as="spell-out" if span.how == "letters" else "digits")
            if span.pause:
                said.break_(time="400ms" if slow else "250ms")


def _at(address: str, turn: int, why: str | None = None, tries: int = 0) -> str:
    query = {"turn": str(turn), **({"for": why} if why else {}), **({"tries": str(tries)} if tries else {})}
    return f"{address}?{urlencode(query)}"
