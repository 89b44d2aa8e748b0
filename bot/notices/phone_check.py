"""Looks at everything that a working number needs, and says of each whether it is so and what to do if not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import phonenumbers
from phonenumbers import PhoneNumberType
from twilio.request_validator import RequestValidator

from bot.notices.phone_setup import (
    VOICE_STATUS,
    PhoneTrouble,
    number_of,
    plainly,
    service_of,
    targets,
    trouble_of_public_url,
    troubles_of_settings,
)
from bot.notices.twilio import client
from bot.settings import Settings

OK, WRONG, NOTE = "ok", "wrong", "note"

WAIT_SECONDS = 10.0
"""How long the product may take to answer itself: less than Twilio waits."""

_UNKNOWN_CALL = {"CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
"""The end of a call that never was: whoever believes it has nothing to do."""

_SETUP = "`make phone-setup` sets it right"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    verdict: str
    text: str

    def __str__(self) -> str:
        return f"{self.verdict:<6}{self.text}"


def check(settings: Settings, web: httpx.Client) -> Iterator[Finding]:
    """Look at settings, public address, account, number and messaging service, one after the other."""
    troubles = troubles_of_settings(settings)
    yield from (Finding(WRONG, trouble) for trouble in troubles)
    if not troubles:
        yield Finding(OK, "account, token and number are set")
    yield from _public(settings, web)
    if not troubles:
        try:
            with plainly(settings):
                yield from _at_twilio(settings)
        except PhoneTrouble as trouble:
            yield Finding(WRONG, str(trouble))
    yield from _handoff(settings)
    yield from _advice(settings)


# ── From outside ───────────────────────────────────────────────────────────────────────────────────


def _public(settings: Settings, web: httpx.Client) -> Iterator[Finding]:
    trouble = trouble_of_public_url(settings)
    if trouble:
        yield Finding(WRONG, trouble)
        return
    try:
        yield _answers(settings, web)
        if settings.twilio_auth_token:
            yield _refuses_forged(settings, web)
            yield _believes_twilio(settings, web, settings.twilio_auth_token.reveal())
        if settings.voice_mode == "relay":
            yield _has_relay(settings, web)
    except httpx.HTTPError as failed:
        yield Finding(
            WRONG,
            f"PUBLIC_URL {settings.public_url} cannot be reached ({type(failed).__name__}): is the product running, and"
            " does the address lead to it?",
        )


def _answers(settings: Settings, web: httpx.Client) -> Finding:
    answer = web.get(f"{settings.public_url}/healthz")
    if answer.is_redirect:
        there = answer.headers.get("location", "elsewhere")
        return Finding(WRONG, f"PUBLIC_URL leads on to {there}: give the address at which it ends")
    if answer.is_success and "ok" in answer.text:
        return Finding(OK, f"{settings.public_url} is https and answers")
    return Finding(
        WRONG, f"{settings.public_url}/healthz answers {answer.status_code}: it does not lead to Recourse"
    )


def _refuses_forged(settings: Settings, web: httpx.Client) -> Finding:
    answer = _posted(settings, web, "forged")
    if answer.status_code == 403:
        return Finding(OK, "a request with a forged signature is refused")
    told = f"a request with a forged signature is answered {answer.status_code}, not 403"
    return Finding(WRONG, f"{told}: what answers there is not Recourse")


def _believes_twilio(settings: Settings, web: httpx.Client, token: str) -> Finding:
    address = f"{settings.public_url}{VOICE_STATUS}"
    signature = RequestValidator(token).compute_signature(address, _UNKNOWN_CALL)
    answer = _posted(settings, web, signature)
    if answer.is_success:
        return Finding(OK, "a request signed as Twilio signs is accepted")
    told = f"a request signed as Twilio signs is answered {answer.status_code}"
    return Finding(WRONG, f"{told}: restart the product with this PUBLIC_URL and this TWILIO_AUTH_TOKEN")


def _posted(settings: Settings, web: httpx.Client, signature: str) -> httpx.Response:
    return web.post(
        f"{settings.public_url}{VOICE_STATUS}",
        data=_UNKNOWN_CALL,
        headers={"X-Twilio-Signature": signature},
    )


def _has_relay(settings: Settings, web: httpx.Client) -> Finding:
    """Knock at the WebSocket without a signature: only if it is there is that refused."""
    answer = web.get(
        f"{settings.public_url}/twilio/voice/relay",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version": "13",
        },
    )
    if answer.status_code == 403:
        return Finding(OK, "WebSockets come through, as VOICE_MODE=relay needs")
    told = f"a WebSocket is answered {answer.status_code}, and VOICE_MODE=relay needs one"
    return Finding(WRONG, f"{told}: let the proxy pass them on, or set VOICE_MODE=gather")


# ── At Twilio ──────────────────────────────────────────────────────────────────────────────────────


def _at_twilio(settings: Settings) -> Iterator[Finding]:
    account = client(settings).api.v2010.accounts(str(settings.twilio_account_sid)).fetch()
    if str(account.status) != "active":
        yield Finding(WRONG, f"the account is {account.status}: see the console for why")
        return
    yield Finding(OK, "Twilio accepts account and token")
    if str(account.type) == "Trial":
        yield Finding(
            NOTE,
            "this is a trial account: only numbers that you verified in the console reach it and are reached, texts go"
            " to none in Canada, and it ends after 30 days; upgrade it before customers call",
        )
    number = number_of(settings)
    yield Finding(OK, f"{settings.twilio_number} is a number of this account")
    yield from _capabilities(settings, number)
    if settings.twilio_messaging_service_sid:
        yield _holds_number(settings)
    changes = [change for target in targets(settings) for change in target.changes()]
    yield from (Finding(WRONG, f"{change}; {_SETUP}") for change in changes)
    if not changes:
        yield Finding(OK, "calls and texts are led to PUBLIC_URL")
    yield from _may_call(settings)


def _capabilities(settings: Settings, number: Any) -> Iterator[Finding]:
    lacking = [name for name in ("voice", "sms") if not number.capabilities.get(name)]
    if lacking:
        yield Finding(
            WRONG, f"{settings.twilio_number} has no {' and no '.join(lacking)}: buy a number with both"
        )
    else:
        yield Finding(OK, f"{settings.twilio_number} takes calls and texts")


def _holds_number(settings: Settings) -> Finding:
    held = service_of(settings).phone_numbers.list()
    if any(each.phone_number == settings.twilio_number for each in held):
        return Finding(OK, f"the messaging service holds {settings.twilio_number}")
    return Finding(
        WRONG,
        f"the messaging service does not hold {settings.twilio_number}, so answers would come from another number: add"
        " it to the service's senders in the console",
    )


def _may_call(settings: Settings) -> Iterator[Finding]:
    country = _country(settings.handoff_number)
    if country is None:
        return
    permission = client(settings).voice.v1.dialing_permissions.countries(country).fetch()
    if permission.low_risk_numbers_enabled:
        yield Finding(OK, f"the account may call {permission.name}, where HANDOFF_NUMBER is")
    else:
        yield Finding(
            WRONG,
            f"the account may not call {permission.name}, where HANDOFF_NUMBER is: allow it in the console under Voice,"
            " Settings, Geographic permissions",
        )


# ── Numbers ────────────────────────────────────────────────────────────────────────────────────────


def _handoff(settings: Settings) -> Iterator[Finding]:
    person = settings.handoff_number
    if person is None:
        yield Finding(
            NOTE, "HANDOFF_NUMBER is not set: callers who ask for a person are promised a call back instead"
        )
    elif not phonenumbers.is_valid_number(phonenumbers.parse(person)):
        yield Finding(WRONG, f"HANDOFF_NUMBER {person} is no number that anybody can have")
    elif person == settings.twilio_number:
        yield Finding(WRONG, "HANDOFF_NUMBER is TWILIO_NUMBER: whoever asks for a person would call us again")
    else:
        yield Finding(OK, f"HANDOFF_NUMBER {person} is a number to put callers through to")


def _country(number: str | None) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) if number else None


def _advice(settings: Settings) -> Iterator[Finding]:
    number = settings.twilio_number
    if number and _is_toll_free(number):
        yield Finding(
            NOTE,
            f"{number} is toll-free: texts to Canada and the United States are blocked until Twilio has verified it",
        )
    elif _country(number) == "CA":
        yield Finding(
            NOTE,
            "texts within Canada need no registration, texts to the United States do (A2P 10DLC)",
        )
    if settings.voice_mode == "relay":
        yield Finding(
            NOTE, "VOICE_MODE=relay works once the account has agreed to Twilio's terms for ConversationRelay"
        )


def _is_toll_free(number: str) -> bool:
    return bool(phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.TOLL_FREE)
