"""Step 14.5: all or nothing."""

import sqlite3
import threading

import pytest

from bistro.orm import database
from bistro.orm.database import (
    ENDED,
    MEMORY,
    Connection,
    DatabaseError,
    IntegrityError,
    SQLite,
    TransactionError,
)


def add(connection, name):
    """Write a guest's name."""
    connection.execute("INSERT INTO guest (name) VALUES (?)", (name,))


def inside(connection):
    """The names that the connection itself finds."""
    return [name for (name,) in connection.execute("SELECT name FROM guest ORDER BY id")]


@pytest.fixture
def ran(connection):
    """The statements that ran, in order."""
    log = []
    connection.logs.append(log)
    return lambda: [query.sql for query in log]


class Lost(SQLite):
    """SQLite, with a driver that can get lost."""

    lost = False

    def is_alive(self, driver):
        return not self.lost

    def is_open(self, driver):
        return not self.lost and super().is_open(driver)


def test_nothing_is_left(connection, names):
    """What ran after `begin` is undone by `rollback`, and nobody else has seen it."""
    add(connection, "Ada")
    connection.begin()
    add(connection, "Ben")
    add(connection, "Cy")
    assert inside(connection) == ["Ada", "Ben", "Cy"]
    assert names() == ["Ada"]
    connection.rollback()
    assert inside(connection) == ["Ada"]
    assert connection.driver.in_transaction is False


def test_the_dialect_says_how(connection, ran):
    """A transaction begins as the dialect says, one in it with a savepoint; each has its name."""
    for _ in range(3):
        connection.begin()
    assert ran() == [connection.dialect.begin, "SAVEPOINT bistro_1", "SAVEPOINT bistro_2"]
    assert connection.levels == [[], [], []]
    for _ in range(3):
        connection.rollback()
    assert connection.levels == []
    assert ran()[3:] == [
        "ROLLBACK TO SAVEPOINT bistro_2",
        "RELEASE SAVEPOINT bistro_2",
        "ROLLBACK TO SAVEPOINT bistro_1",
        "RELEASE SAVEPOINT bistro_1",
        "ROLLBACK",
    ]


def test_another_dialect_begins_otherwise(ledger):
    """A dialect may have other words for the beginning."""
    dialect = SQLite(ledger)
    dialect.begin = "BEGIN EXCLUSIVE"
    connection = Connection(dialect)
    log = []
    connection.logs.append(log)
    connection.begin()
    connection.rollback()
    assert [query.sql for query in log] == ["BEGIN EXCLUSIVE", "ROLLBACK"]
    connection.close()


