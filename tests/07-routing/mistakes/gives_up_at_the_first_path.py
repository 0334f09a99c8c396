"""replaces: routing.find
caught by: test_4_find.py::test_a_route_for_the_method_wins_over_one_that_is_narrower

The first path that fits decides: 405 at once, though a wider one has a route for the method.
"""


def find(node, segments, depth, method, values, allowed):
    if depth == len(segments):
        if method in node.leaf:
            return node.leaf[method], values
        if node.leaf:
            raise MethodNotAllowed(node.leaf)
        if "" in node.static and method in node.static[""].leaf:
            raise SlashMissing
    else:
        found = find_below(node, segments, depth, method, values, allowed)
        if found is not None:
            return found
    if node.mount is not None:
        return node.mount, (*values, "/".join(segments[depth:]))
    return None
