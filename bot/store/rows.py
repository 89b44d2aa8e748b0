"""How objects of the core become rows and come back, and how only what changed is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Insert, Select, Update

Row = dict[str, Any]


def plain_and_locking(statement: Select, table: Table) -> tuple[Select, Select]:
    """Return the query as a view runs it, and as a writing unit runs it: with its rows of `table` locked."""
    # Weaker than FOR UPDATE, so that rows that point here can be added meanwhile; SQLite ignores it.
    return statement, statement.with_for_update(of=table, key_share=True)


class Repository:
    """One group of tables within one unit of work.

    Statements are built once, in the modules: building one costs more than running it.
    """

    def __init__(self, connection: Connection, writable: bool) -> None:
        self._connection = connection
        self._writable = writable

    def _rows(self, statement: Any, values: Mapping[str, Any] | None = None) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement, values or {}).mappings()]

    def _row(self, statement: Any, values: Mapping[str, Any] | None = None) -> Row | None:
        row = self._connection.execute(statement, values or {}).mappings().first()
        return None if row is None else dict(row)

    def _insert_once(self, table: Table, key: str, values: Row) -> bool:
        """Insert unless there is a row with this key; tell whether the row is new."""
        statement = self._insert(table).values(values).on_conflict_do_nothing(index_elements=[key])
        return self._connection.execute(statement).rowcount > 0

    def _put(self, table: Table, key: str, values: Row) -> None:
        """Insert the row, or write over the one with its key."""
        rest = {name: value for name, value in values.items() if name != key}
        statement = self._insert(table).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=rest))

    def _insert(self, table: Table) -> Any:
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)


def facts_of(thing: Any) -> Row:
    """Return the fields of a flat dataclass as they go into its row."""
    return {each.name: getattr(thing, each.name) for each in fields(thing)}


@dataclass(frozen=True)
class Part:
    """A list of facts within a record: the record's attribute, the class of its items, and their table."""

    attribute: str
    fact: type
    table: Table

    @cached_property
    def owner(self) -> str:
        return next(iter(self.table.primary_key.columns)).name

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in fields(self.fact))

    @cached_property
    def _change(self) -> Update:
        mine = self.table.c[self.owner] == bindparam("_owner")
        return update(self.table).where(mine & (self.table.c.position == bindparam("_position")))

    @cached_property
    def _insert(self) -> Insert:
        return insert(self.table)

    @cached_property
    def _read(self) -> Select:
        owner = self.table.c[self.owner]
        columns = [owner, *(self.table.c[name] for name in self.names)]
        owners = bindparam("owners", expanding=True)
        return select(columns).where(owner.in_(owners)).order_by(owner, self.table.c.position)

    def read(self, connection: Connection, owners: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Return the items of each owner in order, every item as the values of its fields."""
        found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for owner, *values in connection.execute(self._read, {"owners": list(owners)}):
            found[owner].append(tuple(values))
        return found

    def write(self, connection: Connection, owner: int, before: list[Any], after: list[Any]) -> None:
        """Write the items that differ from what the table holds, and nothing else."""
        for position, (old, new) in enumerate(zip(before, after, strict=False)):
            if old != new:
                here = {"_owner": owner, "_position": position}
                connection.execute(self._change, {**here, **dict(zip(self.names, new, strict=True))})
        added = [
            {self.owner: owner, "position": position, **dict(zip(self.names, new, strict=True))}
            for position, new in enumerate(after)
            if position >= len(before)
        ]
        if added:
            connection.execute(self._insert, added)
        if len(after) < len(before):
            mine = self.table.c[self.owner] == owner
            connection.execute(delete(self.table).where(mine & (self.table.c.position >= len(after))))


@dataclass
class Stored:
    """What the tables hold of a record: the values of its row, and the items of its lists."""

    values: Row
    lists: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """Where a record lies: the table of its single values, and the parts for its lists."""

    table: Table
    names: tuple[str, ...]
    parts: tuple[Part, ...]

    @cached_property
    def _insert(self) -> Insert:
        return insert(self.table)

    @cached_property
    def _change(self) -> Update:
        return update(self.table).where(next(iter(self.table.primary_key.columns)) == bindparam("_key"))

    def of(self, record: Any) -> Stored:
        """Return the record as the tables would hold it."""
        values = {
            name: frozenset(value) if isinstance(value := getattr(record, name), set) else value
            for name in self.names
        }
        lists = {
            part.attribute: [
                tuple(getattr(item, name) for name in part.names) for item in getattr(record, part.attribute)
            ]
            for part in self.parts
        }
        return Stored(values, lists)

    def lists(
        self, connection: Connection, owners: Sequence[int]
    ) -> dict[int, dict[str, list[tuple[Any, ...]]]]:
        """Return the lists of each owner by attribute, with one query for each list."""
        found = {part.attribute: part.read(connection, owners) for part in self.parts}
        return {owner: {name: items.get(owner, []) for name, items in found.items()} for owner in owners}

    def items(self, stored: Stored) -> dict[str, list[Any]]:
        """Return the lists as objects of the core, by attribute."""
        return {
            part.attribute: [part.fact(*values) for values in stored.lists[part.attribute]]
            for part in self.parts
        }

    def insert(self, connection: Connection, stored: Stored, **more: Any) -> int:
        """Write a new record and return its number."""
        key = connection.execute(self._insert, {**stored.values, **more}).inserted_primary_key[0]
        self._write_lists(connection, key, {}, stored.lists)
        return key

    def update(self, connection: Connection, key: Any, before: Stored, after: Stored) -> None:
        """Write what differs between the two and nothing else."""
        changed = {name: value for name, value in after.values.items() if before.values[name] != value}
        if changed:
            connection.execute(self._change, {"_key": key, **changed})
        self._write_lists(connection, key, before.lists, after.lists)

    def _write_lists(self, connection: Connection, key: Any, before: Mapping, after: Mapping) -> None:
        for part in self.parts:
            part.write(connection, key, before.get(part.attribute, []), after[part.attribute])


def only(names: Iterable[str], row: Row) -> Row:
    """Return the values of these columns."""
    return {name: row[name] for name in names}
