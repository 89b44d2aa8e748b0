"""A Twilio number led to the product, and the check that says what is still wrong, against the stand-in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

import bot.__main__
from bot.gateway.app import create_app
from bot.notices.phone_check import NOTE, OK, WRONG, check
from bot.notices.phone_setup import PhoneTrouble, report, set_up
from bot.settings import Secret, Settings
from bot.store import open_store
from tests.fresh import new_database
from tests.gateway.fakes import FakeEngine
from tests.phone.rest import NUMBER, TOKEN, Twilio

PUBLIC = "https://care.example.com"
PERSON = "+14165550111"
ELSEWHERE = "https://elsewhere.example.com/voice"

UPDATES = {"update_number", "update_service"}


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio() as started:
        yield started


Product = Callable[..., httpx.Client]


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """Start the product with settings of its own, and return what reaches it from outside by its public address."""
    with ExitStack() as running:

        def started(settings: Settings, passes_on_websockets: bool = True) -> httpx.Client:
            url = f"sqlite:///{tmp_path / 'recourse.db'}"
            new_database(url)
            store = open_store(url)
            running.callback(store.dispose)
            port = running.enter_context(served(create_app(settings, store, FakeEngine())))
            proxy = partial(passed_on, port=port, passes_on_websockets=passes_on_websockets)
            return running.enter_context(httpx.Client(transport=httpx.MockTransport(proxy)))

        yield started


@contextmanager
def served(app: Any) -> Iterator[int]:
    """Serve an app at a port of this machine, as `python -m bot gateway` does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, ws="wsproto", log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join()


def passed_on(request: httpx.Request, port: int, passes_on_websockets: bool) -> httpx.Response:
    """Do what a proxy does."""
    headers = dict(request.headers)
    if not passes_on_websockets:
        headers.pop("upgrade", None)
    there = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
    answer = httpx.request(request.method, there, headers=headers, content=request.content, trust_env=False)
    return httpx.Response(answer.status_code, content=answer.content)


def settings(twilio: Twilio, **others: Any) -> Settings:
    return Settings(**(twilio.settings | {"public_url": PUBLIC, "handoff_number": PERSON} | others))


def told(chosen: Settings, web: httpx.Client) -> dict[str, list[str]]:
    """Return what the check says, by verdict."""
    found: dict[str, list[str]] = {OK: [], WRONG: [], NOTE: []}
    for finding in check(chosen, web):
        found[finding.verdict].append(finding.text)
    return found


def only(texts: list[str], *parts: str) -> None:
    assert len(texts) == 1, texts
    for part in parts:
        assert part in texts[0]


# ── Setting up ─────────────────────────────────────────────────────────────────────────────────────


def test_the_number_leads_here_and_what_changed_is_told(twilio: Twilio) -> None:
    twilio.numbers[0] |= {"voice_url": ELSEWHERE, "voice_method": "GET"}
    changed = report(set_up(settings(twilio)), settings(twilio))
    number = twilio.numbers[0]
    assert number["voice_url"] == number["voice_fallback_url"] == f"{PUBLIC}/twilio/voice"
    assert number["status_callback"] == f"{PUBLIC}/twilio/voice/status"
    assert number["sms_url"] == f"{PUBLIC}/twilio/sms"
    assert (number["voice_method"], number["sms_method"]) == ("POST", "POST")
    assert changed.splitlines()[:3] == [
        "Changed:",
        f"  voice url of {NUMBER}: {ELSEWHERE} -> {PUBLIC}/twilio/voice",
        f"  voice method of {NUMBER}: GET -> POST",
    ]
    assert f"  sms url of {NUMBER}: nothing -> {PUBLIC}/twilio/sms" in changed.splitlines()


def test_a_second_time_nothing_is_changed(twilio: Twilio) -> None:
    chosen = settings(twilio, twilio_messaging_service_sid=twilio.add_service())
    assert set_up(chosen)
    done = len(twilio.accepted)
    again = set_up(chosen)
    assert again == []
    assert {each.call for each in twilio.accepted[done:]} & UPDATES == set()
    assert report(again, chosen) == f"Nothing to change: {NUMBER} already leads here."


def test_a_dry_run_shows_the_same_and_changes_nothing(twilio: Twilio) -> None:
    chosen = settings(twilio)
    shown = set_up(chosen, only_show=True)
    assert {each.call for each in twilio.accepted} & UPDATES == set()
    assert twilio.numbers[0]["voice_url"] is None
    assert shown == set_up(chosen)
    assert report(shown, chosen, only_show=True).startswith("Would change:\n")


