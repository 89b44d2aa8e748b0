"""The natures and services read in customers' own words, in three languages."""

from pathlib import Path

import pytest
import yaml

from bot import languages
from bot.languages import LANGUAGES, pack
from bot.reading.cues import Cue, CueFinder
from bot.reading.nature import read_natures, read_services


def natures(language: str, text: str) -> list[tuple[str, str]]:
    return [(mention.category, mention.issue) for mention in read_natures(text, pack(language, "natures"))]


def services(language: str, text: str) -> list[str]:
    return read_services(text, pack(language, "natures"))


# One row for each issue of the regulator's taxonomy (and of our "other"), told in each language.
ISSUES = [
    ("billing", "incorrect_charge", "overcharged", "ma facture est erronée", "la bolletta è sbagliata"),
    (
        "billing",
        "duplicate_charge",
        "I was billed twice in May",
        "vous m’avez facturé deux fois le mois de mai",
        "mi hanno addebitato due volte il mese di maggio",
    ),
    (
        "billing",
        "charge_after_cancellation",
        "you keep billing me even though I cancelled in June",
        "vous continuez à me facturer alors que j’ai annulé en juin",
        "continuate a fatturare anche se ho disdetto a giugno",
    ),
    (
        "billing",
        "price_increase",
        "my rate went up by $8 a month",
        "mon forfait vient d’augmenter de 8 $ par mois",
        "il canone è aumentato di 8 euro al mese",
    ),
    (
        "billing",
        "credit_not_received",
        "I never received the credit for the week without a line",
        "je n’ai jamais reçu le crédit promis",
        "non ho mai ricevuto il rimborso",
    ),
    (
        "billing",
        "termination_fee",
        "they want a $200 cancellation fee",
        "on me réclame 200 $ de frais de résiliation",
        "mi chiedono 200 euro di penale per il recesso",
    ),
    (
        "billing",
        "one_time_fee",
        "there is an activation fee on my first invoice",
        "il y a des frais d’activation sur ma première facture",
        "mi hanno messo in conto i costi di attivazione",
    ),
    (
        "billing",
        "overage",
        "$300 of roaming for one weekend",
        "300 $ d’itinérance pour une fin de semaine",
        "300 euro di roaming per un fine settimana",
    ),
    (
        "billing",
        "equipment_charge",
        "you billed me for a router I sent back",
        "vous me facturez un modem que j’ai retourné",
        "mi fate pagare il noleggio del modem che ho restituito",
    ),
    (
        "billing",
        "late_fee",
        "a late fee although I paid on time",
        "des frais de retard alors que j’ai payé à temps",
        "una mora anche se ho pagato in tempo",
    ),
    (
        "billing",
        "unrecognised_usage",
        "there are calls I never made",
        "il y a des appels que je n’ai jamais faits",
        "ci sono chiamate mai effettuate",
    ),
    (
        "contract",
        "breach_of_contract",
        "I was promised $50 a month and it is $70",
        "on m’a promis 50 $ par mois et c’est 70",
        "mi avevano promesso 50 euro al mese e sono 70",
    ),
    (
        "contract",
        "contract_change",
        "you changed my plan without asking",
        "vous avez changé mon forfait sans me prévenir",
        "avete cambiato il mio piano senza avvisarmi",
    ),
    (
        "contract",
        "non_disclosure",
        "the salesman tricked my mother",
        "le vendeur a trompé ma mère",
        "il venditore ha ingannato mia madre",
    ),
    (
        "contract",
        "cancellation_refused",
        "they won't let me cancel",
        "impossible de résilier mon abonnement",
        "non riesco a dare la disdetta",
    ),
    (
        "contract",
        "auto_renewal",
        "the agreement renewed automatically",
        "mon contrat a été renouvelé automatiquement",
        "il contratto si è rinnovato in automatico",
    ),
    (
        "contract",
        "contract_disputed",
        "I never signed a contract",
        "je n’ai jamais signé de contrat",
        "non ho mai firmato nessun contratto",
    ),
    (
        "contract",
        "unlocking",
        "you refuse to unlock my phone",
        "vous refusez de déverrouiller mon appareil",
        "non volete sbloccare il telefono",
    ),
    ("service_delivery", "outage", "no internet", "pas d’internet", "sono senza internet"),
    (
        "service_delivery",
        "poor_quality",
        "the line crackles and cuts out",
        "ça grésille et la ligne coupe",
        "la linea gracchia e va e viene",
    ),
    (
        "service_delivery",
        "slow_speed",
        "it is so slow in the evening",
        "c’est tellement lent le soir",
        "la sera è lentissimo",
    ),
    (
        "service_delivery",
        "dropped_calls",
        "my calls keep dropping",
        "mes appels coupent après deux minutes",
        "le chiamate cadono dopo due minuti",
    ),
    (
        "service_delivery",
        "missed_appointment",
        "the technician never showed up",
        "le technicien n’est jamais venu",
        "il tecnico non è mai venuto",
    ),
    (
        "service_delivery",
        "installation",
        "my installation is delayed again",
        "mon installation est encore en retard",
        "l’installazione è di nuovo in ritardo",
    ),
    (
        "service_delivery",
        "repair",
        "nobody has fixed it yet",
        "ce n’est toujours pas réparé",
        "non è ancora stato riparato",
    ),
    (
        "service_delivery",
        "porting",
        "the port of my number failed",
        "la portabilité de mon numéro a échoué",
        "la portabilità del numero non va avanti",
    ),
    (
        "service_delivery",
        "feature_not_working",
        "voicemail doesn't work",
        "la boîte vocale ne marche plus",
        "la segreteria non registra",
    ),
    (
        "service_delivery",
        "delivery",
        "the package never arrived",
        "le colis n’est jamais arrivé",
        "il pacco non è mai arrivato",
    ),
    (
        "credit_management",
        "credit_bureau",
        "you ruined my credit score",
        "vous avez gâché ma cote de crédit",
        "mi avete segnalato come cattivo pagatore",
    ),
    (
        "credit_management",
        "suspension",
        "you suspended my account",
        "vous avez suspendu ma ligne",
        "mi avete sospeso la linea",
    ),
    (
        "credit_management",
        "collections",
        "a collection agency is after me",
        "une agence de recouvrement m’appelle",
        "mi chiama il recupero crediti",
    ),
    (
        "credit_management",
        "amount_owing",
        "the previous tenant left this debt, not me",
        "cette dette n’est pas à moi",
        "questo debito non è mio, non devo niente",
    ),
    (
        "credit_management",
        "deposit",
        "they require a security deposit",
        "on exige un dépôt de garantie",
        "chiedono un deposito cauzionale",
    ),
    (
        "credit_management",
        "payment_arrangement",
        "you refused a payment arrangement",
        "on m’a refusé une entente de paiement",
        "mi hanno negato la rateizzazione",
    ),
    (
        "other",
        "accessibility",
        "I am deaf and can only write",
        "je suis malentendant et je ne peux qu’écrire",
        "sono sordo e posso solo scrivere",
    ),
    (
        "other",
        "complaint_handling",
        "my complaint was ignored, nobody answers",
        "ma plainte a été ignorée, personne ne répond",
        "il mio reclamo è stato ignorato, nessuno risponde",
    ),
    (
        "other",
        "privacy",
        "you sold my personal information",
        "vous avez vendu mes renseignements personnels",
        "avete ceduto i miei dati personali",
    ),
    (
        "other",
        "conduct",
        "the agent was rude",
        "l’agent était impoli",
        "l’operatore è stato maleducato",
    ),
    ("other", "price", "you are too expensive", "vous êtes trop chers", "siete troppo cari"),
    (
        "other",
        "other",
        "worst company ever, stay away",
        "la pire compagnie, à fuir",
        "la peggiore compagnia, state alla larga",
    ),
]


