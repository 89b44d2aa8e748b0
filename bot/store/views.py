"""The views that agents keep of the list of cases."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from bot.cases.views import View
from bot.store.rows import Repository, facts_of
from bot.store.tables import saved_views


class Views(Repository):
    """The views of a unit."""

    def put(self, view: View) -> None:
        """Keep a view; one of the same agent and name gives way to it."""
        same = (saved_views.c.agent_id == view.agent_id) & (saved_views.c.name == view.name)
        self._connection.execute(delete(saved_views).where(same))
        self._connection.execute(saved_views.insert().values(facts_of(view)))

    def get(self, view_id: str) -> View | None:
        """Return a view."""
        row = self._row(select(saved_views).where(saved_views.c.id == view_id))
        return None if row is None else View(**row)

    def remove(self, view_id: str) -> None:
        """Keep a view no longer."""
        self._connection.execute(delete(saved_views).where(saved_views.c.id == view_id))

    def of_agent(self, agent_id: str) -> list[View]:
        """Return what an agent sees by name: their own views, and those that all share."""
        theirs = or_(saved_views.c.agent_id == agent_id, saved_views.c.is_shared)
        statement = select(saved_views).where(theirs).order_by(saved_views.c.name, saved_views.c.id)
        return [View(**row) for row in self._rows(statement)]
