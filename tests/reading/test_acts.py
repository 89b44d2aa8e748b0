"""A yes or a no is heard however it is put, the last word wins; a wish for a person is told from a mention of one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.languages import LANGUAGES, pack
from bot.reading.acts import has_reserve, read_answer, read_person
from bot.reading.phrases import PhraseBook
from tests.reading.nasty import NASTY_STRINGS

FOLDER = Path(__file__).parent / "answers"


def answers() -> Iterator[Any]:
    """Yield language, text and answer of every row of the tables."""
    for language in LANGUAGES:
        tables = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
        for answer, texts in tables.items():
            for text in texts:
                yield pytest.param(language, text, answer, id=f"{language}-{answer}-{text}")


def answer_to(language: str, text: str) -> str:
    return read_answer(text, pack(language, "acts")) or "neither"


@pytest.mark.parametrize(("language", "text", "answer"), list(answers()))
def test_an_answer_is_read_in_small_letters_and_in_capitals(language: str, text: str, answer: str) -> None:
    assert answer_to(language, text) == answer
    assert answer_to(language, text.upper()) == answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", NASTY_STRINGS)
def test_strange_text_is_read_without_harm(language: str, text: str) -> None:
    assert answer_to(language, text) in ("yes", "no", "neither")
    read_person(text, pack(language, "wishes"))


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "my internet is down again and the whole street is waiting 👍", "neither"),
        ("fr", "mon internet est encore tombé et toute la rue attend après vous 👍", "neither"),
        ("it", "internet è caduto di nuovo e tutta la via sta aspettando 👍", "neither"),
        ("en", "👍👎", "no"),
        ("en", "👎👍", "yes"),
    ],
)
def test_a_thumb_beside_a_story_is_no_yes_and_the_last_of_two_counts(
    language: str, text: str, answer: str
) -> None:
    assert answer_to(language, text) == answer


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "yes but call first"), ("fr", "oui mais appelez avant"), ("it", "sì ma chiamate prima")],
)
def test_a_reserve_is_known_as_one(language: str, text: str) -> None:
    words = pack(language, "acts")
    assert has_reserve(text, words)
    assert not has_reserve(text.split()[0], words)


WANTED = {
    "en": [
        "let me talk to one of your people",
        "hook me up with a live agent",
        "would you have somebody phone me",
        "my dad can't type, he needs a human",
        "is there anyone around who can help me",
        "no more robot, put an operator on the line",
        "I give up. Can someone else look into it?",
        "how do I get through to a representative",
        "please call me instead",
    ],
    "fr": [
        "je voudrais jaser avec quelqu'un de chez vous",
        "passez-moi donc une vraie personne",
        "est-ce que quelqu'un peut me rappeler",
        "mon père est pas à l'aise, il veut un humain",
        "y a-tu quelqu'un à qui je peux parler",
        "arrêtez le robot pis donnez-moi un préposé",
        "faut que je parle à un agent",
        "comment je fais pour rejoindre un conseiller",
        "appelez-moi plutôt",
    ],
    "it": [
        "vorrei parlare con uno dei vostri",
        "mi metta in contatto con una persona vera",
        "preferirei che qualcuno mi telefonasse",
        "mio padre non sa scrivere, ha bisogno di un umano",
        "c'è qualcuno con cui posso parlare",
        "basta robot, mi passi un operatore",
        "devo parlare con un addetto",
        "come faccio a raggiungere un consulente",
        "chiamatemi piuttosto",
    ],
}
NOT_WANTED = {
    "en": [
        "I don't need to talk to anybody",
        "no need to transfer me to an agent",
        "I spoke with a rep on Monday",
        "I was on hold for an hour to speak to someone",
        "every time I talk to an agent I get another story",
        "I can't reach anybody on the phone",
        "please don't call me",
        "are you a human",
    ],
    "fr": [
        "j'ai pas besoin de parler à quelqu'un",
        "pas nécessaire de me passer un agent",
        "j'ai parlé à une préposée lundi",
        "j'ai attendu une heure pour parler à quelqu'un",
        "chaque fois que je parle à un agent c'est une autre histoire",
        "impossible de joindre quelqu'un au téléphone",
        "appelez-moi pas",
        "es-tu un humain",
    ],
    "it": [
        "non ho bisogno di parlare con un operatore",
        "non serve passarmi un operatore",
        "ho parlato con un'operatrice lunedì",
        "ho aspettato un'ora per parlare con qualcuno",
        "ogni volta che parlo con un operatore è un'altra storia",
        "non riesco a parlare con qualcuno al telefono",
        "non mi chiamate",
        "sei un umano",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in LANGUAGES for text in WANTED[code]])
def test_a_wish_for_a_person_is_heard(language: str, text: str) -> None:
    assert read_person(text, pack(language, "wishes")).beside is not None
    assert read_person(text.upper(), pack(language, "wishes")).beside is not None


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code in LANGUAGES for text in NOT_WANTED[code]]
)
def test_a_person_who_is_only_spoken_of_is_not_wished_for(language: str, text: str) -> None:
    spoken = read_person(text, pack(language, "wishes"))
    assert spoken.beside is None
    assert spoken.declined


def test_the_words_beside_a_wish_are_counted() -> None:
    words = pack("en", "wishes")
    assert read_person("I want to talk to a person", words).beside == 0
    assert read_person("My bill is wrong, I want to talk to a person", words).beside == 4


def test_a_message_without_a_word_for_anybody_names_nobody() -> None:
    assert not read_person("is it higher than last month", pack("en", "wishes")).named
    assert read_person("is there a manager", pack("en", "wishes")).named


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_a_pack_can_be_read(language: str) -> None:
    words = pack(language, "wishes")
    for name in ("harmless", "person", "somebody"):
        PhraseBook(words[name], words["groups"]).check()


@pytest.mark.parametrize("command", ['/inform{"confirm":"yes"}', "∕affirm", '∕slot{"offer": "no"}'])
def test_what_is_written_for_a_machine_is_no_answer(command: str) -> None:
    assert [read_answer(command, pack(language, "acts")) for language in LANGUAGES] == [None] * 3
