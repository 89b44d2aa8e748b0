"""Signing in with the code of an app after the password."""

from __future__ import annotations

import asyncio

import pytest

from bot.agents import disable, set_password
from bot.desk import access
from bot.languages import LANGUAGES, pack
from bot.sealing import Seal, SealBroken
from bot.settings import Secret, Settings
from tests.desk.accounts import clock_of, give_code, is_in, set_up
from tests.desk.agents import PASSWORD, browser_of, words_of


@pytest.fixture
def clock(gateway):
    return clock_of(gateway)


@pytest.fixture
async def secured(gateway, clock, anna):
    """Anna with an app, and a function that gives her another browser, where she gave her password."""
    app, codes = await set_up(anna, clock)

    async def browser():
        desk = browser_of(gateway.app, "Anna")
        response = await desk.sign_in()
        assert (response.status_code, response.headers["location"]) == (303, "/desk/sign-in/code")
        return desk

    return app, codes, browser


async def test_a_password_alone_opens_nothing_and_the_code_opens_the_desk(secured):
    app, _, browser = secured
    desk = await browser()
    assert not await is_in(desk)
    asked = await desk.client.get("/desk/sign-in/code")
    assert asked.status_code == 200 and PASSWORD not in asked.text
    assert (await give_code(desk, app.code())).status_code == 303
    assert await is_in(desk)
    # the step in between is over: its page leads back to the desk
    assert (await desk.client.get("/desk/sign-in/code")).status_code == 303


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_code_is_good_half_a_minute_early_or_late(secured, clock, steps, is_taken):
    app, _, browser = secured
    clock.forward(minutes=5)
    desk = await browser()
    assert (await give_code(desk, app.code(steps))).status_code == (303 if is_taken else 401)
    assert await is_in(desk) is is_taken


async def test_a_code_is_taken_once_however_many_send_it(secured):
    app, _, browser = secured
    desks = [await browser() for _ in range(3)]
    answers = await asyncio.gather(*(give_code(desk, app.code()) for desk in desks))
    assert sorted(answer.status_code for answer in answers) == [303, 401, 401]
    # nor is the one before it, which could have been looked at over a shoulder
    assert (await give_code(await browser(), app.code(-1))).status_code == 401


async def test_the_code_that_set_it_up_is_used_up(gateway, anna, clock):
    app, _ = await set_up(anna, clock)
    desk = browser_of(gateway.app, "Anna")
    await desk.sign_in()
    assert (await give_code(desk, app.code(-1))).status_code == 401


async def test_each_recovery_code_lets_its_owner_in_once(gateway, secured, clock, bo):
    _, codes, browser = secured
    assert len(set(codes)) == 10
    assert (await give_code(await browser(), codes[0].upper().replace("-", " "))).status_code == 303
    assert (await give_code(await browser(), codes[0])).status_code == 401
    desk = await browser()
    assert (await give_code(desk, codes[1])).status_code == 303
    assert "left: 8" in words_of(await desk.see("/desk/account"))
    await set_up(bo, clock)
    other = browser_of(gateway.app, "Bo")
    await other.sign_in()
    assert (await give_code(other, codes[2])).status_code == 401


async def test_codes_cannot_be_tried_out_not_even_many_at_once(secured, clock):
    app, codes, browser = secured
    desk = await browser()
    answers = await asyncio.gather(*(give_code(desk, f"{n:06}") for n in range(access.MOST_TRIES + 3)))
    assert sorted(answer.status_code for answer in answers) == [401] * access.MOST_TRIES + [429] * 3
    # from another browser neither, nor with the right code, for a while
    for code in (app.code(), codes[0]):
        assert (await give_code(await browser(), code)).status_code == 429
    clock.forward(minutes=15, seconds=1)
    assert (await give_code(await browser(), app.code())).status_code == 303


async def test_what_a_password_opened_lasts_ten_minutes(secured, clock):
    app, _, browser = secured
    desk = await browser()
    clock.forward(minutes=10)
    late = await give_code(desk, app.code())
    assert late.status_code == 401 and "took too long" in words_of(late.text)
    assert not await is_in(desk)


@pytest.mark.parametrize("change", ["password", "disabled"])
async def test_what_happens_between_password_and_code_counts(gateway, secured, clock, change):
    app, _, browser = secured
    desk = await browser()
    if change == "password":
        set_password(gateway.store, desk.email, "another long password", clock.now)
    else:
        disable(gateway.store, desk.email, clock.now)
    assert (await give_code(desk, app.code())).status_code == 401
    assert not await is_in(desk)


