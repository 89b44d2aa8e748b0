"""Words for typed replies: dates, sums and lists as each language writes them, and no reply left unsaid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.languages import LANGUAGES, pack, wording
from bot.languages.check import placeholders
from bot.languages.wording import choices, day_of, filled_in, render, written, written_date, written_money

DAY = {"kind": "day", "on": "2026-05-22"}
SAMPLE: dict[str, Any] = {
    "update": DAY,
    "answer": DAY,
    "due": DAY,
    "opened": DAY,
    "date": {"kind": "date", "date": "2026-03-05", "precision": "day"},
    "amount": {"kind": "money", "cents": 4115, "currency": "CAD"},
    "natures": {"kind": "natures", "natures": [{"category": "billing", "issue": None}], "services": []},
    "story": {"kind": "story", "events": []},
    "notice": {"kind": "notice", "scheme": "ccts"},
    "status": {"kind": "phrase", "phrase": "status_open"},
    "next": {"kind": "phrase", "phrase": "next_update", "values": {"due": DAY}},
    "prior": {"kind": "phrase", "phrase": "none_told"},
    "contact": {"kind": "phrase", "phrase": "contact_of_record", "values": {"ending": "…17"}},
    "confirmation": {"kind": "phrase", "phrase": "confirmation_sms"},
}


def sample(key: str, language: str) -> dict[str, Any]:
    words = pack(language, "replies")[key]
    names = placeholders(list(words.values()) if isinstance(words, dict) else words)
    return {"reply": key, "values": {name: SAMPLE.get(name, f"[{name}]") for name in names}}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", pack("en", "replies"))
def test_every_reply_can_be_said(key: str, language: str) -> None:
    for channel in ("web", "sms", "voice"):
        said = render(sample(key, language), language, channel).text
        assert said
        assert "{" not in said and "}" not in said
        assert not any(line != line.rstrip() for line in said.splitlines())


AFTERNOON = {"kind": "slot", "on": "2026-03-13", "window": "13:00-17:00"}


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        ("Thank you, {name}. Go on.", "Okafor Plumbing Inc.", "Thank you, Okafor Plumbing Inc. Go on."),
        ("Thank you, {name}. Go on.", "Daniel Okafor", "Thank you, Daniel Okafor. Go on."),
        ("Thank you, {name}.", "Okafor Plumbing Inc.", "Thank you, Okafor Plumbing Inc."),
        ("Thank you, {name}, go on.", "Okafor Plumbing Inc.", "Thank you, Okafor Plumbing Inc., go on."),
        ("It begins: {name}...", "Inc.", "It begins: Inc..."),
        ("We come {name}.", AFTERNOON, "We come Friday, March 13, 2026, between 1:00 p.m. and 5:00 p.m."),
        (
            "{name}.",
            {"kind": "phrase", "phrase": "next_visit", "values": {"due": "9:00 a.m."}},
            "A technician comes on 9:00 a.m.",
        ),
        ("{name}. {{kept}}", "“He said no.”", "“He said no.”. {kept}"),
    ],
)
def test_a_full_stop_after_a_value_that_ends_in_one_is_left_out(form: str, value: Any, said: str) -> None:
    assert filled_in(form, {"name": value}, "en") == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", pack("en", "replies"))
def test_no_reply_ends_a_sentence_twice(key: str, language: str) -> None:
    words = pack(language, "replies")[key]
    names = placeholders(list(words.values()) if isinstance(words, dict) else words)
    for channel in ("web", "sms", "voice"):
        said = render({"reply": key, "values": dict.fromkeys(names, "Inc.")}, language, channel).text
        assert ".." not in said


@pytest.mark.parametrize(
    ("when", "precision", "en", "fr", "it"),
    [
        ("2026-03-05", "day", "March 5, 2026", "5 mars 2026", "5 marzo 2026"),
        ("2026-03-01", "day", "March 1, 2026", "1er mars 2026", "1º marzo 2026"),
        ("2026-03-11", "day", "March 11, 2026", "11 mars 2026", "11 marzo 2026"),
        ("2026-03-31", "day", "March 31, 2026", "31 mars 2026", "31 marzo 2026"),
        ("2026-03", "month", "March 2026", "mars 2026", "marzo 2026"),
        ("2026", "year", "2026", "2026", "2026"),
        (
            "2026-03-01/2026-03-08",
            "range",
            "Sunday, March 1, 2026 to Sunday, March 8, 2026",
            "du dimanche 1er mars 2026 au dimanche 8 mars 2026",
            "da domenica 1º marzo 2026 a domenica 8 marzo 2026",
        ),
        (
            "2026-03/2026-05",
            "range",
            "March 2026 to May 2026",
            "mars 2026 à mai 2026",
            "da marzo 2026 a maggio 2026",
        ),
        ("2024/2025", "range", "2024 to 2025", "2024 à 2025", "da 2024 a 2025"),
        (None, "unknown", "date not given", "date non précisée", "data non indicata"),
    ],
)
def test_dates_at_their_precision(when: str | None, precision: str, en: str, fr: str, it: str) -> None:
    assert [written_date(when, precision, language) for language in LANGUAGES] == [en, fr, it]


@pytest.mark.parametrize(
    ("on", "en", "fr", "it"),
    [
        ("2026-05-22", "Friday, May 22, 2026", "vendredi 22 mai 2026", "venerdì 22 maggio 2026"),
        ("2026-06-01", "Monday, June 1, 2026", "lundi 1er juin 2026", "lunedì 1º giugno 2026"),
        ("2026-12-21", "Monday, December 21, 2026", "lundi 21 décembre 2026", "lunedì 21 dicembre 2026"),
        (
            "2026-05-22T21:00:00+00:00",
            "Friday, May 22, 2026",
            "vendredi 22 mai 2026",
            "venerdì 22 maggio 2026",
        ),
    ],
)
def test_days_we_promise_bear_their_weekday(on: str, en: str, fr: str, it: str) -> None:
    assert [written({"kind": "day", "on": on}, language) for language in LANGUAGES] == [en, fr, it]


@pytest.mark.parametrize(
    ("cents", "currency", "en", "fr", "it"),
    [
        (4115, "CAD", "$41.15", "41,15 $", "41,15 $"),
        (100000, "CAD", "$1,000.00", "1 000,00 $", "1.000,00 $"),
        (1234567, "CAD", "$12,345.67", "12 345,67 $", "12.345,67 $"),
        (5, "CAD", "$0.05", "0,05 $", "0,05 $"),
        (4115, "USD", "US$41.15", "41,15 $US", "41,15 USD"),
    ],
)
def test_sums_as_the_language_writes_them(cents: int, currency: str, en: str, fr: str, it: str) -> None:
    said = [written_money(cents, currency, language) for language in LANGUAGES]
    assert [" ".join(text.split()) for text in said] == [en, fr, it]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "being charged twice, billing and your contract (phone service and television)"),
        (
            "fr",
            "des frais facturés deux fois, la facturation et votre contrat "
            "(le service téléphonique et la télévision)",
        ),
        (
            "it",
            "un addebito doppio, la fatturazione e il Suo contratto "
            "(il servizio telefonico e la televisione)",
        ),
    ],
)
def test_natures_by_their_finest_name_each_once(language: str, said: str) -> None:
    natures = [
        {"category": "billing", "issue": "duplicate_charge"},
        {"category": "billing", "issue": "an issue without a label"},
        {"category": "contract", "issue": None},
        {"category": "contract"},
    ]
    value = {"kind": "natures", "natures": natures, "services": ["local_phone", "tv"]}
    assert written(value, language) == said


def test_the_story_is_a_list_with_the_date_before_the_words() -> None:
    events = [
        {"date": "2026-03-05", "precision": "day", "text": "charged twice"},
        {"date": None, "precision": "unknown", "text": "nobody called"},
    ]
    assert written({"kind": "story", "events": events}, "en").splitlines() == [
        "• March 5, 2026 – charged twice",
        "• date not given – nobody called",
    ]
    assert written({"kind": "story", "events": []}, "fr") == "• (comme vous l’avez raconté)"


def test_a_phrase_may_hold_values_of_its_own() -> None:
    value = {"kind": "phrase", "phrase": "next_answer", "values": {"due": DAY}}
    assert written(value, "it") == "Pensiamo di rispondere intorno a venerdì 22 maggio 2026."


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Friday, May 22"), ("fr", "vendredi 22 mai"), ("it", "venerdì 22 maggio")],
)
def test_a_day_is_told_without_its_year(language: str, told: str) -> None:
    assert written(DAY, language, "voice") == told


def test_words_that_two_dates_share_are_told_once() -> None:
    events = [{"date": f"2026-0{month}", "precision": "month", "text": "you raised it"} for month in (2, 3)]
    told = written({"kind": "story", "events": events}, "en", "voice")
    assert told == "February 2026 and March 2026, you raised it."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_customer_wrote_is_never_taken_for_a_placeholder(language: str) -> None:
    said = render({"reply": "verified", "values": {"name": "{phone} {0} %s"}}, language, "web").text
    assert "{phone} {0} %s" in said


def test_an_empty_value_leaves_no_space_at_the_end_of_its_line() -> None:
    values = {
        **sample("acknowledged", "en")["values"],
        "confirmation": {"kind": "phrase", "phrase": "nothing"},
    }
    said = render({"reply": "acknowledged", "values": values}, "en", "web").text
    assert said.splitlines()[0].endswith("is [tracking_number].")


@pytest.mark.parametrize(
    ("channel", "said"), [("web", "Hello there"), ("sms", "Hi"), ("voice", "Hello there")]
)
def test_a_channel_gets_its_own_form_where_there_is_one(
    channel: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        wording, "pack", lambda language, name: {"hello": {"text": "Hello there", "sms": "Hi"}}
    )
    assert render({"reply": "hello"}, "en", channel).text == said


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        (["+14165550117"], "416-555-0117"),
        (["+39066982"], "+39 06 6982"),
        (["+15145550142", "amelie@example.com"], "514-555-0142, amelie@example.com"),
        ([], ""),
    ],
)
def test_contacts_are_written_as_people_write_them(contacts: list[str], said: str) -> None:
    assert written({"kind": "contacts", "contacts": contacts}, "fr") == said


def test_choices_send_back_what_they_show() -> None:
    assert [(choice.label, choice.value) for choice in choices(("yes", "by_email"), "fr")] == [
        ("Oui", "Oui"),
        ("Par courriel", "Par courriel"),
    ]


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        ({"reply": "sing"}, "sing"),
        ({"reply": "verified"}, "name"),
        ({"reply": "added", "choices": ["perhaps"]}, "perhaps"),
        ({"reply": "added", "values": {"x": {"kind": "poem"}}}, "poem"),
    ],
)
def test_what_has_no_words_is_an_error_that_names_it(reply: dict[str, Any], missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        render(reply, "en", "web")


def test_an_unknown_language_is_an_error_that_names_those_we_have() -> None:
    with pytest.raises(KeyError, match="packs exist for en, fr, it"):
        render({"reply": "added"}, "es", "web")


def test_a_day_is_the_one_of_the_operators_zone() -> None:
    after_closing = datetime(2026, 5, 16, 0, 30, tzinfo=UTC)
    assert day_of(after_closing, "America/Vancouver") == {"kind": "day", "on": "2026-05-15"}
    assert day_of(after_closing, "Europe/Rome") == {"kind": "day", "on": "2026-05-16"}
