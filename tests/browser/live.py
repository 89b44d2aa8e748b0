"""The whole product served to real browsers, while texts and calls reach the same gateway as Twilio brings them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn

T = TypeVar("T")
PATIENCE_SECONDS = 60


class Served:
    """A product at an address; what belongs to its own event loop is run there."""

    def __init__(self, product: Any) -> None:
        self.product, self.store = product, product.store
        self.url = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(
            product.app, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something where the product runs, and wait for it."""
        return self.begin(work).result(PATIENCE_SECONDS)

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Do something where the product runs, meanwhile."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def serve(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve()

    def wait_until_ready(self, thread: threading.Thread) -> None:
        while not self._server.started:
            assert thread.is_alive(), "the gateway did not start"
            thread.join(0.02)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True


@contextmanager
def serving(product: Any) -> Iterator[Served]:
    """Serve a product for as long as the block lasts."""
    served = Served(product)
    thread = threading.Thread(target=served.serve, daemon=True)
    thread.start()
    served.wait_until_ready(thread)
    yield served
    served.stop()
    thread.join(10)
