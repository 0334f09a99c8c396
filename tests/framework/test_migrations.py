"""Migrations on SQLite and PostgreSQL: rows stay, and what would lose a value is refused."""

from __future__ import annotations

import datetime
import decimal
import importlib
import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bistro.__main__ import main
from bistro.orm import database as database_module
from bistro.orm import fields, relations
from bistro.orm.autodetect import detect, make_migration, source
from bistro.orm.database import DatabaseError, IntegrityError, connect
from bistro.orm.migrations import (
    AddField,
    AlterField,
    AlterOptions,
    CreateModel,
    DeleteModel,
    Migration,
    MigrationError,
    ModelState,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
    State,
    applied,
    inverses,
    load,
    migrate,
    position,
    registry_apart,
    run_operations,
    whole,
)
from tests.framework.conftest import FRAMEWORK
from tests.framework.test_migrations_random import empty, one_postgresql, schema  # noqa: F401

TEXT = fields.TextField
NUMBER = fields.IntegerField


def house():
    """Models that refer to each other in all ways."""
    return [
        CreateModel("Guest", {"name": fields.CharField(max_length=20)}),
        CreateModel(
            "Dish",
            {
                "name": fields.CharField(max_length=20, unique=True),
                "price": fields.DecimalField(max_digits=6, decimal_places=2),
                "note": TEXT(null=True),
                "with_it": relations.ManyToManyField("self", related_name="+"),
            },
            indexes=[("name", "price")],
        ),
        CreateModel(
            "Order",
            {
                "guest": relations.ForeignKey("Guest", on_delete="CASCADE"),
                "dishes": relations.ManyToManyField("Dish"),
                "number": NUMBER(default=1),
            },
            unique_together=[("guest", "number")],
        ),
    ]


def silent(line):
    pass


class Inn:
    """A database with the tables of the house, and rows in them."""

    def __init__(self, db):
        self.db = db
        self.state = State()
        self.run(*house())
        models = self.state.classes()
        self.ada = models["Guest"].objects.create(name="Ada")
        self.soup = models["Dish"].objects.create(name="Soup", price="6.50", note="12")
        self.tart = models["Dish"].objects.create(name="Tart", price="5.00")
        self.soup.with_it.add(self.tart)
        order = models["Order"].objects.create(guest=self.ada, number=7)
        order.dishes.add(self.soup, self.tart)

    def run(self, *operations):
        """Run operations as a migration does; the state is that behind them, if they succeed."""
        with whole(self.db):
            run_operations(self.db, self.state, operations, silent)
        self.state = Migration("", operations).change(self.state)

    def refuse(self, *operations):
        """Have operations fail; nothing may be different behind that."""
        before, rows = schema(self.db), self.rows()
        with pytest.raises(DatabaseError) as caught:
            self.run(*operations)
        assert schema(self.db) == before
        assert self.rows() == rows
        return str(caught.value)

    def there_and_back(self, *operations):
        """Run operations and undo them; all has to be as it was."""
        before, rows, was = schema(self.db), self.rows(), self.state
        self.run(*operations)
        between = schema(self.db)
        self.run(*inverses(operations, was))
        assert schema(self.db) == before
        assert self.rows() == rows
        return between

    def rows(self):
        """All rows of all tables."""
        return {
            (name, model.options.table.name): list(model.objects.order_by("pk").values())
            for name, model in self.state.classes().items()
        }

    def ask(self, sql, *parameters):
        return self.db.execute(sql, parameters).rows


@pytest.fixture(params=["memory", "postgresql"])
def inn(request):
    """A house on each kind of database; a file is no other than memory here."""
    is_memory = request.param == "memory"
    db = connect("sqlite://" if is_memory else request.getfixturevalue("one_postgresql"))
    if not is_memory:
        empty(db)
    yield Inn(db)
    db.close()


NULLABLE = NUMBER(null=True)


