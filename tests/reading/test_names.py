"""Names of people and businesses, given in one word or a sentence, and answers that are no name."""

from types import SimpleNamespace

import pytest

from actions.naming import name_in
from bot.languages import LANGUAGES, pack
from bot.reading.names import read_name
from tests.reading.nasty import NASTY_STRINGS

NAMES = {
    "en": [
        ("My name is Daniel Okafor", "Daniel Okafor"),
        ("it's daniel okafor", "Daniel Okafor"),
        ("Daniel Okafor", "Daniel Okafor"),
        ("daniel", "Daniel"),
        ("JEAN TREMBLAY", "JEAN TREMBLAY"),
        ("Jean Tremblay.", "Jean Tremblay"),
        ("Tremblay, Jean", "Tremblay, Jean"),
        ("mary-jane o'brien", "Mary-Jane O'Brien"),
        ("Sure, it's Mary-Jane O’Brien", "Mary-Jane O’Brien"),
        ("maria de la cruz", "Maria de la Cruz"),
        ("Mr. John A. Smith", "Mr. John A. Smith"),
        ("Bill Smith", "Bill Smith"),
        ("Hi, this is Harpreet Singh speaking.", "Harpreet Singh"),
        ("John Smith is my name", "John Smith"),
        ("my name is Anna and I want my money back", "Anna"),
        ("it's anna from the bakery", "Anna"),
        ("My internet is down, my name is Li Wei", "Li Wei"),
        ("My name is John Smith, account 10031865", "John Smith"),
        ("Northgate Dental Inc.", "Northgate Dental Inc."),
        ("The Bread & Tea Co.", "The Bread & Tea Co."),
        ("Smith and Sons", "Smith and Sons"),
        ("王小明", "王小明"),
        ("will smith", "Will Smith"),
        ("my name is mark price", "Mark Price"),
    ],
    "fr": [
        ("Je m'appelle Amélie Tremblay", "Amélie Tremblay"),
        ("je m’appelle amélie tremblay", "Amélie Tremblay"),
        ("c'est Jean-François Côté", "Jean-François Côté"),
        ("Oui, c'est Amélie.", "Amélie"),
        ("bonjour, je suis Amélie", "Amélie"),
        ("Mme Tremblay", "Mme Tremblay"),
        ("Amélie Tremblay à l'appareil", "Amélie Tremblay"),
        ("mon nom est D'Arcy McGee et je veux un crédit", "D'Arcy McGee"),
        ("Ici Marc-André de la Durantaye", "Marc-André de la Durantaye"),
        ("le compte est au nom de jean côté, svp", "Jean Côté"),
        ("Boulangerie Lévesque", "Boulangerie Lévesque"),
        ("au nom de Plomberie Gagnon enr.", "Plomberie Gagnon enr."),
        ("juste gagnon", "Juste Gagnon"),
        ("Robert Vendredi", "Robert Vendredi"),
    ],
    "it": [
        ("Mi chiamo Giulia Ferrari", "Giulia Ferrari"),
        ("sono giulia ferrari", "Giulia Ferrari"),
        ("sì, sono Rosa", "Rosa"),
        ("buongiorno sono Marco", "Marco"),
        ("Giulia Ferrari, grazie", "Giulia Ferrari"),
        ("Il mio nome è Niccolò D'Angelo", "Niccolò D'Angelo"),
        ("maria de luca", "Maria De Luca"),
        ("Di Stefano", "Di Stefano"),
        ("Rosa Bianchi", "Rosa Bianchi"),
        ("felice buono", "Felice Buono"),
        ("il conto è intestato a Rossi e Figli Srl", "Rossi e Figli Srl"),
    ],
}

