"""Words for typed replies: the form for the channel; dates, sums and lists as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_currency

from bot.cases.conversation import Choice
from bot.languages import pack
from bot.playbooks import words as playbook_words
from bot.schemes import scheme

LOCALES = {"en": "en_CA", "fr": "fr_CA", "it": "it_IT"}

_FIRST_OF_MONTH = {"fr": "1er", "it": "1º"}
"""The first day of a month is an ordinal in these languages, which the CLDR patterns leave out."""


@dataclass(frozen=True)
class Wording:
    """What is shown or said, and what the customer may pick."""

    text: str
    choices: tuple[Choice, ...] = ()


def render(reply: Mapping[str, Any], language: str, channel: str) -> Wording:
    """Return the words of a typed reply `{"reply", "values", "choices"}`; KeyError if there are none."""
    words = form(_words_of(reply["reply"], language), channel)
    lines = filled_in(words, reply.get("values") or {}, language, channel).strip().splitlines()
    # a value may be empty, which leaves a space at the end of its line
    return Wording("\n".join(line.rstrip() for line in lines), choices(reply.get("choices") or (), language))


def day_of(at: datetime, zone: str) -> dict[str, str]:
    """Return the day of a moment in a zone, the operator's, as a value for words."""
    return {"kind": "day", "on": at.astimezone(ZoneInfo(zone)).date().isoformat()}


def form(words: Any, channel: str) -> str:
    """Return the form of some words for a channel: its own where they have one, else the text."""
    return str(words.get(channel, words["text"]) if isinstance(words, dict) else words)


def filled_in(text_form: str, values: Mapping[str, Any], language: str, channel: str = "web") -> str:
    """Return words with each placeholder filled; a value that ends in a full stop needs no second one after it.

    Raises KeyError for a placeholder without a value.
    """
    told, text = {name: written(value, language, channel) for name, value in values.items()}, ""
    for words, name, _, _ in Formatter().parse(text_form):
        text += words[1:] if text.endswith(".") and words.startswith(".") else words
        if name is not None:
            text += told[name]
    return text


def _words_of(key: str, language: str) -> Any:
    """Return the words of a reply of the pack, or of a playbook's: `late_fee.paid_late`."""
    playbook, _, word = key.rpartition(".")
    return playbook_words(playbook, word, language) if playbook else pack(language, "replies")[key]


def choices(names: Sequence[str], language: str) -> tuple[Choice, ...]:
    """Return the choices of these names; the value sent back is the plain label."""
    labels = pack(language, "choices")
    return tuple(Choice(labels[name], labels[name]) for name in names)


def written(value: Any, language: str, channel: str = "web") -> str:
    """Write one value: plain text as it is, `{"kind": ...}` by its kind, lists as sentences where they are heard."""
    if not isinstance(value, Mapping):
        return str(value)
    if channel == "voice" and value["kind"] in _TOLD:
        return _TOLD[value["kind"]](value, language)
    return _WRITERS[value["kind"]](value, language)


def written_date(iso: str | None, precision: str, language: str) -> str:
    """Write a date at its precision: 'March 5, 2026', 'March 2026', '2026', '… to …', or 'date not given'."""
    phrases = pack(language, "phrases")
    if iso is None or precision == "unknown":
        return phrases["no_date"]
    if precision != "range":
        return _part(iso, language)
    start, end = iso.split("/")
    # the ends of a range bear their weekdays, for with them no language needs an article that may elide
    phrase = phrases["from_to"] if len(start) == len(end) == 10 else phrases["from_to_month"]
    ends = {"start": _part(start, language, "full"), "end": _part(end, language, "full")}
    return filled_in(phrase, ends, language)


def _part(iso: str, language: str, form: str = "long") -> str:
    if len(iso) == 4:
        return iso
    if len(iso) == 7:
        return format_date(date.fromisoformat(f"{iso}-01"), "LLLL y", locale=LOCALES[language])
    return _written_out(date.fromisoformat(iso), form, language)


def _written_out(day: date, form: str, language: str) -> str:
    text = format_date(day, form, locale=LOCALES[language])
    return re.sub(r"\b1(?= \w)", _FIRST_OF_MONTH.get(language, "1"), text, count=1)


def written_money(cents: int, currency: str, language: str) -> str:
    """Write a sum as the language does: $41.15, 41,15 $, 41,15 $."""
    if language == "it" and currency == "CAD":
        # Italian CLDR data write 41,15 CA$; people in Canada write the plain sign
        return format_currency(cents / 100, "CAD", locale="it_IT").replace("CA$", "$")
    return format_currency(cents / 100, currency, locale=LOCALES[language])


def _written_day(value: Mapping[str, Any], language: str) -> str:
    return _written_out(date.fromisoformat(value["on"][:10]), "full", language)


