"""Those who work at the desk, for administrators: adding and changing them, and letting them in or not."""

from __future__ import annotations

import re
from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot import accounts
from bot.agents import AgentTrouble, duties_from
from bot.cases.agent import ADMINISTRATOR, AGENT, MOST_AT_ONCE, ROLES, SET_PASSWORD, TICKET_LASTS, Agent
from bot.cases.complaint import CATEGORIES
from bot.cases.hours import written_week
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.gateway.services import services
from bot.languages import LANGUAGES, pack
from bot.store import Store

router = APIRouter(prefix="/desk/agents", include_in_schema=False)

Deed = Callable[[Store, Agent, datetime, str], Any]


@router.get("")
async def many(request: Request) -> Response:
    """Show everybody who works at the desk, and where to add somebody."""
    return await _list_page(request, await access.signed_in(request, ADMINISTRATOR))


@router.post("")
async def add(request: Request) -> Response:
    """Add somebody and show the link by which they set their password, this once."""
    who, fields = await access.posted(request, ADMINISTRATOR)
    parts = services(request)

    def invite() -> tuple[Agent, str]:
        known = _known(fields, pack(who.agent.language, "accounts"))
        return accounts.invite(parts.store, who.agent, parts.now(), fields.get("email", ""), **known)

    try:
        agent, token = await to_thread(invite)
    except AgentTrouble as trouble:
        return await _list_page(request, who, trouble.code, fields)
    return await _page(request, who, agent.id, link=_link(request, token))


@router.get("/{agent_id}")
async def one(agent_id: str, request: Request) -> Response:
    """Show what is known of an agent, to be changed."""
    return await _page(request, await access.signed_in(request, ADMINISTRATOR), agent_id)


@router.post("/{agent_id}")
async def change(agent_id: str, request: Request) -> Response:
    """Change what is known of an agent."""
    who, fields = await access.posted(request, ADMINISTRATOR)
    parts = services(request)

    def save() -> None:
        known = _known(fields, pack(who.agent.language, "accounts"))
        accounts.change(parts.store, who.agent, parts.now(), agent_id, **known)

    return await _done(request, who, agent_id, save, "saved", fields)


@router.post("/{agent_id}/disable")
async def disable(agent_id: str, request: Request) -> Response:
    """Let an agent sign in no more."""
    return await _deed(agent_id, request, accounts.disable, "disabled")


@router.post("/{agent_id}/enable")
async def enable(agent_id: str, request: Request) -> Response:
    """Let an agent sign in again."""
    return await _deed(agent_id, request, accounts.enable, "enabled")


@router.post("/{agent_id}/sign-out")
async def end_sessions(agent_id: str, request: Request) -> Response:
    """Sign an agent out everywhere."""
    return await _deed(agent_id, request, accounts.end_sessions, "signed_out")


@router.post("/{agent_id}/reset-second-step")
async def reset_second_step(agent_id: str, request: Request) -> Response:
    """Let an agent who lost the device sign in with the password alone, anew."""
    return await _deed(agent_id, request, accounts.reset_second_step, "second_step_reset")


@router.post("/{agent_id}/password-link")
async def password_link(agent_id: str, request: Request) -> Response:
    """Make a link by which an agent sets a password, and show it this once."""
    who, _ = await access.posted(request, ADMINISTRATOR)
    parts = services(request)
    try:
        token = await to_thread(accounts.password_link, parts.store, who.agent, parts.now(), agent_id)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    return await _page(request, who, agent_id, link=_link(request, token))


async def _deed(agent_id: str, request: Request, deed: Deed, done: str) -> Response:
    who, _ = await access.posted(request, ADMINISTRATOR)
    parts = services(request)
    return await _done(
        request, who, agent_id, lambda: deed(parts.store, who.agent, parts.now(), agent_id), done
    )


async def _done(
    request: Request,
    who: SignedIn,
    agent_id: str,
    do: Callable[[], None],
    done: str,
    fields: Mapping[str, str] | None = None,
) -> Response:
    """Do something and show the agent as they are then; a refusal says why and keeps what was typed."""
    try:
        await to_thread(do)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    except AgentTrouble as trouble:
        return await _page(request, who, agent_id, trouble.code, fields)
    return go(f"/desk/agents/{agent_id}?done={done}")


