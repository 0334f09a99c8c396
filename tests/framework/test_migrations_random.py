"""Migrations from random models to random models, forward and back, on both databases."""

from __future__ import annotations

import decimal
import itertools
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bistro.orm import (
    CASCADE,
    SET_NULL,
    BooleanField,
    CharField,
    DateField,
    DecimalField,
    FloatField,
    ForeignKey,
    IntegerField,
    JSONField,
    ManyToManyField,
    TextField,
)
from bistro.orm import database as database_module
from bistro.orm.autodetect import detect, source, written
from bistro.orm.migrations import ModelState, State, inverses, run_operations

MODELS = ("Dish", "Guest", "Order")
NAMES = ("a", "b", "c", "dish", "guest")
TARGETS = (*MODELS, "self")


def plain_fields():
    """Fields of every kind, that rows can do without."""
    kinds = [
        (CharField, {"max_length": 5, "default": ""}),
        (CharField, {"max_length": 9, "default": "x"}),
        (TextField, {"default": ""}),
        (IntegerField, {"default": 0}),
        (FloatField, {"default": 0.5}),
        (DecimalField, {"max_digits": 6, "decimal_places": 2, "default": decimal.Decimal("1.5")}),
        (BooleanField, {"default": False}),
        (DateField, {"auto_now": True}),
        (JSONField, {"default": list}),
    ]
    return st.builds(
        lambda kind, null, unique, index: kind[0](**kind[1], null=null, unique=unique, index=index),
        st.sampled_from(kinds),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    )


def relations():
    """Foreign keys and relations from many to many."""
    to = st.sampled_from(TARGETS)
    keys = st.builds(
        lambda to, action, unique: ForeignKey(
            to, on_delete=action, null=True, unique=unique, related_name="+"
        ),
        to,
        st.sampled_from([CASCADE, SET_NULL]),
        st.booleans(),
    )
    return keys | st.builds(lambda to: ManyToManyField(to, related_name="+"), to)


@st.composite
def states(draw):
    """Some models with fields and options; what they would refer to is among them."""
    names = draw(st.lists(st.sampled_from(MODELS), unique=True))
    found = {}
    for name in names:
        fields = draw(st.dictionaries(st.sampled_from(NAMES), plain_fields() | relations()))
        fields = {
            key: field
            for key, field in fields.items()
            if getattr(field, "to", "self") in (*names, "self")
        }
        columns = [key for key, field in fields.items() if not field.virtual]
        pairs = list(itertools.combinations(columns, 2))
        options = [
            draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else () for _ in "12"
        ]
        table = draw(st.sampled_from([name.lower(), f'{name} "x"']))
        found[name] = ModelState(name, fields, table, *options)
    return State(found)


def tidy(state):
    """A state in words."""
    return {
        name: (
            {field: written(one) for field, one in model.fields.items()},
            model.table,
            set(model.unique_together),
            set(model.indexes),
        )
        for name, model in state.models.items()
    }


def schema(db):
    """What a database says of its tables, whatever the order of their columns."""
    return (sqlite_schema if db.dialect.name == "sqlite" else postgresql_schema)(db)


def sqlite_schema(db):
    found = {}
    for name, sql in db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ):
        start = sql.index("(")
        parts = re.split(r', (?="|UNIQUE)(?![^(]*\))', sql[start + 1 : -1])
        indexes = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? "
            "AND sql IS NOT NULL",
            [name],
        )
        found[name] = (sorted(parts), sorted(indexes.rows))
    return found


def postgresql_schema(db):
    found = {}
    for (name,) in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        table = '"' + name.replace('"', '""') + '"'
        found[name] = [
            sorted(db.execute(sql, [value]).rows)
            for sql, value in (
                (
                    "SELECT column_name, data_type, character_maximum_length, is_nullable, "
                    "is_identity, numeric_scale, column_default FROM information_schema.columns "
                    "WHERE table_name = ?",
                    name,
                ),
                (
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                    "WHERE conrelid = CAST(? AS regclass)",
                    table,
                ),
                (
                    "SELECT indexdef FROM pg_indexes WHERE tablename = ? AND indexname NOT IN "
                    "(SELECT conname FROM pg_constraint)",
                    name,
                ),
            )
        ]
    return found


def empty(db):
    """Drop all tables."""
    if db.dialect.name == "postgresql":
        db.execute("DROP SCHEMA public CASCADE")
        db.execute("CREATE SCHEMA public")
        return
    db.execute("PRAGMA foreign_keys = OFF")
    for name in db.tables() - {"sqlite_sequence"}:
        db.execute('DROP TABLE "' + name.replace('"', '""') + '"')


def created(db, state):
    """The schema that the models of a state have by `create_tables`."""
    empty(db)
    db.create_tables(*state.classes().values())
    return schema(db)


@pytest.fixture(scope="module")
def one_postgresql(postgresql):
    """The URL of a database on PostgreSQL that tests share, one after the other; see `empty`."""
    import psycopg

    name = f"migrations_{os.urandom(4).hex()}"
    with psycopg.connect(postgresql(), autocommit=True) as driver:
        driver.execute(f"CREATE DATABASE {name}")
        yield postgresql(name)
        driver.execute(f"DROP DATABASE {name} WITH (FORCE)")


def silent(line):
    pass


def check(db, old, new, answer):
    """Go from one to the other and back, and compare the schemas with those made at once."""
    wanted = created(db, new)
    before = created(db, old)
    operations = detect(old, new, lambda question: answer)
    with db.transaction():
        run_operations(db, old, operations, silent)
    assert schema(db) == wanted
    after = old.copy()
    for operation in operations:
        operation.change(after)
    assert tidy(after) == tidy(new)
    assert detect(after, new, lambda question: answer) == []
    compile(source(operations), "<migration>", "exec")
    with db.transaction():
        run_operations(db, after, inverses(operations, old), silent)
    assert schema(db) == before


@given(answer=st.booleans(), old=states(), new=states())
@settings(max_examples=40, deadline=None)
def test_on_sqlite(answer, old, new):
    db = database_module.Database(database_module.SQLite(":memory:"))
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        check(db, old, new, answer)
    finally:
        db.close()


@given(answer=st.booleans(), old=states(), new=states())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_on_postgresql(one_postgresql, answer, old, new):
    db = database_module.connect(one_postgresql)
    try:
        check(db, old, new, answer)
    finally:
        db.close()
