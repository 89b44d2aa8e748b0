"""Other telecom companies are heard in three languages, in capitals or not; bells, surnames and freedom are not."""

import pytest

from bot.provider import known_companies
from bot.reading.companies import read_companies
from tests.reading.nasty import NASTY_STRINGS

KNOWN = known_companies()
KINDS = ("known", "surnames", "words", "common")
SPELLINGS = [
    (company, spelling) for kind in KINDS for company, written in KNOWN[kind].items() for spelling in written
]
SENTENCES = {
    "en": "last year i switched from {} to you, and now this",
    "fr": "l'an dernier j'ai quitté {} pour vous, et maintenant ceci",
    "it": "l'anno scorso sono passato da {} a voi, e adesso questo",
}
COMPANIES = sorted({company for company, _ in SPELLINGS})


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=[*SENTENCES])
@pytest.mark.parametrize(("company", "spelling"), SPELLINGS, ids=[spelling for _, spelling in SPELLINGS])
def test_every_spelling_of_every_company_is_found(company: str, spelling: str, sentence: str) -> None:
    assert read_companies(sentence.format(spelling), KNOWN) == [company]
    assert read_companies(sentence.format(spelling.upper()), KNOWN) == [company]
    assert read_companies(sentence.format(spelling).upper(), KNOWN) == [company]


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize(
    "sentence",
    [
        "I left {} because of the price.",
        "My new provider {} told me the number was never released.",
        "J'étais client chez {} avant.",
        "Le technicien de {} est passé hier.",
        "Prima ero cliente di {}.",
        "Voglio tornare a {} con il mio numero.",
    ],
)
def test_every_company_is_found_under_its_own_name(company: str, sentence: str) -> None:
    assert read_companies(sentence.format(company), KNOWN) == [company]


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("bell told me my number was never released", ["Bell"]),
        ("i left rogers for you", ["Rogers"]),
        ("switched from bell last year", ["Bell"]),
        ("bell canada says it's your fault", ["Bell"]),
        ("Bell charged me half as much", ["Bell"]),
        ("BELL TOLD ME TO CALL YOU", ["Bell"]),
        ("the Bell technician cut our cable", ["Bell"]),
        ("the bell guy cut our cable", ["Bell"]),
        ("my bell bill was half of that", ["Bell"]),
        ("Even Bell is cheaper than you", ["Bell"]),
        ("I have found out Rogers offers this for free", ["Rogers"]),
        ("rogers never did that", ["Rogers"]),
        ("My Rogers account is closed", ["Rogers"]),
        ("We had Shaw, then Rogers bought them", ["Shaw", "Rogers"]),
        ("rogers and bell are better", ["Rogers", "Bell"]),
        ("bell or telus, I don't care", ["Bell", "TELUS"]),
        ("I went from Freedom to Virgin", ["Freedom Mobile", "Virgin Plus"]),
        ("going back to freedom then", ["Freedom Mobile"]),
        ("freedom told me it takes two hours", ["Freedom Mobile"]),
        ("I'm a Virgin customer now", ["Virgin Plus"]),
        ("we're moving to zoom for our phones", ["Zoom Phone"]),
        ("our dialpad lines never drop", ["Dialpad"]),
        ("we are switching to 8x8", ["8x8"]),
        ("tek savvy is half the price", ["TekSavvy"]),
        ("Tek-Savvy and Public  Mobile", ["TekSavvy"]),
        ("port my number to publicmobile", ["Public Mobile"]),
        ("Telus' agent and Bell’s agent both said so", ["TELUS", "Bell"]),
        ("I was with (Bell) before", ["Bell"]),
        ("Bell, Telus, Rogers: all the same. Bell most of all", ["Bell", "TELUS", "Rogers"]),
        ("I had Virgin Mobile in 2015 and Wind Mobile before", ["Virgin Plus", "Freedom Mobile"]),
        ("www.telus.com shows my number as theirs", ["TELUS"]),
        ("Bell Aliant, not Bell", ["Bell Aliant", "Bell"]),
        ("je suis passée de vidéotron à bell", ["Vidéotron", "Bell"]),
        ("Bell m'a dit d'attendre", ["Bell"]),
        ("bell m’a dit d’attendre", ["Bell"]),
        ("mon forfait Fizz coûtait moins cher", ["Fizz"]),
        ("un conseiller de Rogers m’a répondu tout de suite", ["Rogers"]),
        ("J’étais chez Telebec, puis chez Cogéco", ["Télébec", "Cogeco"]),
        ("je retourne chez virgin", ["Virgin Plus"]),
        ("d’Eastlink je n’ai jamais eu de nouvelles", ["Eastlink"]),
        ("la boutique Koodo a tout réglé", ["Koodo"]),
        ("avec bell ça marchait", ["Bell"]),
        ("con bell non succedeva", ["Bell"]),
        ("Bell mi ha detto di aspettare", ["Bell"]),
        ("ho lasciato rogers per voi", ["Rogers"]),
        ("il tecnico Shaw era più gentile", ["Shaw"]),
        ("torno a freedom", ["Freedom Mobile"]),
        ("ho chiesto a Bell e a Telus", ["Bell", "TELUS"]),
        ("la bolletta bell era più bassa", ["Bell"]),
        ("ero abbonata a Vidéotron", ["Vidéotron"]),
    ],
)
def test_a_company_is_named(text: str, companies: list[str]) -> None:
    assert read_companies(text, KNOWN) == companies