def _known(fields: Mapping[str, str], text: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a form tells of an agent; raises AgentTrouble."""
    duties = {
        "languages": ",".join(language for language in LANGUAGES if fields.get(f"speaks_{language}")),
        "skills": ",".join(category for category in CATEGORIES if fields.get(f"skill_{category}")),
        "most_at_once": fields.get("most_at_once", ""),
        "shift": _with_our_days(fields.get("shift", ""), text["days"]),
        "phone": fields.get("phone", ""),
    }
    return {
        **{name: fields.get(name, "") for name in ("name", "role", "language")},
        **duties_from(duties),
    }


def _with_our_days(shift: str, days: Mapping[str, str]) -> str:
    """Return hours with the days named as commands name them."""
    ours = {theirs: day for day, theirs in days.items()}
    return re.sub(r"[a-zàé]+", lambda word: ours.get(word[0], word[0]), shift.lower())


def _as_typed(agent: Agent, days: Mapping[str, str]) -> dict[str, str]:
    """Return what the form shows of an agent."""
    shift = re.sub(r"[a-z]{3}", lambda word: days[word[0]], written_week(agent.shift))
    return {
        **{name: str(value or "") for name, value in asdict(agent).items()},
        "shift": shift,
        **{f"speaks_{language}": "yes" for language in agent.languages},
        **{f"skill_{category}": "yes" for category in agent.skills},
    }


_NOBODY = Agent("", "", "", AGENT, "en", tuple(LANGUAGES), most_at_once=MOST_AT_ONCE)


async def _list_page(
    request: Request, who: SignedIn, problem: str | None = None, fields: Mapping[str, str] | None = None
) -> Response:
    parts, wording = services(request), wording_for(request, who)
    text = pack(wording.language, "accounts")

    def read() -> tuple[list[Agent], set[str], dict[str, datetime]]:
        with parts.store.view() as unit:
            return unit.agents.all(), unit.second_steps.confirmed(), unit.agent_sessions.last_seen()

    agents, confirmed, last_seen = await to_thread(read)
    html = pages.accounts_page(
        "agents.html",
        wording,
        who,
        agents=agents,
        confirmed=confirmed,
        last_seen=last_seen,
        typed=fields or _as_typed(_NOBODY, text["days"]),
        problem=text["problems"][problem] if problem else None,
        **_choices(),
    )
    return pages.page(html, 422 if problem else 200)


async def _page(
    request: Request,
    who: SignedIn,
    agent_id: str,
    problem: str | None = None,
    fields: Mapping[str, str] | None = None,
    link: str | None = None,
) -> Response:
    parts, wording = services(request), wording_for(request, who)
    text = pack(wording.language, "accounts")

    def read() -> tuple[Agent | None, bool, datetime | None]:
        with parts.store.view() as unit:
            return (
                unit.agents.get(agent_id),
                agent_id in unit.second_steps.confirmed(),
                unit.agent_sessions.last_seen().get(agent_id),
            )

    agent, has_second_step, last_seen = await to_thread(read)
    if agent is None:
        raise Forbidden("not_found", who.agent.language)
    html = pages.accounts_page(
        "agent.html",
        wording,
        who,
        agent=agent,
        has_second_step=has_second_step,
        last_seen=last_seen,
        typed=fields or _as_typed(agent, text["days"]),
        link=link,
        hours=int(TICKET_LASTS[SET_PASSWORD].total_seconds() // 3600),
        done=text["done"].get(request.query_params.get("done")) if not problem else None,
        problem=text["problems"][problem] if problem else None,
        **_choices(),
    )
    return pages.page(html, 422 if problem else 200)


def _choices() -> dict[str, Any]:
    return {"roles": ROLES, "categories": CATEGORIES}


def _link(request: Request, token: str) -> str:
    return f"{services(request).settings.public_url}/desk/password/{token}"
