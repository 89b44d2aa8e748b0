"""Card numbers and SINs leave the text; nothing else does."""

import pytest

from bot.reading.redaction import MARK, Redaction, passes_luhn, redact
from tests.reading.nasty import NASTY_STRINGS

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111-1111 1111.1111",
    "4111 111111111111",
    "4111-111111111111",
    "411111111111 1111",
    "4111  1111  1111  1111",
    "4111 - 1111 - 1111 - 1111",
    "4111–1111–1111–1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "41 11 11 11 11 11 11 11",
    "411111 1111111111",
    "4222222222222",
    "5555 5555 5555 4444",
    "2221 0000 0000 0009",
    "3782 822463 10005",
    "378282246310005",
    "3056 930902 5904",
    "6011 1111 1111 1117",
    "3530 1113 3330 0000",
    "6304 0000 0000 0000",
    "４１１１ １１１１ １１１１ １１１１",
    "٤١١١ ١١١١ ١١١١ ١١١١",
    "४१११११११११११११११",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "sentence", ["{}", "my card is {}, thanks", "Ma carte est {}.", "la carta: {}!", "visa{} 1/27"]
)
def test_a_card_number_is_struck_out_however_it_is_typed(card: str, sentence: str) -> None:
    redaction = redact(sentence.format(card))

    assert redaction.text == sentence.format(MARK)
    assert redaction.removed == ("card",)


@pytest.mark.parametrize(
    "text",
    [
        "046 454 286",
        "046-454-286",
        "046.454.286",
        "046454286",
        "130 692 544",
        "０４６ ４５４ ２８６",
        "٠٤٦٤٥٤٢٨٦",
    ],
)
@pytest.mark.parametrize("sentence", ["{}", "my SIN is {} ok", "mon NAS : {}", "SIN{}", "il mio SIN è {}."])
def test_a_social_insurance_number_is_struck_out(text: str, sentence: str) -> None:
    redaction = redact(sentence.format(text))

    assert redaction.text == sentence.format(MARK)
    assert redaction.removed == ("sin",)


@pytest.mark.parametrize(
    "text",
    [
        "ticket 130692544",
        "Ticket #130 692 544",
        "my case is 130-692-544",
        "reference no. 130692544",
        "order number: 130692544",
        "my account number is 130 692 544",
        "INC-130692544",
        "dossier 130692544",
        "dossier n° 130 692 544",
        "mon compte est le 130692544",
        "numéro de référence : 130692544",
        "commande #130692544",
        "pratica 130692544",
        "pratica n. 130692544",
        "il riferimento è 130692544",
        "numero d'ordine 130 692 544",
    ],
)
def test_a_nine_digit_reference_stays(text: str) -> None:
    assert redact(text) == Redaction(text, ())


@pytest.mark.parametrize("text", ["my SIN for the account is 130692544", "account 10031865, SIN 130 692 544"])
def test_a_number_called_a_sin_goes_even_near_the_word_account(text: str) -> None:
    assert redact(text).removed == ("sin",)


@pytest.mark.parametrize(
    "text",
    [
        "416-555-0117",
        "+1 416 555 0117",
        "4165550117 5145550142",
        "416 555 0117 514 555 0142 604 555 0135",
        "514 555 01 42",
        "+39 333 123 456",
        "1234-5678-9012",
        "4000-1234-5678 2026",
        "4000-1234-5678 4000-1234-5678",
        "123456789012",
        "10031865",
        "1003 1865",
        "$1,200.50",
        "1 200,50 $",
        "130 692 544 $",
        "$130692544",
        "45.00 45.00 45.00 45.00 40.00 40.00",
        "2026-03-05 2026-03-06 2026-03-07",
        "05.03.2026 06.04.2026 07.05.2026",
        "4111 1111 1111 1112",
        "046 454 287",
        "1111 1111 1111 1117",
        "000 000 000",
        "my router's ICCID 8914800000000000003",
    ],
)
def test_phones_references_money_dates_and_failed_check_digits_stay(text: str) -> None:
    redaction = redact(text)

    assert redaction.text == text
    assert redaction.removed == ()


