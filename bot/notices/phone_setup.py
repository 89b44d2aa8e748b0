"""Points a Twilio number, and its messaging service, at this product, and tells what that changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException

from bot.notices.twilio import Busy, client
from bot.settings import Settings

VOICE, VOICE_STATUS, SMS = "/twilio/voice", "/twilio/voice/status", "/twilio/sms"

Value = str | bool

_OTHERS_SHOWN = 5

_REFUSED = {
    20003: "Twilio does not accept TWILIO_AUTH_TOKEN for TWILIO_ACCOUNT_SID; copy both again from the first page"
    " of its console",
    20008: "these are Twilio's test credentials, which own no number; take the live ones",
    20429: "Twilio has had too many requests from this account; try again in a minute",
}
"""What codes of Twilio's error dictionary ask of the operator."""


class PhoneTrouble(Exception):
    """Why the phone cannot be set up: one line for the operator, without any secret."""


@dataclass(frozen=True)
class Change:
    """One setting at Twilio that is not as this product needs it; `of` says whose it is."""

    of: str
    setting: str
    was: Value
    becomes: Value

    def __str__(self) -> str:
        name = self.setting.replace("_", " ")
        return f"{name} of {self.of}: {_shown(self.was)} -> {_shown(self.becomes)}"


@dataclass(frozen=True)
class Target:
    """A number or a messaging service at Twilio, and how it has to be set."""

    name: str
    resource: Any
    wanted: Mapping[str, Value]

    def changes(self) -> list[Change]:
        """Return what is not as it has to be."""
        found = {setting: getattr(self.resource, setting) or "" for setting in self.wanted}
        return [
            Change(self.name, setting, found[setting], value)
            for setting, value in self.wanted.items()
            if found[setting] != (value or "")
        ]

    def apply(self, changes: list[Change]) -> None:
        """Make these changes, all in one request."""
        self.resource.update(**{change.setting: change.becomes for change in changes})


def set_up(settings: Settings, only_show: bool = False) -> list[Change]:
    """Set the webhooks and return what that changed, or with `only_show` would change; raises PhoneTrouble."""
    for trouble in (*troubles_of_settings(settings), trouble_of_public_url(settings)):
        if trouble:
            raise PhoneTrouble(trouble)
    changed: list[Change] = []
    with plainly(settings):
        for target in targets(settings):
            changes = target.changes()
            if changes and not only_show:
                target.apply(changes)
            changed += changes
    return changed


def report(changes: list[Change], settings: Settings, only_show: bool = False) -> str:
    """Return in words what was done."""
    if not changes:
        return f"Nothing to change: {settings.twilio_number} already leads here."
    said = "Would change:" if only_show else "Changed:"
    return "\n".join([said, *(f"  {change}" for change in changes)])


def targets(settings: Settings) -> list[Target]:
    """Return what has to be set at Twilio; raises PhoneTrouble where number or service are not this account's."""
    number = number_of(settings)
    found = [Target(str(settings.twilio_number), number, _wanted_of_number(settings, number))]
    if settings.twilio_messaging_service_sid:
        service = service_of(settings)
        found.append(Target("the messaging service", service, _wanted_of_service(settings)))
    return found


def number_of(settings: Settings) -> Any:
    """Return TWILIO_NUMBER as Twilio knows it."""
    numbers = client(settings).incoming_phone_numbers
    # Twilio also finds numbers that only contain this one
    for number in numbers.list(phone_number=settings.twilio_number):
        if number.phone_number == settings.twilio_number:
            return number
    others = [str(each.phone_number) for each in numbers.list(limit=_OTHERS_SHOWN)]
    has = f"it has {', '.join(others)}" if others else "it has none yet; buy one in the console"
    raise PhoneTrouble(f"TWILIO_NUMBER {settings.twilio_number} is not a number of this account: {has}")


def service_of(settings: Settings) -> Any:
    """Return the messaging service as Twilio knows it."""
    try:
        return client(settings).messaging.v1.services(str(settings.twilio_messaging_service_sid)).fetch()
    except TwilioRestException as refused:
        if refused.status != 404:
            raise
        raise PhoneTrouble(
            "TWILIO_MESSAGING_SERVICE_SID is not a messaging service of this account"
        ) from None


