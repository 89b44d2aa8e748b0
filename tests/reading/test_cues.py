"""What the first story already says of earlier attempts and of the remedy wanted, in three languages."""

import pytest

from bot.languages import LANGUAGES, pack
from bot.reading.acts import has_reserve, read_answer
from bot.reading.sentences import is_cued


def says(language: str, kind: str, text: str) -> bool:
    if kind in ("yes", "no"):
        return read_answer(text, pack(language, "acts")) == kind
    if kind == "reserve":
        return has_reserve(text, pack(language, "acts"))
    return is_cued(text, pack(language, "cues")[kind])


TRIED_BEFORE = {
    "en": [
        "I called on Tuesday and got nowhere.",
        "We have already complained twice.",
        "My wife phoned and was cut off by the menu.",
        "Spoke to three people about the same fee.",
        "I’ve tried calling all week.",
        "I have been trying to reach a human for days.",
        "After calling your help line I gave up.",
        "Every time I call they read me the same script.",
        "I had to call back four times.",
        "Despite contacting support repeatedly nothing has changed.",
        "I opened a ticket and it was closed without a word.",
        "I went to the store and they sent me home.",
        "I asked for a supervisor and waited an hour.",
        "Sat on hold for fifty minutes.",
        "I sent two emails about the deposit.",
        "I let them know the router was returned.",
        "The agent said it would be fixed by noon.",
        "Your technician told us the cable is rotten.",
        "I was told to wait and see.",
        "They keep telling me to restart the modem.",
        "They hung up on me.",
        "I keep getting transferred from one desk to the next.",
        "Nobody ever called me back.",
        "I never got a reply.",
        "They refuse to refund the second charge.",
        "You won’t let me cancel.",
        "The rep was rude and dismissive.",
        "Five different agents gave me five answers.",
        "I can’t get through to anyone.",
        "I was informed by your billing department that nothing was owed.",
    ],
    "fr": [
        "J’ai appelé mardi, sans résultat.",
        "On a déjà porté plainte au printemps.",
        "Nous vous avons écrit deux fois.",
        "Ma conjointe vous a téléphoné.",
        "J’ai ouvert un billet qui a été fermé.",
        "J’essaie de vous joindre depuis des jours.",
        "Impossible de parler à un être humain.",
        "Chaque fois que j’appelle, on me dit d’attendre.",
        "J’ai passé une heure au téléphone.",
        "Deux heures d’attente pour rien.",
        "Après plusieurs appels, toujours rien.",
        "Je suis retournée à la boutique avec le modem.",
        "Aucune réponse de votre part.",
        "Personne ne me rappelle.",
        "J’attends toujours un retour.",
        "Le conseiller m’a dit que c’était réglé.",
        "On m’a promis qu’un superviseur regarderait ça.",
        "Ils m’ont raccroché au nez.",
        "On me renvoie d’un service à l’autre.",
        "Vous refusez de me rembourser.",
        "Ils ne veulent rien savoir.",
        "Votre service à la clientèle est injoignable.",
        "Le technicien est venu trois fois.",
    ],
    "it": [
        "Ho chiamato martedì senza risultato.",
        "Abbiamo già fatto reclamo a marzo.",
        "Mia moglie vi ha telefonato.",
        "Ho aperto una segnalazione, chiusa senza motivo.",
        "Ho provato a contattarvi tutta la settimana.",
        "Non riesco a parlare con nessuno.",
        "Ogni volta che chiamo mi dicono di aspettare.",
        "Sono rimasto un’ora al telefono.",
        "Dopo quattro telefonate siamo al punto di partenza.",
        "Sono andata in negozio con il modem.",
        "Nessuno mi richiama.",
        "Non ho mai ricevuto risposta.",
        "L’operatrice ha detto che era tutto a posto.",
        "Mi hanno assicurato che avrebbero controllato.",
        "Mi hanno riattaccato in faccia.",
        "Mi rimbalzano da un ufficio all’altro.",
        "Si rifiutano di rimborsarmi.",
        "Non vogliono stornare la seconda fattura.",
        "Il tecnico è venuto due volte.",
    ],
}

