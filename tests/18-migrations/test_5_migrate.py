"""Step 18.5: a migration happens as a whole, and once."""

import contextlib
import threading

import pytest

from bistro.orm import migrations
from bistro.orm.database import Database, DatabaseError, SQLite
from bistro.orm.migrations import MigrationError, applied, migrate, only_once, whole

FIRST = 'migrations.CreateModel("Dish", {"name": fields.TextField()}), '
FIRST += 'migrations.RunSQL("INSERT INTO dish (name) VALUES (\'Soup\')", "DELETE FROM dish")'
SECOND = 'migrations.AddField("Dish", "stars", fields.IntegerField(default=3))'
THIRD = 'migrations.RenameField("Dish", "name", "title")'


def silent(line):
    """Tell nobody."""


@pytest.fixture
def three(folder):
    """A folder with three migrations."""
    folder.write("0001_initial", FIRST)
    folder.write("0002_stars", SECOND)
    folder.write("0003_title", THIRD)
    return folder


@pytest.fixture
def go(db, folder):
    """`go(target, ...)`: migrate, and return how many that took."""
    return lambda *target, tell=silent, **options: migrate(
        db, folder.path, *target, tell=tell, **options
    )


@pytest.fixture
def family(db):
    """A table, and another whose rows go with those they refer to."""
    db.execute("CREATE TABLE dish (id INTEGER PRIMARY KEY)")
    db.execute("CREATE TABLE line (dish INTEGER REFERENCES dish (id) ON DELETE CASCADE)")
    db.execute("INSERT INTO dish VALUES (1)")
    db.execute("INSERT INTO line VALUES (1)")


def test_a_block_is_a_whole(db, family, ask):
    """What a block has done stays at its end; when it raises, nothing of it."""
    with whole(db):
        db.execute("INSERT INTO dish VALUES (2)")
    with pytest.raises(ZeroDivisionError), whole(db):
        db.execute("INSERT INTO dish VALUES (3)")
        raise ZeroDivisionError
    assert ask("SELECT id FROM dish") == [(1,), (2,)]


def test_foreign_keys_wait(db, family, ask):
    """In the block a table can go without the rows that refer to it, and come back."""
    with whole(db):
        assert ask("PRAGMA foreign_keys") == [(0,)]
        db.execute("DROP TABLE dish")
        db.execute("CREATE TABLE dish (id INTEGER PRIMARY KEY)")
        db.execute("INSERT INTO dish VALUES (1)")
    assert ask("SELECT dish FROM line") == [(1,)]


def test_foreign_keys_are_checked_again(db, family, ask):
    """Behind the block foreign keys are checked as ever, also when it raised."""
    with whole(db):
        pass
    assert ask("PRAGMA foreign_keys") == [(1,)]
    with pytest.raises(DatabaseError), whole(db):
        db.execute("oops")
    assert ask("PRAGMA foreign_keys") == [(1,)]


def test_a_row_that_refers_to_nothing(db, family, ask):
    """A block that leaves a row which refers to nothing is undone; the message names both."""
    with pytest.raises(MigrationError) as caught, whole(db):
        db.execute("DELETE FROM dish")
    assert "line" in str(caught.value)
    assert "dish" in str(caught.value)
    assert ask("SELECT id FROM dish") == [(1,)]
    assert ask("PRAGMA foreign_keys") == [(1,)]


def test_not_in_a_transaction(db, family, ask):
    """In a transaction foreign keys can't wait, and a dropped table would take rows along."""
    ran = []
    with db.transaction():
        with pytest.raises(MigrationError), whole(db):
            ran.append(1)
        db.execute("INSERT INTO dish VALUES (2)")
    assert ran == []
    assert ask("PRAGMA foreign_keys") == [(1,)]
    assert ask("SELECT count(*) FROM dish") == [(2,)]


def test_written_down_once(db):
    """A migration is needed once, and written down behind its block."""
    needed = []
    for _ in range(2):
        with db.transaction(), only_once(db, "0001_a", is_there=False) as is_needed:
            needed.append(is_needed)
            if is_needed:
                assert applied(db) == []
    assert needed == [True, False]
    assert applied(db) == ["0001_a"]


def test_crossed_out_once(db):
    """A migration is crossed out once; others stay, however alike they are."""
    others = ["0001_a", "0002_axb", "0003_b"]
    for name in (*others, "0002_a_b"):
        with only_once(db, name, is_there=False):
            pass
    needed = []
    for _ in range(2):
        with only_once(db, "0002_a_b", is_there=True) as is_needed:
            needed.append(is_needed)
    assert needed == [True, False]
    assert applied(db) == others


def test_another_was_first(db, monkeypatch):
    """What another process has done while `prepare` waited for it, is not done again."""
    real = migrations.prepare

    def wait(db):
        real(db)
        db.execute("INSERT INTO bistro_migrations (name) VALUES ('0001_a')")

    monkeypatch.setattr(migrations, "prepare", wait)
    with only_once(db, "0001_a", is_there=False) as needed:
        assert needed is False
    assert applied(db) == ["0001_a"]


def test_a_block_that_fails(db):
    """A migration whose block raises is not written down."""
    with pytest.raises(ZeroDivisionError), only_once(db, "0001_a", is_there=False):
        raise ZeroDivisionError
    assert applied(db) == []