WAYS = [
    [CreateModel("Cook", {"best": relations.ForeignKey("Dish")})],
    [AddField("Dish", "stars", NUMBER(default=3, index=True))],
    [AddField("Dish", "stars", NUMBER(null=True, unique=True))],
    [AddField("Dish", "since", fields.DateField(auto_now_add=True))],
    [AddField("Dish", "json", fields.JSONField(default=list))],
    [AddField("Order", "host", relations.ForeignKey("Guest", null=True, related_name="+"))],
    [AddField("Guest", "likes", relations.ManyToManyField("Dish"))],
    [RenameField("Dish", "name", "title")],
    [RenameField("Dish", "with_it", "beside")],
    [RenameField("Order", "guest", "host")],
    [RenameField("Order", "dishes", "plates")],
    [AlterField("Dish", "name", fields.CharField(max_length=40))],
    [AlterField("Dish", "name", TEXT(index=True))],
    [AlterField("Dish", "price", fields.DecimalField(max_digits=9, decimal_places=3))],
    [AlterField("Dish", "price", fields.FloatField())],
    [AlterField("Order", "number", TEXT())],
    [AlterField("Order", "number", fields.FloatField(null=True))],
    [AlterField("Order", "guest", relations.ForeignKey("Guest", on_delete="RESTRICT"))],
    [AlterField("Order", "guest", relations.ForeignKey("Guest", null=True, index=False))],
    [AlterField("Order", "number", NUMBER(default=9, choices=[(7, "seven")]))],
    [AlterOptions("Dish", table="a meal")],
    [AlterOptions("Order", table="order", indexes=[("number", "guest")])],
    [RenameModel("Dish", "Meal")],
    [RenameModel("Guest", "Visitor"), AlterOptions("Visitor", table="visitor")],
    [RenameModel("Dish", "Meal"), AlterOptions("Meal", table="meal")],
    [AddField("Dish", "x", NULLABLE), RenameField("Dish", "x", "y"), RemoveField("Dish", "y")],
    [CreateModel("Cook", {"name": TEXT()}), DeleteModel("Cook")],
    [RunSQL("UPDATE dish SET note = '12'", "UPDATE dish SET note = NULL WHERE id = 2")],
]


def test_there_and_back(inn):
    for operations in WAYS:
        inn.there_and_back(*operations)


class TestRows:
    def test_a_new_column_has_its_default(self, inn):
        inn.run(AddField("Dish", "vegan", fields.BooleanField(default=True)))
        inn.run(AddField("Dish", "since", fields.DateField(default=datetime.date(2030, 5, 1))))
        inn.run(
            AddField(
                "Dish",
                "tax",
                fields.DecimalField(
                    max_digits=4, decimal_places=2, default=decimal.Decimal("0.07")
                ),
            )
        )
        dish = inn.state.classes()["Dish"].objects.get(name="Soup")
        assert (dish.vegan, dish.since, dish.tax) == (
            True,
            datetime.date(2030, 5, 1),
            decimal.Decimal("0.07"),
        )

    def test_null_becomes_the_default(self, inn):
        inn.run(AlterField("Dish", "note", TEXT(default="-")))
        assert inn.ask("SELECT note FROM dish ORDER BY id") == [("12",), ("-",)]

    def test_values_of_another_type(self, inn):
        inn.run(AlterField("Dish", "note", NUMBER(null=True)))
        models = inn.state.classes()
        assert list(models["Dish"].objects.order_by("pk").values_list("note", flat=True)) == [
            12,
            None,
        ]
        inn.run(AlterField("Order", "number", TEXT(default="")))
        assert inn.ask('SELECT number FROM "order"') == [("7",)]
        inn.run(AlterField("Order", "number", fields.JSONField(default=list)))
        assert inn.state.classes()["Order"].objects.get().number == 7

    def test_booleans_and_numbers(self, inn):
        inn.run(AddField("Dish", "x", fields.BooleanField(default=True)))
        for field, value in (
            (NUMBER(), 1),
            (fields.FloatField(), 1.0),
            (fields.BooleanField(), True),
            (fields.DecimalField(max_digits=4, decimal_places=1), decimal.Decimal("1.0")),
            (fields.BooleanField(), True),
        ):
            inn.run(AlterField("Dish", "x", field))
            found = inn.state.classes()["Dish"].objects.first().x
            assert (found, type(found)) == (value, type(value))

    def test_renamed_models_keep_their_pairs(self, inn):
        inn.run(RenameModel("Dish", "Meal"), AlterOptions("Meal", table="meal"))
        models = inn.state.classes()
        soup = models["Meal"].objects.get(name="Soup")
        assert list(soup.with_it.values_list("name", flat=True)) == ["Tart"]
        assert models["Order"].objects.get().dishes.count() == 2
        assert sorted(name for name in inn.db.tables() if "meal" in name) == [
            "meal",
            "meal_with_it",
        ]
        with pytest.raises(IntegrityError):
            inn.db.execute("INSERT INTO order_dishes (order_id, meal_id) VALUES (1, 99)")

    def test_keys_are_not_given_again(self, inn):
        dish = inn.state.classes()["Dish"]
        dish.objects.create(name="Gone", price=1).delete()
        inn.run(AddField("Dish", "stars", NUMBER(default=3)))
        assert inn.state.classes()["Dish"].objects.create(name="Pie", price=1).pk == 4

    def test_a_foreign_key_is_checked_again(self, inn):
        inn.run(AddField("Guest", "stars", NUMBER(default=3)))
        with pytest.raises(IntegrityError):
            inn.db.execute('INSERT INTO "order" (guest_id, number) VALUES (99, 1)')
        inn.db.execute("DELETE FROM guest")
        assert inn.ask('SELECT count(*) FROM "order"') == [(0,)]

    def test_a_function_asks_this_database(self, inn):
        seen = []

        def note(models):
            seen.append(database_module.default_database())
            models["Dish"].objects.update(note="new")

        other = connect("sqlite://")
        inn.run(RunPython(note))
        assert seen == [inn.db]
        assert database_module.default_database() is other
        assert inn.ask("SELECT DISTINCT note FROM dish") == [("new",)]
        other.close()


