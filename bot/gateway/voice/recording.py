"""Recording a call, where the operator wants it and the caller has heard so first and did not decline."""

from __future__ import annotations

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException

from bot.notices.twilio import client
from bot.observe import get_logger
from bot.settings import Settings

log = get_logger(__name__)


def record(settings: Settings, sid: str) -> None:
    """Have the carrier record the rest of a call, both sides apart; a call is never disturbed by a failure of it."""
    try:
        client(settings).calls(sid).recordings.create(recording_channels="dual")
    except (TwilioException, RequestException, ValueError) as failed:
        log.warning("call.not_recorded", reason=type(failed).__name__)
