"""Step 18.4: changes one after the other, and their undoing."""

import pytest

from bistro.orm.database import DatabaseError
from bistro.orm.fields import IntegerField, TextField
from bistro.orm.migrations import (
    AddField,
    CreateModel,
    DeleteModel,
    MigrationError,
    ModelState,
    Operation,
    RemoveField,
    RenameField,
    RunPython,
    RunSQL,
    State,
    inverses,
    run_operations,
)


def silent(line):
    """Tell nobody."""


def house():
    """One model, as data."""
    return State({"Dish": ModelState("Dish", {"name": TextField()}, "dish")})


class Spy(Operation):
    """A change that writes down what it is given, and leaves statements for later."""

    def __init__(self, log, name, *late):
        self.log, self.name, self.late = log, name, late

    def change(self, state):
        self.log.append(f"change {self.name}")
        state.models[self.name] = ModelState(self.name, {"x": IntegerField()}, self.name.lower())

    def apply(self, db, before, after, late):
        self.log.append((sorted(before), sorted(after), list(late)))
        late.extend(self.late)

    def __str__(self):
        return f"spy {self.name}"


def test_the_last_is_undone_first():
    """The inverses come in the opposite order."""
    operations = [AddField("Dish", "a", TextField()), RenameField("Dish", "a", "b")]
    found = inverses(operations, house())
    assert [str(one) for one in found] == ["rename Dish.b to a", "remove Dish.a"]


def test_undoing_needs_what_was_before():
    """Each inverse is made with the state before its operation, not that before all of them."""
    field = IntegerField(default=4)
    operations = [
        AddField("Dish", "stars", field),
        RemoveField("Dish", "stars"),
        DeleteModel("Dish"),
    ]
    create, add, remove = inverses(operations, house())
    assert isinstance(create, CreateModel)
    assert list(create.state.fields) == ["name"]
    assert isinstance(add, AddField)
    assert add.field is field
    assert isinstance(remove, RemoveField)


def test_undoing_leaves_the_state():
    """The state that inverses are asked with stays as it is."""
    state = house()
    inverses([AddField("Dish", "a", TextField()), RemoveField("Dish", "name")], state)
    assert list(state.models["Dish"].fields) == ["name"]
    assert inverses([], state) == []


def test_what_cannot_be_undone():
    """Statements and functions that nobody has said the opposite of can't be undone."""
    for operation in (RunSQL("DELETE FROM dish"), RunPython(silent)):
        with pytest.raises(MigrationError):
            inverses([AddField("Dish", "a", TextField()), operation], house())


def test_a_change_that_does_not_fit():
    """Where one change does not fit behind another, nothing is undone or run."""
    operations = [RemoveField("Dish", "name"), RenameField("Dish", "name", "title")]
    with pytest.raises(MigrationError):
        inverses([*operations, RemoveField("Dish", "title")], house())


def test_tables_come_and_change(db, ask, columns):
    """A table is created, gets a column and loses another, one after the other."""
    told = []
    operations = [
        CreateModel("Dish", {"name": TextField(), "old": TextField()}),
        RunSQL("INSERT INTO dish (name, old) VALUES ('Soup', 'x')"),
        AddField("Dish", "stars", IntegerField(default=3)),
        RemoveField("Dish", "old"),
    ]
    run_operations(db, State(), operations, told.append)
    assert ask("SELECT * FROM dish") == [(1, "Soup", 3)]
    assert told == ["  create Dish", "  run SQL", "  add Dish.stars", "  remove Dish.old"]


def test_what_an_operation_is_given(db):
    """Each operation sees the models before and after it, and leaves for later what it likes."""
    log = []
    run_operations(db, State(), [Spy(log, "A"), Spy(log, "B")], log.append)
    assert log == [
        "change A",
        "  spy A",
        ([], ["A"], []),
        "change B",
        "  spy B",
        (["A"], ["A", "B"], []),
    ]


def test_what_is_left_for_later(db, ask):
    """What an operation leaves for later is run behind it, each statement once."""
    insert = "INSERT INTO log VALUES (1)"
    db.execute("CREATE TABLE log (number INTEGER)")
    log = []
    operations = [
        Spy(log, "A", insert, insert),
        RunSQL("UPDATE log SET number = number + 10"),
        Spy(log, "B", insert),
    ]
    run_operations(db, State(), operations, silent)
    assert ask("SELECT number FROM log") == [(11,), (1,)]
    assert log[-1] == (["A"], ["A", "B"], [])


def test_the_state_stays(db):
    """The state that changes begin at stays as it is."""
    state = State()
    run_operations(db, state, [CreateModel("Dish", {"name": TextField()})], silent)
    assert state.models == {}


def test_a_failure_in_the_middle(db, ask):
    """Behind an operation that fails, none is run."""
    operations = [RunSQL("CREATE TABLE a (x)"), RunSQL("oops"), RunSQL("CREATE TABLE b (x)")]
    told = []
    with pytest.raises(DatabaseError):
        run_operations(db, State(), operations, told.append)
    assert db.tables() == {"a"}
    assert len(told) == 2


def test_models_as_they_are_then(db, ask):
    """A function is given the models as they are at that point: later fields are not there."""
    seen = []

    def season(models):
        seen.append(list(models["Dish"].options.fields))
        models["Dish"].objects.create(name="Soup")

    operations = [
        CreateModel("Dish", {"name": TextField()}),
        RunPython(season),
        AddField("Dish", "stars", IntegerField(default=5)),
    ]
    run_operations(db, State(), operations, silent)
    assert seen == [["id", "name"]]
    assert ask("SELECT name, stars FROM dish") == [("Soup", 5)]


def test_there_and_back(db, ask, columns):
    """Changes that are run, and then undone, leave the tables and the rows that there were."""
    run_operations(db, State(), [CreateModel("Dish", {"name": TextField()})], silent)
    ask("INSERT INTO dish (name) VALUES ('Soup')")
    before = ask("SELECT type, name, sql FROM sqlite_master ORDER BY name")
    operations = [
        AddField("Dish", "stars", IntegerField(default=3, index=True)),
        RenameField("Dish", "name", "title"),
        CreateModel("Guest", {"name": TextField()}),
    ]
    after = house()
    for operation in operations:
        operation.change(after)
    run_operations(db, house(), operations, silent)
    assert columns("dish") == ["id", "title", "stars"]
    run_operations(db, after, inverses(operations, house()), silent)
    assert ask("SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert ask("SELECT * FROM dish") == [(1, "Soup")]
