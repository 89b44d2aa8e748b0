"""Twelve callers of chance, several at once: each gets what is theirs. `make calls` lets many more call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.gateway.voice import calls
from tests.phone.call import Phone, PhoneCall
from tests.phone.callers import KEY, Caller, check, let_call

if TYPE_CHECKING:
    from tests.dialogues.house import Product

SEED = 6


async def test_callers_of_chance_each_get_what_is_theirs(product: Product, phone: Phone) -> None:
    callers = [Caller(number, SEED) for number in range(12)]
    await let_call(product, phone, callers, at_once=4)
    check(product, callers)
    wrong = [
        f"caller {each.number}: {what}\n{each.call.told()}"
        for each in callers
        if each.call
        for what in each.wrong
    ]
    assert not wrong, "\n".join(wrong)
    assert sum(caller.has_told for caller in callers) > 6


async def test_the_same_seed_does_the_same(product: Product, phone: Phone) -> None:
    first, second = Caller(5, SEED), Caller(5, SEED)
    await let_call(product, phone, [first], at_once=1)
    await let_call(product, phone, [second], at_once=1)
    assert _did(first) == _did(second)


async def test_a_text_that_does_not_come_is_noticed(
    product: Product, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await _cut_off(phone, Caller(0, SEED))
    check(product, [caller])
    assert caller.wrong == []
    monkeypatch.setattr(calls, "end_call", _ends_without_a_text)
    forgotten = await _cut_off(phone, Caller(3, SEED))
    check(product, [forgotten])
    assert forgotten.wrong == ["was cut off and got no text"]


async def test_a_story_that_was_lost_is_noticed(product: Product, phone: Phone) -> None:
    caller = await _cut_off(phone, Caller(0, SEED))
    caller.mark = "never told"
    check(product, [caller])
    assert "the story is not in the transcript" in caller.wrong


async def test_whoever_shares_anything_is_noticed(product: Product, phone: Phone) -> None:
    one = await _cut_off(phone, Caller(0, SEED))
    other = Caller(1, SEED)
    other.call, other.mark = one.call, one.mark
    check(product, [one, other])
    assert "shares a conversation" in one.wrong
    assert "has heard or got the words of caller 1" in one.wrong


async def _cut_off(phone: Phone, caller: Caller) -> Caller:
    """Let a caller tell the complaint and be cut off."""
    caller.phone = "+14165550123"
    caller.call = await phone.call(caller.phone)
    await caller.call.press(KEY[caller.language])
    await caller.call.say(caller.story)
    caller.has_told = True
    await caller.call.hang_up()
    return caller


def _ends_without_a_text(unit: object, call: calls.Call, *_: object, **__: object) -> None:
    call.ended_at = call.last_at
    unit.calls.save(call)  # type: ignore[attr-defined]


def _did(caller: Caller) -> list[str]:
    assert isinstance(caller.call, PhoneCall)
    return [what for who, what in caller.call.transcript if who == "caller"]
