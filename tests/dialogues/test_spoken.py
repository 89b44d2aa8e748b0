"""Complaints told by phone end in a case that holds what was told."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.languages import LANGUAGES
from tests.phone.webhooks import SETTINGS

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent
    from tests.dialogues.spoken import DAYS_AND_SUMS, DIGITS, KINDS, Caller, Result, held, read
    from tests.phone.talks import ByPhone

NEVER = 3_600.0


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Rasa tells every step by default, which takes longer than the step."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_spoken_complaints(language: str, tmp_path: Path, agent: Agent) -> None:
    result, lost = Result(), []
    for name, script in read(language).items():
        folder = tmp_path / name
        folder.mkdir()
        product = ByPhone(folder, agent, **SETTINGS)
        product.app.state.services.calls.hold_after_seconds = NEVER
        caller = Caller(product, language, script)
        case = await caller.call()
        if case is None:
            lost.append(f"{name}\n{caller.talk.told()}")
        else:
            result.compare(name, script["truth"], held(case, language), "\n".join(caller.said))
    print(f"\n{language}: {result.told()}")
    assert not lost, "\n\n".join(lost)
    assert result.share(DIGITS) >= 0.99, result.told()
    for kind in DAYS_AND_SUMS:
        assert result.share([kind]) >= 0.95, result.told()
    assert result.share(KINDS) >= 0.9, result.told()


async def test_a_code_is_heard_whatever_its_digits_sound_like(tmp_path: Path, agent: Agent) -> None:
    product = ByPhone(tmp_path, agent, **SETTINGS)
    product.app.state.services.calls.hold_after_seconds = NEVER
    script = read("en")["promised_credit_never_came"]
    wrong = "its seven six eight four two one"
    caller = Caller(product, "en", script | {"answers": script["answers"] | {"code": wrong}})
    await caller.call()
    assert "That code doesn’t match." in caller.talk.told(), caller.talk.told()