NEVER_TRIED = {
    "en": [
        "My internet has been down since Sunday.",
        "I never called you about anything before.",
        "I called my mother and the line dropped.",
        "I called the police.",
        "The man said it was all in, and I wrote it down.",
        "Every time I call my son there is static.",
        "When I make long distance calls I hear an echo.",
        "My calls are dropped all day.",
        "I went without a phone for a week.",
        "I went with the cheaper plan.",
        "They told me the plan would be $40 when I signed up.",
        "I was promised a discount for two years.",
        "You offered a better price to new customers.",
        "I want to speak to a supervisor.",
        "Can I talk to someone, please?",
        "How do I contact you?",
        "Please call me back tomorrow.",
        "The bill says I owe for a month I did not use.",
        "My neighbour told me his is slow too.",
        "I would like to file a complaint.",
        "Customer service is part of what I pay for.",
    ],
    "fr": [
        "Mon internet est coupé depuis dimanche.",
        "J’ai appelé ma mère et la ligne a coupé.",
        "Mes appels coupent toute la journée.",
        "J’ai encore appelé personne.",
        "Quand j’appelle ma mère, je n’entends rien.",
        "Mon téléphone résidentiel est facturé deux fois.",
        "J’ai passé une commande en ligne.",
        "J’ai envoyé le modem par la poste.",
        "On m’a promis un rabais de 10 $.",
        "On m’avait dit que le forfait resterait au même prix.",
        "Je veux parler à un superviseur.",
        "Comment puis-je vous contacter?",
        "Rappelez-moi demain.",
        "Le modem ne répond pas.",
        "Il y a des frais inconnus sur ma facture.",
        "Je veux porter plainte.",
    ],
    "it": [
        "Internet non funziona da domenica.",
        "Ho chiamato mia madre ed è caduta la linea.",
        "Le chiamate cadono tutto il giorno.",
        "Il telefono di casa è stato addebitato due volte.",
        "Quando chiamo mio figlio non si sente nulla.",
        "Quando mi chiamano squilla a vuoto.",
        "Ho inviato il modem per posta.",
        "Ho aperto un conto nuovo a gennaio.",
        "Mi hanno promesso uno sconto di 10 dollari.",
        "Mi avevano detto che l’offerta durava due anni.",
        "Vorrei parlare con un responsabile.",
        "Come posso contattarvi?",
        "Richiamatemi domani.",
        "Ci sono costi sconosciuti in bolletta.",
        "Voglio fare un reclamo.",
    ],
}

WANTS = {
    "en": [
        "I want a full refund.",
        "We would like the charge removed.",
        "I’d like you to honour the price you quoted.",
        "I just want what I pay for.",
        "All I want is a working line.",
        "What I want is an apology.",
        "I demand my deposit back.",
        "I expect to be compensated for the lost week.",
        "Please cancel the add-on.",
        "Kindly look into this.",
        "Stop charging me for a box I returned.",
        "Give me my money back.",
        "I should be credited for the outage.",
        "This needs to stop.",
        "They need to fix their equipment.",
        "I shouldn’t have to pay for a phone I never got.",
        "You owe me an explanation.",
        "I am asking for a credit.",
        "I’m looking for a refund of the fee.",
        "I need help getting my number back.",
        "I hope you can resolve it quickly.",
        "I would like to be able to keep my old plan.",
    ],
    "fr": [
        "Je veux un remboursement complet.",
        "Nous aimerions que vous annuliez ces frais.",
        "Je voudrais que la ligne soit rétablie.",
        "Je veux juste être traité équitablement.",
        "Tout ce que je demande, c’est une ligne qui marche.",
        "J’exige des excuses.",
        "Veuillez corriger ma facture.",
        "Merci de me rembourser le dépôt.",
        "Annulez cette option.",
        "Arrêtez de me facturer un décodeur rendu.",
        "Je veux ravoir mon argent.",
        "Vous devez me rembourser.",
        "Je devrais être dédommagé pour la semaine perdue.",
        "J’ai droit à un crédit.",
        "Comment me faire rembourser?",
        "Je ne devrais pas avoir à payer pour ça.",
    ],
    "it": [
        "Voglio un rimborso completo.",
        "Vorremmo che toglieste queste spese.",
        "Chiedo lo storno della fattura.",
        "Vorrei che la linea fosse ripristinata.",
        "Voglio solo essere trattato come gli altri.",
        "Tutto quello che chiedo è una linea che vada.",
        "Pretendo delle scuse.",
        "Per favore correggete la bolletta.",
        "Annullate questa opzione.",
        "Smettetela di addebitarmi il decoder.",
        "Rivoglio i miei soldi.",
        "Dovete rimborsarmi.",
        "Ho diritto a un indennizzo.",
        "Come faccio ad avere il rimborso?",
        "Non dovrei pagare per questo.",
    ],
}

