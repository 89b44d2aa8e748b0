"""What the tests of this folder share: the running product, and the engine for a product within the tests' process."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.product import Product


@pytest.fixture(scope="module")
def agent() -> Any:
    """The engine, trained first when what it learns from has changed; loaded only for those who ask for it."""
    with warnings.catch_warnings():
        # The engine's libraries complain of each other while they are loaded.
        warnings.simplefilter("ignore")
        from tests.dialogues.house import load_agent

        return load_agent()


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product at its most talkative, with short patience so that what a dead gateway held is soon free."""
    folder: Path = tmp_path_factory.mktemp("product")
    running = Product(folder, LOG_LEVEL="debug", ENGINE_TIMEOUT_SECONDS="5")
    try:
        running.start()
        yield running
    finally:
        running.stop()
