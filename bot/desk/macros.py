"""The desk's own macros: leads add, change and remove them; everybody is given them filled in for a customer."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Mapping
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases.agent import LEAD, Agent
from bot.cases.errors import CaseError
from bot.cases.guard import Stopped
from bot.cases.macros import VARIABLES, Macro, MacroRefused
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.drafts import LONGEST_ID, Draft, problem_of
from bot.desk.glance import Seen, Wording
from bot.gateway.services import Services, services
from bot.languages import LANGUAGES
from bot.macros import Ready, keep, of_packs, ready, remove
from bot.provider import profile

router = APIRouter(prefix="/desk/macros", include_in_schema=False)

LONGEST_TITLE, LONGEST_TEXT = 100, 2000


def macros_for(parts: Services, agent: Agent, seen: Seen) -> list[Ready]:
    """Return every macro filled in for the customer of a conversation."""
    proven = seen.proof.customer.name if seen.proof and seen.proof.customer else None
    operator, language = profile(parts.settings.provider), seen.conversation.language
    with parts.store.view() as unit:
        return ready(unit, agent, operator, proven or seen.complaint.name, seen.case, language)


@router.get("")
async def many(request: Request) -> Response:
    """Show the desk's own macros, with one open to be changed where it is asked for."""
    who = await access.signed_in(request, LEAD)
    return await _page(request, who, request.query_params.get("change"))


@router.post("")
async def put(request: Request) -> Response:
    """Keep a macro, new or changed."""
    who, fields = await access.posted(request, LEAD)
    parts = services(request)
    macro = Macro(
        fields.get("id", "")[:LONGEST_ID] or token_hex(8),
        {language: fields.get(f"title_{language}", "").strip() for language in LANGUAGES},
        {language: _text(fields, language) for language in LANGUAGES},
        who.agent.name,
        parts.now(),
    )
    try:
        _must_fit(macro)
        await to_thread(keep, parts.store, macro, who.agent, parts.now())
    except CaseError as refused:
        return await _page(request, who, written=macro, refused=refused)
    return go("/desk/macros")


@router.post("/{macro_id}/remove")
async def take_away(macro_id: str, request: Request) -> Response:
    """Take a macro away."""
    who, _ = await access.posted(request, LEAD)
    parts = services(request)
    await to_thread(remove, parts.store, macro_id, who.agent, parts.now())
    return go("/desk/macros")


def _text(fields: Mapping[str, str], language: str) -> str:
    return fields.get(f"text_{language}", "").replace("\r\n", "\n").strip()


def _must_fit(macro: Macro) -> None:
    if macro.id in {each.id for each in of_packs()}:
        raise Forbidden("not_allowed")
    for language in LANGUAGES:
        if len(macro.titles[language]) > LONGEST_TITLE or len(macro.texts[language]) > LONGEST_TEXT:
            raise MacroRefused("macro_too_long", language)


async def _page(
    request: Request,
    who: SignedIn,
    changed: str | None = None,
    written: Macro | None = None,
    refused: CaseError | None = None,
) -> Response:
    parts = services(request)
    wording = wording_for(request, who)

    def read() -> list[Macro]:
        with parts.store.view() as unit:
            return unit.macros.all()

    own = await to_thread(read)
    chosen = written or next((each for each in own if each.id == changed), None)
    html = pages.macros_page(
        wording,
        who,
        own=own,
        ours=of_packs(),
        chosen=chosen,
        is_new=chosen is None or chosen.id not in {each.id for each in own},
        new_id=chosen.id if chosen else token_hex(8),
        variables=", ".join(f"{{{name}}}" for name in VARIABLES),
        problem=_problem(wording, refused),
        draft=Draft(stopped=refused if isinstance(refused, Stopped) else None),
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
    )
    return pages.page(html, 409 if refused else 200)


def _problem(wording: Wording, refused: CaseError | None) -> str | None:
    """Say what is wrong with a macro, and in which language."""
    if not isinstance(refused, MacroRefused):
        return problem_of(wording, refused) if refused else None
    where = wording.replying["macros"]["in"].format(language=pages.language_name(refused.language))
    detail = f" {{{refused.detail}}}" if refused.detail else ""
    return f"{problem_of(wording, refused)} {where}{detail}."
