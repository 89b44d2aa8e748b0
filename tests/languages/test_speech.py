"""Speech: each kind of thing as the language says it, and nothing in it that a voice cannot say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from bot.languages import LANGUAGES, pack
from bot.languages.speech import Span, grouped, plain, speech, spelled
from bot.languages.wording import written, written_date, written_money, written_phone
from bot.playbooks import replies
from bot.playbooks import words as playbook_words
from bot.schemes import scheme
from tests.phone.ear import faults


def said(text: str, language: str) -> str:
    return plain(speech(text, language))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        # numbers that are looked up or dialled
        ("Case 4820-1934-7711.", "Case 4 8 2 0, 1 9 3 4, 7 7 1 1."),
        ("Case 4820\u20111934\u20117711 is open.", "Case 4 8 2 0, 1 9 3 4, 7 7 1 1, is open."),
        ("482019347711", "4 8 2 0, 1 9 3 4, 7 7 1 1,"),
        ("Account 10042917?", "Account 1 0 0 4, 2 9 1 7?"),
        ("Your code is 482019.", "Your code is 4 8 2, 0 1 9."),
        ("The code is 0042, the PIN 1234.", "The code is 0 0 4 2, the pin 1 2 3 4."),
        ("Call 1-888-221-1687.", "Call 1, 8 8 8, 2 2 1, 1 6 8 7."),
        ("Call (514) 555-0117 now", "Call 5 1 4, 5 5 5, 0 1 1 7, now"),
        ("Call 514.555.0117 or 514 555 0117", "Call 5 1 4, 5 5 5, 0 1 1 7, or 5 1 4, 5 5 5, 0 1 1 7,"),
        ("+15145550117", "1, 5 1 4, 5 5 5, 0 1 1 7,"),
        ("+39 02 1234 5678", "plus 3 9, 0 2, 1 2 3 4, 5 6 7 8,"),
        ("Call 9-1-1, or text 9-8-8.", "Call 9 1 1, or text 9 8 8."),
        ("call 911 now", "call 9 1 1 now"),
        ("$911 at 911 Mbps", "911 dollars at 911 megabits per second"),
        ("at K1A 0B1 or h2x1y4", "at K 1 A, 0 B 1, or H 2 X, 1 Y 4,"),
        ("ticket TK-4471", "ticket T K, 4 4 7 1,"),
        ("reference CR-2026-0412 or AB12CD34", "reference C R, 2 0 2 6, 0 4 1 2, or A B, 1 2, C D, 3 4,"),
        ("dial 611 or *611, call 811", "dial 6 1 1 or star 6 1 1, call 8 1 1"),
        ("card 4111 1111 1111 1111", "card 4 1 1 1, 1 1 1 1, 1 1 1 1, 1 1 1 1,"),
        ("555-0117", "5 5 5, 0 1 1 7,"),
        ("on file (…17)", "on file, ending in 1 7,"),
        ("card **** 4821", "card ending in 4 8 2 1"),
        ("ext. 204, No. 5, #5", "extension 2 0 4, number 5, number 5"),
        ("$1000000000000", "1 0 0 0 0 0 0 0 0 0 0 0 0 dollars"),
        (
            "ticket # INC0012345, no. INC77, #A-4521",
            "ticket number I N C, 0 0 1, 2 3 4 5, number I N C, 7 7, number A, 4 5 2 1,",
        ),
        ("at (514) 555-0117 x12", "at 5 1 4, 5 5 5, 0 1 1 7, extension 1 2"),
        ("MAC 00:1a:2B:3C:4D:5E", "mac 0 0, 1 A, 2 B, 3 C, 4 D, 5 E,"),
        ("room 204 in 2026", "room 204 in 2026"),
        # money
        ("$41.15", "41 dollars and 15 cents"),
        ("$1.00, $0.01, $1.01", "one dollar, one cent, one dollar and one cent"),
        ("$50 and $0.50 and $.50", "50 dollars and 50 cents and 50 cents"),
        ("$0", "zero dollars"),
        ("-$41.15, $-3", "minus 41 dollars and 15 cents, minus 3 dollars"),
        ("$41.15 CR", "41 dollars and 15 cents of credit"),
        ("$1,234.56", "1234 dollars and 56 cents"),
        ("$12,345", "12 thousand 345 dollars"),
        ("$2,000,000", "2 million dollars"),
        ("US$5.20 or 5 USD", "5 American dollars and 20 cents or 5 American dollars"),
        ("$60/month, $720/yr", "60 dollars a month, 720 dollars a year"),
        ("$30-$40 or $5k", "30 dollars to 40 dollars or 5000 dollars"),
        ("41,15\u00a0$ paid", "41 dollars and 15 cents paid"),
        # dates and times
        ("March 5, 2026", "March 5, 2026"),
        ("2026-03-05 and 2026/03/05", "March 5, 2026 and March 5, 2026"),
        ("2026-03-05T14:30:00Z", "March 5, 2026, 2:30 p.m."),
        ("since 2026-03", "since March 2026"),
        ("13/03/2026, 03/13/2026", "March 13, 2026, March 13, 2026"),
        ("5/3/2026", "5, 3, 2026"),
        ("between 9:00 a.m. and 5:30 p.m.", "between 9 a.m. and 5:30 p.m."),
        ("9am, 14:00, 9:00 or 00:15", "9 a.m., 2 p.m., 9 o’clock or 12:15 a.m."),
        ("2024-2025", "2024 to 2025"),
        ("24/7", "24 hours a day, 7 days a week"),
        ("so ... 17 times", "so, 17 times"),
        ("**never** 17 times", "never 17 times"),
        ("$5 12:00, 9-5pm", "5 dollars 12 o’clock, 9 to 5 p.m."),
        ("9am-5pm or 13:00–17:00", "9 a.m. to 5 p.m. or 1 p.m. to 5 p.m."),
        ("Mar 3rd, Dec 1", "March third, December 1"),
        ("Jan. 5, at 12 Main St., in St. John’s", "January 5, at 12 Main street, in Saint John’s"),
        ("50¢", "50 cents"),
        ("the 1st, 22nd and 45th", "the first, twenty-second and 45th"),
        # how much
        ("13%, 12.5 % or 5-10%", "13 percent, 12.5 percent or 5 to 10 percent"),
        ("1 GB, 1.5 GB, 50Mbps", "1 gigabyte, 1.5 gigabytes, 50 megabits per second"),
        ("5 min. later, 3½ hours", "5 minutes later, 3 and a half hours"),
        ("100GB/5G, $20/mo x 12, 1.5x", "100 gigabytes, 5G, 20 dollars a month times 12, 1.5 times"),
        ("1,234,567 times", "one million 234 thousand 567 times"),
        ("~20 at -5 °C", "about 20 at minus 5 degrees Celsius"),
        # addresses
        ("jane.roe@example.com", "jane dot roe at example dot com"),
        (
            "J_Doe-x99@mail.bell.ca.",
            "j underscore doe dash x 99 at mail dot bell dot c a.",
        ),
        ("at www.ccts-cprst.ca.", "at c c t s dash c p r s t dot c a."),
        ("see https://www.example.com/a/b?c=d#e, then", "see example dot com, then"),
        ("on example.org/long/path.html now", "on example dot org now"),
        ("j…@example.com", "beginning with j at example dot com"),
        # words
        ("the CCTS, the CRTC’s TV", "the C C T S, the C R T C T V"),
        ("sms or VPN", "s m s or V P N"),
        ("I HATE THIS!!! DON'T", "I hate this! don’t"),
        ("nooooo way", "no way"),
        ("e.g. this, i.e. that, etc. Then", "for example this, that is that, et cetera. Then"),
        ("Mr. Roe vs. Dr. Doe", "Mister Roe versus Doctor Doe"),
        ("P.O. Box", "P O Box"),
        ("and/or, Internet/TV", "and or, Internet, T V"),
        ("A as in Alpha, X as in X-ray", "A as in Alpha, X as in X-ray"),
        ("say “skip” & go", "say skip and go"),
        ("it (really) was [file]", "it, really, was, file,"),
        ("a – b — c -> d → e", "a, b, c, d, e"),
        ("item(s)", "item"),
        ("press # now", "press pound now"),
        (
            "Here:\n• March 5, 2026 – billed twice\n• called\n\nThat’s all",
            "Here: March 5, 2026, billed twice. called. That’s all",
        ),
        ("1. First\n2) Second", "1, First. 2, Second"),
        # what customers and machines write
        ("**bold** __x__ `y` # no", "bold x y pound no"),
        ("# Title\ntext", "Title. text"),
        ("<b>bold</b> &amp; <script>alert(1)</script>x", "bold and x"),
        ("[page](https://example.com/x)", "page"),
        ('/inform{"service": "internet"} yes', "yes"),
        ("thanks 😀👩‍👩‍👧👍🏽 :-) <3", "thanks"),
        ("a\x00be\u202eco\u200bme", "a become"),
        ("{name} \\ ^ | ~", "name"),
        ("𝐁𝐨𝐥𝐝 ４２", "Bold 42"),
        ("Привет, hello, ʇɐɥʇ", "hello,"),
        ("pvv and hmm, mr. roe", "p v v and hmm, mister roe"),
        ("00012.50 and 1'000", "0 0 0, 1 2, 5 0, and 1000"),
        ("sdfghjklqw", ""),
        (f"see https://www.example.com/{'a' * 500}?b=c now", "see example dot com now"),
        ("end.Next .Then", "end. Next. Then"),
        ("so... what?! wait… what", "so, what? wait, what"),
        ("$ and €", "dollars and euros"),
        ("version 2.0.1, covid19", "version 2 dot 0 dot 1, covid 19"),
        ("12345.5 times", "12 thousand 345.5 times"),
        ("VPNº, http and www", "V P N, and"),
        ("v31.12.2025, tk44715", "v31 12 2025, T K, 4 4 7, 1 5,"),
        ("a <!-- b > x --> c\n-----\nd", "a c. d"),
        ("Donaudampfschifffahrtsgesellschaften", ""),
    ],
)
def test_english(text: str, spoken: str) -> None:
    assert said(text, "en") == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Dossier 4820-1934-7711.", "Dossier 4 8 2 0, 1 9 3 4, 7 7 1 1."),
        ("le NIP 1234, billet TK-4471", "le nip 1 2 3 4, billet T K, 4 4 7 1,"),
        ("composez le 1 888 221-1687, poste 204", "composez le 1, 8 8 8, 2 2 1, 1 6 8 7, poste 2 0 4"),
        ("composez le 611, le NAS 046 454 286", "composez le 6 1 1, le N A S 0 4 6, 4 5 4, 2 8 6,"),
        ("vendredi 1er mai 2026", "vendredi premier mai 2026"),
        ("le 9-1-1 ou le 9-8-8", "le 9 1 1 ou le 9 8 8"),
        ("H2X 1Y4", "H 2 X, 1 Y 4,"),
        ("41,15\u00a0$", "41 dollars et 15 cents"),
        ("1,00\u00a0$, 0,01\u00a0$, 0\u00a0$", "un dollar, un cent, zéro dollar"),
        ("\u22123,00 $ et 1\u202f234,56 $", "moins 3 dollars et 1234 dollars et 56 cents"),
        ("2 000 000 $", "2 millions de dollars"),
        ("12 345 $ ou 5 $ CR", "12 mille 345 dollars ou 5 dollars de crédit"),
        ("60 $/mois", "60 dollars par mois"),
        ("5 $ US, 3 €", "5 dollars américains, 3 euros"),
        ("$41.15", "41 dollars et 15 cents"),
        ("le 1er mars, 1re fois, au 3e", "le premier mars, première fois, au troisième"),
        ("2026-03-01, 2026-03-05", "premier mars 2026, 5 mars 2026"),
        ("9 h 30, 14 h, 21 h 05, 1 h", "9 heures 30, 14 heures, vingt et une heures 5, une heure"),
        ("pendant 1,5 h", "pendant 1,5 heures"),
        ("9h30 et 14:00", "9 heures 30 et 14 heures"),
        ("à 2:30 p.m.", "à 14 heures 30"),
        ("9 h-17 h 30, le 5 janv. 2026", "9 heures à 17 heures 30, le 5 janvier 2026"),
        ("n° de compte, no de dossier", "numéro de compte, numéro de dossier"),
        ("24 h/24", "24 heures sur 24, 7 jours sur 7"),
        ("13,5 %, 1,5 Go, 50 Mo", "13,5 pour cent, 1,5 gigaoctet, 50 mégaoctets"),
        ("50 Mbps", "50 mégabits par seconde"),
        ("jane.roe@exemple.ca", "jane point roe arobas exemple point ca"),
        ("jean-luc_x@exemple.com", "jean tiret luc trait de soulignement x arobas exemple point com"),
        ("au www.ccts-cprst.ca", "au c c t s tiret c p r s t point ca"),
        ("la CPRST et l’ISP, par SMS", "la C P R S T et l’ I S P, par S M S"),
        ("JE SUIS TANNÉ", "je suis tanné"),
        ("p. ex. ceci, c.-à-d. cela, etc. Puis", "par exemple ceci, c’est-à-dire cela, et cetera. Puis"),
        ("M. Roy, Mme Roy et Dr Roy", "monsieur Roy, madame Roy et docteur Roy"),
        ("dites « passer » : merci", "dites passer: merci"),
        ("no 5, n° 6, svp", "numéro 5, numéro 6, s’il vous plaît"),
        ("A comme Alice, É", "A comme Alice, É"),
        ("oui & non et/ou", "oui et non et ou"),
        ("(…17)", "se terminant par 1 7,"),
        ("appuyez sur # maintenant", "appuyez sur carré maintenant"),
    ],
)
def test_french(text: str, spoken: str) -> None:
    assert said(text, "fr") == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Caso 4820-1934-7711.", "Caso 4 8 2 0, 1 9 3 4, 7 7 1 1."),
        ("il codice è 0042, ticket TK-4471", "il codice è 0 0 4 2, ticket T K, 4 4 7 1,"),
        ("chiami l’1-888-221-1687", "chiami l’ 1, 8 8 8, 2 2 1, 1 6 8 7,"),
        ("chiami il 611", "chiami il 6 1 1"),
        ("venerdì 1º maggio 2026", "venerdì primo maggio 2026"),
        ("il 9-1-1", "il 9 1 1"),
        ("41,15\u00a0$", "41 dollari e 15 centesimi"),
        ("1,00 $, 0,01 $, 0 $", "un dollaro, un centesimo, zero dollari"),
        ("-3,00 $ e 1.234,56 $", "meno 3 dollari e 1234 dollari e 56 centesimi"),
        ("12.345 $ o 5 $ CR", "12 mila 345 dollari o 5 dollari a credito"),
        ("2.000.000 $", "2 milioni di dollari"),
        ("60 $/mese, 3 €, 5 $ US", "60 dollari al mese, 3 euro, 5 dollari americani"),
        ("il 1º marzo, la 3ª volta", "il primo marzo, la terza volta"),
        ("2026-03-01, 2026-03-05", "primo marzo 2026, 5 marzo 2026"),
        ("tra le 13:00 e le 17:30", "tra le 13 e le 17 e 30"),
        ("alle 9.30, 13:00-17:30", "alle 9 e 30, 13 a 17 e 30"),
        ("il 1° marzo, il 5 gen. 2026, 20°", "il primo marzo, il 5 gennaio 2026, 20 gradi"),
        ("13,5%, 1,5 GB, 50 Mbps", "13,5 per cento, 1,5 gigabyte, 50 megabit al secondo"),
        ("1.500 MB", "1500 megabyte"),
        ("jane.roe_x@example.com", "jane punto roe trattino basso x chiocciola example punto com"),
        ("su www.ccts-cprst.ca", "su c c t s trattino c p r s t punto ca"),
        ("la CCTS, un SMS, la TV", "la C C T S, un S M S, la tivù"),
        ("PERCHÉ NON RISPONDETE??", "perché non rispondete?"),
        ("ad es. questo, p. es. quello, ecc. Poi", "ad esempio questo, per esempio quello, eccetera. Poi"),
        ("Sig. Rossi, Sig.ra Rossi, n. 5", "signor Rossi, signora Rossi, numero 5"),
        ("H come Hotel, J come Jolly", "H come Hotel, J come Jolly"),
        ("«salta» & e/o", "salta e e o"),
        ("24/7", "24 ore su 24, 7 giorni su 7"),
        ("(…17)", "che termina con 1 7,"),
        ("prema # ora", "prema cancelletto ora"),
    ],
)
def test_italian(text: str, spoken: str) -> None:
    assert said(text, "it") == spoken


def test_digits_and_letters_are_told_apart_and_end_as_the_sentence_does() -> None:
    assert speech("The CCTS has TK-4471. Then 482019, please.", "en") == [
        Span("The"),
        Span("CCTS", "letters"),
        Span("has"),
        Span("TK", "letters", ","),
        Span("4471", "digits", "."),
        Span("Then"),
        Span("482", "digits", ","),
        Span("019", "digits", ","),
        Span("please."),
    ]


@pytest.mark.parametrize("number", ["9-1-1", "911", "9-8-8", "988"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_number_is_one_group_of_digits(number: str, language: str) -> None:
    assert speech(f"via {number}!", language) == [Span("via"), Span(number.replace("-", ""), "digits", "!")]


def test_the_letter_before_its_word_is_said_as_a_letter() -> None:
    assert speech("A as in Alpha, I as in apple", "en") == [
        Span("A", "letters"),
        Span("as in Alpha, I as in apple"),
    ]


@pytest.mark.parametrize("nothing", ["", " \n", "😀", "•", "“”", '/inform{"a": 1}'])
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_can_be_said_there_is_nothing(nothing: str, language: str) -> None:
    assert speech(nothing, language) == []


@pytest.mark.parametrize(
    "piece",
    ["1", "a.", "A1", "<a ", "[", "(", "a@", "123 ", ",123", "$1-", "1/", "code no ", " /a{", "\u0301"],
)
def test_the_longest_message_of_any_one_thing_is_said_too(piece: str) -> None:
    spans = speech(piece * (16_000 // len(piece)), "fr")
    assert spans == [] or faults(plain(spans)) == []


@pytest.mark.parametrize(
    ("digits", "groups"),
    [
        ("4821", ["4821"]),
        ("20931", ["209", "31"]),
        ("482019", ["482", "019"]),
        ("5550117", ["555", "0117"]),
        ("10042917", ["1004", "2917"]),
        ("5145550117", ["514", "555", "0117"]),
        ("15145550117", ["1", "514", "555", "0117"]),
        ("482019347711", ["4820", "1934", "7711"]),
    ],
)
def test_digits_come_in_groups_that_an_ear_can_hold(digits: str, groups: list[str]) -> None:
    assert grouped(digits) == groups
    assert all("".join(grouped("7" * length)) == "7" * length for length in range(1, 40))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cents", [0, 1, 99, 100, 101, 4115, 100_000, 1_234_567, 100_000_000, -4115, -100])
@pytest.mark.parametrize("currency", ["CAD", "USD", "EUR"])
def test_every_sum_as_it_is_written_is_said_as_a_sum(cents: int, currency: str, language: str) -> None:
    spoken = said(written_money(cents, currency, language), language)
    assert faults(spoken) == []
    money = pack(language, "speech")["money"][currency]
    assert any(name in spoken for name in [*money["whole"], *money["part"]]) or cents == 0
    assert (cents < 0) == spoken.startswith(pack(language, "speech")["minus"])


# ── Spelled out ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "language", "lines"),
    [
        ("Your case is 4820-1934-7711.", "en", ["4 8 2 0, 1 9 3 4, 7 7 1 1."]),
        ("ticket TK-4471", "en", ["T as in Tango, K as in Kilo, 4 4 7 1."]),
        ("billet TK-4471", "fr", ["T comme Thomas, K comme Kilo, 4 4 7 1."]),
        ("ticket TK-4471", "it", ["T come Torino, K come Kappa, 4 4 7 1."]),
        ("H2X 1Y4", "fr", ["H comme Henri, 2, X comme Xavier, 1, Y comme Yvonne, 4."]),
        ("h2x 1y4", "it", ["H come Hotel, 2, X come Xilofono, 1, Y come York, 4."]),
        ("The code is 482019; again, 482019.", "en", ["4 8 2, 0 1 9."]),
        ("Call 1-888-221-1687", "en", ["1, 8 8 8, 2 2 1, 1 6 8 7."]),
        (
            "bo.b_1@ex.ca and K1A 0B1",
            "en",
            [
                "B as in Bravo, O as in Oscar, dot, B as in Bravo, underscore, 1, at, "
                "E as in Echo, X as in X-ray, dot, C as in Charlie, A as in Alpha.",
                "K as in Kilo, 1, A as in Alpha, 0, B as in Bravo, 1.",
            ],
        ),
        (
            "à é@x.ca",
            "fr",
            ["E comme Édouard, arobas, X comme Xavier, point, C comme Charles, A comme Alice."],
        ),
        ("$41.15 on March 5, 2026 at 9:00 a.m. over 5G, 100GB", "en", []),
        ("I have nothing for you.", "en", []),
    ],
)
def test_what_can_be_spelled_is_spelled(text: str, language: str, lines: list[str]) -> None:
    assert spelled(text, language) == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_has_a_word_and_is_said_as_a_letter(language: str) -> None:
    [line] = spelled("ABCDEFGHIJKLM-NOPQRSTUVWXYZ-1", language)
    words = pack(language, "speech")["spelling"]
    assert len(words) == 26 and all(word in line for word in words)
    spans = speech(line, language)
    assert "".join(span.text for span in spans if span.how == "letters") == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert faults(plain(spans)) == []


# ── Everything that we say ─────────────────────────────────────────────────────────────────────────

PACKS = ("replies", "choices", "phrases", "notices", "nature_labels", "errors", "sms", "voice", "process")
NOT_SAID = ("said", "wishes", "hints", "speaker")
"""Parts of the packs that are listened for, or belong to the carrier."""


def told(language: str) -> dict[str, str]:
    """Return every text of the packs and the playbooks by where it stands, the placeholders filled."""
    parts: dict[str, Any] = {name: pack(language, name) for name in PACKS}
    parts |= {key: playbook_words(*key.split("."), language) for key in replies()}
    return {place: filled(text, language) for key, part in parts.items() for place, text in texts(part, key)}


def texts(part: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, inner in part.items():
            if key not in NOT_SAID:
                yield from texts(inner, f"{place}.{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from texts(inner, f"{place}.{number}")
    elif part:
        yield place, str(part)


def filled(form: str, language: str) -> str:
    day = written({"kind": "day", "on": "2026-05-01"}, language)
    money = written_money(4115, "CAD", language)
    values = dict.fromkeys(("given", "amount", "agreed", "ordered", "before", "after", "left"), money)
    values |= dict.fromkeys(("phone", "number"), written_phone("+15145550117"))
    values |= {
        "tracking_number": "4820-1934-7711",
        "reference": "CR-2026-0412",
        "code": "482019",
        "provider": "Northern Telecom",
        "page": "https://www.example.com/complaints/code?lang=x",
        "website": "www.ccts-cprst.ca",
        "address": "12, rue Sainte-Catherine O., bureau 400, Montréal (Québec) H2X 1Y4",
        "contact": "jane.roe@example.com",
        "ending": "…17",
        "count": "3",
        "digit": "1",
        "days": "20",
        "months": "24",
        "slot": written({"kind": "slot", "on": "2026-05-01", "window": "13:00-17:30"}, language),
        "window": written({"kind": "hours", "window": "09:00-12:00"}, language),
        "date": written_date("2026-03-01", "day", language),
        "start": written_date("2026-03", "month", language),
        "service": pack(language, "nature_labels")["services"]["tv"],
        "name": "O’Brien-Côté Plomberie inc.",
        "heard": "my bill was $41.15 & they said NO",
        "megabytes": "5",
        "label": pack(language, "choices")["billing"],
        "lines": f"• {day} – late fee – {money}\n• {day} – “credit” – {written_money(-300, 'CAD', language)}",
        "story": f"• {day} – they said “$40/month” & billed {money} 😡\n• {day} – CALLED 1-888-221-1687!!!",
        "notice": scheme("ccts").notices[language].value,
    }
    return "".join(
        words + (values.get(name, day) if name else "") for words, name, _, _ in Formatter().parse(form)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_we_say_can_be_said(language: str) -> None:
    texts_told = told(language)
    assert len(texts_told) > 400
    wrong = {place: found for place, text in texts_told.items() if (found := faults(said(text, language)))}
    assert wrong == {}


PIECES = """
$41.15 41,15\u00a0$ -$3 $-3 $.50 $1. $ € £ % (514)\u00a0555-0117 1-888-221-1687 +39\u00a002\u00a01234 4820-1934-7711
TK-4471 tk4471 ABC CCTS sms PLS hmm K1A\u00a00B1 2026-03-05 2026-13-45 5/3/2026 05-03-26 9:00\u00a0a.m. 14:00 9h30 25:99
50Mbps 1.5\u00a0GB 13% i.e. e.g. #5 # * ** **bold** <b>x</b> <script>a</script> </say> /inform{"a":\u00a01} {x}
[y](http://z.ca) http://a.ca/x?y=z#q www.ccts-cprst.ca jane.roe@x.ca …17 j…@x.ca 😀 👩‍👩‍👧 • – — → -> & &amp; &#39; “q”
«q» l’eau l'SMS C’EST DON'T 9-1-1 911 988 1st 1º ½ 3½ 20\u00a0°C 24/7 a/b 1/2 5-10 $30-$40 100000 1,234,567 1\u00a0234
1.234,56 0.5 00012 007 v2.0.1 192.168.0.1 WTF!!! ?! ... :) :-( <3 \x00 \u202e \u200b ﬁ Ⅷ 中文 привет é E\u0301
z\u0335\u0321 a word The sdfghjklqw a1b2c3d4 COVID-19 MP3 5G iPhone12 VoIP US$5 5\u00a0USD €5 ~5 ±3 + +5 = == _ __init__
a_b photo.jpg end.Next U.S. S.p.A. . , ; : ! ? ' " - -- ( ) (s) code 123 0042 12-34 2024-25 @ @bell #hash C++ '80s
McDONALD ß m² ™ © \\ | ^ ` $$$ 1e5 3x 10x 7.30 31.12.2025 1'234 -5 \u22125 \ue000 \U000f0000 \U000f0001 \U0010ffff
""".replace("\n", " ").split(" ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_customers_write_can_be_said(language: str) -> None:
    chance = random.Random(7)
    for _ in range(1500):
        text = " ".join(chance.choice(PIECES) for _ in range(chance.randint(1, 7)))
        if spans := speech(text, language):
            assert faults(plain(spans)) == [], text
        for line in spelled(text, language):
            assert faults(said(line, language)) == [], text
