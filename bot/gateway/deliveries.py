"""The routes at which the carrier tells what became of the texts and calls that we made."""

from __future__ import annotations

import asyncio
from asyncio import to_thread
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases.conversation import UNDELIVERED
from bot.gateway.services import Services, services
from bot.gateway.twilio_requests import signed
from bot.notices.outcome import learn
from bot.notices.twilio import CALL_IS, TEXT_IS, reason
from bot.observe import get_logger

log = get_logger(__name__)
router = APIRouter(tags=["Deliveries"], include_in_schema=False)

LOOK_AGAIN_AFTER_SECONDS = (0.5, 1.0, 2.0, 4.0)
"""The carrier may tell of a text before whoever sent it has written down its id."""


@router.post("/twilio/sms/status")
async def sms_status(request: Request) -> Response:
    """Learn what became of a text."""
    told = await signed(request)
    status, code = told.told("MessageStatus") or told.told("SmsStatus"), told.told("ErrorCode")
    sid = told.told("MessageSid") or told.told("SmsSid")
    await _learn(services(request), sid, status, TEXT_IS, code)
    return Response(status_code=204)


@router.post("/twilio/notice/status")
async def notice_status(request: Request) -> Response:
    """Learn what became of a call that was to tell something."""
    told = await signed(request)
    status = told.told("CallStatus")
    await _learn(services(request), told.told("CallSid"), status, CALL_IS, status)
    return Response(status_code=204)


async def _learn(
    parts: Services, sid: str | None, status: str | None, means: Mapping[str, str], code: str | None
) -> None:
    delivery = means.get((status or "").lower())
    if not sid or delivery is None:
        return
    for pause in (*LOOK_AGAIN_AFTER_SECONDS, None):
        if await to_thread(_keep, parts, sid, delivery, code) or pause is None:
            return
        await asyncio.sleep(pause)


def _keep(parts: Services, sid: str, delivery: str, code: str | None) -> bool:
    with parts.store.unit() as unit:
        why = reason(code) if delivery == UNDELIVERED else None
        return learn(unit, sid, delivery, why, parts.now())
