"""A whole shift at the desk with nothing but the keyboard, from signing in to a closed case."""

from __future__ import annotations

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.steps import bubbles, visit, visitor
from tests.browser.test_deciding import make_ready
from tests.browser.test_desk import NUMBER, PASSWORD, Product, product, waits  # noqa: F401

MOST_TABS = 120
"""So many times somebody presses Tab until a page counts as one that keyboards do not reach."""


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until the keyboard is at this place."""
    for _ in range(MOST_TABS):
        if place.count() and place.first.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {place}")


def press(page: Page, place: Locator, key: str = "Enter") -> None:
    tab_to(page, place)
    page.keyboard.press(key)


def signs_in(page: Page, product: Product, name: str) -> None:  # noqa: F811
    page.goto(f"{product.url}/desk")
    tab_to(page, page.locator("#email"))
    page.keyboard.type(f"{name.lower()}@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#queue")).to_be_visible()


def test_a_shift_from_signing_in_to_a_closed_case_by_keyboard(
    browser: Browser,
    product: Product,  # noqa: F811
) -> None:
    product.agent("Anna")
    product.agent("Lea", role="lead")
    with visitor(browser) as customers, visitor(browser) as annas, visitor(browser) as leas:
        customer = visit(customers, product)  # type: ignore[arg-type]
        waits(customer)
        make_ready(product)
        page = annas.new_page()
        page.set_default_timeout(10_000)
        signs_in(page, product, "Anna")

        # the next one is a key away
        expect(page.locator("#next")).to_be_visible()
        page.keyboard.press("Alt+n")
        expect(page.locator(".holder")).to_have_text("You have this conversation. The assistant is silent.")

        # an answer with a macro
        tab_to(page, page.locator("#say"))
        page.keyboard.type("/one more")
        expect(page.locator("#macro-list [role=option]")).to_have_count(1)
        for words in ("Enter", "Enter"):
            page.keyboard.press(words)
        page.keyboard.type("the bill of March")
        page.keyboard.press("Enter")
        expect(page.locator(".preview button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(bubbles(customer, "agent")).to_have_count(1)

        # an offer, which the customer accepts
        press(page, page.locator("summary", has_text="Offer a credit"))
        page.keyboard.press("Tab")
        page.keyboard.type("20")
        page.keyboard.press("Tab")
        page.keyboard.type("Two wasted calls")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".preview dd.choices")).to_be_visible()
        page.keyboard.press("Enter")
        customer.get_by_role("button", name="Accept").click()
        expect(page.locator("#facts")).to_contain_text("$20.00: accepted")

        # the customer wants it looked at by somebody higher
        press(page, page.locator("summary", has_text="Escalate"))
        form = page.locator("form[action$=escalate]").first
        tab_to(page, form.locator("textarea").first)
        page.keyboard.type("Two months and no answer")
        for tick in form.locator("input[type=checkbox]").all():
            press(page, tick, "Space")
        press(page, form.locator("button"))
        expect(page.locator(".preview")).to_be_visible()
        press(page, page.locator(".preview button"))
        expect(page.locator("#transcript")).to_be_visible()
        press(page, page.get_by_role("button", name="Hand back to the assistant"))
        expect(page.locator(".holder")).to_have_text("The assistant is talking with the customer.")
        press(page, page.get_by_role("button", name="Sign out"))
        expect(page.locator("#password")).to_be_visible()

        # a lead decides, and closes the case
        page = leas.new_page()
        page.set_default_timeout(10_000)
        signs_in(page, product, "Lea")
        press(page, page.locator("header a[href='/desk/escalations']"))
        press(page, page.locator(f"main a[href='/desk/cases/{NUMBER}']"))
        press(page, page.locator("input[name=customer_said_so]").first, "Space")
        press(page, page.get_by_role("button", name="Mark as resolved"))
        press(page, page.get_by_role("button", name="Close", exact=True))
        expect(page.locator(".about").first).to_contain_text("closed")
    with product.store.view() as unit:
        case = unit.cases.get(NUMBER)
    assert case is not None and case.status == "closed" and len(case.escalations) == 1
