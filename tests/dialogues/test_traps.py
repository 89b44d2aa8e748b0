"""The thirty-three traps into which a naive assistant falls, each with what keeps this one out of it.

What is false to say is looked for in every reply, notice, phrase and page of every language; what is a matter of
conduct is played against the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cases.case import Case, Referral
from bot.cases.complaint import Complaint
from bot.cases.identity import code_destination
from bot.cases.intake import INTAKE
from bot.cases.promises import due_in_business_days
from bot.cases.records import Customer
from bot.cases.status import MOVES
from bot.languages import LANGUAGES, pack
from bot.provider import profile
from bot.provider.calendar import business_calendar
from bot.schemes import scheme
from tests.dialogues.house import Product
from tests.languages.forms import forms

CCTS = scheme("ccts")
OPERATOR = profile("jive_ca")
SAID_BY_CUSTOMERS = re.compile(r"[“«][^”»]*[”»]")


def words(*files: str) -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text of everything that people read or hear, the customers' own words left out."""
    for language in LANGUAGES:
        for file in files or ("replies", "notices", "phrases", "process", "choices", "errors"):
            for key, text in pack(language, file).items():
                for form in text.values() if isinstance(text, dict) else [text]:
                    yield language, f"{file}.{key}", SAID_BY_CUSTOMERS.sub("", str(form))
        yield language, "scheme.notice", CCTS.notices[language].value


def nobody_says(pattern: str, *examples: str) -> None:
    """Hold that no text matches the pattern, which finds each of the examples."""
    wrong = re.compile(pattern, re.IGNORECASE)
    assert all(wrong.search(example) for example in examples), "the pattern misses what it is there for"
    assert [(language, key) for language, key, text in words() if wrong.search(text)] == []


def test_01_codes_of_other_services_are_never_quoted() -> None:
    nobody_says(
        r"(?:wireless|internet|deposit|disconnection|television service provider)s? code\b"
        r"|code (?:sur|relatif|des? ) ?(?:les? )?(?:services? )?(?:sans fil|sur internet|dépôts?)"
        r"|codice (?:wireless|internet|sui (?:servizi|depositi))",
        "The Wireless Code says so",
        "selon le Code sur les services sans fil",
        "secondo il Codice sui servizi",
    )


def test_02_the_ccts_may_help_and_decides_itself() -> None:
    nobody_says(
        r"\b(?:CCTS|they) will (?:help|decide in|take|accept|order)|CPRST (?:vous aidera|tranchera|acceptera)"
        r"|CCTS (?:La aiuterà|accetterà)",
        "the CCTS will help you",
        "la CPRST vous aidera",
        "la CCTS La aiuterà",
    )
    for language, hedge in (("en", "They decide whether"), ("fr", "décide si"), ("it", "decidere se")):
        assert hedge in pack(language, "replies")["referred"]


def test_03_nobody_is_screened_out() -> None:
    nobody_says(
        r"\b(?:not |in)?eligib|\b(?:in)?admissib|\b(?:in)?ammissib|do(?:es)? not qualify|can(?:no|’)t go to the CCTS",
        "you are not eligible",
        "votre plainte est inadmissible",
        "il reclamo non è ammissibile",
    )


async def test_03_who_asks_whether_they_qualify_is_told_where_to_ask(product: Product) -> None:
    talk = await product.talk("en", "2026-05-15")
    said = await talk.say("we are a big company, do we qualify for the CCTS?")
    assert "CCTS" in said
    assert "1-888-221-1687" in said


def test_04_our_own_levels_are_no_condition() -> None:
    nobody_says(
        r"\b(?:must|have to|need to)\b[^.]*\b(?:levels?|steps?|manager)\b|\bexhaust|\bépuis|\besauri"
        r"|\bdevez\b[^.]*\b(?:étapes|niveaux|gestionnaire)\b|\bdeve\b[^.]*\b(?:passaggi|livelli|dirigente)\b",
        "You must go through all our levels first",
        "vous devez suivre toutes nos étapes",
        "deve prima seguire tutti i passaggi",
    )
    assert CCTS.value("prior_step") == "reasonable_opportunity"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_05_the_notice_comes_when_a_complaint_goes_a_level_up(product: Product, language: str) -> None:
    number = await filed(product, language)
    ask = {
        "en": "I want to escalate to a senior manager",
        "fr": "je veux faire remonter ma plainte à un gestionnaire",
        "it": "voglio passare il reclamo a un dirigente",
    }
    said = await number.say(ask[language])
    assert CCTS.value("phone") in said
    assert number.state["status"] == "escalated"