SPOKEN_CARDS = [
    # 5166 3423 1743 9458 and 4341 2620 0015 6428: tens, "quatre" and "vingt" that belong apart or together
    "cinquante et un soixante-six trente-quatre vingt-trois dix-sept quarante-trois quatre-vingt-quatorze cinquante-huit",
    "quarante-trois quarante et un vingt-six vingt zéro zéro quinze soixante-quatre vingt-huit",
    # 4532 0151 1283 0366 and 5555 5555 5555 4444, as people say and dictate them
    "5 5 5 5, 5 5 5 5, 5 5 5 5, 4 4 4 4",
    "three seven eight two, eight two two four six three, one double zero oh five",
    "quatre mille cinq cent trente-deux, zéro cent cinquante et un, douze cent quatre-vingt-trois, zéro trois soixante-six",
    "forty-five thirty-two, oh one fifty-one, twelve hundred eighty-three, oh three sixty-six",
    "four five three two zero one five one one two eight three zero three six six",
    "four five three two, oh one five one, one two eight three, oh three six six",
    "Four Five Three Two dash zero one five one dash one two eight three dash zero three six six",
    "forty-five thirty-two oh one fifty-one twelve eighty-three oh three sixty-six",
    "4532 zero one five one 1283 oh three six six",
    "4532 zero one five one\none two eight three\n0366",
    "triple five five double five five five, five five five five, four double four four",
    "quatre cinq trois deux zéro un cinq un un deux huit trois zéro trois six six",
    "quarante-cinq trente-deux zéro un cinquante et un douze quatre-vingt-trois zéro trois soixante-six",
    "quarante cinq trente deux, zero un cinquante et un, douze quatre vingt trois, zero trois soixante six",
    "quatre cinq trois deux tiret zéro un cinq un tiret un deux huit trois tiret zéro trois six six",
    "quattro cinque tre due zero uno cinque uno uno due otto tre zero tre sei sei",
    "quarantacinque trentadue zero uno cinquantuno dodici ottantatré zero tre sessantasei",
    "quattro cinque tre due trattino zero uno cinque uno trattino uno due otto tre trattino zero tre sei sei",
    "doppio cinque doppio cinque doppio cinque doppio cinque doppio cinque doppio cinque doppio quattro doppio quattro",
]


@pytest.mark.parametrize("card", SPOKEN_CARDS)
@pytest.mark.parametrize(
    "sentence", ["{}", "my card is {}, thanks", "ma carte, c'est {}.", "la mia carta è {}!"]
)
def test_a_card_number_in_words_is_struck_out(card: str, sentence: str) -> None:
    redaction = redact(sentence.format(card))

    assert redaction.text == sentence.format(MARK)
    assert redaction.removed == ("card",)


