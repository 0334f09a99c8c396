"""What the tests of this chapter share: a ledger in a file, and who looks at it from outside."""

import contextlib
import sqlite3

import pytest


@pytest.fixture
def ledger(tmp_path):
    """The path of a file that a connection of Python's own has made, with one table in it."""
    path = tmp_path / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as driver:
        driver.execute("CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        driver.execute("CREATE TABLE stay (guest INTEGER REFERENCES guest (id) ON DELETE CASCADE)")
        driver.commit()
    return str(path)


@pytest.fixture
def connection(ledger):
    """Our connection to the ledger; it ends with the test."""
    from bistro.orm.database import Connection, SQLite  # not above: the plugin puts bistro in place

    ours = Connection(SQLite(ledger))
    yield ours
    ours.close()


@pytest.fixture
def names(ledger):
    """`names()`: the names of the guests that somebody else finds in the file."""

    def look():
        with contextlib.closing(sqlite3.connect(ledger)) as driver:
            return [name for (name,) in driver.execute("SELECT name FROM guest ORDER BY id")]

    return look