def test_all_of_them(db, three, go, ask):
    """By default all migrations are run, in their order; a second time there is nothing to do."""
    told = []
    assert go(tell=told.append) == 3
    assert ask("SELECT id, title, stars FROM dish") == [(1, "Soup", 3)]
    assert applied(db) == ["0001_initial", "0002_stars", "0003_title"]
    assert [line for line in told if not line.startswith(" ")] == applied(db)
    assert "  add Dish.stars" in told
    assert go() == 0


def test_to_any_of_them(db, three, go, columns):
    """A target is a number, a name or its beginning; those after it are undone, the last first."""
    assert go("1") == 1
    assert columns("dish") == ["id", "name"]
    assert go("0003_title") == 2
    told = []
    assert go("0001", tell=told.append) == 2
    assert [line for line in told if not line.startswith(" ")] == [
        "undo 0003_title",
        "undo 0002_stars",
    ]
    assert columns("dish") == ["id", "name"]
    assert applied(db) == ["0001_initial"]


def test_to_none_of_them(db, three, go):
    """The target zero undoes all."""
    go()
    assert go("zero") == 3
    assert "dish" not in db.tables()
    assert applied(db) == []


def test_no_such_target(db, three, go):
    """A target that is no migration, or several, is refused before anything is run."""
    for target in ("7", "0004", "stars", "000", ""):
        with pytest.raises(MigrationError):
            go(target)
    assert db.tables() == set()


def test_only_written_down(db, three, go):
    """A database whose tables are as they should be has the migrations written down alone."""
    told = []
    assert go("2", fake=True, tell=told.append) == 2
    assert "dish" not in db.tables()
    assert applied(db) == ["0001_initial", "0002_stars"]
    assert len(told) == 2
    assert go("zero", fake=True) == 2
    assert applied(db) == []


def test_one_fails(db, three, go, folder, ask, columns):
    """Of a migration that fails nothing stays, and of those before it all."""
    folder.write("0002_stars", f"{SECOND}, migrations.RunSQL('oops', 'oops')")
    with pytest.raises(DatabaseError):
        go()
    assert applied(db) == ["0001_initial"]
    assert columns("dish") == ["id", "name"]
    folder.write("0002_stars", SECOND)
    assert go() == 2
    assert ask("SELECT title, stars FROM dish") == [("Soup", 3)]


def test_one_that_came_later(db, three, go, folder, columns):
    """A migration that a colleague has put in between is run, too."""
    go("1")
    go("3", fake=True)
    db.execute("DELETE FROM bistro_migrations WHERE name = '0002_stars'")
    assert go() == 1
    assert applied(db) == ["0001_initial", "0002_stars", "0003_title"]


def test_a_gap_on_the_way_back(db, three, go):
    """What the database has not had is not undone; what comes behind that is."""
    go("3", fake=True)
    db.execute("DELETE FROM bistro_migrations WHERE name = '0002_stars'")
    told = []
    assert go("zero", fake=True, tell=told.append) == 2
    assert [line.split()[1] for line in told] == ["0003_title", "0001_initial"]
    assert applied(db) == []


def test_one_that_is_gone(db, three, go, folder):
    """A database that has had a migration which the folder has not, is left alone."""
    go("2")
    (folder.path / "0002_stars.py").unlink()
    for target in ("3", "1", "zero"):
        with pytest.raises(MigrationError) as caught:
            go(target)
        assert "0002_stars" in str(caught.value)
    assert applied(db) == ["0001_initial", "0002_stars"]


def test_what_cannot_be_undone(db, folder, go):
    """A migration without an undoing is not undone, nor crossed out."""
    folder.write("0001_initial", FIRST)
    folder.write("0002_more", "migrations.RunSQL(\"INSERT INTO dish (name) VALUES ('Tart')\")")
    go()
    with pytest.raises(MigrationError):
        go("1")
    assert applied(db) == ["0001_initial", "0002_more"]


def test_rows_that_refer_to_others_stay(db, folder, go, ask):
    """A table that others refer to is made anew, and their rows stay."""
    folder.write(
        "0001_initial",
        'migrations.CreateModel("Dish", {"name": fields.TextField()}), '
        'migrations.CreateModel("Line", '
        '{"dish": relations.ForeignKey("Dish", on_delete="CASCADE")})',
    )
    folder.write("0002_stars", SECOND)
    go("1")
    ask("INSERT INTO dish (name) VALUES ('Soup')")
    ask("INSERT INTO line (dish_id) VALUES (1)")
    go()
    assert ask("SELECT dish_id FROM line") == [(1,)]
    with pytest.raises(DatabaseError):
        ask("INSERT INTO line (dish_id) VALUES (7)")


def test_two_at_once(tmp_path, three, folder, monkeypatch):
    """Of two who have found out what is needed at once, each migration is run by one."""
    dialect = SQLite(str(tmp_path / "card.db"))
    both = threading.Barrier(2, timeout=2)
    known, failed = set(), []

    def whole_once_both_know(db):
        if db not in known:
            known.add(db)
            both.wait()
        return whole(db)

    monkeypatch.setattr(migrations, "whole", whole_once_both_know)

    def run():
        with contextlib.closing(Database(dialect)) as db:
            try:
                migrate(db, folder.path, tell=silent)
            except DatabaseError as error:
                failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(4)
    assert failed == []
    with contextlib.closing(Database(dialect)) as db:
        assert db.execute("SELECT id, title, stars FROM dish").rows == [(1, "Soup", 3)]
        assert len(applied(db)) == 3
