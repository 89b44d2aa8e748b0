"""What another desk is told of a conversation, in one language, without anything that its agents need not know."""

from __future__ import annotations

import re
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.cases.case import P3
from bot.cases.conversation import Message
from bot.cases.elsewhere import LINE, NOT_SAID, Delivery, Link
from bot.desk.connectors.port import Handover, Told
from bot.desk.glance import Seen, Wording
from bot.languages import pack
from bot.provider import profile
from bot.reading.redaction import MARK, redact
from bot.settings import Settings

MOST_CHARACTERS = 50_000
"""So much of a transcript goes along, the latest; the case page has it whole."""

TALK = ("customer", "assistant", "agent")
"""Whose lines are told; the notices in between are for the customer alone."""

_BARE_CODE = re.compile(r"\W*(?:\d\W*){6}")
_CODE = re.compile(r"(?<![\d-])\d{3}[\s-]?\d{3}(?![\d-])")
_CALLED_CODE = re.compile(r"\bcod(?:e|ice)\b", re.IGNORECASE)


class Telling:
    """Puts conversations into words for another desk, in DESK_CONNECTOR_LANGUAGE or else the customer's."""

    def __init__(self, settings: Settings) -> None:
        self._language, self._address = settings.desk_connector_language, settings.public_url
        self._zone = ZoneInfo(profile(settings.provider).timezone)

    def handover(self, seen: Seen, link: Link) -> Handover:
        """Return a conversation as it stands, with its lines up to the link's beginning."""
        wording, words = self._wording(seen), self._words(seen)
        sections = [(heading, [safe(line) for line in lines]) for heading, lines in wording.glance(seen)]
        lines = _latest([line for line in seen.messages if line.seq <= link.from_seq and line.sender in TALK])
        name, address = wording.name(seen), self._link(seen)
        what = wording.nature(*_nature(seen))
        return Handover(
            key=link.key,
            language=seen.conversation.language,
            channel=seen.conversation.channel,
            priority=seen.case.priority if seen.case else P3,
            name=name,
            title=" – ".join(filter(None, (name, what, seen.case.tracking_number if seen.case else ""))),
            email=_proven_email(seen),
            tracking_number=seen.case.tracking_number if seen.case else None,
            link=address,
            sections=sections,
            lines=lines,
            text="\n\n".join(
                [
                    words["language"].format(language=words["languages"][seen.conversation.language]),
                    *("\n".join([heading.upper(), *lines]) for heading, lines in sections),
                    "\n".join(
                        [
                            wording.words["conversation"]["transcript"].upper(),
                            *(self._line(wording, line.sender, line.text) for line in lines),
                        ]
                    ),
                    words["link"].format(link=address),
                ]
            ),
        )

    def told(self, seen: Seen, delivery: Delivery) -> Told:
        """Return a line of the conversation, or what else is to be told there."""
        wording, words = self._wording(seen), self._words(seen)
        if delivery.kind == LINE:
            line = _line_of(seen, int(delivery.subject))
            text = self._line(wording, line.sender, line.text)
            return Told(delivery.key, line.seq, line.sender, line.text, text, line.at)
        if delivery.kind == NOT_SAID:
            code = delivery.subject.rpartition(":")[2]
            why = (
                words["not_said"].get(code) or wording.words["errors"].get(code) or words["not_said"]["else"]
            )
            text = words["not_said"]["because"].format(why=why)
        else:
            name = seen.holder.name if seen.holder else words["ended"]["somebody"]
            text = words["ended"][delivery.subject].format(name=name)
        return Told(delivery.key, None, "system", text, text, delivery.at)

    def _wording(self, seen: Seen) -> Wording:
        return Wording(self._language or seen.conversation.language, self._zone)

    def _words(self, seen: Seen) -> dict:
        return pack(self._language or seen.conversation.language, "other_desks")

    def _line(self, wording: Wording, sender: str, text: str) -> str:
        return self._words_of(wording)["line"].format(who=wording.words["from"][sender], words=text)

    def _words_of(self, wording: Wording) -> dict:
        return pack(wording.language, "other_desks")

    def _link(self, seen: Seen) -> str:
        if seen.case:
            return f"{self._address}/desk/cases/{seen.case.tracking_number}"
        return f"{self._address}/desk/conversations/{quote(seen.conversation.id, safe='')}"


def safe(text: str) -> str:
    """Return a text without one-time codes, also one that stands alone as the answer to being asked for it.

    The conversation itself keeps those that were asked for; nobody at another desk needs one.
    """
    if _BARE_CODE.fullmatch(text):
        return MARK
    kept = redact(text, codes=True).text
    return _CODE.sub(MARK, kept) if _CALLED_CODE.search(kept) else kept


def _latest(lines: list[Message]) -> list[Message]:
    kept: list[Message] = []
    length = 0
    for line in reversed(lines):
        length += len(line.text)
        if length > MOST_CHARACTERS:
            break
        kept.append(_safe_line(line))
    return kept[::-1]


def _line_of(seen: Seen, seq: int) -> Message:
    return _safe_line(next(line for line in seen.messages if line.seq == seq))


def _safe_line(line: Message) -> Message:
    return Message(line.seq, line.sender, safe(line.text), line.at)


def _nature(seen: Seen) -> tuple[str | None, str | None]:
    natures = seen.complaint.natures
    return (natures[0].category, natures[0].issue) if natures else (None, None)


def _proven_email(seen: Seen) -> str | None:
    proof = seen.proof
    is_sure = proof is not None and not proof.weaker and proof.customer is not None
    return proof.customer.email_of_record if is_sure and proof and proof.customer else None
