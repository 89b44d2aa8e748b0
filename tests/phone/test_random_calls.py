"""Twelve callers of chance, several at once: each gets what is theirs. `make calls` lets many more call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.phone.call import Phone
from tests.phone.callers import Caller, check, let_call

if TYPE_CHECKING:
    from tests.dialogues.house import Product

SEED = 6


async def test_callers_of_chance_each_get_what_is_theirs(product: Product, phone: Phone) -> None:
    callers = [Caller(number, SEED) for number in range(12)]
    await let_call(product, phone, callers, at_once=4)
    check(product, callers)
    wrong = [f"caller {each.number}: {what}" for each in callers for what in each.wrong]
    assert not wrong, "\n".join(wrong)
    assert sum(caller.has_told for caller in callers) > 6
