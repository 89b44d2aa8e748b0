"""Whole calls through the whole product: told up to the case, in silence, put through, cut off, delivered twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.gateway.app import create_app
from bot.gateway.voice import prompts, relay
from bot.gateway.voice.listening import without_turn_end
from bot.languages import pack
from tests.phone import call as telephone
from tests.phone.call import (
    ACCEPTS,
    BUSY,
    DECLINES,
    MACHINE,
    NO_ANSWER,
    DeadLine,
    Looping,
    Phone,
    PhoneCall,
)
from tests.phone.webhooks import WITHHELD

if TYPE_CHECKING:
    from tests.dialogues.house import Product

LANGUAGES = ("en", "fr", "it")
KEY = {"en": "1", "fr": "2", "it": "3"}
LISTENS = {language: pack(language, "voice")["speaker"]["listens"] for language in LANGUAGES}


@dataclass(frozen=True)
class Complaint:
    """A complaint as speech recognition hears it, and what the case should hold of it."""

    story: str
    prior: str
    remedy: str
    name: str
    number: str
    yes: str
    contact: str
    narrative: str


COMPLAINTS = {
    "en": Complaint(
        "my internet has been down every evening since april fourteenth",
        "i called on april twentieth and they hung up on me",
        "one month free",
        "dana tremblay",
        "four one eight five five five zero one six six",
        "yes that's right",
        "+14185550166",
        "internet",
    ),
    "fr": Complaint(
        "mon internet lâche tous les soirs depuis le quatorze avril",
        "j'ai appelé le vingt avril pis on m'a raccroché au nez",
        "un mois gratis",
        "dany tardif",
        "quatre un huit cinq cinq cinq zéro un six six",
        "oui c'est ça",
        "+14185550166",
        "internet",
    ),
    "it": Complaint(
        "il mio internet non funziona tutte le sere dal quattordici aprile",
        "ho chiamato il venti aprile e mi hanno chiuso il telefono in faccia",
        "un mese gratis",
        "daniela tardelli",
        "quattro uno otto cinque cinque cinque zero uno sei sei",
        "sì è giusto",
        "+14185550166",
        "internet",
    ),
}


async def told(phone: Phone, language: str, **how: Any) -> PhoneCall:
    """Tell a complaint up to its case."""
    call = await phone.call(**how)
    await call.press(KEY[language])
    complaint = COMPLAINTS[language]
    for words in (complaint.story, complaint.prior, complaint.remedy):
        await call.say(words)
    await call.press("2")
    await call.say(complaint.name)
    await call.say(complaint.number)
    await call.say(complaint.yes)
    return call


def case_of(product: Product, call: PhoneCall) -> Any:
    """The case of a call, as the store holds it; its number has to have been said to the caller."""
    with product.store.view() as unit:
        kept = unit.calls.get(call.sid)
        assert kept is not None
        conversation = unit.conversations.get(kept.conversation_id)
    number = conversation.tracking_number
    assert number, f"no case\n{call.told()}"
    assert call.has_heard_number(number), f"{number} was not told\n{call.told()}"
    return product.case(number)


def said(language: str, key: str) -> str:
    """The first words of what the pack has for a key."""
    return re.split(r"[.,{«“]", pack(language, "voice")[key])[0].strip()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_complaint_becomes_a_case(phone: Phone, product: Product, language: str) -> None:
    call = await told(phone, language)
    case = case_of(product, call)
    complaint = COMPLAINTS[language]
    assert (case.channel, case.language) == ("voice", language)
    assert complaint.narrative in case.complaint.narrative.casefold()
    assert [event.date for event in case.complaint.events if event.date]
    assert case.complaint.phone == complaint.contact
    assert call.language == LISTENS[language]
    assert not re.search(r"[{}<>_*#•]|https?:|\bnull\b", call.heard), call.told()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_request_may_come_twice_at_once(phone: Phone, product: Product, language: str) -> None:
    call = await told(phone, language, twice=True)
    case_of(product, call)
    await call.again()
    with product.store.view() as unit:
        assert len(unit.cases.find()) == 1


async def test_every_answer_may_be_asked_for_again(phone: Phone, product: Product) -> None:
    call = await phone.call()
    await call.again()
    await call.press("2")
    await call.again()
    complaint = COMPLAINTS["fr"]
    for words in (complaint.story, complaint.prior, complaint.remedy):
        await call.say(words)
        await call.again()
    await call.press("*")
    await call.again()


@pytest.mark.parametrize("doings", ["s", "ss", "sss", "?", "?s", "9", "7", "8", "0", "0s", "09"])
async def test_what_was_said_about_the_call_itself_may_be_asked_for_again(phone: Phone, doings: str) -> None:
    call = await phone.call()
    await call.press("1")
    await call.say(COMPLAINTS["en"].story)
    for doing in doings:
        if doing == "s":
            await call.silence()
        elif doing == "?":
            await call.say("i called on april twenty", confidence=0.1)
        else:
            await call.press(doing)
    await call.again()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_speech_chooses_the_language_and_may_be_the_complaint_itself(
    phone: Phone, language: str
) -> None:
    call = await phone.call()
    await call.say(COMPLAINTS[language].story)
    assert call.language == LISTENS[language]
    assert said(language, "greeting") in call.last
    assert said(language, "open") not in call.last


async def test_languages_and_hints_go_with_the_question(phone: Phone) -> None:
    call = await phone.call()
    assert [said.language for said in call.steps[0]] == ["en-US", "fr-CA", "it-IT"]
    await call.press("2")
    assert call.language == "fr-CA" and "panne" in call.hints
    await call.press("8")
    await call.press("3")
    assert call.language == "it-IT" and "panne" not in call.hints, call.told()


# ── Silence ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_silence_is_met_with_patience_then_an_offer_then_an_end(phone: Phone, language: str) -> None:
    call = await phone.call()
    await call.press(KEY[language])
    for key in ("again", "keypad", "offer_text", "end_silent"):
        await call.silence()
        assert said(language, key) in call.last, call.told()
    assert call.is_over


async def test_whoever_never_says_a_word_hears_all_three_languages_and_then_the_end(phone: Phone) -> None:
    call = await phone.call()
    await call.be_silent_to_the_end()
    assert len(call.steps) <= 5


@pytest.mark.parametrize("language", LANGUAGES)
async def test_silence_in_the_middle_loses_nothing(phone: Phone, product: Product, language: str) -> None:
    call = await phone.call()
    await call.press(KEY[language])
    await call.say(COMPLAINTS[language].story)
    await call.be_silent_to_the_end()
    assert said(language, "end_kept") in call.last
    [text] = [notice for notice in product.outbox() if notice.to == call.caller]
    assert text.language == language


async def test_silence_is_forgotten_once_somebody_speaks(phone: Phone) -> None:
    call = await phone.call()
    await call.press("1")
    for _ in range(3):
        await call.silence()
        await call.silence()
        assert not call.is_over
        await call.press("*")


async def test_the_offer_after_silence_can_be_taken(phone: Phone, product: Product) -> None:
    call = await phone.call()
    await call.press("1")
    await call.say(COMPLAINTS["en"].story)
    for _ in range(3):
        await call.silence()
    await call.press("1")
    assert call.is_over and said("en", "texting_now") in call.last
    assert [notice.to for notice in product.outbox()] == [call.caller]


# ── Whoever calls otherwise than most ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_presses_keys_that_stand_for_nothing_is_offered_a_way_out(
    phone: Phone, language: str
) -> None:
    call = await phone.call()
    await call.press(KEY[language])
    for key in "45":
        await call.press(key)
        assert said(language, "no_such_key") in call.last and said(language, "offer_text") not in call.last
    await call.press("6")
    assert said(language, "offer_text") in call.last, call.told()
    await call.press("1")
    assert call.is_over and said(language, "texting_now") in call.last


async def test_what_an_operator_ends_a_turn_with_is_no_part_of_it(phone: Phone, product: Product) -> None:
    complaint = COMPLAINTS["en"]
    call = await phone.call()
    await call.press("1")
    for words in (
        complaint.story,
        complaint.prior,
        complaint.remedy,
        "skip",
        complaint.name,
        complaint.number,
    ):
        await call.say(f"{words} go ahead")
    await call.say("yes GA")
    kept = case_of(product, call).complaint
    assert (kept.remedy, kept.phone) == (complaint.remedy, complaint.contact)
    assert "go ahead" not in f"{kept.narrative} {kept.prior_contacts}"


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("my line is down go ahead", "my line is down"),
        ("yes GA", "yes"),
        ("go ahead", "go ahead"),
        ("they told me to go ahead", "they told me to go ahead"),
        ("my bill is wrong saga", "my bill is wrong saga"),
    ],
)
def test_only_the_end_of_a_turn_is_left_out(words: str, rest: str) -> None:
    assert without_turn_end(words, "en") == rest


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "the number i'm calling from"),
        ("fr", "le numéro d'où j'appelle"),
        ("it", "il numero da cui chiamo"),
    ],
)
async def test_the_number_that_is_called_from_may_be_named_in_other_words(
    phone: Phone, product: Product, language: str, words: str
) -> None:
    complaint = COMPLAINTS[language]
    call = await phone.call()
    await call.press(KEY[language])
    for told_so_far in (
        complaint.story,
        complaint.prior,
        complaint.remedy,
        words,
        complaint.name,
        complaint.yes,
    ):
        await call.say(told_so_far)
    kept = case_of(product, call).complaint
    assert (kept.phone, kept.name) == (call.caller, complaint.name.title()), call.told()


async def test_an_account_number_said_late_is_still_proved(phone: Phone, product: Product) -> None:
    complaint = COMPLAINTS["en"]
    call = await phone.call()
    await call.press("1")
    for words in (
        complaint.story,
        complaint.prior,
        complaint.remedy,
        "skip",
        "one zero zero three one eight six five",
    ):
        await call.say(words)
    [code] = [notice.text for notice in product.outbox() if notice.key.startswith("code:")]
    await call.say(" ".join(re.findall(r"\d{6}", code)[0]))
    await call.say(complaint.yes)
    assert case_of(product, call).verified, call.told()


async def test_a_wish_said_at_the_account_number_is_kept(phone: Phone, product: Product) -> None:
    complaint = COMPLAINTS["en"]
    call = await phone.call()
    await call.press("1")
    for words in (
        complaint.story,
        complaint.prior,
        complaint.remedy,
        "refund all of april and one month free",
    ):
        await call.say(words)
    for words in ("skip", complaint.name, complaint.number, complaint.yes):
        await call.say(words)
    assert "refund all of april" in (case_of(product, call).complaint.remedy or ""), call.told()


@pytest.mark.parametrize(("language", "words"), [("en", "this number"), ("it", "questo numero")])
async def test_in_danger_the_number_called_from_is_enough(
    phone: Phone, product: Product, language: str, words: str
) -> None:
    call = await phone.call()
    await call.press(KEY[language])
    await call.say({"en": "i want to kill myself over this bill", "it": "voglio farla finita"}[language])
    assert words in call.last, call.told()
    await call.say(words)
    assert case_of(product, call).complaint.phone == call.caller, call.told()


async def test_whoever_is_satisfied_is_not_asked_how_to_go_on(phone: Phone, product: Product) -> None:
    call = await phone.call()
    await call.press("1")
    await call.say("you charged me twice for internet in april")
    for words in ("no", "a refund", "one zero zero three one eight six five"):
        await call.say(words)
    [code] = [notice.text for notice in product.outbox() if notice.key.startswith("code:")]
    for words in (" ".join(re.findall(r"\d{6}", code)[0]), "yes", "accept", "yes", "what is the ccts"):
        await call.say(words)
    assert case_of(product, call).status == "resolved", call.told()
    assert "independent" in call.last and "investigation" not in call.last, call.told()


# ── A person ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_person_takes_the_call_and_gives_it_back(phone: Phone, product: Product) -> None:
    call = await told(phone, "fr", person=ACCEPTS)
    number = case_of(product, call).tracking_number
    await call.press("0")
    assert call.is_with_person and call.dialled == ["+14165550111"]
    assert number.replace("-", " ") in call.whispered[0] and "français" in call.whispered[0]
    await call.person_hangs_up()
    assert said("fr", "after_person") in call.last
    assert call.is_listening


async def test_whoever_hangs_up_on_a_person_ends_the_call(phone: Phone) -> None:
    call = await phone.call(person=ACCEPTS)
    await call.press("1")
    await call.press("0")
    assert call.is_with_person
    await call.hang_up()
    assert call.is_over


@pytest.mark.parametrize("person", [NO_ANSWER, BUSY, MACHINE, DECLINES])
async def test_where_no_person_takes_the_call_that_is_said_and_the_complaint_goes_on(
    phone: Phone, product: Product, person: str
) -> None:
    call = await phone.call(person=person)
    await call.press("3")
    await call.say(COMPLAINTS["it"].story)
    await call.press("0")
    assert said("it", "nobody_answered") in call.last, call.told()
    assert call.is_listening and not call.is_with_person
    case = case_of(product, call)
    assert case.promises
    await call.say(COMPLAINTS["it"].prior)
    assert call.is_listening


# ── Hanging up ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_is_cut_off_gets_a_text(phone: Phone, product: Product, language: str) -> None:
    call = await phone.call()
    await call.press(KEY[language])
    await call.say(COMPLAINTS[language].story)
    await call.hang_up()
    [text] = product.outbox()
    assert (text.kind, text.to, text.language) == ("sms", call.caller, language)


async def test_a_withheld_number_gets_none_and_shares_nothing(phone: Phone, product: Product) -> None:
    for caller in WITHHELD:
        call = await phone.call(caller)
        await call.press("1")
        assert said("en", "open") in call.last
        await call.say(COMPLAINTS["en"].story)
        await call.hang_up()
    assert product.outbox() == []


async def test_the_same_number_calls_twice_and_is_two_calls(phone: Phone, product: Product) -> None:
    first, second = await phone.call(), await phone.call()
    await first.press("1")
    await first.say(COMPLAINTS["en"].story)
    await second.press("3")
    assert said("it", "open") in second.last
    await second.hang_up()
    await first.say(COMPLAINTS["en"].prior)
    assert first.is_listening


# ── What is heard badly ────────────────────────────────────────────────────────────────────────────


async def test_words_heard_badly_are_asked_about_and_never_loop(phone: Phone) -> None:
    call = await phone.call()
    await call.press("1")
    await call.say("my bull is to hi", confidence=0.1)
    assert "my bull is to hi" in call.last
    await call.press("1")
    assert "my bull is to hi" not in call.last
    for words in ("mumble one", "mumble two", "mumble three"):
        await call.say(words, confidence=0.05)
    assert said("en", "offer_text") in call.last


# ── Over a WebSocket ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def relayed(product: Product) -> Phone:
    """The same number, led over a WebSocket."""
    settings = replace(product.settings, voice_mode="relay")
    app = create_app(settings, product.store, product.engine, now=product.clock)
    app.state.services.calls.hold_after_seconds = 3_600
    return Phone(app)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_complaint_over_a_relay(relayed: Phone, product: Product, language: str) -> None:
    call = await told(relayed, language)
    # a relay takes only the languages that its own document declared
    assert call.language == pack(language, "voice")["speaker"]["language"]
    assert case_of(product, call).language == language
    await call.say(COMPLAINTS[language].yes, interrupting=True)
    assert call.is_listening
    await call.hang_up()


async def test_a_relay_is_left_for_a_person_and_come_back_to(relayed: Phone, product: Product) -> None:
    call = await relayed.call()
    await call.press("2")
    await call.say(COMPLAINTS["fr"].story)
    await call.press("0")
    assert call.dialled and said("fr", "nobody_answered") in call.last
    assert case_of(product, call).handoffs
    await call.say(COMPLAINTS["fr"].prior)
    assert call.is_listening


async def test_a_relay_notices_silence_to_its_end(
    relayed: Phone, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "USUAL_SECONDS", 0.1)
    monkeypatch.setattr(prompts, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(relay, "CHARACTERS_A_SECOND", 100_000)
    call = await relayed.call()
    await call.press("1")
    await call.be_silent_to_the_end()
    assert said("en", "end_silent") in call.last


async def test_a_relay_that_breaks_loses_nothing(relayed: Phone, product: Product) -> None:
    call = await relayed.call()
    await call.press("3")
    await call.say(COMPLAINTS["it"].story)
    await call.break_session()
    assert call.is_listening
    await call.say(COMPLAINTS["it"].prior)
    with product.store.view() as unit:
        kept = unit.calls.get(call.sid)
        assert kept is not None
        conversation = unit.conversations.get(kept.conversation_id)
    assert "internet" in conversation.complaint.narrative


# ── The telephone itself ───────────────────────────────────────────────────────────────────────────


async def test_a_call_that_goes_round_is_noticed() -> None:
    call = _call_of("<Response><Pause/><Redirect>https://care.example.com/twilio/voice</Redirect></Response>")
    with pytest.raises(Looping):
        await call.begin()


async def test_a_line_that_goes_dead_is_noticed() -> None:
    call = _call_of('<Response><Say language="en-US">Hello</Say></Response>')
    with pytest.raises(DeadLine):
        await call.begin()


async def test_keys_are_taken_as_the_prompt_says() -> None:
    gather = '<Gather input="dtmf speech" numDigits="{}" action="https://care.example.com/twilio/voice"/>'
    for most, keys, told_digits in ((1, "12", "1"), (8, "123#4", "123"), (8, "*", "*")):
        call = _call_of(f"<Response>{gather.format(most)}<Hangup/></Response>")
        await call.begin()
        await call.press(keys)
        assert call._latest is not None and call._latest[1]["Digits"] == told_digits


async def test_an_answer_that_changes_when_asked_again_is_noticed() -> None:
    call = _call_of(*(f'<Response><Say>Hello {n}</Say><Gather input="dtmf"/></Response>' for n in range(2)))
    await call.begin()
    with pytest.raises(AssertionError, match="delivered again"):
        await call.again()


def _call_of(*documents: str) -> PhoneCall:
    """A call to a gateway that answers with these documents, the last one for ever."""
    left = list(documents)

    async def app(_: object, receive: object, send: Any) -> None:
        document = left.pop(0) if len(left) > 1 else left[0]
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": document.encode()})

    return PhoneCall(Phone(app).webhooks, telephone.CALLER)
