"""One trained engine for whoever calls and texts; for each test a product of its own that Twilio knows."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.phone.call import Phone
from tests.phone.webhooks import NEVER, SETTINGS

if TYPE_CHECKING:
    from tests.dialogues.house import Product


@pytest.fixture(scope="session")
def agent() -> Any:
    """The engine, trained first when what it learns from has changed; loaded only for those who ask for it."""
    with warnings.catch_warnings():
        # The engine's libraries complain of each other while they are loaded.
        warnings.simplefilter("ignore")
        from tests.dialogues.house import load_agent

        return load_agent()


@pytest.fixture
def product(tmp_path: Path, agent: Any, quietly: None) -> Product:
    """A product that nobody has called yet; it holds no caller, so that a slow machine changes nothing."""
    from tests.dialogues.house import Product

    product = Product(tmp_path, agent, **SETTINGS)
    product.app.state.services.calls.hold_after_seconds = NEVER
    return product


@pytest.fixture
def phone(product: Product) -> Phone:
    """A telephone to call it with."""
    return Phone(product.app)
