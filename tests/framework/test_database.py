"""One table of behaviours on SQLite in a file, SQLite in memory, and PostgreSQL."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from bistro.orm import database
from bistro.orm.database import (
    Connection,
    Database,
    DatabaseError,
    IntegrityError,
    SQLite,
    TransactionError,
    connect,
)
from tests.framework.conftest import FRAMEWORK, wait_until

GUEST = "CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)"
STAY = "CREATE TABLE stay (guest INTEGER REFERENCES guest (id) DEFERRABLE INITIALLY DEFERRED)"


@pytest.fixture
def house(db):
    """A database of each kind, with two tables in it."""
    db.execute(GUEST)
    db.execute(STAY)
    return db


def add(db, key, name=None):
    """Write a guest."""
    db.execute("INSERT INTO guest (id, name) VALUES (?, ?)", (key, name or f"guest {key}"))


def keys(db):
    """The guests that are there."""
    return [key for (key,) in db.execute("SELECT id FROM guest ORDER BY id")]


def is_memory(db):
    return db.dialect.in_memory


def is_postgresql(db):
    return db.dialect.name == "postgresql"


class TestStatements:
    def test_rows_and_counts(self, house):
        inserted = house.execute("INSERT INTO guest (id, name) VALUES (1, 'Ada'), (2, 'Ben')")
        assert (inserted.count, inserted.rows, inserted.columns) == (2, [], ())
        found = house.execute("SELECT id, name AS called FROM guest ORDER BY id")
        assert (found.count, found.rows) == (0, [(1, "Ada"), (2, "Ben")])
        assert found.columns == ("id", "called")
        assert house.execute("UPDATE guest SET name = name || '!'").count == 2
        assert house.execute("DELETE FROM guest WHERE id > ?", (7,)).count == 0
        given = house.execute("INSERT INTO guest (id, name) VALUES (3, 'Cy') RETURNING id, name")
        assert given.rows == [(3, "Cy")]

    @pytest.mark.parametrize(
        ("sql", "parameters", "row"),
        [
            ("SELECT 'what?', ?", (1,), ("what?", 1)),
            ("SELECT 'it''s ?', ?", (1,), ("it's ?", 1)),
            ('SELECT 1 AS "what?", ?', (2,), (1, 2)),
            ("SELECT ? -- what? 100%\n, ?", (1, 2), (1, 2)),
            ("SELECT /* what? ' \" */ ?", (1,), (1,)),
            ("SELECT '100%', '%s', '%(x)s', ?", (1,), ("100%", "%s", "%(x)s", 1)),
            ("SELECT 17 % 5", (), (2,)),
            ("SELECT '%' || ? || '%%'", ("soup",), ("%soup%%",)),
            ("SELECT '\\', ?", (1,), ("\\", 1)),
            ("SELECT '--', ?, '/*', ?", (1, 2), ("--", 1, "/*", 2)),
            ("SELECT CAST(? AS TEXT) -- the end?", ("'",), ("'",)),
        ],
    )
    def test_question_marks_and_percent_signs(self, db, sql, parameters, row):
        assert db.execute(sql, parameters).rows == [row]

    def test_operators_with_a_question_mark(self, postgresql_url):
        db = connect(postgresql_url)
        sql = """SELECT '{"soup": 1}'::jsonb ?? ?, '{"soup": 1}'::jsonb ??| ARRAY['tart', ?]"""
        assert db.execute(sql, ("soup", "soup")).rows == [(True, True)]
        assert db.execute("SELECT $$what??$$").rows == [("what?",)]
        db.close()

    @pytest.mark.parametrize(
        "text", ["", "'", "?", "%s", "\\", "é\U0001f373", "a\nb", "x" * 100_000]
    )
    def test_text_comes_back(self, house, text):
        add(house, 1, text + "x")
        assert house.execute("SELECT name FROM guest").rows == [(text + "x",)]
        assert house.execute("SELECT id FROM guest WHERE name = ?", (text + "x",)).rows == [(1,)]

    @pytest.mark.parametrize("value", ["half \ud800", object(), {1}, 10**400])
    def test_what_can_not_be_handed_over(self, house, value):
        add(house, 1)
        with pytest.raises(DatabaseError):
            house.execute("INSERT INTO guest (id, name) VALUES (?, 'x')", (value,))
        assert keys(house) == [1]

    @pytest.mark.parametrize("key", [2**63, -(2**63) - 1, 10**30])
    def test_huge_integers(self, house, key):
        with pytest.raises(DatabaseError) as caught:
            add(house, key, "huge")
        assert str(key) not in str(caught.value)
        assert keys(house) == []

    def test_nul_in_text(self, house):
        if is_postgresql(house):
            with pytest.raises(DatabaseError, match="NUL"):
                add(house, 1, "a\0b")
        else:
            add(house, 1, "a\0b")
            assert house.execute("SELECT name FROM guest").rows == [("a\0b",)]

    def test_long_statements(self, db):
        wanted = list(range(5_000))
        sql = f"SELECT {' + '.join(['?'] * 500)}"
        values = [*wanted[:500]]
        if is_postgresql(db):
            sql = sql.replace("?", "?::int")
        assert db.execute(sql, values).rows == [(sum(values),)]
        with pytest.raises(DatabaseError) as caught:
            db.execute("SELECT nothing FROM nowhere -- " + "x" * 1_000_000)
        assert len(str(caught.value)) < 400
        assert len(caught.value.sql) > 1_000_000

    def test_errors_have_one_spelling(self, house):
        add(house, 1, "Ada")
        for sql in (
            "INSERT INTO guest (id, name) VALUES (1, 'Ben')",
            "INSERT INTO guest (id, name) VALUES (2, 'Ada')",
            "INSERT INTO guest (id, name) VALUES (2, NULL)",
        ):
            with pytest.raises(IntegrityError) as caught:
                house.execute(sql)
            assert caught.value.sql == sql
            assert isinstance(caught.value.__cause__, (sqlite3.Error, psycopg.Error))
        for sql in ("SELEC 1", "SELECT * FROM nowhere", "SELECT nothing FROM guest", ""):
            if sql or is_postgresql(house):
                with contextlib.suppress(DatabaseError):
                    house.execute(sql)
        assert keys(house) == [1]

    def test_the_row_is_not_in_the_message(self, house):
        add(house, 1, "secret")
        with pytest.raises(IntegrityError) as caught:
            add(house, 2, "secret")
        assert "secret" not in str(caught.value)

    def test_several_rows(self, house):
        rows = [(key, f"guest {key}") for key in range(100)]
        assert house.execute_many("INSERT INTO guest (id, name) VALUES (?, ?)", rows) == 100
        assert house.execute_many("DELETE FROM guest WHERE id = ? OR name = ?", rows[:10]) == 10
        assert house.execute_many("DELETE FROM guest WHERE id = ? OR name = ?", []) == 0
        with pytest.raises(IntegrityError), house.transaction():
            house.execute_many("INSERT INTO guest (id, name) VALUES (?, ?)", [(1, "a"), (1, "b")])
        assert keys(house) == list(range(10, 100))

    def test_several_rows_in_a_broken_transaction(self, house):
        with pytest.raises(TransactionError), house.transaction():
            with contextlib.suppress(DatabaseError):
                house.execute_many("INSERT INTO nowhere VALUES (?)", [(1,)])
            house.execute_many("INSERT INTO guest (id, name) VALUES (?, ?)", [(1, "a")])
        assert keys(house) == []


class TestStreams:
    @pytest.fixture
    def full(self, house):
        rows = [(key, f"guest {key}") for key in range(2_500)]
        with house.transaction():
            house.execute_many("INSERT INTO guest (id, name) VALUES (?, ?)", rows)
        return house

    def test_all_rows_come(self, full):
        for size in (1, 7, 1_000, 5_000):
            rows = full.stream("SELECT id FROM guest WHERE id >= ? ORDER BY id", (5,), size=size)
            assert [key for (key,) in rows] == list(range(5, 2_500))

    def test_other_statements_in_between(self, full):
        seen = 0
        for (key,) in full.stream("SELECT id FROM guest WHERE id < 50 ORDER BY id", size=10):
            full.execute("UPDATE guest SET name = ? WHERE id = ?", (f"seen {key}", key))
            seen += 1
        assert seen == 50
        assert full.execute("SELECT count(*) FROM guest WHERE name LIKE 'seen%'").rows == [(50,)]

    def test_left_in_the_middle(self, full):
        for _ in full.stream("SELECT id FROM guest", size=10):
            break
        with full.transaction():
            full.execute("DELETE FROM guest WHERE id = 1")
        rows = full.stream("SELECT id FROM guest", size=10)
        next(rows)
        rows.close()
        full.execute("DROP TABLE stay")

    def test_in_a_transaction(self, full):
        with full.transaction():
            full.execute("DELETE FROM guest WHERE id > 2")
            assert [*full.stream("SELECT id FROM guest ORDER BY id")] == [(0,), (1,), (2,)]

    def test_errors(self, full):
        with pytest.raises(DatabaseError):
            next(full.stream("SELECT * FROM nowhere"))
        with pytest.raises(TransactionError), full.transaction():
            with contextlib.suppress(DatabaseError):
                next(full.stream("SELECT * FROM nowhere"))
            next(full.stream("SELECT 1"))
        with full.queries() as log:
            assert len([*full.stream("SELECT ? FROM guest WHERE id < 3", (1,))]) == 3
        assert [query.sql for query in log] == ["SELECT ? FROM guest WHERE id < 3"]


class TestTransactions:
    def test_nesting(self, house):
        with house.transaction():
            add(house, 1)
            with pytest.raises(ZeroDivisionError), house.transaction():
                add(house, 2)
                with house.transaction():
                    add(house, 3)
                raise ZeroDivisionError
            with house.transaction():
                add(house, 4)
        assert keys(house) == [1, 4]

    def test_an_error_is_over_with_its_savepoint(self, house):
        with house.transaction():
            add(house, 1)
            for _ in range(3):
                with pytest.raises(IntegrityError), house.transaction():
                    add(house, 1)
            add(house, 2)
        assert keys(house) == [1, 2]

    def test_nothing_runs_in_a_broken_one(self, house):
        with house.queries() as log, pytest.raises(TransactionError), house.transaction():
            add(house, 1)
            with pytest.raises(IntegrityError):
                add(house, 1)
            with pytest.raises(TransactionError):
                house.execute("SELECT 1")
            with pytest.raises(TransactionError), house.transaction():
                pass
        assert [query.sql.split()[0] for query in log] == ["BEGIN", "INSERT", "INSERT", "ROLLBACK"]
        assert keys(house) == []

    def test_hooks(self, house):
        called = []
        with house.transaction():
            house.on_commit(lambda: called.append(1))
            with contextlib.suppress(ZeroDivisionError), house.transaction():
                house.on_commit(lambda: called.append(2))
                raise ZeroDivisionError
            with house.transaction():
                house.on_commit(lambda: called.append(keys(house)))
                add(house, 1)
            assert called == []
        assert called == [1, [1]]

    def test_a_constraint_that_is_checked_at_the_commit(self, house):
        called = []
        with pytest.raises(IntegrityError), house.transaction():
            house.on_commit(lambda: called.append(1))
            add(house, 1)
            with house.transaction():
                house.execute("INSERT INTO stay VALUES (7)")
        assert (keys(house), called) == ([], [])
        with house.transaction():
            house.execute("INSERT INTO stay VALUES (7)")
            add(house, 7)
        assert keys(house) == [7]

    def test_interrupted_in_the_middle(self, house, monkeypatch):
        fetch = house.dialect.fetch

        def interrupted(cursor):
            raise KeyboardInterrupt

        with pytest.raises(TransactionError), house.transaction():
            add(house, 1)
            monkeypatch.setattr(house.dialect, "fetch", interrupted)
            with pytest.raises(KeyboardInterrupt):
                add(house, 2)
            monkeypatch.setattr(house.dialect, "fetch", fetch)
        assert keys(house) == []

    def test_closed_in_the_middle(self, house):
        with contextlib.suppress(TransactionError), house.transaction():
            add(house, 1)
            house.close()
            with pytest.raises(TransactionError):
                add(house, 2)
        if is_memory(house):
            house.execute(GUEST)
        assert keys(house) == []

    def test_ended_by_hand(self, house):
        with contextlib.suppress(DatabaseError), house.transaction():
            add(house, 1)
            house.execute("ROLLBACK")
        assert house.connection().levels == []
        with house.transaction():
            add(house, 2)
        assert keys(house) == [2]


class TestThreads:
    def test_all_of_many_increments_count(self, house):
        house.execute("CREATE TABLE till (cents INTEGER)")
        house.execute("INSERT INTO till VALUES (0)")
        lock = " FOR UPDATE" if is_postgresql(house) else ""

        def take(_):
            with house.transaction():
                ((cents,),) = house.execute(f"SELECT cents FROM till{lock}")
                house.execute("UPDATE till SET cents = ?", (cents + 1,))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(take, range(200)))
        assert house.execute("SELECT cents FROM till").rows == [(200,)]

    def test_readers_see_whole_transactions(self, house):
        add(house, 1)
        stop = threading.Event()
        seen = set()

        def read():
            while not stop.is_set():
                seen.add(len(keys(house)))

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(50):
            with house.transaction():
                add(house, 2)
                add(house, 3)
            with house.transaction():
                house.execute("DELETE FROM guest WHERE id > 1")
        stop.set()
        reader.join()
        assert seen <= {1, 3}

    def test_no_connection_is_left_behind(self, house):
        for _ in range(30):
            thread = threading.Thread(target=lambda: house.execute("SELECT 1"))
            thread.start()
            thread.join()
        assert len(house.connections) <= 1
        if is_postgresql(house):
            sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            wait_until(lambda: house.execute(sql).rows == [(1,)])

    def test_many_open_a_new_file_at_once(self, tmp_path):
        for number in range(10):
            barrier = threading.Barrier(12)

            def first(number=number, barrier=barrier):
                barrier.wait()
                db = Database(SQLite(str(tmp_path / f"{number}.db")))
                db.execute("CREATE TABLE IF NOT EXISTS t (a)")
                db.close()

            with ThreadPoolExecutor(12) as pool:
                for done in [pool.submit(first) for _ in range(12)]:
                    done.result()

    def test_a_file_that_another_program_holds(self, tmp_path, monkeypatch):
        monkeypatch.setattr(database, "PATIENCE", 0.05)
        path = str(tmp_path / "held.db")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("CREATE TABLE t (a)")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="no connection: database is locked"):
            Connection(SQLite(path)).execute("SELECT 1")
        monkeypatch.setattr(database, "PATIENCE", 5)
        threading.Timer(0.1, lambda: os.write(end, b"x")).start()
        begin, end = os.pipe()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(lambda: Connection(SQLite(path)).execute("SELECT 1").rows)
            os.read(begin, 1)
            other.execute("COMMIT")
            assert waiting.result() == [(1,)]
        other.close()


class TestLost:
    @pytest.fixture
    def house(self, postgresql_url):
        db = connect(postgresql_url)
        db.execute(GUEST)
        yield db
        db.close()

    @pytest.fixture
    def cut(self, postgresql_url):
        """`cut(db)`: have the server end the connection of this thread."""
        with psycopg.connect(postgresql_url, autocommit=True) as other:

            def end(db):
                pid = db.connection().driver.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

            yield end

    def test_the_next_statement_connects_again(self, house, cut):
        cut(house)
        with pytest.raises(DatabaseError):
            house.execute("SELECT 1")
        assert house.execute("SELECT 1").rows == [(1,)]

    def test_in_a_transaction(self, house, cut):
        with pytest.raises(DatabaseError), house.transaction():
            add(house, 1)
            cut(house)
            add(house, 2)
        assert keys(house) == []

    def test_in_a_savepoint(self, house, cut):
        with pytest.raises(TransactionError), house.transaction():
            add(house, 1)
            with contextlib.suppress(DatabaseError), house.transaction():
                cut(house)
                add(house, 2)
            add(house, 3)
        assert keys(house) == []

    def test_at_the_commit(self, house, cut):
        called = []
        with pytest.raises(DatabaseError), house.transaction():
            house.on_commit(lambda: called.append(1))
            add(house, 1)
            cut(house)
        assert (keys(house), called) == ([], [])

    def test_at_the_rollback(self, house, cut):
        with pytest.raises(ZeroDivisionError), house.transaction():
            add(house, 1)
            cut(house)
            raise ZeroDivisionError
        assert keys(house) == []

    def test_between_transactions(self, house, cut):
        cut(house)
        with pytest.raises(DatabaseError), house.transaction():
            pass
        with house.transaction():
            add(house, 1)
        assert keys(house) == [1]

    def test_in_a_stream(self, house, cut):
        rows = house.stream("SELECT generate_series(1, 100000)", size=10)
        next(rows)
        cut(house)
        with pytest.raises(DatabaseError):
            list(rows)
        assert house.execute("SELECT 1").rows == [(1,)]

    def test_a_deadlock_is_an_error_of_one(self, house):
        add(house, 1)
        add(house, 2)
        barrier = threading.Barrier(2)

        def change(first, second):
            with house.transaction():
                house.execute("UPDATE guest SET name = name || 'x' WHERE id = ?", (first,))
                barrier.wait(5)
                house.execute("UPDATE guest SET name = name || 'x' WHERE id = ?", (second,))

        with ThreadPoolExecutor(2) as pool:
            changes = [pool.submit(change, 1, 2), pool.submit(change, 2, 1)]
            errors = [done.exception() for done in changes]
        assert sorted(type(error).__name__ for error in errors) == ["DatabaseError", "NoneType"]
        assert house.execute("SELECT name FROM guest ORDER BY id").rows == [
            ("guest 1x",),
            ("guest 2x",),
        ]

    def test_no_password_in_the_error(self, postgresql_url):
        for url in (
            "postgresql://ada:secret@127.0.0.1:1/bistro",
            "postgresql://ada:secret@nobody.invalid/bistro",
        ):
            with pytest.raises(DatabaseError, match="no connection") as caught:
                Database(database.parse_url(url)).execute("SELECT 1")
            assert "secret" not in str(caught.value)

    def test_without_the_driver(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises((DatabaseError, ImportError), match="psycopg"):
            Database(database.parse_url("postgresql:///bistro")).execute("SELECT 1")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
class TestFork:
    def child(self, function):
        """Call a function in a forked process; return what it returns, or raises, as text."""
        context = multiprocessing.get_context("fork")
        receiver, sender = context.Pipe(duplex=False)

        def run():
            try:
                sender.send(function())
            except DatabaseError as error:
                sender.send(f"{type(error).__name__}: {error}")

        process = context.Process(target=run)
        process.start()
        assert receiver.poll(10), "the child has not answered"
        said = receiver.recv()
        process.join(10)
        assert process.exitcode == 0
        return said

    def test_a_child_has_connections_of_its_own(self, house):
        add(house, 1)
        assert self.child(lambda: (add(house, 2), keys(house))[1]) == [1, 2]
        assert keys(house) == ([1] if is_memory(house) else [1, 2])

    def test_in_the_middle_of_a_transaction(self, house):
        with house.transaction():
            add(house, 1)
            said = self.child(lambda: keys(house))
            assert said == ([1] if is_memory(house) else [])
            add(house, 2)
        assert keys(house) == [1, 2]

    def test_a_child_can_not_end_what_its_parent_began(self, house):
        transaction = house.transaction()
        transaction.__enter__()
        add(house, 1)
        said = self.child(lambda: transaction.__exit__(None, None, None))
        assert said is None if is_memory(house) else "TransactionError" in said
        transaction.__exit__(None, None, None)
        assert keys(house) == [1]

    def test_another_threads_transaction_stays_behind(self, house):
        begun, end = threading.Event(), threading.Event()

        def other():
            with house.transaction():
                add(house, 1)
                begun.set()
                end.wait(10)

        thread = threading.Thread(target=other)
        thread.start()
        begun.wait(5)
        try:
            assert self.child(lambda: keys(house)) == []
        finally:
            end.set()
            thread.join()
        assert keys(house) == [1]

    def test_a_child_that_ends_as_programs_do(self, database_url):
        """Its parent's connection is not closed with it, whatever the interpreter tidies up."""
        program = f"""
import os, sys
from bistro.orm.database import connect
db = connect({database_url!r})
db.execute("CREATE TABLE t (a INTEGER)")
with db.transaction():
    db.execute("INSERT INTO t VALUES (1)")
    if (pid := os.fork()) == 0:
        os.close(1)
        sys.exit(0)  # raised through the block, and then the interpreter ends
    os.waitpid(pid, 0)
    db.execute("INSERT INTO t VALUES (2)")
print(db.execute("SELECT count(*) FROM t").rows)
"""
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (ended.stdout, ended.returncode) == ("[(2,)]\n", 0)
        assert "Exception ignored" not in ended.stderr


