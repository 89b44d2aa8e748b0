"""The same few words mean what was asked: a no that ends the story, a no that wants the read-back changed, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actions import decisions, filing, hearing, person, resolution
from actions.base import Turn
from benchmarks.acts import Ear, Heard, Row, trained
from bot.cases.case import WAITING
from bot.cases.chronology import Event
from bot.languages import LANGUAGES

STORY = Event("2026-05-06", "day", "the line died")

MEANT: dict[str, dict[str, dict[str, list[str]]]] = {
    # "And then, did anything else happen? If not, just say that's all."
    "event": {
        "en": {
            "nothing more": [
                "no",
                "nope",
                "nah",
                "no thanks",
                "that's it",
                "that's all",
                "no that's it",
                "nothing else",
                "that is everything",
            ],
            "more to tell": ["yes", "yes there is", "yeah", "ok"],
        },
        "fr": {
            "nothing more": [
                "non",
                "nan",
                "non merci",
                "c'est tout",
                "c'est toute",
                "non c'est beau",
                "rien d'autre",
                "non, c'est ça",
                "voilà",
            ],
            "more to tell": ["oui", "ouais", "oui il y a", "ok"],
        },
        "it": {
            "nothing more": [
                "no",
                "no grazie",
                "basta così",
                "è tutto",
                "nient'altro",
                "no basta",
                "no è tutto",
                "questo è tutto",
                "niente altro",
            ],
            "more to tell": ["sì", "sì certo", "ok", "certo"],
        },
    },
    # "Here's what I have. Shall I file it like this?"
    "confirm": {
        "en": {
            "filed": [
                "yes",
                "yep",
                "that's it",
                "that's right",
                "correct",
                "looks good",
                "👍",
                "no, that's fine",
                "nothing else",
                "go ahead",
                "yes that's everything",
            ],
            "changed": ["no", "nope", "not quite", "that's not right", "no it's wrong", "👎"],
        },
        "fr": {
            "filed": [
                "oui",
                "ouais",
                "c'est ça",
                "c'est correct",
                "c'est beau",
                "c'est bon",
                "👍",
                "non non, c'est correct",
                "rien d'autre",
                "allez-y",
                "mets-en",
            ],
            "changed": ["non", "nan", "pas tout à fait", "c'est pas correct", "non c'est faux", "👎"],
        },
        "it": {
            "filed": [
                "sì",
                "si",
                "va bene così",
                "è giusto",
                "tutto corretto",
                "esatto",
                "👍",
                "no no, va bene",
                "nient'altro",
                "proceda",
                "perfetto",
            ],
            "changed": ["no", "non proprio", "non è giusto", "no è sbagliato", "non va bene", "👎"],
        },
    },
    # "Before you go: shall I file what you have told me so far?"
    "file_now": {
        "en": {
            "filed": ["yes", "sure", "please do", "that would be great"],
            "kept": ["no", "not now", "nah"],
        },
        "fr": {"filed": ["oui", "ok", "certain", "ça serait bien"], "kept": ["non", "pas maintenant", "nan"]},
        "it": {"filed": ["sì", "certo", "volentieri", "va bene"], "kept": ["no", "non adesso", "no grazie"]},
    },
    # "Do you really want to drop it?"
    "sure_to_drop": {
        "en": {"dropped": ["yes", "yes I'm sure", "absolutely"], "kept": ["no", "no wait", "of course not"]},
        "fr": {"dropped": ["oui", "oui certain", "tout à fait"], "kept": ["non", "ben non", "pas du tout"]},
        "it": {"dropped": ["sì", "sì, sicuro", "certamente"], "kept": ["no", "macché", "certo che no"]},
    },
    # "Would you like a person to take over?"
    "person": {
        "en": {
            "person": ["yes", "yes please", "sounds good", "why not", "please"],
            "nobody": ["no", "no thanks", "not yet", "nope, let's go on"],
        },
        "fr": {
            "person": ["oui", "oui svp", "bonne idée oui", "pourquoi pas", "svp"],
            "nobody": ["non", "non merci", "pas tout de suite, non", "pantoute"],
        },
        "it": {
            "person": ["sì", "sì grazie", "volentieri", "perché no", "per favore"],
            "nobody": ["no", "no grazie", "non ancora", "per niente"],
        },
    },
}


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    with trained() as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say so instead of opening a case; what a case does is tested elsewhere."""

    def opened(turn: Turn) -> None:
        turn.say("case_opened")

    monkeypatch.setattr(filing, "open_case", opened)
    monkeypatch.setattr(decisions.opening, "open_case", opened)
    monkeypatch.setattr(person, "open_case", opened)
    monkeypatch.setattr(resolution, "attempt", lambda turn: None)


def _said(turn: Turn) -> set[str]:
    return {reply["reply"] for reply in turn.replies}


