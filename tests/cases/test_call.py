"""The rules of a call: what comes of silence and of words heard badly, and when words are believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cases.call import LADDER, UNSURE_LADDER, Call, is_sure

NOW = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)


def call() -> Call:
    return Call("CA1", "c1", "+14165550100", "+18665550199", NOW, NOW)


def test_silence_climbs_the_ladder_to_its_end_and_never_loops() -> None:
    silent = call()
    assert [silent.hears_nothing(NOW) for _ in range(6)] == [*LADDER, "end", "end"]
    assert silent.turn == 7


def test_a_word_begins_the_ladder_anew() -> None:
    slow = call()
    slow.hears_nothing(NOW)
    slow.hears_nothing(NOW)
    slow.hears(NOW)
    assert slow.hears_nothing(NOW) == "again"


def test_words_heard_badly_are_confirmed_once_and_then_keyed_in() -> None:
    unclear = call()
    steps = [unclear.hears_little("yes", NOW) for _ in range(len(UNSURE_LADDER) + 1)]
    assert steps == [*UNSURE_LADDER, "end"]
    assert unclear.heard is None


def test_the_way_out_is_open_only_while_it_is_offered() -> None:
    silent = call()
    offered = []
    for _ in range(3):
        silent.hears_nothing(NOW)
        offered.append(silent.was_offered_a_way_out)
    silent.hears(NOW)
    assert offered == [False, False, True]
    assert not silent.was_offered_a_way_out


@pytest.mark.parametrize(
    ("question", "confidence", "sure"),
    [
        ("confirm", 0.03, False),
        ("confirm", 0.59, False),
        ("confirm", 0.6, True),
        ("offer", 0.5, False),
        ("service", 0.44, False),
        ("service", 0.45, True),
        ("account", 0.4, False),
        ("open", 0.25, False),
        ("open", 0.3, True),
        ("event", 0.1, False),
        ("free", 0.3, True),
        (None, 0.3, True),
        ("confirm", None, True),
        ("confirm", 0.0, False),
    ],
)
def test_words_are_believed_by_what_hangs_on_them(
    question: str | None, confidence: float | None, sure: bool
) -> None:
    assert is_sure(question, confidence) is sure
