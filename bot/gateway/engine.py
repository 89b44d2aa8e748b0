"""The dialogue engine as the gateway sees it: a turn goes in, typed replies come out, or it is down."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from zlib import crc32

import httpx

Reply = dict[str, Any]
"""`{"reply": key, "values": {...}, "choices": [...]}`; bot.languages.wording finds the words."""

CONNECT_SECONDS = 2.0
READY_SECONDS = 3.0
_CHANNEL = "/webhooks/recourse"


class EngineDown(Exception):
    """The engine gave no answer: not reached, too slow, or failed; the turn may be done all the same."""


@dataclass(frozen=True)
class Turn:
    """What the engine is given. `turn` stays the same on a second try, so that nothing is done twice.

    `asked` is the question the words may answer; some are read differently for it.
    """

    conversation: str
    turn: str
    text: str
    language: str
    channel: str
    today: str | None
    asked: str | None = None


class Engine(Protocol):
    """Whatever answers turns."""

    async def answer(self, turn: Turn) -> list[Reply]:
        """Return the replies to a turn; raises EngineDown."""
        ...

    async def ready(self) -> bool:
        """Tell whether turns can be answered now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class HttpEngine:
    """Engines behind `addresses`; a conversation always goes to the same one, which keeps its order."""

    def __init__(
        self,
        addresses: str,
        timeout_seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take one address or several, separated by commas; `transport` stands in for a network in tests."""
        self._addresses = [address.strip().rstrip("/") for address in addresses.split(",") if address.strip()]
        self._timeout_seconds = timeout_seconds
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(timeout_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30),
            trust_env=False,
        )

    async def answer(self, turn: Turn) -> list[Reply]:
        """Return the replies to a turn; raises EngineDown."""
        address = self._addresses[crc32(turn.conversation.encode()) % len(self._addresses)]
        try:
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._post(f"{address}{_CHANNEL}/turns", asdict(turn))
            response.raise_for_status()
            return list(response.json()["replies"])
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError) as reason:
            raise EngineDown(type(reason).__name__) from reason

    async def ready(self) -> bool:
        """Tell whether every engine is up with its model loaded."""
        return all(await asyncio.gather(*(self._is_ready(address) for address in self._addresses)))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        try:
            return await self._client.post(url, json=body)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A connection kept alive may have ended meanwhile; the turn's id makes a second try harmless.
            return await self._client.post(url, json=body)

    async def _is_ready(self, address: str) -> bool:
        try:
            response = await self._client.get(f"{address}{_CHANNEL}/health", timeout=READY_SECONDS)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK
