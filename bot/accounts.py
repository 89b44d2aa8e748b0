"""What administrators do with the accounts of the desk, and agents with their own; each deed is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.agents import (
    AgentTrouble,
    check_role_and_language,
    hashed,
    must_leave_an_administrator,
    new_agent,
    nobodys_hash,
    sign_out_everywhere,
    taken_is_told,
)
from bot.cases import audit
from bot.cases.agent import ADMINISTRATOR, SET_PASSWORD, TICKET_LASTS, Agent, Ticket
from bot.store import Store, Unit

LONGEST_NAME = 80


def hash_of(token: str) -> str:
    """Return the hash under which a token is kept."""
    return sha256(token.encode()).hexdigest()


def invite(
    store: Store, by: Agent, now: datetime, email: str, name: str, role: str, language: str, **duties: Any
) -> tuple[Agent, str]:
    """Add an agent; return them with the token of the link by which they set their password. Raises AgentTrouble."""
    agent = new_agent(email, _name(name), role, language, **duties)
    with taken_is_told(agent), store.unit() as unit:
        unit.agents.add(agent, nobodys_hash())
        token = new_ticket(unit, SET_PASSWORD, now, agent.id)
        unit.audit.add(now, audit.ADDED, by.id, agent.id)
    return agent, token


def change(
    store: Store, by: Agent, now: datetime, agent_id: str, name: str, role: str, language: str, **duties: Any
) -> None:
    """Change what is known of an agent; raises AgentTrouble, LookupError where there is no such agent."""
    check_role_and_language(role, language)
    known = {"name": _name(name), "role": role, "language": language, **duties}

    def save(unit: Unit, agent: Agent) -> None:
        if role != ADMINISTRATOR:
            must_leave_an_administrator(unit, agent)
        unit.agents.save(replace(agent, **known))

    _with(store, by, now, agent_id, audit.CHANGED, save)


def disable(store: Store, by: Agent, now: datetime, agent_id: str) -> None:
    """Let an agent sign in no more, from this moment on; raises AgentTrouble, LookupError."""

    def close(unit: Unit, agent: Agent) -> None:
        must_leave_an_administrator(unit, agent)
        unit.agents.save(replace(agent, is_active=False))
        sign_out_everywhere(unit, agent.id, now)

    _with(store, by, now, agent_id, audit.DISABLED, close)


def enable(store: Store, by: Agent, now: datetime, agent_id: str) -> None:
    """Let an agent sign in again; raises LookupError."""
    _with(
        store,
        by,
        now,
        agent_id,
        audit.ENABLED,
        lambda unit, agent: unit.agents.save(replace(agent, is_active=True)),
    )


def end_sessions(store: Store, by: Agent, now: datetime, agent_id: str) -> None:
    """Sign an agent out everywhere; raises LookupError."""
    _with(
        store,
        by,
        now,
        agent_id,
        audit.SESSIONS_ENDED,
        lambda unit, agent: unit.agent_sessions.revoke_all_of(agent.id, now),
    )


def reset_second_step(store: Store, by: Agent, now: datetime, agent_id: str) -> None:
    """Let an agent who lost the device sign in with the password alone, anew; raises LookupError."""

    def reset(unit: Unit, agent: Agent) -> None:
        unit.second_steps.remove(agent.id)
        sign_out_everywhere(unit, agent.id, now)

    _with(store, by, now, agent_id, audit.SECOND_STEP_RESET, reset)


def password_link(store: Store, by: Agent, now: datetime, agent_id: str) -> str:
    """Return the token of a link by which an agent sets a password; links made before are void. Raises LookupError."""
    made: list[str] = []

    def make(unit: Unit, agent: Agent) -> None:
        unit.tickets.void_all_of(agent.id, now)
        made.append(new_ticket(unit, SET_PASSWORD, now, agent.id))

    _with(store, by, now, agent_id, audit.LINK_MADE, make)
    return made[0]


def invited(store: Store, token: str, now: datetime) -> Agent | None:
    """Return who may set a password by a link, None when it is good no more."""
    with store.view() as unit:
        ticket = unit.tickets.get(hash_of(token), SET_PASSWORD, now)
        agent = unit.agents.get(ticket.agent_id) if ticket and ticket.agent_id else None
    return agent if agent and agent.is_active else None


def set_password_by_link(store: Store, token: str, password: str, now: datetime) -> bool:
    """Give whoever was sent a link their password; False when it is good no more, AgentTrouble for a short one."""
    agent, password_hash = invited(store, token, now), hashed(password)
    if agent is None:
        return False
    with store.unit() as unit:
        if not unit.tickets.use(hash_of(token), SET_PASSWORD, now):
            return False
        unit.agents.set_password(agent.id, password_hash)
        sign_out_everywhere(unit, agent.id, now)
        unit.audit.add(now, audit.PASSWORD_SET, agent.id, agent.id)
    return True


def set_own_password(store: Store, agent: Agent, password: str, session_hash: str, now: datetime) -> None:
    """Give an agent the password of their choice, which ends every other session; raises AgentTrouble."""
    password_hash = hashed(password)
    with store.unit() as unit:
        unit.agents.set_password(agent.id, password_hash)
        sign_out_everywhere(unit, agent.id, now, but=session_hash)
        unit.audit.add(now, audit.PASSWORD_SET, agent.id, agent.id)


def new_ticket(unit: Unit, purpose: str, now: datetime, agent_id: str | None = None) -> str:
    """Keep a new ticket and return its token."""
    token = secrets.token_urlsafe(32)
    unit.tickets.add(Ticket(hash_of(token), purpose, now + TICKET_LASTS[purpose], agent_id), now)
    return token


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise AgentTrouble(f"a name has from 1 to {LONGEST_NAME} characters", "name")
    return name


def _with(
    store: Store, by: Agent, now: datetime, agent_id: str, deed: str, do: Callable[[Unit, Agent], None]
) -> None:
    with store.unit() as unit:
        agent = {each.id: each for each in unit.agents.all_locked()}.get(agent_id)
        if agent is None:
            raise LookupError(agent_id)
        do(unit, agent)
        unit.audit.add(now, deed, by.id, agent_id)
