"""Signing in over an identity provider that keeps to OpenID Connect, and over ones that do not."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from bot.desk.provider import IdentityProvider
from bot.settings import Secret
from tests.desk.accounts import is_in
from tests.desk.agents import browser_of

ISSUER, CLIENT, SECRET = "https://id.example.com", "recourse", "s/cret"
KEYS = [generate_private_key(65537, 2048) for _ in range(2)]


@dataclass
class Provider:
    """An identity provider; `claims` are told of whoever signs in, None takes one away."""

    claims: dict[str, Any] = field(default_factory=dict)
    signs_with: RSAPrivateKey = KEYS[0]
    algorithm: str = "RS256"
    is_away: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    verifiers: list[str] = field(default_factory=list)

    def approve(self, address: str) -> dict[str, str]:
        """Let whoever was led to this address sign in; return what they bring back."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        return {"code": "c0de", "state": self.asked["state"], "iss": ISSUER}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        if request.url.path == "/.well-known/openid-configuration":
            places = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "keys",
            }
            return httpx.Response(
                200, json={"issuer": ISSUER, **{name: f"{ISSUER}/{at}" for name, at in places.items()}}
            )
        if request.url.path == "/keys":
            public = json.loads(RSAAlgorithm.to_jwk(KEYS[0].public_key()))
            return httpx.Response(200, json={"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]})
        return self._token(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if challenge != self.asked["code_challenge"] or form["code"] != "c0de":
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(datetime.now(UTC).timestamp())
        usual = {
            "iss": ISSUER,
            "sub": "u1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "email": "anna@example.com",
            "email_verified": True,
            "name": "Anna",
        }
        told = {name: value for name, value in (usual | self.claims).items() if value is not None}
        key: Any = (
            "a secret that the provider and everybody knows" if self.algorithm == "HS256" else self.signs_with
        )
        token = jwt.encode(told, key, self.algorithm, {"kid": "k1"})
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider(monkeypatch) -> Provider:
    provider = Provider()
    web = lambda _: httpx.AsyncClient(transport=httpx.MockTransport(provider))  # noqa: E731
    monkeypatch.setattr(IdentityProvider, "_web", web)
    return provider


@pytest.fixture
def house(start):
    def begin(**settings: Any) -> Any:
        known = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": Secret(SECRET)}
        return start(public_url="https://testserver", **known | settings)

    return begin


async def way_back(desk, provider, **changed: str) -> httpx.Response:
    led = await desk.client.get("/desk/provider")
    assert led.status_code == 303, led.text
    return await desk.client.get(
        "/desk/provider/back", params=provider.approve(led.headers["location"]) | changed
    )


async def test_whoever_the_provider_vouches_for_is_let_in(house, desk_of, provider):
    async with house() as gateway:
        desk = desk_of(gateway, "Anna")
        assert "/desk/provider" in (await desk.client.get("/desk")).text
        assert (await way_back(desk, provider)).status_code == 200
        assert await is_in(desk)
        assert provider.asked["redirect_uri"] == "https://testserver/desk/provider/back"
        assert provider.asked["code_challenge_method"] == "S256" and "openid" in provider.asked["scope"]


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"nonce": "another"}, 401),
        ({"nonce": None}, 401),
        ({"aud": "somebody else"}, 401),
        ({"aud": [CLIENT, "other"], "azp": "other"}, 401),
        ({"iss": "https://evil.example.com"}, 401),
        ({"exp": 1_700_000_000}, 401),
        ({"exp": None}, 401),
        ({"email_verified": False}, 401),
        ({"email_verified": None}, 401),
        ({"email": None}, 401),
        ({"email": "nobody@example.com"}, 401),
    ],
    ids=str,
)
async def test_whoever_it_does_not_rightly_vouch_for_is_not(house, desk_of, provider, claims, status):
    provider.claims = claims
    async with house() as gateway:
        desk = desk_of(gateway, "Anna")
        assert (await way_back(desk, provider)).status_code == status
        assert not await is_in(desk)


@pytest.mark.parametrize(
    "forged", [{"signs_with": KEYS[1]}, {"algorithm": "HS256"}], ids=["key", "algorithm"]
)
async def test_what_the_provider_did_not_sign_lets_nobody_in(house, desk_of, provider, forged):
    for name, value in forged.items():
        setattr(provider, name, value)
    async with house() as gateway:
        desk = desk_of(gateway, "Anna")
        assert (await way_back(desk, provider)).status_code == 401
        assert not await is_in(desk)


async def test_an_answer_is_good_once_and_in_the_browser_that_asked(house, desk_of, provider):
    async with house() as gateway:
        desk = desk_of(gateway, "Anna")
        led = (await desk.client.get("/desk/provider")).headers["location"]
        cookies, answer = dict(desk.client.cookies), provider.approve(led)
        victim = browser_of(gateway.app, "Anna")
        assert (await victim.client.get("/desk/provider/back", params=answer)).status_code == 401
        for wrong in ({"state": "guessed"}, {"iss": "https://evil.example.com"}):
            assert (await desk.client.get("/desk/provider/back", params=answer | wrong)).status_code == 401
        assert (await desk.client.get("/desk/provider/back", params=answer)).status_code == 200
        thief = browser_of(gateway.app, "Anna")
        thief.client.cookies.update({"desk_provider": cookies["desk_provider"]})
        assert (await thief.client.get("/desk/provider/back", params=answer)).status_code == 401
        assert not await is_in(thief)


async def test_a_provider_that_is_away_or_refuses_leaves_the_password(house, desk_of, provider):
    async with house() as gateway:
        desk = desk_of(gateway, "Anna")
        provider.is_away = True
        assert (await desk.client.get("/desk/provider")).status_code == 503
        provider.is_away = False
        led = (await desk.client.get("/desk/provider")).headers["location"]
        provider.is_away = True
        assert (await desk.client.get("/desk/provider/back", params=provider.approve(led))).status_code == 503
        provider.is_away = False
        led = (await desk.client.get("/desk/provider")).headers["location"]
        refused = {"error": "access_denied", "state": provider.approve(led)["state"]}
        assert (await desk.client.get("/desk/provider/back", params=refused)).status_code == 401
        assert (await desk.sign_in()).status_code == 303


async def test_somebody_new_is_added_with_the_role_that_the_provider_tells(house, provider):
    roles = (("care-leads", "lead"), ("care", "agent"))
    provider.claims = {"email": "new@example.com", "name": "Noa", "groups": ["care", "care-leads"]}
    async with house(oidc_create_agents=True, oidc_role_claim="groups", oidc_roles=roles) as gateway:
        desk = browser_of(gateway.app, "Noa")
        assert (await way_back(desk, provider)).status_code == 200
        with gateway.store.view() as unit:
            agent, _ = unit.agents.by_email("new@example.com")
        assert (agent.name, agent.role) == ("Noa", "lead")
        provider.claims["groups"] = ["care"]
        assert (await way_back(browser_of(gateway.app, "Noa"), provider)).status_code == 200
        with gateway.store.view() as unit:
            assert unit.agents.get(agent.id).role == "agent"
        provider.claims["groups"] = ["cleaners"]
        assert (await way_back(browser_of(gateway.app, "Noa"), provider)).status_code == 401


async def test_without_settings_there_is_no_such_way(gateway, anna):
    assert (await anna.client.get("/desk/provider")).status_code == 404
