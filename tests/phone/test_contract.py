"""What the stand-in knows of Twilio agrees with Twilio's own description, where that is at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.phone.contract import contract

DESCRIPTION = Path(__file__).parents[2].parent / "shared" / "twilio" / "twilio_api_v2010.json"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    if not DESCRIPTION.is_file():
        pytest.skip("Twilio's description of its API is not at hand")
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return read


def test_every_call_is_as_twilio_describes_it(description: dict[str, Any]) -> None:
    schemas, calls = description["components"]["schemas"], contract()["calls"]
    described = {name: call for name, call in calls.items() if "host" not in call}
    assert len(calls) - len(described) == 4
    for name, call in described.items():
        operation = description["paths"][call["path"]][call["method"].lower()]
        body = operation.get("requestBody", {}).get("content", {})
        form = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
        takes = form.get("properties") or {
            each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"
        }
        assert call.get("takes", {}) == {key: _kind(schema, schemas) for key, schema in takes.items()}, name
        assert call.get("required", []) == form.get("required", []), name
        assert str(call["status"]) in operation["responses"], name
        if "answers" not in call:
            assert "content" not in operation["responses"][str(call["status"])], name
            continue
        answered = operation["responses"][str(call["status"])]["content"]["application/json"]["schema"]
        assert call["answers"] in json.dumps(answered), name


def test_fields_states_and_limits_are_as_twilio_describes_them(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    elsewhere = {"service", "service_number", "country"}
    ours = {name: fields.split() for name, fields in contract()["fields"].items() if name not in elsewhere}
    for name, fields in ours.items():
        [schema] = [
            found for key, found in schemas.items() if re.fullmatch(rf"api\.v2010(\.account)*.*\.{name}", key)
        ]
        assert fields == list(schema["properties"]), name
    for name, words in contract()["states"].items():
        thing, _, what = name.rpartition("_")
        assert words == schemas[f"{thing}_enum_{what}"]["enum"], name
    told = json.dumps(description["paths"])
    for limit in ("Can be up to 1,600 characters", "Max 4000 characters", "maximum length of 32 digits"):
        assert limit in told
    assert contract()["limits"] == {"body": 1600, "twiml": 4000, "send_digits": 32, "ring_seconds": 600}


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return schemas[schema["$ref"].rpartition("/")[2]]["enum"]
    if "enum" in schema:
        return schema["enum"]
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'], schemas)}"
    if "pattern" in schema:
        prefix = re.match(r"\^\(?([A-Z|]+)", schema["pattern"])
        assert prefix
        return f"sid {prefix[1]}"
    if "maximum" in schema:
        return f"integer {schema['minimum']}..{schema['maximum']}"
    usual = schema.get("format") in (None, "int64")
    return schema["type"] if usual else schema["format"]
