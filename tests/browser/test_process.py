"""The page of the complaints process in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from bot.languages import LANGUAGES, pack
from tests.browser.fake_gateway import FakeGateway
from tests.browser.steps import Scheme, bubbles, visit, visitor
from tests.browser.test_widget_access import violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_no_accessibility_violation_and_fits_the_screen(
    browser: Browser, gateway: FakeGateway, language: str, width: int, scheme: Scheme
) -> None:
    with visitor(browser, width, scheme=scheme) as context:
        page = visit(context, gateway, f"process?lang={language}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_demo_page_leads_to_it_in_the_same_language_and_back(
    context: BrowserContext, gateway: FakeGateway
) -> None:
    page = visit(context, gateway, "?lang=fr")
    page.locator("footer a").click()
    expect(page.locator("h1")).to_have_text(pack("fr", "process")["heading"])
    page.locator("header nav a").first.click()
    expect(page.locator("h1")).to_have_text(pack("fr", "widget")["page"]["heading"])


def test_the_chat_opens_from_it_and_what_the_policy_forbids_is_not_needed(
    context: BrowserContext, gateway: FakeGateway
) -> None:
    complaints: list[str] = []
    page = visit(context, gateway, "process?lang=it")
    page.on("console", lambda message: complaints.append(message.text))
    page.reload()
    page.locator("[data-recourse-open]").first.click()
    expect(bubbles(page, "assistant")).to_have_count(1)
    assert gateway.languages == ["it"]
    assert complaints == []
    assert page.locator("body").evaluate("node => getComputedStyle(node).margin") == "0px"
