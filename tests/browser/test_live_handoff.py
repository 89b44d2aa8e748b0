"""A day at the desk: two agents in their browsers, and customers who chat, text and call in their own languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.agents import add_agent
from bot.clock import Clock
from bot.handoff import Abandoned
from bot.languages import pack
from bot.notices.delivery import couriers
from bot.notices.ringing import Unanswered
from bot.provider import profile
from tests.browser.live import Served, serving
from tests.browser.steps import bubbles, open_chat, visit, visitor
from tests.phone.agent import AgentPhone
from tests.phone.call import Phone
from tests.phone.conftest import agent  # noqa: F401
from tests.phone.rest import Twilio
from tests.phone.test_call import COMPLAINTS, KEY
from tests.phone.texting import Texter
from tests.phone.webhooks import NEVER, SETTINGS

NUMBERS = {"Anna": "+14165550201", "Bo": "+14165550202"}
PASSWORD = "correct horse battery"
AWAY = timedelta(minutes=15)


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio() as twilio:
        yield twilio


@pytest.fixture
def served(tmp_path: Path, agent: Any, quietly: None, twilio: Twilio) -> Iterator[Served]:  # noqa: F811
    from tests.dialogues.house import Product

    product = Product(tmp_path, agent, **SETTINGS | {"TWILIO_API_BASE": twilio.base, "HANDOFF_NUMBER": ""})
    product.app.state.services.calls.hold_after_seconds = NEVER
    with serving(product) as served:
        yield served


def at_desk(pages: ExitStack, browser: Browser, served: Served, name: str) -> Page:
    """Let somebody who speaks every language sign in, in a browser of their own."""
    email = f"{name.lower()}@example.com"
    add_agent(served.store, email, name, PASSWORD, "agent", "fr")
    with served.store.unit() as unit:
        agent, _ = unit.agents.by_email(email)
        unit.agents.save(replace(agent, languages=("en", "fr", "it"), phone=NUMBERS[name]))
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


def the_clock_does_what_is_due(served: Served) -> None:
    product = served.product
    operator = profile(product.settings.provider)
    Clock(product.store, couriers(product.settings), operator, product.clock).tick()
    Unanswered(product.store, product.clock).tick()
    Abandoned(product.store, operator, AWAY, product.clock).tick()


def test_two_agents_help_three_customers_through_a_day(
    browser: Browser, served: Served, twilio: Twilio
) -> None:
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
        anna, bo = (at_desk(pages, browser, served, name) for name in ("Anna", "Bo"))
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
        the_clock_does_what_is_due(served)
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

        # a caller waits in Italian; both agents press the button, and the telephone of one of them rings
        phone = Phone(served.product.app)
        call = served.run(phone.call())
        for step in (call.press(KEY["it"]), call.say(COMPLAINTS["it"].story), call.press("0")):
            served.run(step)
        assert call.queue, call.told()
        by_phone = waiting(served, "voice")
        for page in (anna, bo):
            opened(page, served, by_phone)
        claim_together(anna, bo)
        for page in (anna, bo):
            expect(page.locator("form[action$=claim]")).to_have_count(0)
        the_clock_does_what_is_due(served)
        [rung] = twilio.called()
        name = next(name for name, number in NUMBERS.items() if number == rung["To"])
        rings = AgentPhone(rung, phone.webhooks)
        served.run(rings.answers())
        with served.store.view() as unit:
            number = unit.conversations.get(by_phone).tracking_number
        assert number.replace("-", " ") in served.run(rings.press("1", call))
        assert call.is_with_person and name in call.last, call.told()
        has_it = anna if name == "Anna" else bo
        expect(has_it.locator("#actions")).to_contain_text(pack("fr", "line")["desk"]["talks"])
        served.run(rings.hangs_up(call))
        served.run(call.hang_up())
        opened(has_it, served, by_phone)
        has_it.locator("form[action$=wrap-up] textarea").fill("Fattura doppia, accredito promesso")
        has_it.locator("form[action$=wrap-up] button").click()
        expect(has_it.locator("#facts")).to_contain_text("Fattura doppia, accredito promesso")
        assert holders(served, by_phone) == [(name, "handed_back")]
        assert call_backs(served, by_phone) == [True]

        # the shift ends: whoever asks for a person now hears that nobody is there, and when somebody calls back
        for page in (anna, bo):
            page.locator("form[action$=sign-out] button").click()
            expect(page.locator("#password")).to_be_visible()
        served.run(texter.send("I want a person"))
        assert pack("en", "phrases")["line_nobody"] in "\n".join(texter.received[-2:]), texter.told()
        assert call_backs(served, by_text) == [True, False]