class TestRefused:
    def test_values_that_would_be_lost(self, inn):
        for value, field in (
            ("about 5", NUMBER(null=True)),
            ("1_0", NUMBER(null=True)),
            ("1.5", NUMBER(null=True)),
            ("yes", fields.BooleanField(null=True)),
            ("much too long", fields.CharField(max_length=5, null=True)),
            ("tomorrow", fields.DateField(null=True)),
            ("[1", fields.JSONField(null=True)),
            ("nan", fields.FloatField(null=True)),
            ("1.55", fields.DecimalField(max_digits=4, decimal_places=1, null=True)),
        ):
            inn.db.execute("UPDATE dish SET note = ?", [value])
            message = inn.refuse(AlterField("Dish", "note", field))
            assert "Dish.note" in message or field.kind == "json"

    def test_digits_that_would_be_lost(self, inn):
        message = inn.refuse(AlterField("Dish", "price", NUMBER()))
        assert "Dish.price" in message
        inn.refuse(AlterField("Dish", "price", fields.DecimalField(max_digits=4, decimal_places=0)))

    def test_null_without_a_default(self, inn):
        inn.refuse(AlterField("Dish", "note", TEXT()))

    def test_no_default_for_rows(self, inn):
        assert "Dish.stars" in inn.refuse(AddField("Dish", "stars", NUMBER()))

    def test_the_same_twice(self, inn):
        inn.db.execute("UPDATE dish SET note = 'x'")
        inn.refuse(AlterField("Dish", "note", TEXT(null=True, unique=True)))

    def test_another_key(self, inn):
        key = fields.CharField(max_length=9, primary_key=True, default="x")
        assert "primary key" in inn.refuse(AddField("Dish", "code", key))

    def test_rows_that_refer_to_nothing(self, inn):
        inn.db.execute("DELETE FROM dish WHERE id = 1")
        inn.run(AddField("Order", "dish_number", NUMBER(default=1)))
        inn.refuse(
            RenameField("Order", "dish_number", "dish"),
            AlterField("Order", "dish", relations.ForeignKey("Dish", related_name="+")),
        )

    def test_a_model_that_others_refer_to(self, inn):
        assert "Order.guest" in inn.refuse(DeleteModel("Guest"))

    def test_the_middle_of_many(self, inn):
        inn.refuse(
            AddField("Dish", "stars", NUMBER(default=3)),
            CreateModel("Cook", {"name": TEXT()}),
            RunSQL("SELECT * FROM nowhere"),
        )