@pytest.mark.parametrize(
    "language, text, category, issue",
    [
        (language, texts[place], category, issue)
        for category, issue, *texts in ISSUES
        for place, language in enumerate(("en", "fr", "it"))
    ],
)
def test_the_main_nature_is_read_in_each_language(
    language: str, text: str, category: str, issue: str
) -> None:
    assert natures(language, text)[0] == (category, issue)


def test_every_issue_of_the_lexicon_is_tried() -> None:
    lexicon = pack("en", "natures")["natures"]
    assert {(category, issue) for category, issues in lexicon.items() for issue in issues} == {
        (category, issue) for category, issue, *_ in ISSUES
    }


@pytest.mark.parametrize(
    "language, text, category",
    [
        ("en", "OVERCHARGED AGAIN", "billing"),
        ("en", "u guys chargd me twice wtf", "billing"),
        ("en", "a billling mistake", "billing"),
        ("en", "internet is soooo slow", "service_delivery"),
        ("en", "Im still recieving bills after i cancelled", "billing"),
        ("en", "my bill", "billing"),
        ("fr", "FACTURE ERRONEE", "billing"),
        ("fr", "jai pu dinternet", "service_delivery"),
        ("fr", "le technicen est jamais venu", "service_delivery"),
        ("fr", "C'EST LEEEENT", "service_delivery"),
        ("fr", "ma facture", "billing"),
        ("it", "BOLLETTA SBAGLIATA", "billing"),
        ("it", "nn va internet", "service_delivery"),
        ("it", "il tecncio non e venuto", "service_delivery"),
        ("it", "la bolletta", "billing"),
    ],
)
def test_slips_capitals_slang_and_short_answers_are_understood(
    language: str, text: str, category: str
) -> None:
    assert [found for found, _ in natures(language, text)] == [category]


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", ""),
        ("en", "hello"),
        ("en", "I want to change my plan"),
        ("en", "my phone number is 514 555 0134"),
        ("en", "I want to make a complaint"),
        ("en", "can you call me back on my cell?"),
        ("en", "I want to pay my bill"),
        ("en", "please contact me about my contract"),
        ("fr", "bonjour"),
        ("fr", "je veux changer de forfait"),
        ("fr", "mon numéro de téléphone est le 514 555 0134"),
        ("fr", "je veux porter plainte"),
        ("fr", "je voudrais payer ma facture"),
        ("it", "buongiorno"),
        ("it", "voglio cambiare piano"),
        ("it", "il mio numero di telefono è 514 555 0134"),
        ("it", "vorrei fare un reclamo"),
        ("it", "voglio pagare la bolletta"),
    ],
)
def test_what_is_no_complaint_has_no_nature(language: str, text: str) -> None:
    assert natures(language, text) == []