def test_the_right_to_write(connection, ledger):
    """A transaction on SQLite has the right to write from its beginning: nobody else gets it."""
    connection.begin()
    other = sqlite3.connect(ledger, timeout=0, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    connection.rollback()
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_savepoint(connection):
    """A savepoint takes back what ran since, and nothing from before it."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    add(connection, "Ben")
    connection.begin()
    add(connection, "Cy")
    connection.rollback()
    assert inside(connection) == ["Ada", "Ben"]
    connection.rollback()
    assert inside(connection) == ["Ada"]
    add(connection, "Dot")
    connection.rollback()
    assert inside(connection) == []


def test_one_after_the_other(connection):
    """A name may be used again: the second savepoint takes back its own, not the first's."""
    connection.begin()
    for name in ("Ada", "Ben"):
        connection.begin()
        add(connection, name)
        connection.rollback()
        assert inside(connection) == []
    connection.rollback()


def test_an_error_is_taken_back(connection):
    """After an error in a savepoint and its rollback, what is around it can go on."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    with pytest.raises(IntegrityError):
        add(connection, "Ada")
    with pytest.raises(TransactionError):
        add(connection, "Ben")
    connection.rollback()
    assert connection.broken is False
    add(connection, "Cy")
    assert inside(connection) == ["Ada", "Cy"]
    connection.rollback()


def test_after_a_broken_one(connection):
    """After the rollback of a broken transaction the connection is as good as new."""
    connection.begin()
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    connection.rollback()
    assert connection.broken is False
    add(connection, "Ada")
    assert inside(connection) == ["Ada"]


def test_no_savepoint_in_a_broken_one(connection):
    """In a broken transaction another can't begin, and those that are open stay as they are."""
    connection.begin()
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    with pytest.raises(TransactionError):
        connection.begin()
    assert len(connection.levels) == 1
    connection.rollback()
    assert connection.levels == []


def test_the_database_gave_up(connection):
    """When SQLite has ended the whole by itself, all around it is broken, and nothing is sent."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    connection.begin()
    with pytest.raises(IntegrityError):
        connection.execute("INSERT OR ROLLBACK INTO guest (name) VALUES ('Ada')")
    log = []
    connection.logs.append(log)
    connection.rollback()
    assert connection.broken is True
    with pytest.raises(TransactionError):
        add(connection, "Ben")
    connection.rollback()
    assert connection.broken is True
    connection.rollback()
    assert connection.broken is False
    assert log == []
    assert inside(connection) == []


def test_a_rollback_that_fails(connection):
    """When a savepoint can't be rolled back, what is around it is broken; no error is raised."""
    connection.begin()
    connection.begin()
    connection.execute("RELEASE SAVEPOINT bistro_1")  # by hand, which nobody should
    connection.rollback()
    assert connection.broken is True
    connection.rollback()
    assert connection.broken is False
    assert connection.levels == []


def test_rolled_back_by_hand(connection):
    """When the whole was rolled back by hand, in a savepoint, what is around it is broken."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    connection.execute("ROLLBACK")  # by hand, which nobody should
    connection.rollback()
    assert connection.broken is True
    connection.rollback()
    assert inside(connection) == []


class Interrupted(SQLite):
    """SQLite, and somebody presses Ctrl-C in the middle of every statement that begins so."""

    at = "nothing"

    def translate(self, sql):
        if sql.startswith(self.at):
            raise KeyboardInterrupt
        return sql


def test_ctrl_c_at_the_beginning(ledger):
    """Ctrl-C while a transaction begins passes through, and the connection is given back."""
    connection = Connection(Interrupted(ledger))
    connection.dialect.at = "BEGIN"
    with pytest.raises(KeyboardInterrupt):
        connection.begin()
    assert connection.levels == []
    assert other_thread_gets(connection)
    connection.close()


def test_ctrl_c_at_the_end(ledger):
    """Ctrl-C during a rollback passes through, and the connection is given back."""
    connection = Connection(Interrupted(ledger))
    connection.begin()
    connection.dialect.at = "ROLLBACK"
    with pytest.raises(KeyboardInterrupt):
        connection.rollback()
    assert connection.levels == []
    assert other_thread_gets(connection)
    connection.close()


class AlwaysOpen(SQLite):
    """SQLite, and it can't say whether there is a transaction."""

    def is_open(self, driver):
        return True


def test_undo_is_refused(ledger):
    """What the database can't undo is not undone: `undo` says so, and raises nothing."""
    connection = Connection(AlwaysOpen(ledger))
    connection.execute("SELECT 1")
    assert connection.undo(0) is False
    assert connection.undo(1) is False
    connection.close()


def test_undo_says_whether(connection):
    """`undo` says whether the database did it."""
    connection.begin()
    assert connection.undo(0) is True
    assert connection.undo(0) is False
    connection.rollback()
    connection.close()
    assert connection.undo(0) is False
    assert connection.driver is None


def test_a_lost_connection(ledger, names):
    """A connection lost in a transaction: no other one takes its place before the outermost end."""
    connection = Connection(Lost(ledger))
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    lost = connection.driver
    connection.dialect.lost = True
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    connection.rollback()
    assert connection.broken is True
    assert connection.driver is lost
    connection.rollback()
    assert connection.driver is None
    connection.dialect.lost = False
    assert inside(connection) == []
    assert connection.broken is False
    connection.close()


def test_closed_in_the_middle(connection, names):
    """After `close` in a transaction nothing of it is left, and nothing more runs in it."""
    connection.begin()
    add(connection, "Ada")
    connection.close()
    with pytest.raises(TransactionError):
        add(connection, "Ben")
    connection.rollback()
    add(connection, "Cy")
    assert names() == ["Cy"]


def test_nothing_to_end(connection):
    """Without a transaction `rollback` is an error."""
    with pytest.raises(TransactionError) as caught:
        connection.rollback()
    assert str(caught.value) == ENDED
    connection.begin()
    connection.rollback()
    with pytest.raises(TransactionError):
        connection.rollback()


def other_thread_gets(connection):
    """Whether another thread gets the connection at once."""
    got = []

    def ask():
        got.append(connection.lock.acquire(blocking=False))
        if got[0]:
            connection.lock.release()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(2)
    return got == [True]


def test_other_threads_wait():
    """The connection is this thread's from the outermost `begin` to the outermost end."""
    connection = Connection(SQLite(MEMORY))
    connection.begin()
    connection.begin()
    assert not other_thread_gets(connection)
    connection.rollback()
    assert not other_thread_gets(connection)
    connection.execute("SELECT 1")
    assert not other_thread_gets(connection)
    connection.rollback()
    assert other_thread_gets(connection)


def test_what_can_not_begin(ledger, monkeypatch):
    """A transaction that can't begin is none, and gives the connection back."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    first, second = Connection(SQLite(ledger)), Connection(SQLite(ledger))
    first.begin()
    with pytest.raises(DatabaseError, match="database is locked"):
        second.begin()
    assert second.levels == []
    assert second.broken is False
    assert other_thread_gets(second)
    first.rollback()
    second.begin()
    second.rollback()
    first.close()
    second.close()


def test_another_thread_does_not_begin(monkeypatch):
    """A thread whose patience is at an end has not begun anything."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    connection = Connection(SQLite(MEMORY))
    connection.begin()
    said = []

    def ask():
        try:
            connection.begin()
        except DatabaseError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(2)
    assert len(said) == 1
    assert connection.levels == [[]]
    connection.rollback()
    assert other_thread_gets(connection)
