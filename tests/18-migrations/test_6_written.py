"""Step 18.6: values as the Python that makes them."""

import datetime
import decimal
import functools
import math
import sys

import pytest

from bistro.orm.autodetect import named, written
from bistro.orm.fields import (
    BooleanField,
    CharField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    TextField,
)
from bistro.orm.migrations import MigrationError
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, ForeignKey


def soup_of_the_day():
    """A default of a program's own."""
    return "Soup"


class Stars(IntegerField):
    """A field of a program's own."""


class Kitchen:
    """A class with a method of its own."""

    @classmethod
    def dish(cls):
        return "Soup"

    def cook(self):
        return "Soup"

    tart = classmethod(lambda cls: "Tart")

    class Inner:
        """A class in a class."""


def read(text, imports):
    """What a text makes, with its imports."""
    names = {}
    for line in imports:
        exec(line, names)
    return eval(text, names)


def again(value):
    """A value, written and read again."""
    imports = set()
    text = written(value, imports)
    return read(text, imports)


@pytest.fixture
def module(monkeypatch):
    """This module can be imported by its name."""
    monkeypatch.setitem(sys.modules, "kitchen", sys.modules[__name__])
    for thing in (soup_of_the_day, Stars, Kitchen, Kitchen.Inner):
        monkeypatch.setattr(thing, "__module__", "kitchen")


def test_a_field():
    """A field is the call that makes it, with what it was given, and no more."""
    assert written(TextField()) == "fields.TextField()"
    assert written(CharField(max_length=20)) == "fields.CharField(max_length=20)"
    field = DecimalField(null=True, max_digits=6, decimal_places=2)
    assert written(field) == "fields.DecimalField(null=True, max_digits=6, decimal_places=2)"
    key = ForeignKey("Dish", on_delete=CASCADE)
    assert written(key) == "relations.ForeignKey('Dish', on_delete='CASCADE')"


def test_a_field_of_your_own(module):
    """A field of a program's own is called by its name in its module, which is imported."""
    imports = set()
    assert written(Stars(default=3), imports) == "kitchen.Stars(default=3)"
    assert imports == {"import kitchen"}
    for name in ("shop.bistro.orm.own", "bistro.ormolu.own"):
        own = type("Own", (TextField,), {"__module__": name})
        assert written(own()) == f"{name}.Own()"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**30),
        0.1,
        "",
        'it\'s a "soup"\n',
        b"\0'",
        [],
        [1, [2]],
        (),
        (1,),
        (1, "a"),
        {"a": [1], 2: (3,)},
        {decimal.Decimal(1): "a"},
        decimal.Decimal("1.50"),
        datetime.date(2030, 5, 1),
        datetime.datetime(2030, 5, 1, 19, 30, tzinfo=datetime.UTC),
        datetime.timedelta(days=1),
        [decimal.Decimal(1), {"day": datetime.date(2030, 5, 1)}],
    ],
)
def test_values(value):
    """A value that is written and read again is the same, and of the same class."""
    found = again(value)
    assert found == value
    assert type(found) is type(value)


def test_hostile_texts():
    """A text stays a text, whatever it reads like."""
    for text in ("'); import os; ('", "\\", "{}", "\u2028\ud800", "__import__('os')"):
        assert again(text) == text
    field = CharField(max_length=9, default="'); oops(")
    assert again(field).default == "'); oops("


def test_floats_that_have_no_number():
    """An infinity, and what is not a number, are written as something that can be read."""
    assert again(math.inf) == math.inf
    assert again(-math.inf) == -math.inf
    assert math.isnan(again(math.nan))


def test_functions(module):
    """A function is its name in its module, a method of a class the class's with it."""
    assert again(soup_of_the_day) is soup_of_the_day
    assert again(DateField(default=datetime.date.today)).default() == datetime.date.today()
    assert written(datetime.date.today) == "datetime.date.today"
    assert again(Kitchen.dish)() == "Soup"
    assert again(Kitchen.Inner) is Kitchen.Inner


def test_what_is_built_in():
    """What is built in needs no module."""
    imports = set()
    assert written([list, dict, len], imports) == "[list, dict, len]"
    assert imports == set()


def test_what_is_of_the_orm():
    """What is of the ORM is found in its module, which is imported from `bistro.orm`."""
    imports = set()
    assert named(BooleanField, imports) == "fields.BooleanField"
    assert imports == {"from bistro.orm import fields"}
    assert named(ForeignKey, imports) == "relations.ForeignKey"
    assert imports == {"from bistro.orm import fields", "from bistro.orm import relations"}


def test_imports_add_up(module):
    """The imports of all values come together, each once, and those that were there stay."""
    imports = {"import os"}
    written([decimal.Decimal(1), decimal.Decimal(2)], imports)
    written({"a": (datetime.date(2030, 5, 1),)}, imports)
    written([IntegerField(default=soup_of_the_day)], imports)
    modules = ("import os", "import decimal", "import datetime", "import kitchen")
    assert imports == {*modules, "from bistro.orm import fields"}


def test_a_model():
    """A model is written by its name alone: it may be gone when the file is read."""
    dish = type("Dish", (Model,), {"__module__": __name__, "word": TextField()})
    imports = set()
    assert written(ForeignKey(dish), imports) == "relations.ForeignKey('Dish')"
    assert imports == {"from bistro.orm import relations"}


def test_what_has_no_name():
    """A lambda, or a function in a function, is found by nobody who reads the file."""

    def inner():
        return 1

    for value in (lambda: 1, inner, functools.partial(int, 1), {1, 2}, Kitchen(), range(3)):
        with pytest.raises(MigrationError):
            written(IntegerField(default=0, choices=[(value, "x")]))
        with pytest.raises(MigrationError):
            named(value, set())


def test_methods_that_have_no_name(module):
    """A method of an instance would be another one when it is read; a lambda is none in a class."""
    for value in (Kitchen().cook, Kitchen.tart):
        with pytest.raises(MigrationError):
            named(value, set())


def test_times_in_a_zone_of_others():
    """A time in a zone of a module that would not be imported is refused."""

    class Zone(datetime.tzinfo):
        def utcoffset(self, time):
            return datetime.timedelta(0)

    for value in (datetime.datetime(2030, 5, 1, tzinfo=Zone()), datetime.time(19, tzinfo=Zone())):
        with pytest.raises(MigrationError):
            written([value])
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert again(datetime.time(19, tzinfo=zone)).tzinfo == zone


def test_what_is_in_main(monkeypatch):
    """The module `__main__` is another one when the file is read: what is in it is refused."""
    monkeypatch.setattr(soup_of_the_day, "__module__", "__main__")
    monkeypatch.setattr(Kitchen, "__module__", "__main__")
    for value in (soup_of_the_day, Kitchen, Kitchen.dish):
        with pytest.raises(MigrationError):
            written(value)


def test_classes_of_your_own_values():
    """A value of a class that only derives from a known one is not written as that one."""

    class Euros(int):
        pass

    class Words(list):
        pass

    for value in (Euros(4), Words()):
        with pytest.raises(MigrationError):
            written(value)


def test_nothing_is_imported_for_nothing():
    """Without a set for them, imports are forgotten, and not kept for the next call."""
    written(decimal.Decimal(1))
    imports = set()
    assert written(1, imports) == "1"
    assert imports == set()


def test_other_fields_that_are_no_fields():
    """A field's class is no field: it is written by its name."""
    assert written(Field) == "fields.Field"
