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
