"""Agents and customers with the whole product: somebody asks for a person by chat or text, is helped, and goes on."""

from __future__ import annotations

import pytest

from bot.languages import pack
from tests.desk.agents import desk_of, words_of
from tests.phone.texting import Texter

# What went wrong, the wish for a person, and what the agent and the customer say to each other.
SAID = {
    "en": ("I was charged twice for my internet", "I want a person", "I see the second charge.", "Thank you"),
    "fr": (
        "On m’a facturé deux fois mon Internet",
        "Je veux parler à une personne",
        "Je vois la deuxième facture.",
        "Merci",
    ),
    "it": (
        "Mi avete addebitato due volte internet",
        "Voglio parlare con una persona",
        "Vedo il secondo addebito.",
        "Grazie",
    ),
}


@pytest.mark.parametrize("language", SAID)
async def test_a_customer_of_the_web_chat_is_helped_and_goes_on(product, language):
    trouble, wish, word, thanks = SAID[language]
    talk = await product.talk(language)
    for line in (trouble, wish):
        await talk.say(line)
    open_question = talk.state["expects"]
    assert talk.state["holder"] == "waiting" and talk.state["case"]
    anna = desk_of(product.app, product.store, "Anna", language=language)
    await anna.sign_in()
    assert trouble in words_of(await anna.see())
    page = words_of(await anna.see(f"/desk/conversations/{talk.id}"))
    assert talk.state["case"] in page and pack(language, "desk")["promise_kinds"]["call_back"] in page
    await anna.say(talk.id, word)
    assert await talk.say(thanks) == "", talk.told()
    assert talk.state["holder"] == "agent"
    await anna.step(talk.id, "hand-back")
    response = await product.http.get(f"/api/chat/{talk.id}/messages", headers=talk.headers)
    *_, joined, agent, customer, left, question = response.json()["messages"]
    assert [each["from"] for each in (joined, agent, customer, left, question)] == [
        "system",
        "agent",
        "customer",
        "system",
        "assistant",
    ]
    assert agent["text"] == word and "Anna" in joined["text"] and "Anna" in left["text"]
    assert response.json()["state"]["expects"] == open_question
    assert [promise.what for promise in talk.case.promises if promise.kept_at] == ["call_back"]
    assert await talk.say(wish) != ""
    assert talk.state["holder"] == "waiting"


@pytest.mark.parametrize("language", SAID)
async def test_a_customer_who_texts_is_helped_and_goes_on(product, language):
    trouble, wish, word, thanks = SAID[language]
    texter = Texter(product)
    for line in (trouble, wish):
        await texter.send(line)
    with product.store.view() as unit:
        (line,) = unit.holdings.queue()
    assert (line.channel, line.language) == ("sms", language)
    anna = desk_of(product.app, product.store, "Anna")
    await anna.sign_in()
    before = len(texter.received)
    assert (await anna.say(line.conversation_id, word)).status_code == 303
    (text,) = texter.received[before:]
    assert "Anna" in text and text.endswith(word)
    await texter.send(thanks)
    assert len(texter.received) == before + 1, texter.told()
    assert thanks in words_of(await anna.see(f"/desk/conversations/{line.conversation_id}"))
    await anna.step(line.conversation_id, "hand-back")
    assert "Anna" in texter.last
    assert len(texter.received) == before + 2
    await texter.send(wish)
    assert len(texter.received) == before + 3
