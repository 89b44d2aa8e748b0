"""What proves who an agent is beside their password: codes of an app, recovery codes, and tickets for one step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from bot.cases.agent import SecondStep, Ticket
from bot.store.rows import Repository, facts_of
from bot.store.tables import recovery_codes, second_steps, tickets


class SecondSteps(Repository):
    """The second steps of a unit."""

    def get(self, agent_id: str) -> SecondStep | None:
        """Return what an agent's app makes codes from, confirmed or not."""
        row = self._row(select(second_steps).where(second_steps.c.agent_id == agent_id))
        return None if row is None else SecondStep(**row)

    def put(self, step: SecondStep) -> None:
        """Keep it instead of what there was."""
        self._put(second_steps, "agent_id", facts_of(step))

    def accept(self, agent_id: str, step: int) -> bool:
        """Take the code of a time step; False when it, or a later one, was taken before."""
        c = second_steps.c
        unseen = (c.agent_id == agent_id) & (c.last_step < step)
        return (
            self._connection.execute(update(second_steps).where(unseen).values(last_step=step)).rowcount > 0
        )

    def confirmed(self) -> set[str]:
        """Return who signs in with a second step."""
        is_on = second_steps.c.confirmed_at.is_not(None)
        return {row["agent_id"] for row in self._rows(select([second_steps.c.agent_id]).where(is_on))}

    def put_recovery_codes(self, agent_id: str, hashes: Iterable[str]) -> None:
        """Keep new recovery codes instead of those that there were."""
        self._drop_recovery_codes(agent_id)
        rows = [{"agent_id": agent_id, "code_hash": code_hash} for code_hash in hashes]
        self._connection.execute(insert(recovery_codes), rows)

    def use_recovery_code(self, agent_id: str, code_hash: str, at: datetime) -> bool:
        """Take a recovery code; False when it is not theirs or was taken before."""
        c = recovery_codes.c
        unused = (c.agent_id == agent_id) & (c.code_hash == code_hash) & c.used_at.is_(None)
        return self._connection.execute(update(recovery_codes).where(unused).values(used_at=at)).rowcount > 0

    def recovery_codes_left(self, agent_id: str) -> int:
        """Return how many have not been used."""
        c = recovery_codes.c
        mine = (c.agent_id == agent_id) & c.used_at.is_(None)
        return self._connection.execute(select(func.count()).where(mine)).scalar_one()

    def remove(self, agent_id: str) -> bool:
        """Let a password be enough again; tell whether it was not."""
        self._drop_recovery_codes(agent_id)
        mine = second_steps.c.agent_id == agent_id
        return self._connection.execute(delete(second_steps).where(mine)).rowcount > 0

    def _drop_recovery_codes(self, agent_id: str) -> None:
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.agent_id == agent_id))


class Tickets(Repository):
    """The tickets of a unit."""

    def add(self, ticket: Ticket, now: datetime) -> None:
        """Keep a new ticket; those that have expired go."""
        self._connection.execute(delete(tickets).where(tickets.c.expires_at < now))
        self._connection.execute(insert(tickets).values(facts_of(ticket)))

    def get(self, token_hash: str, purpose: str, now: datetime) -> Ticket | None:
        """Return a ticket that is still good for this."""
        row = self._row(select(tickets).where(self._good(token_hash, purpose, now)))
        return None if row is None else Ticket(**row)

    def use(self, token_hash: str, purpose: str, now: datetime) -> bool:
        """Use a ticket up; False when it is not good for this, or not any more."""
        good = update(tickets).where(self._good(token_hash, purpose, now))
        return self._connection.execute(good.values(used_at=now)).rowcount > 0

    def void_all_of(self, agent_id: str, at: datetime) -> None:
        """Let no ticket of an agent be good for anything."""
        mine = (tickets.c.agent_id == agent_id) & tickets.c.used_at.is_(None)
        self._connection.execute(update(tickets).where(mine).values(used_at=at))

    def _good(self, token_hash: str, purpose: str, now: datetime) -> ColumnElement:
        c = tickets.c
        mine = (c.token_hash == token_hash) & (c.purpose == purpose)
        return mine & c.used_at.is_(None) & (c.expires_at > now)
