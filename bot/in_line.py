"""Whoever waits for a person hears it when that changes: that they are next, or that nobody is there any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.cases.case import WAITING
from bot.cases.conversation import Conversation
from bot.cases.shifts import NEXT, NOBODY, QUEUED, UNSPOKEN
from bot.languages import pack
from bot.languages.wording import day_of, filled_in
from bot.notices.by_agent import SMS, text
from bot.observe import get_logger
from bot.provider import Profile
from bot.shifts import Shifts
from bot.store import Store, StoreError, Unit

log = get_logger(__name__)

NEWS = {
    # told before: {now: what is told}; a place that moves up a little, or somebody who comes, is told when it is asked
    QUEUED: {NEXT: "next_in_line", NOBODY: "nobody_in_line", UNSPOKEN: "nobody_in_line"},
    NEXT: {NOBODY: "nobody_in_line", UNSPOKEN: "nobody_in_line"},
}
"""What is told, by how whoever waits was told they stand before and how they stand now."""

WRITTEN = ("web", SMS)
"""Where it is told in writing; a caller hears it while they hold the line."""


class InLine:
    """One tick tells everybody who waits what has changed for them."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now
        self._shifts = Shifts(operator)

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Tell what is to be told; a database that is away is waited for."""
        try:
            for conversation_id, before, now in self._changed():
                if is_stopped():
                    return
                self._tell(conversation_id, before, now)
        except StoreError as error:
            log.error("in_line.store_failed", exc_info=error)

    def _changed(self) -> list[tuple[str, str, str]]:
        """Return for whom there is news, how they were told they stand, and how they stand now."""
        with self._store.view() as unit:
            told = {each: how for each, how in unit.holdings.told_standings().items() if how in NEWS}
            kinds = self._shifts.kinds(unit, self._now()) if told else {}
        return [(each, how, kinds[each]) for each, how in told.items() if kinds.get(each) in NEWS[how]]

    def _tell(self, conversation_id: str, before: str, now: str) -> None:
        with self._store.unit() as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation is None or conversation.holder != WAITING or conversation.told_standing != before:
                return
            conversation.told_standing = now
            unit.conversations.save(conversation)
            if conversation.channel in WRITTEN:
                self._write(unit, conversation, NEWS[before][now])

    def _write(self, unit: Unit, conversation: Conversation, key: str) -> None:
        case = unit.cases.standing(conversation.tracking_number)
        due = case.call_back_due if case else None
        # whoever has no case yet was promised no day
        is_untold = due is None and key == "nobody_in_line"
        words = pack(conversation.language, "desk")["customer"]["nobody_in_line_untold" if is_untold else key]
        day = day_of(due, self._operator.timezone) if due else ""
        sentence = filled_in(words, {"phone": self._operator.phone, "due": day}, conversation.language)
        message = unit.messages.add(conversation.id, "system", sentence, self._now())
        text(unit, conversation, [message], self._now())
