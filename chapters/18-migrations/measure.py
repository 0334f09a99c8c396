"""How long a table of 100,000 rows takes to be made anew."""

import tempfile
import time
from contextlib import closing
from pathlib import Path

from bistro.orm.database import Database, SQLite
from bistro.orm.fields import IntegerField, TextField
from bistro.orm.migrations import AddField, CreateModel, State, run_operations, whole

ROWS = 100_000


def quiet(line):
    """Tell nobody."""


with (
    tempfile.TemporaryDirectory() as folder,
    closing(Database(SQLite(str(Path(folder) / "card.db")))) as db,
):
    state = State()
    create = CreateModel("Dish", {"name": TextField(index=True), "price": IntegerField()})
    run_operations(db, state, [create], quiet)
    create.change(state)
    rows = [(f"dish {number}", number) for number in range(ROWS)]
    with db.transaction():
        db.execute_many("INSERT INTO dish (name, price) VALUES (?, ?)", rows)
    begun = time.perf_counter()
    with whole(db):
        run_operations(db, state, [AddField("Dish", "stars", IntegerField(default=3))], quiet)
    print(f"rebuild of {ROWS:,} rows: {time.perf_counter() - begun:.2f} s")
