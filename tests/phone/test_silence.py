"""Silence at every question: it is asked again, nothing that was told is lost, and the call goes on or ends kindly."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path

import pytest

from bot.languages import LANGUAGES, pack
from bot.languages.speech import plain, speech

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent
    from tests.dialogues.test_walks import Walk, told, walks
    from tests.phone.talks import ByPhone


def _chosen() -> list[tuple[str, str]]:
    """Return where silence falls: at every question, in one of the languages or in all."""
    everything = bool(os.environ.get("EVERY_DIALOGUE"))
    return [
        (language, question)
        for place, question in enumerate(walks(LANGUAGES[0])["reach"])
        for language in (LANGUAGES if everything else [LANGUAGES[place % len(LANGUAGES)]])
    ]


@pytest.mark.parametrize(("language", "question"), _chosen())
async def test_silence(language: str, question: str, tmp_path: Path, agent: Agent, quietly: None) -> None:
    product = ByPhone(tmp_path, agent)
    talk = await product.talk(language, "2026-05-15")
    walk = Walk(product, talk, language)
    await walk.reach(question)
    before, call, words = walk.conversation, talk.call, pack(walk.conversation.language, "voice")
    assert call is not None
    # a caller who is asked something has heard these very words
    asked = before.expects not in (None, "free")
    question_in_words = _heard(talk.last[-1]["text"], before.language) if asked and talk.last else None
    await call.silence()
    talk.listen()
    assert (words["again"] if asked else words["anything_else"]) in call.last
    if question_in_words and question != "language":
        assert question_in_words in _letters(call.last)
    after = walk.conversation
    assert (after.expects, after.set_aside, after.tracking_number) == (
        before.expects,
        before.set_aside,
        before.tracking_number,
    )
    assert told(after) == told(before)
    await call.be_silent_to_the_end()
    talk.listen()
    if told(before)["natures"] or before.tracking_number:
        assert words["end_kept"] in call.heard
    assert words["goodbye"] in call.last


def _heard(text: str, language: str) -> str:
    """Return the end of what is heard of a text."""
    return _letters(plain(speech(text, language)))[-30:]


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)