WANTS_NOTHING_YET = {
    "en": [
        "My internet has been down since Sunday.",
        "I want to file a complaint.",
        "I just want to say that your app is slow.",
        "I need internet for my work.",
        "If I want to cancel I have to pay a fee.",
        "They want me to pay twice.",
        "I never received the refund.",
        "I wanted a faster plan and got a slower one.",
        "I am looking for a new provider.",
        "They never fixed it.",
        "The technician came to repair the line.",
        "You removed channels from my plan.",
        "My credit was damaged.",
        "Can you fix it?",
    ],
    "fr": [
        "Mon internet est coupé depuis dimanche.",
        "Je veux porter plainte.",
        "J’ai besoin d’internet pour travailler.",
        "Si je veux annuler, il y a des frais.",
        "Je n’ai jamais reçu le remboursement.",
        "Je voulais un meilleur forfait.",
        "Le technicien est venu réparer la ligne.",
        "Ils ont retiré des chaînes de mon forfait.",
        "Ils veulent que je paie deux fois.",
        "Pouvez-vous réparer ma ligne?",
    ],
    "it": [
        "Internet non funziona da domenica.",
        "Voglio fare reclamo.",
        "Mi serve internet per lavorare.",
        "Se voglio disdire devo pagare una penale.",
        "Non ho mai ricevuto il rimborso.",
        "Volevo un piano migliore.",
        "Il tecnico è venuto a riparare la linea.",
        "Avete tolto dei canali dal mio piano.",
        "Vogliono che paghi due volte.",
        "Potete riparare la linea?",
    ],
}


def rows(texts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language in LANGUAGES for text in texts[language]]


@pytest.mark.parametrize(("language", "text"), rows(TRIED_BEFORE))
def test_who_tells_of_an_earlier_attempt_is_heard(language: str, text: str) -> None:
    assert says(language, "prior_contact", text)


@pytest.mark.parametrize(("language", "text"), rows(NEVER_TRIED))
def test_calls_to_others_offers_and_wishes_to_talk_are_no_earlier_attempt(language: str, text: str) -> None:
    assert not says(language, "prior_contact", text)


@pytest.mark.parametrize(("language", "text"), rows(WANTS))
def test_who_says_what_would_put_it_right_is_heard(language: str, text: str) -> None:
    assert says(language, "remedy", text)


@pytest.mark.parametrize(("language", "text"), rows(WANTS_NOTHING_YET))
def test_what_is_only_told_is_no_wish(language: str, text: str) -> None:
    assert not says(language, "remedy", text)


