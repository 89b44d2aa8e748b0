"""A co-operative customer: knows one complaint, tells it first, and then answers whatever is asked."""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
from babel.dates import format_date

from benchmarks.scores import GoldDate
from bot.languages import pack

DAYS_AGO = timedelta(days=9)
LATE_ANSWER_SECONDS = 30.0

TROUBLES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "billing": ("My bill is too high, I was charged for something I never ordered.",),
        "contract": ("You changed my plan, this isn't what I agreed to when I signed up.",),
        "service_delivery": ("The service keeps cutting out and nobody fixes it.",),
        "credit_management": ("You sent my account to a collection agency though I had paid.",),
        "other": ("The way my complaint was handled was rude and nobody took it seriously.",),
    },
    "fr": {
        "billing": ("Ma facture est trop élevée, on m'a facturé quelque chose que je n'ai jamais commandé.",),
        "contract": ("Vous avez changé mon forfait, ce n'est pas ce qui était prévu au contrat.",),
        "service_delivery": ("Le service coupe sans arrêt et personne ne le répare.",),
        "credit_management": ("Vous avez envoyé mon compte au recouvrement alors que j'avais payé.",),
        "other": ("On m'a traité avec impolitesse et personne n'a pris ma plainte au sérieux.",),
    },
    "it": {
        "billing": ("La bolletta è troppo alta, mi avete addebitato qualcosa che non ho mai ordinato.",),
        "contract": ("Avete cambiato il mio piano, non è quello che avevo firmato nel contratto.",),
        "service_delivery": ("Il servizio cade di continuo e nessuno lo ripara.",),
        "credit_management": ("Avete passato il mio conto al recupero crediti anche se avevo pagato.",),
        "other": ("Sono stati scortesi e nessuno ha preso sul serio il mio reclamo.",),
    },
}

SERVICES = {
    "en": {"wireless": "my cell phone", "internet": "internet", "local_phone": "my home phone",
           "long_distance": "long distance", "tv": "TV"},
    "fr": {"wireless": "mon cellulaire", "internet": "internet", "local_phone": "mon téléphone à la maison",
           "long_distance": "les interurbains", "tv": "la télé"},
    "it": {"wireless": "il cellulare", "internet": "internet", "local_phone": "il telefono di casa",
           "long_distance": "le chiamate interurbane", "tv": "la TV"},
}  # fmt: skip

