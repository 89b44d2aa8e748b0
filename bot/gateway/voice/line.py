"""TwiML of the line: what callers hear who wait for a person, and what those hear who take their calls."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from bot.gateway.voice.prompts import Line
from bot.gateway.voice.twiml import spoken

QUIET_SECONDS = 28
"""So long nothing is said to whoever waits, and keys are listened for."""

DEQUEUE_SECONDS = 10


def waiting(lines: Sequence[Line], address: str) -> str:
    """Return what is said to whoever waits in line; it is asked for again when the quiet after it ends."""
    response = VoiceResponse()
    gather = Gather(
        input="dtmf", num_digits=1, timeout=QUIET_SECONDS, action=f"{address}/wait?key=yes", method="POST"
    )
    for line in lines:
        spoken(gather.say, line)
    response.append(gather)
    response.redirect(f"{address}/wait", method="POST")
    return str(response)


def leaving() -> str:
    """Return what lets a caller out of the line."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def connecting(line: Line | None) -> str:
    """Return what a caller hears before a person does."""
    response = VoiceResponse()
    if line is not None:
        spoken(response.say, line)
    return str(response)


def ringing(line: Line | None, address: str, key: str) -> str:
    """Return what an agent hears who answers: nothing of the case, for a mailbox may listen."""
    return _asked_for_a_key(line, f"{address}/agent?{urlencode({'ring': key, 'key': 'yes'})}")


def joining(lines: Sequence[Line], queue: str | None, address: str, key: str) -> str:
    """Return what connects an agent with whoever waits in a line, or tells them that nobody does."""
    response = VoiceResponse()
    for line in lines:
        spoken(response.say, line)
    if queue is not None:
        over = f"{address}/agent/over?{urlencode({'ring': key})}"
        dial = Dial(action=over, method="POST", timeout=DEQUEUE_SECONDS)
        dial.queue(queue, url=f"{address}/connecting", method="POST")
        response.append(dial)
    response.hangup()
    return str(response)


def whisper(line: Line | None, address: str, sid: str) -> str:
    """Return what a person hears before the caller: who takes the call presses a key, so that no machine takes it."""
    return _asked_for_a_key(line, f"{address}/whisper?{urlencode({'accepts': sid})}")


def connected(is_taken: bool) -> str:
    """Return the answer to the key of whoever takes the call: an empty one connects them."""
    response = VoiceResponse()
    if not is_taken:
        response.hangup()
    return str(response)


def _asked_for_a_key(line: Line | None, action: str) -> str:
    response = VoiceResponse()
    if line is not None:
        gather = Gather(input="dtmf", num_digits=1, timeout=10, action=action, method="POST")
        for _ in range(2):
            spoken(gather.say, line)
        response.append(gather)
    response.hangup()
    return str(response)