class Dish:
    """What chapter 16 will make of a class: the statements for its tables."""

    @classmethod
    def table_names(cls):
        return ["dish", "course"]

    @classmethod
    def create_statements(cls, dialect, name):
        return [f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)"]

    @classmethod
    def late_statements(cls, dialect, name):
        return [f"CREATE INDEX {name}_index ON {name} (id)"]


class Wrong(Dish):
    @classmethod
    def late_statements(cls, dialect, name):
        return ["CREATE INDEX nonsense ON nowhere (id)"]


class TestTables:
    def test_tables_are_made_once(self, db):
        assert db.tables() == set()
        db.create_tables(Dish, Dish)
        db.execute("INSERT INTO dish VALUES (1)")
        db.create_tables(Dish)
        assert db.tables() == {"dish", "course"}
        assert db.execute("SELECT * FROM dish").rows == [(1,)]

    def test_all_tables_or_none(self, db):
        with pytest.raises(DatabaseError):
            db.create_tables(Wrong)
        assert db.tables() == set()


def test_a_process_that_is_killed_leaves_no_half(tmp_path, postgresql_url):
    for url in (f"sqlite:///{tmp_path}/killed.db", postgresql_url):
        program = f"""
import sys
from bistro.orm.database import connect
db = connect({url!r})
db.execute("CREATE TABLE t (a INTEGER)")
db.execute("INSERT INTO t VALUES (1)")
with db.transaction():
    db.execute("DELETE FROM t")
    print("now", flush=True)
    sys.stdin.read()
"""
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"now\n"
        process.kill()
        process.communicate()
        db = connect(url)
        assert db.execute("SELECT a FROM t").rows == [(1,)]
        with db.transaction():
            db.execute("INSERT INTO t VALUES (2)")
        db.close()


def test_a_file_that_can_not_be_written(tmp_path):
    path = Path(tmp_path) / "dir.db"
    path.mkdir()
    for url in (f"sqlite:///{path}", f"sqlite:///{tmp_path}/nowhere/x.db"):
        with pytest.raises(DatabaseError, match="no connection: unable to open"):
            Database(database.parse_url(url)).execute("SELECT 1")
