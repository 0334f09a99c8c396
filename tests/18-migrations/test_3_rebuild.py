"""Step 18.3: a table is made anew, with its rows."""

from datetime import date
from decimal import Decimal

import pytest

from bistro.orm.database import DatabaseError, IntegrityError
from bistro.orm.fields import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    TextField,
)
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, ForeignKey
from bistro.orm.schema import alter, filling, run_late, sources


def model(called, /, *, table="dish", unique=(), indexes=(), **fields):
    """A model with a table."""
    options = {"db_table": table, "unique_together": unique, "indexes": indexes}
    meta = type("Meta", (), options)
    return type(called, (Model,), {"__module__": __name__, "Meta": meta, **fields})


@pytest.fixture
def become(db):
    """`become(old, new, **renamed)`: the tables of a model become another's, as a whole."""

    def change(old, new, **renamed):
        late = []
        db.execute("PRAGMA foreign_keys = OFF")
        try:
            with db.transaction():
                alter(db, old, new, late, renamed)
                run_late(db, late)
        finally:
            db.execute("PRAGMA foreign_keys = ON")

    return change


@pytest.fixture
def dish(db):
    """A model whose table has two rows."""
    made = model("Dish", name=TextField(), cents=IntegerField(null=True))
    db.create_tables(made)
    made.objects.create(name="Soup", cents=650)
    made.objects.create(name="Tart", cents=None)
    return made


def test_what_fills_a_column():
    """A new column has its default; a function's result, if it is one that makes it."""
    assert filling(IntegerField(default=4)) == 4
    assert filling(IntegerField(default=0, null=True)) == 0
    assert filling(IntegerField(default=None, null=True)) is None
    assert filling(IntegerField(default=lambda: 7)) == 7
    assert filling(IntegerField(null=True)) is None


def test_days_fill_themselves(monkeypatch):
    """A day that sets itself is today, unless there is a default; any other needs one."""
    monkeypatch.setattr(DateField, "now", lambda field: date(2030, 5, 1))
    assert filling(DateField(auto_now=True)) == date(2030, 5, 1)
    assert filling(DateField(auto_now_add=True, null=True)) == date(2030, 5, 1)
    assert filling(DateField(auto_now=True, default=date(2020, 1, 1))) == date(2020, 1, 1)
    assert filling(DateField(null=True)) is None
    with pytest.raises(DatabaseError):
        filling(DateTimeField())


def test_nothing_to_fill_a_column():
    """A column that can't be NULL, without a default, is refused by the field's name."""
    field = model("Dish", stars=IntegerField()).options.fields["stars"]
    with pytest.raises(DatabaseError) as caught:
        filling(field)
    assert "Dish.stars" in str(caught.value)


def test_where_values_come_from(db, dish):
    """A new column's value is a `?`, an old one's is the old column."""
    new = model(
        "Dish",
        stars=IntegerField(default=3),
        name=TextField(),
        price=DecimalField(max_digits=6, decimal_places=2, default=Decimal("1.50")),
        cents=IntegerField(null=True),
    ).options
    fields = dish.options.fields
    kept = {"id": fields["id"], "name": fields["name"], "cents": fields["cents"]}
    sql, parameters = sources(db, new, kept)
    assert sql == '"id", ?, "name", ?, "cents"'
    assert parameters == [3, 1.5]
    assert not isinstance(parameters[1], Decimal)


def test_where_other_values_come_from(db, dish):
    """A value of another type is cast, and NULL where none may be is filled."""
    new = model("Dish", name=CharField(max_length=9), cents=TextField(default="?")).options
    sql, parameters = sources(db, new, {"id": dish.options.key, **dish.options.fields})
    assert sql == '"id", CAST("name" AS VARCHAR(9)), COALESCE(CAST("cents" AS TEXT), ?)'
    assert parameters == ["?"]
    new = model("Dish", name=TextField(default="-"), cents=IntegerField()).options
    sql, parameters = sources(db, new, {"id": dish.options.key, **dish.options.fields})
    assert (sql, parameters) == ('"id", "name", "cents"', [])