NO_ATTEMPT = {
    "en": [
        "I wrote that down on the calendar.",
        "Every number I called on it is wrong.",
        "Your technician came out 6 days late.",
    ],
    "fr": [
        "Vous avez facturé mon téléphone résidentiel deux fois.",
        "Je vois tous les numéros que j’ai appelés.",
        "Votre technicien est venu le 6 mai.",
    ],
    "it": [
        "Vedo i numeri che ho chiamato.",
        "Il vostro tecnico è venuto il 6 maggio.",
        "Il tecnico è passato 2 ore dopo.",
    ],
}
ATTEMPT = {
    "en": ["A technician has come three times.", "I wrote to you in March."],
    "fr": ["Je vous téléphonais plusieurs fois par semaine.", "Le technicien est passé trois fois."],
    "it": ["Il tecnico è venuto 3 volte.", "È da lunedì che ho chiamato."],
}
TOLD_TO_DO = {
    "en": [
        "reverse it",
        "send one back",
        "one month back",
        "take the fee off",
        "take it off my bill",
        "make it work",
        "get me back online",
        "put me back on my old plan",
        "the old price",
        "a free month",
        "half the bill back",
        "pay for new peonies",
    ],
    "fr": [
        "annulez-la",
        "arrangez ça",
        "faites-la marcher",
        "ôtez ça de ma facture",
        "remettez le prix d’avant",
        "le prix d’avant",
        "mon ancien prix",
        "Un mois gratis",
        "un mois de remboursé",
        "Un terminal neuf, c’est tout ce que je demande",
        "que ça marche",
    ],
    "it": [
        "FATELO FUNZIONARE",
        "fate funzionare internet",
        "toglietela",
        "ridatemi la linea",
        "rimettete il prezzo di prima",
        "la tariffa di prima",
        "un mese gratis",
        "un mese indietro",
        "un modem nuovo e basta",
        "che funzioni",
    ],
}
ONLY_TOLD = {
    "en": [
        "one step back",
        "go back",
        "a month back",
        "they sent one back",
        "I sent it back on April 14",
        "the free month never came",
        "my old plan cost less",
    ],
    "fr": [
        "la question d’avant",
        "le prix a monté",
        "le mois d’avant, c’était correct",
        "vous m’aviez promis un mois gratuit",
    ],
    "it": [
        "la domanda di prima",
        "prima funzionava",
        "il prezzo è salito",
        "mi avevate promesso un mese gratis",
    ],
}
YES = {
    "en": ["deal", "done deal", "ok deal", "it’s a deal", "um, yeah", "well yeah", "sounds like a deal"],
    "fr": ["ça marche", "ok ça marche", "ben oui", "euh oui", "hmm oui", "marché conclu", "finalement oui"],
    "it": ["affare fatto", "ehm sì", "beh sì", "ma sì", "alla fine sì", "ci sto"],
}
NOT_YES = {
    "en": ["no deal", "deal with it", "the deal was 50 dollars", "um, nope"],
    "fr": ["ça marche pas", "ça marche pus", "ça marche mal", "ben non", "vendu comme illimité"],
    "it": ["non ci sto", "ehm no", "beh no"],
}
NO = {
    "en": ["hmm no", "uhm no", "well no", "actually no", "uh no, keep it"],
    "fr": ["hmm non, gardez-la", "ben non", "euh non", "finalement non", "mais non"],
    "it": ["uhm no", "ehm no", "mah no", "beh no", "alla fine no", "ma no"],
}
NOT_NO = {
    "en": ["well no one came", "hmm not sure", "deal"],
    "fr": ["ben oui", "ben pas de problème", "ça marche"],
    "it": ["mah non lo so", "ehm non saprei", "affare fatto"],
}
RESERVED = {
    "en": ["yes but not now", "yes, except the date"],
    "fr": ["oui mais pas le 3", "oui, sauf la date"],
    "it": ["sì ma non ora", "sì, tranne la data"],
}
UNRESERVED = {
    "en": ["yes, not worth it", "yes"],
    "fr": ["oui, ça vaut pas la peine", "mais oui"],
    "it": ["sì, non ne vale la pena", "ma sì"],
}


@pytest.mark.parametrize(
    ("kind", "said", "texts"),
    [
        ("prior_contact", True, ATTEMPT),
        ("prior_contact", False, NO_ATTEMPT),
        ("remedy", True, TOLD_TO_DO),
        ("remedy", False, ONLY_TOLD),
        ("yes", True, YES),
        ("yes", False, NOT_YES),
        ("no", True, NO),
        ("no", False, NOT_NO),
        ("reserve", True, RESERVED),
        ("reserve", False, UNRESERVED),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_short_answers_and_what_only_sounds_like_them(
    language: str, kind: str, said: bool, texts: dict[str, list[str]]
) -> None:
    wrong = [text for text in texts[language] if says(language, kind, text) is not said]

    assert not wrong
