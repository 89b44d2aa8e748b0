"""Signing in and out: the password, the code after it, the way over an identity provider, and a first password."""

from __future__ import annotations

from asyncio import to_thread
from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot import accounts, second_step
from bot.accounts import hash_of, new_ticket
from bot.agents import SHORTEST_PASSWORD, AgentTrouble
from bot.cases.agent import AGENT, AT_PROVIDER, BY_PROVIDER, SECOND_STEP, TICKET_LASTS, Agent
from bot.cases.audit import CODE_REFUSED
from bot.desk import access, pages
from bot.desk.access import Forbidden, TooManyTries, code_tries
from bot.desk.answering import go, wording_in
from bot.desk.provider import IdentityProvider, ProviderTrouble, agent_of
from bot.gateway.services import Services, services
from bot.gateway.serving import AskedLanguage, language_for
from bot.languages import pack
from bot.sealing import Seal

router = APIRouter(prefix="/desk", include_in_schema=False)

CODE_COOKIE, PROVIDER_COOKIE = "desk_code", "desk_provider"


def sign_in_page(
    request: Request, lang: str | None, problem: str | None = None, email: str = "", status: int = 200
) -> Response:
    """Return the page to sign in at; `problem` names what was wrong among the words of signing in."""
    wording, settings = wording_in(request, language_for(request, lang)), services(request).settings
    text = pack(wording.language, "accounts")
    provider = text["sign_in"]["work_account"] if settings.signs_in_at_provider else None
    if provider and settings.oidc_name:
        provider = settings.oidc_name
    words = {**wording.words["sign_in"], **text["sign_in"]}
    told = words[problem].format(minutes=_minutes(access.TRIES_COUNT_FOR)) if problem else None
    return pages.page(pages.sign_in_page(wording, provider, email, told), status)


# ── A password, and the code after it ──────────────────────────────────────────────────────────────────


@router.post("/sign-in")
async def sign_in(request: Request, lang: AskedLanguage = None) -> Response:
    """Let an agent in, ask for the code, or say what was wrong."""
    access.must_be_from_here(request, language_for(request, lang))
    fields = await access.form_of(request)
    email = fields.get("email", "")
    try:
        agent = await access.checked(request, email, fields.get("password", ""))
    except TooManyTries:
        return sign_in_page(request, lang, "too_many", email, 429)
    if agent is None:
        return sign_in_page(request, lang, "wrong", email, 401)
    if await to_thread(_needs_code, services(request), agent):
        return await _ask_for_code(request, agent)
    return await _let_in(request, agent)


@router.get("/sign-in/code")
async def code(request: Request) -> Response:
    """Ask for the code of whoever has given their password."""
    agent = await to_thread(_half_signed_in, services(request), request.cookies.get(CODE_COOKIE, ""))
    return _code_page(request, agent) if agent else go("/desk")


@router.post("/sign-in/code")
async def check_code(request: Request) -> Response:
    """Let in whoever gives the code, or say what was wrong."""
    access.must_be_from_here(request, language_for(request, None))
    parts, token = services(request), request.cookies.get(CODE_COOKIE, "")
    agent = await to_thread(_half_signed_in, parts, token)
    if agent is None:
        return sign_in_page(request, None, "took_too_long", status=401)
    fields = await access.form_of(request)
    try:
        await access.count_try(request, code_tries(agent))
    except TooManyTries:
        return _code_page(request, agent, "too_many", 429)
    if not await to_thread(_takes, parts, agent, token, fields.get("code", "")):
        return _code_page(request, agent, "wrong_code", 401)
    response = await _let_in(request, agent)
    response.delete_cookie(CODE_COOKIE, path="/desk/sign-in")
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    who, _ = await access.posted(request, AGENT)
    await access.sign_out(request, who)
    response = go("/desk")
    response.delete_cookie(access.COOKIE, path="/desk")
    return response


async def _let_in(request: Request, agent: Agent) -> Response:
    response = go("/desk")
    access.set_cookie(response, await access.begin_session(request, agent), services(request).settings)
    return response


async def _ask_for_code(request: Request, agent: Agent) -> Response:
    parts = services(request)

    def keep() -> str:
        with parts.store.unit() as unit:
            return new_ticket(unit, SECOND_STEP, parts.now(), agent.id)

    response = go("/desk/sign-in/code")
    _set_cookie(request, response, CODE_COOKIE, await to_thread(keep), SECOND_STEP, "/desk/sign-in", "strict")
    return response


def _needs_code(parts: Services, agent: Agent) -> bool:
    with parts.store.view() as unit:
        return second_step.is_on(unit, agent.id)


def _half_signed_in(parts: Services, token: str) -> Agent | None:
    with parts.store.view() as unit:
        ticket = unit.tickets.get(hash_of(token), SECOND_STEP, parts.now())
        agent = unit.agents.get(ticket.agent_id) if ticket and ticket.agent_id else None
    return agent if agent and agent.is_active else None


