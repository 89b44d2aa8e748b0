"""What every test needs: Rasa without TensorFlow, before anything imports it."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.pipeline import without_tensorflow

without_tensorflow.install()


@pytest.fixture(scope="module")
def quietly() -> Iterator[None]:
    """Rasa tells every step by default, which takes longer than the step; the logs have tests of their own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()
