"""What Twilio's REST API takes and refuses: tests/phone/contract.yml, and whether a request keeps to it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml

Form = dict[str, list[str]]

_REFUSED_AS = {"To": 21211, "StatusCallback": 21609, "Url": 21205, "FallbackUrl": 21205}
_NUMBERS_ADDRESSES = frozenset({"VoiceUrl", "VoiceFallbackUrl", "SmsUrl", "SmsFallbackUrl", "StatusCallback"})
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Refused(Exception):
    """A request that Twilio would refuse, by the code of its error dictionary."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        known = contract()["refusals"][code]
        self.code, self.status = code, known["status"]
        self.message = f"{known['message']}: {detail}" if detail else known["message"]


@cache
def contract() -> dict[str, Any]:
    """Return the contract."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "contract.yml").read_text("utf-8"))
    return found


def call_at(method: str, path: str) -> tuple[str, dict[str, str]]:
    """Return the name of a call and the sids in its path; raises Refused for a path or method nobody serves."""
    found = [(name, match) for name, match in _matches(path) if match]
    for name, match in found:
        if contract()["calls"][name]["method"] == method:
            return name, match.groupdict()
    raise Refused(20004 if found else 20404)


def _matches(path: str) -> list[tuple[str, re.Match[str] | None]]:
    calls = contract()["calls"]
    return [
        (name, re.fullmatch(re.sub(r"{(\w+)}", _named, call["path"]), path)) for name, call in calls.items()
    ]


def _named(hole: re.Match[str]) -> str:
    return f"(?P<{hole[1]}>[A-Z]{{2}}{'' if hole[1] == 'IsoCode' else '[0-9a-fA-F]{32}'})"


def check(name: str, form: Form) -> None:
    """Raise Refused unless each parameter is known to the call, stands once unless it is a list, and is of its kind.

    A sid left empty takes away what was there.
    """
    takes = contract()["calls"][name].get("takes", {})
    for parameter, values in form.items():
        kind = takes.get(parameter)
        if kind is None:
            raise Refused(20001, parameter)
        is_list = isinstance(kind, str) and kind.startswith("list of ")
        if len(values) > 1 and not is_list:
            raise Refused(20001, parameter)
        if not all(_is(kind.removeprefix("list of ") if is_list else kind, value) for value in values):
            is_webhook = name == "update_number" and parameter in _NUMBERS_ADDRESSES
            raise Refused(21502 if is_webhook else _REFUSED_AS.get(parameter, 20001), parameter)


def is_phone(value: str) -> bool:
    """Tell whether this is a number in E.164 that a country could have given out."""
    return bool(_E164.fullmatch(value)) and phonenumbers.is_possible_number(phonenumbers.parse(value))


def _is(kind: str | list[str], value: str) -> bool:
    if isinstance(kind, list):
        return value in kind
    if kind.startswith("sid "):
        return not value or bool(re.fullmatch(rf"({kind.removeprefix('sid ')})[0-9a-fA-F]{{32}}", value))
    if kind.startswith("integer"):
        low, _, high = kind.removeprefix("integer").strip().partition("..")
        return value.isdecimal() and int(low or 0) <= int(value) <= int(high or value)
    if kind == "boolean":
        return value in ("true", "false", "True", "False")
    if kind == "uri":
        return bool(re.fullmatch(r"https?://[^\s/]+\S*", value)) or value == ""
    if kind in ("phone-number", "endpoint"):
        return is_phone(value)
    if kind == "date-time":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", value))
    return True
