"""Whole complaints by text: told up to the case, delivered twice, with photos, stopped and gone on with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.cases.complaint import Complaint
from bot.notices.segments import FEW_SEGMENTS
from tests.phone.call import Phone
from tests.phone.texting import Texter, fits

if TYPE_CHECKING:
    from tests.dialogues.house import Product

LANGUAGES = ("en", "fr", "it")
STORIES = {
    "en": [
        "Hi, my internet has been down every evening since April 14",
        "I called on April 20 and they hung up on me",
        "one month free",
        "2",
        "Dana Tremblay 438-555-0144",
        "1",
    ],
    "fr": [
        "Mon internet lâche tous les soirs depuis le 14 avril",
        "J'ai appelé le 20 avril pis on m'a raccroché au nez",
        "Un mois gratis",
        "2",
        "Dany Tardif 438-555-0144",
        "1",
    ],
    "it": [
        "Il mio internet non funziona tutte le sere dal 14 aprile",
        "Ho chiamato il 20 aprile e mi hanno chiuso il telefono in faccia",
        "Un mese gratis",
        "2",
        "Daniela Tardelli 438-555-0144",
        "1",
    ],
}
OWN_NUMBER = {"en": "Dana Tremblay", "fr": "Dany Tardif", "it": "Daniela Tardelli"}


def case_of(product: Product, texter: Texter) -> Any:
    """The one case there is; its number has to have been texted."""
    with product.store.view() as unit:
        [case] = unit.cases.find()
    assert case.tracking_number in "\n".join(texter.received), texter.told()
    return case


def complaint_of(product: Product, phone: str) -> Complaint:
    """What is kept of what was texted from a number."""
    with product.store.view() as unit:
        known = unit.texters.conversation_of(phone)
        assert known is not None
        conversation = unit.conversations.get(known)
        assert conversation is not None
        return conversation.complaint


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_complaint_becomes_a_case(product: Product, language: str) -> None:
    texter = Texter(product)
    for text in STORIES[language]:
        # one text is answered by one text
        assert len(await texter.send(text)) == 1, texter.told()
    case = case_of(product, texter)
    assert (case.channel, case.language) == ("sms", language)
    assert case.complaint.phone == "+14385550144"
    assert "internet" in case.complaint.narrative.casefold()
    assert texter.most_segments <= FEW_SEGMENTS
    received = "\n".join(texter.received)
    assert not re.search(r"[{}<>]|https?:|\bnull\b|[\U0001F300-\U0001FAFF]", received), texter.told()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_text_may_come_again(product: Product, language: str) -> None:
    texter = Texter(product)
    for text in STORIES[language]:
        await texter.send(text)
        await texter.again()
    case_of(product, texter)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_text_may_come_twice_at_once(product: Product, language: str) -> None:
    texter = Texter(product)
    for text in STORIES[language]:
        assert len(await texter.send_twice(text)) == 1, texter.told()
    case_of(product, texter)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_digit_picks_the_choice_of_that_number(product: Product, language: str) -> None:
    texter = Texter(product)
    for text in (*STORIES[language][:4], OWN_NUMBER[language], "1"):
        await texter.send(text)
    assert complaint_of(product, texter.phone).phone == texter.phone, texter.told()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_number_that_picks_nothing_is_no_answer_and_no_wish(product: Product, language: str) -> None:
    texter = Texter(product)
    await texter.send(STORIES[language][0])
    [asked] = await texter.send(STORIES[language][1])
    [again] = await texter.send("3")
    assert asked in again, texter.told()
    complaint = complaint_of(product, texter.phone)
    assert complaint.remedy is None
    with product.store.view() as unit:
        assert unit.cases.find() == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Pat Kim, this number"), ("fr", "Pat Kim, ce numéro"), ("it", "questo numero, Pat Kim")],
)
async def test_a_name_beside_this_number_is_kept(product: Product, language: str, words: str) -> None:
    texter = Texter(product)
    for text in (*STORIES[language][:4], words):
        await texter.send(text)
    complaint = complaint_of(product, texter.phone)
    assert (complaint.name, complaint.phone) == ("Pat Kim", texter.phone), texter.told()


@pytest.mark.parametrize(("words", "help_told"), [("voglio morire", "Chiami"), ("au secours", "appelez")])
async def test_a_short_cry_for_help_is_answered_in_its_language(
    product: Product, words: str, help_told: str
) -> None:
    [answer] = await Texter(product).send(words)
    assert help_told in answer and "If " not in answer


async def test_two_who_text_share_nothing(product: Product) -> None:
    first, second = Texter(product, "+14185550166"), Texter(product, "+15145550144")
    await first.send(STORIES["fr"][0])
    [greeting] = await second.send(STORIES["en"][0])
    assert "automated" in greeting
    await first.send(STORIES["fr"][1])
    assert complaint_of(product, first.phone).narrative != complaint_of(product, second.phone).narrative
    assert len(second.received) == 1


async def test_a_photo_without_words_is_kept_and_words_are_asked_for(product: Product) -> None:
    texter = Texter(product)
    photo = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM1/Media/ME1"
    await texter.send(STORIES["fr"][0])
    [answer] = await texter.send("", photos=[photo])
    assert answer
    await texter.again()


async def test_whoever_stops_is_texted_once_more_and_then_no_more_until_they_start(product: Product) -> None:
    texter = Texter(product)
    await texter.send(STORIES["fr"][0])
    assert len(await texter.send("ARRÊT")) == 1
    await texter.again()
    assert await texter.send("allo?") == []
    assert len(await texter.send("START")) == 1
    assert len(await texter.send(STORIES["fr"][1])) == 1


async def test_a_call_cut_off_goes_on_by_text(product: Product, phone: Phone) -> None:
    call = await phone.call("+14185550166")
    await call.press("2")
    await call.say("mon internet lâche tous les soirs depuis le quatorze avril")
    texter = Texter(product, call.caller)
    await call.hang_up()
    assert len(texter.received) == 1
    await texter.send("oui on continue")
    for text in STORIES["fr"][1:]:
        await texter.send(text)
    case = case_of(product, texter)
    assert "internet lâche" in case.complaint.narrative, texter.told()


async def test_days_later_the_same_complaint_goes_on(product: Product) -> None:
    texter = Texter(product)
    await texter.send(STORIES["it"][0])
    product.clock.turn(days=3)
    for text in STORIES["it"][1:]:
        await texter.send(text)
    assert "internet" in case_of(product, texter).complaint.narrative.casefold()


@pytest.mark.parametrize("text", ["", " ", "x" * 1_601])
def test_a_text_that_does_not_fit_is_noticed(text: str) -> None:
    with pytest.raises(AssertionError):
        fits(text)
