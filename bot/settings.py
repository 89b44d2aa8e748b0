"""Every setting of the product: its name, its default, and what a valid value looks like."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from dotenv import dotenv_values


class SettingError(ValueError):
    """A setting whose value cannot be used; the message names the key and says what is expected."""


class Secret:
    """A value that prints as stars, so that it cannot slip into a log; `reveal()` gives the value itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def matches(self, candidate: str) -> bool:
        """Compare in constant time, so that the answer's delay tells nothing."""
        return hmac.compare_digest(self._value.encode(), candidate.encode())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._value)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "*****"


# Each reader below turns the text of one variable into its value, or raises ValueError: what was expected.


def _text(raw: str) -> str:
    return raw


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", raw) or not low <= int(raw) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(raw)

    return read


def _seconds(raw: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", raw) or float(raw) == 0:
        raise ValueError("a number of seconds above 0")
    return float(raw)


def _yes_or_no(raw: str) -> bool:
    answers = {"true": True, "yes": True, "on": True, "1": True}
    answers |= {"false": False, "no": False, "off": False, "0": False}
    if raw.lower() not in answers:
        raise ValueError("true or false")
    return answers[raw.lower()]


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw.lower() not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return raw.lower()

    return read


_SITE = r"https?://(\[[0-9a-fA-F:]+\]|[\w.-]+)(:[0-9]{1,5})?"


def _url(raw: str) -> str:
    if not re.fullmatch(_SITE + r"(/[^\s?#]*)?", raw):
        raise ValueError("an address such as https://care.example.com")
    return raw.rstrip("/")


def _issuer(raw: str) -> str:
    # Whoever could change what the provider says on the way would be let in as anybody.
    if not re.fullmatch(r"https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[^\s?#]*)?", raw):
        raise ValueError(
            "an address that begins with https://, as the provider's discovery document spells it"
        )
    return raw


def _long_secret(raw: str) -> Secret:
    if len(raw) < 32:
        raise ValueError("at least 32 characters that nobody could guess")
    return Secret(raw)


def _roles(raw: str) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(part.strip() for part in item.rpartition("=")[::2]) for item in _items(raw)]
    if not all(value and role in ("agent", "lead", "administrator") for value, role in pairs):
        raise ValueError("values with their roles, such as care=agent,care-leads=lead,it=administrator")
    return tuple((value, role) for value, role in pairs)


def _origins(raw: str) -> tuple[str, ...]:
    origins = _items(raw)
    if not all(re.fullmatch(_SITE, origin) for origin in origins):
        raise ValueError("sites such as https://www.example.com, separated by commas, without a path")
    return origins


def _networks(raw: str) -> tuple[str, ...]:
    networks = _items(raw)
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ValueError("IP addresses or networks such as 10.0.0.0/8, separated by commas") from None
    return networks


def _items(raw: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in raw.split(",") if item.strip())


def _database(raw: str) -> str:
    if not re.match(r"(sqlite|postgresql(\+psycopg2)?)://", raw):
        raise ValueError("an address that begins with sqlite:/// or postgresql://")
    return raw