def test_a_trunk_or_application_that_would_pass_over_the_addresses_is_taken_away(twilio: Twilio) -> None:
    number = twilio.numbers[0]
    number |= {"trunk_sid": "TK" + "1" * 32, "sms_application_sid": "AP" + "2" * 32}
    changes = [str(change) for change in set_up(settings(twilio))]
    assert f"trunk sid of {NUMBER}: TK{'1' * 32} -> nothing" in changes
    assert number["trunk_sid"] is number["sms_application_sid"] is None


def test_texts_to_a_messaging_service_come_here_whatever_its_numbers_say(twilio: Twilio) -> None:
    sid = twilio.add_service(inbound_request_url=ELSEWHERE)
    changes = [str(each) for each in set_up(settings(twilio, twilio_messaging_service_sid=sid))]
    assert twilio.services[sid]["inbound_request_url"] == f"{PUBLIC}/twilio/sms"
    assert twilio.services[sid]["use_inbound_webhook_on_number"] is False
    assert f"inbound request url of the messaging service: {ELSEWHERE} -> {PUBLIC}/twilio/sms" in changes
    assert "use inbound webhook on number of the messaging service: yes -> no" in changes


def test_a_number_without_texts_is_led_here_for_calls_alone(twilio: Twilio) -> None:
    twilio.numbers[0]["capabilities"]["sms"] = False
    set_up(settings(twilio))
    assert twilio.numbers[0]["voice_url"] == f"{PUBLIC}/twilio/voice"
    assert twilio.numbers[0]["sms_url"] is None


def test_only_the_number_itself_is_changed(twilio: Twilio) -> None:
    other = twilio.add_number("+14165550177")
    set_up(settings(twilio))
    assert other["voice_url"] is None


def test_a_password_in_an_old_address_is_not_shown(twilio: Twilio) -> None:
    twilio.numbers[0]["voice_url"] = "https://me:hidden@elsewhere.example.com/voice"
    changes = " ".join(str(change) for change in set_up(settings(twilio), only_show=True))
    assert "https://*****@elsewhere.example.com/voice ->" in changes
    assert "hidden" not in changes


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"twilio_account_sid": None}, "TWILIO_ACCOUNT_SID is not set"),
    ({"twilio_account_sid": "SK" + "1" * 32}, "that is an API key"),
    ({"twilio_auth_token": None}, "TWILIO_AUTH_TOKEN is not set"),
    ({"twilio_number": None}, "TWILIO_NUMBER is not set"),
    ({"public_url": ""}, "http://localhost:8000, which Twilio cannot reach"),
    ({"public_url": "https://192.168.1.20"}, "which Twilio cannot reach"),
    ({"public_url": "https://gateway"}, "which Twilio cannot reach"),
    ({"public_url": "http://care.example.com"}, "has to begin with https"),
    ({"twilio_auth_token": Secret("wrong-token")}, "does not accept TWILIO_AUTH_TOKEN"),
    ({"twilio_account_sid": "AC" + "0" * 32}, "does not accept TWILIO_AUTH_TOKEN"),
    ({"twilio_number": "+14165550199"}, f"is not a number of this account: it has {NUMBER}"),
    ({"twilio_messaging_service_sid": "MG" + "0" * 32}, "is not a messaging service of this account"),
]


@pytest.mark.parametrize(("others", "why"), REFUSED)
def test_what_cannot_work_is_said_before_anything_is_changed(
    twilio: Twilio, others: dict[str, Any], why: str
) -> None:
    with pytest.raises(PhoneTrouble) as trouble:
        set_up(settings(twilio, **others))
    assert why in str(trouble.value)
    assert "\n" not in str(trouble.value)
    assert TOKEN not in str(trouble.value)
    assert "wrong-token" not in str(trouble.value)
    assert {each.call for each in twilio.accepted} & UPDATES == set()


def test_an_account_without_numbers_is_told_to_buy_one(twilio: Twilio) -> None:
    twilio.numbers.clear()
    with pytest.raises(PhoneTrouble, match="it has none yet; buy one"):
        set_up(settings(twilio))


@pytest.mark.parametrize(
    ("status", "why"), [(429, "too many requests"), (503, "trouble of its own"), (500, "trouble of its own")]
)
def test_twilios_own_trouble_is_called_that(twilio: Twilio, status: int, why: str) -> None:
    twilio.fail(status)
    with pytest.raises(PhoneTrouble, match=why):
        set_up(settings(twilio))


