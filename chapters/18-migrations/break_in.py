"""Five accidents of those who change tables, in lines that many write first and in yours."""

import sqlite3
import tempfile
import threading
from contextlib import closing
from pathlib import Path

from bistro.orm.autodetect import written
from bistro.orm.database import Database, DatabaseError, SQLite
from bistro.orm.fields import IntegerField, TextField
from bistro.orm.migrations import (
    AddField,
    AlterField,
    CreateModel,
    MigrationError,
    RunSQL,
    State,
    migrate,
    run_operations,
    whole,
)
from bistro.orm.relations import CASCADE, ForeignKey

HOUSE = [
    CreateModel("Dish", {"name": TextField(), "price": TextField(default="6")}),
    CreateModel("Line", {"dish": ForeignKey("Dish", on_delete=CASCADE)}),
    RunSQL("INSERT INTO dish (name, price) VALUES ('Soup', '6'), ('Pie', 'about 5')"),
    RunSQL("INSERT INTO line (dish_id) VALUES (1), (1), (2)"),
]
ANEW = "id INTEGER PRIMARY KEY, name TEXT, price TEXT, stars INTEGER DEFAULT 3"
COUNTED = """
from bistro.orm import migrations

COUNT = ["CREATE TABLE IF NOT EXISTS run (x)", "INSERT INTO run VALUES (1)"]
operations = [migrations.RunSQL(COUNT)]
"""


class House:
    """A new database in a file, with dishes and the lines of bills that refer to them."""

    def __init__(self, folder):
        self.path = Path(folder) / "house.db"
        self.db = Database(SQLite(str(self.path)))
        self.state = State()
        run_operations(self.db, self.state, HOUSE, lambda line: None)
        for operation in HOUSE:
            operation.change(self.state)

    def ours(self, *operations):
        """Run operations as a migration runs them; what went wrong, if anything."""
        try:
            with whole(self.db):
                run_operations(self.db, self.state, operations, lambda line: None)
        except DatabaseError as error:
            return type(error).__name__
        return ""

    def careless(self, *statements):
        """Run statements one by one, each by itself, up to the first that fails."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as driver:
            driver.execute("PRAGMA foreign_keys = ON")
            for sql in statements:
                try:
                    driver.execute(sql)
                except sqlite3.Error as error:
                    return type(error).__name__
        return ""

    def count(self, sql):
        return self.db.execute(sql).rows[0][0]


def table_anew(house, is_careless):
    """A table is made anew, and its old one dropped: what refers to its rows?"""
    if is_careless:
        house.careless(
            f"CREATE TABLE dish_new ({ANEW})",
            "INSERT INTO dish_new (id, name, price) SELECT id, name, price FROM dish",
            "DROP TABLE dish",
            "ALTER TABLE dish_new RENAME TO dish",
        )
    else:
        house.ours(AddField("Dish", "stars", IntegerField(default=3)))
    left = house.count("SELECT count(*) FROM line")
    return f"{left} of 3 lines"


def fails_in_the_middle(house, is_careless):
    """The second of two statements fails, and is tried again: is the first there already?"""
    if is_careless:
        again = ("ALTER TABLE dish ADD COLUMN stars INTEGER", "oops")
        house.careless(*again)
    else:
        house.ours(AddField("Dish", "stars", IntegerField(null=True)), RunSQL("oops"))
    columns = house.count("SELECT count(*) FROM pragma_table_info('dish')")
    return "half of it" if columns == 4 else "as it was"


def two_at_once(house, is_careless):
    """Two servers start, and each migrates."""
    folder = house.path.parent / "migrations"
    folder.mkdir()
    (folder / "0001_run.py").write_text(COUNTED)
    both = threading.Barrier(2, timeout=60)

    def careless():
        with closing(sqlite3.connect(house.path, timeout=60, isolation_level=None)) as driver:
            driver.execute("CREATE TABLE IF NOT EXISTS had (name)")
            needed = not driver.execute("SELECT * FROM had").fetchall()
            both.wait()
            if needed:
                driver.execute("CREATE TABLE IF NOT EXISTS run (x)")
                driver.execute("INSERT INTO run VALUES (1)")
                driver.execute("INSERT INTO had VALUES ('0001_run')")

    def ours():
        with closing(Database(SQLite(str(house.path)))) as db:
            both.wait()
            migrate(db, folder, tell=lambda line: None)

    threads = [threading.Thread(target=careless if is_careless else ours) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = house.count("SELECT count(*) FROM run")
    return "run once" if times == 1 else f"run {times} times"


def text_for_a_number(house, is_careless):
    """A column of texts becomes one of numbers, and one row says “about 5”."""
    if is_careless:
        house.careless("UPDATE dish SET price = CAST(price AS INTEGER)")
        error = ""
    else:
        error = house.ours(AlterField("Dish", "price", IntegerField()))
    price = house.count("SELECT price FROM dish WHERE name = 'Pie'")
    return f"{price} {error}".strip()


def lambda_as_default(house, is_careless):
    """A default that is a lambda is written into a file."""
    made = lambda: 3  # noqa: E731  this is the accident
    try:
        text = f"IntegerField(default={made})" if is_careless else written(made)
        compile(text, "0002.py", "eval")
    except (SyntaxError, MigrationError) as error:
        return type(error).__name__
    return "a file"


ACCIDENTS = {
    "a table made anew": table_anew,
    "one fails in the middle": fails_in_the_middle,
    "two migrate at once": two_at_once,
    "text for a number": text_for_a_number,
    "a lambda as default": lambda_as_default,
}
print(f"{'':25}{'careless':19}yours")
for name, accident in ACCIDENTS.items():
    results = []
    for is_careless in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            house = House(folder)
            results.append(accident(house, is_careless))
            house.db.close()
    print(f"{name:25}{results[0]:19}{results[1]}")
