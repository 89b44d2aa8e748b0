"""What the routes of one app share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from bot.gateway.engine import Engine
from bot.gateway.errors import Refusal
from bot.gateway.feed import Feed
from bot.gateway.limits import Addresses, Limit
from bot.gateway.metrics import Metrics
from bot.gateway.sessions import Sessions
from bot.gateway.sms.texts import Texts
from bot.gateway.turns import Turns
from bot.gateway.voice.calls import Calls
from bot.settings import Settings
from bot.store import Store


@dataclass(frozen=True)
class Services:
    """The parts of the gateway, made once by create_app."""

    settings: Settings
    store: Store
    engine: Engine
    turns: Turns
    calls: Calls
    texts: Texts
    sessions: Sessions
    feed: Feed
    metrics: Metrics
    addresses: Addresses
    messages_limit: Limit
    address_limit: Limit
    conversations_limit: Limit
    now: Callable[[], datetime]


def services(request: Request) -> Services:
    """Return the parts of the gateway that serves this request."""
    return request.app.state.services


def address_of(request: Request) -> str:
    """Return the address that limits are counted under."""
    peer = request.client.host if request.client else "unknown"
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    return services(request).addresses.of(peer, forwarded_for)


def within(limit: Limit, key: str) -> None:
    """Count a request; raises Refusal when the limit is reached."""
    seconds = limit.wait_seconds(key)
    if seconds:
        raise Refusal("rate_limited", {"Retry-After": str(seconds)})
