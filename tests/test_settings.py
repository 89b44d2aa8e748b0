"""Settings: every one is listed, valid alone, and refused with a reason that names it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import Secret, SettingError, Settings

ROOT = Path(__file__).parent.parent
KEYS = {setting.name.upper() for setting in fields(Settings)}

VALID = {
    "PORT": "9000",
    "HOST": "127.0.0.1",
    "PUBLIC_URL": "https://care.example.com",
    "DATA_DIR": "elsewhere",
    "DATABASE_URL": "postgresql://user:word@db/recourse",
    "MODEL_DIR": "elsewhere",
    "PROVIDER": "jive_ca",
    "ALLOW_TODAY": "true",
    "RECORDS_URL": "https://records.example.com/v1",
    "RECORDS_TOKEN": "a token",
    "RECORDS_TIMEOUT_SECONDS": "1.5",
    "LOG_LEVEL": "debug",
    "LOG_FORMAT": "json",
    "ENGINE_URL": "http://127.0.0.1:5005",
    "ACTIONS_URL": "http://127.0.0.1:5055",
    "ENGINE_TIMEOUT_SECONDS": "2.5",
    "RASA_TELEMETRY_ENABLED": "true",
    "MESSAGE_BYTES": "100",
    "MESSAGES_PER_MINUTE": "1",
    "MESSAGES_PER_MINUTE_ADDRESS": "1",
    "CONVERSATIONS_PER_MINUTE_ADDRESS": "1",
    "WIDGET_ORIGINS": "https://www.example.com, https://help.example.com:8443",
    "TRUSTED_PROXIES": "10.0.0.0/8,::1",
    "DEMO_DESK": "always",
    "DESK_API_TOKEN": "a token",
    "DESK_AWAY_MINUTES": "20",
    "DESK_IDLE_MINUTES": "0",
    "DESK_REQUIRE_TOTP": "true",
    "DESK_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "OIDC_ISSUER": "https://id.example.com/realms/care",
    "OIDC_CLIENT_ID": "recourse",
    "OIDC_CLIENT_SECRET": "a secret",
    "OIDC_NAME": "Example ID",
    "OIDC_ROLE_CLAIM": "groups",
    "OIDC_ROLES": "care=agent, cn=leads=lead",
    "OIDC_CREATE_AGENTS": "true",
    "DESK_ADMIN_EMAIL": "lead@example.com",
    "DESK_ADMIN_PASSWORD": "a password",
    "DESK_CONNECTOR": "zammad",
    "DESK_CONNECTOR_LANGUAGE": "fr",
    "CHATWOOT_URL": "https://chat.example.com",
    "CHATWOOT_TOKEN": "a token",
    "CHATWOOT_ACCOUNT_ID": "1",
    "CHATWOOT_INBOX_ID": "2",
    "CHATWOOT_WEBHOOK_SECRET": "a secret",
    "ZAMMAD_URL": "https://desk.example.com",
    "ZAMMAD_TOKEN": "a token",
    "ZAMMAD_GROUP": "Complaints",
    "ZAMMAD_CUSTOMER": "assistant@example.com",
    "ZAMMAD_WEBHOOK_SECRET": "a secret",
    "HANDOFF_WEBHOOK_URL": "https://care.example.com/events",
    "HANDOFF_WEBHOOK_SECRET": "a secret",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "a token",
    "TWILIO_NUMBER": "+14165550123",
    "TWILIO_API_BASE": "http://127.0.0.1:9999",
    "TWILIO_MESSAGING_SERVICE_SID": "MG0123456789abcdef0123456789abcdef",
    "HANDOFF_NUMBER": "+14165550124",
    "VOICE_MODE": "relay",
    "VOICE_RECORDING": "true",
    "SMTP_HOST": "mail.example.com",
    "SMTP_PORT": "25",
    "SMTP_USERNAME": "care",
    "SMTP_PASSWORD": "a password",
    "SMTP_FROM": "care@example.com",
}


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert set(dotenv_values(ROOT / ".env.example")) == KEYS


def test_the_example_changes_nothing() -> None:
    example = {key: value or "" for key, value in dotenv_values(ROOT / ".env.example").items()}
    assert Settings.read(example) == Settings.read({}) == Settings()


def test_every_setting_is_tried_below() -> None:
    assert set(VALID) == KEYS


@pytest.mark.parametrize("key", sorted(VALID))
def test_each_setting_alone_is_valid_and_read(key: str) -> None:
    chosen = Settings.read({key: VALID[key]})
    assert getattr(chosen, key.lower()) != getattr(Settings(), key.lower()) or key == "PROVIDER"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("PORT", "eighty", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("PORT", "-1", "a whole number from 1 to 65535"),
        ("MESSAGES_PER_MINUTE", "many", "a whole number"),
        ("ENGINE_TIMEOUT_SECONDS", "0", "a number of seconds above 0"),
        ("ALLOW_TODAY", "perhaps", "true or false"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("LOG_FORMAT", "xml", "one of plain, json"),
        ("PUBLIC_URL", "care.example.com", "an address such as"),
        ("ENGINE_URL", "ftp://here", "an address such as"),
        ("DATABASE_URL", "postgres://db/recourse", "sqlite:/// or postgresql://"),
        ("WIDGET_ORIGINS", "https://www.example.com/page", "without a path"),
        ("TRUSTED_PROXIES", "proxy", "IP addresses or networks"),
        ("TWILIO_NUMBER", "416 555 0123", "with its country code"),
        ("HANDOFF_NUMBER", "+1", "with its country code"),
        ("TWILIO_MESSAGING_SERVICE_SID", "my service", "MG and 32 hexadecimal digits"),
        ("VOICE_MODE", "talk", "one of gather, relay"),
        ("DESK_CONNECTOR", "zendesk", "one of chatwoot, zammad, webhook"),
        ("CHATWOOT_INBOX_ID", "inbox", "a whole number"),
        ("PROVIDER", "../jive", "the name of a profile"),
        ("RECORDS_URL", "records.example.com", "an address such as"),
        ("RECORDS_TIMEOUT_SECONDS", "soon", "a number of seconds above 0"),
    ],
)
def test_a_bad_value_is_an_error_that_names_the_key(key: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.read({key: value})
    assert str(refused.value).startswith(f"{key} must be ")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("DATABASE_URL", "mysql://user:hunter2@db/recourse"),
        ("PUBLIC_URL", "https://user:hunter2@care.example.com/?from=1"),
    ],
)
def test_an_error_never_shows_what_may_hold_a_password(key: str, address: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.read({key: address})
    assert "hunter2" not in str(refused.value)


def test_an_empty_value_counts_as_not_set() -> None:
    assert Settings.read({"PORT": "", "DESK_API_TOKEN": " "}) == Settings()


def test_the_database_lies_in_the_data_folder_unless_it_is_named() -> None:
    assert Settings.read({"DATA_DIR": "there"}).database_url == "sqlite:///there/recourse.db"
    assert Settings.read({"DATA_DIR": "/there"}).database_url == "sqlite:////there/recourse.db"


def test_the_public_address_is_localhost_unless_it_is_named() -> None:
    assert Settings.read({"PORT": "8123"}).public_url == "http://localhost:8123"
    assert Settings.read({"PUBLIC_URL": "https://care.example.com/"}).public_url == "https://care.example.com"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=8111\nMESSAGE_BYTES=111\nSMTP_PASSWORD=p${HOME}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "8222")
    monkeypatch.delenv("MESSAGE_BYTES", raising=False)
    chosen = Settings.read()
    assert (chosen.port, chosen.message_bytes) == (8222, 111)
    assert chosen.smtp_password == Secret("p${HOME}")


def test_secrets_print_as_stars() -> None:
    chosen = Settings.read(
        {key: "hunter2" for key in ("DESK_API_TOKEN", "RECORDS_TOKEN", "SMTP_PASSWORD", "TWILIO_AUTH_TOKEN")}
    )
    secret = chosen.desk_api_token
    assert secret is not None
    assert "hunter2" not in f"{chosen} {chosen!r} {secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
    assert secret.matches("hunter2")
    assert not secret.matches("hunter3")


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER"])
def test_sms_goes_through_twilio_only_when_all_three_are_set(missing: str) -> None:
    three = {key: VALID[key] for key in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER")}
    assert Settings.read(three).sends_sms
    assert not Settings.read({key: value for key, value in three.items() if key != missing}).sends_sms


def test_email_goes_out_only_when_server_and_sender_are_set() -> None:
    assert Settings.read({"SMTP_HOST": "mail.example.com", "SMTP_FROM": "care@example.com"}).sends_email
    assert not Settings.read({"SMTP_HOST": "mail.example.com"}).sends_email
