"""Four accidents with a ledger, in lines that many write first and in yours; prints what is left.

`break_in.py pull WHICH FILE` is the till whose plug is pulled: it is called by the other.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bistro
from bistro.orm.database import Database, DatabaseError, SQLite

BILLS = [(1, "Ada", 1250), (2, "Ben", 800)]


def new_ledger(folder, name):
    """A ledger with two open bills and an empty till; returns its path."""
    path = str(Path(folder) / f"{name}.db")
    with contextlib.closing(sqlite3.connect(path)) as driver:
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("CREATE TABLE bill (seat INTEGER PRIMARY KEY, guest TEXT, cents INTEGER)")
        driver.execute("CREATE TABLE taking (guest TEXT, cents INTEGER)")
        driver.executemany("INSERT INTO bill VALUES (?, ?, ?)", BILLS)
        driver.commit()
    return path


def plain(path):
    """A connection as many open it: each statement commits by itself."""
    return sqlite3.connect(path, isolation_level=None)


def ours(path):
    """The ledger as your database."""
    return Database(SQLite(path))


def careless_search(path):
    """A statement that is put together of what a guest typed."""
    name = "nobody' OR 'a' = 'a"
    sql = f"SELECT * FROM bill WHERE guest = '{name}'"  # noqa: S608  that is the accident
    return plain(path).execute(sql).fetchall()


def our_search(path):
    """The same with a value."""
    return ours(path).execute("SELECT * FROM bill WHERE guest = ?", ("nobody' OR 'a' = 'a",)).rows


def careless_pull(path):
    """A bill goes into the till, and the plug is pulled in the middle."""
    ledger = plain(path)
    ledger.execute("DELETE FROM bill WHERE seat = 1")
    os._exit(0)


def our_pull(path):
    """The same in a transaction."""
    ledger = ours(path)
    with ledger.transaction():
        ledger.execute("DELETE FROM bill WHERE seat = 1")
        os._exit(0)


def pulled(which):
    """A function that has a plug pulled, in a process of its own."""
    target = os.pathsep.join(str(Path(folder).parent) for folder in bistro.__path__)
    command = [sys.executable, "-m", "course.target", target, __file__, "pull", which]
    return lambda path: subprocess.run([*command, path], check=True)  # noqa: S603  it is ours


def careless_till(path, meet):
    """A till reads what is open, and then writes."""
    ledger = plain(path)
    ledger.execute("BEGIN")
    ledger.execute("SELECT total(cents) FROM bill").fetchall()
    meet()
    ledger.execute("INSERT INTO taking VALUES ('Cy', 100)")
    ledger.execute("COMMIT")


def our_till(path, meet):
    """The same in a transaction of yours."""
    ledger = ours(path)
    with ledger.transaction():
        ledger.execute("SELECT total(cents) FROM bill")
        meet()
        ledger.execute("INSERT INTO taking VALUES ('Cy', 100)")


def two_of(till, seconds):
    """A function that has two tills work at a time: each waits for the other in the middle.

    It waits so many seconds at the most: the other may be kept out until this one is done.
    """

    def work(path):
        barrier = threading.Barrier(2)

        def meet():
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(seconds)

        with ThreadPoolExecutor() as pool:
            for done in [pool.submit(till, path, meet) for _ in range(2)]:
                done.result()

    return work


def careless_swallowing(path):
    """An error in the middle is caught, so that the guest sees no ugly page."""
    ledger = plain(path)
    ledger.execute("BEGIN")
    ledger.execute("DELETE FROM bill WHERE seat = 1")
    with contextlib.suppress(sqlite3.Error):
        ledger.execute("INSERT INTO takings VALUES ('Ada', 1250)")
    ledger.execute("COMMIT")


def our_swallowing(path):
    """The same with a transaction of yours."""
    ledger = ours(path)
    with ledger.transaction():
        ledger.execute("DELETE FROM bill WHERE seat = 1")
        with contextlib.suppress(DatabaseError):
            ledger.execute("INSERT INTO takings VALUES ('Ada', 1250)")


def bills_found(search, path):
    """How many bills a search has found."""
    return f"{len(search(path))} bills"


def money_left(act, path):
    """How much money is on the tables and in the till afterwards, and the error, if any."""
    error = ""
    try:
        act(path)
    except (sqlite3.Error, DatabaseError) as raised:
        error = f", {type(raised).__name__}"
    sql = "SELECT (SELECT total(cents) FROM bill) + (SELECT total(cents) FROM taking)"
    return f"{plain(path).execute(sql).fetchone()[0] / 100:.2f}{error}"


def main():
    """Print a line for each accident."""
    rows = [
        ("a quote in a name", bills_found, careless_search, our_search),
        ("the plug is pulled", money_left, pulled("careless"), pulled("ours")),
        ("two tills at a time", money_left, two_of(careless_till, 5), two_of(our_till, 0.3)),
        ("an error is caught", money_left, careless_swallowing, our_swallowing),
    ]
    print(f"{'':21} {'careless':24} yours")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, (name, look, careless, our) in enumerate(rows):
            said = [
                look(function, new_ledger(folder, f"{number}{which}"))
                for which, function in enumerate((careless, our))
            ]
            print(f"{name:21} {said[0]:24} {said[1]}")


if sys.argv[1:2] == ["pull"]:
    {"careless": careless_pull, "ours": our_pull}[sys.argv[2]](sys.argv[3])
else:
    main()
