"""Whatever is done to the record of who did what is found, and found where it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.cases.audit import CLAIMED, OPENED, SAID, Entry, Head, broken_at, next_entry

NOW = datetime(2026, 3, 5, 15, 30, 0, 123456, tzinfo=UTC)
DEEDS = [("opened", "a", "c1"), ("claimed", "a", "c1"), ("sign_in_refused", None, None), ("said", "b", "c2")]


def written(*deeds: tuple[str, str | None, str | None]) -> list[Entry]:
    """A record of these deeds, each a minute after the one before."""
    entries: list[Entry] = []
    head = Head()
    for minute, (deed, agent, subject) in enumerate(deeds):
        entries.append(next_entry(head, NOW + timedelta(minutes=minute), deed, agent, subject))
        head = Head(entries[-1].number, entries[-1].hash)
    return entries


def end_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].number, entries[-1].hash) if entries else Head()


RECORD = written(*DEEDS)
OTHER = written(("opened", "x", "c1"), *DEEDS[1:])
INSERTED = next_entry(end_of(RECORD[:2]), NOW, SAID, "z", "c9")
ONE_MORE = next_entry(end_of(RECORD), NOW, SAID, "z", "c9")

TAMPERING: dict[str, tuple[Callable[[list[Entry]], list[Entry]], int]] = {
    # what was done to the four entries, and at which number that is found
    "the moment changed": (lambda all: [replace(all[0], at=NOW + timedelta(microseconds=1)), *all[1:]], 1),
    "the deed changed": (lambda all: [all[0], replace(all[1], deed=OPENED), *all[2:]], 2),
    "the agent changed": (lambda all: [*all[:3], replace(all[3], agent_id="a")], 4),
    "the agent removed": (lambda all: [all[0], replace(all[1], agent_id=None), *all[2:]], 2),
    "the subject changed": (lambda all: [replace(all[0], subject_id="c2"), *all[1:]], 1),
    "agent and subject swapped": (lambda all: [replace(all[0], agent_id="c1", subject_id="a"), *all[1:]], 1),
    "the hash changed": (lambda all: [*all[:2], replace(all[2], hash="0" * 64), all[3]], 3),
    "the number changed": (lambda all: [*all[:3], replace(all[3], number=5)], 4),
    "changed and hashed anew": (lambda all: [OTHER[0], *all[1:]], 2),
    "the last changed and hashed anew": (
        lambda all: [*all[:3], next_entry(end_of(all[:3]), NOW, SAID, "a", "c2")],
        4,
    ),
    "all written anew": (lambda all: OTHER, 4),
    "the first removed": (lambda all: all[1:], 1),
    "one removed": (lambda all: [all[0], *all[2:]], 2),
    "one removed and the rest numbered anew": (
        lambda all: [all[0], *(replace(entry, number=entry.number - 1) for entry in all[2:])],
        2,
    ),
    "the last removed": (lambda all: all[:3], 4),
    "all removed": (lambda all: [], 1),
    "two swapped": (lambda all: [all[0], all[2], all[1], all[3]], 2),
    "two swapped with their numbers": (
        lambda all: [all[0], replace(all[2], number=2), replace(all[1], number=3), all[3]],
        2,
    ),
    "one put in": (lambda all: [*all[:2], INSERTED, *all[2:]], 4),
    "one put in twice": (lambda all: [*all[:2], all[1], *all[2:]], 3),
    "one put in at the end": (lambda all: [*all, ONE_MORE], 5),
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_is_found_where_it_was_done(tampering: str) -> None:
    tamper, number = TAMPERING[tampering]
    assert broken_at(tamper(list(RECORD)), end_of(RECORD)) == number


@pytest.mark.parametrize("length", range(len(RECORD) + 1))
def test_a_record_as_it_was_written_is_whole(length: int) -> None:
    assert broken_at(RECORD[:length], end_of(RECORD[:length])) is None


def test_the_same_moment_in_another_zone_is_the_same_entry() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    assert (
        next_entry(Head(), elsewhere, CLAIMED, "a", "c").hash
        == next_entry(Head(), NOW, CLAIMED, "a", "c").hash
    )
