"""What a courier is, and the ways in which a notice may fail to go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.cases.conversation import SENT, Notice

LATER, UNKNOWN, NEVER = "later", "unknown", "never"
"""Outlooks of what failed: surely not sent and worth another try; perhaps sent; surely never to be sent this way."""

NO_MOBILE, OPTED_OUT = "no_mobile", "opted_out"
"""Reasons that decide on what happens next; any other reason is kept as it came."""


class Courier(Protocol):
    """Takes a notice out of the house."""

    def __call__(self, notice: Notice, /) -> str | None:
        """Deliver it and return the carrier's id of it where there is one; raises NotDelivered."""
        ...


class NotDelivered(Exception):
    """A notice that did not go out; `reason_code` says why without saying to whom.

    `wait_seconds` is how long the carrier asked us to wait at least.
    """

    def __init__(self, reason_code: str, outlook: str = LATER, wait_seconds: float = 0) -> None:
        super().__init__(reason_code)
        self.reason_code, self.outlook, self.wait_seconds = reason_code, outlook, wait_seconds


@dataclass(frozen=True)
class Trace:
    """A notice that the carrier has: its id of it, and what became of it as far as that is known."""

    carrier_id: str
    delivery: str = SENT
    reason_code: str | None = None


@runtime_checkable
class LeavesTraces(Protocol):
    """A courier that can look up what was sent, so that what may have gone out is never sent blindly again."""

    def traces(self, notice: Notice) -> Sequence[Trace]:
        """Return what was sent that may be this very notice, the oldest first; raises NotDelivered."""
        ...
