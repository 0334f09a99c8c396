"""What the tests of this chapter share: a ledger in a file, and who looks at it from outside."""

import contextlib
import shutil
import sqlite3

import pytest


@pytest.fixture(scope="session")
def new_ledger(tmp_path_factory):
    """A file that a connection of Python's own has made, with two empty tables in it."""
    path = tmp_path_factory.mktemp("new") / "ledger.db"
    with contextlib.closing(sqlite3.connect(path)) as driver:
        driver.execute("CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        driver.execute("CREATE TABLE stay (guest INTEGER REFERENCES guest (id) ON DELETE CASCADE)")
        driver.commit()
    return path


@pytest.fixture(scope="session")
def logged_ledger(new_ledger):
    """A copy of it that has a write-ahead log already: the disk is waited for when it gets one."""
    path = shutil.copy(new_ledger, new_ledger.with_name("logged.db"))
    with contextlib.closing(sqlite3.connect(path)) as driver:
        driver.execute("PRAGMA journal_mode = WAL")
    return path


@pytest.fixture
def ledger(logged_ledger, tmp_path):
    """The path of a copy of that: to copy a file is faster than to make one."""
    return str(shutil.copy(logged_ledger, tmp_path / "ledger.db"))


@pytest.fixture
def connection(ledger):
    """Our connection to the ledger; it ends with the test."""
    from bistro.orm.database import Connection, SQLite  # not above: the plugin puts bistro in place

    ours = Connection(SQLite(ledger))
    yield ours
    with contextlib.suppress(AttributeError, sqlite3.Error):
        ours.driver.execute("PRAGMA synchronous = OFF")  # nobody needs the file any more
    ours.close()


@pytest.fixture
def names(ledger):
    """`names()`: the names of the guests that somebody else finds in the file."""

    def look():
        with contextlib.closing(sqlite3.connect(ledger)) as driver:
            return [name for (name,) in driver.execute("SELECT name FROM guest ORDER BY id")]

    return look