def _takes(parts: Services, agent: Agent, token: str, code: str) -> bool:
    now, seal = parts.now(), Seal(parts.settings, second_step.PURPOSE)
    with parts.store.unit() as unit:
        is_right = second_step.takes(unit, seal, agent.id, code, now)
        if is_right and unit.tickets.use(hash_of(token), SECOND_STEP, now):
            unit.attempts.forget(code_tries(agent))
            return True
        unit.audit.add(now, CODE_REFUSED, None, agent.id)
        return False


def _code_page(request: Request, agent: Agent, problem: str | None = None, status: int = 200) -> Response:
    wording = wording_in(request, agent.language)
    words = {**wording.words["sign_in"], **pack(wording.language, "accounts")["sign_in"]}
    told = words[problem].format(minutes=_minutes(access.TRIES_COUNT_FOR)) if problem else None
    return pages.page(pages.accounts_page("code.html", wording, None, problem=told), status)


# ── Over the operator's identity provider ──────────────────────────────────────────────────────────────


@router.get("/provider")
async def to_provider(request: Request) -> Response:
    """Lead an agent to the identity provider."""
    parts, provider = services(request), _provider(request)
    await access.count_try(request)

    def keep() -> str:
        with parts.store.unit() as unit:
            return new_ticket(unit, AT_PROVIDER, parts.now())

    token = await to_thread(keep)
    try:
        response = go(await provider.address(token))
    except ProviderTrouble as trouble:
        return sign_in_page(request, None, trouble.code, status=503)
    # Lax: the way back begins at the provider's site.
    _set_cookie(request, response, PROVIDER_COOKIE, token, AT_PROVIDER, "/desk/provider", "lax")
    return response


@router.get("/provider/back")
async def from_provider(request: Request) -> Response:
    """Let in whom the identity provider vouches for, or say why not."""
    parts, provider = services(request), _provider(request)
    token = request.cookies.get(PROVIDER_COOKIE, "")

    def use() -> bool:
        with parts.store.unit() as unit:
            return unit.tickets.use(hash_of(token), AT_PROVIDER, parts.now())

    try:
        if not provider.is_answer_to(token, request.query_params) or not await to_thread(use):
            raise ProviderTrouble("took_too_long")
        person = await provider.person(token, request.query_params)
        agent = await to_thread(agent_of, parts, person)
    except ProviderTrouble as trouble:
        return sign_in_page(request, None, trouble.code, status=503 if trouble.code == "away" else 401)
    session = await access.begin_session(request, agent, BY_PROVIDER)
    # A page of ours that goes on by itself: the session is not sent along on a way that began at another site.
    wording = wording_in(request, agent.language)
    response = pages.page(pages.accounts_page("let_in.html", wording, None))
    access.set_cookie(response, session, parts.settings)
    response.delete_cookie(PROVIDER_COOKIE, path="/desk/provider")
    return response


def _provider(request: Request) -> IdentityProvider:
    settings = services(request).settings
    if not settings.signs_in_at_provider:
        raise Forbidden("not_found", language_for(request, None))
    return IdentityProvider(settings)


# ── A password by a link ───────────────────────────────────────────────────────────────────────────────


@router.get("/password/{link}")
async def choose_password(link: str, request: Request) -> Response:
    """Ask whoever has the link for the password that they want."""
    return await _password_page(request, link)


@router.post("/password/{link}")
async def set_password(link: str, request: Request) -> Response:
    """Keep the password, once."""
    access.must_be_from_here(request, language_for(request, None))
    parts, fields = services(request), await access.form_of(request)
    password = fields.get("password", "")
    if password != fields.get("again"):
        return await _password_page(request, link, "not_the_same", 422)
    try:
        is_set = await to_thread(accounts.set_password_by_link, parts.store, link, password, parts.now())
    except AgentTrouble as trouble:
        return await _password_page(request, link, trouble.code, 422)
    if not is_set:
        return await _password_page(request, link)
    return sign_in_page(request, None, "password_is_set")


async def _password_page(
    request: Request, link: str, problem: str | None = None, status: int = 200
) -> Response:
    parts = services(request)
    agent = await to_thread(accounts.invited, parts.store, link, parts.now())
    if agent is None:
        return sign_in_page(request, None, "link_is_over", status=404)
    wording = wording_in(request, agent.language)
    told = pack(wording.language, "accounts")["problems"][problem] if problem else None
    html = pages.accounts_page(
        "password.html",
        wording,
        None,
        agent=agent,
        problem=told,
        shortest=SHORTEST_PASSWORD,
        link=quote(link, safe=""),
    )
    return pages.page(html, status)


def _set_cookie(
    request: Request, response: Response, name: str, token: str, purpose: str, path: str, samesite: str
) -> None:
    response.set_cookie(
        name,
        token,
        max_age=int(TICKET_LASTS[purpose].total_seconds()),
        path=path,
        secure=services(request).settings.public_url.startswith("https://"),
        httponly=True,
        samesite=samesite,  # type: ignore[arg-type]
    )


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
