"""Step 14.4: a statement."""

import contextlib
import sqlite3
import threading

import pytest

from bistro.orm import database
from bistro.orm.database import (
    MEMORY,
    REFUSED,
    SHOWN,
    Connection,
    DatabaseError,
    IntegrityError,
    Result,
    SQLite,
    TransactionError,
)


@pytest.fixture
def connection(new_ledger):
    """Our connection to a copy of the ledger in memory, where no disk is waited for."""

    class Copied(SQLite):
        def open(self):
            driver = super().open()
            with contextlib.closing(sqlite3.connect(new_ledger)) as source:
                source.backup(driver)
            return driver

    ours = Connection(Copied(MEMORY))
    yield ours
    ours.close()


@pytest.fixture
def names(connection):
    """`names()`: the names of the guests that the driver itself finds."""
    return lambda: [name for (name,) in connection.driver.execute("SELECT name FROM guest")]


class Dialect(SQLite):
    """SQLite, with a driver that can get lost, and a language of its own."""

    lost = False

    def is_alive(self, driver):
        return not self.lost

    def translate(self, sql):
        return sql.replace("EVERYTHING", "*")

    def fetch(self, cursor):
        return super().fetch(cursor)[:2]


def test_rows(connection):
    """The rows of a statement are tuples, all of them, in a `Result` with the columns' names."""
    result = connection.execute("SELECT 1 AS one, 'x' AS letter UNION ALL SELECT 2, NULL")
    assert isinstance(result, Result)
    assert result.rows == [(1, "x"), (2, None)]
    assert result.columns == ("one", "letter")
    assert list(result) == result.rows


def test_values_are_no_sql(connection, names):
    """A value is a value, whatever is in it: nobody's name is run."""
    hostile = "Robert'); DELETE FROM guest; --"
    connection.execute("INSERT INTO guest (name) VALUES (?)", ("Ada",))
    result = connection.execute("INSERT INTO guest (name) VALUES (?)", (hostile,))
    assert (result.count, result.last_id) == (1, 2)
    found = connection.execute("SELECT name FROM guest WHERE name = ?", ("x' OR '1' = '1",))
    assert found.rows == []
    assert names() == ["Ada", hostile]


def test_values_come_back(connection):
    """None, numbers, text with anything in it, and bytes come back as they went."""
    for value in (None, 0, -(2**63), 2**63 - 1, 1.5, "", "a\0b ? %s 'é\U0001f373", b"\0\xff"):
        assert connection.execute("SELECT ?", (value,)).rows == [(value,)]


def test_opened_when_it_is_needed(ledger):
    """A connection is opened by its first statement, and kept for the next ones."""
    connection = Connection(SQLite(ledger))
    assert connection.driver is None
    connection.execute("SELECT 1")
    driver = connection.driver
    assert driver is not None
    connection.execute("SELECT 1")
    assert connection.driver is driver


def test_the_dialect_speaks():
    """The dialect translates the statement, and fetches the rows."""
    connection = Connection(Dialect(MEMORY))
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (1), (2), (3)")
    assert connection.execute("SELECT EVERYTHING FROM t").rows == [(1,), (2,)]


def test_several_statements(connection, names):
    """Two statements in one are refused, and neither is run."""
    with pytest.raises(DatabaseError):
        connection.execute("INSERT INTO guest (name) VALUES ('Ada'); DELETE FROM guest")
    assert names() == []


@pytest.mark.parametrize(
    ("sql", "parameters", "reason"),
    [
        ("SELEC 1", (), 'near "SELEC": syntax error'),
        ("SELECT * FROM nowhere", (), "no such table: nowhere"),
        ("SELECT ?", (2**63,), "int"),
        ("SELECT ?", ("\ud800",), "surrogate"),
        ("SELECT ?", (object(),), ""),
        ("SELECT ?", (), ""),
        ("SELECT ?", (1, 2), ""),
    ],
)
def test_errors(connection, sql, parameters, reason):
    """What fails is a `DatabaseError` with the reason, the statement, and the driver's as cause."""
    with pytest.raises(DatabaseError) as caught:
        connection.execute(sql, parameters)
    assert type(caught.value) is DatabaseError
    assert reason in str(caught.value)
    assert str(caught.value).endswith(f": {sql}")
    assert caught.value.sql == sql
    assert isinstance(caught.value.__cause__, connection.errors)


def test_the_explanation_is_the_dialects(connection):
    """An error is what the dialect explains, a colon, and the statement."""
    with pytest.raises(DatabaseError) as caught:
        connection.execute("SELECT ?", ("\ud800",))
    explained = connection.dialect.explain(caught.value.__cause__)
    assert str(caught.value) == f"{explained}: SELECT ?"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO guest (name) VALUES ('Ada')",
        "INSERT INTO stay (guest) VALUES (7)",
        "INSERT INTO guest (id) VALUES (1)",
    ],
)
def test_constraints(connection, sql):
    """What a constraint forbids is an `IntegrityError`, which is a `DatabaseError`."""
    connection.execute("INSERT INTO guest (name) VALUES ('Ada')")
    with pytest.raises(IntegrityError) as caught:
        connection.execute(sql)
    assert isinstance(caught.value, DatabaseError)
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    assert connection.execute("SELECT count(*) FROM guest").rows == [(1,)]


class Strict(SQLite):
    """A dialect that takes every error for a constraint's."""

    def is_integrity(self, error):
        return True


def test_the_dialect_knows_constraints():
    """Whether it was a constraint, the dialect says: each driver has errors of its own."""
    with pytest.raises(IntegrityError):
        Connection(Strict(MEMORY)).execute("SELEC 1")