@pytest.mark.parametrize(
    "language, text, category",
    [
        ("en", "there is no problem with my internet, you overcharged me", "billing"),
        ("en", "it is not about my bill, the line is dead", "service_delivery"),
        ("fr", "internet fonctionne très bien, vous m’avez facturé en double", "billing"),
        ("fr", "rien à voir avec ma facture, je n’ai plus de tonalité", "service_delivery"),
        ("it", "internet funziona bene, la fattura è sbagliata", "billing"),
        ("it", "non riguarda la bolletta, la linea è muta", "service_delivery"),
    ],
)
def test_what_the_customer_rules_out_is_not_named(language: str, text: str, category: str) -> None:
    assert [found for found, _ in natures(language, text)] == [category]


@pytest.mark.parametrize(
    "language, text, expected",
    [
        ("en", "You overcharged me in May. And my internet is down.", {"billing", "service_delivery"}),
        ("fr", "Vous m’avez facturé deux fois. En plus, pas d’internet.", {"billing", "service_delivery"}),
        ("it", "Mi avete addebitato due volte. E sono senza internet.", {"billing", "service_delivery"}),
    ],
)
def test_a_clear_second_trouble_is_named_too(language: str, text: str, expected: set[str]) -> None:
    assert {category for category, _ in natures(language, text)} == expected