def test_a_change_that_twilio_refuses_is_told_with_its_words(twilio: Twilio) -> None:
    with pytest.raises(PhoneTrouble, match=r"Invalid VoiceUrl.*errors/21502"):
        # no such address gets past the settings' own reader
        set_up(settings(twilio, public_url="https://care.example.com with a space"))


def test_without_a_network_it_says_so(twilio: Twilio) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(PhoneTrouble, match=f"Twilio did not answer at {base}"):
            set_up(settings(twilio, twilio_api_base=base))
    twilio.drop(accepts=False)
    with pytest.raises(PhoneTrouble, match="Twilio did not answer"):
        set_up(settings(twilio))


# ── Checking ───────────────────────────────────────────────────────────────────────────────────────


def test_all_is_well(twilio: Twilio, product: Product) -> None:
    chosen = settings(twilio, twilio_messaging_service_sid=twilio.add_service())
    set_up(chosen)
    found = told(chosen, product(chosen))
    assert found[WRONG] == []
    assert found[OK] == [
        "account, token and number are set",
        f"{PUBLIC} is https and answers",
        "a request with a forged signature is refused",
        "a request signed as Twilio signs is accepted",
        "Twilio accepts account and token",
        f"{NUMBER} is a number of this account",
        f"{NUMBER} takes calls and texts",
        f"the messaging service holds {NUMBER}",
        "calls and texts are led to PUBLIC_URL",
        "the account may call country CA, where HANDOFF_NUMBER is",
        f"HANDOFF_NUMBER {PERSON} is a number to put callers through to",
    ]
    only(found[NOTE], "United States", "A2P 10DLC")


def test_the_check_changes_nothing(twilio: Twilio, product: Product, tmp_path: Path) -> None:
    chosen = settings(twilio, twilio_messaging_service_sid=twilio.add_service())
    told(chosen, product(chosen))
    assert {each.call for each in twilio.accepted} & UPDATES == set()
    store = open_store(f"sqlite:///{tmp_path / 'recourse.db'}")
    with store.view() as unit:
        assert unit.calls.get("CA" + "0" * 32) is None


def test_each_address_that_is_not_set_is_named(twilio: Twilio, product: Product) -> None:
    chosen = settings(twilio)
    set_up(chosen)
    twilio.numbers[0]["sms_url"] = ELSEWHERE
    only(told(chosen, product(chosen))[WRONG], f"{ELSEWHERE} -> {PUBLIC}/twilio/sms", "make phone-setup")


@pytest.mark.parametrize(("others", "why"), REFUSED)
def test_what_cannot_work_is_wrong_and_the_rest_is_looked_at_all_the_same(
    twilio: Twilio, product: Product, others: dict[str, Any], why: str
) -> None:
    set_up(settings(twilio))
    chosen = settings(twilio, **others)
    found = told(chosen, product(chosen))
    assert any(why in wrong for wrong in found[WRONG])
    assert f"HANDOFF_NUMBER {PERSON} is a number to put callers through to" in found[OK]
    everything = " ".join(text for texts in found.values() for text in texts)
    assert TOKEN not in everything
    assert "wrong-token" not in everything


def test_a_product_that_runs_with_another_token_does_not_believe_twilio(
    twilio: Twilio, product: Product
) -> None:
    chosen = settings(twilio)
    set_up(chosen)
    running = settings(twilio, twilio_auth_token=Secret("token-of-yesterday"))
    only(told(chosen, product(running))[WRONG], "answered 403", "restart the product")


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            lambda request: httpx.Response(301, headers={"location": "https://www.example.com/"}),
            "leads on to",
        ),
        (lambda request: httpx.Response(404), "does not lead to Recourse"),
        (lambda request: httpx.Response(200, text="ok"), "answered 200, not 403: what answers there is not"),
        (unreachable, "cannot be reached (ConnectError)"),
    ],
)
def test_an_address_that_does_not_lead_here_is_wrong(
    twilio: Twilio, answer: Callable[[httpx.Request], httpx.Response], why: str
) -> None:
    chosen = settings(twilio)
    set_up(chosen)
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        wrong = [finding.text for finding in check(chosen, client) if finding.verdict == WRONG]
    assert any(why in text for text in wrong)


