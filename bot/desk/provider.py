"""The operator's identity provider: OpenID Connect with an authorization code, PKCE, state and nonce."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import jwt

from bot.accounts import LONGEST_NAME
from bot.agents import AgentTrouble, must_leave_an_administrator, new_agent, nobodys_hash, normal_email
from bot.cases.agent import AGENT, ROLES, Agent
from bot.cases.audit import ADDED, CHANGED
from bot.gateway.services import Services
from bot.observe import get_logger
from bot.settings import Settings
from bot.store import Unit

log = get_logger(__name__)

BACK = "/desk/provider/back"
WAIT_SECONDS = 5.0
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: none of those for which the client's own secret would do."""

SCOPES = "openid email profile"


class ProviderTrouble(Exception):
    """Nobody can be let in that way; `code` names why among the words of signing in."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for; `role` is None where it tells none."""

    email: str
    name: str
    role: str | None


class IdentityProvider:
    """The provider that the settings name; what each sign-in needs is derived from the token in its browser."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer, self._client_id = settings.oidc_issuer or "", settings.oidc_client_id or ""
        self._back = f"{settings.public_url}{BACK}"

    async def address(self, token: str) -> str:
        """Return where the browser with this token is led; raises ProviderTrouble."""
        async with self._web() as web:
            found = await self._discovered(web)
        challenge = _base64(sha256(_derived("verifier", token).encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "scope": SCOPES,
            "state": _derived("state", token),
            "nonce": _derived("nonce", token),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = _text(found, "authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def is_answer_to(self, token: str, answer: Mapping[str, str]) -> bool:
        """Whether the provider answers the browser with this token, and it is this provider that does (RFC 9207)."""
        is_ours = bool(token) and _same(answer.get("state"), _derived("state", token))
        return is_ours and answer.get("iss", self._issuer) == self._issuer

    async def person(self, token: str, answer: Mapping[str, str]) -> Person:
        """Return whom the provider vouches for in its answer; raises ProviderTrouble."""
        if "code" not in answer:
            log.info("provider.refused")
            raise ProviderTrouble("refused")
        async with self._web() as web:
            found = await self._discovered(web)
            tokens = await self._tokens(web, found, answer["code"], token)
            claims = self._checked(_text(tokens, "id_token"), await self._keys(web, found), token)
            claims = await self._with_email(web, found, tokens, claims)
        return self._person(claims)

    def _person(self, claims: Mapping[str, Any]) -> Person:
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise ProviderTrouble("unverified")
        name = claims.get("name")
        return Person(normal_email(email), name if isinstance(name, str) else email, self._role(claims))

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """Return the highest role that the claims give; raises ProviderTrouble where they should give one."""
        if not self._settings.oidc_role_claim:
            return None
        told = claims.get(self._settings.oidc_role_claim)
        values = told if isinstance(told, list) else [told]
        given = {role for value, role in self._settings.oidc_roles if value in values}
        if not given:
            raise ProviderTrouble("no_role")
        return max(given, key=ROLES.index)

    def _checked(self, id_token: str, keys: jwt.PyJWKSet, token: str) -> dict[str, Any]:
        """Return the claims of a token that the provider signed for us, now, and for this sign-in."""
        try:
            claims = jwt.decode(
                id_token,
                self._key_of(id_token, keys),
                algorithms=list(ALGORITHMS),
                audience=self._client_id,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as wrong:
            log.warning("provider.token_refused", reason=type(wrong).__name__)
            raise ProviderTrouble("not_valid") from None
        is_for_others = claims.get("azp", self._client_id) != self._client_id
        if is_for_others or not _same(claims.get("nonce"), _derived("nonce", token)):
            log.warning("provider.token_refused", reason="azp" if is_for_others else "nonce")
            raise ProviderTrouble("not_valid")
        return dict(claims)

    def _key_of(self, id_token: str, keys: jwt.PyJWKSet) -> jwt.PyJWK:
        name = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys.keys if name in (None, key.key_id)]
        if len(fitting) != 1:
            raise jwt.InvalidKeyError("no key, or several, with this name")
        return fitting[0]

    async def _with_email(
        self,
        web: httpx.AsyncClient,
        found: Mapping[str, Any],
        tokens: Mapping[str, Any],
        claims: dict[str, Any],
    ) -> dict[str, Any]:
        """Return the claims with those that the provider tells only when it is asked again."""
        if "email" in claims or "userinfo_endpoint" not in found:
            return claims
        bearer = {"Authorization": f"Bearer {_text(tokens, 'access_token')}"}
        more = await _json(web.get(_text(found, "userinfo_endpoint"), headers=bearer))
        if more.get("sub") != claims["sub"]:
            raise ProviderTrouble("not_valid")
        return {**more, **claims}

    async def _discovered(self, web: httpx.AsyncClient) -> dict[str, Any]:
        found = await _json(web.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"))
        if found.get("issuer") != self._issuer:
            log.error("provider.issuer_is_another")
            raise ProviderTrouble("away")
        return found

    async def _keys(self, web: httpx.AsyncClient, found: Mapping[str, Any]) -> jwt.PyJWKSet:
        try:
            return jwt.PyJWKSet.from_dict(await _json(web.get(_text(found, "jwks_uri"))))
        except jwt.PyJWTError:
            raise ProviderTrouble("not_valid") from None

    async def _tokens(
        self, web: httpx.AsyncClient, found: Mapping[str, Any], code: str, token: str
    ) -> dict[str, Any]:
        assert self._settings.oidc_client_secret is not None
        secret = self._settings.oidc_client_secret.reveal()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": _derived("verifier", token),
        }
        ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            auth: Any = (quote(self._client_id, safe=""), quote(secret, safe=""))
        else:
            auth, form = None, {**form, "client_id": self._client_id, "client_secret": secret}
        return await _json(web.post(_text(found, "token_endpoint"), data=form, auth=auth))

    def _web(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=WAIT_SECONDS)


def agent_of(parts: Services, person: Person) -> Agent:
    """Return the agent with this address, made or with the role that the provider gives; raises ProviderTrouble."""
    with parts.store.unit() as unit:
        known = unit.agents.by_email(person.email)
        agent = known[0] if known else _made(unit, parts, person)
        if not agent.is_active:
            raise ProviderTrouble("no_agent")
        return _with_role(unit, agent, person.role, parts.now())


def _made(unit: Unit, parts: Services, person: Person) -> Agent:
    if not parts.settings.oidc_create_agents:
        raise ProviderTrouble("no_agent")
    try:
        agent = new_agent(person.email, person.name[:LONGEST_NAME], person.role or AGENT, "en")
    except AgentTrouble:
        raise ProviderTrouble("no_agent") from None
    unit.agents.add(agent, nobodys_hash())
    unit.audit.add(parts.now(), ADDED, None, agent.id)
    return agent


def _with_role(unit: Unit, agent: Agent, role: str | None, now: datetime) -> Agent:
    if role in (None, agent.role):
        return agent
    try:
        must_leave_an_administrator(unit, agent)
    except AgentTrouble:
        log.warning("provider.last_administrator_keeps_role")
        return agent
    changed = replace(agent, role=str(role))
    unit.agents.save(changed)
    unit.audit.add(now, CHANGED, None, agent.id)
    return changed


async def _json(asking: Awaitable[httpx.Response]) -> dict[str, Any]:
    """Return the object that the provider answers with; raises ProviderTrouble when it does not."""
    try:
        response = await asking
        response.raise_for_status()
        told = response.json()
    except httpx.HTTPStatusError as answer:
        log.warning("provider.failed", status=answer.response.status_code)
        raise ProviderTrouble("away" if answer.response.status_code >= 500 else "not_valid") from None
    except (httpx.HTTPError, ValueError) as failure:
        log.warning("provider.away", reason=type(failure).__name__)
        raise ProviderTrouble("away") from None
    if not isinstance(told, dict):
        raise ProviderTrouble("not_valid")
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        log.warning("provider.incomplete", missing=name)
        raise ProviderTrouble("not_valid")
    return value


def _derived(what: str, token: str) -> str:
    return sha256(f"{what}:{token}".encode()).hexdigest()


def _same(told: object, ours: str) -> bool:
    return isinstance(told, str) and hmac.compare_digest(told.encode(), ours.encode())


def _base64(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
