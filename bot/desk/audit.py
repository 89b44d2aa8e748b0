"""What an administrator asks of the record of who saw and did what, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.cases.agent import Agent
from bot.cases.audit import Entry
from bot.store import Store

PAGE = 50


@dataclass(frozen=True)
class Wished:
    """Which entries to show: of an agent, about a subject, older than a number; empty for all."""

    agent_id: str = ""
    subject_id: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Read:
    """One page of entries, everybody who may be named in it by id, and the address of what is older."""

    entries: list[Entry]
    agents: dict[str, Agent]
    older: str | None


def read_audit(store: Store, wished: Wished) -> Read:
    """Return a page of the record, the newest first."""
    with store.view() as unit:
        found = unit.audit.newest(PAGE + 1, wished.agent_id or None, wished.subject_id or None, wished.before)
        agents = {agent.id: agent for agent in unit.agents.all()}
    entries = found[:PAGE]
    older = None
    if len(found) > PAGE:
        same = {"agent": wished.agent_id, "subject": wished.subject_id, "before": entries[-1].number}
        older = f"/desk/audit?{urlencode(same)}"
    return Read(entries, agents, older)
