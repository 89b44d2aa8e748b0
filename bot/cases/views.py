"""Views of the list of cases: what somebody searched and filtered for, kept under a name."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases.agent import LEAD, Agent
from bot.cases.errors import CaseError

LONGEST_NAME = 60
MOST_VIEWS = 30
"""So many views one agent may keep; each is counted whenever the list is shown."""


class ViewRefused(CaseError):
    """A view cannot be kept; `code` says why."""


@dataclass(frozen=True)
class View:
    """A list of cases under a name: `query` is the address's, `is_shared` those that everybody sees."""

    id: str
    agent_id: str
    name: str
    query: str
    is_shared: bool = False


def may_remove(view: View, agent: Agent) -> bool:
    """Tell whether an agent may remove a view: their own, and a lead those that all share."""
    return view.agent_id == agent.id or (view.is_shared and agent.may(LEAD))


def named(name: str, known: int) -> str:
    """Return the name for a view of somebody who keeps so many others; raises ViewRefused."""
    if not name.strip():
        raise ViewRefused("view_unnamed")
    if len(name.strip()) > LONGEST_NAME:
        raise ViewRefused("field_too_long")
    if known >= MOST_VIEWS:
        raise ViewRefused("views_too_many")
    return name.strip()