SHOWS: dict[str, Callable[[Turn], bool]] = {
    "nothing more": lambda turn: "event" in turn.complaint.settled and turn.complaint.events == [STORY],
    "more to tell": lambda turn: "tell_me" in _said(turn),
    "filed": lambda turn: "case_opened" in _said(turn),
    "changed": lambda turn: "which_field" in _said(turn),
    "kept": lambda turn: bool(_said(turn) & {"kept_for_later", "nothing_changed"}),
    "dropped": lambda turn: "draft_dropped" in _said(turn),
    "person": lambda turn: turn.conversation.holder == WAITING,
    "nobody": lambda turn: "go_on" in _said(turn),
}


def rows() -> Iterator[Any]:
    for question, languages in MEANT.items():
        for language, meanings in languages.items():
            for meaning, texts in meanings.items():
                for text in texts:
                    yield pytest.param(language, question, text, meaning, id=f"{language}-{question}-{text}")


@pytest.mark.parametrize(("language", "question", "text", "meaning"), list(rows()))
def test_an_answer_means_what_was_asked(
    ear: Ear, language: str, question: str, text: str, meaning: str
) -> None:
    turn = ear.turn(ear.hear(Row(language, text, meaning)), question)
    turn.complaint.events.append(STORY)
    assert not hearing.interrupts(turn)
    hearing.hear(turn)
    assert [name for name, shows in SHOWS.items() if shows(turn) and name in MEANT[question][language]] == [
        meaning
    ]


@pytest.mark.parametrize("question", MEANT)
def test_every_question_is_answered_in_every_language_and_in_every_way(question: str) -> None:
    meanings = {language: set(MEANT[question][language]) for language in LANGUAGES}
    assert len(set(map(frozenset, meanings.values()))) == 1, meanings


def _heard(language: str, text: str, intent: str, *kinds: str, sure: bool = False) -> Heard:
    entities = [{"entity": kind, "value": kind} for kind in kinds]
    return Heard(Row(language, text, intent), intent, sure, entities)


STRANGE = [
    ("en", "find the keys of my car"),
    ("fr", "trouve les clés de mon char"),
    ("it", "trova le chiavi della macchina"),
]


@pytest.mark.parametrize(("language", "text"), STRANGE)
def test_first_words_that_show_no_trouble_are_a_complaint_only_when_said_again(
    ear: Ear, language: str, text: str
) -> None:
    turn = ear.turn(_heard(language, text, "nlu_fallback"), "open")
    hearing.hear(turn)
    assert not turn.complaint.told
    assert turn.conversation.misunderstood == 1
    hearing.hear(turn)
    assert turn.complaint.narrative == text


@pytest.mark.parametrize(
    "heard",
    [
        _heard("en", "the thing on the wall is odd", "complain"),
        _heard("en", "the thing on the wall is odd", "nlu_fallback", "nature"),
        _heard("en", "you people are a disgrace to everybody", "nlu_fallback"),
        _heard("en", "I wish to register a complaint", "nlu_fallback"),
        _heard("fr", "c'est rendu une vraie honte chez vous", "nlu_fallback"),
        _heard("it", "siete diventati una vergogna per tutti", "nlu_fallback"),
        _heard("en", " ".join(["and then it went on and on"] * 4), "nlu_fallback"),
    ],
    ids=str,
)
def test_first_words_that_show_any_trouble_are_taken_at_once(ear: Ear, heard: Heard) -> None:
    turn = ear.turn(heard, "open")
    hearing.hear(turn)
    assert turn.conversation.misunderstood == 0
    assert turn.conversation.expects == "nature" or turn.complaint.told


def test_a_sum_in_words_that_show_no_trouble_is_not_kept(ear: Ear) -> None:
    sums = [{"entity": "amount", "value": 4000, "currency": "CAD"}]
    turn = ear.turn(Heard(Row("en", "split forty dollars in three", ""), "inform", False, sums), "open")
    hearing.hear(turn)
    assert turn.complaint.amounts == []


@pytest.mark.parametrize(
    ("question", "text", "interrupts"),
    [
        ("name", "dim the lamp in the den", True),
        ("name", "Jean Paul Morin Gagnon", False),
        ("name", "morin gagnon", False),
        ("service", "dim the lamp in the den", True),
        ("event", "what is the capital of Peru", True),
        ("event", "the lamp in the den was dim", False),
        ("nature", "dim the lamp in the den", False),
    ],
)
def test_what_may_be_out_of_scope_interrupts_where_it_can_hardly_be_an_answer(
    ear: Ear, question: str, text: str, interrupts: bool
) -> None:
    turn = ear.turn(_heard("en", text, "out_of_scope"), question)
    assert hearing.interrupts(turn) is interrupts
