"""A provider's systems that keep their own ledger, and strike whom they are told to while a credit is given."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from bot.cases.records import CREDIT, Account, Instruction, Outage, Records
from bot.provider.demo import DemoProvider
from bot.store import open_store
from bot.store.books import Entry
from tests.fresh import new_database
from tests.provider.records_server import RecordsServer, error, no_such_path, serving

DECIDED, ASKED, WRITTEN, ANSWERED = "decided", "asked", "written", "answered"
MOMENTS = (DECIDED, ASKED, WRITTEN, ANSWERED)
"""When a blow may fall: once the credit is decided on, so that the provider never hears of it; when the provider was
asked and has not written yet, which it does all the same; when it has written and not answered; when it has answered.
"""

_NOT_NOW = 503


class Systems(RecordsServer):
    """The provider's systems over HTTP: the demo's records, and a ledger that is no part of the product's database."""

    def __init__(self, ledger: Path) -> None:
        """`ledger` is the file of the ledger."""
        super().__init__()
        self.down = False
        self._ledger, self._rounds = ledger, 0
        self._store = open_store(f"sqlite:///{ledger}")
        self._strike: tuple[str, Callable[[], None]] | None = None
        self.begin_anew()

    def arm(self, moment: str, strike: Callable[[], None]) -> None:
        """Have `strike` called at this moment of the next credit that is asked for."""
        self._strike = (moment, strike)

    @property
    def is_armed(self) -> bool:
        """Whether the blow has not fallen yet."""
        return self._strike is not None

    def begin_anew(self) -> None:
        """Begin with an empty ledger, and with charges that have not been spoken about yet."""
        with closing(sqlite3.connect(self._ledger, timeout=30)) as ledger, ledger:
            ledger.execute("DELETE FROM books")
        self._rounds += 1
        self.down, self._strike = False, None
        demo = DemoProvider(_now(), self._store, _now, ZoneInfo("America/Toronto"))
        self.begin(_Renumbered(demo, f"-{self._rounds}"))

    def credits(self, account_number: str) -> list[Entry]:
        """Return the credits that the ledger holds for an account."""
        with self._store.view() as unit:
            return [entry for entry in unit.books.of_account(account_number) if entry.kind == CREDIT]

    def close(self) -> None:
        """Let go of the ledger."""
        self._store.dispose()

    async def answer(self, request: Request) -> JSONResponse:
        """Answer a request; one for a credit with the blow that was ordered."""
        if self.down:
            return _unavailable()
        if not request.url.path.endswith("/credits"):
            return await super().answer(request)
        # Read first, for whoever is killed takes what was not read yet along.
        await request.body()
        if strike := self._due(DECIDED):
            await asyncio.to_thread(strike)
            return _unavailable()
        if strike := self._due(ASKED):
            await asyncio.to_thread(strike)
        response = await super().answer(request)
        if strike := self._due(WRITTEN):
            await asyncio.to_thread(strike)
        if strike := self._due(ANSWERED):
            response.background = BackgroundTask(asyncio.to_thread, strike)
        return response

    def _due(self, moment: str) -> Callable[[], None] | None:
        if self._strike is None or self._strike[0] != moment:
            return None
        strike, self._strike = self._strike[1], None
        return strike


class _Renumbered:
    """Records whose charges bear numbers that nobody has heard yet."""

    def __init__(self, records: Records, ending: str) -> None:
        self._records, self._ending = records, ending

    def account(self, account_number: str) -> Account | None:
        account = self._records.account(account_number)
        return account and replace(
            account,
            charges=tuple(
                replace(charge, charge_id=charge.charge_id + self._ending) for charge in account.charges
            ),
        )

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        return self._records.outages(postal_code)

    def carry_out(self, instruction: Instruction) -> str:
        subject = (instruction.subject or "").removesuffix(self._ending)
        return self._records.carry_out(replace(instruction, subject=subject or None))


def _now() -> datetime:
    return datetime.now(UTC)


def _unavailable() -> JSONResponse:
    status, body = error(_NOT_NOW, "unavailable")
    return JSONResponse(body, status)


@contextmanager
def serving_systems(folder: Path) -> Iterator[Systems]:
    """Serve a provider's systems for as long as the block lasts, with their ledger in a folder of their own."""
    ledger = folder / "ledger.db"
    new_database(f"sqlite:///{ledger}")
    systems = Systems(ledger)
    app = FastAPI(openapi_url=None, exception_handlers={404: no_such_path})
    app.add_api_route("/outages", systems.answer, methods=["GET"])
    app.add_api_route("/accounts/{rest:path}", systems.answer, methods=["GET", "POST"])
    with serving(app) as systems.url:
        yield systems
    systems.close()
