"""A clock that tests move, and agents who sign in with the code of an app."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pyotp

from tests.desk.agents import HERE, Desk


@dataclass
class Clock:
    """The time of a gateway."""

    now: datetime

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def clock_of(gateway: Any) -> Clock:
    """Give a gateway a clock that a test moves."""
    clock = Clock(datetime.now(UTC))
    state = gateway.app.state
    state.services = replace(state.services, now=lambda: clock.now)
    return clock


@dataclass
class App:
    """An authenticator app on an agent's telephone."""

    secret: str
    clock: Clock

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now + steps * timedelta(seconds=30))


async def set_up(desk: Desk, clock: Clock) -> tuple[App, list[str]]:
    """Set up the second step of an agent who is signed in; return the app and the recovery codes."""
    assert (await desk.send("/desk/account/second-step")).status_code == 303
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', await desk.see("/desk/account"))
    assert secret
    app = App(secret.group(1).replace(" ", ""), clock)
    shown = await desk.send("/desk/account/second-step/confirm", code=app.code())
    assert shown.status_code == 200, shown.text
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code>", shown.text)
    clock.forward(seconds=30)
    return app, codes


async def give_code(desk: Desk, code: str) -> Any:
    return await desk.client.post("/desk/sign-in/code", data={"code": code}, headers=HERE)


async def is_in(desk: Desk) -> bool:
    """Whether the desk is open to this browser."""
    return (await desk.client.get("/desk/cases")).status_code == 200


def link_in(html: str) -> str:
    found = re.search(r'id="link" value="https?://[^/"]+(/desk/password/[^"]+)"', html)
    assert found, html
    return unescape(found.group(1))
