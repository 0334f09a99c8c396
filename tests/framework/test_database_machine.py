"""Nested transactions against a model of them, by steps that Hypothesis makes up."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bistro.orm.database import Database, DatabaseError, IntegrityError, TransactionError, parse_url

KEYS = st.integers(0, 30)


class Level:
    """A transaction in the model: what was there before it, and the hooks it was given."""

    def __init__(self, guests, debts):
        self.guests = guests
        self.debts = debts
        self.hooks = []


class Transactions(RuleBasedStateMachine):
    """A guest has a key; a debt may be written before its guest, but not be committed so."""

    def __init__(self, url):
        super().__init__()
        self.db = Database(parse_url(url))
        self.outside = None if self.db.dialect.in_memory else Database(self.db.dialect)
        for sql in (
            "DROP TABLE IF EXISTS debt",
            "DROP TABLE IF EXISTS guest",
            "CREATE TABLE guest (id INTEGER PRIMARY KEY)",
            "CREATE TABLE debt (guest INTEGER REFERENCES guest (id) DEFERRABLE INITIALLY DEFERRED)",
        ):
            self.db.execute(sql)
        self.connection = self.db.connection()
        self.levels = []
        self.broken = False
        self.guests = frozenset()
        self.debts = frozenset()
        self.called = []
        self.expected = []
        self.hooks = 0

    def teardown(self):
        while self.connection.levels:
            self.connection.rollback()
        self.db.close()
        if self.outside:
            self.outside.close()

    def attempt(self, function, *arguments):
        """Call a function; return the class of what it raises, None if all is well."""
        try:
            function(*arguments)
        except DatabaseError as error:
            return type(error)
        return None

    def run(self, sql, fails, values=()):
        """Run a statement; the model says how it fails, if it does."""
        if self.broken:
            fails = TransactionError
        assert self.attempt(self.db.execute, sql, values) is fails
        if fails:
            self.broken = bool(self.levels)
        return fails is None

    @rule(key=KEYS)
    def add(self, key):
        fails = IntegrityError if key in self.guests else None
        if self.run("INSERT INTO guest VALUES (?)", fails, (key,)):
            self.guests |= {key}

    @precondition(lambda self: not self.debts)  # else hardly a commit would end well
    @rule(key=KEYS)
    def owe(self, key):
        """A debt of somebody who is not there yet is refused at once only outside."""
        fails = None if self.levels or key in self.guests else IntegrityError
        if self.run("INSERT INTO debt VALUES (?)", fails, (key,)):
            self.debts |= {key}

    @precondition(lambda self: self.debts)
    @rule()
    def forgive(self):
        if self.run("DELETE FROM debt", None):
            self.debts = frozenset()

    @rule(sql=st.sampled_from(["SELEC 1", "SELECT * FROM nowhere", "SELECT nothing FROM guest"]))
    def fail(self, sql):
        self.run(sql, DatabaseError)

    @precondition(lambda self: len(self.levels) < 5)
    @rule(times=st.integers(1, 2))
    def begin(self, times):
        for _ in range(times):
            self.begin_one()

    def begin_one(self):
        fails = TransactionError if self.broken else None
        assert self.attempt(self.connection.begin) is fails
        if not fails:
            self.levels.append(Level(self.guests, self.debts))

    @rule()
    def hook(self):
        self.hooks += 1
        number = self.hooks
        (self.levels[-1].hooks if self.levels else self.expected).append(number)
        self.db.on_commit(lambda: self.called.append(number))

    @rule(times=st.integers(1, 3))
    def commit(self, times):
        for _ in range(times):
            self.commit_one()

    def commit_one(self):
        refused = len(self.levels) == 1 and not self.debts <= self.guests
        fails = IntegrityError if refused else None
        if self.broken or not self.levels:
            fails = TransactionError
        assert self.attempt(self.connection.commit) is fails
        if fails and self.levels:
            self.undo()
        elif self.levels:
            hooks = self.levels.pop().hooks
            (self.levels[-1].hooks if self.levels else self.expected).extend(hooks)

    @rule()
    def rollback(self):
        fails = None if self.levels else TransactionError
        assert self.attempt(self.connection.rollback) is fails
        if not fails:
            self.undo()

    def undo(self):
        """In the model: all is as it was before the innermost transaction."""
        level = self.levels.pop()
        self.guests, self.debts = level.guests, level.debts
        self.broken = False

    @invariant()
    def the_connection_agrees(self):
        assert len(self.connection.levels) == len(self.levels)
        assert self.connection.broken is self.broken
        assert self.called == self.expected

    @invariant()
    def so_do_the_tables(self):
        if not self.broken:
            assert {key for (key,) in self.db.execute("SELECT id FROM guest")} == self.guests
            assert {key for (key,) in self.db.execute("SELECT guest FROM debt")} == self.debts

    @invariant()
    def others_see_what_is_committed(self):
        if self.outside:
            committed = self.levels[0].guests if self.levels else self.guests
            assert {key for (key,) in self.outside.execute("SELECT id FROM guest")} == committed


def test_nested_transactions(database_url):
    run_state_machine_as_test(
        lambda: Transactions(database_url),
        settings=settings(max_examples=100, stateful_step_count=30, deadline=None),
    )
