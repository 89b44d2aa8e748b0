"""Who may do what at the desk: signing in and out, what a role allows, and that a request comes from our own pages."""

from __future__ import annotations

import secrets
from asyncio import to_thread
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from bot.agents import checked_password, normal_email
from bot.cases.agent import SIGNED_IN_FOR, Agent, AgentSession
from bot.cases.audit import SIGN_IN_REFUSED, SIGNED_IN, SIGNED_OUT
from bot.gateway.services import address_of, services
from bot.settings import Settings
from bot.store import Store

COOKIE = "desk"
FILES = "files"
"""What the field for files is called in every form that has one."""

MOST_FIELDS = 20
MOST_TRIES, MOST_TRIES_FROM, TRIES_COUNT_FOR = 10, 100, timedelta(minutes=15)
"""So many passwords in this time, for one address of mail and from one of the network; after that none is looked at."""


@dataclass(frozen=True)
class SignedIn:
    """An agent's request: who they are, and the token that their forms carry."""

    agent: Agent
    session_hash: str
    form_token: str


class NotSignedIn(Exception):
    """Nobody is signed in here."""


class Forbidden(Exception):
    """The request is refused; `code` names why among the desk's errors."""

    def __init__(self, code: str, language: str = "en") -> None:
        super().__init__(code)
        self.code, self.language = code, language


class TooManyTries(Exception):
    """So many passwords were tried that none is looked at for a while."""


async def signed_in(request: Request, role: str) -> SignedIn:
    """Return who is signed in; raises NotSignedIn, or Forbidden to whoever's role does not allow it."""
    parts = services(request)
    token = request.cookies.get(COOKIE)
    found = await to_thread(_open_session, parts.store, token, parts.now()) if token else None
    if found is None:
        raise NotSignedIn
    if not found.agent.may(role):
        raise Forbidden("not_allowed", found.agent.language)
    return found


async def posted(request: Request, role: str) -> tuple[SignedIn, dict[str, str]]:
    """Return who sends a form, and its fields; raises Forbidden unless it comes from a page that we gave this agent."""
    who, fields, _ = await posted_with_files(request, role, MOST_FIELDS, 0)
    return who, fields


async def posted_with_files(
    request: Request, role: str, most_fields: int, most_files: int
) -> tuple[SignedIn, dict[str, str], list[UploadFile]]:
    """Return who sends a form, its fields and its files, as `posted` does."""
    who = await signed_in(request, role)
    must_be_from_here(request, who.agent.language)
    form = await request.form(max_files=most_files, max_fields=most_fields)
    fields = _texts_of(form)
    if not secrets.compare_digest(fields.get("token", "").encode(), who.form_token.encode()):
        raise Forbidden("cross_site", who.agent.language)
    return who, fields, [file for file in form.getlist(FILES) if isinstance(file, UploadFile) and file.size]


async def form_of(request: Request) -> dict[str, str]:
    """Return the text fields of a form that has no files."""
    return _texts_of(await request.form(max_files=0, max_fields=MOST_FIELDS))


def _texts_of(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def must_be_from_here(request: Request, language: str = "en") -> None:
    """Raise Forbidden for a request that a page of another site made.

    Browsers say so in Sec-Fetch-Site, and old ones at least name the Origin. What names neither is no browser, and
    carries nobody's cookie unasked.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise Forbidden("cross_site", language)
    if origin is not None and urlsplit(origin).netloc not in _our_hosts(request):
        raise Forbidden("cross_site", language)


def _our_hosts(request: Request) -> set[str]:
    return {request.headers.get("host", ""), urlsplit(services(request).settings.public_url).netloc}


async def sign_in(request: Request, email: str, password: str) -> tuple[str, Agent] | None:
    """Return the token of a new session and whose it is, None for a wrong address or password; raises TooManyTries."""
    parts = services(request)
    tried = f"desk:{_hash(normal_email(email))}"
    limits = {tried: MOST_TRIES, f"desk:from:{address_of(request)}": MOST_TRIES_FROM}
    if not await to_thread(_counted, parts.store, limits, parts.now()):
        raise TooManyTries
    agent = await to_thread(checked_password, parts.store, email, password)
    if agent is None:
        await to_thread(_record_refusal, parts.store, parts.now())
        return None
    token = secrets.token_urlsafe(32)
    session = AgentSession(_hash(token), agent.id, parts.now() + SIGNED_IN_FOR)

    def keep() -> None:
        with parts.store.unit() as unit:
            unit.attempts.forget(tried)
            unit.agent_sessions.add(session)
            unit.audit.add(parts.now(), SIGNED_IN, agent.id)

    await to_thread(keep)
    return token, agent


async def sign_out(request: Request, who: SignedIn) -> None:
    """End the session, also for whoever has got hold of its token."""
    parts = services(request)

    def revoke() -> None:
        with parts.store.unit() as unit:
            unit.agent_sessions.revoke(who.session_hash, parts.now())
            unit.audit.add(parts.now(), SIGNED_OUT, who.agent.id)

    await to_thread(revoke)


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give a browser the token, out of reach of scripts and of other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        path="/desk",
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def _open_session(store: Store, token: str, now: datetime) -> SignedIn | None:
    with store.view() as unit:
        session = unit.agent_sessions.get(_hash(token))
        agent = unit.agents.get(session.agent_id) if session and session.is_open(now) else None
    if agent is None or not agent.is_active:
        return None
    return SignedIn(agent, _hash(token), _hash(f"form:{token}"))


def is_still_signed_in(store: Store, who: SignedIn, now: datetime) -> bool:
    """Whether a session that was open is open still."""
    with store.view() as unit:
        session = unit.agent_sessions.get(who.session_hash)
        return session is not None and session.is_open(now)


def _counted(store: Store, limits: dict[str, int], now: datetime) -> bool:
    """Count a try before it is made, so that many at once are no way around the limit."""
    with store.unit() as unit:
        if any(unit.attempts.since(key, now - TRIES_COUNT_FOR) >= most for key, most in limits.items()):
            return False
        for key in limits:
            unit.attempts.add(key, now)
        return True


def _record_refusal(store: Store, now: datetime) -> None:
    # Without the address: whoever mistypes may have typed a password there.
    with store.unit() as unit:
        unit.audit.add(now, SIGN_IN_REFUSED)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
