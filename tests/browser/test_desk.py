"""The desk in a real browser: two agents, a customer, and everybody who works with a keyboard or a screen reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from bot.agents import add_agent
from bot.cases.case import P1, Case, Handoff
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.gateway.app import create_app
from bot.languages import LANGUAGES, pack
from bot.settings import Settings
from bot.store import Store, open_store
from tests.browser.steps import Scheme, bubbles, open_chat, visit, visitor
from tests.browser.test_widget_access import violations
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine

PASSWORD = "correct horse battery"
NUMBER = "1111-1111-1111"

MOST_TABS = 12
"""So many times somebody presses Tab until they look for another way."""


@dataclass
class Product:
    """A gateway with its desk, over an empty store; the engine asks for a person whatever is said."""

    url: str
    store: Store

    def agent(self, name: str, language: str = "en", role: str = "agent") -> None:
        add_agent(self.store, f"{name.lower()}@example.com", name, PASSWORD, role, language)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the gateway did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    settings = Settings(data_dir=tmp_path)
    new_database(settings.database_url)
    store, engine = open_store(settings.database_url), FakeEngine()

    def ask_for_person(turn: Any) -> list[dict[str, Any]]:
        with store.unit() as unit:
            conversation = unit.conversations.get(turn.conversation)
            assert conversation is not None
            now = conversation.created_at
            happens(ASKED_FOR_PERSON, conversation, now)
            if conversation.tracking_number is None:
                complaint = Complaint(
                    turn.text,
                    [Nature("billing", "duplicate_charge", "internet")],
                    "My money back",
                    [Event("2026-03-05", "day", "Charged twice")],
                    name="Kim Roy",
                    circumstances=("disability",),
                )
                case = Case(NUMBER, complaint, conversation.language, "web", now, priority=P1)
                case.hand_over(Handoff(now, "safety: violence"), now)
                unit.cases.add(case, conversation.id)
                conversation.tracking_number, conversation.complaint = NUMBER, complaint
                conversation.expects = "free"
            unit.conversations.save(conversation)
        return [{"reply": "thanks"}]

    engine.on_turn = ask_for_person
    with serving(create_app(settings, store, engine)) as url:
        yield Product(url, store)
    store.dispose()


def sign_in(page: Page, product: Product, name: str) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{product.url}/desk")
    page.locator("#email").fill(f"{name.lower()}@example.com")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#queue")).to_be_visible()


def waits(page: Page) -> None:
    """Ask for a person in the chat."""
    open_chat(page)
    page.locator("textarea").fill("I was charged twice")
    page.locator("textarea").press("Enter")
    expect(bubbles(page, "assistant")).to_have_count(2)


def test_two_agents_race_for_a_customer_and_one_talks_with_them_live(
    browser: Browser, product: Product
) -> None:
    for name in ("Anna", "Bo"):
        product.agent(name)
    with visitor(browser) as customers, visitor(browser) as annas, visitor(browser) as bos:
        anna, bo = annas.new_page(), bos.new_page()
        for page, name in ((anna, "Anna"), (bo, "Bo")):
            sign_in(page, product, name)
            expect(page.locator("#queue")).to_contain_text("Nobody is waiting")
        customer = visit(customers, product)  # type: ignore[arg-type]
        waits(customer)
        # who waits appears by itself, and both open the conversation
        for page in (anna, bo):
            page.locator("#queue th a").click()
            expect(page.locator("#facts")).to_contain_text("Violence")
            expect(page.locator("#facts")).to_contain_text("My money back")
        bo.locator("#say").fill("I was about to write")
        anna.get_by_role("button", name="Take this conversation").click()
        expect(anna.locator(".holder")).to_have_text("You have this conversation. The assistant is silent.")
        # Bo sees it at once, and cannot write any more
        expect(bo.locator(".holder")).to_have_text("Anna has this conversation.")
        expect(bo.locator("#say")).to_have_count(0)
        expect(customer.locator(".holder")).to_have_text("A person is with you")
        for number, line in enumerate(("Hello Kim.", "I see the second charge."), start=1):
            anna.locator("#say").fill(line)
            anna.locator("#say").press("Enter")
            expect(bubbles(customer, "agent")).to_have_count(number)
        expect(anna.locator("#say")).to_have_value("")
        customer.locator("textarea").fill("Thank you!")
        customer.locator("textarea").press("Enter")
        expect(anna.locator("#transcript li.customer").last).to_contain_text("Thank you!")
        expect(bo.locator("#transcript li.customer").last).to_contain_text("Thank you!")
        assert bubbles(customer, "agent").all_inner_texts() == ["Hello Kim.", "I see the second charge."]
        anna.locator("#note").fill("Charged twice indeed")
        anna.get_by_role("button", name="Hand back").click()
        expect(customer.locator(".holder")).to_have_text("Automated assistant")
        expect(bo.locator("#facts")).to_contain_text("Charged twice indeed")
        assert bubbles(customer, "assistant").count() == 2


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_an_accessibility_violation_and_each_fits_the_screen(
    browser: Browser, product: Product, language: str, width: int, scheme: Scheme
) -> None:
    product.agent("Anna", language, "lead")
    with visitor(browser, width, scheme=scheme) as context:
        customer = visit(context, product)  # type: ignore[arg-type]
        waits(customer)
        page = context.new_page()
        page.goto(f"{product.url}/desk?lang={language}")
        fits(page, width)
        sign_in(page, product, "Anna")
        assert page.locator("html").get_attribute("lang") == language
        fits(page, width)
        page.locator("#queue th a").click()
        expect(page.locator("#facts")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name=pack(language, "desk")["conversation"]["claim"]).click()
        expect(page.locator("#note")).to_be_visible()
        fits(page, width)
        page.goto(f"{product.url}/desk")
        fits(page, width)


def fits(page: Page, width: int) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_conversation_is_held_by_keyboard_alone(browser: Browser, product: Product) -> None:
    product.agent("Anna")
    with visitor(browser) as context:
        customer = visit(context, product)  # type: ignore[arg-type]
        waits(customer)
        page = context.new_page()
        page.goto(f"{product.url}/desk")
        page.locator("#email").focus()
        for text, key in (("anna@example.com", "Tab"), (PASSWORD, "Enter")):
            page.keyboard.type(text)
            page.keyboard.press(key)
        page.locator("#queue th a").focus()
        page.keyboard.press("Enter")
        page.locator("#say").focus()
        page.keyboard.type("Hello")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("Kim")
        page.keyboard.press("Enter")
        expect(bubbles(customer, "agent")).to_have_text(["Hello\nKim"])
        expect(page.locator("#say")).to_be_focused()
        expect(page.locator("#say")).to_have_value("")
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            if (
                page.evaluate(
                    "document.activeElement.form?.action.endsWith('hand-back') && document.activeElement.tagName"
                )
                == "BUTTON"
            ):
                break
        expect(page.get_by_role("button", name="Hand back")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".holder")).to_have_text("The assistant is talking with the customer.")


def test_everything_works_without_scripts(browser: Browser, product: Product) -> None:
    product.agent("Anna")
    with visitor(browser) as customers:
        customer = visit(customers, product)  # type: ignore[arg-type]
        waits(customer)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        sign_in(page, product, "Anna")
        page.locator("#queue th a").click()
        page.locator("#say").fill("Hello without scripts")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#transcript li.agent")).to_contain_text("Hello without scripts")
        expect(bubbles(customer, "agent")).to_have_count(1)
        page.get_by_role("button", name="Hand back").click()
        expect(page.locator(".holder")).to_have_text("The assistant is talking with the customer.")
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("#password")).to_be_visible()
        context.close()
