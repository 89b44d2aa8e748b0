"""A real Chromium for the browser tests; absent, they are skipped, or fail where it is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.fake_gateway import FakeGateway, running
from tests.browser.steps import visit, visitor

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def chromium_path() -> str:
    """The browser that `CHROMIUM` names, else Debian's."""
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if shutil.which(path) is None:
        reason = f"no Chromium at {path}; set CHROMIUM to test the pages in a browser"
        if os.environ.get("REQUIRE_SERVICES") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: Playwright's event loop must end before another module starts its own."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    """A fresh fake gateway on its own port."""
    with running(FakeGateway()) as gateway:
        yield gateway


@pytest.fixture
def context(browser: Browser, gateway: FakeGateway) -> Iterator[BrowserContext]:
    """A visitor's browser, gone before its gateway is."""
    with visitor(browser) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, gateway: FakeGateway) -> Page:
    """The demo page of the fresh gateway."""
    return visit(context, gateway)
