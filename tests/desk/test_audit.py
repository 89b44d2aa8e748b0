"""Every deed at the desk is recorded once and without a word of anybody; administrators read it, a command checks it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

import bot.__main__ as commands
from bot.cases.audit import DEEDS, GAVE_REASON, QUEUE_SEEN, RELEASED, SAID
from bot.cases.case import WAITING, Case
from bot.cases.complaint import Complaint
from bot.cases.texting import KEPT, Evidence
from bot.cases.tracking import check_digit, written
from bot.desk import audit as desk_audit
from bot.handoff import Abandoned
from bot.languages import LANGUAGES, pack
from bot.provider import profile
from bot.settings import Settings
from tests.desk.agents import words_of
from tests.gateway.fakes import DESK_TOKEN

NUMBER = written("00000000001" + check_digit("00000000001"))


@pytest.fixture
async def talk(gateway):
    """A conversation in which somebody waits."""
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder = WAITING
        unit.conversations.save(conversation)
    return talk


def entries(gateway):
    """Every entry but the looks at the queue, which browsers pass by for the token of their forms."""
    with gateway.store.view() as unit:
        return [entry for entry in unit.audit.all() if entry.deed != QUEUE_SEEN]


def deeds(gateway):
    return [entry.deed for entry in entries(gateway)]


def id_of(gateway, desk):
    with gateway.store.view() as unit:
        return unit.agents.by_email(desk.email)[0].id


async def test_each_deed_writes_one_entry(gateway, talk, desk_of):
    lead = desk_of(gateway, "Lea", "lead")
    page = f"/desk/conversations/{talk.id}"
    here = (id_of(gateway, lead), talk.id)
    steps = [
        (lambda: lead.sign_in("wrong password"), [("sign_in_refused", None, None)]),
        (lead.sign_in, [("signed_in", here[0], None)]),
        (lambda: lead.see(page), [("opened", *here)]),
        (lambda: lead.see(page), []),
        (lambda: lead.step(talk.id, "claim"), [("claimed", *here)]),
        (lambda: lead.step(talk.id, "claim"), []),
        (lambda: lead.say(talk.id, "Hello", "w1"), [("said", *here)]),
        (lambda: lead.say(talk.id, "Hello", "w1"), []),
        (lambda: lead.say(talk.id, "  ", "w2"), []),
        (lambda: lead.step(talk.id, "hand-back", note="ours"), [("handed_back", *here)]),
        (lambda: lead.step(talk.id, "hand-back"), []),
        (lambda: lead.say(talk.id, "One more thing", "w3"), [("claimed", *here), ("said", *here)]),
        (lambda: lead.step(talk.id, "release"), [("released", *here)]),
        (lambda: lead.step(talk.id, "release"), []),
        (lambda: lead.client.get("/desk/conversations/nowhere"), []),
        (lambda: lead.client.get("/desk/conversations/nowhere/stream"), []),
        (lambda: lead.send("/desk/sign-out"), [("signed_out", here[0], None)]),
    ]
    for number, (step, expected) in enumerate(steps):
        before = len(entries(gateway))
        await step()
        recorded = [(entry.deed, entry.agent_id, entry.subject_id) for entry in entries(gateway)[before:]]
        assert recorded == expected, number


async def test_whoever_loses_a_race_has_only_seen(gateway, talk, anna, bo):
    await anna.step(talk.id, "claim")
    assert (await bo.step(talk.id, "claim")).status_code == 409
    last = entries(gateway)[-1]
    assert (last.deed, last.agent_id) == (GAVE_REASON, id_of(gateway, bo))


async def test_opening_again_after_a_while_is_recorded_again(gateway, talk, anna):
    services = gateway.app.state.services
    await anna.see(f"/desk/conversations/{talk.id}")
    later = datetime.now(UTC) + timedelta(minutes=16)
    object.__setattr__(services, "now", lambda: later)
    await anna.see(f"/desk/conversations/{talk.id}")
    assert deeds(gateway).count("opened") == 2


async def test_an_agent_who_went_away_released_nothing(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    later = datetime.now(UTC) + timedelta(hours=1)
    Abandoned(gateway.store, profile("jive_ca"), timedelta(minutes=15), lambda: later).tick()
    last = entries(gateway)[-1]
    assert (last.deed, last.agent_id, last.subject_id) == (RELEASED, None, talk.id)


async def test_a_download_is_recorded_and_a_refused_one_is_not(gateway, talk, tmp_path):
    now = datetime.now(UTC)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "e1.jpg").write_bytes(b"photo")
    with gateway.store.unit() as unit:
        unit.cases.add(Case(NUMBER, Complaint("Charged twice"), "en", "sms", now), talk.id)
        unit.evidence.add(Evidence("e1", talk.id, "MM1", "https://a.example", "image/jpeg", now, KEPT))
    path = f"/api/cases/{NUMBER}/evidence"
    desk = {"Authorization": f"Bearer {DESK_TOKEN}"}
    assert (await gateway.client.get(f"{path}/e1")).status_code == 401
    assert (await gateway.client.get(f"{path}/e2", headers=desk)).status_code == 404
    assert entries(gateway) == []
    assert (await gateway.client.get(f"{path}/e1", headers=desk)).status_code == 200
    assert [(each.deed, each.agent_id, each.subject_id) for each in entries(gateway)] == [
        ("downloaded", None, "e1")
    ]


async def test_no_word_and_no_address_is_in_the_record(gateway, talk, anna):
    await anna.sign_in("wrong password")
    await anna.say(talk.id, "A secret word")
    await anna.step(talk.id, "hand-back", note="A secret note")
    kept = repr(entries(gateway))
    assert "said" in kept
    for private in ("secret", anna.email, "Anna"):
        assert private not in kept


async def test_administrators_read_the_newest_first_by_agent_and_subject(
    gateway, talk, anna, desk_of, monkeypatch
):
    monkeypatch.setattr(desk_audit, "PAGE", 2)
    boss = desk_of(gateway, "Cleo", "administrator")
    await boss.sign_in()
    await anna.say(talk.id, "Hello")
    page = await boss.see("/desk/audit")
    told = words_of(page.split("<tbody>")[1])
    assert told.index("Wrote to the customer") < told.index("Took a conversation")
    assert "Signed in" not in told and "Older" in told
    older = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    told = words_of(await boss.see(older))
    assert "Back to the newest" in told and "Older" not in told
    assert told.index("Cleo Signed in") < told.index("Anna Signed in")
    of_boss = (await boss.see(f"/desk/audit?agent={id_of(gateway, boss)}")).split("<tbody>")[1]
    assert of_boss.count("<tr>") == 1 and "Cleo" in of_boss
    about = (await boss.see(f"/desk/audit?subject={talk.id}")).split("<tbody>")[1]
    assert about.count("<tr>") == 2 and "Signed in" not in about
    assert "There is nothing here" in await boss.see("/desk/audit?subject=%3Cscript%3E&agent=")
    assert "<script>" not in await boss.see("/desk/audit?subject=%3Cscript%3E")
    assert "/desk/audit" not in await anna.see()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_deed_has_its_words(gateway, desk_of, language):
    boss = desk_of(gateway, "Cleo", "administrator", language)
    await boss.sign_in()
    with gateway.store.unit() as unit:
        for deed in DEEDS:
            unit.audit.add(datetime.now(UTC), deed, None, "c1")
        first = unit.audit.newest(1)[0].number - len(DEEDS) + 1
    told = words_of(await boss.see("/desk/audit"))
    told += words_of(await boss.see(f"/desk/audit?before={first + desk_audit.PAGE}"))
    words = pack(language, "desk")["deeds"]
    assert set(words) == set(DEEDS)
    assert all(word in told for word in words.values())


@pytest.fixture
def check(database_url, monkeypatch, capsys):
    """A function that runs `python -m bot audit` and returns its exit code and what it says."""
    monkeypatch.setattr(commands, "settings", lambda: Settings(database_url=database_url))

    def run(*arguments: str) -> tuple[int, str]:
        code = commands.main(["audit", *arguments])
        return code, capsys.readouterr().out

    return run


def test_the_command_says_whether_and_where_the_record_is_broken(store, database_url, check):
    with store.unit() as unit:
        kept = [unit.audit.add(datetime.now(UTC), SAID, "a", f"c{number}") for number in range(3)]
    code, told = check()
    assert code == 0 and "3 entries" in told and kept[-1].hash in told
    assert check("--noted", kept[1].hash)[0] == 0
    assert check("--noted", "0" * 64)[0] == 1
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TRIGGER audit_not_changed")
        connection.execute("UPDATE audit SET agent_id = 'b' WHERE number = 2")
    code, told = check()
    assert code == 1 and "entry 2" in told
