"""Step 14.6: it stays, and then."""

import threading

import pytest

from bistro.orm import database
from bistro.orm.database import (
    ENDED,
    MEMORY,
    SWALLOWED,
    Connection,
    DatabaseError,
    IntegrityError,
    SQLite,
    TransactionError,
)


def add(connection, name):
    """Write a guest's name."""
    connection.execute("INSERT INTO guest (name) VALUES (?)", (name,))


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


def test_it_stays(connection, names):
    """After `commit` others see what ran, and the connection is free."""
    connection.begin()
    add(connection, "Ada")
    add(connection, "Ben")
    assert names() == []
    connection.commit()
    assert names() == ["Ada", "Ben"]
    assert connection.levels == []
    assert connection.driver.in_transaction is False
    assert other_thread_gets(connection)


def test_what_is_sent(connection):
    """A savepoint is released; the outermost transaction is committed."""
    log = []
    connection.logs.append(log)
    for _ in range(3):
        connection.begin()
    for _ in range(3):
        connection.commit()
    assert [query.sql for query in log[3:]] == [
        "RELEASE SAVEPOINT bistro_2",
        "RELEASE SAVEPOINT bistro_1",
        "COMMIT",
    ]


def test_a_savepoint_is_no_end(connection, names):
    """What a savepoint did stays only if what is around it is committed."""
    connection.begin()
    connection.begin()
    add(connection, "Ada")
    connection.commit()
    assert names() == []
    assert not other_thread_gets(connection)
    connection.rollback()
    assert names() == []


def test_one_taken_back(connection, names):
    """A savepoint that was taken back is not there, all around it is."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    with pytest.raises(IntegrityError):
        add(connection, "Ada")
    connection.rollback()
    connection.begin()
    add(connection, "Ben")
    connection.commit()
    connection.commit()
    assert names() == ["Ada", "Ben"]


def test_an_error_that_was_swallowed(connection, names):
    """A transaction in which a statement failed is not committed, though the error was caught."""
    connection.begin()
    add(connection, "Ada")
    with pytest.raises(IntegrityError):
        add(connection, "Ada")
    with pytest.raises(TransactionError) as caught:
        connection.commit()
    assert str(caught.value) == SWALLOWED
    assert names() == []
    assert connection.levels == []
    assert connection.broken is False
    assert other_thread_gets(connection)


def test_swallowed_in_a_savepoint(connection, names):
    """A broken savepoint is taken back alone; what is around it can go on."""
    connection.begin()
    add(connection, "Ada")
    connection.begin()
    add(connection, "Ben")
    with pytest.raises(DatabaseError):
        connection.execute("SELEC 1")
    with pytest.raises(TransactionError):
        connection.commit()
    assert len(connection.levels) == 1
    connection.commit()
    assert names() == ["Ada"]


@pytest.fixture
def late(connection):
    """Have a foreign key checked at the commit: `late()` writes what it then refuses."""
    connection.execute("CREATE TABLE bill (guest REFERENCES guest DEFERRABLE INITIALLY DEFERRED)")
    return lambda: connection.execute("INSERT INTO bill VALUES (77)")


def test_a_commit_that_is_refused(connection, late, names):
    """A commit that the database refuses is its error, and all is rolled back."""
    called = []
    connection.begin()
    connection.on_commit(lambda: called.append(1))
    add(connection, "Ada")
    late()
    with pytest.raises(IntegrityError):
        connection.commit()
    assert names() == []
    assert (connection.levels, connection.broken, called) == ([], False, [])
    assert connection.driver.in_transaction is False
    assert other_thread_gets(connection)
    add(connection, "Ben")
    assert names() == ["Ben"]


class Interrupted(SQLite):
    """SQLite, and somebody presses Ctrl-C in the middle of every commit."""

    def translate(self, sql):
        if sql == "COMMIT":
            raise KeyboardInterrupt
        return sql


def test_ctrl_c(ledger, names):
    """A commit in which somebody presses Ctrl-C is rolled back, and the connection given back."""
    connection = Connection(Interrupted(ledger))
    connection.begin()
    add(connection, "Ada")
    with pytest.raises(KeyboardInterrupt):
        connection.commit()
    assert (connection.levels, connection.broken) == ([], False)
    assert connection.driver.in_transaction is False
    assert other_thread_gets(connection)
    assert names() == []
    connection.close()


def test_a_savepoint_that_is_gone(connection):
    """A savepoint that can't be released is an error, and breaks what is around it."""
    connection.begin()
    connection.begin()
    connection.execute("RELEASE SAVEPOINT bistro_1")  # by hand, which nobody should
    with pytest.raises(DatabaseError, match="no such savepoint"):
        connection.commit()
    assert len(connection.levels) == 1
    assert connection.broken is True
    with pytest.raises(TransactionError):
        connection.commit()
    assert connection.levels == []


