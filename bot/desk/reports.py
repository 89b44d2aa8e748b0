"""Reports for leads: what a period looked like, and the same to be taken along as spreadsheets."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from bot.cases.agent import LEAD
from bot.cases.audit import EXPORTED
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import wording_for, zone_of
from bot.desk.exports import EXPORTS
from bot.desk.figures import SHEETS, Asked, Figures, csv_rows
from bot.desk.glance import Wording
from bot.desk.listing import FILTERS
from bot.desk.sheets import csv_lines
from bot.gateway.services import Services, services
from bot.languages import pack

router = APIRouter(prefix="/desk/reports", include_in_schema=False)

NARROWED_BY = ("channel", "language", "category")
MOST_YEARS = 5
USUAL = timedelta(days=29)
_SAVED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class NotAPeriod(ValueError):
    """Two days make no period; the message is the code of why."""


@router.get("")
async def report(request: Request) -> Response:
    """Show the report of a period; one that is none is told why, and what was typed stays."""
    who = await access.signed_in(request, LEAD)
    parts, zone = services(request), zone_of(request)
    wording, today = wording_for(request, who), parts.now().astimezone(zone).date()
    typed = {name: request.query_params.get(name, "")[:20] for name in ("from", "to")}
    words = pack(wording.language, "reports")
    try:
        asked, problem = asked_for(request.query_params, today), None
        values = await to_thread(_read, parts, asked, wording, zone)
    except NotAPeriod as why:
        asked, problem, values = _narrowed(request.query_params, today - USUAL, today), str(why), {}
    html = pages.report_page(
        wording,
        who,
        **values,
        report=words,
        asked=asked,
        typed=typed if problem else {"from": asked.first.isoformat(), "to": asked.last.isoformat()},
        problem=words["problems"][problem].format(years=MOST_YEARS) if problem else None,
        filters={name: FILTERS[name] for name in NARROWED_BY},
        presets={name: _address("", _with_days(asked, *days)) for name, days in presets(today).items()},
        address=lambda name: _address(name, asked),
        exports=list(EXPORTS),
    )
    return pages.page(html, 422 if problem else 200)


@router.get("/{file}")
async def taken_along(file: str, request: Request) -> Response:
    """Return one table of a report as a spreadsheet, or one of the lists that are taken along."""
    who = await access.signed_in(request, LEAD)
    parts, zone = services(request), zone_of(request)
    name, _, kind = file.rpartition(".")
    if file not in EXPORTS and (name not in SHEETS or kind != "csv"):
        raise Forbidden("not_found", who.agent.language)
    try:
        asked = asked_for(request.query_params, parts.now().astimezone(zone).date())
    except NotAPeriod:
        raise Forbidden("not_found", who.agent.language) from None
    await to_thread(_record, parts, who, file, asked)
    if file in EXPORTS:
        lines = EXPORTS[file](parts.store, asked, zone)
    else:
        wording = wording_for(request, who)
        lines = await to_thread(_sheet_lines, parts, name, asked, wording, zone)
    disposition = {"Content-Disposition": f'attachment; filename="{name}_{asked.first}_{asked.last}.{kind}"'}
    return StreamingResponse(lines, media_type=_TYPES[kind], headers=_SAVED | disposition)


def asked_for(query: Mapping[str, str], today: date) -> Asked:
    """Return what an address asks for; a value that no filter has narrows nothing. Raises NotAPeriod."""
    first, last = (_day(query.get(name, "")) for name in ("from", "to"))
    last = last or (first and max(first, today)) or today
    first = first or last - USUAL
    if first > last:
        raise NotAPeriod("backwards")
    if (last - first).days > MOST_YEARS * 366:
        raise NotAPeriod("too_long")
    return _narrowed(query, first, last)


def presets(today: date) -> dict[str, tuple[date, date]]:
    """Return the periods that are asked for most, up to today."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return {
        "last_7": (today - timedelta(days=6), today),
        "last_30": (today - USUAL, today),
        "this_month": (month, today),
        "last_month": (before.replace(day=1), before),
        "this_year": (today.replace(month=1, day=1), today),
    }


def _narrowed(query: Mapping[str, str], first: date, last: date) -> Asked:
    chosen = {name: query[name] for name in NARROWED_BY if query.get(name) in FILTERS[name]}
    return Asked(first, last, **chosen)


def _with_days(asked: Asked, first: date, last: date) -> Asked:
    return Asked(first, last, asked.channel, asked.language, asked.category)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise NotAPeriod("no_date") from None
    if day is not None and not 2000 <= day.year <= 2999:
        raise NotAPeriod("no_date")
    return day


def _address(name: str, asked: Asked) -> str:
    """Return where a report, or one of its files, is."""
    query = {"from": asked.first, "to": asked.last} | {
        each: value for each in NARROWED_BY if (value := getattr(asked, each))
    }
    return f"/desk/reports{'/' if name else ''}{name}?{urlencode(query)}"


def _read(parts: Services, asked: Asked, wording: Wording, zone: ZoneInfo) -> dict[str, Any]:
    with parts.store.view() as unit:
        figures = Figures(unit, asked, wording, zone, parts.now())
        return {"sheets": figures.all(), "shown": figures.shown, "count": figures.cases}


def _sheet_lines(parts: Services, name: str, asked: Asked, wording: Wording, zone: ZoneInfo) -> Iterator[str]:
    with parts.store.view() as unit:
        sheet = SHEETS[name](Figures(unit, asked, wording, zone, parts.now()))
    heads = [column.head for column in sheet.columns]
    return csv_lines(heads, csv_rows(sheet))


def _record(parts: Services, who: SignedIn, file: str, asked: Asked) -> None:
    with parts.store.unit() as unit:
        unit.audit.add(parts.now(), EXPORTED, who.agent.id, f"{file} {asked.first}/{asked.last}")
