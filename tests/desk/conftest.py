"""The desk of a gateway in this process, with agents who sign in as people do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desk import agents
from tests.desk.agents import Desk
from tests.gateway.conftest import (  # noqa: F401
    _plain_words,
    database_url,
    empty_database,
    gateway,
    logged,
    start,
    store,
)
from tests.gateway.fakes import Gateway


@pytest.fixture
def desk_of() -> Callable[..., Desk]:
    """A function that gives a browser of an agent of a gateway, who is added to its store."""

    def open_desk(gateway: Gateway, name: str, role: str = "agent", language: str = "en") -> Desk:  # noqa: F811
        return agents.desk_of(gateway.app, gateway.store, name, role, language)

    return open_desk


@pytest.fixture
async def anna(gateway, desk_of) -> Desk:  # noqa: F811
    """An agent who has signed in."""
    desk = desk_of(gateway, "Anna")
    assert (await desk.sign_in()).status_code == 303
    return desk


@pytest.fixture
async def bo(gateway, desk_of) -> Desk:  # noqa: F811
    """Another agent who has signed in."""
    desk = desk_of(gateway, "Bo")
    assert (await desk.sign_in()).status_code == 303
    return desk
