"""The store: conversations, cases and everything we owe somebody, kept in SQLite or PostgreSQL."""

from bot.store.errors import Conflict, StoreError, StoreUnavailable
from bot.store.migrate import migrate
from bot.store.unit import Store, Unit, open_store

__all__ = ["Conflict", "Store", "StoreError", "StoreUnavailable", "Unit", "migrate", "open_store"]
