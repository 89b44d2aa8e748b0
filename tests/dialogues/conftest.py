"""One trained engine for all dialogues; for each of them a product of its own, with an empty store."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # The engine's libraries complain of each other while they are loaded.
    warnings.simplefilter("ignore")
    from tests.dialogues.house import Agent, Product, load_agent


@pytest.fixture(scope="session")
def agent() -> Agent:
    """The engine, trained first when what it learns from has changed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_agent()


@pytest.fixture
def product(tmp_path: Path, agent: Agent, quietly: None) -> Product:
    """A product that nobody has spoken to yet."""
    return Product(tmp_path, agent)