async def test_a_password_by_command_leaves_the_second_step(gateway, secured, clock):
    app, _, _ = secured
    set_password(gateway.store, "anna@example.com", "another long password", clock.now)
    desk = browser_of(gateway.app, "Anna")
    assert (await desk.sign_in("another long password")).headers["location"] == "/desk/sign-in/code"
    assert (await give_code(desk, app.code())).status_code == 303


async def test_it_is_removed_with_the_password_only(secured, anna):
    for wish in ("wrong", ""):
        refused = await anna.send("/desk/account/second-step/remove", password=wish)
        assert refused.status_code == 422 and "present password" in words_of(refused.text)
    assert (await anna.sign_in()).headers["location"] == "/desk/sign-in/code"
    await anna.send("/desk/account/second-step/remove", password=PASSWORD)
    assert (await anna.sign_in()).headers["location"] == "/desk"


async def test_passwords_cannot_be_tried_out_inside_either(anna):
    for number in range(access.MOST_TRIES - 1):
        path = ("/desk/account/password", "/desk/account/second-step/remove")[number % 2]
        refused = await anna.send(path, password=f"wrong {number}", new="a" * 12, again="a" * 12)
        assert refused.status_code == 422
    await anna.send("/desk/account/password", password="wrong")
    told = await anna.send("/desk/account/password", password=PASSWORD, new="a" * 12, again="a" * 12)
    assert told.status_code == 422 and "Too many tries" in words_of(told.text)
    assert (await anna.sign_in()).status_code == 429


async def test_setting_it_up_again_changes_nothing_that_counts(secured, anna):
    app, codes, browser = secured
    await anna.send("/desk/account/second-step")
    again = await anna.send("/desk/account/second-step/confirm", code=app.code())
    assert again.status_code == 422 and codes[0] not in again.text
    assert (await give_code(await browser(), app.code())).status_code == 303


async def test_setting_it_up_ends_the_other_sessions(gateway, clock, anna):
    other = browser_of(gateway.app, "Anna")
    await other.sign_in()
    await set_up(anna, clock)
    assert await is_in(anna) and not await is_in(other)


async def test_secrets_are_neither_kept_readably_nor_logged(gateway, secured, logged):
    app, codes, browser = secured
    await give_code(await browser(), "000000")
    folder = gateway.app.state.services.settings.data_dir
    kept = b"".join(path.read_bytes() for path in folder.glob("recourse.db*"))
    for secret in (app.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert secret.encode() not in kept and secret not in str(logged)
    assert (folder / "desk.key").stat().st_mode & 0o777 == 0o600


async def test_with_the_key_lost_only_recovery_codes_and_administrators_help(gateway, secured, logged):
    app, codes, browser = secured
    (gateway.app.state.services.settings.data_dir / "desk.key").write_text("another key")
    assert (await give_code(await browser(), app.code())).status_code == 401
    assert "second_step.key_is_another" in str(logged)
    assert (await give_code(await browser(), codes[0])).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_it_is_required_nothing_else_opens_before(start, desk_of, language):
    async with start(desk_require_totp=True) as gateway:
        clock, desk = clock_of(gateway), desk_of(gateway, "Anna", "administrator", language)
        await desk.sign_in()
        for path in ("/desk", "/desk/cases", "/desk/agents"):
            assert (await desk.client.get(path)).headers["location"] == "/desk/account"
        assert (await desk.client.get("/desk/stream")).status_code == 403
        page = await desk.see("/desk/account")
        assert pack(language, "accounts")["account"]["must_set_up"] in words_of(page)
        assert (await desk.send("/desk/agents")).status_code == 403
        await set_up(desk, clock)
        assert await is_in(desk)
        await desk.send("/desk/account/second-step/remove", password=PASSWORD)
        assert await is_in(desk)


def test_a_seal_is_opened_by_its_key_for_its_purpose_alone(tmp_path):
    ours = Settings(data_dir=tmp_path)
    sealed = Seal(ours, "one thing").closed("secret")
    assert Seal(ours, "one thing").opened(sealed) == "secret" and "secret" not in sealed
    by_setting = Settings(data_dir=tmp_path, desk_secret_key=Secret("k" * 32))
    for seal in (Seal(ours, "another thing"), Seal(by_setting, "one thing")):
        with pytest.raises(SealBroken):
            seal.opened(sealed)
