"""The unit of work: what belongs together is kept together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine

from bot.store.accounts import SecondSteps, Tickets
from bot.store.agents import Agents, AgentSessions
from bot.store.audit import Audit
from bot.store.books import Books
from bot.store.calls import Calls
from bot.store.case_lists import CaseLists
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.engine import open_engine, reading
from bot.store.errors import told_plainly
from bot.store.evidence import EvidenceKept
from bot.store.holdings import Holdings
from bot.store.identity import Attempts, Codes, Proofs
from bot.store.inbound import InboundMessages
from bot.store.instructions import Instructions
from bot.store.leftovers import Leftovers
from bot.store.links import Links
from bot.store.macros import Macros
from bot.store.matters import Matters
from bot.store.messages import Messages
from bot.store.outbox import Outbox
from bot.store.presences import Presences
from bot.store.proposals import Proposals
from bot.store.reports import Reports
from bot.store.rings import Rings
from bot.store.running import ActionResults, Heartbeats, Trackers
from bot.store.texters import Consents, Texters
from bot.store.ties import Ties
from bot.store.views import Views


class Unit:
    """One transaction and all that can be read and written in it."""

    def __init__(self, connection: Connection, writable: bool) -> None:
        self.conversations = Conversations(connection, writable)
        self.messages = Messages(connection, writable)
        self.inbound = InboundMessages(connection, writable)
        self.cases = Cases(connection, writable)
        self.views = Views(connection, writable)
        self.ties = Ties(connection, writable)
        self.case_lists = CaseLists(connection, writable)
        self.outbox = Outbox(connection, writable)
        self.codes = Codes(connection, writable)
        self.proofs = Proofs(connection, writable)
        self.attempts = Attempts(connection, writable)
        self.instructions = Instructions(connection, writable)
        self.books = Books(connection, writable)
        self.calls = Calls(connection, writable)
        self.rings = Rings(connection, writable)
        self.leftovers = Leftovers(connection, writable)
        self.texters = Texters(connection, writable)
        self.consents = Consents(connection, writable)
        self.evidence = EvidenceKept(connection, writable)
        self.agents = Agents(connection, writable)
        self.agent_sessions = AgentSessions(connection, writable)
        self.presences = Presences(connection, writable)
        self.second_steps = SecondSteps(connection, writable)
        self.tickets = Tickets(connection, writable)
        self.holdings = Holdings(connection, writable)
        self.reports = Reports(connection, writable)
        self.links = Links(connection, writable)
        self.audit = Audit(connection, writable)
        self.macros = Macros(connection, writable)
        self.proposals = Proposals(connection, writable)
        self.matters = Matters(connection, writable)
        self.action_results = ActionResults(connection, writable)
        self.trackers = Trackers(connection, writable)
        self.heartbeats = Heartbeats(connection, writable)


class Store:
    """The database behind every process; safe to share between threads, opened anew in each process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Open a transaction that writes; it is committed at the end, and undone by any exception.

        Units are short and never nested: on SQLite there is one at a time.
        Raises StoreError, of which Conflict and StoreUnavailable tell more.
        """
        with told_plainly(), self._engine.begin() as connection:
            yield Unit(connection, writable=True)

    @contextmanager
    def view(self) -> Iterator[Unit]:
        """Open a transaction that only reads: it sees one moment, waits for nobody, refuses every write."""
        with told_plainly(), self._reading.begin() as connection:
            yield Unit(connection, writable=False)

    def ping(self) -> None:
        """Raise StoreUnavailable when the database does not answer."""
        with told_plainly(), self._reading.begin() as connection:
            connection.exec_driver_sql("SELECT 1")

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_store(database_url: str) -> Store:
    """Return the store at this address; nothing is connected before its first use."""
    return Store(open_engine(database_url))
