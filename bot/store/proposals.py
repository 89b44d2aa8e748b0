"""Goodwill that agents want to offer, and what became of it."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from bot.cases.goodwill import ASKED, Proposal
from bot.store.rows import Repository, facts_of
from bot.store.tables import proposals

_COLUMNS = [column for column in proposals.columns if column.name != "row"]


class Proposals(Repository):
    """The proposals of a unit."""

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal; raises Conflict when its id is taken."""
        self._connection.execute(insert(proposals).values(facts_of(proposal)))

    def get(self, proposal_id: str) -> Proposal | None:
        """Return a proposal."""
        row = self._row(select(_COLUMNS).where(proposals.c.id == proposal_id))
        return None if row is None else Proposal(**row)

    def save(self, proposal: Proposal) -> None:
        """Write back a proposal; nobody else changes it while its case is loaded to be written."""
        mine = proposals.c.id == proposal.id
        self._connection.execute(update(proposals).where(mine).values(facts_of(proposal)))

    def of_case(self, tracking_number: str) -> list[Proposal]:
        """Return the proposals on a case in order."""
        mine = select(_COLUMNS).where(proposals.c.tracking_number == tracking_number)
        return [Proposal(**row) for row in self._rows(mine.order_by(proposals.c.row))]

    def asked(self, limit: int) -> list[Proposal]:
        """Return what a lead is asked for, the oldest first."""
        waiting = select(_COLUMNS).where(proposals.c.status == ASKED).order_by(proposals.c.row).limit(limit)
        return [Proposal(**row) for row in self._rows(waiting)]
