"""Case work in a real browser: opening a case, its letter, and every state of the pages in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.gateway.app import create_app
from bot.languages import pack
from bot.settings import Settings
from bot.store import open_store
from tests.browser.steps import Scheme, visitor
from tests.browser.test_desk import Product, fits, serving, sign_in
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine

STORY = "My ex threatens to kill me, and the same charge stands twice on my bill."
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    settings = Settings(data_dir=tmp_path)
    new_database(settings.database_url)
    store = open_store(settings.database_url)
    with serving(create_app(settings, store, FakeEngine())) as url:
        yield Product(url, store)
    store.dispose()


def open_case(page: Page, product: Product, story: str, email: str = "") -> str:
    """Open a case with the form and return its number."""
    page.goto(f"{product.url}/desk/cases/new")
    page.locator("#narrative").fill(story)
    page.locator("#name").fill("Kim Roy")
    page.locator("#address").fill("12 Maple Ave, Toronto")
    page.locator("#phone").fill("514-555-0182")
    page.locator("#email").fill(email)
    page.locator("#event_0_date").fill("2026-03")
    page.locator("#event_0_text").fill("Charged twice")
    page.locator("form.sheet button.main").click()
    if page.locator(".look").count():
        page.locator("form.sheet button.main").click()
    page.wait_for_url(re.compile(r"/desk/cases/\d{4}-"))
    found = re.search(r"\d{4}-\d{4}-\d{4}", page.url)
    assert found
    return found.group()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 1280, "light"),
        ("fr", 320, "dark"),
        ("it", 1280, "dark"),
    ],
)
def test_no_page_has_an_accessibility_violation_and_each_fits_the_screen(
    browser: Browser, product: Product, language: str, width: int, scheme: Scheme
) -> None:
    work = pack(language, "casework")
    product.agent("Anna", language, "lead")
    with visitor(browser, width, scheme=scheme) as context:
        page = context.new_page()
        sign_in(page, product, "Anna")
        page.goto(f"{product.url}/desk/cases/new")
        fits(page, width)
        first = open_case(page, product, "The line is noisy.", "kim@example.com")
        fits(page, width)
        # what the story tells, an earlier case, and a field that cannot be read, all at once
        page.goto(f"{product.url}/desk/cases/new")
        page.locator("#narrative").fill(STORY)
        page.locator("#email").fill("kim@example.com")
        page.locator("#amounts").fill("lots")
        page.locator("form.sheet button.main").click()
        expect(page.locator("#told")).to_have_text(work["new"]["told"])
        expect(page.locator("#amounts")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("input[name=danger_violence]")).to_be_checked()
        fits(page, width)
        page.locator("#amounts").fill("41.15")
        page.locator("#email").fill("")
        page.locator("form.sheet button.main").click()
        expect(page.locator(".letter")).to_contain_text("1-888-221-1687")
        fits(page, width)
        # the facts of the first case: one event open, a date that cannot be read, and what was corrected
        page.goto(f"{product.url}/desk/cases/{first}/facts")
        page.locator("summary").first.click()
        page.locator(".event textarea").fill("Charged three times")
        page.locator(".event button[value=change]").click()
        expect(page.locator("table")).to_contain_text("2026-03 Charged three times")
        page.locator("#event_date").fill("soon")
        page.locator("#event_text").fill("Called")
        page.locator("#event_text").locator("xpath=ancestor::form").locator("button").click()
        expect(page.locator("#event_text")).to_have_value("Called")
        fits(page, width)
        # merged: both side by side, and the number that leads on
        second = open_case(page, product, "The line is noisy still.", "kim@example.com")
        page.goto(f"{product.url}/desk/cases/{second}/merge?into={first}")
        fits(page, width)
        page.locator("form button.main").click()
        page.goto(f"{product.url}/desk/cases/{second}")
        expect(page.locator("#merged")).to_be_visible()
        fits(page, width)
        page.goto(f"{product.url}/desk/cases/{first}")
        page.locator("details summary").first.click()
        fits(page, width)
        # the list with views: one kept, and one that has no name
        page.goto(f"{product.url}/desk/cases?status=open")
        page.locator("summary").click()
        page.locator("#view-name").fill("Ouverts")
        page.locator("input[name=shared]").check()
        page.locator("form[action='/desk/views'] button").click()
        expect(page.locator(".views [aria-current]")).to_contain_text("Ouverts (2)")
        page.locator("summary").click()
        page.locator("#view-name").fill(" ")
        page.locator("form[action='/desk/views'] button").click()
        expect(page.locator("#view-problem")).to_be_visible()
        fits(page, width)
