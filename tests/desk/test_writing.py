"""Agents write: macros fill in what is known, what leaves is shown first where it was, and what may not leave stays."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from bot.cases.agent import Agent
from bot.cases.audit import MACRO_ADDED, MACRO_CHANGED, MACRO_REMOVED, OVERRODE
from bot.cases.case import WAITING, Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Choice
from bot.cases.guard import ANYWHERE
from bot.cases.macros import GapLeft, Macro, MacroRefused, filled, must_be_whole, must_have_no_gap
from bot.cases.playbook import ACCEPTED, Offer
from bot.cases.promises import Promise
from bot.cases.texting import Texter
from bot.gateway.sms.texts import Sms
from bot.languages import LANGUAGES, pack
from bot.languages.guarding import must_pass
from bot.macros import of_packs, ready
from bot.provider import profile
from tests.desk.agents import words_of
from tests.gateway.fakes import outbox_of

NUMBER = "4821-0937-5514"
AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
WITHDRAW = "Please withdraw your CCTS complaint."
SELLS = "Why not add TV to your plan?"


@pytest.fixture
async def talk(gateway):
    """A customer who waits, with a case in French."""
    talk = await gateway.talk("fr")
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder, conversation.tracking_number, conversation.language = WAITING, NUMBER, "fr"
        case = Case(NUMBER, Complaint("Facturé deux fois", name="Kim Roy"), "fr", "web", AT)
        case.promise(Promise("update", AT + timedelta(days=5)), AT)
        unit.cases.add(case, talk.id)
        unit.conversations.save(conversation)
    return talk


def deeds(gateway) -> list[str]:
    with gateway.store.view() as unit:
        return [entry.deed for entry in unit.audit.all()]


async def said(talk) -> list[str]:
    return [text for who, text in await talk.transcript() if who == "agent"]


async def test_what_may_not_leave_is_stopped_with_reason_and_source_and_keeps_the_words(gateway, talk, anna):
    refused = await anna.say(talk.id, f"Hello. {WITHDRAW}")
    page = words_of(refused.text)
    assert refused.status_code == 409 and await said(talk) == []
    assert "may not be asked to withdraw" in page and "compliance-report-cards" in page
    assert WITHDRAW in page and "Send it all the same" not in page
    # a prohibition is a prohibition
    forced = await anna.step(talk.id, "say", text=WITHDRAW, word_id="w", anyway="yes")
    assert forced.status_code == 409 and await said(talk) == []
    assert (
        await anna.say(talk.id, "You may go to the CCTS any time; the late fee was removed.")
    ).status_code == 303


async def test_a_warning_is_overridden_knowingly_once_and_on_record(gateway, talk, anna):
    warned = await anna.say(talk.id, SELLS)
    assert warned.status_code == 409 and "Send it all the same" in warned.text
    assert await said(talk) == [] and OVERRODE not in deeds(gateway)
    form = dict(re.findall(r'name="(text|word_id|anyway)" value="([^"]*)"', warned.text.split("alert")[1]))
    for _ in range(2):
        assert (
            await anna.step(talk.id, "say", **{k: unescape(v) for k, v in form.items()})
        ).status_code == 303
    assert await said(talk) == [SELLS]
    assert deeds(gateway).count(OVERRODE) == 1


async def test_a_macro_is_picked_without_scripts_shown_and_sent_once(gateway, talk, anna):
    page = (await anna.step(talk.id, "macros", text="Bonjour.")).text
    assert "Looking into it, with date" in page and "mardi 10 mars 2026" in page
    picked = (await anna.step(talk.id, "macros", text="Bonjour.", macro="looking_into")).text
    text = unescape(re.search(r"<textarea id=\"say\".*?>(.*?)</textarea>", picked, re.S)[1])
    assert text.startswith("Bonjour.\nJe m’en occupe.") and await said(talk) == []
    shown = (await anna.step(talk.id, "say", text=text, word_id="w1", filled="yes")).text
    assert "This is what goes" in shown and await said(talk) == []
    assert all(words in words_of(shown) for words in ("Kim Roy", "Web chat", "Français", text.split("\n")[1]))
    for _ in range(2):
        sent = await anna.step(talk.id, "say", text=text, word_id="w1", filled="yes", shown="yes")
        assert sent.status_code == 303
    assert await said(talk) == [text]


async def test_a_gap_is_shown_and_cannot_be_sent(talk, anna):
    page = (await anna.step(talk.id, "macros", text="", macro="one_detail")).text
    text = unescape(re.search(r"<textarea id=\"say\".*?>(.*?)</textarea>", page, re.S)[1])
    assert "⟦what is needed⟧" in text
    for fields in ({"filled": "yes"}, {"filled": "yes", "shown": "yes"}, {}):
        refused = await anna.step(talk.id, "say", text=text, word_id="w", **fields)
        assert refused.status_code == 409 and "still to be filled in" in refused.text
    assert await said(talk) == []


async def test_going_back_without_a_macro_keeps_the_words(talk, anna):
    page = (await anna.step(talk.id, "macros", text="Half a <b>word", without="yes")).text
    assert "Half a &lt;b&gt;word" in page


async def test_what_a_macro_filled_in_is_stopped_like_all_else(talk, anna):
    refused = await anna.step(talk.id, "say", text=WITHDRAW, word_id="w", filled="yes")
    assert refused.status_code == 409 and "may not be asked" in refused.text


async def test_scripts_get_every_macro_in_both_languages_at_once(talk, anna):
    found = {
        each["id"]: each for each in (await anna.client.get(f"/desk/conversations/{talk.id}/macros")).json()
    }
    assert found["greeting"]["title"] == "Greeting"
    assert found["greeting"]["text"].startswith("Bonjour Kim Roy, ici Anna de Jive.")
    assert found["greeting"]["is_filled"] and not found["still_there"]["is_filled"]
    assert (await anna.client.get("/desk/conversations/nobody/macros")).status_code == 404


def fields_of(**changed: str) -> dict[str, str]:
    fields = {f"title_{language}": f"Hours {language}" for language in LANGUAGES}
    fields |= {f"text_{language}": f"{{provider}} is open {language}." for language in LANGUAGES}
    return {"id": "m1", **fields, **changed}


async def test_leads_add_change_and_remove_macros_for_everybody(gateway, talk, anna, desk_of):
    lead = desk_of(gateway, "Lea", "lead")
    await lead.sign_in()
    for _ in range(2):
        assert (await lead.send("/desk/macros", **fields_of())).status_code == 303
    assert "Hours en" in await lead.see("/desk/macros") and 'value="Hours fr"' in await lead.see(
        "/desk/macros?change=m1"
    )
    assert "Jive is open fr." in (await anna.step(talk.id, "macros", text="", macro="m1")).text
    await lead.send("/desk/macros", **fields_of(text_fr="{provider} ouvre à 9 h."))
    assert "Jive ouvre à 9 h." in (await anna.step(talk.id, "macros", text="", macro="m1")).text
    for _ in range(2):
        assert (await lead.send("/desk/macros/m1/remove")).status_code == 303
    assert "Hours en" not in (await anna.step(talk.id, "macros", text="")).text
    assert [deed for deed in deeds(gateway) if deed.startswith("macro")] == [
        MACRO_ADDED,
        MACRO_CHANGED,
        MACRO_REMOVED,
    ]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title_it": " "}, "needs title and text in every language. In Italiano"),
        ({"text_fr": ""}, "needs title and text in every language. In Français"),
        ({"text_en": "{nobody} is here"}, "no variable of this name. In English {nobody}"),
        ({"text_it": "y" * 2001}, "2,000 characters at most"),
        ({"text_fr": "Veuillez retirer votre plainte à la CPRST."}, "may not be asked to withdraw"),
        # a macro may go by text, where it would be a commercial message
        ({"text_en": SELLS}, "commercial message"),
    ],
)
async def test_a_macro_that_cannot_be_is_refused_and_its_words_are_kept(gateway, desk_of, changed, says):
    lead = desk_of(gateway, "Lea", "lead")
    await lead.sign_in()
    refused = await lead.send("/desk/macros", **fields_of(**changed))
    assert (
        refused.status_code == 409 and says in words_of(refused.text) and 'value="Hours en"' in refused.text
    )
    with gateway.store.view() as unit:
        assert unit.macros.all() == []


async def test_a_macro_of_the_product_is_not_written_over(gateway, desk_of):
    lead = desk_of(gateway, "Lea", "lead")
    await lead.sign_in()
    assert (await lead.send("/desk/macros", **fields_of(id="greeting"))).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_macro_is_whole_may_leave_and_is_filled_in(store, language):
    case = Case(NUMBER, Complaint("x"), language, "web", AT)
    for what in ("update", "answer", "call_back", "escalation_review"):
        case.promise(Promise(what, AT + timedelta(days=2)), AT)
    case.offers.append(Offer("goodwill", 2000, ("f",), AT, status=ACCEPTED))
    with store.view() as unit:
        found = ready(
            unit, Agent("a", "a@x", "Anna", language=language), profile("jive_ca"), "Kim", case, language
        )
    assert len(found) >= 15 and len({each.title for each in found}) == len(found)
    own_words = {pack(language, "macros")["gaps"][name] for name in ("detail", "reason")}
    for macro, each in zip(of_packs(), found, strict=True):
        must_be_whole(macro, LANGUAGES)
        must_pass(each.text, ANYWHERE)
        assert set(re.findall("⟦(.*?)⟧", each.text)) <= own_words
        assert "{" not in each.text


def test_a_variable_without_a_value_is_a_gap():
    text = filled("Hello {name}, {amount}", {"name": "Kim"}, {"amount": "montant"})
    assert text == "Hello Kim, ⟦montant⟧"
    with pytest.raises(GapLeft):
        must_have_no_gap(text)
    must_have_no_gap("Hello [Kim] {x}")
    with pytest.raises(MacroRefused):
        must_be_whole(Macro("m", {"en": "T"}, {"en": "{nope}"}), ("en",))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_choices_are_told_in_the_agents_language_beside_the_customers(gateway, talk, desk_of, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    spoken, own = pack("fr", "choices"), pack(language, "choices")
    with gateway.store.unit() as unit:
        picked = [Choice(spoken[name], spoken[name]) for name in ("skip", "other")]
        unit.messages.add(talk.id, "assistant", "Quoi?", AT, [*picked, Choice("Éloi", "Éloi")])
        unit.messages.add(talk.id, "customer", spoken["other"], AT)
        unit.messages.add(talk.id, "customer", f"{spoken['other']}, je crois", AT)
    page = words_of(await desk.see(f"/desk/conversations/{talk.id}"))
    for name in ("skip", "other"):
        told = f"{spoken[name]} ({own[name]})"
        assert (told in page) is (language != "fr")
    # what is no choice to the letter, or known to no pack, stands alone
    assert "Éloi" in page and "Éloi (" not in page and f"{spoken['other']}, je crois" in page


async def test_by_text_an_offer_is_answered_by_its_number(gateway, anna):
    talk = await gateway.talk()
    now = datetime.now(UTC)
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.channel, conversation.tracking_number = "sms", NUMBER
        unit.conversations.save(conversation)
        complaint = Complaint("Charged twice", phone="+14165550199")
        unit.cases.add(
            Case(NUMBER, complaint, "en", "sms", now, account_number="10024417", verified=True), talk.id
        )
        unit.texters.get("+14165550199")
        unit.texters.save(Texter("+14165550199", talk.id, now, greeted=True))
        # an older question with choices of its own must not be what a number answers
        unit.messages.add(
            talk.id, "assistant", "Is that all?", now, [Choice("No", "No"), Choice("Yes", "Yes")]
        )
    assert (await anna.step(talk.id, "claim")).status_code == 303
    form = {"amount": "20", "reason": "Two wasted calls", "word_id": "o"}
    shown = (await anna.send(f"/desk/cases/{NUMBER}/offer", **form)).text
    digest = re.search(r'name="shown" value="(\w+)"', shown)[1]
    assert (await anna.send(f"/desk/cases/{NUMBER}/offer", shown=digest, **form)).status_code == 303
    assert "1 Accept\n2 Decline" in outbox_of(gateway.store)[-1].text
    texts = gateway.app.state.services.texts
    await texts.take(Sms("SM1", "+14165550199", "1"))
    async with asyncio.timeout(5):
        while "that is noted" not in outbox_of(gateway.store)[-1].text:
            await asyncio.sleep(0.02)
    with gateway.store.view() as unit:
        assert [offer.status for offer in unit.cases.get(NUMBER).offers] == [ACCEPTED]
        assert len(unit.instructions.of_case(NUMBER)) == 1