@pytest.mark.parametrize(
    "card",
    [
        "4532,0151,1283,0366",
        "4532/0151/1283/0366",
        "4532 / 0151 / 1283 / 0366",
        "4532|0151|1283|0366",
        "4532*0151*1283*0366",
        "4532_0151_1283_0366",
        "4532) (0151) (1283) (0366",
        "4532\n0151\n1283\n0366",
        "4532 0151\r\n\r\n   1283 0366",
        "4532     0151     1283     0366",
        "4️⃣5️⃣3️⃣2️⃣ 0151 1283 0366",
        "4532 0151 and then 1283 0366",
        "4532 0151 puis 1283 0366",
        "4532 0151 e poi 1283 0366",
        "3782/822463/10005",
    ],
)
def test_odd_signs_between_its_groups_do_not_save_a_card_number(card: str) -> None:
    redaction = redact(f"card {card} thanks")

    assert redaction.text == f"card {MARK} thanks"
    assert redaction.removed == ("card",)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my SIN is one three zero six nine two five four four", "my SIN is {}"),
        ("one three zero, six nine two, five four four", "{}"),
        ("sin one thirty, six ninety-two, five forty-four", "sin {}"),
        ("mon NAS est un trois zéro six neuf deux cinq quatre quatre merci", "mon NAS est {} merci"),
        ("mon NAS : cent trente, six cent quatre-vingt-douze, cinq cent quarante-quatre", "mon NAS : {}"),
        ("il mio SIN è uno tre zero sei nove due cinque quattro quattro", "il mio SIN è {}"),
        ("il SIN è centotrenta seicentonovantadue cinquecentoquarantaquattro", "il SIN è {}"),
        ("cinq cent trente, sept cent soixante et un, deux cent cinquante-trois", "{}"),
        ("SIN 130/692/544", "SIN {}"),
        ("130; 692; 544", "{}"),
        ("130_692_544", "{}"),
        ("130\n692\n544", "{}"),
        ("SIN 130692 544", "SIN {}"),
        ("my social insurance number is 1 3 0 6 9 2 5 4 4.", "my social insurance number is {}."),
        ("NAS : 13 06 92 54 4", "NAS : {}"),
        ("NAS 130,692,544", "NAS {}"),
        # one digit mistyped is still nearly the whole of it
        ("my SIN is 130 692 545", "my SIN is {}"),
        ("mon numéro d'assurance sociale : 130692545", "mon numéro d'assurance sociale : {}"),
    ],
)
def test_a_social_insurance_number_goes_in_words_and_with_odd_signs(text: str, kept: str) -> None:
    assert redact(text) == Redaction(kept.format(MARK), ("sin",))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4532 0151 1283 0366 cvv 123", "{} cvv {}"),
        ("4532015112830366, CVC: 123", "{}, CVC: {}"),
        (
            "Visa 4532 0151 1283 0366 exp 04/27 security code is 123 ok",
            "Visa {} exp 04/27 security code is {} ok",
        ),
        ("4532 0151 1283 0366 04/27 123", "{} 04/27 {}"),
        ("4532 0151 1283 0366 - 12/2027 - 123", "{} - 12/2027 - {}"),
        ("4532 0151 1283 0366\n123\n04/27", "{}\n{}\n04/27"),
        ("4532015112830366(04/27)(123)", "{}(04/27)({})"),
        ("378282246310005 04/27 1234", "{} 04/27 {}"),
        (
            "4532 0151 1283 0366 and the three digits on the back are 123",
            "{} and the three digits on the back are {}",
        ),
        ("4532 0151 1283 0366, 123 is the code on the back", "{}, {} is the code on the back"),
        (
            "ma carte 4532 0151 1283 0366, code de sécurité 123",
            "ma carte {}, code de sécurité {}",
        ),
        (
            "4532 0151 1283 0366, les 3 chiffres en arrière c'est 123",
            "{}, les 3 chiffres en arrière c'est {}",
        ),
        ("4532 0151 1283 0366 codice di sicurezza 123", "{} codice di sicurezza {}"),
        ("4532 0151 1283 0366, le tre cifre sul retro sono 123", "{}, le tre cifre sul retro sono {}"),
        ("4532 0151 1283 0366 cvv one two three", "{} cvv {}"),
        ("4532 0151 1283 0366 cryptogramme un deux trois", "{} cryptogramme {}"),
        ("4532 0151 1283 0366 il cvv è uno due tre", "{} il cvv è {}"),
        (
            "four five three two zero one five one one two eight three zero three six six cvv one two three",
            "{} cvv {}",
        ),
        ("4532 0151 1283 0366 cvv 1 2 3", "{} cvv {}"),
        (
            "four five three two zero one five one one two eight three zero three six six, oh four twenty-seven, "
            "cvc one two three",
            "{}, oh four twenty-seven, cvc {}",
        ),
        (
            "quarante-cinq trente-deux, zéro un cinquante et un, douze quatre-vingt-trois, zéro trois soixante-six, "
            "zéro quatre vingt-sept, cvv 123",
            "{}, zéro quatre vingt-sept, cvv {}",
        ),
    ],
)
def test_the_code_of_a_card_goes_with_it(text: str, kept: str) -> None:
    assert redact(text) == Redaction(kept.format(MARK, MARK), ("card", "card"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("the cvv is 123", "the cvv is {}"),
        ("le CVV de ma carte : 123.", "le CVV de ma carte : {}."),
        ("security code 123", "security code {}"),
        ("mon code de sécurité, c'est le 1234", "mon code de sécurité, c'est le {}"),
        ("il codice di sicurezza: uno due tre", "il codice di sicurezza: {}"),
        ("il CVC2 è 123", "il CVC2 è {}"),
        ("the security code on my card is 123", "the security code on my card is {}"),
        ("le code de sécurité de la carte est 123", "le code de sécurité de la carte est {}"),
    ],
)
def test_the_code_of_a_card_goes_when_it_comes_alone(text: str, kept: str) -> None:
    assert redact(text) == Redaction(kept.format(MARK), ("card",))


