"""What may not leave the desk, by phrases that must be stopped and by their neighbours that must pass."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.cases.guard import (
    ANYWHERE,
    CHAT,
    EMAIL,
    LETTER,
    PROHIBITED,
    RULES,
    SMS,
    WARNED,
    folded,
    phrases_from,
    sentences,
    stops,
)
from bot.languages import LANGUAGES, pack

PHRASES = [phrases_from(pack(language, "guard")) for language in LANGUAGES]
SAID = {
    language: yaml.safe_load((Path(__file__).parent / f"guard/{language}.yml").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
RULE_NAMES = [rule.name for rule in RULES]


def stopped(text: str, way: str = EMAIL) -> dict[str, str]:
    return {stop.rule.name: stop.weight for stop in stops(text, way, PHRASES)}


@pytest.mark.parametrize("name", RULE_NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_rule_stops_is_stopped_and_what_is_near_it_passes(language: str, name: str) -> None:
    said = SAID[language][name]
    assert len(said["stops"]) + len(said["passes"]) >= 29
    assert [text for text in said["stops"] if name not in stopped(text)] == []
    # what is near passes whole: no other rule stops it either
    assert [(text, stopped(text)) for text in said["passes"] if stopped(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_it_is_written_makes_no_difference(language: str) -> None:
    for name in RULE_NAMES:
        for text in SAID[language][name]["stops"]:
            shouted = f"Hello.\n{text.upper().replace('’', chr(39))}  Thank you."
            assert name in stopped(shouted), shouted


@pytest.mark.parametrize("way", [CHAT, SMS, EMAIL, LETTER, ANYWHERE])
@pytest.mark.parametrize("rule", RULES, ids=RULE_NAMES)
def test_only_selling_is_a_warning_and_only_where_it_makes_no_commercial_message(rule, way: str) -> None:
    expected = WARNED if rule.name == "promotion" and way in (CHAT, LETTER) else PROHIBITED
    assert rule.weighs(way) == expected
    assert rule.source


def test_the_prohibitions_come_first_with_their_sentences() -> None:
    found = stops("Try our new plan. Then, please withdraw your CCTS complaint!", CHAT, PHRASES)
    assert [(stop.rule.name, stop.weight, stop.sentence) for stop in found] == [
        ("withdraw", PROHIBITED, "Then, please withdraw your CCTS complaint"),
        ("promotion", WARNED, "Try our new plan"),
    ]


def test_words_are_folded_and_sentences_end_where_people_end_them() -> None:
    assert folded("  L’ÉTÉ  à\tMontréal ") == "l'ete a montreal"
    assert [*sentences("One. Two!\nThree at www.ccts-cprst.ca")] == [
        "One",
        "Two",
        "Three at www.ccts-cprst.ca",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_the_product_itself_says_is_stopped(language: str) -> None:
    def texts(words):
        for each in words.values() if isinstance(words, dict) else words:
            yield from [each] if isinstance(each, str) else texts(each)

    for name in ("replies", "notices"):
        for text in texts(pack(language, name)):
            found = [stop for stop in stops(text, EMAIL, PHRASES) if stop.rule.name != "secrets"]
            assert found == [], text
