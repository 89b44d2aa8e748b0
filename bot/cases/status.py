"""The states of a case and the moves between them, as one table that can be tested row by row."""

from __future__ import annotations

from bot.cases.errors import MoveNotAllowed

OPEN = "open"
INVESTIGATING = "investigating"
WAITING_FOR_CUSTOMER = "waiting_for_customer"
ESCALATED = "escalated"
ANSWERED = "answered"
RESOLVED = "resolved"
WITHDRAWN = "withdrawn"
REFERRED = "referred"
CLOSED = "closed"

STATUSES = (
    OPEN,
    INVESTIGATING,
    WAITING_FOR_CUSTOMER,
    ESCALATED,
    ANSWERED,
    RESOLVED,
    WITHDRAWN,
    REFERRED,
    CLOSED,
)
ENDED = frozenset({RESOLVED, WITHDRAWN, CLOSED})
"""The statuses in which nothing more is due unless the customer has the case reopened."""

MOVES: dict[str, dict[str, str]] = {
    # move: {from: to}; a move missing for a status is refused
    "investigate": {
        OPEN: INVESTIGATING,
        INVESTIGATING: INVESTIGATING,
        WAITING_FOR_CUSTOMER: INVESTIGATING,
    },
    "ask_customer": {
        OPEN: WAITING_FOR_CUSTOMER,
        INVESTIGATING: WAITING_FOR_CUSTOMER,
        ESCALATED: WAITING_FOR_CUSTOMER,
    },
    "escalate": {
        OPEN: ESCALATED,
        INVESTIGATING: ESCALATED,
        WAITING_FOR_CUSTOMER: ESCALATED,
        ESCALATED: ESCALATED,
        ANSWERED: ESCALATED,
        RESOLVED: ESCALATED,
        REFERRED: ESCALATED,
        CLOSED: ESCALATED,
    },
    "answer": {
        OPEN: ANSWERED,
        INVESTIGATING: ANSWERED,
        WAITING_FOR_CUSTOMER: ANSWERED,
        ESCALATED: ANSWERED,
    },
    # resolved needs the customer's yes: the caller moves here only with it
    "resolve": {
        OPEN: RESOLVED,
        INVESTIGATING: RESOLVED,
        WAITING_FOR_CUSTOMER: RESOLVED,
        ESCALATED: RESOLVED,
        ANSWERED: RESOLVED,
        REFERRED: RESOLVED,
        RESOLVED: RESOLVED,
    },
    "withdraw": {
        OPEN: WITHDRAWN,
        INVESTIGATING: WITHDRAWN,
        WAITING_FOR_CUSTOMER: WITHDRAWN,
        ESCALATED: WITHDRAWN,
        ANSWERED: WITHDRAWN,
        REFERRED: WITHDRAWN,
    },
    "refer": {
        OPEN: REFERRED,
        INVESTIGATING: REFERRED,
        WAITING_FOR_CUSTOMER: REFERRED,
        ESCALATED: REFERRED,
        ANSWERED: REFERRED,
        RESOLVED: REFERRED,
        REFERRED: REFERRED,
        CLOSED: REFERRED,
    },
    "reopen": {
        RESOLVED: INVESTIGATING,
        WITHDRAWN: INVESTIGATING,
        CLOSED: INVESTIGATING,
        ANSWERED: INVESTIGATING,
    },
    # the case that it leads to goes on
    "merge": dict.fromkeys(STATUSES, CLOSED),
    "close": {ANSWERED: CLOSED, RESOLVED: CLOSED, WITHDRAWN: CLOSED, REFERRED: CLOSED},
}


def may_move(status: str, move: str) -> bool:
    """Tell whether a case in this status may make the move."""
    return status in MOVES[move]


def after(status: str, move: str) -> str:
    """Return the status that a move leads to; raises MoveNotAllowed when the table has no such row."""
    if not may_move(status, move):
        raise MoveNotAllowed(status, move)
    return MOVES[move][status]
