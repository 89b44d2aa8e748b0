"""Who may do what at the desk: signing in and out, what a role allows, and that a request comes from our own pages."""

from __future__ import annotations

import secrets
from asyncio import to_thread
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from bot import second_step
from bot.accounts import hash_of
from bot.agents import checked_password, normal_email
from bot.cases.agent import BY_PASSWORD, SEEN_AGAIN_AFTER, SIGNED_IN_FOR, Agent, AgentSession
from bot.cases.audit import SIGN_IN_REFUSED, SIGNED_IN, SIGNED_OUT
from bot.cases.shifts import Presence
from bot.gateway.services import Services, address_of, services
from bot.settings import Settings
from bot.store import Store, StoreError

COOKIE = "desk"
FILES = "files"
"""What the field for files is called in every form that has one."""

MOST_FIELDS = 20
MOST_TRIES, MOST_TRIES_FROM, TRIES_COUNT_FOR = 10, 100, timedelta(minutes=15)
"""So many passwords in this time, for one address of mail and from one of the network; after that none is looked at."""


OPEN_BEFORE_SET_UP = ("/desk/account", "/desk/sign-out", "/desk/language")
"""All that there is at the desk for whoever owes a second step."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
"""What the name of a browser has in it; the first that fits counts, as most name others too."""


@dataclass(frozen=True)
class SignedIn:
    """An agent's request: who they are, the token that their forms carry, and whether they owe a second step."""

    agent: Agent
    session_hash: str
    form_token: str
    must_set_up: bool = False


class NotSignedIn(Exception):
    """Nobody is signed in here."""


class Forbidden(Exception):
    """The request is refused; `code` names why among the desk's errors."""

    def __init__(self, code: str, language: str = "en") -> None:
        super().__init__(code)
        self.code, self.language = code, language


class MustSetUp(Exception):
    """Everybody signs in with a second step here, and this agent has yet to set theirs up."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language


class TooManyTries(Exception):
    """So many passwords were tried that none is looked at for a while."""


async def signed_in(request: Request, role: str) -> SignedIn:
    """Return who is signed in.

    Raises NotSignedIn, Forbidden to whoever's role does not allow it, and MustSetUp to whoever owes a second step.
    """
    parts, now = services(request), services(request).now()
    token = request.cookies.get(COOKIE)
    found = await to_thread(_open_session, parts.store, token, now, parts.settings) if token else None
    if found is None:
        raise NotSignedIn
    who, is_seen_anew = found
    if not who.agent.may(role):
        raise Forbidden("not_allowed", who.agent.language)
    if who.must_set_up and not request.url.path.startswith(OPEN_BEFORE_SET_UP):
        raise MustSetUp(who.agent.language)
    # A page that is merely left open goes on asking for news by itself.
    if is_seen_anew and not request.url.path.endswith(("/stream", "/here")):
        await to_thread(_keep_seen, parts.store, who, now)
    return who


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


async def checked(request: Request, email: str, password: str) -> Agent | None:
    """Return whose address and password these are, None for nobody's; raises TooManyTries."""
    parts = services(request)
    tried = f"desk:{hash_of(normal_email(email))}"
    await count_try(request, tried)
    agent = await to_thread(checked_password, parts.store, email, password)

    def keep() -> None:
        with parts.store.unit() as unit:
            if agent:
                unit.attempts.forget(tried)
            else:
                # Without the address: whoever mistypes may have typed a password there.
                unit.audit.add(parts.now(), SIGN_IN_REFUSED)

    await to_thread(keep)
    return agent


async def count_try(request: Request, key: str | None = None) -> None:
    """Count a try to guess what `key` names, or anything, before it is looked at; raises TooManyTries."""
    parts = services(request)
    limits = {f"desk:from:{address_of(request)}": MOST_TRIES_FROM} | ({key: MOST_TRIES} if key else {})
    if not await to_thread(_counted, parts.store, limits, parts.now()):
        raise TooManyTries


def code_tries(agent: Agent) -> str:
    """Return the key under which guesses of an agent's codes are counted, wherever they are asked for."""
    return f"desk:code:{agent.id}"


async def begin_session(request: Request, agent: Agent, way: str = BY_PASSWORD) -> str:
    """Sign an agent in and return the token of the session."""
    parts, token = services(request), secrets.token_urlsafe(32)
    now, browser = parts.now(), browser_of(request.headers.get("user-agent", ""))
    session = AgentSession(
        hash_of(token),
        agent.id,
        now + SIGNED_IN_FOR,
        began_at=now,
        last_seen_at=now,
        browser=browser,
        way=way,
    )

    def keep() -> None:
        with parts.store.unit() as unit:
            unit.agent_sessions.add(session)
            unit.presences.put(Presence(agent.id, seen_at=now))
            unit.audit.add(now, SIGNED_IN, agent.id)

    await to_thread(keep)
    return token


async def sign_out(request: Request, who: SignedIn) -> None:
    """End the session, also for whoever has got hold of its token."""
    parts = services(request)

    def revoke() -> None:
        with parts.store.unit() as unit:
            unit.agent_sessions.revoke(who.session_hash, parts.now())
            unit.presences.put(Presence(who.agent.id))
            unit.audit.add(parts.now(), SIGNED_OUT, who.agent.id)

    await to_thread(revoke)


def browser_of(user_agent: str) -> str:
    """Return the family of a browser, empty for one that is not known; nothing else of it is kept."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


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


def _open_session(
    store: Store, token: str, now: datetime, settings: Settings
) -> tuple[SignedIn, bool] | None:
    """Return who is signed in by a token, and whether it is time to keep that they were seen."""
    with store.view() as unit:
        session = unit.agent_sessions.get(hash_of(token))
        is_open = session is not None and session.is_open(now, idle_time(settings))
        agent = unit.agents.get(session.agent_id) if session and is_open else None
        if session is None or agent is None or not agent.is_active:
            return None
        needs_code = settings.desk_require_totp and session.way == BY_PASSWORD
        must_set_up = needs_code and not second_step.is_on(unit, agent.id)
    is_seen_anew = session.last_seen_at is None or now - session.last_seen_at >= SEEN_AGAIN_AFTER
    return SignedIn(agent, session.token_hash, hash_of(f"form:{token}"), must_set_up), is_seen_anew


def idle_time(settings: Settings) -> timedelta | None:
    """Return how long a session may go unused, None for as long as it lasts."""
    return timedelta(minutes=settings.desk_idle_minutes) or None


def is_still_signed_in(parts: Services, who: SignedIn) -> bool:
    """Whether a session that was open is open still."""
    with parts.store.view() as unit:
        session = unit.agent_sessions.get(who.session_hash)
        return session is not None and session.is_open(parts.now(), idle_time(parts.settings))


def _keep_seen(store: Store, who: SignedIn, now: datetime) -> None:
    # A page is read also while the database takes no writes.
    with suppress(StoreError), store.unit() as unit:
        unit.agent_sessions.seen(who.session_hash, now)
        unit.presences.seen(who.agent.id, now)


def _counted(store: Store, limits: dict[str, int], now: datetime) -> bool:
    """Count a try before it is made, so that many at once are no way around the limit."""
    with store.unit() as unit:
        if any(unit.attempts.since(key, now - TRIES_COUNT_FOR) >= most for key, most in limits.items()):
            return False
        for key in limits:
            unit.attempts.add(key, now)
        return True
