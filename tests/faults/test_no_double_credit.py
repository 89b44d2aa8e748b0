"""A credit is given once, whoever accepts it how often, whatever fails meanwhile; and what is told of it is true."""

from __future__ import annotations

import asyncio
import random
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.outside import LEFT_TO_THE_CLOCK_AFTER
from bot.cases.records import CREDIT, Account, Instruction, InstructionRefused, RecordsUnavailable
from bot.gateway import turns
from bot.gateway.engine import EngineDown, Turn
from bot.provider import profile
from bot.provider.http import HttpRecords
from bot.settings import Secret
from bot.store.instructions import Decided
from bot.unfinished import Unfinished
from tests.faults import credits
from tests.faults.customer import ACCOUNT, ANSWERS
from tests.faults.product import Product as Running
from tests.faults.systems import ANSWERED, ASKED, DECIDED, WRITTEN, Systems, serving_systems
from tests.gateway.fakes import until
from tests.provider.records_server import TOKEN

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent, Product, Talk

LATE_PAYER = "10024417"
CHARGED_TWICE = ANSWERS
PAID_LATE = ANSWERS | {"open": "You charged me a late payment fee of $10.00.", "account": LATE_PAYER}
A_FEE = 1000

DONE = credits.DONE
WAITING = credits.WAITING
TO_PERSON = "Whether it can be taken off is not mine to decide, so a person will look at it with you."
REFUSED = "I can no longer do that by myself, so a person will look at it."

LONG_ENOUGH_SECONDS = 20


pytestmark = pytest.mark.usefixtures("quietly")


@pytest.fixture
def product(tmp_path: Path, agent: Agent) -> Product:
    """A product of its own in this process, with an empty store."""
    return Product(tmp_path, agent)


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    """A provider's systems of their own, over HTTP."""
    with serving_systems(tmp_path_factory.mktemp("systems")) as serving:
        yield serving


async def at_the_offer(
    product: Product, answers: dict[str, str] = CHARGED_TWICE, channel: str = "web"
) -> Talk:
    """Return a conversation in which the offer waits for its answer."""
    talk = await product.talk("en")
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation
        conversation.channel = channel
        unit.conversations.save(conversation)
    for _ in range(25):
        asked = talk.state["expects"]
        if asked == "offer":
            return talk
        await talk.say(talk.code() if asked == "code" else answers[asked])
    raise AssertionError(talk.told())


