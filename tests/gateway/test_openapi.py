"""Whoever reads /openapi.json learns of every route what it does, takes, answers and refuses."""

from __future__ import annotations

import pytest

PUBLIC = {
    ("post", "/api/chat"): {"201", "400", "413", "422", "429", "503"},
    ("post", "/api/chat/{conversation}/messages"): {"200", "400", "401", "413", "422", "429", "503"},
    ("get", "/api/chat/{conversation}/messages"): {"200", "401", "422", "503"},
    ("get", "/api/chat/{conversation}/stream"): {"200", "401", "422", "429", "503"},
    ("get", "/api/cases"): {"200", "401", "422", "503"},
    ("get", "/api/cases/{tracking_number}"): {"200", "401", "404", "503"},
    ("get", "/api/cases/{tracking_number}/evidence/{evidence_id}"): {"200", "401", "404", "503"},
    ("get", "/healthz"): {"200"},
    ("get", "/readyz"): {"200", "503"},
    ("get", "/metrics"): {"200"},
    ("get", "/"): {"200"},
    ("get", "/process"): {"200"},
    ("get", "/widget.js"): {"200"},
    ("get", "/widget/words/{language}.json"): {"200", "404"},
}


@pytest.fixture
async def described(gateway):
    return (await gateway.client.get("/openapi.json")).json()


def routes_of(described):
    return {
        (method, path): route
        for path, methods in described["paths"].items()
        for method, route in methods.items()
    }


async def test_every_public_route_is_described_with_its_answers(described):
    routes = routes_of(described)
    assert set(routes) == set(PUBLIC)
    for route, statuses in PUBLIC.items():
        assert statuses <= set(routes[route]["responses"]), route


async def test_every_route_has_a_summary_a_description_and_examples(described):
    schemas = described["components"]["schemas"]
    for name, route in routes_of(described).items():
        assert route["summary"] and route["description"], name
        for status, response in route["responses"].items():
            assert response["description"], (name, status)
            for content in response["content"].values():
                reference = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                shape = schemas.get(reference, {})
                assert {"example", "examples"} & (content.keys() | shape.keys()), (name, status)


async def test_every_refusal_has_the_one_shape(described):
    for name, route in routes_of(described).items():
        for status, response in route["responses"].items():
            if int(status) >= 400:
                schema = response["content"]["application/json"]["schema"]
                assert schema["$ref"].endswith("/Error"), (name, status)


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/{conversation}/messages"])
async def test_bodies_are_described_with_an_example(described, path):
    body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["example"]) <= set(body["properties"])


async def test_routes_that_need_a_token_say_so(described):
    schemes = described["components"]["securitySchemes"]
    for (_, path), route in routes_of(described).items():
        needs_token = "{conversation}" in path or path.startswith("/api/cases")
        assert bool(route.get("security")) is needs_token, path
        assert all(scheme in schemes for wish in route.get("security", []) for scheme in wish)
