"""Twilio: the one client of this process, its texts and calls, and what its codes mean to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.cases.conversation import DELIVERED, SENT, UNDELIVERED, Notice
from bot.languages import pack
from bot.languages.speech import speech
from bot.notices.courier import LATER, NEVER, NO_MOBILE, OPTED_OUT, UNKNOWN, NotDelivered, Trace
from bot.notices.segments import fits, plainly
from bot.settings import Settings

TIMEOUT_SECONDS = 7
CONNECTIONS = 16
API = "https://api.twilio.com"

MOST_TWIML = 4_000
"""The most that one call may hold which brings its instructions along."""

RING_SECONDS = 25
"""So long a telephone rings: a little less than it takes most mailboxes to answer."""

SLOWLY = "80%"
SINCE = timedelta(minutes=1)
"""How far two machines' clocks may stand apart when we look up what was sent since a moment."""

LOOKED_THROUGH = 100

TEXT_IS = {
    "sent": SENT,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": UNDELIVERED,
    "failed": UNDELIVERED,
    "canceled": UNDELIVERED,
}
CALL_IS = {
    "in-progress": SENT,
    "completed": DELIVERED,
    "busy": UNDELIVERED,
    "no-answer": UNDELIVERED,
    "failed": UNDELIVERED,
    "canceled": UNDELIVERED,
}
"""What becomes of texts and calls, in our words; what is not listed has not left the carrier yet."""

# Codes of Twilio's error and warning dictionary, checked 2026-12-01.
_REASONS = {21614: NO_MOBILE, 21635: NO_MOBILE, 30006: NO_MOBILE, 21610: OPTED_OUT}


def reason(code: int | str | None) -> str:
    """Return what a code of Twilio's means to us, or the code itself."""
    known = _REASONS.get(int(code)) if code and str(code).isdecimal() else None
    return known or f"twilio_{code or 'unexplained'}"


@lru_cache(maxsize=1)
def client(settings: Settings) -> Client:
    """Return Twilio's client, one for all that this process does; every request ends in time and is made once."""
    if not (settings.twilio_account_sid and settings.twilio_auth_token):
        raise ValueError("Twilio needs account and token")
    return Client(
        settings.twilio_account_sid,
        settings.twilio_auth_token.reveal(),
        http_client=HttpClient(settings.twilio_api_base),
    )


class Busy(TwilioException):
    """Twilio asks us to come back later."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__("too many requests")
        self.wait_seconds = wait_seconds


class HttpClient(TwilioHttpClient):
    """Twilio's own client, at whatever TWILIO_API_BASE names; it never waits for ever and never asks twice."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base = base
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0))

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        """Ask once; raises Busy where Twilio wants us to wait."""
        response = super().request(method, self._at_base(url), *arguments, **named)
        headers = response.headers or {}
        if response.status_code == 429:
            raise Busy(_seconds(headers.get("Retry-After")))
        return response

    def _at_base(self, url: str) -> str:
        if self._base == API:
            return url
        address = urlsplit(url)
        return f"{self._base}{address.path}{'?' if address.query else ''}{address.query}"


class TwilioSms:
    """Sends texts through Twilio, or through whatever TWILIO_API_BASE names."""

    def __init__(self, settings: Settings) -> None:
        self._client = client(settings)
        if settings.twilio_messaging_service_sid:
            # a service would exchange letters for ones that look alike unless it is told not to
            sender = {"messaging_service_sid": settings.twilio_messaging_service_sid, "smart_encoded": False}
        else:
            sender = {"from_": settings.twilio_number}
        self._parameters: dict[str, Any] = sender | _told_at(settings, "/twilio/sms/status")

    def __call__(self, notice: Notice) -> str:
        """Send the notice; raises NotDelivered."""
        text = plainly(notice.text)
        if not fits(text):
            raise NotDelivered("text_too_long", NEVER)
        try:
            message = self._client.messages.create(to=notice.to, body=text, **self._parameters)
        except (TwilioException, RequestException) as failed:
            raise not_delivered(failed) from None
        return str(message.sid)

    def traces(self, notice: Notice) -> list[Trace]:
        """Return the texts with these words that went to this number since the notice was written."""
        found = _latest_to(notice.to, self._client.messages)
        # a trial account puts words of its own before ours
        ours = [
            each
            for each in found
            if (each.body or "").endswith(plainly(notice.text)) and _is_ours(each, notice.at, "outbound")
        ]
        return [_trace(each, TEXT_IS, each.error_code) for each in _oldest_first(ours)]


