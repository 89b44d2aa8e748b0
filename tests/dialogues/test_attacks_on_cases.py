"""Attacks on cases: tracking numbers are guessed in the thousands, and matching items for one that is known."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from actions import status
from bot.cases.conversation import Conversation
from bot.cases.tracking import is_tracking_number, new_tracking_number
from bot.languages import LANGUAGES
from bot.store import Unit
from tests.dialogues.attacks import asked_for_account, count, filed, turn_of, without_limits, words
from tests.dialogues.house import Product, Talk

EMAIL = "theo.papadakis@example.com"
"""What every case here can be proved by: whoever guesses a number has the item."""

ASK = {"en": "What is the status of case", "fr": "Où en est mon dossier", "it": "A che punto è il caso"}
CASES, GUESSES, THROUGH_THE_ACTION, IN_THE_CHAT = 3000, 10_000, 1200, 60


@pytest.fixture
def product(product: Product) -> Product:
    return without_limits(product)


def drawn(seed: int, below: int | None = None) -> Callable[[], str]:
    """Return a source of well-formed tracking numbers, drawn from all there are or from the first `below`."""
    source = random.Random(seed)
    return lambda: new_tracking_number(lambda most: source.randrange(below or most))


async def full_of_cases(product: Product, number: Callable[[], str]) -> list[str]:
    """File one complaint and copy its case, thousands of times; return all tracking numbers."""
    talk = await asked_for_account(product)
    await filed(talk)
    numbers = list({number() for _ in range(CASES)})
    with closing(sqlite3.connect(product.settings.data_dir / "recourse.db")) as database, database:
        for table, own in (("complaints", {"id": "?1"}), ("cases", CASE_OWN)):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(own.get(name, name) for name in columns)
            database.executemany(
                f"INSERT INTO {table} SELECT {values} FROM {table} WHERE id = (SELECT min(id) FROM {table})",
                [
                    (1000 + place, each) if table == "cases" else (1000 + place,)
                    for place, each in enumerate(numbers)
                ],
            )
    assert count(product, "cases") == len(numbers) + 1
    return [*numbers, talk.state["case"]]


CASE_OWN = {"id": "?1", "complaint_id": "?1", "tracking_number": "?2"}


async def asked_for_proof(product: Product, number: str, language: str = "en") -> Talk:
    talk = await product.talk(language)
    await talk.say(f"{ASK[language]} {number}?")
    assert talk.state["expects"] == "proof", talk.told()
    return talk


# ── Guessing numbers ────────────────────────────────────────────────────────────────────────────────


def guess(product: Product, unit: Unit, number: str, conversation: Conversation) -> list[str]:
    """Ask for a case and prove it by the item that fits all of them; return the replies by name."""
    conversation.expects = "tracking_number"
    asked = turn_of(product, unit, conversation, number, tracking=number)
    assert status.tracking_number(asked)
    conversation.expects = "proof"
    proved = turn_of(product, unit, conversation, EMAIL, email=EMAIL)
    assert status.proof(proved)
    return [reply["reply"] for reply in (*asked.replies, *proved.replies)]


def guess_all(product: Product, numbers: list[str], guesser: str = "guesser") -> list[list[str]]:
    """Guess six numbers in a conversation, then go on in the next one."""
    answers: list[list[str]] = []
    with product.store.unit() as unit:
        for first in range(0, len(numbers), status.FAILURES_OF_A_CONVERSATION):
            conversation = Conversation(f"{guesser} {first}", "", "web", product.clock())
            some = numbers[first : first + status.FAILURES_OF_A_CONVERSATION]
            answers += [guess(product, unit, number, conversation) for number in some]
    return answers


async def test_ten_thousand_guesses_find_none_of_thousands_of_cases(product: Product) -> None:
    """All of them are looked for in the store, and a part of them asked for as customers ask."""
    known = await full_of_cases(product, drawn(1))
    number = drawn(2)
    guesses = [number() for _ in range(GUESSES)]
    assert all(map(is_tracking_number, guesses)) and len({*guesses}) == GUESSES
    with product.store.view() as unit:
        assert [guess for guess in guesses if unit.cases.get(guess)] == []
    answers = guess_all(product, guesses[:THROUGH_THE_ACTION])
    assert {tuple(answer) for answer in answers} == {
        ("question_proof", "proof_wrong", "question_proof"),
        ("question_proof", "status_refused"),
    }
    assert guess_all(product, known[-1:], "somebody who knows")[0][:2] == ["question_proof", "status"]


async def test_numbers_from_a_small_range_would_have_been_found(product: Product) -> None:
    await full_of_cases(product, drawn(1, below=10**5))
    number = drawn(2, below=10**5)
    guesses = [number() for _ in range(600)]
    with product.store.view() as unit:
        in_store = [guess for guess in guesses if unit.cases.get(guess)]
    shown = [answer for answer in guess_all(product, guesses) if "status" in answer]
    assert len(in_store) == len(shown) > 5


async def test_guesses_in_the_chat_find_none_either(product: Product) -> None:
    await full_of_cases(product, drawn(1))
    number, answers = drawn(3), []
    for _ in range(IN_THE_CHAT // status.FAILURES_OF_A_CONVERSATION):
        talk = await asked_for_proof(product, number())
        for tried in range(status.FAILURES_OF_A_CONVERSATION):
            if tried:
                await talk.say(f"{ASK['en']} {number()}?")
            answers.append(await talk.say(EMAIL))
        assert answers[-1].startswith(words("en", "status_refused")), talk.told()
    others = {answer for answer in answers if not answer.startswith(words("en", "status_refused"))}
    assert len(others) == 1
    assert len(answers) == IN_THE_CHAT


# ── Guessing the matching item ──────────────────────────────────────────────────────────────────────


async def lodged(product: Product) -> str:
    talk = await asked_for_account(product)
    await filed(talk)
    return str(talk.state["case"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wrong_and_an_unknown_number_are_told_the_same(product: Product, language: str) -> None:
    known, answers = await lodged(product), []
    for number in (known, drawn(4)(), "1234-5678-9012"):
        talk = await product.talk(language)
        said = [await talk.say(f"{ASK[language]} {number}?")]
        for item in ("416-555-0190", "somebody@example.com", "K1A 0B1", EMAIL):
            said.append(await talk.say(item))
        answers.append((said, talk.state | {"case": None}, [message["choices"] for message in talk.last]))
    assert answers[0] == answers[1] == answers[2]
    assert words(language, "status_refused") in str(answers[0])


async def test_three_misses_close_a_number_everywhere_for_a_day(product: Product) -> None:
    number = await lodged(product)
    for item in ("416-555-0190", "somebody@example.com", "K1A 0B1"):
        await (await asked_for_proof(product, number)).say(item)
    product.clock.turn(hours=24)
    talk = await asked_for_proof(product, number, "fr")
    assert words("fr", "status_refused") in await talk.say(EMAIL)
    product.clock.turn(hours=24, seconds=1)
    assert number in await (await asked_for_proof(product, number, "it")).say(EMAIL)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_six_misses_close_the_conversation_for_a_day(product: Product, language: str) -> None:
    mine, unknown = await lodged(product), drawn(5)
    talk = await asked_for_proof(product, unknown(), language)
    for missed in range(1, 6):
        assert words(language, "proof_wrong") in await talk.say("416-555-0190")
        await talk.say(f"{ASK[language]} {unknown()}?")
        assert talk.state["expects"] == "proof", f"refused after {missed}"
    refused = await talk.say("416-555-0190")
    assert refused.startswith(words(language, "status_refused")), talk.told()
    # from here on no number is listened to, an existing one as little as any other
    for number in (unknown(), mine, unknown()):
        said = await talk.say(f"{ASK[language]} {number}?")
        assert said == refused and talk.state["expects"] not in ("proof", "tracking_number")
    # elsewhere the case is shown as ever, and here again after a day
    assert mine in await (await asked_for_proof(product, mine)).say(EMAIL)
    product.clock.turn(hours=24, seconds=1)
    await talk.say(f"{ASK[language]} {mine}?")
    assert mine in await talk.say(EMAIL)


async def test_a_proof_that_waits_when_the_conversation_closes_is_refused(product: Product) -> None:
    mine, unknown = await lodged(product), drawn(6)
    talk = await asked_for_proof(product, unknown())
    with product.store.unit() as unit:
        for _ in range(status.FAILURES_OF_A_CONVERSATION):
            unit.attempts.add(status._key(f"conversation:{talk.id}"), product.clock())
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.enquiry = mine
        unit.conversations.save(conversation)
    assert words("en", "status_refused") in await talk.say(EMAIL)


async def test_whoever_filed_here_still_asks_about_their_own_case(product: Product) -> None:
    talk = await asked_for_account(product)
    await filed(talk)
    unknown = drawn(7)
    for _ in range(status.FAILURES_OF_A_CONVERSATION):
        await talk.say(f"{ASK['en']} {unknown()}?")
        await talk.say("somebody@example.com")
    assert talk.state["case"] in await talk.say("What is the status of my case?")
