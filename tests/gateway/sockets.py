"""A WebSocket to an app in this process, as a client on the other end would have it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

WAITS_SECONDS = 30
"""Far beyond what anything takes, so that only what never comes is missed."""


class Closed(Exception):
    """The app closed the connection."""


class Socket:
    """One connection; messages are JSON."""

    def __init__(self, app: Any, path: str, headers: dict[str, str]) -> None:
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("testserver", 80),
            "subprotocols": [],
            "state": {},
        }
        self._app = asyncio.create_task(app(scope, self._to_app.get, self._from_app.put))

    async def __aenter__(self) -> Socket:
        await self._to_app.put({"type": "websocket.connect"})
        await self._next("websocket.accept")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._to_app.put({"type": "websocket.disconnect", "code": 1000})
        with suppress(Closed):
            async with asyncio.timeout(WAITS_SECONDS):
                await self._app

    async def send(self, message: Any) -> None:
        """Send a message; text and bytes go as they are."""
        if isinstance(message, bytes):
            await self._to_app.put({"type": "websocket.receive", "bytes": message})
            return
        text = message if isinstance(message, str) else json.dumps(message)
        await self._to_app.put({"type": "websocket.receive", "text": text})

    async def receive(self) -> dict[str, Any]:
        """Return the next message; raises Closed when the app ends the connection."""
        return json.loads((await self._next("websocket.send"))["text"])

    async def _next(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(WAITS_SECONDS):
            message = await self._from_app.get()
        if message["type"] != kind:
            raise Closed(message["type"])
        return message
