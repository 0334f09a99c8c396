"""Step 5.1: a dictionary whose keys may have several values."""

import pytest

from bistro.multidict import MultiDict


def test_the_first_value_is_got():
    """`get` gives the first value of a key, as `d[key]` does."""
    order = MultiDict([("dish", "soup"), ("dish", "tart"), ("guests", "4")])
    assert order.get("dish") == "soup"
    assert order.get("guests") == "4"
    assert order["dish"] == "soup"


def test_all_values_are_listed():
    """`getlist` gives all values of a key in the order in which they were added."""
    order = MultiDict([("dish", "soup"), ("guests", "4"), ("dish", "tart"), ("dish", "soup")])
    assert order.getlist("dish") == ["soup", "tart", "soup"]
    assert order.getlist("guests") == ["4"]


def test_add_keeps_what_is_there():
    """`add` puts a value behind those that a key has; only `d[key] = value` replaces them."""
    order = MultiDict()
    order.add("dish", "soup")
    order.add("dish", "tart")
    assert order.getlist("dish") == ["soup", "tart"]
    assert len(order) == 1
    order["dish"] = "bread"
    order.add("dish", "wine")
    assert order.getlist("dish") == ["bread", "wine"]


def test_keys_keep_their_order():
    """Keys stand in the order in which they came first, each once."""
    order = MultiDict([("b", "1"), ("a", "2"), ("b", "3")])
    order.add("c", "4")
    assert list(order) == ["b", "a", "c"]
    assert list(order.items()) == [("b", "1"), ("a", "2"), ("c", "4")]
    assert list(order.items(multi=True)) == [("b", "1"), ("b", "3"), ("a", "2"), ("c", "4")]


def test_a_missing_key_has_a_default():
    """For a key that is not there `get` gives the default, None unless told, and adds nothing."""
    order = MultiDict([("dish", "soup")])
    assert order.get("table") is None
    assert order.get("table", "7") == "7"
    assert order.get("table", default=7) == 7
    assert list(order) == ["dish"]


def test_a_missing_key_has_no_values():
    """For a key that is not there `getlist` gives an empty list, and adds nothing."""
    order = MultiDict([("dish", "soup")])
    assert order.getlist("table") == []
    assert order.getlist("table", type=int) == []
    assert list(order) == ["dish"]


def test_an_empty_value_is_a_value():
    """A field that was left empty has a value, the empty string; it is not missing."""
    order = MultiDict([("note", ""), ("note", "no salt")])
    assert order.get("note", "nothing") == ""
    assert order.getlist("note") == ["", "no salt"]
    assert order.get("note", "nothing", type=str.upper) == ""


def test_a_value_gets_its_type():
    """With `type`, the result of the function is what `get` returns."""
    order = MultiDict([("guests", "4"), ("guests", "5"), ("name", "ada")])
    assert order.get("guests", type=int) == 4
    assert order.get("name", type=str.upper) == "ADA"
    assert order.get("name", "nobody", type=lambda name: None) is None
    assert order.getlist("name", type=lambda name: None) == [None]


def test_the_default_keeps_its_type():
    """`type` is for values; the default is returned as it is."""
    order = MultiDict([("dish", "soup")])
    assert order.get("guests", "2", type=int) == "2"
    assert order.get("guests", type=int) is None


@pytest.mark.parametrize("value", ["four", "", "4.0", "4; drop table", "0x4"])
def test_a_value_that_does_not_fit(value):
    """A value for which `type` raises ValueError is as good as none: `get` gives the default."""
    order = MultiDict([("guests", value)])
    assert order.get("guests", type=int) is None
    assert order.get("guests", 2, type=int) == 2


def test_a_type_error_counts_too():
    """A `type` that raises TypeError refuses as well, as a look into a table of functions may."""

    def refuse(value):
        raise TypeError(value)

    order = MultiDict([("guests", "4")])
    assert order.get("guests", 2, type=refuse) == 2
    assert order.getlist("guests", type=refuse) == []


def test_other_errors_are_not_hidden():
    """Any other exception is a mistake in the program, and is not swallowed."""
    order = MultiDict([("guests", "4")])
    with pytest.raises(ZeroDivisionError):
        order.get("guests", type=lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        order.getlist("guests", type=lambda value: 1 / 0)
    with pytest.raises(KeyError):
        order.get("guests", 2, type={"2": 2}.__getitem__)


def test_values_that_do_not_fit_are_left_out():
    """With `type`, `getlist` gives the values that fit, in order, and leaves out the others."""
    order = MultiDict([("table", "4"), ("table", "x"), ("table", ""), ("table", "12")])
    assert order.getlist("table", type=int) == [4, 12]
    assert order.getlist("table", int) == [4, 12]


def test_a_list_is_the_callers():
    """The list from `getlist` is a new one: whoever changes it changes nothing else."""
    order = MultiDict([("dish", "soup")])
    order.getlist("dish").append("champagne")
    order.getlist("table").append("7")
    assert order.getlist("dish") == ["soup"]
    assert "table" not in order


def test_a_mapping_with_lists():
    """Made of a mapping, a list or tuple in it is several values, and an empty one none."""
    order = MultiDict({"dish": ["soup", "tart"], "table": ("7",), "name": "Ada", "none": []})
    assert order.getlist("dish") == ["soup", "tart"]
    assert order.getlist("table") == ["7"]
    assert order.getlist("name") == ["Ada"]
    assert "none" not in order


def test_the_rest_of_a_dictionary():
    """What the class is given for the rest stands on the same values."""
    order = MultiDict([("dish", "soup"), ("dish", "tart"), ("table", "7")])
    order.setlist("table", ["8", "9"])
    assert order.to_dict(flat=False) == {"dish": ["soup", "tart"], "table": ["8", "9"]}
    assert order.copy() == order
    assert order != MultiDict([("dish", "soup"), ("table", "8")])
    assert order.pop("dish") == "soup"
    order.setlist("table", [])
    assert order.getlist("dish") == order.getlist("table") == list(order) == []
    assert order.setdefault("dish", "bread") == "bread"
    assert repr(order) == "MultiDict([('dish', 'bread')])"
    with pytest.raises(KeyError, match="table"):
        order["table"]