def test_06_the_providers_days_to_report_are_told_to_nobody() -> None:
    assert CCTS.value("provider_report_days") == 20
    nobody_says(
        r"\b(?:20|30|twenty|thirty|vingt|trente|venti|trenta) (?:days|jours|giorni)\b",
        "within 30 days",
        "dans les 20 jours",
        "entro trenta giorni",
    )


def test_07_there_are_no_binding_decisions() -> None:
    nobody_says(
        r"binding|exécutoire|contraignant|vincolante|final decision|décision finale",
        "a binding decision",
        "une décision exécutoire",
        "una decisione vincolante",
    )


def test_08_no_sum_is_held_out() -> None:
    nobody_says(r"5[\s,.\u00a0]?000", "up to $5,000", "jusqu’à 5 000 $", "fino a 5.000")
    with pytest.raises(LookupError):
        CCTS.value("compensation_cap_cents")


def test_09_the_time_limit_is_not_told_as_law() -> None:
    nobody_says(r"\b(?:one|a|un|1) (?:year|an|anno)\b", "within one year", "d’un an", "entro un anno")
    with pytest.raises(LookupError):
        CCTS.value("look_back")


def test_10_no_reprisal_and_nobody_is_asked_to_give_up() -> None:
    nobody_says(
        r"withdraw your (?:CCTS|complaint to)|disconnect you|legal (?:action|fees)|collection agency"
        r"|retirer votre plainte (?:à|auprès de) la CPRST|poursuites|ritirare il (?:Suo )?reclamo (?:alla|presso)"
        r"|azion[ei] legal",
        "please withdraw your CCTS complaint",
        "retirer votre plainte auprès de la CPRST",
        "azioni legali",
    )


def test_11_their_number_is_not_ours() -> None:
    case = Case("1234-5678-9012", Complaint(), "en", "web", NOW)
    case.refer(Referral(NOW, "ccts", scheme_number="C-77"))
    assert (case.tracking_number, case.referral and case.referral.scheme_number) == ("1234-5678-9012", "C-77")


def test_12_the_two_phone_numbers_never_share_a_sentence() -> None:
    for language, key, text in words():
        for sentence in re.split(r"(?<=[.!?;])\s+|\n", text):
            theirs = CCTS.value("phone") in sentence or re.search(r"\b(?:CCTS|CPRST)\b", sentence)
            assert not ("{phone}" in sentence and theirs), f"{language} {key}: {sentence}"
    nobody_says(
        r"\b(?:our|notre|nostr[oa]) (?:own )?(?:CCTS|CPRST|ombudsman)",
        "our ombudsman",
        "notre CPRST",
        "il nostro ombudsman",
    )


def test_13_old_addresses_are_gone() -> None:
    nobody_says(
        r"81088|K1P 1B1|Commissioner for|Commissaire aux plaintes",
        "P.O. Box 81088",
        "Commissioner for Complaints",
        "Commissaire aux plaintes",
    )
    assert "Minto Place" in CCTS.value("mail")


def test_14_the_missing_list_is_not_made_up() -> None:
    nobody_says(
        r"following (?:issues|problems|matters)|problèmes suivants|seguenti (?:problemi|casi)",
        "one of the following issues",
        "l’un des problèmes suivants",
        "uno dei seguenti problemi",
    )


def test_15_italian_confirms_receipt_and_admits_nothing() -> None:
    nobody_says(
        r"riconosci|riconosciut|riassegn|clienti delle piccole imprese|ci impegniamo a risolvere",
        "i reclami sono riconosciuti",
        "riassegnare il reclamo",
        "ci impegniamo a risolvere tutti i reclami",
    )
    assert "ortesia" in CCTS.notices["it"].value, "the Italian notice is marked as a courtesy"


def test_16_no_prompt_uses_the_words_that_unsubscribe() -> None:
    ends = re.compile(
        r"\b(?:STOP|UNSUBSCRIBE|END|QUIT|STOPALL|REVOKE|OPTOUT|CANCEL|ARRET|ARRÊT|FERMA)\b", re.IGNORECASE
    )
    for language in LANGUAGES:
        prompts = [*pack(language, "choices").values()]
        for text in pack(language, "replies").values():
            prompts += [quote[1:-1] for quote in SAID_BY_CUSTOMERS.findall(str(text))]
        assert [prompt for prompt in prompts if ends.fullmatch(prompt.strip())] == []


def test_17_and_18_what_is_sent_sells_nothing_and_asks_for_no_money() -> None:
    sells = re.compile(
        r"\b(?:offer|discount|upgrade|deal|promo\w*|rabais|sconto|pay now|payez|paghi|amount due|solde dû)\b",
        re.I,
    )
    assert all(map(sells.search, ("a discount", "un rabais", "uno sconto", "please pay now")))
    assert [(language, key) for language, key, text in words("notices") if sells.search(text)] == []


