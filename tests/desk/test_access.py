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
from bot.desk import access, routes
from bot.languages import LANGUAGES
from tests.desk.agents import HERE, PASSWORD, words_of

NUMBER = "1111-1111-1111"

# Every route of the desk, and what comes of it for somebody signed out, an agent, a lead and an administrator.
ROUTES = """
GET   /desk               200 200 200 200
GET   /desk/desk.css      200 200 200 200
GET   /desk/desk.js       200 200 200 200
POST  /desk/sign-in       401 401 401 401
POST  /desk/language      401 303 303 303
GET   /desk/stream        401 200 200 200
GET   /desk/audit         303 403 403 200
GET   {c}                 303 200 200 200
GET   {c}/stream          401 200 200 200
POST  {c}/claim           401 303 303 303
POST  {c}/say             401 303 303 303
POST  {c}/hand-back       401 303 303 303
POST  {c}/release         401 403 303 303
POST  /desk/sign-out      401 303 303 303
"""
TABLE = [line.split() for line in ROUTES.splitlines() if line]
ROLES = ("", "agent", "lead", "administrator")


@pytest.fixture
async def held(gateway):
    """A conversation in which somebody waits."""
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder = WAITING
        unit.conversations.save(conversation)
    return talk


def test_every_route_is_in_the_table():
    served = {
        (method, route.path.replace("/desk/conversations/{conversation_id}", "{c}"))
        for route in routes.router.routes
        for method in route.methods - {"HEAD"}
    }
    assert served == {(method, path) for method, path, *_ in TABLE}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [(method, path, dict(zip(ROLES, codes, strict=True))) for method, path, *codes in TABLE],
    ids=[f"{method} {path}" for method, path, *_ in TABLE],
)
async def test_a_route_answers_by_role(gateway, desk_of, held, role, method, path, expected):
    desk = desk_of(gateway, "Anna", role or "agent")
    if role:
        await desk.sign_in()
    path = path.replace("{c}", f"/desk/conversations/{held.id}")
    if path.endswith(("hand-back", "release")) and role:
        await desk.step(held.id, "claim")
    if path.endswith("stream"):
        status = await status_of_stream(gateway, desk, path)
    elif method == "GET":
        status = (await desk.client.get(path)).status_code
    else:
        status = (
            await desk.send(path, text="Hello", word_id="w", email=desk.email, password="wrong")
        ).status_code
    assert status == int(expected[role])


async def status_of_stream(gateway, desk, path) -> int:
    """The status of a stream, which is over as soon as its agent is signed out."""
    asked = asyncio.create_task(desk.client.get(path))
    await asyncio.sleep(0.1)
    with gateway.store.view() as unit:
        agent, _ = unit.agents.by_email(desk.email)
    with gateway.store.unit() as unit:
        unit.agent_sessions.revoke_all_of(agent.id, datetime.now(UTC))
    async with asyncio.timeout(5):
        return (await asked).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_another_site_sends_is_refused(gateway, anna, held, headers):
    page = await anna.see(f"/desk/conversations/{held.id}")
    token = page.split('name="token" value="')[1].split('"')[0]
    for path, form in [
        (f"/desk/conversations/{held.id}/claim", {"token": token}),
        ("/desk/sign-out", {"token": token}),
    ]:
        assert (await anna.client.post(path, data=form, headers=headers)).status_code == 403
    signing_in = {"email": anna.email, "password": PASSWORD}
    assert (await anna.client.post("/desk/sign-in", data=signing_in, headers=headers)).status_code == 403
    assert (await held.state())["holder"] == "waiting"


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_a_form_without_the_agents_own_token_is_refused(anna, held, token):
    path = f"/desk/conversations/{held.id}/claim"
    assert (await anna.client.post(path, data={"token": token}, headers=HERE)).status_code == 403
    assert (await held.state())["holder"] == "waiting"


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