class TestOthersThings:
    def test_views_triggers_and_indexes(self, inn):
        """On SQLite what others have put on a table is put on the new one."""
        if inn.db.dialect.name != "sqlite":
            return  # the table stays itself there
        for sql in (
            "CREATE INDEX part ON dish (name) WHERE price > 5",
            "CREATE INDEX lowered ON dish (lower(name))",
            "CREATE VIEW card AS SELECT name FROM dish",
            "CREATE TABLE log (word TEXT)",
            "CREATE TRIGGER noted AFTER UPDATE OF price ON dish "
            "BEGIN INSERT INTO log VALUES (new.name); END",
        ):
            inn.db.execute(sql)
        inn.run(AddField("Dish", "stars", NUMBER(default=3)), RenameField("Dish", "name", "title"))
        inn.db.execute("UPDATE dish SET price = 7 WHERE id = 1")
        assert inn.ask("SELECT word FROM log") == [("Soup",)]
        assert inn.ask("SELECT * FROM card ORDER BY 1") == [("Soup",), ("Tart",)]
        found = inn.ask("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        assert {("part",), ("lowered",)} <= set(found)

    def test_a_column_by_hand(self, inn):
        inn.db.execute("ALTER TABLE dish ADD COLUMN secret TEXT")
        inn.db.execute("UPDATE dish SET secret = 'saffron'")
        if inn.db.dialect.name == "sqlite":
            with pytest.raises(DatabaseError, match="secret"):
                inn.run(AddField("Dish", "stars", NUMBER(default=3)))
        else:
            inn.run(AddField("Dish", "stars", NUMBER(default=3)))
        assert inn.ask("SELECT DISTINCT secret FROM dish") == [("saffron",)]

    def test_a_computed_column_by_hand(self, db):
        run_operations(db, State(), [CreateModel("Dish", {"name": TEXT()})], silent)
        kind = (
            "AS (length(name)) STORED" if db.dialect.name == "postgresql" else "AS (length(name))"
        )
        db.execute(f"ALTER TABLE dish ADD COLUMN letters INTEGER GENERATED ALWAYS {kind}")
        dish = State({"Dish": ModelState("Dish", {"name": TEXT()}, "dish")})
        if db.dialect.name == "sqlite":
            with pytest.raises(DatabaseError, match="letters"):
                run_operations(db, dish, [AddField("Dish", "x", TEXT(null=True))], silent)
        assert db.execute("SELECT count(letters) FROM dish").rows == [(0,)]


def test_circles_come_and_go(db):
    """Models that refer to each other are created and deleted, with rows in them."""
    models = {
        "Cook": ModelState(
            "Cook",
            {"best": relations.ForeignKey("Dish", null=True, related_name="+"), "name": TEXT()},
            "cook",
            [("best", "name")],
        ),
        "Dish": ModelState(
            "Dish", {"cook": relations.ForeignKey("Cook", related_name="+")}, "dish"
        ),
    }
    there = State(models)
    created = detect(State(), there, lambda question: False)
    with whole(db):
        run_operations(db, State(), created, silent)
    classes = there.classes()
    cook = classes["Cook"].objects.create(name="Ben")
    cook.best = classes["Dish"].objects.create(cook=cook)
    cook.save()
    with whole(db):
        run_operations(db, there, detect(there, State(), lambda question: False), silent)
    assert db.tables() - {"sqlite_sequence"} == set()


def test_many_migrate_at_once(db, tmp_path):
    """Many who migrate at the same time run each migration once."""
    for number in range(1, 5):
        first = 'migrations.RunSQL("CREATE TABLE run (number INTEGER)"),' if number == 1 else ""
        (tmp_path / f"000{number}_run.py").write_text(
            "from bistro.orm import migrations\n"
            f'operations = [{first} migrations.RunSQL("INSERT INTO run VALUES ({number})")]\n'
        )
    errors = []

    def run():
        try:
            migrate(db, tmp_path, tell=silent)
        except DatabaseError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert errors == []
    assert db.execute("SELECT number FROM run ORDER BY number").rows == [(1,), (2,), (3,), (4,)]
    assert len(applied(db)) == 4


def test_a_lock_waits_no_longer_than_the_transaction(db, tmp_path):
    """Who fails lets the next one migrate."""
    (tmp_path / "0001_a.py").write_text(
        'from bistro.orm import migrations\noperations = [migrations.RunSQL("oops")]\n'
    )
    for _ in range(2):
        with pytest.raises(DatabaseError):
            migrate(db, tmp_path, tell=silent)
    assert applied(db) == []


EVERYTHING = """
import datetime
import decimal

from bistro.orm import *

connect("sqlite:///inn.db")


def three():
    return 3


class Stars(IntegerField):
    pass


class Guest(Model):
    class Meta:
        unique_together = [("name", "born")]
        indexes = [("born", "name")]

    name = CharField(max_length=20, default="it's \\"Ada\\"\\n")
    born = DateField(default=datetime.date(1815, 12, 10))
    seen = DateTimeField(auto_now=True, aware=True)
    kind = IntegerField(choices=[(1, "new"), (2, "old")], default=three)
    money = DecimalField(max_digits=6, decimal_places=2, default=decimal.Decimal("1.50"))
    stars = Stars(default=3, index=True)
    data = JSONField(default=dict)
    friends = ManyToManyField("self", related_name="+")
    host = ForeignKey("self", null=True, on_delete=SET_NULL, related_name="guests")
    best = ForeignKey("Dish", null=True, related_name="fans")


class Dish(Model):
    class Meta:
        db_table = 'a "dish"'

    name = TextField(unique=True)
    cook = ForeignKey(Guest, on_delete=CASCADE)
"""


class Project:
    """A folder with models, in which commands are run: in this process, since that is quick."""

    def __init__(self, folder, monkeypatch, capsys):
        self.folder = folder
        self.patch = monkeypatch
        self.capsys = capsys

    def models(self, text, name="models"):
        (self.folder / f"{name}.py").write_text(text)

    def run(self, *arguments, status=0, **environment):
        """Run a command; return what it says."""
        with self.patch.context() as patch, registry_apart():
            patch.chdir(self.folder)
            patch.setattr(sys, "path", [str(self.folder), *sys.path])  # as `-m` has it
            patch.setattr(sys, "dont_write_bytecode", True)
            patch.setattr(sys, "stdin", io.StringIO())
            patch.setattr(database_module, "default", None)
            for name, value in environment.items():
                patch.setenv(name, value)
            importlib.invalidate_caches()
            try:
                done = main(list(arguments))
            except SystemExit as ended:
                done = ended.code
            for path in self.folder.glob("*.py"):
                sys.modules.pop(path.stem, None)
            if database_module.default is not None:
                database_module.default.close()
        told = "".join(self.capsys.readouterr())
        assert done == status, told
        return told

    def run_apart(self, *arguments):
        """Run a command as a process of its own."""
        environment = {"PYTHONPATH": str(FRAMEWORK), "PATH": ""}
        return subprocess.run(
            [sys.executable, "-m", "bistro", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )


@pytest.fixture
def project(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Project(tmp_path, monkeypatch, capsys)


DISH = """
from bistro.orm import *

connect("sqlite:///inn.db")


class Dish(Model):
    name = CharField(max_length=20)
    price = IntegerField(default=1)
"""


class TestCommands:
    def test_in_processes_of_their_own(self, project):
        project.models(DISH)
        for arguments, status, told in (
            (["makemigrations"], 0, "wrote"),
            (["makemigrations", "--check"], 0, "nothing has changed"),
            (["migrate"], 0, "create Dish"),
            (["migrate", "7"], 2, "of the migrations"),
        ):
            done = project.run_apart(*arguments)
            assert (done.returncode, told in done.stdout + done.stderr) == (status, True)

    def test_from_models_to_tables(self, project):
        project.models(DISH)
        assert project.run("makemigrations") == f"wrote {Path('migrations/0001_initial.py')}\n"
        assert project.run("makemigrations") == "nothing has changed\n"
        assert project.run("migrate", "--list") == "[ ] 0001_initial\n"
        assert project.run("migrate") == "0001_initial\n  create Dish\n"
        assert project.run("migrate", "--list") == "[x] 0001_initial\n"
        assert project.run("migrate") == "nothing to do\n"
        project.models(DISH + "    vegan = BooleanField(default=False)\n")
        assert project.run("makemigrations", "--check", status=1) == "  add Dish.vegan\n"
        assert "0002_add_dish_vegan.py" in project.run("makemigrations")
        assert project.run("makemigrations", "--check") == "nothing has changed\n"
        assert project.run("migrate") == "0002_add_dish_vegan\n  add Dish.vegan\n"
        assert project.run("migrate", "1") == "undo 0002_add_dish_vegan\n  remove Dish.vegan\n"
        assert "undo 0001" in project.run("migrate", "models", "zero")
        assert "only written down" in project.run("migrate", "--fake")

    def test_everything_is_written_and_read(self, project):
        project.models(EVERYTHING)
        project.run("makemigrations")
        assert project.run("makemigrations", "--check") == "nothing has changed\n"
        told = project.run("migrate")
        assert "  create Guest" in told
        assert "  create Dish" in told
        project.run("migrate", "zero")

    def test_the_same_on_postgresql(self, project, postgresql_url):
        project.models(EVERYTHING)
        project.run("makemigrations")
        for option in (["--database", postgresql_url], []):
            told = project.run("migrate", *option, "zero", DATABASE_URL=postgresql_url)
            assert ("undo" in told) is (option == [])
            project.run("migrate", *option, DATABASE_URL=postgresql_url)
        database = connect(postgresql_url)
        assert {"guest", 'a "dish"', "guest_friends"} <= database.tables()
        database.close()
        assert not (project.folder / "inn.db").exists()

    def test_nobody_is_there_to_ask(self, project):
        project.models(DISH)
        project.run("makemigrations")
        project.models(DISH.replace("price", "cost"))
        told = project.run("makemigrations")
        assert "Is Dish.cost what Dish.price was, under a new name? Nobody is there" in told
        assert "remove Dish.price" in project.run("migrate")

    def test_names(self, project):
        project.models(DISH, name="shop")
        path = Path("migrations/0001_first.py")
        assert str(path) in project.run("makemigrations", "shop", "--name", "first")
        assert (project.folder / path).read_text().startswith("from bistro.orm import fields\n")
        for name in ("../x", "First"):
            told = project.run("makemigrations", "shop", "--name", name, status=2)
            assert "called" in told
        assert "no module" in project.run("makemigrations", "nowhere", status=2)
        assert "no module models or app" in project.run("makemigrations", status=2)

    def test_other_folders(self, project):
        project.models(DISH)
        assert "db" in project.run("makemigrations", "--directory", "db")
        assert project.run("migrate", "--directory", "db", "--list") == "[ ] 0001_initial\n"

    def test_what_is_refused(self, project):
        project.models(DISH)
        project.run("makemigrations")
        project.run("migrate")
        project.models(DISH + "    stars = IntegerField()\n")
        assert "Dish.stars is new" in project.run("makemigrations", status=2)
        assert "Dish.stars is new" in project.run("makemigrations", "--check", status=2)
        project.models(DISH + "    stars = IntegerField(default=lambda: 3)\n")
        assert "define it at the top" in project.run("makemigrations", status=2)
        assert "of the migrations" in project.run("migrate", "7", status=2)
        assert "one module and one target" in project.run("migrate", "1", "2", status=2)
        assert len(list((project.folder / "migrations").glob("*.py"))) == 1

    def test_broken_files(self, project):
        project.models(DISH)
        project.run("makemigrations")
        folder = project.folder / "migrations"
        (folder / "0001_other.py").write_text("operations = []\n")
        assert "one number" in project.run("migrate", status=2)
        (folder / "0001_other.py").rename(folder / "2_other.py")
        assert "no name of a migration" in project.run("migrate", status=2)
        (folder / "2_other.py").rename(folder / "0002_other.py")
        (folder / "0002_other.py").write_text("changes = []\n")
        assert "no list called operations" in project.run("migrate", status=2)


class TestFiles:
    def test_targets(self):
        names = ["0001_a", "0002_b"]
        for target, number in ((None, 2), ("zero", 0), ("1", 1), ("0002", 2), ("0002_b", 2)):
            assert position(target, names) == number
        for target in ("", "0", "3", "\u00b2", "\u0661", "9" * 5000, "-1", " 1", "0001_a.py"):
            with pytest.raises(MigrationError):
                position(target, names)

    def test_no_folder(self, db, tmp_path):
        assert load(tmp_path / "none") == []
        assert migrate(db, tmp_path / "none", tell=silent) == 0

    def test_other_files_are_left_alone(self, tmp_path):
        (tmp_path / "__init__.py").write_text("oops(")
        (tmp_path / "notes.txt").write_text("x")
        (tmp_path / "0001_a.py").write_text("operations = []\n")
        assert [one.name for one in load(tmp_path)] == ["0001_a"]

    def test_a_file_that_does_not_fit(self, tmp_path, db):
        (tmp_path / "0001_a.py").write_text(
            "from bistro.orm import migrations\n"
            "operations = [migrations.RemoveField('Dish', 'x')]\n"
        )
        with pytest.raises(MigrationError, match="0001_a: there is no model Dish"):
            migrate(db, tmp_path, tell=silent)

    def test_own_operations_are_not_written(self):
        with pytest.raises(MigrationError):
            source([RunSQL("SELECT 1")])

    def test_nothing_is_written_for_nothing(self, tmp_path):
        assert make_migration([], tmp_path / "none", lambda question: True) is None
        assert not (tmp_path / "none").exists()
