"""The list of cases: what its address asks for, the views of it, and how many cases are in each."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from bot.cases import audit, lodging
from bot.cases.case import P1, P2, P3
from bot.cases.complaint import CATEGORIES
from bot.cases.status import STATUSES
from bot.cases.tracking import find_tracking_number
from bot.cases.views import View, may_remove
from bot.desk import pages
from bot.desk.access import SignedIn
from bot.desk.answering import wording_for, zone_of
from bot.desk.reasons import known_to
from bot.gateway.services import services
from bot.handoff import looked_at
from bot.languages import LANGUAGES
from bot.store import Unit
from bot.store.case_lists import Listed, Wanted

PAGE = 50
CHANNELS = ("web", "sms", "voice", *lodging.CHANNELS)
FILTERS = {
    "status": STATUSES,
    "priority": (P1, P2, P3),
    "category": CATEGORIES,
    "channel": CHANNELS,
    "language": tuple(LANGUAGES),
}
"""What lists are narrowed by, each with the values it may have."""

USUAL = {
    "mine": "mine=yes",
    "assigned": "assigned=yes",
    "due": "due=yes",
    "escalated": "status=escalated",
    "waiting": "status=waiting_for_customer",
}
"""The views that everybody has, by the names of their words."""

LONGEST_SEARCH = 200
MOST_COUNTED = 100
"""Nobody reads further than that there are so many, and counting more takes time."""


@dataclass(frozen=True)
class Shown:
    """A view as a link: its name, its query and how many cases there are, with what it was kept as if it was."""

    name: str
    query: str
    count: int
    view: View | None = None
    may_remove: bool = False


async def list_page(
    request: Request,
    who: SignedIn,
    asked: Mapping[str, str],
    refused: str | None = None,
    name: str = "",
) -> Response:
    """Return the list that is asked for; `refused` says why it could not be kept under a `name`."""
    wanted, after = asked_for(request, who, asked), find_tracking_number(asked.get("after", ""))
    wording, parts = wording_for(request, who), services(request)
    store = parts.store

    def read() -> tuple[list[Listed], list[Shown], set[str]]:
        with store.view() as unit:
            usual = [(str(wording.work["views"][key]), query, None) for key, query in USUAL.items()]
            kept = [(view.name, view.query, view) for view in unit.views.of_agent(who.agent.id)]
            views = [_counted(unit, request, who, *each) for each in (*usual, *kept)]
            found = unit.case_lists.find(wanted, after, PAGE + 1)
            matters = unit.matters.of_cases([line.tracking_number for line in found])
            return found, views, known_to(unit, who, parts, matters)

    found, views, known = await to_thread(read)
    await to_thread(looked_at, store, parts.now(), audit.CASES_LISTED, who.agent, audit.CASES)
    shown, query = found[:PAGE], _query(wanted)
    html = pages.case_list_page(
        wording,
        who,
        wanted=wanted,
        filters=FILTERS,
        lines=shown,
        known=known,
        following=_address(wanted, shown[-1].tracking_number) if len(found) > PAGE else None,
        first=_address(wanted, None) if after else None,
        views=views,
        query=query,
        most=MOST_COUNTED,
        problem=wording.error(refused) if refused else None,
        typed_name=name,
    )
    return pages.page(html, 409 if refused else 200)


def asked_for(request: Request, who: SignedIn, asked: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; a value that no filter has narrows nothing."""
    chosen = {name: asked[name] for name, values in FILTERS.items() if asked.get(name) in values}
    return Wanted(
        search=asked.get("q", "").strip()[:LONGEST_SEARCH],
        escalated=asked.get("escalated") == "yes",
        urgent_first=asked.get("order") == "urgent",
        due_before=_tomorrow(request) if asked.get("due") == "yes" else None,
        assigned_to=who.agent.id if asked.get("assigned") == "yes" else None,
        acted_by=who.agent.id if asked.get("mine") == "yes" else None,
        **chosen,
    )


def query_of(request: Request, who: SignedIn, asked: Mapping[str, str]) -> str:
    """Return what an address asks for as it is always written, without anything else that stands there."""
    return _query(asked_for(request, who, asked))


def _counted(unit: Unit, request: Request, who: SignedIn, name: str, query: str, view: View | None) -> Shown:
    count = unit.case_lists.count(asked_for(request, who, QueryParams(query)), MOST_COUNTED)
    return Shown(name, query, count, view, view is not None and may_remove(view, who.agent))


def _tomorrow(request: Request) -> datetime:
    zone = zone_of(request)
    today = services(request).now().astimezone(zone).date()
    return datetime.combine(today + timedelta(days=1), time.min, zone)


def _query(wanted: Wanted, after: str | None = None) -> str:
    asked = {
        "q": wanted.search,
        **{name: getattr(wanted, name) for name in FILTERS},
        **{
            name: "yes" if is_asked else None
            for name, is_asked in (
                ("escalated", wanted.escalated),
                ("due", wanted.due_before),
                ("assigned", wanted.assigned_to),
                ("mine", wanted.acted_by),
            )
        },
        "order": "urgent" if wanted.urgent_first else None,
        "after": after,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _address(wanted: Wanted, after: str | None) -> str:
    """Return where a page of a list is."""
    return "?".join(filter(None, ["/desk/cases", _query(wanted, after)]))
