"""Reports in a real browser: read with data and without, in three languages, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.gateway.app import create_app
from bot.languages import pack
from bot.settings import Settings
from bot.store import open_store
from tests.browser.steps import Scheme, visitor
from tests.browser.test_desk import Product, serving, sign_in
from tests.browser.test_widget_access import violations
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine
from tests.store.many import fill, made

FULL, EMPTY = "from=2026-08-01&to=2026-11-30", "from=2020-01-01&to=2020-01-02"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A desk where much has happened."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("reports"))
    new_database(settings.database_url)
    store = open_store(settings.database_url)
    fill(store, [one for one in made(60) if not one.holdings])
    now = datetime(2026, 11, 30, 15, tzinfo=UTC)
    with serving(create_app(settings, store, FakeEngine(), lambda: now)) as url:
        yield Product(url, store)
    store.dispose()


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (1280, "dark", "fr"), (320, "light", "it")]
)
def test_reports_are_read_by_everybody(
    browser: Browser, product: Product, width: int, scheme: Scheme, language: str
) -> None:
    product.agent(f"Lea{width}{scheme}", language, "lead")
    with visitor(browser, width=width, scheme=scheme) as visitors:
        page = visitors.new_page()
        sign_in(page, product, f"Lea{width}{scheme}")
        words = pack(language, "reports")
        for query in (FULL, EMPTY, "from=x"):
            page.goto(f"{product.url}/desk/reports?{query}")
            expect(page.locator("h1")).to_have_text(words["title"])
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_lead_narrows_a_report_by_keyboard_and_takes_a_table_along(
    browser: Browser, product: Product
) -> None:
    product.agent("Lou", role="lead")
    with visitor(browser) as visitors:
        page = visitors.new_page()
        sign_in(page, product, "Lou")
        page.get_by_role("link", name="Reports").press("Enter")
        page.get_by_role("link", name="This year").press("Enter")
        page.get_by_label("Channel", exact=True).select_option("sms")
        page.get_by_role("button", name="Show").press("Enter")
        expect(page.get_by_role("table", name="By channel").get_by_role("rowheader")).to_have_text(
            "Text message"
        )
        with page.expect_download() as download:
            page.get_by_role("link", name="Spreadsheet (CSV): Promises").press("Enter")
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert text.startswith('"Promise","All","Kept in time"')
