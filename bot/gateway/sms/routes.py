"""The route that the carrier calls when a text comes in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from twilio.twiml.messaging_response import MessagingResponse

from bot.gateway.services import services
from bot.gateway.sms.texts import read
from bot.gateway.twilio_requests import signed
from bot.observe import get_logger

log = get_logger(__name__)
router = APIRouter(tags=["Texts"], include_in_schema=False)


@router.post("/twilio/sms")
async def sms(request: Request) -> Response:
    """Keep a text; what is answered to it leaves through the outbox, so the carrier is told nothing here."""
    parts, told = services(request), await signed(request)
    received = read(told.form, parts.settings.twilio_number)
    if received is None:
        log.info("sms.ignored")
    else:
        await parts.texts.take(received)
    return Response(str(MessagingResponse()), media_type="text/xml", headers={"Cache-Control": "no-store"})
