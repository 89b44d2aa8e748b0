"""What the pipeline makes of the readers' finds: what one reader took is no other's, and what a question changes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.languages import LANGUAGES
from bot.pipeline.facts import read_facts
from bot.pipeline.said import ANSWERS
from tests.reading.nasty import NASTY_STRINGS

BLNS_FILE = Path(__file__).parents[1] / "data" / "blns.jsonl"
TODAY = date(2026, 5, 15)  # a Friday


def found(text: str, language: str, kind: str, **more: str | None) -> list[object]:
    return [fact["value"] for fact in read_facts(text, language, TODAY, **more) if fact["entity"] == kind]


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("en", "I live at 12 May Street, Halifax, NS B3H 4R2", "12 May Street, Halifax, NS B3H 4R2"),
        ("fr", "j'habite au 24, rue des Érables, Laval (Québec) H7N 3S4", "24, rue des Érables, Laval (Québec) H7N 3S4"),
        ("it", "abito al 3 March Road, Ottawa, ON K2K 1X7", "3 March Road, Ottawa, ON K2K 1X7"),
    ],
)  # fmt: skip
def test_an_address_holds_no_date_and_no_sum(language: str, text: str, address: str) -> None:
    assert found(text, language, "address") == [address]
    assert found(text, language, "date") == found(text, language, "amount") == []
    assert len(found(text, language, "postal_code")) == 1


@pytest.mark.parametrize(
    ("language", "answer", "day"),
    [
        ("en", "on Wednesday", "2026-05-13"),
        ("fr", "mercredi", "2026-05-13"),
        ("it", "mercoledì", "2026-05-13"),
    ],
)
def test_a_bare_day_is_the_last_one_where_it_is_asked_when_something_was(
    language: str, answer: str, day: str
) -> None:
    assert found(answer, language, "date", asked="event") == [day]


@pytest.mark.parametrize(
    ("language", "story", "day"),
    [
        ("en", "now the technician will come on June 3", "2026-06-03"),
        ("fr", "maintenant le technicien va venir le 3 juin", "2026-06-03"),
        ("it", "adesso il tecnico dovrebbe venire il 3 giugno", "2026-06-03"),
    ],
)
def test_a_story_told_in_answer_may_speak_of_what_is_to_come(language: str, story: str, day: str) -> None:
    assert found(story, language, "date", asked="event") == [day]


@pytest.mark.parametrize(
    ("language", "asked", "answer", "kind", "value"),
    [
        ("en", "account", "uh it's one double oh three one eight six five", "account", "10031865"),
        (
            "fr",
            "account",
            "c'est le dix zéro trente et un huit cent soixante-cinq",
            "account",
            "10031865",
        ),
        ("it", "account", "uno doppio zero tre uno otto sei cinque", "account", "10031865"),
        ("en", "code", "four eight two nine one three", "code", "482913"),
        ("fr", "code", "quarante-huit vingt-neuf treize", "code", "482913"),
        ("it", "code", "quattro otto due nove uno tre", "code", "482913"),
        ("en", "contact", "five one four five five five oh one two three", "phone", "+15145550123"),
        (
            "fr",
            "contact",
            "jean point tremblay arobase videotron point ca",
            "email",
            "jean.tremblay@videotron.ca",
        ),
        ("it", "contact", "mario punto rossi chiocciola libero punto it", "email", "mario.rossi@libero.it"),
        ("en", "place", "h two x one y four", "postal_code", "H2X 1Y4"),
        ("fr", "place", "h deux x un y quatre", "postal_code", "H2X 1Y4"),
        ("it", "place", "acca due ics uno ipsilon quattro", "postal_code", "H2X 1Y4"),
    ],
)
def test_what_is_said_aloud_is_read_by_what_was_asked(
    language: str, asked: str, answer: str, kind: str, value: str
) -> None:
    assert found(answer, language, kind, asked=asked) == [value]


@pytest.mark.parametrize(
    ("language", "text", "cents"),
    [
        ("en", "they took forty nine dollars and ninety nine cents twice", 4999),
        ("fr", "on m'a pris quarante-neuf piasses deux fois", 4900),
        ("it", "mi hanno preso quarantanove dollari e novantanove centesimi due volte", 4999),
    ],
)
def test_sums_in_words_are_read_in_a_story(language: str, text: str, cents: int) -> None:
    assert found(text, language, "amount") == [cents]


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "it was march fifth no wait march sixth", ["2026-03-06"]),
        ("en", "the bill came on april twenty sixth no wait the twenty seventh", ["2026-04-27"]),
        ("en", "it started on the fifth of last month no wait the sixth", ["2026-04-06"]),
        ("en", "from march the fifth no wait the sixth until march eighth", ["2026-03-06/2026-03-08"]),
        ("en", "on march fifth not on march sixth", ["2026-03-05"]),
        ("en", "on april fifth i called for the fourth time", ["2026-04-05"]),
        ("fr", "le cinq mars euh non attendez le six", ["2026-03-06"]),
        ("fr", "le douze avril non pas le treize", ["2026-04-12"]),
        ("fr", "le six mai pas le sept", ["2026-05-06"]),
        ("fr", "le deux avril pis le neuf", ["2026-04-02", "2026-04-09"]),
        ("it", "il nove aprile cioè no scusi era il dieci", ["2026-04-10"]),
        ("it", "il nove aprile no non il dieci aprile", ["2026-04-09"]),
        ("it", "il due aprile no non ho pagato allora ma il nove", ["2026-04-02", "2026-04-09"]),
    ],
)
def test_a_correction_takes_back_the_date_before_it_and_not_the_one_behind_it(
    language: str, text: str, days: list[str]
) -> None:
    assert found(text, language, "date") == days


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("en", "jon@example.com no sorry john@example.com", "john@example.com"),
        ("fr", "olivier arobase example point com non excusez oliver arobase example point com", "oliver@example.com"),
        ("it", "luca chiocciola example punto com no scusi lucia chiocciola example punto com", "lucia@example.com"),
    ],
)  # fmt: skip
def test_a_correction_takes_back_the_address_before_it(language: str, text: str, address: str) -> None:
    assert found(text, language, "email") == [address]


@pytest.mark.parametrize(
    ("language", "text", "cents"),
    [
        ("en", "they took forty dollars no sorry fifty dollars", [5000]),
        ("fr", "ils ont pris quarante piasses non excusez cinquante piasses", [5000]),
        ("it", "mi hanno preso quaranta dollari anzi cinquanta dollari", [5000]),
        ("it", "mi hanno preso quaranta dollari e poi cinquanta dollari", [4000, 5000]),
    ],
)
def test_a_correction_takes_back_the_sum_before_it(language: str, text: str, cents: list[int]) -> None:
    assert found(text, language, "amount") == cents


@pytest.mark.parametrize("asked", [None, "open", "remedy", "event"])
def test_digits_said_to_another_question_are_no_code(asked: str | None) -> None:
    assert found("four eight two nine one three", "en", "code", asked=asked) == []


BLNS = [json.loads(line)["text"] for line in BLNS_FILE.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize("asked", [None, *ANSWERS, "event"])
def test_no_string_however_odd_stops_the_readers(asked: str | None) -> None:
    assert len(BLNS) > 500
    for number, text in enumerate([*BLNS, *NASTY_STRINGS]):
        facts = read_facts(text, LANGUAGES[number % len(LANGUAGES)], TODAY, asked=asked)
        assert all(0 <= fact["start"] <= fact["end"] <= len(text) for fact in facts)


@pytest.mark.parametrize(
    ("language", "text", "cents"),
    [
        ("en", "they charged me forty one uh fifteen", [4115]),
        ("en", "Its a hundred and, uh, twelve dollars", [11200]),
        ("en", "i paid um sixty two uh ninety nine", [6299]),
        ("en", "it was um ten dollars uh no twelve dollars um", [1200]),
        ("fr", "j'ai payé cent euh douze dollars", [11200]),
        ("it", "ho pagato cento ehm dodici dollari", [11200]),
    ],
)
def test_sounds_inside_a_sum_change_nothing(language: str, text: str, cents: list[int]) -> None:
    assert found(text, language, "amount") == cents


@pytest.mark.parametrize(
    ("asked", "cents"),
    [("remedy", [7705]), (None, [])],
)
def test_dollars_and_cents_are_a_sum_where_money_may_be_asked_for(
    asked: str | None, cents: list[int]
) -> None:
    facts = read_facts("one month free thats seventy seven oh five", "en", TODAY, asked=asked)
    assert [fact["value"] for fact in facts if fact["entity"] == "amount"] == cents
