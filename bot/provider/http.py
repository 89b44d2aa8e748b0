"""The records port over a provider's own systems, by the HTTP interface that docs/records.openapi.yml describes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from bot.cases.records import Account, Instruction, InstructionRefused, Outage, RecordsUnavailable
from bot.observe import get_logger
from bot.provider.postal import place_of
from bot.provider.wire import (
    PATHS,
    AccountBody,
    Body,
    DoneBody,
    OutagesBody,
    RefusedBody,
    instruction_body,
)
from bot.settings import Secret

log = get_logger(__name__)

LARGEST_BODY = 1_000_000
LONGEST_ACCOUNT_NUMBER = 64

_DONE = (httpx.codes.OK, httpx.codes.CREATED)
_REFUSED = (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)

Read = TypeVar("Read", bound=Body)


@dataclass(frozen=True)
class _Answer:
    kind: str
    status: int
    body: bytes

    def read(self, model: type[Read]) -> Read:
        """Return the body as `model`; one that does not fit is no answer at all."""
        try:
            return model.model_validate_json(self.body)
        except ValidationError:
            pass
        # Raised out here, where the error that quotes the body is no longer its context.
        raise _unavailable(self.kind, "unreadable", self.status)

    def unexpected(self) -> RecordsUnavailable:
        return _unavailable(self.kind, "unexpected", self.status)


class HttpRecords:
    """The records port over HTTP; one client, safe to share between threads. Nothing is tried twice: callers do that."""

    def __init__(self, base_url: str, token: Secret | None, timeout_seconds: float) -> None:
        """Take the address in front of `/accounts`, and how long connecting and then answering in full may each take."""
        self._base_url = base_url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        authorization = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
        self._client = httpx.Client(
            # Compressed, a small body could still unfold to a large one.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **authorization},
            timeout=timeout_seconds,
            # Shorter than servers keep a connection: a call on one that just ended would be a call without answer.
            limits=httpx.Limits(keepalive_expiry=2.0),
            follow_redirects=False,
            trust_env=False,
        )

    def account(self, account_number: str) -> Account | None:
        """Return the account as it stands now, None when there is none of that number."""
        if not _may_be_an_account(account_number):
            return None
        answer = self._ask("account", "GET", f"/accounts/{_quoted(account_number)}")
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        if answer.status != httpx.codes.OK:
            raise answer.unexpected()
        account = answer.read(AccountBody).account()
        if account.customer.account_number != account_number:
            # Better no account than somebody else's.
            raise _unavailable("account", "other_account", answer.status)
        return account

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        """Return the outages that are known now where this postal code lies; none for what cannot be one."""
        place = place_of(postal_code)
        if place is None:
            return ()
        answer = self._ask("outages", "GET", f"/outages?postal_code={place}")
        if answer.status != httpx.codes.OK:
            raise answer.unexpected()
        return answer.read(OutagesBody).facts()

    def carry_out(self, instruction: Instruction) -> str:
        """Have it done, once per key, and return the reference. Raises InstructionRefused when they will not."""
        if not _may_be_an_account(instruction.account_number):
            raise InstructionRefused("no_such_account")
        path = f"/accounts/{_quoted(instruction.account_number)}/{PATHS[instruction.kind]}"
        headers = {"Idempotency-Key": _quoted(instruction.key, kept=":/@")}
        answer = self._ask(instruction.kind, "POST", path, instruction_body(instruction), headers)
        if answer.status in _REFUSED:
            raise InstructionRefused(answer.read(RefusedBody).error.code)
        if answer.status not in _DONE:
            raise answer.unexpected()
        return answer.read(DoneBody).reference

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        body: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> _Answer:
        """Return the answer, whatever its status; `kind` names the path in logs, where the path itself may not go."""
        give_up = time.monotonic() + self._timeout_seconds
        try:
            with self._client.stream(method, self._base_url + path, json=body, headers=headers) as response:
                answer = _Answer(kind, response.status_code, _whole(response, give_up))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, _NotWhole) as error:
            reason = type(error).__name__
        else:
            log.info("records.answered", kind=kind, status=answer.status)
            return answer
        # Raised out here, where an error that quotes the path is no longer its context.
        raise _unavailable(kind, reason)


class _NotWhole(Exception):
    """A body that is too large, or still not complete when its time is over."""


def _whole(response: httpx.Response, give_up: float) -> bytes:
    body = bytearray()
    for part in response.iter_raw():
        body += part
        # The client's own time-out is for each part: a body that trickles in would never end.
        if len(body) > LARGEST_BODY or time.monotonic() > give_up:
            raise _NotWhole
    return bytes(body)


def _unavailable(kind: str, reason: str, status: int | None = None) -> RecordsUnavailable:
    log.warning("records.unavailable", kind=kind, reason=reason, status=status)
    return RecordsUnavailable(f"{kind}: {reason}")


def _may_be_an_account(account_number: str) -> bool:
    """Tell whether a number can be part of a path: not empty, not endless, and not `.` or `..`, which lead elsewhere."""
    return bool(account_number.strip(".")) and len(account_number) <= LONGEST_ACCOUNT_NUMBER


def _quoted(text: str, kept: str = "") -> str:
    return quote(text, safe=kept, errors="replace")
