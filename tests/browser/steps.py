"""What a visitor of the demo page does, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.browser.fake_gateway import FakeGateway

Scheme = Literal["light", "dark"]


@contextmanager
def visitor(
    browser: Browser, width: int = 1280, height: int = 800, scheme: Scheme = "light"
) -> Iterator[BrowserContext]:
    """A visitor's browser with a screen of this size, for as long as the block lasts."""
    size = ViewportSize(width=width, height=height)
    context = browser.new_context(locale="en-CA", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    yield context
    context.close()


def visit(context: BrowserContext, gateway: FakeGateway, query: str = "") -> Page:
    """The demo page, or the one of this path, once the chat is there."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{gateway.url}/{query}")
    page.locator(".launcher").wait_for(state="attached")
    return page


def bubbles(page: Page, who: str) -> Locator:
    return page.locator(f".message[data-from={who}] .text")


def open_chat(page: Page) -> None:
    page.locator(".launcher").click()
    expect(bubbles(page, "assistant").first).to_be_visible()


def say(page: Page, text: str) -> None:
    """Write a text and wait until it has been answered."""
    answered = bubbles(page, "assistant").count()
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Enter")
    expect(bubbles(page, "assistant")).to_have_count(answered + 1)


def tell_to_read_back(page: Page) -> None:
    for text in ("I was charged twice", "10031865", "123456"):
        say(page, text)