async def said(talk: Talk, text: str = "Accept", message_id: str = "yes") -> None:
    """Send a message under its id until it is answered."""
    give_up_at = time.monotonic() + LONG_ENOUGH_SECONDS
    while time.monotonic() < give_up_at:
        response = await talk.post(text, message_id)
        assert response.status_code == 200, response.text
        if any(message["from"] == "assistant" for message in response.json()["messages"]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("no answer")


async def heard(talk: Talk) -> str:
    """Return everything the assistant said in a conversation."""
    response = await talk.product.http.get(f"/api/chat/{talk.id}/messages?after=0", headers=talk.headers)
    return "\n".join(
        message["text"] for message in response.json()["messages"] if message["from"] == "assistant"
    )


def decided(product: Product, account: str = ACCOUNT) -> list[Decided]:
    with product.store.view() as unit:
        return unit.instructions.of_account(account)


def the_clock(product: Product) -> Unfinished:
    return Unfinished(product.store, product.systems, profile("jive_ca"), product.clock)


def noted(talk: Talk, what: str) -> list[str]:
    return [line.detail for line in talk.case.history if line.what == what]


async def all_agree(product: Product, *talks: Talk, account: str = ACCOUNT, cents: int = 4115) -> None:
    """Hold that ledger, store and cases know of one credit, and that this is what every customer was told."""
    [entry] = product.credits(account)
    [kept] = decided(product, account)
    assert (entry.key, entry.cents) == (kept.instruction.key, cents)
    assert (kept.reference, kept.instruction.cents) == (entry.reference, cents)
    for talk in talks:
        assert [offer.cents for offer in talk.case.offers if offer.status == "accepted"] == [cents]
        assert [each.what for each in talk.case.promises].count("credit_on_account") == 1
        assert noted(talk, "credit_done") == [entry.reference]
        assert DONE.findall(await heard(talk)) == [(f"{cents / 100:.2f}", entry.reference)]


# ── One customer, one yes ───────────────────────────────────────────────────────────────────────────


async def test_the_same_yes_twice(product: Product) -> None:
    talk = await at_the_offer(product)
    first = (await talk.post("Accept", "yes")).json()
    assert (await talk.post("Accept", "yes")).json() == first
    await all_agree(product, talk)


async def test_the_same_yes_five_times_at_once(product: Product) -> None:
    talk = await at_the_offer(product)
    answers = await asyncio.gather(*(talk.post("Accept", "yes") for _ in range(5)))
    assert len({answer.text for answer in answers}) == 1
    await all_agree(product, talk)


async def test_two_yeses_at_once(product: Product) -> None:
    """The second answers the question that came next, whether that settles it."""
    talk = await at_the_offer(product)
    await asyncio.gather(talk.post("yes", "one"), talk.post("yes", "two"))
    await all_agree(product, talk)


async def test_two_gateways_that_ask_the_engine_about_the_same_yes(product: Product) -> None:
    """One was thought dead and goes on, while another has taken the message up."""
    talk = await at_the_offer(product)
    turn = Turn(talk.id, "the-yes", "Accept", "en", "web", "2026-05-15")
    first, second = await asyncio.gather(product.engine.answer(turn), product.engine.answer(turn))
    assert first == second
    [entry] = product.credits(ACCOUNT)
    assert [reply["values"]["reference"] for reply in first if reply["reply"] == "done_credit"] == [
        entry.reference
    ]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_yes_again_after_the_engine_failed(
    product: Product, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The engine fails before it acts, or acts and does not live to say so."""
    talk = await at_the_offer(product)
    answer, failures = product.engine.answer, [EngineDown("before"), EngineDown("again")]

    async def failing(turn: Any) -> Any:
        if moment == "before" and failures:
            raise failures.pop()
        replies = await answer(turn)
        if failures:
            raise failures.pop()
        return replies

    monkeypatch.setattr(product.engine, "answer", failing)
    monkeypatch.setattr(turns, "LONGEST_PAUSE_SECONDS", 0.1)
    await said(talk)
    assert not failures
    await all_agree(product, talk)


async def test_a_yes_again_after_the_actions_died_with_the_credit_given(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told the second time is word for word what was told the first, as a provider may insist."""
    talk = await at_the_offer(product)
    told: list[Instruction] = []

    def dying(instruction: Instruction) -> str:
        told.append(instruction)
        reference = product.demo.carry_out(instruction)
        if len(told) == 1:
            product.clock.turn(seconds=5)
            raise RuntimeError("as if killed")
        return reference

    product.systems.carry_out = dying
    monkeypatch.setattr(turns, "LONGEST_PAUSE_SECONDS", 0.1)
    await said(talk)
    assert len(told) == 2
    assert told[0] == told[1]
    await all_agree(product, talk)


async def test_a_yes_again_after_the_clock_did_what_the_dead_actions_had_decided(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await at_the_offer(product)
    asked: list[Instruction] = []

    def dying(instruction: Instruction) -> str:
        asked.append(instruction)
        if len(asked) == 1:
            raise RuntimeError("as if killed")
        return product.demo.carry_out(instruction)

    product.systems.carry_out = dying
    monkeypatch.setattr(turns, "LONGEST_PAUSE_SECONDS", 0.1)
    await talk.post("Accept", "yes")
    product.clock.time += LEFT_TO_THE_CLOCK_AFTER
    the_clock(product).tick()
    await said(talk)
    assert len(asked) == 2
    await all_agree(product, talk)


# ── Two conversations of one customer ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("channel", ["web", "sms", "voice"])
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one after the other"])
async def test_two_conversations_accept_the_same_offer(product: Product, channel: str, at_once: bool) -> None:
    talks = [await at_the_offer(product), await at_the_offer(product, channel=channel)]
    inside = meeting(product, 2)
    if at_once:
        await asyncio.gather(*map(said, talks))
        assert inside.met
    else:
        for talk in talks:
            await said(talk)
            product.clock.turn(minutes=5)
    await all_agree(product, *talks)
    assert [talk.case.channel for talk in talks] == ["web", channel]


async def test_what_is_told_is_the_sum_that_was_given(product: Product) -> None:
    """The offer may be of a sum that another conversation, or another day, has settled otherwise."""
    talk = await at_the_offer(product)
    at = product.clock()
    earlier = Instruction(
        f"credit:{ACCOUNT}:C1002", CREDIT, ACCOUNT, "1111-1111-1111", "goodwill", at, "C1002", 2000
    )
    reference = product.demo.carry_out(earlier)
    with product.store.unit() as unit:
        unit.instructions.decide(Decided(earlier, "en"), at)
        unit.instructions.done(earlier.key, reference, at)
    await said(talk)
    assert DONE.findall(await heard(talk)) == [("20.00", reference)]
    assert [entry.cents for entry in product.credits(ACCOUNT)] == [2000]


async def test_five_conversations_accept_at_once(product: Product) -> None:
    talks = [await at_the_offer(product) for _ in range(5)]
    await asyncio.gather(*map(said, talks))
    await all_agree(product, *talks)


async def test_a_credit_that_was_given_is_not_offered_anew(product: Product) -> None:
    await said(await at_the_offer(product))
    with pytest.raises(KeyError, match="free"):
        await at_the_offer(product)
    assert len(product.credits(ACCOUNT)) == 1


# ── Within the limits of goodwill ───────────────────────────────────────────────────────────────────


def another_fee(account: Account) -> Account:
    return replace(
        account,
        charges=tuple(
            replace(charge, charge_id="C2004") if charge.charge_id == "C1004" else charge
            for charge in account.charges
        ),
    )


def given_before(product: Product, cents: int) -> None:
    """Put goodwill of the past months on the account."""
    at = product.clock() - timedelta(days=100)
    earlier = Instruction(
        f"credit:{LATE_PAYER}:C7", CREDIT, LATE_PAYER, "1111-1111-1111", "late_fee", at, "C7", cents, True
    )
    with product.store.unit() as unit:
        unit.instructions.decide(Decided(earlier, "fr"), at)
        unit.instructions.done(earlier.key, "CR-EARLIER", at)


@pytest.mark.parametrize(
    "room, given",
    [(2 * A_FEE, 2), (2 * A_FEE - 1, 1), (A_FEE, 1)],
    ids=["room for both", "a cent too little for both", "room for one"],
)
async def test_two_who_accept_goodwill_at_once_keep_to_the_limit_of_the_year(
    product: Product, room: int, given: int
) -> None:
    limit = profile("jive_ca").goodwill_cents["assistant_per_account_and_year"]
    given_before(product, limit - room)
    one = await at_the_offer(product, PAID_LATE)
    product.systems.changed[LATE_PAYER] = another_fee
    talks = [one, await at_the_offer(product, PAID_LATE)]
    await asyncio.gather(*map(said, talks))

    credited = {entry.reference: entry.cents for entry in product.credits(LATE_PAYER)}
    assert list(credited.values()) == [A_FEE] * given
    with product.store.view() as unit:
        assert unit.instructions.goodwill_since(LATE_PAYER, product.clock() - timedelta(days=365)) <= limit
    told = [await heard(talk) for talk in talks]
    assert {reference for words in told for _, reference in DONE.findall(words)} == set(credited)
    without = [(talk, words) for talk, words in zip(talks, told, strict=True) if not DONE.findall(words)]
    assert len(without) == 2 - given
    for talk, words in without:
        assert TO_PERSON in words
        assert len(talk.case.handoffs) == 1
        assert noted(talk, "credit_above_limit") == [""]
        assert ([offer.status for offer in talk.case.offers], talk.case.standing_offer) == (["offered"], None)
        assert "credit_on_account" not in [promise.what for promise in talk.case.promises]


# ── The provider's systems fail, or are slow ────────────────────────────────────────────────────────


async def test_the_clock_and_the_turn_carry_it_out_at_once(product: Product) -> None:
    talk = await at_the_offer(product)
    inside = meeting(product, 2)
    turn = asyncio.create_task(said(talk))
    while not decided(product):
        await asyncio.sleep(0.01)
    product.clock.time += LEFT_TO_THE_CLOCK_AFTER
    await asyncio.to_thread(the_clock(product).tick)
    await turn
    assert inside.met
    await all_agree(product, talk)


async def test_the_clock_leaves_it_to_the_turn_at_first(product: Product) -> None:
    talk = await at_the_offer(product)
    product.systems.down = True
    await said(talk)
    product.systems.down = False
    product.clock.turn(seconds=29)
    the_clock(product).tick()
    assert product.credits(ACCOUNT) == []
    product.clock.turn(seconds=1)
    the_clock(product).tick()
    assert len(product.credits(ACCOUNT)) == 1


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("is_written", [True, False], ids=["written, the answer lost", "not written"])
async def test_what_got_no_answer_is_done_later_and_then_told(
    product: Product, times: int, is_written: bool
) -> None:
    talk = await at_the_offer(product)
    losing_answers(product, times, is_written)
    await said(talk)
    assert WAITING.findall(await heard(talk)) == ["41.15"]
    assert DONE.findall(await heard(talk)) == []
    assert noted(talk, "credit_waits") == [""]
    for _ in range(times + 2):
        product.clock.turn(minutes=10)
        the_clock(product).tick()
    [entry] = product.credits(ACCOUNT)
    assert [each.reference for each in decided(product)] == [entry.reference]
    assert noted(talk, "credit_done") == [entry.reference]
    assert [promise.what for promise in talk.case.promises].count("credit_on_account") == 1
    [notice] = [notice for notice in product.outbox() if notice.key.endswith(":later_credit")]
    assert credits.LATER.findall(notice.text) == [("41.15", talk.case.tracking_number, entry.reference)]


async def test_an_answer_that_comes_too_late_is_asked_for_again(product: Product, systems: Systems) -> None:
    systems.begin_anew()
    product.systems.records = HttpRecords(systems.url, Secret(TOKEN), 2.0)
    talk = await at_the_offer(product)
    systems.arm(WRITTEN, lambda: time.sleep(3))
    await said(talk)
    [entry] = await until(lambda: systems.credits(ACCOUNT))
    assert WAITING.findall(await heard(talk)) == ["41.15"]
    product.clock.time += LEFT_TO_THE_CLOCK_AFTER
    the_clock(product).tick()
    assert systems.credits(ACCOUNT) == [entry]
    assert [each.reference for each in decided(product)] == [entry.reference]
    assert noted(talk, "credit_done") == [entry.reference]


async def test_whoever_was_told_that_it_waits_hears_when_another_conversation_has_it_done(
    product: Product,
) -> None:
    talks = [await at_the_offer(product), await at_the_offer(product)]
    losing_answers(product, 1, True)
    for talk in talks:
        await said(talk)
    waited, had_it_done = talks
    assert WAITING.findall(await heard(waited)) == ["41.15"]
    [entry] = product.credits(ACCOUNT)
    assert DONE.findall(await heard(had_it_done)) == [("41.15", entry.reference)]
    for talk in talks:
        assert noted(talk, "credit_done") == [entry.reference]
    product.clock.turn(hours=1)
    the_clock(product).tick()
    [notice] = [notice for notice in product.outbox() if notice.key.endswith(":later_credit")]
    assert credits.LATER.findall(notice.text) == [("41.15", waited.case.tracking_number, entry.reference)]


async def test_both_who_were_told_that_it_waits_are_told_of_a_refusal(product: Product) -> None:
    talks = [await at_the_offer(product), await at_the_offer(product)]
    losing_answers(product, 2, False)
    for talk in talks:
        await said(talk)
    refusing(product)
    product.clock.turn(minutes=10)
    the_clock(product).tick()
    for talk in talks:
        assert noted(talk, "credit_refused") == ["more_than_charged"]
        assert (len(talk.case.handoffs), talk.case.priority) == (1, "P2")
    assert [notice.key for notice in product.outbox()].count(f"credit:{ACCOUNT}:C1002:later_refused") == 1


async def test_a_refusal_goes_to_a_person_and_is_not_asked_for_again(product: Product) -> None:
    talks = [await at_the_offer(product), await at_the_offer(product)]
    asked = refusing(product)
    for talk in talks:
        await said(talk)
        product.clock.turn(minutes=5)
    the_clock(product).tick()
    assert len(asked) == 1
    assert product.credits(ACCOUNT) == []
    for talk in talks:
        words = await heard(talk)
        assert REFUSED in words
        assert not DONE.findall(words) and not WAITING.findall(words)
        assert noted(talk, "credit_refused") == ["more_than_charged"]
        assert len(talk.case.handoffs) == 1
        assert "credit_on_account" not in [promise.what for promise in talk.case.promises]


# ── Processes are killed ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def running(systems: Systems, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The product as processes, which knows the provider's systems by their address only."""
    started = Running(tmp_path_factory.mktemp("running"), **credits.settings_for(systems))
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.mark.parametrize(
    "victim, moment",
    [
        ("actions", DECIDED),
        ("engine", WRITTEN),
        ("gateway", ASKED),
        ("actions", WRITTEN),
        ("clock", WRITTEN),
        ("actions", ANSWERED),
    ],
)
def test_whoever_is_killed_the_ledger_shows_one(
    running: Running, systems: Systems, victim: str, moment: str
) -> None:
    outcome = credits.round_of(running, systems, victim, moment, random.Random(f"{victim} {moment}"))
    assert (outcome.wrong, outcome.credits) == ([], 1)
    assert victim != "clock" or outcome.waited == 2


def test_what_was_accepted_while_the_provider_was_down_is_given_once_it_is_back(
    running: Running, systems: Systems
) -> None:
    outcome = credits.round_of(running, systems, None, None, random.Random(1))
    assert (outcome.wrong, outcome.credits, outcome.waited) == ([], 1, 2)


# ── What may happen inside the provider's systems ───────────────────────────────────────────────────


class Meeting:
    """Whether as many callers as expected were inside at the same moment."""

    def __init__(self, callers: int) -> None:
        self.met = False
        self._together = threading.Barrier(callers, action=self._meet)

    def _meet(self) -> None:
        self.met = True

    def wait(self) -> None:
        """Wait for the others; once they have met, or are late, go on."""
        if not self.met:
            try:
                self._together.wait(timeout=2)
            except threading.BrokenBarrierError:
                return


def meeting(product: Product, callers: int) -> Meeting:
    """Hold whoever asks for something until so many ask for it at once."""
    inside = Meeting(callers)

    def carry_out(instruction: Instruction) -> str:
        inside.wait()
        return product.demo.carry_out(instruction)

    product.systems.carry_out = carry_out
    return inside


def losing_answers(product: Product, times: int, is_written: bool) -> None:
    """Have the systems not answer so many times, whether or not they have written."""
    left = [None] * times

    def carry_out(instruction: Instruction) -> str:
        if left and not is_written:
            left.pop()
            raise RecordsUnavailable
        reference = product.demo.carry_out(instruction)
        if left:
            left.pop()
            raise RecordsUnavailable
        return reference

    product.systems.carry_out = carry_out


def refusing(product: Product) -> list[Instruction]:
    """Have the systems refuse; returns what they are asked from now on."""
    asked: list[Instruction] = []

    def carry_out(instruction: Instruction) -> str:
        asked.append(instruction)
        raise InstructionRefused("more_than_charged")

    product.systems.carry_out = carry_out
    return asked
