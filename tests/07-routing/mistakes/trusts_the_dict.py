"""replaces: routing.Table.match
caught by: test_5_answers.py::test_text_for_another_method_leaves_room_for_a_parameter

A path that is in the dict is taken for known once and for all; a parameter beside it never gets to
answer for the other methods.
"""


def match(self, method, path):
    leaf = self.whole.get(path)
    if leaf is not None:
        if method in leaf:
            return leaf[method], {}
        raise MethodNotAllowed(leaf)
    allowed = set()
    if path.startswith("/"):
        found = find(self.root, path.split("/"), 1, method, (), allowed)
        if found is not None:
            route, values = found
            return route, dict(zip(route.names, values, strict=True))
    if allowed:
        raise MethodNotAllowed(allowed)
    raise HTTPError(404)
