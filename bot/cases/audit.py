"""The record of who saw and did what at the desk: each entry holds the hash of all before it, so a change shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

SIGNED_IN, SIGN_IN_REFUSED, SIGNED_OUT = "signed_in", "sign_in_refused", "signed_out"
OPENED, CLAIMED, SAID, HANDED_BACK, RELEASED = "opened", "claimed", "said", "handed_back", "released"
CASE_OPENED, NOTED, STEPPED = "case_opened", "noted", "stepped"
LODGED, ATTACHED, POSTED, CORRECTED, ASSIGNED = "lodged", "attached", "posted", "corrected", "assigned"
LINKED, UNLINKED, MERGED, SPLIT = "linked", "unlinked", "merged", "split"
DOWNLOADED, EXPORTED = "downloaded", "exported"
RETRIED = "retried"
OVERRODE = "overrode"
VIEW_KEPT, VIEW_REMOVED = "view_kept", "view_removed"
WRITTEN, WROTE_ANYWAY = "written", "wrote_anyway"
OFFER_MADE, OFFER_ASKED, OFFER_DECIDED = "offer_made", "offer_asked", "offer_decided"
OFFER_ANSWERED = "offer_answered"
CASE_ESCALATED, CASE_REFERRED, SCHEME_NUMBER_KEPT = "case_escalated", "case_referred", "scheme_number_kept"
REVIEW_TAKEN = "review_taken"
WRAPPED_UP = "wrapped_up"
MACRO_ADDED, MACRO_CHANGED, MACRO_REMOVED = "macro_added", "macro_changed", "macro_removed"
CODE_REFUSED = "code_refused"
ADDED, CHANGED, DISABLED, ENABLED = "agent_added", "agent_changed", "agent_disabled", "agent_enabled"
SESSIONS_ENDED, LINK_MADE, PASSWORD_SET = "sessions_ended", "password_link_made", "password_set"
SECOND_STEP_ON, SECOND_STEP_OFF = "second_step_on", "second_step_off"
SECOND_STEP_RESET = "second_step_reset"
GAVE_REASON, QUEUE_SEEN, CASES_LISTED = "gave_reason", "queue_seen", "cases_listed"

CASE_WORK = (LODGED, ATTACHED, POSTED, CORRECTED, ASSIGNED, LINKED, UNLINKED, MERGED, SPLIT)
DECISIONS = (
    *(WRITTEN, WROTE_ANYWAY, OFFER_MADE, OFFER_ASKED, OFFER_DECIDED, OFFER_ANSWERED),
    *(CASE_ESCALATED, CASE_REFERRED, SCHEME_NUMBER_KEPT, REVIEW_TAKEN),
)
ABOUT_CONVERSATIONS = (OPENED, CLAIMED, SAID, HANDED_BACK, RELEASED, OVERRODE, WRAPPED_UP)
ACTS_ON_CASES = (NOTED, STEPPED, *CASE_WORK, *DECISIONS)
"""What agents do with a case, beside looking at it."""

ABOUT_CASES = (CASE_OPENED, *ACTS_ON_CASES)

ABOUT_MACROS = (MACRO_ADDED, MACRO_CHANGED, MACRO_REMOVED)
ABOUT_AGENTS = (
    *(CODE_REFUSED, ADDED, CHANGED, DISABLED, ENABLED, SESSIONS_ENDED, LINK_MADE, PASSWORD_SET),
    *(SECOND_STEP_ON, SECOND_STEP_OFF, SECOND_STEP_RESET),
)
"""What the subject of a deed is; a download's is the piece of evidence, an export's what was taken, the others have none."""

DEEDS = (
    *(SIGNED_IN, SIGN_IN_REFUSED, SIGNED_OUT),
    *ABOUT_CONVERSATIONS,
    *ABOUT_CASES,
    *ABOUT_MACROS,
    *(DOWNLOADED, EXPORTED, RETRIED, VIEW_KEPT, VIEW_REMOVED),
    *ABOUT_AGENTS,
    *(GAVE_REASON, QUEUE_SEEN, CASES_LISTED),
)

LOOKS = (OPENED, CASE_OPENED, DOWNLOADED, EXPORTED, GAVE_REASON, QUEUE_SEEN, CASES_LISTED)
"""Deeds that only look; whoever does another one has worked on its subject."""

QUEUE, CASES = "queue", "cases"
"""The subjects of the looks at who waits and at lists of cases."""

STILL_LOOKING = timedelta(minutes=15)
"""Whoever opens a conversation or a case so soon after their last deed there has it before them still."""


@dataclass(frozen=True)
class Head:
    """Where the record ends: how many entries there are, and the hash of the last."""

    number: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Entry:
    """One deed. `agent_id` is None where no agent did it, `subject_id` where it was done to nothing in particular.

    `detail` is why it was done, where that was asked.
    """

    number: int
    at: datetime
    deed: str
    agent_id: str | None
    subject_id: str | None
    hash: str
    detail: str | None = None


def next_entry(
    head: Head,
    at: datetime,
    deed: str,
    agent_id: str | None,
    subject_id: str | None,
    detail: str | None = None,
) -> Entry:
    """Return the entry of a deed that follows the last one."""
    number = head.number + 1
    told = (number, at, deed, agent_id, subject_id)
    return Entry(*told, _hash(head.hash, *told, detail), detail)


def broken_at(entries: Iterable[Entry], head: Head) -> int | None:
    """Return the number of the first entry that is not as it was written, None when all are.

    The head finds what is missing at the end. Whoever rewrites every entry and the head too is found only by a hash
    that was noted elsewhere.
    """
    last = Head()
    for entry in entries:
        if entry != next_entry(last, entry.at, entry.deed, entry.agent_id, entry.subject_id, entry.detail):
            return last.number + 1
        last = Head(entry.number, entry.hash)
    if last.number != head.number:
        return min(last.number, head.number) + 1
    return None if last.hash == head.hash else last.number


def _hash(
    before: str,
    number: int,
    at: datetime,
    deed: str,
    agent: str | None,
    subject: str | None,
    detail: str | None,
) -> str:
    # JSON keeps the fields apart, so that no two entries are written alike; the first entries had no detail.
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [before, number, moment, deed, agent, subject, *([] if detail is None else [detail])]
    return sha256(json.dumps(told).encode()).hexdigest()
