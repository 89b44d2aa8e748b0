"""A round: one whole complaint during which one process is killed, and all that must be true afterwards."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.faults.customer import ACCOUNT, Customer
from tests.faults.product import Product

SENT_WITHIN_SECONDS = 150  # a notice that the clock died with is sent when its lease of two minutes is over
KILLED_AFTER_SECONDS = (0.005, 0.05)
"""How long after a message was sent the blow falls: in the middle of the turn."""

_MADE_ANEW = re.compile(
    r"\d{4}-\d{4}-\d{4}|CR-[0-9A-F]+|(?<!\d)\d{6}(?!\d)|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)"
)
"""What differs from one complaint to the next: tracking number, credit reference, one-time code, moment."""


@dataclass(frozen=True)
class Story:
    """How a complaint went, without what is made anew each time: two complaints told alike have equal stories."""

    asked: tuple[str, ...]
    said: tuple[tuple[str, str], ...]
    case: str
    sent: tuple[tuple[str, str], ...]
    credited: tuple[tuple[str, int], ...]


def undisturbed(product: Product) -> Story:
    """Return the story of the complaint as it goes when nobody is killed."""
    return _play(product, victim=None, question=None, chance=random.Random(0))


def with_a_kill(product: Product, victim: str, question: str, chance: random.Random) -> Story:
    """Kill `victim` while the answer to `question` is on its way and return how the complaint went all the same."""
    return _play(product, victim, question, chance)


def _play(product: Product, victim: str | None, question: str | None, chance: random.Random) -> Story:
    product.wait_until_well()
    product.forget_accounts()
    customer = Customer(product)
    customer.begin()
    killed: list[str] = []

    def strike(asked: str) -> None:
        if victim and asked == question and not killed:
            time.sleep(chance.uniform(*KILLED_AFTER_SECONDS))
            product.kill(victim)
            killed.append(victim)
            if victim == "supervisor":
                product.start()

    customer.complain(strike)
    assert not victim or killed, f"{question!r} was never asked"
    return story_of(customer)


def story_of(customer: Customer) -> Story:
    """Check what must hold in any case and return the rest to be compared."""
    product = customer.product
    transcript = customer.transcript()
    messages, number = transcript["messages"], transcript["state"]["case"]
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert [message["text"] for message in messages if message["from"] == "customer"] == customer.told
    replies = product.rows(
        "SELECT reply FROM messages WHERE conversation_id = ? AND sender = 'system'", customer.id
    )
    assert {reply for (reply,) in replies} <= {"engine_down"}, "a message was given up"
    assert number is not None
    cases = product.rows("SELECT tracking_number FROM cases WHERE conversation_id = ?", customer.id)
    assert cases == [(number,)]

    def acknowledged() -> bool:
        return any(line["case"] == number for line in product.outbox())

    product.until(acknowledged, SENT_WITHIN_SECONDS, "the acknowledgement was not sent")
    outbox = product.outbox()
    assert max(Counter(line["id"] for line in outbox).values()) == 1, "a notice left the house twice"
    return Story(
        asked=tuple(customer.asked),
        said=tuple(
            (message["from"], _bare(message["text"])) for message in messages if message["from"] != "system"
        ),
        case=_bare(_without_delivery(product.case(number))),
        sent=tuple((line["to"], _bare(line["text"])) for line in outbox if line["case"] == number),
        credited=tuple(
            product.rows(
                "SELECT subject, cents FROM books WHERE kind = 'credit' AND account_number = ?", ACCOUNT
            )
        ),
    )


def _without_delivery(case: dict[str, Any]) -> str:
    """Write a case as text; when its notices went out is the outbox's matter."""
    for notice in case["notices"]:
        del notice["sent_at"]
    return json.dumps(case, ensure_ascii=False, sort_keys=True)


def _bare(text: str) -> str:
    return _MADE_ANEW.sub("…", text)