def _written_natures(value: Mapping[str, Any], language: str) -> str:
    labels = pack(language, "nature_labels")
    named = [
        labels["issues"].get(row.get("issue")) or labels["categories"][row["category"]]
        for row in value["natures"]
    ]
    services = [labels["services"][service] for service in value["services"]]
    line = format_list(list(dict.fromkeys(named)), locale=LOCALES[language]) if named else ""
    return f"{line} ({format_list(services, locale=LOCALES[language])})" if services else line


def _written_story(value: Mapping[str, Any], language: str) -> str:
    """Write events as a list, one a line, the date before the words."""
    lines = [
        f"• {written_date(event['date'], event['precision'], language)} – {event['text']}"
        for event in value["events"]
    ]
    return "\n".join(lines) or pack(language, "phrases")["no_events"]


def _written_money(value: Mapping[str, Any], language: str) -> str:
    return written_money(value["cents"], value["currency"], language)


def _written_bill(value: Mapping[str, Any], language: str) -> str:
    """Write lines of a bill, one a line: day, what for, how much."""
    return "\n".join(
        f"• {written_date(line['on'], 'day', language)} – {line['text']} – "
        f"{written_money(line['cents'], value['currency'], language)}"
        for line in value["lines"]
    )


def _written_service(value: Mapping[str, Any], language: str) -> str:
    return str(pack(language, "nature_labels")["services"][value["service"]])


def _written_slot(value: Mapping[str, Any], language: str) -> str:
    """Write when a technician could come: the day, and between which hours."""
    return f"{_written_day(value, language)}, {_written_hours(value, language)}"


def _written_hours(value: Mapping[str, Any], language: str) -> str:
    start, end = (_hour(clock, language) for clock in value["window"].split("-"))
    return filled_in(pack(language, "phrases")["between_hours"], {"start": start, "end": end}, language)


def _written_duration(value: Mapping[str, Any], language: str) -> str:
    time = timedelta(hours=value["hours"])
    return format_timedelta(time, granularity="hour", threshold=2, locale=LOCALES[language])


def _hour(clock: str, language: str) -> str:
    return format_time(time.fromisoformat(clock), "short", locale=LOCALES[language]).replace(
        "\u202f", "\u00a0"
    )


def _written_phrase(value: Mapping[str, Any], language: str) -> str:
    return filled_in(pack(language, "phrases")[value["phrase"]], value.get("values") or {}, language)


def _written_notice(value: Mapping[str, Any], language: str) -> str:
    return str(scheme(value["scheme"]).notices[language].value)


def _written_contacts(value: Mapping[str, Any], language: str) -> str:
    return ", ".join(
        written_phone(contact) if contact.startswith("+") else contact for contact in value["contacts"]
    )


def written_phone(number: str) -> str:
    """Write an E.164 number the way people in North America do, others with their country code; what is none stands."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    if parsed.country_code != 1:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    digits = str(parsed.national_number)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _told_story(value: Mapping[str, Any], language: str) -> str:
    """Tell events one after the other, each as a sentence with its dates first; the same words are told once."""
    dates: dict[str, list[str]] = {}
    for event in value["events"]:
        dates.setdefault(event["text"], []).append(written_date(event["date"], event["precision"], language))
    lines = [
        _sentence(f"{format_list(told, locale=LOCALES[language])}, {text}") for text, told in dates.items()
    ]
    return "\n".join(lines) or _sentence(pack(language, "phrases")["no_events"].lstrip("• ").strip("()"))


def _told_day(value: Mapping[str, Any], language: str) -> str:
    """Tell a day without its year, which nobody says of a day that is near."""
    return re.sub(r",? \d{4}$", "", _written_day(value, language))


def _told_bill(value: Mapping[str, Any], language: str) -> str:
    return "\n".join(
        _sentence(
            f"{written_date(line['on'], 'day', language)}, {line['text']}, "
            f"{written_money(line['cents'], value['currency'], language)}"
        )
        for line in value["lines"]
    )


def _sentence(words: str) -> str:
    words = words.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?', '…')) else '.'}"


_TOLD: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "story": _told_story,
    "bill": _told_bill,
    "day": _told_day,
}
"""How values are told to whoever hears them, where it is otherwise than they are written."""

_WRITERS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "money": _written_money,
    "date": lambda value, language: written_date(value["date"], value["precision"], language),
    "day": _written_day,
    "natures": _written_natures,
    "story": _written_story,
    "phrase": _written_phrase,
    "notice": _written_notice,
    "contacts": _written_contacts,
    "bill": _written_bill,
    "service": _written_service,
    "slot": _written_slot,
    "hours": _written_hours,
    "duration": _written_duration,
}
