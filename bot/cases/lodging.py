"""Complaints that reach us outside the product, by letter or at a counter, and that an agent puts on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.cases.case import P1, P2, Case
from bot.cases.complaint import Complaint
from bot.cases.errors import CaseError
from bot.cases.promises import Calendar, Promise, due_in_business_days

LETTER, EMAIL, IN_PERSON, PHONE = "letter", "email", "in_person", "phone"

CHANNELS = (LETTER, EMAIL, IN_PERSON, PHONE)
"""How a complaint reaches an agent; none of them can be answered in a conversation of ours."""

IN_WRITING = frozenset({LETTER, EMAIL})
"""Whoever wrote is not waiting at the other end when we answer."""

ACKNOWLEDGEMENT = "acknowledgement"

TIME_FRAMES = {"update": "update_every", "answer": "resolution", ACKNOWLEDGEMENT: "acknowledge"}
"""What is promised with every such case, each by the name of its time frame in the operator's profile."""


class LodgingRefused(CaseError):
    """A complaint cannot be put on record so; `code` says why."""


@dataclass(frozen=True)
class Lodging:
    """What an agent puts on record: the complaint, how and on which day it reached us, and which dangers it tells of.

    `earlier` is the tracking number of a case that it belongs with.
    """

    complaint: Complaint
    channel: str
    received_on: date
    language: str
    dangers: tuple[str, ...] = ()
    earlier: str | None = None


def open_case(
    lodging: Lodging,
    tracking_number: str,
    by: str,
    now: datetime,
    days: Mapping[str, int],
    calendar: Calendar,
) -> Case:
    """Return the case of what was lodged, with its promises; raises LodgingRefused.

    Only the story is needed: whatever else is missing can be added later. The time frames count from the day on which
    the complaint reached us, as those of letters do.
    """
    if not lodging.complaint.told:
        raise LodgingRefused("untold")
    if lodging.received_on > now.astimezone(calendar.timezone).date():
        raise LodgingRefused("lies_ahead")
    case = Case(
        tracking_number=tracking_number,
        complaint=lodging.complaint,
        language=lodging.language,
        channel=lodging.channel,
        opened_at=now,
        received_on=lodging.received_on,
        account_number=lodging.complaint.account_number,
    )
    case.note(now, by, "opened")
    _weigh(case, lodging, by, now)
    for what, time_frame in TIME_FRAMES.items():
        case.promise(Promise(what, due(lodging.received_on, now, days[time_frame], calendar)), now)
    return case


def due(received_on: date, now: datetime, days: int, calendar: Calendar) -> datetime:
    """Return closing time of the business day that lies so many of them after the day of receipt.

    What lay here so long that the day has gone by is promised for the next business day: nobody can promise the past.
    """
    received = datetime.combine(received_on, time.min, calendar.timezone)
    return max(due_in_business_days(received, days, calendar), due_in_business_days(now, 1, calendar))


def _weigh(case: Case, lodging: Lodging, by: str, now: datetime) -> None:
    circumstances = lodging.complaint.circumstances
    if circumstances:
        case.raise_priority(P2)
        case.note(now, by, "circumstances", ", ".join(circumstances))
    for danger in lodging.dangers:
        case.raise_priority(P1)
        case.tell_of_danger(f"safety: {danger}", now, by)
