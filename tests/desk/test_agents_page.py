"""Administrators add agents, change them, and let them in or not; nobody can lock everybody out."""

from __future__ import annotations

import asyncio

import pytest

from bot import accounts
from bot.agents import AgentTrouble
from bot.languages import LANGUAGES, pack
from tests.desk.accounts import clock_of, give_code, is_in, link_in, set_up
from tests.desk.agents import HERE, PASSWORD, browser_of, words_of

CHOSEN = "my own long password"
FORM = {"role": "agent", "language": "fr", "speaks_fr": "yes", "speaks_it": "yes", "most_at_once": "3"}
SCRIPT = "<script>alert('name')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def clock(gateway):
    return clock_of(gateway)


@pytest.fixture
async def ada(gateway, desk_of):
    """The only administrator."""
    desk = desk_of(gateway, "Ada", "administrator")
    await desk.sign_in()
    return desk


def named(gateway, name: str):
    with gateway.store.view() as unit:
        return next(agent for agent in unit.agents.all() if agent.name == name)


def deeds(gateway) -> list[str]:
    with gateway.store.view() as unit:
        return [entry.deed for entry in unit.audit.newest(50)]


async def choose(gateway, link: str, password: str = CHOSEN, again: str | None = None):
    form = {"password": password, "again": password if again is None else again}
    return await browser_of(gateway.app, "Anybody").client.post(link, data=form, headers=HERE)


async def test_an_agent_is_added_and_chooses_a_password_by_a_link_that_works_once(gateway, ada):
    shown = await ada.send("/desk/agents", email="Cy@Example.com", name=" Cy  Lee ", **FORM)
    link, cy = link_in(shown.text), named(gateway, "Cy Lee")
    assert (cy.email, cy.role, cy.language) == ("cy@example.com", "agent", "fr")
    assert (cy.languages, cy.most_at_once, cy.skills, cy.shift, cy.phone) == (("fr", "it"), 3, (), (), None)
    assert link not in await ada.see(f"/desk/agents/{cy.id}")
    desk = browser_of(gateway.app, "Cy")
    assert "Cy Lee" in words_of(await desk.see(link))
    for refused in (await choose(gateway, link, again="not it"), await choose(gateway, link, "short")):
        assert refused.status_code == 422
    assert "Your password is set" in words_of((await choose(gateway, link)).text)
    assert (await desk.sign_in(CHOSEN)).status_code == 303
    again = await choose(gateway, link, "somebody else's password")
    assert "no longer valid" in words_of(again.text)
    assert (await desk.sign_in("somebody else's password")).status_code == 401
    assert [deed for deed in deeds(gateway) if "sign" not in deed] == ["password_set", "agent_added"]


async def test_a_link_sent_twice_at_once_sets_one_password(gateway, ada):
    link = link_in((await ada.send("/desk/agents", email="cy@example.com", name="Cy", **FORM)).text)
    await asyncio.gather(*(choose(gateway, link, f"long password {number}") for number in range(3)))
    assert deeds(gateway).count("password_set") == 1


async def test_a_link_is_good_for_two_days_and_until_a_newer_one_is_made(gateway, ada, clock):
    first = link_in((await ada.send("/desk/agents", email="cy@example.com", name="Cy", **FORM)).text)
    path = f"/desk/agents/{named(gateway, 'Cy').id}/password-link"
    second = link_in((await ada.send(path)).text)
    assert "no longer valid" in words_of((await choose(gateway, first)).text)
    clock.forward(hours=47, minutes=59)
    assert "no longer valid" not in words_of((await ada.client.get(second)).text)
    clock.forward(minutes=1)
    assert "no longer valid" in words_of((await choose(gateway, second)).text)
    assert (await browser_of(gateway.app, "Cy").sign_in(CHOSEN)).status_code == 401


@pytest.mark.parametrize("deed", ["disable", "reset-second-step"])
async def test_what_shuts_an_agent_out_makes_their_link_void(gateway, ada, bo, deed):
    path = f"/desk/agents/{named(gateway, 'Bo').id}"
    link = link_in((await ada.send(f"{path}/password-link")).text)
    await ada.send(f"{path}/{deed}")
    assert "no longer valid" in words_of((await choose(gateway, link)).text)
    assert (await bo.sign_in(CHOSEN)).status_code == 401


async def test_a_link_leaves_the_password_until_it_is_used_and_the_second_step_after(gateway, ada, bo, clock):
    app, _ = await set_up(bo, clock)
    link = link_in((await ada.send(f"/desk/agents/{named(gateway, 'Bo').id}/password-link")).text)
    assert await is_in(bo)
    await choose(gateway, link)
    assert not await is_in(bo)
    assert (await bo.sign_in(CHOSEN)).headers["location"] == "/desk/sign-in/code"
    assert (await give_code(bo, app.code())).status_code == 303


