"""A provider's system that takes its time, or an engine that is gone: the caller is kept company, and hears the answer.

How long anything takes is told in holds, the time after which a caller hears that it takes a moment: a system that
takes twenty seconds takes four of them, whatever a hold is here.
"""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest

from bot.cases.records import Account
from bot.gateway.voice.calls import HOLD_AFTER_SECONDS, MOST_HOLDS
from bot.languages import LANGUAGES, pack
from tests.phone.webhooks import NEVER, WAITS_SECONDS

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent, Product
    from tests.dialogues.test_walks import MOST_TURNS, Walk
    from tests.phone.talks import ByPhone

HOLD_SECONDS = 0.5
SYSTEM_TAKES_SECONDS = 20.0
HOLDS = SYSTEM_TAKES_SECONDS / HOLD_AFTER_SECONDS


class SlowSystems:
    """Keeps a turn waiting that asked the provider's systems, as long as they would.

    Actions run within the test's own loop, where one that slept would stop Twilio as well; so the turn waits when they
    are done.
    """

    def __init__(self, product: Product) -> None:
        self.asked = 0
        self._systems, self._account = product.systems, product.systems.account
        self._engine, self._answer = product.engine, product.engine.answer
        self._systems.account = self.account  # type: ignore[method-assign]
        self._engine.answer = self.answer  # type: ignore[method-assign]

    def account(self, account_number: str) -> Account | None:
        """Note that an account was asked for."""
        self.asked += 1
        return self._account(account_number)

    async def answer(self, turn: Any) -> list[dict[str, Any]]:
        """Answer, late where the systems were asked."""
        before = self.asked
        replies = await self._answer(turn)
        if self.asked > before:
            await asyncio.sleep(HOLDS * HOLD_SECONDS)
        return replies


def test_a_hold_comes_in_time() -> None:
    assert HOLD_AFTER_SECONDS * 2 < WAITS_SECONDS, "Twilio gives up before a caller is told to wait"
    assert HOLDS < MOST_HOLDS, "whoever waits for a slow system is given up before it answers"


@pytest.mark.parametrize("answers", [True, False], ids=["answers late", "gives up late"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_slow_system(language: str, answers: bool, tmp_path: Any, agent: Agent, quietly: None) -> None:
    product = ByPhone(tmp_path, agent)
    calls = product.app.state.services.calls
    calls.hold_after_seconds = NEVER
    talk = await product.talk(language, "2026-05-15")
    walk = Walk(product, talk, language)
    await walk.reach("account")
    call, words = talk.call, pack(language, "voice")
    slow = SlowSystems(product)
    product.systems.down = not answers
    calls.hold_after_seconds = HOLD_SECONDS
    await talk.say(walk.words["answers"]["account"])
    calls.hold_after_seconds = NEVER
    assert slow.asked, f"the systems were not asked\n{talk.told()}"
    assert words["hold"] in call.last
    assert words["takes_too_long"] not in call.last
    assert call.is_listening and not call.is_over
    assert talk.last and call.last.index(words["hold"]) + len(words["hold"]) < len(call.last)
    for _ in range(MOST_TURNS):
        if walk.conversation.tracking_number:
            break
        answer = walk.words["answers"][walk.question]
        answer = answer if isinstance(answer, str) else answer[-1]
        await walk.say(answer.replace("{code}", talk.code()) if "{code}" in answer else answer)
    assert walk.conversation.tracking_number, f"no case was opened\n{talk.told()}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_engine_is_down(language: str, tmp_path: Any, agent: Agent, quietly: None) -> None:
    product = ByPhone(tmp_path, agent, HANDOFF_NUMBER="")
    calls = product.app.state.services.calls
    talk = await product.talk(language, "2026-05-15")
    call, words = talk.call, pack(language, "voice")
    product.engine.down = True
    calls.hold_after_seconds = 0.02
    told = Walk(product, talk, language).words["first"]
    await call.say(told, confidence=0.95)
    assert words["hold"] in call.heard
    assert words["takes_too_long"] in call.heard
    assert words["end_kept"] in call.heard
    with product.store.view() as unit:
        kept = [message.text for message in unit.messages.after(talk.id, 0) if message.sender == "customer"]
    assert kept[-1:] == [told], f"what was said is lost\n{call.told()}"
