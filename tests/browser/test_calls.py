"""A call in Italian that an agent takes at the desk in a real browser: waiting, ringing, talking, noting what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bot.agents import add_agent
from bot.cases.case import Case, Handoff
from bot.cases.complaint import Complaint, Nature
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.cases.hours import week_from
from bot.gateway.app import create_app
from bot.languages import pack
from bot.settings import Settings
from bot.store import open_store
from tests.browser.steps import visitor
from tests.browser.test_desk import serving
from tests.browser.test_widget_access import violations
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine
from tests.phone.live import LivePhone, settings_for
from tests.phone.rest import Twilio

PASSWORD, PHONE, NUMBER = "correct horse battery", "+14165550201", "1111-1111-1111"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[str, LivePhone]]:
    """A served gateway with Anna at its desk, whose engine asks for a person whatever is said."""
    with Twilio() as twilio:
        settings = Settings(data_dir=tmp_path, **settings_for(twilio))
        new_database(settings.database_url)
        store, engine = open_store(settings.database_url), FakeEngine()
        anna = add_agent(store, "anna@example.com", "Anna", PASSWORD, language="it")
        with store.unit() as unit:
            # on shift at whatever hour this runs
            unit.agents.save(replace(anna, phone=PHONE, shift=week_from("mon-sun 00:00-00:00")))

        def ask_for_person(turn: Any) -> list[dict[str, Any]]:
            with store.unit() as unit:
                conversation = unit.conversations.get(turn.conversation)
                assert conversation is not None
                now = datetime.now(UTC)
                happens(ASKED_FOR_PERSON, conversation, now)
                if conversation.tracking_number is None:
                    complaint = Complaint(turn.text, [Nature("billing", "duplicate_charge", "internet")])
                    case = Case(NUMBER, complaint, "it", "voice", now)
                    case.hand_over(Handoff(now, "asked"), now)
                    unit.cases.add(case, conversation.id)
                    conversation.tracking_number = NUMBER
                unit.conversations.save(conversation)
            due = {"kind": "day", "on": now.date().isoformat()}
            values = {"tracking_number": NUMBER, "due": due, "phone": PHONE, "line": "", "by": ""}
            return [{"reply": "person_waiting", "values": values, "choices": []}]

        engine.on_turn = ask_for_person
        with serving(create_app(settings, store, engine)) as url:
            phone = LivePhone(url, twilio, store, settings)
            yield url, phone
            phone.close()
        store.dispose()


def test_an_agent_takes_a_call_and_notes_what_was_said(
    browser: Browser, house: tuple[str, LivePhone]
) -> None:
    url, phone = house
    words = pack("it", "line")
    with visitor(browser) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{url}/desk")
        page.locator("#email").fill("anna@example.com")
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        expect(page.locator("#queue")).to_be_visible()
        call = phone.call("it")
        phone.do(call.say("mi avete addebitato due volte internet, voglio una persona"))
        assert call.queue and words["next"].split(",")[0] in call.last, call.told()
        page.locator("#queue th a").click()
        expect(page.locator("#actions")).to_contain_text("Squillerà il Suo telefono")
        assert violations(page) == []
        page.get_by_role("button", name=words["desk"]["take"]).click()
        expect(page.locator("#actions")).to_contain_text(words["desk"]["rings"])
        agent = phone.rings(call)
        phone.do(agent.answers())
        phone.do(agent.press("1", call))
        assert "Anna" in call.last and NUMBER.replace("-", " ") in agent.heard[-1]
        expect(page.locator("#actions")).to_contain_text(words["desk"]["talks"])
        page.locator("#wrap-up").fill("Addebito doppio, da stornare.")
        phone.do(call.hang_up())
        phone.do(agent.hangs_up(call))
        # what is being written stays while the page learns that the call is over
        expect(page.locator("#actions")).to_contain_text(pack("it", "desk")["conversation"]["call_shown"])
        expect(page.locator("#wrap-up")).to_have_value("Addebito doppio, da stornare.")
        assert violations(page) == []
        page.get_by_role("button", name=words["desk"]["keep"]).click()
        expect(page.locator("#facts")).to_contain_text("Addebito doppio, da stornare.")
        for width, height in ((320, 800), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            assert violations(page) == []
