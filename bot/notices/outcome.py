"""What became of what was sent, as the carrier tells it: kept once, and acted on once."""

from __future__ import annotations

from datetime import datetime

from bot.cases.conversation import UNDELIVERED
from bot.notices.moving import move_to_another_contact
from bot.store import Unit


def learn(unit: Unit, carrier_id: str, delivery: str, reason_code: str | None, now: datetime) -> bool:
    """Keep what the carrier tells of a notice; False when it is nothing that we sent.

    It may be told twice and in any order. What did not arrive goes to another contact.
    """
    told = unit.outbox.told(carrier_id, delivery, now, reason_code)
    if told is None:
        return False
    notice, is_news = told
    if is_news and delivery == UNDELIVERED:
        move_to_another_contact(unit, notice, reason_code or UNDELIVERED, now)
    return True
