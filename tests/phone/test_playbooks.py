"""Every playbook by phone and by text: the same offers and credits, and nothing said that the records do not hold.

Each story is accepted and refused, in one of the languages by phone and in another by text; `make channels` plays every
situation in every language.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from bot.languages import LANGUAGES
from bot.notices.moving import AFTER_CALL, ANSWERS

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent
    from tests.dialogues.test_playbooks import PLAYED, SITUATIONS, Dialogue
    from tests.phone.talks import ByPhone, ByText

CHANNELS = ("voice", "sms")
ALWAYS_PLAYED = ("accepted", "refused")
BY_WEB_ALONE = ("said_twice",)
"""The same message with an id of the customer's own; what a carrier brings twice is tried with calls and texts."""


def _chosen() -> list[tuple[str, str, str, str]]:
    """Return what is played: channel, language, story and situation."""
    elsewhere = [situation for situation in SITUATIONS if situation[2] not in BY_WEB_ALONE]
    if os.environ.get("EVERY_DIALOGUE"):
        return [(channel, *situation) for channel in CHANNELS for situation in elsewhere]
    alike = [situation[1:] for situation in elsewhere if situation[0] == LANGUAGES[0]]
    return [
        (channel, LANGUAGES[(place + turn) % len(LANGUAGES)], story, situation)
        for place, (story, situation) in enumerate(alike)
        for turn, channel in enumerate(CHANNELS)
        if situation in ALWAYS_PLAYED
    ]


class Elsewhere(Dialogue):
    """A dialogue that is held from its beginning, and whose own texts are no notices."""

    def _goes_on_from(self, stop: str) -> bool:
        return False

    def _remember(self, stop: str) -> None:
        """What was told by phone or text is not gone on from."""

    def notices(self) -> list[str]:
        """Return what was sent, codes and answers left out."""
        return [
            f"{notice.key.rsplit(':', 1)[-1]} {notice.kind}"
            for notice in self.product.outbox()
            if not notice.key.startswith(("code:", ANSWERS, AFTER_CALL))
        ]


@pytest.mark.parametrize(("channel", "language", "story", "situation"), _chosen())
async def test_story(
    channel: str, language: str, story: str, situation: str, tmp_path: Path, agent: Agent, quietly: None
) -> None:
    product = (ByPhone if channel == "voice" else ByText)(tmp_path, agent)
    dialogue = Elsewhere(product, language, story)
    try:
        await PLAYED[situation](dialogue)
        dialogue.check_truth()
    except AssertionError as error:
        dialogue.fail(str(error))
    product.check_texts()
