"""The same gateway in this process as its own tests have, to set beside the stock channels."""

from tests.gateway.conftest import _plain_words, database_url, empty_database, logged, start, store

__all__ = ["_plain_words", "database_url", "empty_database", "logged", "start", "store"]