def test_a_column_comes(become, dish, ask, columns):
    """The rows stay, with their keys, and have the default in a new column."""
    vegan = BooleanField(default=False)
    become(dish, model("Dish", name=TextField(), cents=IntegerField(null=True), vegan=vegan))
    assert columns("dish") == ["id", "name", "cents", "vegan"]
    assert ask("SELECT * FROM dish") == [(1, "Soup", 650, 0), (2, "Tart", None, 0)]
    assert columns("dish__new") == []


def test_columns_go_and_are_called_otherwise(become, dish, ask, columns):
    """A column goes, another has a new name, and its values are under that."""
    become(dish, model("Dish", title=TextField()), title="name")
    assert columns("dish") == ["id", "title"]
    assert ask("SELECT * FROM dish") == [(1, "Soup"), (2, "Tart")]


def test_another_type(become, dish, ask):
    """Values become values of the new type, where they can; NULL stays NULL."""
    become(dish, model("Dish", name=TextField(), cents=TextField(null=True)))
    assert ask("SELECT cents, typeof(cents) FROM dish") == [("650", "text"), (None, "null")]


def test_texts_become_dates(db, become, ask):
    """A day that was a text is the same day, not the number that it begins with."""
    old = model("Day", table="day", word=TextField())
    db.create_tables(old)
    old.objects.create(word="2030-05-01")
    become(old, model("Day", table="day", word=DateField(unique=True)))
    assert ask("SELECT word, typeof(word) FROM day") == [("2030-05-01", "text")]


def test_no_null_any_more(become, dish, ask):
    """Where NULL is not allowed any more, the default stands for it, and only for it."""
    become(dish, model("Dish", name=TextField(default="-"), cents=IntegerField(default=500)))
    assert ask("SELECT name, cents FROM dish") == [("Soup", 650), ("Tart", 500)]


def test_null_without_a_default(become, dish, ask, columns):
    """A NULL for which there is no default is refused, and all is as it was."""
    with pytest.raises(IntegrityError):
        become(dish, model("Dish", name=TextField(), cents=IntegerField()))
    assert ask("SELECT * FROM dish") == [(1, "Soup", 650), (2, "Tart", None)]
    assert columns("dish__new") == []


def test_no_default(become, dish, db, ask, columns):
    """A column that needs a default comes without one only where there are no rows."""
    new = model("Dish", name=TextField(), cents=IntegerField(null=True), stars=IntegerField())
    with pytest.raises(DatabaseError):
        become(dish, new)
    assert ask("SELECT name FROM dish") == [("Soup",), ("Tart",)]
    db.execute("DELETE FROM dish")
    become(dish, new)
    assert "stars" in columns("dish")


def test_values_that_do_not_fit(become, dish, ask):
    """Twice the same where it has to be unique is refused, and all is as it was."""
    dish.objects.create(name="Soup", cents=1)
    with pytest.raises(IntegrityError):
        become(dish, model("Dish", name=TextField(unique=True), cents=IntegerField(null=True)))
    assert ask("SELECT count(*) FROM dish") == [(3,)]


def test_hostile_values(become, dish, ask):
    """What stands in rows and defaults is a value, whatever it reads like."""
    evil = "?', 1); DROP TABLE dish; --"
    dish.objects.create(name=evil)
    new = model("Dish", name=TextField(), note=TextField(default="\"?\" or '1'"))
    become(dish, new)
    assert ask("SELECT name, note FROM dish WHERE id = 3") == [(evil, "\"?\" or '1'")]


def test_hostile_names(db, become, ask):
    """A table and a column may be called by any words, also by SQL's own."""
    for table in (r'a "dish" \1 (select', 'CREATE TABLE "dish"'):
        fields = {"order": TextField(), "of": ForeignKey("self", null=True)}
        old = model("Odd", table=table, **fields)
        db.create_tables(old)
        old.objects.create(order="x")
        old.objects.create(order="y", of_id=1)
        fields = {"order": TextField(), "of": ForeignKey("self", null=True)}
        become(old, model("Odd", table=table, **fields, group=IntegerField(default=1)))
        quoted = '"' + table.replace('"', '""') + '"'
        assert ask(f"SELECT * FROM {quoted}") == [(1, "x", None, 1), (2, "y", 1, 1)]
        assert ask('SELECT "table" FROM pragma_foreign_key_list(?)', table) == [(table,)]


