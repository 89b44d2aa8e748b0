"""Whole dialogues against the whole product, the same situations in every language.

Each file of `en/`, `fr/` and `it/` is one situation, told as people of that language would tell it:

    title: what the situation is and how it must end
    language: fr            the language chosen at the start; the folder's own unless given, null for none
    today: 2026-05-15       the day on which dates are read
    steps:
      - say: What the customer writes. {code} is the one-time code that was sent last, {wrong code} another one,
             {case} the latest tracking number, {no case} one that nobody was ever given.
        expects: service    what is asked for next (null for nothing), and so `holder`, `status`, `language`, `case`
        hears: [heard_complaint, "1-888-221-1687"]   what must be among the answers: a reply by its key, or plain words
        shows: [www]                                 what must be there to read; it is not looked for on the phone
        never: [question_service]                    what must not be
        only: [corrected, question_confirm]          the keys of all answers, in order
        offers: [accept, decline]                    the choices to pick from, by their keys
        same_as: 2          the words are the very same as in answer to the second message of this dialogue
      - turn_clock: {minutes: 11}
      - new: true           another conversation begins, in `new: fr` with its language chosen
      - back: 1             the first conversation goes on
      - rows: {...}         what the store must hold by now (see rows.py)
    rows: {...}             what the store must hold at the end

Plain words are looked for in what is said, whatever their case. After every message one thing holds: no more than one
question is asked, and it is the one that the state names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.languages import LANGUAGES
from tests.dialogues.house import Product
from tests.dialogues.player import Player

HERE = Path(__file__).parent
DIALOGUES = sorted(path for language in LANGUAGES for path in (HERE / language).glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    """Read a dialogue."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_dialogue(path: Path, product: Product) -> None:
    dialogue = read(path)
    player = Player(
        product, dialogue.get("language", path.parent.name), str(dialogue.get("today", "2026-05-15"))
    )
    await player.play(dialogue["steps"])
    player.check_rows(dialogue["rows"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_situation_is_played_in_every_language(language: str) -> None:
    assert {path.name for path in (HERE / language).glob("*.yml")} == {path.name for path in DIALOGUES}


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_dialogue_asks_the_same_of_the_product_in_every_language(path: Path) -> None:
    """The words differ, the outcome does not: status, priority, credits and promises are the same everywhere."""
    assert _outcome(read(path)) == _outcome(read(HERE / LANGUAGES[0] / path.name))


def _outcome(dialogue: dict[str, Any]) -> dict[str, Any]:
    rows = dialogue["rows"]
    case = rows.get("case") or {}
    alike = (
        "status",
        "priority",
        "verified",
        "weakly",
        "offers",
        "promises",
        "escalations",
        "handoffs",
        "referral",
    )
    return {
        **{name: case.get(name) for name in alike},
        **{name: rows.get(name) for name in ("cases", "credits", "proofs", "redacted")},
    }


LESSONS = [
    (language, title)
    for language in LANGUAGES
    for title in yaml.safe_load((HERE / f"lessons/{language}.yml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("language", "title"), LESSONS, ids=lambda part: part.replace(" ", "_"))
async def test_lesson(language: str, title: str, product: Product) -> None:
    """What customers once stumbled over; these are lessons of one language and need no like in the others."""
    steps = read(HERE / f"lessons/{language}.yml")[title]
    await Player(product, language, "2026-05-15").play(steps)
