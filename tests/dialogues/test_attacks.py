"""Attacks on codes: guessing them, and using them a second time or somewhere else."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest

from actions import identity
from bot.cases.identity import CODES_PER_DAY
from bot.languages import LANGUAGES
from tests.dialogues.attacks import (
    FERRARI,
    MOBILE,
    OKAFOR,
    act,
    asked_for_code,
    change,
    codes_sent,
    count,
    filed,
    nothing_was_given,
    placed,
    rows,
    turn_of,
    verified,
    without_limits,
    words,
)
from tests.dialogues.house import Product

WRONG = "000000"


@pytest.fixture
def product(product: Product) -> Product:
    return without_limits(product)


@pytest.fixture(autouse=True)
def _no_code_is_the_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are drawn at random; the one that is typed as a wrong one is not among them."""
    drawn = SimpleNamespace(randbelow=lambda n: 1 + secrets.randbelow(n - 1), token_hex=secrets.token_hex)
    monkeypatch.setattr(identity, "secrets", drawn)


# ── Guessing codes ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_code_has_three_tries(product: Product, language: str) -> None:
    talk = await asked_for_code(product, language)
    right = talk.code()
    for _ in range(2):
        assert words(language, "code_wrong") in await talk.say(WRONG)
        assert talk.state["expects"] == "code"
    assert words(language, "code_failed") in await talk.say(WRONG)
    await talk.say(right)
    nothing_was_given(product, talk)


async def test_the_third_try_may_be_the_right_one(product: Product) -> None:
    talk = await asked_for_code(product)
    await talk.say(WRONG)
    await talk.say(WRONG)
    assert words("en", "verified") in await talk.say(talk.code())


async def test_three_wrong_codes_anywhere_close_the_account_everywhere_for_a_day(product: Product) -> None:
    talks, right = [], []
    for language, channel in (("en", "web"), ("fr", "web"), ("it", "sms"), ("en", "web")):
        talks.append(await asked_for_code(product, language, channel=channel))
        right.append(talks[-1].code())
    for talk in talks[:3]:
        wrongly = await talk.say(WRONG)
    for talk, code in zip(talks, right, strict=True):
        rightly = await talk.say(code)
        assert rightly.startswith(words(talk.state["language"], "code_wrong")), talk.told()
        if talk is talks[2]:
            assert rightly == wrongly
    assert count(product, "proofs") == 0
    assert len(codes_sent(product)) == 4
    product.clock.turn(hours=23, minutes=59)
    await asked_for_code(product, "fr")
    assert len(codes_sent(product)) == 4, "a code went out while the account was cooling down"
    product.clock.turn(minutes=1, seconds=1)
    later = await asked_for_code(product, "it")
    assert words("it", "verified") in await later.say(later.code())


async def test_a_thousand_guesses_prove_nothing(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every code sent is among the guesses, so that only the limits keep them from being right."""
    drawn = SimpleNamespace(randbelow=lambda _: 500, token_hex=secrets.token_hex)
    monkeypatch.setattr(identity, "secrets", drawn)
    guesses = [f"{guess:06d}" for guess in range(1000)]
    for first in range(0, 1000, 20):
        talk = await placed(product, "code", OKAFOR)
        with product.store.unit() as unit:
            conversation = unit.conversations.get(talk)
            assert conversation is not None
            for number, guess in enumerate(guesses[first : first + 20]):
                turn = turn_of(product, unit, conversation, guess)
                if number % 2 == 0:
                    identity.send_code(turn)
                assert identity.code(turn)
                assert turn.replies[-1]["reply"] == "code_wrong"
    assert count(product, "proofs") == 0
    assert count(product, "attempts", f"key = '{identity._key(OKAFOR)}'") == 1000
    # after the third wrong one nothing is sent any more, so no guess of the day can be right
    assert codes_sent(product) == [("sms", MOBILE)] * 2


async def test_codes_for_one_account_are_few_a_day(product: Product) -> None:
    for _ in range(12):
        talk = await placed(product, "account")
        assert (await act(product, talk, OKAFOR))[0] == "code_sent"
    assert len(codes_sent(product)) == CODES_PER_DAY


async def test_tries_at_once_are_all_counted(product: Product) -> None:
    talk = await placed(product, "account")
    await act(product, talk, OKAFOR)
    others = [await placed(product, "account") for _ in range(3)]
    for other in others:
        await act(product, other, OKAFOR)
    together = Barrier(5)

    def guess(conversation: str) -> list[str]:
        together.wait()
        return asyncio.run(act(product, conversation, WRONG))

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(guess, [talk, talk, *others]))
    assert count(product, "attempts", f"key = '{identity._key(OKAFOR)}'") == 5
    assert rows(product, f"SELECT tries FROM codes WHERE conversation_id = '{talk}'") == [(2,)]


async def test_messages_at_once_are_two_tries(product: Product) -> None:
    talk = await asked_for_code(product)
    await asyncio.gather(talk.post(WRONG), talk.post("111111" if talk.code() != "111111" else "222222"))
    assert rows(product, "SELECT tries FROM codes") == [(2,)]


# ── Using a code again, or somewhere else ───────────────────────────────────────────────────────────


async def test_a_used_code_is_no_longer_valid(product: Product) -> None:
    talk = await verified(product)
    used = talk.code()
    change(product, "DELETE FROM proofs")
    change(product, "UPDATE conversations SET expects = 'code'")
    change(product, """UPDATE complaints SET settled = '["event", "prior_contact"]'""")
    assert await act(product, talk.id, used) == ["code_expired", "question_code"]
    assert count(product, "proofs") == 0


@pytest.mark.parametrize(
    ("late", "reply"), [({"minutes": 10}, "verified"), ({"minutes": 10, "seconds": 1}, "code_expired")]
)
async def test_a_code_lives_ten_minutes(product: Product, late: dict[str, float], reply: str) -> None:
    talk = await asked_for_code(product)
    product.clock.turn(**late)
    assert words("en", reply) in await talk.say(talk.code())
    assert count(product, "proofs") == (reply == "verified")


async def test_a_newer_code_ends_the_one_before(product: Product) -> None:
    talk = await asked_for_code(product)
    older = talk.code()
    await talk.say("Send again")
    assert words("en", "code_wrong") in await talk.say(older)
    assert words("en", "verified") in await talk.say(talk.code())


async def test_a_code_is_of_use_in_its_own_conversation_only(product: Product) -> None:
    mine = await asked_for_code(product)
    code = mine.code()
    other = await asked_for_code(product)
    assert words("en", "code_wrong") in await other.say(code)
    nothing_was_given(product, other)
    assert words("en", "verified") in await mine.say(code)


async def test_the_code_of_one_account_proves_no_other(product: Product) -> None:
    talk = await asked_for_code(product, account=FERRARI)
    code = talk.code()
    await talk.say("go back")
    assert talk.state["expects"] == "account"
    await talk.say(OKAFOR)
    assert words("en", "code_wrong") in await talk.say(code)
    nothing_was_given(product, talk, ("Ferrari", "Okafor"))
    await filed(talk)
    assert not talk.case.verified
