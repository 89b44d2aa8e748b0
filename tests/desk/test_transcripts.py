"""A transcript holds the whole case, and whoever changes a letter of it is found out."""

from __future__ import annotations

import pytest

import bot.__main__ as commands
from bot import signing
from bot.settings import Settings
from tests.desk.test_cases import NUMBER, kept  # noqa: F401


@pytest.fixture
async def document(gateway, anna, kept):  # noqa: F811
    await kept()
    response = await anna.client.get(f"/desk/cases/{NUMBER}/transcript")
    assert response.status_code == 200 and "attachment" in response.headers["content-disposition"]
    return response.text


def settings_of(gateway):
    return gateway.app.state.services.settings


async def test_it_holds_what_the_case_holds_and_is_recorded(gateway, anna, document):
    with gateway.store.view() as unit:
        case = unit.cases.get(NUMBER)
        messages = unit.messages.after(unit.cases.conversation_of(NUMBER), 0)
        assert unit.audit.newest(1)[0].deed == "exported"
    assert case.complaint.narrative in document
    assert all(line in document for message in messages for line in message.text.splitlines())
    assert all(f"[{message.seq}]" in document for message in messages)
    assert signing.look_at(document, settings_of(gateway)) == signing.UNCHANGED


async def test_what_was_changed_is_found_out(gateway, document, tmp_path):
    settings = settings_of(gateway)
    stranger = Settings(data_dir=tmp_path / "elsewhere")
    text, mark, rest = document.partition(signing.MARK)
    forged = signing.signed(text.replace("Kim", "Kem"), stranger)
    for changed, found in [
        (document.replace("2", "3", 1), signing.CHANGED),
        (text + "One more line\n" + mark + rest, signing.CHANGED),
        (forged, signing.ANOTHER_KEY),
        (document + "\n", signing.NOT_SIGNED),
        (text, signing.NOT_SIGNED),
        ("", signing.NOT_SIGNED),
    ]:
        assert signing.look_at(changed, settings) == found


async def test_a_command_tells_whether_it_is_unchanged(gateway, document, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(commands, "settings", lambda: settings_of(gateway))
    file = tmp_path / "transcript.txt"
    for text, told, status in [
        (document, "Unchanged since this desk signed it.", 0),
        (document.replace("2", "3", 1), "Changed after it was signed.", 1),
    ]:
        file.write_bytes(text.encode())
        assert commands.main(["transcript", str(file)]) == status
        assert told in capsys.readouterr().out


async def test_there_is_none_of_a_case_that_there_is_not(anna):
    assert (await anna.client.get("/desk/cases/4821-0937-5562/transcript")).status_code == 404