@pytest.mark.parametrize(
    "text",
    [
        "I hear a bell when I pick up",
        "does that ring a bell?",
        "please ring the bell",
        "The door bell does not work any more",
        "my doorbell camera is offline",
        "Bell pepper on the pizza again",
        "we had Taco Bell while we waited",
        "the phone bell is too loud",
        "bell rings but nobody is there",
        "with bells and whistles I never asked for",
        "Mr. Bell never called back",
        "my name is Jane Bell",
        "Alexander Graham Bell would weep",
        "write to me at jane@bell.net",
        "my address is john.rogers@example.com",
        "last name Rogers, first name Dave",
        "my name is rogers",
        "my neighbour Anna Shaw saw it",
        "it's dave rogers from the bakery",
        "Ms Shaw in your billing team",
        "I live at 12 Shaw Street",
        "we have seats at the Rogers Centre",
        "Roger that, I will wait",
        "my dog fido chewed the cable",
        "our dog is called Fido",
        "I want the freedom to choose",
        "freedom of choice is all I ask",
        "give me freedom",
        "Freedom! At last it works",
        "extra virgin olive oil on the modem",
        "a trip to the Virgin Islands",
        "on a zoom call with my team it cut out",
        "Zoom keeps freezing because of you",
        "please zoom in on the invoice",
        "the dialpad does not respond",
        "a room of 8x8 feet",
        "the cable is 20 mts long",
        "I'm not tech savvy",
        "I left my Altima in your parking lot",
        "please tellus why",
        "the east link in the chain of shops",
        "the fizz of the line is unbearable",
        "in public, mobile data is fine",
        "a lucky day, mobile works",
        "Jive and GoTo Connect are the same, so is LogMeIn",
        "I use GoTo Meeting and goto webinar",
        "shawarma and koodos to you",
        "la cloche sonne, le modem aussi",
        "M. Rogers ne m'a jamais rappelé",
        "Mme Shaw, de la comptabilité",
        "je m'appelle Bell",
        "Place Bell à Laval",
        "au Centre Bell il n'y a pas de réseau",
        "huile vierge et virgin mojito",
        "une réunion zoom coupée trois fois",
        "j'habite rue Shaw",
        "start. Ça ne marche pas",
        "che bell'idea far pagare due volte",
        "un bell affare davvero",
        "nel modo più bello, belli miei",
        "sono la signora Rogers",
        "mi chiamo Anna Shaw",
        "bravo, telecom come sempre",
        "una riunione su zoom",
        "altima volta che chiamo",
    ],
)
def test_no_company_is_named(text: str) -> None:
    assert read_companies(text, KNOWN) == []


@pytest.mark.parametrize("own", ["jive", "goto", "logmein"])
def test_the_operator_is_not_among_the_others(own: str) -> None:
    assert not [spelling for _, spelling in SPELLINGS if own in spelling.lower()]
    assert not [company for company in COMPANIES if own in company.lower()]


def test_no_spelling_stands_for_two_companies() -> None:
    spellings = [spelling for _, spelling in SPELLINGS]
    assert sorted(spellings) == sorted(set(spellings))


def test_nasty_strings_name_no_company() -> None:
    for text in NASTY_STRINGS:
        assert read_companies(text, KNOWN) == []
