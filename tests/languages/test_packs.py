"""The packs: complete in every language, and the check says what to do when one is not."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.languages import LANGUAGES, check, pack

Words = dict[str, Any]


def test_every_language_is_complete() -> None:
    assert check.problems() == []


def test_the_check_says_so_and_leaves_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main() == 0
    assert capsys.readouterr().out == "The packs of en, fr, it are complete.\n"


@pytest.mark.parametrize(
    ("language", "name", "change", "problem"),
    [
        (
            "it",
            "replies",
            lambda words: words.pop("resolved"),
            "Add “resolved” to bot/languages/it/replies.yml, or take it out of the others (en, fr).",
        ),
        (
            "fr",
            "widget",
            lambda words: words["widget"].pop("send"),
            "Add “widget.send” to bot/languages/fr/widget.yml, or take it out of the others (en, it).",
        ),
        (
            "it",
            "dates",
            lambda words: words.pop("weekdays"),
            "Add “weekdays” to bot/languages/it/dates.yml, or take it out of the others (en, fr).",
        ),
        (
            "fr",
            "replies",
            lambda words: words.update(verified="Merci, {nom}."),
            "Make the placeholders of “verified” in bot/languages/fr/replies.yml those of en: "
            "{name}, not {nom}.",
        ),
        (
            "en",
            "choices",
            lambda words: words.pop("accept"),
            "Add “accept” to bot/languages/en/choices.yml: the code names it.",
        ),
        (
            "it",
            "phrases",
            lambda words: words.pop("next_call_back"),
            "Add “next_call_back” to bot/languages/it/phrases.yml: the code names it.",
        ),
        (
            "fr",
            "nature_labels",
            lambda words: words["issues"].pop("late_fee"),
            "Add “issues.late_fee” to bot/languages/fr/nature_labels.yml: the code names it.",
        ),
    ],
)
def test_what_is_missing_in_one_language_is_said_in_words(
    language: str, name: str, change: Callable[[Words], Any], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, {(language, name): change})
    assert problem in check.problems()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda words: words.update(sing="La la la."),
            "Take “sing” out of bot/languages/{}/replies.yml, or say it: nothing does.",
        ),
        (
            lambda words: words.pop("danger_fraud"),
            "Add “danger_fraud” to bot/languages/{}/replies.yml: actions/interruptions.py says it.",
        ),
        (
            lambda words: words.pop("answer_ask_cost"),
            "Add “answer_ask_cost” to bot/languages/{}/replies.yml: actions/interruptions.py says it.",
        ),
        (
            lambda words: words.pop("question_remedy"),
            "Add “question_remedy” to bot/languages/{}/replies.yml: actions/asking.py says it.",
        ),
        (
            lambda words: words.pop("investigating_unverified"),
            "Add “investigating_unverified” to bot/languages/{}/replies.yml: actions/resolution.py says it.",
        ),
    ],
)
def test_what_all_languages_lack_or_nobody_says_is_found_too(
    change: Callable[[Words], Any], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, {(language, "replies"): change for language in LANGUAGES})
    assert check.problems() == [problem.format(language) for language in LANGUAGES]


def test_a_missing_file_is_named_and_the_check_leaves_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(check.PACKS, tmp_path / "packs")
    (tmp_path / "packs/it/errors.yml").unlink()
    monkeypatch.setattr(check, "PACKS", tmp_path / "packs")
    assert check.main() == 1
    assert capsys.readouterr().out == "Add bot/languages/it/errors.yml: the other languages have it.\n"


def changed(monkeypatch: pytest.MonkeyPatch, changes: dict[tuple[str, str], Callable[[Words], Any]]) -> None:
    """Let the check see some files changed."""

    def changed_pack(language: str, name: str) -> Words:
        if (language, name) not in changes:
            return pack(language, name)
        words = copy.deepcopy(pack(language, name))
        changes[language, name](words)
        return words

    monkeypatch.setattr(check, "pack", changed_pack)


def texts(*names: str) -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text of what people read in these files."""
    for language in LANGUAGES:
        for name in names:
            for key, words in pack(language, name).items():
                for text in words.values() if isinstance(words, dict) else [words]:
                    yield language, key, text


READ = [row for row in texts("replies", "choices", "phrases", "notices")]


@pytest.mark.parametrize("language", [*LANGUAGES])
def test_a_choice_is_never_mistaken_for_another_in_any_language(language: str) -> None:
    def plain(label: str) -> str:
        return " ".join(re.findall(r"\w+", label.casefold()))

    for name, label in pack(language, "choices").items():
        for other in LANGUAGES:
            alike = [key for key, words in pack(other, "choices").items() if plain(words) == plain(label)]
            assert alike in ([], [name]), f"“{label}” is {name} in {language} and {alike} in {other}"


def test_no_choice_is_a_word_that_ends_text_messages() -> None:
    ends = {
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "arret",
        "arrêt",
        "start",
        "unstop",
        "help",
    }
    for language, key, label in texts("choices"):
        assert label.casefold() not in ends, f"{language} {key}: the network takes “{label}” for itself"


def test_keys_are_words_and_not_what_yaml_makes_of_yes_and_no() -> None:
    for language in LANGUAGES:
        for name in check.SPOKEN:
            assert all(isinstance(key, str) for key in pack(language, name))


MISTYPED = {
    "en": [("the quotation marks are “ ”", r"[«»\"]"), ("the apostrophe is ’", "'")],
    "fr": [
        ("the quotation marks are « », with spaces inside", r"[“”\"]|«\S|\S»"),
        ("the apostrophe is ’", "'"),
        ("no space goes before ; ? ! in Canada", r"\s[;?!]"),
        ("a space goes before a colon", r"[^\W\d]:\s"),
        ("these words are of France", r"\b(?:t?chat|SMS|e-?mails?|mél|portable)\b"),
    ],
    "it": [
        ("the quotation marks are « », without spaces inside", r"[“”\"]|«\s|\s»"),
        ("the apostrophe is ’", "'"),
        ("no space goes before : ; ? !", r"\s[:;?!]"),
        ("customers are addressed as Lei", r"\b(?:tuo|tua|tuoi|tue|hai|puoi|dimmi|scrivi)\b"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_typing_is_that_of_the_language(language: str) -> None:
    rules = [*MISTYPED[language], ("one space is enough", r" {2}")]
    assert [
        (key, why)
        for spoken, key, text in READ
        if spoken == language
        for why, pattern in rules
        if re.search(pattern, text)
    ] == []
