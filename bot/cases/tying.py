"""Cases that belong together: related ones, and those that tell of the same thing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases.case import COMES_BACK_WITHIN, Case
from bot.cases.errors import CaseError

RELATED, DUPLICATE = "related", "duplicate"

KINDS = (RELATED, DUPLICATE)
"""A duplicate tells of the same thing as the other one; related cases only have to do with each other."""


class TieRefused(CaseError):
    """Two cases cannot be tied so; `code` says why."""


@dataclass(frozen=True)
class Tie:
    """That one case belongs with another, as `by` has said; a duplicate is one of the `other`."""

    tracking_number: str
    other: str
    kind: str
    at: datetime
    by: str


def tie(case: Case, other: Case, kind: str, at: datetime, by: str) -> Tie:
    """Tie a case to another and return the tie; both keep that in their history. Raises TieRefused for itself."""
    if case.tracking_number == other.tracking_number:
        raise TieRefused("itself")
    if kind not in KINDS:
        raise TieRefused("move_not_allowed", kind)
    case.note(at, by, f"linked_{kind}", other.tracking_number)
    other.note(at, by, f"linked_{RELATED}" if kind == RELATED else "has_duplicate", case.tracking_number)
    return Tie(case.tracking_number, other.tracking_number, kind, at, by)


def come_back(case: Case, earlier: Case, at: datetime) -> None:
    """Note that the customer has come back about an earlier case, where that is not long ago."""
    if case.opened_at - earlier.opened_at <= COMES_BACK_WITHIN:
        case.recontact_of = earlier.tracking_number
        case.note(at, "customer", "came_back", earlier.tracking_number)
