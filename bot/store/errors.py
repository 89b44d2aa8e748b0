"""What the store refuses, in words that carry no stored value: a database's own messages quote whole rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class StoreError(Exception):
    """The database refused; the message names the kind of refusal and the rule, never a value."""


class Conflict(StoreError):
    """A rule of the tables was about to be broken, such as a key that exists already."""


class StoreUnavailable(StoreError):
    """The database does not answer, or not in time; trying again later may help."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the database's errors into ours, cut off from the originals so that no log quotes a customer."""
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict(_what(error)) from None
    except exc.OperationalError as error:
        raise StoreUnavailable(_what(error)) from None
    except exc.TimeoutError:
        raise StoreUnavailable("no connection became free in time") from None
    except exc.StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise StoreError(_what(error)) from None


def _what(error: exc.StatementError) -> str:
    kind = type(error.orig).__name__
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None and not isinstance(error, exc.OperationalError):
        # PostgreSQL's own words may quote the row; the constraint's name says enough.
        return f"{kind} {diagnosis.constraint_name or ''}".strip()
    # SQLite names tables and columns, never values; a server that does not answer has seen none.
    return f"{kind}: {error.orig}".strip()
