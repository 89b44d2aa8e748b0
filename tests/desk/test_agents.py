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
