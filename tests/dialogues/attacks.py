"""What attackers do: conversations brought to a question, messages acted upon without the model, and what came of it."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from typing import Any, cast

from actions import base
from actions.base import Turn
from actions.outside import Outside
from bot.cases.complaint import Nature
from bot.cases.conversation import Conversation
from bot.cases.intake import phase_of
from bot.cases.records import Account, Customer
from bot.gateway.limits import Limit
from bot.languages import pack
from bot.languages.wording import form
from bot.pipeline.facts import read_facts
from bot.store import Unit
from tests.dialogues.house import ActionsInProcess, Product, Talk

OKAFOR, FERRARI, NOBODYS = "10031865", "10047702", "20000004"
MOBILE, EMAIL = "+14165550117", "daniel.okafor@example.com"
FACTS_OF_OKAFOR = ("Okafor", "…17", "0117", EMAIL, "M5V", "Unlimited Canada", "41.15", "41,15")
"""What is known of the account and of nothing that anybody says here."""

TWICE = {
    "en": "My home phone plan stands twice on my bill",
    "fr": "Mon forfait de téléphone est facturé deux fois",
    "it": "Il piano del telefono è fatturato due volte",
}
REFUND = {"en": "I want a refund", "fr": "Je veux un remboursement", "it": "Voglio un rimborso"}
CONTACT = "theo.papadakis@example.com, Theo Papadakis"

_turns = itertools.count()


@cache
def _actions() -> ActionsInProcess:
    return ActionsInProcess()


def without_limits(product: Product) -> Product:
    """Lift the limits that would end an attack before it meets what is tested here."""
    lifted = {f"{name}_limit": Limit(10**9) for name in ("messages", "address", "conversations")}
    product.app.state.services = replace(product.app.state.services, **lifted)
    return product


def word(language: str, choice: str) -> str:
    """Return the word that picks a choice."""
    return pack(language, "choices")[choice]


def words(language: str, reply: str) -> str:
    """Return the words of a reply up to the first thing that is filled in."""
    return form(pack(language, "replies")[reply], "web").partition("{")[0]


async def told(product: Product, language: str = "en", channel: str = "web") -> Talk:
    """Return a conversation whose story is told; the remedy is asked for."""
    talk = await product.talk(language)
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.complaint.tell(TWICE[language])
        conversation.complaint.natures = [Nature("billing", "duplicate_charge", "local_phone")]
        conversation.complaint.settled |= {"event", "prior_contact"}
        conversation.expects, conversation.language_settled = "remedy", True
        unit.conversations.save(conversation)
    if channel != "web":
        change(product, f"UPDATE conversations SET channel = '{channel}' WHERE id = '{talk.id}'")
    return talk


async def asked_for_account(product: Product, language: str = "en", channel: str = "web") -> Talk:
    """Return a conversation that is asked for the account number."""
    talk = await told(product, language, channel)
    await talk.say(REFUND[language])
    assert talk.state["expects"] == "account", talk.told()
    return talk


async def asked_for_code(
    product: Product, language: str = "en", account: str = OKAFOR, channel: str = "web"
) -> Talk:
    """Return a conversation that is asked for the code of an account."""
    talk = await asked_for_account(product, language, channel)
    await talk.say(account)
    assert talk.state["expects"] == "code", talk.told()
    return talk


async def verified(product: Product, language: str = "en", account: str = OKAFOR) -> Talk:
    """Return a conversation that has proved an account; the read-back is asked."""
    talk = await asked_for_code(product, language, account)
    assert words(language, "verified") in await talk.say(talk.code())
    return talk


async def filed(talk: Talk) -> None:
    """Answer whatever is asked until the case is opened and acknowledged."""
    language = talk.state["language"]
    answers = {
        "account": word(language, "skip"),
        "code": word(language, "skip"),
        "contact": CONTACT,
        "name": "Theo Papadakis",
        "confirm": word(language, "yes"),
    }
    for _ in range(6):
        if talk.state["case"]:
            break
        await talk.say(answers[talk.state["expects"]])
    assert talk.state["case"] and words(language, "acknowledged") in talk.told(), talk.told()


async def led_to(talk: Talk, question: str, said: str) -> None:
    """Say the same until a question is asked, and not for ever."""
    for _ in range(6):
        if talk.state["expects"] == question:
            return
        await talk.say(said)
    raise AssertionError(f"{question} was not asked:\n{talk.told()}")


async def placed(product: Product, question: str, account: str | None = None) -> str:
    """Return a new conversation in English at a question, without a word said to it."""
    talk = await told(product)
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.complaint.remedy, conversation.complaint.account_number = "a refund", account
        conversation.expects = question
        unit.conversations.save(conversation)
    return talk.id


async def act(product: Product, conversation_id: str, text: str) -> list[str]:
    """Act on a message as the engine has it acted on, but without the model; return the replies by name.

    What takes the model a twentieth of a second takes the action a hundredth of it, so thousands of tries are cheap.
    """
    with product.store.view() as unit:
        conversation = unit.conversations.get(conversation_id)
    assert conversation is not None and conversation.expects is not None
    entities = read_facts(text, conversation.language, product.clock().date())
    told = await _actions().request(
        json=call_of(conversation_id, conversation.expects, text, entities, f"turn{next(_turns)}")
    )
    return [reply["response"].removeprefix("utter_") for reply in told["responses"]]


def call_of(
    conversation_id: str, question: str, text: str, entities: list[dict[str, Any]], turn: str
) -> dict[str, Any]:
    """Return the call with which the engine has the form of a question hear a message."""
    form = f"{phase_of(question)}_form"
    said = {"text": text, "intent": {"name": "inform"}, "entities": entities, "metadata": {"turn": turn}}
    return {
        "next_action": f"validate_{form}",
        "domain": {},
        "tracker": {
            "sender_id": conversation_id,
            "slots": {},
            "latest_message": said,
            "latest_input_channel": "recourse",
            "latest_action_name": form,
            "active_loop": {"name": form},
            "followup_action": None,
            "paused": False,
            "events": [{"event": "user", **said}, {"event": "action", "name": form}],
        },
    }


def turn_of(product: Product, unit: Unit, conversation: Conversation, text: str, **entities: str) -> Turn:
    """Return a message as the actions get it, within a unit that the test has opened; the records are at hand."""
    return Turn(
        house=base.house(),
        unit=unit,
        outside=cast(Outside, product.demo),
        conversation=conversation,
        text=text,
        intent="inform",
        entities=[{"entity": kind, "value": value} for kind, value in entities.items()],
        now=product.clock(),
    )


def rows(product: Product, query: str) -> list[Any]:
    """Return the rows of a query."""
    with closing(sqlite3.connect(product.settings.data_dir / "recourse.db")) as database:
        return database.execute(query).fetchall()


def change(product: Product, statement: str) -> None:
    """Change what the database holds."""
    with closing(sqlite3.connect(product.settings.data_dir / "recourse.db")) as database, database:
        database.execute(statement)


def count(product: Product, table: str, where: str = "1") -> int:
    """Return how many rows of a table fulfil a condition."""
    return int(rows(product, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def codes_sent(product: Product) -> list[tuple[str, str]]:
    """Return how and where codes were sent, in order."""
    return [(notice.kind, notice.to) for notice in product.outbox() if notice.key.startswith("code:")]


def holder(product: Product, account: str, **changes: Any) -> None:
    """Let the records have an account holder otherwise from here on."""

    def changed(known: Account) -> Account:
        customer: Customer = replace(known.customer, **changes)
        return replace(known, customer=customer)

    product.systems.changed[account] = changed


def nothing_was_given(product: Product, talk: Talk, facts: tuple[str, ...] = FACTS_OF_OKAFOR) -> None:
    """Hold that nobody was proved, nothing offered, credited, or told of the account."""
    assert count(product, "proofs") == 0, talk.told()
    assert count(product, "cases", "verified") == 0
    assert count(product, "offers") == 0, talk.told()
    assert product.credits(OKAFOR) == []
    said = "\n".join(text for who, text in talk.transcript if who != "customer")
    assert not [fact for fact in facts if fact in said], talk.told()