@pytest.mark.parametrize(
    "language, text, category",
    [
        ("en", "your modem is horrible", "service_delivery"),
        ("fr", "votre modem, quelle honte", "service_delivery"),
        ("it", "il vostro modem è una vergogna", "service_delivery"),
    ],
)
def test_displeasure_and_a_topic_make_a_guess(language: str, text: str, category: str) -> None:
    assert [found for found, _ in natures(language, text)] == [category]


def test_a_sentence_that_names_the_complaint_outweighs_the_rest() -> None:
    aside = "Calls drop and the app crashes."
    assert natures("en", f"{aside} You overcharged me.")[0][0] == "service_delivery"
    assert natures("en", f"{aside} My complaint is that you overcharged me in May, an incorrect bill.")[0][
        0
    ] == ("billing")


def test_no_text_has_more_than_three_natures() -> None:
    everything = "overcharged, no internet, credit score ruined, never signed a contract, privacy breach"
    assert len(natures("en", everything)) == 3


@pytest.mark.parametrize(
    "language, text, expected",
    [
        ("en", "my cell has no signal", ["wireless"]),
        ("en", "the internet and the tv are down, internet most of all", ["internet", "tv"]),
        ("en", "our desk phones lost their dial tone", ["local_phone"]),
        ("en", "wrong long distance charges", ["long_distance"]),
        ("en", "your alarm service and the directory listing", ["other"]),
        ("en", "full signal but nothing loads, and I still owe my phone financing", ["wireless"]),
        ("en", "you throttle me to 10 mbps after dinner", ["internet"]),
        ("en", "the wireless router drops every hour", ["internet"]),
        ("en", "the telephone pole leans over my car", []),
        ("en", "we cannot watch the hockey game", ["tv"]),
        ("fr", "je ne capte plus rien en ville", ["wireless"]),
        ("fr", "ma connexion tombe chaque soir", ["internet"]),
        ("fr", "impossible de regarder le match", ["tv"]),
        ("fr", "la connexion à mon compte est refusée", []),
        ("it", "la velocità è dimezzata", ["internet"]),
        ("it", "non riesco a guardare la partita", ["tv"]),
        ("en", "my phone number is 514 555 0134", []),
        ("en", "you overcharged me", []),
        ("fr", "mon cellulaire ne capte pas", ["wireless"]),
        ("fr", "le wifi et la télé, surtout le wifi", ["internet", "tv"]),
        ("fr", "notre ligne fixe est morte", ["local_phone"]),
        ("fr", "des interurbains que je n’ai pas faits", ["long_distance"]),
        ("fr", "vous avez envoyé un texto? non, par texto on ne m’a rien dit", ["wireless"]),
        ("fr", "bonjour", []),
        ("it", "il cellulare non prende", ["wireless"]),
        ("it", "il modem e il decoder, ma soprattutto il modem", ["internet", "tv"]),
        ("it", "il telefono fisso è muto", ["local_phone"]),
        ("it", "chiamate internazionali mai fatte", ["long_distance"]),
        ("it", "buongiorno", []),
    ],
)
def test_services_are_named_in_order_of_prominence(language: str, text: str, expected: list[str]) -> None:
    assert services(language, text) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_packs_have_the_same_shape_and_a_label_for_everything(language: str) -> None:
    lexicon, labels = pack(language, "natures"), pack(language, "nature_labels")
    model = pack("en", "natures")
    assert lexicon.keys() == model.keys()
    for part in ("natures", "answers", "topics"):
        assert lexicon[part].keys() == model[part].keys()
    issues = {issue for category in lexicon["natures"].values() for issue in category}
    assert issues == {issue for category in model["natures"].values() for issue in category}
    assert set(labels["categories"]) == set(lexicon["natures"])
    assert set(labels["issues"]) == issues
    assert set(labels["services"]) == set(lexicon["services"]) - {"none"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lexicon_reads_the_same_without_the_fast_loader(language: str) -> None:
    file = Path(languages.__file__).parent / language / "natures.yml"

    assert yaml.safe_load(file.read_text(encoding="utf-8")) == pack(language, "natures")


@pytest.mark.parametrize("language", LANGUAGES)
def test_cues_are_written_in_the_spelling_of_normalised_text(language: str) -> None:
    lexicon = pack(language, "natures")
    cues = [
        cue
        for issues in lexicon["natures"].values()
        for lists in issues.values()
        for cues in lists.values()
        for cue in cues
    ]
    cues += [word for words in lexicon["sets"].values() for word in words]
    cues += [word for words in lexicon["services"].values() for word in words]
    cues += [*lexicon["trouble"], *lexicon["ignore"], *lexicon["focus"]]
    unreachable = [cue for cue in cues if set(cue.replace("MONEY", "").replace("NUM", "")) - _SPELLING]
    assert unreachable == []


_SPELLING = set("abcdefghijklmnopqrstuvwxyz *?.()|<>_")


@pytest.mark.parametrize(
    "cue, text, found",
    [
        ("late fee", "a LATE fee!", True),
        ("charg*", "charging me", True),
        ("charg*", "discharge", False),
        ("(bill|invoice) wrong", "invoice wrong", True),
        ("bill (is)? wrong", "bill wrong", True),
        ("bill .. wrong", "bill is so very wrong", True),
        ("bill .. wrong", "bill is not so very wrong", False),
        ("bill ... wrong", "bill is one two three four five wrong", True),
        ("bill .. wrong", "the bill. wrong again", False),
        ("<bill> MONEY", "invoice $1,250.00", True),
        ("<bill> MONEY", "invoice 40 dollars", True),
        ("<bill> NUM", "invoice 12345", True),
        ("(<bill>|charge) twice", "invoice twice", True),
        ("cant hear", "can’t hear", True),
        ("internet", "the intrenet", True),
        ("internet", "the interrnet", True),
    ],
)
def test_the_language_of_cues(cue: str, text: str, found: bool) -> None:
    finder = CueFinder([Cue(cue, "nature")], sets={"bill": ["bill", "invoice"]}, joins_apostrophes=True)
    assert bool(finder.hits(finder.normalise(text), frozenset({"nature"}))) is found


@pytest.mark.parametrize("cue", ["(maybe)? first", ".. first", "a [list]", "a (b|(c|d))"])
def test_a_cue_that_cannot_be_read_is_an_error(cue: str) -> None:
    with pytest.raises(ValueError, match="a cue"):
        CueFinder([Cue(cue, "nature")], sets={}, joins_apostrophes=True)


def test_a_known_word_is_not_mended() -> None:
    cue = Cue("contract", "nature")
    assert CueFinder([cue], {}, True).normalise("contact") == " contract "
    assert CueFinder([cue], {}, True, known_words=["contact"]).normalise("contact") == " contact "


TROUBLES = [
    # a wish for money back is the remedy, unless nothing else is told
    ("en", "MY INTERNET HAS BEEN DOWN SINCE MAY 8! I WANT A REFUND", "service_delivery", "outage"),
    ("fr", "Internet est en panne, je veux un remboursement", "service_delivery", None),
    ("it", "Internet non va da ieri e voglio un rimborso", "service_delivery", "outage"),
    ("en", "I want a refund", "billing", "credit_not_received"),
    ("fr", "je veux un remboursement", "billing", "credit_not_received"),
    ("it", "voglio un rimborso", "billing", "credit_not_received"),
    ("en", "I asked for a refund and never got it", "billing", "credit_not_received"),
    ("fr", "Vous avez facturé mon forfait de téléphone maison deux fois", "billing", "duplicate_charge"),
    ("fr", "vous me chargez un cellulaire que j’ai retourné", "billing", None),
    ("en", "it is about how you go about collecting on my bill", "credit_management", "collections"),
    # damage by who came
    ("en", "the installer broke my flower bed", "service_delivery", "installation"),
    ("fr", "votre technicien a brisé ma plate-bande", "service_delivery", "installation"),
    ("it", "il tecnico ha rotto il vaso", "service_delivery", "installation"),
    # picture and sound
    ("en", "my TV has no sound", "service_delivery", "poor_quality"),
    ("en", "My TV picture froze for good on May 6", "service_delivery", "poor_quality"),
    ("it", "La TV perde i canali tutte le sere", "service_delivery", "poor_quality"),
    ("fr", "Y a pus de son sur ma télé", "service_delivery", "poor_quality"),
    ("fr", "l’image est en petits carreaux", "service_delivery", "poor_quality"),
    ("fr", "ça va et vient", "service_delivery", "poor_quality"),
    ("fr", "ça marche pus", "service_delivery", "outage"),
    ("it", "la TV si vede a quadretti", "service_delivery", "poor_quality"),
    ("it", "Il 14 aprile viene il tecnico, e da quel giorno va e viene", "service_delivery", "poor_quality"),
    # numbers changed, old plans billed, sums nobody asked for, calls nobody made
    ("en", "you changed my cell number by mistake", "service_delivery", "porting"),
    ("fr", "vous avez changé mon numéro de cellulaire par erreur", "service_delivery", "porting"),
    ("it", "avete cambiato il mio numero di cellulare per errore", "service_delivery", "porting"),
    ("en", "you billed me for the old plan", "billing", "incorrect_charge"),
    ("fr", "vous m’avez facturé l’ancien forfait", "billing", "incorrect_charge"),
    ("it", "mi avete fatturato il vecchio piano", "billing", "incorrect_charge"),
    ("en", "you put $75 for a technician nobody asked for", "billing", "incorrect_charge"),
    ("fr", "vous m’avez mis 75 $ de visite que personne n’a demandée", "billing", "incorrect_charge"),
    ("it", "avete messo 75 $ di intervento tecnico mai chiesto", "billing", "incorrect_charge"),
    ("en", "our PBX was hacked", "billing", "unrecognised_usage"),
    ("fr", "des appels que personne n’a faits", "billing", "unrecognised_usage"),
    ("it", "sono partite trecento chiamate", "billing", "unrecognised_usage"),
]


@pytest.mark.parametrize(("language", "text", "category", "issue"), TROUBLES)
def test_the_trouble_is_told_from_what_stands_beside_it(
    language: str, text: str, category: str, issue: str | None
) -> None:
    main = natures(language, text)[0]

    assert main[0] == category and issue in (None, main[1])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the technician came on April 14, a nice fellow"),
        ("fr", "le technicien est venu le 14 avril, un bon gars"),
        ("it", "il 14 aprile viene il tecnico, un bravo ragazzo"),
    ],
)
def test_a_technician_who_came_missed_no_appointment(language: str, text: str) -> None:
    assert natures(language, text) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "caller ID on my cell phone is gone", ["wireless"]),
        ("fr", "l’afficheur ne marche pas sur mon cellulaire", ["wireless"]),
        ("it", "il trasferimento di chiamata sul cellulare", ["wireless"]),
        ("en", "call display is gone", ["local_phone"]),
        ("fr", "l’afficheur ne marche pas", ["local_phone"]),
        ("it", "la segreteria telefonica è sparita", ["local_phone"]),
        ("en", "my house phone", ["local_phone"]),
        ("fr", "ma ligne de maison", ["local_phone"]),
        ("it", "il numero di casa", ["local_phone"]),
        ("en", "you swapped my cell number", ["wireless"]),
        ("fr", "mon numéro de cellulaire a été changé", ["wireless"]),
        ("fr", "mon numéro de cellulaire est perdu", ["wireless"]),
        ("en", "my cell number is 514 555 0199", []),
        ("fr", "mon numéro de cellulaire est le 514 555-0199", []),
        ("it", "il mio numero di cellulare è 514 555 0199", []),
        ("it", "sono partite trecento chiamate", []),
        ("it", "non vedo le partite", ["tv"]),
    ],
)
def test_a_service_named_outright_outweighs_a_feature(language: str, text: str, expected: list[str]) -> None:
    assert services(language, text) == expected
