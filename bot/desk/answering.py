"""What the routes of the desk answer with: another page, and words in the agent's language."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.access import SignedIn
from bot.desk.glance import Wording
from bot.gateway.services import services
from bot.provider import profile

_SEE_OTHER = 303


def go(to: str) -> Response:
    """Send a browser on to another page, which is seen anew each time."""
    return RedirectResponse(to, _SEE_OTHER, headers={"Cache-Control": "no-store"})


def zone_of(request: Request) -> ZoneInfo:
    """Return the operator's zone, in which the desk tells every time."""
    return ZoneInfo(profile(services(request).settings.provider).timezone)


def wording_in(request: Request, language: str) -> Wording:
    """Return the words of the desk in a language."""
    return Wording(language, zone_of(request))


def wording_for(request: Request, who: SignedIn) -> Wording:
    """Return the words for whoever is signed in."""
    return wording_in(request, who.agent.language)