async def test_an_agent_is_shut_out_and_let_in_again(gateway, ada, bo, clock):
    path = f"/desk/agents/{named(gateway, 'Bo').id}"
    await ada.send(f"{path}/sign-out")
    assert not await is_in(bo) and (await bo.sign_in()).status_code == 303
    await ada.send(f"{path}/disable")
    assert not await is_in(bo) and (await bo.sign_in()).status_code == 401
    assert "Disabled" in words_of(await ada.see("/desk/agents"))
    await ada.send(f"{path}/enable")
    assert (await bo.sign_in()).status_code == 303
    await set_up(bo, clock)
    await ada.send(f"{path}/reset-second-step")
    assert not await is_in(bo) and (await bo.sign_in()).headers["location"] == "/desk"
    assert [deed for deed in deeds(gateway) if deed not in ("signed_in", "sign_in_refused")] == [
        "second_step_reset",
        "second_step_on",
        "agent_enabled",
        "agent_disabled",
        "sessions_ended",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_known_of_an_agent_is_changed_in_ones_own_language(gateway, desk_of, bo, language):
    ada = desk_of(gateway, "Ada", "administrator", language)
    await ada.sign_in()
    days, path = pack(language, "accounts")["days"], f"/desk/agents/{named(gateway, 'Bo').id}"
    shift = f"{days['mon']}-{days['fri']} 09:00-17:00, {days['sat']} 22:00-02:00"
    form = FORM | {"name": "Bob", "role": "lead", "shift": shift, "phone": "+1 416 555 0123"}
    done = await ada.send(path, **form, skill_billing="yes")
    page = await ada.see(done.headers["location"])
    assert pack(language, "accounts")["done"]["saved"] in words_of(page)
    assert f'value="{shift}"' in page
    changed = named(gateway, "Bob")
    assert (changed.role, changed.skills, changed.phone) == ("lead", ("billing",), "+14165550123")
    assert len(changed.shift) == 6 and changed.email == "bo@example.com"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"speaks_fr": "", "speaks_it": ""}, "languages"),
        ({"most_at_once": "0"}, "most_at_once"),
        ({"shift": "always"}, "shift"),
        ({"shift": "mon-fri 25:00-26:00"}, "shift"),
        ({"phone": "911"}, "phone"),
        ({"role": "boss"}, "not_possible"),
        ({"language": "de"}, "not_possible"),
    ],
)
async def test_what_cannot_be_is_told_and_what_was_typed_stays(gateway, ada, bo, change, why):
    before = named(gateway, "Bo")
    form = {"name": "Bob", **FORM, "phone": "+14165550123"} | change
    for path, more in ((f"/desk/agents/{before.id}", {}), ("/desk/agents", {"email": "new@example.com"})):
        refused = await ada.send(path, **form, **more)
        assert refused.status_code == 422
        assert pack("en", "accounts")["problems"][why] in words_of(refused.text)
        assert f'value="{form["phone"]}"' in refused.text
    assert named(gateway, "Bo") == before
    with gateway.store.view() as unit:
        assert unit.agents.count() == 2


async def test_an_address_is_one_agents_and_must_be_one(gateway, ada, bo):
    for email, why in (("BO@example.com", "taken"), ("bo", "email"), ("", "email")):
        refused = await ada.send("/desk/agents", email=email, name="Bob", **FORM)
        assert refused.status_code == 422
        assert pack("en", "accounts")["problems"][why] in words_of(refused.text)
    assert 'value="Bob"' in refused.text


async def test_the_last_administrator_cannot_be_shut_out_or_demoted(gateway, ada):
    path = f"/desk/agents/{named(gateway, 'Ada').id}"
    for refused in (await ada.send(f"{path}/disable"), await ada.send(path, name="Ada", **FORM)):
        assert refused.status_code == 422 and "last administrator" in words_of(refused.text)
    assert await is_in(ada) and named(gateway, "Ada").role == "administrator"
    assert (await ada.send(path, name="Ada", **(FORM | {"role": "administrator"}))).status_code == 303


async def test_two_administrators_cannot_shut_out_each_other_at_once(gateway, desk_of):
    desks = [desk_of(gateway, name, "administrator") for name in ("Ada", "Eve")]
    people = [named(gateway, desk.name) for desk in desks]

    def shut_out(by, other):
        try:
            accounts.disable(gateway.store, by, clock_of(gateway).now, other.id)
        except AgentTrouble:
            return False
        return True

    pairs = (people, people[::-1])
    done = await asyncio.gather(*(asyncio.to_thread(shut_out, *pair) for pair in pairs))
    assert sorted(done) == [False, True]


async def test_nobody_is_changed_who_is_not_there(gateway, ada):
    for path in ("", "/disable", "/enable", "/sign-out", "/password-link", "/reset-second-step"):
        assert (await ada.send(f"/desk/agents/nobody{path}", name="Cy", **FORM)).status_code == 404
    assert (await ada.client.get("/desk/agents/nobody")).status_code == 404


async def test_a_script_in_an_agents_name_runs_nowhere(gateway, ada):
    link = link_in((await ada.send("/desk/agents", email="cy@example.com", name=SCRIPT, **FORM)).text)
    cy = named(gateway, SCRIPT)
    pages = [await ada.see(path) for path in ("/desk/agents", f"/desk/agents/{cy.id}", "/desk/audit", link)]
    await choose(gateway, link)
    desk = browser_of(gateway.app, "Cy")
    await desk.sign_in(CHOSEN)
    pages += [await desk.see(path) for path in ("/desk", "/desk/account", "/desk/cases")]
    for page in pages:
        assert "alert(&#39;name&#39;)" in page and "<script>alert" not in page and "<img src=x" not in page


async def test_the_password_of_somebody_invited_is_nobodys(gateway, ada):
    await ada.send("/desk/agents", email="cy@example.com", name="Cy", **FORM)
    for password in ("", PASSWORD):
        assert (await browser_of(gateway.app, "Cy").sign_in(password)).status_code == 401
