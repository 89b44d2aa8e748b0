"""Attacks by contact: codes wanted elsewhere, or over the line in dispute; what is never asked; a complaint gets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from actions import identity
from bot.languages import LANGUAGES
from bot.playbooks import playbooks
from tests.dialogues.attacks import (
    EMAIL,
    MOBILE,
    OKAFOR,
    act,
    asked_for_account,
    asked_for_code,
    codes_sent,
    count,
    filed,
    holder,
    nothing_was_given,
    placed,
    verified,
    without_limits,
    word,
    words,
)
from tests.dialogues.house import Product, Talk
from tests.dialogues.test_traps import words as all_words

WRONG = "000000"
AN_HOUR = {"minutes": 60}
OVER_AN_HOUR = {"minutes": 60, "seconds": 1}


@pytest.fixture
def product(product: Product) -> Product:
    return without_limits(product)


# ── Another contact ─────────────────────────────────────────────────────────────────────────────────

ELSEWHERE = ("416-555-0199", "new.address@example.org")
INSTEAD = {
    "en": ("send the code to {} instead", "update my number on file, it is {} now", "{}"),
    "fr": ("envoyez plutôt le code à {}", "mettez à jour mes coordonnées au dossier: {}", "{}"),
    "it": ("mandi il codice a {} invece", "aggiorni il mio recapito, adesso è {}", "{}"),
}


@pytest.mark.parametrize("contact", ELSEWHERE)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_at_the_code_no_other_contact_gets_it(product: Product, language: str, contact: str) -> None:
    before = product.demo.account(OKAFOR)
    talk = await asked_for_code(product, language)
    for wish in INSTEAD[language]:
        said = await talk.say(wish.format(contact))
        assert said.startswith(words(language, "code_only_to_contact_on_file")), talk.told()
        assert talk.state["expects"] == "code"
    await talk.say(word(language, "send_again"))
    await talk.say(word(language, "by_email"))
    assert codes_sent(product) == [("sms", MOBILE)] * 2 + [("email", EMAIL)]
    assert product.demo.account(OKAFOR) == before
    assert count(product, "instructions") == count(product, "books") == 0


@pytest.mark.parametrize("contact", ELSEWHERE)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_contact_given_before_or_after_never_gets_the_code(
    product: Product, language: str, contact: str
) -> None:
    before = product.demo.account(OKAFOR)
    for wish in INSTEAD[language]:
        talk = await asked_for_account(product, language)
        await talk.say(f"{OKAFOR}, {wish.format(contact)}")
        if talk.state["expects"] == "code":
            await talk.say(word(language, "skip"))
        await talk.say(wish.format(contact))
        await filed(talk)
    assert set(codes_sent(product)) <= {("sms", MOBILE)}
    assert product.demo.account(OKAFOR) == before
    assert count(product, "proofs") == count(product, "instructions") == count(product, "books") == 0


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("en", "update my number on file"),
        ("fr", "mettez à jour mon numéro au dossier"),
        ("it", "aggiorni il mio numero in archivio"),
    ],
)
async def test_a_wish_that_names_no_contact_changes_nothing(
    product: Product, language: str, wish: str
) -> None:
    before = product.demo.account(OKAFOR)
    talk = await asked_for_code(product, language)
    await talk.say(wish)
    assert codes_sent(product) == [("sms", MOBILE)]
    assert product.demo.account(OKAFOR) == before
    nothing_was_given(product, talk)


# ── The line in dispute ─────────────────────────────────────────────────────────────────────────────

LINE = "+16475550118"
MAIL = ("email", EMAIL)
UNUSABLE: list[dict[str, Any]] = [
    {"phone_of_record": LINE},
    {"phone_of_record": "+14035550129", "phone_served": True},
    {"phone_kind": "landline"},
    {"phone_kind": "voip"},
    {"phone_kind": None},
    {"phone_of_record": None},
]


@pytest.mark.parametrize("contact", UNUSABLE, ids=str)
async def test_the_code_goes_by_email_where_the_phone_proves_nothing(
    product: Product, contact: dict[str, Any]
) -> None:
    holder(product, OKAFOR, **contact)
    talk = await placed(product, "account")
    assert await act(product, talk, OKAFOR) == ["code_sent", "question_code"]
    assert codes_sent(product) == [MAIL]
    holder(product, OKAFOR, **contact, email_of_record=None)
    assert (await act(product, talk, "Send again"))[0] == "code_sent"
    assert (await act(product, talk, "By e-mail"))[0] == "code_sent_by_email"
    assert codes_sent(product) == [MAIL], "a code went where none may go"


@pytest.mark.parametrize("contact", UNUSABLE[:2], ids=str)
async def test_a_proof_by_email_is_marked_as_the_weaker_one(
    product: Product, contact: dict[str, Any]
) -> None:
    holder(product, OKAFOR, **contact)
    talk = await verified(product)
    await filed(talk)
    assert (talk.case.verified, talk.case.verified_weakly) == (True, True)


async def test_so_is_one_given_after_the_case_was_opened(product: Product) -> None:
    talk = await asked_for_account(product)
    await filed(talk)
    holder(product, OKAFOR, **UNUSABLE[0])
    await talk.say(OKAFOR)
    assert words("en", "verified") in await talk.say(talk.code())
    assert (talk.case.verified, talk.case.verified_weakly) == (True, True)


# ── What is never asked ─────────────────────────────────────────────────────────────────────────────

NEVER = re.compile(
    r"social insurance|assurance sociale|(?:assicurazione|previdenza) sociale|\bSIN\b|\bNAS\b|codice fiscale"
    r"|(?:driver|driving).{0,3} licen[cs]e|permis de conduire|patente|passport|passeport|passaporto"
    r"|health card|carte (?:d’assurance )?maladie|carte santé|tessera sanitaria"
    r"|(?:credit|debit|bank|payment) card|card number|carte (?:de crédit|de débit|bancaire)|carta (?:di|bancaria)"
    r"|\bCV[VC]\b|security code|code de sécurité|codice di sicurezza|bank login|online banking|password|passcode"
    r"|mot de passe|parola d’ordine|\bPIN\b|\bNIP\b|maiden|jeune fille|nome da nubile|cognome da nubile"
    r"|date of birth|birth ?date|\bborn\b|date de naissance|data di nascita|\bnée? le\b|\bnat[oa] il\b",
    re.IGNORECASE,
)
REVIEWED = {
    "replies.danger_hijacked_pbx",  # "change your phone system's passwords": told to change them, not to tell them
    "errors.redacted_card",  # says that a card number was struck out
    "errors.redacted_sin",
    "replies.answer_ask_privacy",  # asks customers to send nothing of the kind
}


def everything() -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text of every reply, choice, notice, phrase, error and playbook."""
    yield from all_words()
    for book in playbooks():
        for language in LANGUAGES:
            for key, text in book.words[language].items():
                yield language, f"{book.name}.{key}", str(text)


