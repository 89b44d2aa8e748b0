"""What another desk is told of a conversation, in one language, without anything that its agents need not know."""

from __future__ import annotations

import re
from typing import Any
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
        wording = self._wording(seen)
        sections = [(heading, [safe(line) for line in lines]) for heading, lines in wording.glance(seen)]
        lines = _latest([line for line in seen.messages if line.seq <= link.from_seq and line.sender in TALK])
        name, number = wording.name(seen), seen.case.tracking_number if seen.case else None
        return Handover(
            key=link.key,
            language=seen.conversation.language,
            channel=seen.conversation.channel,
            priority=seen.case.priority if seen.case else P3,
            name=name,
            title=" – ".join(filter(None, (name, wording.nature(*_nature(seen)), number))),
            email=_proven_email(seen),
            tracking_number=number,
            link=self._link(seen),
            sections=sections,
            lines=lines,
            text=self._summary(wording, seen, sections, lines),
        )

    def told(self, seen: Seen, delivery: Delivery) -> Told:
        """Return a line of the conversation, or what else is to be told there."""
        wording = self._wording(seen)
        if delivery.kind == LINE:
            line = _safe_line(next(each for each in seen.messages if each.seq == int(delivery.subject)))
            return Told(delivery.key, line.seq, line.sender, line.text, _spoken(wording, line), line.at)
        words = _words(wording)
        if delivery.kind == NOT_SAID:
            text = words["not_said"]["because"].format(why=_why(wording, delivery.subject.rpartition(":")[2]))
        else:
            name = seen.holder.name if seen.holder else words["ended"]["somebody"]
            text = words["ended"][delivery.subject].format(name=name)
        return Told(delivery.key, None, "system", text, text, delivery.at)

    def _wording(self, seen: Seen) -> Wording:
        return Wording(self._language or seen.conversation.language, self._zone)

    def _summary(
        self, wording: Wording, seen: Seen, sections: list[tuple[str, list[str]]], lines: list[Message]
    ) -> str:
        words = _words(wording)
        transcript = (wording.words["conversation"]["transcript"], [_spoken(wording, line) for line in lines])
        return "\n\n".join(
            [
                words["language"].format(language=words["languages"][seen.conversation.language]),
                *("\n".join([heading.upper(), *told]) for heading, told in [*sections, transcript]),
                words["link"].format(link=self._link(seen)),
            ]
        )

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


def _words(wording: Wording) -> dict[str, Any]:
    return pack(wording.language, "other_desks")


def _spoken(wording: Wording, line: Message) -> str:
    return str(_words(wording)["line"].format(who=wording.words["from"][line.sender], words=line.text))


def _why(wording: Wording, code: str) -> str:
    own, replying = _words(wording)["not_said"], pack(wording.language, "replying")
    for words in (own, wording.words["errors"], replying["errors"], replying["guard"]["reasons"]):
        if code in words:
            return str(words[code])
    return str(own["else"])


def _latest(lines: list[Message]) -> list[Message]:
    kept: list[Message] = []
    length = 0
    for line in reversed(lines):
        length += len(line.text)
        if length > MOST_CHARACTERS:
            break
        kept.append(_safe_line(line))
    return kept[::-1]


def _safe_line(line: Message) -> Message:
    return Message(line.seq, line.sender, safe(line.text), line.at)


def _nature(seen: Seen) -> tuple[str | None, str | None]:
    natures = seen.complaint.natures
    return (natures[0].category, natures[0].issue) if natures else (None, None)


def _proven_email(seen: Seen) -> str | None:
    proof = seen.proof
    is_sure = proof is not None and not proof.weaker and proof.customer is not None
    return proof.customer.email_of_record if is_sure and proof and proof.customer else None
