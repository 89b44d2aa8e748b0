"""Which language a text is in, when that can be told at all, and which language a customer asks for."""

import pytest

from bot.reading.language import asked_language, detect_language
from tests.reading.nasty import NASTY_STRINGS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my internet is down again today", "en"),
        ("I was charged twice and nobody answers the phone", "en"),
        ("MY BILL IS WRONG AGAIN THIS MONTH", "en"),
        ("can somebody call me back at 416-555-0117 please", "en"),
        ("the tech never came", "en"),
        ("fix my line now", "en"),
        ("nothing works since 6 pm", "en"),
        ("i wnat my mony bakc now pls", "en"),
        ("how do I cancel this", "en"),
        ("it was 3 weeks", "en"),
        ('they told me "on va vous rappeler bientôt" within two days and nobody ever did', "en"),
        ('"my internet is down again"', "en"),
        ("la connexion coupe tous les soirs", "fr"),
        ("j'ai été facturé deux fois pour le même mois", "fr"),
        ("je veux parler a quelquun", "fr"),
        ("c'est toujours pas réglé", "fr"),
        ("le 3 janvier vers 14h", "fr"),
        ("pas avant 18h", "fr"),
        ("j'ai dit « never again » à votre agent et il a ri de moi", "fr"),
        ("mon cell marche pas", "fr"),
        ("allo mon modem est off", "fr"),
        ("allô, je veux vous dire merci pour rien", "fr"),
        ("la bolletta è sbagliata", "it"),
        ("il modem lampeggia rosso", "it"),
        ("dal 3 di maggio", "it"),
        ("cade sempre la linea di sera", "it"),
        ("mi avete messo il piano «The Big One» e io non lo volevo, adesso chi mi rimborsa?", "it"),
        ("il mio internet non va da ieri", "it"),
        ("vorrei parlare con una persona", "it"),
        ("mi factura está equivocada y nadie contesta", "other"),
        ("hola my internet no funciona desde ayer", "other"),
        ("hola, tengo un problema con la cuenta de este mes", "other"),
        ("olá, a conta deste mês está errada", "other"),
        ("ich habe seit zwei wochen kein internet", "other"),
        ("не работает интернет уже неделю", "other"),
        ("我的互联网坏了", "other"),
        ("رقم هاتفي لا يعمل منذ أسبوع", "other"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "d'accord",
        "va bene",
        "merci beaucoup",
        "Gracias amigo mio",
        "Toronto, Ontario",
        "Jean Tremblay Montréal",
        "10031865",
        "jean.tremblay@exemple.ca",
        "no no no",
        "d'accord merci",
        "l'autre hier",
        "va-t-il",
        "that's it",
        "March 12 2026",
        "Samsung Galaxy S21 Ultra",
        "Via Garibaldi 14, Vaughan, Ontario",
        "1450 avenue des Érables, app. 4, Montréal",
        "La Bella Famiglia, Woodbridge",
        "Café de la Paix",
        "The Weather Network",
        "thsi bil is wrnog agian",
        "Ciao, my phone non funziona, please help",
        "J'ai checké mon bill but the total is still off",
        "le gars did not show up mardi matin",
        "ils m'ont répondu sorry you have to wait",
        "my bolletta è sbagliata again, mi ridate the money?",
        "mi hanno detto that we cannot cancel it",
        "salve je voudrais parlare con un conseiller",
        "mera phone kal se kaam nahi kar raha, please help me",
        "mera internet nahi chal raha hai",
        "Non ce l'ho. Ada Conti, 416-555-0123",
    ],
)
def test_short_mixed_and_misspelt_texts_are_left_open(text: str) -> None:
    assert detect_language(text) is None


WISHES = {
    "en": [
        "English",
        "english please",
        "in English",
        "can you speak english",
        "Could we switch back to English?",
        "I only speak English",
        "Please reply in English.",
        "Speak English!",
        "can I get this in English",
        "anglais",
        "en anglais s.v.p.",
        "on peut parler anglais ?",
        "je préfère l'anglais",
        "Parla inglese?",
        "preferisco l'inglese",
    ],
    "fr": [
        "French",
        "can we speak French",
        "could you please answer in french?",
        "I'd prefer French",
        "I'd like to speak to someone in French",
        "French, not English please",
        "My bill is wrong. Can we talk in French?",
        "français",
        "Francais s'il vous plaît",
        "en français svp",
        "Je veux parler français",
        "parlez-vous français?",
        "peut-on continuer en français",
        "Puis-je parler à quelqu’un en français ?",
        "possiamo parlare in francese",
    ],
    "it": [
        "italian please",
        "do you speak italian",
        "Je préfère parler en italien",
        "italiano",
        "in italiano",
        "in italiano per favore",
        "parla italiano?",
        "Possiamo parlare in italiano?",
        "vorrei continuare in italiano",
        "parlo solo italiano",
        "c'è qualcuno che parla italiano?",
    ],
    "other": [
        "¿habla español?",
        "español por favor",
        "spanish please",
        "do you speak Punjabi?",
        "parlez-vous arabe",
        "Sprechen Sie Deutsch?",
        "posso parlare in tedesco",
        "中文",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(wish, text) for wish, texts in WISHES.items() for text in texts]
)
def test_a_wish_for_a_language_is_heard(language: str, text: str) -> None:
    assert asked_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "the French bill was wrong",
        "I got the English letter, not the French one",
        "nobody speaks French at your store",
        "the agent refused to speak French to me",
        "my bill came in English",
        "I want my bill in English",
        "I want English bills",
        "not in French please",
        "I don't want to speak French",
        "I can't speak to anyone in English",
        "the Spanish channel is missing",
        "I asked for French service two weeks ago",
        "J'ai reçu une facture en anglais",
        "L'agent ne parlait pas français",
        "je ne veux pas parler anglais",
        "je paie pour les chaînes italiennes",
        "Ho ricevuto la fattura in inglese",
        "l'operatore parlava solo inglese",
        "il pacchetto italiano costa troppo",
        "How would you say please in Italian?",
        "comment dit-on s'il vous plaît en italien s'il te plaît",
        "come si dice buonasera in francese per favore",
        "my internet is down",
    ],
)
def test_a_language_that_is_merely_mentioned_is_no_wish(text: str) -> None:
    assert asked_language(text) is None


@pytest.mark.parametrize("text", NASTY_STRINGS)
def test_any_string_is_survived(text: str) -> None:
    assert detect_language(text) in ("en", "fr", "it", "other", None)
    assert asked_language(text) is None