@pytest.mark.parametrize(
    "text",
    [
        "4532 0151 1283 0366 100 dollars",
        "4532 0151 1283 0366, 123 dollars a month",
        "4532 0151 1283 0366 416 555 0117",
        "4532 0151 1283 0366, I called 611",
        "4532 0151 1283 0366 $123",
        "4532 0151 1283 0366 on 2026-03-05",
        "4532 0151 1283 0366 account 10031865",
    ],
)
def test_other_numbers_beside_a_card_stay(text: str) -> None:
    assert redact(text).text == text.replace("4532 0151 1283 0366", MARK)


@pytest.mark.parametrize(
    "text",
    [
        "four one six five five five zero one one seven",
        "four one six, five five five, zero one one seven, five one four, five five five, zero one four two",
        "call me at five one four five five five oh one four two after six",
        "quatre un six cinq cinq cinq zéro un un sept",
        "cinq cent quatorze, cinq cent cinquante-cinq, zéro un quarante-deux",
        "quattro uno sei cinque cinque cinque zero uno uno sette",
        "my account number is one three zero six nine two five four four",
        "mon compte est un trois zéro six neuf deux cinq quatre quatre",
        "il conto è uno tre zero sei nove due cinque quattro quattro",
        "my tracking number is four thousand one two three four five six seven eight",
        "account one double zero three one eight six five",
        "four five three two zero one five one one two eight three zero three six seven",
        "two hundred and forty-five dollars and then three hundred sixty and one hundred nineteen dollars",
        "deux cent quarante-cinq dollars puis trois cent soixante et cent dix-neuf dollars",
        "duecentoquarantacinque dollari e poi trecentosessanta e centodiciannove dollari",
        "one two three four five six seven eight nine ten eleven twelve thirteen",
        "45,00 45,00 45,00 45,00 40,00 40,00",
        "2026/03/05 2026/03/06 2026/03/07",
        "1,200,300 and 4,500,600",
        "$130,692,544",
        "130,692,544",
        "12/03/2026, 14/03/2026, 15/03/2026",
        "4532/0151/1283/0367",
        "I sin 3 times a day, 130 of them",
        "the security code of the gate is 1234",
        "5 1 4 5 5 5 0 1 4 2, 4 1 6 5 5 5",
        "56330607, 48945230, 44973503",
        "four three eight, four seven two, eight eight two three, five one four, two nine six, nine zero two two",
        "quatre trois sept, quatre trois six, six zéro trois trois, quatre zéro trois, deux six trois, six quatre un un",
        "my card ending in 0366 was charged $45.20 twice",
        "la carte finit par 0366",
        "they asked for my cvv 3 times",
        "je suis au 514-555-0142 poste 123",
        "IMEI 490154203237518",
        "my account is one double zero three one eight six five, phone four one six five five five zero one one seven",
        "they billed forty-five dollars and thirty-two cents to twelve eighty-three Main Street",
        "error code 651, area code 514, promo code 123",
        "code postal H2X 1Y4, code 123",
        "il codice cliente è 123",
        "i cvv",
    ],
)
def test_spoken_phones_accounts_sums_and_odd_rows_stay(text: str) -> None:
    assert redact(text) == Redaction(text, ())