NOT_NAMES = {
    "en": [
        "yes",
        "No",
        "No thanks",
        "ok",
        "I'd rather not say",
        "I don't know",
        "anonymous",
        "none of your business",
        "why do you need it?",
        "skip",
        "10031865",
        "416-555-0117",
        "M5V 2T6",
        "jean@exemple.ca",
        "my internet is down",
        "they charged me twice",
        "it's a mess",
        "it's broken",
        "I'm angry",
        "I'm waiting for a call",
        "I am calling about my bill",
        "my name is on the account",
        "that's correct",
        "speak to a human",
        "bill",
        "😀",
        "thieves",
        "fifty bucks",
        "saturday afternoon",
        "see above",
        "may cancel",
    ],
    "fr": [
        "oui",
        "non merci",
        "je préfère ne pas le dire",
        "je ne sais pas",
        "anonyme",
        "pourquoi?",
        "10031865",
        "c'est faux",
        "c'est pas réglé",
        "je suis fâché",
        "je suis tannée",
        "je veux parler à un agent",
        "ma facture est fausse",
        "internet marche pas",
        "bonjour",
        "le voici",
        "tenez",
        "jai appelé samedi",
        "bande de voleurs",
        "lundi prochain",
        "tant pis",
        "cinquante piastres",
    ],
    "it": [
        "sì",
        "no grazie",
        "preferisco non dirlo",
        "non lo so",
        "anonimo",
        "perché?",
        "10031865",
        "sono arrabbiata",
        "sono io",
        "sono senza linea",
        "è una vergogna",
        "voglio un operatore",
        "la bolletta è sbagliata",
        "internet non funziona",
        "buongiorno",
        "ce l'ho qui",
        "eccolo qua",
        "l'ho trovato",
        "venerdì scorso",
        "lo sapete già",
        "banda di ladri",
        "lasciamo stare",
        "vedi sopra",
    ],
}


@pytest.mark.parametrize(
    ("language", "answer", "name"),
    [(language, answer, name) for language, rows in NAMES.items() for answer, name in rows],
)
def test_a_name_is_read_as_its_bearer_writes_it(language: str, answer: str, name: str) -> None:
    assert read_name(answer, pack(language, "names")) == name


@pytest.mark.parametrize(
    ("language", "answer"), [(language, answer) for language, rows in NOT_NAMES.items() for answer in rows]
)
def test_sentences_numbers_yes_no_and_refusals_are_no_names(language: str, answer: str) -> None:
    assert read_name(answer, pack(language, "names")) is None


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    name = read_name(text, pack(language, "names"))

    assert name is None or (2 <= len(name) <= 80 and "<" not in name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["names", "references", "amounts", "safety"])
def test_every_word_of_a_pack_is_a_word_in_every_language(language: str, name: str) -> None:
    """A bare `no` in YAML is false, not a word; and each pack has the keys of the English one."""
    words = pack(language, name)

    assert set(words) == set(pack("en", name))
    assert all(isinstance(word, str) for entry in words.values() if isinstance(entry, list) for word in entry)


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "the name is misspelt"),
        ("en", "tel 416 555 0104"),
        ("fr", "mon nom est mal écrit"),
        ("fr", "le nom est à corriger"),
        ("it", "il nome è da cambiare"),
        ("it", "il nome è da correggere"),
        ("it", "tel"),
    ],
)
def test_what_is_said_of_a_name_is_no_name(language: str, answer: str) -> None:
    assert read_name(answer, pack(language, "names")) is None


@pytest.mark.parametrize(
    ("language", "answer", "name"),
    [
        ("en", "so daniel okafor", "Daniel Okafor"),
        ("en", "hmm", None),
        ("fr", "donc c'est marie roy", "Marie Roy"),
        ("fr", "mettons", None),
        ("it", "dunque mario rossi", "Mario Rossi"),
        ("it", "dunque", None),
    ],
)
def test_what_is_said_while_looking_for_words_is_no_name(
    language: str, answer: str, name: str | None
) -> None:
    turn = SimpleNamespace(text=answer, conversation=SimpleNamespace(language=language))
    assert name_in(turn) == name  # type: ignore[arg-type]