class _Calling:
    """Calls numbers, and finds again whom it called."""

    def __init__(self, settings: Settings) -> None:
        self._client = client(settings)
        self._from = settings.twilio_number

    def _call(self, to: str, **how: Any) -> str:
        try:
            call = self._client.calls.create(to=to, from_=self._from, **how)
        except (TwilioException, RequestException) as failed:
            raise not_delivered(failed) from None
        return str(call.sid)

    def traces(self, notice: Notice) -> list[Trace]:
        """Return the calls that we made to this number since the notice was written."""
        found = _latest_to(notice.to, self._client.calls)
        ours = [each for each in found if _is_ours(each, notice.at, "outbound-api")]
        return [_trace(each, CALL_IS, each.status) for each in _oldest_first(ours)]


class TwilioCall(_Calling):
    """Calls a number and says the notice, twice and slowly."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._told_at = _told_at(settings, "/twilio/notice/status")

    def __call__(self, notice: Notice) -> str:
        """Make the call; raises NotDelivered."""
        twiml = spoken(notice.text, notice.language)
        if len(twiml) > MOST_TWIML:
            raise NotDelivered("too_long_to_say", NEVER)
        return self._call(notice.to, twiml=twiml, **self._told_at)


class TwilioRing(_Calling):
    """Rings an agent; what they hear, and what comes of it, is told where the ring is named."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._address = f"{settings.public_url}/twilio/voice/agent"

    def __call__(self, notice: Notice) -> str:
        """Ring the agent; raises NotDelivered."""
        named = urlencode({"ring": notice.key})
        return self._call(
            notice.to,
            url=f"{self._address}?{named}",
            status_callback=f"{self._address}/status?{named}",
            timeout=RING_SECONDS,
        )


def spoken(text: str, language: str) -> str:
    """Return a text as TwiML that says it slowly, and once more."""
    response, speaker = VoiceResponse(), pack(language, "voice")["speaker"]
    for _ in range(2):
        response.pause(length=2)
        said = response.say(voice=speaker["voice"], language=speaker["language"]).prosody(rate=SLOWLY)
        for span in speech(text, language):
            if span.how == "words":
                said.append(f"{span.text} ")
            else:
                said.say_as(span.text, interpret_as="digits" if span.how == "digits" else "spell-out")
                if span.pause:
                    said.break_(time="300ms")
    response.hangup()
    return str(response)


def not_delivered(failed: Exception) -> NotDelivered:
    """Return what a failure of Twilio's means for a notice: is it sent, and is another try worth it?"""
    if isinstance(failed, Busy):
        return NotDelivered("twilio_20429", LATER, failed.wait_seconds)
    if isinstance(failed, TwilioRestException):
        is_refusal = 400 <= failed.status < 500 and failed.status != 408
        return NotDelivered(reason(failed.code or failed.status), NEVER if is_refusal else UNKNOWN)
    return NotDelivered(f"twilio_{type(failed).__name__}", LATER if _never_connected(failed) else UNKNOWN)


def _never_connected(failed: Exception) -> bool:
    """Tell whether no request can have reached Twilio."""
    if isinstance(failed, ConnectTimeout):
        return True
    cause = failed.args[0] if isinstance(failed, NoConnection) and failed.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _told_at(settings: Settings, path: str) -> dict[str, str]:
    """Return where we want to be told what became of it; the real Twilio refuses addresses that only we can reach."""
    is_local = urlsplit(settings.public_url).hostname in ("localhost", "127.0.0.1", "::1")
    if is_local and settings.twilio_api_base == API:
        return {}
    return {"status_callback": f"{settings.public_url}{path}"}


def _latest_to(number: str, made: Any) -> list[Any]:
    """Return the latest texts or calls that were made to a number; raises NotDelivered."""
    try:
        # not by the date they were sent on: what still waits in Twilio's queue has none
        return list(made.list(to=number, limit=LOOKED_THROUGH, page_size=LOOKED_THROUGH))
    except (TwilioException, RequestException) as failed:
        raise not_delivered(failed) from None


def _is_ours(sent: Any, since: datetime, direction: str) -> bool:
    created = sent.date_created
    if created is None or not str(sent.direction).startswith(direction):
        return False
    return bool((created if created.tzinfo else created.replace(tzinfo=UTC)) >= since - SINCE)


def _oldest_first(found: list[Any]) -> list[Any]:
    # Twilio lists the latest first; within one second only that order tells
    return sorted(reversed(found), key=lambda each: each.date_created)


def _trace(sent: Any, means: dict[str, str], code: int | str | None) -> Trace:
    delivery = means.get(str(sent.status), SENT)
    return Trace(str(sent.sid), delivery, reason(code) if delivery == UNDELIVERED else None)


def _seconds(told: str | None) -> float:
    return float(told) if told and told.isdecimal() else 0.0
