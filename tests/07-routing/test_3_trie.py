"""Step 7.3: the trie grows."""

import pytest

from bistro.converters import CONVERTERS, Converter, parse_path
from bistro.routing import Node, Route, Table, find_or_add


def segment(text):
    """The parts of one segment."""
    [parts] = parse_path(f"/{text}", CONVERTERS)
    return parts


def add(table, path, *methods):
    """Put a route into a table."""
    table.add(Route(path, parse_path(path, CONVERTERS), methods or ("GET",), print, path))


def test_text_leads_on_by_static():
    """A segment of text leads to the node that stands under it in `static`."""
    node = Node()
    child = node.child(segment("menu"))
    assert isinstance(child, Node)
    assert node.static == {"menu": child}
    assert child is not node


def test_the_same_text_leads_to_the_same_node():
    """Asked again for the same segment, a node has the same child; for another, another one."""
    node = Node()
    menu = node.child(segment("menu"))
    assert node.child(segment("menu")) is menu
    assert node.child(segment("Menu")) is not menu
    assert sorted(node.static) == ["Menu", "menu"]


def test_an_empty_segment_leads_on_by_static():
    """The empty segment, after the last slash, stands under `""`."""
    node = Node()
    assert node.child([]) is node.static[""]
    assert node.child([]) is node.child([])
    assert node.dynamic == []


def test_a_parameter_leads_on_by_dynamic():
    """A parameter that is a whole segment stands in `dynamic` itself, with its node."""
    node = Node()
    [parameter] = segment("<int:id>")
    child = node.child([parameter])
    assert node.dynamic == [(parameter, child)]
    assert node.static == {}


def test_names_do_not_matter():
    """Parameters that take the same texts lead to the same node, whatever their names are."""
    node = Node()
    child = node.child(segment("<int:id>"))
    assert node.child(segment("<int:number>")) is child
    assert node.child(segment("<int(max=9):id>")) is not child
    assert node.child(segment("<name>")) is node.child(segment("<str:guest>"))
    assert len(node.dynamic) == 3


def test_text_with_parameters_is_a_pattern():
    """A segment with both stands in `dynamic` as one pattern for all of it."""
    node = Node()
    child = node.child(segment("dish-<int:id>.png"))
    assert [entry[1] for entry in node.dynamic] == [child]
    assert node.dynamic[0][0].read("dish-7.png") == (7,)
    assert node.dynamic[0][0].read("dish-7xpng") is None
    assert node.child(segment("dish-<int:number>.png")) is child
    assert node.child(segment("dish-<int:number>.jpg")) is not child


def test_the_narrowest_is_tried_first():
    """Whatever came first: text with parameters, then numbers, then any text."""
    wanted = ["dish-<name>", "<int:number>", "<float:number>", "<name>"]
    for given in (wanted, wanted[::-1], wanted[2:] + wanted[:2]):
        node = Node()
        children = {text: node.child(segment(text)) for text in given}
        assert [child for _, child in node.dynamic] == [children[text] for text in wanted]


def test_equals_stay_in_the_order_in_which_they_came():
    """Where nothing tells which is narrower, what was registered first is tried first."""
    first, second = type("First", (Converter,), {}), type("Second", (Converter,), {})
    converters = {"first": first, "second": second}
    for names in (["first", "second"], ["second", "first"]):
        node = Node()
        for name in names:
            [parts] = parse_path(f"/<{name}:x>", converters)
            node.child(parts)
        assert [type(pattern.converter) for pattern, _ in node.dynamic] == [
            converters[name] for name in names
        ]


def test_two_converters_of_one_name_are_two():
    """What a parameter takes is told by its `key`: a converter that looks the same is another."""
    node = Node()
    children = []
    for word in ("soup", "tart"):
        dish = type("Dish", (Converter,), {"pattern": word})
        [parts] = parse_path("/<dish:x>", {"dish": dish})
        children.append(node.child(parts))
    assert children[0] is not children[1]


def test_find_or_add_makes_nothing_twice():
    """What is there already comes back as it is, even when it is empty; `make` is not called."""
    entries = []
    [number], [again], [name] = segment("<int:a>"), segment("<int:b>"), segment("<c>")
    made = find_or_add(entries, number, dict)
    assert made == {}
    assert find_or_add(entries, again, lambda: pytest.fail("make was called")) is made
    assert find_or_add(entries, name, dict) is not made
    assert entries == [(number, {}), (name, {})]


def test_find_or_add_keeps_the_order():
    """A new entry is put where its `order` says, in the list that was given."""
    entries = []
    for text in ("<path:a>", "<str:b>", "<int:c>", "<uuid:d>"):
        [parameter] = segment(text)
        find_or_add(entries, parameter, list)
    assert [pattern.name for pattern, _ in entries] == ["d", "c", "b", "a"]


def test_paths_share_the_beginning_that_they_have_in_common():
    """Many paths of one beginning have one node for it."""
    table = Table()
    for number in range(100):
        add(table, f"/tables/<int:table>/orders/{number}")
    assert list(table.root.static) == ["tables"]
    [(_, below)] = table.root.static["tables"].dynamic
    assert list(below.static) == ["orders"]
    assert len(below.static["orders"].static) == 100


def test_a_path_parameter_ends_the_trie():
    """From a `<path:…>` on all that is left is one pattern, a tail of the node before it."""
    table = Table()
    add(table, "/files/<path:file>/edit")
    node = table.root.static["files"]
    assert (node.static, node.dynamic) == ({}, [])
    [(pattern, leaf)] = node.tails
    assert pattern.read("a/b/edit") == ("a/b",)
    assert list(leaf) == ["GET", "HEAD"]
    add(table, "/files/<path:other>/edit", "PUT")
    assert node.tails == [(pattern, leaf)]
    assert sorted(leaf) == ["GET", "HEAD", "PUT"]