def test_nothing_is_asked_that_must_never_be_asked() -> None:
    found = {key for _, key, text in everything() if NEVER.search(text)}
    assert found == REVIEWED
    assert len({language for language, _, _ in everything()}) == 3
    assert any(key.startswith("duplicate_charge.") for _, key, _ in everything())


@pytest.mark.parametrize(
    "question",
    [
        "What is your date of birth?",
        "Votre numéro d’assurance sociale?",
        "Quel est votre NIP?",
        "Mi dia il numero della carta di credito",
        "Your mother’s maiden name?",
        "la patente o il passaporto",
        "le permis de conduire ou la carte d’assurance maladie",
        "the CVV on the back",
        "il cognome da nubile di Sua madre",
        "your online banking password",
    ],
)
def test_what_must_never_be_asked_would_be_found(question: str) -> None:
    assert NEVER.search(question)


# ── A complaint is always taken ─────────────────────────────────────────────────────────────────────


async def wrong_codes(product: Product, talk: Talk) -> None:
    await talk.say(OKAFOR)
    for _ in range(3):
        await talk.say(WRONG)


async def down_at_the_account(product: Product, talk: Talk) -> None:
    product.systems.down = True
    await talk.say(OKAFOR)


async def down_when_sent_again(product: Product, talk: Talk) -> None:
    await talk.say(OKAFOR)
    product.systems.down = True
    await talk.say(word(talk.state["language"], "send_again"))


async def down_at_the_code(product: Product, talk: Talk) -> None:
    await talk.say(OKAFOR)
    code = talk.code()
    product.systems.down = True
    await talk.say(code)


async def cooling_down(product: Product, talk: Talk) -> None:
    with product.store.unit() as unit:
        for _ in range(3):
            unit.attempts.add(identity._key(OKAFOR), product.clock())
    await wrong_codes(product, talk)


async def refusing(product: Product, talk: Talk) -> None:
    for _ in range(3):
        await talk.say(word(talk.state["language"], "skip"))


async def given_in_passing_while_down(product: Product, talk: Talk) -> None:
    """The number came with the story, and the code would be sent before the contact is asked for."""
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.complaint.account_number, conversation.expects = OKAFOR, "remedy"
        unit.conversations.save(conversation)
    product.systems.down = True
    await talk.say("a refund")
    if talk.state["expects"] == "code":
        await talk.say(WRONG)


@pytest.mark.parametrize(
    "trouble",
    [
        wrong_codes,
        down_at_the_account,
        down_when_sent_again,
        down_at_the_code,
        cooling_down,
        refusing,
        given_in_passing_while_down,
    ],
    ids=lambda trouble: trouble.__name__,
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_trouble_with_identity_keeps_a_complaint_from_being_taken(
    product: Product, language: str, trouble: Any
) -> None:
    talk = await asked_for_account(product, language)
    await trouble(product, talk)
    assert talk.state["expects"] != "code", talk.told()
    if talk.state["expects"] in ("contact", "name", "confirm"):
        await filed(talk)
    assert talk.state["case"], talk.told()
    assert not talk.case.verified
    assert {promise.what for promise in talk.case.promises} >= {"update", "answer"}
