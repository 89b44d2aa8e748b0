"""A wish for a language is heard in a sentence of any register; what somebody said about languages is told, not wished."""

import pytest

from bot.reading.language import asked_language

WISHED = {
    "en": [
        "est-ce qu'on peut parler anglais",
        "peut-on parler anglais",
        "pouvez-vous me répondre en anglais svp",
        "je peux-tu continuer en anglais",
        "j’aimerais mieux parler en anglais",
        "possiamo parlare in inglese",
        "posso continuare in inglese",
        "mi risponda in inglese",
        "could you please answer in English",
        "ENGLISH PLEASE",
        "my French is bad, can we speak English",
    ],
    "fr": [
        "can we speak French",
        "I'd rather speak French",
        "could I talk to someone in French",
        "let's continue in French",
        "on peut-tu parler français",
        "parlez-moi en français",
        "je veux parler français",
        "vorrei parlare francese",
    ],
    "it": [
        "can we do this in Italian",
        "do you speak Italian?",
        "I want to speak Italian",
        "parlez-vous italien",
        "je préfère parler italien",
        "si può parlare italiano?",
        "vorrei scrivere in italiano",
        "parliamo italiano per favore",
    ],
}

TOLD = [
    "on m'a dit qu'on peut parler anglais",
    "On m’a dit qu’on pourrait parler anglais au magasin",
    "l'agent m'a dit que je peux parler anglais",
    "ils m'ont promis que vous pouvez répondre en italien",
    "on m'avait assuré qu'on peut être servi en français",
    "j'ai demandé si on peut parler anglais et il a raccroché",
    "je pensais qu'on peut parler français chez vous",
    "paraît qu'on peut parler italien",
    "personne parle français à votre magasin",
    "votre agent parle juste anglais",
    "they said I can speak French",
    "the agent told me that we can speak Italian",
    "I asked can you speak French and he hung up",
    "he said please speak English",
    "I told them I want to speak French and they laughed",
    "every time I want to speak French they hang up",
    "mi hanno detto che si può parlare inglese",
    "mi avevano detto che posso parlare in italiano",
    "mi hanno promesso che potete rispondere in francese",
    "ho chiesto se possiamo parlare inglese e ha riattaccato",
    "pensavo che si può parlare italiano da voi",
    "nessuno parla italiano da voi",
]


@pytest.mark.parametrize(
    ("language", "text"), [(wish, text) for wish, texts in WISHED.items() for text in texts]
)
def test_a_wish_for_a_language_is_heard(language: str, text: str) -> None:
    assert asked_language(text) == language


@pytest.mark.parametrize("text", TOLD)
def test_what_was_said_about_languages_is_no_wish(text: str) -> None:
    assert asked_language(text) is None
