"""The rules that keep the NLU examples honest: complete, balanced, distinct, and either shown or held out."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "fr", "it")
# What a statistical model has to learn; danger (safety.yml) is decided by rules.
FILES = ("answers", "complaints", "questions", "requests", "small_talk")
FEWEST_EXAMPLES = 20
FEWEST_COMPLAINTS = 80
FEWEST_HELD_OUT = 10
WIDEST_GAP = 1.25


@cache
def intents_of(language: str, file: str) -> list[tuple[str, list[str]]]:
    """Each block of one training file, with its examples."""
    parsed = yaml.safe_load((ROOT / "data" / "nlu" / language / f"{file}.yml").read_text(encoding="utf-8"))
    return [
        (block["intent"], [line.removeprefix("- ") for line in block["examples"].splitlines()])
        for block in parsed["nlu"]
    ]


@cache
def trained(language: str) -> dict[str, list[str]]:
    return {intent: examples for file in FILES for intent, examples in intents_of(language, file)}


@cache
def held_out(language: str) -> dict[str, list[str]]:
    return yaml.safe_load((ROOT / "tests" / "nlu" / f"{language}.yml").read_text(encoding="utf-8"))


def as_typed(text: str) -> str:
    """Lower case, without punctuation; accents stay, since "sì" and "si" are both worth showing."""
    return " ".join(re.findall(r"\w+", text.lower()))


def as_understood(text: str) -> str:
    """As typed, without accents: two such sentences are the same sentence."""
    letters = unicodedata.normalize("NFKD", as_typed(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def repeated(texts: Iterable[str]) -> list[str]:
    return sorted(text for text, times in Counter(texts).items() if times > 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_agreed_files_in_rasa_3_1_format(language: str) -> None:
    folder = ROOT / "data" / "nlu" / language
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in (ROOT / "data" / "nlu" / "en").iterdir())
    assert {f"{file}.yml" for file in FILES} <= set(names)
    for name in names:
        assert yaml.safe_load((folder / name).read_text(encoding="utf-8"))["version"] == "3.1"


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_holds_the_same_intents_in_each_language_each_once(language: str, file: str) -> None:
    intents, english = ([intent for intent, _ in intents_of(code, file)] for code in (language, "en"))
    assert intents == english
    assert repeated(intents) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_held_out_sentences_cover_exactly_the_trained_intents(language: str) -> None:
    assert set(held_out(language)) == set(trained(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_intent_has_too_few_examples(language: str) -> None:
    fewest = {"complain": FEWEST_COMPLAINTS}
    for intent, examples in trained(language).items():
        assert len(examples) >= fewest.get(intent, FEWEST_EXAMPLES), intent
    for intent, sentences in held_out(language).items():
        assert len(sentences) >= FEWEST_HELD_OUT, intent


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_given_twice_within_or_across_intents(language: str) -> None:
    everything = [text for examples in trained(language).values() for text in examples]
    assert repeated(map(as_typed, everything)) == []
    by_meaning: dict[str, set[str]] = {}
    for intent, examples in trained(language).items():
        for text in examples:
            by_meaning.setdefault(as_understood(text), set()).add(intent)
    assert {text: intents for text, intents in by_meaning.items() if len(intents) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_held_out_sentence_is_given_twice(language: str) -> None:
    assert repeated(as_understood(text) for texts in held_out(language).values() for text in texts) == []


def test_no_sentence_means_two_things_in_two_languages() -> None:
    """One model reads all languages, so "ciao" cannot greet in one and take leave in another."""
    meanings: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for intent, examples in trained(language).items():
            for text in examples:
                meanings.setdefault(as_typed(text), set()).add(intent)
    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_no_held_out_sentence_was_shown_in_training_in_any_language() -> None:
    shown, asked = (
        {as_understood(text) for code in LANGUAGES for texts in source(code).values() for text in texts}
        for source in (trained, held_out)
    )
    assert shown & asked == set()


@pytest.mark.parametrize("intent", sorted(trained("en")))
def test_no_language_is_neglected_in_any_intent(intent: str) -> None:
    counts = {language: len(trained(language)[intent]) for language in LANGUAGES}
    assert max(counts.values()) <= WIDEST_GAP * min(counts.values()), counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_carry_no_entity_marks_since_rules_read_the_facts(language: str) -> None:
    everything = [text for examples in trained(language).values() for text in examples]
    assert [text for text in everything if re.search(r"[\[\]{}]", text)] == []
