"""The database: connections, statements, transactions, and what went wrong, in one spelling.

A `Database` is SQLite or PostgreSQL. Each thread has a connection of its own, opened when it first
needs one; every value goes to the driver as a parameter, never into the text of a statement.
The first file of the ORM: it knows of tables, not of models.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
import weakref

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Any, Protocol

    Row = tuple[Any, ...]
    Parameters = Sequence[Any]
    Hook = Callable[[], object]

    class Stored(Protocol):
        """What `create_tables` needs of a model."""

        @classmethod
        def table_names(cls) -> list[str]: ...
        @classmethod
        def create_statements(cls, dialect: SQLite | PostgreSQL, name: str) -> list[str]: ...
        @classmethod
        def late_statements(cls, dialect: SQLite | PostgreSQL, name: str) -> list[str]: ...


PATIENCE = 5.0
"""Seconds that a statement waits while somebody else holds the database."""
PAUSE = 0.01
"""Seconds between two attempts to get a write-ahead log."""
STATEMENTS = 512
"""Statements that a connection keeps prepared, and translations that a dialect keeps."""
BATCH = 1_000
"""Rows that a stream takes from the database at a time."""
SHOWN = 200
"""Characters of a statement that an error shows."""
MEMORY = ":memory:"
"""What SQLite calls a database that has no file."""
PLACES = re.compile(
    r"""
    ' (?:[^']|'')* (?:'|\Z)          # text: what is in it stays
    | " (?:[^"]|"")* (?:"|\Z)        # a name
    | -- [^\n]*                      # a comment to the end of the line
    | /\* .*? (?:\*/|\Z)             # a comment
    | \?\? | \? | %                  # an operator's question mark, a place for a value, a percent
    """,
    re.VERBOSE | re.DOTALL,
)


class DatabaseError(BistroError):
    """A statement failed, or a connection could not be had; `sql` is the statement, if any."""

    def __init__(self, message: str, sql: str = "") -> None:
        super().__init__(message)
        self.sql = sql


class IntegrityError(DatabaseError):
    """A constraint does not allow it: a unique value twice, a key that is not there, a NULL."""


class TransactionError(DatabaseError):
    """A transaction can't go on: a statement in it failed, or it has ended already."""


class Result:
    """What a statement gave: `rows`, each a tuple; iterating gives them one by one.

    `count` is the number of rows that it changed, 0 when it gives rows; `last_id`
    the key of the row that it inserted last, on SQLite, else None.
    """

    __slots__ = ("cursor", "rows")

    def __init__(self, cursor: Any, rows: list[Row]) -> None:
        self.cursor = cursor
        self.rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def count(self) -> int:
        return 0 if self.rows else max(self.cursor.rowcount, 0)

    @property
    def last_id(self) -> int | None:
        return getattr(self.cursor, "lastrowid", None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `rows`; empty for a statement that gives none."""
        return tuple(column[0] for column in self.cursor.description or ())


class LoggedQuery:
    """A statement that ran: its `sql`, its `parameters`, and the `seconds` that it took."""

    __slots__ = ("parameters", "seconds", "sql")

    def __init__(self, sql: str, parameters: Parameters, seconds: float) -> None:
        self.sql = sql
        self.parameters = parameters
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"<LoggedQuery {self.sql} {self.parameters!r} {self.seconds * 1000:.1f} ms>"


class SQLite:
    """How SQLite is opened and spoken to; `path` is that of its file, or `MEMORY`."""

    name = "sqlite"
    begin = "BEGIN IMMEDIATE"
    """Takes the right to write at once. A transaction that reads first, and finds somebody else
    writing when it would write itself, could not wait: what it read would be out of date."""

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def in_memory(self) -> bool:
        """Whether the database is gone when its connection is."""
        return self.path == MEMORY

    def open(self) -> Any:
        """Return a new connection of the driver, in which each statement commits by itself.

        Any thread may use it. A statement waits `PATIENCE` seconds for who holds the database;
        `STATEMENTS` of them stay prepared. Foreign keys are checked, which SQLite does not do
        unasked. A file gets a write-ahead log, so that readers and a writer need not wait for
        each other (`write_ahead`), and `synchronous = NORMAL`, which suffices with one: only a
        power cut can take the last commits. Raises `sqlite3.Error`; then nothing stays open.
        """
        raise NotImplementedError("step 14.2: write SQLite.open")

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises: its own, and what it cannot hand over to the database."""
        import sqlite3

        return (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError)

    def is_integrity(self, error: Exception) -> bool:
        """Whether a constraint was the reason."""
        import sqlite3

        return isinstance(error, sqlite3.IntegrityError)

    def explain(self, error: Exception) -> str:
        """Say what was wrong, without the values of the statement."""
        if isinstance(error, UnicodeEncodeError):
            return "a text holds half of a character (a surrogate), which UTF-8 cannot write"
        return str(error)

    def translate(self, sql: str) -> str:
        """Return the statement as the driver wants it: SQLite has `?` itself."""
        return sql

    def fetch(self, cursor: Any) -> list[Row]:
        """Return all rows that a statement gave."""
        rows: list[Row] = cursor.fetchall()
        return rows

    def cursor(self, driver: Any) -> Any:
        """Return a cursor for a stream: SQLite gives rows as they are asked for anyway."""
        return driver.cursor()

    def is_alive(self, driver: Any) -> bool:
        """Whether the connection can still be used."""
        return True

    def is_open(self, driver: Any) -> bool:
        """Whether there still is a transaction: SQLite ends some errors' by itself."""
        return bool(driver.in_transaction)

    def tables(self) -> str:
        """Return the statement that lists the names of the tables."""
        return "SELECT name FROM sqlite_master WHERE type = 'table'"


def write_ahead(driver: Any) -> None:
    """Have the database of a connection keep a write-ahead log.

    Takes a moment alone with the file, for which SQLite does not wait by itself: who finds
    somebody else there tries again, for `PATIENCE` seconds.
    """
    import sqlite3

    end = time.monotonic() + PATIENCE
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(PAUSE)


class PostgreSQL:
    """How PostgreSQL is opened and spoken to, by way of the driver psycopg 3."""

    name = "postgresql"
    begin = "BEGIN"
    in_memory = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.translated: dict[str, str] = {}

    def open(self) -> Any:
        """Return a new connection of the driver, in which each statement commits by itself.

        Times with a zone come in UTC. Raises `psycopg.Error`.
        """
        import psycopg

        driver = psycopg.connect(self.url, autocommit=True)
        driver.execute("SET TIME ZONE 'UTC'")
        return driver

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises: its own, and what it cannot hand over to the database.

        Raises `DatabaseError` without psycopg.
        """
        try:
            import psycopg
        except ImportError as error:
            raise DatabaseError(
                "PostgreSQL needs its driver: python -m pip install 'psycopg[binary]'"
            ) from error
        return (psycopg.Error, OverflowError, ValueError)

    def is_integrity(self, error: Exception) -> bool:
        """Whether a constraint was the reason."""
        import psycopg

        return isinstance(error, psycopg.IntegrityError)

    def explain(self, error: Exception) -> str:
        """Say what was wrong, without the details, in which PostgreSQL repeats the whole row."""
        if isinstance(error, UnicodeEncodeError):
            return "a text holds half of a character (a surrogate), which UTF-8 cannot write"
        diagnosis = getattr(error, "diag", None)
        return getattr(diagnosis, "message_primary", None) or str(error)

    def translate(self, sql: str) -> str:
        """Return the statement as psycopg wants it, and keep that in `translated`.

        A statement that is kept is not translated again. Keeps `STATEMENTS` of them at the most:
        when one more comes, it forgets them all first.
        """
        raise NotImplementedError("step 14.3: write PostgreSQL.translate")

    def fetch(self, cursor: Any) -> list[Row]:
        """Return all rows that a statement gave; none for one that gives none."""
        if cursor.description is None:
            return []
        rows: list[Row] = cursor.fetchall()
        return rows

    def cursor(self, driver: Any) -> Any:
        """Return a cursor for a stream, whose rows wait on the server."""
        return driver.cursor(name=f"bistro_{os.urandom(8).hex()}", withhold=True)

    def is_alive(self, driver: Any) -> bool:
        """Whether the connection can still be used."""
        return not driver.closed

    def is_open(self, driver: Any) -> bool:
        """Whether there still is a transaction."""
        return not driver.closed

    def tables(self) -> str:
        """Return the statement that lists the names of the tables."""
        return "SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"


Dialect = SQLite | PostgreSQL


def translate(sql: str) -> str:
    """Return a statement with `%s` where it has `?`, as psycopg wants it.

    What stands in text ('...'), in names ("...") and in comments stays, but for `%`, which is
    doubled everywhere. `??` is a question mark that is no place: PostgreSQL has operators with it.
    It is to be written too where PostgreSQL alone sees text: in `$$...$$` and `E'...\\'...'`.
    """
    raise NotImplementedError("step 14.3: write translate")


def _translated(match: re.Match[str]) -> str:
    """Return what stands in place of a match of `PLACES`."""
    raise NotImplementedError("step 14.3: write _translated")


INHERITED: list[Any] = []
"""The driver's connections of the process that this one is a copy of.

Nobody uses them here, and nobody closes them: that would end them there.
"""


class Connection:
    """A connection, with the transactions that are open on it, the innermost last.

    A statement that fails breaks the innermost transaction: `broken` is set, and nothing but its
    end is taken until then, on SQLite too, where PostgreSQL alone would ask for it.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.lock = threading.RLock()  # several threads share the one of a database in memory
        self.driver: Any = None
        self.errors: tuple[type[Exception], ...] = ()
        self.levels: list[list[Hook]] = []  # what to call after the commit, a list a transaction
        self.broken = False
        self.logs: list[list[LoggedQuery]] = []
        self.process = os.getpid()

    def execute(self, sql: str, parameters: Parameters = ()) -> Result:
        """Run a statement, with a value of `parameters` for each `?`, and return its `Result`.

        Holds the connection meanwhile (`acquire`, then `self.lock.release()`, whatever happens).
        Raises `TransactionError(REFUSED, sql)` when the transaction is broken, without asking the
        database, and what `send` raises.
        """
        raise NotImplementedError("step 14.4: write Connection.execute")

    def send(self, sql: str, parameters: Parameters) -> Result:
        """Hand a statement to the driver, and return the `Result` with all its rows.

        Opens the connection first if there is none. The statement goes through the dialect's
        `translate`, the rows come by its `fetch`. Raises what `failed` makes of the driver's
        errors (`self.errors`), which become its cause. Any other exception, such as Ctrl-C, breaks
        the transaction and passes through. The statement is noted in the logs as it was given
        (`note`), also one that failed.
        """
        raise NotImplementedError("step 14.4: write Connection.send")

    def execute_many(self, sql: str, rows: Sequence[Parameters]) -> int:
        """Run a statement once for each of `rows`; return how many rows were changed.

        Raises as `execute` does. Outside of a transaction some may be changed before an error.
        """
        with self.running(sql, rows):
            cursor = self.driver.cursor()
            cursor.executemany(self.dialect.translate(sql), rows)
        changed: int = max(cursor.rowcount, 0)
        return changed

    def stream(self, sql: str, parameters: Parameters, size: int) -> Iterator[Row]:
        """Run a statement, and yield its rows, of which `size` at a time are in memory.

        It runs when the first row is asked for. Raises as `execute` does, at any row.
        """
        with self.running(sql, parameters):
            cursor = self.dialect.cursor(self.driver)
            cursor.execute(self.dialect.translate(sql), parameters)
        try:
            while True:
                with self.lock:
                    rows = cursor.fetchmany(size)
                if not rows:
                    return
                yield from rows
        except self.errors as error:
            raise self.failed(error, sql) from error
        finally:
            with contextlib.suppress(*self.errors):
                cursor.close()

    @contextlib.contextmanager
    def running(self, sql: str, parameters: Parameters) -> Iterator[None]:
        """Hold the connection for the block; refuse, fail and note as `execute` and `send` do.

        They do without this: for a single statement it would take longer than the statement.
        """
        self.acquire()
        try:
            if self.broken:
                raise TransactionError(REFUSED, sql)
            if self.driver is None:
                self.open()
            begun = time.perf_counter()
            try:
                yield
            except self.errors as error:
                raise self.failed(error, sql) from error
            except BaseException:
                self.broken = bool(self.levels)
                raise
            finally:
                self.note(sql, parameters, begun)
        finally:
            self.lock.release()

    def note(self, sql: str, parameters: Parameters, begun: float) -> None:
        """Write a statement into every log that is kept at the moment."""
        for log in self.logs:
            log.append(LoggedQuery(sql, parameters, time.perf_counter() - begun))

    def acquire(self) -> None:
        """Wait until no other thread uses the connection, for `PATIENCE` seconds at the most."""
        if not self.lock.acquire(timeout=PATIENCE):
            raise DatabaseError(
                f"another thread has held the database for {PATIENCE:.0f} seconds: "
                "a database in memory is one connection for all threads, and a transaction keeps it"
            )

    def open(self) -> None:
        """Have the dialect connect: `driver` is the connection, `errors` what it may raise.

        Raises `DatabaseError` with the driver's error as cause; its message is `no connection: `
        and the dialect's explanation.
        """
        raise NotImplementedError("step 14.2: write Connection.open")

    def failed(self, error: Exception, sql: str) -> DatabaseError:
        """Return our error for one of the driver's; a transaction is broken from here on.

        An `IntegrityError` when the dialect says that it is one, else a `DatabaseError`. Its
        message is the dialect's explanation, `: ` and the statement, of which only the first
        `SHOWN` characters and `...` if it is longer; its `sql` is the whole statement. Gives a lost
        connection up by `drop_lost`.
        """
        raise NotImplementedError("step 14.4: write Connection.failed")

    def drop_lost(self) -> None:
        """Give a connection up that was lost: the next statement opens another.

        Not within a transaction, half of which would then run here and half there.
        """
        if self.driver is not None and not self.levels and not self.dialect.is_alive(self.driver):
            self.close()

    def begin(self) -> None:
        """Begin a transaction by the dialect's `begin`; inside of another, a savepoint.

        The savepoint in the first one is called `bistro_1`, the one in that `bistro_2`. Takes the
        connection (`acquire`), and keeps it until the transaction's end: other threads wait. If it
        cannot begin, gives it back, and raises what `execute` raises.
        """
        raise NotImplementedError("step 14.5: write Connection.begin")

    def commit(self) -> None:
        """End the innermost transaction well: what it did stays, if those around it end well, too.

        After the outermost one, gives the connection back and calls the hooks of `on_commit` in
        their order; what one raises passes through. The hooks of a savepoint become those of the
        transaction around it. A transaction that is broken is rolled back:
        `TransactionError(SWALLOWED)`. So is one whose commit fails, for whatever reason; that
        error passes through. Raises `TransactionError(ENDED)` if no transaction is open.
        """
        raise NotImplementedError("step 14.6: write Connection.commit")

    def rollback(self) -> None:
        """End the innermost transaction, and undo what it did; its hooks are dropped.

        Gives the connection back, whatever happens, and up, if it is lost. The transaction around
        it can go on, though this one was broken, unless `undo` says no: then that is broken, too.
        Raises `TransactionError(ENDED)` if no transaction is open.
        """
        raise NotImplementedError("step 14.5: write Connection.rollback")

    def undo(self, depth: int) -> bool:
        """Have the database forget the transaction that has `depth` others around it.

        A savepoint is rolled back and then released; depth 0 is rolled back as a whole. Returns
        whether the database did it: a `DatabaseError` means no. False, too, if the connection was
        closed, or if the dialect says that no transaction is open any more; then nothing is sent.
        """
        raise NotImplementedError("step 14.5: write Connection.undo")

    def on_commit(self, hook: Hook) -> None:
        """Call `hook` after the outermost commit; at once, outside of a transaction.

        The connection is free when it is called. While another thread has a transaction on this
        connection, waits for its end (`acquire`).
        """
        raise NotImplementedError("step 14.6: write Connection.on_commit")

    def close(self) -> None:
        """Give the driver's connection back; the next statement opens another.

        A transaction that is open on it is lost, and so broken.
        """
        self.broken = bool(self.levels)
        driver, self.driver = self.driver, None
        if driver is not None:
            try:  # noqa: SIM105  contextlib may be gone already at Python's end
                driver.close()
            except self.errors:
                pass

    def outlive(self) -> None:
        """In a process that was forked: undo the transaction of a thread that stayed behind."""
        if self.lock.acquire(blocking=False):
            self.lock.release()  # nobody's, or our own transaction, which goes on
            return
        self.lock = threading.RLock()
        self.levels = []
        self.broken = False
        if self.driver is not None and self.dialect.is_open(self.driver):
            self.driver.execute("ROLLBACK")

    def __del__(
        self, getpid: Callable[[], int] = os.getpid, inherited: list[Any] = INHERITED
    ) -> None:
        # At Python's end a module's names may be gone already: those needed here are parameters.
        if self.process == getpid():
            self.close()
        else:
            inherited.append(self.driver)


REFUSED = (
    "this transaction is broken: a statement of it has failed, or its connection was closed; "
    "nothing more runs in it: let its `with` block end with the error, or put a "
    "`with db.transaction():` around what may fail"
)
SWALLOWED = (
    "this transaction was broken, and has been rolled back: a statement of it has failed and its "
    "error was caught inside of the block, or its connection was closed; put a "
    "`with db.transaction():` around what may fail"
)
ENDED = (
    "no transaction is open here: it was ended before, or was begun in the process of which this "
    "one is a copy, which alone can end it"
)


class Transaction(contextlib.ContextDecorator):
    """`with db.transaction():` all that runs in the block happens, or nothing of it.

    An exception rolls it back, and passes through. Inside of another it is a savepoint: it can be
    rolled back alone. Also a decorator for functions.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> None:
        """Begin a transaction on the connection of this thread."""
        self.database.connection().begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back if the block has raised anything, which passes through."""
        raise NotImplementedError("step 14.7: write Transaction.__exit__")


class Database:
    """A database, from any thread: `execute`, `transaction`, `queries`.

    Keeps one connection a thread; a database in memory has one for all of them.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.local = threading.local()
        self.shared = Connection(dialect) if dialect.in_memory else None
        self.connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self.compiled: dict[Any, Any] = {}
        """Statements that were compiled for this database, by their shape."""
        if hasattr(os, "register_at_fork"):
            forget = weakref.WeakMethod(self.forget)
            os.register_at_fork(after_in_child=lambda: (forget() or bool)())

    def connection(self) -> Connection:
        """Return the connection of the thread that asks: `shared`, or a new one for each thread.

        It is the same whenever that thread asks. `local` keeps it, so that it ends with the thread;
        `connections` knows all there are, `shared` as well, once it was asked for.
        """
        raise NotImplementedError("step 14.7: write Database.connection")

    def execute(self, sql: str, parameters: Parameters = ()) -> Result:
        """Run one statement, with a value of `parameters` for each `?` in it.

        Values are those that the driver takes: None, int, float, str, bytes. Raises
        `IntegrityError`, `TransactionError` and `DatabaseError`, with the driver's error as cause.
        """
        return self.connection().execute(sql, parameters)

    def execute_many(self, sql: str, rows: Sequence[Parameters]) -> int:
        """Run a statement once for each of `rows`; return how many rows were changed."""
        return self.connection().execute_many(sql, rows)

    def stream(self, sql: str, parameters: Parameters = (), *, size: int = BATCH) -> Iterator[Row]:
        """Run a statement, and yield its rows, of which `size` at a time are in memory."""
        return self.connection().stream(sql, parameters, size)

    def transaction(self) -> Transaction:
        """Return a context manager: what runs in its block happens as a whole, or not at all."""
        return Transaction(self)

    def on_commit(self, hook: Hook) -> None:
        """Call `hook()` once what was done so far in this thread is committed.

        It is dropped when that is rolled back. Outside of a transaction it is called at once.
        """
        self.connection().on_commit(hook)

    @contextlib.contextmanager
    def queries(self) -> Iterator[list[LoggedQuery]]:
        """`with db.queries() as log:` a list of what this thread's connection runs meanwhile.

        A new list, of `LoggedQuery`, which is one of the connection's `logs` until the block ends,
        however it ends. Several may be kept at a time, one in the other: each has its own.
        """
        raise NotImplementedError("step 14.7: write Database.queries")

    def tables(self) -> set[str]:
        """Return the names of the tables that there are."""
        return {name for (name,) in self.execute(self.dialect.tables())}

    def create_tables(self, *models: type[Stored]) -> None:
        """Create the tables of `models`, in any order; those that are there stay as they are."""
        with self.transaction():
            there = self.tables()
            late = []
            for model in models:
                for name in model.table_names():
                    if name in there:
                        continue
                    there.add(name)
                    for sql in model.create_statements(self.dialect, name):
                        self.execute(sql)
                    late += model.late_statements(self.dialect, name)
            for sql in late:
                self.execute(sql)

    def close(self) -> None:
        """Close the connections of all threads; who asks again, gets a new one.

        What a database in memory held is gone.
        """
        for connection in list(self.connections):
            with connection.lock:
                connection.close()

    def forget(self) -> None:
        """In a process that was forked: leave the connections to the parent, which uses them.

        A database in memory was copied with the process, and is the child's own.
        """
        if self.shared is not None:
            self.shared.outlive()
            return
        self.connections = weakref.WeakSet()
        self.local = threading.local()


default: Database | None = None


def connect(url: str) -> Database:
    """Return the database at `url`, which is the default for every model from now on.

    - `sqlite:///menu.db`: a file, by its path from the working directory; `sqlite:////srv/menu.db`
      by an absolute one. It is made when it is not there.
    - `sqlite://`: a database in memory, gone with the process.
    - `postgresql://user:password@host:port/name`: PostgreSQL, as libpq reads it (RFC 3986, so that
      `@` in a password is `%40`); needs psycopg 3.

    Nothing is opened yet. Raises `DatabaseError` for any other URL; then the default stays.
    """
    raise NotImplementedError("step 14.1: write connect")


def parse_url(url: str) -> Dialect:
    """Return what a URL of `connect` asks for: `SQLite(path)` or `PostgreSQL(url)`.

    The path is all that follows `sqlite:///`, to the letter, and `MEMORY` where nothing follows;
    `postgresql://` may be written `postgres://`; the URL stays as it is. Raises `DatabaseError`:
    for `sqlite://menu.db`, which names a host where a path is meant, it says what to write instead.
    Else it shows how `sqlite:///` and `postgresql://` are written, and of the URL only what stands
    before its first `:`, 20 characters at the most: behind may be a password.
    """
    raise NotImplementedError("step 14.1: write parse_url")


def default_database() -> Database:
    """Return what `connect` returned last. Raises `DatabaseError` when it was not called."""
    raise NotImplementedError("step 14.1: write default_database")
