"""Callers who behave as callers do: silent, interrupted by noise, heard badly, impatient, cut off, delivered twice.

Everything a caller does follows from their seed, so that a call that went wrong can be played again by itself.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, select

from bot.cases.conversation import Conversation
from bot.languages import pack
from bot.store.tables import calls, messages
from tests.gateway.fakes import outbox_of
from tests.phone.call import ACCEPTS, BUSY, DECLINES, MACHINE, NO_ANSWER, Phone, PhoneCall
from tests.phone.texting import fits
from tests.phone.webhooks import WITHHELD

LANGUAGES = ("en", "fr", "it")
KEY = {"en": "1", "fr": "2", "it": "3"}
USUAL_PATIENCE_SECONDS = 60

MOST_DOINGS = 60
"""After so many things said and pressed the most patient caller gives up."""

STORIES = {
    "en": (
        "my internet has been down every evening since april fourteenth at the {mark} cottage",
        "uh yeah so i was charged twice for the {mark} plan on my bill of may fifth um twice",
        "there's a late fee of ten dollars on the {mark} line and i paid on time",
        "nobody came for the appointment on may sixth at the {mark} building i waited all day",
        "you raised the price of my {mark} tv package in april without telling me",
    ),
    "fr": (
        "mon internet lâche tous les soirs depuis le quatorze avril au chalet {mark}",
        "euh oui bon on m'a facturé deux fois le forfait {mark} sur ma facture du cinq mai",
        "il y a des frais de retard de dix dollars sur la ligne {mark} pis j'ai payé à temps",
        "personne est venu au rendez-vous du six mai à l'immeuble {mark} j'ai attendu toute la journée",
        "vous avez monté le prix de mon forfait télé {mark} en avril sans m'avertir",
    ),
    "it": (
        "il mio internet non funziona tutte le sere dal quattordici aprile alla casetta {mark}",
        "eh sì allora mi avete addebitato due volte il piano {mark} nella bolletta del cinque maggio",
        "c'è una penale di dieci dollari per ritardo sulla linea {mark} ma ho pagato in tempo",
        "nessuno è venuto all'appuntamento del sei maggio al palazzo {mark} ho aspettato tutto il giorno",
        "avete aumentato il prezzo del mio pacchetto tivù {mark} ad aprile senza avvisarmi",
    ),
}

ANSWERS = {
    "en": {
        "service": ("internet", "it's about the tv", "my cell phone"),
        "nature": ("something wrong on my bill", "it does not work"),
        "event": ("that's all", "no nothing else"),
        "prior_contact": ("no", "i called on april twentieth and they hung up on me", "never"),
        "remedy": ("i want my money back", "just fix it please", "an apology"),
        "account": ("skip", "i don't have it"),
        "name": ("dana tremblay",),
        "contact": ("you can reach me at {phone}", "{phone}"),
        "confirm": ("yes", "yes that's right"),
        "offer": ("yes i accept", "no"),
        "satisfied": ("yes", "no"),
        "next_step": ("leave it", "i want to escalate"),
        "person": ("no", "yes"),
        "free": ("no that's all thank you", "goodbye"),
        None: ("no", "yes", "skip"),
    },
    "fr": {
        "service": ("internet", "c'est pour la télé", "mon cellulaire"),
        "nature": ("une erreur sur ma facture", "ça marche pas"),
        "event": ("c'est tout", "non rien d'autre"),
        "prior_contact": ("non", "j'ai appelé le vingt avril pis on m'a raccroché au nez", "jamais"),
        "remedy": ("je veux mon argent", "juste le réparer s'il vous plaît", "des excuses"),
        "account": ("passer", "je l'ai pas"),
        "name": ("dany tardif",),
        "contact": ("vous pouvez me joindre au {phone}", "{phone}"),
        "confirm": ("oui", "oui c'est ça"),
        "offer": ("oui j'accepte", "non"),
        "satisfied": ("oui", "non"),
        "next_step": ("laissez ça là", "je veux faire remonter"),
        "person": ("non", "oui"),
        "free": ("non c'est tout merci", "au revoir"),
        None: ("non", "oui", "passer"),
    },
    "it": {
        "service": ("internet", "è per la tivù", "il cellulare"),
        "nature": ("un errore nella bolletta", "non funziona"),
        "event": ("è tutto", "no nient'altro"),
        "prior_contact": ("no", "ho chiamato il venti aprile e mi hanno chiuso il telefono in faccia", "mai"),
        "remedy": ("rivoglio i miei soldi", "basta che lo ripariate", "delle scuse"),
        "account": ("salta", "non ce l'ho"),
        "name": ("daniela tardelli",),
        "contact": ("potete chiamarmi al {phone}", "{phone}"),
        "confirm": ("sì", "sì è giusto"),
        "offer": ("sì accetto", "no"),
        "satisfied": ("sì", "no"),
        "next_step": ("lasciamo così", "voglio passare a un superiore"),
        "person": ("no", "sì"),
        "free": ("no è tutto grazie", "arrivederci"),
        None: ("no", "sì", "salta"),
    },
}
"""What callers answer, as speech recognition writes it; under None what fits any other question."""

NOISE = (
    "uh",
    "mm hm",
    "the dog be quiet",
    "attends deux secondes",
    "un attimo eh",
    "brr tch",
    "hello hello",
    "quarante",
)
KEYS = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "6",
    "7",
    "8",
    "9",
    "*",
    "#",
    "12#",
    "10031865#",
    "416555#",
    "20260414#",
    "99999999",
)

_FIRST = "cedar maple birch amber coral ivory silver copper velvet crimson indigo scarlet golden misty sunny windy".split()
_SECOND = "heron otter falcon beaver marten plover osprey badger lynx puffin walrus bison raven swallow dragon tiger".split()
_DIGITS = {
    "en": "zero one two three four five six seven eight nine".split(),
    "fr": "zéro un deux trois quatre cinq six sept huit neuf".split(),
    "it": "zero uno due tre quattro cinque sei sette otto nove".split(),
}
_AREAS = (416, 418, 438, 514, 604, 403, 613, 902)


@dataclass
class Caller:
    """One caller: who they are, what they do, and what came of it."""

    number: int
    seed: int
    language: str = ""
    phone: str = ""
    mark: str = ""
    call: PhoneCall | None = None
    has_told: bool = False
    """The story was said clearly while somebody listened."""
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance = random.Random(f"{self.seed} {self.number}")
        self.language = LANGUAGES[self.number % 3]
        self.mark = f"{_FIRST[self.number % 16]} {_SECOND[self.number // 16 % 16]}"
        self.phone = own_phone(self.number)
        # an office has one number for many, and some show none
        if chance.random() < 0.1:
            self.phone = chance.choice(WITHHELD)
        elif chance.random() < 0.1 and self.number:
            self.phone = own_phone(self.number - 1)

    @property
    def is_withheld(self) -> bool:
        """Whether the caller shows no number."""
        return self.phone in WITHHELD

    @property
    def story(self) -> str:
        """The complaint, with words in it that are nobody else's."""
        stories = STORIES[self.language]
        return stories[self.number // 3 % len(stories)].format(mark=self.mark)

    async def phones(self, phone: Phone, product: Any) -> None:
        """Call, and go on until the call is over, one way or another."""
        person = self.chance.choice((ACCEPTS, NO_ANSWER, BUSY, MACHINE, DECLINES))
        try:
            self.call = call = PhoneCall(phone.webhooks, self.phone, person)
            # where nobody is kept waiting, what comes twice is answered to the letter alike
            call.is_exact = product.app.state.services.calls.hold_after_seconds > USUAL_PATIENCE_SECONDS
            await call.begin()
            for _ in range(MOST_DOINGS):
                if call.is_over:
                    return
                await self._does_something(call, product)
            if not call.is_over:
                await call.hang_up()
        except AssertionError as failure:
            self.wrong.append(str(failure).partition("\nassistant:")[0])
        except Exception as failure:
            self.wrong.append(f"{type(failure).__name__}: {failure}")

    async def _does_something(self, call: PhoneCall, product: Any) -> None:
        if call.is_with_person:
            await (call.person_hangs_up() if self.chance.random() < 0.7 else call.hang_up())
            return
        if call.is_recorded:
            await (call.leave_message() if self.chance.random() < 0.7 else call.say_nothing_after_the_tone())
            return
        lot = self.chance.random()
        call.twice = self.chance.random() < 0.15
        if lot < 0.10:
            await call.silence()
        elif lot < 0.17:
            await call.say(self.chance.choice(NOISE), confidence=round(self.chance.uniform(0.0, 0.7), 2))
        elif lot < 0.26:
            await call.press(self.chance.choice(KEYS))
        elif lot < 0.28:
            await call.hang_up()
        elif lot < 0.31:
            await call.press("0")
        else:
            await self._answers(call, product)
        if not call.is_over and not call.is_with_person and self.chance.random() < 0.1:
            await call.again()

    async def _answers(self, call: PhoneCall, product: Any) -> None:
        """Answer what was asked, mostly heard well."""
        kept, conversation = _kept(product, call)
        if not kept.language_chosen and self.chance.random() < 0.8:
            await call.press(KEY[self.language])
            return
        if kept.heard is not None:
            await call.press("1")
            return
        confidence = round(self.chance.uniform(0.02, 0.4) if self.chance.random() < 0.1 else 0.9, 2)
        told = conversation.complaint.told or conversation.tracking_number
        if not told:
            await call.say(self.story, confidence)
            self.has_told = self.has_told or confidence > 0.5
            return
        if conversation.expects == "free" and self.chance.random() < 0.3:
            await call.hang_up()
            return
        answers = ANSWERS[conversation.language]
        words = self.chance.choice(answers.get(conversation.expects, answers[None]))
        await call.say(
            words.format(phone=_in_words(own_phone(self.number), conversation.language)), confidence
        )


def own_phone(number: int) -> str:
    """Return a number of one's own: nobody else's, and none that is given out."""
    return f"+1{_AREAS[number // 99 % len(_AREAS)]}55501{number % 99 + 1:02d}"


async def let_call(product: Any, phone: Phone, callers: Sequence[Caller], at_once: int) -> None:
    """Let everybody call, so many at once."""
    lines = asyncio.Semaphore(at_once)

    async def one(caller: Caller) -> None:
        async with lines:
            await caller.phones(phone, product)

    await asyncio.gather(*(one(caller) for caller in callers))


# ── What came of it ────────────────────────────────────────────────────────────────────────────────


def check(product: Any, callers: Sequence[Caller]) -> None:
    """Note with each caller what should not have happened to them."""
    # of a call that broke off is known already what was wrong
    everyone = [caller for caller in callers if caller.call is not None and not caller.wrong]
    notices = outbox_of(product.store)
    for notice in notices:
        if notice.kind == "sms":
            fits(notice.text)
    kept = {caller.number: _kept(product, _call(caller)) for caller in everyone}
    _check_apart(everyone, kept)
    said = _said_by_customers(product)
    for caller in everyone:
        call, conversation = kept[caller.number]
        _check_ended(caller, call)
        _check_kept(product, caller, conversation, said.get(conversation.id, ""))
        _check_told(product, caller, call, conversation, notices)
        _check_nobody_elses(product, caller, conversation, everyone, kept, notices)


def _check_ended(caller: Caller, kept: Any) -> None:
    if not _call(caller).is_over:
        caller.wrong.append("the call never ended")
    elif kept.ended_at is None:
        caller.wrong.append("the end of the call was not noticed")


def _check_kept(product: Any, caller: Caller, conversation: Conversation, said: str) -> None:
    if not caller.has_told:
        return
    case = product.case(conversation.tracking_number) if conversation.tracking_number else None
    complaint = case.complaint if case else conversation.complaint
    if caller.mark not in said:
        caller.wrong.append("the story is not in the transcript")
    if not case and not complaint.told and not conversation.earlier:
        caller.wrong.append("told a complaint, and there is neither case nor draft")
    elif not conversation.earlier and caller.mark not in complaint.narrative:
        caller.wrong.append(f"the story is not in what is kept: {complaint.narrative!r}")


def _check_told(
    product: Any, caller: Caller, kept: Any, conversation: Conversation, notices: list[Any]
) -> None:
    """Whoever gave a complaint has been told that it is kept, aloud or by text."""
    if not caller.has_told:
        return
    call = _call(caller)
    texts = [notice for notice in notices if notice.kind == "sms" and notice.to == kept.caller]
    case = conversation.tracking_number
    of_call = [notice for notice in texts if notice.key.startswith(f"call:{call.sid}:")]
    of_case = [notice for notice in texts if case and notice.tracking_number == case]
    if case:
        if not (call.has_heard_number(case) or of_call or of_case):
            caller.wrong.append(f"was never told the number {case}")
        elif kept.caller and kept.texts_wanted and not (of_call or of_case):
            caller.wrong.append(f"wants texts and got none of {case}")
    elif kept.caller and kept.texts_wanted and not of_call:
        caller.wrong.append("was cut off and got no text")
    elif not of_call and not any(words in call.heard for words in _kept_words()):
        caller.wrong.append("was never told that the complaint is kept")


def _check_apart(callers: Iterable[Caller], kept: dict[int, tuple[Any, Conversation]]) -> None:
    conversations = Counter(conversation.id for _, conversation in kept.values())
    numbers = Counter(
        number
        for _, conversation in kept.values()
        for number in {conversation.tracking_number, *conversation.earlier} - {None}
    )
    for caller in callers:
        conversation = kept[caller.number][1]
        if conversations[conversation.id] > 1:
            caller.wrong.append("shares a conversation")
        if conversation.tracking_number and numbers[conversation.tracking_number] > 1:
            caller.wrong.append(f"shares the case {conversation.tracking_number}")


def _check_nobody_elses(
    product: Any,
    caller: Caller,
    conversation: Conversation,
    callers: Iterable[Caller],
    kept: dict[int, tuple[Any, Conversation]],
    notices: list[Any],
) -> None:
    """Nothing of anybody else was said to this caller, kept with their case, or texted to their phone."""
    call = _call(caller)
    digits = re.sub(r"\D", "", call.heard)
    received = "\n".join(notice.text for notice in notices if notice.to == own_phone(caller.number))
    case = product.case(conversation.tracking_number) if conversation.tracking_number else None
    narrative = case.complaint.narrative if case else conversation.complaint.narrative
    for other in callers:
        number = kept[other.number][1].tracking_number
        if other is caller:
            continue
        if other.mark in call.heard or other.mark in narrative:
            caller.wrong.append(f"has heard or got the words of caller {other.number}")
        if number and number.replace("-", "") in digits:
            caller.wrong.append(f"has heard the number {number} of caller {other.number}")
        is_theirs = other.phone == own_phone(caller.number)
        if number and number in received and not is_theirs:
            caller.wrong.append(f"was texted the number {number} of caller {other.number}")


def _call(caller: Caller) -> PhoneCall:
    assert caller.call is not None
    return caller.call


def _kept(product: Any, call: PhoneCall) -> tuple[Any, Conversation]:
    with product.store.view() as unit:
        kept = unit.calls.get(call.sid)
        conversation = unit.conversations.get(kept.conversation_id) if kept else None
    assert kept is not None and conversation is not None, "the call is unknown"
    return kept, conversation


def _said_by_customers(product: Any) -> dict[str, str]:
    """Return what the customer said in each conversation that is a call."""
    wanted = (
        select([messages.c.conversation_id, messages.c.text])
        .where(messages.c.sender == "customer")
        .where(messages.c.conversation_id.in_(select([calls.c.conversation_id])))
    )
    found: dict[str, str] = {}
    with create_engine(product.settings.database_url).connect() as connection:
        for row in connection.execute(wanted):
            found[row.conversation_id] = f"{found.get(row.conversation_id, '')}\n{row.text}"
    return found


def _kept_words() -> list[str]:
    """Return the sentences that tell a caller in so many words that what they said is kept."""
    ends = [pack(language, "voice")[key] for language in LANGUAGES for key in ("end_kept", "takes_too_long")]
    noted = ["I’ve noted what you said", "J’ai noté ce que vous m’avez dit", "Ho preso nota"]
    return [*(words.rpartition(". ")[2] for words in ends), *noted]


def _in_words(phone: str, language: str) -> str:
    return " ".join(_DIGITS[language][int(digit)] for digit in phone.removeprefix("+1"))
