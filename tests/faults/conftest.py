"""The running product that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.product import Product


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
