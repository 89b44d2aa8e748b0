"""The transcript of a case: all that was told, said, done and sent about it, as one signed document to take along."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT
from bot.cases.audit import Head
from bot.cases.conversation import Message
from bot.desk import access, pages
from bot.desk.access import Forbidden
from bot.desk.answering import wording_for
from bot.desk.cases import Whole, look_at_case, told_of
from bot.desk.glance import Wording
from bot.gateway.services import Services, services
from bot.signing import signed

router = APIRouter(prefix="/desk/cases/{tracking_number}", include_in_schema=False)


@router.get("/transcript")
async def transcript(tracking_number: str, request: Request) -> Response:
    """Return the signed transcript of a case as a text file, in the language of whoever takes it along."""
    who = await access.signed_in(request, AGENT)
    parts, wording = services(request), wording_for(request, who)
    found = await to_thread(_read, parts, tracking_number)
    if found is None:
        raise Forbidden("not_found", who.agent.language)
    whole, messages, head = found
    written = "\n".join(_lines(wording, whole, messages, head, wording.moment(parts.now())))
    document = await to_thread(signed, written, parts.settings)

    def keep() -> None:
        with parts.store.unit() as unit:
            unit.audit.add(parts.now(), audit.EXPORTED, who.agent.id, tracking_number)

    await to_thread(keep)
    headers = {**pages.HEADERS, "Content-Disposition": f'attachment; filename="{tracking_number}.txt"'}
    return Response(document, media_type="text/plain; charset=utf-8", headers=headers)


def _read(parts: Services, tracking_number: str) -> tuple[Whole, list[Message], Head] | None:
    whole = look_at_case(parts.store, tracking_number)
    if whole is None:
        return None
    with parts.store.view() as unit:
        return whole, unit.messages.after(whole.conversation_id, 0), unit.audit.head()


def _lines(
    wording: Wording, whole: Whole, messages: Iterable[Message], head: Head, now: str
) -> Iterator[str]:
    words, case = wording.oversight["transcript"], whole.case
    yield words["title"].format(number=case.tracking_number)
    yield words["made"].format(at=now)
    yield words["record"].format(number=head.number, hash=head.hash)
    yield f"{wording.words['cases']['status']}: {wording.words['statuses'][case.status]}, {case.priority}"
    for heading, lines in wording.glance(whole.seen):
        yield from ("", heading, *(f"  {line}" for line in lines))
    for heading, rows in told_of(wording, whole):
        yield from ("", heading, *(f"  {_row(row)}" for row in rows))
    yield from ("", words["files"])
    for file in whole.evidence:
        yield f"  {wording.moment(file.received_at)} | {file.media_type} | {file.state} | {file.id}"
    yield from ("", wording.words["conversation"]["transcript"])
    for message in messages:
        yield f"  [{message.seq}] {wording.moment(message.at)} | {wording.words['from'][message.sender]}:"
        yield from (f"    {line}" for line in message.text.splitlines())


def _row(cells: Iterable[str]) -> str:
    """Write a row in one line; nothing a customer wrote can look like the end of the document."""
    return " | ".join(" ".join(cell.split()) for cell in cells)
