"""A telephone call: what was said and heard in it so far, and the rules for silence and for words heard badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

RINGING, FAILED, TAKEN = "ringing", "failed", "taken"
IN_LINE, CALL_BACK = "in_line", "call_back"
"""What became of putting the caller through to a person: who waits in line may choose to be called back instead."""

OFFERED, LEFT = "offered", "left"
"""What is known of a recorded message for whoever calls back."""

ASKED_FOR, DECLINED = "asked_for", "declined"
"""What is known of a recording: the carrier was asked for one, or the caller wants none."""


@dataclass
class Call:
    """One call. `sid` is the carrier's id of it, `caller` None for a withheld number; it names nobody and proves nothing.

    `turn` numbers what the caller is to say next, `awaits` is the message whose answer is to be said; of that answer
    the messages up to number `said_to` were said while the rest was waited for. `silences` and `unsure` count in a row
    how often nothing, or little, was heard; `heard` waits for the caller's yes. `texts_wanted` is False once the caller
    wants no texts. `queue` is the carrier's id of the line that the caller waits in, `place_told_at` when they last heard
    how they stand there; `voicemail` tells of a recorded message. `told` is what the latest step was answered with where
    no message says so: to whoever did not get that answer it is given again.
    """

    sid: str
    conversation_id: str
    caller: str | None
    called: str | None
    started_at: datetime
    last_at: datetime
    language_chosen: bool = False
    turn: int = 1
    awaits: str | None = None
    said_to: int = 0
    silences: int = 0
    unsure: int = 0
    heard: str | None = None
    slow: bool = False
    texts_wanted: bool = True
    transfer: str | None = None
    recording: str | None = None
    queue: str | None = None
    place_told_at: datetime | None = None
    voicemail: str | None = None
    told: str | None = None
    ended_at: datetime | None = None

    def hears(self, now: datetime) -> None:
        """Begin the next turn: the caller was heard."""
        self.turn += 1
        self.silences = self.unsure = 0
        self.heard = None
        self.last_at = now

    def hears_nothing(self, now: datetime) -> str:
        """Count a silence and return what comes of it: the question `again`, the `keypad`, an `offer`, or the `end`."""
        self.turn += 1
        self.silences += 1
        self.last_at = now
        return LADDER[min(self.silences, len(LADDER)) - 1]

    def hears_little(self, words: str, now: datetime) -> str:
        """Keep words heard badly and return what comes of it: to `confirm` them, the `keypad`, an `offer`, or the `end`."""
        self.turn += 1
        self.unsure += 1
        self.heard = words if self.unsure == 1 else None
        self.last_at = now
        return UNSURE_LADDER[min(self.unsure, len(UNSURE_LADDER)) - 1]

    def hears_no_meaning(self, now: datetime) -> str:
        """Count a key that stands for nothing as words heard badly, of which nothing waits for a yes."""
        step = self.hears_little("", now)
        self.heard = None
        return step

    @property
    def was_offered_a_way_out(self) -> bool:
        """Whether the caller was offered a person or a text after much silence, and may pick one."""
        return self.silences >= LADDER.index("offer") + 1 or self.unsure >= UNSURE_LADDER.index("offer") + 1


LADDER = ("again", "keypad", "offer", "end")
"""What comes of the first silence in a row, of the second, and so on; a call never loops."""

UNSURE_LADDER = ("confirm", "keypad", "offer", "offer", "offer", "end")
"""What comes of words heard badly, so many in a row: a television in the background keeps no call open for ever."""

LOST_AFTER = timedelta(minutes=15)
TALK_LOST_AFTER = timedelta(hours=5)
"""A call of which nothing is heard for so long has ended without our being told; people talk with each other for longer."""

YES_OR_NO = frozenset(
    """confirm check offer satisfied person complaint_or_fault file_now sure_to_drop sure_to_start_over
    sure_to_withdraw same_or_new next_step""".split()
)
PICKED = frozenset(
    "service nature event language which_date gap code account tracking_number proof contact".split()
)
SURE_ENOUGH = {**dict.fromkeys(YES_OR_NO, 0.6), **dict.fromkeys(PICKED, 0.45)}
STORY_SURE_ENOUGH = 0.3
"""How sure the recognition has to be to be believed, by the question: a story bears a wrong word, a yes does not."""


def is_sure(question: str | None, confidence: float | None) -> bool:
    """Say whether words heard with this confidence (0 to 1) are an answer; None counts as sure: it was not measured."""
    return confidence is None or confidence >= SURE_ENOUGH.get(question or "", STORY_SURE_ENOUGH)