def test_nothing_to_commit(connection):
    """Without a transaction `commit` is an error, and nothing is sent."""
    log = []
    connection.logs.append(log)
    with pytest.raises(TransactionError) as caught:
        connection.commit()
    assert str(caught.value) == ENDED
    assert log == []


def test_closed_in_the_middle(connection, names):
    """A transaction whose connection was closed is not committed in another's place."""
    connection.begin()
    add(connection, "Ada")
    connection.close()
    with pytest.raises(TransactionError):
        connection.commit()
    assert names() == []


def test_a_hook_waits(connection, names):
    """A hook is called after the commit: it finds what was written, for everybody."""
    seen = []
    connection.begin()
    connection.on_commit(lambda: seen.append(names()))
    add(connection, "Ada")
    assert seen == []
    connection.commit()
    assert seen == [["Ada"]]


def test_hooks_in_their_order(connection):
    """Hooks are called in the order of `on_commit`, those of savepoints among them, once."""
    called = []
    connection.begin()
    connection.on_commit(lambda: called.append(1))
    connection.begin()
    connection.on_commit(lambda: called.append(2))
    connection.begin()
    connection.on_commit(lambda: called.append(3))
    connection.commit()
    connection.commit()
    connection.on_commit(lambda: called.append(4))
    assert called == []
    connection.commit()
    assert called == [1, 2, 3, 4]
    connection.begin()
    connection.commit()
    assert called == [1, 2, 3, 4]


def test_hooks_that_are_dropped(connection):
    """A hook is dropped with the transaction that it was given in."""
    called = []
    connection.begin()
    connection.on_commit(lambda: called.append("around"))
    connection.begin()
    connection.on_commit(lambda: called.append("taken back"))
    connection.rollback()
    connection.commit()
    assert called == ["around"]
    connection.begin()
    connection.begin()
    connection.on_commit(lambda: called.append("inside"))
    connection.commit()
    connection.rollback()
    assert called == ["around"]


def test_a_hook_at_once(connection):
    """Outside of a transaction a hook is called at once, when the connection is free."""
    free = []
    connection.on_commit(lambda: free.append(other_thread_gets(connection)))
    assert free == [True]
    assert other_thread_gets(connection)


def test_a_hook_may_use_the_connection(connection, names):
    """A hook is free to begin, to commit, and to give hooks itself, which are called."""
    called = []

    def hook():
        assert other_thread_gets(connection)
        connection.begin()
        add(connection, "by a hook")
        connection.on_commit(lambda: called.append(names()))
        connection.commit()

    connection.begin()
    connection.on_commit(hook)
    connection.on_commit(lambda: called.append("the next"))
    connection.commit()
    assert called == [["by a hook"], "the next"]


def test_a_hook_that_fails(connection, names):
    """What a hook raises passes through: what was committed stays, later hooks are not called."""
    called = []

    def hook():
        raise ZeroDivisionError

    connection.begin()
    add(connection, "Ada")
    connection.on_commit(hook)
    connection.on_commit(lambda: called.append(1))
    with pytest.raises(ZeroDivisionError):
        connection.commit()
    assert names() == ["Ada"]
    assert called == []
    assert (connection.levels, connection.broken) == ([], False)
    with pytest.raises(ZeroDivisionError):
        connection.on_commit(hook)
    assert other_thread_gets(connection)


def test_a_hook_of_another_thread(monkeypatch):
    """A hook does not get into the transaction of another thread: it waits for its end."""
    monkeypatch.setattr(database, "PATIENCE", 0.01)
    connection = Connection(SQLite(MEMORY))
    called, said = [], []

    def ask():
        try:
            connection.on_commit(lambda: called.append(1))
        except DatabaseError as error:
            said.append(str(error))

    connection.begin()
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(2)
    assert len(said) == 1
    assert connection.levels == [[]]
    connection.commit()
    assert called == []