CODES = [
    ("your verification code is 482913", "your verification code is {}"),
    ("the code you texted me was 482913", "the code you texted me was {}"),
    (
        "I got a one-time code 482 913 that I never asked for",
        "I got a one-time code {} that I never asked for",
    ),
    ("OTP: 482913", "OTP: {}"),
    ("482913 is my verification code", "{} is my verification code"),
    ("G-482913 is your Google verification code", "G-{} is your Google verification code"),
    ("my one-time passcode is four eight two nine one three", "my one-time passcode is {}"),
    ("le code de vérification est 482913", "le code de vérification est {}"),
    ("le code que j'ai reçu par texto c'est 4829", "le code que j'ai reçu par texto c'est {}"),
    ("mon code à usage unique : 482-913", "mon code à usage unique : {}"),
    ("code de vérification quatre huit deux neuf un trois", "code de vérification {}"),
    ("il codice di verifica è 482913", "il codice di verifica è {}"),
    ("il codice che mi avete mandato è 482913", "il codice che mi avete mandato è {}"),
    ("codice usa e getta 482 913", "codice usa e getta {}"),
    ("il codice ricevuto per sms: quattro otto due nove uno tre", "il codice ricevuto per sms: {}"),
]


@pytest.mark.parametrize(("text", "kept"), CODES)
def test_a_one_time_code_goes_when_codes_are_to_go(text: str, kept: str) -> None:
    assert redact(text, codes=True) == Redaction(kept.format(MARK), ("code",))


@pytest.mark.parametrize(("text", "kept"), CODES)
def test_a_one_time_code_stays_for_whoever_asked_for_it(text: str, kept: str) -> None:
    assert redact(text) == Redaction(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "error code 651000",
        "my postal code is K1A 0B1, account 10031865",
        "the promo code 482913 did not work",
        "the area code 514",
        "the verification code never came, I waited 45 minutes",
        "you sent me a code but I was charged 482913 times",
        "confirmation number 482913",
        "le code promo 482913 ne marche pas",
        "le code de vérification n'arrive jamais, ticket 482913",
        "code d'erreur 482913",
        "il codice di verifica non arriva da 20 minuti",
        "il codice cliente 482913",
        "verification code 4829130000",
    ],
)
def test_other_codes_and_numbers_stay(text: str) -> None:
    assert redact(text, codes=True) == Redaction(text, ())


def test_several_numbers_are_named_in_order() -> None:
    redaction = redact("SIN 046 454 286, cards 4111 1111 1111 1111 and 3782 822463 10005, call 416-555-0117")

    assert redaction.text == f"SIN {MARK}, cards {MARK} and {MARK}, call 416-555-0117"
    assert redaction.removed == ("sin", "card", "card")


def test_numbers_side_by_side_are_told_apart() -> None:
    assert redact("4111 1111 1111 1111 046 454 286").removed == ("card", "sin")
    assert redact("130 692 544 416 555 0117").text == f"{MARK} 416 555 0117"
    assert redact("416 555 0117 130 692 544").text == f"416 555 0117 {MARK}"


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact("4111 1111 1111 1111 and 046454286").text

    assert redact(once).text == once


@pytest.mark.parametrize("text", NASTY_STRINGS)
def test_any_string_is_survived_unchanged(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(("digits", "passes"), [("79927398713", True), ("79927398714", False), ("0", True)])
def test_the_luhn_check_digit(digits: str, passes: bool) -> None:
    assert passes_luhn(digits) is passes