def test_indexes(db, become, dish, ask):
    """Indexes are those of the new model; the old one's are gone."""
    old = model("Dish", name=TextField(index=True), cents=IntegerField(null=True))
    become(dish, old)
    cents = IntegerField(null=True, index=True)
    become(old, model("Dish", indexes=[("cents", "name")], name=TextField(), cents=cents))
    found = ask("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
    assert found == [("dish_cents_index",), ("dish_cents_name_index",)]


def test_what_comes_late(db, dish, ask):
    """Indexes are not created with the table: their statements are left for later."""
    db.execute("DELETE FROM dish")
    db.execute('CREATE INDEX "by name" ON dish (name)')
    late = ["SELECT 1"]
    alter(db, dish, model("Dish", name=TextField(index=True)), late)
    assert ask("SELECT name FROM sqlite_master WHERE type = 'index'") == []
    assert late[0] == "SELECT 1"
    assert len(late) == 3
    run_late(db, late)
    assert len(ask("SELECT name FROM sqlite_master WHERE type = 'index'")) == 2


def test_what_others_have_put_on_it(db, become, dish, ask):
    """An index and a trigger of others are on the new table; not an index of a column that goes."""
    db.execute('CREATE INDEX "by name" ON dish (name)')
    db.execute("CREATE INDEX by_cents ON dish (name, cents)")
    db.execute("CREATE TABLE log (word TEXT)")
    db.execute(
        "CREATE TRIGGER noted AFTER INSERT ON dish BEGIN INSERT INTO log VALUES (new.name); END"
    )
    new = model("Dish", name=TextField(), stars=IntegerField(default=3))
    become(dish, new)
    assert ask("SELECT name FROM sqlite_master WHERE type = 'index'") == [("by name",)]
    new.objects.create(name="Pie")
    assert ask("SELECT word FROM log") == [("Pie",)]


def test_keys_are_not_given_again(become, dish, ask):
    """A key whose row is gone is not given to the next row."""
    dish.objects.create(name="Gone").delete()
    new = model("Dish", name=TextField())
    become(dish, new)
    assert new.objects.create(name="Pie").pk == 4


def test_rows_that_refer_to_it(db, become, dish, ask):
    """Rows that refer to the table stay, and refer to it by its name, with what that means."""
    order = model("Order", table="order", dish=ForeignKey("Dish", on_delete=CASCADE))
    db.create_tables(order)
    order.objects.create(dish_id=1)
    order.objects.create(dish_id=2)
    become(dish, model("Dish", name=TextField(), stars=IntegerField(default=3)))
    assert ask("SELECT \"table\" FROM pragma_foreign_key_list('order')") == [("dish",)]
    assert ask('SELECT dish_id FROM "order"') == [(1,), (2,)]
    db.execute("DELETE FROM dish WHERE id = 1")
    assert ask('SELECT dish_id FROM "order"') == [(2,)]
    with pytest.raises(IntegrityError):
        db.execute('INSERT INTO "order" (dish_id) VALUES (7)')


def test_a_column_that_nobody_knows(db, become, dish, ask):
    """A column that somebody has added by hand is not lost without a word."""
    db.execute("ALTER TABLE dish ADD COLUMN secret TEXT")
    db.execute("UPDATE dish SET secret = 'saffron'")
    with pytest.raises(DatabaseError) as caught:
        become(dish, model("Dish", name=TextField()))
    assert "secret" in str(caught.value)
    assert ask("SELECT secret FROM dish") == [("saffron",), ("saffron",)]


def test_a_view(db, become, dish, ask):
    """A view of the table shows the new table's rows."""
    db.execute("CREATE VIEW card AS SELECT name FROM dish")
    become(dish, model("Dish", name=TextField(), stars=IntegerField(default=3)))
    assert ask("SELECT name FROM card") == [("Soup",), ("Tart",)]


def test_constraints(become, dish, ask):
    """What the new model forbids is forbidden; what the old one forbade alone, is allowed."""
    pair = model(
        "Dish", unique=[("name", "cents")], name=TextField(), cents=IntegerField(null=True)
    )
    become(dish, pair)
    with pytest.raises(IntegrityError):
        pair.objects.create(name="Soup", cents=650)
    become(pair, dish)
    dish.objects.create(name="Soup", cents=650)
    assert ask("SELECT count(*) FROM dish") == [(3,)]
