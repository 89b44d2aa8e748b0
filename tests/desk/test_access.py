"""Who may do what at the desk, and that nothing gets in that is not an agent's own wish."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from bot.agents import add_agent, disable, set_password
from bot.cases.case import WAITING, Case
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.desk import access
from bot.languages import LANGUAGES
from tests.desk.agents import PASSWORD, words_of

NUMBER = "1111-1111-1111"


@pytest.fixture
async def held(gateway):
    """A conversation in which somebody waits."""
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder = WAITING
        unit.conversations.save(conversation)
    return talk


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(start, desk_of):
    for address, is_secure in (("https://care.example.com", True), ("http://localhost:8000", False)):
        async with start(public_url=address) as gateway:
            desk = desk_of(gateway, "Anna" if is_secure else "Bo")
            cookie = (await desk.sign_in()).headers["set-cookie"].lower()
            assert "httponly" in cookie and "samesite=strict" in cookie and "path=/desk" in cookie
            assert ("secure" in cookie) is is_secure


async def test_a_stolen_session_is_worth_nothing_after_signing_out(gateway, anna):
    thief = httpx.AsyncClient(
        transport=httpx.ASGITransport(gateway.app),
        base_url="http://testserver",
        cookies=dict(anna.client.cookies),
    )
    assert "Who is waiting" in (await thief.get("/desk")).text
    await anna.send("/desk/sign-out")
    assert "Who is waiting" not in (await thief.get("/desk")).text
    assert not anna.client.cookies


@pytest.mark.parametrize("change", ["password", "disabled"])
async def test_a_new_password_or_being_disabled_ends_every_session(gateway, anna, change):
    if change == "password":
        set_password(gateway.store, anna.email, "another long password", datetime.now(UTC))
    else:
        disable(gateway.store, anna.email, datetime.now(UTC))
    assert "Who is waiting" not in await anna.see()
    assert (await anna.sign_in()).status_code == 401
    assert (await anna.sign_in("another long password")).status_code == (303 if change == "password" else 401)


async def test_passwords_cannot_be_tried_out(gateway, desk_of):
    desk = desk_of(gateway, "Anna")
    answers = await asyncio.gather(
        *(desk.sign_in(f"wrong {number}") for number in range(access.MOST_TRIES + 5))
    )
    assert sorted({answer.status_code for answer in answers}) == [401, 429]
    assert sum(answer.status_code == 401 for answer in answers) == access.MOST_TRIES
    # not even the right one is looked at for a while
    assert (await desk.sign_in()).status_code == 429
    other = desk_of(gateway, "Bo")
    assert (await other.sign_in()).status_code == 303


async def test_whoever_signs_in_rightly_begins_to_count_anew(gateway, desk_of):
    desk = desk_of(gateway, "Anna")
    for _ in range(2):
        for number in range(access.MOST_TRIES - 1):
            assert (await desk.sign_in(f"wrong {number}")).status_code == 401
        assert (await desk.sign_in()).status_code == 303


async def test_nobody_learns_which_addresses_are_agents(gateway, desk_of):
    known, unknown = desk_of(gateway, "Anna"), desk_of(gateway, "Bo")
    unknown.name = "Nobody"
    pages = [words_of((await desk.sign_in("wrong")).text) for desk in (known, unknown)]
    assert pages[0] == pages[1]


async def test_only_the_hashes_of_passwords_and_sessions_are_kept(gateway, anna):
    folder = gateway.app.state.services.settings.data_dir
    kept = b"".join(path.read_bytes() for path in folder.glob("recourse.db*"))
    assert anna.client.cookies["desk"].encode() not in kept
    assert PASSWORD.encode() not in kept and b"$argon2id$" in kept


SCRIPT = "<script>alert('{field}')</script><img src=x onerror=alert(1)>"


async def test_what_customers_write_is_shown_as_they_wrote_it_and_runs_nowhere(gateway, anna, held):
    told = {field: SCRIPT.replace("{field}", field) for field in FIELDS}
    await held.say(told["message"])
    complaint = Complaint(
        told["narrative"],
        [Nature("billing")],
        told["remedy"],
        [Event("2026-03", "month", told["event"])],
        name=told["name"],
        email=told["email"],
        account_number=told["account"],
        represented=told["represented"],
    )
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(held.id)
        conversation.tracking_number, conversation.complaint = NUMBER, complaint
        unit.conversations.save(conversation)
        unit.cases.add(
            Case(NUMBER, complaint, "en", "web", datetime.now(UTC), account_number=told["account"]), held.id
        )
    page = await anna.see(f"/desk/conversations/{held.id}")
    for html in (page, await anna.see()):
        assert "<script>alert" not in html and "<img" not in html
    assert all(SCRIPT.replace("{field}", field) in unescape(page) for field in FIELDS)
    refused = await anna.step(held.id, "say", text="   ", word_id="w")
    assert refused.status_code == 409 and "<script>alert" not in refused.text


FIELDS = "message narrative remedy event name email account represented".split()


async def test_pages_run_only_the_desks_own_files_and_are_kept_by_no_cache(anna, held):
    for path in ("/desk", f"/desk/conversations/{held.id}"):
        response = await anna.client.get(path)
        policy = response.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "form-action 'self'" in policy
        assert response.headers["cache-control"] == "no-store"
        assert " style=" not in response.text and " onclick" not in response.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_desk_speaks_the_language_of_its_agent(gateway, desk_of, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    assert f'<html lang="{language}">' in await desk.see()
    other = "it" if language != "it" else "fr"
    await desk.send("/desk/language", language=other)
    assert f'<html lang="{other}">' in await desk.see()


def test_two_agents_cannot_have_one_address(store):
    add_agent(store, "anna@example.com", "Anna", PASSWORD)
    with pytest.raises(ValueError, match="already"):
        add_agent(store, " ANNA@example.com ", "Anna", PASSWORD)
    with pytest.raises(ValueError, match="at least 12"):
        add_agent(store, "bo@example.com", "Bo", "short")
    with pytest.raises(ValueError, match="no e-mail"):
        add_agent(store, "bo", "Bo", PASSWORD)