def _wanted_of_number(settings: Settings, number: Any) -> dict[str, Value]:
    wanted: dict[str, Value] = {
        # either of these two would make Twilio pass over the addresses
        "trunk_sid": "",
        "voice_application_sid": "",
        "voice_url": f"{settings.public_url}{VOICE}",
        "voice_method": "POST",
        # a step that comes again changes nothing and says the same, so a second try is safe
        "voice_fallback_url": f"{settings.public_url}{VOICE}",
        "voice_fallback_method": "POST",
        "status_callback": f"{settings.public_url}{VOICE_STATUS}",
        "status_callback_method": "POST",
    }
    if number.capabilities.get("sms"):
        wanted |= {
            "sms_application_sid": "",
            "sms_url": f"{settings.public_url}{SMS}",
            "sms_method": "POST",
            "sms_fallback_url": f"{settings.public_url}{SMS}",
            "sms_fallback_method": "POST",
        }
    return wanted


def _wanted_of_service(settings: Settings) -> dict[str, Value]:
    return {
        "inbound_request_url": f"{settings.public_url}{SMS}",
        "inbound_method": "POST",
        "fallback_url": f"{settings.public_url}{SMS}",
        "fallback_method": "POST",
        # the service's address counts for all of its numbers, whatever stands at each of them
        "use_inbound_webhook_on_number": False,
    }


# ── What cannot work ───────────────────────────────────────────────────────────────────────────────


def troubles_of_settings(settings: Settings) -> list[str]:
    """Return what is missing in the settings or has the wrong shape."""
    sid, troubles = settings.twilio_account_sid, []
    if not sid:
        troubles.append("TWILIO_ACCOUNT_SID is not set: it stands on the first page of Twilio's console")
    elif not re.fullmatch(r"AC[0-9a-fA-F]{32}", sid):
        instead = "; that is an API key" if sid.startswith("SK") else ""
        troubles.append(f"TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits{instead}")
    if not settings.twilio_auth_token:
        troubles.append("TWILIO_AUTH_TOKEN is not set: it stands below the account SID in Twilio's console")
    if not settings.twilio_number:
        troubles.append("TWILIO_NUMBER is not set: a number that you bought, such as +14165550123")
    return troubles


def trouble_of_public_url(settings: Settings) -> str | None:
    """Return what is wrong with PUBLIC_URL by its looks."""
    address = urlsplit(settings.public_url)
    if _is_local(address.hostname or ""):
        return (
            f"PUBLIC_URL is {settings.public_url}, which Twilio cannot reach: set it to the https address that leads"
            f" to port {settings.port} of this machine from outside"
        )
    if address.scheme != "https":
        return f"PUBLIC_URL is {settings.public_url}: it has to begin with https, for customers' sake"
    return None


def _is_local(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


@contextmanager
def plainly(settings: Settings) -> Iterator[None]:
    """Turn what goes wrong with Twilio into PhoneTrouble."""
    try:
        yield
    except (TwilioException, RequestException) as failed:
        raise PhoneTrouble(_in_words(failed, settings)) from None


def _in_words(failed: Exception, settings: Settings) -> str:
    if isinstance(failed, Busy):
        return _REFUSED[20429]
    status, code, message = _refusal(failed)
    if status is None:
        return f"Twilio did not answer at {settings.twilio_api_base}: is this machine on the internet?"
    if status == 401:
        return _REFUSED[20003]
    if status >= 500:
        return "Twilio has trouble of its own; see https://status.twilio.com and try again"
    return _REFUSED.get(code, f"Twilio refused: {message} (https://www.twilio.com/docs/errors/{code})")


def _refusal(failed: Exception) -> tuple[int | None, int, str]:
    """Return status, code and words of a refusal; the library tells of a list in another shape than of one thing."""
    if isinstance(failed, TwilioRestException):
        return failed.status, failed.code or 0, failed.msg
    if isinstance(failed, TwilioException) and len(failed.args) > 1:
        return failed.args[1].status_code, 0, str(failed.args[0])
    return None, 0, ""


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # an address may hold a password
    return re.sub(r"//[^/@]*@", "//*****@", value) or "nothing"
