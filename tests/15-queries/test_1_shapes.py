"""Step 15.1: a question without its values."""

import pytest

from bistro.orm.expressions import F, FieldError, Q, lookup_shape, operand_shape


class Operand:
    """What has a shape of its own, and two values."""

    def as_operand(self, values):
        values.extend(["a", "b"])
        return ("operand", len(values))


def test_a_value_is_an_index():
    """A value is appended to the values; its shape is where it stands there."""
    values = ["first"]
    assert operand_shape("Soup", values) == 1
    assert operand_shape(9, values) == 2
    assert values == ["first", "Soup", 9]


def test_false_values_are_values():
    """0, an empty text and False are values like others; None alone is none."""
    values = []
    assert [operand_shape(value, values) for value in (0, "", False)] == [0, 1, 2]
    assert values == [0, "", False]


def test_none_has_a_shape_of_its_own():
    """None is None in the shape, and no value: SQL asks for it in other words."""
    values = []
    assert operand_shape(None, values) is None
    assert values == []


def test_an_expression_says_its_shape_itself():
    """What has `as_operand` is asked for its shape, and appends its values itself."""
    values = [1]
    assert operand_shape(F("price"), values) == ("field", "price")
    assert operand_shape(Operand(), values) == ("operand", 3)
    assert values == [1, "a", "b"]


def test_a_lookup_is_a_path_and_an_operand():
    """A lookup's shape is its path as it was given, and the shape of its operand."""
    values = []
    assert lookup_shape("price__lt", 9, values) == ("price__lt", 0)
    assert lookup_shape("note", None, values) == ("note", None)
    assert lookup_shape("price", F("cost"), values) == ("price", ("field", "cost"))
    assert values == [9]


def test_isnull_has_its_answer_in_the_shape():
    """`isnull` makes two statements, so its True or False is part of the shape."""
    values = []
    assert lookup_shape("note__isnull", True, values) == ("note__isnull", ("is null",))
    assert lookup_shape("note__isnull", False, values) == ("note__isnull", ("is not null",))
    assert values == []


@pytest.mark.parametrize("value", [1, 0, None, "True", "", [True]])
def test_isnull_takes_nothing_else(value):
    """`isnull` takes True or False; what only looks like it, as from a URL, is refused."""
    with pytest.raises(FieldError) as caught:
        lookup_shape("note__isnull", value, [])
    assert "note__isnull" in str(caught.value)


def test_in_keeps_its_values_as_one():
    """The values behind `in` are appended as one list: so the shape is the same for any number."""
    values = [7]
    assert lookup_shape("id__in", [3, 1, 2], values) == ("id__in", 1)
    assert lookup_shape("id__in", (4,), values) == ("id__in", 2)
    assert lookup_shape("id__in", (n for n in range(2)), values) == ("id__in", 3)
    assert values == [7, [3, 1, 2], [4], [0, 1]]


def test_in_leaves_none_out():
    """None among the values of `in` is left out, since nothing is equal to it; 0 is not."""
    values = []
    assert lookup_shape("id__in", [None, 0, None, ""], values) == ("id__in", 0)
    assert values == [[0, ""]]


@pytest.mark.parametrize("nothing", [[], (), set(), {}, [None]])
def test_in_of_nothing(nothing):
    """When there is nothing to be in, the shape says so, and there is no value."""
    values = []
    assert lookup_shape("id__in", nothing, values) == ("id__in", ("nothing",))
    assert values == []


@pytest.mark.parametrize("value", ["Soup", b"Soup", "", 3, None])
def test_in_wants_a_list(value):
    """A text is no list of letters: `in` refuses it, and what can't be iterated."""
    with pytest.raises(FieldError) as caught:
        lookup_shape("name__in", value, [])
    assert "name__in" in str(caught.value)


def test_in_takes_what_has_a_shape():
    """Behind `in` may stand what has `as_operand`, such as a query."""
    values = []
    assert lookup_shape("id__in", Operand(), values) == ("id__in", ("operand", 2))


def test_range_takes_two():
    """`range` appends its two values; its shape is the index of the first."""
    values = ["before"]
    assert lookup_shape("price__range", (4, 10), values) == ("price__range", 1)
    assert lookup_shape("price__range", [0, 0], values) == ("price__range", 3)
    assert values == ["before", 4, 10, 0, 0]


@pytest.mark.parametrize(
    "value",
    [
        (),
        (1,),
        (1, 2, 3),
        "ab",
        {1, 2},
        5,
        None,
        (None, 3),
        (3, None),
        (F("price"), 3),
        (3, F("id")),
    ],
)
def test_range_takes_nothing_else(value):
    """`range` refuses what is no list or tuple of two plain values."""
    values = []
    with pytest.raises(FieldError) as caught:
        lookup_shape("price__range", value, values)
    assert "price__range" in str(caught.value)


def test_lookups_need_a_field():
    """A lookup has a field and `__` before it: `price_in` and `isnull` alone are fields."""
    values = []
    assert lookup_shape("price_in", "a", values) == ("price_in", 0)
    assert lookup_shape("arrange", 1, values) == ("arrange", 1)
    assert lookup_shape("isnull", 1, values) == ("isnull", 2)


def test_a_condition():
    """A condition's shape is its connector, whether it is negated, and its lookups' shapes."""
    values = []
    assert Q(price__lt=9, note=None).shape(values) == (
        "AND",
        False,
        (("price__lt", 0), ("note", None)),
    )
    assert values == [9]


def test_conditions_in_conditions():
    """A condition in a condition has its own shape there; values come in the order of reading."""
    values = []
    shape = (Q(price=1) | ~Q(name="Soup", price=2)).shape(values)
    left = ("AND", False, (("price", 0),))
    right = ("AND", True, (("AND", False, (("name", 1), ("price", 2))),))
    assert shape == ("OR", False, (left, right))
    assert values == [1, "Soup", 2]


def test_other_values_have_the_same_shape():
    """Two conditions that differ in values alone have equal shapes, which can be a dict's keys."""
    first = Q(Q(name="a") | Q(id__in=[1]), price__range=(1, 2)).shape([])
    other = Q(Q(name="'; --") | Q(id__in=[5, 6, 7]), price__range=(3, 9)).shape([])
    assert first == other
    assert hash(first) == hash(other)


def test_other_questions_have_other_shapes():
    """Conditions that SQL says otherwise differ: by a name, a connector, ~, a None."""
    asked = [
        Q(name="a"),
        Q(note="a"),
        Q(name=None),
        Q(name__gt="a"),
        ~Q(name="a"),
        Q(name=F("note")),
        Q(name="a") | Q(note="a"),
        Q(name="a") & Q(note="a"),
        Q(id__in=[]),
        Q(id__in=[1]),
    ]
    assert len({one.shape([]) for one in asked}) == len(asked)


def test_nothing_asked():
    """A condition of nothing has a shape, too."""
    assert Q().shape([]) == ("AND", False, ())
