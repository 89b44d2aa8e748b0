"""Customers who wait for a person hear how they stand: next, in line, or that nobody is there who could help them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.in_line import InLine
from bot.languages import pack
from bot.provider import profile
from tests.desk.agents import desk_of
from tests.phone.texting import Texter

# What went wrong, the wish for a person, and the questions how long it takes.
SAID = {
    "en": (
        "I was charged twice for my internet",
        "I want a person",
        ["where am I in the queue?", "how long do I have to wait"],
    ),
    "fr": (
        "On m’a facturé deux fois mon Internet",
        "Je veux parler à une personne",
        ["quelle est ma place dans la file?", "c’est long encore?"],
    ),
    "it": (
        "Mi avete addebitato due volte internet",
        "Voglio parlare con una persona",
        ["a che posto sono in coda?", "quanto devo aspettare?"],
    ),
}
OTHER = {"en": "fr", "fr": "it", "it": "en"}


async def at_desk(product, name, *languages):
    """An agent of these languages, at the desk."""
    desk = desk_of(product.app, product.store, name)
    with product.store.unit() as unit:
        agent, _ = unit.agents.by_email(desk.email)
        unit.agents.save(replace(agent, languages=languages))
    await desk.sign_in()
    return desk


async def waiting(product, language):
    product.clock.turn(seconds=20)
    talk = await product.talk(language)
    trouble, wish, _ = SAID[language]
    await talk.say(trouble)
    return talk, await talk.say(wish)


def line(language, kind, **values):
    return pack(language, "phrases")[f"line_{kind}"].format(estimate="", **values)


def told(product, talk):
    with product.store.view() as unit:
        return [message.text for message in unit.messages.after(talk.id, 0) if message.sender == "system"]


@pytest.mark.parametrize("language", SAID)
async def test_how_somebody_stands_is_told_at_once_and_when_they_ask(product, language):
    await at_desk(product, "Anna", language)
    _, first_words = await waiting(product, language)
    assert line(language, "next") in first_words
    second, second_words = await waiting(product, language)
    queued = line(language, "queued", position="2")
    assert queued in second_words
    for question in SAID[language][2]:
        assert queued in await second.say(question), second.told()
    assert [promise.what for promise in second.case.promises].count("call_back") == 1


@pytest.mark.parametrize("language", SAID)
async def test_nobody_is_on_shift_who_speaks_their_language(product, language):
    await at_desk(product, "Anna", OTHER[language])
    talk, words = await waiting(product, language)
    assert line(language, "unspoken") in words
    assert "call_back" in [promise.what for promise in talk.case.promises]


@pytest.mark.parametrize("language", SAID)
async def test_what_changes_for_those_who_wait_is_told_once(product, language):
    anna = await at_desk(product, "Anna", language)
    first, _ = await waiting(product, language)
    second, _ = await waiting(product, language)
    product.clock.turn(seconds=20)
    texter = Texter(product)
    for words in SAID[language][:2]:
        await texter.send(words)
    tick = InLine(product.store, profile("jive_ca"), product.clock).tick
    tick()
    assert told(product, second) == []
    await anna.step(first.id, "claim")
    words = pack(language, "desk")["customer"]
    for _ in range(2):
        tick()
        assert told(product, second) == [words["next_in_line"]]
    before = len(texter.received)
    await anna.send("/desk/sign-out")
    for _ in range(2):
        tick()
        assert len(told(product, second)) == 2
        assert len(texter.received) == before + 1
    gone = words["nobody_in_line"].partition("{")[0]
    assert told(product, second)[-1].startswith(gone)
    assert gone[:20] in texter.last
