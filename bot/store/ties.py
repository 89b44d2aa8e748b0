"""Which cases belong together."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from bot.cases.tying import Tie
from bot.store.rows import Repository, facts_of
from bot.store.tables import case_ties


class Ties(Repository):
    """The ties between cases, of a unit."""

    def put(self, tie: Tie) -> None:
        """Keep a tie; of the same two cases the latest stands."""
        self.remove(tie.tracking_number, tie.other)
        self._connection.execute(case_ties.insert().values(facts_of(tie)))

    def remove(self, one: str, other: str) -> bool:
        """Untie two cases, whichever was tied to the other; False when they were not."""
        ends = (case_ties.c.tracking_number, case_ties.c.other)
        pairs = [(ends[0] == a) & (ends[1] == b) for a, b in ((one, other), (other, one))]
        return self._connection.execute(delete(case_ties).where(or_(*pairs))).rowcount > 0

    def of(self, tracking_number: str) -> list[Tie]:
        """Return every tie of a case, the oldest first."""
        mine = or_(case_ties.c.tracking_number == tracking_number, case_ties.c.other == tracking_number)
        statement = select(case_ties).where(mine).order_by(case_ties.c.at, case_ties.c.other)
        return [Tie(**row) for row in self._rows(statement)]
