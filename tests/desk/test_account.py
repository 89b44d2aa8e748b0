"""What agents see and change of their own accounts, and how long they stay signed in."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.accounts import hash_of
from bot.desk import live
from bot.desk.access import browser_of as family_of
from bot.languages import LANGUAGES, pack
from tests.desk.accounts import clock_of, is_in
from tests.desk.agents import PASSWORD, browser_of, words_of

NEW = "another long password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"


@pytest.fixture
def clock(gateway):
    return clock_of(gateway)


async def elsewhere(gateway, name: str, agent: str = FIREFOX):
    desk = browser_of(gateway.app, name)
    desk.client.headers["User-Agent"] = agent
    assert (await desk.sign_in()).status_code == 303
    return desk


async def test_an_agent_sees_where_they_are_signed_in_and_signs_out_there(gateway, anna, bo):
    first, second = await elsewhere(gateway, "Anna"), await elsewhere(gateway, "Anna")
    page = await anna.see("/desk/account")
    assert page.count("Firefox</th>") == 2 and "144.0" not in page and "Linux" not in page
    names = re.findall(r'name="session" value="(\w{16})"', page)
    assert len(names) == 2
    # somebody else's sessions are out of reach
    await bo.send("/desk/account/sessions/end", session=names[0])
    assert await is_in(first) and await is_in(second)
    await anna.send("/desk/account/sessions/end", session=names[0])
    assert sorted([await is_in(first), await is_in(second)]) == [False, True]
    await anna.send("/desk/account/sessions/end", session="others")
    assert [await is_in(desk) for desk in (anna, bo, first, second)] == [True, True, False, False]


async def test_a_new_password_ends_every_other_session(gateway, anna):
    other = await elsewhere(gateway, "Anna")
    done = await anna.send("/desk/account/password", password=PASSWORD, new=NEW, again=NEW)
    assert done.status_code == 200 and "password is changed" in words_of(done.text)
    assert await is_in(anna) and not await is_in(other)
    assert (await other.sign_in()).status_code == 401 and (await other.sign_in(NEW)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"password": "wrong", "new": NEW, "again": NEW}, "wrong_password"),
        ({"password": PASSWORD, "new": NEW, "again": "not it"}, "not_the_same"),
        ({"password": PASSWORD, "new": "short", "again": "short"}, "short_password"),
        ({}, "wrong_password"),
    ],
)
async def test_a_password_that_cannot_be_taken_changes_nothing(gateway, anna, fields, why):
    other = await elsewhere(gateway, "Anna")
    refused = await anna.send("/desk/account/password", **fields)
    assert refused.status_code == 422 and pack("en", "accounts")["problems"][why] in words_of(refused.text)
    assert await is_in(other) and (await other.sign_in()).status_code == 303


async def test_a_changed_role_counts_from_the_next_request_on(gateway, desk_of, anna):
    ada = desk_of(gateway, "Ada", "administrator")
    await ada.sign_in()
    assert (await anna.client.get("/desk/audit")).status_code == 403
    await ada.send(f"/desk/agents/{id_of(gateway, 'Anna')}", **KNOWN, name="Anna", role="administrator")
    assert (await anna.client.get("/desk/audit")).status_code == 200
    await ada.send(f"/desk/agents/{id_of(gateway, 'Anna')}", **KNOWN, name="Anna", role="agent")
    assert (await anna.client.get("/desk/audit")).status_code == 403


KNOWN = {"language": "en", "speaks_en": "yes", "most_at_once": "4"}


def id_of(gateway, name: str) -> str:
    with gateway.store.view() as unit:
        return next(agent.id for agent in unit.agents.all() if agent.name == name)


async def test_a_session_that_nobody_uses_is_over_and_one_in_use_goes_on(gateway, clock, anna):
    for _ in range(3):
        clock.forward(minutes=119)
        assert await is_in(anna)
    clock.forward(minutes=120)
    assert not await is_in(anna)


async def test_a_session_in_use_is_over_after_twelve_hours(gateway, clock, anna):
    for _ in range(12):
        assert await is_in(anna)
        clock.forward(minutes=60)
    assert not await is_in(anna)


async def test_without_the_setting_only_the_twelve_hours_count(start, desk_of):
    async with start(desk_idle_minutes=0) as gateway:
        clock, desk = clock_of(gateway), desk_of(gateway, "Anna")
        await desk.sign_in()
        clock.forward(hours=11, minutes=50)
        assert await is_in(desk)


async def test_a_page_left_open_keeps_no_session_alive(gateway, clock, anna, monkeypatch):
    monkeypatch.setattr(live, "POLL_SECONDS", 0.02)
    clock.forward(minutes=90)
    asked = asyncio.create_task(anna.client.get("/desk/stream"))
    await asyncio.sleep(0.1)
    clock.forward(minutes=31)
    async with asyncio.timeout(5):
        assert "event: over" in (await asked).text
    assert not await is_in(anna)


async def test_the_address_of_a_session_opens_nothing(gateway, anna):
    hashed = hash_of(anna.client.cookies["desk"])
    thief = browser_of(gateway.app, "Thief")
    thief.client.cookies.set("desk", hashed)
    assert not await is_in(thief)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_account_speaks_the_language_of_its_owner(gateway, desk_of, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    assert pack(language, "accounts")["sessions"]["title"] in words_of(await desk.see("/desk/account"))
    other = "it" if language != "it" else "fr"
    answer = await desk.send("/desk/language", language=other, **{"from": "account"})
    assert answer.headers["location"] == "/desk/account"
    assert f'<html lang="{other}">' in await desk.see("/desk/account")


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (FIREFOX, "Firefox"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15", "Safari"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 OPR/120.0", "Opera"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_of_a_browser_its_family_is_kept(user_agent, family):
    assert family_of(user_agent) == family
