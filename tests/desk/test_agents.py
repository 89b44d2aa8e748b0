"""Agents are added, and get passwords, by command; the first is the one that the settings name."""

from __future__ import annotations

import io

import pytest

import bot.__main__ as commands
from bot.agents import checked_password, first_administrator
from bot.settings import Secret, Settings

PASSWORD = "correct horse battery"


@pytest.fixture
def run(database_url, monkeypatch):
    """A function that runs `python -m bot agent`, with this password on its input."""
    monkeypatch.setattr(commands, "settings", lambda: Settings(database_url=database_url))

    def command(*arguments: str, password: str = PASSWORD) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        return commands.main(["agent", *arguments])

    return command


def test_an_agent_is_added_gets_a_new_password_and_is_disabled(run, store):
    assert run("add", "Anna@Example.com", "--name", "Anna", "--role", "lead", "--language", "fr") == 0
    agent = checked_password(store, "anna@example.com ", PASSWORD)
    assert (agent.name, agent.role, agent.language) == ("Anna", "lead", "fr")
    assert run("password", "anna@example.com", password="another long password") == 0
    assert checked_password(store, "anna@example.com", PASSWORD) is None
    assert checked_password(store, "anna@example.com", "another long password") == agent
    assert run("disable", "anna@example.com") == 0
    assert checked_password(store, "anna@example.com", "another long password") is None


def test_an_agent_takes_on_what_the_operator_says(run, store):
    assert run("add", "anna@example.com", "--languages", "it,en", "--phone", "+1 416 555-0123") == 0
    agent = checked_password(store, "anna@example.com", PASSWORD)
    assert (agent.languages, agent.skills, agent.shift) == (("en", "it"), (), ())
    assert (agent.most_at_once, agent.phone) == (4, "+14165550123")
    duties = ("--skills", "contract, billing", "--most-at-once", "6", "--shift", "sat-sun 22:00-02:00")
    assert run("change", "anna@example.com", *duties) == 0
    agent = checked_password(store, "anna@example.com", PASSWORD)
    assert (agent.languages, agent.skills, agent.most_at_once) == (("en", "it"), ("billing", "contract"), 6)
    assert [str(stretch) for stretch in agent.shift] == ["sat 22:00-02:00", "sun 22:00-02:00"]
    assert run("change", "anna@example.com", "--shift", "none", "--phone", "none", "--skills", "none") == 0
    agent = checked_password(store, "anna@example.com", PASSWORD)
    assert (agent.skills, agent.shift, agent.phone) == ((), (), None)


@pytest.mark.parametrize(
    ("arguments", "password", "why"),
    [
        (("add", "anna@example.com"), "short", "at least 12"),
        (("add", "anna"), PASSWORD, "no e-mail address"),
        (
            ("add", "anna@example.com", "--role", "boss"),
            PASSWORD,
            "a role is one of agent, lead, administrator",
        ),
        (("add", "anna@example.com", "--language", "de"), PASSWORD, "a language is one of en, fr, it"),
        (("add", "anna@example.com", "--languages", "de"), PASSWORD, "a language is one of en, fr, it"),
        (("change", "anna@example.com", "--languages", "none"), "", "speaks one language at least"),
        (("change", "anna@example.com", "--skills", "billing, art"), "", "a skill is one of billing"),
        (("change", "anna@example.com", "--most-at-once", "0"), "", "from 1 to 50"),
        (("change", "anna@example.com", "--shift", "weekdays"), "", "hours are written like"),
        (("change", "anna@example.com", "--phone", "911"), "", "country code"),
        (("change", "nobody@example.com"), "", "no agent"),
        (("password", "nobody@example.com"), PASSWORD, "no agent"),
        (("disable", "nobody@example.com"), "", "no agent"),
    ],
)
def test_what_cannot_be_done_says_why_in_a_line(run, capsys, arguments, password, why):
    assert run(*arguments, password=password) == 1
    assert why in capsys.readouterr().err


def test_the_first_administrator_is_made_once(store):
    settings = Settings(desk_admin_email="Lead@example.com", desk_admin_password=Secret("a password"))
    made = first_administrator(store, settings)
    assert (made.email, made.role) == ("lead@example.com", "administrator")
    assert checked_password(store, "lead@example.com", "a password") == made
    assert first_administrator(store, settings) is None
    with store.view() as unit:
        assert unit.agents.count() == 1


def test_without_settings_nobody_is_made(store):
    assert first_administrator(store, Settings()) is None
