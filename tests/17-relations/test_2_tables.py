"""Step 17.2: the database minds, too."""

import pytest

from bistro.orm.database import IntegrityError
from bistro.orm.expressions import FieldError
from bistro.orm.fields import CharField, DecimalField
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, DO_NOTHING, SET_NULL, ForeignKey


def defined(model, name, dialect="sqlite"):
    """What CREATE TABLE says of a field's column."""
    return model.options.fields[name].definition(dialect)


def test_what_create_table_says(models):
    """On SQLite a column ends with the reference: table, key, and what happens on delete."""
    assert defined(models.Order, "table") == (
        '"table_id" INTEGER NOT NULL REFERENCES "seat" ("id") ON DELETE CASCADE'
    )
    assert defined(models.Order, "waiter") == (
        '"waiter_id" INTEGER REFERENCES "waiter" ("id") ON DELETE SET NULL'
    )
    assert defined(models.Item, "dish").endswith(" ON DELETE RESTRICT")


def test_postgresql_learns_later(models):
    """PostgreSQL gets the column alone; the reference comes when all tables are there."""
    field = models.Order.options.fields["table"]
    assert field.definition("postgresql") == '"table_id" BIGINT NOT NULL'
    index = 'CREATE INDEX "order_table_id_index" ON "order" ("table_id")'
    assert field.reference() == 'REFERENCES "seat" ("id") ON DELETE CASCADE'
    assert field.late_statements("sqlite", "order") == [index]
    assert field.late_statements("postgresql", "order") == [
        index,
        'ALTER TABLE "order" ADD FOREIGN KEY ("table_id") '
        'REFERENCES "seat" ("id") ON DELETE CASCADE',
    ]


def test_the_type_of_the_key():
    """The column has the type of the key over there, but nothing that counts up."""

    class Wine(Model):
        name = CharField(max_length=9, primary_key=True)

    class Coin(Model):
        worth = DecimalField(max_digits=5, decimal_places=2, primary_key=True)

    class Cook(Model):
        wine = ForeignKey(Wine, primary_key=True)

    class Tip(Model):
        wine = ForeignKey(Wine)
        coin = ForeignKey(Coin)
        cook = ForeignKey(Cook)
        before = ForeignKey("self", null=True)

    for dialect, integer in (("sqlite", "INTEGER"), ("postgresql", "BIGINT")):
        types = [Tip.options.fields[name].sql_type(dialect) for name in ("wine", "coin", "cook")]
        assert types == ["VARCHAR(9)", "NUMERIC(5, 2)", "VARCHAR(9)"]
        assert Tip.options.fields["before"].sql_type(dialect) == integer


def test_names_are_quoted():
    """Names that SQL has words for, or that have quotation marks, are quoted."""

    class Select(Model):
        class Meta:
            db_table = 'se"lect'

    class Where(Model):
        group = ForeignKey(Select, on_delete=DO_NOTHING)

    assert Where.options.fields["group"].reference() == (
        'REFERENCES "se""lect" ("id") ON DELETE NO ACTION'
    )
    assert defined(Where, "group").startswith('"group_id" INTEGER NOT NULL REFERENCES')


def test_any_order_will_do(house, db):
    """Tables are created in any order, and those of a circle, too."""
    assert db.execute("PRAGMA foreign_key_check").rows == []
    found = db.execute("SELECT * FROM pragma_foreign_key_list('item')").rows
    assert {(row[2], row[3], row[4]) for row in found} == {
        ("order", "order_id", "id"),
        ("dish", "dish_id", "id"),
    }


def test_no_row_refers_to_nothing(house, db):
    """The database refuses a key that no row over there has."""
    with pytest.raises(IntegrityError):
        db.execute("INSERT INTO item VALUES (9, 1, 99, 1)")
    with pytest.raises(IntegrityError):
        db.execute('UPDATE "order" SET table_id = 99')


def test_with_the_row(house, db):
    """With CASCADE go the rows that refer to it, and those that refer to these."""
    db.execute("DELETE FROM seat WHERE id = 1")
    assert db.execute('SELECT id FROM "order"').rows == [(3,)]
    assert db.execute("SELECT id FROM item").rows == [(4,)]


def test_set_to_null(house, db):
    """With SET_NULL rows that referred to it stay, and refer to nothing."""
    db.execute("DELETE FROM waiter WHERE id = 1")
    assert db.execute("SELECT id, chief_id FROM waiter").rows == [(2, None), (3, None)]


def test_a_row_that_is_needed(house, db):
    """With PROTECT, a row that is referred to stays."""
    with pytest.raises(IntegrityError):
        db.execute("DELETE FROM dish WHERE id = 1")
    assert db.execute("SELECT COUNT(*) FROM dish").rows == [(3,)]


def test_it_is_asked_for_by_an_index(house, db):
    """Each foreign key has an index; a unique one has that of its own."""

    class Slip(Model):
        order = ForeignKey(house.Order, on_delete=CASCADE, unique=True)

    db.create_tables(Slip)
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='index'").rows}
    assert {"order_table_id_index", "item_dish_id_index"} <= names
    assert "slip_order_id_index" not in names


def test_nobody_defined_it(db):
    """A table that would refer to a model which is not there is not created, but named."""

    class Orphan(Model):
        parent = ForeignKey("NobodyAtAll")

    with pytest.raises(FieldError, match=r"Orphan\.parent.*NobodyAtAll"):
        db.create_tables(Orphan)
    with pytest.raises(FieldError, match="NobodyAtAll"):
        Orphan.options.fields["parent"].reference()


def test_what_on_delete_can_be(models):
    """`on_delete` is one of four, and SET_NULL needs a column that can be NULL."""
    assert "ON DELETE" in models.Order.options.fields["table"].reference()
    with pytest.raises(FieldError, match="CASCADE"):
        ForeignKey("self", on_delete="CASCADE; DROP TABLE dish")
    with pytest.raises(FieldError, match="null"):
        ForeignKey("self", on_delete=SET_NULL)