def _phone(raw: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", raw):
        raise ValueError("a telephone number with its country code, such as +14165550123")
    return raw


def _messaging_service(raw: str) -> str:
    if not re.fullmatch(r"MG[0-9a-fA-F]{32}", raw):
        raise ValueError("the sid of a messaging service: MG and 32 hexadecimal digits")
    return raw


def _profile(raw: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", raw):
        raise ValueError("the name of a profile in bot/provider, such as jive_ca")
    return raw


def _setting(read: Callable[[str], Any], default: Any = None, shown: bool = True) -> Any:
    return field(default=default, metadata={"read": read}, repr=shown)


@dataclass(frozen=True)
class Settings:
    """What an operator can choose; the variable of each field is its name in capitals."""

    port: int = _setting(_whole_number(1, 65535), 8000)
    host: str = _setting(_text, "0.0.0.0")
    public_url: str = _setting(_url, "")
    data_dir: Path = _setting(Path, Path("var"))
    database_url: str = _setting(_database, "", shown=False)
    model_dir: Path = _setting(Path, Path("models"))
    provider: str = _setting(_profile, "jive_ca")
    allow_today: bool = _setting(_yes_or_no, False)

    records_url: str | None = _setting(_url)
    records_token: Secret | None = _setting(Secret)
    records_timeout_seconds: float = _setting(_seconds, 3.0)

    log_level: str = _setting(_one_of("debug", "info", "warning", "error"), "info")
    log_format: str = _setting(_one_of("plain", "json"), "plain")

    engine_url: str | None = _setting(_url)
    actions_url: str | None = _setting(_url)
    engine_timeout_seconds: float = _setting(_seconds, 20.0)
    rasa_telemetry_enabled: bool = _setting(_yes_or_no, False)

    message_bytes: int = _setting(_whole_number(1, 1_000_000), 4096)
    messages_per_minute: int = _setting(_whole_number(1, 1_000_000), 60)
    messages_per_minute_address: int = _setting(_whole_number(1, 1_000_000), 1200)
    conversations_per_minute_address: int = _setting(_whole_number(1, 1_000_000), 120)
    widget_origins: tuple[str, ...] = _setting(_origins, ())
    trusted_proxies: tuple[str, ...] = _setting(_networks, ())

    demo_desk: str = _setting(_one_of("terminal", "always", "never"), "terminal")
    desk_api_token: Secret | None = _setting(Secret)
    desk_admin_email: str | None = _setting(_text)
    desk_admin_password: Secret | None = _setting(Secret)
    desk_away_minutes: int = _setting(_whole_number(1, 1440), 15)
    desk_idle_minutes: int = _setting(_whole_number(0, 1440), 120)
    desk_require_totp: bool = _setting(_yes_or_no, False)
    desk_secret_key: Secret | None = _setting(_long_secret)

    oidc_issuer: str | None = _setting(_issuer)
    oidc_client_id: str | None = _setting(_text)
    oidc_client_secret: Secret | None = _setting(Secret)
    oidc_name: str | None = _setting(_text)
    oidc_role_claim: str | None = _setting(_text)
    oidc_roles: tuple[tuple[str, str], ...] = _setting(_roles, ())
    oidc_create_agents: bool = _setting(_yes_or_no, False)

    desk_connector: str | None = _setting(_one_of("chatwoot", "zammad", "webhook"))
    desk_connector_language: str | None = _setting(_one_of("en", "fr", "it"))
    chatwoot_url: str | None = _setting(_url)
    chatwoot_token: Secret | None = _setting(Secret)
    chatwoot_account_id: int | None = _setting(_whole_number(1, 999_999_999))
    chatwoot_inbox_id: int | None = _setting(_whole_number(1, 999_999_999))
    chatwoot_webhook_secret: Secret | None = _setting(Secret)
    zammad_url: str | None = _setting(_url)
    zammad_token: Secret | None = _setting(Secret)
    zammad_group: str | None = _setting(_text)
    zammad_customer: str | None = _setting(_text)
    zammad_webhook_secret: Secret | None = _setting(Secret)
    handoff_webhook_url: str | None = _setting(_url)
    handoff_webhook_secret: Secret | None = _setting(Secret)

    twilio_account_sid: str | None = _setting(_text)
    twilio_auth_token: Secret | None = _setting(Secret)
    twilio_number: str | None = _setting(_phone)
    twilio_api_base: str = _setting(_url, "https://api.twilio.com")
    twilio_messaging_service_sid: str | None = _setting(_messaging_service)
    handoff_number: str | None = _setting(_phone)
    voice_mode: str = _setting(_one_of("gather", "relay"), "gather")
    voice_recording: bool = _setting(_yes_or_no, False)

    smtp_host: str | None = _setting(_text)
    smtp_port: int = _setting(_whole_number(1, 65535), 587)
    smtp_username: str | None = _setting(_text)
    smtp_password: Secret | None = _setting(Secret)
    smtp_from: str | None = _setting(_text)

    def __post_init__(self) -> None:
        # Two defaults follow from other settings; a frozen object takes them only this way.
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://localhost:{self.port}")
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'recourse.db'}")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting from `environ`, or from `.env` and the environment, which wins.

        An empty value counts as not set. Raises SettingError for a value that cannot be used.
        """
        given = _environment() if environ is None else environ
        values: dict[str, Any] = {}
        for setting in fields(cls):
            raw = given.get(setting.name.upper(), "").strip()
            if raw:
                values[setting.name] = _read_one(setting, raw)
        return cls(**values)

    @property
    def sends_sms(self) -> bool:
        """Whether SMS go out through Twilio: only when account, token and number are all set."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_number)

    @property
    def signs_in_at_provider(self) -> bool:
        """Whether agents can sign in at the operator's identity provider: only when all three settings are there."""
        return bool(self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret)

    @property
    def sends_email(self) -> bool:
        """Whether e-mail goes out through a mail server: only when server and sender are both set."""
        return bool(self.smtp_host and self.smtp_from)


def _read_one(setting: Field[Any], raw: str) -> Any:
    try:
        return setting.metadata["read"](raw)
    except ValueError as expected:
        # What is hidden in print is hidden in errors too: an address of a database may hold its password, any other one.
        given = f", not {re.sub(r'//[^/@]*@', '//*****@', raw)!r}" if setting.repr else ""
        raise SettingError(f"{setting.name.upper()} must be {expected}{given}") from None


def _environment() -> dict[str, str]:
    # A password may hold "${"; nothing in .env is expanded.
    from_file = {key: value for key, value in dotenv_values(".env", interpolate=False).items() if value}
    return {**from_file, **os.environ}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings.read()
