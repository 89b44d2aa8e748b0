"""The cases API for desks: one case, and all of them page by page."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.status import STATUSES
from bot.cases.texting import MEDIA
from bot.cases.tracking import is_tracking_number, written
from bot.gateway import case_schemas
from bot.gateway.downloads import evidence_file
from bot.gateway.errors import Refusal
from bot.gateway.schemas import refusals
from bot.gateway.services import services
from bot.gateway.sessions import bearer
from bot.gateway.wire import Json, moment, money
from bot.store import Unit

router = APIRouter(prefix="/api/cases", tags=["Cases"])

PAGE = 50
_TOKEN: Json = {"security": [{"desk token": []}]}


def _must_be_desk(request: Request) -> None:
    expected = services(request).settings.desk_api_token
    given = bearer(request.headers.get("authorization"))
    if expected is None or given is None or not expected.matches(given):
        raise Refusal("unauthorized")


@router.get(
    "/{tracking_number}",
    summary="Read a case",
    response_model=case_schemas.Case,
    responses=refusals("unauthorized", "not_found", "unavailable"),
    openapi_extra=_TOKEN,
)
async def one(tracking_number: str, request: Request) -> JSONResponse:
    """Return everything on record about one complaint."""
    _must_be_desk(request)
    store = services(request).store

    def found() -> Json | None:
        with store.view() as unit:
            case = unit.cases.get(_canonical(tracking_number))
            return case_json(unit, case) if case else None

    body = await to_thread(found) if is_tracking_number(tracking_number) else None
    if body is None:
        raise Refusal("not_found")
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


_FILE: Json = {"schema": {"type": "string", "format": "binary"}, "example": "(the file as it was sent)"}


@router.get(
    "/{tracking_number}/evidence/{evidence_id}",
    summary="Download a piece of evidence",
    response_class=FileResponse,
    responses={
        200: {"description": "The file", "content": dict.fromkeys(MEDIA, _FILE)},
        **refusals("unauthorized", "not_found", "unavailable"),
    },
    openapi_extra=_TOKEN,
)
async def evidence(tracking_number: str, evidence_id: str, request: Request) -> FileResponse:
    """Return a file that the customer sent, to be saved: what strangers sent is never shown inside a page."""
    _must_be_desk(request)
    parts = services(request)

    known = is_tracking_number(tracking_number)
    file = await evidence_file(parts, _canonical(tracking_number), evidence_id) if known else None
    if file is None:
        raise Refusal("not_found")
    return file


@router.get(
    "",
    summary="List cases",
    response_model=case_schemas.CaseList,
    responses=refusals("unauthorized", "invalid", "unavailable"),
    openapi_extra=_TOKEN,
)
async def many(
    request: Request,
    status: Annotated[str, Query(description=f"One of {', '.join(STATUSES)}")] = "",
    after: Annotated[str, Query(description="The `next` of the page before")] = "",
) -> JSONResponse:
    """Return cases in the order they were opened, fifty at a time."""
    _must_be_desk(request)
    if status and status not in STATUSES:
        raise Refusal("invalid", field="status")
    if after and not is_tracking_number(after):
        raise Refusal("invalid", field="after")
    store = services(request).store

    def page() -> Json:
        with store.view() as unit:
            found = unit.cases.find(status or None, _canonical(after) if after else None, PAGE + 1)
            shown = found[:PAGE]
            following = shown[-1].tracking_number if len(found) > PAGE else None
            return {"cases": [case_json(unit, case) for case in shown], "next": following}

    return JSONResponse(await to_thread(page), headers={"Cache-Control": "no-store"})


def _canonical(tracking_number: str) -> str:
    return written("".join(filter(str.isdigit, tracking_number)))


def case_json(unit: Unit, case: Case) -> Json:
    """Return a case as the interface shows it."""
    return {
        "tracking_number": case.tracking_number,
        "status": case.status,
        "priority": case.priority,
        "language": case.language,
        "channel": case.channel,
        "opened_at": moment(case.opened_at),
        "received_on": case.received_on.isoformat() if case.received_on else None,
        "customer": _customer(case),
        "complaint": _complaint(case.complaint),
        "offers": [
            {
                "kind": offer.kind,
                "amount": money(offer.cents),
                "currency": offer.currency,
                "status": offer.status,
                "at": moment(offer.at),
            }
            for offer in case.offers
        ],
        "resolutions": [
            {
                "playbook": tried.playbook,
                "finding": tried.finding,
                "answers": list(tried.answers),
                "outcome": tried.outcome,
                "at": moment(tried.at),
                "ended_at": moment(tried.ended_at),
            }
            for tried in case.resolutions
        ],
        "recontact_of": case.recontact_of,
        "merged_into": case.merged_into,
        "promises": [
            {"what": promise.what, "due_at": moment(promise.due_at), "kept_at": moment(promise.kept_at)}
            for promise in case.promises
        ],
        "notices": [
            {
                "kind": notice.kind,
                "to": notice.to,
                "language": notice.language,
                "text": notice.text,
                "at": moment(notice.at),
                "sent_at": moment(sent_at),
            }
            for notice, sent_at in unit.outbox.of_case(case.tracking_number)
        ],
        "escalations": [
            {"at": moment(wish.at), "language": wish.language, "to": wish.to, "due_at": moment(wish.due_at)}
            for wish in case.escalations
        ],
        "referral": case.referral
        and {
            "at": moment(case.referral.at),
            "scheme": case.referral.scheme,
            "scheme_number": case.referral.scheme_number,
        },
        "handoffs": [
            {"at": moment(handoff.at), "reason": handoff.reason, "taken_at": moment(handoff.taken_at)}
            for handoff in case.handoffs
        ],
        "evidence": [
            {
                "id": piece.id,
                "received_at": moment(piece.received_at),
                "state": piece.state,
                "reason": piece.reason,
                "type": piece.media_type,
                "size": piece.bytes,
                "sha256": piece.sha256,
            }
            for piece in unit.evidence.of_case(case.tracking_number)
        ],
        "history": [
            {"at": moment(entry.at), "by": entry.by, "what": entry.what, "detail": entry.detail}
            for entry in case.history
        ],
    }


def _customer(case: Case) -> Json:
    complaint = case.complaint
    given = {"phone": complaint.phone, "email": complaint.email}
    contacts: list[Json] = [{"kind": kind, "value": value} for kind, value in given.items() if value]
    if complaint.use_contact_of_record:
        contacts.append({"kind": "of_record", "value": None})
    return {
        "account_number": case.account_number or complaint.account_number,
        "verified": case.verified,
        "verified_weakly": case.verified_weakly,
        "name": complaint.name,
        "contacts": contacts,
        "address": _address(complaint),
    }


def _address(complaint: Complaint) -> Json | None:
    if not complaint.address and not complaint.postal_code:
        return None
    return {"street": complaint.address, "postal_code": complaint.postal_code}


def _complaint(complaint: Complaint) -> Json:
    return {
        "narrative": complaint.narrative,
        "represented": complaint.represented,
        "circumstances": list(complaint.circumstances),
        "companies": list(complaint.companies),
        "natures": [
            {"category": nature.category, "issue": nature.issue, "service": nature.service}
            for nature in complaint.natures
        ],
        "remedy": complaint.remedy,
        "events": [
            {
                "date": event.date,
                "precision": event.precision,
                "text": event.text,
                "reference": event.reference,
                "person": event.person,
            }
            for event in complaint.events
        ],
        "prior_contacts": [
            {"text": contact.text, "reference": contact.reference, "person": contact.person}
            for contact in complaint.prior_contacts
        ],
        "amounts": [
            {"amount": money(amount.cents), "currency": amount.currency} for amount in complaint.amounts
        ],
    }
