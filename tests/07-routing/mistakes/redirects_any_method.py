"""replaces: routing.find
caught by: test_4_find.py::test_a_slash_that_is_missing_is_told

A redirect for every path that exists with a slash: the guest is sent on, to be told 405 there.
"""


def find(node, segments, depth, method, values, allowed):
    if depth == len(segments):
        if method in node.leaf:
            return node.leaf[method], values
        allowed.update(node.leaf)
        if "" in node.static and node.static[""].leaf:
            raise SlashMissing
    else:
        found = find_below(node, segments, depth, method, values, allowed)
        if found is not None:
            return found
    if node.mount is not None:
        return node.mount, (*values, "/".join(segments[depth:]))
    return None