def test_no_value_in_an_error(connection):
    """The text of an error has no value in it: errors go into logs."""
    connection.execute("INSERT INTO guest (name) VALUES (?)", ("secret",))
    with pytest.raises(IntegrityError) as caught:
        connection.execute("INSERT INTO guest (name) VALUES (?)", ("secret",))
    assert "secret" not in str(caught.value)
    assert "guest.name" in str(caught.value)


def test_long_statements(connection):
    """The message has `SHOWN` characters of the statement at the most; `sql` has them all."""
    for length in (SHOWN, SHOWN + 1, SHOWN * 10):
        sql = "SELECT nothing -- ".ljust(length, "x")
        with pytest.raises(DatabaseError) as caught:
            connection.execute(sql)
        shown = sql if length == SHOWN else sql[:SHOWN] + "..."
        assert str(caught.value).endswith(f": {shown}")
        assert caught.value.sql == sql


def test_after_an_error(connection):
    """Outside of a transaction an error breaks nothing: the next statement runs."""
    driver = None
    for _ in range(2):
        with pytest.raises(DatabaseError):
            connection.execute("SELEC 1")
        assert connection.broken is False
        assert connection.execute("SELECT 1").rows == [(1,)]
        assert driver in (None, connection.driver)
        driver = connection.driver


def test_a_lost_connection(ledger):
    """A connection that turns out to be lost is given up; the next statement opens another."""
    connection = Connection(Dialect(ledger))
    connection.execute("SELECT 1")
    lost = connection.driver
    connection.dialect.lost = True
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    connection.dialect.lost = False
    assert connection.execute("SELECT 1").rows == [(1,)]
    assert connection.driver is not lost
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        lost.execute("SELECT 1")


def test_broken(connection):
    """In a broken transaction a statement is refused, and the database is not asked."""
    connection.broken = True
    with pytest.raises(TransactionError) as caught:
        connection.execute("SELECT 1")
    assert str(caught.value) == REFUSED
    assert caught.value.sql == "SELECT 1"
    assert connection.driver is None


def test_an_error_breaks_a_transaction(connection):
    """Within a transaction an error breaks it: `broken` is set, by any exception there is."""
    connection.levels.append([])
    assert connection.execute("SELECT 1").rows == [(1,)]
    assert connection.broken is False
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    assert connection.broken is True
    connection.levels.clear()
    connection.broken = False


class Interrupted(Dialect):
    """A dialect whose rows never come: somebody presses Ctrl-C, or something else happens."""

    def __init__(self, path, error):
        super().__init__(path)
        self.error = error

    def fetch(self, cursor):
        raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_ctrl_c(ledger, error):
    """Ctrl-C in the middle of a statement passes through, and breaks a transaction, none else."""
    connection = Connection(Interrupted(ledger, error))
    with pytest.raises(error):
        connection.execute("SELECT 1")
    assert connection.broken is False
    assert elsewhere(lambda: connection.lock.acquire(blocking=False)) is True
    connection = Connection(Interrupted(ledger, error))
    connection.levels.append([])
    with pytest.raises(error):
        connection.execute("SELECT 1")
    assert connection.broken is True
    connection.levels.clear()


def elsewhere(function):
    """Call a function in another thread; return what it returns, or raises."""
    said = []

    def run():
        try:
            said.append(function())
        except DatabaseError as error:
            said.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(3)
    assert said, "the other thread still waits"
    return said[0]


def test_one_thread_at_a_time(monkeypatch):
    """While another thread has the connection, a statement waits, `PATIENCE` seconds at most."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    connection = Connection(SQLite(MEMORY))
    with connection.lock:
        said = elsewhere(lambda: connection.execute("SELECT 1"))
        assert isinstance(said, DatabaseError)
        assert "another thread" in str(said)
        connection.broken = True  # the other thread's transaction, which is not ours to mind
        assert not isinstance(elsewhere(lambda: connection.execute("SELECT 1")), TransactionError)
        connection.broken = False
    assert elsewhere(lambda: connection.execute("SELECT 1").rows) == [(1,)]


def test_the_connection_is_given_back(connection, monkeypatch):
    """After a statement the connection is free again, also after one that failed or was refused."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    connection.execute("SELECT 1")
    assert elsewhere(lambda: connection.execute("SELECT 1").rows) == [(1,)]
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    assert elsewhere(lambda: connection.execute("SELECT 1").rows) == [(1,)]
    connection.broken = True
    with pytest.raises(TransactionError):
        connection.execute("SELECT 1")
    connection.broken = False
    assert elsewhere(lambda: connection.execute("SELECT 1").rows) == [(1,)]


def test_a_log_is_as_it_was_written():
    """A log has the statement as it was given, not as the dialect translates it."""
    connection = Connection(Dialect(MEMORY))
    log = []
    connection.logs.append(log)
    connection.execute("SELECT EVERYTHING FROM sqlite_master")
    assert [query.sql for query in log] == ["SELECT EVERYTHING FROM sqlite_master"]


def test_logs(connection):
    """Each log has every statement with its values and its seconds, one that failed as well."""
    first, second = [], []
    connection.logs += [first, second]
    connection.execute("SELECT ?", (7,))
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    for log in (first, second):
        assert [(query.sql, query.parameters) for query in log] == [
            ("SELECT ?", (7,)),
            ("SELEC 1", ()),
        ]
        assert all(0 <= query.seconds < 2 for query in log)
