"""A complaint: what went wrong in the customer's words, and what has been read out of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.cases.chronology import Event

CATEGORIES = ("billing", "contract", "service_delivery", "credit_management", "other")
"""The CCTS's issue types; see the source in bot/schemes/ccts.yml."""

SERVICES = ("wireless", "internet", "local_phone", "long_distance", "tv", "other")


@dataclass(frozen=True)
class Nature:
    """One kind of trouble: category and finer issue in the CCTS's taxonomy, and the service if named."""

    category: str
    issue: str | None = None
    service: str | None = None


@dataclass(frozen=True)
class Amount:
    """A sum of money the customer named, in minor units."""

    cents: int
    currency: str = "CAD"


@dataclass(frozen=True)
class PriorContact:
    """An earlier attempt to have it put right: what the customer says of it, a reference and whom they spoke with."""

    text: str
    reference: str | None = None
    person: str | None = None


@dataclass
class Complaint:
    """What the customer has told so far; a draft until its case is opened.

    `represented` is the person it is told for, in the customer's words, when they speak for somebody else;
    `companies` names other companies the customer mentioned; `circumstances` what makes it weigh more, such as a
    disconnection or hardship. `settled` names the questions that need no more asking: answered, declined, or known
    from what was said.
    """

    narrative: str = ""
    natures: list[Nature] = field(default_factory=list)
    remedy: str | None = None
    events: list[Event] = field(default_factory=list)
    prior_contacts: list[PriorContact] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    account_number: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    postal_code: str | None = None
    use_contact_of_record: bool = False
    escalation_wanted: bool = False
    represented: str | None = None
    companies: tuple[str, ...] = ()
    circumstances: tuple[str, ...] = ()
    settled: set[str] = field(default_factory=set)

    @property
    def told(self) -> bool:
        """Whether the customer has said anything of what went wrong."""
        return bool(self.narrative)

    @property
    def services(self) -> list[str]:
        """The services concerned, main one first."""
        return list(dict.fromkeys(nature.service for nature in self.natures if nature.service))

    def is_about_the_same_as(self, other: Complaint) -> bool:
        """Tell whether both tell of the same trouble: a nature of the same issue, and no other service."""
        known = {(nature.category, nature.issue) for nature in other.natures}
        services = {*self.services}, {*other.services}
        same = any((nature.category, nature.issue) in known for nature in self.natures)
        return same and (not all(services) or bool(services[0] & services[1]))

    def tell(self, text: str) -> None:
        """Add words to the story."""
        self.narrative = f"{self.narrative}\n{text}" if self.narrative else text

    def concern(self, service: str) -> None:
        """Say which service the complaint is about, for every nature that has none yet."""
        self.natures = [
            nature if nature.service else Nature(nature.category, nature.issue, service)
            for nature in self.natures or [Nature("other")]
        ]
        self.settled.add("service")

    def add_nature(self, nature: Nature) -> None:
        """Add a nature unless one of its category is there already; a bare "other" gives way to it."""
        first = self.natures[0] if self.natures else None
        if first and len(self.natures) == 1 and first.category == "other" and first.issue is None:
            self.natures = [replace(nature, service=nature.service or first.service)]
        elif all(known.category != nature.category for known in self.natures):
            self.natures.append(nature)

    def add_amount(self, amount: Amount) -> None:
        """Add a sum once."""
        if amount not in self.amounts:
            self.amounts.append(amount)

    def add_event(self, event: Event) -> None:
        """Add an event once."""
        if event not in self.events:
            self.events.append(event)

    def forget(self, question: str) -> None:
        """Empty what answers a question, so that it is asked again."""
        if question == "nature":
            # the service was not what was wrong with the story
            self.narrative, self.natures = "", [Nature("other", None, name) for name in self.services[:1]]
        elif question == "service":
            self.natures = [replace(nature, service=None) for nature in self.natures]
        elif question == "event":
            self.events = []
        elif question == "prior_contact":
            self.prior_contacts = []
        elif question == "remedy":
            self.remedy = None
        elif question == "account":
            self.account_number = None
            self.settled.discard("code")
        elif question == "contact":
            self.phone = self.email = None
            self.use_contact_of_record = False
        elif question == "name":
            self.name = None
        self.settled.discard(question)

    def another(self) -> Complaint:
        """Return the draft of a further complaint by the same customer: who they are is known, the story is not."""
        return Complaint(
            account_number=self.account_number,
            name=self.name,
            phone=self.phone,
            email=self.email,
            address=self.address,
            postal_code=self.postal_code,
            use_contact_of_record=self.use_contact_of_record,
            represented=self.represented,
            settled=self.settled & {"account", "code", "contact", "name"},
        )
