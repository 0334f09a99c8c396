"""Step 14.2: open a file."""

import contextlib
import shutil
import sqlite3
import sys
import threading

import pytest

from bistro.orm import database
from bistro.orm.database import MEMORY, Connection, DatabaseError, PostgreSQL, SQLite


@pytest.fixture
def ledger(new_ledger, tmp_path):
    """The path of a ledger that has no write-ahead log yet."""
    return str(shutil.copy(new_ledger, tmp_path))


@pytest.fixture
def open_file(ledger):
    """`open_file()`: a connection of the driver to the ledger; all are closed at the test's end."""
    with contextlib.ExitStack() as stack:

        def opened(path=ledger):
            return stack.enter_context(contextlib.closing(SQLite(path).open()))

        yield opened


def value(driver, pragma):
    """What a connection says about itself."""
    return driver.execute(f"PRAGMA {pragma}").fetchone()[0]


def test_a_file_is_made(tmp_path, open_file):
    """A file that is not there is made."""
    path = tmp_path / "new.db"
    open_file(str(path)).execute("CREATE TABLE t (a)")
    assert path.exists()


def test_each_statement_commits(open_file, names):
    """Outside of a transaction each statement commits by itself: others see it at once."""
    driver = open_file()
    driver.execute("INSERT INTO guest (name) VALUES ('Ada')")
    assert names() == ["Ada"]
    assert driver.in_transaction is False


def test_no_transaction_but_ours(open_file, names):
    """The driver begins and commits nothing by itself, not even before a new table."""
    driver = open_file()
    driver.execute("BEGIN")
    driver.execute("INSERT INTO guest (name) VALUES ('Ada')")
    driver.execute("CREATE TABLE bill (amount INTEGER)")
    driver.execute("ROLLBACK")
    assert names() == []


def test_foreign_keys(open_file):
    """A stay of a guest who is not there is refused, in a file as in memory."""
    for driver in (open_file(), open_file(MEMORY)):
        assert value(driver, "foreign_keys") == 1
    with pytest.raises(sqlite3.IntegrityError):
        open_file().execute("INSERT INTO stay (guest) VALUES (7)")


def test_readers_do_not_wait(open_file):
    """While somebody writes, others read what was there before."""
    writer, reader = open_file(), open_file()
    assert value(reader, "journal_mode") == "wal"
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO guest (name) VALUES ('Ada')")
    assert reader.execute("SELECT count(*) FROM guest").fetchone() == (0,)
    writer.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM guest").fetchone() == (1,)


def test_the_log_is_tried_for(open_file, monkeypatch):
    """The log is switched on by `write_ahead`, which tries again, and not in memory."""
    asked = []
    monkeypatch.setattr(database, "write_ahead", asked.append)
    open_file(MEMORY)
    assert asked == []
    driver = open_file()
    assert asked == [driver]


def test_the_disk_is_waited_for_at_times(open_file):
    """With a write-ahead log, `synchronous = NORMAL` is enough; in memory nothing is changed."""
    assert value(open_file(), "synchronous") == 1
    memory = open_file(MEMORY)
    assert value(memory, "synchronous") == 2
    assert value(memory, "journal_mode") == "memory"


def test_memory_has_no_file(open_file, tmp_path, monkeypatch):
    """A database in memory leaves no file, and two of them have nothing in common."""
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    open_file(MEMORY).execute("CREATE TABLE t (a)")
    with pytest.raises(sqlite3.OperationalError):
        open_file(MEMORY).execute("SELECT * FROM t")
    assert set(tmp_path.iterdir()) == before


def test_a_writer_is_waited_for(open_file):
    """A statement waits `PATIENCE` seconds for somebody else who writes."""
    assert value(open_file(), "busy_timeout") == database.PATIENCE * 1000


def test_patience_is_read_when_it_opens(ledger, open_file, monkeypatch):
    """Whose patience is at an end has the error of the driver, `database is locked`."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    first, second = open_file(), open_file()
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        second.execute("BEGIN IMMEDIATE")


def test_any_thread(open_file):
    """Another thread may use the connection."""
    driver = open_file(MEMORY)
    seen = []
    thread = threading.Thread(
        target=lambda: seen.extend(driver.execute("SELECT 1").fetchall()), daemon=True
    )
    thread.start()
    thread.join(2)
    assert seen == [(1,)]


@pytest.fixture
def calls(monkeypatch):
    """What `sqlite3.connect` is called with, and what it returns."""
    seen = []
    connect = sqlite3.connect

    def spy(*arguments, **options):
        driver = connect(*arguments, **options)
        seen.append((driver, options))
        return driver

    monkeypatch.setattr(sqlite3, "connect", spy)
    return seen


def test_statements_stay_prepared(open_file, calls):
    """The driver keeps `STATEMENTS` statements prepared, not its usual 128."""
    open_file()
    assert calls[0][1]["cached_statements"] == database.STATEMENTS


@pytest.mark.parametrize("content", [b"no database, but a letter " * 50, bytes(range(256)) * 16])
def test_what_is_no_database(tmp_path, calls, content):
    """A file that is no database is an error of the driver, stays as it is, and is closed again."""
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        SQLite(str(path)).open()
    assert path.read_bytes() == content
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        calls[0][0].execute("SELECT 1")


def test_our_connection_opens(ledger):
    """`Connection.open` has the dialect connect, and learns which errors its driver raises."""
    connection = Connection(SQLite(ledger))
    connection.open()
    assert connection.driver.execute("SELECT count(*) FROM guest").fetchone() == (0,)
    assert sqlite3.Error in connection.errors
    connection.driver.close()


def test_no_connection(tmp_path):
    """What can't be opened is a `DatabaseError` with the reason, and the driver's as its cause."""
    for path in (tmp_path / "nowhere" / "menu.db", tmp_path):
        connection = Connection(SQLite(str(path)))
        with pytest.raises(DatabaseError) as caught:
            connection.open()
        assert str(caught.value) == "no connection: unable to open database file"
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
        assert connection.driver is None


def test_a_path_that_no_system_takes():
    """A path with a NUL is a `DatabaseError` too, though Python raises a ValueError for it."""
    with pytest.raises(DatabaseError, match="no connection"):
        Connection(SQLite("menu\0.db")).open()
    with pytest.raises(DatabaseError, match="no connection: a text holds half of a character"):
        Connection(SQLite("menu\ud800.db")).open()


def test_no_driver(monkeypatch):
    """Without the driver of PostgreSQL the error says what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match="pip install"):
        Connection(PostgreSQL("postgresql:///bistro")).open()
