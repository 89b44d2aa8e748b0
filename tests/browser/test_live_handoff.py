"""A day at the desk: two agents in their browsers, and customers who chat, text and call in their own languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.agents import add_agent
from bot.handoff import Abandoned
from bot.languages import pack
from bot.provider import profile
from tests.browser.live import Served, serving
from tests.browser.steps import bubbles, open_chat, visit, visitor
from tests.phone.conftest import agent, product, quietly  # noqa: F401
from tests.phone.texting import Texter

PASSWORD = "correct horse battery"
AWAY = timedelta(minutes=15)


@pytest.fixture
def served(product) -> Iterator[Served]:  # noqa: F811
    with serving(product) as served:
        yield served


def at_desk(pages: ExitStack, browser: Browser, served: Served, name: str, language: str) -> Page:
    """Let somebody sign in, in a browser of their own."""
    email = f"{name.lower()}@example.com"
    add_agent(served.store, email, name, PASSWORD, "agent", language)
    page = pages.enter_context(visitor(browser)).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{served.url}/desk")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#queue")).to_be_visible()
    return page


def opened(page: Page, served: Served, conversation_id: str) -> Page:
    page.goto(f"{served.url}/desk/conversations/{conversation_id}")
    expect(page.locator("#facts")).to_be_visible()
    return page


def waiting(served: Served, channel: str) -> str:
    """The conversation in the queue that came by this channel."""
    with served.store.view() as unit:
        [line] = [line for line in unit.holdings.queue() if line.channel == channel]
    return line.conversation_id


def holders(served: Served, conversation_id: str) -> list[tuple[str, str | None]]:
    """Who held a conversation, and what each stretch ended with."""
    with served.store.view() as unit:
        names = {each.id: each.name for each in unit.agents.all()}
        return [
            (names[each.agent_id], each.ended_by) for each in unit.holdings.of_conversation(conversation_id)
        ]


def call_backs(served: Served, conversation_id: str) -> list[bool]:
    """Whether each call-back that was promised in the case of a conversation is kept."""
    with served.store.view() as unit:
        case = unit.cases.get(unit.conversations.get(conversation_id).tracking_number)
    return [promise.kept_at is not None for promise in case.promises if promise.what == "call_back"]


def lines(page: Page, who: str) -> list[str]:
    """What somebody said, as the desk shows it."""
    return page.locator(f"#transcript li.{who} .words").all_inner_texts()


def answer(page: Page, words: str) -> None:
    page.locator("#say").fill(words)
    page.locator("#say").press("Enter")
    expect(page.locator("#transcript li.agent .words").last).to_have_text(words)


def tell(page: Page, words: str) -> None:
    """Write to the assistant and wait until it has begun to answer."""
    answered = bubbles(page, "assistant").count()
    page.locator("textarea").fill(words)
    page.locator("textarea").press("Enter")
    expect(bubbles(page, "assistant").nth(answered)).to_be_visible(timeout=30_000)


def claim_together(*pages: Page) -> None:
    """Let agents press the same button, none of them waiting for an answer first."""
    for page in pages:
        page.evaluate("setTimeout(() => document.querySelector('form[action$=claim]').requestSubmit(), 100)")


def test_two_agents_help_a_customer_who_chats_and_one_who_texts(browser: Browser, served: Served) -> None:
    with ExitStack() as pages:
        # nobody is on shift: a call-back is promised, and the assistant goes on
        web = visit(pages.enter_context(visitor(browser)), served, "?lang=fr")  # type: ignore[arg-type]
        open_chat(web)
        for words in ("On m’a facturé deux fois mon Internet", "Je veux parler à une personne"):
            tell(web, words)
        holder = pack("fr", "widget")["widget"]["holder"]
        expect(web.locator(".holder")).to_have_text(holder["waiting"])
        chat = waiting(served, "web")
        assert call_backs(served, chat) == [False]

        # both agents open the conversation and press the button: one has it
        anna, bo = (at_desk(pages, browser, served, name, "fr") for name in ("Anna", "Bo"))
        for page in (anna, bo):
            opened(page, served, chat)
        claim_together(anna, bo)
        expect(web.locator(".holder")).to_have_text(holder["agent"])
        for page in (anna, bo):
            expect(page.locator("form[action$=claim]")).to_have_count(0)
        [(winner, _)] = holders(served, chat)
        has_it, has_not = (anna, bo) if winner == "Anna" else (bo, anna)
        words = pack("fr", "desk")["conversation"]
        opened(has_not, served, chat)
        expect(has_not.locator(".holder")).to_have_text(words["held_by"].format(name=winner))

        # live, both ways, while the other one reads along
        for number in (1, 2, 3):
            answer(has_it, f"Réponse {number}")
            web.locator("textarea").fill(f"Question {number}")
            web.locator("textarea").press("Enter")
            expect(has_it.locator("#transcript li.customer .words").last).to_have_text(f"Question {number}")
        expect(bubbles(web, "agent")).to_have_text([f"Réponse {number}" for number in (1, 2, 3)])
        expect(has_not.locator("#transcript li.agent .words")).to_have_count(3)
        assert lines(has_it, "customer")[-3:] == [f"Question {number}" for number in (1, 2, 3)]
        assert lines(has_not, "customer") == lines(has_it, "customer")

        # the agent leaves without a word: the customer hears it, and the other one goes on
        has_it.goto("about:blank")
        served.product.clock.turn(minutes=16)
        Abandoned(served.store, profile("jive_ca"), AWAY, served.product.clock).tick()
        expect(web.locator(".holder")).to_have_text(holder["waiting"])
        answer(opened(has_not, served, chat), "Me voici")
        expect(bubbles(web, "agent")).to_have_count(4)
        has_not.locator("#note").fill("Deuxième débit confirmé")
        has_not.get_by_role("button", name=words["hand_back"]).click()
        expect(web.locator(".holder")).to_have_text(holder["assistant"])
        loser = "Bo" if winner == "Anna" else "Anna"
        assert holders(served, chat) == [(winner, "abandoned"), (loser, "handed_back")]
        assert call_backs(served, chat) == [True, True]

        # meanwhile a customer texts in English
        texter = Texter(served.product)
        for text in ("I was charged twice for my internet", "I want a person"):
            served.run(texter.send(text))
        by_text = waiting(served, "sms")
        before = len(texter.received)
        answer(opened(anna, served, by_text), "I see the second charge.")
        assert [text.endswith("I see the second charge.") for text in texter.received[before:]] == [True]
        served.run(texter.send("Thank you"))
        expect(anna.locator("#transcript li.customer .words").last).to_have_text("Thank you")
        served.run(texter.again())
        assert lines(anna, "customer").count("Thank you") == 1
        anna.get_by_role("button", name=words["hand_back"]).click()
        expect(anna.locator(".holder")).to_have_text(words["held_by_assistant"])
        assert holders(served, by_text) == [("Anna", "handed_back")]
