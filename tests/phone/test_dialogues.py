"""The whole dialogues of web chat, by phone and by text: the same rows in the store, and nothing that cannot be said.

A call that ends while its dialogue goes on is taken up by text, as its caller would do. Each dialogue is played in one of
the languages by phone and in another by text, and some by phone over a WebSocket; `make channels` plays all of them.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from bot.languages import LANGUAGES

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent
    from tests.dialogues.player import Player
    from tests.dialogues.test_dialogues import read
    from tests.phone.talks import ByPhone, ByText, Everywhere

FOLDER = Path(__file__).parents[1] / "dialogues"
SITUATIONS = sorted(path.name for path in (FOLDER / LANGUAGES[0]).glob("*.yml"))
CHANNELS = ("voice", "sms", "relay")
OVER_RELAY = 8
"""Every how many-th dialogue is played over a WebSocket too, where a call is the same but for how it is carried."""


def _chosen() -> list[tuple[str, str, str]]:
    """Return what is played: channel, language and situation."""
    everything = bool(os.environ.get("EVERY_DIALOGUE"))
    return [
        (channel, language, situation)
        for place, situation in enumerate(SITUATIONS)
        for turn, channel in enumerate(CHANNELS)
        if everything or channel != "relay" or place % OVER_RELAY == 0
        for language in (LANGUAGES if everything else [LANGUAGES[(place + turn) % len(LANGUAGES)]])
    ]


@pytest.mark.parametrize(("channel", "language", "situation"), _chosen())
async def test_dialogue(
    channel: str, language: str, situation: str, tmp_path: Path, agent: Agent, quietly: None
) -> None:
    mode = {"VOICE_MODE": "relay"} if channel == "relay" else {}
    product = (ByText if channel == "sms" else ByPhone)(tmp_path, agent, **mode)
    dialogue = read(FOLDER / language / situation)
    player = Player(product, dialogue.get("language", language), str(dialogue.get("today", "2026-05-15")))
    player.reads = channel == "sms"
    await player.play(dialogue["steps"])
    player.check_rows(dialogue["rows"])
    product.check_texts()


CONTINUED = [
    situation
    for situation in SITUATIONS
    if any("new" in step for step in read(FOLDER / LANGUAGES[0] / situation)["steps"])
]
"""Situations in which a complaint is come back to in another conversation."""


@pytest.mark.parametrize("first", range(len(Everywhere.means)), ids=Everywhere.means)
@pytest.mark.parametrize("situation", CONTINUED)
async def test_a_complaint_begun_by_one_means_is_continued_by_another(
    situation: str, first: int, tmp_path: Path, agent: Agent, quietly: None
) -> None:
    product = Everywhere(tmp_path, agent)
    product.means = Everywhere.means[first:] + Everywhere.means[:first]
    language = LANGUAGES[(CONTINUED.index(situation) + first) % len(LANGUAGES)]
    dialogue = read(FOLDER / language / situation)
    player = Player(product, dialogue.get("language", language), str(dialogue.get("today", "2026-05-15")))
    player.reads = player.stays = False
    await player.play(dialogue["steps"])
    player.check_rows(dialogue["rows"])
    product.check_texts()
