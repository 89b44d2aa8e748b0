"""Puts the gateway together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI

from bot.desk import account, agents, presence, signing_in
from bot.desk import cases as desk_cases
from bot.desk import casework as desk_casework
from bot.desk import deciding as desk_deciding
from bot.desk import macros as desk_macros
from bot.desk import reasons as desk_reasons
from bot.desk import reports as desk_reports
from bot.desk import routes as desk
from bot.desk.connectors import routes as connectors
from bot.gateway import cases_api, chat, deliveries, health, pages, process_page
from bot.gateway.engine import Engine, HttpEngine
from bot.gateway.errors import Shield, answer_refusals
from bot.gateway.feed import Feed
from bot.gateway.headers import BrowserHeaders
from bot.gateway.limits import Addresses, Limit
from bot.gateway.metrics import Metrics
from bot.gateway.services import Services
from bot.gateway.sessions import Sessions
from bot.gateway.sms import routes as sms
from bot.gateway.sms.answering import Answering
from bot.gateway.sms.texts import Texts
from bot.gateway.turns import Turns
from bot.gateway.voice import line_routes
from bot.gateway.voice import routes as voice
from bot.gateway.voice.calls import Calls
from bot.offers import Offers
from bot.provider import profile
from bot.settings import Settings
from bot.settings import settings as settings_of_process
from bot.store import Store, open_store

DATABASE_THREADS = 24
_DEFAULT_ENGINE = "http://127.0.0.1:5005"
_TOKENS = {
    "conversation token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Told once, when the conversation begins",
    },
    "desk token": {"type": "http", "scheme": "bearer", "description": "DESK_API_TOKEN"},
}


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
    now: Callable[[], datetime] = _now,
) -> FastAPI:
    """Return the ASGI app; the database is expected to be up to date (bot.store.migrate)."""
    chosen = settings or settings_of_process()
    parts = _services(chosen, store or open_store(chosen.database_url), engine or _engine(chosen), now)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(DATABASE_THREADS, "database"))
        catching_up = asyncio.create_task(parts.turns.catch_up())
        yield
        catching_up.cancel()
        with suppress(asyncio.CancelledError):
            await catching_up
        await parts.calls.stop()
        await parts.texts.stop()
        await parts.turns.stop()
        await parts.engine.close()
        if store is None:
            parts.store.dispose()

    app = FastAPI(
        title="Recourse",
        version="1",
        description="Complaints by web chat, and the cases they become.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = parts
    for module in (chat, voice, line_routes, sms, deliveries, cases_api, health, pages, process_page):
        app.include_router(module.router)
    for room in (
        *(desk, presence, signing_in, account, agents, desk_reasons),
        *(desk_casework, desk_cases, desk_macros, desk_deciding, desk_reports, connectors),
    ):
        app.include_router(room.router, dependencies=[Depends(desk_reasons.reason_if_wanted)])
    answer_refusals(app, parts.metrics, parts.sessions.language_of)
    desk.answer_refusals(app)
    desk_reasons.ask_for_reasons(app)
    app.add_middleware(Shield, metrics=parts.metrics)
    app.add_middleware(
        BrowserHeaders,
        origins=chosen.widget_origins,
        over_https=(chosen.public_url or "").startswith("https://"),
    )
    _describe_refusals_and_tokens(app)
    return app


def _engine(settings: Settings) -> HttpEngine:
    return HttpEngine(settings.engine_url or _DEFAULT_ENGINE, settings.engine_timeout_seconds)


def _services(settings: Settings, store: Store, engine: Engine, now: Callable[[], datetime]) -> Services:
    feed, metrics = Feed(), Metrics()
    provider = profile(settings.provider)
    answering, offers = Answering(provider, now), Offers(store, provider, now)
    turns = Turns(
        store,
        engine,
        feed,
        metrics,
        now,
        settings.engine_timeout_seconds,
        provider.phone,
        ZoneInfo(provider.timezone),
        answering.told,
        offers.choose,
    )
    return Services(
        settings=settings,
        store=store,
        engine=engine,
        turns=turns,
        calls=Calls(store, turns, settings, provider, now),
        texts=Texts(store, turns, answering, settings, now, offers.asked),
        sessions=Sessions(store, now, provider.name),
        feed=feed,
        metrics=metrics,
        addresses=Addresses(settings.trusted_proxies),
        messages_limit=Limit(settings.messages_per_minute),
        address_limit=Limit(settings.messages_per_minute_address),
        conversations_limit=Limit(settings.conversations_per_minute_address),
        now=now,
    )


def _describe_refusals_and_tokens(app: FastAPI) -> None:
    """Correct what the framework adds to /openapi.json by itself: its own refusals, which are never sent."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        description = describe()
        components = description["components"]
        components["securitySchemes"] = _TOKENS
        for name in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(name, None)
        for route in (route for methods in description["paths"].values() for route in methods.values()):
            if "HTTPValidationError" in str(route["responses"].get("422")):
                del route["responses"]["422"]
        return description

    app.openapi = described  # type: ignore[method-assign]