def test_19_nothing_is_recorded_for_quality() -> None:
    nobody_says(
        r"record\w* for|quality (?:purposes|assurance)|fins de qualité|enregistr\w+ (?:à|pour)"
        r"|scopi di qualità|registrat\w+ per",
        "this call is recorded for quality purposes",
        "à des fins de qualité",
        "per scopi di qualità",
    )


def test_20_identity_comes_after_the_story() -> None:
    assert INTAKE.index("identity") > INTAKE.index("complaint")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_20_who_has_no_emergency_calls_is_asked_for_no_identity(
    product: Product, language: str
) -> None:
    talk = await product.talk(language, "2026-05-15")
    await talk.say(
        {"en": "911 does not work", "fr": "le 911 ne marche pas", "it": "il 911 non funziona"}[language]
    )
    assert product.case(talk.state["case"]).priority == "P1"
    assert talk.state["expects"] not in ("account", "code")


def test_21_no_code_goes_to_a_line_we_serve() -> None:
    line = "+14165550100"
    customer = Customer(**CUSTOMER | {"phone_of_record": line, "phone_kind": "mobile", "lines": (line,)})
    destination = code_destination(customer)
    assert destination is None or (destination.kind, destination.weaker) == ("email", True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_22_a_card_number_is_neither_kept_nor_repeated(product: Product, language: str) -> None:
    talk = await product.talk(language, "2026-05-15")
    said = await talk.say("4111 1111 1111 1111")
    assert "4111" not in said
    with product.store.view() as unit:
        kept = [message.text for message in unit.messages.after(talk.id, 0)]
    assert not any("4111" in text.replace(" ", "")[:40] for text in kept if text != said)


def test_23_what_must_never_be_asked_is_never_asked() -> None:
    asked = [(language, key, text) for language, key, text in words("replies") if ".question_" in key]
    assert len(asked) > 3 * 20
    forbidden = re.compile(
        r"social insurance|assurance sociale|assicurazione sociale|\bSIN\b|\bNAS\b|licen[cs]e|permis de conduire|patente"
        r"|health card|carte (?:d’assurance )?maladie|tessera sanitaria|passport|passeport|passaporto|\bPIN\b|password"
        r"|mot de passe|maiden|date of birth|date de naissance|data di nascita|card number|numéro de carte",
        re.IGNORECASE,
    )
    assert [(language, key) for language, key, text in asked if forbidden.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_24_a_bill_in_dispute_may_cost_the_emergency_calls(product: Product, language: str) -> None:
    talk = await product.talk(language, "2026-05-15")
    story = {
        "en": "You suspended my phone line because of a bill that I dispute",
        "fr": "Vous avez suspendu ma ligne téléphonique à cause d'une facture que je conteste",
        "it": "Mi avete sospeso la linea telefonica per una bolletta che contesto",
    }
    assert "9-1-1" in await talk.say(story[language])


@pytest.mark.parametrize(
    ("language", "reassuring"),
    [("en", r"safe|don’t worry|will work"), ("fr", r"inquiét|fonctionnera"), ("it", r"preoccup|funzionerà")],
)
def test_25_nobody_with_a_medical_alarm_is_reassured(language: str, reassuring: str) -> None:
    for said in forms(language, "danger_medical_alarm"):
        assert not re.search(reassuring, said)
        assert "9-1-1" in said


def test_26_what_is_said_of_rules_comes_from_approved_texts() -> None:
    """A reply is a key and values; the values are dates, sums, names and the customer's own words, never rules."""
    for language in LANGUAGES:
        answers = {key: text for key, text in pack(language, "replies").items() if key.startswith("answer_")}
        placeholders = {name for text in answers.values() for name in re.findall(r"\{(\w+)\}", str(text))}
        assert placeholders <= {"provider", "phone", "address", "page", "days", "update_days", "review_days"}


def test_27_the_assistant_never_decides_against_a_customer() -> None:
    nobody_says(
        r"\b(?:denied|rejected|refused your|we decline|not justified|unfounded|case closed)\b"
        r"|\b(?:rejetée|refusée|non fondée|fermons votre)\b|\b(?:respint[oa]|infondat[oa]|chiudiamo il)\b",
        "your claim is denied",
        "votre demande est rejetée",
        "il reclamo è respinto",
    )


def test_28_nothing_is_said_about_fees_that_change() -> None:
    nobody_says(
        r"(?:activation|cancellation|termination) fee|frais d’(?:activation|annulation)|frais de résiliation"
        r"|costi? di (?:attivazione|recesso)",
        "there is no cancellation fee",
        "des frais d’annulation",
        "i costi di recesso",
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_29_a_first_fault_report_is_asked_about_and_anger_is_a_complaint(
    product: Product, language: str
) -> None:
    report = {
        "en": "my desk phone has no dial tone",
        "fr": "mon téléphone de bureau n'a pas de tonalité",
        "it": "il telefono dell'ufficio non ha il segnale di linea",
    }
    angry = {
        "en": "my desk phone has no dial tone again, this is unacceptable",
        "fr": "mon téléphone de bureau n'a encore pas de tonalité, c'est inacceptable",
        "it": "il telefono dell'ufficio è di nuovo senza linea, è inaccettabile",
    }
    first, second = await product.talk(language, "2026-05-15"), await product.talk(language, "2026-05-15")
    await first.say(report[language])
    await second.say(angry[language])
    assert (first.state["expects"], second.state["expects"] == "confirm") == ("confirm", False)


def test_30_only_the_customers_yes_resolves_and_silence_closes_nothing() -> None:
    assert "resolve" in MOVES
    nobody_says(
        r"will be closed (?:if|unless|in)|sera fermé (?:si|dans)|verrà chiuso (?:se|tra|entro)",
        "your case will be closed if you don’t reply",
        "votre dossier sera fermé si",
        "il caso verrà chiuso se",
    )
    for language, again in (("en", "reopen"), ("fr", "rouvrira"), ("it", "riapriamo")):
        assert again in pack(language, "replies")["resolved"]


def test_31_days_are_business_days_of_the_customers_province() -> None:
    friday = datetime(2026, 5, 15, 20, 0, tzinfo=UTC)
    ontario, quebec = (business_calendar(OPERATOR, province) for province in ("ON", "QC"))
    # Victoria Day, 18 May 2026, in both; St-Jean-Baptiste, 24 June, in Québec alone
    assert due_in_business_days(friday, 1, ontario).date() == date(2026, 5, 19)
    eve = datetime(2026, 6, 23, 15, 0, tzinfo=UTC)
    assert due_in_business_days(eve, 1, ontario).date() == date(2026, 6, 24)
    assert due_in_business_days(eve, 1, quebec).date() == date(2026, 6, 25)
    # closing time stays closing time on both sides of the change of clocks (8 March 2026)
    due = due_in_business_days(datetime(2026, 3, 6, 15, 0, tzinfo=UTC), 1, ontario)
    assert due.astimezone(ZoneInfo("America/Toronto")).time() == time(17, 0)


def test_32_the_clocks_of_other_countries_are_never_quoted() -> None:
    nobody_says(
        r"\b(?:six|eight|8|6|huit|otto|sei) (?:weeks|semaines|settimane)\b|\b15 (?:working|business) days",
        "after eight weeks",
        "après six semaines",
        "dopo otto settimane",
    )


def test_33_rules_are_dated_data() -> None:
    for name, fact in [*CCTS.facts.items(), *CCTS.notices.items()]:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", fact.checked) and fact.source, name


NOW = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)

STORY = {
    "en": [
        "Your internet has been failing us every evening for weeks",
        "since May 3",
        "that's all",
        "no",
        "a fix",
    ],
    "fr": [
        "Votre internet nous lâche chaque soir depuis des semaines",
        "depuis le 3 mai",
        "c'est tout",
        "non",
        "que ce soit réparé",
    ],
    "it": [
        "La vostra internet cade ogni sera da settimane",
        "dal 3 maggio",
        "è tutto",
        "no",
        "che sia riparata",
    ],
}
REST = {
    "en": ["skip", "ann@example.com, Ann Roy", "yes"],
    "fr": ["passer", "ann@example.com, Ann Roy", "oui"],
    "it": ["salta", "ann@example.com, Ann Roy", "sì"],
}
CUSTOMER: dict[str, Any] = {
    "account_number": "10000000",
    "name": "Ann Roy",
    "kind": "residential",
    "language": "en",
    "province": "ON",
    "postal_code": "M5V 2T6",
    "email_of_record": "ann@example.com",
    "services": ("local_phone",),
}


async def filed(product: Product, language: str) -> Any:
    """Return a conversation whose complaint is filed."""
    talk = await product.talk(language, "2026-05-15")
    answers = dict(
        zip(("nature", "event", "event again", "prior_contact", "remedy"), STORY[language], strict=True)
    )
    answers |= dict(zip(("account", "contact", "confirm"), REST[language], strict=True))
    await talk.say(answers["nature"])
    events = 0
    for _ in range(12):
        expects = talk.state["expects"]
        if expects == "free":
            break
        events += expects == "event"
        await talk.say(answers["event again" if expects == "event" and events > 1 else expects])
    assert talk.state["case"], talk.told()
    return talk
