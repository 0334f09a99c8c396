"""What a statement costs: the driver alone, ours, and those of Django and peewee where installed.

A row is read by its key from a database in memory; the best of seven rounds is printed, in
microseconds. Then a thousand rows are written to a file, alone and in one transaction.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from timeit import repeat

from bistro.orm.database import Database, SQLite, parse_url

ROUND = 5_000
ROWS = 1_000
MAKE = "CREATE TABLE dish (id INTEGER PRIMARY KEY, name TEXT)"
WRITE = "INSERT INTO dish VALUES (1, 'Soup')"
READ = "SELECT id, name FROM dish WHERE id = ?"


def driver_alone():
    """Python's sqlite3."""
    driver = sqlite3.connect(":memory:", isolation_level=None)
    return driver.execute, lambda: driver.execute(READ, (1,)).fetchall()


def bistro():
    """Ours."""
    db = Database(parse_url("sqlite://"))
    return db.execute, lambda: db.execute(READ, (1,)).rows


def peewee():
    """peewee's `execute_sql`."""
    from peewee import SqliteDatabase

    db = SqliteDatabase(":memory:")
    return db.execute_sql, lambda: db.execute_sql(READ, (1,)).fetchall()


def django():
    """Django's cursor, which wants `%s`."""
    from django import setup
    from django.conf import settings
    from django.db import connection

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(DATABASES={"default": database})
    setup()
    sql = READ.replace("?", "%s")

    def read():
        with connection.cursor() as cursor:
            cursor.execute(sql, (1,))
            return cursor.fetchall()

    return connection.cursor().execute, read


def reading():
    """Print how long it takes to read a row, and how often the driver's time that is."""
    alone = 0.0
    for subject in (driver_alone, bistro, peewee, django):
        try:
            execute, read = subject()
        except ImportError:
            print(f"{subject.__name__} is not installed.")
            continue
        execute(MAKE)
        execute(WRITE)
        took = min(repeat(read, number=ROUND, repeat=7)) / ROUND * 1e6
        alone = alone or took
        name = subject.__name__.replace("_", " ")
        print(f"{name:12} {took:5.1f} µs, {took / alone:4.1f} times the driver's")


def writing(folder):
    """Print how long a thousand rows take, alone and in one transaction."""
    db = Database(SQLite(str(Path(folder) / "dishes.db")))
    db.execute(MAKE)

    def write():
        for number in range(ROWS):
            db.execute("INSERT INTO dish (name) VALUES (?)", (f"Dish {number}",))

    began = time.perf_counter()
    write()
    alone = time.perf_counter() - began
    with db.transaction():
        write()
    together = time.perf_counter() - began - alone
    db.close()
    print(f"{ROWS} rows: alone {alone * 1e3:.0f} ms, in one transaction {together * 1e3:.1f} ms")


reading()
with tempfile.TemporaryDirectory() as folder:
    writing(folder)
