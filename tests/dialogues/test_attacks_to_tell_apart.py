"""Attacks that tell accounts apart: by the words, by the work an answer takes, by the time."""

from __future__ import annotations

import json
import random
import re
import secrets
import time
from collections.abc import Callable, Sequence
from math import comb
from statistics import quantiles
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from actions import identity
from bot.cases.identity import CODES_PER_DAY
from bot.languages import LANGUAGES
from tests.dialogues.attacks import (
    CONTACT,
    FERRARI,
    NOBODYS,
    OKAFOR,
    act,
    asked_for_account,
    asked_for_code,
    holder,
    placed,
    without_limits,
    word,
    words,
)
from tests.dialogues.house import Product, Talk

WRONG = "000000"


@pytest.fixture
def product(product: Product) -> Product:
    return without_limits(product)


@pytest.fixture(autouse=True)
def _no_code_is_the_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are drawn at random; the one that is typed as a wrong one is not among them."""
    drawn = SimpleNamespace(randbelow=lambda n: 1 + secrets.randbelow(n - 1), token_hex=secrets.token_hex)
    monkeypatch.setattr(identity, "secrets", drawn)


BY_EMAIL, AGAIN, SKIP = "by_email", "send_again", "skip"
PROBE = (WRONG, AGAIN, WRONG, BY_EMAIL, "12345", WRONG, WRONG, WRONG, CONTACT, "yes")
"""What is said after the account number: codes by both ways, wrong ones up to the last try, and on to the case."""


async def cooling(product: Product, account: str) -> None:
    talk = await placed(product, "account")
    await act(product, talk, account)
    for _ in range(3):
        await act(product, talk, WRONG)


async def over_the_day(product: Product, account: str) -> None:
    talk = await placed(product, "account")
    await act(product, talk, account)
    for _ in range(CODES_PER_DAY):
        await act(product, talk, word("en", AGAIN))


def of_no_use(**contact: Any) -> Callable[[Product, str], Any]:
    async def prepare(product: Product, account: str) -> None:
        holder(product, account, **contact)

    return prepare


async def untouched(product: Product, account: str) -> None:
    """Leave the account as it is."""


KINDS: dict[str, tuple[str, Callable[[Product, str], Any]]] = {
    "exists": (OKAFOR, untouched),
    "does not exist": (NOBODYS, untouched),
    "cools down": (FERRARI, cooling),
    "cools down and does not exist": ("20000005", cooling),
    "had its codes of the day": ("10024417", over_the_day),
    "has no contact": ("10058213", of_no_use(phone_of_record=None, email_of_record=None)),
    "has a landline and no e-mail": ("10063390", of_no_use(phone_kind="landline", email_of_record=None)),
    "has no e-mail": ("10071148", of_no_use(email_of_record=None)),
}


async def seen(talk: Talk, said: str) -> tuple[int, int, dict[str, Any]]:
    """Return all that an answer shows, the numbers of new cases made alike."""
    response = await talk.post(said)
    body = re.sub(r"\d{4}-\d{4}-\d{4}", "tracking number", response.text)
    shown = json.loads(body)
    talk.state = shown["state"]
    talk.transcript += [(message["from"], message["text"]) for message in shown["messages"]]
    return response.status_code, len(response.content), shown


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_answer_tells_one_account_from_another(product: Product, language: str) -> None:
    answers: dict[str, list[Any]] = {}
    for kind, (account, prepare) in list(KINDS.items())[: None if language == "en" else 5]:
        await prepare(product, account)
        talk = await asked_for_account(product, language)
        picked = [word(language, said) if said.isalpha() or "_" in said else said for said in PROBE]
        answers[kind] = [await seen(talk, said) for said in (account, *picked)]
        assert talk.state["case"], talk.told()
    first = answers.pop("exists")
    assert words(language, "code_failed") in str(first)
    for kind, other in answers.items():
        assert other == first, kind


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_answer_tells_apart_an_account_typed_in_the_place_of_the_code(
    product: Product, language: str
) -> None:
    answers: dict[str, list[Any]] = {}
    for kind, (account, prepare) in list(KINDS.items())[: None if language == "en" else 5]:
        await prepare(product, account)
        talk = await asked_for_code(product, language, account="20000006")
        answers[kind] = [await seen(talk, said) for said in (account, account, WRONG, "20000006")]
    first = answers.pop("exists")
    assert words(language, "account_changed") in str(first[0])
    assert words(language, "account_no_code") in str(first[1])
    for kind, other in answers.items():
        assert other == first, kind


async def test_an_account_typed_in_the_place_of_the_code_costs_as_many_statements(product: Product) -> None:
    at_hand(product, *(account for account, _ in KINDS.values()))
    took: dict[str, list[int]] = {}
    for kind, (account, prepare) in KINDS.items():
        await prepare(product, account)
        talk = await placed(product, "account")
        await act(product, talk, "20000006")
        took[kind] = [await statements(product, talk, said) for said in (account, account, WRONG)]
    assert min(took["exists"]) > 5
    assert set(map(tuple, took.values())) == {tuple(took["exists"])}, took


@pytest.mark.parametrize("account", [OKAFOR, NOBODYS])
async def test_an_old_code_is_called_so_whether_or_not_it_was_sent(product: Product, account: str) -> None:
    talk = await asked_for_code(product, account=account)
    product.clock.turn(minutes=10, seconds=1)
    assert words("en", "code_expired") in await talk.say(WRONG)


async def test_an_account_that_may_get_no_code_costs_as_many_statements(product: Product) -> None:
    at_hand(product, *(account for account, _ in KINDS.values()))
    took: dict[str, list[int]] = {}
    for kind, (account, prepare) in KINDS.items():
        await prepare(product, account)
        talk = await placed(product, "account")
        took[kind] = [await statements(product, talk, said) for said in (account, WRONG, "Send again", WRONG)]
    assert min(took["exists"]) > 5
    assert set(map(tuple, took.values())) == {tuple(took["exists"])}, took


async def statements(product: Product, talk: str, said: str) -> int:
    run: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        run.append(statement)

    engine = product.store._engine
    event.listen(engine, "before_cursor_execute", note)
    await act(product, talk, said)
    event.remove(engine, "before_cursor_execute", note)
    return len(run)


def at_hand(product: Product, *accounts: str) -> None:
    """Have the records at hand: how long the provider's own systems take to find them is not ours."""
    known = {account: product.demo.account(account) for account in accounts}
    product.systems.records = SimpleNamespace(account=known.get)