def test_a_suspended_account_is_wrong_and_a_trial_is_noted(twilio: Twilio, product: Product) -> None:
    chosen = settings(twilio)
    set_up(chosen)
    web = product(chosen)
    twilio.is_trial = True
    found = told(chosen, web)
    assert found[WRONG] == []
    assert any("trial account" in note for note in found[NOTE])
    twilio.account_status = "suspended"
    only(told(chosen, web)[WRONG], "the account is suspended")


@pytest.mark.parametrize(
    ("lacking", "why"),
    [({"sms": False}, "has no sms"), ({"voice": False, "sms": False}, "no voice and no sms")],
)
def test_a_number_that_cannot_do_both_is_wrong(
    twilio: Twilio, product: Product, lacking: dict[str, bool], why: str
) -> None:
    twilio.numbers[0]["capabilities"] |= lacking
    chosen = settings(twilio)
    set_up(chosen)
    only(told(chosen, product(chosen))[WRONG], why)


def test_a_messaging_service_without_the_number_is_wrong(twilio: Twilio, product: Product) -> None:
    sid = twilio.add_service()
    chosen = settings(twilio, twilio_messaging_service_sid=sid)
    set_up(chosen)
    twilio.held[sid] = {"+14165550177"}
    only(told(chosen, product(chosen))[WRONG], f"does not hold {NUMBER}")


@pytest.mark.parametrize(
    ("person", "why"), [(NUMBER, "would call us again"), ("+11115550123", "no number that anybody can have")]
)
def test_a_person_who_cannot_be_reached_is_wrong(
    twilio: Twilio, product: Product, person: str, why: str
) -> None:
    chosen = settings(twilio, handoff_number=person)
    set_up(chosen)
    only(told(chosen, product(chosen))[WRONG], why)


def test_without_a_person_callers_are_promised_a_call_back(twilio: Twilio, product: Product) -> None:
    chosen = settings(twilio, handoff_number=None)
    set_up(chosen)
    found = told(chosen, product(chosen))
    assert found[WRONG] == []
    assert any("promised a call back" in note for note in found[NOTE])


def test_a_country_that_may_not_be_called_is_wrong(twilio: Twilio, product: Product) -> None:
    twilio.not_called = {"CA"}
    chosen = settings(twilio)
    set_up(chosen)
    only(told(chosen, product(chosen))[WRONG], "may not call country CA")


def test_texts_from_a_toll_free_number_wait_for_its_verification(product: Product) -> None:
    with Twilio(number="+18665550100") as twilio:
        chosen = settings(twilio)
        set_up(chosen)
        only(told(chosen, product(chosen))[NOTE], "toll-free", "verified")


def test_relay_needs_a_proxy_that_passes_on_websockets(twilio: Twilio, product: Product) -> None:
    chosen = settings(twilio, voice_mode="relay")
    set_up(chosen)
    found = told(chosen, product(chosen))
    assert found[WRONG] == []
    assert "WebSockets come through, as VOICE_MODE=relay needs" in found[OK]
    assert any("terms for ConversationRelay" in note for note in found[NOTE])
    only(told(chosen, product(chosen, passes_on_websockets=False))[WRONG], "a WebSocket is answered 404")


# ── The commands ───────────────────────────────────────────────────────────────────────────────────


def test_the_commands_say_by_their_exit_code_how_it_went(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(twilio)
    monkeypatch.setattr(bot.__main__, "settings", lambda: chosen)
    assert bot.__main__.main(["phone-setup", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("Would change:\n")
    assert bot.__main__.main(["phone-setup"]) == 0
    assert capsys.readouterr().out.startswith("Changed:\n")
    assert bot.__main__.main(["phone-setup"]) == 0
    assert capsys.readouterr().out == f"Nothing to change: {NUMBER} already leads here.\n"
    chosen = settings(twilio, twilio_number="+14165550199")
    assert bot.__main__.main(["phone-setup"]) == 1
    assert capsys.readouterr().err.startswith("recourse: TWILIO_NUMBER +14165550199 is not a number")


def test_the_check_ends_with_one_when_anything_is_wrong(
    twilio: Twilio,
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen = settings(twilio)
    monkeypatch.setattr(bot.__main__, "settings", lambda: chosen)
    web = product(chosen)
    monkeypatch.setattr(httpx, "Client", lambda **_: nullcontext(web))
    assert bot.__main__.main(["phone-check"]) == 1
    assert f"wrong voice url of {NUMBER}: nothing -> {PUBLIC}/twilio/voice" in capsys.readouterr().out
    set_up(chosen)
    assert bot.__main__.main(["phone-check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line[:6].strip() for line in lines} == {OK, NOTE}
