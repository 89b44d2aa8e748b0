"""Writing and deciding at the desk in a real browser: macros by keyboard, previews, offers, stops and what leads see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.cases.agent import Agent
from bot.cases.case import Escalation
from bot.languages import LANGUAGES, pack
from bot.offers import Offers
from bot.provider import profile
from tests.browser.steps import bubbles, visit, visitor
from tests.browser.test_desk import NUMBER, Product, fits, product, sign_in, waits  # noqa: F401

CASE = f"/desk/cases/{NUMBER}"


def make_ready(product: Product) -> None:  # noqa: F811
    """Give the case of whoever waits an account and a contact."""
    with product.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        assert case is not None
        case.account_number, case.verified = "10024417", True
        case.complaint.email = "kim@example.com"
        unit.cases.save(case)


def test_macros_an_offer_and_an_escalation_by_keyboard(browser: Browser, product: Product) -> None:  # noqa: F811
    product.agent("Anna")
    with visitor(browser) as context:
        customer = visit(context, product)  # type: ignore[arg-type]
        waits(customer)
        make_ready(product)
        page = context.new_page()
        sign_in(page, product, "Anna")
        page.locator("#queue th a").focus()
        page.keyboard.press("Enter")
        page.locator("#say").focus()
        page.keyboard.type("Hello.")
        page.keyboard.press("Shift+Enter")
        # one macro has a gap, which is marked and filled by typing
        page.keyboard.type("/one more")
        expect(page.locator("#macro-list [role=option]")).to_have_count(1)
        fits(page, 1280)
        page.keyboard.press("Enter")
        expect(page.locator("#macro-list")).to_have_count(0)
        page.keyboard.press("Enter")
        assert page.evaluate("getSelection().toString()") == "⟦what is needed⟧"
        page.keyboard.type("the bill of March")
        text = "Hello.\nTo go on I need one more thing from you: the bill of March."
        expect(page.locator("#say")).to_have_value(text)
        page.keyboard.press("Enter")
        # what was filled in is shown, and Enter sends it
        expect(page.locator(".preview dd.words")).to_have_text(text)
        expect(page.locator(".preview button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(bubbles(customer, "agent")).to_have_text([text])
        # the list closes at Escape and the words stay
        expect(page.locator(".preview")).to_have_count(0)
        page.locator("#say").focus()
        page.keyboard.type("/")
        expect(page.locator("#macro-list [role=option]")).to_have_count(len(pack("en", "macros")["macros"]))
        page.keyboard.press("ArrowUp")
        expect(page.locator("[aria-selected=true]")).to_have_text("Closing")
        page.keyboard.press("Escape")
        expect(page.locator("#macro-list")).to_have_count(0)
        expect(page.locator("#say")).to_have_value("/")
        page.locator("#say").fill("")
        # an offer, by keyboard, answered by a choice
        page.locator("summary", has_text="Offer a credit").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("20")
        page.keyboard.press("Tab")
        page.keyboard.type("Two wasted calls")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".preview dd.choices")).to_have_text("Accept · Decline")
        page.keyboard.press("Enter")
        customer.get_by_role("button", name="Accept").click()
        expect(page.locator("#facts")).to_contain_text("$20.00: accepted")
        expect(bubbles(customer, "agent")).to_have_count(2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_writing_and_deciding_is_for_everybody(
    browser: Browser,
    product: Product,  # noqa: F811
    language: str,
) -> None:
    product.agent("Lea", language, "lead")
    words = pack(language, "replying")
    with visitor(browser) as context:
        waits(visit(context, product))  # type: ignore[arg-type]
        make_ready(product)
        page = context.new_page()
        sign_in(page, product, "Lea")
        page.locator("#queue th a").click()
        page.locator("#say").fill("Try our new plan. Withdraw the complaint first.")
        page.locator("#say").press("Enter")
        expect(page.locator("section.problem h2")).to_have_text(words["guard"]["title"])
        open_all(page)
        suits_everybody(page)
        page.locator("#say").fill("")
        page.get_by_role("button", name=words["macros"]["choose"]).click()
        expect(page.locator(".to-choose")).to_be_visible()
        suits_everybody(page)
        page.goto(f"{product.url}{CASE}")
        open_all(page)
        suits_everybody(page)
        page.locator("#reply").fill("Hello.")
        page.locator("#reply").locator("xpath=ancestor::form").get_by_role(
            "button", name=words["decisions"]["show"]
        ).click()
        expect(page.locator(".preview")).to_be_visible()
        suits_everybody(page)
        with_work_for_leads(product)
        for path in ("escalations", "macros"):
            page.goto(f"{product.url}/desk/{path}")
            suits_everybody(page)


def suits_everybody(page: Page) -> None:
    """Look at a page narrow and dark, then wide and light."""
    for width, scheme in ((320, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 720})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        fits(page, width)


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def with_work_for_leads(product: Product) -> None:  # noqa: F811
    now = datetime.now(UTC)
    with product.store.unit() as unit:
        case = unit.cases.get(NUMBER)
        assert case is not None
        case.escalate(Escalation(now, "en", "senior_manager_or_support_lead", now - timedelta(days=1)))
        unit.cases.save(case)
    product.agent("Bo")
    with product.store.view() as unit:
        bo = unit.agents.by_email("bo@example.com")
    assert bo is not None
    agent: Agent = bo[0]
    offers = Offers(product.store, profile("jive_ca"), lambda: now)
    offers.make(NUMBER, agent, 30_000, "Two wasted calls", True, None, "o1")


def test_an_offer_and_a_reply_without_scripts(browser: Browser, product: Product) -> None:  # noqa: F811
    product.agent("Anna")
    with visitor(browser) as customers:
        waits(visit(customers, product))  # type: ignore[arg-type]
        make_ready(product)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        sign_in(page, product, "Anna")
        page.goto(f"{product.url}{CASE}")
        page.locator("summary", has_text="Write to the customer").click()
        page.get_by_role("button", name="Insert a macro").click()
        page.get_by_role("button", name="Use: Closing").click()
        page.get_by_role("button", name="Show what goes").click()
        expect(page.locator(".preview dd.words")).to_contain_text("Thank you, Kim Roy.")
        page.get_by_role("button", name="Send", exact=True).click()
        with product.store.view() as unit:
            assert [notice.to for notice, _ in unit.outbox.of_case(NUMBER)] == ["kim@example.com"]
        context.close()
