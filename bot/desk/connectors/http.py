"""Asks another desk over HTTP: once, in bounded time, and with a failure that says whether it may have arrived."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from bot.notices.courier import LATER, NEVER, UNKNOWN, NotDelivered

TIMEOUT_SECONDS = 7.0
LARGEST_BODY = 2_000_000
LONGEST_WAIT_SECONDS = 3600.0

_MAY_BE_MENDED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
"""Refusals that end when somebody corrects a token or a right; nothing is given up for them at once."""


class Asking:
    """One other desk; TLS is checked, no redirect is followed, and no proxy or password of this machine is used."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._client = _client(
            {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        )

    def get(self, path: str, **query: str | int) -> Any:
        """Return what is at a path; raises NotDelivered."""
        return _read(self._ask("GET", path, params=query))

    def send(self, path: str, body: Mapping[str, Any], method: str = "POST") -> Any:
        """Send a JSON body and return the JSON answer; raises NotDelivered."""
        return _read(self._ask(method, path, json=body))

    def send_raw(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Send a body as it is and return the answer; raises NotDelivered."""
        return self._ask("POST", path, content=body, headers=headers)

    def _ask(self, method: str, path: str, **request: Any) -> bytes:
        give_up = time.monotonic() + TIMEOUT_SECONDS
        try:
            with self._client.stream(method, self._url + path, **request) as response:
                _must_be_accepted(response)
                return _whole(response, give_up)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failed:
            failure = NotDelivered(_name(failed), LATER)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as failed:
            failure = NotDelivered(_name(failed), UNKNOWN)
        # Raised out here, where an error that quotes what was sent is no longer its context.
        raise failure


def _client(headers: Mapping[str, str]) -> httpx.Client:
    # Connections are kept for less time than servers keep them: a call on one that just ended has no answer.
    limits = httpx.Limits(keepalive_expiry=2.0)
    return httpx.Client(
        headers=headers, timeout=TIMEOUT_SECONDS, limits=limits, follow_redirects=False, trust_env=False
    )


def _must_be_accepted(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise NotDelivered("http_429", LATER, _seconds(response.headers.get("retry-after", "")))
    if status in _MAY_BE_MENDED:
        raise NotDelivered(f"http_{status}", LATER)
    is_unclear = status >= 500 or status == httpx.codes.REQUEST_TIMEOUT
    raise NotDelivered(f"http_{status}", UNKNOWN if is_unclear else NEVER)


def _whole(response: httpx.Response, give_up: float) -> bytes:
    body = bytearray()
    for part in response.iter_raw():
        body += part
        # The client's own time-out is for each part: a body that trickles in would never end.
        if len(body) > LARGEST_BODY or time.monotonic() > give_up:
            raise NotDelivered("answer_too_long", UNKNOWN)
    return bytes(body)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except (ValueError, RecursionError):
        raise NotDelivered("answer_unreadable", UNKNOWN) from None


def _seconds(told: str) -> float:
    return min(float(told), LONGEST_WAIT_SECONDS) if told.isascii() and told.isdecimal() else 0.0


def _name(failed: Exception) -> str:
    return type(failed).__name__
