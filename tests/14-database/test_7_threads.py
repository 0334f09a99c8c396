"""Step 14.7: a connection a thread."""

import contextlib
import gc
import threading

import pytest

from bistro.orm.database import (
    SWALLOWED,
    Database,
    DatabaseError,
    SQLite,
    TransactionError,
    parse_url,
)


@pytest.fixture
def db(ledger):
    """The ledger as a database."""
    database = Database(SQLite(ledger))
    yield database
    database.close()


@pytest.fixture
def memory():
    """A database in memory."""
    database = Database(parse_url("sqlite://"))
    database.execute("CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    yield database
    database.close()


def add(db, name):
    """Write a guest's name."""
    db.execute("INSERT INTO guest (name) VALUES (?)", (name,))


def elsewhere(function):
    """Call a function in another thread, and return what it returns."""
    said = []
    thread = threading.Thread(target=lambda: said.append(function()), daemon=True)
    thread.start()
    thread.join(3)
    assert said, "the other thread has failed, or still waits"
    return said[0]


def test_one_for_each_thread(db):
    """Each thread has a connection of its own, the same whenever it asks."""
    mine = db.connection()
    assert db.connection() is mine
    assert mine.dialect is db.dialect
    first, second = elsewhere(lambda: [db.connection(), db.connection()])
    assert first is second
    assert first is not mine
    assert set(db.connections) >= {mine, first}


def test_one_for_each_database(db, memory):
    """Two databases have nothing in common."""
    assert db.connection() is not memory.connection()
    assert Database(db.dialect).connection() is not db.connection()


def test_memory_has_one(memory):
    """A database in memory has one connection for all threads: a second has other data."""
    add(memory, "Ada")
    assert memory.connection() is memory.shared
    assert elsewhere(memory.connection) is memory.shared
    assert elsewhere(lambda: memory.execute("SELECT name FROM guest").rows) == [("Ada",)]


def test_a_connection_ends_with_its_thread(db):
    """When a thread has ended, so has its connection."""
    driver = elsewhere(lambda: [db.execute("SELECT 1"), db.connection().driver][1])
    gc.collect()
    assert list(db.connections) == []
    with pytest.raises(Exception, match="closed"):
        driver.execute("SELECT 1")


def test_a_copy_of_the_process(db, memory):
    """A child that was forked (`forget`) asks for a connection of its own; memory is its own."""
    parents = db.connection()
    db.execute("SELECT 1")
    db.forget()
    assert db.connection() is not parents
    assert parents.driver.execute("SELECT 1").fetchall() == [(1,)]
    memory.forget()
    assert memory.connection() is memory.shared
    parents.close()


def test_transactions_are_the_threads_own(db, names):
    """A transaction is the thread's own: another neither sees it nor ends it."""
    with db.transaction():
        add(db, "Ada")
        assert elsewhere(lambda: db.execute("SELECT name FROM guest").rows) == []
        assert elsewhere(lambda: db.connection().levels) == []
    assert elsewhere(lambda: db.execute("SELECT name FROM guest").rows) == [("Ada",)]


class Empty(Exception):
    """An exception that Python takes for false."""

    def __bool__(self):
        return False


def test_a_block(db, names):
    """What ran in a block stays at its end; an exception takes it back, and passes through."""
    with db.transaction():
        add(db, "Ada")
        assert names() == []
    assert names() == ["Ada"]
    for error in (ZeroDivisionError, KeyboardInterrupt, SystemExit, GeneratorExit, Empty):
        with pytest.raises(error), db.transaction():
            add(db, "Ben")
            raise error
    assert names() == ["Ada"]
    assert db.connection().levels == []


def test_blocks_in_blocks(db, names):
    """A block in a block can be taken back alone."""
    with db.transaction():
        add(db, "Ada")
        with contextlib.suppress(DatabaseError), db.transaction():
            add(db, "Ben")
            add(db, "Ada")
        with db.transaction():
            add(db, "Cy")
    assert names() == ["Ada", "Cy"]


def test_a_swallowed_error(db, names):
    """A block in which an error was swallowed can't end well."""
    with pytest.raises(TransactionError) as caught, db.transaction():
        add(db, "Ada")
        with contextlib.suppress(DatabaseError):
            add(db, "Ada")
    assert str(caught.value) == SWALLOWED
    assert names() == []


def test_a_decorator(db, names):
    """A transaction is a decorator, too: each call is a block, also one within another."""

    @db.transaction()
    def book(name, *others):
        add(db, name)
        if others:
            book(*others)
        if name == "Mr. Zero":
            raise ZeroDivisionError
        return name

    assert book("Ada", "Ben") == "Ada"
    with pytest.raises(ZeroDivisionError):
        book("Cy", "Mr. Zero")
    assert names() == ["Ada", "Ben"]


def test_left_by_return(db, names):
    """A block that is left by `return` or `break` has ended well."""

    def book():
        with db.transaction():
            add(db, "Ada")
            return "left"

    book()
    for name in ("Ben", "Cy"):
        with db.transaction():
            add(db, name)
            break
    assert names() == ["Ada", "Ben"]


def test_hooks_of_a_thread(db):
    """`on_commit` waits for the transaction of its own thread, not for another's."""
    called = []
    with db.transaction():
        db.on_commit(lambda: called.append("mine"))
        elsewhere(lambda: db.on_commit(lambda: called.append("another's")))
        assert called == ["another's"]
    assert called == ["another's", "mine"]


def test_threads_write_at_the_same_time(db):
    """Threads that read and then write lose nothing of each other's."""
    db.execute("CREATE TABLE till (cents INTEGER)")
    db.execute("INSERT INTO till VALUES (0)")
    failed = []

    def take():
        try:
            for _ in range(10):
                with db.transaction():
                    ((cents,),) = db.execute("SELECT cents FROM till")
                    db.execute("UPDATE till SET cents = ?", (cents + 1,))
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=take, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(4)
    assert failed == []
    assert db.execute("SELECT cents FROM till").rows == [(40,)]


def test_queries(db):
    """A log has what ran in its block, nothing from before and nothing from after."""
    db.execute("SELECT 1")
    with db.queries() as log:
        assert log == []
        db.execute("SELECT ?", (2,))
        with db.transaction():
            db.execute("SELECT 3")
    db.execute("SELECT 4")
    assert [query.sql for query in log] == ["SELECT ?", db.dialect.begin, "SELECT 3", "COMMIT"]
    assert log[0].parameters == (2,)


def test_queries_of_this_thread(db):
    """A log has what its thread's connection runs, not what others do."""
    with db.queries() as log:
        elsewhere(lambda: db.execute("SELECT 1").rows)
    assert log == []


def test_several_logs(db):
    """Logs may be kept one in the other: each has its own, though they look the same."""
    with db.queries() as outer:
        with db.queries() as inner:
            pass
        db.execute("SELECT 1")
        assert inner == []
        with db.queries() as inner:
            db.execute("SELECT 2")
        db.execute("SELECT 3")
    assert db.connection().logs == []
    assert [query.sql for query in inner] == ["SELECT 2"]
    assert [query.sql for query in outer] == ["SELECT 1", "SELECT 2", "SELECT 3"]


def test_a_log_ends_with_an_error(db):
    """A log ends with its block, also when an exception ends it, and nothing is kept of it."""
    with pytest.raises(ZeroDivisionError), db.queries() as log:
        raise ZeroDivisionError
    db.execute("SELECT 1")
    assert log == []
    assert db.connection().logs == []


def test_after_close(db, memory):
    """After `close` who asks again gets a connection; what was in memory is gone."""
    add(db, "Ada")
    db.close()
    assert db.execute("SELECT name FROM guest").rows == [("Ada",)]
    add(memory, "Ada")
    memory.close()
    with pytest.raises(DatabaseError, match="no such table"):
        memory.execute("SELECT name FROM guest")
    memory.execute("CREATE TABLE guest (name TEXT)")
    assert elsewhere(lambda: memory.execute("SELECT name FROM guest").rows) == []
