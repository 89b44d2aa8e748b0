"""The page of what did not arrive at another desk, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.cases.conversation import Conversation
from bot.gateway.app import create_app
from bot.languages import LANGUAGES, pack
from bot.settings import Secret, Settings
from bot.store import Store, open_store
from tests.browser.steps import visitor
from tests.browser.test_desk import Product, fits, serving, sign_in
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    settings = Settings(
        data_dir=tmp_path,
        desk_connector="webhook",
        handoff_webhook_url="https://care.example.com",
        handoff_webhook_secret=Secret("a secret"),
    )
    new_database(settings.database_url)
    store = open_store(settings.database_url)
    with serving(create_app(settings, store, FakeEngine())) as url:
        yield Product(url, store)
    store.dispose()


def fails(store: Store, name: str, retry_after: timedelta | None, reason: str) -> None:
    at = datetime.now(UTC)
    with store.unit() as unit:
        unit.conversations.add(Conversation(name, "hash", "web", at))
        unit.links.begin(name, name, "webhook", at, 0)
        (due,) = unit.links.claim_due("webhook", at, "clock", timedelta(), 1)
        unit.links.failed(due.number, at, at + retry_after if retry_after else None, reason, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_did_not_arrive_is_read_and_tried_again_by_anybody(
    browser: Browser, product: Product, language: str
) -> None:
    words = pack(language, "other_desks")["page"]
    product.agent("Anna", language, "administrator")
    with visitor(browser) as context:
        page = context.new_page()
        sign_in(page, product, "Anna")
        page.get_by_role("link", name=pack(language, "desk")["page"]["other_desk"]).click()
        expect(page.get_by_text(words["empty"])).to_be_visible()
        fits(page, 1280)
        fails(product.store, "c" * 22, None, "http_422")
        fails(product.store, "d" * 22, timedelta(minutes=5), "ConnectError")
        page.reload()
        for width, scheme in ((1280, "light"), (320, "light"), (320, "dark"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 720})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            fits(page, width)
        expect(page.get_by_text(words["given_up"])).to_have_count(1)
        page.get_by_role("button", name=words["again"]).first.press("Enter")
        expect(page.get_by_text(words["given_up"])).to_have_count(0)
