"""Step 7.1: a route's path, taken apart."""

import pytest

from bistro.converters import (
    CONVERTERS,
    Converter,
    Float,
    Integer,
    Parameter,
    Path,
    RoutingError,
    Text,
    parse_path,
)


def shown(path, converters=CONVERTERS):
    """The segments of a path, each parameter as (name, class of its converter)."""
    return [
        [
            (part.name, type(part.converter)) if isinstance(part, Parameter) else part
            for part in segment
        ]
        for segment in parse_path(path, converters)
    ]


def test_text_is_divided_at_its_slashes():
    """A path without parameters gives a list for each segment, with its text alone in it."""
    assert shown("/menu") == [["menu"]]
    assert shown("/menu/today/soups") == [["menu"], ["today"], ["soups"]]
    assert shown("/dish-5.png") == [["dish-5.png"]]


def test_a_slash_at_the_end_begins_an_empty_segment():
    """A slash at the end counts: after it comes one more segment, with nothing in it."""
    assert shown("/") == [[]]
    assert shown("/menu/") == [["menu"], []]
    assert shown("/menu//today") == [["menu"], [], ["today"]]


def test_a_parameter_has_its_name_and_its_converter():
    """`<int:id>` becomes a Parameter that is called id, with the converter that int stands for."""
    assert shown("/dishes/<int:id>") == [["dishes"], [("id", Integer)]]
    assert shown("/<float:x>/edit/") == [[("x", Float)], ["edit"], []]
    assert shown("/files/<path:rest>") == [["files"], [("rest", Path)]]


def test_a_parameter_without_a_converter_is_text():
    """`<name>` is the same as `<str:name>`."""
    assert shown("/<name>") == shown("/<str:name>") == [[("name", Text)]]


def test_a_segment_may_have_text_and_parameters():
    """Text and parameters in one segment are its parts, in their order."""
    assert shown("/dish-<int:id>.png") == [["dish-", ("id", Integer), ".png"]]
    assert shown("/<int:x>-<int:y>/") == [[("x", Integer), "-", ("y", Integer)], []]


def test_arguments_go_to_the_converter():
    """What stands in parentheses are the converter's arguments, slashes and commas included."""
    [[table]] = parse_path("/<int(min=1, max=12):table>", CONVERTERS)
    assert (table.converter.min, table.converter.max) == (1, 12)
    [[kind], [other]] = parse_path("/<any('a/b', tea):kind>/<other>", CONVERTERS)
    assert kind.fullmatch("a/b")
    assert kind.fullmatch("tea")
    assert other.name == "other"


def test_converters_are_those_that_were_given():
    """The converters are looked up in what was given, and nowhere else."""

    class Colour(Converter):
        pattern = "red|white"

    assert shown("/<wine:w>", {"wine": Colour}) == [[("w", Colour)]]
    with pytest.raises(RoutingError):
        parse_path("/<int:id>", {"wine": Colour})


def test_a_path_begins_with_one_slash():
    """A path without a slash in front, or with two, is refused: two would begin a host."""
    for path in ("menu", "", "<name>", "//evil.example/menu", "//"):
        with pytest.raises(RoutingError):
            parse_path(path, CONVERTERS)


def test_brackets_are_for_parameters():
    """A `<` or `>` that belongs to no parameter is refused, wherever it stands."""
    for path in ("/<name", "/name>", "/<>", "/a/<int:>", "/<1st>", "/<a-b>", "/x<<name>>", "/<a>>"):
        with pytest.raises(RoutingError):
            parse_path(path, CONVERTERS)


def test_a_name_is_used_once():
    """Two parameters of the same name are refused, and the message says which name."""
    with pytest.raises(RoutingError) as caught:
        parse_path("/<int:id>/dishes/<id>", CONVERTERS)
    assert "id" in str(caught.value)
    assert shown("/<a>/<A>/a/a") == [[("a", Text)], [("A", Text)], ["a"], ["a"]]


def test_an_unknown_converter_is_refused():
    """A converter that nobody knows, or arguments that it does not take, are refused at once."""
    for path in ("/<number:id>", "/a/<INT:id>", "/<int(most=3):id>", "/<int(min=):id>"):
        with pytest.raises(RoutingError):
            parse_path(path, CONVERTERS)
