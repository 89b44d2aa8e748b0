"""Agents are added, and their passwords set and checked, here; the desk and the command line share it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from email_validator import EmailNotValidError, validate_email

from bot.cases import audit
from bot.cases.agent import ADMINISTRATOR, ROLES, Agent, is_last_administrator
from bot.cases.complaint import CATEGORIES
from bot.cases.hours import Stretch, week_from
from bot.languages import LANGUAGES
from bot.observe import get_logger
from bot.settings import Settings
from bot.store import Conflict, Store, Unit

log = get_logger(__name__)

SHORTEST_PASSWORD = 12
"""Length is what makes a password hard to guess; no mix of signs is asked for."""

MOST_CONVERSATIONS = 50
"""Nobody holds more at once; a larger number is a slip of the keyboard."""

NONE = "none"
"""What an operator writes for no skills, shift or number in particular."""

_HASHER = PasswordHasher()
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class AgentTrouble(ValueError):
    """An agent cannot be added or changed so; the message says why, for the operator, and `code` for a page."""

    def __init__(self, message: str, code: str = "not_possible") -> None:
        super().__init__(message)
        self.code = code


def normal_email(email: str) -> str:
    """Return an e-mail address as agents are known by it."""
    return email.strip().lower()


def add_agent(
    store: Store,
    email: str,
    name: str,
    password: str,
    role: str = "agent",
    language: str = "en",
    **duties: Any,
) -> Agent:
    """Add an agent, with what `duties_from` read; raises AgentTrouble for what cannot be, and for a taken address."""
    password_hash = hashed(password)
    return _added(store, new_agent(email, name, role, language, **duties), password_hash)


def new_agent(email: str, name: str, role: str, language: str, **duties: Any) -> Agent:
    """Return an agent whom nobody has added yet; raises AgentTrouble for what cannot be."""
    _check_email(email)
    check_role_and_language(role, language)
    return replace(_agent(email, name, role, language), **duties)


def check_role_and_language(role: str, language: str) -> None:
    """Raise AgentTrouble for a role or a language that the desk does not have."""
    if role not in ROLES:
        raise AgentTrouble(f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if language not in LANGUAGES:
        raise AgentTrouble(f"a language is one of {', '.join(LANGUAGES)}, not {language!r}")


def duties_from(given: Mapping[str, str]) -> dict[str, Any]:
    """Read what an agent takes on, and when, as operators write it; raises AgentTrouble.

    `skills` and `languages` are lists with commas, `most_at_once` a number, `shift` hours of the week, `phone` a number
    with its country code; what is not there stays as it is.
    """
    return dict(_duties(given))


def _duties(given: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, read in _READ.items():
        if name in given:
            wish = given[name].strip()
            yield name, read("" if wish == NONE else wish)


def set_duties(store: Store, email: str, duties: Mapping[str, Any]) -> None:
    """Change what an agent takes on, and when; raises AgentTrouble."""
    _change(store, email, lambda unit, agent: unit.agents.save(replace(agent, **duties)))


def _skills(text: str) -> tuple[str, ...]:
    return _some_of(CATEGORIES, text, "a skill")


def _languages(text: str) -> tuple[str, ...]:
    spoken = _some_of(LANGUAGES, text, "a language")
    if not spoken:
        raise AgentTrouble("an agent speaks one language at least", "languages")
    return spoken


def _some_of(known: Sequence[str], text: str, what: str) -> tuple[str, ...]:
    wished = [item.strip() for item in text.lower().split(",") if item.strip()]
    unknown = next((item for item in wished if item not in known), None)
    if unknown is not None:
        raise AgentTrouble(f"{what} is one of {', '.join(known)}, not {unknown!r}")
    return tuple(item for item in known if item in wished)


def _most_at_once(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_CONVERSATIONS:
        raise AgentTrouble(
            f"an agent has from 1 to {MOST_CONVERSATIONS} conversations at once, not {text!r}", "most_at_once"
        )
    return int(text)


def _shift(text: str) -> tuple[Stretch, ...]:
    try:
        return week_from(text)
    except ValueError as wrong:
        raise AgentTrouble(str(wrong), "shift") from None


def _phone(text: str) -> str | None:
    number = re.sub(r"[\s().-]", "", text)
    if number and not _E164.fullmatch(number):
        raise AgentTrouble(
            f"a telephone number has its country code, such as +14165550123, not {text!r}", "phone"
        )
    return number or None


_READ: dict[str, Callable[[str], Any]] = {
    "skills": _skills,
    "languages": _languages,
    "most_at_once": _most_at_once,
    "shift": _shift,
    "phone": _phone,
}


def _agent(email: str, name: str, role: str, language: str) -> Agent:
    return Agent(secrets.token_hex(8), normal_email(email), name.strip() or email, role, language, LANGUAGES)


def _added(store: Store, agent: Agent, password_hash: str) -> Agent:
    with taken_is_told(agent), store.unit() as unit:
        unit.agents.add(agent, password_hash)
    return agent


@contextmanager
def taken_is_told(agent: Agent) -> Iterator[None]:
    """Raise AgentTrouble where an agent is added whose address somebody has."""
    try:
        yield
    except Conflict:
        raise AgentTrouble(f"there is an agent with the address {agent.email} already", "taken") from None


def first_administrator(store: Store, settings: Settings) -> Agent | None:
    """Make the administrator that the settings name while nobody works at the desk yet; both are as the operator likes."""
    if not (settings.desk_admin_email and settings.desk_admin_password):
        return None
    with store.view() as unit:
        if unit.agents.count():
            return None
    name = settings.desk_admin_email.partition("@")[0].capitalize()
    made = _agent(settings.desk_admin_email, name, ADMINISTRATOR, "en")
    _added(store, made, _HASHER.hash(settings.desk_admin_password.reveal()))
    log.info("agent.first_added")
    return made


def set_password(store: Store, email: str, password: str, now: datetime) -> None:
    """Give an agent a new password, which ends every session of theirs; raises AgentTrouble."""
    password_hash = hashed(password)

    def change(unit: Unit, agent: Agent) -> None:
        unit.agents.set_password(agent.id, password_hash)
        sign_out_everywhere(unit, agent.id, now)
        unit.audit.add(now, audit.PASSWORD_SET, None, agent.id)

    _change(store, email, change)


def disable(store: Store, email: str, now: datetime) -> None:
    """Let an agent sign in no more, from this moment on; raises AgentTrouble, also for the last administrator."""

    def change(unit: Unit, agent: Agent) -> None:
        must_leave_an_administrator(unit, agent)
        unit.agents.save(replace(agent, is_active=False))
        sign_out_everywhere(unit, agent.id, now)
        unit.audit.add(now, audit.DISABLED, None, agent.id)

    _change(store, email, change)


def must_leave_an_administrator(unit: Unit, agent: Agent) -> None:
    """Raise AgentTrouble where this agent is the only one who administers the desk; nobody else decides meanwhile."""
    if is_last_administrator(agent, unit.agents.all_locked()):
        raise AgentTrouble(f"{agent.email} is the last administrator", "last_administrator")


def sign_out_everywhere(unit: Unit, agent_id: str, now: datetime, but: str = "") -> None:
    """End what an agent has begun anywhere but in one session, links to set a password too."""
    unit.agent_sessions.revoke_all_of(agent_id, now, but)
    unit.tickets.void_all_of(agent_id, now)


def reset_second_step(store: Store, email: str, now: datetime) -> None:
    """Let an agent who lost the device sign in with the password alone, anew; raises AgentTrouble."""

    def change(unit: Unit, agent: Agent) -> None:
        unit.second_steps.remove(agent.id)
        sign_out_everywhere(unit, agent.id, now)
        unit.audit.add(now, audit.SECOND_STEP_RESET, None, agent.id)

    _change(store, email, change)


def checked_password(store: Store, email: str, password: str) -> Agent | None:
    """Return whose address and password these are; as long a look is taken at an address that nobody has."""
    with store.view() as unit:
        found = unit.agents.by_email(normal_email(email))
    agent, password_hash = found or (None, _nobodys_hash())
    try:
        _HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return None
    return agent if agent and agent.is_active else None


def hashed(password: str) -> str:
    """Return the argon2 hash of a password; raises AgentTrouble when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise AgentTrouble(f"a password needs at least {SHORTEST_PASSWORD} characters", "short_password")
    return _HASHER.hash(password)


def nobodys_hash() -> str:
    """Return the hash of a password that nobody knows."""
    return _HASHER.hash(secrets.token_hex(16))


_nobodys_hash = cache(nobodys_hash)


def _check_email(email: str) -> None:
    try:
        validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise AgentTrouble(f"{email!r} is no e-mail address", "email") from None


def _change(store: Store, email: str, change: Callable[[Unit, Agent], None]) -> None:
    with store.unit() as unit:
        found = unit.agents.by_email(normal_email(email))
        if found is None:
            raise AgentTrouble(f"there is no agent with the address {email}")
        change(unit, found[0])
