"""An agent's own account: the second step of signing in, where they are signed in, their password and language."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot import second_step
from bot.accounts import set_own_password
from bot.agents import SHORTEST_PASSWORD, AgentTrouble
from bot.cases import audit
from bot.cases.agent import AGENT, AgentSession
from bot.desk import access, pages
from bot.desk.access import SignedIn, TooManyTries, code_tries
from bot.desk.answering import go, wording_for
from bot.gateway.services import Services, services
from bot.languages import pack
from bot.provider import profile
from bot.sealing import Seal

router = APIRouter(prefix="/desk/account", include_in_schema=False)

EVERYWHERE_ELSE = "others"


@dataclass(frozen=True)
class Account:
    """What an agent sees of their account: `secret` is there while it waits for its first code."""

    sessions: list[AgentSession]
    is_second_step_on: bool
    recovery_codes_left: int
    secret: str | None


@router.get("")
async def account(request: Request) -> Response:
    """Show an agent their account."""
    return await _page(request, await access.signed_in(request, AGENT))


@router.post("/second-step")
async def begin_second_step(request: Request) -> Response:
    """Make what the agent's app makes codes from; it counts once a code of it was given."""
    who, _ = await access.posted(request, AGENT)
    parts = services(request)

    def begin() -> None:
        with parts.store.unit() as unit:
            second_step.begin(unit, _seal(parts), who.agent)

    await to_thread(begin)
    return go("/desk/account#second-step")


@router.post("/second-step/confirm")
async def confirm_second_step(request: Request) -> Response:
    """Let the second step count from now on, and show its recovery codes this once."""
    who, fields = await access.posted(request, AGENT)
    parts, now = services(request), services(request).now()
    await access.count_try(request, code_tries(who.agent))

    def confirm() -> list[str] | None:
        with parts.store.unit() as unit:
            codes = second_step.confirm(unit, _seal(parts), who.agent, fields.get("code", ""), now)
            if codes is not None:
                unit.agent_sessions.revoke_all_of(who.agent.id, now, but=who.session_hash)
                unit.attempts.forget(code_tries(who.agent))
                unit.audit.add(now, audit.SECOND_STEP_ON, who.agent.id, who.agent.id)
            return codes

    codes = await to_thread(confirm)
    if codes is None:
        return await _page(request, who, "wrong_code")
    return await _page(request, who, codes=codes)


@router.post("/second-step/remove")
async def remove_second_step(request: Request) -> Response:
    """Let the password be enough again, for whoever gives it, where it may be."""
    who, fields = await access.posted(request, AGENT)
    parts, now = services(request), services(request).now()
    problem = await _wrong_password(request, who, fields.get("password", ""))
    if problem or parts.settings.desk_require_totp:
        return await _page(request, who, problem)

    def remove() -> None:
        with parts.store.unit() as unit:
            if unit.second_steps.remove(who.agent.id):
                unit.audit.add(now, audit.SECOND_STEP_OFF, who.agent.id, who.agent.id)

    await to_thread(remove)
    return go("/desk/account#second-step")


@router.post("/sessions/end")
async def end_session(request: Request) -> Response:
    """Sign the agent out in one other place, or in all others."""
    who, fields = await access.posted(request, AGENT)
    parts, now, wish = services(request), services(request).now(), fields.get("session", "")

    def end() -> None:
        with parts.store.unit() as unit:
            others = [
                session
                for session in unit.agent_sessions.of_agent(who.agent.id)
                if session.token_hash != who.session_hash and wish in (EVERYWHERE_ELSE, session.name)
            ]
            for session in others:
                unit.agent_sessions.revoke(session.token_hash, now)
            if others:
                unit.audit.add(now, audit.SESSIONS_ENDED, who.agent.id, who.agent.id)

    await to_thread(end)
    return go("/desk/account#sessions")


@router.post("/password")
async def change_password(request: Request) -> Response:
    """Give the agent another password, which signs them out everywhere else."""
    who, fields = await access.posted(request, AGENT)
    parts, password = services(request), fields.get("new", "")
    problem = await _wrong_password(request, who, fields.get("password", ""))
    if not problem and password != fields.get("again"):
        problem = "not_the_same"
    if problem:
        return await _page(request, who, problem)
    try:
        await to_thread(set_own_password, parts.store, who.agent, password, who.session_hash, parts.now())
    except AgentTrouble as trouble:
        return await _page(request, who, trouble.code)
    return await _page(request, who, done="password_changed")


async def _wrong_password(request: Request, who: SignedIn, password: str) -> str | None:
    """Return what is wrong with a password, None for nothing: guesses count as those at the door do."""
    try:
        agent = await access.checked(request, who.agent.email, password)
    except TooManyTries:
        return "too_many"
    return None if agent else "wrong_password"


async def _page(
    request: Request,
    who: SignedIn,
    problem: str | None = None,
    done: str | None = None,
    codes: list[str] | None = None,
) -> Response:
    parts, text = services(request), pack(who.agent.language, "accounts")
    seen = await to_thread(_account, parts, who)
    minutes = int(access.TRIES_COUNT_FOR.total_seconds() // 60)
    address = seen.secret and second_step.address_for_app(
        seen.secret, who.agent, profile(parts.settings.provider).name
    )
    html = pages.accounts_page(
        "account.html",
        wording_for(request, who),
        who,
        account=seen,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, light="#fff") if address else None,
        must_set_up=parts.settings.desk_require_totp and not seen.is_second_step_on,
        may_remove=not parts.settings.desk_require_totp,
        everywhere_else=EVERYWHERE_ELSE,
        shortest=SHORTEST_PASSWORD,
        problem=text["problems"][problem].format(minutes=minutes) if problem else None,
        done=text["account"][done] if done else None,
        codes=codes,
    )
    return pages.page(html, 422 if problem else 200)


def _account(parts: Services, who: SignedIn) -> Account:
    now, idle = parts.now(), access.idle_time(parts.settings)
    with parts.store.view() as unit:
        return Account(
            [each for each in unit.agent_sessions.of_agent(who.agent.id) if each.is_open(now, idle)],
            second_step.is_on(unit, who.agent.id),
            unit.second_steps.recovery_codes_left(who.agent.id),
            second_step.secret_to_confirm(unit, _seal(parts), who.agent),
        )


def _seal(parts: Services) -> Seal:
    return Seal(parts.settings, second_step.PURPOSE)
