"""Having the provider's systems do what was decided, and keeping what they answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.cases.records import Instruction, InstructionRefused, Records
from bot.store import Store, Unit
from bot.store.instructions import Decided


def carry_out(
    store: Store,
    records: Records,
    instruction: Instruction,
    now: Callable[[], datetime],
    tell: Callable[[Unit, Decided], None] | None = None,
) -> None:
    """Have an instruction that was decided on carried out, and keep the reference, or the refusal, with it.

    `tell` is called with its end, in the unit that keeps it, if this call brought it there. Raises RecordsUnavailable
    when the systems do not answer; then it still waits. Must not be called within a unit of work.
    """
    reference, refusal = _answer(records, instruction)
    with store.unit() as unit:
        if reference:
            is_news = unit.instructions.done(instruction.key, reference, now())
        else:
            is_news = unit.instructions.refused(instruction.key, refusal, now())
        ended = unit.instructions.get(instruction.key)
        if tell and is_news and ended:
            tell(unit, ended)


def _answer(records: Records, instruction: Instruction) -> tuple[str, str]:
    try:
        return records.carry_out(instruction), ""
    except InstructionRefused as refused:
        return "", refused.code
