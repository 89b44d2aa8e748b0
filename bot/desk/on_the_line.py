"""A call as an agent sees it at the desk: who has the caller on the line, and what this agent can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases.agent import Agent
from bot.cases.call import IN_LINE
from bot.cases.holding import Holding
from bot.cases.ringing import UNANSWERED
from bot.desk.glance import Seen

WITH_ASSISTANT, WAITS, RINGS, TALKS, WITH_OTHER, OVER = (
    "with_assistant",
    "waits",
    "rings",
    "talks",
    "with_other",
    "over",
)
"""Where a caller is: with the assistant, in line, or this agent is rung for them, or talks; with somebody else; gone."""


@dataclass(frozen=True)
class OnTheLine:
    """How a call stands for one agent.

    `was_missed` tells that they were rung in vain; `had` is their latest stretch with the caller, whom they talked with.
    """

    where: str
    was_missed: bool
    had: Holding | None


def on_the_line(seen: Seen, agent: Agent) -> OnTheLine:
    """Return how a call stands for an agent."""
    mine = [each for each in seen.rings if each.agent_id == agent.id]
    stretches = [each for each in seen.holdings if each.agent_id == agent.id]
    talked = any(each.joined_at for each in mine) and bool(stretches)
    was_missed = bool(mine) and mine[-1].outcome == UNANSWERED
    return OnTheLine(_where(seen, agent), was_missed, stretches[-1] if talked else None)


def _where(seen: Seen, agent: Agent) -> str:
    if seen.call is None or seen.call.ended_at:
        return OVER
    rung = next((each for each in seen.rings if each.is_open), None)
    if rung is None:
        return WAITS if seen.call.transfer == IN_LINE else WITH_ASSISTANT
    if rung.agent_id != agent.id:
        return WITH_OTHER
    return TALKS if rung.joined_at else RINGS