WHEN = {
    "en": ("It started on {date}.", "That was on {date}.", "I noticed it on {date}"),
    "fr": ("Ça a commencé le {date}.", "C'était le {date}.", "Je l'ai remarqué le {date}"),
    "it": ("È cominciato il {date}.", "È stato il {date}.", "Me ne sono accorto il {date}"),
}

ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "event": ("That's all.", "No, that's everything.", "Nothing else"),
        "service": ("{service}", "It's about {service}.", "{service}, please"),
        "prior_contact": ("I called twice last week and nobody helped.",
                          "Yes, I phoned and they hung up on me.",
                          "I wrote to you and never got an answer."),
        "remedy": ("I want it fixed and a credit.", "Fix it and refund me please.",
                   "A credit on my account and an apology."),
        "account": ("I don't have it. Jo Martin, 416-555-0123", "Skip",
                    "No, it's Jo Martin, you can reach me at jo.martin@example.com"),
        "code": ("Skip", "I didn't get a code", "Skip"),
        "contact": ("Jo Martin, 416-555-0123", "You can call me at 416-555-0123, I'm Jo Martin",
                    "jo.martin@example.com, or 416-555-0123"),
        "name": ("Jo Martin", "My name is Jo Martin", "It's Jo Martin"),
        "confirm": ("Yes", "Yes, that's right", "yes please"),
        "offer": ("Yes", "Yes, I accept", "OK, I'll take it"),
        "satisfied": ("Yes", "Yes, thank you", "Yes it does"),
        "next_step": ("Leave it with the investigation", "Leave it please", "leave it"),
        "person": ("No thanks", "No", "No, thank you"),
        "language": ("English", "English please", "In English"),
        "tracking_number": ("I don't have one", "Skip", "I don't know it"),
        "proof": ("Skip", "I don't know", "I'd rather not"),
    },
    "fr": {
        "event": ("C'est tout.", "Non, c'est tout.", "Rien d'autre"),
        "service": ("{service}", "Ça concerne {service}.", "C'est pour {service}"),
        "prior_contact": ("J'ai appelé deux fois la semaine dernière et personne ne m'a aidé.",
                          "Oui, j'ai téléphoné et on m'a raccroché au nez.",
                          "Je vous ai écrit et je n'ai jamais eu de réponse."),
        "remedy": ("Je veux que ce soit réparé et un crédit.",
                   "Réglez ça et remboursez-moi, s'il vous plaît.",
                   "Un crédit à mon compte et des excuses."),
        "account": ("Je ne l'ai pas. Jo Martin, 416-555-0123", "Passer",
                    "Non, c'est Jo Martin, vous pouvez m'écrire à jo.martin@example.com"),
        "code": ("Passer", "Je n'ai pas reçu de code", "Passer"),
        "contact": ("Jo Martin, 416-555-0123", "Vous pouvez m'appeler au 416-555-0123, je m'appelle Jo Martin",
                    "jo.martin@example.com, ou le 416-555-0123"),
        "name": ("Jo Martin", "Je m'appelle Jo Martin", "C'est Jo Martin"),
        "confirm": ("Oui", "Oui, c'est exact", "oui s'il vous plaît"),
        "offer": ("Oui", "Oui, j'accepte", "D'accord, je le prends"),
        "satisfied": ("Oui", "Oui, merci", "Oui, c'est réglé"),
        "next_step": ("Laissez l'enquête suivre son cours", "Laissez ça comme ça", "on laisse ça là"),
        "person": ("Non merci", "Non", "Non, ça va"),
        "language": ("Français", "En français s'il vous plaît", "français"),
        "tracking_number": ("Je n'en ai pas", "Passer", "Je ne le connais pas"),
        "proof": ("Passer", "Je ne sais pas", "J'aime mieux pas"),
    },
    "it": {
        "event": ("È tutto.", "No, è tutto.", "Nient'altro"),
        "service": ("{service}", "Riguarda {service}.", "{service}, grazie"),
        "prior_contact": ("Ho chiamato due volte la settimana scorsa e nessuno mi ha aiutato.",
                          "Sì, ho telefonato e mi hanno riattaccato in faccia.",
                          "Vi ho scritto e non ho mai avuto risposta."),
        "remedy": ("Voglio che sia riparato e un accredito.", "Sistematelo e rimborsatemi, per favore.",
                   "Un accredito sul conto e delle scuse."),
        "account": ("Non ce l'ho. Jo Martin, 416-555-0123", "Salta",
                    "No, sono Jo Martin, potete scrivermi a jo.martin@example.com"),
        "code": ("Salta", "Non ho ricevuto nessun codice", "Salta"),
        "contact": ("Jo Martin, 416-555-0123", "Potete chiamarmi al 416-555-0123, sono Jo Martin",
                    "jo.martin@example.com, oppure 416-555-0123"),
        "name": ("Jo Martin", "Mi chiamo Jo Martin", "Sono Jo Martin"),
        "confirm": ("Sì", "Sì, è giusto", "sì grazie"),
        "offer": ("Sì", "Sì, accetto", "Va bene, accetto"),
        "satisfied": ("Sì", "Sì, grazie", "Sì, è risolto"),
        "next_step": ("Lasciate proseguire la verifica", "Lasciamo così", "lasciamo stare"),
        "person": ("No grazie", "No", "No, va bene così"),
        "language": ("Italiano", "In italiano per favore", "italiano"),
        "tracking_number": ("Non ce l'ho", "Salta", "Non lo conosco"),
        "proof": ("Salta", "Non lo so", "Preferisco di no"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Complaint:
    """A complaint to tell, and what is known of it.

    `fair` holds the label and what else a fair reader could give; `random` rows are those that shares may be
    told of; `dates` are the marks, None where nobody has looked for dates.
    """

    id: str
    language: str
    text: str
    filed: date
    category: str | None = None
    fair: frozenset[str] = frozenset()
    service: str | None = None
    random: bool = False
    dates: tuple[GoldDate, ...] | None = None

    @property
    def gives_date(self) -> bool:
        """Whether the words hold a marked date."""
        return any(mark.iso for mark in self.dates or ())


@dataclass
class Customer:
    """Answers questions about one complaint; asked the same again, puts it in other words."""

    complaint: Complaint
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, expects: str | None, anything_else: bool = False) -> str:
        """Answer what was asked; `anything_else` means that more events are asked for, not the first."""
        question = expects or "free"
        times, self.asked[question] = self.asked[question], self.asked[question] + 1
        complaint = self.complaint
        answers = ANSWERS[complaint.language]
        if question == "event" and not times and not anything_else and not complaint.gives_date:
            choices: Sequence[str] = WHEN[complaint.language]
        else:
            choices = answers.get(question) or TROUBLES[complaint.language][self._category]
        chosen = choices[(zlib.crc32(f"{complaint.id} {question}".encode()) + times) % len(choices)]
        services = SERVICES[complaint.language]
        return chosen.format(
            date=format_date(complaint.filed - DAYS_AGO, "long", locale=complaint.language),
            service=services.get(complaint.service or "", services["internet"]),
        )

    @property
    def _category(self) -> str:
        return self.complaint.category or "service_delivery"


class Refused(Exception):
    """The chat did not take or answer a message; the text says what came back."""


@dataclass
class Chat:
    """One conversation over the chat API."""

    http: httpx.AsyncClient
    id: str
    headers: dict[str, str]
    state: dict[str, Any]
    last: list[dict[str, Any]]
    turns: int = 0
    transcript: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    async def begin(cls, http: httpx.AsyncClient, language: str, today: date | None = None) -> Chat:
        """Open a conversation in a language, on a day that counts as today."""
        body = {"language": language} | ({"today": today.isoformat()} if today else {})
        opened = await _asked(http, "POST", "/api/chat", 201, json=body)
        chat = cls(http, opened["conversation"], {"Authorization": f"Bearer {opened['token']}"}, {}, [])
        chat._take(opened)
        return chat

    async def say(self, text: str) -> None:
        """Send a message and take the answer; wait for it when it is announced for later. Raises Refused."""
        self.turns += 1
        self.transcript.append(("customer", text))
        path = f"/api/chat/{self.id}/messages"
        body = {"id": f"m{self.turns}", "text": text}
        answered = await _asked(self.http, "POST", path, 200, headers=self.headers, json=body)
        self._take(answered)
        waited = 0.0
        while self.last and all(message["from"] == "system" for message in self.last):
            if waited >= LATE_ANSWER_SECONDS:
                raise Refused(f"no answer within {LATE_ANSWER_SECONDS:.0f} s")
            await asyncio.sleep(1)
            waited += 1
            after = {"after": self.last[-1]["seq"]}
            late = await _asked(self.http, "GET", path, 200, headers=self.headers, params=after)
            if late["messages"]:
                self._take(late)

    @property
    def asks_for_more(self) -> bool:
        """Whether the last question can be answered with "that's all"."""
        picks = {choice["value"] for message in self.last for choice in message["choices"]}
        return any(pack(language, "choices")["that_is_all"] in picks for language in ANSWERS)

    def _take(self, exchange: dict[str, Any]) -> None:
        self.last, self.state = exchange["messages"], exchange["state"]
        self.transcript += [(message["from"], message["text"]) for message in self.last]


async def _asked(http: httpx.AsyncClient, method: str, path: str, status: int, **more: Any) -> dict[str, Any]:
    """Make one request, again when it was too soon, and return the body. Raises Refused."""
    for _ in range(5):
        try:
            response = await http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Refused(f"{method} failed: {error!r}") from error
        if response.status_code != 429:
            break
        await asyncio.sleep(float(response.headers.get("Retry-After", 1)))
    if response.status_code != status:
        raise Refused(f"{method} answered {response.status_code}: {response.text[:200]}")
    return dict(response.json())
