"""Column types that both databases keep alike: text, moments in UTC, and short lists."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.cases.chronology import Event
from bot.cases.conversation import Choice
from bot.cases.findings import Part
from bot.cases.hours import Stretch, week_from
from bot.cases.promises import Promise
from bot.cases.records import Customer


def storable(text: str) -> str:
    """Return the text without what databases refuse: NUL is dropped, half a surrogate pair becomes U+FFFD."""
    text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class Words(TypeDecorator[str]):
    """Text of any length that any customer may have sent."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Cents(TypeDecorator[int]):
    """Money in minor units; a sum too large for any database is kept as the largest that fits."""

    impl = BigInteger
    cache_ok = True
    largest = 2**63 - 1

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        # Customers may write any number of digits, and a joke must not cost them their message.
        return None if value is None else max(-self.largest, min(value, self.largest))


class Moment(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way out; a naive one is refused with ValueError on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Listed(TypeDecorator[Any]):
    """A short list kept as JSON text, for lists that are only ever read whole."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else storable(json.dumps(self.listed(value), ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.from_list(json.loads(value))

    def listed(self, value: Any) -> list[Any]:
        return list(value)

    def from_list(self, items: list[Any]) -> Any:
        return tuple(items)


class Strings(_Listed):
    """A tuple of strings, in order."""

    cache_ok = True


class Week(_Listed):
    """The hours of a week's work, as operators write them."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return [str(stretch) for stretch in value]

    def from_list(self, items: list[Any]) -> tuple[Stretch, ...]:
        return week_from(", ".join(items))


class Parts(_Listed):
    """What an offer is made of."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return [[part.subject, part.cents] for part in value]

    def from_list(self, items: list[Any]) -> tuple[Part, ...]:
        return tuple(Part(subject, cents) for subject, cents in items)


class Events(_Listed):
    """Events, each whole."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return [asdict(event) for event in value]

    def from_list(self, items: list[Any]) -> tuple[Event, ...]:
        return tuple(Event(**item) for item in items)


class Promises(_Listed):
    """Promises that were open, each with the moment it is due."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return [[promise.what, promise.due_at.astimezone(UTC).isoformat()] for promise in value]

    def from_list(self, items: list[Any]) -> tuple[Promise, ...]:
        return tuple(Promise(what, datetime.fromisoformat(due_at)) for what, due_at in items)


class Names(_Listed):
    """A set of names."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return sorted(value)

    def from_list(self, items: list[Any]) -> frozenset[str]:
        return frozenset(items)


class Choices(_Listed):
    """What the customer may pick from."""

    cache_ok = True

    def listed(self, value: Any) -> list[Any]:
        return [[choice.label, choice.value] for choice in value]

    def from_list(self, items: list[Any]) -> tuple[Choice, ...]:
        return tuple(Choice(label, value) for label, value in items)


class AccountHolder(TypeDecorator[Customer]):
    """An account holder kept whole, as the records had them at one moment."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Customer | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(json.dumps(asdict(value), ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Customer | None:
        if value is None:
            return None
        fields = json.loads(value)
        return Customer(**{**fields, "services": tuple(fields["services"]), "lines": tuple(fields["lines"])})


class Values(TypeDecorator[dict[str, Any]]):
    """What the words of a reply are filled with, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(value)
