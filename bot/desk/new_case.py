"""Agents open cases themselves: for a letter, an e-mail, whoever walks in, or a call that did not come to us."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from bot.cases.agent import AGENT
from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.lodging import CHANNELS, LETTER, Lodging, LodgingRefused
from bot.cases.tracking import find_tracking_number
from bot.desk import access, pages
from bot.desk.access import SignedIn
from bot.desk.answering import go, wording_for, zone_of
from bot.desk.attaching import MOST_FILES_AT_ONCE, attach_all, must_fit
from bot.desk.cases import case_page
from bot.desk.fields import LONGEST_TEXT, Fields, issues
from bot.evidence import NotTaken
from bot.gateway.services import services
from bot.languages import LANGUAGES
from bot.lodging import circumstances_told, dangers_told, earlier_cases, lodge
from bot.provider import profile
from bot.reading.circumstances import CIRCUMSTANCES
from bot.reading.safety import DANGERS

router = APIRouter(prefix="/desk/cases/new", include_in_schema=False)

NATURES, EVENTS = 3, 4
"""So many of each fit on the form; more are added on the case."""

_MOST_FIELDS = 80


@dataclass(frozen=True)
class _Shown:
    """What the form shows: what was typed, the boxes that the story ticks, and earlier cases of the customer.

    `again` tells that files were chosen, which a browser keeps only until the form is sent.
    """

    typed: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)
    earlier: list[Case] = field(default_factory=list)
    again: bool = False


@router.get("")
async def form(request: Request) -> Response:
    """Show the form to open a case with."""
    who = await access.signed_in(request, AGENT)
    today = services(request).now().astimezone(zone_of(request)).date()
    typed = {
        "channel": LETTER,
        "received_on": today.isoformat(),
        "language": who.agent.language,
        "form_id": token_hex(16),
    }
    return _page(request, who, _Shown(typed))


@router.post("")
async def send(request: Request) -> Response:
    """Open a case, after what the story tells and earlier cases of the same customer were shown once."""
    await must_fit(request)
    who, typed, files = await access.posted_with_files(request, AGENT, _MOST_FIELDS, MOST_FILES_AT_ONCE)
    fields, parts = Fields(typed), services(request)
    lodging = _lodging(fields, parts.now().astimezone(zone_of(request)))
    earlier = await to_thread(earlier_cases, parts.store, lodging.complaint)
    told = _told(lodging) if typed.get("reviewed") != "yes" else {}
    shown = _Shown({**typed, **told}, told, earlier, again=bool(files))
    if fields.problems:
        return _page(request, who, shown, fields.problems)
    if typed.get("reviewed") != "yes" and (told or earlier):
        return _page(request, who, shown)
    return await _opened(request, who, shown, lodging, files)


async def _opened(
    request: Request, who: SignedIn, shown: _Shown, lodging: Lodging, files: list[UploadFile]
) -> Response:
    parts = services(request)
    operator, form_id = (
        profile(parts.settings.provider),
        shown.typed.get("form_id", "")[:64] or token_hex(16),
    )
    try:
        number = await to_thread(lodge, parts.store, operator, who.agent, lodging, form_id, parts.now())
    except LodgingRefused as refused:
        place = "received_on" if refused.code == "lies_ahead" else "narrative"
        return _page(request, who, shown, {place: refused.code})
    except LookupError:
        return _page(request, who, shown, {"earlier": "no_case"})
    try:
        await attach_all(parts, who.agent, number, files)
    except NotTaken as refused:
        # The case is open all the same; its page says which file it lacks, and takes another one.
        return await case_page(request, who, number, f"file_{refused.reason}")
    letters = await to_thread(_letters, request, number)
    return go(f"/desk/cases/{number}/letters/1" if letters else f"/desk/cases/{number}")


def _letters(request: Request, number: str) -> int:
    with services(request).store.view() as unit:
        return sum(notice.kind == LETTER for notice, _ in unit.outbox.of_case(number))


def _lodging(fields: Fields, now: datetime) -> Lodging:
    """Read the form; what cannot be read stands in `fields.problems`."""
    narrative = fields.text("narrative", LONGEST_TEXT)
    if narrative is None:
        fields.problems["narrative"] = "untold"
    complaint = Complaint(
        narrative or "",
        fields.natures("nature", NATURES),
        fields.text("remedy", LONGEST_TEXT),
        [event for number in range(EVENTS) if (event := fields.event(f"event_{number}"))],
        amounts=fields.sums("amounts"),
        account_number=fields.text("account_number"),
        name=fields.text("name"),
        phone=fields.phone("phone"),
        email=fields.email("email"),
        address=fields.text("address"),
        postal_code=fields.text("postal_code"),
        represented=fields.text("represented"),
        circumstances=fields.ticked("circumstance", CIRCUMSTANCES),
    )
    return Lodging(
        complaint,
        fields.one_of("channel", CHANNELS),
        fields.day("received_on") or now.date(),
        fields.one_of("language", tuple(LANGUAGES)),
        fields.ticked("danger", DANGERS),
        find_tracking_number(fields.typed.get("earlier", "")),
    )


def _told(lodging: Lodging) -> dict[str, str]:
    """Return the boxes that the story would have ticked and the agent has not."""
    story = lodging.complaint.narrative
    dangers = [f"danger_{name}" for name in dangers_told(story) if name not in lodging.dangers]
    weighing = set(circumstances_told(story)) - {*lodging.complaint.circumstances}
    return dict.fromkeys([*dangers, *(f"circumstance_{name}" for name in sorted(weighing))], "yes")


def _page(
    request: Request, who: SignedIn, shown: _Shown, problems: Mapping[str, str] | None = None
) -> Response:
    html = pages.new_case_page(
        wording_for(request, who),
        who,
        typed=shown.typed,
        problems=problems or {},
        told=shown.told,
        earlier=shown.earlier,
        again=shown.again,
        issues=issues(),
        natures=NATURES,
        events=EVENTS,
    )
    return pages.page(html, 409 if problems else 200)