PAIRS = 100
NOTICED = 0.0025
"""Seconds by which the usual answer for one account may lag behind another's: less than any network adds by chance."""


def told_apart(these: Sequence[float], those: Sequence[float], by: float = NOTICED) -> bool:
    """Tell whether these times lie above those by more than `by`, pair by pair, at odds of one in 10,000 (sign test).

    One slow try counts no more than another, so a busy machine makes the test blind rather than wrong.
    """
    above = sum(this - that > by for this, that in zip(these, those, strict=True))
    by_chance = sum(comb(len(these), k) for k in range(above, len(these) + 1)) / 2 ** len(these)
    return by_chance < 1e-4


async def times(product: Product, pairs: int = PAIRS) -> tuple[list[float], list[float]]:
    """Return how long account numbers took to act upon, existing and unknown ones in turn, in random order."""
    at_hand(product, OKAFOR)
    measured: dict[str, list[float]] = {OKAFOR: [], NOBODYS: []}
    for pair in range(pairs + 10):
        for account in random.sample([OKAFOR, NOBODYS], 2):
            talk = await placed(product, "account")
            started = time.perf_counter()
            said = await act(product, talk, account)
            if pair >= 10:
                measured[account].append(time.perf_counter() - started)
            assert said == ["code_sent", "question_code"]
        product.clock.turn(hours=7)
    return measured[OKAFOR], measured[NOBODYS]


async def test_time_tells_no_existing_account_from_an_unknown_one(product: Product) -> None:
    existing, unknown = await times(product)
    assert not told_apart(existing, unknown)
    assert not told_apart(unknown, existing)


async def test_five_milliseconds_more_for_existing_accounts_would_be_noticed(product: Product) -> None:
    """On a machine so busy that the times of one account lie further apart than that, as much as they do."""
    delay = max(0.005, spread(await times(product, pairs=15)))
    holder(product, OKAFOR)
    as_it_is = product.systems.changed[OKAFOR]
    product.systems.changed[OKAFOR] = lambda account: (time.sleep(delay), as_it_is(account))[1]
    existing, unknown = await times(product)
    assert told_apart(existing, unknown)
    assert not told_apart(unknown, existing)


def spread(measured: tuple[list[float], list[float]]) -> float:
    """Return how far apart the times of unknown accounts lie, the tenth at either end left out."""
    unknown = quantiles(measured[1], n=10)
    return unknown[-1] - unknown[0]


def test_times_of_one_group_are_not_told_apart() -> None:
    chance = random.Random(7)
    alike = [abs(chance.gauss(8, 3)) / 1000 for _ in range(2 * PAIRS)]
    assert not told_apart(alike[:PAIRS], alike[PAIRS:])
    assert told_apart([each + 0.005 for each in alike[:PAIRS]], alike[PAIRS:])
