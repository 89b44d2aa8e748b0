"""A provider's systems as docs/records.openapi.yml describes them, in front of any records; for tests only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import uvicorn
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp

from bot.cases.records import CALL_BACK, CREDIT, HOLD, VISIT, Instruction, InstructionRefused, Records

TOKEN = "token-of-the-tests"
KINDS = {"credits": CREDIT, "collection-holds": HOLD, "visits": VISIT, "call-backs": CALL_BACK}
STATUS = {"no_such_account": 404, "more_than_charged": 409}


@dataclass(frozen=True)
class Exchange:
    """One request as it came over the wire, and what was answered."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    status: int
    answer: Any


@dataclass
class RecordsServer:
    """A server's address, the records behind it, and everything that was said to it and by it."""

    url: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    _records: Records | None = None
    _keys: set[str] = field(default_factory=set)

    def begin(self, records: Records) -> None:
        """Serve these records from now on, and forget what was said before."""
        self._records, self.exchanges, self._keys = records, [], set()

    @property
    def records(self) -> Records:
        """The records that are served."""
        assert self._records is not None, "nobody has said what to serve"
        return self._records

    async def answer(self, request: Request) -> JSONResponse:
        """Answer a request and keep both."""
        body = await request.json() if request.method == "POST" else None
        status, answer = self._answer(request, body)
        self.exchanges.append(
            Exchange(
                request.method,
                request.scope["raw_path"].decode(),
                request.url.query,
                dict(request.headers),
                body,
                status,
                answer,
            )
        )
        return JSONResponse(answer, status)

    def _answer(self, request: Request, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(401, "not_allowed")
        if request.url.path == "/outages":
            return 200, jsonable_encoder(
                {"outages": self.records.outages(request.query_params["postal_code"])}
            )
        account_number, _, kind = request.path_params["rest"].rpartition("/")
        if request.method == "POST":
            return self._carry_out(account_number, KINDS[kind], body, request.headers["idempotency-key"])
        account = self.records.account(request.path_params["rest"])
        return error(404, "no_such_account") if account is None else (200, jsonable_encoder(account))

    def _carry_out(self, account_number: str, kind: str, body: Any, key: str) -> tuple[int, Any]:
        told = {**body, "at": datetime.fromisoformat(body["at"])}
        if told.get("on"):
            told["on"] = date.fromisoformat(told["on"])
        instruction = Instruction(key=unquote(key), kind=kind, account_number=account_number, **told)
        try:
            reference = self.records.carry_out(instruction)
        except InstructionRefused as refusal:
            return error(STATUS.get(refusal.code, 422), refusal.code)
        before = key in self._keys
        self._keys.add(key)
        return 200 if before else 201, {"reference": reference}


def error(status: int, code: str) -> tuple[int, Any]:
    """Return a refusal as the contract has it."""
    return status, {"error": {"code": code, "message": f"The test says {code}."}}


async def no_such_path(request: Request, _: Exception) -> JSONResponse:
    """Answer for a path that leads to no account."""
    status, answer = error(404, "no_such_account")
    return JSONResponse(answer, status)


@contextmanager
def serving_records() -> Iterator[RecordsServer]:
    """Serve records by the contract for as long as the block lasts; `begin` says which."""
    server = RecordsServer()
    app = FastAPI(openapi_url=None, exception_handlers={404: no_such_path})
    app.add_api_route("/outages", server.answer, methods=["GET"])
    app.add_api_route("/accounts/{rest:path}", server.answer, methods=["GET", "POST"])
    with serving(app) as server.url:
        yield server


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free port of this machine for as long as the block lasts; gives its address."""
    config = uvicorn.Config(
        app, port=0, log_level="critical", ws="wsproto", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive(), "the server did not stop"
