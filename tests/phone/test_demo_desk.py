"""The made-up customers of the demo come once, wait at the desk as others do, and are sent nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases.case import P1
from bot.demo_desk import main
from bot.run import wants_demo
from bot.settings import Secret, Settings
from tests.browser.live import serving
from tests.desk.agents import desk_of


@pytest.mark.parametrize(
    ("settings", "is_watched", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"demo_desk": "always"}, False, True),
        ({"demo_desk": "never"}, True, False),
        ({"demo_desk": "always", "records_url": "https://records.example.com"}, True, False),
        ({"demo_desk": "always", "desk_connector": "webhook"}, True, False),
        ({"demo_desk": "always", "twilio_auth_token": Secret("token")}, True, False),
        ({"demo_desk": "always", "smtp_host": "mail.example.com"}, True, False),
    ],
    ids=str,
)
def test_they_come_where_somebody_watches_a_product_that_is_connected_to_nothing(
    settings, is_watched, wanted
):
    assert wants_demo(Settings(**settings), is_watched) is wanted


def test_they_wait_at_the_desk_and_come_once(product):
    with serving(product) as served:
        settings = replace(product.settings, host="127.0.0.1", port=int(served.url.rpartition(":")[2]))
        interrupted = replace(settings, port=1)
        for each in (interrupted, settings, settings):
            main(each)
        with product.store.view() as unit:
            waiting = unit.holdings.waiting()
            helped = [each for each in unit.agents.all() if not each.is_active]
        assert waiting[0].priority == P1
        assert {line.language for line in waiting} == {"en", "fr", "it"} and len(waiting) == 4
        assert all("demo" in line.narrative.lower() or "démo" in line.narrative.lower() for line in waiting)
        assert any(product.case(line.tracking_number).escalations for line in waiting)
        assert product.outbox() == [] and [each.name for each in helped] == ["Demo"]

        async def look() -> str:
            anna = desk_of(product.app, product.store, "Anna")
            await anna.sign_in()
            return await anna.see()

        assert "I smell gas" in served.run(look())
