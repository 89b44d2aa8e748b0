"""What is said to a caller, and what is then listened for, before any markup of the carrier's."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from bot.cases.conversation import Choice

LISTEN, HOLD, TRANSFER, HANG_UP = "listen", "hold", "transfer", "hang_up"
ENQUEUE, RECORD = "enqueue", "record"

ELSEWHERE = frozenset({TRANSFER, ENQUEUE, RECORD, HANG_UP})
"""What the carrier does by itself: a conversation over a WebSocket ends before it."""

NUMBERS = frozenset({"account", "code", "tracking_number", "proof", "contact"})
"""Questions whose answers may be keyed in; the pound key ends them."""

USUAL_SECONDS, SLOW_SECONDS, PATIENT_SECONDS = 7, 12, 45
"""How long a caller may think: usually, when we are to be slow or hear badly, and when they asked us to wait."""


@dataclass(frozen=True)
class Line:
    """Something said aloud: plain words of one language."""

    text: str
    language: str


@dataclass(frozen=True)
class Prompt:
    """What one step of a call says, and what comes then: it will listen, hold, transfer, put
    the caller in line, record a message, or hang up.

    `turn` numbers the answer that is listened for; `expects` and `choices` belong to the question that is open.
    `keypad` tells that speech was heard badly, so that longer numbers are keyed in where they usually are not;
    `is_patient` that the caller asked us to wait. `tries` counts how often an answer was held for; `queue` names
    the line that the caller waits in, and `offers_message` tells that a message may be left.
    """

    language: str
    lines: tuple[Line, ...]
    turn: int
    then: str = LISTEN
    expects: str | None = None
    choices: tuple[Choice, ...] = ()
    slow: bool = False
    keypad: bool = False
    is_patient: bool = False
    tries: int = 0
    queue: str = ""
    offers_message: bool = False

    @property
    def takes_numbers(self) -> bool:
        """Whether more than one key may be pressed in answer."""
        return self.expects in NUMBERS or (self.keypad and self.expects == "event")

    @property
    def patience(self) -> int:
        """How many seconds the caller may think before it counts as silence."""
        if self.is_patient:
            return PATIENT_SECONDS
        return SLOW_SECONDS if self.slow or self.keypad else USUAL_SECONDS


def kept(prompt: Prompt) -> str:
    """Return a prompt in the form in which it is kept with its call."""
    return json.dumps(asdict(prompt), ensure_ascii=False)


def restored(text: str) -> Prompt:
    """Return the prompt that was kept."""
    facts = json.loads(text)
    facts["lines"] = tuple(Line(**line) for line in facts["lines"])
    facts["choices"] = tuple(Choice(**choice) for choice in facts["choices"])
    return Prompt(**facts)
