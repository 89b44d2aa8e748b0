"""The pages about agents and about who saw what are for everybody, in every language, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from bot.cases.case import ASSISTANT
from bot.languages import LANGUAGES, pack
from tests.browser.steps import visit, visitor
from tests.browser.test_deciding import suits_everybody
from tests.browser.test_desk import NUMBER, Product, product, sign_in, waits  # noqa: F401


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_accounts_reasons_and_the_record_are_for_everybody(
    browser: Browser,
    product: Product,  # noqa: F811
    language: str,
) -> None:
    product.agent("Ada", language, "administrator")
    with visitor(browser) as context:
        waits(visit(context, product))  # type: ignore[arg-type]
        with product.store.unit() as unit:
            case = unit.cases.get(NUMBER)
            assert case is not None
            conversation = unit.conversations.get(unit.cases.conversation_of(NUMBER) or "")
            assert conversation is not None
            conversation.holder = ASSISTANT
            unit.conversations.save(conversation)
        page = context.new_page()
        sign_in(page, product, "Ada")
        for path in ("account", "agents", "audit"):
            page.goto(f"{product.url}/desk/{path}")
            suits_everybody(page)
        page.goto(f"{product.url}/desk/account")
        page.locator("form[action$=second-step] button").click()
        expect(page.locator(".secret")).to_be_visible()
        suits_everybody(page)
        # a case that is nobody's work asks for a reason first
        page.goto(f"{product.url}/desk/cases/{NUMBER}")
        expect(page.locator("h1")).to_have_text(pack(language, "oversight")["reason"]["title"])
        suits_everybody(page)
        page.locator(".reasons button").first.click()
        expect(page.locator("h1")).to_contain_text(NUMBER)
        page.goto(f"{product.url}/desk/agents/{_id_of(product)}")
        suits_everybody(page)


def _id_of(product: Product) -> str:  # noqa: F811
    with product.store.view() as unit:
        [agent] = unit.agents.all()
    return agent.id
