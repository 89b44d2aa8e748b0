"""A telephone for tests that are not asynchronous, such as those in a browser: one call, step by step, to a served gateway.

with Twilio() as twilio, serving(app) as url:           # the app's settings: tests.phone.live.settings_for(twilio)
    phone = LivePhone(url, twilio, store, settings)
    call = phone.call("it")                             # somebody calls and chooses a language
    phone.do(call.say("la mia fattura è sbagliata"))    # every step of tests/phone/call.py
    phone.do(call.press("0"))
    ...                                                 # an agent takes the call at the desk
    agent = phone.rings(call)                           # their telephone rings, once the clock has let it
    phone.do(agent.answers())
    phone.do(agent.press("1", call))
    phone.do(agent.hangs_up(call))
    phone.close()
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.clock import Clock
from bot.notices.delivery import couriers
from bot.provider import profile
from bot.settings import Settings
from bot.store import Store
from tests.phone.agent import AgentPhone
from tests.phone.call import CALLER, Phone, PhoneCall
from tests.phone.rest import Twilio
from tests.phone.webhooks import BASE

KEY = {"en": "1", "fr": "2", "it": "3"}
WAITS_SECONDS = 20

Result = TypeVar("Result")


def settings_for(twilio: Twilio) -> dict[str, Any]:
    """Return the settings with which a gateway takes calls of a telephone, and rings agents."""
    return {**twilio.settings, "public_url": BASE}


class LivePhone:
    """Twilio before a gateway that listens at `url`, on a loop of its own; its clock rings agents at every look."""

    def __init__(self, url: str, twilio: Twilio, store: Store, settings: Settings) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._twilio = twilio
        self._phone = self.do(self._made(url))
        operator = profile(settings.provider)
        self._clock = Clock(store, couriers(settings), operator, lambda: datetime.now(UTC))

    def do(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Take a step of a call and return what comes of it."""
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(timeout=60)

    def call(self, language: str = "en", caller: str = CALLER) -> PhoneCall:
        """Let somebody call and choose a language."""
        call = self.do(self._phone.call(caller))
        self.do(call.press(KEY[language]))
        return call

    def rings(self, call: PhoneCall) -> AgentPhone:
        """Return the telephone of the agent who has taken a call, as soon as it rings."""
        until = time.monotonic() + WAITS_SECONDS
        while time.monotonic() < until:
            self._clock.tick()
            rung = [each for each in self._twilio.called() if str(call.queue) in each["Url"]]
            if rung:
                return AgentPhone(rung[-1], self._phone.webhooks)
            time.sleep(0.1)
        raise AssertionError(f"no agent was rung\n{call.told()}")

    def close(self) -> None:
        """Let go of the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    @staticmethod
    async def _made(url: str) -> Phone:
        return Phone(None, url=url)
