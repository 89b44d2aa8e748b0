"""A customer whose case was merged asks by the number they were given, and hears of the one that goes on."""

from __future__ import annotations

import pytest

from bot.cases.agent import Agent
from bot.cases.merging import merge
from bot.languages import LANGUAGES, pack
from tests.dialogues.attacks import asked_for_account, filed
from tests.dialogues.house import Product, Talk
from tests.dialogues.test_attacks_on_cases import ASK, asked_for_proof

POSTAL_CODE = "M5V 2T6"
MORE = {
    "en": "It was charged a third time this morning.",
    "fr": "On me l’a facturé une troisième fois ce matin.",
    "it": "Me l’hanno addebitato una terza volta stamattina.",
}


async def filed_case(product: Product, language: str) -> Talk:
    talk = await asked_for_account(product, language)
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.complaint.postal_code = POSTAL_CODE
        unit.conversations.save(conversation)
    await filed(talk)
    return talk


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_old_number_leads_to_the_case_that_goes_on(product: Product, language: str) -> None:
    first, second = await filed_case(product, language), await filed_case(product, language)
    old, new = str(first.state["case"]), str(second.state["case"])
    with product.store.unit() as unit:
        case, into = unit.cases.get(old), unit.cases.get(new)
        assert case is not None and into is not None
        into.move("investigate", product.clock(), "Anna")
        merge(case, into, Agent("a", "anna@example.com", "Anna"), product.clock(), sure=True)
        unit.cases.save(case)
        unit.cases.save(into)
    # from elsewhere, with what was given when the old case was opened
    stranger = await asked_for_proof(product, old, language)
    told = await stranger.say(POSTAL_CODE)
    assert old in told and new in told
    assert pack(language, "phrases")["status_investigating"] in told
    # in its own chat, which keeps its number and stands where the other case does
    assert (first.state["case"], first.state["status"]) == (old, "investigating")
    told = await first.say(f"{ASK[language]} {old}?")
    assert old in told and new in told
    await first.say(MORE[language])
    with product.store.view() as unit:
        standing = unit.cases.get(new)
        assert standing is not None
        assert MORE[language] in standing.complaint.narrative
